use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use futures::{
    FutureExt,
    executor::{LocalPool, block_on},
    future::{join_all, select},
    task::{ArcWake, LocalSpawnExt, waker},
};
use proptest::prelude::*;

use super::*;

const START: Timestamp = Timestamp::from_unix_seconds(1_788_249_600);

struct Counter(AtomicUsize);

impl ArcWake for Counter {
    fn wake_by_ref(own: &Arc<Self>) {
        own.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn is_ready(future: &mut BoxFuture<'static, ()>) -> bool {
    future.poll_unpin(&mut Context::from_waker(Waker::noop())).is_ready()
}

#[test]
fn a_manual_clock_fires_exactly_when_the_time_has_come() {
    let clock = VirtualClock::at(START);
    let mut sleep = clock.clone().sleep(Period::minutes(5));
    assert_eq!(clock.next_wake_up(), Some(START + Period::minutes(5)));
    let counter = Arc::new(Counter(AtomicUsize::new(0)));
    let woken = waker(Arc::clone(&counter));
    assert!(sleep.poll_unpin(&mut Context::from_waker(&woken)).is_pending());
    clock.advance(Period::minutes(5) - Period::from_ticks(1));
    assert_eq!(counter.0.load(Ordering::SeqCst), 0);
    assert!(!is_ready(&mut sleep));
    assert!(sleep.poll_unpin(&mut Context::from_waker(&woken)).is_pending());
    clock.advance(Period::from_ticks(1));
    assert_eq!(counter.0.load(Ordering::SeqCst), 1, "woken once, by the last waker it was polled with");
    assert!(is_ready(&mut sleep));
    assert_eq!(clock.next_wake_up(), None);
}

#[test]
fn no_time_at_all_is_over_at_once_and_the_end_of_time_is_reached() {
    let clock = VirtualClock::at(START);
    assert!(is_ready(&mut clock.sleep(Period::ZERO)));
    let mut for_ever = clock.sleep(Period::MAX);
    assert!(!is_ready(&mut for_ever));
    clock.set(Timestamp::MAX).unwrap();
    assert!(is_ready(&mut for_ever));
}

#[test]
fn time_does_not_go_back() {
    let clock = VirtualClock::at(START);
    let earlier = START - Period::seconds(1);
    assert_eq!(clock.set(earlier), Err(BackInTime { now: START, asked: earlier }));
    assert_eq!(clock.now(), START);
    assert_eq!(clock.set(START), Ok(()));
}

#[test]
fn giving_up_a_sleep_unregisters_it() {
    let clock = VirtualClock::automatic(START);
    let long = clock.sleep(Period::days(300));
    drop(clock.sleep(Period::minutes(1)));
    assert_eq!(clock.next_wake_up(), Some(START + Period::days(300)));
    let short = clock.sleep(Period::hours(1));
    let other = clock.clone();
    block_on(async move {
        select(long, short).await;
        assert_eq!(other.now(), START + Period::hours(1), "the loser of a race moves no clock");
        other.sleep(Period::hours(1)).await;
    });
    assert_eq!((clock.now(), clock.next_wake_up()), (START + Period::hours(2), None));
}

#[test]
fn a_sleep_that_is_held_and_not_polled_stops_nobody() {
    let clock = VirtualClock::automatic(START);
    let (never, once) = (clock.sleep(Period::seconds(1)), clock.sleep(Period::seconds(2)));
    let other = clock.clone();
    block_on(async move {
        let mut once = once;
        assert!(futures::poll!(&mut once).is_pending());
        other.sleep(Period::hours(1)).await;
        once.await;
        never.await;
    });
    assert_eq!((clock.now(), clock.next_wake_up()), (START + Period::hours(1), None));
}

#[test]
fn another_thread_can_move_the_clock() {
    let clock = VirtualClock::at(START);
    let sleep = clock.sleep(Period::hours(1));
    let waiting = std::thread::spawn(move || block_on(sleep));
    clock.advance(Period::hours(1));
    waiting.join().unwrap();
}

#[test]
fn the_system_clock_runs_and_waits() {
    let clock = SystemClock::new();
    let before = clock.now();
    block_on(clock.sleep(Period::from_ticks(20_000)));
    assert!(clock.now() >= before + Period::from_ticks(10_000));
    assert!(!is_ready(&mut clock.sleep(Period::MAX)), "an endless wait neither ends nor overflows");
}

proptest! {
    #[test]
    fn automatic_sleepers_each_see_their_own_time(
        starts in prop::collection::vec(prop::collection::vec(0u32..50, 1..5), 1..8),
    ) {
        let clock = VirtualClock::automatic(START);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut pool = LocalPool::new();
        for lengths in &starts {
            let (clock, seen, lengths) = (clock.clone(), Arc::clone(&seen), lengths.clone());
            pool.spawner()
                .spawn_local(async move {
                    let mut expected = START;
                    for length in lengths {
                        clock.sleep(Period::seconds(length)).await;
                        expected = expected + Period::seconds(length);
                        seen.lock().unwrap().push((expected, clock.now()));
                    }
                })
                .unwrap();
        }
        pool.run();
        let seen = seen.lock().unwrap();
        prop_assert_eq!(seen.len(), starts.iter().map(Vec::len).sum::<usize>());
        prop_assert!(seen.windows(2).all(|pair| pair[0].1 <= pair[1].1), "time went back");
        for (expected, at) in &*seen {
            prop_assert_eq!(expected, at);
        }
        prop_assert_eq!(clock.next_wake_up(), None);
    }

    #[test]
    fn sleeps_made_together_fire_in_order_of_time(lengths in prop::collection::vec(0u32..100, 1..12)) {
        let clock = VirtualClock::automatic(START);
        let sleeps = lengths.iter().map(|length| {
            let (sleep, clock) = (clock.sleep(Period::seconds(*length)), clock.clone());
            sleep.map(move |()| clock.now())
        });
        let times = block_on(join_all(sleeps.collect::<Vec<_>>()));
        for (length, time) in lengths.iter().zip(times) {
            prop_assert_eq!(time, START + Period::seconds(*length));
        }
    }

    #[test]
    fn advancing_fires_what_is_due_and_nothing_else(
        lengths in prop::collection::vec(1u32..100, 1..12), steps in prop::collection::vec(0u32..60, 1..6),
    ) {
        let clock = VirtualClock::at(START);
        let mut sleeps: Vec<_> = lengths.iter().map(|length| clock.sleep(Period::seconds(*length))).collect();
        let mut passed = 0;
        for step in steps {
            clock.advance(Period::seconds(step));
            passed += step;
            let next = lengths.iter().filter(|length| **length > passed).min();
            prop_assert_eq!(clock.next_wake_up(), next.map(|length| START + Period::seconds(*length)));
        }
        for (sleep, length) in sleeps.iter_mut().zip(&lengths) {
            prop_assert_eq!(is_ready(sleep), *length <= passed);
        }
    }
}
