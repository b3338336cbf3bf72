//! Runs and rehearsals.

use std::sync::Mutex;

use futures::executor::block_on;
use pim_core::{
    client::Safeguards,
    error::ErrorKind,
    schedule::Level,
    time::{Expiry, Period},
};

use super::{
    super::*,
    NOW,
    fake::Fault,
    world::{World, absent, grant, id, journal, of, one_by_one, role, safeguards},
};
use crate::plan::Plan;

fn run(world: &World, plan: &Plan) -> Outcome {
    let (mut journal, _) = journal();
    block_on(apply(&world.client(), plan, &mut journal, &ApplyOptions::default(), &())).unwrap()
}

fn statuses(outcome: &Outcome) -> Vec<Status> {
    outcome.rows.iter().map(|row| row.status).collect()
}

#[test]
fn a_plan_is_done_once_and_a_second_time_changes_nothing() {
    let world = World::new();
    let plan = world.plan();
    let (mut log, memory) = journal();
    let told = Mutex::new(Vec::new());
    let observer = |progress: Progress<'_>| {
        if let Progress::Ended { row, done, total } = progress {
            told.lock().unwrap().push((row.status, done, total));
        }
    };
    let outcome =
        block_on(apply(&world.client(), &plan, &mut log, &ApplyOptions::default(), &observer)).unwrap();
    assert!(outcome.is_complete() && log.is_complete(), "{:#?}", outcome.rows);
    assert_eq!(outcome.summary(), "8 done of 8 steps");
    assert_eq!(told.into_inner().unwrap().last(), Some(&(Status::Done, 8, 8)));
    let three = [id("emma"), id("root"), id("glass"), id("erin")];
    assert_eq!(outcome.administrators_before, Some(three.into_iter().collect()));
    assert_eq!(outcome.administrators_after, outcome.administrators_before);
    let (once, writes) = (world.state(), world.fake.fate.lock().unwrap().asked);
    assert_eq!(writes, 8);

    let again = run(&world, &plan);
    assert!(again.is_complete(), "{again:#?}");
    assert!(statuses(&again).iter().all(|status| *status == Status::AlreadyDone));
    assert_eq!((world.state(), world.fake.fate.lock().unwrap().asked), (once.clone(), writes));

    // Neither does going on with what is complete.
    let mut log = super::world::reopened(&memory);
    let resumed = block_on(resume(&world.client(), &mut log, &ApplyOptions::default(), &())).unwrap();
    assert!(resumed.is_complete());
    assert_eq!((world.state(), world.fake.fate.lock().unwrap().asked), (once, writes));
}

#[test]
fn rehearsals_send_no_writes() {
    for how in [Rehearsal::WhatIf, Rehearsal::DryRun] {
        let world = World::new();
        let before = world.state();
        let plan = world.plan();
        let outcome = block_on(rehearse(&world.client(), &plan, how, &ApplyOptions::default(), &())).unwrap();
        assert!(statuses(&outcome).iter().all(|status| *status == Status::WouldDo), "{outcome:#?}");
        assert!(!outcome.is_complete());
        assert_eq!((world.state(), world.fake.fate.lock().unwrap().asked), (before, 0));
        let untried = outcome.rows.iter().filter(|row| row.reason.is_some()).count();
        assert_eq!(untried, if how == Rehearsal::DryRun { 2 } else { 0 }, "settings and the review");
    }
}

#[test]
fn a_dry_run_tells_what_the_service_would_refuse() {
    let world = World::new();
    let mut step = grant(
        pim_core::request::Action::AdminAssign,
        Level::Assignment,
        "frank",
        &role("User Administrator"),
        Some(Expiry::Never),
    );
    if let crate::plan::Change::Grant(ask) = &mut step.change {
        ask.justification = None;
    }
    let plan = of(vec![step]);
    let options = ApplyOptions::default();
    let outcome = block_on(rehearse(&world.client(), &plan, Rehearsal::DryRun, &options, &())).unwrap();
    let failure = outcome.rows[0].failure.as_ref().unwrap();
    assert_eq!((outcome.rows[0].status, failure.kind), (Status::Failed, ErrorKind::PolicyViolation));
}

