//! PIM's own alerts.

use pim_core::{
    alert::{Alert, AlertChange, AlertIncident, AlertKind},
    error::Result,
    time::Timestamp,
};

use super::{
    command::Outcome,
    event::{Event, Fact},
    handling::Handling,
    read::{Page, Reader},
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

impl Reader<'_> {
    pub(crate) fn alerts(&self, _from: u64, _limit: usize) -> Result<Page<Alert>> {
        Ok((Vec::new(), None))
    }

    pub(crate) fn incidents(
        &self,
        _kind: &AlertKind,
        _from: u64,
        _limit: usize,
    ) -> Result<Page<AlertIncident>> {
        Ok((Vec::new(), None))
    }
}
