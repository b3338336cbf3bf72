//! Who plays which part: chosen from the tenant by rules, so that any tenant can be used.

use std::{cmp::Reverse, collections::BTreeSet};

use pim_core::{
    conditional_access::{ConditionalAccessPolicy, ConditionalAccessState},
    directory::{AuthenticationMethod, Source, User, UserType},
    id::{GroupId, PrincipalId, RoleId},
    privilege::Privilege,
};
use pim_embedded::seed::Records;

/// Who does the work: an enabled person with a standing Global Administrator role, or else Privileged Role
/// Administrator, best with a sign-in that resists phishing; a break-glass account only where there is nobody
/// else. Of equals the first in the tenant's file.
pub(crate) fn administrator(records: &Records, named: Option<&BTreeSet<PrincipalId>>) -> Option<PrincipalId> {
    let now = records.now;
    let holders = |role: RoleId| -> BTreeSet<&PrincipalId> {
        let privilege = Privilege::role(role);
        let standing = records.assignments.iter().filter(|grant| {
            grant.privilege == privilege
                && grant.window.is_permanent()
                && now.is_none_or(|now| grant.window.contains(now))
        });
        standing.map(|grant| &grant.principal).collect()
    };
    let global = holders(RoleId::GLOBAL_ADMINISTRATOR);
    let privileged = holders(RoleId::PRIVILEGED_ROLE_ADMINISTRATOR);
    let in_group = |group: &GroupId, who: &PrincipalId| {
        records.groups.iter().any(|g| g.group.id == *group && g.members.contains(who))
    };
    let emergency = |user: &User| match named {
        Some(named) => named.contains(&user.id),
        None => global.contains(&user.id) && is_break_glass(user, &records.conditional_access, in_group),
    };
    let able = records
        .users
        .iter()
        .filter(|user| user.enabled && (global.contains(&user.id) || privileged.contains(&user.id)));
    able.min_by_key(|user| {
        Reverse((
            !emergency(user),
            global.contains(&user.id),
            resists_phishing(user),
            user.has_second_factor() == Some(true),
            privileged.contains(&user.id),
        ))
    })
    .map(|user| user.id.clone())
}

/// True for a Global Administrator that is set up as the practice for emergency accounts says: enabled, of the
/// cloud alone with a name under `onmicrosoft.com`, and left out of every Conditional Access policy in force.
///
/// Source: [Manage emergency access accounts](https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access).
pub(crate) fn is_break_glass(
    user: &User,
    policies: &[ConditionalAccessPolicy],
    in_group: impl Fn(&GroupId, &PrincipalId) -> bool,
) -> bool {
    let left_out = |policy: &ConditionalAccessPolicy| {
        policy.exclude.users.contains(&user.id)
            || policy.exclude.groups.iter().any(|group| in_group(group, &user.id))
    };
    let mut in_force = policies.iter().filter(|policy| policy.state == ConditionalAccessState::Enabled);
    user.enabled
        && user.user_type == UserType::Member
        && user.source == Source::Cloud
        && user.sign_in_name.expose().to_ascii_lowercase().ends_with(".onmicrosoft.com")
        && in_force.all(left_out)
}

pub(crate) fn resists_phishing(user: &User) -> bool {
    user.methods.iter().flatten().any(AuthenticationMethod::resists_phishing)
}
