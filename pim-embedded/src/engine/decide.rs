//! Decisions on requests: by approvers, by administrators, and the requestor's own to withdraw.

use pim_core::{
    approval::{Approval, ApprovalKey, Decision, NewDecision},
    error::Result,
    id::{PrincipalId, StageId},
    policy::{Approver, ApproverKind},
    request::{Action, NewRequest, RequestKey, RequestStatus},
    time::{Expiry, Timestamp, Window},
    transition::{self, Trigger},
};

use super::{
    activate::usable,
    command::{AdminAnswer, Outcome, Shown},
    event::{EndCause, Fact, GrantMade, GrantOrigin, Guid, Rank},
    grants::Grant,
    handling::{Handling, text},
    refuse,
    requests::Record,
    state::State,
};
use crate::switches::{CanceledStatus, LateApproval, PendingWithoutEligibility};

/// Handles an approver's decision. The first one counts; nobody decides on their own request.
pub(crate) fn decide(
    mut h: Handling<'_>,
    key: &ApprovalKey,
    stage: &StageId,
    answer: &NewDecision,
) -> Outcome {
    match decided(&mut h, key, stage, answer) {
        Ok(()) => Outcome::done(h.events, Shown::Nothing),
        Err(error) => Outcome { events: Vec::new(), answer: Err(error.with_context("approval", &key.id)) },
    }
}

/// The request that waits, or waited, for an approval.
pub(crate) fn of_approval<'a>(
    state: &'a State,
    key: &ApprovalKey,
) -> Result<(&'a Record, &'a Approval, &'a [Approver])> {
    let guid = key.id.guid().map(Guid).ok_or_else(refuse::no_approval)?;
    let record = state.requests.get(guid).ok_or_else(refuse::no_approval)?;
    let (approval, approvers) = record.approval().ok_or_else(refuse::no_approval)?;
    Ok((record, approval, approvers))
}

/// True when the principal is one of these approvers, itself or as a member of a group.
pub(crate) fn is_approver(state: &State, approvers: &[Approver], who: &PrincipalId) -> bool {
    let number = state.principals.find(who);
    let groups = number.map(|number| state.groups_of(number)).unwrap_or_default();
    approvers.iter().any(|approver| match approver.kind {
        ApproverKind::Group => {
            state.principals.find(&approver.id).is_some_and(|group| groups.contains(&group))
        }
        ApproverKind::Manager => false,
        _ => approver.id == *who,
    })
}

fn decided(h: &mut Handling<'_>, key: &ApprovalKey, stage: &StageId, answer: &NewDecision) -> Result<()> {
    h.access().in_person()?;
    let (record, approval, approvers) = of_approval(h.state, key)?;
    if !h.state.directory.is_enabled(&h.caller.principal) {
        return Err(refuse::not_allowed());
    }
    let approver = is_approver(h.state, approvers, &h.caller.principal);
    let requestor = h.state.principals.value(record.requestor);
    approval.clone().decide(stage, &h.caller.principal, requestor, approver, answer, h.now)?;
    h.push(Fact::Decided {
        id: record.guid,
        by: h.caller.principal.clone(),
        decision: answer.decision.clone(),
        justification: text(answer.justification.as_ref()),
    });
    if answer.decision == Decision::Deny {
        let to = transition::apply(&record.status, Trigger::Denied, record.start, h.now)?;
        moved(h, record.guid, to, None);
        return Ok(());
    }
    approve(h, record)
}

/// Carries out an approved activation: now, or at the start it asked for.
fn approve(h: &mut Handling<'_>, record: &Record) -> Result<()> {
    let late = record.start.is_some_and(|start| start <= h.now);
    if late && h.state.switches.late_approval == LateApproval::Expires {
        moved(
            h,
            record.guid,
            transition::apply(&record.status, Trigger::TimedOut, record.start, h.now)?,
            None,
        );
        return Ok(());
    }
    let start = record.start.map_or(h.now, |start| start.max(h.now));
    let window = Window::starting(start, record.expiry.unwrap_or(Expiry::Never));
    let window =
        window.and_then(|window| within_eligibility(h, record, window)).filter(|w| !w.has_ended(h.now));
    let taken = h.state.grants.find(record.principal, record.privilege, Rank::Assignment).is_some();
    let Some(window) = window.filter(|_| !taken) else {
        // The fixed end or that of the eligibility has passed meanwhile, or the holder was assigned the same:
        // nothing is left to grant.
        moved(h, record.guid, failed(record, h.now), None);
        return Ok(());
    };
    let to = transition::apply(&record.status, Trigger::Approved, record.start, h.now)?;
    moved(h, record.guid, to, Some(start));
    let grant = GrantMade {
        id: record.guid,
        principal: h.state.principals.value(record.principal).clone(),
        privilege: h.state.privileges.value(record.privilege).clone(),
        rank: Rank::Assignment,
        origin: GrantOrigin::Activated,
        window,
        using: record.using(),
        condition: record.condition(),
        started: window.contains(h.now),
    };
    h.push(Fact::GrantMade(Box::new(grant)));
    Ok(())
}

/// What of a window lies in the eligibility that it rests on: approval moves the window, not that. `None` where
/// the eligibility is gone, unless the switch tells that this does not matter.
fn within_eligibility(h: &Handling<'_>, record: &Record, window: Window) -> Option<Window> {
    let principal = h.state.principals.value(record.principal);
    let privilege = h.state.privileges.value(record.privilege);
    let start = window.start().unwrap_or(h.now);
    let survives = h.state.switches.removed_eligibility_pending == PendingWithoutEligibility::Survives;
    match usable(h, principal, privilege, start).map(Grant::window).filter(|held| held.contains(start)) {
        Some(held) => window.intersection(&held),
        None => survives.then_some(window),
    }
}

