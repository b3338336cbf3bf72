//! Role management policies of roles and groups.
//! Source: [unifiedRoleManagementPolicy](https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicy).

use pim_core::{
    id::{GroupId, PolicyId},
    privilege::{GroupAccess, Privilege},
};

use super::{Filter, Place, Version};

/// The policies. `$filter` on scope is mandatory: see [`of_roles`] and [`of_group`].
pub fn policies() -> Place {
    Place::at(Version::V1, "/policies/roleManagementPolicies")
}

/// One policy. `$expand=rules` brings its rules along.
pub fn policy(id: &PolicyId) -> Place {
    policies().id(id)
}

/// The rules of a policy.
pub fn rules(id: &PolicyId) -> Place {
    policy(id).then("rules")
}

/// Its rules as they hold after those of wider scopes.
pub fn effective_rules(id: &PolicyId) -> Place {
    policy(id).then("effectiveRules")
}

/// One rule, by Graph's own id such as `Expiration_EndUser_Assignment`.
pub fn rule(id: &PolicyId, rule: &str) -> Place {
    rules(id).id(rule)
}

/// Which policy governs what. `$filter` on scope is mandatory, `$expand=policy($expand=rules)` works.
pub fn assignments() -> Place {
    Place::at(Version::V1, "/policies/roleManagementPolicyAssignments")
}

/// One of them.
pub fn assignment(id: &str) -> Place {
    assignments().id(id)
}

/// Those of directory roles. Roles have one policy for all scopes.
pub fn of_roles() -> Filter {
    Filter::eq("scopeId", "/").and(Filter::eq("scopeType", "DirectoryRole"))
}

/// Those of a group.
pub fn of_group(group: &GroupId) -> Filter {
    Filter::eq("scopeId", group).and(Filter::eq("scopeType", "Group"))
}

/// The policy assignment of one privilege; `None` for what Graph has no policies for.
pub fn of(privilege: &Privilege) -> Option<Filter> {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Some(of_roles().and(Filter::eq("roleDefinitionId", role))),
        Privilege::Group { group, access: access @ (GroupAccess::Member | GroupAccess::Owner) } => {
            Some(of_group(group).and(Filter::eq("roleDefinitionId", access)))
        }
        _ => None,
    }
}
