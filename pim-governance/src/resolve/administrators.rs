//! The facts that the guards of `pim_core` judge by, read off a snapshot.

use std::collections::{BTreeSet, HashMap, HashSet};

use pim_core::{
    directory::Membership,
    guard::{Administrators, Approval, Groups},
    id::{GroupId, PrincipalId, RoleId},
    policy::ApprovalSetting,
    privilege::{GroupAccess, Privilege},
};

use crate::snapshot::{Coverage, Snapshot, SourceKind};

/// Who administers the tenant whatever happens to PIM, as [`keep_administrators`](pim_core::guard::keep_administrators)
/// wants to know. What could not be read counts as nobody: the safe side.
pub fn administrators(snapshot: &Snapshot) -> Administrators {
    let holders = standing(snapshot, &[RoleId::GLOBAL_ADMINISTRATOR]);
    let passing = passing(snapshot);
    let groups = groups(snapshot, &holders, |membership| {
        !passing.contains(&(&membership.principal, &membership.group)) && is_told_apart(snapshot, membership)
    });
    let mut facts = Administrators { holders, groups, enabled: BTreeSet::new() };
    facts.enabled = enabled(snapshot, &facts.candidates());
    facts
}

/// The enabled people who are Global Administrator without end, directly or through groups.
pub fn usable_administrators(snapshot: &Snapshot) -> BTreeSet<PrincipalId> {
    administrators(snapshot).working()
}

/// Who could give these approvals, as [`keep_approver`](pim_core::guard::keep_approver) wants to know.
pub fn approval_facts(snapshot: &Snapshot, approvals: impl IntoIterator<Item = ApprovalSetting>) -> Approval {
    let roles = [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR];
    let default_approvers = standing(snapshot, &roles);
    let mut asked = default_approvers.clone();
    for setting in approvals {
        asked.extend(setting.approvers().map(|approver| approver.id.clone()));
    }
    let groups = groups(snapshot, &asked, |_| true);
    let people = asked.iter().flat_map(|id| groups.people(id)).collect();
    Approval { default_approvers, groups, enabled: enabled(snapshot, &people) }
}

fn standing(snapshot: &Snapshot, roles: &[RoleId]) -> BTreeSet<PrincipalId> {
    let holders = |role| Administrators::holders_of(role, &snapshot.assignments, snapshot.taken_at);
    roles.iter().flat_map(holders).collect()
}

fn enabled(snapshot: &Snapshot, wanted: &BTreeSet<PrincipalId>) -> BTreeSet<PrincipalId> {
    let users = snapshot.users.iter().filter(|user| user.enabled && wanted.contains(&user.id));
    users.map(|user| user.id.clone()).collect()
}

/// These holders' members at any depth, as far as `keep` lets them count.
fn groups(
    snapshot: &Snapshot,
    holders: &BTreeSet<PrincipalId>,
    keep: impl Fn(&Membership) -> bool,
) -> Groups {
    let mut members: HashMap<&GroupId, Vec<&Membership>> = HashMap::new();
    for membership in snapshot.memberships.iter().filter(|m| m.access == GroupAccess::Member) {
        members.entry(&membership.group).or_default().push(membership);
    }
    // A group without members is a group still, and nobody.
    let known: HashSet<&GroupId> = snapshot.groups.iter().map(|group| &group.id).collect();
    let mut groups = Groups::default();
    let mut open: Vec<GroupId> = holders.iter().map(PrincipalId::as_group).collect();
    while let Some(group) = open.pop() {
        if groups.has(&group) || !(known.contains(&group) || members.contains_key(&group)) {
            continue;
        }
        let inside = members.get(&group).into_iter().flatten().filter(|membership| keep(membership));
        let inside: Vec<_> = inside.map(|membership| membership.principal.clone()).collect();
        open.extend(inside.iter().map(PrincipalId::as_group));
        groups.add(group, inside);
    }
    groups
}

/// Members whose membership PIM lists, and only as one that passes.
fn passing(snapshot: &Snapshot) -> HashSet<(&PrincipalId, &GroupId)> {
    let (mut passing, mut staying) = (HashSet::new(), HashSet::new());
    for row in snapshot.assignments.iter().filter(|row| row.is_in_force(snapshot.taken_at)) {
        if let Privilege::Group { group, access: GroupAccess::Member } = &row.privilege {
            let list = if row.is_standing() { &mut staying } else { &mut passing };
            list.insert((&row.principal, group));
        }
    }
    passing.retain(|member| !staying.contains(member));
    passing
}

/// True where PIM's list of the group's members could be read, or the group has none: else nobody knows
/// whether a membership stands.
fn is_told_apart(snapshot: &Snapshot, membership: &Membership) -> bool {
    match &snapshot.reading(SourceKind::GroupAssignments).coverage {
        Coverage::Read | Coverage::Unsupported(_) => true,
        _ => snapshot
            .groups
            .iter()
            .find(|group| group.id == membership.group)
            .is_some_and(|group| group.under_pim == Some(false)),
    }
}
