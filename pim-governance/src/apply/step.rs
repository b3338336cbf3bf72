//! One step: looked at, intended, sent, seen.

use pim_core::{
    client::Client,
    error::{Error, ErrorKind, Result, Retry},
    guard,
    id::{RequestId, ReviewId, RoleId},
    policy::{Rule, RuleChange},
    request::{Phase, Request, RequestKey, RequestStatus},
    schedule::Level,
    time::{Period, Timestamp},
};

use super::{
    Failure, Mode, Row, Status,
    journal::{Made, Recorded, State},
    judge::{Finding, effect, finding},
    look::{Look, is_passing},
    run::Run,
};
use crate::plan::{Change, Step, codes::OWN_ACCESS};

const FIRST_WAIT: Period = Period::seconds(1);
const LONGEST_WAIT: Period = Period::seconds(15);

/// What became of a step, before it is written down.
pub(super) struct Ending {
    pub(super) status: Status,
    pub(super) reason: Option<String>,
    failure: Option<Failure>,
    request: Option<RequestId>,
    made: Option<Made>,
}

/// What came of sending.
enum Sent {
    /// The service took it, or may have.
    Taken(Option<RequestKey>),
    /// It said no.
    No(Error),
}

impl Ending {
    const fn of(status: Status) -> Self {
        Self { status, reason: None, failure: None, request: None, made: None }
    }

    pub(super) fn because(status: Status, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..Self::of(status) }
    }

    fn failed(error: &Error) -> Self {
        let refused = error.code().is_some_and(|code| guard::CODES.contains(&code) || code == OWN_ACCESS);
        let status = if refused { Status::Refused } else { Status::Failed };
        Self { failure: Some(Failure::from(error)), ..Self::of(status) }
    }

    /// What can't be read can't be confirmed; it may have been sent nevertheless.
    fn unread(error: &Error) -> Self {
        let reason = "whether it was carried out can't be read";
        Self { failure: Some(Failure::from(error)), ..Self::because(Status::Unconfirmed, reason) }
    }

    pub(super) fn recorded(&self, step: &Step, at: Timestamp) -> Box<Recorded> {
        Box::new(Recorded {
            step: step.id,
            at,
            status: self.status,
            reason: self.reason.clone(),
            failure: self.failure.clone(),
            request: self.request.clone(),
            made: self.made.clone(),
        })
    }

    pub(super) fn tell(self, row: &mut Row, at: Timestamp) {
        row.status = self.status;
        row.reason = self.reason;
        row.failure = self.failure;
        row.request = self.request;
        row.ended = Some(at);
    }
}

