use proptest::prelude::*;

use super::{
    super::{
        StageAnswer,
        samples::{item, person},
    },
    *,
};

fn decided(verdict: Verdict, by: Option<u8>, applied: ApplyResult) -> ReviewItem {
    let mut item = item();
    item.verdict = verdict;
    item.decided_by = by.map(person);
    item.applied = applied;
    item
}

#[test]
fn a_summary_tells_answers_from_defaults_and_results() {
    let mut silent_later = decided(Verdict::NotReviewed, None, ApplyResult::AppliedSuccessfully);
    let mut first = StageAnswer::new(Verdict::Deny);
    first.decided_by = Some(person(7));
    silent_later.earlier.push(first);
    let items = [
        decided(Verdict::Approve, Some(8), ApplyResult::AppliedSuccessfully),
        decided(Verdict::Approve, None, ApplyResult::AppliedSuccessfully),
        decided(Verdict::Deny, Some(9), ApplyResult::AppliedSuccessfully),
        decided(Verdict::Deny, Some(9), ApplyResult::AppliedWithUnknownFailure),
        decided(Verdict::Deny, Some(9), ApplyResult::AppliedSuccessfullyButObjectNotFound),
        decided(Verdict::Deny, Some(9), ApplyResult::ApplyNotSupported),
        decided(Verdict::Deny, None, ApplyResult::New),
        decided(Verdict::DontKnow, Some(8), ApplyResult::New),
        decided(Verdict::NotReviewed, None, ApplyResult::New),
        decided("later".into(), Some(8), ApplyResult::New),
        silent_later,
    ];
    assert_eq!(
        ReviewSummary::of(&items),
        ReviewSummary {
            items: 11,
            approved: 1,
            denied: 5,
            dont_know: 1,
            no_response: 3,
            other: 1,
            approved_by_default: 1,
            denied_by_default: 1,
            kept: 5,
            removed: 2,
            gone: 1,
            failed: 1,
            unsupported: 1,
            pending: 1,
            reviewers: [person(7), person(8), person(9)].into(),
        }
    );
}

fn items() -> impl Strategy<Value = ReviewItem> {
    let verdict = (0..=Verdict::KNOWN.len()).prop_map(|n| match Verdict::KNOWN.get(n) {
        Some(known) => known.clone(),
        None => "later".into(),
    });
    let applied = (0..=ApplyResult::KNOWN.len()).prop_map(|n| match ApplyResult::KNOWN.get(n) {
        Some(known) => known.clone(),
        None => "retrying".into(),
    });
    (verdict, prop::option::of(0u8..5), applied).prop_map(|(v, by, applied)| decided(v, by, applied))
}

proptest! {
    #[test]
    fn a_summary_adds_up(items in prop::collection::vec(items(), 0..40)) {
        let s = ReviewSummary::of(&items);
        prop_assert_eq!(s.items, items.len() as u64);
        prop_assert_eq!(s.approved + s.denied + s.dont_know + s.no_response + s.other, s.items);
        prop_assert_eq!(s.kept + s.removed + s.gone + s.failed + s.unsupported + s.pending, s.items);
        prop_assert!(s.approved_by_default + s.denied_by_default <= s.no_response);
        let removals = s.items - s.kept;
        prop_assert_eq!(removals, s.denied + s.denied_by_default);
    }
}