#[test]
fn a_failure_is_a_row_and_stops_only_what_depends_on_it() {
    let world = World::new();
    let plan = world.plan();
    // One by one: settings, review, alice may, bob may, ...
    world.fake.fate.lock().unwrap().rule = Box::new(|at| (at == 2).then_some(Fault::Refused));
    let (mut log, memory) = journal();
    let outcome = block_on(apply(&world.client(), &plan, &mut log, &one_by_one(), &())).unwrap();
    use Status::{Done, Failed, Skipped};
    assert_eq!(statuses(&outcome), [Done, Done, Failed, Skipped, Done, Done, Done, Done]);
    let failure = outcome.rows[2].failure.as_ref().unwrap();
    assert_eq!((failure.kind, failure.code.as_deref()), (ErrorKind::PolicyViolation, Some("NotToday")));
    assert!(!outcome.is_complete());

    // Once it is mended, the rest is done and nothing twice.
    let mut log = super::world::reopened(&memory);
    let resumed = block_on(resume(&world.client(), &mut log, &one_by_one(), &())).unwrap();
    assert!(resumed.is_complete(), "{resumed:#?}");
    assert_eq!(world.fake.fate.lock().unwrap().arrived.len(), 8);
}

#[test]
fn what_somebody_changed_since_is_stale() {
    let world = World::new();
    let plan = world.plan();
    let client = world.sane();
    let security = role("Security Administrator");
    block_on(async {
        let mut sooner = pim_core::client::Update::new(
            Level::Eligibility,
            id("carol"),
            security.clone(),
            Expiry::At(NOW + Period::days(7)),
        );
        sooner.justification = Some("sooner".into());
        client.update(sooner).await.unwrap();
        let mut gone = pim_core::client::Revoke::new(Level::Assignment, id("dave"), security);
        gone.justification = Some("left".into());
        client.revoke(gone).await.unwrap();
        let mut bob = pim_core::client::Assign::new(
            Level::Eligibility,
            id("bob"),
            role("Exchange Administrator"),
            Expiry::After(Period::days(3)),
        );
        bob.justification = Some("by hand".into());
        client.assign(bob).await.unwrap();
    });
    let outcome = run(&world, &plan);
    use Status::{AlreadyDone, Done, Skipped, Stale};
    assert_eq!(
        statuses(&outcome),
        [Done, Done, Done, Done, Stale, Skipped, AlreadyDone, Stale],
        "{:#?}",
        outcome.rows
    );
    assert!(outcome.rows[7].reason.as_ref().unwrap().contains("changed"));
    // Nothing of what is stale was sent.
    assert_eq!(world.fake.fate.lock().unwrap().asked, 4);
}

#[test]
fn what_a_step_of_the_plan_has_changed_is_no_contradiction() {
    let world = World::new();
    let security = role("Security Administrator");
    let mut plan = world.plan();
    // Dave's access goes because carol may stand in, whose eligibility the plan shortens before.
    let carol = plan.steps.pop().unwrap();
    let dave = plan.steps.last_mut().unwrap();
    dave.rests_on.push(world.present(Level::Eligibility, "carol", &security));
    dave.after.push(carol.id);
    let at = plan.steps.len() - 1;
    plan.steps.insert(at, carol);
    let outcome = run(&world, &plan);
    assert!(outcome.is_complete(), "{:#?}", outcome.rows);
}

#[test]
fn a_step_waits_for_all_that_it_depends_on() {
    let world = World::new();
    let mut plan = world.plan();
    let before: Vec<_> = plan.steps[..6].iter().map(|step| step.id).collect();
    plan.steps[6].after = before;
    plan.steps[6].wave = 1;
    world.fake.fate.lock().unwrap().lag = Period::seconds(30);
    let outcome = run(&world, &plan);
    assert!(outcome.is_complete(), "{:#?}", outcome.rows);
    let last = outcome.rows[..6].iter().filter_map(|row| row.ended).max();
    assert!(outcome.rows[6].started >= last);
}

