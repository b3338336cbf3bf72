//! PIM's own alerts.

use pim_core::{
    alert::{AlertChange, AlertKind},
    time::Timestamp,
};

use super::{
    command::Outcome,
    event::{Event, Fact},
    handling::Handling,
    refuse,
    state::State,
};

/// The alerts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alerts {}

pub(crate) fn change(_h: Handling<'_>, _kind: &AlertKind, _change: &AlertChange) -> Outcome {
    Outcome { events: Vec::new(), answer: Err(refuse::bad_request()) }
}

pub(crate) fn due(_state: &State, _at: Timestamp) -> Vec<Fact> {
    Vec::new()
}

pub(crate) fn apply(_state: &mut State, _event: &Event) {}

pub(crate) fn plant(_state: &mut State, _now: Timestamp) {}
