//! Effective privilege: who can become what, by which path, in how many steps, with whose approval.
//!
//! A path begins at somebody who can act, a person or an application, and goes through grants, groups,
//! eligibilities and, as far as [`Reach`] allows, through what owners and administrators could do. What can't
//! be known from the directory is left out rather than guessed:
//!
//! - administrators that reset sign-ins of *some* people only (Authentication, Helpdesk, User Administrators):
//!   whom they reach depends on the roles of the target, and none of them reaches another administrator who
//!   matters here;
//! - management groups of Azure: a scope covers what its path covers, `/` covers all;
//! - an application's own activations: no service lets an application activate.

mod administrators;
mod graph;
mod links;
mod path;
mod power;
mod search;
mod standing;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use pim_core::{id::PrincipalId, privilege::Privilege};
use serde::Serialize;

pub use self::{
    administrators::{administrators, approval_facts, usable_administrators},
    path::{Demands, Effort, Path, Standing, Step, Target},
    power::{Power, Powers},
};
use self::{
    graph::Graph,
    links::Rows,
    search::{Search, State},
};
use crate::snapshot::{Snapshot, SourceKind};

/// How far to follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reach {
    /// What was granted: assignments, memberships, activations.
    Granted,
    /// Also what owners can take: membership of their group, the identity of their application.
    #[default]
    Owned,
    /// Also what administrators can take: any role, anybody's sign-in, any application. Each such step is a
    /// [`Step::Wield`].
    Managed,
}

/// How to resolve.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ResolveOptions {
    /// How far to follow.
    pub reach: Reach,
    /// Which roles and permissions give power over others. Used with [`Reach::Managed`] only.
    pub powers: Powers,
    /// How many paths [`Resolver::can_become`] gives at most.
    pub max_paths: usize,
    /// How many steps a path of [`Resolver::can_become`] has at most.
    pub max_steps: usize,
}

impl Default for ResolveOptions {
    /// What is granted and what owners can take; 20 paths of up to 12 steps.
    fn default() -> Self {
        Self { reach: Reach::default(), powers: Powers::default(), max_paths: 20, max_steps: 12 }
    }
}

/// Who can become something.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Holders {
    /// What.
    pub privilege: Privilege,
    /// Everybody who can, people and applications alike; least effort first.
    pub holders: Vec<Holder>,
    /// Groups through which more may come: their members were not wholly read.
    pub opaque: Vec<PrincipalId>,
}

/// Somebody who can become something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Holder {
    /// Who.
    pub principal: PrincipalId,
    /// How much their easiest path takes.
    pub effort: Effort,
    /// Whether they are it already.
    pub standing: Standing,
}

/// Answers about one snapshot. Indexes it once, in time and space linear in its rows.
///
/// Judged at [`Snapshot::taken_at`]: what begins later or has ended does not count. A row under an Azure
/// condition counts as if it were without, and says so ([`Step::Hold`], [`Step::Activate`]).
#[derive(Debug)]
pub struct Resolver<'a> {
    snapshot: &'a Snapshot,
    options: ResolveOptions,
    rows: Rows<'a>,
    graph: Graph,
}

