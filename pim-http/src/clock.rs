//! The machine's clock on tokio's timer.

use futures::{FutureExt, future::BoxFuture};
use pim_core::{
    clock::{Clock, system_now},
    time::{Period, Timestamp},
};

/// The machine's time; waits on tokio's timer, so it needs a tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs)] // nothing to configure
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        system_now()
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        tokio::time::sleep(length.to_std()).boxed()
    }
}

/// Goes with tokio's paused time.
#[cfg(test)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct PausedClock(tokio::time::Instant);

#[cfg(test)]
impl PausedClock {
    pub(crate) fn new() -> Self {
        Self(tokio::time::Instant::now())
    }
}

#[cfg(test)]
impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(1_800_000_000) + Period::from_std(self.0.elapsed())
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        SystemClock.sleep(length)
    }
}