#[test]
fn who_was_first_does_not_matter() {
    let world = World::new();
    let plan = world.plan();
    world.fake.fate.lock().unwrap().rule = Box::new(|_| Some(Fault::Beaten));
    let outcome = run(&world, &plan);
    assert!(outcome.is_complete(), "{:#?}", outcome.rows);
    // New grants and removals; what is written over is done in any case.
    assert_eq!(outcome.counts().already_done, 5);
}

#[test]
fn an_activation_is_not_what_the_plan_would_remove() {
    let world = World::new();
    let plan = world.plan();
    let security = role("Security Administrator");
    block_on(async {
        let client = world.sane();
        let mut gone = pim_core::client::Revoke::new(Level::Assignment, id("dave"), security.clone());
        gone.justification = Some("by hand".into());
        client.revoke(gone).await.unwrap();
        let mut may =
            pim_core::client::Assign::new(Level::Eligibility, id("dave"), security.clone(), Expiry::Never);
        may.justification = Some("by hand".into());
        client.assign(may).await.unwrap();
        let dave = world.service.client(pim_embedded::engine::Caller::with_mfa(id("dave")), safeguards());
        let mut activate = pim_core::client::Activate::new(security.clone());
        activate.justification = Some("at work".into());
        dave.activate(activate).await.unwrap();
    });
    let outcome = run(&world, &plan);
    assert_eq!(outcome.rows[6].status, Status::AlreadyDone, "{:#?}", outcome.rows[6]);
    let holds = format!("holds {} {security}", id("dave"));
    assert!(world.state().iter().any(|row| row.starts_with(&holds)), "the activation goes on");
}

#[test]
fn rules_that_somebody_changed_since_are_left_alone() {
    let world = World::new();
    let plan = world.plan();
    let users = role("User Administrator");
    let rules = [pim_core::policy::Rule {
        kind: pim_core::policy::RuleKind::ExpirationEndUserAssignment,
        setting: pim_core::policy::Setting::Expiration { required: true, max: Some(Period::hours(1)) },
    }];
    block_on(world.sane().update_policy(&users, &rules)).unwrap();
    let outcome = run(&world, &plan);
    assert_eq!((outcome.rows[0].status, outcome.rows[2].status), (Status::Stale, Status::Skipped));
    let policy = block_on(world.sane().policy(&users)).unwrap();
    assert!(policy.diff(&rules).is_empty());
}

#[test]
fn lists_that_lag_are_waited_for_and_order_is_kept() {
    let world = World::new();
    let plan = world.plan();
    world.fake.fate.lock().unwrap().lag = Period::minutes(2);
    let outcome = run(&world, &plan);
    assert!(outcome.is_complete(), "{:#?}", outcome.rows);
    // Eligible and seen, before standing is taken.
    let (given, taken) = (&outcome.rows[2], &outcome.rows[3]);
    assert!(given.ended.unwrap() >= given.started.unwrap() + Period::minutes(2));
    assert!(taken.started >= given.ended);
    assert_eq!(world.fake.fate.lock().unwrap().arrived.len(), 8);
}

#[test]
fn what_is_not_seen_in_time_is_unconfirmed_and_nothing_is_built_on_it() {
    let world = World::new();
    let plan = world.plan();
    world.fake.fate.lock().unwrap().lag = Period::hours(2);
    let (mut log, memory) = journal();
    let outcome = block_on(apply(&world.client(), &plan, &mut log, &ApplyOptions::default(), &())).unwrap();
    use Status::{Done, Skipped, Unconfirmed};
    let expected = [Done, Done, Unconfirmed, Skipped, Unconfirmed, Skipped, Unconfirmed, Done];
    assert_eq!(statuses(&outcome), expected, "{:#?}", outcome.rows);
    let sent = world.fake.fate.lock().unwrap().asked;

    // Later it shows: what was sent is not sent again, and the rest follows.
    world.fake.fate.lock().unwrap().lag = Period::ZERO;
    let mut log = super::world::reopened(&memory);
    let resumed = block_on(resume(&world.client(), &mut log, &ApplyOptions::default(), &())).unwrap();
    assert!(resumed.is_complete(), "{:#?}", resumed.rows);
    assert_eq!(world.fake.fate.lock().unwrap().asked, sent + 2);
}

