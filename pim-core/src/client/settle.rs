//! What became of a request whose reply was lost. It is looked for, never sent again: services take equal
//! requests twice, or refuse the second as a duplicate of the first that did succeed.
//!
//! A success is told only of a request that is this caller's own, says the same, was made after it was sent and is no
//! other ask's. A grant proves nothing by itself: anybody may have made it. It leads to the request behind it.

use super::{Client, ledger::Sent};
use crate::{
    backend::{AssignmentQuery, EligibilityQuery, Filter, Operation, RequestQuery, View, When},
    error::{Error, ErrorKind, Result},
    guard::is_administrative,
    id::ScheduleId,
    page::Pager,
    request::{Action, NewRequest, Request, RequestKey, Ticket},
    schedule::{Level, Origin, Via},
    sensitive::Sensitive,
    time::{Expiry, Period, Window},
};

/// How far the service's clock may be behind the one that told when the request was sent.
pub(super) const SKEW: Period = Period::seconds(5);
/// What was made so long before the request was sent is older, however wrong the clocks are.
const OLDER: Period = Period::minutes(5);
const FIRST_WAIT: Period = Period::seconds(1);
const LONGEST_WAIT: Period = Period::seconds(15);

/// What one look shows.
enum Trace {
    Own(Box<Request>),
    /// The holder has an equal grant by another request, made after this one was sent: so this one can't have been
    /// carried out.
    Beaten,
    /// The holder has an equal grant that is not this request's. Lists may still show what was removed before.
    Held,
    Nothing,
}

/// Whose request it is, as far as can be told.
#[derive(PartialEq)]
enum Whose {
    Own,
    Another,
    Unclear,
}

impl Client {
    /// Passes a reply on; for a lost one, what the service shows of the request.
    pub(super) async fn settled(
        &self,
        ask: &NewRequest,
        sent: Sent<'_>,
        reply: Result<Request>,
    ) -> Result<Request> {
        let lost = match reply {
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown && !ask.dry_run => error,
            reply => {
                sent.answered(reply.as_ref().ok());
                return reply;
            }
        };
        sent.lost();
        let outcome = self.sought(ask, &sent, lost).await;
        sent.settled();
        outcome
    }

    async fn sought(&self, ask: &NewRequest, sent: &Sent<'_>, lost: Error) -> Result<Request> {
        let clock = self.backend().clock();
        let until = clock.now() + self.safeguards().settle;
        let mut wait = FIRST_WAIT;
        loop {
            let seen = self.trace(ask, sent).await;
            let left = until.since(clock.now());
            match seen {
                Trace::Own(found) => return Ok(*found),
                Trace::Beaten => return Err(exists(lost)),
                Trace::Held if left.is_zero() => return Err(exists(lost)),
                Trace::Nothing if left.is_zero() => {
                    return Err(lost.with_context("looked for", self.safeguards().settle));
                }
                Trace::Held | Trace::Nothing => {}
            }
            clock.sleep(wait.min(left)).await;
            wait = wait.times(2).min(LONGEST_WAIT);
        }
    }

    /// A look that fails tells no more than one that finds nothing.
    async fn trace(&self, ask: &NewRequest, sent: &Sent<'_>) -> Trace {
        let requests = self.requests_about(ask).await;
        let mut own: Vec<_> =
            requests.iter().filter(|seen| self.whose(seen, ask, sent) == Whose::Own).collect();
        own.sort_by_key(|seen| std::cmp::Reverse(seen.created));
        if let Some(found) = own.into_iter().find(|seen| claims(sent, seen)) {
            return Trace::Own(Box::new(found.clone()));
        }
        // Only a new grant tells by being there.
        if !matches!(ask.action, Action::AdminAssign | Action::SelfActivate) {
            return Trace::Nothing;
        }
        let mut trace = Trace::Nothing;
        for (schedule, window) in self.equal_grants(ask).await {
            let Some(behind) = self.behind(&schedule, ask, &requests).await else {
                if window.start().is_some_and(|start| start + OLDER < sent.at) {
                    trace = Trace::Held;
                }
                continue;
            };
            match self.whose(&behind, ask, sent) {
                Whose::Own if claims(sent, &behind) => return Trace::Own(Box::new(behind)),
                Whose::Another if behind.created.is_some_and(|created| created >= sent.at) => {
                    return Trace::Beaten;
                }
                Whose::Another => trace = Trace::Held,
                Whose::Own | Whose::Unclear => {}
            }
        }
        trace
    }

