//! Tokens kept and renewed, one request in flight for each kind.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pim_core::{
    clock::Clock,
    error::{Error, Result},
    time::{Period, Timestamp},
};

use super::{AccessToken, TokenProvider, TokenRequest};

/// How early a token is renewed, at most; shorter-lived ones sooner before their end.
const AHEAD: Period = Period::minutes(5);
/// How long a token has to last to be worth sending, at most.
const MARGIN: Period = Period::seconds(30);
/// How long not to try again after renewing ahead of time failed.
const COOL_DOWN: Period = Period::seconds(30);
/// Claims differ by time of challenge; old ones are of no use.
const MOST_CLAIMS: usize = 16;

/// The tokens of one service and one provider.
#[derive(Debug)]
pub(crate) struct TokenCache {
    provider: Arc<dyn TokenProvider>,
    scopes: Vec<String>,
    clock: Arc<dyn Clock>,
    slots: Mutex<HashMap<Option<Box<str>>, Arc<Slot>>>,
}

#[derive(Debug, Default)]
struct Slot {
    flight: tokio::sync::Mutex<()>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<(AccessToken, Timestamp)>,
    /// The last failure, for those who waited for the same flight, and how many there were.
    failure: Option<Error>,
    failures: u64,
    not_before: Option<Timestamp>,
}

#[derive(PartialEq)]
enum State {
    Fresh,
    Ageing,
    Spent,
}

impl TokenCache {
    pub(crate) fn new(provider: Arc<dyn TokenProvider>, scopes: Vec<String>, clock: Arc<dyn Clock>) -> Self {
        Self { provider, scopes, clock, slots: Mutex::default() }
    }

    pub(crate) fn provider(&self) -> &dyn TokenProvider {
        &*self.provider
    }

    /// A token good for a request now.
    pub(crate) async fn get(&self, claims: Option<&str>) -> Result<AccessToken> {
        let slot = self.slot(claims);
        let (kept, seen) = slot.look(self.clock.now());
        match kept {
            Some((token, State::Fresh)) => Ok(token),
            Some((token, State::Ageing)) => match slot.flight.try_lock() {
                Ok(_flight) => Ok(self.renew(&slot, claims).await.unwrap_or(token)),
                Err(_) => Ok(token),
            },
            _ => {
                let _flight = slot.flight.lock().await;
                let (kept, failures) = slot.look(self.clock.now());
                match kept {
                    Some((token, State::Fresh | State::Ageing)) => Ok(token),
                    _ if failures != seen => Err(slot.failure()),
                    _ => self.renew(&slot, claims).await,
                }
            }
        }
    }

    /// A token that answers a challenge. From now on it also serves requests that were not challenged.
    pub(crate) async fn step_up(&self, claims: &str, refused: &AccessToken) -> Result<AccessToken> {
        self.forget(Some(claims), refused);
        let token = self.get(Some(claims)).await?;
        if token != *refused {
            self.slot(None).lock().token = Some((token.clone(), self.clock.now()));
        }
        Ok(token)
    }

    /// Another token in place of one that the service refused.
    pub(crate) async fn replace(&self, refused: &AccessToken) -> Result<AccessToken> {
        self.forget(None, refused);
        self.get(None).await
    }

    fn forget(&self, claims: Option<&str>, refused: &AccessToken) {
        self.slot(claims).lock().token.take_if(|(token, _)| token == refused);
    }

    async fn renew(&self, slot: &Slot, claims: Option<&str>) -> Result<AccessToken> {
        let request = TokenRequest::new(self.scopes.clone(), claims.map(Into::into));
        let got = self.provider.get_token(&request).await;
        let now = self.clock.now();
        let mut kept = slot.lock();
        match got {
            Ok(token) => {
                kept.token = Some((token.clone(), now));
                kept.failure = None;
                Ok(token)
            }
            Err(error) => {
                kept.failures += 1;
                kept.not_before = Some(now + COOL_DOWN);
                kept.failure = Some(copy(&error));
                Err(error)
            }
        }
    }

    fn slot(&self, claims: Option<&str>) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() > MOST_CLAIMS {
            slots.retain(|claims, slot| claims.is_none() || Arc::strong_count(slot) > 1);
        }
        Arc::clone(slots.entry(claims.map(Into::into)).or_default())
    }
}

impl Slot {
    fn look(&self, now: Timestamp) -> (Option<(AccessToken, State)>, u64) {
        let kept = self.lock();
        let cooling = kept.not_before.is_some_and(|then| now < then);
        let token = kept.token.as_ref().map(|(token, got)| {
            let state = match state(token, *got, now) {
                State::Ageing if cooling => State::Fresh,
                state => state,
            };
            (token.clone(), state)
        });
        (token, kept.failures)
    }

    fn failure(&self) -> Error {
        let kept = self.lock();
        let unknown = || Error::new(pim_core::error::ErrorKind::Unauthenticated, "no token could be had");
        kept.failure.as_ref().map_or_else(unknown, copy)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn state(token: &AccessToken, got: Timestamp, now: Timestamp) -> State {
    let Some(expires) = token.expires else { return State::Fresh };
    let life = expires.since(got).ticks();
    let left = expires.since(now);
    if left <= MARGIN.min(Period::from_ticks(life / 10)) {
        State::Spent
    } else if left <= AHEAD.min(Period::from_ticks(life / 5)) {
        State::Ageing
    } else {
        State::Fresh
    }
}

/// For everybody who waited; the cause stays with the one who asked.
pub(crate) fn copy(error: &Error) -> Error {
    let mut copy = Error::new(error.kind(), error.message().to_owned()).with_retry(error.retry());
    if let Some(code) = error.code() {
        copy = copy.with_code(code);
    }
    if let Some(id) = error.request_id() {
        copy = copy.with_request_id(id);
    }
    if let Some(step_up) = error.step_up() {
        copy = copy.with_step_up(step_up.clone());
    }
    copy
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
