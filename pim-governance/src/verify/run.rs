//! What a verification has seen so far, and what it has to clear away.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use pim_core::{
    backend::{EligibilityQuery, Filter, View},
    client::{Activate, Client},
    error::{Error, ErrorKind, ViolatedRule},
    id::{AuditId, RequestId, ScheduleId},
    privilege::{Privilege, Surface},
    request::Request,
    time::{Period, Timestamp},
};

use super::{Actors, Check, Evidence, LeftBehind, Progress, Test, Verdict, Verification, VerifyOptions};

/// How far the service's own times may lie apart.
pub(super) const SKEW: Period = Period::minutes(1);
/// How long to wait before looking again.
pub(super) const PAUSE: Period = Period::seconds(15);

pub(super) struct Run<'a> {
    pub(super) actors: &'a Actors,
    pub(super) options: &'a VerifyOptions,
    reader: &'a Client,
    observe: &'a (dyn Fn(&Progress) + Send + Sync),
    began: Timestamp,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    seen: BTreeMap<Test, Vec<Evidence>>,
    verdicts: BTreeMap<Test, Verdict>,
    made: Vec<Made>,
}

/// A request of ours, and who made it.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) by: Client,
    pub(super) privilege: Privilege,
    /// `None` where the service did not tell whether it took it.
    pub(super) request: Option<Request>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        actors: &'a Actors,
        options: &'a VerifyOptions,
        reader: &'a Client,
        observe: &'a (dyn Fn(&Progress) + Send + Sync),
    ) -> Self {
        let began = reader.clock().now();
        Self { actors, options, reader, observe, began, log: Mutex::default() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.reader.clock().now()
    }

    pub(super) const fn began(&self) -> Timestamp {
        self.began
    }

    pub(super) async fn sleep(&self, length: Period) {
        self.reader.clock().sleep(length).await;
    }

    /// Who reads what the requestor may not: the administrator where there is one.
    pub(super) const fn reader(&self) -> &'a Client {
        self.reader
    }

    /// Asks for an activation, and remembers it for clearing away.
    pub(super) async fn activate(&self, by: &Client, privilege: &Privilege) -> Result<Request, Error> {
        let ask = Activate {
            duration: Some(self.options.duration),
            justification: Some(self.options.justification.clone()),
            ticket: self.options.ticket.clone(),
            using: eligibility(by, privilege).await,
            ..Activate::new(privilege.clone())
        };
        let reply = by.activate(ask).await;
        let request = match &reply {
            Ok(request) => Some(request.clone()),
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => None,
            Err(_) => return reply,
        };
        self.log().made.push(Made { by: by.clone(), privilege: privilege.clone(), request });
        reply
    }

    pub(super) fn made(&self) -> Vec<Made> {
        self.log().made.clone()
    }

    pub(super) fn saw(&self, test: Test, what: impl Into<String>) {
        self.note(test, Evidence::new(self.now(), what));
    }

    pub(super) fn saw_of(&self, test: Test, request: &RequestId, what: impl Into<String>) {
        self.note(test, Evidence { request: Some(request.clone()), ..Evidence::new(self.now(), what) });
    }

    pub(super) fn saw_record(
        &self,
        test: Test,
        at: Timestamp,
        request: &RequestId,
        record: &AuditId,
        what: impl Into<String>,
    ) {
        let seen = Evidence::new(at, what);
        self.note(test, Evidence { request: Some(request.clone()), record: Some(record.clone()), ..seen });
    }

    /// Where a test is judged more than once the worst counts: failed, then not run, then passed.
    pub(super) fn judge(&self, test: Test, verdict: Verdict) {
        let mut log = self.log();
        let known = log.verdicts.get(&test);
        if known.is_none_or(|known| rank(&verdict) > rank(known)) {
            log.verdicts.insert(test, verdict.clone());
        }
        drop(log);
        (self.observe)(&Progress { test, seen: None, verdict: Some(verdict) });
    }

    pub(super) fn is_judged(&self, test: Test) -> bool {
        self.log().verdicts.contains_key(&test)
    }

    pub(super) fn finish(self, left_behind: Vec<LeftBehind>) -> Verification {
        let ended = self.now();
        let info = self.reader.info();
        let (backend, tenant) = (info.name.clone(), info.tenant.clone());
        let mut log = self.log.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut check = |test: &Test| {
            let verdict = log.verdicts.remove(test).unwrap_or_else(|| unjudged(*test));
            let mut evidence = log.seen.remove(test).unwrap_or_default();
            evidence.sort_by_key(|seen| seen.at);
            Check { evidence, ..Check::new(*test, verdict) }
        };
        let checks = Test::ALL.iter().map(&mut check).collect();
        Verification {
            backend,
            tenant,
            began: self.began,
            ended,
            privilege: self.options.privilege.clone(),
            approved_privilege: self.options.approved_privilege.clone(),
            checks,
            left_behind,
        }
    }

    fn note(&self, test: Test, seen: Evidence) {
        self.log().seen.entry(test).or_default().push(seen.clone());
        (self.observe)(&Progress { test, seen: Some(seen), verdict: None });
    }

    /// The log is whole after every step, so a panic in an observer is no reason to refuse it.
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn nobody() -> Error {
    Error::new(ErrorKind::InvalidInput, "nobody takes part: sign at least the requestor in")
}

/// What a refusal says of the deployment. What the sign-in, the options or the way to the service lack says
/// nothing.
pub(super) fn judged(error: &Error) -> Verdict {
    use ErrorKind::{
        AlreadyExists, Cancelled, Malformed, OutcomeUnknown, PolicyViolation, StepUpRequired, Throttled,
        Unauthenticated, Unavailable, Unsupported,
    };
    let ineligible = error.violations().iter().any(|v| v.rule == ViolatedRule::Eligibility);
    let remedy = match error.kind() {
        AlreadyExists => "whoever tests it must not hold it or wait for it already: end or cancel that first",
        StepUpRequired => "sign in as the policy demands",
        PolicyViolation if !ineligible => "give the options and the sign-in what the policy demands",
        Unsupported | Unauthenticated | Throttled | Unavailable | OutcomeUnknown | Cancelled | Malformed => {
            "try again once the service can be asked"
        }
        _ => return Verdict::Failed(error.to_string()),
    };
    Verdict::NotRun(format!("{remedy}: {error}"))
}

/// Which eligibility to name, where the service wants to be told (Azure).
async fn eligibility(by: &Client, privilege: &Privilege) -> Option<ScheduleId> {
    if privilege.surface() != Surface::AzureRoles {
        return None;
    }
    let filter = Filter { surface: Some(Surface::AzureRoles), ..Filter::default() };
    let query = EligibilityQuery { view: View::Mine, filter, ..EligibilityQuery::default() };
    let rows = by.eligibilities(&query, None).collect_all().await.ok()?;
    rows.into_iter().find(|row| row.privilege == *privilege).map(|row| row.id)
}

fn unjudged(test: Test) -> Verdict {
    Verdict::NotRun(match test {
        Test::Activation => "nobody who could activate takes part: add a requestor".to_owned(),
        Test::Approval | Test::OwnApproval => {
            "nothing that was activated needs approval: name a privilege that does as approved_privilege"
                .to_owned()
        }
        Test::Deactivation => "nothing was activated".to_owned(),
        Test::Mfa | Test::Audit => "nothing was asked for".to_owned(),
    })
}

const fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Passed => 0,
        Verdict::NotRun(_) => 1,
        Verdict::Failed(_) => 2,
    }
}
