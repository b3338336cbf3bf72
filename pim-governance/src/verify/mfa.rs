//! Who signed in with a password only can't activate.

use pim_core::{
    client::Client,
    error::{Error, ErrorKind, ViolatedRule},
    policy::StrongAuthentication,
    privilege::Privilege,
};

use super::{
    Test, Verdict,
    run::{Run, judged},
};

pub(super) async fn test(run: &Run<'_>) {
    for privilege in run.options.privileges() {
        let verdict = demanded(run, privilege).await;
        let stop = !verdict.is_passed();
        run.judge(Test::Mfa, verdict);
        if stop {
            continue;
        }
        match &run.actors.unverified {
            Some(unverified) => run.judge(Test::Mfa, refused(run, unverified, privilege).await),
            None => {
                let why = "the policy demands it, but whether the service does was not tried: add an eligible \
                           person who signed in with a password only, as unverified";
                run.judge(Test::Mfa, Verdict::NotRun(why.to_owned()));
            }
        }
    }
}

/// Whether the policy asks for more than a password.
async fn demanded(run: &Run<'_>, privilege: &Privilege) -> Verdict {
    let policy = match run.reader().policy(privilege).await {
        Ok(policy) => policy,
        Err(error) => {
            return Verdict::NotRun(format!("the policy of {privilege} could not be read: {error}"));
        }
    };
    let demand = match policy.activation().strong_authentication {
        StrongAuthentication::None => {
            return Verdict::Failed(format!(
                "the policy of {privilege} demands neither multi-factor authentication nor an authentication \
                 context"
            ));
        }
        StrongAuthentication::Mfa => "multi-factor authentication".to_owned(),
        StrongAuthentication::Context(context) => format!("authentication context {context}"),
    };
    run.saw(Test::Mfa, format!("the policy of {privilege} demands {demand}"));
    Verdict::Passed
}

/// Whether the service keeps to it.
async fn refused(run: &Run<'_>, unverified: &Client, privilege: &Privilege) -> Verdict {
    match run.activate(unverified, privilege).await {
        Ok(request) => {
            run.saw_of(Test::Mfa, &request.id, format!("asked for with a password only: {}", request.status));
            Verdict::Failed(format!("{privilege} could be asked for with a password only"))
        }
        Err(error) if asks_for_more(&error) => {
            run.saw(Test::Mfa, format!("refused to whoever signed in with a password only: {error}"));
            Verdict::Passed
        }
        Err(error) => match judged(&error) {
            // Refused for another reason: the second factor was not what stood in the way.
            Verdict::Failed(why) => Verdict::NotRun(format!("refused, but not for the sign-in: {why}")),
            verdict => verdict,
        },
    }
}

fn asks_for_more(error: &Error) -> bool {
    let strong =
        |rule: &ViolatedRule| matches!(rule, ViolatedRule::Mfa | ViolatedRule::AuthenticationContext);
    error.kind() == ErrorKind::StepUpRequired
        || (error.kind() == ErrorKind::PolicyViolation
            && error.violations().iter().any(|violation| strong(&violation.rule)))
}
