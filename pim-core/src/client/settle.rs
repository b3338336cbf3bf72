//! What became of a request whose reply was lost. It is looked for, never sent again: services take equal
//! requests twice, or refuse the second as a duplicate of the first that did succeed.

use super::Client;
use crate::{
    backend::{AssignmentQuery, EligibilityQuery, Filter, Operation, RequestQuery, View, When},
    error::{ErrorKind, Result},
    guard::is_administrative,
    id::ScheduleId,
    page::Pager,
    request::{Action, NewRequest, Request, RequestStatus},
    schedule::{Level, Origin},
    time::{Expiry, Period, Timestamp, Window},
};

/// How far the service's clock may be behind the one that told when the request was sent.
const SKEW: Period = Period::seconds(5);
const FIRST_WAIT: Period = Period::seconds(1);
const LONGEST_WAIT: Period = Period::seconds(15);

impl Client {
    /// Passes a reply on; for a lost one, what the service shows of the request.
    pub(super) async fn settled(
        &self,
        ask: &NewRequest,
        sent: Timestamp,
        reply: Result<Request>,
    ) -> Result<Request> {
        let lost = match reply {
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown && !ask.dry_run => error,
            reply => return reply,
        };
        let clock = self.backend().clock();
        let until = clock.now() + self.safeguards().settle;
        let mut wait = FIRST_WAIT;
        loop {
            if let Some(found) = self.trace(ask, sent).await {
                return Ok(found);
            }
            let left = until.since(clock.now());
            if left.is_zero() {
                return Err(lost.with_context("looked for", self.safeguards().settle));
            }
            clock.sleep(wait.min(left)).await;
            wait = wait.times(2).min(LONGEST_WAIT);
        }
    }

    /// A look that fails tells no more than one that finds nothing.
    async fn trace(&self, ask: &NewRequest, sent: Timestamp) -> Option<Request> {
        match self.lost_request(ask, sent).await {
            Some(found) => Some(found),
            None => self.lost_grant(ask, sent).await,
        }
    }

    async fn lost_request(&self, ask: &NewRequest, sent: Timestamp) -> Option<Request> {
        self.require(Operation::ListRequests).ok()?;
        let query = RequestQuery { view: view(ask), filter: filter(ask), status: Vec::new() };
        let listed = readable(self.backend().list_requests(&query, None)).await;
        let caller = self.info().caller.as_ref();
        listed
            .into_iter()
            .filter(|seen| same(&seen.asked, ask))
            .filter(|seen| caller.is_none() || seen.requestor.is_none() || seen.requestor.as_ref() == caller)
            .filter(|seen| seen.created.is_some_and(|created| created + SKEW >= sent))
            .max_by_key(|seen| seen.created)
    }

    /// The new grant itself, where requests can't be listed or come late. Only what makes a grant that was not
    /// there before can be told by it.
    async fn lost_grant(&self, ask: &NewRequest, sent: Timestamp) -> Option<Request> {
        if !matches!(ask.action, Action::AdminAssign | Action::SelfActivate) {
            return None;
        }
        let (when, filter, view) = (When::NowOrLater, filter(ask), view(ask));
        let fits = |window: &Window| {
            let planned = ask.starts(sent);
            let expected = ask.expiry.and_then(|expiry| expiry.end(planned));
            window.start().is_some_and(|start| start + SKEW >= planned)
                && window.is_permanent() == expected.is_none()
        };
        let (schedule, window) = if ask.level == Level::Eligibility {
            self.require(Operation::ListEligibilities).ok()?;
            let query = EligibilityQuery { view, when, filter };
            let rows = readable(self.backend().list_eligibilities(&query, None)).await;
            rows.into_iter().find(|row| fits(&row.window)).map(|row| (row.id, row.window))?
        } else {
            self.require(Operation::ListAssignments).ok()?;
            let query = AssignmentQuery { view, when, filter };
            let rows = readable(self.backend().list_assignments(&query, None)).await;
            let activated = ask.action == Action::SelfActivate;
            let row = rows.into_iter().find(|row| {
                fits(&row.window)
                    && match row.origin {
                        Origin::Activated { .. } => activated,
                        Origin::Assigned => !activated,
                        Origin::Unknown(_) => false,
                    }
            });
            row.map(|row| (row.id, row.window))?
        };
        self.told_by_grant(ask, schedule, window)
    }

    /// The request as far as its grant tells; it goes by the schedule's id, which is the request's own on the
    /// surfaces where both are equal.
    fn told_by_grant(&self, ask: &NewRequest, schedule: ScheduleId, window: Window) -> Option<Request> {
        let in_force = window.contains(self.now());
        let status = if in_force { RequestStatus::Provisioned } else { RequestStatus::Granted };
        let mut asked = ask.clone();
        asked.start = window.start();
        asked.expiry = Some(window.end().map_or(Expiry::Never, Expiry::At));
        let mut found = Request::new(schedule.to_string().parse().ok()?, status, asked);
        found.requestor.clone_from(&self.info().caller);
        found.schedule = Some(schedule);
        Some(found)
    }
}

/// What a reader of everything may see; a holder sees their own.
fn view(ask: &NewRequest) -> View {
    if is_administrative(&ask.action) { View::Everyone } else { View::Mine }
}

fn filter(ask: &NewRequest) -> Filter {
    Filter {
        surface: Some(ask.privilege.surface()),
        principal: Some(ask.principal.clone()),
        privilege: Some(ask.privilege.clone()),
        ..Filter::default()
    }
}

/// Start and end are left out where services rewrite them: a past start becomes their own time, and a length
/// may come back as an instant.
fn same(seen: &NewRequest, ask: &NewRequest) -> bool {
    let same_end = match (seen.expiry, ask.expiry) {
        (Some(Expiry::After(a)), Some(Expiry::After(b))) => a == b,
        (Some(Expiry::At(a)), Some(Expiry::At(b))) => a == b,
        (Some(a), Some(b)) => (a == Expiry::Never) == (b == Expiry::Never),
        _ => true,
    };
    seen.action == ask.action
        && seen.level == ask.level
        && seen.principal == ask.principal
        && seen.privilege == ask.privilege
        && seen.justification == ask.justification
        && seen.ticket.as_ref().filter(|t| !t.is_empty()) == ask.ticket.as_ref().filter(|t| !t.is_empty())
        && seen.condition == ask.condition
        && same_end
}

/// What can be read of a list.
async fn readable<T>(batches: crate::page::Batches<T>) -> Vec<T> {
    let mut pages = Pager::new(batches, None);
    let mut all = Vec::new();
    while let Ok(Some(page)) = pages.next_page().await {
        all.extend(page.items);
    }
    all
}
