//! Carrying out a plan, going on with it after a crash, and taking it back.
//!
//! Every step is looked at right before its request: what it rests on is read again, as narrowly as that goes, and
//! the client's guards judge the request itself. It counts as done once its effect is seen in the service's lists;
//! only then does what depends on it begin. A step that fails is a row, and the others go on.

mod approval;
mod check;
mod journal;
mod judge;
mod look;
mod options;
mod outcome;
mod run;
mod step;
mod undo;

#[cfg(test)]
mod tests;

use pim_core::{client::Client, error::Result};

use self::{approval::hash_of, check::check, run::Run};
pub use self::{
    approval::{Approval, ApproverKey, Demand, INVALID_APPROVAL, NOT_APPROVED, SigningSecret, sign},
    check::{OTHER_CALLER, OTHER_TENANT, TOO_OLD, UNSOUND_PLAN, WEAKER_GUARDS},
    journal::{DAMAGED, IN_USE, Journal, Memory, Storage},
    options::{ApplyOptions, Cancel, Go, Observer, Progress, Rehearsal, Waves},
    outcome::{Counts, Failure, Mode, Outcome, Row, Status, Stopped},
    undo::{Left, Undo, undo_plan},
};
use crate::plan::Plan;

/// Carries out a plan, and writes down in `journal` what is intended and what came of it.
///
/// Dropping the future stops it at once, [`Cancel`] in good order; either way [`resume`] goes on later. Applying a
/// plan a second time changes nothing: what is so already is [`AlreadyDone`](Status::AlreadyDone).
///
/// # Errors
/// Only before anything is sent: `InvalidInput` with [`OTHER_TENANT`], [`TOO_OLD`] or [`UNSOUND_PLAN`], or for a
/// journal that is of another run; `PermissionDenied` with [`WEAKER_GUARDS`], [`OTHER_CALLER`],
/// [`NOT_APPROVED`] or [`INVALID_APPROVAL`]; `Unavailable` where the journal can't be written. What goes wrong later is in the rows.
pub async fn apply(
    client: &Client,
    plan: &Plan,
    journal: &mut Journal,
    options: &ApplyOptions,
    observer: &dyn Observer,
) -> Result<Outcome> {
    check(client, plan, options)?;
    let hash = hash_of(plan);
    journal.begin(Mode::Run, plan, &hash)?;
    Ok(Run::new(client, plan, Some(journal), options, observer, Mode::Run).all(hash).await)
}

/// Tries a plan: what would be done, and what no longer fits. Nothing is changed, and nobody's approval is needed.
///
/// # Errors
/// As for [`apply`], without those of journals and approvals.
pub async fn rehearse(
    client: &Client,
    plan: &Plan,
    how: Rehearsal,
    options: &ApplyOptions,
    observer: &dyn Observer,
) -> Result<Outcome> {
    // Approval is of what a rehearsal has shown.
    check(client, plan, &ApplyOptions { approval: None, ..options.clone() })?;
    let mode = match how {
        Rehearsal::WhatIf => Mode::WhatIf,
        Rehearsal::DryRun => Mode::DryRun,
    };
    Ok(Run::new(client, plan, None, options, observer, mode).all(hash_of(plan)).await)
}

/// Goes on with what a journal tells of: a run, or one being taken back. What was about to be sent when it stopped is
/// looked for, and sent only where it is certain that it was not. What failed is tried again.
///
/// # Errors
/// As for [`apply`].
pub async fn resume(
    client: &Client,
    journal: &mut Journal,
    options: &ApplyOptions,
    observer: &dyn Observer,
) -> Result<Outcome> {
    let header = &journal.history()?.header;
    let (plan, mode, hash) = (header.plan.clone(), header.mode, header.hash.clone());
    check(client, &plan, options)?;
    Ok(Run::new(client, &plan, Some(journal), options, observer, mode).all(hash).await)
}

/// Takes back what the run of `done` did, as [`undo_plan`] shows it, and writes that down in `journal`, a new one. The
/// same guards hold. What somebody changed since is [`Stale`](Status::Stale) and left alone.
///
/// Where the run broke off, its last requests are looked for first, so that what they did is taken back too.
/// [`ApplyOptions::max_age`] does not count: what stands is compared with what the run made.
///
/// # Errors
/// As for [`apply`].
pub async fn undo(
    client: &Client,
    done: &mut Journal,
    journal: &mut Journal,
    options: &ApplyOptions,
    observer: &dyn Observer,
) -> Result<Outcome> {
    let options = ApplyOptions { max_age: None, ..options.clone() };
    let plan = done.history()?.header.plan.clone();
    let unapproved = ApplyOptions { approval: None, ..options.clone() };
    check(client, &plan, &unapproved)?;
    Run::new(client, &plan, Some(done), &options, &(), Mode::Run).settle_all().await?;
    let back = undo_plan(done)?.plan;
    check(client, &back, &options)?;
    let hash = hash_of(&back);
    journal.begin(Mode::Undo, &back, &hash)?;
    Ok(Run::new(client, &back, Some(journal), &options, observer, Mode::Undo).all(hash).await)
}
