//! Who is in which group, through other groups too.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    directory::Membership,
    id::{GroupId, PrincipalId},
    privilege::GroupAccess,
};

/// Which groups have which members, as far as it was read. Owners are no members: they hold nothing that the
/// group holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    members: BTreeMap<GroupId, BTreeSet<PrincipalId>>,
}

impl Groups {
    /// Adds a group, also one without members.
    pub fn add(&mut self, group: GroupId, members: impl IntoIterator<Item = PrincipalId>) {
        self.members.entry(group).or_default().extend(members);
    }

    /// True when this is one of the groups.
    pub fn has(&self, group: &GroupId) -> bool {
        self.members.contains_key(group)
    }

    /// The groups.
    pub fn ids(&self) -> impl Iterator<Item = &GroupId> {
        self.members.keys()
    }

    /// Everybody whom a holder stands for: all members at any depth that are no groups themselves, or just
    /// the holder where that is no group. Groups may contain each other in a circle.
    pub fn people(&self, holder: &PrincipalId) -> BTreeSet<PrincipalId> {
        let reached = self.reached(holder);
        reached.into_iter().filter(|id| !self.has(&id.as_group())).collect()
    }

    /// The holder and all its members at any depth, groups included.
    pub fn reached(&self, holder: &PrincipalId) -> BTreeSet<PrincipalId> {
        let mut seen = BTreeSet::new();
        let mut open = vec![holder.clone()];
        while let Some(id) = open.pop() {
            if let Some(members) = self.members.get(&id.as_group()) {
                open.extend(members.iter().filter(|m| !seen.contains(*m)).cloned());
            }
            seen.insert(id);
        }
        seen
    }

    /// The same without one membership.
    #[must_use]
    pub fn without(mut self, group: &GroupId, member: &PrincipalId) -> Self {
        if let Some(members) = self.members.get_mut(group) {
            members.remove(member);
        }
        self
    }
}

impl FromIterator<Membership> for Groups {
    fn from_iter<I: IntoIterator<Item = Membership>>(memberships: I) -> Self {
        let mut groups = Self::default();
        for membership in memberships {
            let member = (membership.access == GroupAccess::Member).then_some(membership.principal);
            groups.add(membership.group, member);
        }
        groups
    }
}
