use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ApplyResult, Outcome, ReviewItem, Verdict};
use crate::id::PrincipalId;

/// What a round came to, for the record.
///
/// `approved + denied + dont_know + no_response + other` is `items`; so is
/// `kept + removed + gone + failed + unsupported + pending`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewSummary {
    /// How many were asked about.
    pub items: u64,
    /// A reviewer approved.
    pub approved: u64,
    /// A reviewer denied.
    pub denied: u64,
    /// A reviewer could not tell.
    pub dont_know: u64,
    /// No reviewer answered, whatever the default decision then was.
    pub no_response: u64,
    /// An answer that this version does not know.
    pub other: u64,
    /// Without answer, and approved by default.
    pub approved_by_default: u64,
    /// Without answer, and denied by default.
    pub denied_by_default: u64,
    /// Access stays.
    pub kept: u64,
    /// Access was taken away.
    pub removed: u64,
    /// Access was to be taken away, and was gone already.
    pub gone: u64,
    /// Access was to be taken away, and that failed: somebody must look.
    pub failed: u64,
    /// Access was to be taken away, and a review cannot do that: somebody must do it.
    pub unsupported: u64,
    /// Access is to be taken away once the round is applied.
    pub pending: u64,
    /// Who answered, in any stage.
    pub reviewers: BTreeSet<PrincipalId>,
}

impl ReviewSummary {
    /// Counts a round's items.
    pub fn of<'a>(items: impl IntoIterator<Item = &'a ReviewItem>) -> Self {
        let mut summary = Self::default();
        for item in items {
            summary.add(item);
        }
        summary
    }

    /// Counts one more item, so that a long list need not be held.
    pub fn add(&mut self, item: &ReviewItem) {
        self.items += 1;
        match (item.final_verdict(), item.final_reviewer()) {
            (Verdict::Approve, None) => self.approved_by_default += 1,
            (Verdict::Deny, None) => self.denied_by_default += 1,
            _ => {}
        }
        *match (item.final_verdict(), item.final_reviewer()) {
            (Verdict::NotReviewed, _) | (Verdict::Approve | Verdict::Deny, None) => &mut self.no_response,
            (Verdict::Approve, _) => &mut self.approved,
            (Verdict::Deny, _) => &mut self.denied,
            (Verdict::DontKnow, _) => &mut self.dont_know,
            (Verdict::Unknown(_), _) => &mut self.other,
        } += 1;
        *match (item.outcome(), &item.applied) {
            (Outcome::Keep, _) => &mut self.kept,
            (Outcome::Remove, ApplyResult::AppliedSuccessfully) => &mut self.removed,
            (Outcome::Remove, ApplyResult::AppliedSuccessfullyButObjectNotFound) => &mut self.gone,
            (Outcome::Remove, ApplyResult::AppliedWithUnknownFailure) => &mut self.failed,
            (Outcome::Remove, ApplyResult::ApplyNotSupported) => &mut self.unsupported,
            (Outcome::Remove, ApplyResult::New | ApplyResult::Unknown(_)) => &mut self.pending,
        } += 1;
        let earlier = item.earlier.iter().filter_map(|stage| stage.decided_by.as_ref());
        self.reviewers.extend(earlier.chain(&item.decided_by).cloned());
    }
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
