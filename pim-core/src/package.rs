//! Access packages (entitlement management), as far as they carry roles and groups.

use serde::{Deserialize, Serialize};

use crate::{
    id::{CatalogId, PackageAssignmentId, PackageId, PrincipalId},
    open_enum::open_enum,
    privilege::Privilege,
    schedule::Level,
    time::Window,
};

/// An access package.
///
/// Source: [accessPackage](https://learn.microsoft.com/graph/api/resources/accesspackage).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // a record users write in seeds
pub struct AccessPackage {
    /// The package's id.
    pub id: PackageId,
    /// Its name.
    pub name: String,
    /// The catalog that it is in.
    pub catalog: CatalogId,
    /// What it carries.
    #[serde(default)]
    pub carries: Vec<Carried>,
}

/// A privilege that a package carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a relation
pub struct Carried {
    /// Which.
    pub privilege: Privilege,
    /// To be held, or to be activated.
    pub level: Level,
}

open_enum! {
    /// Where the assignment of a package stands.
    pub enum PackageState {
        /// Being given.
        Delivering = "delivering",
        /// Given in part.
        PartiallyDelivered = "partially_delivered",
        /// Given.
        Delivered = "delivered",
        /// Over.
        Expired = "expired",
        /// Could not be given.
        DeliveryFailed = "delivery_failed",
    }
}

/// Who has a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // a record users write in seeds
pub struct PackageAssignment {
    /// The assignment's id.
    pub id: PackageAssignmentId,
    /// Which package.
    pub package: PackageId,
    /// Who.
    pub principal: PrincipalId,
    /// Where it stands.
    pub state: PackageState,
    /// From when to when.
    #[serde(default)]
    pub window: Window,
}
