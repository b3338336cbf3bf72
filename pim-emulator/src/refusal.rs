//! Refusals, in the bodies that the service gives them.

use http::StatusCode;
use pim_core::{
    error::{Error, ErrorKind, StepUp, ViolatedRule, Violation},
    id::InvalidId,
    time::InvalidTime,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How the service words a refusal by policy. It changed between 2025 and 2026, and both may be met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Dialect {
    /// `The following policy rules failed: ExpirationRule - ...`, as seen in 2026.
    #[default]
    New,
    /// `The following policy rules failed: ["ExpirationRule"]`, as seen until 2025.
    Old,
}

/// A request that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) message: String,
    shape: Shape,
    rules: Vec<Violation>,
}

/// What the body looks like; the service has three forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `error.code` and `error.message`.
    Envelope,
    /// `errorCode` and `message`, without an envelope.
    Bare,
    /// The bare form as text inside the message of the envelope.
    Wrapped,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        let (code, message) = (code.into(), message.into());
        Self { status, code, message, shape: Shape::Envelope, rules: Vec::new() }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(crate) fn unsupported_query(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    pub(crate) fn no_property(name: &str, kind: &str) -> Self {
        Self::bad_request(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
        ))
    }

    pub(crate) fn no_segment(name: &str) -> Self {
        Self::bad_request(format!("Resource not found for the segment '{name}'."))
    }

    pub(crate) fn no_object(id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            ),
        )
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", message)
    }

    pub(crate) fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )
    }

    /// What the service may well do and this emulator does not; never mistaken for the service's own answer.
    pub(crate) fn not_emulated(what: &str) -> Self {
        let message = format!("pim-emulator does not emulate {what}; docs/emulator.md lists what it does.");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotEmulated", message)
    }

    /// The token lacks a permission, in words of the directory.
    pub(crate) fn insufficient() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    }

    /// The token lacks a permission, in words of PIM: bare for directory roles, wrapped for groups.
    pub(crate) fn missing_scope(accepted: &[&str], wrapped: bool) -> Self {
        let message = format!("Authorization failed due to missing permission scope {}.", accepted.join(","));
        let mut refusal = Self::new(StatusCode::FORBIDDEN, "PermissionScopeNotGranted", message);
        refusal.shape = if wrapped { Shape::Wrapped } else { Shape::Bare };
        refusal
    }

    /// A code that the service hands out as text inside `UnknownError`.
    pub(crate) fn wrapped(status: StatusCode, code: &str, message: &str) -> Self {
        let mut refusal = Self::new(status, code, message);
        refusal.shape = Shape::Wrapped;
        refusal
    }

    /// The body. `date` and `request_id` go into `innerError`.
    pub(crate) fn body(&self, dialect: Dialect, date: &str, request_id: &str) -> Value {
        let message =
            if self.rules.is_empty() { self.message.clone() } else { rules_message(&self.rules, dialect) };
        let bare = json!({ "errorCode": self.code, "message": message, "instanceAnnotations": [] });
        let inner = json!({ "date": date, "request-id": request_id, "client-request-id": request_id });
        match self.shape {
            Shape::Bare => bare,
            Shape::Wrapped => json!({
                "error": { "code": "UnknownError", "message": bare.to_string(), "innerError": inner }
            }),
            Shape::Envelope => {
                json!({ "error": { "code": self.code, "message": message, "innerError": inner } })
            }
        }
    }
}

/// What the engine refuses, as Graph words it.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        if !error.violations().is_empty() {
            let mut refusal = Self::new(
                StatusCode::BAD_REQUEST,
                "RoleAssignmentRequestPolicyValidationFailed",
                error.message(),
            );
            refusal.rules = error.violations().to_vec();
            return refusal;
        }
        if let Some(StepUp::Context(context)) = error.step_up() {
            let claims =
                format!(r#"{{"access_token":{{"acrs":{{"essential":true, "value":"{context}"}}}}}}"#);
            let claims = percent_encoding::utf8_percent_encode(&claims, percent_encoding::NON_ALPHANUMERIC)
                .to_string();
            let message = format!("&claims={}", claims.replace("%5F", "_"));
            return Self::new(StatusCode::BAD_REQUEST, "RoleAssignmentRequestAcrsValidationFailed", message);
        }
        let code = error.code().unwrap_or_default();
        if let Some((_, status, message)) = WORDS.iter().find(|(known, ..)| *known == code) {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
            return Self::new(status, code, *message);
        }
        let (status, own) = of_kind(error.kind());
        Self::new(status, if code.is_empty() { own } else { code }, error.message())
    }
}

