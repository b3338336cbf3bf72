//! Entitlement management, as far as packages carry roles and groups.

use pim_core::{
    id::PrincipalId,
    package::{AccessPackage, Carried, PackageAssignment},
    privilege::{GroupAccess, Privilege},
    schedule::Level,
};
use pim_embedded::seed::guid_of;
use serde_json::{Value, json};

use super::words::{camel, millis, pascal};
use crate::entity::entities;

entities! {
    PACKAGE = "accessPackage", [
        "id", "displayName", "description", "isHidden", "createdDateTime", "modifiedDateTime"
    ], ["catalog", "resourceRoleScopes"];
    ASSIGNMENT = "accessPackageAssignment", ["id", "state", "status", "expiredDateTime", "schedule"], [
        "target", "accessPackage"
    ];
    CATALOG = "accessPackageCatalog", [
        "id", "displayName", "description", "catalogType", "state", "isExternallyVisible", "createdDateTime",
        "modifiedDateTime"
    ], [];
}

pub(crate) fn package(package: &AccessPackage) -> Value {
    json!({
        "id": package.id,
        "displayName": package.name,
        "description": package.name,
        "isHidden": false,
        "createdDateTime": null,
        "modifiedDateTime": null,
    })
}

/// What a package carries: roles in groups, and directory roles.
///
/// Source: [Assign Microsoft Entra roles](https://learn.microsoft.com/entra/id-governance/entitlement-management-roles).
pub(crate) fn role_scope(package: &AccessPackage, carried: &Carried) -> Option<Value> {
    let (system, resource, role, name) = match &carried.privilege {
        Privilege::Group { group, access } => {
            let word = if *access == GroupAccess::Owner { "Owner" } else { "Member" };
            ("AadGroup", group.to_string(), format!("{word}_{group}"), word)
        }
        Privilege::DirectoryRole { role, .. } => {
            let (word, name) = match carried.level {
                Level::Eligibility => ("Eligible", "Eligible Member"),
                _ => ("Active", "Active Member"),
            };
            ("DirectoryRole", role.to_string(), word.to_owned(), name)
        }
        _ => return None,
    };
    let id = |what: &str| PrincipalId::from_guid(guid_of(&format!("{what} {resource}"))).to_string();
    Some(json!({
        "id": format!("{}_{}", id(&format!("role {role}")), id("scope")),
        "createdDateTime": null,
        "role": {
            "id": id(&format!("role {role} of {}", package.id)),
            "displayName": name,
            "description": null,
            "originSystem": system,
            "originId": role,
            "resource": { "id": id("resource"), "originId": resource, "originSystem": system },
        },
        "scope": {
            "id": id("scope"),
            "displayName": "Root",
            "description": "Root Scope",
            "isRootScope": true,
            "originId": resource,
            "originSystem": system,
        },
    }))
}

pub(crate) fn catalog(id: &str) -> Value {
    json!({
        "id": id,
        "displayName": "Catalog",
        "description": "",
        "catalogType": "userManaged",
        "state": "published",
        "isExternallyVisible": false,
        "createdDateTime": null,
        "modifiedDateTime": null,
    })
}

pub(crate) fn assignment(assignment: &PackageAssignment) -> Value {
    let expiration = match assignment.window.end() {
        None => json!({ "type": "noExpiration", "endDateTime": null, "duration": null }),
        Some(end) => json!({ "type": "afterDateTime", "endDateTime": millis(Some(end)), "duration": null }),
    };
    json!({
        "id": assignment.id,
        "state": camel(assignment.state.as_str()),
        "status": pascal(assignment.state.as_str()),
        "expiredDateTime": null,
        "schedule": {
            "startDateTime": millis(assignment.window.start()),
            "recurrence": null,
            "expiration": expiration,
        },
    })
}
