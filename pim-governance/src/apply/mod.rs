//! Carrying out a plan.

mod approval;
mod options;
mod outcome;

pub use self::{
    approval::{Approval, ApproverKey, Demand, INVALID_APPROVAL, NOT_APPROVED, SigningSecret, sign},
    options::{ApplyOptions, Cancel, Go, Observer, Progress, Rehearsal, Waves},
    outcome::{Counts, Failure, Mode, Outcome, Row, Status, Stopped},
};
