//! The requestor tries to approve their own request.

use pim_core::{
    backend::Operation,
    client::Client,
    error::{Error, ErrorKind},
    request::{Phase, Request},
};

use super::{
    Test, Verdict,
    run::{PAUSE, Run},
};

/// True where it was taken.
pub(super) async fn try_own(run: &Run<'_>, requestor: &Client, request: &Request) -> bool {
    let verdict = match attempt(run, requestor, request).await {
        Ok(verdict) => verdict,
        Err(error) => Verdict::NotRun(format!("the requestor's own approval could not be tried: {error}")),
    };
    let taken = verdict.is_failed();
    run.judge(Test::OwnApproval, verdict);
    taken
}

async fn attempt(run: &Run<'_>, requestor: &Client, request: &Request) -> Result<Verdict, Error> {
    let offered = &requestor.capabilities().operations;
    let lacking = [Operation::GetApproval, Operation::Decide].iter().find(|op| !offered.contains(*op));
    if let Some(lacking) = lacking {
        return Ok(Verdict::NotRun(format!("the requestor's sign-in does not offer {lacking}")));
    }
    let Some(key) = request.approval_key() else {
        return Ok(Verdict::NotRun(
            "the service does not tell which approval the request waits for".to_owned(),
        ));
    };
    let until = run.now() + run.options.lag;
    let refusal = loop {
        let reason = Some(run.options.justification.clone());
        match requestor.approve(&key, reason).await {
            Ok(()) => {
                run.saw_of(Test::OwnApproval, &request.id, "approved by the requestor");
                let why = "the service took the requestor's approval of their own request";
                return Ok(Verdict::Failed(why.to_owned()));
            }
            // Not visible yet is no refusal.
            Err(error) if error.kind() == ErrorKind::NotFound && run.now() < until => {
                run.sleep(PAUSE).await;
            }
            Err(error) => break error,
        }
    };
    if refusal.kind() != ErrorKind::PermissionDenied || refusal.code() == Some(NOT_CONSENTED) {
        return Err(refusal);
    }
    let code = refusal.code().map(|code| format!(" [{code}]")).unwrap_or_default();
    let refused = format!("approval by the requestor refused: {}{code}", refusal.message());
    run.saw_of(Test::OwnApproval, &request.id, refused);
    let now = requestor.get_request(&request.key()).await?;
    if now.phase() == Phase::Pending {
        return Ok(Verdict::Passed);
    }
    Ok(Verdict::Failed(format!(
        "the requestor's approval was refused, and yet the request is {}",
        now.status
    )))
}

/// The token lacks the permission, whoever's request it is: that proves nothing.
const NOT_CONSENTED: &str = "PermissionScopeNotGranted";
