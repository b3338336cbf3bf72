//! Who is who in a proposal: break-glass accounts, approvers, people.

use std::collections::{BTreeSet, HashMap};

use pim_core::{
    conditional_access::{ConditionalAccessPolicy, ConditionalAccessState},
    directory::{AuthenticationMethod, Source, User, UserType},
    id::{PrincipalId, RoleId},
    privilege::{DirectoryScope, Privilege},
};

use super::DesignOptions;
use crate::snapshot::{Snapshot, SourceKind};

/// More than these spared by Conditional Access are no accounts for emergencies, but administrators who spared
/// themselves.
const MOST_BREAK_GLASS: usize = 4;
/// More names in a list of approvers help nobody.
const MOST_APPROVERS: usize = 5;
/// Nobody approves their own request, so one is too few.
const LEAST_APPROVERS: usize = 2;

/// The people of a snapshot, as far as a proposal asks.
pub(super) struct People<'a> {
    users: HashMap<&'a PrincipalId, &'a User>,
    pub(super) break_glass: BTreeSet<PrincipalId>,
    /// At least two, or none.
    pub(super) approvers: Vec<PrincipalId>,
}

impl<'a> People<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, options: &DesignOptions) -> Self {
        let users: HashMap<_, _> = snapshot.users.iter().map(|user| (&user.id, user)).collect();
        let mut people = Self { users, break_glass: BTreeSet::new(), approvers: Vec::new() };
        let known =
            |id: &&PrincipalId| people.users.contains_key(*id) || !snapshot.is_complete(SourceKind::Users);
        people.break_glass = match options.break_glass.is_empty() {
            true => people.recognised(snapshot),
            false => options.break_glass.iter().filter(known).cloned().collect(),
        };
        let mut approvers: Vec<_> = match options.approvers.is_empty() {
            true => people.administrators_of_roles(snapshot),
            false => options.approvers.iter().filter(|id| people.can_approve(id)).cloned().collect(),
        };
        approvers.truncate(MOST_APPROVERS);
        if approvers.len() >= LEAST_APPROVERS {
            people.approvers = approvers;
        }
        people
    }

    pub(super) fn get(&self, id: &PrincipalId) -> Option<&'a User> {
        self.users.get(id).copied()
    }

    pub(super) fn resists_phishing(&self, id: &PrincipalId) -> bool {
        let methods = self.get(id).and_then(|user| user.methods.as_ref());
        methods.is_some_and(|methods| methods.iter().any(AuthenticationMethod::resists_phishing))
    }

    pub(super) fn lacks_second_factor(&self, id: &PrincipalId) -> bool {
        self.get(id).and_then(User::has_second_factor) == Some(false)
    }

    /// Permanent Global Administrators whom most policies for everybody, or for them, leave out by name.
    fn recognised(&self, snapshot: &Snapshot) -> BTreeSet<PrincipalId> {
        let broad = |policy: &&ConditionalAccessPolicy| {
            policy.state == ConditionalAccessState::Enabled
                && !policy.controls.is_empty()
                && (policy.include.everyone || policy.include.roles.contains(&RoleId::GLOBAL_ADMINISTRATOR))
        };
        let broad: Vec<_> = snapshot.conditional_access.iter().filter(broad).collect();
        let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
        let permanent =
            snapshot.assignments.iter().filter(|grant| grant.privilege == global && grant.is_standing());
        let spared = permanent.map(|grant| &grant.principal).filter(|id| {
            let from = broad.iter().filter(|policy| policy.exclude.users.contains(id)).count();
            self.users.contains_key(*id) && from * 2 > broad.len()
        });
        let accounts: BTreeSet<_> = spared.cloned().collect();
        if accounts.len() > MOST_BREAK_GLASS { BTreeSet::new() } else { accounts }
    }

    /// People who administer roles, those of Privileged Role Administrator first.
    fn administrators_of_roles(&self, snapshot: &Snapshot) -> Vec<PrincipalId> {
        let mut found = Vec::new();
        for wanted in [RoleId::PRIVILEGED_ROLE_ADMINISTRATOR, RoleId::GLOBAL_ADMINISTRATOR] {
            let held = |privilege: &Privilege| matches!(privilege, Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant } if *role == wanted);
            let standing = snapshot.assignments.iter().filter(|grant| held(&grant.privilege));
            let eligible = snapshot.eligibilities.iter().filter(|grant| held(&grant.privilege));
            let holders =
                standing.map(|grant| &grant.principal).chain(eligible.map(|grant| &grant.principal));
            let holders: BTreeSet<_> =
                holders.filter(|id| self.can_approve(id) && !found.contains(*id)).collect();
            found.extend(holders.into_iter().cloned().collect::<Vec<_>>());
        }
        found
    }

    /// An enabled account of the organisation's own, of the cloud, with a second factor as far as is known.
    fn can_approve(&self, id: &PrincipalId) -> bool {
        let fit = |user: &User| {
            user.enabled
                && user.user_type == UserType::Member
                && user.source == Source::Cloud
                && user.has_second_factor() != Some(false)
        };
        self.get(id).is_some_and(fit) && !self.break_glass.contains(id)
    }
}
