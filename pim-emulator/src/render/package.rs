//! Entitlement management: what of it a seed tells, and what each kind of object has.

use pim_core::{
    package::{AccessPackage, Carried, PackageAssignment},
    privilege::{GroupAccess, Privilege},
    schedule::Level,
};
use pim_embedded::seed::Records;
use serde_json::{Value, json};

use super::{
    directory::guid,
    words::{camel, millis, pascal},
};
use crate::entity::entities;

entities! {
    CATALOG = "accessPackageCatalog", [
        "id", "displayName", "description", "catalogType", "state", "isExternallyVisible", "createdDateTime",
        "modifiedDateTime"
    ], ["accessPackages", "resources"];
    PACKAGE = "accessPackage", [
        "id", "displayName", "description", "isHidden", "createdDateTime", "modifiedDateTime"
    ], ["catalog", "resourceRoleScopes", "assignmentPolicies"];
    ROLE_SCOPE = "accessPackageResourceRoleScope", ["id", "createdDateTime"], ["role", "scope"];
    RESOURCE = "accessPackageResource", [
        "id", "displayName", "description", "originId", "originSystem", "createdDateTime", "modifiedDateTime",
        "attributes"
    ], ["catalog"];
    RESOURCE_REQUEST = "accessPackageResourceRequest", ["id", "requestType", "state", "createdDateTime"], [
        "catalog", "resource"
    ];
    POLICY = "accessPackageAssignmentPolicy", [
        "id", "displayName", "description", "allowedTargetScope", "specificAllowedTargets", "expiration",
        "requestorSettings", "requestApprovalSettings", "reviewSettings", "automaticRequestSettings",
        "notificationSettings", "createdDateTime", "modifiedDateTime"
    ], ["accessPackage", "catalog", "questions", "customExtensionStageSettings"];
    ASSIGNMENT = "accessPackageAssignment", [
        "id", "state", "status", "expiredDateTime", "schedule", "customExtensionCalloutInstances"
    ], ["target", "accessPackage", "assignmentPolicy"];
    REQUEST = "accessPackageAssignmentRequest", [
        "id", "requestType", "state", "status", "createdDateTime", "completedDateTime", "justification",
        "answers", "schedule", "customExtensionCalloutInstances"
    ], ["accessPackage", "assignment", "requestor"];
}

/// Catalogs of a seed have no more than an id; the rest is made up.
pub(crate) fn catalogs(records: &Records) -> Vec<Value> {
    let mut ids: Vec<String> = records.packages.iter().map(|one| one.catalog.to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    let made = ids.iter().map(|id| {
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
    });
    made.collect()
}

pub(crate) fn package(package: &AccessPackage) -> Value {
    json!({
        "id": package.id,
        "displayName": package.name,
        "description": package.name,
        "isHidden": false,
        "createdDateTime": null,
        "modifiedDateTime": null,
        "catalog": { "id": package.catalog },
    })
}

/// What a package of the seed carries: roles in groups, and directory roles.
///
/// Source: [Assign Microsoft Entra roles](https://learn.microsoft.com/entra/id-governance/entitlement-management-roles).
pub(crate) fn role_scopes(package: &AccessPackage) -> Vec<Value> {
    package.carries.iter().filter_map(|carried| role_scope(package, carried)).collect()
}

fn role_scope(package: &AccessPackage, carried: &Carried) -> Option<Value> {
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
    let id = |what: &str| guid(&format!("{what} {resource} of {}", package.id));
    Some(json!({
        "id": format!("{}_{}", id(&format!("role {role}")), id("scope")),
        "createdDateTime": null,
        "accessPackage": { "id": package.id },
        "role": {
            "id": id(&format!("role {role}")),
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

/// The policy that lets administrators assign a package of the seed.
pub(crate) fn direct_policy(package: &AccessPackage) -> Value {
    let mut policy = blank_policy();
    let own = json!({
        "id": policy_id(&package.id.to_string()),
        "displayName": "Initial Policy",
        "description": "Initial Policy",
        "allowedTargetScope": "notSpecified",
        "accessPackage": { "id": package.id },
        "catalog": { "id": package.catalog },
    });
    if let Value::Object(own) = own {
        crate::body::merge(&mut policy, &own);
    }
    policy
}

/// A policy with everything that may be left out.
pub(crate) fn blank_policy() -> Value {
    json!({
        "description": null,
        "allowedTargetScope": "notSpecified",
        "specificAllowedTargets": [],
        "expiration": { "type": "noExpiration", "endDateTime": null, "duration": null },
        "requestorSettings": {
            "enableTargetsToSelfAddAccess": false,
            "enableTargetsToSelfUpdateAccess": false,
            "enableTargetsToSelfRemoveAccess": false,
            "allowCustomAssignmentSchedule": true,
            "enableOnBehalfRequestorsToAddAccess": false,
            "enableOnBehalfRequestorsToUpdateAccess": false,
            "enableOnBehalfRequestorsToRemoveAccess": false,
            "onBehalfRequestors": [],
        },
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": false,
            "isApprovalRequiredForUpdate": false,
            "stages": [],
        },
        "reviewSettings": null,
        "automaticRequestSettings": null,
        "notificationSettings": { "isAssignmentNotificationDisabled": false },
        "createdDateTime": null,
        "modifiedDateTime": null,
        "questions": [],
        "customExtensionStageSettings": [],
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
        "customExtensionCalloutInstances": [],
        "accessPackage": { "id": assignment.package },
        "assignmentPolicy": { "id": policy_id(&assignment.package.to_string()) },
        "target": subject(&assignment.principal.to_string(), None, None),
    })
}

/// Someone as entitlement management shows them.
pub(crate) fn subject(id: &str, name: Option<&str>, sign_in_name: Option<&str>) -> Value {
    json!({
        "id": guid(&format!("subject {id}")),
        "objectId": id,
        "displayName": name,
        "principalName": sign_in_name,
        "email": sign_in_name,
        "onPremisesSecurityIdentifier": null,
        "subjectType": "user",
    })
}

fn policy_id(package: &str) -> String {
    guid(&format!("policy of package {package}"))
}
