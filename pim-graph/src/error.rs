//! What Graph's error codes mean to callers: one table.

use std::borrow::Cow;

use pim_core::{
    error::{Error, ErrorKind, Retry, StepUp, ViolatedRule, Violation},
    id::ContextId,
    time::Period,
};
use serde::Deserialize;

use crate::capability::TokenKind;

use ErrorKind::{
    AlreadyExists, Conflict, InvalidInput, InvalidTransition, NotFound, PermissionDenied, PolicyViolation,
    StepUpRequired, Throttled, Unauthenticated, Unavailable, Unexpected, Unsupported,
};

/// Code, the status it needs (0 for any), kind, and what to do about it.
const TABLE: &[(&str, u16, ErrorKind, &str)] = &[
    (
        "RoleAssignmentRequestPolicyValidationFailed",
        0,
        PolicyViolation,
        "the policy of this privilege does not allow it",
    ),
    (
        "RoleAssignmentRequestAcrsValidationFailed",
        0,
        StepUpRequired,
        "the policy of this privilege asks for a stronger sign-in",
    ),
    ("RoleAssignmentExists", 0, AlreadyExists, "the grant is there already"),
    (
        "RoleAssignmentDoesNotExist",
        0,
        NotFound,
        "there is no such grant, or it is not visible yet: look again in a minute",
    ),
    (
        "ActiveDurationTooShort",
        0,
        InvalidTransition,
        "a grant cannot be ended in its first five minutes; try again then",
    ),
    (
        "PendingRoleAssignmentRequest",
        0,
        AlreadyExists,
        "an equal request is pending: wait for it, or cancel it first",
    ),
    (
        "RoleAssignmentRequestExists",
        0,
        AlreadyExists,
        "an equal request is pending: wait for it, or cancel it first",
    ),
    (
        "InvalidRoleAssignmentRequest",
        0,
        InvalidInput,
        "the service does not take this combination of action, scope and times",
    ),
    (
        "InvalidRoleAssignmentRequestSchedule",
        0,
        InvalidInput,
        "the service does not take these times: look at start and end",
    ),
    ("InvalidScope", 0, InvalidInput, "the scope is not one where the role can be held or is eligible"),
    ("ScopeDoesNotMatchRoleDefinition", 0, InvalidInput, "the role cannot be held at this scope"),
    ("SubjectNotFound", 0, NotFound, "the principal does not exist, or is too new to be known everywhere"),
    ("RoleNotFound", 0, NotFound, "the role does not exist, or is too new to be known everywhere"),
    ("RoleDefinitionDoesNotExist", 0, NotFound, "the role does not exist"),
    (
        "Request_ResourceNotFound",
        0,
        NotFound,
        "the object does not exist, or is too new to be known everywhere",
    ),
    ("ResourceNotFound", 0, NotFound, "the object does not exist"),
    ("NotFound", 0, NotFound, "the object does not exist, or is not visible to the caller"),
    ("RoleAssignmentRequestNotFound", 0, NotFound, "the request does not exist, or was purged"),
    (
        "LastAdministratorCannotBeRemoved",
        0,
        Conflict,
        "the last active administrator cannot be removed: assign another one first",
    ),
    ("ResourceIsLocked", 0, Conflict, "a lock on the resource forbids the change: have it taken off"),
    ("InvalidResourceType", 0, Unsupported, "the service does not have this operation"),
    ("RequestCannotBeCancelled", 0, InvalidTransition, "the request was carried out already, or has ended"),
    ("RoleAssignmentRequestAlreadyApproved", 0, Conflict, "the request was decided already"),
    ("Conflict", 0, Conflict, "somebody else was first: read again"),
    (
        "PermissionScopeNotGranted",
        0,
        PermissionDenied,
        "the token lacks a permission for this call: have it consented",
    ),
    (
        "UnauthorizedAccessException",
        0,
        PermissionDenied,
        "the caller holds no directory role that allows this",
    ),
    ("Forbidden", 0, PermissionDenied, "the caller may not do this; nobody decides on their own request"),
    ("InsufficientPermissions", 0, PermissionDenied, "the caller may not do this at this scope"),
    (
        "AuthorizationFailed",
        0,
        PermissionDenied,
        "the caller may not do this at this scope; a new grant takes minutes to count",
    ),
    (
        "Authorization_RequestDenied",
        0,
        PermissionDenied,
        "the caller's permissions or roles do not allow this",
    ),
    ("AccessDenied", 0, PermissionDenied, "the caller's permissions or roles do not allow this"),
    (
        "Authentication_RequestFromUnsupportedUserRole",
        0,
        PermissionDenied,
        "reading reports takes a reporting role",
    ),
    (
        "RequestDisallowedByAzure",
        0,
        StepUpRequired,
        "the sign-in lacks multi-factor authentication: sign in again with it",
    ),
    (
        "AadPremiumLicenseRequired",
        0,
        PermissionDenied,
        "the tenant has no Entra ID P2 or Entra ID Governance licence",
    ),
    (
        "MfaAndAcrsConflict",
        0,
        Conflict,
        "a policy asks for multi-factor sign-in or an authentication context, not both",
    ),
    (
        "ActivationCustomApproversNotEmpty",
        0,
        InvalidInput,
        "take the recipients off the approvers' activation mail, or the custom approvers off, in one change of the whole policy",
    ),
    (
        "InvalidPolicy",
        0,
        InvalidInput,
        "the policy's rules contradict each other; approval needs an approver",
    ),
    ("MissingProvider", 0, InvalidInput, "the id of the policy is malformed, or the scope is missing"),
    ("MissingParameters", 0, InvalidInput, "lists of groups have to be narrowed to a group or a principal"),
    ("Request_UnsupportedQuery", 0, Unsupported, "the service does not filter in this way"),
    (
        "Request_BadRequest",
        0,
        InvalidInput,
        "the service does not take this; the role may not support the scope",
    ),
    (
        "InvalidAuthenticationToken",
        0,
        Unauthenticated,
        "the token is missing, expired or not meant for this service: sign in again",
    ),
    ("TooManyRequests", 0, Throttled, "too many requests: wait"),
    ("BadRequest", 400, InvalidInput, "the service does not take this call; it may not have the path"),
];

