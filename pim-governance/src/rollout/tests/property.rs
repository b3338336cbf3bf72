//! Everybody who is affected is told, and nobody twice.

use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::snapshot::strategies::{privilege, tenant as any_tenant};

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let level = || select(vec![Level::Eligibility, Level::Assignment]);
    let action = select(vec![Action::AdminAssign, Action::AdminRemove, Action::AdminUpdate]);
    let one = (action, level(), select(vec![0_u8, 1, 2, 3, 4, 5, 10, 11, 12, 13, 20]), privilege());
    vec(one.prop_map(|(action, level, n, privilege)| grant(action, level, n, &privilege)), 0..8)
}

/// The people in a group, found in another way than by the code that is tested: until nothing more is added.
fn people(snapshot: &Snapshot, holder: &PrincipalId) -> BTreeSet<PrincipalId> {
    let mut inside = BTreeSet::from([holder.clone()]);
    loop {
        let more: Vec<_> = snapshot
            .memberships
            .iter()
            .filter(|row| row.access == GroupAccess::Member && inside.contains(&row.group.as_principal()))
            .filter(|row| !inside.contains(&row.principal))
            .map(|row| row.principal.clone())
            .collect();
        if more.is_empty() {
            break;
        }
        inside.extend(more);
    }
    let users: BTreeSet<_> = snapshot.users.iter().map(|user| user.id.clone()).collect();
    inside.intersection(&users).cloned().collect()
}

/// Memberships that PIM lists as activated only are no longer there when the plan is done.
fn lasting(mut snapshot: Snapshot) -> Snapshot {
    snapshot.assignments.retain(|row| !row.origin.is_activated());
    snapshot
}

proptest! {
    #[test]
    fn each_step_is_told_to_everybody_whom_it_affects(
        snapshot in any_tenant().prop_map(lasting),
        steps in steps(),
        spared in 0_u8..6,
    ) {
        let plan = guarding(plan(steps), &[spared]);
        let told = tell(&plan, &snapshot);
        let mut by_person: BTreeMap<&PrincipalId, &Message> = BTreeMap::new();
        for message in &told.messages {
            prop_assert!(by_person.insert(&message.to, message).is_none(), "told twice");
            prop_assert!(message.to != who(spared), "a break-glass account is told");
            prop_assert!(!message.effects.is_empty() || !message.duties.is_empty(), "told nothing");
        }
        for step in &plan.steps {
            let Change::Grant(ask) = &step.change else { continue };
            for person in people(&snapshot, &ask.principal) {
                if person == who(spared) {
                    continue;
                }
                let message = by_person.get(&person);
                prop_assert!(message.is_some(), "{person} is not told of {}", ask.privilege);
                let of_it = message.unwrap().effects.iter().filter(|effect| effect.privilege == ask.privilege);
                let of_it: Vec<_> = of_it.collect();
                prop_assert_eq!(of_it.len(), 1);
                prop_assert!(of_it[0].steps.contains(&step.id));
                let name = crate::names::Names::of(&snapshot).privilege(&ask.privilege);
                prop_assert!(message.unwrap().text.expose().contains(&name), "{}", name);
            }
            if kind_of(&snapshot, &ask.principal).is_none() {
                prop_assert!(told.unknown.iter().any(|row| row.principal == ask.principal));
            }
        }
    }
}

/// `None` for what is neither a person nor a group that was read.
fn kind_of(snapshot: &Snapshot, id: &PrincipalId) -> Option<()> {
    let is_user = snapshot.users.iter().any(|user| user.id == *id);
    let is_group = snapshot.groups.iter().any(|group| group.id.as_principal() == *id);
    (is_user || is_group).then_some(())
}
