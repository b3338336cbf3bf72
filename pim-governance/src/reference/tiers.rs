//! The tiers of the privileges of a snapshot.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use pim_core::{
    id::{GroupId, PrincipalId, RoleId},
    privilege::{AzureScope, Privilege, RoleDefinition, Surface},
};

use super::{Reference, Tier};
use crate::snapshot::Snapshot;

/// The tiers of the privileges of one snapshot, found out once.
#[derive(Debug)]
pub struct Tiers<'a> {
    reference: &'a Reference,
    roles: HashMap<(Surface, &'a RoleId), &'a RoleDefinition>,
    groups: HashMap<GroupId, Tier>,
}

impl<'a> Tiers<'a> {
    pub(super) fn new(reference: &'a Reference, snapshot: &'a Snapshot) -> Self {
        let roles =
            snapshot.roles.iter().map(|role| ((role.surface.clone(), &role.id), role.as_ref())).collect();
        let mut tiers = Self { reference, roles, groups: HashMap::new() };
        tiers.groups = tiers.of_groups(snapshot);
        tiers
    }

    /// How far a privilege reaches; `None` where that is not known, and for a group that holds nothing.
    ///
    /// An Azure role of tier 0 counts as tier 1 below a subscription, where it reaches only so far.
    pub fn of(&self, privilege: &Privilege) -> Option<Tier> {
        match privilege {
            Privilege::DirectoryRole { role, .. } => self.of_role(role),
            Privilege::AzureRole { role, scope } => {
                let tier = self.of_azure_role(role)?;
                Some(if is_wide(scope) { tier } else { tier.max(Tier::Management) })
            }
            Privilege::Group { group, .. } => self.groups.get(group).copied(),
            _ => None,
        }
    }

    fn of_role(&self, role: &RoleId) -> Option<Tier> {
        match self.reference.role(role) {
            Some(facts) => facts.tier,
            None => self.by_actions(self.roles.get(&(Surface::DirectoryRoles, role))?),
        }
    }

    /// A role of the tenant's own. One unknown action leaves only the worst to be said for certain.
    fn by_actions(&self, role: &RoleDefinition) -> Option<Tier> {
        let mut tiers: Vec<_> = role.actions().map(|action| self.reference.tier_of_action(action)).collect();
        if tiers.contains(&Some(Tier::Control)) {
            return Some(Tier::Control);
        }
        tiers.sort();
        tiers.first().copied().flatten()
    }

    fn of_azure_role(&self, role: &RoleId) -> Option<Tier> {
        match self.reference.azure_role(role) {
            Some(facts) => facts.tier,
            None => {
                let grants_access = |action: &str| {
                    let action = action.to_ascii_lowercase();
                    action == "*"
                        || action.starts_with("microsoft.authorization/*")
                        || action.starts_with("microsoft.authorization/roleassignments/")
                            && !action.ends_with("/read")
                };
                let role = self.roles.get(&(Surface::AzureRoles, role))?;
                role.actions().any(grants_access).then_some(Tier::Control)
            }
        }
    }

    /// What a group holds or may activate reaches its members and owners, and through groups within groups
    /// theirs: from each privilege back to whoever gets at it.
    fn of_groups(&self, snapshot: &Snapshot) -> HashMap<GroupId, Tier> {
        let grants = snapshot
            .assignments
            .iter()
            .map(|grant| (&grant.principal, &grant.privilege))
            .chain(snapshot.eligibilities.iter().map(|grant| (&grant.principal, &grant.privilege)));
        let mut inside: HashMap<PrincipalId, Vec<GroupId>> = HashMap::new();
        let mut by_tier: [Vec<PrincipalId>; 3] = Default::default();
        for (holder, privilege) in grants {
            match privilege {
                Privilege::Group { group, .. } => {
                    inside.entry(group.as_principal()).or_default().push(holder.as_group());
                }
                other => {
                    if let Some(tier) = self.of(other) {
                        by_tier[usize::from(tier.number())].push(holder.clone());
                    }
                }
            }
        }
        for row in &snapshot.memberships {
            inside.entry(row.group.as_principal()).or_default().push(row.principal.as_group());
        }
        let mut found = HashMap::new();
        let mut seen = HashSet::new();
        for tier in Tier::ALL {
            let mut open = std::mem::take(&mut by_tier[usize::from(tier.number())]);
            while let Some(holder) = open.pop() {
                if seen.insert(holder.clone()) {
                    open.extend(inside.get(&holder).into_iter().flatten().map(GroupId::as_principal));
                    found.insert(holder.as_group(), tier);
                }
            }
        }
        found
    }
}

/// At a subscription or above, where whoever gives out access gives out the machines that run the directory.
fn is_wide(scope: &AzureScope) -> bool {
    let parts = scope.as_str().split('/').filter(|part| !part.is_empty()).count();
    let text = scope.as_str().to_ascii_lowercase();
    match text.trim_start_matches('/').split('/').next() {
        Some("subscriptions") => parts <= 2,
        Some("providers") => {
            text.starts_with("/providers/microsoft.management/managementgroups/") && parts <= 4
        }
        _ => parts == 0,
    }
}
