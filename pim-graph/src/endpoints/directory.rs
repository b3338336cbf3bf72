//! People, groups, applications, administrative units, licences.

use pim_core::id::{GroupId, PrincipalId, UnitId};

use super::{Place, Version};

fn v1(path: &str) -> Place {
    Place::at(Version::V1, path)
}

/// People. Advanced filters need [`Query::eventual`](super::Query::eventual) and `count`.
pub fn users() -> Place {
    v1("/users")
}

/// The person who signed in. Delegated only.
pub fn me() -> Place {
    v1("/me")
}

/// One person.
pub fn user(id: &PrincipalId) -> Place {
    users().id(id)
}

/// What applications granted a person.
pub fn app_roles_of_user(id: &PrincipalId) -> Place {
    user(id).then("appRoleAssignments")
}

/// Groups.
pub fn groups() -> Place {
    v1("/groups")
}

/// One group.
pub fn group(id: &GroupId) -> Place {
    groups().id(id)
}

/// The members of a group, through other groups too.
pub fn transitive_members(id: &GroupId) -> Place {
    group(id).then("transitiveMembers")
}

/// The members of a group, named directly.
pub fn members(id: &GroupId) -> Place {
    group(id).then("members")
}

/// The owners of a group.
pub fn owners(id: &GroupId) -> Place {
    group(id).then("owners")
}

/// The application permissions that a group gives its members.
pub fn app_roles_of_group(id: &GroupId) -> Place {
    group(id).then("appRoleAssignments")
}

/// The groups, roles and administrative units that a user, group or service principal is directly in.
pub fn groups_of(holder: Place) -> Place {
    holder.then("memberOf")
}

/// The same with those it is in through other groups.
pub fn all_groups_of(holder: Place) -> Place {
    holder.then("transitiveMemberOf")
}

/// The delegated permissions of a user or service principal.
pub fn permission_grants_of(holder: Place) -> Place {
    holder.then("oauth2PermissionGrants")
}

/// Applications' identities.
pub fn service_principals() -> Place {
    v1("/servicePrincipals")
}

/// One of them.
pub fn service_principal(id: &PrincipalId) -> Place {
    service_principals().id(id)
}

/// The owners of one.
pub fn service_principal_owners(id: &PrincipalId) -> Place {
    service_principal(id).then("owners")
}

/// The permissions that an application holds by itself. Answers lag behind changes.
pub fn app_roles_of(id: &PrincipalId) -> Place {
    service_principal(id).then("appRoleAssignments")
}

/// Who holds permissions at an application.
pub fn app_roles_at(id: &PrincipalId) -> Place {
    service_principal(id).then("appRoleAssignedTo")
}

/// Delegated permissions. `$filter` takes `eq` only.
pub fn permission_grants() -> Place {
    v1("/oauth2PermissionGrants")
}

/// Administrative units.
pub fn units() -> Place {
    v1("/directory/administrativeUnits")
}

/// One of them.
pub fn unit(id: &UnitId) -> Place {
    units().id(id)
}

/// Who is in it.
pub fn unit_members(id: &UnitId) -> Place {
    unit(id).then("members")
}

/// Who administers it.
pub fn unit_administrators(id: &UnitId) -> Place {
    unit(id).then("scopedRoleMembers")
}

/// Who registered which means of stronger sign-in. Takes `$filter` and `$orderby` only.
pub fn registrations() -> Place {
    v1("/reports/authenticationMethods/userRegistrationDetails")
}

/// Those of one person. Takes no options.
pub fn registration(id: &PrincipalId) -> Place {
    registrations().id(id)
}

/// Licences. Takes `$select` only.
pub fn skus() -> Place {
    v1("/subscribedSkus")
}

/// Objects of any kind; useful for [`changes`](Place::changes) only.
pub fn objects() -> Place {
    v1("/directoryObjects")
}

/// Up to 1,000 objects by id: a call with a body that changes nothing.
pub fn by_ids() -> Place {
    v1("/directoryObjects/getByIds")
}
