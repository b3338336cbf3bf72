//! People, groups, applications, administrative units, licences.

use pim_core::{
    directory::{
        AdministrativeUnit, AppPermission, AuthenticationMethod, DelegatedGrant, Group, Membership,
        ServicePrincipal, Sku, Source, User, UserType,
    },
    error::Result,
    id::{AppId, GroupId, PrincipalId},
    principal::PrincipalKind,
    privilege::GroupAccess,
    sensitive::Sensitive,
};

use super::{
    field::{id, maybe_id, parse, secret, text, time},
    word::type_name,
};
use crate::wire::{self, Member};

/// Whose an object is: its own id.
///
/// # Errors
/// `Malformed` without one.
pub fn object_id(read: &wire::DirectoryObject) -> Result<PrincipalId> {
    id(&read.id, "id")
}

/// A person. Means of stronger sign-in come from [`methods`].
///
/// # Errors
/// `Malformed` without an id; so all others here.
pub fn user(read: &wire::DirectoryObject) -> Result<User> {
    let name = |member: &Member<wire::Text>| Sensitive::new(text(member));
    let mut user = User::new(id(&read.id, "id")?, name(&read.display_name), name(&read.user_principal_name));
    user.enabled = read.account_enabled.get() != Some(&false);
    user.user_type = read.user_type.text().map_or(UserType::Member, UserType::from);
    user.source = source(read);
    user.mail = secret(&read.mail);
    user.department = read.department.text().map(Into::into);
    user.manager = read.manager.get().map_or(Ok(None), |m| maybe_id(&m.id, "manager"))?;
    user.created = time(&read.created_date_time, "createdDateTime")?;
    user.password_changed = time(&read.last_password_change_date_time, "lastPasswordChangeDateTime")?;
    user.licences = read
        .assigned_licenses
        .items()
        .iter()
        .map(|licence| id(&licence.sku_id, "assignedLicenses.skuId"))
        .collect::<Result<_>>()?;
    if let Some(activity) = read.sign_in_activity.get() {
        user.last_sign_in = time(&activity.last_sign_in_date_time, "signInActivity.lastSignInDateTime")?;
    }
    Ok(user)
}

/// Whose, and which means of stronger sign-in they registered.
///
/// # Errors
/// As [`user`].
pub fn methods(read: &wire::RegistrationDetails) -> Result<(PrincipalId, Vec<AuthenticationMethod>)> {
    let methods = read.methods_registered.items().iter().map(|word| method(word)).collect();
    Ok((id(&read.id, "id")?, methods))
}

/// Graph tells finer than the model: the kinds of one-time codes and of phones count as one each.
/// Source: [userRegistrationDetails](https://learn.microsoft.com/graph/api/resources/userregistrationdetails).
fn method(word: &str) -> AuthenticationMethod {
    match word {
        "fido2SecurityKey"
        | "passKeyDeviceBound"
        | "passKeyDeviceBoundAuthenticator"
        | "passKeyDeviceBoundWindowsHello" => AuthenticationMethod::Fido2,
        "softwareOneTimePasscode" | "hardwareOneTimePasscode" => AuthenticationMethod::OneTimeCode,
        "mobilePhone" | "alternateMobilePhone" | "officePhone" => AuthenticationMethod::Phone,
        other => AuthenticationMethod::from(other),
    }
}

/// A group. Whether it is under PIM is not among what a group tells.
///
/// # Errors
/// As [`user`].
pub fn group(read: &wire::DirectoryObject) -> Result<Group> {
    let mut group = Group::new(id(&read.id, "id")?, text(&read.display_name));
    group.role_assignable = read.is_assignable_to_role.is_true();
    group.membership_rule = read.membership_rule.text().map(Into::into);
    group.source = source(read);
    Ok(group)
}

/// A member or owner of a group.
///
/// # Errors
/// As [`user`].
pub fn membership(group: &GroupId, access: GroupAccess, read: &wire::DirectoryObject) -> Result<Membership> {
    let kind = PrincipalKind::from(type_name(read.odata_type.text().unwrap_or_default()));
    Ok(Membership { group: group.clone(), principal: id(&read.id, "id")?, kind, access })
}

/// An application's identity. Permissions come from [`app_permission`] and [`delegated`].
///
/// # Errors
/// As [`user`].
pub fn service_principal(read: &wire::DirectoryObject) -> Result<ServicePrincipal> {
    let mut app =
        ServicePrincipal::new(id(&read.id, "id")?, id(&read.app_id, "appId")?, text(&read.display_name));
    app.enabled = read.account_enabled.get() != Some(&false);
    app.managed_identity = read.service_principal_type.text() == Some("ManagedIdentity");
    app.owners = read.owners.items().iter().map(|o| id(&o.id, "owners.id")).collect::<Result<_>>()?;
    Ok(app)
}

/// A permission that an application holds. Graph names the API by the object id of its identity here, so its
/// application, from `apis`, is needed to tell which API that is and what the permission is called.
///
/// # Errors
/// As [`user`].
pub fn app_permission(
    read: &wire::AppRoleAssignment,
    api: Option<&wire::DirectoryObject>,
) -> Result<AppPermission> {
    let role = id(&read.app_role_id, "appRoleId")?;
    let name = api.and_then(|api| {
        let roles = api.app_roles.items().iter();
        roles.filter(|r| r.id.text().is_some_and(|own| role == *own)).find_map(|r| r.value.text())
    });
    Ok(AppPermission { resource: resource(&read.resource_id, api)?, role, name: name.map(Into::into) })
}

/// Delegated permissions of an application, and whose they are: the object id of its identity.
///
/// # Errors
/// As [`user`].
pub fn delegated(
    read: &wire::PermissionGrant,
    api: Option<&wire::DirectoryObject>,
) -> Result<(PrincipalId, DelegatedGrant)> {
    let grant = DelegatedGrant {
        resource: resource(&read.resource_id, api)?,
        scopes: text(&read.scope).split_whitespace().map(Into::into).collect(),
        principal: maybe_id(&read.principal_id, "principalId")?,
    };
    Ok((id(&read.client_id, "clientId")?, grant))
}

/// The API's client id; its object id while the application is not known.
fn resource(object: &Member<wire::Text>, api: Option<&wire::DirectoryObject>) -> Result<AppId> {
    match api.and_then(|api| api.app_id.text()) {
        Some(app) => parse(app, "appId"),
        None => id(object, "resourceId"),
    }
}

/// An administrative unit, with the members that were brought along.
///
/// # Errors
/// As [`user`].
pub fn unit(read: &wire::DirectoryObject) -> Result<AdministrativeUnit> {
    let mut unit = AdministrativeUnit::new(id(&read.id, "id")?, text(&read.display_name));
    unit.restricted = read.is_member_management_restricted.is_true();
    unit.members = read.members.items().iter().map(|m| id(&m.id, "members.id")).collect::<Result<_>>()?;
    Ok(unit)
}

/// A licence.
///
/// # Errors
/// As [`user`].
pub fn sku(read: &wire::SubscribedSku) -> Result<Sku> {
    Ok(Sku {
        id: id(&read.sku_id, "skuId")?,
        part_number: text(&read.sku_part_number),
        service_plans: read.service_plans.items().iter().map(|plan| text(&plan.service_plan_name)).collect(),
        bought: read.prepaid_units.get().and_then(|units| units.enabled.count()).unwrap_or(0),
        consumed: read.consumed_units.count().unwrap_or(0),
    })
}

fn source(read: &wire::DirectoryObject) -> Source {
    if read.on_premises_sync_enabled.is_true() { Source::OnPremises } else { Source::Cloud }
}
