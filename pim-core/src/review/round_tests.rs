use super::{
    super::samples::{at, round, stage},
    *,
};

use ReviewStatus as S;
use RoundTrigger as T;

/// Every legal move, written out by hand from the service's documentation.
const EXPECTED: [(S, T, S); 12] = [
    (S::Initializing, T::Start, S::Starting),
    (S::NotStarted, T::Start, S::Starting),
    (S::Starting, T::PopulationRead, S::InProgress),
    (S::InProgress, T::End, S::Completing),
    (S::InProgress, T::Stop, S::Completing),
    (S::InProgress, T::Reset, S::InProgress),
    (S::Completing, T::FillDefaults, S::AutoReviewing),
    (S::Completing, T::Close, S::Completed),
    (S::AutoReviewing, T::DefaultsFilled, S::AutoReviewed),
    (S::AutoReviewed, T::Close, S::Completed),
    (S::Completed, T::Apply, S::Applying),
    (S::Applying, T::Applied, S::Applied),
];

#[test]
fn a_round_moves_as_written_and_not_otherwise() {
    assert_eq!(RoundMove::ALL.len(), EXPECTED.len());
    for from in S::KNOWN {
        for trigger in T::ALL {
            let expected = EXPECTED.iter().find(|(s, t, _)| (s, t) == (from, trigger)).map(|(.., to)| to);
            let found = from.after(*trigger);
            assert_eq!(found.as_ref().ok(), expected, "{from} {trigger:?}");
            if let Err(error) = found {
                assert_eq!(error.kind(), ErrorKind::InvalidTransition);
            }
        }
    }
}

#[test]
fn a_refusal_says_what_is_legal() {
    let message = |status: S, trigger| status.after(trigger).unwrap_err().to_string();
    assert_eq!(
        message(S::Completed, T::Stop),
        "a review round that is completed cannot be stopped: from here it can only be applied"
    );
    assert_eq!(
        message(S::InProgress, T::Apply),
        "a review round that is in_progress cannot be applied: from here it can only be reset or end or be stopped"
    );
    assert_eq!(
        message(S::Applied, T::Start),
        "a review round that is applied cannot start: it is over; wait for the next round or make a new review"
    );
    assert!(
        message("paused".into(), T::Stop).ends_with("read it again with a newer version of this library")
    );
}

#[test]
fn a_closed_round_never_opens_again() {
    for start in S::KNOWN.iter().filter(|s| s.is_closed()) {
        for trigger in T::ALL {
            assert!(start.after(*trigger).map_or(true, |to| to.is_closed()), "{start} {trigger:?}");
        }
    }
    let closed: Vec<_> = S::KNOWN.iter().filter(|s| s.is_closed()).map(S::as_str).collect();
    assert_eq!(closed, ["completing", "completed", "auto_reviewing", "auto_reviewed", "applying", "applied"]);
}

#[test]
fn time_starts_and_ends_a_round() {
    let (before, start) = (at("2026-02-28T23:59:59Z"), at("2026-03-01T00:00:00Z"));
    let (last, end) = (at("2026-03-14T23:59:59Z"), at("2026-03-15T00:00:00Z"));
    let waiting = round(S::NotStarted);
    assert_eq!((waiting.due(before), waiting.due(start)), (None, Some(T::Start)));
    assert_eq!(waiting.next_change(&[]), Some(start));
    let open = round(S::InProgress);
    assert_eq!((open.due(last), open.due(end)), (None, Some(T::End)));
    assert_eq!(open.next_change(&[]), Some(end));
    let done = round(S::Completed);
    assert_eq!((done.due(end), done.next_change(&[])), (None, None));
}

#[test]
fn stages_follow_each_other_to_the_end_of_the_round() {
    let stages = [stage(3, &[]), stage(4, &[]), stage(7, &[])];
    let mut open = round(S::InProgress);
    let stage_at = |time: &str| open_stage(&stages, &open.window, at(time));
    assert_eq!(stage_at("2026-02-28T23:59:59Z"), None);
    assert_eq!(stage_at("2026-03-01T00:00:00Z"), Some(0));
    assert_eq!(stage_at("2026-03-03T23:59:59Z"), Some(0));
    assert_eq!(stage_at("2026-03-04T00:00:00Z"), Some(1));
    assert_eq!(stage_at("2026-03-08T00:00:00Z"), Some(2));
    assert_eq!(stage_at("2026-03-14T23:59:59Z"), Some(2));
    assert_eq!(stage_at("2026-03-15T00:00:00Z"), None);
    assert_eq!(open_stage(&[], &open.window, at("2026-03-14T23:59:59Z")), Some(0));
    for (n, end) in [(0, "2026-03-04T00:00:00Z"), (1, "2026-03-08T00:00:00Z"), (2, "2026-03-15T00:00:00Z")] {
        open.stage = n;
        assert_eq!(open.next_change(&stages), Some(at(end)));
    }
    assert_eq!(stage_window(&stages, &open.window, 3), None);
}

#[test]
fn the_reminder_comes_half_way() {
    let window = round(S::InProgress).window;
    assert_eq!(reminder_at(&window), Some(at("2026-03-08T00:00:00Z")));
    assert_eq!(reminder_at(&Window::from(at("2026-03-01T00:00:00Z"))), None);
}
