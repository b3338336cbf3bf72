//! What every check works with: the snapshot, indexed once.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    directory::{Group, ServicePrincipal, User},
    id::{GroupId, PrincipalId, RoleId},
    policy::{Approver, ApproverKind, Policy},
    principal::PrincipalKind,
    privilege::{DirectoryScope, Privilege, Surface},
};

use super::{
    AnalysisOptions,
    access::{self, Access, Grant},
    emergency::{self, Emergency},
    severity::{Scale, Weight},
};
use crate::{
    fast::{FastMap, FastSet},
    reference::{Reference, Tier},
    resolve::{Resolver, Standing},
    snapshot::{Coverage, Snapshot, SourceKind},
};

/// The members of a group at any depth, each as strongly as they stand in it; who owns their way in included.
pub(super) type Members = BTreeMap<PrincipalId, Standing>;

pub(super) struct Context<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) reference: &'a Reference,
    pub(super) options: &'a AnalysisOptions,
    pub(super) resolver: Resolver<'a>,
    pub(super) scale: Scale<'a>,
    /// Every grant in force.
    pub(super) grants: Vec<Grant<'a>>,
    /// What everybody has or may activate, people and applications.
    pub(super) access: BTreeMap<PrincipalId, Vec<Access>>,
    /// The accounts for emergencies.
    pub(super) emergency: Emergency,
    users: FastMap<&'a PrincipalId, &'a User>,
    applications: FastMap<&'a PrincipalId, &'a ServicePrincipal>,
    groups: FastMap<&'a GroupId, &'a Group>,
    kinds: FastMap<&'a PrincipalId, &'a PrincipalKind>,
    roles: FastMap<(Surface, &'a RoleId), &'a str>,
    members: FastMap<GroupId, Members>,
    /// Whether memberships that stand can be told from activated ones.
    apart: bool,
}

