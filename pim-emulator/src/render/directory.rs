//! People, groups, applications, administrative units, licences, registrations.

use pim_core::{
    directory::{AdministrativeUnit, Group, ServicePrincipal, Sku, Source, User, UserType},
    principal::PrincipalKind,
};
use pim_embedded::seed::guid_of;
use serde_json::{Value, json};

use super::words::{camel, millis, text};
use crate::{
    entity::Entity,
    world::{Object, Tenant},
};

macro_rules! kinds {
    ($($name:ident = $wire:literal, [$($member:literal),* $(,)?], [$($link:literal)*], $shown:expr;)+) => {
        $(pub(crate) const $name: Entity = Entity {
            name: $wire,
            members: &[$($member),*],
            shown: $shown,
            links: &[$($link),*],
            filter: &[$($member),*],
            or: true,
            order: Some("displayName"),
        };)+
    };
}

kinds! {
    USER = "user", [
        "id", "displayName", "userPrincipalName", "mail", "businessPhones", "givenName", "jobTitle",
        "mobilePhone", "officeLocation", "preferredLanguage", "surname", "mailNickname", "accountEnabled",
        "userType", "onPremisesSyncEnabled", "department", "createdDateTime", "signInActivity",
        "lastPasswordChangeDateTime", "assignedLicenses", "identities", "ageGroup", "city", "companyName",
        "consentProvidedForMinor", "country", "creationType", "deletedDateTime", "employeeHireDate", "employeeId",
        "employeeLeaveDateTime", "employeeOrgData", "employeeType", "externalUserState",
        "externalUserStateChangeDateTime", "faxNumber", "legalAgeGroupClassification",
        "onPremisesDistinguishedName", "onPremisesDomainName", "onPremisesExtensionAttributes",
        "onPremisesImmutableId", "onPremisesLastSyncDateTime", "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier", "onPremisesUserPrincipalName", "passwordPolicies", "passwordProfile",
        "postalCode", "preferredDataLocation", "securityIdentifier", "showInAddressList",
        "signInSessionsValidFromDateTime", "state", "streetAddress", "usageLocation", "assignedPlans",
        "imAddresses", "onPremisesProvisioningErrors", "otherMails", "provisionedPlans", "proxyAddresses",
        "serviceProvisioningErrors"
    ], ["manager"], Some(&[
        "id", "displayName", "userPrincipalName", "mail", "businessPhones", "givenName", "jobTitle",
        "mobilePhone", "officeLocation", "preferredLanguage", "surname"
    ]);
    GROUP = "group", [
        "id", "displayName", "description", "groupTypes", "isAssignableToRole", "mailEnabled",
        "mailNickname", "membershipRule", "onPremisesSyncEnabled", "securityEnabled", "visibility",
        "classification", "createdDateTime", "deletedDateTime", "expirationDateTime", "mail",
        "membershipRuleProcessingState", "onPremisesDomainName", "onPremisesLastSyncDateTime",
        "onPremisesNetBiosName", "onPremisesSamAccountName", "onPremisesSecurityIdentifier",
        "preferredDataLocation", "preferredLanguage", "renewedDateTime", "securityIdentifier", "theme",
        "uniqueName", "assignedLabels", "assignedLicenses", "onPremisesProvisioningErrors", "proxyAddresses",
        "resourceBehaviorOptions", "resourceProvisioningOptions", "serviceProvisioningErrors"
    ], [], None;
    SERVICE_PRINCIPAL = "servicePrincipal", [
        "id", "appId", "displayName", "accountEnabled", "servicePrincipalType", "appRoles", "appDisplayName",
        "appDescription", "appOwnerOrganizationId", "appRoleAssignmentRequired", "applicationTemplateId",
        "deletedDateTime", "description", "disabledByMicrosoftStatus", "homepage", "info", "loginUrl", "logoutUrl",
        "notes", "preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint", "samlSingleSignOnSettings",
        "signInAudience", "tokenEncryptionKeyId", "verifiedPublisher", "addIns", "alternativeNames",
        "keyCredentials", "notificationEmailAddresses", "oauth2PermissionScopes", "passwordCredentials",
        "replyUrls", "resourceSpecificApplicationPermissions", "servicePrincipalNames", "tags"
    ], [], None;
    UNIT = "administrativeUnit", [
        "id", "displayName", "description", "isMemberManagementRestricted", "deletedDateTime", "membershipRule",
        "membershipRuleProcessingState", "membershipType", "visibility"
    ], [], None;
    SKU = "subscribedSku", [
        "id", "skuId", "skuPartNumber", "capabilityStatus", "consumedUnits", "prepaidUnits", "servicePlans",
        "appliesTo", "accountId", "accountName", "subscriptionIds"
    ], [], None;
    REGISTRATION = "userRegistrationDetails", [
        "id", "userPrincipalName", "userDisplayName", "userType", "isAdmin", "isMfaCapable",
        "isMfaRegistered", "isPasswordlessCapable", "isSsprCapable", "isSsprEnabled", "isSsprRegistered",
        "isSystemPreferredAuthenticationMethodEnabled", "lastUpdatedDateTime", "methodsRegistered",
        "systemPreferredAuthenticationMethods", "userPreferredMethodForSecondaryAuthentication"
    ], [], None;
    SCOPED_MEMBER = "scopedRoleMembership", [
        "id", "roleId", "administrativeUnitId", "roleMemberInfo"
    ], [], None;
    DIRECTORY_OBJECT = "directoryObject", [
        "id", "displayName", "userPrincipalName", "mail", "appId", "accountEnabled", "userType", "groupTypes",
        "isAssignableToRole", "servicePrincipalType", "description", "securityEnabled", "mailEnabled",
        "membershipRule", "onPremisesSyncEnabled", "department", "createdDateTime", "givenName", "surname",
        "jobTitle", "mobilePhone", "officeLocation", "businessPhones", "mailNickname", "appDisplayName",
        "deletedDateTime", "visibility"
    ], [], None;
}

