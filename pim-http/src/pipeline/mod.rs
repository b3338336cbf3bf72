//! The way of a request, in one fixed order: an id for the whole call, then try by try the gate, the token, the log
//! and the transport. Nothing else in the SDK sends a request again.

mod call;
mod log;
mod reply;
mod run;

use std::{fmt, sync::Arc};

use pim_core::{clock::Clock, error::Result, time::Period};

pub(crate) use self::run::{out_of_time, timely, too_long, unknown};
pub use self::{
    call::Call,
    reply::{Opened, Reply},
};
use crate::{
    auth::{TokenCache, TokenProvider},
    clock::SystemClock,
    cloud::Endpoint,
    retry::{Limiter, RetryOptions},
    transport::Transport,
};

/// How a service is talked to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // options: written as a literal
pub struct ServiceOptions {
    /// When to try again.
    pub retry: RetryOptions,
    /// How many requests may be in flight at once; the service's refusals lower it for a while. Default 32.
    pub in_flight: u32,
    /// How long a call may take, waits and repetitions included, where the call does not say. Default: no limit.
    pub deadline: Option<Period>,
    /// The longest body of an answer that is read, in bytes, unpacked. A longer one is `Malformed`; to a write,
    /// `OutcomeUnknown`. It keeps an answer without end from taking all memory. Default 256 MiB.
    pub longest_answer: usize,
    /// The `User-Agent`.
    pub user_agent: String,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self {
            retry: RetryOptions::default(),
            in_flight: 32,
            deadline: None,
            longest_answer: 256 << 20,
            user_agent: concat!("pim-rust/", env!("CARGO_PKG_VERSION")).into(),
        }
    }
}

/// A service: its origin, the way there, the tokens for it, and the gate that all its callers share. Cheap to clone;
/// clones are the same service, so one `Retry-After` holds for all of them.
///
/// Dropping a call's future cancels it. What was sent by then may take effect.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    endpoint: Endpoint,
    transport: Arc<dyn Transport>,
    tokens: Option<TokenCache>,
    limiter: Arc<Limiter>,
    options: ServiceOptions,
    clock: Arc<dyn Clock>,
}

impl Service {
    /// A service that wants tokens with these scopes.
    pub fn new(
        endpoint: Endpoint,
        transport: Arc<dyn Transport>,
        provider: Arc<dyn TokenProvider>,
        scopes: Vec<String>,
        options: ServiceOptions,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let tokens = TokenCache::new(provider, scopes, Arc::clone(&clock));
        Self::build(endpoint, transport, Some(tokens), options, clock)
    }

    /// A service that wants no tokens, such as the one that issues them.
    pub fn anonymous(endpoint: Endpoint, transport: Arc<dyn Transport>, options: ServiceOptions) -> Self {
        Self::build(endpoint, transport, None, options, Arc::new(SystemClock))
    }

    /// Where it is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// Where its tokens come from.
    pub fn provider(&self) -> Option<&dyn TokenProvider> {
        self.0.tokens.as_ref().map(TokenCache::provider)
    }

    /// The token that the next request would carry, to tell beforehand what it cannot do.
    ///
    /// # Errors
    /// What the provider reports. `Ok(None)` for a service without tokens.
    pub async fn token(&self) -> Result<Option<crate::auth::AccessToken>> {
        match &self.0.tokens {
            Some(tokens) => tokens.get(None).await.map(Some),
            None => Ok(None),
        }
    }

    fn build(
        endpoint: Endpoint,
        transport: Arc<dyn Transport>,
        tokens: Option<TokenCache>,
        options: ServiceOptions,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let limiter = Limiter::new(options.in_flight);
        Self(Arc::new(Inner { endpoint, transport, tokens, limiter, options, clock }))
    }

    #[cfg(test)]
    pub(crate) fn paused(
        transport: impl Transport,
        provider: impl TokenProvider,
        options: ServiceOptions,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(crate::clock::PausedClock::new());
        let tokens = TokenCache::new(Arc::new(provider), vec!["scope".into()], Arc::clone(&clock));
        let endpoint = "https://graph.example".parse().unwrap();
        Self::build(endpoint, Arc::new(transport), Some(tokens), options, clock)
    }

    pub(crate) fn longest_answer(&self) -> usize {
        self.0.options.longest_answer
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    pub(crate) fn retry(&self) -> &RetryOptions {
        &self.0.options.retry
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn tokens(&self) -> Option<&TokenCache> {
        self.0.tokens.as_ref()
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("endpoint", &self.0.endpoint)
            .field("provider", &self.provider())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod auth_tests;
#[cfg(test)]
mod log_tests;
#[cfg(test)]
mod tests;
