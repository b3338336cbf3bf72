//! Audit records and sign-ins.

use pim_core::audit::{AuditCategory, AuditRecord, AuditResult, AuditService, SignIn, TargetKind};
use serde_json::{Value, json};

use super::words::{exact, millis, pascal, text};
use crate::{
    entity::Entity,
    world::{Object, Tenant},
};

macro_rules! kinds {
    ($($name:ident = $wire:literal, $order:literal, [$($member:literal),* $(,)?];)+) => {
        $(pub(crate) const $name: Entity = Entity {
            name: $wire,
            members: &[$($member),*],
            shown: None,
            links: &[],
            filter: &[$($member),*],
            or: true,
            order: Some($order),
        };)+
    };
}

kinds! {
    DIRECTORY_AUDIT = "directoryAudit", "activityDateTime desc", [
        "id", "category", "correlationId", "result", "resultReason", "activityDisplayName",
        "activityDateTime", "loggedByService", "operationType", "initiatedBy", "targetResources",
        "additionalDetails"
    ];
    SIGN_IN = "signIn", "createdDateTime desc", [
        "id", "createdDateTime", "userId", "userDisplayName", "userPrincipalName", "appId", "appDisplayName",
        "ipAddress", "isInteractive", "correlationId", "status", "location", "conditionalAccessStatus",
        "clientAppUsed", "resourceDisplayName", "resourceId", "deviceDetail", "riskDetail", "riskEventTypes",
        "riskEventTypes_v2", "riskLevelAggregated", "riskLevelDuringSignIn", "riskState",
        "appliedConditionalAccessPolicies"
    ];
}

pub(crate) fn audit(tenant: &Tenant, record: &AuditRecord) -> Value {
    let targets: Vec<Value> = record
        .targets
        .iter()
        .map(|target| {
            json!({
                "id": &*target.id,
                "displayName": target.name.as_ref().map(|name| name.expose()),
                "type": target_kind(&target.kind),
                "userPrincipalName": null,
                "groupType": null,
                "modifiedProperties": [],
            })
        })
        .collect();
    let details: Vec<Value> =
        record.details.iter().map(|(key, value)| json!({ "key": &**key, "value": value.expose() })).collect();
    json!({
        "id": record.id,
        "category": category(&record.category),
        "correlationId": text(record.correlation.as_ref()),
        "result": if record.result == AuditResult::Failure { "failure" } else { "success" },
        "resultReason": record.reason.as_ref().map_or("", |reason| reason.expose().as_str()),
        "activityDisplayName": &*record.activity,
        "activityDateTime": exact(Some(record.at)),
        "loggedByService": service(&record.service),
        "operationType": "",
        "initiatedBy": initiator(tenant, record),
        "targetResources": targets,
        "additionalDetails": details,
    })
}

pub(crate) fn sign_in(tenant: &Tenant, sign_in: &SignIn) -> Value {
    let user = tenant.user(&sign_in.principal);
    json!({
        "id": sign_in.id,
        "createdDateTime": millis(Some(sign_in.at)),
        "userId": sign_in.principal,
        "userDisplayName": user.map(|user| user.name.expose()),
        "userPrincipalName": user.map(|user| user.sign_in_name.expose()),
        "appId": text(sign_in.app.as_ref()),
        "appDisplayName": sign_in.app_name,
        "ipAddress": sign_in.address.as_ref().map(|address| address.expose()),
        "isInteractive": sign_in.interactive,
        "correlationId": text(sign_in.correlation.as_ref()),
        "status": { "errorCode": sign_in.error_code, "failureReason": null, "additionalDetails": null },
        "location": {
            "city": null,
            "state": null,
            "countryOrRegion": sign_in.country,
            "geoCoordinates": { "altitude": null, "latitude": null, "longitude": null },
        },
        "conditionalAccessStatus": "notApplied",
        "clientAppUsed": null,
        "resourceDisplayName": null,
        "resourceId": null,
        "deviceDetail": {
            "deviceId": null, "displayName": null, "operatingSystem": null, "browser": null, "isCompliant": null,
            "isManaged": null, "trustType": null,
        },
        "riskDetail": "none",
        "riskEventTypes": [],
        "riskEventTypes_v2": [],
        "riskLevelAggregated": "none",
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "appliedConditionalAccessPolicies": [],
    })
}

fn initiator(tenant: &Tenant, record: &AuditRecord) -> Value {
    let Some(id) = &record.actor else {
        let app = json!({ "appId": null, "displayName": "MS-PIM", "servicePrincipalId": null, "servicePrincipalName": null });
        return json!({ "user": null, "app": app });
    };
    match tenant.object(id) {
        Some(Object::Application(app)) => json!({
            "user": null,
            "app": {
                "appId": app.app,
                "displayName": app.name,
                "servicePrincipalId": id,
                "servicePrincipalName": null,
            },
        }),
        _ => {
            let user = tenant.user(id);
            json!({
                "user": {
                    "id": id,
                    "displayName": user.map(|user| user.name.expose()),
                    "userPrincipalName": user.map(|user| user.sign_in_name.expose()),
                    "ipAddress": null,
                },
                "app": null,
            })
        }
    }
}

fn service(service: &AuditService) -> String {
    match service {
        AuditService::Pim => "PIM".to_owned(),
        AuditService::CoreDirectory => "Core Directory".to_owned(),
        AuditService::AccessReviews => "Access Reviews".to_owned(),
        other => other.to_string(),
    }
}

fn category(category: &AuditCategory) -> String {
    pascal(category.as_str())
}

fn target_kind(kind: &TargetKind) -> String {
    pascal(kind.as_str())
}
