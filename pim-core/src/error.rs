//! The one error type: what the caller can do about it, and all that is known.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::{backend::Operation, id::ContextId, open_enum::open_enum, time::Period};

/// What went wrong, told by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument, a file or a field is wrong: mend it.
    InvalidInput,
    /// The request's state does not allow the move: look at its state.
    InvalidTransition,
    /// The role's policy forbids it: see [`Error::violations`].
    PolicyViolation,
    /// No such thing, or not visible yet.
    NotFound,
    /// It is there already; nothing to do.
    AlreadyExists,
    /// Someone else was first, or the service's state contradicts: read again.
    Conflict,
    /// The caller lacks a role, a permission, or a guard of this SDK said no.
    PermissionDenied,
    /// No valid sign-in: sign in again.
    Unauthenticated,
    /// Stronger sign-in is needed: see [`Error::step_up`].
    StepUpRequired,
    /// Too many requests: wait, see [`Error::retry`].
    Throttled,
    /// The deadline passed.
    Timeout,
    /// The service or the way to it is down: try later.
    Unavailable,
    /// A write was sent and its outcome could not be learned. It is not sent again: look before you do.
    OutcomeUnknown,
    /// This backend, surface or credential cannot do it; nothing was sent.
    Unsupported,
    /// The service sent what cannot be read.
    Malformed,
    /// The caller gave up.
    Cancelled,
    /// None of the others.
    Unexpected,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::InvalidInput,
        Self::InvalidTransition,
        Self::PolicyViolation,
        Self::NotFound,
        Self::AlreadyExists,
        Self::Conflict,
        Self::PermissionDenied,
        Self::Unauthenticated,
        Self::StepUpRequired,
        Self::Throttled,
        Self::Timeout,
        Self::Unavailable,
        Self::OutcomeUnknown,
        Self::Unsupported,
        Self::Malformed,
        Self::Cancelled,
        Self::Unexpected,
    ];

    /// The kind's canonical name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::InvalidTransition => "invalid_transition",
            Self::PolicyViolation => "policy_violation",
            Self::NotFound => "not_found",
            Self::AlreadyExists => "already_exists",
            Self::Conflict => "conflict",
            Self::PermissionDenied => "permission_denied",
            Self::Unauthenticated => "unauthenticated",
            Self::StepUpRequired => "step_up_required",
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Unsupported => "unsupported",
            Self::Malformed => "malformed",
            Self::Cancelled => "cancelled",
            Self::Unexpected => "unexpected",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether trying the same again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum Retry {
    /// It cannot.
    Never,
    /// It may, after so long.
    After(Period),
    /// It was tried as often as allowed.
    Exhausted,
}

open_enum! {
    /// Which of a policy's demands a request failed. The service's names for them end in `Rule`.
    pub enum ViolatedRule {
        /// No eligibility for this principal, privilege and scope (`EligibilityRule`).
        Eligibility = "eligibility",
        /// Too long, too short, or without an end where one is needed (`ExpirationRule`).
        Expiration = "expiration",
        /// No justification (`JustificationRule`).
        Justification = "justification",
        /// The session has no multi-factor sign-in (`MfaRule`).
        Mfa = "mfa",
        /// No ticket (`TicketingRule`).
        Ticketing = "ticketing",
        /// The session lacks the authentication context.
        AuthenticationContext = "authentication_context",
    }
}

/// One demand of a policy that a request does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Violation {
    /// Which demand.
    pub rule: ViolatedRule,
    /// In plain words, with the remedy.
    pub message: Cow<'static, str>,
    /// The longest time allowed, where that is what was exceeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Period>,
}

impl Violation {
    /// A violation of a rule, in words.
    pub fn new(rule: ViolatedRule, message: impl Into<Cow<'static, str>>) -> Self {
        Self { rule, message: message.into(), limit: None }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.message)
    }
}

/// What sign-in the service wants before it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepUp {
    /// Multi-factor authentication in this session.
    Mfa,
    /// An authentication context, satisfied through Conditional Access.
    Context(ContextId),
    /// A claims request of another form, as JSON, to be handed to the credential.
    Claims(Box<str>),
}

