//! What the guards mean, said once more without anything that makes them quick.

use std::collections::BTreeSet;

use pim_core::{
    client::Safeguards,
    id::{PrincipalId, RoleId},
    policy::{ApproverKind, Policy},
    privilege::{GroupAccess, Privilege, Surface},
    schedule::{Assignment, Level, Origin},
};

use super::model::subject;
use crate::snapshot::Snapshot;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Firm {
    Somehow,
    Made,
    ForEver,
}

/// Everybody whom a holder stands for, the holder included.
pub(super) fn inside(snapshot: &Snapshot, holder: &PrincipalId, firm: Firm) -> BTreeSet<PrincipalId> {
    let mut all = BTreeSet::from([holder.clone()]);
    loop {
        let before = all.len();
        for row in snapshot.memberships.iter().filter(|row| row.access == GroupAccess::Member) {
            if all.contains(&row.group.as_principal()) && is_firm(snapshot, row, firm) {
                all.insert(row.principal.clone());
            }
        }
        if firm == Firm::Somehow {
            let now = snapshot.taken_at;
            let held = snapshot.assignments.iter().filter(|row| row.is_in_force(now));
            let may = snapshot.eligibilities.iter().filter(|row| row.is_in_force(now));
            let rows = held.map(|row| (&row.principal, &row.privilege));
            for (principal, privilege) in rows.chain(may.map(|row| (&row.principal, &row.privilege))) {
                if let Privilege::Group { group, access: GroupAccess::Member } = privilege
                    && all.contains(&group.as_principal())
                {
                    all.insert(principal.clone());
                }
            }
        }
        if all.len() == before {
            return all;
        }
    }
}

fn is_firm(snapshot: &Snapshot, row: &pim_core::directory::Membership, firm: Firm) -> bool {
    let listed: Vec<&Assignment> = snapshot
        .assignments
        .iter()
        .filter(|held| {
            held.principal == row.principal
                && held.privilege == Privilege::member(row.group.clone())
                && held.is_in_force(snapshot.taken_at)
        })
        .collect();
    listed.is_empty()
        || match firm {
            Firm::Somehow => true,
            Firm::Made => listed.iter().any(|held| !held.origin.is_activated()),
            Firm::ForEver => listed.iter().any(|held| held.is_standing()),
        }
}

fn standing(snapshot: &Snapshot, role: &RoleId) -> Vec<PrincipalId> {
    let tenant = Privilege::role(role.clone());
    let now = snapshot.taken_at;
    let rows = snapshot.assignments.iter();
    let rows = rows.filter(|row| row.privilege == tenant && row.is_standing() && row.is_in_force(now));
    rows.map(|row| row.principal.clone()).collect()
}

fn enabled(snapshot: &Snapshot, people: BTreeSet<PrincipalId>) -> BTreeSet<PrincipalId> {
    let groups: BTreeSet<_> = snapshot.groups.iter().map(|group| group.id.as_principal()).collect();
    let able: BTreeSet<_> = snapshot.users.iter().filter(|user| user.enabled).map(|user| &user.id).collect();
    people.into_iter().filter(|id| able.contains(id) && !groups.contains(id)).collect()
}

/// The working administrators.
pub(super) fn working(snapshot: &Snapshot) -> BTreeSet<PrincipalId> {
    let holders = standing(snapshot, &RoleId::GLOBAL_ADMINISTRATOR);
    let people = holders.iter().flat_map(|holder| inside(snapshot, holder, Firm::ForEver)).collect();
    enabled(snapshot, people)
}

/// What demands approval that nobody could get (`false`), or not everybody who may ask (`true`).
pub(super) fn hopeless(snapshot: &Snapshot) -> BTreeSet<(Privilege, bool)> {
    let subject = |policy: &Policy| subject(&policy.subject);
    let mut hopeless = BTreeSet::new();
    for policy in &snapshot.policies {
        let (some, all) = approvers(snapshot, policy);
        hopeless.extend((!some).then(|| (subject(policy), false)));
        hopeless.extend((!all).then(|| (subject(policy), true)));
    }
    hopeless
}

/// Whether somebody's request could be approved, and whether everybody's could.
fn approvers(snapshot: &Snapshot, policy: &Policy) -> (bool, bool) {
    let Some(setting) = policy.activation().approval else { return (true, true) };
    let stands_in = policy.subject.surface() == Surface::DirectoryRoles;
    let usual = || {
        let mut all = standing(snapshot, &RoleId::GLOBAL_ADMINISTRATOR);
        all.extend(standing(snapshot, &RoleId::PRIVILEGED_ROLE_ADMINISTRATOR));
        all
    };
    let mut stages: Vec<Vec<PrincipalId>> = setting
        .stages
        .iter()
        .map(|stage| {
            if stage.approvers.is_empty() && stands_in {
                return usual();
            }
            let known = stage.approvers.iter().filter(|a| a.kind != ApproverKind::Manager);
            known.map(|approver| approver.id.clone()).collect()
        })
        .collect();
    if stages.is_empty() {
        stages.push(if stands_in { usual() } else { Vec::new() });
    }
    let what = subject(&policy.subject);
    let mut asking = BTreeSet::new();
    for row in snapshot.eligibilities.iter().filter(|row| subject(&row.privilege) == what) {
        if row.window.end().is_none_or(|end| end > snapshot.taken_at) {
            asking.extend(inside(snapshot, &row.principal, Firm::Somehow));
        }
    }
    let stages: Vec<_> = stages
        .iter()
        .map(|stage| {
            enabled(snapshot, stage.iter().flat_map(|id| inside(snapshot, id, Firm::Made)).collect())
        })
        .collect();
    let lonely = |people: &BTreeSet<PrincipalId>| people.len() == 1 && people.is_subset(&asking);
    let some = stages.iter().all(|people| !people.is_empty());
    (some, some && !stages.iter().any(lonely))
}

/// What break-glass accounts have, by themselves and through groups.
pub(super) fn spared(snapshot: &Snapshot, safeguards: &Safeguards) -> BTreeSet<(PrincipalId, String)> {
    let mut has = BTreeSet::new();
    for account in &safeguards.break_glass {
        for row in &snapshot.eligibilities {
            if row.principal == *account {
                has.insert((
                    account.clone(),
                    format!("{:?} {:?} {:?}", row.privilege, row.window, Level::Eligibility),
                ));
            }
        }
        for row in &snapshot.assignments {
            let own = row.principal == *account && row.origin == Origin::Assigned;
            if own {
                has.insert((account.clone(), format!("{:?} {:?}", row.privilege, row.window)));
            }
            let through = row.principal != *account
                && row.is_in_force(snapshot.taken_at)
                && !row.origin.is_activated()
                && inside(snapshot, &row.principal, Firm::Made).contains(account);
            if through {
                has.insert((account.clone(), format!("{:?} through {}", row.privilege, row.principal)));
            }
        }
    }
    has
}

/// Whether somebody is in charge of roles, without having to activate anything.
pub(super) fn in_charge(snapshot: &Snapshot, caller: &PrincipalId) -> bool {
    let roles = [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR].map(Privilege::role);
    let rows = snapshot.assignments.iter().filter(|row| {
        roles.contains(&row.privilege) && row.is_in_force(snapshot.taken_at) && !row.origin.is_activated()
    });
    rows.into_iter().any(|row| inside(snapshot, &row.principal, Firm::Made).contains(caller))
}
