//! The refusals of the service: its code, our kind, and what to do about it.

use pim_core::error::{Error, ErrorKind};

macro_rules! refusals {
    ($($(#[$meta:meta])* $name:ident = $kind:ident, $code:literal, $message:literal;)+) => {
        $(
            $(#[$meta])*
            pub(crate) fn $name() -> Error {
                Error::new(ErrorKind::$kind, $message).with_code($code)
            }
        )+
    };
}

refusals! {
    exists = AlreadyExists, "RoleAssignmentExists",
        "the grant exists already; a running activation cannot be prolonged, end it first";
    waiting = AlreadyExists, "PendingRoleAssignmentRequest",
        "a request for the same is waiting already; wait for it or cancel it";
    does_not_exist = NotFound, "RoleAssignmentDoesNotExist", "there is no such grant";
    too_young = InvalidTransition, "ActiveDurationTooShort",
        "a grant cannot be ended in its first five minutes; try again then";
    bad_request = InvalidInput, "InvalidRoleAssignmentRequest",
        "the service does not accept this action for this privilege, holder or family of grants";
    bad_schedule = InvalidInput, "InvalidRoleAssignmentRequestSchedule",
        "the end must lie after the start, and in the future";
    bad_scope = InvalidInput, "InvalidScope", "the eligibility is for another scope; activate it at its own";
    no_principal = NotFound, "SubjectNotFound", "there is no such principal, or it is not visible yet";
    no_role = NotFound, "RoleNotFound", "there is no such role";
    built_in_role = InvalidInput, "Request_BadRequest",
        "a built-in role cannot be changed or deleted; make a custom role of your own";
    no_group = NotFound, "Request_ResourceNotFound", "there is no such group, or it is not visible yet";
    unmanageable_group = InvalidInput, "InvalidResource",
        "a group that a rule fills, or that is synchronised from on premises, cannot come under PIM";
    no_request = NotFound, "RoleAssignmentRequestNotFound", "there is no such request; the service forgets old ones";
    no_approval = NotFound, "NotFound", "there is no such approval";
    no_review = NotFound, "NotFound", "there is no such review, or no such round of it; list the reviews again";
    no_item = NotFound, "NotFound", "the round has no such item; list its items again";
    no_reviewer = InvalidInput, "BadRequest",
        "there is no such person or group to review; name reviewers that are in the directory";
    fallback_stays = Conflict, "Conflict",
        "those who review in place of a missing manager cannot be taken out of a round; name others";
    unknown_alert = InvalidInput, "BadRequest", "there is no such alert; list the alerts to see their kinds";
    not_cancelable = InvalidTransition, "RequestCannotBeCancelled",
        "only a request that waits for a decision or for its start can be cancelled";
    not_allowed = PermissionDenied, "UnauthorizedAccessException",
        "the caller lacks the role, ownership or permission that this needs";
    self_only = InvalidInput, "InvalidRoleAssignmentRequest",
        "self-service is for one's own privileges: the holder must be the caller";
    delegated_only = PermissionDenied, "UnauthorizedAccessException",
        "self-service and decisions need a signed-in person; no application can do this for itself";
    no_reporting_role = PermissionDenied, "Authentication_RequestFromUnsupportedUserRole",
        "reading logs needs a reporting role, such as Security Reader or Global Reader";
    no_licence = PermissionDenied, "AadPremiumLicenseRequired",
        "the tenant has no licence for PIM: Microsoft Entra ID P2 or Entra ID Governance";
    mfa_and_context = Conflict, "MfaAndAcrsConflict",
        "multi-factor authentication cannot be switched on while an authentication context is demanded";
    invalid_policy = InvalidInput, "InvalidPolicy", "approval is demanded and no approver is named";
    recipients_beside_approvers = Conflict, "ActivationCustomApproversNotEmpty",
        "the policy names both approvers and recipients of approver mail, and refuses every single rule; write the \
         whole policy with those recipients removed";
}

/// The last administrator must stay; the service's own code is not public.
pub(crate) fn last_administrator(code: &str) -> Error {
    Error::new(
        ErrorKind::Conflict,
        "the last active administrator cannot be removed: assign another one first",
    )
    .with_code(code)
}
