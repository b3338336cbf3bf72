//! What the tests of reviews share.

use super::*;
use crate::{id::RoleId, schedule::Level};

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn person(n: u8) -> PrincipalId {
    PrincipalId::from_guid([n; 16])
}

pub(super) fn stage(duration_days: u32, goes_on_with: &[Verdict]) -> ReviewStage {
    ReviewStage {
        reviewers: vec![Reviewer::Manager],
        fallback_reviewers: Vec::new(),
        duration_days,
        goes_on_with: goes_on_with.to_vec(),
    }
}

pub(super) fn review(settings: ReviewSettings) -> NewReview {
    NewReview {
        name: "Global Administrators".into(),
        scope: ReviewScope {
            privilege: Privilege::role(RoleId::from_guid([1; 16])),
            population: Population::Eligible,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: vec![Reviewer::User(person(9))],
        fallback_reviewers: Vec::new(),
        start: None,
        settings,
        stages: Vec::new(),
    }
}

pub(super) fn every(n: u32, frequency: Frequency, until: RecurrenceEnd, duration_days: u32) -> NewReview {
    let recurrence = Some(Recurrence { every: frequency, interval: n, until });
    review(ReviewSettings { duration_days, recurrence, ..ReviewSettings::default() })
}

fn key() -> RoundKey {
    RoundKey { review: ReviewId::from_guid([2; 16]), round: ReviewInstanceId::from_guid([3; 16]) }
}

/// A round in the first half of March 2026.
pub(super) fn round(status: ReviewStatus) -> ReviewRound {
    let window = Window::new(Some(at("2026-03-01T00:00:00Z")), Some(at("2026-03-15T00:00:00Z")));
    ReviewRound::new(key(), status, window.unwrap())
}

/// An unanswered item of that round.
pub(super) fn item() -> ReviewItem {
    let privilege = Privilege::role(RoleId::from_guid([1; 16]));
    ReviewItem::new(ReviewItemId::from_guid([4; 16]), key(), person(1), privilege, Level::Eligibility)
}

pub(super) fn answer(verdict: Verdict, why: Option<&str>) -> NewVerdict {
    NewVerdict { item: item().id, verdict, justification: why.map(Sensitive::from) }
}
