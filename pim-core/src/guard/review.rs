//! What a review would take away.

use std::collections::BTreeSet;

use super::{LAST_ADMINISTRATORS, Loss, refusal};
use crate::{
    error::Error,
    review::{DefaultDecision, NewReview, Population, Recommendation, ReviewItem, Reviewed, Verdict},
    schedule::Level,
};

/// True when a review would by itself take standing access from people whom its reviewers forgot.
pub fn removes_the_silent(review: &NewReview) -> bool {
    review.settings.auto_apply
        && !matches!(review.settings.default_decision, DefaultDecision::None | DefaultDecision::Approve)
        && review.scope.population != Population::Eligible
        && review.scope.reviewed != Reviewed::ServicePrincipals
}

/// The items that would be denied if the round were applied: answered so, or left silent where the default
/// denies. A recommendation that doesn't speak for keeping counts as against it.
pub fn denied<'a>(items: &'a [ReviewItem], default: &DefaultDecision) -> Vec<&'a ReviewItem> {
    let falls = |item: &&ReviewItem| match item.final_verdict() {
        Verdict::Deny | Verdict::Unknown(_) => true,
        Verdict::Approve | Verdict::DontKnow => false,
        Verdict::NotReviewed => match default {
            DefaultDecision::None | DefaultDecision::Approve => false,
            DefaultDecision::Recommendation => item.recommendation != Recommendation::Approve,
            DefaultDecision::Deny | DefaultDecision::Unknown(_) => true,
        },
    };
    items.iter().filter(falls).collect()
}

/// The refusal of a review that would remove administrators for their reviewers' silence.
pub(super) fn forgetful() -> Error {
    refusal(
        LAST_ADMINISTRATORS,
        "at its end the review would by itself take access from every administrator whom its reviewers forgot: \
         switch `auto_apply` off, or let the default decision be `none`",
    )
}

/// The grants that denials would take away; eligibilities are not in force and don't count.
pub(super) fn losses(denied: &[&ReviewItem]) -> BTreeSet<Loss> {
    denied
        .iter()
        .filter(|item| item.level != Level::Eligibility)
        .map(|item| Loss { principal: item.principal.clone(), privilege: item.privilege.clone() })
        .collect()
}
