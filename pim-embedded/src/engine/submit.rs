//! Requests: what is refused, and what the others lead to.
//!
//! The order of checks follows the service as far as it is known: the caller's rights, then whether the request
//! makes sense, then duplicates and policy in the order that a switch names (`docs/open-questions.md`).

use pim_core::{
    backend::MINIMUM_ACTIVE,
    error::{Error, ErrorKind, Result},
    policy::{SessionKind, evaluate},
    privilege::{DirectoryScope, Privilege},
    request::{Action, NewRequest, Request, RequestStatus},
    time::{Expiry, Timestamp, Window},
    transition::{NeedsApproval, Start, reply},
};

use super::{
    command::{Outcome, Shown},
    decide::failed,
    event::{EndCause, Fact, GrantOrigin, Rank, RequestMade},
    grants::Grant,
    handling::Handling,
    refuse,
    state::State,
};
use crate::switches::{
    AppJustification, OrderOfChecks, PendingWithoutEligibility, RunningWithoutEligibility,
};

/// Handles a request.
pub(crate) fn submit(mut h: Handling<'_>, ask: &NewRequest) -> Outcome {
    let answer = checked(&h, ask).and_then(|rank| match ask.action {
        Action::AdminAssign | Action::AdminRenew => assign(&mut h, ask, rank),
        Action::AdminUpdate | Action::AdminExtend => update(&mut h, ask, rank),
        Action::AdminRemove => remove(&mut h, ask, rank),
        Action::SelfActivate => super::activate::activate(&mut h, ask),
        Action::SelfDeactivate => super::activate::deactivate(&mut h, ask),
        Action::SelfExtend | Action::SelfRenew => ask_administrator(&mut h, ask, rank),
        _ => Err(refuse::bad_request()),
    });
    match answer {
        Ok(made) if ask.dry_run => Outcome::done(Vec::new(), Shown::Tried(Box::new(tried(&h, ask, &made)))),
        Ok(made) => Outcome::done(h.events, Shown::Request(made.id)),
        Err(error) => {
            let events = if ask.dry_run { Vec::new() } else { h.events };
            Outcome { events, answer: Err(error.with_context("privilege", &ask.privilege)) }
        }
    }
}

/// What a valid request that was only tried is answered with: nothing of it is kept.
fn tried(h: &Handling<'_>, ask: &NewRequest, made: &RequestMade) -> Request {
    let status =
        if made.approvers.is_empty() { RequestStatus::Granted } else { RequestStatus::PendingEvaluation };
    let mut request = Request::new(made.id.request(), status, ask.clone());
    request.requestor = Some(made.by.clone());
    request.created = Some(h.now);
    request
}

/// Rights, existence and sense, common to all actions.
fn checked(h: &Handling<'_>, ask: &NewRequest) -> Result<Rank> {
    let rank = Rank::of(&ask.level).ok_or_else(refuse::bad_request)?;
    if ask.action.is_administrative() {
        h.access().to_administer(&ask.privilege, &ask.level)?;
    } else {
        h.access().in_person()?;
        if ask.principal != h.caller.principal {
            return Err(refuse::self_only());
        }
        if !h.state.directory.is_enabled(&h.caller.principal) {
            return Err(refuse::not_allowed());
        }
    }
    if !h.state.licensed {
        return Err(refuse::no_licence());
    }
    if h.state.directory.principal(&ask.principal).is_none() {
        return Err(refuse::no_principal());
    }
    exists(h.state, &ask.privilege)?;
    let activation = matches!(ask.action, Action::SelfActivate | Action::SelfDeactivate);
    let by_portal = matches!(ask.action, Action::SelfExtend | Action::SelfRenew);
    let grouped = matches!(ask.privilege, Privilege::Group { .. });
    let within_itself = ask.privilege.group_id().is_some_and(|group| group.as_principal() == ask.principal);
    if nests(h.state, ask, rank)
        || activation && rank == Rank::Eligibility
        || by_portal && grouped
        || within_itself
    {
        return Err(refuse::bad_request());
    }
    if !ask.action.is_removal()
        && ask.expiry.and_then(|e| e.end(ask.starts(h.now))).is_some_and(|end| end <= h.now)
    {
        return Err(refuse::bad_schedule());
    }
    Ok(rank)
}