/// The error of every operation. See [`ErrorKind`] for what to do about it.
///
/// Its texts hold ids but never names of people, sign-in names, justifications, tickets or tokens.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    operation: Option<Operation>,
    code: Option<Box<str>>,
    retry: Retry,
    request_id: Option<Box<str>>,
    violations: Vec<Violation>,
    step_up: Option<StepUp>,
    context: Vec<(&'static str, String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result of every operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind, in plain words that name the remedy.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            code: None,
            retry: Retry::Never,
            request_id: None,
            violations: Vec::new(),
            step_up: None,
            context: Vec::new(),
            source: None,
        }))
    }

    /// A refusal by policy, with every demand that was not met.
    pub fn policy(violations: Vec<Violation>) -> Self {
        let message: Cow<'static, str> = match violations.len() {
            1 => "the policy of this privilege does not allow it".into(),
            n => format!("the policy of this privilege does not allow it, for {n} reasons").into(),
        };
        let mut error = Self::new(ErrorKind::PolicyViolation, message);
        error.0.violations = violations;
        error
    }

    /// Adds the service's own error code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Box<str>>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Says whether trying again can help.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }

    /// Adds the id under which the service's support finds the call.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<Box<str>>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// Adds the sign-in that is needed.
    #[must_use]
    pub fn with_step_up(mut self, step_up: StepUp) -> Self {
        self.0.step_up = Some(step_up);
        self
    }

    /// Names the operation, unless one is named already: the innermost is the one that failed.
    #[must_use]
    pub fn during(mut self, operation: Operation) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    /// Adds a fact, unless it is there already, such as the id of the thing concerned. Never personal data or secrets.
    #[must_use]
    pub fn with_context(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        if !self.context().any(|known| known == (key, value.as_str())) {
            self.0.context.push((key, value));
        }
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What can be done about it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What went wrong, without context and cause.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// The service's own error code, such as `RoleAssignmentExists`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Whether trying again can help.
    pub fn retry(&self) -> Retry {
        self.0.retry
    }

    /// The id under which the service's support finds the call.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Every demand of the policy that was not met.
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// The sign-in that is needed.
    pub fn step_up(&self) -> Option<&StepUp> {
        self.0.step_up.as_ref()
    }

    /// Facts added on the way: ids, places in files.
    pub fn context(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.context.iter().map(|(key, value)| (*key, value.as_str()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&inner.message)?;
        for (i, violation) in inner.violations.iter().enumerate() {
            write!(f, "{}{violation}", if i == 0 { ": " } else { "; " })?;
        }
        if let Some(code) = &inner.code {
            write!(f, " [{code}]")?;
        }
        for (i, (key, value)) in inner.context.iter().enumerate() {
            write!(f, "{}{key} {value}", if i == 0 { " (" } else { ", " })?;
        }
        if !inner.context.is_empty() {
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self, self.0.kind)?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<crate::id::InvalidId> for Error {
    fn from(error: crate::id::InvalidId) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string())
    }
}

impl From<crate::time::InvalidTime> for Error {
    fn from(error: crate::time::InvalidTime) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string())
    }
}

impl From<crate::time::EmptyWindow> for Error {
    fn from(error: crate::time::EmptyWindow) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_tells_all_it_knows_in_one_line() {
        let error = Error::policy(vec![
            Violation::new(ViolatedRule::Expiration, "10 h asked, 1 h allowed"),
            Violation::new(ViolatedRule::Justification, "say why"),
        ])
        .with_code("RoleAssignmentRequestPolicyValidationFailed")
        .with_context("principal", "p1")
        .during(Operation::Submit)
        .during(Operation::GetPolicy);
        assert_eq!(
            error.to_string(),
            "submit: the policy of this privilege does not allow it, for 2 reasons: expiration: 10 h asked, 1 h \
             allowed; justification: say why [RoleAssignmentRequestPolicyValidationFailed] (principal p1)"
        );
    }

    #[test]
    fn kinds_are_listed_once_and_named_as_they_serialise() {
        for kind in ErrorKind::ALL {
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{kind}\""));
        }
        assert_eq!(ErrorKind::ALL.len(), 17);
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
