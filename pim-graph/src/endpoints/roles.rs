//! Role definitions and plain role assignments.
//! Source: [rbacApplication](https://learn.microsoft.com/graph/api/resources/rbacapplication).

use pim_core::id::RoleId;

use super::{Place, Version};

/// Whose roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provider {
    /// The directory's: Entra roles.
    #[default]
    Directory,
    /// Entitlement management's own, for catalogs.
    EntitlementManagement,
}

/// The roles there are. `$filter` takes `eq` and `in` on `id`, `displayName` and `isBuiltIn`, without `or`.
pub fn definitions(of: Provider) -> Place {
    let provider = match of {
        Provider::Directory => "directory",
        Provider::EntitlementManagement => "entitlementManagement",
    };
    Place::at(Version::V1, "/roleManagement").then(provider).then("roleDefinitions")
}

/// The directory's roles as beta tells them: only there is it told which are privileged.
///
/// Source: [unifiedRoleDefinition](https://learn.microsoft.com/graph/api/resources/unifiedroledefinition?view=graph-rest-beta).
pub fn definitions_with_privilege() -> Place {
    Place::at(Version::Beta, "/roleManagement/directory/roleDefinitions")
}

/// One role.
pub fn definition(id: &RoleId) -> Place {
    definitions(Provider::Directory).id(id)
}

/// Who holds which role, without the difference between standing and activated. Writing here bypasses PIM.
pub fn assignments() -> Place {
    Place::at(Version::V1, "/roleManagement/directory/roleAssignments")
}

/// One of them, by its opaque id.
pub fn assignment(id: &str) -> Place {
    assignments().id(id)
}

/// The assignments of entitlement management's own roles.
pub fn package_assignments() -> Place {
    Place::at(Version::V1, "/roleManagement/entitlementManagement/roleAssignments")
}

/// The roles that a principal holds, through groups too. Beta only; needs `$filter`, `$count` and
/// [`Query::eventual`](super::Query::eventual).
pub fn transitive_assignments() -> Place {
    Place::at(Version::Beta, "/roleManagement/directory/transitiveRoleAssignments")
}