/// True for a group that would be an active member of one that may hold roles; it can only be eligible.
///
/// Source: [PIM for Groups](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups).
fn nests(state: &State, ask: &NewRequest, rank: Rank) -> bool {
    let assignable =
        |group: &pim_core::id::GroupId| state.directory.group(group).is_some_and(|g| g.role_assignable);
    rank == Rank::Assignment
        && !ask.action.is_removal()
        && ask.privilege.group_id().is_some_and(assignable)
        && state.directory.group(&ask.principal.as_group()).is_some()
}

/// Refuses a privilege that is not there, or that PIM cannot manage.
pub(crate) fn exists(state: &State, privilege: &Privilege) -> Result<()> {
    match privilege {
        Privilege::Group { group, .. } => {
            let group = state.directory.group(group).ok_or_else(refuse::no_group)?;
            let plain = group.membership_rule.is_none() && group.source == pim_core::directory::Source::Cloud;
            if plain { Ok(()) } else { Err(refuse::unmanageable_group()) }
        }
        Privilege::DirectoryRole { scope: DirectoryScope::Other(_), .. } => Err(refuse::bad_scope()),
        Privilege::DirectoryRole { scope: DirectoryScope::AdministrativeUnit(unit), .. }
            if !state.directory.records.units.iter().any(|known| known.id == *unit) =>
        {
            Err(refuse::bad_scope())
        }
        _ => state.directory.role_of(privilege).map(|_| ()).ok_or_else(refuse::no_role),
    }
}

/// The request as the policy's rules are applied to it.
pub(crate) fn judge(h: &Handling<'_>, ask: &NewRequest, eligibility: Option<&Window>) -> Result<()> {
    let policy = h.state.policies.governing(&ask.privilege);
    let application = h.caller.session.kind == SessionKind::Application;
    let tolerated = application && h.state.switches.app_admin_justification == AppJustification::Tolerated;
    let evaluation = if tolerated && !ask.is_justified() {
        let spared = NewRequest { justification: Some("tolerated".into()), ..ask.clone() };
        evaluate(policy, &spared, &h.caller.session, eligibility, h.now)
    } else {
        evaluate(policy, ask, &h.caller.session, eligibility, h.now)
    };
    match evaluation.into_error() {
        None => Ok(()),
        Some(error) if error.kind() == ErrorKind::StepUpRequired => {
            Err(error.with_code("RoleAssignmentRequestAcrsValidationFailed"))
        }
        Some(error) => Err(error.with_code("RoleAssignmentRequestPolicyValidationFailed")),
    }
}

/// Duplicates and rules, in the order that the switch names.
pub(crate) fn in_order(
    h: &Handling<'_>,
    duplicates: impl Fn() -> Result<()>,
    rules: impl Fn() -> Result<()>,
) -> Result<()> {
    match h.state.switches.order_of_checks {
        OrderOfChecks::RulesFirst => rules().and_then(|()| duplicates()),
        _ => duplicates().and_then(|()| rules()),
    }
}

/// Refuses what is there already, or is being asked for already.
pub(crate) fn is_new(h: &Handling<'_>, ask: &NewRequest, rank: Rank) -> Result<()> {
    if h.find(&ask.principal, &ask.privilege, rank).is_some() {
        return Err(refuse::exists());
    }
    not_waiting(h, ask, rank)
}

fn not_waiting(h: &Handling<'_>, ask: &NewRequest, rank: Rank) -> Result<()> {
    let numbers = h.state.principals.find(&ask.principal).zip(h.state.privileges.find(&ask.privilege));
    match numbers.and_then(|(principal, privilege)| h.state.requests.waiting(principal, privilege, rank)) {
        Some(request) => Err(refuse::waiting().with_context("request", request.guid.request())),
        None => Ok(()),
    }
}

/// How a request is answered. `None` in the table is for actions that were refused before.
pub(crate) fn answered(action: &Action, approval: NeedsApproval, start: Start) -> Result<RequestStatus> {
    reply(action, approval, start).cloned().ok_or_else(refuse::bad_request)
}