    fn whose(&self, seen: &Request, ask: &NewRequest, sent: &Sent<'_>) -> Whose {
        let (Some(by), Some(caller), Some(created)) = (&seen.requestor, &self.info().caller, seen.created)
        else {
            return Whose::Unclear;
        };
        if by != caller || created + OLDER < sent.at || self.inner.ledger.knows(&seen.id) {
            Whose::Another
        } else if created + SKEW >= sent.at && same(&seen.asked, ask) {
            Whose::Own
        } else {
            Whose::Unclear
        }
    }

    async fn requests_about(&self, ask: &NewRequest) -> Vec<Request> {
        if self.require(Operation::ListRequests).is_err() {
            return Vec::new();
        }
        let level = Some(ask.level.clone());
        let query = RequestQuery { view: view(ask), filter: filter(ask), level, status: Vec::new() };
        readable(self.backend().list_requests(&query, None)).await
    }

    /// The grants that the request would make a second time.
    async fn equal_grants(&self, ask: &NewRequest) -> Vec<(ScheduleId, Window)> {
        let (when, filter, view) = (When::NowOrLater, filter(ask), view(ask));
        if ask.level == Level::Eligibility {
            if self.require(Operation::ListEligibilities).is_err() {
                return Vec::new();
            }
            let query = EligibilityQuery { view, when, filter };
            let rows = readable(self.backend().list_eligibilities(&query, None)).await.into_iter();
            rows.filter(|row| row.via == Via::Direct).map(|row| (row.id, row.window)).collect()
        } else {
            if self.require(Operation::ListAssignments).is_err() {
                return Vec::new();
            }
            let query = AssignmentQuery { view, when, filter };
            let rows = readable(self.backend().list_assignments(&query, None)).await.into_iter();
            let alike = |origin: &Origin| match origin {
                Origin::Activated { .. } => ask.action == Action::SelfActivate,
                Origin::Assigned => ask.action == Action::AdminAssign,
                Origin::Unknown(_) => false,
            };
            rows.filter(|row| row.via == Via::Direct && alike(&row.origin))
                .map(|row| (row.id, row.window))
                .collect()
        }
    }

    /// The request that made a grant: by the schedule that it names, or by its own id, which ends the schedule's (groups
    /// put group and access before it). Not every service gives them so, and requests are purged.
    async fn behind(&self, grant: &ScheduleId, ask: &NewRequest, listed: &[Request]) -> Option<Request> {
        let made = |seen: &&Request| seen.schedule.as_ref() == Some(grant) && seen.asked.action == ask.action;
        if let Some(behind) = listed.iter().find(made) {
            return Some(behind.clone());
        }
        self.require(Operation::GetRequest).ok()?;
        let text = grant.to_string();
        let id = text.rsplit('_').next()?.parse().ok()?;
        let key = RequestKey { id, level: ask.level.clone(), privilege: ask.privilege.clone() };
        self.backend().get_request(&key).await.ok()
    }
}

fn claims(sent: &Sent<'_>, seen: &Request) -> bool {
    seen.created.is_some_and(|created| sent.claim(&seen.id, created))
}

fn exists(lost: Error) -> Error {
    let message = "the reply was lost, and the holder has an equal grant that another request made: this one was not \
                   carried out";
    let error = Error::new(ErrorKind::AlreadyExists, message);
    let error = lost.request_id().map(str::to_owned).into_iter().fold(error, Error::with_request_id);
    error.with_source(lost)
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
/// may come back as an instant. So are the blanks around a reason.
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
        && words(seen.justification.as_ref()) == words(ask.justification.as_ref())
        && ticket(seen.ticket.as_ref()) == ticket(ask.ticket.as_ref())
        && seen.condition == ask.condition
        && same_end
}

fn ticket(ticket: Option<&Ticket>) -> Option<(&str, &str)> {
    let ticket = ticket.filter(|ticket| !ticket.is_empty())?;
    Some((words(ticket.number.as_ref()), words(ticket.system.as_ref())))
}

fn words(text: Option<&Sensitive<String>>) -> &str {
    text.map_or("", |text| text.expose().trim())
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
