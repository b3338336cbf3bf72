//! What falls due by itself, and when.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use pim_core::time::Timestamp;

use super::event::Guid;

/// Something that falls due. Whether it still applies is looked up when it does: removing an entry from the
/// middle of a heap would cost more than meeting a stale one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// Before all else at the same instant: a scan counts as done once any event of its time is there.
    AlertScan,
    /// An end comes before a start at the same instant, so that a window is left before the next is entered.
    GrantEnds(Guid),
    GrantEndsSoon(Guid),
    ApprovalExpires(Guid),
    GrantStarts(Guid),
    /// A review by its number: its next round, stage, reminder or end.
    Review(u32),
    RenewalLapses {
        principal: u32,
        privilege: u32,
        eligibility: bool,
    },
    RequestPurge(Guid),
}

/// Entries in the order of time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Agenda {
    heap: BinaryHeap<Reverse<(Timestamp, Due)>>,
    /// Requests are forgotten in the order in which they ended, a fixed time after: no heap needed.
    purges: VecDeque<(Timestamp, Guid)>,
}

impl Agenda {
    pub(crate) fn add(&mut self, at: Timestamp, due: Due) {
        self.heap.push(Reverse((at, due)));
    }

    pub(crate) fn purge(&mut self, at: Timestamp, request: Guid) {
        match self.purges.back() {
            Some((last, _)) if *last > at => self.add(at, Due::RequestPurge(request)),
            _ => self.purges.push_back((at, request)),
        }
    }

    /// The next entry due at or before `now`.
    pub(crate) fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Due)> {
        let timed = self.heap.peek().map(|Reverse((at, _))| *at);
        let purge = self.purges.front().map(|(at, _)| *at);
        if purge.is_some_and(|purge| purge <= now && timed.is_none_or(|timed| purge < timed)) {
            return self.purges.pop_front().map(|(at, request)| (at, Due::RequestPurge(request)));
        }
        if timed.is_none_or(|timed| timed > now) {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| entry)
    }

    /// When the next entry falls due, stale ones included.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        let timed = self.heap.peek().map(|Reverse((at, _))| *at);
        let purge = self.purges.front().map(|(at, _)| *at);
        [timed, purge].into_iter().flatten().min()
    }
}
