//! Activating and deactivating: the holder's own acts.

use pim_core::{
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
    policy::{ApprovalSetting, Approver, RuleKind, Setting},
    privilege::Privilege,
    request::NewRequest,
    time::Timestamp,
    transition::{NeedsApproval, Start},
};

use super::{
    event::{EndCause, Fact, GrantOrigin, Rank, RequestMade},
    grants::Grant,
    handling::Handling,
    refuse,
    state::State,
    submit::{answered, in_order, is_new, judge, old_enough, window},
};
use crate::switches::AuditRefused;

pub(crate) fn activate(h: &mut Handling<'_>, ask: &NewRequest) -> Result<RequestMade> {
    let eligibility = usable(h, &ask.principal, &ask.privilege, ask.starts(h.now));
    if eligibility.is_none() && eligible_elsewhere(h, ask) {
        return Err(refuse::bad_scope());
    }
    let judged = in_order(
        h,
        || is_new(h, ask, Rank::Assignment),
        || judge(h, ask, State::window_of(eligibility).as_ref()),
    );
    if let Err(error) = judged {
        note_refusal(h, ask, &error);
        return Err(error);
    }
    let window = window(h, ask)?;
    let start = Start::of(window.start(), h.now);
    let setting = approval(h.state, &ask.privilege);
    let needed = if setting.is_some() { NeedsApproval::Yes } else { NeedsApproval::No };
    let status = answered(&ask.action, needed, start)?;
    let mut made = h.request(ask, Rank::Assignment, status);
    made.using = eligibility.map(|grant| grant.guid);
    // The eligibility's own comes first: an activation never allows more.
    made.condition = eligibility.and_then(|grant| grant.condition.clone()).or(made.condition);
    match setting {
        Some(setting) => {
            // Without a start of its own the activation begins when it is approved.
            made.start = if start == Start::Later { window.start() } else { None };
            made.approvers = approvers(h.state, &ask.privilege, setting);
            h.push(Fact::RequestMade(Box::new(made.clone())));
        }
        None => {
            made.start = window.start();
            h.push(Fact::RequestMade(Box::new(made.clone())));
            h.grant_of(&made, GrantOrigin::Activated, window);
        }
    }
    Ok(made)
}

pub(crate) fn deactivate(h: &mut Handling<'_>, ask: &NewRequest) -> Result<RequestMade> {
    let grant = h
        .find(&ask.principal, &ask.privilege, Rank::Assignment)
        .filter(|grant| grant.origin == GrantOrigin::Activated)
        .ok_or_else(refuse::does_not_exist)?;
    old_enough(h, ask, grant)?;
    h.keeps_last(&ask.privilege, grant)?;
    let ask = NewRequest { start: None, expiry: None, ..ask.clone() };
    let made = h.request(&ask, Rank::Assignment, answered(&ask.action, NeedsApproval::No, Start::Now)?);
    h.push(Fact::RequestMade(Box::new(made.clone())));
    h.end(grant, EndCause::Deactivated);
    Ok(made)
}

/// The eligibility that an activation rests on: for exactly this privilege, or, for an Azure role, at a scope
/// above it. Of those good at the start asked for, the one that lasts longest; one that is not tells why it
/// fails.
pub(crate) fn usable<'a>(
    h: &Handling<'a>,
    principal: &PrincipalId,
    privilege: &Privilege,
    start: Timestamp,
) -> Option<&'a Grant> {
    let state = h.state;
    let principal = state.principals.find(principal)?;
    let exact = state.privileges.find(privilege);
    let exact = exact.into_iter().flat_map(|privilege| state.eligibilities_of(principal, privilege));
    let azure = matches!(privilege, Privilege::AzureRole { .. });
    let above = azure.then(|| eligibilities(state, principal)).into_iter().flatten();
    let above = above.filter(|grant| covers(state.privileges.value(grant.privilege), privilege));
    let mut found: Option<&Grant> = None;
    for grant in exact.chain(above) {
        let good = |grant: &Grant| (grant.window().contains(start), grant.end);
        if found.is_none_or(|best| good(grant).0 && good(grant) > good(best)) {
            found = Some(grant);
        }
    }
    found
}