impl From<InvalidId> for Refusal {
    fn from(error: InvalidId) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<InvalidTime> for Refusal {
    fn from(error: InvalidTime) -> Self {
        Self::bad_request(error.to_string())
    }
}

/// The service's codes with its status and words, as far as they were seen.
const WORDS: &[(&str, u16, &str)] = &[
    ("RoleAssignmentExists", 400, "The Role assignment already exists."),
    ("RoleAssignmentDoesNotExist", 400, "The Role assignment does not exist."),
    ("ActiveDurationTooShort", 400, "The Active duration is too short. Miniumum Required is 5 minutes."),
    (
        "PendingRoleAssignmentRequest",
        400,
        "There already exists a pending governanceRoleAssignmentRequest in the system.",
    ),
    ("InvalidRoleAssignmentRequest", 400, "The role assignment request is invalid."),
    ("InvalidRoleAssignmentRequestSchedule", 400, "The role assignment request schedule is invalid."),
    ("InvalidScope", 400, "The scope is invalid."),
    ("SubjectNotFound", 404, "The subject is not found."),
    ("RoleNotFound", 404, "The role is not found."),
    (
        "RequestCannotBeCancelled",
        400,
        "Only requests in status of Granted, PendingApproval, PendingApprovalProvisioning and \
         PendingAdminDecision can be cancelled.",
    ),
    ("RoleAssignmentRequestNotFound", 404, "The governanceRoleAssignmentRequest does not exist in system."),
    ("UnauthorizedAccessException", 403, "Attempted to perform an unauthorized operation."),
    ("Authentication_RequestFromUnsupportedUserRole", 403, "User is not in the allowed roles"),
    (
        "AadPremiumLicenseRequired",
        400,
        "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
    ),
    ("MfaAndAcrsConflict", 400, "The Mfa and Acrs policy settings cannot be enabled simultaneously."),
    ("InvalidPolicy", 400, "The policy is invalid."),
    (
        "ActivationCustomApproversNotEmpty",
        400,
        "Custom approvers of activation and recipients of approver mail exclude each other.",
    ),
];

const fn of_kind(kind: ErrorKind) -> (StatusCode, &'static str) {
    match kind {
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, "NotFound"),
        ErrorKind::PermissionDenied => (StatusCode::FORBIDDEN, "Forbidden"),
        ErrorKind::Unauthenticated => (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"),
        ErrorKind::Conflict => (StatusCode::CONFLICT, "Conflict"),
        ErrorKind::Throttled => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
        ErrorKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"),
        ErrorKind::Unsupported => (StatusCode::NOT_IMPLEMENTED, "NotEmulated"),
        ErrorKind::OutcomeUnknown | ErrorKind::Unexpected | ErrorKind::Malformed => {
            (StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError")
        }
        _ => (StatusCode::BAD_REQUEST, "BadRequest"),
    }
}

/// Several rules in the new wording are joined by commas: the service's separator is not known.
fn rules_message(rules: &[Violation], dialect: Dialect) -> String {
    let told = match dialect {
        Dialect::Old => {
            let names: Vec<String> = rules.iter().map(|rule| format!("{:?}", name(&rule.rule))).collect();
            format!("[{}]", names.join(","))
        }
        Dialect::New => {
            let told: Vec<String> =
                rules.iter().map(|rule| format!("{} - {}", name(&rule.rule), words(rule))).collect();
            told.join(", ")
        }
    };
    format!("The following policy rules failed: {told}")
}

const fn name(rule: &ViolatedRule) -> &'static str {
    match rule {
        ViolatedRule::Eligibility => "EligibilityRule",
        ViolatedRule::Expiration => "ExpirationRule",
        ViolatedRule::Justification => "JustificationRule",
        ViolatedRule::Mfa => "MfaRule",
        ViolatedRule::Ticketing => "TicketingRule",
        ViolatedRule::AuthenticationContext => "AcrsRule",
        _ => "UnknownRule",
    }
}

fn words(violation: &Violation) -> &str {
    match violation.rule {
        ViolatedRule::Expiration if violation.message.starts_with("it must have an end") => {
            "The policy does not allow permanent assignment"
        }
        ViolatedRule::Expiration if violation.message.contains("is too long") => {
            "The duration in the request is greater than maximum allowed duration"
        }
        ViolatedRule::Justification => "Justification is required",
        ViolatedRule::Mfa => "Multi-factor authentication is required",
        ViolatedRule::Ticketing => "Ticket information is required",
        _ => &violation.message,
    }
}
