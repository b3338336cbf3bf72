//! Power over others: which roles and permissions let their holder take what was not granted.
//!
//! The roles are told by id, because what makes them powerful is not all in their actions. Sources:
//! [built-in roles](https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference),
//! [PIM for Groups](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups),
//! [elevate access](https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin),
//! [Graph permissions](https://learn.microsoft.com/graph/permissions-reference).

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    id::{AppId, RoleId},
    privilege::{Permission, RoleDefinition, RoleOrigin, Surface},
};
use serde::{Deserialize, Serialize};

/// One kind of power over others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Power {
    /// Gives any Entra role to anybody.
    AssignDirectoryRoles,
    /// Gives any Azure role at a scope and below.
    AssignAzureRoles,
    /// Makes anybody member or owner of a group that may hold Entra roles.
    ManageRoleAssignableGroups,
    /// Makes anybody member or owner of any other group that is filled by hand.
    ManagePlainGroups,
    /// Resets how anybody signs in, administrators included.
    ResetSignIns,
    /// Gives credentials to any application.
    GiveCredentials,
    /// Gives any application permission.
    GrantPermissions,
}

/// Which roles and permissions give which power. The default is what Microsoft documents; replace it where
/// your tenant knows better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Powers {
    /// By role, Entra's and Azure's. A custom Entra role that updates applications' credentials, and an Azure
    /// role that may write role assignments, have their power by their actions, beside this.
    pub roles: BTreeMap<RoleId, BTreeSet<Power>>,
    /// By application permission of Microsoft Graph.
    pub permissions: BTreeMap<RoleId, BTreeSet<Power>>,
}

impl Default for Powers {
    fn default() -> Self {
        Self { roles: table(ROLES), permissions: table(PERMISSIONS) }
    }
}

impl Powers {
    pub(super) fn of_role(&self, id: &RoleId, definition: Option<&RoleDefinition>) -> BTreeSet<Power> {
        let mut powers = self.roles.get(id).cloned().unwrap_or_default();
        match definition {
            Some(role) if role.surface == Surface::AzureRoles && writes_assignments(role) => {
                powers.insert(Power::AssignAzureRoles);
            }
            Some(role)
                if role.surface == Surface::DirectoryRoles
                    && role.origin == RoleOrigin::Custom
                    && role.actions().any(|action| CREDENTIALS.contains(&action)) =>
            {
                powers.insert(Power::GiveCredentials);
            }
            _ => {}
        }
        powers
    }

    pub(super) fn of_permission(&self, resource: &AppId, permission: &RoleId) -> BTreeSet<Power> {
        if *resource != *GRAPH {
            return BTreeSet::new();
        }
        self.permissions.get(permission).cloned().unwrap_or_default()
    }
}

fn writes_assignments(role: &RoleDefinition) -> bool {
    const WRITE: &str = "microsoft.authorization/roleassignments/write";
    role.permissions.iter().any(|Permission { actions, excluded, .. }| {
        actions.iter().any(|pattern| admits(pattern, WRITE))
            && !excluded.iter().any(|pattern| admits(pattern, WRITE))
    })
}

