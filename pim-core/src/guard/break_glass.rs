//! Break-glass accounts stay as they are.
//!
//! Source: [Manage emergency access accounts](https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access).

use super::{BREAK_GLASS, Groups, Safeguards, refusal, takes_away};
use crate::{
    error::Error,
    id::PrincipalId,
    request::{Action, NewRequest},
    schedule::Level,
    time::{Expiry, Timestamp},
};

/// Refuses an administrative request about a break-glass account, unless it restores. What the account asks
/// for itself is its own matter.
///
/// # Errors
/// `PermissionDenied` with code [`BREAK_GLASS`].
pub fn keep_break_glass(ask: &NewRequest, safeguards: &Safeguards) -> Result<(), Error> {
    if !is_administrative(&ask.action) || !safeguards.break_glass.contains(&ask.principal) || restores(ask) {
        return Ok(());
    }
    Err(refusal(
        BREAK_GLASS,
        "the holder is a break-glass account, which must be left alone: only an active assignment without end \
         and without condition may be made for it",
    )
    .with_context("principal", &ask.principal)
    .with_context("action", &ask.action))
}

/// Refuses a request that takes an assignment from a group in which, at any depth, a break-glass account is.
/// `groups` must hold the group and all groups in it; a holder that is no group passes.
///
/// # Errors
/// `PermissionDenied` with code [`BREAK_GLASS`].
pub fn keep_break_glass_group(
    ask: &NewRequest,
    groups: &Groups,
    safeguards: &Safeguards,
    now: Timestamp,
) -> Result<(), Error> {
    if ask.level == Level::Eligibility || !takes_away(ask, now) {
        return Ok(());
    }
    match contained(&ask.principal, groups, safeguards) {
        None => Ok(()),
        Some(account) => Err(through(&ask.principal, &account).with_context("action", &ask.action)),
    }
}

/// True for what gives a break-glass account back what it must have: an active assignment without end and
/// without condition.
pub fn restores(ask: &NewRequest) -> bool {
    ask.action == Action::AdminAssign
        && ask.level == Level::Assignment
        && ask.expiry == Some(Expiry::Never)
        && ask.condition.is_none()
}

/// Everything but the holder's own actions; an unknown action counts as an administrator's.
pub(crate) const fn is_administrative(action: &Action) -> bool {
    !matches!(action, Action::SelfActivate | Action::SelfDeactivate | Action::SelfExtend | Action::SelfRenew)
}

/// A break-glass account among those whom a holder stands for.
pub(super) fn contained(
    holder: &PrincipalId,
    groups: &Groups,
    safeguards: &Safeguards,
) -> Option<PrincipalId> {
    groups.people(holder).into_iter().find(|id| safeguards.break_glass.contains(id))
}

/// The refusal of a change that reaches a break-glass account, directly or through a group.
pub(super) fn through(holder: &PrincipalId, account: &PrincipalId) -> Error {
    let error = if holder == account {
        refusal(BREAK_GLASS, "it would take access from a break-glass account, which must be left alone")
    } else {
        refusal(
            BREAK_GLASS,
            "it would take access from a group that contains a break-glass account: take the account out of \
             the group's reach first",
        )
        .with_context("group", holder)
    };
    error.with_context("principal", account)
}