/// What a principal is, as far as was read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who<'a> {
    /// A person.
    Person(&'a User),
    /// An application.
    Application(&'a ServicePrincipal),
    /// A group.
    Group,
    /// Grants tell of it, the directory does not have it any more.
    Gone,
    /// Not read.
    Unread,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        snapshot: &'a Snapshot,
        reference: &'a Reference,
        options: &'a AnalysisOptions,
    ) -> Self {
        let mut kinds = FastMap::default();
        kinds.extend(snapshot.memberships.iter().map(|row| (&row.principal, &row.kind)));
        kinds.extend(snapshot.holders.iter().map(|holder| (&holder.id, &holder.kind)));
        let roles = snapshot.roles.iter().map(|role| ((role.surface.clone(), &role.id), &*role.name));
        let mut context = Self {
            snapshot,
            reference,
            options,
            resolver: Resolver::new(snapshot),
            scale: Scale::new(reference, reference.tiers(snapshot)),
            grants: Vec::new(),
            access: BTreeMap::new(),
            emergency: Emergency::default(),
            users: snapshot.users.iter().map(|user| (&user.id, user)).collect(),
            applications: snapshot.service_principals.iter().map(|app| (&app.id, app)).collect(),
            groups: snapshot.groups.iter().map(|group| (&group.id, group)).collect(),
            kinds,
            roles: roles.collect(),
            members: FastMap::default(),
            apart: tells_memberships_apart(snapshot),
        };
        context.grants = access::grants(snapshot, &context.scale);
        context.members = context.asked_for().into_iter().map(|group| context.open(group)).collect();
        context.access = access::of_everybody(&context);
        context.emergency = emergency::accounts(&context);
        context
    }

    pub(super) fn who(&self, id: &PrincipalId) -> Who<'a> {
        if let Some(user) = self.users.get(id) {
            return Who::Person(user);
        }
        if let Some(application) = self.applications.get(id) {
            return Who::Application(application);
        }
        let kind = self.kinds.get(id);
        if self.groups.contains_key(&id.as_group()) {
            return Who::Group;
        }
        let sources: &[SourceKind] = match kind {
            Some(PrincipalKind::User) => &[SourceKind::Users],
            Some(PrincipalKind::Group) => &[SourceKind::Groups],
            Some(PrincipalKind::ServicePrincipal) => &[SourceKind::ServicePrincipals],
            _ => &[SourceKind::Users, SourceKind::Groups, SourceKind::ServicePrincipals],
        };
        if self.read(sources) {
            Who::Gone
        } else if kind == Some(&&PrincipalKind::Group) {
            Who::Group
        } else {
            Who::Unread
        }
    }

    /// An enabled person who is no break-glass account: whom findings about people are about.
    pub(super) fn person(&self, id: &PrincipalId) -> Option<&'a User> {
        match self.who(id) {
            Who::Person(user) if user.enabled && !self.emergency.accounts.contains(id) => Some(user),
            _ => None,
        }
    }

    /// Enabled people who are no break-glass accounts, and what they have.
    pub(super) fn people(&self) -> impl Iterator<Item = (&'a User, &[Access])> {
        self.access.iter().filter_map(|(id, access)| Some((self.person(id)?, access.as_slice())))
    }

    pub(super) fn application(&self, id: &PrincipalId) -> Option<&'a ServicePrincipal> {
        self.applications.get(id).copied()
    }

    /// The members of a group that something was granted to, or that a policy names; empty for any other.
    pub(super) fn members(&self, group: &GroupId) -> &Members {
        const NOBODY: &Members = &Members::new();
        self.members.get(group).unwrap_or(NOBODY)
    }

    /// True when all of these were read.
    pub(super) fn read(&self, sources: &[SourceKind]) -> bool {
        sources.iter().all(|source| self.snapshot.is_complete(*source))
    }

    pub(super) fn grant(&self, access: &Access) -> &Grant<'a> {
        &self.grants[access.grant as usize]
    }

    /// A privilege in words that may stand in a finding: the name of a role and ids.
    pub(super) fn label(&self, privilege: &Privilege) -> String {
        match privilege {
            Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant } => {
                self.role(Surface::DirectoryRoles, role)
            }
            Privilege::DirectoryRole { role, scope } => {
                format!("{} at {scope}", self.role(Surface::DirectoryRoles, role))
            }
            Privilege::AzureRole { role, scope } => {
                format!("{} at {scope}", self.role(Surface::AzureRoles, role))
            }
            other => other.to_string(),
        }
    }

    fn role(&self, surface: Surface, id: &RoleId) -> String {
        let azure = surface == Surface::AzureRoles;
        if let Some(name) = self.roles.get(&(surface, id)).filter(|name| !name.trim().is_empty()) {
            return (*name).to_owned();
        }
        let known = if azure {
            self.reference.azure_role(id).map(|facts| &facts.name)
        } else {
            self.reference.role(id).map(|facts| &facts.name)
        };
        known.cloned().unwrap_or_else(|| format!("the role {id}"))
    }

    pub(super) fn weigh(&self, privilege: &Privilege) -> Weight {
        self.scale.weigh(privilege)
    }

    pub(super) fn tier(&self, privilege: &Privilege) -> Option<Tier> {
        self.scale.tier(privilege)
    }

    /// Groups that hold something, approve, or are named by Conditional Access.
    fn asked_for(&self) -> FastSet<GroupId> {
        let held = self.grants.iter().filter(|grant| matches!(self.who(grant.principal), Who::Group));
        let approvers = self.snapshot.policies.iter().filter_map(|policy| policy.activation().approval);
        let approving = approvers.flat_map(|setting| {
            let groups = setting.approvers().filter(|approver| approver.kind == ApproverKind::Group);
            groups.map(|approver| approver.id.as_group()).collect::<Vec<_>>()
        });
        let named = self.snapshot.conditional_access.iter();
        let named = named.flat_map(|policy| policy.include.groups.iter().chain(&policy.exclude.groups));
        held.map(|grant| grant.principal.as_group()).chain(approving).chain(named.cloned()).collect()
    }

    /// Where nobody could tell activated memberships from standing ones, none is said to stand.
    fn open(&self, group: GroupId) -> (GroupId, Members) {
        let mut members = self.resolver.standings_of(&Privilege::member(group.clone()));
        if !self.apart {
            for standing in members.values_mut().filter(|standing| standing.is_now()) {
                *standing = Standing::Activated(None);
            }
        }
        (group, members)
    }

    /// How somebody has it, as far as that is sure: [`open`](Self::open) says "activated" of memberships of which
    /// nobody knows, and the grant alone speaks then.
    pub(super) fn surely(&self, access: &Access) -> Standing {
        let guessed =
            access.through.is_some() && !self.apart && matches!(access.standing, Standing::Activated(_));
        if guessed { self.grant(access).standing() } else { access.standing.clone() }
    }
}

fn tells_memberships_apart(snapshot: &Snapshot) -> bool {
    match &snapshot.reading(SourceKind::GroupAssignments).coverage {
        Coverage::Read | Coverage::Unsupported(_) => true,
        _ => snapshot.groups.iter().all(|group| group.under_pim == Some(false)),
    }
}

/// What the policy of a privilege is filed under: an Entra role has one, whatever the scope.
pub(super) fn subject_of(privilege: &Privilege) -> Privilege {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
        other => other.clone(),
    }
}

/// The approvers that a policy's activation names, in any stage.
pub(super) fn approvers_of(policy: &Policy) -> BTreeSet<Approver> {
    let setting = policy.activation().approval;
    setting.iter().flat_map(|setting| setting.approvers().cloned()).collect()
}
