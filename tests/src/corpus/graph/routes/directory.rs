//! The directory, its records, and Conditional Access.

use pim_graph::{
    endpoints::{audit, conditional_access, directory},
    wire,
};

use super::{Answer, Table, id};

pub(super) fn add(table: &mut Table) {
    people(table);
    applications(table);
    units(table);
    records(table);
    conditions(table);
}

fn people(table: &mut Table) {
    let of = "directoryObject";
    table.many::<wire::DirectoryObject>("/directoryObjects", of, |_, _| Ok(directory::objects()));
    table.act_with::<wire::ObjectIds>(
        "/directoryObjects/getByIds",
        |_, _| Ok(directory::by_ids()),
        Some(Answer::list::<wire::DirectoryObject>(of)),
    );
    table.one::<wire::DirectoryObject>("/me", "user", |_, _| Ok(directory::me()));
    table.many::<wire::DirectoryObject>("/users", "user", |_, _| Ok(directory::users()));
    table.one::<wire::DirectoryObject>("/users/*", "user", |p, _| Ok(directory::user(&id(p[0])?)));
    table.many::<wire::DirectoryObject>("/groups", "group", |_, _| Ok(directory::groups()));
    table.one::<wire::DirectoryObject>("/groups/*", "group", |p, _| Ok(directory::group(&id(p[0])?)));
    table.many::<wire::DirectoryObject>("/groups/*/transitiveMembers", of, |p, _| {
        Ok(directory::transitive_members(&id(p[0])?))
    });
    table.many::<wire::DirectoryObject>("/groups/*/members", of, |p, _| Ok(directory::members(&id(p[0])?)));
    table.many::<wire::DirectoryObject>("/groups/*/owners", of, |p, _| Ok(directory::owners(&id(p[0])?)));
    table.many::<wire::DirectoryObject>("/users/*/memberOf", of, |p, _| {
        Ok(directory::groups_of(directory::user(&id(p[0])?)))
    });
    table.many::<wire::DirectoryObject>("/users/*/transitiveMemberOf", of, |p, _| {
        Ok(directory::all_groups_of(directory::user(&id(p[0])?)))
    });
    table.many::<wire::DirectoryObject>("/groups/*/memberOf", of, |p, _| {
        Ok(directory::groups_of(directory::group(&id(p[0])?)))
    });
    table.many::<wire::DirectoryObject>("/groups/*/transitiveMemberOf", of, |p, _| {
        Ok(directory::all_groups_of(directory::group(&id(p[0])?)))
    });
    table.many::<wire::RegistrationDetails>(
        "/reports/authenticationMethods/userRegistrationDetails",
        "userRegistrationDetails",
        |_, _| Ok(directory::registrations()),
    );
    table.one::<wire::RegistrationDetails>(
        "/reports/authenticationMethods/userRegistrationDetails/*",
        "userRegistrationDetails",
        |p, _| Ok(directory::registration(&id(p[0])?)),
    );
    table.many::<wire::SubscribedSku>("/subscribedSkus", "subscribedSku", |_, _| Ok(directory::skus()));
    table.one::<wire::SubscribedSku>("/subscribedSkus/*", "subscribedSku", |p, _| {
        Ok(directory::skus().id(p[0]))
    });
}

