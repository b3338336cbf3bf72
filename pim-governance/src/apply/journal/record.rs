//! What the lines say, and what they add up to.

use std::collections::BTreeMap;

use pim_core::{
    id::{PrincipalId, RequestId, ReviewId, ScheduleId},
    time::{Timestamp, Window},
};
use serde::{Deserialize, Serialize};

use crate::{
    apply::{Failure, Mode, Row, Status},
    plan::{Fingerprint, Plan},
};

pub(super) const FORMAT: &str = "pim-journal";
pub(super) const VERSION: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::apply) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
    /// The program that wrote it, for people.
    #[serde(default)]
    pub(super) written_by: String,
    pub(in crate::apply) mode: Mode,
    /// The plan's hash, which tells a plan that was changed in here.
    pub(in crate::apply) hash: String,
    pub(in crate::apply) plan: Plan,
}

/// Every other line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::apply) enum Entry {
    /// Somebody begins, or goes on.
    Run {
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caller: Option<PrincipalId>,
        backend: String,
    },
    /// A request is about to be sent.
    Intent { step: Fingerprint, at: Timestamp },
    /// What came of a step.
    Result(Box<Recorded>),
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::apply) struct Recorded {
    pub(in crate::apply) step: Fingerprint,
    pub(in crate::apply) at: Timestamp,
    pub(in crate::apply) status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::apply) reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::apply) failure: Option<Failure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::apply) request: Option<RequestId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::apply) made: Option<Made>,
}

/// What was seen of a step's effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::apply) enum Made {
    /// A grant, as it was listed.
    Grant { schedule: ScheduleId, window: Window },
    /// A review.
    Review(ReviewId),
}

/// All lines.
#[derive(Clone, Debug)]
pub(in crate::apply) struct History {
    pub(in crate::apply) header: Header,
    states: BTreeMap<Fingerprint, State>,
    /// When the last line was written.
    pub(in crate::apply) last: Option<Timestamp>,
}

/// How far a step got.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::apply) enum State {
    /// A request was about to be sent; whether it was is not known.
    Intended(Timestamp),
    /// The outcome is known; `intended` where a request was about to be sent at all.
    Ended { intended: Option<Timestamp>, result: Box<Recorded> },
}

impl Header {
    pub(super) fn new(mode: Mode, plan: Plan, hash: String) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            written_by: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
            mode,
            hash,
            plan,
        }
    }
}

impl Entry {
    pub(super) fn step(&self) -> Option<&Fingerprint> {
        match self {
            Self::Run { .. } => None,
            Self::Intent { step, .. } => Some(step),
            Self::Result(result) => Some(&result.step),
        }
    }

    const fn at(&self) -> Timestamp {
        match self {
            Self::Run { at, .. } | Self::Intent { at, .. } => *at,
            Self::Result(result) => result.at,
        }
    }
}

impl Recorded {
    /// True where the effect may show yet.
    pub(in crate::apply) fn is_open(&self) -> bool {
        self.status == Status::Unconfirmed
    }

    /// True where there is nothing left to do.
    pub(in crate::apply) fn is_settled(&self) -> bool {
        matches!(self.status, Status::Done | Status::AlreadyDone)
    }

    pub(in crate::apply) fn tell(&self, row: &mut Row) {
        row.status = self.status;
        row.reason.clone_from(&self.reason);
        row.failure.clone_from(&self.failure);
        row.request.clone_from(&self.request);
        row.ended = Some(self.at);
    }
}

impl History {
    pub(super) const fn new(header: Header) -> Self {
        Self { header, states: BTreeMap::new(), last: None }
    }

    /// How far a step got; `None` where nothing was written of it.
    pub(in crate::apply) fn state(&self, step: &Fingerprint) -> Option<&State> {
        self.states.get(step)
    }

    /// What came of a step that needs nothing more.
    pub(in crate::apply) fn settled(&self, step: &Fingerprint) -> Option<&Recorded> {
        match self.state(step)? {
            State::Ended { result, .. } if result.is_settled() => Some(result),
            _ => None,
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.header.plan.steps.iter().all(|step| self.settled(&step.id).is_some())
    }

    /// True where an entry can follow on what was written: nothing is done that was not intended.
    pub(super) fn admits(&self, entry: &Entry) -> bool {
        let Entry::Result(result) = entry else { return true };
        let intended = match self.state(&result.step) {
            Some(State::Intended(_)) => true,
            Some(State::Ended { intended, .. }) => intended.is_some(),
            None => false,
        };
        intended || !matches!(result.status, Status::Done | Status::Unconfirmed)
    }

    pub(super) fn take(&mut self, entry: Entry) {
        self.last = Some(entry.at());
        match entry {
            Entry::Run { .. } => {}
            Entry::Intent { step, at } => {
                self.states.insert(step, State::Intended(at));
            }
            Entry::Result(result) => {
                let intended = match self.states.get(&result.step) {
                    Some(State::Intended(at)) => Some(*at),
                    Some(State::Ended { intended, .. }) => *intended,
                    None => None,
                };
                self.states.insert(result.step, State::Ended { intended, result });
            }
        }
    }
}
