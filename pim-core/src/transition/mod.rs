//! The state machine of a request, as data.
//!
//! Two tables hold all of it. [`REPLIES`] tells with which status a service answers a new request;
//! [`MOVES`] tells how a status may change afterwards. They govern what this SDK itself does, in the embedded
//! service and in the methods that [`activation`](crate::activation) offers. A service may do what they do not
//! foresee: [`observe`] names that, it is never an error.
//!
//! The table ends at the statuses in which a service is at work on its own, such as
//! [`PendingProvisioning`](RequestStatus::PendingProvisioning): what follows them is the service's business. As a
//! closed set it is put together from single observations; `docs/open-questions.md`, Q22 and Q3, says what is not
//! known. `docs/state-machine.md` shows both tables and the diagram.
//!
//! Source: [request](https://learn.microsoft.com/graph/api/resources/request),
//! [approval workflow](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-approval-workflow).

mod table;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use table::{MOVES, REPLIES};

use crate::{
    error::{Error, ErrorKind, Result},
    request::{Action, Phase, RequestStatus},
    time::Timestamp,
};

/// Whether the policy demands someone's approval for an activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum NeedsApproval {
    /// It does not.
    No,
    /// It does.
    Yes,
}

/// Whether a grant is to begin at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Start {
    /// Its start is past, has come, or was never given.
    Now,
    /// Its start lies ahead.
    Later,
}

impl Start {
    /// Where a start asked for lies, seen from `now`.
    pub fn of(start: Option<Timestamp>, now: Timestamp) -> Self {
        if start.is_some_and(|start| start > now) { Self::Later } else { Self::Now }
    }
}

/// One row of [`REPLIES`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// What is asked for.
    pub action: Action,
    /// With or without approval; `None` where it makes no difference.
    pub approval: Option<NeedsApproval>,
    /// At once or later; `None` where it makes no difference.
    pub start: Option<Start>,
    /// What the service answers.
    pub status: RequestStatus,
}

/// One row of [`MOVES`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Move {
    /// The status before; `None` for a request that is just being made.
    pub from: Option<RequestStatus>,
    /// What happens.
    pub trigger: Trigger,
    /// Only for a grant that begins now, or later; `None` where it makes no difference.
    pub start: Option<Start>,
    /// The status after.
    pub to: RequestStatus,
}

