//! The lists of a snapshot, told once for all that goes over them: the builder, the file, the diff.

use std::{fmt::Debug, sync::Arc};

use pim_core::{
    alert::{Alert, AlertIncident},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    error::Result,
    policy::Policy,
    principal::Principal,
    privilege::{GroupAccess, Privilege, RoleDefinition, Surface},
    review::{AccessReview, ReviewRound},
    schedule::{Assignment, Eligibility, Origin, Via},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Activated, LastActivation, Operation, Snapshot, SourceKind};

/// A kind of row, and the list that it is in.
pub(crate) trait Row: Clone + Debug + PartialEq + Serialize + DeserializeOwned {
    /// The list's name.
    const SECTION: &'static str;

    /// The list.
    fn rows(snapshot: &Snapshot) -> &[Self];

    /// The list, to be filled.
    fn rows_mut(snapshot: &mut Snapshot) -> &mut Vec<Self>;

    /// The source that the row came from; `None` for what comes with other rows, and for what this version
    /// does not know.
    fn source(&self) -> Option<SourceKind>;
}

/// Goes over every list.
pub(crate) trait Visitor {
    fn section<T: Row>(&mut self) -> Result<()>;
}

macro_rules! rows {
    ($($field:ident: $row:ty, |$it:ident| $source:expr;)+) => {
        $(impl Row for $row {
            const SECTION: &'static str = stringify!($field);

            fn rows(snapshot: &Snapshot) -> &[Self] {
                &snapshot.$field
            }

            fn rows_mut(snapshot: &mut Snapshot) -> &mut Vec<Self> {
                &mut snapshot.$field
            }

            fn source(&self) -> Option<SourceKind> {
                let $it = self;
                $source
            }
        })+

        /// Goes over every list, in the order of the file.
        pub(crate) fn visit(visitor: &mut impl Visitor) -> Result<()> {
            $(visitor.section::<$row>()?;)+
            Ok(())
        }
    };
}

rows! {
    roles: Arc<RoleDefinition>, |row| SourceKind::roles(&row.surface);
    holders: Arc<Principal>, |_row| None;
    eligibilities: Eligibility, |row| SourceKind::eligibilities(&row.privilege.surface());
    assignments: Assignment, |row| SourceKind::assignments(&row.privilege.surface());
    policies: Policy, |row| SourceKind::policies(&row.subject.surface());
    users: User, |_row| Some(SourceKind::Users);
    groups: Group, |_row| Some(SourceKind::Groups);
    memberships: Membership, |_row| Some(SourceKind::Memberships);
    service_principals: ServicePrincipal, |_row| Some(SourceKind::ServicePrincipals);
    units: AdministrativeUnit, |_row| Some(SourceKind::Units);
    skus: Sku, |_row| Some(SourceKind::Skus);
    conditional_access: ConditionalAccessPolicy, |_row| Some(SourceKind::ConditionalAccess);
    contexts: AuthenticationContext, |_row| Some(SourceKind::Contexts);
    locations: NamedLocation, |_row| Some(SourceKind::Locations);
    reviews: AccessReview, |_row| Some(SourceKind::Reviews);
    rounds: ReviewRound, |_row| Some(SourceKind::Rounds);
    alerts: Alert, |_row| Some(SourceKind::Alerts);
    incidents: AlertIncident, |_row| Some(SourceKind::Incidents);
    last_activations: LastActivation, |_row| Some(SourceKind::LastActivations);
    operations: Operation, |_row| Some(SourceKind::Operations);
}

/// What makes two rows of two snapshots the same thing.
pub(crate) trait Keyed: Row {
    type Key: Ord;

    fn key(&self) -> Self::Key;
}

macro_rules! keys {
    ($($row:ty => $key:ty, |$it:ident| $value:expr;)+) => {$(
        impl Keyed for $row {
            type Key = $key;

            fn key(&self) -> Self::Key {
                let $it = self;
                $value
            }
        }
    )+};
}

/// A schedule's id changes with an update, so a grant is known by what the service allows once: its holder,
/// its privilege, and whether it was assigned or activated.
type GrantKey = (pim_core::id::PrincipalId, Privilege, u8, String);

keys! {
    Arc<RoleDefinition> => (String, pim_core::id::RoleId), |row| (surface(&row.surface), row.id.clone());
    Eligibility => GrantKey, |row| (row.principal.clone(), row.privilege.clone(), 0, via(&row.via));
    Assignment => GrantKey, |row| {
        (row.principal.clone(), row.privilege.clone(), origin(&row.origin), via(&row.via))
    };
    Policy => Privilege, |row| row.subject.clone();
    User => pim_core::id::PrincipalId, |row| row.id.clone();
    Group => pim_core::id::GroupId, |row| row.id.clone();
    Membership => (pim_core::id::GroupId, pim_core::id::PrincipalId, GroupAccess), |row| {
        (row.group.clone(), row.principal.clone(), row.access.clone())
    };
    ServicePrincipal => pim_core::id::PrincipalId, |row| row.id.clone();
    AdministrativeUnit => pim_core::id::UnitId, |row| row.id.clone();
    Sku => pim_core::id::SkuId, |row| row.id.clone();
    ConditionalAccessPolicy => pim_core::id::ConditionalAccessId, |row| row.id.clone();
    AuthenticationContext => pim_core::id::ContextId, |row| row.id.clone();
    NamedLocation => pim_core::id::LocationId, |row| row.id.clone();
    AccessReview => pim_core::id::ReviewId, |row| row.id.clone();
    ReviewRound => (pim_core::id::ReviewId, pim_core::id::ReviewInstanceId), |row| {
        (row.key.review.clone(), row.key.round.clone())
    };
    Alert => pim_core::id::AlertId, |row| row.id.clone();
    AlertIncident => (pim_core::id::AlertId, pim_core::id::IncidentId), |row| (row.alert.clone(), row.id.clone());
    LastActivation => (pim_core::id::PrincipalId, Activated), |row| (row.principal.clone(), row.what.clone());
    Operation => (pim_core::id::PrincipalId, Box<str>), |row| (row.principal.clone(), row.activity.clone());
}

fn surface(surface: &Surface) -> String {
    surface.as_str().to_owned()
}

fn via(via: &Via) -> String {
    via.as_str().to_owned()
}

const fn origin(origin: &Origin) -> u8 {
    match origin {
        Origin::Assigned => 0,
        Origin::Activated { .. } => 1,
        _ => 2,
    }
}