/// Members of which a seed knows nothing: without a value, or without elements.
const USER_BLANKS: [&[&str]; 2] = [
    &[
        "ageGroup",
        "city",
        "companyName",
        "consentProvidedForMinor",
        "country",
        "creationType",
        "deletedDateTime",
        "employeeHireDate",
        "employeeId",
        "employeeLeaveDateTime",
        "employeeOrgData",
        "employeeType",
        "externalUserState",
        "externalUserStateChangeDateTime",
        "faxNumber",
        "legalAgeGroupClassification",
        "onPremisesDistinguishedName",
        "onPremisesDomainName",
        "onPremisesExtensionAttributes",
        "onPremisesImmutableId",
        "onPremisesLastSyncDateTime",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "onPremisesUserPrincipalName",
        "passwordPolicies",
        "passwordProfile",
        "postalCode",
        "preferredDataLocation",
        "securityIdentifier",
        "showInAddressList",
        "signInSessionsValidFromDateTime",
        "state",
        "streetAddress",
        "usageLocation",
    ],
    &[
        "assignedPlans",
        "imAddresses",
        "onPremisesProvisioningErrors",
        "otherMails",
        "provisionedPlans",
        "proxyAddresses",
        "serviceProvisioningErrors",
    ],
];
const GROUP_BLANKS: [&[&str]; 2] = [
    &[
        "classification",
        "createdDateTime",
        "deletedDateTime",
        "expirationDateTime",
        "mail",
        "membershipRuleProcessingState",
        "onPremisesDomainName",
        "onPremisesLastSyncDateTime",
        "onPremisesNetBiosName",
        "onPremisesSamAccountName",
        "onPremisesSecurityIdentifier",
        "preferredDataLocation",
        "preferredLanguage",
        "renewedDateTime",
        "securityIdentifier",
        "theme",
        "uniqueName",
    ],
    &[
        "assignedLabels",
        "assignedLicenses",
        "onPremisesProvisioningErrors",
        "proxyAddresses",
        "resourceBehaviorOptions",
        "resourceProvisioningOptions",
        "serviceProvisioningErrors",
    ],
];
const APPLICATION_BLANKS: [&[&str]; 2] = [
    &[
        "appDescription",
        "applicationTemplateId",
        "deletedDateTime",
        "description",
        "disabledByMicrosoftStatus",
        "homepage",
        "info",
        "loginUrl",
        "logoutUrl",
        "notes",
        "preferredSingleSignOnMode",
        "preferredTokenSigningKeyThumbprint",
        "samlSingleSignOnSettings",
        "tokenEncryptionKeyId",
        "verifiedPublisher",
    ],
    &[
        "addIns",
        "alternativeNames",
        "keyCredentials",
        "notificationEmailAddresses",
        "oauth2PermissionScopes",
        "passwordCredentials",
        "replyUrls",
        "resourceSpecificApplicationPermissions",
        "tags",
    ],
];