macro_rules! triggers {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)+) => {
        /// What can happen to a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Trigger {
            $($(#[$meta])* $variant,)+
        }

        impl Trigger {
            /// Every trigger.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The trigger's canonical name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

triggers! {
    /// It was made. The answer depends on what is asked: [`reply`].
    Submitted = "submitted",
    /// An approver said yes.
    Approved = "approved",
    /// An approver, or a custom extension, said no.
    Denied = "denied",
    /// Nobody decided within the time allowed.
    TimedOut = "timed_out",
    /// It was withdrawn, by who made it or by an administrator.
    Canceled = "canceled",
    /// An administrator agreed to extend or renew.
    AdminApproved = "admin_approved",
    /// An administrator declined to extend or renew.
    AdminDenied = "admin_denied",
    /// The start of the grant has come.
    StartReached = "start_reached",
    /// Writing the schedule was put into a queue.
    ScheduleQueued = "schedule_queued",
    /// The schedule was written.
    ScheduleWritten = "schedule_written",
    /// Writing the grant to the directory was put into a queue.
    ProvisioningQueued = "provisioning_queued",
    /// Writing the grant to the directory has begun.
    ProvisioningBegan = "provisioning_began",
    /// Processing failed.
    Failed = "failed",
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The status with which a service answers a new request; `None` for an action that this version does not
/// know. A request that the policy refuses is answered with an error and leaves nothing behind.
pub fn reply(action: &Action, approval: NeedsApproval, start: Start) -> Option<&'static RequestStatus> {
    REPLIES
        .iter()
        .find(|row| {
            row.action == *action
                && row.approval.is_none_or(|a| a == approval)
                && row.start.is_none_or(|s| s == start)
        })
        .map(|row| &row.status)
}

/// The status of a request after something happened to it. `start` is when its grant is to begin, `None` for
/// as soon as it may.
///
/// # Errors
/// `InvalidTransition` where it cannot happen in this status. The error names the status and what could.
pub fn apply(
    from: &RequestStatus,
    trigger: Trigger,
    start: Option<Timestamp>,
    now: Timestamp,
) -> Result<RequestStatus> {
    let begins = Start::of(start, now);
    moves(from)
        .find(|row| row.trigger == trigger && row.start.is_none_or(|s| s == begins))
        .map(|row| row.to.clone())
        .ok_or_else(|| illegal(from, trigger))
}

/// What can happen to a request of this status, in the order of [`Trigger::ALL`].
pub fn triggers(from: &RequestStatus) -> Vec<Trigger> {
    let mut legal: Vec<_> = moves(from).map(|row| row.trigger).collect();
    legal.sort_unstable();
    legal.dedup();
    legal
}

/// True when the table holds a move between these statuses, or when it cannot judge because one of them is
/// unknown. `from` is `None` for a request that is just being made.
pub fn is_legal(from: Option<&RequestStatus>, to: &RequestStatus) -> bool {
    is_unknown(to)
        || from.is_some_and(is_unknown)
        || MOVES.iter().any(|row| row.from.as_ref() == from && row.to == *to)
}

/// How two statuses of one request, read one after the other, go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Observation {
    /// The same status twice.
    Unchanged,
    /// One move of the table.
    Legal,
    /// Several moves of the table, those between unseen.
    Skipped,
    /// The table does not tell: a status is unknown, or one in which the service is at work on its own.
    Untold,
    /// A move that the table does not have. Worth a report, no reason to fail.
    Anomaly,
}

/// Judges a change of status that a service showed.
pub fn observe(from: &RequestStatus, to: &RequestStatus) -> Observation {
    if from == to {
        Observation::Unchanged
    } else if is_unknown(from) || is_unknown(to) {
        Observation::Untold
    } else if is_legal(Some(from), to) {
        Observation::Legal
    } else if moves(from).any(|row| is_legal(Some(&row.to), to)) {
        Observation::Skipped
    } else if (is_untold(from) || is_untold(to)) && rank(to) >= rank(from) && !from.is_final() {
        Observation::Untold
    } else {
        Observation::Anomaly
    }
}

fn moves(from: &RequestStatus) -> impl Iterator<Item = &'static Move> {
    MOVES.iter().filter(move |row| row.from.as_ref() == Some(from))
}

const fn is_unknown(status: &RequestStatus) -> bool {
    matches!(status, RequestStatus::Unknown(_))
}

/// Neither an end nor left by any move of the table.
fn is_untold(status: &RequestStatus) -> bool {
    !status.is_final() && moves(status).next().is_none()
}

const fn rank(status: &RequestStatus) -> u8 {
    match status.phase() {
        Phase::Pending => 0,
        Phase::Scheduled => 1,
        Phase::Active => 2,
        Phase::Ended | Phase::Indeterminate => 3,
    }
}

#[cold]
fn illegal(from: &RequestStatus, trigger: Trigger) -> Error {
    let legal = triggers(from);
    let message = if is_unknown(from) {
        format!("`{trigger}` has no known effect on a request that is `{from}`: read the request again")
    } else if legal.is_empty() {
        let remedy = match (trigger, from) {
            (Trigger::Canceled, RequestStatus::Provisioned) => {
                "to end access in force, deactivate or revoke it"
            }
            _ if from.is_final() => "it is closed, make a new request",
            _ => "the service is at work on it, wait and read it again",
        };
        format!("`{trigger}` cannot happen to a request that is `{from}`: {remedy}")
    } else if legal.contains(&trigger) {
        format!(
            "`{trigger}` cannot happen to a request that is `{from}` before its start: wait for the start"
        )
    } else {
        let names: Vec<_> = legal.iter().map(|t| t.as_str()).collect();
        format!("`{trigger}` cannot happen to a request that is `{from}`: possible are {}", names.join(", "))
    };
    Error::new(ErrorKind::InvalidTransition, message)
}

#[cfg(test)]
mod tests;
