//! What Conditional Access asks of highly privileged roles: 3.6.

use std::collections::BTreeSet;

use pim_core::{
    conditional_access::{ConditionalAccessPolicy, ConditionalAccessState, GrantControl},
    id::RoleId,
};

use super::{Judged, Offender, Tenant, Verdict};
use crate::snapshot::SourceKind;

/// The built-in strength that only means which resist phishing satisfy.
///
/// Source: [authentication strengths](https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths).
const PHISHING_RESISTANT: &str = "Phishing-resistant MFA";

pub(super) fn phishing_resistant_mfa(tenant: &Tenant<'_>) -> Judged {
    let roles: BTreeSet<&RoleId> = tenant.reference.highly_privileged().map(|role| &role.id).collect();
    let mut near = Vec::new();
    let mut unclear = Vec::new();
    for policy in tenant.snapshot.conditional_access.iter().filter(|policy| asks_for_strength(policy)) {
        let offender = |fact: &str| Offender {
            conditional_access: Some(policy.id.clone()),
            fact: fact.to_owned(),
            ..Offender::default()
        };
        match gap(tenant, policy, &roles) {
            Some(gap) => near.push(offender(gap)),
            None if policy.strength.as_deref() != Some(PHISHING_RESISTANT) => {
                unclear.push(offender("asks for a strength that is not the built-in one"));
            }
            None if policy.controls.len() > 1 => {
                unclear.push(offender("names other demands too, and whether any one suffices is not known"));
            }
            None => {
                let explanation = format!("The Conditional Access policy {} asks for it.", policy.id);
                return Judged { verdict: Verdict::Pass, explanation, offenders: Vec::new() };
            }
        }
    }
    let missing = tenant.snapshot.incomplete([SourceKind::ConditionalAccess]);
    if !missing.is_empty() {
        return Judged::unread(missing).with(near);
    }
    if !unclear.is_empty() {
        let why = "a policy covers the roles, and whether what it asks for resists phishing is not known";
        return Judged::cannot_tell(missing, why.to_owned()).with(unclear);
    }
    let explanation =
        "No Conditional Access policy in force asks all highly privileged roles, for all resources, for \
                       a sign-in that resists phishing."
            .to_owned();
    Judged { verdict: Verdict::Fail, explanation, offenders: near }
}

fn asks_for_strength(policy: &ConditionalAccessPolicy) -> bool {
    policy.controls.contains(&GrantControl::AuthenticationStrength)
}

/// What keeps a policy from covering everybody and everything; the first of it.
fn gap(
    tenant: &Tenant<'_>,
    policy: &ConditionalAccessPolicy,
    roles: &BTreeSet<&RoleId>,
) -> Option<&'static str> {
    let included: BTreeSet<&RoleId> = policy.include.roles.iter().collect();
    let exempt = &tenant.options.exempt;
    let leaves_out = policy.exclude.everyone
        || policy.exclude.users.iter().any(|id| !exempt.contains(id))
        || policy.exclude.groups.iter().any(|id| !exempt.contains(&id.as_principal()));
    if policy.state != ConditionalAccessState::Enabled {
        Some("is not in force")
    } else if !policy.include.everyone && !roles.is_subset(&included) {
        Some("does not hold for all highly privileged roles")
    } else if policy.exclude.roles.iter().any(|role| roles.contains(role)) {
        Some("leaves out a highly privileged role")
    } else if leaves_out {
        Some("leaves out people or groups that are not exempt")
    } else if !policy.all_applications {
        Some("does not hold for all resources")
    } else if !policy.locations.is_empty() || !policy.excluded_locations.is_empty() {
        Some("does not hold everywhere")
    } else {
        None
    }
}