/// True for an Azure role held at a scope at or above that of another.
fn covers(held: &Privilege, asked: &Privilege) -> bool {
    match (held, asked) {
        (Privilege::AzureRole { role, scope: at }, Privilege::AzureRole { role: wanted, scope }) => {
            role == wanted && at.covers(scope)
        }
        _ => false,
    }
}

/// True when the holder is eligible for the same directory role, only at another scope.
fn eligible_elsewhere(h: &Handling<'_>, ask: &NewRequest) -> bool {
    let Privilege::DirectoryRole { role, .. } = &ask.privilege else { return false };
    let Some(principal) = h.state.principals.find(&ask.principal) else { return false };
    eligibilities(h.state, principal).any(|grant| match h.state.privileges.value(grant.privilege) {
        Privilege::DirectoryRole { role: own, scope } => {
            own == role
                && !matches!(&ask.privilege, Privilege::DirectoryRole { scope: asked, .. } if asked == scope)
        }
        _ => false,
    })
}

/// Every eligibility of a holder, own or through groups.
fn eligibilities(state: &State, principal: u32) -> impl Iterator<Item = &Grant> {
    let holders = std::iter::once(principal).chain(state.groups_of(principal));
    holders
        .flat_map(|holder| state.grants.of_holder(holder))
        .map(|(_, g)| g)
        .filter(|g| g.rank == Rank::Eligibility)
}

/// The approval that the policy demands.
pub(crate) fn approval<'a>(state: &'a State, privilege: &Privilege) -> Option<&'a ApprovalSetting> {
    match state.policies.governing(privilege).setting(&RuleKind::ApprovalEndUserAssignment) {
        Some(Setting::Approval(setting)) if setting.required => Some(setting),
        _ => None,
    }
}

/// Who may approve: those named, or for a directory role without any the Global and Privileged Role
/// Administrators of the moment. Groups and Azure roles have no such fall-back.
///
/// Source: [Approve or deny requests](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-approval-workflow).
fn approvers(state: &State, privilege: &Privilege, setting: &ApprovalSetting) -> Vec<Approver> {
    let named: Vec<Approver> = setting.approvers().cloned().collect();
    if !named.is_empty() || !matches!(privilege, Privilege::DirectoryRole { .. }) {
        return named;
    }
    use pim_core::id::RoleId;
    let defaults = [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR].map(Privilege::role);
    let mut found: Vec<Approver> = Vec::new();
    for number in defaults.iter().filter_map(|role| state.privileges.find(role)) {
        for (_, grant) in
            state.grants.of_privilege(number).filter(|(_, g)| g.started && g.rank == Rank::Assignment)
        {
            let id = state.principals.value(grant.principal).clone();
            let group = state.directory.group(&id.as_group()).is_some();
            let approver = if group { Approver::group(id) } else { Approver::user(id) };
            if !found.contains(&approver) {
                found.push(approver);
            }
        }
    }
    found
}

/// Whether a refused activation leaves a record is not known; a switch tells.
fn note_refusal(h: &mut Handling<'_>, ask: &NewRequest, error: &Error) {
    let by_policy = matches!(error.kind(), ErrorKind::PolicyViolation | ErrorKind::StepUpRequired);
    if by_policy && h.state.switches.audit_refused_requests == AuditRefused::Yes {
        let code = error.code().unwrap_or_default().into();
        h.push(Fact::ActivationRefused {
            privilege: ask.privilege.clone(),
            by: h.caller.principal.clone(),
            code,
        });
    }
}

/// How long an approval stays open, seen from when it was asked for.
pub(crate) fn approval_ends(created: Timestamp) -> Timestamp {
    created + pim_core::approval::APPROVAL_TIMEOUT
}
