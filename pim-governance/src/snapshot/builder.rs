//! Snapshots written by hand, for tests and for what other tools exported.

use std::sync::Arc;

use pim_core::{
    alert::{Alert, AlertIncident},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    error::Result,
    id::{PrincipalId, TenantId},
    policy::Policy,
    privilege::RoleDefinition,
    review::{AccessReview, ReviewRound},
    schedule::{Assignment, Eligibility},
    time::Timestamp,
};

use super::{
    Coverage, LastActivation, Operation, Reading, Snapshot, SourceKind,
    row::{Row, Visitor, visit},
};

/// Puts a snapshot together. Every source counts as wholly read, unless [`coverage`](Self::coverage) says
/// otherwise.
#[derive(Clone, Debug)]
pub struct SnapshotBuilder {
    snapshot: Snapshot,
}

macro_rules! adders {
    ($($(#[$meta:meta])* $name:ident: $row:ty;)+) => {
        impl SnapshotBuilder {$(
            $(#[$meta])*
            #[must_use]
            pub fn $name(mut self, rows: impl IntoIterator<Item = $row>) -> Self {
                self.snapshot.$name.extend(rows);
                self
            }
        )+}
    };
}

adders! {
    /// Adds who may activate what.
    eligibilities: Eligibility;
    /// Adds who holds what.
    assignments: Assignment;
    /// Adds what privileges demand.
    policies: Policy;
    /// Adds people.
    users: User;
    /// Adds groups.
    groups: Group;
    /// Adds who belongs to groups.
    memberships: Membership;
    /// Adds applications.
    service_principals: ServicePrincipal;
    /// Adds administrative units.
    units: AdministrativeUnit;
    /// Adds licences.
    skus: Sku;
    /// Adds Conditional Access policies.
    conditional_access: ConditionalAccessPolicy;
    /// Adds authentication contexts.
    contexts: AuthenticationContext;
    /// Adds named locations.
    locations: NamedLocation;
    /// Adds access reviews.
    reviews: AccessReview;
    /// Adds rounds of access reviews.
    rounds: ReviewRound;
    /// Adds PIM's alerts.
    alerts: Alert;
    /// Adds what PIM's alerts found.
    incidents: AlertIncident;
    /// Adds when privileges were last activated.
    last_activations: LastActivation;
    /// Adds who did what.
    operations: Operation;
}

impl SnapshotBuilder {
    pub(super) fn new(taken_at: Timestamp) -> Self {
        let mut snapshot = Snapshot::unread(taken_at);
        let read = |source: &SourceKind| (*source, Reading::new(Coverage::Read, 0));
        snapshot.coverage = SourceKind::ALL.iter().map(read).collect();
        Self { snapshot }
    }

    /// Adds roles.
    #[must_use]
    pub fn roles(mut self, rows: impl IntoIterator<Item = RoleDefinition>) -> Self {
        self.snapshot.roles.extend(rows.into_iter().map(Arc::new));
        self
    }

    /// Names the tenant.
    #[must_use]
    pub fn tenant(mut self, tenant: TenantId) -> Self {
        self.snapshot.tenant = Some(tenant);
        self
    }

    /// Names who read it.
    #[must_use]
    pub fn caller(mut self, caller: PrincipalId) -> Self {
        self.snapshot.caller = Some(caller);
        self
    }

    /// Says how much of a source was read.
    #[must_use]
    pub fn coverage(mut self, source: SourceKind, coverage: Coverage) -> Self {
        self.snapshot.coverage.insert(source, Reading::new(coverage, 0));
        self
    }

    /// The snapshot, its rows counted and linked.
    pub fn build(mut self) -> Snapshot {
        self.snapshot.link();
        count(&mut self.snapshot);
        self.snapshot
    }
}

/// Counts the rows of each source that was asked for.
pub(crate) fn count(snapshot: &mut Snapshot) {
    struct Counter<'a>(&'a mut Snapshot);
    impl Visitor for Counter<'_> {
        fn section<T: Row>(&mut self) -> Result<()> {
            let sources: Vec<_> = T::rows(self.0).iter().filter_map(Row::source).collect();
            for source in sources {
                if let Some(reading) = self.0.coverage.get_mut(&source) {
                    reading.count += 1;
                }
            }
            Ok(())
        }
    }
    for reading in snapshot.coverage.values_mut() {
        reading.count = 0;
    }
    // Counting refuses nothing.
    let _ = visit(&mut Counter(snapshot));
}
