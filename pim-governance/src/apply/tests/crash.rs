//! Processes that die, at every point at which they can.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};

use futures::{
    executor::{LocalPool, block_on},
    task::LocalSpawnExt,
};
use pim_core::{error::ErrorKind, time::Period};
use proptest::prelude::*;

use super::{
    super::*,
    fake::{Fate, Fault, Write},
    world::{World, journal, one_by_one, reopened},
};

/// How a process dies at a write to the journal.
#[derive(Clone, Copy, Debug)]
enum Death {
    /// Nothing of it lasts.
    Before,
    /// Half of it does.
    Within,
    /// It lasts, and nothing is done afterwards.
    After,
}

/// A journal whose process dies at a write.
#[derive(Debug)]
struct Mortal {
    lasting: Memory,
    writes_left: usize,
    death: Death,
    fate: DebugFate,
}

struct DebugFate(Arc<Mutex<Fate>>);

impl std::fmt::Debug for DebugFate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fate")
    }
}

impl Storage for Mortal {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut fate = self.fate.0.lock().unwrap();
        if fate.dead {
            return Ok(());
        }
        if self.writes_left > 0 {
            self.writes_left -= 1;
            return self.lasting.append(bytes);
        }
        fate.dead = true;
        match self.death {
            Death::Before => Ok(()),
            Death::Within => self.lasting.append(&bytes[..bytes.len() / 2]),
            Death::After => self.lasting.append(bytes),
        }
    }
}

/// Runs until it ends or nothing moves any more, and is then gone. True where it ended.
pub(super) fn run_until_death(
    world: &World,
    plan: &crate::plan::Plan,
    storage: impl Storage + 'static,
    options: &ApplyOptions,
) -> bool {
    let (client, plan, options) = (world.client(), plan.clone(), options.clone());
    let ended = Arc::new(Mutex::new(false));
    let told = ended.clone();
    let mut pool = LocalPool::new();
    pool.spawner()
        .spawn_local(async move {
            let mut log = Journal::on(storage);
            apply(&client, &plan, &mut log, &options, &()).await.unwrap();
            *told.lock().unwrap() = true;
        })
        .unwrap();
    pool.run_until_stalled();
    drop(pool);
    *ended.lock().unwrap()
}

/// Another process goes on, on a service that works.
fn go_on(world: &World, memory: &Memory, plan: &crate::plan::Plan) -> Outcome {
    {
        let mut fate = world.fake.fate.lock().unwrap();
        (fate.dead, fate.calls_left) = (false, None);
        fate.rule = Box::new(|_| None);
    }
    let mut log = reopened(memory);
    let options = ApplyOptions::default();
    match log.plan() {
        Some(_) => block_on(resume(&world.client(), &mut log, &options, &())).unwrap(),
        // It died before anything was begun.
        None => block_on(apply(&world.client(), plan, &mut log, &options, &())).unwrap(),
    }
}

/// How often the service was asked for whatever it was asked for most often.
fn repeated(world: &World) -> usize {
    let fate = world.fake.fate.lock().unwrap();
    let mut counts: BTreeMap<&Write, usize> = BTreeMap::new();
    fate.arrived.iter().for_each(|write| *counts.entry(write).or_default() += 1);
    counts.into_values().max().unwrap_or(0)
}

/// What the tenant is like when nothing goes wrong.
fn wanted() -> Vec<String> {
    let world = World::new();
    let (mut log, _) = journal();
    let outcome = block_on(apply(&world.client(), &world.plan(), &mut log, &ApplyOptions::default(), &()));
    assert!(outcome.unwrap().is_complete());
    world.state()
}

#[test]
fn killed_at_every_write_to_the_journal_a_run_ends_the_same_and_nothing_is_sent_twice() {
    let wanted = wanted();
    let mut deaths = 0;
    for options in [one_by_one(), ApplyOptions::default()] {
        for lag in [Period::ZERO, Period::seconds(50)] {
            for death in [Death::Before, Death::Within, Death::After] {
                for writes_left in 0.. {
                    let world = World::new();
                    world.fake.fate.lock().unwrap().lag = lag;
                    let (plan, lasting) = (world.plan(), Memory::default());
                    let fate = DebugFate(world.fake.fate.clone());
                    let mortal = Mortal { lasting: lasting.clone(), writes_left, death, fate };
                    if run_until_death(&world, &plan, mortal, &options)
                        && !world.fake.fate.lock().unwrap().dead
                    {
                        break;
                    }
                    deaths += 1;
                    let outcome = go_on(&world, &lasting, &plan);
                    let place = format!("{death:?} {writes_left} {lag}");
                    assert!(outcome.is_complete(), "{place}: {:#?}", outcome.rows);
                    assert_eq!(world.state(), wanted, "{place}");
                    assert_eq!(repeated(&world), 1, "{place}");
                }
            }
        }
    }
    // Header, one for the run, and two for each of eight steps.
    assert_eq!(deaths, 2 * 2 * 3 * 18);
}

