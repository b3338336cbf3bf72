//! What came of carrying out a plan: one row for each step.

use std::{collections::BTreeSet, fmt};

use pim_core::{
    error::{Error, ErrorKind},
    id::{PrincipalId, RequestId},
    privilege::Privilege,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::plan::{Fingerprint, Step};

/// What came of carrying out a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// What was done: a run, or a rehearsal of one.
    pub mode: Mode,
    /// The plan's hash, as 64 hexadecimal digits.
    pub plan: String,
    /// When it began, by the service's clock.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// One row for each step, in the plan's order.
    pub rows: Vec<Row>,
    /// Why it ended before its last step, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
    /// Who could administer the tenant before, as it was read then; `None` where that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrators_before: Option<BTreeSet<PrincipalId>>,
    /// The same afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrators_after: Option<BTreeSet<PrincipalId>>,
}

/// How a plan was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mode {
    /// Nothing was sent; what the plan rests on was read again.
    WhatIf,
    /// The service was asked to judge each grant without effect.
    DryRun,
    /// Carried out.
    Run,
    /// An earlier run was taken back.
    Undo,
}

/// What came of one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Row {
    /// Which step.
    pub step: Fingerprint,
    /// In which wave.
    pub wave: usize,
    /// Whose grant, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalId>,
    /// Which privilege, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privilege>,
    /// Why it was planned, in the plan's words.
    pub why: String,
    /// What came of it.
    pub status: Status,
    /// Why it is so, in plain words, where the status does not tell enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the service or a guard said no with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// The request that was made, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// When it was begun; `None` where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// When its outcome was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum Status {
    /// Done, and seen to be in effect.
    Done,
    /// It was so already; nothing was sent.
    AlreadyDone,
    /// It would be done: this was a rehearsal.
    WouldDo,
    /// A guard said no; nothing was sent.
    Refused,
    /// The service said no, or could not be reached.
    Failed,
    /// What it rests on has changed since the plan was made; nothing was sent.
    Stale,
    /// A step that it depends on was not done; nothing was sent.
    Skipped,
    /// It was sent, and was not seen to take effect in time. It is not sent again.
    Unconfirmed,
    /// It was not its turn: stopped before, or in a later wave.
    NotRun,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 9] = [
        Self::Done,
        Self::AlreadyDone,
        Self::WouldDo,
        Self::Refused,
        Self::Failed,
        Self::Stale,
        Self::Skipped,
        Self::Unconfirmed,
        Self::NotRun,
    ];

    /// The status in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::AlreadyDone => "already done",
            Self::WouldDo => "would be done",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Stale => "stale",
            Self::Skipped => "skipped",
            Self::Unconfirmed => "unconfirmed",
            Self::NotRun => "not run",
        }
    }

    /// True where what the step wants is so, or in a rehearsal would be.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Done | Self::AlreadyDone | Self::WouldDo)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What somebody said no with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// What can be done about it.
    pub kind: ErrorKind,
    /// The service's or the guard's own code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// In plain words. Holds ids, never names of people.
    pub message: String,
    /// The id under which the service's support finds the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            code: error.code().map(str::to_owned),
            message: error.to_string(),
            request_id: error.request_id().map(str::to_owned),
        }
    }
}

/// Why carrying out a plan ended early.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stopped {
    /// The caller canceled it.
    Canceled,
    /// The pause before this wave was not ended with "go on".
    BeforeWave(usize),
    /// Only the waves before this one were asked for.
    AtWave(usize),
    /// The journal could not be written: nothing more was sent.
    Journal(String),
}

/// How many rows there are of each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Counts {
    /// Done now.
    pub done: usize,
    /// So already.
    pub already_done: usize,
    /// Would be done.
    pub would_do: usize,
    /// Refused by a guard.
    pub refused: usize,
    /// Failed.
    pub failed: usize,
    /// No longer fitting.
    pub stale: usize,
    /// Waiting for one of these.
    pub skipped: usize,
    /// Sent and not seen.
    pub unconfirmed: usize,
    /// Not begun.
    pub not_run: usize,
}

impl Outcome {
    /// True when everything that was planned is so.
    pub fn is_complete(&self) -> bool {
        let so = |row: &Row| matches!(row.status, Status::Done | Status::AlreadyDone);
        matches!(self.mode, Mode::Run | Mode::Undo) && self.rows.iter().all(so)
    }

    /// How many rows there are of each status.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            *counts.of_mut(row.status) += 1;
        }
        counts
    }

    /// The row of a step.
    pub fn row(&self, step: &Fingerprint) -> Option<&Row> {
        self.rows.iter().find(|row| row.step == *step)
    }

    /// One line: `12 done, 1 failed of 13 steps`.
    pub fn summary(&self) -> String {
        let counts = self.counts();
        let told: Vec<_> = Status::ALL
            .into_iter()
            .filter(|status| counts.of(*status) > 0)
            .map(|status| format!("{} {status}", counts.of(status)))
            .collect();
        match (self.rows.len(), told.is_empty()) {
            (_, true) => "nothing to do".to_owned(),
            (1, _) => format!("{} of 1 step", told.join(", ")),
            (n, _) => format!("{} of {n} steps", told.join(", ")),
        }
    }
}

impl Row {
    /// A step that was not begun.
    pub fn new(step: &Step) -> Self {
        Self {
            step: step.id,
            wave: step.wave,
            principal: step.change.principal().cloned(),
            privilege: step.change.privilege().cloned(),
            why: step.why.clone(),
            status: Status::NotRun,
            reason: None,
            failure: None,
            request: None,
            started: None,
            ended: None,
        }
    }
}

impl Counts {
    /// How many rows are of this status.
    pub const fn of(&self, status: Status) -> usize {
        match status {
            Status::Done => self.done,
            Status::AlreadyDone => self.already_done,
            Status::WouldDo => self.would_do,
            Status::Refused => self.refused,
            Status::Failed => self.failed,
            Status::Stale => self.stale,
            Status::Skipped => self.skipped,
            Status::Unconfirmed => self.unconfirmed,
            Status::NotRun => self.not_run,
        }
    }

    const fn of_mut(&mut self, status: Status) -> &mut usize {
        match status {
            Status::Done => &mut self.done,
            Status::AlreadyDone => &mut self.already_done,
            Status::WouldDo => &mut self.would_do,
            Status::Refused => &mut self.refused,
            Status::Failed => &mut self.failed,
            Status::Stale => &mut self.stale,
            Status::Skipped => &mut self.skipped,
            Status::Unconfirmed => &mut self.unconfirmed,
            Status::NotRun => &mut self.not_run,
        }
    }
}