/// How a request ends that cannot be carried out. One with a future start has no way to fail in the table of
/// moves; it is withdrawn instead.
pub(crate) fn failed(record: &Record, now: Timestamp) -> RequestStatus {
    transition::apply(&record.status, Trigger::Failed, record.start, now).unwrap_or(RequestStatus::Canceled)
}

fn moved(h: &mut Handling<'_>, id: Guid, to: RequestStatus, start: Option<Timestamp>) {
    let by = Some(h.caller.principal.clone());
    h.push(Fact::RequestMoved { id, to, start, by, justification: None });
}

/// Handles an administrator's answer to a request to extend or renew.
pub(crate) fn answer(mut h: Handling<'_>, key: &RequestKey, answer: &AdminAnswer) -> Outcome {
    match answered(&mut h, key, answer) {
        Ok(id) => Outcome::done(h.events, Shown::Request(id)),
        Err(error) => Outcome { events: Vec::new(), answer: Err(error.with_context("request", &key.id)) },
    }
}

fn answered(h: &mut Handling<'_>, key: &RequestKey, answer: &AdminAnswer) -> Result<Guid> {
    let record = of_key(h.state, key)?;
    let privilege = h.state.privileges.value(record.privilege);
    h.access().to_administer(privilege, &record.rank.level())?;
    if h.state.principals.value(record.requestor) == &h.caller.principal {
        return Err(refuse::not_allowed());
    }
    let AdminAnswer::Approve(other_end) = answer else {
        let to = transition::apply(&record.status, Trigger::AdminDenied, record.start, h.now)?;
        moved(h, record.guid, to, None);
        return Ok(record.guid);
    };
    transition::apply(&record.status, Trigger::AdminApproved, record.start, h.now)?;
    let asked = other_end.or(record.expiry).unwrap_or(Expiry::Never);
    let action = if record.action == Action::SelfExtend { Action::AdminExtend } else { Action::AdminRenew };
    let principal = h.state.principals.value(record.principal).clone();
    let mut judged = NewRequest::new(action, record.rank.level(), principal.clone(), privilege.clone());
    judged.expiry = Some(asked);
    let held = h.state.grants.find(record.principal, record.privilege, record.rank);
    // What is there keeps its start, so a start asked for must not make a late end look near.
    judged.start = record.start.filter(|_| held.is_none());
    judged.justification = record.justification.as_deref().map(Into::into);
    super::submit::judge(h, &judged, None)?;
    let window = super::submit::window(h, &judged)?;
    moved(h, record.guid, RequestStatus::Provisioned, window.start());
    match held {
        Some((_, grant)) => {
            let window =
                Window::new(grant.window().start(), window.end()).map_err(|_| refuse::bad_schedule())?;
            h.push(Fact::GrantChanged {
                id: grant.guid,
                new_id: record.guid,
                window,
                condition: grant.condition.clone(),
                started: window.contains(h.now),
            });
        }
        None => {
            let grant = GrantMade {
                id: record.guid,
                principal,
                privilege: privilege.clone(),
                rank: record.rank,
                origin: GrantOrigin::Assigned,
                window,
                using: None,
                condition: record.condition(),
                started: window.contains(h.now),
            };
            h.push(Fact::GrantMade(Box::new(grant)));
        }
    }
    Ok(record.guid)
}

/// The request of this key. Looked for in another family, at another scope, it is not there.
pub(crate) fn of_key<'a>(state: &'a State, key: &RequestKey) -> Result<&'a Record> {
    let record =
        Guid::of(&key.id).and_then(|guid| state.requests.get(guid)).ok_or_else(refuse::no_request)?;
    let found = record.rank.level() == key.level
        && state.privileges.value(record.privilege).surface() == key.privilege.surface();
    if found { Ok(record) } else { Err(refuse::no_request()) }
}

/// Handles a withdrawal, by who asked or by an administrator.
pub(crate) fn cancel(mut h: Handling<'_>, key: &RequestKey) -> Outcome {
    match canceled(&mut h, key) {
        Ok(()) => Outcome::done(h.events, Shown::Nothing),
        Err(error) => Outcome { events: Vec::new(), answer: Err(error.with_context("request", &key.id)) },
    }
}

fn canceled(h: &mut Handling<'_>, key: &RequestKey) -> Result<()> {
    let record = of_key(h.state, key)?;
    let own = h.state.principals.value(record.requestor) == &h.caller.principal;
    if !own {
        let privilege = h.state.privileges.value(record.privilege);
        h.access().to_administer(privilege, &record.rank.level())?;
    }
    let canceled = transition::apply(&record.status, Trigger::Canceled, record.start, h.now)
        .map_err(|_| refuse::not_cancelable().with_context("status", &record.status))?;
    let revoked =
        h.state.switches.canceled_status == CanceledStatus::Revoked && record.rank == Rank::Eligibility;
    moved(h, record.guid, if revoked { RequestStatus::Revoked } else { canceled }, None);
    // An accepted request whose start lies ahead has its grant waiting already.
    if let Some((_, grant)) = h.state.grants.by_guid(record.guid).filter(|(_, grant)| !grant.started) {
        h.end(grant, EndCause::Canceled);
    }
    Ok(())
}
