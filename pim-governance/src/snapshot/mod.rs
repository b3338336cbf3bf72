//! A tenant as it was at one moment: plain data, owned, that everything else is computed from.

mod activation;
mod builder;
mod coverage;
mod diff;
mod file;
mod operation;
mod row;

#[cfg(test)]
pub(crate) mod strategies;

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::Arc,
};

use pim_core::{
    alert::{Alert, AlertIncident},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    id::{PrincipalId, RoleId, TenantId},
    policy::Policy,
    principal::Principal,
    privilege::{Privilege, RoleDefinition, Surface},
    review::{AccessReview, ReviewRound},
    schedule::{Assignment, Eligibility},
    time::Timestamp,
};

pub(crate) use self::{activation::COMPLETED, builder::count};
pub use self::{
    activation::{Activated, LastActivation},
    builder::SnapshotBuilder,
    coverage::{Coverage, Reading, Reason, RejectedRow, SourceKind},
    diff::{Changed, Changes, CoverageChange, SnapshotDiff, diff},
    operation::Operation,
};

/// A tenant at one moment.
///
/// An empty list says that there is nothing only where [`coverage`](Self::coverage) says that its source was
/// read: ask [`is_complete`](Self::is_complete) before you conclude from what is missing.
///
/// Grants are those in force at [`taken_at`](Self::taken_at), each with its instance, and those that begin
/// later, without one. Names of people are in it: keep it as safe as the directory itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Snapshot {
    /// When reading began, by the service's clock.
    pub taken_at: Timestamp,
    /// The tenant, where known.
    pub tenant: Option<TenantId>,
    /// Who read it; `None` where the credential does not tell.
    pub caller: Option<PrincipalId>,
    /// Through which backend it was read.
    pub backend: String,
    /// What became of each source. One that is not here was not asked for.
    pub coverage: BTreeMap<SourceKind, Reading>,
    /// The roles that exist. Where they could not be listed: those that grants told of.
    pub roles: Vec<Arc<RoleDefinition>>,
    /// What grants told of their holders.
    pub holders: Vec<Arc<Principal>>,
    /// Who may activate what.
    pub eligibilities: Vec<Eligibility>,
    /// Who holds what.
    pub assignments: Vec<Assignment>,
    /// What privileges demand.
    pub policies: Vec<Policy>,
    /// People.
    pub users: Vec<User>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Who belongs to groups, by activation or standing: PIM's own rows tell which.
    pub memberships: Vec<Membership>,
    /// Applications.
    pub service_principals: Vec<ServicePrincipal>,
    /// Administrative units.
    pub units: Vec<AdministrativeUnit>,
    /// Licences.
    pub skus: Vec<Sku>,
    /// Conditional Access policies.
    pub conditional_access: Vec<ConditionalAccessPolicy>,
    /// Authentication contexts.
    pub contexts: Vec<AuthenticationContext>,
    /// Named locations.
    pub locations: Vec<NamedLocation>,
    /// Access reviews.
    pub reviews: Vec<AccessReview>,
    /// Their rounds.
    pub rounds: Vec<ReviewRound>,
    /// PIM's alerts.
    pub alerts: Vec<Alert>,
    /// What they found.
    pub incidents: Vec<AlertIncident>,
    /// When privileges were last activated.
    pub last_activations: Vec<LastActivation>,
    /// Who did what, as far as the audit log tells.
    pub operations: Vec<Operation>,
}

impl Snapshot {
    /// A tenant of which nothing was asked.
    pub fn unread(taken_at: Timestamp) -> Self {
        Self {
            taken_at,
            tenant: None,
            caller: None,
            backend: String::new(),
            coverage: BTreeMap::new(),
            roles: Vec::new(),
            holders: Vec::new(),
            eligibilities: Vec::new(),
            assignments: Vec::new(),
            policies: Vec::new(),
            users: Vec::new(),
            groups: Vec::new(),
            memberships: Vec::new(),
            service_principals: Vec::new(),
            units: Vec::new(),
            skus: Vec::new(),
            conditional_access: Vec::new(),
            contexts: Vec::new(),
            locations: Vec::new(),
            reviews: Vec::new(),
            rounds: Vec::new(),
            alerts: Vec::new(),
            incidents: Vec::new(),
            last_activations: Vec::new(),
            operations: Vec::new(),
        }
    }

