//! Permissions of applications: by themselves, and for people.

use pim_core::{directory::ServicePrincipal, id::PrincipalId};
use serde_json::{Value, json};

use super::directory::guid;
use crate::{entity::entities, world::Tenant};

entities! {
    APP_ROLE_ASSIGNMENT = "appRoleAssignment", [
        "id", "appRoleId", "createdDateTime", "principalDisplayName", "principalId", "principalType",
        "resourceDisplayName", "resourceId"
    ], [];
    OAUTH2_GRANT = "oAuth2PermissionGrant", [
        "id", "clientId", "consentType", "principalId", "resourceId", "scope"
    ], [];
}

/// The application permissions that a principal holds, or, with `granted`, those held at it.
pub(crate) fn permissions(tenant: &Tenant, id: &PrincipalId, granted: bool) -> Vec<Value> {
    let mut found = Vec::new();
    for app in &tenant.records().service_principals {
        for permission in &app.permissions {
            let resource = tenant.app(&permission.resource);
            let resource_id = resource_id(resource, &permission.resource.to_string());
            let wanted = if granted { *id == *resource_id } else { app.id == *id };
            if wanted {
                found.push(json!({
                    "id": guid(&format!("{} {} {}", app.id, permission.resource, permission.role)),
                    "appRoleId": permission.role,
                    "createdDateTime": null,
                    "principalDisplayName": app.name,
                    "principalId": app.id,
                    "principalType": "ServicePrincipal",
                    "resourceDisplayName": resource.map_or("Microsoft Graph", |app| app.name.as_str()),
                    "resourceId": resource_id,
                }));
            }
        }
    }
    found
}

/// Every consent.
pub(crate) fn delegated(tenant: &Tenant) -> Vec<Value> {
    let apps = tenant.records().service_principals.iter();
    apps.flat_map(|app| app.delegated.iter().map(move |grant| (app, grant)))
        .map(|(app, grant)| {
            let principal = grant.principal.as_ref().map(ToString::to_string);
            json!({
                "id": guid(&format!("{} {} {principal:?}", app.id, grant.resource)),
                "clientId": app.id,
                "consentType": if grant.principal.is_some() { "Principal" } else { "AllPrincipals" },
                "principalId": principal,
                "resourceId": resource_id(tenant.app(&grant.resource), &grant.resource.to_string()),
                "scope": grant.scopes.join(" "),
            })
        })
        .collect()
}

/// The service principal of an API; seeds need not have one, and then its id is made from the client id.
fn resource_id(resource: Option<&ServicePrincipal>, app: &str) -> String {
    resource.map_or_else(|| guid(&format!("resource {app}")), |resource| resource.id.to_string())
}