fn assign(h: &mut Handling<'_>, ask: &NewRequest, rank: Rank) -> Result<RequestMade> {
    if ask.action == Action::AdminRenew && h.find(&ask.principal, &ask.privilege, rank).is_none() {
        renewable(h, ask, rank)?;
    }
    in_order(h, || is_new(h, ask, rank), || judge(h, ask, None))?;
    let window = window(h, ask)?;
    let status = answered(&ask.action, NeedsApproval::No, Start::of(window.start(), h.now))?;
    if is_stuck(h.state, ask) {
        // Accepted, and never carried out: the service leaves such requests `Granted` for good.
        let made = RequestMade { start: window.start(), ..h.request(ask, rank, RequestStatus::Granted) };
        h.push(Fact::RequestMade(Box::new(made.clone())));
        return Ok(made);
    }
    let made = RequestMade { start: window.start(), ..h.request(ask, rank, status) };
    h.onboard(&ask.privilege);
    h.push(Fact::RequestMade(Box::new(made.clone())));
    h.grant_of(&made, GrantOrigin::Assigned, window);
    Ok(made)
}

/// True for a directory role given to a group that may not hold one.
fn is_stuck(state: &State, ask: &NewRequest) -> bool {
    let group = state.directory.group(&ask.principal.as_group());
    matches!(ask.privilege, Privilege::DirectoryRole { .. })
        && group.is_some_and(|group| !group.role_assignable)
}

/// The window asked for; a past start means now.
pub(crate) fn window(h: &Handling<'_>, ask: &NewRequest) -> Result<Window> {
    let expiry = ask.expiry.unwrap_or(Expiry::Never);
    Window::starting(ask.starts(h.now), expiry).ok_or_else(refuse::bad_schedule)
}

fn renewable(h: &Handling<'_>, ask: &NewRequest, rank: Rank) -> Result<()> {
    let numbers = h.state.principals.find(&ask.principal).zip(h.state.privileges.find(&ask.privilege));
    let ended = numbers.is_some_and(|(p, q)| h.state.ended.contains_key(&(p, q, rank)));
    if ended { Ok(()) } else { Err(refuse::does_not_exist()) }
}

/// A grant that an administrator may change: not an activation, which only its holder ends.
fn changeable<'a>(h: &Handling<'a>, ask: &NewRequest, rank: Rank) -> Result<&'a Grant> {
    let grant = h.find(&ask.principal, &ask.privilege, rank).ok_or_else(refuse::does_not_exist)?;
    if grant.origin == GrantOrigin::Activated { Err(refuse::bad_request()) } else { Ok(grant) }
}

fn update(h: &mut Handling<'_>, ask: &NewRequest, rank: Rank) -> Result<RequestMade> {
    let grant = changeable(h, ask, rank)?;
    not_waiting(h, ask, rank)?;
    // What is not said stays as it is, and is judged too.
    let old = grant.window();
    let kept = ask.expiry.or_else(|| Some(old.end().map_or(Expiry::Never, Expiry::At)));
    // An extension begins where the grant did: a start far ahead would make its end look near.
    let asked_start = ask.start.filter(|_| ask.action == Action::AdminUpdate);
    let ask = NewRequest { expiry: kept, start: asked_start, ..ask.clone() };
    let end = window(h, &ask)?.end();
    let start = ask.start.map(|start| start.max(h.now)).or(old.start());
    if ask.action == Action::AdminExtend && !extends(old.end(), end) {
        return Err(refuse::bad_schedule());
    }
    judge(h, &ask, None)?;
    let window = Window::new(start, end).map_err(|_| refuse::bad_schedule())?;
    let status = answered(&ask.action, NeedsApproval::No, Start::of(window.start(), h.now))?;
    let made = RequestMade { start: window.start(), ..h.request(&ask, rank, status) };
    let condition = made.condition.clone().or_else(|| grant.condition.clone());
    h.onboard(&ask.privilege);
    h.push(Fact::RequestMade(Box::new(made.clone())));
    let started = window.contains(h.now);
    h.push(Fact::GrantChanged { id: grant.guid, new_id: made.id, window, condition, started });
    Ok(made)
}