    /// A tenant written by hand, wholly read unless said otherwise.
    pub fn builder(taken_at: Timestamp) -> SnapshotBuilder {
        SnapshotBuilder::new(taken_at)
    }

    /// What became of a source.
    pub fn reading(&self, source: SourceKind) -> &Reading {
        const NOT_ASKED: &Reading = &Reading::new(Coverage::NotAsked, 0);
        self.coverage.get(&source).unwrap_or(NOT_ASKED)
    }

    /// True when all of a source was read, so that what is missing is not there.
    pub fn is_complete(&self, source: SourceKind) -> bool {
        self.reading(source).coverage.is_complete()
    }

    /// The sources among these that were not wholly read.
    pub fn incomplete(&self, sources: impl IntoIterator<Item = SourceKind>) -> Vec<SourceKind> {
        sources.into_iter().filter(|source| !self.is_complete(*source)).collect()
    }

    /// When somebody last activated a privilege, at whatever scope: by the audit log, or by an activation that
    /// is in force. `None` says nothing more than that none was seen.
    pub fn last_activation(&self, principal: &PrincipalId, privilege: &Privilege) -> Option<Timestamp> {
        let what = Activated::of(privilege)?;
        let told = self.last_activations.iter().filter(|a| a.principal == *principal && a.what == what);
        let running = self.assignments.iter().filter(|a| {
            a.principal == *principal
                && a.origin.is_activated()
                && Activated::of(&a.privilege).as_ref() == Some(&what)
        });
        told.map(|a| a.at).chain(running.filter_map(|a| a.window.start())).max()
    }

    /// Lets grants share what is known of holders and roles, one value each for the whole snapshot. Call it
    /// after changing grants, roles or holders by hand.
    pub fn link(&mut self) {
        let mut known = Known::default();
        known.holders(std::mem::take(&mut self.holders));
        known.roles(std::mem::take(&mut self.roles));
        for row in &mut self.eligibilities {
            known.learn(&row.principal, row.holder.take(), row.role.take());
        }
        for row in &mut self.assignments {
            known.learn(&row.principal, row.holder.take(), row.role.take());
        }
        // What the last row told belongs to the first too.
        for row in &mut self.eligibilities {
            (row.holder, row.role) = (known.holder(&row.principal), known.role(&row.privilege));
        }
        for row in &mut self.assignments {
            (row.holder, row.role) = (known.holder(&row.principal), known.role(&row.privilege));
        }
        (self.holders, self.roles) = (known.all_holders, known.all_roles);
    }
}

/// What is known of holders and roles, once each, in the order it was learned.
#[derive(Default)]
struct Known {
    all_holders: Vec<Arc<Principal>>,
    holder_at: HashMap<PrincipalId, usize>,
    all_roles: Vec<Arc<RoleDefinition>>,
    role_at: HashMap<(Surface, RoleId), usize>,
}

impl Known {
    fn holders(&mut self, holders: impl IntoIterator<Item = Arc<Principal>>) {
        for holder in holders {
            if let Entry::Vacant(free) = self.holder_at.entry(holder.id.clone()) {
                free.insert(self.all_holders.len());
                self.all_holders.push(holder);
            }
        }
    }

    fn roles(&mut self, roles: impl IntoIterator<Item = Arc<RoleDefinition>>) {
        for role in roles {
            if let Entry::Vacant(free) = self.role_at.entry((role.surface.clone(), role.id.clone())) {
                free.insert(self.all_roles.len());
                self.all_roles.push(role);
            }
        }
    }

    fn learn(&mut self, id: &PrincipalId, holder: Option<Arc<Principal>>, role: Option<Arc<RoleDefinition>>) {
        self.holders(holder.filter(|holder| holder.id == *id));
        self.roles(role);
    }

    fn holder(&self, id: &PrincipalId) -> Option<Arc<Principal>> {
        self.holder_at.get(id).map(|at| Arc::clone(&self.all_holders[*at]))
    }

    fn role(&self, privilege: &Privilege) -> Option<Arc<RoleDefinition>> {
        let key = (privilege.surface(), privilege.role_id()?.clone());
        self.role_at.get(&key).map(|at| Arc::clone(&self.all_roles[*at]))
    }
}