/// What is left when the code tells nothing.
const BY_STATUS: &[(u16, ErrorKind, &str)] = &[
    (400, InvalidInput, "the service does not take this call"),
    (401, Unauthenticated, "the sign-in is missing, expired or too weak: sign in again"),
    (403, PermissionDenied, "the caller's permissions or roles do not allow this"),
    (404, NotFound, "the object does not exist, or is not visible to the caller"),
    (405, Unsupported, "the service does not have this operation"),
    (408, ErrorKind::Timeout, "the service did not answer in time"),
    (409, Conflict, "somebody else was first: read again"),
    (410, NotFound, "what the call refers to is gone: begin the list anew"),
    (412, Conflict, "somebody else was first: read again"),
    (429, Throttled, "too many requests: wait"),
    (500, Unavailable, "the service failed; try later"),
    (501, Unsupported, "the service does not have this operation"),
    (502, Unavailable, "the service cannot be reached; try later"),
    (503, Unavailable, "the service is not available; try later"),
    (504, Unavailable, "the service did not answer in time; try later"),
];

/// The error for what Graph answered. The service's words are read and never passed on: they may name people.
///
/// A challenge in a `WWW-Authenticate` header is the sender's to read. Who has no second factor is told to sign in
/// with one; an application has none, so it is not told.
pub fn error(status: u16, code: &str, message: &str, token: TokenKind) -> Error {
    let (code, message) = unwrapped(code, message);
    if let Some(step_up) = challenge(&code, &message) {
        let error = Error::new(StepUpRequired, "the policy of this privilege asks for a stronger sign-in");
        return error.with_code(&*code).with_step_up(step_up);
    }
    let is_person = token == TokenKind::Delegated;
    let violations = violations(&message);
    let known = TABLE.iter().find(|(own, needs, ..)| *own == code && (*needs == 0 || *needs == status));
    let error = match known {
        Some((_, _, PolicyViolation, _))
            if is_person && violations.iter().any(|v| v.rule == ViolatedRule::Mfa) =>
        {
            policy(violations).with_step_up(StepUp::Mfa)
        }
        Some((_, _, PolicyViolation, _)) if !violations.is_empty() => policy(violations),
        Some((_, _, kind, words)) => Error::new(*kind, *words),
        None => by_status(status, &message),
    };
    let error = match error.kind() {
        // A refusal without `Retry-After`; a sender that has one knows better.
        Throttled | Unavailable => error.with_retry(Retry::After(Period::seconds(10))),
        // The answer does not tell how old the grant is; five minutes are enough for any.
        InvalidTransition if code == TOO_YOUNG => error.with_retry(Retry::After(Period::minutes(5))),
        _ => error,
    };
    if code.is_empty() { error } else { error.with_code(&*code) }
}

