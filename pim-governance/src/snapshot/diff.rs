//! What changed between two snapshots.

use std::{collections::BTreeMap, sync::Arc};

use pim_core::{
    alert::{Alert, AlertIncident},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    policy::Policy,
    privilege::RoleDefinition,
    review::{AccessReview, ReviewRound},
    schedule::{Assignment, Eligibility},
    time::Timestamp,
};
use serde::Serialize;

use super::{Coverage, LastActivation, Operation, Snapshot, SourceKind, row::Keyed};

/// What changed, list by list.
///
/// Only what both sides can tell is told: rows count as removed where the later snapshot read their source
/// wholly, as added where the earlier one did. Sources about which that can't be said are in
/// [`unsettled`](Self::unsettled).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SnapshotDiff {
    /// When the earlier snapshot was taken.
    pub from: Timestamp,
    /// When the later one was.
    pub to: Timestamp,
    /// Sources of which one side did not read all, so that rows may have come or gone unseen.
    pub unsettled: Vec<SourceKind>,
    /// Sources of which more or less was read than before.
    pub coverage: Vec<CoverageChange>,
    /// Roles.
    pub roles: Changes<Arc<RoleDefinition>>,
    /// Who may activate what.
    pub eligibilities: Changes<Eligibility>,
    /// Who holds what.
    pub assignments: Changes<Assignment>,
    /// What privileges demand.
    pub policies: Changes<Policy>,
    /// People.
    pub users: Changes<User>,
    /// Groups.
    pub groups: Changes<Group>,
    /// Who belongs to groups.
    pub memberships: Changes<Membership>,
    /// Applications.
    pub service_principals: Changes<ServicePrincipal>,
    /// Administrative units.
    pub units: Changes<AdministrativeUnit>,
    /// Licences.
    pub skus: Changes<Sku>,
    /// Conditional Access policies.
    pub conditional_access: Changes<ConditionalAccessPolicy>,
    /// Authentication contexts.
    pub contexts: Changes<AuthenticationContext>,
    /// Named locations.
    pub locations: Changes<NamedLocation>,
    /// Access reviews.
    pub reviews: Changes<AccessReview>,
    /// Their rounds.
    pub rounds: Changes<ReviewRound>,
    /// PIM's alerts.
    pub alerts: Changes<Alert>,
    /// What they found.
    pub incidents: Changes<AlertIncident>,
    /// When privileges were last activated.
    pub last_activations: Changes<LastActivation>,
    /// Who did what.
    pub operations: Changes<Operation>,
}

/// What changed in one list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Changes<T> {
    /// What is new.
    pub added: Vec<T>,
    /// What is gone.
    pub removed: Vec<T>,
    /// What is there on both sides and differs.
    pub changed: Vec<Changed<T>>,
}

/// A row that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Changed<T> {
    /// As it was.
    pub before: T,
    /// As it is.
    pub after: T,
    /// The fields that differ, by their names in JSON.
    pub fields: Vec<String>,
}

/// A source of which more or less was read than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CoverageChange {
    /// Which.
    pub source: SourceKind,
    /// How much was read before.
    pub before: Coverage,
    /// How much is read now.
    pub after: Coverage,
}

/// What changed from one snapshot to a later one. Grants are told apart by holder, privilege and origin, not
/// by their schedule's id, which an update may replace.
pub fn diff(before: &Snapshot, after: &Snapshot) -> SnapshotDiff {
    let sides = Sides { before, after };
    SnapshotDiff {
        from: before.taken_at,
        to: after.taken_at,
        unsettled: SourceKind::ALL.iter().copied().filter(|source| sides.is_unsettled(*source)).collect(),
        coverage: SourceKind::ALL.iter().filter_map(|source| sides.coverage(*source)).collect(),
        roles: sides.changes(),
        eligibilities: sides.changes(),
        assignments: sides.changes(),
        policies: sides.changes(),
        users: sides.changes(),
        groups: sides.changes(),
        memberships: sides.changes(),
        service_principals: sides.changes(),
        units: sides.changes(),
        skus: sides.changes(),
        conditional_access: sides.changes(),
        contexts: sides.changes(),
        locations: sides.changes(),
        reviews: sides.changes(),
        rounds: sides.changes(),
        alerts: sides.changes(),
        incidents: sides.changes(),
        last_activations: sides.changes(),
        operations: sides.changes(),
    }
}

