//! Settings that shut a policy, or the way to mend it.

use super::{POLICY_TRAP, refusal};
use crate::{
    error::Error,
    policy::{Policy, PolicyFault, Requirement, Rule, RuleKind, Setting},
    principal::PrincipalKind,
};

/// Refuses to write what the service would take and then not honour, or never let go of: multi-factor
/// authentication beside an authentication context, addresses for approvers' mail beside named approvers, and
/// for an application a demand that no application meets.
///
/// Only what the written rules bring about is refused, so that a policy with a fault elsewhere can still be
/// changed. `caller` is what the caller is, where that is known.
///
/// # Errors
/// `PermissionDenied` with code [`POLICY_TRAP`].
pub fn keep_policy_sound(
    policy: &Policy,
    rules: &[Rule],
    caller: Option<&PrincipalKind>,
) -> Result<(), Error> {
    let trap = |fault: PolicyFault, message| {
        Err(refusal(POLICY_TRAP, message)
            .with_context("privilege", &policy.subject)
            .with_context("fault", fault.code()))
    };
    for fault in policy.apply(rules).faults() {
        if !rules.iter().any(|rule| brings_about(&rule.kind, fault)) {
            continue;
        }
        match fault {
            PolicyFault::MfaAndContext => {
                return trap(
                    fault,
                    "multi-factor authentication and an authentication context exclude each other, and the \
                     service would honour neither: write both rules together, with one of them off",
                );
            }
            PolicyFault::ApproverMail => {
                return trap(
                    fault,
                    "addresses for approvers' mail beside named approvers shut the policy, so that every later \
                     change is refused: empty the addresses in the same change",
                );
            }
            PolicyFault::MfaToMakeEligible | PolicyFault::MfaToAssign
                if caller == Some(&PrincipalKind::ServicePrincipal) =>
            {
                return trap(
                    fault,
                    "administrators would need multi-factor authentication, which no application can give; the \
                     caller is one, and could not even undo this: sign in as a person",
                );
            }
            _ => {}
        }
    }
    Ok(())
}

/// True when a rule keeps applications from granting.
pub(super) fn shuts_out_applications(rule: &Rule) -> bool {
    matches!(rule.kind, RuleKind::EnablementAdminEligibility | RuleKind::EnablementAdminAssignment)
        && matches!(&rule.setting, Setting::Enablement { required } if required.contains(&Requirement::Mfa))
}

/// Two of the faults take two rules, and writing either can bring them about.
fn brings_about(written: &RuleKind, fault: PolicyFault) -> bool {
    *written == fault.rule()
        || match fault {
            PolicyFault::MfaAndContext => *written == RuleKind::AuthenticationContextEndUserAssignment,
            PolicyFault::ApproverMail => *written == RuleKind::ApprovalEndUserAssignment,
            _ => false,
        }
}
