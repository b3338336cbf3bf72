//! Entitlement management.

use pim_core::id::{CatalogId, PackageId};

use super::{Place, Version};

fn root(name: &str) -> Place {
    Place::at(Version::V1, "/identityGovernance/entitlementManagement").then(name)
}

/// The catalogs.
pub fn catalogs() -> Place {
    root("catalogs")
}

/// One catalog.
pub fn catalog(id: &CatalogId) -> Place {
    catalogs().id(id)
}

/// The resources of a catalog.
pub fn resources(id: &CatalogId) -> Place {
    catalog(id).then("resources")
}

/// The roles in the resources of a catalog. Needs a `$filter` on where the resource comes from.
pub fn resource_roles(id: &CatalogId) -> Place {
    catalog(id).then("resourceRoles")
}

/// The packages.
pub fn packages() -> Place {
    root("accessPackages")
}

/// One package. `$expand=resourceRoleScopes($expand=role,scope)` tells what it carries.
pub fn package(id: &PackageId) -> Place {
    packages().id(id)
}

/// What a package carries.
pub fn role_scopes(id: &PackageId) -> Place {
    package(id).then("resourceRoleScopes")
}

/// Who may ask for packages.
pub fn policies() -> Place {
    root("assignmentPolicies")
}

/// One such policy.
pub fn policy(id: &str) -> Place {
    policies().id(id)
}

/// Who has packages.
pub fn assignments() -> Place {
    root("assignments")
}

/// Brings what a package gives in line with what its holder has.
pub fn reprocess_assignment(id: &str) -> Place {
    assignments().id(id).then("reprocess")
}

/// Requests for packages.
pub fn requests() -> Place {
    root("assignmentRequests")
}

/// Withdraws one of them.
pub fn cancel_request(id: &str) -> Place {
    requests().id(id).then("cancel")
}

/// Tries one of them again that failed on the way.
pub fn reprocess_request(id: &str) -> Place {
    requests().id(id).then("reprocess")
}

/// Requests to add resources to catalogs.
pub fn resource_requests() -> Place {
    root("resourceRequests")
}