#[test]
fn lost_replies_are_looked_for_and_never_sent_again() {
    for fault in [Fault::ReplyLost, Fault::NeverArrives] {
        for lag in [Period::ZERO, Period::seconds(40)] {
            let world = World::new();
            let plan = world.plan();
            {
                let mut fate = world.fake.fate.lock().unwrap();
                fate.lag = lag;
                fate.rule = Box::new(move |_| Some(fault));
            }
            let outcome = run(&world, &plan);
            let all = |wanted: Status| {
                statuses(&outcome).iter().all(|status| [wanted, Status::Skipped].contains(status))
            };
            match fault {
                Fault::ReplyLost => assert!(outcome.is_complete(), "{lag} {:#?}", outcome.rows),
                _ => assert!(all(Status::Unconfirmed), "{lag} {:#?}", outcome.rows),
            }
            let fate = world.fake.fate.lock().unwrap();
            let begun = outcome.rows.iter().filter(|row| row.started.is_some()).count();
            assert_eq!(fate.asked, begun, "once each");
        }
    }
}

#[test]
fn guards_refuse_at_the_last_moment() {
    let world = World::new();
    let global = role("Global Administrator");
    // Between the plan and now somebody took two of four administrators away.
    let plan = of(["erin", "root"].map(|name| world.removal(name, &global)).into());
    let strict = Safeguards { min_administrators: 3, ..safeguards() };
    let client = pim_core::client::Client::new(world.fake.clone(), strict);
    let (mut log, _) = journal();
    let outcome = block_on(apply(&client, &plan, &mut log, &one_by_one(), &())).unwrap();
    assert_eq!(statuses(&outcome), [Status::Done, Status::Refused]);
    let code = outcome.rows[1].failure.as_ref().unwrap().code.as_deref();
    assert_eq!(code, Some(pim_core::guard::LAST_ADMINISTRATORS));
    assert_eq!(outcome.administrators_after.unwrap().len(), 3);

    let own = of(vec![world.removal("emma", &global)]);
    let outcome = run(&world, &own);
    let code = outcome.rows[0].failure.as_ref().unwrap().code.as_deref();
    assert_eq!((outcome.rows[0].status, code), (Status::Refused, Some(crate::plan::codes::OWN_ACCESS)));
}

#[test]
fn nothing_is_sent_for_a_plan_that_must_not_be_arrived() {
    type Spoil = fn(&World, &mut Plan, &mut ApplyOptions);
    let spoils: [(&str, Spoil); 9] = [
        (OTHER_TENANT, |_, plan, _| plan.tenant = Some(pim_core::id::TenantId::from_guid([9; 16]))),
        (TOO_OLD, |_, plan, _| plan.taken_at = NOW - Period::days(8)),
        (TOO_OLD, |_, plan, _| plan.taken_at = NOW + Period::hours(1)),
        (WEAKER_GUARDS, |_, plan, _| plan.guarded.min_administrators = 3),
        (WEAKER_GUARDS, |_, plan, _| plan.guarded.break_glass.extend([id("root")])),
        (OTHER_CALLER, |_, plan, _| plan.guarded.caller = Some(id("root"))),
        (UNSOUND_PLAN, |_, plan, _| plan.guarded.protected.extend([id("dave")])),
        (UNSOUND_PLAN, |_, plan, _| plan.steps.swap(2, 3)),
        (NOT_APPROVED, |_, _, options| {
            options.approval = Some(Demand { at_least: 1, ..Demand::default() });
        }),
    ];
    for (code, spoil) in spoils {
        let world = World::new();
        let (mut plan, mut options) = (world.plan(), ApplyOptions::default());
        spoil(&world, &mut plan, &mut options);
        let (mut log, memory) = journal();
        let refused = block_on(apply(&world.client(), &plan, &mut log, &options, &())).unwrap_err();
        assert_eq!(refused.code(), Some(code), "{refused}");
        assert_eq!(world.fake.fate.lock().unwrap().calls, 0);
        assert!(memory.bytes().is_empty() && log.plan().is_none());
    }
}

