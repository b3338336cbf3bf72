//! Whether a deployment works: activation, approval, second factors, the end of activations and the audit log,
//! tried out by people who are signed in, with evidence.
//!
//! [`verify`] activates for real, as the people who lend their sign-ins, and clears away what it made.
//! [`watch`] tells which activations went wrong while a rollout is under way.

mod audit;
mod caution;
mod cleanup;
mod flow;
mod mfa;
mod model;
mod own;
mod run;
mod trouble;

#[cfg(test)]
mod tests;

use futures::future::join_all;
use pim_core::error::Result;

use self::run::Run;
pub use self::{
    model::{Actors, Check, Evidence, LeftBehind, Progress, Test, Verdict, Verification, VerifyOptions},
    trouble::{ActivationTrouble, Failure, Wrong, watch},
};

/// Tries a deployment out: the tests of [`Test`], each with what was seen.
///
/// The requestor activates the privileges for as long as [`VerifyOptions::duration`], the approver approves, and
/// the activations end by themselves. What a missing actor, a missing capability or an unreachable service would
/// have shown is [`Verdict::NotRun`] with the reason, never passed.
///
/// Nothing else is changed. What was asked for is taken back or ended before this returns, however the tests
/// went; what could not be is told as [`Verification::left_behind`]. Dropping the future leaves what was asked
/// for as it is: a short duration ends it soon.
///
/// It waits on the service's clock: minutes on a tenant. On the embedded service the clock has to move by
/// itself when somebody waits, as `VirtualClock::automatic` does.
///
/// # Errors
/// `InvalidInput` before anything is done for a privilege that is highly privileged, or of which that can't be
/// told, and is not among [`VerifyOptions::highly_privileged`]: roles that the directory marks as privileged,
/// Azure roles that can grant or do everything, role-assignable groups, and groups that hold any of these.
pub async fn verify(
    actors: &Actors,
    options: &VerifyOptions,
    observe: impl Fn(&Progress) + Send + Sync,
) -> Result<Verification> {
    let Some(reader) = [&actors.admin, &actors.requestor, &actors.approver, &actors.unverified]
        .into_iter()
        .find_map(Option::as_ref)
    else {
        return Err(run::nobody());
    };
    caution::check(reader, options).await?;
    let run = Run::new(actors, options, reader, &observe);
    mfa::test(&run).await;
    let flows = options.privileges().into_iter().map(|privilege| flow::follow(&run, privilege));
    let trails: Vec<_> = join_all(flows).await.into_iter().flatten().collect();
    audit::test(&run, &trails).await;
    let left_behind = cleanup::clear(&run).await;
    Ok(run.finish(left_behind))
}
