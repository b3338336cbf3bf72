//! Settings that shut a policy, or the way to mend it.

use std::collections::BTreeSet;

use super::{POLICY_TRAP, refusal};
use crate::{
    error::Error,
    policy::{Policy, Requirement, Rule, RuleKind, Setting},
    principal::PrincipalKind,
};

/// The policy as it would be after these rules were written.
#[must_use]
pub fn merged(policy: &Policy, rules: &[Rule]) -> Policy {
    let mut after = policy.clone();
    for rule in rules {
        match after.rules.iter_mut().find(|own| own.kind == rule.kind) {
            Some(own) => own.setting = rule.setting.clone(),
            None => after.rules.push(rule.clone()),
        }
    }
    after
}

/// Refuses to write what the service would take and then not honour, or never let go of. Only what the
/// written rules bring about is refused, so that a policy with a fault elsewhere can still be changed.
/// `caller` is what the caller is, where that is known.
///
/// # Errors
/// `PermissionDenied` with code [`POLICY_TRAP`].
pub fn keep_policy_sound(
    policy: &Policy,
    rules: &[Rule],
    caller: Option<&PrincipalKind>,
) -> Result<(), Error> {
    let after = merged(policy, rules);
    let written: BTreeSet<&RuleKind> = rules.iter().map(|rule| &rule.kind).collect();
    let touches = |kinds: [RuleKind; 2]| kinds.iter().any(|kind| written.contains(kind));
    let trap = |message| Err(refusal(POLICY_TRAP, message).with_context("privilege", &policy.subject));

    if touches([RuleKind::EnablementEndUserAssignment, RuleKind::AuthenticationContextEndUserAssignment])
        && demands_mfa(after.setting(&RuleKind::EnablementEndUserAssignment))
        && demands_context(&after)
    {
        return trap(
            "multi-factor authentication and an authentication context exclude each other, and the service \
             would honour neither: write both rules together, with one of them off",
        );
    }
    if touches([RuleKind::NotificationApproverEndUserAssignment, RuleKind::ApprovalEndUserAssignment])
        && names_recipients(&after)
        && names_approvers(&after)
    {
        return trap(
            "further recipients of the approvers' mail beside named approvers shut the policy: every later \
             change is refused. Empty the recipients in the same change",
        );
    }
    if caller == Some(&PrincipalKind::ServicePrincipal) && rules.iter().any(shuts_out_applications) {
        return trap(
            "administrators would need multi-factor authentication, which no application can give: the caller \
             is one, and could not even undo this. Sign in as a person",
        );
    }
    Ok(())
}

/// True when a rule keeps applications from granting.
pub(super) fn shuts_out_applications(rule: &Rule) -> bool {
    matches!(rule.kind, RuleKind::EnablementAdminEligibility | RuleKind::EnablementAdminAssignment)
        && demands_mfa(Some(&rule.setting))
}

fn demands_mfa(setting: Option<&Setting>) -> bool {
    matches!(setting, Some(Setting::Enablement { required }) if required.contains(&Requirement::Mfa))
}

fn demands_context(policy: &Policy) -> bool {
    matches!(
        policy.setting(&RuleKind::AuthenticationContextEndUserAssignment),
        Some(Setting::AuthenticationContext { enabled: true, .. })
    )
}

fn names_recipients(policy: &Policy) -> bool {
    matches!(
        policy.setting(&RuleKind::NotificationApproverEndUserAssignment),
        Some(Setting::Notification(mail)) if !mail.recipients.is_empty()
    )
}

/// Approvers count while approval is off too: the service keeps them.
fn names_approvers(policy: &Policy) -> bool {
    matches!(
        policy.setting(&RuleKind::ApprovalEndUserAssignment),
        Some(Setting::Approval(setting)) if setting.approvers().next().is_some()
    )
}
