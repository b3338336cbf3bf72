//! Who goes first.

use proptest::prelude::*;

use super::*;
use crate::{
    reference::Reference,
    snapshot::{Coverage, SourceKind, strategies::tenant as any_tenant},
};

fn suggest(snapshot: &Snapshot, options: &PilotOptions<'_>) -> Pilot {
    pilot(snapshot, Reference::builtin(), options)
}

fn reader_role() -> Privilege {
    role("88d8e3e3-8f55-4a1e-953a-9b9898b8876b")
}

fn in_it(snapshot: &mut Snapshot, people: &[usize]) {
    for n in people {
        snapshot.users[*n].department = Some("Corporate IT".to_owned());
    }
}

fn waves(pilot: &Pilot) -> Vec<BTreeSet<PrincipalId>> {
    pilot.waves.iter().map(|wave| wave.principals.clone()).collect()
}

fn ids<const N: usize>(list: [u8; N]) -> BTreeSet<PrincipalId> {
    list.iter().map(|n| who(*n)).collect()
}

#[test]
fn it_goes_first_and_who_can_take_the_tenant_last() {
    let admin = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let rows =
        [standing(0, &reader_role()), standing(1, &reader_role()), standing(2, &admin), standing(5, &admin)];
    let mut snapshot = tenant().assignments(rows).build();
    in_it(&mut snapshot, &[1, 2]);
    let options = PilotOptions { break_glass: ids([5]), ..PilotOptions::default() };
    let found = suggest(&snapshot, &options);
    assert_eq!(waves(&found), [ids([1]), ids([0]), ids([2])]);
    assert_eq!(found.waves[0].name, "pilot");
    let why = |n: u8| found.placed.iter().find(|placed| placed.principal == who(n)).unwrap().held_back;
    assert_eq!((why(0), why(1), why(2)), (Some(HeldBack::Department), None, Some(HeldBack::Tier)));
}

#[test]
fn the_smallest_reach_goes_first_while_there_is_room() {
    let rows = [
        standing(1, &reader_role()),
        standing(2, &reader_role()),
        standing(2, &helpdesk()),
        standing(3, &helpdesk()),
    ];
    let mut snapshot = tenant().assignments(rows).build();
    in_it(&mut snapshot, &[1, 2, 3]);
    let found = suggest(&snapshot, &PilotOptions { pilot: 1, ..PilotOptions::default() });
    assert_eq!(found.waves[0].principals, ids([1]));
    assert!(found.placed.iter().skip(1).all(|placed| placed.held_back.is_some()));
}

#[test]
fn enough_approvers_stay_outside() {
    let rows = [1, 2, 3].map(|n| standing(n, &reader_role()));
    let approvers = [1, 2, 3].map(|n| Approver::user(who(n))).to_vec();
    let mut snapshot =
        tenant().assignments(rows).policies([policy(&helpdesk(), vec![approved_by(approvers)])]).build();
    in_it(&mut snapshot, &[1, 2, 3]);
    let found = suggest(&snapshot, &PilotOptions::default());
    assert_eq!(found.waves[0].principals, ids([1]), "two of three stay");
    assert_eq!(found.placed[1].held_back, Some(HeldBack::Approvers));
}

#[test]
fn a_group_that_was_not_read_is_no_pilot() {
    let mut snapshot = tenant()
        .assignments([standing(10, &reader_role())])
        .memberships([member(10, 1)])
        .coverage(SourceKind::Memberships, Coverage::NotAsked)
        .build();
    in_it(&mut snapshot, &[1]);
    let found = suggest(&snapshot, &PilotOptions::default());
    assert!(found.waves[0].principals.is_empty());
    assert_eq!(found.placed[0].held_back, Some(HeldBack::Members));
}

#[test]
fn department_words_are_whole_words() {
    let rows = [standing(1, &reader_role()), standing(2, &reader_role())];
    let mut snapshot = tenant().assignments(rows).build();
    snapshot.users[1].department = Some("Auditing".to_owned());
    snapshot.users[2].department = Some("Cyber-SECURITY".to_owned());
    assert_eq!(suggest(&snapshot, &PilotOptions::default()).waves[0].principals, ids([2]));
}

proptest! {
    #[test]
    fn everybody_is_in_one_wave_and_no_rule_is_broken(
        mut snapshot in any_tenant(),
        technical in 0_u8..64,
        spared in 0_u8..6,
    ) {
        for (n, user) in snapshot.users.iter_mut().enumerate() {
            user.department = (technical & (1 << n) != 0).then(|| "IT".to_owned());
        }
        let options = PilotOptions { break_glass: ids([spared]), pilot: 3, wave: 2, ..PilotOptions::default() };
        let found = suggest(&snapshot, &options);
        prop_assert_eq!(&found, &suggest(&snapshot, &options));
        let all: Vec<_> = found.waves.iter().flat_map(|wave| &wave.principals).collect();
        let once: BTreeSet<_> = all.iter().copied().collect();
        prop_assert_eq!(all.len(), once.len());
        prop_assert_eq!(all.len(), found.placed.len());
        prop_assert!(!once.contains(&who(spared)));
        for row in &snapshot.assignments {
            let counts = !row.origin.is_activated() && !row.window.has_ended(snapshot.taken_at);
            let is_user = snapshot.users.iter().any(|user| user.id == row.principal);
            if counts && is_user && row.principal != who(spared) {
                prop_assert!(once.contains(&row.principal), "{} is in no wave", row.principal);
            }
        }
        let pilot: usize = found.placed.iter().filter(|placed| placed.wave == 0).map(|placed| placed.people).max().unwrap_or(0);
        prop_assert!(pilot <= 3);
    }
}
