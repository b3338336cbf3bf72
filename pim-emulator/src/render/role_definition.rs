//! Role definitions.

use pim_core::privilege::{RoleDefinition, RoleOrigin};
use serde_json::{Value, json};

use crate::{body, book::Shelf, call::Version, entity::Entity, world::Tenant};

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

/// From which nearly every built-in role inherits.
const READERS: &str = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";

/// A role as it is shown, with what was written of it. Only beta tells which roles are privileged.
pub(crate) fn of(tenant: &Tenant, role: &RoleDefinition, version: Version) -> Value {
    let id = role.id.to_string();
    let built_in = role.origin == RoleOrigin::BuiltIn;
    let permissions: Vec<Value> = role
        .permissions
        .iter()
        .map(|block| {
            json!({
                "allowedResourceActions": texts(&block.actions),
                "excludedResourceActions": texts(&block.excluded),
                "condition": block.condition,
            })
        })
        .collect();
    let parents = if built_in && id != READERS { vec![json!({ "id": READERS })] } else { Vec::new() };
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
        "inheritsPermissionsFrom": parents,
    });
    if version == Version::Beta {
        body::set(&mut object, "isPrivileged", role.privileged.unwrap_or(false));
    }
    if let Some(Value::Object(written)) = tenant.book.get(Shelf::Roles, &id) {
        body::merge(&mut object, &written);
    }
    object
}

/// The roles of entitlement management. Source: the list that its page shows.
pub(crate) fn of_packages() -> Vec<Value> {
    const ALL: &str = "microsoft.entitlementManagement";
    let catalog = format!("{ALL}/AccessPackageCatalog");
    let read = format!("{catalog}/allEntities/Read");
    let roles = [
        (
            "ae79f266-94d4-4dab-b730-feca7e132178",
            "Catalog owner",
            vec![format!("{ALL}/allEntities/allTasks")],
        ),
        ("44272f93-9762-48e8-af59-1b5351b1d6b3", "Catalog reader", vec![format!("{ALL}/allEntities/Read")]),
        (
            "7f480852-ebdc-47d4-87de-0d8498384a83",
            "AccessPackages manager",
            vec![format!("{catalog}/AccessPackage/allTasks"), read.clone()],
        ),
        ("ba92d953-d8e0-4e39-a797-0cbedb0a89e8", "Catalog creator", vec![format!("{catalog}/Create")]),
        (
            "e2182095-804a-4656-ae11-64734e9b7ae5",
            "AccessPackage assignment manager",
            vec![
                format!("{catalog}/AccessPackage/GrantRequests/allTasks"),
                format!("{catalog}/AccessPackage/Grants/allTasks"),
                read,
            ],
        ),
    ];
    let shown = roles.into_iter().map(|(id, name, actions)| {
        json!({
            "id": id, "displayName": name, "description": name, "isBuiltIn": true, "isEnabled": true,
            "resourceScopes": ["/"], "templateId": id, "version": "1.0",
            "rolePermissions": [{ "allowedResourceActions": actions, "condition": null }],
        })
    });
    shown.collect()
}

fn texts(list: &[std::sync::Arc<str>]) -> Vec<&str> {
    list.iter().map(AsRef::as_ref).collect()
}