fn applications(table: &mut Table) {
    let of = "servicePrincipal";
    table.many::<wire::DirectoryObject>("/servicePrincipals", of, |_, _| Ok(directory::service_principals()));
    table.one::<wire::DirectoryObject>("/servicePrincipals/*", of, |p, _| {
        Ok(directory::service_principal(&id(p[0])?))
    });
    let of = "directoryObject";
    table.many::<wire::DirectoryObject>("/servicePrincipals/*/owners", of, |p, _| {
        Ok(directory::service_principal_owners(&id(p[0])?))
    });
    table.many::<wire::DirectoryObject>("/servicePrincipals/*/memberOf", of, |p, _| {
        Ok(directory::groups_of(directory::service_principal(&id(p[0])?)))
    });
    table.many::<wire::DirectoryObject>("/servicePrincipals/*/transitiveMemberOf", of, |p, _| {
        Ok(directory::all_groups_of(directory::service_principal(&id(p[0])?)))
    });
    let of = "appRoleAssignment";
    table.many::<wire::AppRoleAssignment>("/servicePrincipals/*/appRoleAssignments", of, |p, _| {
        Ok(directory::app_roles_of(&id(p[0])?))
    });
    table.one::<wire::AppRoleAssignment>("/servicePrincipals/*/appRoleAssignments/*", of, |p, _| {
        Ok(directory::app_roles_of(&id(p[0])?).id(p[1]))
    });
    table.many::<wire::AppRoleAssignment>("/servicePrincipals/*/appRoleAssignedTo", of, |p, _| {
        Ok(directory::app_roles_at(&id(p[0])?))
    });
    table.one::<wire::AppRoleAssignment>("/servicePrincipals/*/appRoleAssignedTo/*", of, |p, _| {
        Ok(directory::app_roles_at(&id(p[0])?).id(p[1]))
    });
    table.many::<wire::AppRoleAssignment>("/users/*/appRoleAssignments", of, |p, _| {
        Ok(directory::app_roles_of_user(&id(p[0])?))
    });
    table.one::<wire::AppRoleAssignment>("/users/*/appRoleAssignments/*", of, |p, _| {
        Ok(directory::app_roles_of_user(&id(p[0])?).id(p[1]))
    });
    table.many::<wire::AppRoleAssignment>("/groups/*/appRoleAssignments", of, |p, _| {
        Ok(directory::app_roles_of_group(&id(p[0])?))
    });
    table.one::<wire::AppRoleAssignment>("/groups/*/appRoleAssignments/*", of, |p, _| {
        Ok(directory::app_roles_of_group(&id(p[0])?).id(p[1]))
    });
    let of = "oAuth2PermissionGrant";
    table.many::<wire::PermissionGrant>("/oauth2PermissionGrants", of, |_, _| {
        Ok(directory::permission_grants())
    });
    table.one::<wire::PermissionGrant>("/oauth2PermissionGrants/*", of, |p, _| {
        Ok(directory::permission_grants().id(p[0]))
    });
    table.many::<wire::PermissionGrant>("/users/*/oauth2PermissionGrants", of, |p, _| {
        Ok(directory::permission_grants_of(directory::user(&id(p[0])?)))
    });
    table.many::<wire::PermissionGrant>("/servicePrincipals/*/oauth2PermissionGrants", of, |p, _| {
        Ok(directory::permission_grants_of(directory::service_principal(&id(p[0])?)))
    });
}

fn units(table: &mut Table) {
    let of = "administrativeUnit";
    table.many::<wire::DirectoryObject>("/directory/administrativeUnits", of, |_, _| Ok(directory::units()));
    table.one::<wire::DirectoryObject>("/directory/administrativeUnits/*", of, |p, _| {
        Ok(directory::unit(&id(p[0])?))
    });
    table.many::<wire::DirectoryObject>(
        "/directory/administrativeUnits/*/members",
        "directoryObject",
        |p, _| Ok(directory::unit_members(&id(p[0])?)),
    );
    table.one::<wire::DirectoryObject>(
        "/directory/administrativeUnits/*/members/*",
        "directoryObject",
        |p, _| Ok(directory::unit_members(&id(p[0])?).id(p[1])),
    );
    let of = "scopedRoleMembership";
    table.many::<wire::ScopedRoleMember>("/directory/administrativeUnits/*/scopedRoleMembers", of, |p, _| {
        Ok(directory::unit_administrators(&id(p[0])?))
    });
    table.one::<wire::ScopedRoleMember>(
        "/directory/administrativeUnits/*/scopedRoleMembers/*",
        of,
        |p, _| Ok(directory::unit_administrators(&id(p[0])?).id(p[1])),
    );
}

fn records(table: &mut Table) {
    table.many::<wire::DirectoryAudit>("/auditLogs/directoryAudits", "directoryAudit", |_, _| {
        Ok(audit::audits())
    });
    table.one::<wire::DirectoryAudit>("/auditLogs/directoryAudits/*", "directoryAudit", |p, _| {
        Ok(audit::audits().id(p[0]))
    });
    table.many::<wire::SignIn>("/auditLogs/signIns", "signIn", |_, _| Ok(audit::sign_ins()));
    table.one::<wire::SignIn>("/auditLogs/signIns/*", "signIn", |p, _| Ok(audit::sign_ins().id(p[0])));
}

fn conditions(table: &mut Table) {
    let of = "conditionalAccessPolicy";
    table.many::<wire::ConditionalAccessPolicy>("/identity/conditionalAccess/policies", of, |_, _| {
        Ok(conditional_access::policies())
    });
    table.one::<wire::ConditionalAccessPolicy>("/identity/conditionalAccess/policies/*", of, |p, _| {
        Ok(conditional_access::policy(&id(p[0])?))
    });
    let of = "authenticationContextClassReference";
    table.many::<wire::AuthenticationContext>(
        "/identity/conditionalAccess/authenticationContextClassReferences",
        of,
        |_, _| Ok(conditional_access::contexts()),
    );
    table.one::<wire::AuthenticationContext>(
        "/identity/conditionalAccess/authenticationContextClassReferences/*",
        of,
        |p, _| Ok(conditional_access::contexts().id(p[0])),
    );
    let of = "namedLocation";
    table.many::<wire::NamedLocation>("/identity/conditionalAccess/namedLocations", of, |_, _| {
        Ok(conditional_access::locations())
    });
    table.one::<wire::NamedLocation>("/identity/conditionalAccess/namedLocations/*", of, |p, _| {
        Ok(conditional_access::locations().id(p[0]))
    });
}
