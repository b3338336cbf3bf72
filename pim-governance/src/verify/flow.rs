//! One activation from asking to its end.

use std::sync::atomic::{AtomicI64, Ordering};

use pim_core::{
    client::{Client, Observed, Outlook, conditions},
    error::{Error, ErrorKind},
    id::PrincipalId,
    privilege::Privilege,
    request::{Phase, Request, RequestStatus},
    time::{Timestamp, Window},
};

use super::{
    Test, Verdict, own,
    run::{PAUSE, Run, SKEW, judged},
};

/// What happened of an activation, and so must be in the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trail {
    pub(super) request: Request,
    pub(super) holder: PrincipalId,
    /// The service's time before it was asked for.
    pub(super) asked: Timestamp,
    pub(super) approved: bool,
    pub(super) activated: bool,
    pub(super) expired: bool,
}

/// Follows the activation of one privilege. `None` where nothing was asked for.
pub(super) async fn follow(run: &Run<'_>, privilege: &Privilege) -> Option<Trail> {
    let flow = Flow {
        run,
        requestor: run.actors.requestor.as_ref()?,
        activation: run.options.privilege == *privilege,
        approval: run.options.approved_privilege.as_ref() == Some(privilege),
    };
    let asked = run.now();
    let request = match run.activate(flow.requestor, privilege).await {
        Ok(request) => request,
        Err(error) => {
            flow.stopped(&judged(&error));
            return None;
        }
    };
    let holder = request.asked.principal.clone();
    let mut trail = Trail { request, holder, asked, approved: false, activated: false, expired: false };
    flow.saw(&trail, format!("asked for: {}", trail.request.status));
    if let Err(verdict) = flow.go_through(&mut trail).await {
        flow.stopped(&verdict);
    }
    Some(trail)
}

struct Flow<'a> {
    run: &'a Run<'a>,
    requestor: &'a Client,
    /// Whether it is the one that tests activation.
    activation: bool,
    /// Whether it is meant to need approval.
    approval: bool,
}

