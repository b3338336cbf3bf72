//! Which standing grants a proposal turns into eligibilities.

use std::collections::{BTreeSet, HashSet};

use pim_core::{
    directory::{Group, Source},
    guard::Loss,
    id::{GroupId, PrincipalId, RoleId},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege, RoleDefinition, Surface},
    schedule::{Assignment, Via},
};

use super::{DesignOptions, people::People};
use crate::{
    desired::resolve::Index,
    reference::{Reference, Tier},
    resolve::administrators,
    snapshot::{Snapshot, SourceKind},
};

/// Held all the time by common practice although it is privileged: it buys licences.
const BILLING_ADMINISTRATOR: &str = "b0f54661-2d74-4c50-afa3-1ec803f12efe";

/// The standing grants to turn into eligibilities: who and what.
pub(super) fn conversions(
    snapshot: &Snapshot,
    reference: &Reference,
    index: &Index<'_>,
    people: &People<'_>,
    options: &DesignOptions,
) -> BTreeSet<(PrincipalId, Privilege)> {
    let activated_groups: HashSet<&GroupId> =
        snapshot.eligibilities.iter().filter_map(|grant| grant.privilege.group_id()).collect();
    let tiers = reference.tiers(snapshot);
    let held: HashSet<_> = snapshot.assignments.iter().map(|grant| &grant.privilege).collect();
    let better_activated: HashSet<_> = held
        .into_iter()
        .filter(|what| tiers.of(what) != Some(Tier::User) && is_activated(snapshot, reference, index, what))
        .collect();
    let convertible = |grant: &&Assignment| {
        let what = &grant.privilege;
        let read = [SourceKind::assignments(&what.surface()), SourceKind::eligibilities(&what.surface())];
        let holder = match index.kind(&grant.principal) {
            Some(PrincipalKind::User) => {
                people.get(&grant.principal).is_some_and(|user| user.enabled)
                    && !people.break_glass.contains(&grant.principal)
            }
            // Who activates the group has the role with it; to activate twice for one role helps nobody.
            Some(PrincipalKind::Group) => {
                let group = grant.principal.as_group();
                let can_hold =
                    |facts: &Group| facts.role_assignable || what.surface() != Surface::DirectoryRoles;
                index.group_facts(&group).is_some_and(can_hold)
                    && what.group_id() != Some(&group)
                    && !activated_groups.contains(&group)
            }
            _ => false,
        };
        holder
            && grant.is_standing()
            && grant.via == Via::Direct
            && read.iter().flatten().all(|source| snapshot.is_complete(*source))
            && better_activated.contains(what)
    };
    let mut found: BTreeSet<_> = snapshot
        .assignments
        .iter()
        .filter(convertible)
        .map(|grant| (grant.principal.clone(), grant.privilege.clone()))
        .collect();
    keep_administrators(snapshot, people, options, &mut found);
    found
}

/// True for what is better activated than held: all but what only reads, and what PIM can't manage.
pub(super) fn is_activated(
    snapshot: &Snapshot,
    reference: &Reference,
    index: &Index<'_>,
    what: &Privilege,
) -> bool {
    match what {
        Privilege::Group { group, access } => {
            // A group's last owner can't be removed, and members of one outside PIM aren't PIM's to change.
            let found = index.group_facts(group);
            *access == GroupAccess::Member
                && found.is_some_and(|group| group.under_pim == Some(true) && can_be_managed(group))
        }
        Privilege::DirectoryRole { role, .. } => {
            *role != *BILLING_ADMINISTRATOR && !only_reads(snapshot, reference, what, role)
        }
        Privilege::AzureRole { role, .. } => !only_reads(snapshot, reference, what, role),
        _ => false,
    }
}

pub(super) fn can_be_managed(group: &Group) -> bool {
    group.membership_rule.is_none() && group.source == Source::Cloud
}

fn only_reads(snapshot: &Snapshot, reference: &Reference, what: &Privilege, role: &RoleId) -> bool {
    let reads = |action: &str| {
        let action = action.to_ascii_lowercase();
        let act = action.rsplit('/').next().unwrap_or_default();
        // Readers may also do whatever there is to do with notices of service health: look at them.
        act.ends_with("read") || act.starts_with("get") || action.contains(".servicehealth/")
    };
    let surface = what.surface();
    let definition = snapshot.roles.iter().find(|known| known.id == *role && known.surface == surface);
    let own = definition.is_some_and(|role: &std::sync::Arc<RoleDefinition>| {
        role.actions().next().is_some()
            && role.actions().all(reads)
            && role.permissions.iter().all(|p| p.data_actions.is_empty())
    });
    let facts = reference.role(role).filter(|facts| !facts.actions.is_empty() && !facts.power_not_in_actions);
    own || facts.is_some_and(|_| reference.actions_of(role).all(reads))
}

/// Takes back conversions until enough administrators are left: first of single people, those first who are best
/// protected, then of everything through which somebody is administrator.
fn keep_administrators(
    snapshot: &Snapshot,
    people: &People<'_>,
    options: &DesignOptions,
    converted: &mut BTreeSet<(PrincipalId, Privilege)>,
) {
    let facts = administrators(snapshot);
    let least =
        facts.working().len().min(usize::try_from(options.min_administrators.max(1)).unwrap_or(usize::MAX));
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let enough = |converted: &BTreeSet<(PrincipalId, Privilege)>| {
        let matters = |what: &Privilege| *what == global || matters_by_group(what);
        let losses: Vec<_> = converted
            .iter()
            .filter(|(_, what)| matters(what))
            .map(|(principal, privilege)| Loss { principal: principal.clone(), privilege: privilege.clone() })
            .collect();
        facts.after(&losses).working().len() >= least
    };
    let mut direct: Vec<_> =
        converted.iter().filter(|(_, what)| *what == global).map(|(who, _)| who.clone()).collect();
    direct.retain(|who| facts.enabled.contains(who));
    direct.sort_by_key(|who| {
        let cloud = people.get(who).is_some_and(|user| user.source == Source::Cloud);
        (!cloud, !people.resists_phishing(who), people.lacks_second_factor(who), who.clone())
    });
    for who in direct {
        if enough(converted) {
            return;
        }
        converted.remove(&(who, global.clone()));
    }
    if !enough(converted) {
        converted.retain(|(_, what)| *what != global && !matters_by_group(what));
    }
}

/// Membership of a group may be what makes somebody administrator.
const fn matters_by_group(what: &Privilege) -> bool {
    matches!(what, Privilege::Group { access: GroupAccess::Member, .. })
}
