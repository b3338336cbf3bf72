//! Alerts, their definitions, configurations and incidents (beta).

use pim_core::{
    alert::{Alert, AlertIncident, AlertKind},
    id::TenantId,
    privilege::Privilege,
};
use serde_json::{Value, json};

use super::words::{camel, millis, pascal};
use crate::{entity::entities, world::Tenant};

entities! {
    ALERT = "unifiedRoleManagementAlert", [
        "id", "alertDefinitionId", "scopeId", "scopeType", "incidentCount", "isActive", "lastModifiedDateTime",
        "lastScannedDateTime"
    ], ["alertDefinition", "alertConfiguration", "alertIncidents"];
    ALERT_DEFINITION = "unifiedRoleManagementAlertDefinition", [
        "id", "displayName", "scopeType", "scopeId", "description", "severityLevel", "securityImpact",
        "mitigationSteps", "howToPrevent", "isRemediatable", "isConfigurable"
    ], [];
    ALERT_CONFIGURATION = "unifiedRoleManagementAlertConfiguration", [
        "id", "alertDefinitionId", "scopeType", "scopeId", "isEnabled", "globalAdminCountThreshold",
        "percentageOfGlobalAdminsOutOfRolesThreshold", "duration", "sequentialActivationCounterThreshold",
        "timeIntervalBetweenActivations"
    ], ["alertDefinition"];
    OPERATION = "longRunningOperation", [
        "id", "status", "createdDateTime", "lastActionDateTime", "resourceLocation", "statusDetail"
    ], [];
    ALERT_INCIDENT = "unifiedRoleManagementAlertIncident", [
        "id", "assigneeId", "assigneeDisplayName", "assigneeUserPrincipalName", "roleDefinitionId",
        "roleTemplateId", "roleDisplayName", "lastActivationDateTime", "lastSignInDateTime",
        "assignmentCreatedDateTime"
    ], [];
}

/// The name that the service has for a kind of alert.
pub(crate) fn name(kind: &AlertKind) -> String {
    pascal(kind.as_str())
}

/// `DirectoryRole_{tenant}_{name}`.
pub(crate) fn id(tenant: &TenantId, kind: &AlertKind) -> String {
    format!("DirectoryRole_{tenant}_{}", name(kind))
}

pub(crate) fn alert(tenant: &Tenant, alert: &Alert) -> Value {
    let id = id(&tenant.records().tenant.id, &alert.kind);
    json!({
        "id": id,
        "alertDefinitionId": id,
        "scopeId": "/",
        "scopeType": "DirectoryRole",
        "incidentCount": alert.incidents,
        "isActive": alert.active,
        // The service writes this where an alert has never fired.
        "lastModifiedDateTime": alert.changed.map_or_else(|| "0001-01-01T08:00:00Z".into(), |at| millis(Some(at))),
        "lastScannedDateTime": millis(alert.scanned),
    })
}

pub(crate) fn definition(tenant: &Tenant, alert: &Alert) -> Value {
    let configurable = matches!(
        alert.kind,
        AlertKind::TooManyGlobalAdmins
            | AlertKind::Redundant
            | AlertKind::StaleSignIn
            | AlertKind::SequentialActivation
    );
    json!({
        "id": id(&tenant.records().tenant.id, &alert.kind),
        "displayName": name(&alert.kind),
        "scopeType": "DirectoryRole",
        "scopeId": "/",
        "description": "",
        "severityLevel": camel(alert.severity.as_str()),
        "securityImpact": "",
        "mitigationSteps": "",
        "howToPrevent": "",
        "isRemediatable": alert.remediable,
        "isConfigurable": configurable,
    })
}

pub(crate) fn configuration(tenant: &Tenant, alert: &Alert) -> Value {
    let id = id(&tenant.records().tenant.id, &alert.kind);
    let thresholds = &alert.thresholds;
    let mut object = json!({
        "@odata.type": format!("#microsoft.graph.{}Configuration", camel(alert.kind.as_str())),
        "id": id,
        "alertDefinitionId": id,
        "scopeType": "DirectoryRole",
        "scopeId": "/",
        "isEnabled": thresholds.enabled,
    });
    let period = thresholds.period.map(|period| period.to_string());
    let own = match alert.kind {
        AlertKind::TooManyGlobalAdmins => json!({
            "globalAdminCountThreshold": thresholds.count,
            "percentageOfGlobalAdminsOutOfRolesThreshold": thresholds.percent,
        }),
        AlertKind::Redundant | AlertKind::StaleSignIn => json!({ "duration": period }),
        AlertKind::SequentialActivation => json!({
            "sequentialActivationCounterThreshold": thresholds.count,
            "timeIntervalBetweenActivations": period,
        }),
        _ => json!({}),
    };
    if let (Some(members), Value::Object(own)) = (object.as_object_mut(), own) {
        members.extend(own);
    }
    object
}

pub(crate) fn incident(tenant: &Tenant, kind: &AlertKind, incident: &AlertIncident) -> Value {
    let user = incident.principal.as_ref().and_then(|id| tenant.user(id));
    let role = incident.privilege.as_ref().and_then(Privilege::role_id);
    let mut object = json!({
        "@odata.type": format!("#microsoft.graph.{}Incident", camel(kind.as_str())),
        "id": incident.id,
        "assigneeId": incident.principal,
        "assigneeDisplayName": user.map(|user| user.name.expose()),
        "assigneeUserPrincipalName": user.map(|user| user.sign_in_name.expose()),
    });
    let Some(members) = object.as_object_mut() else { return object };
    if *kind != AlertKind::TooManyGlobalAdmins {
        let known = role.and_then(|id| tenant.role(id));
        members.insert("roleDefinitionId".to_owned(), role.map(ToString::to_string).into());
        members.insert("roleTemplateId".to_owned(), role.map(ToString::to_string).into());
        members.insert("roleDisplayName".to_owned(), known.map(|role| role.name.clone()).into());
    }
    let last = match kind {
        AlertKind::Redundant => Some("lastActivationDateTime"),
        AlertKind::StaleSignIn => Some("lastSignInDateTime"),
        AlertKind::AssignedOutsidePim => Some("assignmentCreatedDateTime"),
        _ => None,
    };
    if let Some(member) = last {
        members.insert(member.to_owned(), millis(incident.last));
    }
    object
}