fn by_status(status: u16, message: &str) -> Error {
    // Beta answers so, with an empty code, where a consent is missing.
    if message.starts_with("Valid permissions not present") {
        return Error::new(PermissionDenied, "the token lacks a permission for this call: have it consented");
    }
    match BY_STATUS.iter().find(|(own, ..)| *own == status) {
        Some((_, kind, words)) => Error::new(*kind, *words),
        None if status >= 500 => Error::new(Unavailable, "the service failed; try later"),
        None => Error::new(Unexpected, "the service answered in a way this version does not know"),
    }
}

fn policy(violations: Vec<Violation>) -> Error {
    Error::policy(violations)
}

/// The code behind `UnknownError`: in JSON within the message, or in front of a claims challenge.
fn unwrapped<'a>(code: &'a str, message: &'a str) -> (Cow<'a, str>, Cow<'a, str>) {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Inner {
        error_code: String,
        #[serde(default)]
        message: String,
    }
    if code == "UnknownError" || code.is_empty() {
        if let Ok(inner) = serde_json::from_str::<Inner>(message) {
            return (inner.error_code.into(), inner.message.into());
        }
        if let Some(rest) = message.strip_prefix(ACRS) {
            return (ACRS.into(), rest.into());
        }
    }
    (code.into(), message.into())
}

const TOO_YOUNG: &str = "ActiveDurationTooShort";
const ACRS: &str = "RoleAssignmentRequestAcrsValidationFailed";

/// The claims that a stronger sign-in has to bring: encoded for an address, or as JSON.
fn challenge(code: &str, message: &str) -> Option<StepUp> {
    if code != ACRS {
        return None;
    }
    let claims = message.split_once("claims=").map_or("", |(_, claims)| claims);
    let claims = percent_encoding::percent_decode_str(claims).decode_utf8_lossy();
    let json: Option<serde_json::Value> = serde_json::from_str(claims.trim()).ok();
    let Some(json) = json else { return Some(StepUp::Claims(claims.trim().into())) };
    let context = json["access_token"]["acrs"]["value"].as_str().and_then(|id| id.parse::<ContextId>().ok());
    Some(context.map_or_else(|| StepUp::Claims(claims.trim().into()), StepUp::Context))
}

/// The rules that a refusal by policy names. The older dialect is a JSON array, the newer `Rule - words`.
fn violations(message: &str) -> Vec<Violation> {
    let Some((_, rules)) = message.split_once("policy rules failed:") else { return Vec::new() };
    let named: Vec<&str> = match serde_json::from_str::<Vec<&str>>(rules.trim()) {
        Ok(names) => names,
        // Several rules in the newer dialect were never seen; every word that ends in `Rule` counts as one.
        Err(_) => {
            rules.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.ends_with("Rule")).collect()
        }
    };
    named.into_iter().map(violation).collect()
}

fn violation(name: &str) -> Violation {
    let rule = ViolatedRule::from(name.strip_suffix("Rule").unwrap_or(name));
    let words = match &rule {
        ViolatedRule::Eligibility => {
            "no eligibility for this privilege at this scope: have an administrator grant one"
        }
        ViolatedRule::Expiration => "too long, or without an end where the policy wants one: ask for less",
        ViolatedRule::Justification => "no justification: say why",
        ViolatedRule::Mfa => "sign in again with multi-factor authentication; an application cannot",
        ViolatedRule::Ticketing => "no ticket: give its number or its system",
        ViolatedRule::AuthenticationContext => "sign in again as the authentication context demands",
        _ => "a rule that this version does not know",
    };
    Violation::new(rule, words)
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
