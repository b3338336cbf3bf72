//! The environment: what time it is, and waiting.

use std::fmt::Debug;

use futures::future::BoxFuture;

use crate::time::{Period, Timestamp};

/// Tells and waits for time. It is all the environment that the model knows, so that tests can replace it.
pub trait Clock: Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Completes once `length` has passed on this clock. Dropping the future gives up waiting.
    fn sleep(&self, length: Period) -> BoxFuture<'static, ()>;
}

/// The machine's time now, for implementations of [`Clock`].
pub fn system_now() -> Timestamp {
    Timestamp::from_system(std::time::SystemTime::now())
}