/// True when an Azure action pattern, in which `*` stands for anything, admits an action in lower case.
fn admits(pattern: &str, action: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = action.strip_prefix(first) else { return false };
    let mut open = false;
    for part in parts {
        open = true;
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    // After a last `*` anything may follow; a pattern that ends otherwise must end the action.
    rest.is_empty()
        || (open
            && (pattern.ends_with('*') || action.ends_with(pattern.rsplit('*').next().unwrap_or_default())))
}

fn table(rows: &[(&str, &[Power])]) -> BTreeMap<RoleId, BTreeSet<Power>> {
    rows.iter()
        .filter_map(|(id, powers)| Some((id.parse().ok()?, powers.iter().copied().collect())))
        .collect()
}

/// Microsoft Graph, as an application.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

const CREDENTIALS: [&str; 2] = [
    "microsoft.directory/applications/credentials/update",
    "microsoft.directory/servicePrincipals/credentials/update",
];

use Power::{
    AssignAzureRoles, AssignDirectoryRoles, GiveCredentials, GrantPermissions, ManagePlainGroups,
    ManageRoleAssignableGroups, ResetSignIns,
};

#[rustfmt::skip]
const ROLES: &[(&str, &[Power])] = &[
    // Global Administrator; Azure after elevating access.
    ("62e90394-69f5-4237-9190-012177145e10", &[AssignDirectoryRoles, AssignAzureRoles, ManageRoleAssignableGroups, ManagePlainGroups, ResetSignIns, GiveCredentials]),
    // Privileged Role Administrator.
    ("e8611ab8-c189-46e8-94e1-60213ab1f814", &[AssignDirectoryRoles, ManageRoleAssignableGroups]),
    // Privileged Authentication Administrator.
    ("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", &[ResetSignIns]),
    // Partner Tier2 Support.
    ("e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8", &[ResetSignIns, GiveCredentials]),
    // Application Administrator, Cloud Application Administrator.
    ("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", &[GiveCredentials]),
    ("158c047a-c907-4556-b7ef-446551a6b5f7", &[GiveCredentials]),
    // Groups Administrator, User Administrator, Directory Writers, Identity Governance Administrator.
    ("fdd7a751-b60b-444a-984c-02652fe8fa1c", &[ManagePlainGroups]),
    ("fe930be7-5e62-47db-91af-98c3a49a38b1", &[ManagePlainGroups]),
    ("9360feb5-f418-4baa-8175-e2a00bac4301", &[ManagePlainGroups]),
    ("45d8d3c5-c802-45c6-b32a-1d70b5e1e86e", &[ManagePlainGroups]),
    // Azure: Owner, User Access Administrator, Role Based Access Control Administrator.
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", &[AssignAzureRoles]),
    ("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", &[AssignAzureRoles]),
    ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", &[AssignAzureRoles]),
];

#[rustfmt::skip]
const PERMISSIONS: &[(&str, &[Power])] = &[
    // RoleManagement.ReadWrite.Directory; with it go role-assignable groups.
    ("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", &[AssignDirectoryRoles, ManageRoleAssignableGroups]),
    // RoleAssignmentSchedule.ReadWrite.Directory, RoleEligibilitySchedule.ReadWrite.Directory.
    ("dd199f4a-f148-40a4-a2ec-f0069cc799ec", &[AssignDirectoryRoles]),
    ("fee28b28-e1f3-4841-818e-2704dc62245f", &[AssignDirectoryRoles]),
    // AppRoleAssignment.ReadWrite.All.
    ("06b708a9-e830-4db3-a914-8e69da51d44f", &[GrantPermissions]),
    // Application.ReadWrite.All.
    ("1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", &[GiveCredentials]),
    // PrivilegedAccess.ReadWrite.AzureADGroup, PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup.
    ("2f6817f8-7b12-4f0f-bc18-eeaf60705a9e", &[ManageRoleAssignableGroups, ManagePlainGroups]),
    ("41202f2c-f7ab-45be-b001-85c9728b9d69", &[ManageRoleAssignableGroups, ManagePlainGroups]),
    // Group.ReadWrite.All, GroupMember.ReadWrite.All, Directory.ReadWrite.All: no role-assignable groups.
    ("62a82d76-70ea-41e2-9197-370581804d09", &[ManagePlainGroups]),
    ("dbaae8cf-10b5-4b86-a4a1-f871c94c6695", &[ManagePlainGroups]),
    ("19dbc75e-c2e2-444c-a770-ec69d8559fc7", &[ManagePlainGroups]),
    // UserAuthenticationMethod.ReadWrite.All.
    ("50483e42-d915-4231-9639-7fdb7fd190e5", &[ResetSignIns]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_tables_is_read() {
        let powers = Powers::default();
        assert_eq!((powers.roles.len(), powers.permissions.len()), (ROLES.len(), PERMISSIONS.len()));
    }

    #[test]
    fn azure_patterns_admit_by_their_stars() {
        let write = "microsoft.authorization/roleassignments/write";
        for yes in
            ["*", "Microsoft.Authorization/*", "*/write", "Microsoft.Authorization/roleAssignments/write"]
        {
            assert!(admits(yes, write), "{yes}");
        }
        for no in
            ["*/read", "Microsoft.Authorization/*/read", "Microsoft.Compute/*", "Microsoft.Authorization", ""]
        {
            assert!(!admits(no, write), "{no}");
        }
        assert!(admits("*/write", "a/write/b/write") && !admits("*/write", "a/write/b"));
    }

    #[test]
    fn an_azure_role_has_its_power_by_its_actions() {
        let mut role = RoleDefinition::new(
            RoleId::from_guid([1; 16]),
            Surface::AzureRoles,
            "r".into(),
            RoleOrigin::Custom,
        );
        role.permissions = vec![Permission { actions: vec!["*".into()], ..Permission::default() }];
        let has = |role: &RoleDefinition| !Powers::default().of_role(&role.id, Some(role)).is_empty();
        assert!(has(&role));
        role.permissions[0].excluded = vec!["Microsoft.Authorization/*/Write".into()];
        assert!(!has(&role), "a contributor gives no roles");
    }
}
