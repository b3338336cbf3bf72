//! Conditional Access. One call a second is allowed for the whole tenant, and refusals carry no `Retry-After`.

use pim_core::id::ConditionalAccessId;

use super::{Place, Version};

const ROOT: &str = "/identity/conditionalAccess";

/// The policies.
pub fn policies() -> Place {
    Place::at(Version::V1, ROOT).then("policies")
}

/// One policy.
pub fn policy(id: &ConditionalAccessId) -> Place {
    policies().id(id)
}

/// The authentication contexts `c1` to `c99`.
pub fn contexts() -> Place {
    Place::at(Version::V1, ROOT).then("authenticationContextClassReferences")
}

/// The named locations.
pub fn locations() -> Place {
    Place::at(Version::V1, ROOT).then("namedLocations")
}
