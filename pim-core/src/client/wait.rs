//! Waiting for what was asked to come true.

use serde::{Deserialize, Serialize};

use super::Client;
use crate::{
    backend::{AssignmentQuery, EligibilityQuery, Filter, Operation, View, When},
    error::{Error, ErrorKind, Result, Retry},
    guard::is_administrative,
    id::{InstanceId, ScheduleId},
    page::Pager,
    request::{Action, Phase, Request, RequestKey},
    schedule::{Instance, Level, Origin},
    time::{Period, Timestamp, Window},
};

const FIRST_WAIT: Period = Period::seconds(1);
const LONGEST_WAIT: Period = Period::seconds(30);
/// How far the service's times may differ from one record to the next.
const SKEW: Period = Period::minutes(1);

/// What a service shows of a request at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Observed {
    /// The request; `None` where it is not visible yet, or no longer.
    pub request: Option<Request>,
    /// The grant in force: the request's own where the ids tell. Not asked for while the request is pending.
    pub instance: Option<Instance>,
    /// When this was so.
    pub at: Timestamp,
}

impl Observed {
    /// This request and this instance, at this time.
    pub const fn new(request: Option<Request>, instance: Option<Instance>, at: Timestamp) -> Self {
        Self { request, instance, at }
    }
}

/// Whether a condition is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Outlook {
    /// It is.
    Met,
    /// It may come to be: ask again.
    NotYet,
    /// It can't be any more.
    Never,
}

impl Client {
    /// Waits until a condition is met (see [`conditions`](super::conditions)), asking at growing intervals of
    /// one to thirty seconds, and answers with what was then seen. A request that can't be found is waited for,
    /// because services show new ones late; so is a status that this version does not know.
    ///
    /// # Errors
    /// `InvalidTransition` with the status where the condition can't be met any more (denied, canceled, timed
    /// out, failed); `Timeout` with the request's id after the deadline. The request is left as it is.
    pub async fn wait_for(
        &self,
        key: &RequestKey,
        condition: impl Fn(&Observed) -> Outlook + Send,
        deadline: Period,
    ) -> Result<Observed> {
        const OP: Operation = Operation::GetRequest;
        self.require(OP)?;
        self.require(instances_of(&key.level))?;
        let clock = self.backend().clock();
        let until = clock.now() + deadline;
        let mut wait = FIRST_WAIT;
        let mut status = None;
        loop {
            let pause = match self.observe(key).await {
                Ok(seen) => {
                    status = seen.request.as_ref().map(|request| request.status.clone()).or(status);
                    match condition(&seen) {
                        Outlook::Met => return Ok(seen),
                        Outlook::NotYet => wait,
                        Outlook::Never => return Err(too_late(key, &seen)),
                    }
                }
                Err(error) if is_passing(&error) => match error.retry() {
                    Retry::After(length) => length.max(wait),
                    Retry::Never | Retry::Exhausted => wait,
                },
                Err(error) => return Err(error.during(OP).with_context("request", &key.id)),
            };
            let left = until.since(clock.now());
            if left.is_zero() {
                let error = Error::new(
                    ErrorKind::Timeout,
                    "it did not come to be before the deadline; the request stands: wait on, or cancel it",
                );
                let error = error.with_context("request", &key.id).during(OP);
                return Err(status.iter().fold(error, |error, status| error.with_context("status", status)));
            }
            clock.sleep(pause.min(left)).await;
            wait = Period::from_ticks(wait.ticks() / 2 * 3).min(LONGEST_WAIT);
        }
    }