impl<'a> Resolver<'a> {
    /// Indexes a snapshot, for what is granted and what owners can take.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self::with(snapshot, ResolveOptions::default())
    }

    /// Indexes a snapshot.
    pub fn with(snapshot: &'a Snapshot, options: ResolveOptions) -> Self {
        let rows = Rows::new(snapshot);
        let graph = Graph::new(snapshot, &rows, &options);
        Self { snapshot, options, rows, graph }
    }

    /// The snapshot.
    pub const fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// The sources that answers rest on and that were not wholly read: paths may be missing, and standing
    /// membership may be an activation.
    pub fn unread(&self) -> Vec<SourceKind> {
        self.snapshot.incomplete(USED)
    }

    /// Who can become this, and what it takes. A role at a scope is reached through the same role at a wider one
    /// too. [`paths_to`](Self::paths_to) tells how.
    pub fn holders_of(&self, privilege: &Privilege) -> Holders {
        let search = Search::backward(&self.graph, &self.rows, privilege);
        let mut holders: Vec<_> = self
            .starts(&search)
            .map(|(state, principal)| {
                let (effort, standing) = search.summary(state);
                Holder { principal: principal.clone(), effort, standing }
            })
            .collect();
        holders.sort_unstable_by(|a, b| a.effort.cmp(&b.effort).then_with(|| a.principal.cmp(&b.principal)));
        let mut opaque = Vec::new();
        if !self.snapshot.is_complete(SourceKind::Memberships) {
            let groups = search.principals().filter(|(_, id)| self.rows.is_group(id));
            opaque.extend(groups.map(|(_, id)| id.clone()));
            opaque.sort_unstable();
            opaque.dedup();
        }
        Holders { privilege: privilege.clone(), holders, opaque }
    }

    /// How everybody who can become this can, each by the path of least effort; least first. In a tenant where
    /// many can, that is much: [`holders_of`](Self::holders_of) tells who without how.
    pub fn paths_to(&self, privilege: &Privilege) -> Vec<Path> {
        self.paths_of_some(privilege, |_| true)
    }

    /// [`paths_to`](Self::paths_to), for some only.
    pub fn paths_of_some(&self, privilege: &Privilege, wanted: impl Fn(&PrincipalId) -> bool) -> Vec<Path> {
        let search = Search::backward(&self.graph, &self.rows, privilege);
        let starts = self.starts(&search).filter(|(_, id)| wanted(id));
        let mut paths: Vec<_> = starts.map(|(state, _)| search.path_from(state)).collect();
        paths.sort_by(|a, b| a.effort.cmp(&b.effort).then_with(|| a.principal.cmp(&b.principal)));
        paths
    }

    /// Everything that somebody can become, each by the path of least effort; least first. For a group: what
    /// each of its members can.
    pub fn paths_of(&self, principal: &PrincipalId) -> Vec<Path> {
        let mut paths = Search::forward(&self.graph, &self.rows, principal);
        paths.sort_by(|a, b| a.effort.cmp(&b.effort).then_with(|| a.privilege.cmp(&b.privilege)));
        paths
    }

    /// The ways in which somebody can become something, the one of least effort first, up to
    /// [`ResolveOptions::max_paths`]. Empty where there is none.
    pub fn can_become(&self, principal: &PrincipalId, privilege: &Privilege) -> Vec<Path> {
        let search = Search::backward(&self.graph, &self.rows, privilege);
        search.all_from(principal, self.options.max_paths, self.options.max_steps)
    }

    /// Those from whom there is a way: groups don't act, and everybody begins as what they are.
    fn starts<'s>(&'s self, search: &'s Search<'s>) -> impl Iterator<Item = (State, &'s PrincipalId)> {
        search.principals().filter(|(state, id)| self.rows.starts_as(id, *state) && !self.rows.is_group(id))
    }

    /// What an activation demands; `None` where the policy was not read.
    pub fn demands(&self, privilege: &Privilege) -> Option<Arc<Demands>> {
        self.rows.demands(privilege)
    }
}

/// What answers rest on.
const USED: [SourceKind; 15] = [
    SourceKind::AzureRoles,
    SourceKind::DirectoryAssignments,
    SourceKind::GroupAssignments,
    SourceKind::AzureAssignments,
    SourceKind::DirectoryEligibilities,
    SourceKind::GroupEligibilities,
    SourceKind::AzureEligibilities,
    SourceKind::DirectoryPolicies,
    SourceKind::GroupPolicies,
    SourceKind::AzurePolicies,
    SourceKind::Users,
    SourceKind::Groups,
    SourceKind::Memberships,
    SourceKind::ServicePrincipals,
    SourceKind::Units,
];
