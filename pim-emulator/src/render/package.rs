//! Entitlement management, as far as packages carry roles and groups.

use pim_core::package::{AccessPackage, PackageAssignment};
use serde_json::{Value, json};

use super::words::{camel, millis, pascal};
use crate::entity::entities;

entities! {
    PACKAGE = "accessPackage", [
        "id", "displayName", "description", "isHidden", "createdDateTime", "modifiedDateTime"
    ], ["catalog"];
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
