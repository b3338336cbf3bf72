//! When to send again, and how long to wait before.

mod after;
mod limiter;
mod verdict;

use std::time::Duration;

use pim_core::time::Period;

pub use self::after::retry_after;
pub(crate) use self::{
    limiter::{Limiter, Permit},
    verdict::{Verdict, verdict},
};

/// Whether sending a request twice does the same as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Idempotency {
    /// It does: a read, or a write under an id that the caller chose.
    Idempotent,
    /// It does not. It is sent again only after proof that it was not carried out.
    Once,
}

/// How to take a 503 in answer to a write that must not happen twice. No documentation says whether such a
/// write can have been carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnavailableWrites {
    /// With `Retry-After` and the service's own error body it is a refusal, and the write is sent again;
    /// without both, such as from a gateway on the way, the outcome is unknown.
    #[default]
    RefusedIfTold,
    /// The outcome is unknown, always.
    Unknown,
}

/// How often and how fast to try again. Requests that must not happen twice are sent again only when the
/// service provably did not carry them out: no connection, or 429.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // options: written as a literal
pub struct RetryOptions {
    /// How often to try again after a failure: no connection, a broken one, a server error. Default 4.
    pub failures: u32,
    /// How often to try again after the service asked to slow down. Default 12.
    pub refusals: u32,
    /// The upper end of the first wait where the service names none; it doubles each time, and the wait is
    /// drawn evenly between zero and that. Default 1 second.
    pub first_wait: Period,
    /// The longest wait of that kind. Default 30 seconds.
    pub longest_wait: Period,
    /// The longest `Retry-After` to obey; a longer one is passed to the caller as an error. Default 5 minutes.
    pub patience: Period,
    /// How to take a 503 in answer to a write.
    pub unavailable_writes: UnavailableWrites,
}

impl Default for RetryOptions {
    fn default() -> Self {
        Self {
            failures: 4,
            refusals: 12,
            first_wait: Period::seconds(1),
            longest_wait: Period::seconds(30),
            patience: Period::minutes(5),
            unavailable_writes: UnavailableWrites::default(),
        }
    }
}

impl RetryOptions {
    /// The wait before the `n`th repetition, counted from zero: exponential, capped, with full jitter, so that
    /// callers that failed together do not come back together.
    pub(crate) fn wait(&self, n: u32) -> Duration {
        let ceiling = self.first_wait.times(1_u32.checked_shl(n).unwrap_or(u32::MAX)).min(self.longest_wait);
        ceiling.to_std().mul_f64(fastrand::f64())
    }
}

/// What a request has been through.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tries {
    pub(crate) failures: u32,
    pub(crate) refusals: u32,
}

impl Tries {
    /// Counts a failure; the wait before the next try, or `None` when there is none.
    pub(crate) fn failed(&mut self, options: &RetryOptions) -> Option<Duration> {
        self.failures += 1;
        (self.failures <= options.failures).then(|| options.wait(self.failures - 1))
    }

    /// Counts a refusal, likewise; the service's own wish goes before.
    pub(crate) fn refused(&mut self, options: &RetryOptions, asked: Option<Period>) -> Option<Duration> {
        self.refusals += 1;
        let wait = asked.map_or_else(|| options.wait(self.refusals - 1), Period::to_std);
        (self.refusals <= options.refusals && wait <= options.patience.to_std()).then_some(wait)
    }

    pub(crate) fn total(self) -> u32 {
        self.failures + self.refusals + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_cap_and_are_spread_from_zero() {
        let options = RetryOptions::default();
        for (n, ceiling) in [(0, 1), (1, 2), (4, 16), (5, 30), (31, 30), (32, 30), (u32::MAX, 30)] {
            let waits: Vec<_> = (0..200).map(|_| options.wait(n)).collect();
            assert!(waits.iter().all(|wait| *wait <= Duration::from_secs(ceiling)), "{n}");
            assert!(waits.iter().any(|wait| *wait < Duration::from_secs(ceiling) / 4), "{n}: full jitter");
            assert!(waits.iter().any(|wait| *wait > Duration::from_secs(ceiling) / 2), "{n}");
        }
    }

    #[test]
    fn a_wish_beyond_patience_ends_the_tries() {
        let (options, mut tries) = (RetryOptions::default(), Tries::default());
        assert_eq!(tries.refused(&options, Some(Period::minutes(5))), Some(Duration::from_secs(300)));
        assert_eq!(tries.refused(&options, Some(Period::minutes(6))), None);
    }
}
