//! Runs that are taken back.

use futures::executor::block_on;
use pim_core::{
    client::{Revoke, Update},
    schedule::Level,
    time::{Expiry, Period},
};

use super::{
    super::*,
    NOW,
    fake::Fault,
    world::{World, id, journal, of, one_by_one, reopened, role},
};

/// Long enough after the run that what it gave may be taken.
fn later(world: &World) {
    block_on(world.service.clock().sleep(Period::minutes(10)));
}

#[test]
fn taking_back_restores_grants_policies_and_reviews() {
    let world = World::new();
    let (plan, before) = (world.plan(), world.state());
    let (mut log, _) = journal();
    block_on(apply(&world.client(), &plan, &mut log, &ApplyOptions::default(), &())).unwrap();
    assert_ne!(world.state(), before);
    later(&world);

    let preview = undo_plan(&log).unwrap();
    assert!(preview.left.is_empty() && preview.open.is_empty());
    assert_eq!(preview.plan.steps.len(), 8);
    assert_eq!(preview.plan.waves.len(), 4);
    let first = &preview.plan.steps[0].change;
    assert!(matches!(first, crate::plan::Change::Policy { .. }), "what it forbids could not be restored");
    let bytes = preview.plan.to_json().unwrap();
    assert_eq!(crate::plan::Plan::from_json(&bytes).unwrap(), preview.plan, "a plan like any other");

    let (mut back, memory) = journal();
    let outcome =
        block_on(undo(&world.client(), &mut log, &mut back, &ApplyOptions::default(), &())).unwrap();
    assert!(outcome.is_complete() && outcome.mode == Mode::Undo, "{:#?}", outcome.rows);
    assert_eq!(world.state(), before);
    // Once: going on with it changes nothing.
    let sent = world.fake.fate.lock().unwrap().asked;
    let mut back = reopened(&memory);
    assert!(
        block_on(resume(&world.client(), &mut back, &ApplyOptions::default(), &())).unwrap().is_complete()
    );
    assert_eq!((world.state(), world.fake.fate.lock().unwrap().asked), (before, sent));
}

#[test]
fn taking_back_too_soon_waits_until_the_service_allows_it() {
    let world = World::new();
    let before = world.state();
    let users = role("User Administrator");
    let mut give = super::world::grant(
        pim_core::request::Action::AdminAssign,
        Level::Assignment,
        "frank",
        &users,
        Some(Expiry::Never),
    );
    give.inverse = Some(super::world::ask(
        pim_core::request::Action::AdminRemove,
        Level::Assignment,
        "frank",
        &users,
        None,
    ));
    let (mut log, _) = journal();
    block_on(apply(&world.client(), &of(vec![give]), &mut log, &one_by_one(), &())).unwrap();
    let (mut back, _) = journal();
    let outcome = block_on(undo(&world.client(), &mut log, &mut back, &one_by_one(), &())).unwrap();
    assert!(outcome.is_complete(), "{:#?}", outcome.rows);
    assert!(outcome.ended >= NOW + Period::minutes(5));
    assert_eq!(world.state(), before);
}

#[test]
fn what_somebody_changed_since_is_not_taken_back() {
    let world = World::new();
    let plan = world.plan();
    let (mut log, _) = journal();
    block_on(apply(&world.client(), &plan, &mut log, &ApplyOptions::default(), &())).unwrap();
    later(&world);
    let client = world.sane();
    block_on(async {
        let (users, mail) = (role("User Administrator"), role("Exchange Administrator"));
        let end = Expiry::At(NOW + Period::days(5));
        let mut shorter = Update::new(Level::Eligibility, id("alice"), users, end);
        shorter.justification = Some("by hand".into());
        client.update(shorter).await.unwrap();
        let mut gone = Revoke::new(Level::Eligibility, id("bob"), mail);
        gone.justification = Some("by hand".into());
        client.revoke(gone).await.unwrap();
    });
    let (mut back, _) = journal();
    let outcome =
        block_on(undo(&world.client(), &mut log, &mut back, &ApplyOptions::default(), &())).unwrap();
    let of = |name: &str, privilege: &str, wave: usize| {
        let found = |row: &&Row| {
            row.principal == Some(id(name)) && row.privilege == Some(role(privilege)) && row.wave == wave
        };
        outcome.rows.iter().filter(found).map(|row| row.status).collect::<Vec<_>>()
    };
    // Standing access is restored; the eligibilities are no longer what the run made.
    assert_eq!(of("alice", "User Administrator", 2), [Status::Done, Status::Stale]);
    assert_eq!(of("bob", "Exchange Administrator", 2), [Status::Done, Status::AlreadyDone]);
    assert_eq!(outcome.counts().stale, 1);
}

