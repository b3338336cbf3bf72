//! What happens by itself when its time comes.

use pim_core::{
    privilege::{GroupAccess, Privilege},
    request::RequestStatus,
    time::{Period, Timestamp},
    transition::{self, Trigger},
};

use super::{
    agenda::Due,
    alerts,
    event::{EndCause, Event, Fact, GrantOrigin, Guid, Rank},
    grants::Grant,
    handling::is_last,
    requests::Record,
    reviews,
    state::{Ended, State},
};

/// How long an ended grant can be renewed, and how long the service tries to find another owner for a group.
pub(crate) const GRACE: Period = Period::days(30);

/// When holders are told that a grant ends.
pub(crate) const WARNINGS: [Period; 2] = [Period::days(14), Period::days(1)];

/// The events of an entry that has fallen due; none when it no longer applies.
pub(crate) fn due(state: &State, at: Timestamp, due: &Due) -> Vec<Event> {
    let facts = match due {
        Due::GrantEnds(guid) => grant_ends(state, *guid, at),
        Due::GrantEndsSoon(guid) => ends_soon(state, *guid, at),
        Due::GrantStarts(guid) => grant_starts(state, *guid, at),
        Due::ApprovalExpires(guid) => approval_expires(state, *guid, at),
        Due::RenewalLapses { principal, privilege, eligibility } => {
            let rank = if *eligibility { Rank::Eligibility } else { Rank::Assignment };
            renewal_lapses(state, (*principal, *privilege, rank), at)
        }
        Due::RequestPurge(guid) => match state.requests.get(*guid) {
            Some(_) => vec![Fact::RequestPurged { id: *guid }],
            None => Vec::new(),
        },
        Due::Review(number) => reviews::due(state, *number, at),
        Due::AlertScan => alerts::due(state, at),
    };
    facts.into_iter().map(|fact| Event { at, fact }).collect()
}

fn grant_ends(state: &State, guid: Guid, at: Timestamp) -> Vec<Fact> {
    let Some((_, grant)) = state.grants.by_guid(guid).filter(|(_, grant)| grant.end == at) else {
        return Vec::new();
    };
    match put_off(state, grant, at) {
        Some(until) => vec![Fact::GrantKept { id: guid, until }],
        None => vec![Fact::GrantEnded { id: guid, cause: EndCause::Expired, by: None }],
    }
}

/// What does not end although its time is up: the last way to become Global Administrator stays for good; the
/// last owner of a group stays for thirty days, and then for good.
fn put_off(state: &State, grant: &Grant, at: Timestamp) -> Option<Option<Timestamp>> {
    let privilege = state.privileges.value(grant.privilege);
    if !is_last(state, privilege, grant) {
        return None;
    }
    match privilege {
        Privilege::Group { access: GroupAccess::Owner, .. } if grant.kept => Some(None),
        Privilege::Group { access: GroupAccess::Owner, .. } => Some(Some(at + GRACE)),
        _ => (grant.rank == Rank::Eligibility).then_some(None),
    }
}

fn ends_soon(state: &State, guid: Guid, at: Timestamp) -> Vec<Fact> {
    let in_time = |grant: &Grant| WARNINGS.iter().any(|before| grant.end - *before == at);
    // After a replay the agenda still holds what the journal tells already.
    let new = |grant: &Grant| grant.warned < warnings(grant.end, at);
    match state.grants.by_guid(guid) {
        Some((_, grant)) if in_time(grant) && new(grant) && grant.origin != GrantOrigin::Activated => {
            vec![Fact::GrantEndsSoon { id: guid }]
        }
        _ => Vec::new(),
    }
}

/// How many of the warnings of an end have fallen due.
pub(crate) fn warnings(end: Timestamp, now: Timestamp) -> u8 {
    WARNINGS.iter().map(|before| u8::from(end - *before <= now)).sum()
}

fn grant_starts(state: &State, guid: Guid, at: Timestamp) -> Vec<Fact> {
    let waits = |grant: &Grant| !grant.started && grant.start == at;
    if !state.grants.by_guid(guid).is_some_and(|(_, grant)| waits(grant)) {
        return Vec::new();
    }
    let mut facts = vec![Fact::GrantStarted { id: guid }];
    let started =
        |record: &Record| transition::apply(&record.status, Trigger::StartReached, record.start, at).ok();
    if let Some(to) = state.requests.get(guid).and_then(started) {
        facts.push(Fact::RequestMoved { id: guid, to, start: None, by: None, justification: None });
    }
    facts
}

fn approval_expires(state: &State, guid: Guid, at: Timestamp) -> Vec<Fact> {
    let Some(record) = state.requests.get(guid) else { return Vec::new() };
    let waits =
        matches!(record.status, RequestStatus::PendingApproval | RequestStatus::PendingApprovalProvisioning);
    match transition::apply(&record.status, Trigger::TimedOut, record.start, at) {
        Ok(to) if waits => {
            vec![Fact::RequestMoved { id: guid, to, start: None, by: None, justification: None }]
        }
        _ => Vec::new(),
    }
}

fn renewal_lapses(state: &State, place: (u32, u32, Rank), at: Timestamp) -> Vec<Fact> {
    if state.ended.get(&place).is_none_or(|Ended { at: ended }| *ended + GRACE != at) {
        return Vec::new();
    }
    let (principal, privilege, rank) = place;
    vec![Fact::RenewalLapsed {
        principal: state.principals.value(principal).clone(),
        privilege: state.privileges.value(privilege).clone(),
        rank,
    }]
}
