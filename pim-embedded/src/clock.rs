//! Clocks: the machine's, and one that stands still until it is moved.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use futures::future::BoxFuture;
use pim_core::{
    clock::{Clock, system_now},
    time::{Period, Timestamp},
};

/// The machine's clock. Waits on a timer thread of its own, so it needs no async runtime.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl SystemClock {
    /// The machine's clock.
    pub const fn new() -> Self {
        Self
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        system_now()
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        // A timer's instant can overflow; nobody waits a century.
        let length = length.min(Period::days(36_525)).to_std();
        Box::pin(async move { futures_timer::Delay::new(length).await })
    }
}

/// A clock that stands still until it is moved, for tests, examples and what-if. Clones are the same clock.
///
/// [`sleep`](Clock::sleep) registers a wake-up when it is called. [`advance`](Self::advance) and
/// [`set`](Self::set) move the clock and wake, in order of time, every sleeper whose time has come.
///
/// An [`automatic`](Self::automatic) clock moves by itself too: a sleeper whose time has not come, and that is
/// polled for the second time since the clock last moved, moves it to the earliest wake-up registered, never
/// past it, and wakes the sleeper concerned. The first time it only lets the others go first. So of several
/// sleepers each sees exactly the time it waited for, in order of time, and a wait neither hangs nor really
/// waits. On an executor with several threads the woken run concurrently, and the order is that of waking.
///
/// ```
/// use pim_core::{clock::Clock, time::Period};
/// use pim_embedded::clock::VirtualClock;
///
/// let start = "2026-09-01T08:00:00Z".parse()?;
/// let clock = VirtualClock::at(start);
/// clock.advance(Period::hours(8));
/// assert_eq!(clock.now(), start + Period::hours(8));
/// assert!(clock.set(start).is_err(), "time does not go back");
/// # Ok::<(), pim_core::time::InvalidTime>(())
/// ```
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<Shared>);

/// Time was to go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock stands at {now} and cannot go back to {asked}; make a new clock instead")]
#[non_exhaustive]
pub struct BackInTime {
    /// Where the clock stands.
    pub now: Timestamp,
    /// Where it was to go.
    pub asked: Timestamp,
}

impl VirtualClock {
    /// A clock that moves only when told to.
    pub fn at(now: Timestamp) -> Self {
        Self::new(now, Mode::Manual)
    }

    /// A clock that also jumps to the next wake-up when somebody waits.
    pub fn automatic(now: Timestamp) -> Self {
        Self::new(now, Mode::Automatic)
    }

    /// Moves the clock on, wakes the sleepers whose time has come, and returns the new time.
    pub fn advance(&self, length: Period) -> Timestamp {
        let mut state = self.0.lock();
        let now = state.now + length;
        let woken = state.move_to(now);
        drop(state);
        wake(woken);
        now
    }

    /// Moves the clock to an instant and wakes the sleepers whose time has come.
    ///
    /// # Errors
    /// When the instant lies before the clock's time; the clock then stays as it is.
    pub fn set(&self, time: Timestamp) -> Result<(), BackInTime> {
        let mut state = self.0.lock();
        if time < state.now {
            return Err(BackInTime { now: state.now, asked: time });
        }
        let woken = state.move_to(time);
        drop(state);
        wake(woken);
        Ok(())
    }

    /// The same clock for those who move it by waiting: their sleep jumps it to its end at once, whoever else waits.
    pub fn moved_by_waiting(&self) -> MovedByWaiting {
        MovedByWaiting(self.clone())
    }

    /// The earliest time that somebody waits for.
    pub fn next_wake_up(&self) -> Option<Timestamp> {
        self.0.lock().waiting.keys().next().map(|(time, _)| *time)
    }

    fn new(now: Timestamp, mode: Mode) -> Self {
        let state = State { now, moves: 0, registered: 0, waiting: BTreeMap::new() };
        Self(Arc::new(Shared { mode, state: Mutex::new(state) }))
    }
}

/// A [`VirtualClock`] whose sleepers move it; made by [`VirtualClock::moved_by_waiting`].
#[derive(Clone, Debug)]
pub struct MovedByWaiting(VirtualClock);

impl Clock for MovedByWaiting {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        let clock = self.0.clone();
        Box::pin(async move { _ = clock.advance(length) })
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.0.lock().now
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        let mut state = self.0.lock();
        state.registered += 1;
        let key = (state.now + length, state.registered);
        state.waiting.insert(key, None);
        Box::pin(Sleep { clock: Arc::clone(&self.0), key, polled_after: None })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Manual,
    Automatic,
}

#[derive(Debug)]
struct Shared {
    mode: Mode,
    state: Mutex<State>,
}

/// The time of a wake-up, and a number that tells equal times apart.
type Key = (Timestamp, u64);

#[derive(Debug)]
struct State {
    now: Timestamp,
    /// How often the clock has moved.
    moves: u64,
    registered: u64,
    /// Who waits; `None` for a sleeper that was not polled yet.
    waiting: BTreeMap<Key, Option<Waker>>,
}

impl Shared {
    /// The state is whole after every step, so a panic elsewhere is no reason to refuse it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Sets the time and takes out whom to wake, in order. They are woken once the lock is released, because
    /// waking can run the sleeper.
    fn move_to(&mut self, now: Timestamp) -> Vec<Waker> {
        self.now = now;
        self.moves += 1;
        let mut woken = Vec::new();
        while let Some(entry) = self.waiting.first_entry() {
            if entry.key().0 > now {
                break;
            }
            woken.extend(entry.remove());
        }
        woken
    }
}

fn wake(wakers: Vec<Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

struct Sleep {
    clock: Arc<Shared>,
    key: Key,
    /// How often the clock had moved when this was last polled.
    polled_after: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let clock = Arc::clone(&self.clock);
        let mut state = clock.lock();
        let mut woken = Vec::new();
        if clock.mode == Mode::Automatic && self.polled_after == Some(state.moves) {
            let earliest = state.waiting.keys().next().map_or(self.key.0, |(time, _)| *time);
            let time = earliest.max(state.now);
            woken = state.move_to(time);
        }
        self.polled_after = Some(state.moves);
        // Being taken out means having been fired.
        if self.key.0 <= state.now || !state.waiting.contains_key(&self.key) {
            state.waiting.remove(&self.key);
            drop(state);
            wake(woken);
            return Poll::Ready(());
        }
        state.waiting.insert(self.key, Some(context.waker().clone()));
        drop(state);
        wake(woken);
        if clock.mode == Mode::Automatic {
            // Once more, after those woken before: or nobody might move the clock.
            context.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.lock().waiting.remove(&self.key);
    }
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