fn extends(old: Option<Timestamp>, new: Option<Timestamp>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => new > old,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn remove(h: &mut Handling<'_>, ask: &NewRequest, rank: Rank) -> Result<RequestMade> {
    let grant = h.find(&ask.principal, &ask.privilege, rank).ok_or_else(refuse::does_not_exist)?;
    old_enough(h, ask, grant)?;
    h.keeps_last(&ask.privilege, grant)?;
    let ask = NewRequest { start: None, expiry: None, ..ask.clone() };
    let made = h.request(&ask, rank, answered(&ask.action, NeedsApproval::No, Start::Now)?);
    h.onboard(&ask.privilege);
    h.push(Fact::RequestMade(Box::new(made.clone())));
    h.end(grant, EndCause::Removed);
    if rank == Rank::Eligibility {
        without_eligibility(h, grant);
    }
    Ok(made)
}

/// Refuses to end a grant in its first minutes. The service keeps a record of that refusal.
pub(crate) fn old_enough(h: &mut Handling<'_>, ask: &NewRequest, grant: &Grant) -> Result<()> {
    let young = grant.rank == Rank::Assignment
        && grant.started
        && grant.start != Timestamp::MIN
        && h.now < grant.start + MINIMUM_ACTIVE;
    if !young {
        return Ok(());
    }
    let error: Error = refuse::too_young()
        .with_retry(pim_core::error::Retry::After((grant.start + MINIMUM_ACTIVE).since(h.now)));
    h.push(Fact::RemovalRefused {
        principal: ask.principal.clone(),
        privilege: ask.privilege.clone(),
        by: h.caller.principal.clone(),
        code: error.code().unwrap_or_default().into(),
    });
    Err(error)
}

fn without_eligibility(h: &mut Handling<'_>, eligibility: &Grant) {
    for fact in facts_without_eligibility(h.state, eligibility, h.now) {
        h.push(fact);
    }
}

/// What becomes of activations whose eligibility goes away; not known of the service, so switches tell.
pub(crate) fn facts_without_eligibility(state: &State, eligibility: &Grant, now: Timestamp) -> Vec<Fact> {
    let moved = |id, to| Fact::RequestMoved { id, to, start: None, by: None, justification: None };
    let fails = state.switches.removed_eligibility_pending == PendingWithoutEligibility::Fails;
    let ends = state.switches.running_activation_on_removed_eligibility == RunningWithoutEligibility::Ends;
    let mut facts = Vec::new();
    for slot in state.activations_of(eligibility.guid, eligibility.principal, eligibility.privilege) {
        let Some(grant) = state.grants.get(slot) else { continue };
        let over = if grant.started { ends } else { fails };
        if over && !grant.started {
            facts.push(moved(grant.guid, RequestStatus::Failed));
        }
        if over {
            let cause = EndCause::EligibilityRemoved;
            facts.push(Fact::GrantEnded { id: grant.guid, cause, by: None });
        }
    }
    if fails {
        let resting = state.requests.resting_on(eligibility.guid);
        let records = resting.into_iter().filter_map(|id| state.requests.get(id));
        facts.extend(records.map(|record| moved(record.guid, failed(record, now))));
    }
    facts
}

fn ask_administrator(h: &mut Handling<'_>, ask: &NewRequest, rank: Rank) -> Result<RequestMade> {
    match ask.action {
        Action::SelfExtend => {
            let grant = changeable(h, ask, rank)?;
            if !grant.has_end() {
                return Err(refuse::bad_request());
            }
        }
        _ if h.find(&ask.principal, &ask.privilege, rank).is_some() => return Err(refuse::exists()),
        _ => renewable(h, ask, rank)?,
    }
    not_waiting(h, ask, rank)?;
    judge(h, ask, None)?;
    let status = answered(&ask.action, NeedsApproval::No, Start::Now)?;
    let made = RequestMade { start: ask.start, ..h.request(ask, rank, status) };
    h.push(Fact::RequestMade(Box::new(made.clone())));
    Ok(made)
}
