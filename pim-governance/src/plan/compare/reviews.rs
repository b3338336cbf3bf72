//! Reviews, known by their name.

use std::collections::HashSet;

use pim_core::{
    error::ErrorKind,
    guard::removes_the_silent,
    review::{NewReview, Reviewer},
};

use super::Comparing;
use crate::{
    plan::{
        Change, Fact, Risk, codes,
        item::{Act, Item, Rank},
        judge::Refusal,
    },
    snapshot::SourceKind,
};

impl Comparing<'_> {
    pub(super) fn reviews(&mut self) {
        if self.wishes.reviews.is_empty() {
            return;
        }
        if !self.snapshot.is_complete(SourceKind::Reviews) {
            self.found.unread.insert(SourceKind::Reviews);
            return;
        }
        for (name, review) in &self.wishes.reviews {
            let standing = self.snapshot.reviews.iter().find(|known| known.definition.name == *name);
            if standing.is_some_and(|known| same_review(&known.definition, review)) {
                continue;
            }
            let stopped = standing.map(|_| {
                Refusal::new(
                    codes::UNSUPPORTED,
                    ErrorKind::Unsupported,
                    "a review of this name runs otherwise than is wanted, and no request changes one: delete it in the \
                     portal and plan anew, or give the new one another name",
                )
            });
            let what = self.words.what(&review.scope.privilege);
            self.item(Item {
                inverse: Some(Change::RemoveReview { name: (*name).to_owned() }),
                rests_on: vec![Fact::NoReview { name: (*name).to_owned() }],
                risk: if removes_the_silent(review) { Risk::High } else { Risk::Low },
                why: format!("A review of {what} is wanted and there is none of its name."),
                wave: 0,
                rank: Rank::Review,
                stopped,
                ..self.plain(Change::Review(Box::new((*review).clone())), Act::Review)
            });
        }
    }
}

/// What people would call the same review: what services fill in by themselves is not compared.
fn same_review(standing: &NewReview, wanted: &NewReview) -> bool {
    let settings = |review: &NewReview| {
        let own = &review.settings;
        (own.recurrence.clone(), own.default_decision.clone(), own.auto_apply, own.apply_action.clone())
    };
    let days = |review: &NewReview| match review.stages.as_slice() {
        [] => review.settings.duration_days,
        stages => stages.iter().map(|stage| stage.duration_days).sum(),
    };
    let reviewers = |review: &NewReview| -> Vec<HashSet<Reviewer>> {
        match review.stages.as_slice() {
            [] => vec![review.reviewers.iter().cloned().collect()],
            stages => stages.iter().map(|stage| stage.reviewers.iter().cloned().collect()).collect(),
        }
    };
    standing.scope == wanted.scope
        && settings(standing) == settings(wanted)
        && days(standing) == days(wanted)
        && reviewers(standing) == reviewers(wanted)
}
