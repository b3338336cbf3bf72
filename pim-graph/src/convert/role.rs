//! Role definitions and where they apply.

use std::sync::Arc;

use pim_core::{
    error::Result,
    privilege::{Permission, Privilege, RoleDefinition, RoleOrigin, Surface},
};

use super::{
    field::{id, malformed, parse, text},
    grant::scope,
};
use crate::wire;

/// A role from its definition. v1.0 does not tell which roles are privileged.
///
/// # Errors
/// `Malformed` without an id.
pub fn definition(read: &wire::RoleDefinition) -> Result<RoleDefinition> {
    let origin = if read.is_built_in.is_true() { RoleOrigin::BuiltIn } else { RoleOrigin::Custom };
    let mut role =
        RoleDefinition::new(id(&read.id, "id")?, Surface::DirectoryRoles, text(&read.display_name), origin);
    role.privileged = read.extra.get("isPrivileged").and_then(serde_json::Value::as_bool);
    role.permissions = read.role_permissions.items().iter().map(permission).collect();
    Ok(role)
}

fn permission(read: &wire::RolePermission) -> Permission {
    let actions =
        |list: &wire::Member<Vec<wire::Text>>| list.items().iter().map(|a| Arc::from(&**a)).collect();
    Permission {
        actions: actions(&read.allowed_resource_actions),
        excluded: actions(&read.excluded_resource_actions),
        condition: read.condition.text().map(Into::into),
        ..Permission::default()
    }
}

/// A role at a scope, from the members that every role record has.
pub(super) fn privilege(role: Option<&str>, directory: Option<&str>, app: Option<&str>) -> Result<Privilege> {
    Ok(Privilege::DirectoryRole {
        role: parse(role.ok_or_else(|| malformed("roleDefinitionId"))?, "roleDefinitionId")?,
        scope: scope(directory, app).ok_or_else(|| malformed("directoryScopeId"))?,
    })
}
