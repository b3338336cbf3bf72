//! What this client has sent and which requests it knows to be whose, so that one request on the service is never
//! taken for the outcome of two asks.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::settle::SKEW;
use crate::{
    id::{PrincipalId, RequestId},
    privilege::Privilege,
    request::{NewRequest, Request},
    time::{Period, Timestamp},
};

/// How long asks and their requests are remembered. Nobody looks for an outcome for nearly as long.
const MEMORY: Period = Period::hours(1);
const FEW: usize = 1024;

/// The asks of one client.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<State>);

/// Equal asks are about one holder and one privilege.
type Place = (PrincipalId, Privilege);

#[derive(Debug, Default)]
struct State {
    /// The requests that are known to be of one ask each.
    taken: HashMap<RequestId, Timestamp>,
    open: HashMap<Place, Vec<Open>>,
    /// How many asks there were.
    asks: u64,
    /// How many requests may be remembered before the old ones are forgotten.
    many: usize,
}

/// An ask whose outcome is not known.
#[derive(Debug)]
struct Open {
    number: u64,
    at: Timestamp,
    /// The reply may come yet, or would have: the caller gave up waiting for it.
    expected: bool,
}

/// One ask from its sending to its outcome.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    ledger: &'a Ledger,
    place: Place,
    number: u64,
    /// When it was sent, at the earliest.
    pub(super) at: Timestamp,
}

impl Ledger {
    /// Notes an ask that is about to be sent.
    pub(super) fn send(&self, ask: &NewRequest, now: Timestamp) -> Sent<'_> {
        let place = (ask.principal.clone(), ask.privilege.clone());
        let mut state = self.lock();
        state.asks += 1;
        let number = state.asks;
        let open = state.open.entry(place.clone()).or_default();
        open.retain(|other| other.at + MEMORY > now);
        open.push(Open { number, at: now, expected: true });
        Sent { ledger: self, place, number, at: now }
    }

    /// True when a request is known to be another ask's.
    pub(super) fn knows(&self, request: &RequestId) -> bool {
        self.lock().taken.contains_key(request)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sent<'_> {
    /// The reply came, and tells the outcome.
    pub(super) fn answered(self, reply: Option<&Request>) {
        let mut state = self.ledger.lock();
        if let Some(request) = reply {
            state.take(request.id.clone(), self.at);
        }
        state.close(&self.place, self.number);
    }

    /// The reply will not come.
    pub(super) fn lost(&self) {
        let mut state = self.ledger.lock();
        let open = state.open.get_mut(&self.place).into_iter().flatten();
        open.filter(|ask| ask.number == self.number).for_each(|ask| ask.expected = false);
    }

    /// Takes a request for this ask's own. False when it is another's, or may be because another's reply is still to
    /// come.
    pub(super) fn claim(&self, request: &RequestId, created: Timestamp) -> bool {
        let mut state = self.ledger.lock();
        let mut others = state.open.get(&self.place).into_iter().flatten();
        let disputed =
            others.any(|other| other.number != self.number && other.expected && other.at <= created + SKEW);
        if disputed || state.taken.contains_key(request) {
            return false;
        }
        state.take(request.clone(), self.at);
        true
    }

    /// Nothing more will be learnt.
    pub(super) fn settled(self) {
        self.ledger.lock().close(&self.place, self.number);
    }
}

/// Whoever stops waiting leaves the ask open, and for a while nothing at its place can be told from it.
impl Drop for Sent<'_> {
    fn drop(&mut self) {
        let mut state = self.ledger.lock();
        let open = state.open.get_mut(&self.place).into_iter().flatten();
        open.filter(|ask| ask.number == self.number).for_each(|ask| ask.expected = true);
    }
}

impl State {
    fn take(&mut self, request: RequestId, now: Timestamp) {
        if self.taken.len() >= self.many.max(FEW) {
            self.taken.retain(|_, at| *at + MEMORY > now);
            self.many = self.taken.len() * 2;
            self.open.retain(|_, asks| asks.iter().any(|ask| ask.at + MEMORY > now));
        }
        self.taken.insert(request, now);
    }

    fn close(&mut self, place: &Place, number: u64) {
        if let Some(open) = self.open.get_mut(place) {
            open.retain(|ask| ask.number != number);
            if open.is_empty() {
                self.open.remove(place);
            }
        }
    }
}