impl SnapshotDiff {
    /// True when nothing is known to have changed. Look at [`unsettled`](Self::unsettled) too.
    pub fn is_empty(&self) -> bool {
        self.coverage.is_empty()
            && self.roles.is_empty()
            && self.eligibilities.is_empty()
            && self.assignments.is_empty()
            && self.policies.is_empty()
            && self.users.is_empty()
            && self.groups.is_empty()
            && self.memberships.is_empty()
            && self.service_principals.is_empty()
            && self.units.is_empty()
            && self.skus.is_empty()
            && self.conditional_access.is_empty()
            && self.contexts.is_empty()
            && self.locations.is_empty()
            && self.reviews.is_empty()
            && self.rounds.is_empty()
            && self.alerts.is_empty()
            && self.incidents.is_empty()
            && self.last_activations.is_empty()
            && self.operations.is_empty()
    }
}

impl<T> Changes<T> {
    /// True when nothing changed.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

struct Sides<'a> {
    before: &'a Snapshot,
    after: &'a Snapshot,
}

impl Sides<'_> {
    fn coverage(&self, source: SourceKind) -> Option<CoverageChange> {
        let (before, after) = (self.before.reading(source), self.after.reading(source));
        (before.coverage != after.coverage).then(|| CoverageChange {
            source,
            before: before.coverage.clone(),
            after: after.coverage.clone(),
        })
    }

    fn is_unsettled(&self, source: SourceKind) -> bool {
        !self.before.is_complete(source) || !self.after.is_complete(source)
    }

    fn changes<T: Keyed>(&self) -> Changes<T> {
        // Several rows may share a key, such as one Azure grant under two conditions: they are paired in order.
        let mut old: BTreeMap<T::Key, Vec<&T>> = BTreeMap::new();
        for row in T::rows(self.before).iter().rev() {
            old.entry(row.key()).or_default().push(row);
        }
        let mut changes = Changes { added: Vec::new(), removed: Vec::new(), changed: Vec::new() };
        let mut unpaired = Vec::new();
        // What is the same on both sides is paired first, or one row gone would make all its namesakes change.
        for row in T::rows(self.after) {
            let same = old
                .get_mut(&row.key())
                .and_then(|rows| rows.iter().rposition(|other| *other == row).map(|at| rows.remove(at)));
            if same.is_none() {
                unpaired.push(row);
            }
        }
        for row in unpaired {
            match old.get_mut(&row.key()).and_then(Vec::pop) {
                Some(before) => {
                    let fields = fields(before, row);
                    // Rows that differ only in what grants tell of holders and roles say the same.
                    if !fields.is_empty() {
                        changes.changed.push(Changed { before: before.clone(), after: row.clone(), fields });
                    }
                }
                None if complete(self.before, row) => changes.added.push(row.clone()),
                None => {}
            }
        }
        let gone = old.into_values().flat_map(|rows| rows.into_iter().rev());
        changes.removed.extend(gone.filter(|row| complete(self.after, *row)).cloned());
        changes
    }
}

/// True when a snapshot would have the row if it were there.
fn complete(snapshot: &Snapshot, row: &impl Keyed) -> bool {
    row.source().is_some_and(|source| snapshot.is_complete(source))
}

fn fields<T: Serialize>(before: &T, after: &T) -> Vec<String> {
    let (Ok(serde_json::Value::Object(before)), Ok(serde_json::Value::Object(after))) =
        (serde_json::to_value(before), serde_json::to_value(after))
    else {
        return Vec::new();
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

#[cfg(test)]
mod tests;