fn with_blanks(mut object: Value, [nulls, lists]: [&[&str]; 2]) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.extend(nulls.iter().map(|name| ((*name).to_owned(), Value::Null)));
        members.extend(lists.iter().map(|name| ((*name).to_owned(), Value::Array(Vec::new()))));
    }
    object
}

/// The members of a person that are shown unasked: the rest costs more than it is worth in long lists.
pub(crate) fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "displayName": user.name.expose(),
        "userPrincipalName": user.sign_in_name.expose(),
        "mail": user.mail.as_ref().map(|mail| mail.expose()),
        "businessPhones": [],
        "givenName": null,
        "jobTitle": null,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": null,
    })
}

/// Every member of a person.
pub(crate) fn whole_user(user: &User) -> Value {
    let name = user.sign_in_name.expose();
    let object = json!({
        "id": user.id,
        "displayName": user.name.expose(),
        "userPrincipalName": user.sign_in_name.expose(),
        "mail": user.mail.as_ref().map(|mail| mail.expose()),
        "businessPhones": [],
        "givenName": null,
        "jobTitle": null,
        "mobilePhone": null,
        "officeLocation": null,
        "preferredLanguage": null,
        "surname": null,
        "mailNickname": user.sign_in_name.expose().split('@').next(),
        "accountEnabled": user.enabled,
        "userType": if user.user_type == UserType::Guest { "Guest" } else { "Member" },
        "onPremisesSyncEnabled": synchronised(&user.source),
        "department": user.department,
        "createdDateTime": millis(user.created),
        "lastPasswordChangeDateTime": millis(user.password_changed),
        "signInActivity": user.last_sign_in.map(|last| json!({
            "lastSignInDateTime": millis(Some(last)),
            "lastSignInRequestId": guid(&format!("sign-in {}", user.id)),
        })),
        "assignedLicenses": user.licences.iter()
            .map(|sku| json!({ "skuId": sku, "disabledPlans": [] })).collect::<Vec<_>>(),
        "identities": [{
            "signInType": "userPrincipalName",
            "issuer": name.split('@').nth(1),
            "issuerAssignedId": name,
        }],
    });
    with_blanks(object, USER_BLANKS)
}

pub(crate) fn group(group: &Group) -> Value {
    let types: &[&str] = if group.membership_rule.is_some() { &["DynamicMembership"] } else { &[] };
    let object = json!({
        "id": group.id,
        "displayName": group.name,
        "description": null,
        "groupTypes": types,
        "isAssignableToRole": group.role_assignable,
        "mailEnabled": false,
        "mailNickname": group.name.to_lowercase().replace(' ', "-"),
        "membershipRule": group.membership_rule,
        "onPremisesSyncEnabled": synchronised(&group.source),
        "securityEnabled": true,
        "visibility": null,
    });
    with_blanks(object, GROUP_BLANKS)
}

pub(crate) fn service_principal(app: &ServicePrincipal) -> Value {
    let object = json!({
        "id": app.id,
        "appId": app.app,
        "appDisplayName": app.name,
        "appOwnerOrganizationId": null,
        "appRoleAssignmentRequired": false,
        "signInAudience": "AzureADMyOrg",
        "servicePrincipalNames": [app.app],
        "displayName": app.name,
        "accountEnabled": app.enabled,
        "servicePrincipalType": if app.managed_identity { "ManagedIdentity" } else { "Application" },
        "appRoles": [],
    });
    with_blanks(object, APPLICATION_BLANKS)
}

