//! Changing role settings, and what happens behind PIM's back.

use pim_core::{
    audit::SignIn,
    error::Result,
    id::PrincipalId,
    policy::{Policy, Requirement, Rule, RuleKind, Setting},
    privilege::{Privilege, Surface},
    time::Window,
};

use super::{
    command::{Outcome, PolicyWrite, Shown},
    event::{EndCause, Fact, GrantMade, GrantOrigin, Rank},
    handling::Handling,
    policies::subject_of,
    refuse,
    submit::exists,
};

/// Handles a change of rules.
pub(crate) fn update(
    mut h: Handling<'_>,
    privilege: &Privilege,
    rules: &[Rule],
    write: PolicyWrite,
) -> Outcome {
    match updated(&mut h, privilege, rules, write) {
        Ok(()) => Outcome::done(h.events, Shown::Policy(privilege.clone())),
        Err(error) => Outcome { events: Vec::new(), answer: Err(error.with_context("privilege", privilege)) },
    }
}

fn updated(h: &mut Handling<'_>, privilege: &Privilege, rules: &[Rule], write: PolicyWrite) -> Result<()> {
    h.access().to_change_policy(privilege)?;
    if !h.state.licensed {
        return Err(refuse::no_licence());
    }
    exists(h.state, privilege)?;
    let before = h.state.policies.governing(privilege);
    let after = before.apply(rules);
    if write == PolicyWrite::Single && names_both(before) {
        return Err(refuse::recipients_beside_approvers());
    }
    // The check is not symmetric: a context may be switched on over MFA, and then neither is honoured.
    if demands_mfa(&after) && !demands_mfa(before) && demands_context(&after) && demands_context(before) {
        return Err(refuse::mfa_and_context());
    }
    let surface = privilege.surface();
    if approvers(&after) == Some(0) && surface == Surface::AzureRoles {
        return Err(refuse::invalid_policy());
    }
    if surface == Surface::AzureRoles && names_both(&after) {
        return Err(refuse::recipients_beside_approvers());
    }
    h.onboard(privilege);
    h.push(Fact::PolicyChanged {
        subject: subject_of(privilege),
        rules: rules.to_vec(),
        by: h.caller.principal.clone(),
    });
    Ok(())
}

fn demands_mfa(policy: &Policy) -> bool {
    match policy.setting(&RuleKind::EnablementEndUserAssignment) {
        Some(Setting::Enablement { required }) => required.contains(&Requirement::Mfa),
        _ => false,
    }
}

fn demands_context(policy: &Policy) -> bool {
    let rule = policy.setting(&RuleKind::AuthenticationContextEndUserAssignment);
    matches!(rule, Some(Setting::AuthenticationContext { enabled: true, .. }))
}

/// How many approvers are named, where approval is demanded.
fn approvers(policy: &Policy) -> Option<usize> {
    match policy.setting(&RuleKind::ApprovalEndUserAssignment) {
        Some(Setting::Approval(setting)) if setting.required => Some(setting.approvers().count()),
        _ => None,
    }
}

/// True for a policy that names both approvers and recipients of approver mail: the service then refuses
/// every single rule, the repairing one too.
fn names_both(policy: &Policy) -> bool {
    let recipients = match policy.setting(&RuleKind::NotificationApproverEndUserAssignment) {
        Some(Setting::Notification(setting)) => !setting.recipients.is_empty(),
        _ => false,
    };
    recipients && approvers(policy).is_some_and(|count| count > 0)
}

/// Handles an assignment written to the directory directly.
pub(crate) fn assign_outside(mut h: Handling<'_>, principal: &PrincipalId, privilege: &Privilege) -> Outcome {
    let checked = h.access().to_administer(privilege, &Rank::Assignment.level());
    let checked = checked.and_then(|()| exists(h.state, privilege));
    let known = h.state.directory.principal(principal).map(|_| ()).ok_or_else(refuse::no_principal);
    let new = match h.find(principal, privilege, Rank::Assignment) {
        Some(_) => Err(refuse::exists()),
        None => Ok(()),
    };
    if let Err(error) = checked.and(known).and(new) {
        return Outcome { events: Vec::new(), answer: Err(error) };
    }
    let grant = GrantMade {
        id: h.fresh(),
        principal: principal.clone(),
        privilege: privilege.clone(),
        rank: Rank::Assignment,
        origin: GrantOrigin::OutsidePim,
        window: Window::ALWAYS,
        using: None,
        condition: None,
        started: true,
    };
    h.push(Fact::GrantMade(Box::new(grant)));
    Outcome::done(h.events, Shown::Nothing)
}

/// Handles an assignment taken out of the directory directly. PIM does not guard the last administrator here.
pub(crate) fn remove_outside(mut h: Handling<'_>, principal: &PrincipalId, privilege: &Privilege) -> Outcome {
    let checked = h.access().to_administer(privilege, &Rank::Assignment.level());
    let found = h.find(principal, privilege, Rank::Assignment).ok_or_else(refuse::does_not_exist);
    match checked.and(found) {
        Ok(grant) => {
            h.end(grant, EndCause::OutsidePim);
            Outcome::done(h.events, Shown::Nothing)
        }
        Err(error) => Outcome { events: Vec::new(), answer: Err(error) },
    }
}

/// Handles a sign-in to be put on record.
pub(crate) fn record_sign_in(mut h: Handling<'_>, sign_in: &SignIn) -> Outcome {
    if h.state.directory.principal(&sign_in.principal).is_none() {
        return Outcome { events: Vec::new(), answer: Err(refuse::no_principal()) };
    }
    h.push(Fact::SignedIn(Box::new(sign_in.clone())));
    Outcome::done(h.events, Shown::Nothing)
}