#[test]
fn waves_stop_where_they_are_told_to_and_go_on_later() {
    let world = World::new();
    let plan = world.plan();
    let (mut log, memory) = journal();
    let options = ApplyOptions { waves: Waves::UpTo(0), ..ApplyOptions::default() };
    let outcome = block_on(apply(&world.client(), &plan, &mut log, &options, &())).unwrap();
    assert_eq!(outcome.stopped, Some(Stopped::AtWave(1)));
    assert_eq!(outcome.summary(), "2 done, 6 not run of 8 steps");

    struct Pilot;
    #[async_trait::async_trait]
    impl Observer for Pilot {
        fn told(&self, _: Progress<'_>) {}
        async fn before_wave(&self, next: usize, so_far: &Outcome) -> Go {
            assert_eq!((next, so_far.counts().done), (2, 6));
            Go::Stop
        }
    }
    let mut log = super::world::reopened(&memory);
    let outcome = block_on(resume(&world.client(), &mut log, &ApplyOptions::default(), &Pilot)).unwrap();
    assert_eq!(outcome.stopped, Some(Stopped::BeforeWave(2)));
    assert_eq!(outcome.counts().not_run, 2);
    let outcome = block_on(resume(&world.client(), &mut log, &ApplyOptions::default(), &())).unwrap();
    assert!(outcome.is_complete());
}

#[test]
fn a_review_is_known_by_its_name_and_another_of_that_name_is_not_touched() {
    let world = World::new();
    let review = super::world::review();
    let crate::plan::Change::Review(new) = &review.change else { unreachable!() };
    let other = pim_core::review::NewReview {
        scope: pim_core::review::ReviewScope { privilege: role("User Administrator"), ..new.scope.clone() },
        ..(**new).clone()
    };
    block_on(world.sane().create_review(&other)).unwrap();
    let outcome = run(&world, &of(vec![review.clone()]));
    assert_eq!(outcome.rows[0].status, Status::Stale);

    // Two of a name: which is meant can't be told.
    block_on(world.sane().create_review(new)).unwrap();
    let removal = super::world::step(review.inverse.unwrap(), 0);
    let outcome = run(&world, &of(vec![removal]));
    assert_eq!((outcome.rows[0].status, world.fake.fate.lock().unwrap().asked), (Status::Stale, 0));
}

#[test]
fn settings_of_one_policy_are_written_one_at_a_time() {
    let world = World::new();
    let users = role("User Administrator");
    let step = world.policy(&users);
    let crate::plan::Change::Policy { rules, .. } = step.change.clone() else { unreachable!() };
    let steps = rules.into_iter().map(|rule| {
        let change = crate::plan::Change::Policy { privilege: users.clone(), rules: vec![rule] };
        super::world::step(change, 0)
    });
    let running = Mutex::new((0, 0));
    let observer = |progress: Progress<'_>| {
        let (now, most) = &mut *running.lock().unwrap();
        match progress {
            Progress::Started { .. } => *now += 1,
            Progress::Ended { .. } => *now -= 1,
            Progress::Wave { .. } => {}
        }
        *most = (*most).max(*now);
    };
    let (mut log, _) = journal();
    let plan = of(steps.collect());
    let outcome =
        block_on(apply(&world.client(), &plan, &mut log, &ApplyOptions::default(), &observer)).unwrap();
    assert!(outcome.is_complete());
    assert_eq!(*running.lock().unwrap(), (0, 1));
}

#[test]
fn a_grant_to_be_made_from_later_on_is_done_once_it_is_scheduled() {
    let world = World::new();
    let users = role("User Administrator");
    let mut step = grant(
        pim_core::request::Action::AdminAssign,
        Level::Eligibility,
        "frank",
        &users,
        Some(Expiry::Never),
    );
    if let crate::plan::Change::Grant(ask) = &mut step.change {
        ask.start = Some(NOW + Period::days(3));
    }
    step.rests_on = vec![absent(Level::Eligibility, "frank", &users)];
    let plan = of(vec![step]);
    assert!(run(&world, &plan).is_complete());
    assert_eq!(statuses(&run(&world, &plan)), [Status::AlreadyDone]);
}
