//! Access reviews: definitions, rounds, items.

use pim_core::{id::ReviewId, review::AccessReview, time::Timestamp};

use super::{
    command::{Command, Outcome},
    event::{Event, Fact},
    handling::Handling,
    read::Reader,
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
}
