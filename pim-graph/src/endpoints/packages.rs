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

/// Requests for packages.
pub fn requests() -> Place {
    root("assignmentRequests")
}

/// Withdraws one of them.
pub fn cancel_request(id: &str) -> Place {
    requests().id(id).then("cancel")
}

/// Requests to add resources to catalogs.
pub fn resource_requests() -> Place {
    root("resourceRequests")
}
