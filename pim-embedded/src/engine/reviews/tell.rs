//! What the service tells of reviews: audit records and mail.
//!
//! Activities: [audit activity reference](https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities).

use std::sync::Arc;

use pim_core::{
    audit::AuditService,
    id::{PrincipalId, ReviewId, ReviewInstanceId, ReviewItemId},
    review::{ApplyResult, ReviewStatus, Reviewer, Verdict},
    time::Timestamp,
};

use super::Round;
use crate::engine::{
    audit::{Entry, More},
    event::{Event, Fact},
    outbox::{self, Audience, MailKind},
    state::State,
};

/// What must be told before the review is gone.
pub(super) fn before(state: &mut State, event: &Event) {
    if let Fact::ReviewDeleted { id, by } = &event.fact {
        note(state, id, "Delete access review", Some(by), event.at, |_| {});
    }
}

pub(super) fn after(state: &mut State, event: &Event) {
    let at = event.at;
    match &event.fact {
        Fact::ReviewCreated { id, by, .. } => {
            note(state, id, "Create access review", by.as_ref(), at, |_| {});
        }
        Fact::ReviewChanged { id, by, .. } => {
            note(state, id, "Update access review", Some(by), at, |_| {});
        }
        Fact::RoundMoved { review, round, to, by } => round_moved(state, review, round, to, by.as_ref(), at),
        Fact::StageOpened { review, round, .. } => {
            mail_reviewers(state, review, round, MailKind::ReviewStarted, at)
        }
        Fact::VerdictGiven { review, round, item, verdict, justification, by: Some(by) } => {
            let activity = match verdict {
                Verdict::Approve => "Approve decision",
                Verdict::Deny => "Deny decision",
                _ => "Don't know decision",
            };
            let (principal, privilege) = about(state, review, round, item);
            note(state, review, activity, Some(by), at, |entry| {
                entry.principal = principal;
                entry.privilege = privilege.or(entry.privilege);
                entry.reason.clone_from(justification);
            });
        }
        Fact::RoundReset { review, by, .. } => {
            note(state, review, "Bulk Reset decisions", Some(by), at, |_| {});
        }
        Fact::ItemApplied { review, round, item, result, by } => {
            let (principal, privilege) = about(state, review, round, item);
            let failed =
                matches!(result, ApplyResult::AppliedWithUnknownFailure | ApplyResult::ApplyNotSupported);
            let code: Option<Arc<str>> = failed.then(|| result.as_str().into());
            note(state, review, "Apply decision", by.as_ref(), at, |entry| {
                entry.principal = principal;
                entry.privilege = privilege.or(entry.privilege);
                entry.failed = failed;
                entry.reason = code;
            });
        }
        Fact::RoundReminded { review, round, .. } => {
            mail_reviewers(state, review, round, MailKind::ReviewReminder, at);
        }
        _ => {}
    }
}

fn round_moved(
    state: &mut State,
    id: &ReviewId,
    round: &ReviewInstanceId,
    to: &ReviewStatus,
    by: Option<&PrincipalId>,
    at: Timestamp,
) {
    match to {
        ReviewStatus::InProgress => mail_reviewers(state, id, round, MailKind::ReviewStarted, at),
        ReviewStatus::AutoReviewed => note(state, id, "Auto review", by, at, |_| {}),
        ReviewStatus::Completed => {
            note(state, id, "Access review ended", by, at, |_| {});
            let creator = state.reviews.find(id).and_then(|review| review.created_by.clone());
            if let Some(creator) = creator {
                mail(state, id, MailKind::ReviewEnded, Audience::Principal(creator), at);
            }
        }
        ReviewStatus::Applying => {
            let activity = if by.is_some() { "Apply review" } else { "Auto apply review" };
            note(state, id, activity, by, at, |_| {});
        }
        _ => {}
    }
}

fn note(
    state: &mut State,
    id: &ReviewId,
    activity: &'static str,
    by: Option<&PrincipalId>,
    at: Timestamp,
    change: impl FnOnce(&mut Entry),
) {
    let Some(review) = state.reviews.find(id) else { return };
    let privilege = state.privileges.number(&review.definition.scope.privilege);
    let by = by.map(|by| state.principals.number(by));
    let more = More { review: Some(id.clone()), ..More::default() };
    let mut entry = Entry {
        service: AuditService::AccessReviews,
        by,
        privilege: Some(privilege),
        more: Some(Box::new(more)),
        ..Entry::new(at, activity)
    };
    change(&mut entry);
    state.audit.push(entry);
}

/// Whose access an item asks about, and to what.
fn about(
    state: &State,
    review: &ReviewId,
    round: &ReviewInstanceId,
    item: &ReviewItemId,
) -> (Option<u32>, Option<u32>) {
    let round = state.reviews.find(review).and_then(|review| review.round(round));
    let Some(item) = round.and_then(|round| round.item(item)) else { return (None, None) };
    (state.principals.find(&item.principal), state.privileges.find(&item.privilege))
}

/// Mail to the reviewers of the open stage, while something waits for them and unless the settings say no.
fn mail_reviewers(state: &mut State, id: &ReviewId, round: &ReviewInstanceId, kind: MailKind, at: Timestamp) {
    let Some(review) = state.reviews.find(id) else { return };
    let Some(round) = review.round(round) else { return };
    let wanted = kind != MailKind::ReviewStarted || round.definition.settings.mail;
    let silent = round.asked().any(|item| item.verdict == Verdict::NotReviewed);
    if wanted && silent {
        let reviewers = reached(round);
        mail(state, id, kind, Audience::Reviewers(reviewers), at);
    }
}

fn reached(round: &Round) -> Vec<Reviewer> {
    match round.reviewers().0 {
        [] => vec![Reviewer::Holder],
        named => named.to_vec(),
    }
}

fn mail(state: &mut State, id: &ReviewId, kind: MailKind, to: Audience, at: Timestamp) {
    let Some(review) = state.reviews.find(id) else { return };
    let privilege = state.privileges.number(&review.definition.scope.privilege);
    state.outbox.push(outbox::Entry {
        at,
        kind,
        to,
        addresses: Vec::new(),
        principal: None,
        privilege: Some(privilege),
        rank: None,
        request: None,
        review: Some(id.clone()),
    });
}
