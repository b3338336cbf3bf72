//! An error as JSON.

use pim_core::error::{Error, Retry, StepUp, Violation};
use serde::{Deserialize, Serialize};

/// All that an [`Error`] tells. Holds ids, and no names of people, justifications, tickets or tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Envelope {
    /// What can be done about it: the name of an `ErrorKind`.
    pub kind: String,
    /// Everything in one line, for people.
    pub message: String,
    /// The operation that failed.
    pub operation: Option<String>,
    /// The service's own code, or that of a guard.
    pub code: Option<String>,
    /// Seconds after which trying again can help; absent where it can't.
    pub retry_after: Option<f64>,
    /// Whether it was tried as often as allowed.
    pub exhausted: bool,
    /// The id under which the service's support finds the call.
    pub request_id: Option<String>,
    /// Every demand of the policy that was not met.
    pub violations: Vec<Violation>,
    /// The sign-in that is needed.
    pub step_up: Option<StepUp>,
    /// Facts added on the way: ids, places in files.
    pub context: Vec<(String, String)>,
}

impl From<&Error> for Envelope {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind().as_str().to_owned(),
            message: error.to_string(),
            operation: error.operation().map(|operation| operation.as_str().to_owned()),
            code: error.code().map(str::to_owned),
            retry_after: match error.retry() {
                Retry::After(length) => Some(length.to_std().as_secs_f64()),
                Retry::Never | Retry::Exhausted => None,
            },
            exhausted: error.retry() == Retry::Exhausted,
            request_id: error.request_id().map(str::to_owned),
            violations: error.violations().to_vec(),
            step_up: error.step_up().cloned(),
            context: error.context().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        }
    }
}

impl Envelope {
    /// The error as one JSON text.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use pim_core::{
        backend::Operation,
        error::{ErrorKind, ViolatedRule},
        time::Period,
    };

    use super::*;

    #[test]
    fn nothing_is_lost() {
        let error = Error::policy(vec![Violation::new(ViolatedRule::Mfa, "sign in more strongly")])
            .with_code("RoleAssignmentRequestPolicyValidationFailed")
            .with_retry(Retry::After(Period::seconds(3)))
            .with_request_id("r-1")
            .with_step_up(StepUp::Mfa)
            .with_context("principal", "p1")
            .during(Operation::Submit);
        let envelope = Envelope::from(&error);
        let json: serde_json::Value = serde_json::from_str(&envelope.json()).unwrap();
        assert_eq!(json["kind"], "policy_violation");
        assert_eq!(json["operation"], "submit");
        assert_eq!(json["retry_after"], 3.0);
        assert_eq!(json["violations"][0]["rule"], "mfa");
        assert_eq!(json["step_up"], "mfa");
        assert_eq!(json["context"], serde_json::json!([["principal", "p1"]]));
        assert_eq!(json["message"], error.to_string());
        let spent = Error::new(ErrorKind::Throttled, "slow down").with_retry(Retry::Exhausted);
        assert!(Envelope::from(&spent).exhausted);
    }
}
