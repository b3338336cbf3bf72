//! Clearing away what a verification asked for.

use pim_core::{
    backend::MINIMUM_ACTIVE,
    client::conditions,
    error::{Error, ErrorKind, Retry},
    request::{Phase, Request},
    time::Period,
};

use super::{
    LeftBehind,
    run::{Made, Run},
};

/// Withdraws what waits and ends what runs; tells what it could not.
pub(super) async fn clear(run: &Run<'_>) -> Vec<LeftBehind> {
    let mut left = Vec::new();
    for made in run.made() {
        let why = match &made.request {
            Some(request) => end(run, &made, request).await.err().map(|error| error.to_string()),
            None => Some(
                "the reply was lost: look whether there is such a request, and cancel or end it".to_owned(),
            ),
        };
        left.extend(why.map(|why| LeftBehind {
            request: made.request.as_ref().map(|request| request.id.clone()),
            privilege: made.privilege.clone(),
            why,
        }));
    }
    left
}

async fn end(run: &Run<'_>, made: &Made, request: &Request) -> Result<(), Error> {
    let key = request.key();
    let now = made.by.get_request(&key).await?;
    if matches!(now.phase(), Phase::Pending | Phase::Scheduled | Phase::Indeterminate) {
        match made.by.cancel(&key).await {
            // It came into force meanwhile.
            Err(error) if error.kind() == ErrorKind::InvalidTransition => {}
            other => return other,
        }
    }
    let look_once = Period::ZERO;
    if now.phase() == Phase::Ended || made.by.wait_for(&key, conditions::ended, look_once).await.is_ok() {
        return Ok(());
    }
    for may_be_too_young in [true, true, false] {
        match made.by.deactivate(&made.privilege).await {
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::NotFound => break,
            Err(error) if may_be_too_young && error.kind() == ErrorKind::InvalidTransition => {
                let wait = match error.retry() {
                    Retry::After(wait) => wait,
                    Retry::Never | Retry::Exhausted => MINIMUM_ACTIVE,
                };
                run.sleep(wait).await;
            }
            Err(error) => return Err(error),
        }
    }
    made.by.wait_for(&key, conditions::ended, run.options.lag).await.map(|_| ())
}
