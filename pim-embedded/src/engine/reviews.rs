//! Access reviews: definitions, rounds, items.

use pim_core::{
    backend::View,
    error::Result,
    id::ReviewId,
    review::{AccessReview, ReviewItem, ReviewRound, RoundKey},
    time::Timestamp,
};

use super::{
    command::{Command, Outcome},
    event::{Event, Fact},
    handling::Handling,
    read::{Page, Reader},
    refuse,
    state::State,
};

/// The reviews.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reviews {}

pub(crate) fn handle(_h: Handling<'_>, _command: &Command) -> Outcome {
    Outcome { events: Vec::new(), answer: Err(refuse::bad_request()) }
}

pub(crate) fn due(_state: &State, _number: u32, _at: Timestamp) -> Vec<Fact> {
    Vec::new()
}

pub(crate) fn apply(_state: &mut State, _event: &Event) {}

pub(crate) fn plant(_state: &mut State, _now: Timestamp) {}

impl Reader<'_> {
    pub(crate) fn review(&self, _id: &ReviewId) -> Option<AccessReview> {
        None
    }

    pub(crate) fn reviews(&self, _view: &View, _from: u64, _limit: usize) -> Result<Page<AccessReview>> {
        Ok((Vec::new(), None))
    }

    pub(crate) fn rounds(&self, _review: &ReviewId, _from: u64, _limit: usize) -> Result<Page<ReviewRound>> {
        Ok((Vec::new(), None))
    }

    pub(crate) fn items(&self, _round: &RoundKey, _from: u64, _limit: usize) -> Result<Page<ReviewItem>> {
        Ok((Vec::new(), None))
    }
}