impl Run<'_> {
    /// Carries out a step, from whatever is known of it.
    pub(super) async fn carry_out(&self, step: &Step) -> Ending {
        if let Some(since) = self.state(step).and_then(|state| State::open_since(&state)) {
            match self.settle(step, since).await {
                Ok(Some(ending)) => return ending,
                Ok(None) => {}
                Err(error) => return Ending::unread(&error),
            }
        }
        self.attempt(step).await
    }

    /// What became of a request that may have been sent, found by looking. `None` where it was not carried out and
    /// nothing of it is on its way.
    pub(super) async fn settle(&self, step: &Step, since: Timestamp) -> Result<Option<Ending>> {
        let clock = self.client.clock();
        // A request shows sooner than its effect; one that has not shown by then was never made.
        let shown_by = since + self.client.safeguards().settle;
        let mut wait = FIRST_WAIT;
        loop {
            let look = Look::new(self.client);
            match self.trace(&look, step, since).await {
                Ok(Some(ending)) => return Ok(Some(ending)),
                Ok(None) => {}
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error),
            }
            let left = shown_by.since(clock.now());
            if left.is_zero() {
                return Ok(None);
            }
            clock.sleep(wait.min(left)).await;
            wait = longer(wait);
        }
    }

    async fn trace(&self, look: &Look<'_>, step: &Step, since: Timestamp) -> Result<Option<Ending>> {
        if let Some(made) = effect(look, step, Some(since)).await? {
            return Ok(Some(Ending { made, ..Ending::of(Status::Done) }));
        }
        let Change::Grant(ask) = &step.change else { return Ok(None) };
        match look.own_request(ask, since).await? {
            // It was made, so it is not made again, whatever becomes of it.
            Some(request) if !has_failed(&request) => {
                Ok(Some(self.awaited(step, since, Some(request.key())).await))
            }
            _ => Ok(None),
        }
    }

    async fn attempt(&self, step: &Step) -> Ending {
        let clock = self.client.clock();
        let patience = clock.now() + self.options.settle;
        let mut intended = false;
        loop {
            if self.is_stopping() {
                return Ending::of(Status::NotRun);
            }
            let look = Look::new(self.client);
            let review = match finding(&look, self.plan, step).await {
                Ok(Finding::Ready { review }) => review,
                Ok(Finding::AlreadyDone) => return Ending::of(Status::AlreadyDone),
                Ok(Finding::Stale(reason)) => return Ending::because(Status::Stale, reason),
                Err(error) => return Ending::failed(&error),
            };
            if let Some(error) = self.cuts_own_access(&step.change) {
                return Ending::failed(&error);
            }
            if self.mode == Mode::WhatIf {
                return Ending::of(Status::WouldDo);
            }
            if self.mode == Mode::DryRun {
                return self.rehearsed(step).await;
            }
            if !intended && !self.intend(step) {
                return Ending::of(Status::NotRun);
            }
            intended = true;
            let sent_at = clock.now();
            let error = match send(self.client, &step.change, review.as_ref()).await {
                Sent::Taken(request) => return self.awaited(step, sent_at, request).await,
                Sent::No(error) => error,
            };
            match error.retry() {
                Retry::After(pause) if clock.now() + pause <= patience => clock.sleep(pause).await,
                _ => return self.unless_so(step, error).await,
            }
        }
    }

    /// Where no planner could see to it that the caller's own access lasts, because it is not said who carries the
    /// plan out, their own grants of what administers PIM stay.
    fn cuts_own_access(&self, change: &Change) -> Option<Error> {
        let Change::Grant(ask) = change else { return None };
        let own = self.client.info().caller.as_ref() == Some(&ask.principal);
        let role = ask.privilege.role_id()?;
        let administers =
            [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR].contains(role);
        let cut = own
            && administers
            && self.plan.guarded.caller.is_none()
            && ask.level != Level::Eligibility
            && change.takes_away(self.client.clock().now());
        let message = "it would take from you the access by which the plan is carried out: let somebody else do this step";
        cut.then(|| Error::new(ErrorKind::PermissionDenied, message).with_code(OWN_ACCESS))
    }

    /// The service's judgement without effect.
    async fn rehearsed(&self, step: &Step) -> Ending {
        let Change::Grant(ask) = &step.change else {
            let reason =
                "settings and reviews can't be tried without effect: what it rests on was read again";
            return Ending::because(Status::WouldDo, reason);
        };
        if !self.client.capabilities().dry_run {
            let reason = "this backend can't try requests without effect: what it rests on was read again";
            return Ending::because(Status::WouldDo, reason);
        }
        let mut ask = (**ask).clone();
        ask.dry_run = true;
        match self.client.submit(&ask).await {
            Ok(_) => Ending::of(Status::WouldDo),
            Err(error) if !step.after.is_empty() => {
                let reason = "judged by what stands now; a step that comes before may change that";
                Ending { reason: Some(reason.to_owned()), ..Ending::failed(&error) }
            }
            Err(error) => Ending::failed(&error),
        }
    }

    /// Waits until the effect is seen.
    async fn awaited(&self, step: &Step, since: Timestamp, request: Option<RequestKey>) -> Ending {
        let clock = self.client.clock();
        let until = clock.now() + self.options.settle;
        let mut wait = FIRST_WAIT;
        let id = request.as_ref().map(|key| key.id.clone());
        loop {
            let look = Look::new(self.client);
            let unseen = match effect(&look, step, Some(since)).await {
                Ok(Some(made)) => return Ending { request: id, made, ..Ending::of(Status::Done) },
                Ok(None) => None,
                Err(error) if is_passing(&error) => Some(error),
                Err(error) => return Ending { request: id, ..Ending::unread(&error) },
            };
            let left = until.since(clock.now());
            if left.is_zero() {
                let ending = self.unseen(request).await;
                return Ending {
                    request: id,
                    failure: ending.failure.or(unseen.as_ref().map(Failure::from)),
                    ..ending
                };
            }
            clock.sleep(wait.min(left)).await;
            wait = longer(wait);
        }
    }

    /// What the request itself says where its effect is not seen.
    async fn unseen(&self, request: Option<RequestKey>) -> Ending {
        let told = match &request {
            Some(key) => self.client.get_request(key).await.ok(),
            None => None,
        };
        let waited = self.options.settle;
        match told {
            Some(request) if has_failed(&request) => {
                let message =
                    format!("the service took the request, which is now {}: plan anew", request.status);
                Ending::failed(&Error::new(ErrorKind::Conflict, message).with_context("request", &request.id))
            }
            Some(request) => Ending::because(
                Status::Unconfirmed,
                format!("its effect was not seen within {waited}; its request is {}", request.status),
            ),
            None => Ending::because(Status::Unconfirmed, format!("its effect was not seen within {waited}")),
        }
    }

    /// A refusal of what is so already is none.
    async fn unless_so(&self, step: &Step, error: Error) -> Ending {
        let may_be_so = matches!(
            error.kind(),
            ErrorKind::AlreadyExists
                | ErrorKind::NotFound
                | ErrorKind::Conflict
                | ErrorKind::InvalidTransition
        );
        if may_be_so && let Ok(Some(_)) = effect(&Look::new(self.client), step, None).await {
            return Ending::because(Status::AlreadyDone, "somebody else was first");
        }
        Ending::failed(&error)
    }
}

async fn send(client: &Client, change: &Change, review: Option<&ReviewId>) -> Sent {
    let reply = match change {
        Change::Grant(ask) => match client.submit(ask).await {
            Ok(request) if has_failed(&request) => {
                let message =
                    format!("the service took the request and says it is {}: plan anew", request.status);
                Err(Error::new(ErrorKind::Conflict, message).with_context("request", &request.id))
            }
            reply => reply.map(|request| Some(request.key())),
        },
        Change::Policy { privilege, rules } => {
            let rules: Vec<Rule> = rules.iter().map(RuleChange::rule).collect();
            client.update_policy(privilege, &rules).await.map(|_| None)
        }
        Change::Review(review) => client.create_review(review).await.map(|_| None),
        Change::RemoveReview { .. } => match review {
            Some(review) => client.delete_review(review).await.map(|()| None),
            None => Ok(None),
        },
    };
    match reply {
        Ok(request) => Sent::Taken(request),
        // The client has looked for the request; whether it had effect is still to be seen.
        Err(error) if error.kind() == ErrorKind::OutcomeUnknown => Sent::Taken(None),
        Err(error) => Sent::No(error),
    }
}

fn has_failed(request: &Request) -> bool {
    request.phase() == Phase::Ended && request.status != RequestStatus::Revoked
}

fn longer(wait: Period) -> Period {
    Period::from_ticks(wait.ticks() / 2 * 3).min(LONGEST_WAIT)
}