#[test]
fn killed_at_every_call_a_run_ends_the_same_and_nothing_is_sent_twice() {
    let wanted = wanted();
    for lag in [Period::ZERO, Period::seconds(50)] {
        for calls in (0..).step_by(if lag.is_zero() { 1 } else { 7 }) {
            let world = World::new();
            let plan = world.plan();
            {
                let mut fate = world.fake.fate.lock().unwrap();
                (fate.lag, fate.calls_left) = (lag, Some(calls));
            }
            let lasting = Memory::default();
            if run_until_death(&world, &plan, lasting.clone(), &ApplyOptions::default()) {
                assert!(calls > 30, "it takes more calls than {calls}");
                break;
            }
            let outcome = go_on(&world, &lasting, &plan);
            assert!(outcome.is_complete(), "{calls}: {:#?}", outcome.rows);
            assert_eq!((world.state(), repeated(&world)), (wanted.clone(), 1), "{calls}");
        }
    }
}

#[test]
fn killed_between_sending_and_the_reply_a_run_ends_the_same_and_nothing_is_sent_twice() {
    let wanted = wanted();
    for fault in [Fault::DiesBefore, Fault::DiesAfter] {
        // Within three minutes the request shows sooner than what it does, and later than others look for it.
        for lag in [Period::ZERO, Period::seconds(50), Period::minutes(3)] {
            for write in 0..8 {
                let world = World::new();
                let plan = world.plan();
                {
                    let mut fate = world.fake.fate.lock().unwrap();
                    fate.lag = lag;
                    fate.rule = Box::new(move |at| (at == write).then_some(fault));
                }
                let lasting = Memory::default();
                assert!(!run_until_death(&world, &plan, lasting.clone(), &ApplyOptions::default()));
                let outcome = go_on(&world, &lasting, &plan);
                assert!(outcome.is_complete(), "{fault:?} {write}: {:#?}", outcome.rows);
                assert_eq!((world.state(), repeated(&world)), (wanted.clone(), 1), "{fault:?} {write}");
            }
        }
    }
}

#[test]
fn a_run_that_is_canceled_ends_what_it_began_and_goes_on_later() {
    let world = World::new();
    let plan = world.plan();
    let options = one_by_one();
    let cancel = options.cancel.clone();
    let observer = move |progress: Progress<'_>| {
        if matches!(progress, Progress::Ended { done: 3, .. }) {
            cancel.cancel();
        }
    };
    let (mut log, memory) = journal();
    let outcome = block_on(apply(&world.client(), &plan, &mut log, &options, &observer)).unwrap();
    assert_eq!(outcome.stopped, Some(Stopped::Canceled));
    assert_eq!(outcome.summary(), "3 done, 5 not run of 8 steps");
    let outcome = go_on(&world, &memory, &plan);
    assert!(outcome.is_complete());
    assert_eq!((world.state(), repeated(&world)), (wanted(), 1));
}

#[test]
fn what_the_journal_can_not_keep_is_not_sent() {
    #[derive(Debug)]
    struct Full(usize);
    impl Storage for Full {
        fn append(&mut self, _: &[u8]) -> io::Result<()> {
            let Some(left) = self.0.checked_sub(1) else { return Err(io::ErrorKind::StorageFull.into()) };
            self.0 = left;
            Ok(())
        }
    }
    let run = |room| {
        let world = World::new();
        let mut log = Journal::on(Full(room));
        let outcome = block_on(apply(&world.client(), &world.plan(), &mut log, &one_by_one(), &()));
        (outcome, world.fake.fate.lock().unwrap().asked)
    };
    let (refused, sent) = run(0);
    assert_eq!((refused.unwrap_err().kind(), sent), (ErrorKind::Unavailable, 0));
    // Header, run, intent, result, intent, ...
    for (room, asked) in [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (6, 2)] {
        let (outcome, sent) = run(room);
        let outcome = outcome.unwrap();
        assert!(matches!(outcome.stopped, Some(Stopped::Journal(_))), "{room}");
        assert_eq!((sent, outcome.counts().done), (asked, asked), "{room}: what was sent is told");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever fails on the way, going on once it is mended ends as if nothing had.
    #[test]
    fn whatever_fails_resuming_after_repair_completes(
        faults in proptest::collection::vec(proptest::option::weighted(0.4, fault()), 8..14),
        lag in prop_oneof![Just(0u32), Just(20), Just(70)],
        concurrency in 1usize..5,
    ) {
        let world = World::new();
        let plan = world.plan();
        {
            let mut fate = world.fake.fate.lock().unwrap();
            fate.lag = Period::seconds(lag);
            fate.rule = Box::new(move |at| faults.get(at).copied().flatten());
        }
        let lasting = Memory::default();
        let options = ApplyOptions { concurrency, ..ApplyOptions::default() };
        run_until_death(&world, &plan, lasting.clone(), &options);
        let outcome = go_on(&world, &lasting, &plan);
        prop_assert!(outcome.is_complete(), "{:#?}", outcome.rows);
        prop_assert_eq!(world.state(), wanted());
        prop_assert_eq!(repeated(&world), 1);
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::Refused),
        2 => Just(Fault::ReplyLost),
        1 => Just(Fault::NeverArrives),
        1 => Just(Fault::DiesBefore),
        1 => Just(Fault::DiesAfter),
    ]
}