#[test]
fn only_what_was_done_is_taken_back() {
    let world = World::new();
    let (plan, before) = (world.plan(), world.state());
    // The review, bob's eligibility and dave's removal fail.
    let rule = |at| [1, 3].contains(&at).then_some(Fault::Refused);
    world.fake.fate.lock().unwrap().rule = Box::new(rule);
    let (mut log, _) = journal();
    let outcome = block_on(apply(&world.client(), &plan, &mut log, &one_by_one(), &())).unwrap();
    assert!(outcome.counts().failed == 2);
    later(&world);
    assert_eq!(undo_plan(&log).unwrap().plan.steps.len(), outcome.counts().done);
    let (mut back, _) = journal();
    let undone = block_on(undo(&world.client(), &mut log, &mut back, &one_by_one(), &())).unwrap();
    assert!(undone.is_complete());
    assert_eq!(world.state(), before);
}

#[test]
fn settings_of_which_some_were_written_are_finished_or_taken_back() {
    for finish in [true, false] {
        let world = World::new();
        let plan = of(vec![world.policy(&role("User Administrator"))]);
        let before = world.state();
        world.fake.fate.lock().unwrap().rule = Box::new(|at| (at == 0).then_some(Fault::Half));
        let (mut log, _) = journal();
        let outcome = block_on(apply(&world.client(), &plan, &mut log, &one_by_one(), &())).unwrap();
        assert_eq!(outcome.rows[0].status, Status::Failed);
        assert_ne!(world.state(), before);
        if finish {
            let outcome = block_on(resume(&world.client(), &mut log, &one_by_one(), &())).unwrap();
            assert!(outcome.is_complete());
        }
        let (mut back, _) = journal();
        let outcome = block_on(undo(&world.client(), &mut log, &mut back, &one_by_one(), &())).unwrap();
        assert_eq!((outcome.is_complete(), outcome.counts().done), (true, 1));
        assert_eq!(world.state(), before);
    }
}

#[test]
fn what_can_not_be_taken_back_is_told_before() {
    let world = World::new();
    let mut plan = world.plan();
    plan.steps[6].inverse = None;
    let (mut log, _) = journal();
    assert!(undo_plan(&log).is_err(), "nothing was begun");
    block_on(apply(&world.client(), &plan, &mut log, &ApplyOptions::default(), &())).unwrap();
    let preview = undo_plan(&log).unwrap();
    assert_eq!(preview.left.len(), 1);
    assert_eq!((preview.left[0].step, preview.plan.steps.len()), (plan.steps[6].id, 7));
}

#[test]
fn a_run_that_died_is_taken_back_as_far_as_it_got() {
    for fault in [Fault::DiesBefore, Fault::DiesAfter] {
        for write in 0..8 {
            let world = World::new();
            let (plan, before) = (world.plan(), world.state());
            world.fake.fate.lock().unwrap().rule = Box::new(move |at| (at == write).then_some(fault));
            let lasting = Memory::default();
            super::crash::run_until_death(&world, &plan, lasting.clone(), &one_by_one());
            {
                let mut fate = world.fake.fate.lock().unwrap();
                fate.dead = false;
                fate.rule = Box::new(|_| None);
            }
            later(&world);
            let mut log = reopened(&lasting);
            assert_eq!(undo_plan(&log).unwrap().open.len(), 1);
            let (mut back, _) = journal();
            let outcome = block_on(undo(&world.client(), &mut log, &mut back, &one_by_one(), &())).unwrap();
            assert!(outcome.is_complete(), "{fault:?} {write}: {:#?}", outcome.rows);
            assert_eq!(world.state(), before, "{fault:?} {write}");
        }
    }
}
