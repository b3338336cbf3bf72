//! What the emulator was asked, for tests to look at.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use pim_core::{id::PrincipalId, time::Timestamp};
use serde::Serialize;
use serde_json::Value;

/// How many requests are remembered; the oldest are forgotten first.
const REMEMBERED: usize = 100_000;

/// One request that arrived. Tokens are never kept.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Logged {
    /// When, on the service's clock.
    pub at: Timestamp,
    /// Method.
    pub method: String,
    /// Path and query, as they were sent.
    pub address: String,
    /// Whose token it bore.
    pub principal: Option<PrincipalId>,
    /// The caller's own id for it.
    pub client_request_id: Option<String>,
    /// The body, where it was JSON.
    pub body: Option<Value>,
    /// The status answered; `None` where the connection was ended instead.
    pub status: Option<u16>,
    /// What went wrong on purpose.
    pub fault: Option<String>,
    /// Whether it was carried out: false where a fault kept it from being, or the service refused.
    pub took_effect: bool,
    /// The id of the request in a `$batch` that it was part of.
    pub batch: Option<String>,
}

/// The requests so far.
#[derive(Debug, Default)]
pub(crate) struct Log {
    requests: Mutex<VecDeque<Logged>>,
    numbers: AtomicU64,
}

impl Log {
    /// A number that was not given out before.
    pub(crate) fn next(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn add(&self, request: Logged) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn all(&self) -> Vec<Logged> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
