//! Role definitions.

use pim_core::privilege::{RoleDefinition, RoleOrigin};
use serde_json::{Value, json};

use crate::entity::Entity;

#[rustfmt::skip]
pub(crate) const ROLE_DEFINITION: Entity = Entity {
    name: "unifiedRoleDefinition",
    members: &[
        "id", "description", "displayName", "isBuiltIn", "isEnabled", "isPrivileged", "resourceScopes",
        "templateId", "version", "rolePermissions", "inheritsPermissionsFrom",
    ],
    shown: None,
    links: &["inheritsPermissionsFrom"],
    filter: &["id", "displayName", "isBuiltIn", "isPrivileged"],
    or: false,
    order: None,
};

/// A role definition. Only beta tells which roles are privileged.
pub(crate) fn role(role: &RoleDefinition, beta: bool) -> Value {
    let built_in = role.origin == RoleOrigin::BuiltIn;
    let permissions: Vec<Value> = role
        .permissions
        .iter()
        .map(|block| {
            let actions: Vec<&str> = block.actions.iter().map(AsRef::as_ref).collect();
            json!({ "allowedResourceActions": actions, "condition": block.condition })
        })
        .collect();
    let mut object = json!({
        "id": role.id,
        "description": role.name,
        "displayName": role.name,
        "isBuiltIn": built_in,
        "isEnabled": true,
        "resourceScopes": ["/"],
        "templateId": role.id,
        "version": if built_in { Value::from("1") } else { Value::Null },
        "rolePermissions": permissions,
        "inheritsPermissionsFrom": [],
    });
    if let (true, Some(members)) = (beta, object.as_object_mut()) {
        members.insert("isPrivileged".to_owned(), role.privileged.unwrap_or(false).into());
    }
    object
}