    async fn observe(&self, key: &RequestKey) -> Result<Observed> {
        let request = match self.backend().get_request(key).await {
            Ok(request) => Some(request),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let pending = request.as_ref().is_some_and(|request| request.phase() == Phase::Pending);
        let instance = if pending { None } else { self.instance(key, request.as_ref()).await? };
        Ok(Observed::new(request, instance, self.now()))
    }

    /// The instance in force that this request made, or for a removal the one it takes away. Without the
    /// request, whose grant it is can't be told: the caller's own are looked at first, then everybody's where
    /// the caller may read them.
    async fn instance(&self, key: &RequestKey, request: Option<&Request>) -> Result<Option<Instance>> {
        let known = self.info().caller.is_some();
        let Some(request) = request else {
            let own = if known { self.instance_in(View::Mine, key, None).await? } else { None };
            if own.is_some() {
                return Ok(own);
            }
            return match self.instance_in(View::Everyone, key, None).await {
                Err(error) if known && error.kind() == ErrorKind::PermissionDenied => Ok(None),
                found => found,
            };
        };
        let own = !is_administrative(&request.asked.action)
            && self.info().caller.as_ref() == Some(&request.asked.principal);
        let view = if own { View::Mine } else { View::Everyone };
        self.instance_in(view, key, Some(request)).await
    }

    async fn instance_in(
        &self,
        view: View,
        key: &RequestKey,
        request: Option<&Request>,
    ) -> Result<Option<Instance>> {
        let filter = Filter {
            surface: Some(key.privilege.surface()),
            principal: request.map(|request| request.asked.principal.clone()),
            privilege: Some(key.privilege.clone()),
            ..Filter::default()
        };
        let (when, now) = (When::Now, self.now());
        let candidates: Vec<Candidate> = if key.level == Level::Eligibility {
            let query = EligibilityQuery { view, when, filter };
            let rows =
                Pager::new(self.backend().list_eligibilities(&query, None), None).collect_all().await?;
            let held = rows.into_iter().filter(|row| row.privilege == key.privilege);
            held.map(|row| Candidate(row.id, row.instance, row.window, Origin::Assigned)).collect()
        } else {
            let query = AssignmentQuery { view, when, filter };
            let rows = Pager::new(self.backend().list_assignments(&query, None), None).collect_all().await?;
            let held = rows.into_iter().filter(|row| row.privilege == key.privilege);
            held.map(|row| Candidate(row.id, row.instance, row.window, row.origin)).collect()
        };
        let proof = candidates.into_iter().filter(|c| c.2.contains(now) && c.is_of(key, request));
        Ok(proof.filter_map(|c| c.into_instance(key, request)).next())
    }
}

/// A listed grant: schedule, instance, window, origin.
struct Candidate(ScheduleId, Option<InstanceId>, Window, Origin);

impl Candidate {
    /// By id where the service names the schedule; else by what kind of grant it is and when it began.
    fn is_of(&self, key: &RequestKey, request: Option<&Request>) -> bool {
        let Some(request) = request else {
            // Groups put group and access before the request's id.
            return self.0.to_string().ends_with(&key.id.to_string());
        };
        let activated = self.3.is_activated();
        let action = &request.asked.action;
        if action.is_removal() {
            return key.level == Level::Eligibility || activated == (*action == Action::SelfDeactivate);
        }
        if let Some(schedule) = &request.schedule {
            return self.0 == *schedule;
        }
        let fits = key.level == Level::Eligibility || activated == (*action == Action::SelfActivate);
        let made = request.created.or(request.asked.start);
        let recent = match (*action == Action::SelfActivate, self.2.start(), made) {
            (true, Some(start), Some(made)) => start + SKEW >= made,
            _ => true,
        };
        fits && recent
    }

    fn into_instance(self, key: &RequestKey, request: Option<&Request>) -> Option<Instance> {
        let mut instance = Instance::new(self.1?, self.0, self.2);
        let own = request.is_none_or(|request| !request.asked.action.is_removal());
        instance.request = own.then(|| key.id.clone());
        Some(instance)
    }
}

fn instances_of(level: &Level) -> Operation {
    if *level == Level::Eligibility { Operation::ListEligibilities } else { Operation::ListAssignments }
}

/// True for what is likely over at the next look.
fn is_passing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Timeout | ErrorKind::Unavailable)
}

fn too_late(key: &RequestKey, seen: &Observed) -> Error {
    let status = seen.request.as_ref().map_or("unknown", |request| request.status.as_str());
    let message = format!("the request is {status}, and what was waited for can't come to be: ask anew");
    Error::new(ErrorKind::InvalidTransition, message)
        .with_context("request", &key.id)
        .with_context("status", status)
        .during(Operation::GetRequest)
}
