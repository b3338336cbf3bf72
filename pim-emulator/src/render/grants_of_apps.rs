//! Permissions of applications: by themselves, and for people.

use pim_core::{directory::ServicePrincipal, id::PrincipalId};
use serde_json::{Value, json};

use super::directory::{guid, service_principal};
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

/// The API of that id, with the permissions that are held at it and whose names are known; `None` for what is no API.
///
/// Those that the seed has no application for, such as Microsoft Graph itself, are made up from who uses them.
pub(crate) fn api(tenant: &Tenant, id: &PrincipalId) -> Option<Value> {
    let held = tenant.records().service_principals.iter().flat_map(|app| &app.permissions);
    let at = held.filter(|one| *id == *resource_id(tenant.app(&one.resource), &one.resource.to_string()));
    let mut roles: Vec<Value> = Vec::new();
    let mut app = None;
    for permission in at {
        app = Some(&permission.resource);
        let known = roles.iter().any(|role| role["id"] == *permission.role.to_string());
        if let (Some(name), false) = (&permission.name, known) {
            roles.push(json!({
                "id": permission.role,
                "value": name,
                "displayName": name,
                "description": name,
                "isEnabled": true,
                "origin": "Application",
                "allowedMemberTypes": ["Application"],
            }));
        }
    }
    let own = tenant.records().service_principals.iter().find(|app| app.id == *id);
    let mut object = match (own, app) {
        (Some(own), _) => service_principal(own),
        (None, Some(app)) => {
            let (id, name) = (id.clone(), "Microsoft Graph");
            service_principal(&ServicePrincipal::new(id, app.clone(), name.into()))
        }
        (None, None) => return None,
    };
    object["appRoles"] = roles.into();
    Some(object)
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