pub(crate) fn unit(unit: &AdministrativeUnit) -> Value {
    json!({
        "id": unit.id,
        "displayName": unit.name,
        "description": null,
        "isMemberManagementRestricted": unit.restricted,
        "deletedDateTime": null,
        "membershipRule": null,
        "membershipRuleProcessingState": null,
        "membershipType": null,
        "visibility": null,
    })
}

/// An object with the name of its type; of a person what is shown unasked.
pub(crate) fn typed(_tenant: &Tenant, object: Object<'_>) -> Value {
    let (kind, mut value) = match object {
        Object::User(one) => ("user", user(one)),
        Object::Group(one) => ("group", group(one)),
        Object::Application(one) => ("servicePrincipal", service_principal(one)),
        Object::Unit(one) => ("administrativeUnit", unit(one)),
    };
    if let Some(members) = value.as_object_mut() {
        members.insert("@odata.type".to_owned(), format!("#microsoft.graph.{kind}").into());
    }
    value
}

/// The name of a principal's type, as `getByIds` and casts write it.
pub(crate) const fn type_of(kind: &PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Group => "group",
        PrincipalKind::ServicePrincipal => "servicePrincipal",
        _ => "user",
    }
}

pub(crate) fn sku(tenant: &Tenant, sku: &Sku) -> Value {
    let plans: Vec<Value> = sku
        .service_plans
        .iter()
        .map(|plan| {
            json!({
                "servicePlanId": guid(&format!("plan {plan}")),
                "servicePlanName": plan,
                "provisioningStatus": "Success",
                "appliesTo": "User",
            })
        })
        .collect();
    json!({
        "id": format!("{}_{}", tenant.records().tenant.id, sku.id),
        "skuId": sku.id,
        "skuPartNumber": sku.part_number,
        "capabilityStatus": "Enabled",
        "consumedUnits": sku.consumed,
        "prepaidUnits": { "enabled": sku.bought, "suspended": 0, "warning": 0 },
        "servicePlans": plans,
        "appliesTo": "User",
        "accountId": tenant.records().tenant.id,
        "accountName": tenant.records().tenant.name,
        "subscriptionIds": [],
    })
}

/// How a person may sign in. `None` in the seed means that nothing could be read, so there is no row.
pub(crate) fn registration(user: &User, is_admin: bool, tenant: &Tenant) -> Option<Value> {
    let methods = user.methods.as_ref()?;
    let registered: Vec<String> = methods
        .iter()
        .map(|method| match method.as_str() {
            "fido2" => "passKeyDeviceBound".to_owned(),
            "one_time_code" => "softwareOneTimePasscode".to_owned(),
            "phone" => "mobilePhone".to_owned(),
            other => camel(other),
        })
        .collect();
    let strong = user.has_second_factor().unwrap_or(false);
    let passwordless = methods
        .iter()
        .any(|method| method.resists_phishing() || method.as_str() == "microsoft_authenticator_passwordless");
    Some(json!({
        "id": user.id,
        "userPrincipalName": user.sign_in_name.expose(),
        "userDisplayName": user.name.expose(),
        "userType": if user.user_type == UserType::Guest { "guest" } else { "member" },
        "isAdmin": is_admin,
        "isMfaCapable": strong,
        "isMfaRegistered": strong,
        "isPasswordlessCapable": passwordless,
        "isSsprCapable": false,
        "isSsprEnabled": false,
        "isSsprRegistered": false,
        "isSystemPreferredAuthenticationMethodEnabled": true,
        "lastUpdatedDateTime": millis(tenant.records().now),
        "methodsRegistered": registered,
        "systemPreferredAuthenticationMethods": [],
        "userPreferredMethodForSecondaryAuthentication": "none",
    }))
}

pub(crate) fn guid(of: &str) -> String {
    pim_core::id::RequestId::from_guid(guid_of(of)).to_string()
}

/// Null for what is mastered in the cloud.
fn synchronised(source: &Source) -> Value {
    if *source == Source::OnPremises { Value::Bool(true) } else { text(None::<&str>) }
}