impl Flow<'_> {
    async fn go_through(&self, trail: &mut Trail) -> Result<(), Verdict> {
        let (run, key) = (self.run, trail.request.key());
        let settled = self.requestor.wait_for(&key, settled, run.options.lag).await;
        let settled = settled.map_err(|error| judged(&error))?;
        trail.request = settled.request.unwrap_or_else(|| trail.request.clone());
        if trail.request.phase() == Phase::Pending {
            self.pass_approval(trail).await?;
        } else if self.approval {
            let why = "it was granted although nobody approved it: let its policy demand approval";
            run.judge(Test::Approval, Verdict::Failed(why.to_owned()));
        }
        let seen = self.requestor.wait_for(&key, conditions::active, run.options.lag).await;
        let seen = seen.map_err(|error| judged(&error))?;
        trail.activated = true;
        let window = seen.instance.map_or(Window::ALWAYS, |instance| instance.window);
        let until = window.end().map_or_else(|| "no end".to_owned(), |end| end.to_string());
        self.saw(trail, format!("in force, until {until}"));
        if self.activation {
            run.judge(Test::Activation, Verdict::Passed);
        }
        if trail.approved {
            run.judge(Test::Approval, Verdict::Passed);
        }
        let verdict = self.end(trail, &window).await;
        trail.expired = verdict.is_passed();
        run.judge(Test::Deactivation, verdict);
        Ok(())
    }

    /// Lets the requestor try, and the approver approve.
    async fn pass_approval(&self, trail: &mut Trail) -> Result<(), Verdict> {
        let run = self.run;
        if own::try_own(run, self.requestor, &trail.request).await {
            let why = "the requestor's own approval was taken, so nobody else's was needed";
            run.judge(Test::Approval, Verdict::NotRun(why.to_owned()));
            return Ok(());
        }
        let not_run = |why: &str| Verdict::NotRun(why.to_owned());
        let approver = run.actors.approver.as_ref();
        let approver = approver.ok_or_else(|| not_run("it needs approval: add an approver"))?;
        if approver.info().caller.as_ref() == Some(&trail.holder) {
            return Err(not_run("the approver is the requestor: sign somebody else in"));
        }
        let waiting = waiting(run, approver, &trail.request).await.map_err(|error| judged(&error))?;
        let key = waiting.as_ref().and_then(Request::approval_key).ok_or_else(|| {
            Verdict::Failed(
                "the request is not among those that wait for the approver: make them an approver in the policy"
                    .to_owned(),
            )
        })?;
        run.saw_of(Test::Approval, &trail.request.id, "waits for the approver");
        let approved = approver.approve(&key, Some(run.options.justification.clone())).await;
        approved.map_err(|error| judged(&error))?;
        trail.approved = true;
        run.saw_of(Test::Approval, &trail.request.id, "approved");
        Ok(())
    }

    /// Waits for the end, and tells whether it came by itself and in time.
    async fn end(&self, trail: &Trail, window: &Window) -> Verdict {
        let (run, now) = (self.run, self.run.now());
        let asked = run.options.duration;
        let Some(end) = window.end() else {
            return Verdict::Failed("the activation has no end".to_owned());
        };
        let length = window.start().map(|start| end.since(start));
        if length.is_some_and(|length| length > asked + SKEW) {
            return Verdict::Failed(format!(
                "the activation lasts until {end}, longer than the {asked} asked for"
            ));
        }
        let left = end.since(now);
        if left > run.options.max_wait {
            return Verdict::NotRun(format!("it ends at {end}, later than max_wait allows"));
        }
        // When it was first seen to be gone, and not seen again since.
        let gone = AtomicI64::new(i64::MAX);
        let over = |seen: &Observed| {
            if seen.instance.is_some() {
                gone.store(i64::MAX, Ordering::Relaxed);
                return Outlook::NotYet;
            }
            gone.fetch_min(seen.at.ticks(), Ordering::Relaxed);
            if seen.at >= end { Outlook::Met } else { Outlook::NotYet }
        };
        let waited = self.requestor.wait_for(&trail.request.key(), over, left + run.options.lag).await;
        match waited {
            Ok(_) => {
                let at = Timestamp::from_ticks(gone.into_inner());
                run.saw_of(
                    Test::Deactivation,
                    &trail.request.id,
                    format!("no longer in force at {at}; its end was {end}"),
                );
                if at + SKEW < end {
                    return Verdict::Failed(format!(
                        "it was gone at {at}, before its end at {end}: somebody or something ended it"
                    ));
                }
                Verdict::Passed
            }
            Err(error) if error.kind() == ErrorKind::Timeout => {
                let now = run.now();
                Verdict::Failed(format!("it is still in force at {now}; its end was {end}"))
            }
            Err(error) => judged(&error),
        }
    }

    /// What can't go on leaves every test that hangs on it with the same verdict.
    fn stopped(&self, verdict: &Verdict) {
        if self.activation {
            self.run.judge(Test::Activation, verdict.clone());
        }
        for test in [Test::Approval, Test::OwnApproval] {
            if self.approval && !self.run.is_judged(test) {
                self.run.judge(test, verdict.clone());
            }
        }
    }

    fn saw(&self, trail: &Trail, what: String) {
        let tests = [(Test::Activation, self.activation), (Test::Approval, self.approval)];
        for (test, _) in tests.into_iter().filter(|(_, concerned)| *concerned) {
            self.run.saw_of(test, &trail.request.id, what.clone());
        }
    }
}

/// Among those that wait for the approver: looked for until the service should show it.
async fn waiting(run: &Run<'_>, approver: &Client, request: &Request) -> Result<Option<Request>, Error> {
    let until = run.now() + run.options.lag;
    loop {
        let listed = approver.pending_approvals().collect_all().await?;
        let found = listed.into_iter().find(|waiting| waiting.id == request.id);
        if found.is_some() || run.now() >= until {
            return Ok(found);
        }
        run.sleep(PAUSE).await;
    }
}

/// The service has evaluated the rules: it waits for a person, or for nobody any more.
fn settled(seen: &Observed) -> Outlook {
    let Some(request) = &seen.request else { return Outlook::NotYet };
    match (&request.status, request.phase()) {
        (RequestStatus::PendingApproval | RequestStatus::PendingApprovalProvisioning, _)
        | (_, Phase::Scheduled | Phase::Active | Phase::Ended) => Outlook::Met,
        _ => Outlook::NotYet,
    }
}
