use proptest::prelude::*;

use super::{
    super::{
        ReviewSettings,
        samples::{at, every, review, stage},
    },
    *,
};

fn starts(review: &NewReview, first: &str, n: usize) -> Vec<String> {
    review.rounds(at(first)).take(n).map(|w| w.start().unwrap().to_string()).collect()
}

#[test]
fn the_31st_returns_after_a_short_month() {
    let monthly = every(1, Frequency::Monthly, RecurrenceEnd::Never, 14);
    assert_eq!(
        starts(&monthly, "2027-12-31T08:30:00.0000001Z", 5),
        [
            "2027-12-31T08:30:00.0000001Z",
            "2028-01-31T08:30:00.0000001Z",
            "2028-02-29T08:30:00.0000001Z",
            "2028-03-31T08:30:00.0000001Z",
            "2028-04-30T08:30:00.0000001Z",
        ]
    );
}

#[test]
fn a_quarterly_review_returns_on_its_day() {
    let quarterly = every(3, Frequency::Monthly, RecurrenceEnd::Rounds(4), 14);
    assert_eq!(
        starts(&quarterly, "2026-11-30T23:00:00Z", 9),
        ["2026-11-30T23:00:00Z", "2027-02-28T23:00:00Z", "2027-05-30T23:00:00Z", "2027-08-30T23:00:00Z",]
    );
    let second = quarterly.round(at("2026-11-30T23:00:00Z"), 1).unwrap();
    assert_eq!(second.end(), Some(at("2027-03-14T23:00:00Z")));
}

#[test]
fn weekly_rounds_before_the_epoch_keep_their_time_of_day() {
    let weekly = every(2, Frequency::Weekly, RecurrenceEnd::Never, 14);
    assert_eq!(
        starts(&weekly, "1969-12-20T18:00:00Z", 3),
        ["1969-12-20T18:00:00Z", "1970-01-03T18:00:00Z", "1970-01-17T18:00:00Z",]
    );
}

#[test]
fn no_round_starts_at_or_after_the_end() {
    let until = |end: &str| every(1, Frequency::Weekly, RecurrenceEnd::At(at(end)), 3);
    let first = "2026-01-01T00:00:00Z";
    assert_eq!(starts(&until("2026-01-15T00:00:00Z"), first, 9).len(), 2);
    assert_eq!(starts(&until("2026-01-15T00:00:00.0000001Z"), first, 9).len(), 3);
}

#[test]
fn without_recurrence_there_is_one_round_and_stages_add_up() {
    let mut once = review(ReviewSettings::default());
    once.stages = vec![stage(3, &[]), stage(4, &[])];
    let rounds: Vec<_> = once.rounds(at("2026-01-01T00:00:00Z")).collect();
    assert_eq!(rounds.len(), 1);
    assert_eq!(rounds[0].end(), Some(at("2026-01-08T00:00:00Z")));
}

#[test]
fn rounds_end_where_time_does() {
    let monthly = every(1, Frequency::Monthly, RecurrenceEnd::Never, 14);
    assert_eq!(monthly.rounds(at("9999-10-01T00:00:00Z")).count(), 3);
    assert_eq!(
        every(u32::MAX, Frequency::Weekly, RecurrenceEnd::Never, 1)
            .rounds(at("2026-01-01T00:00:00Z"))
            .count(),
        1
    );
}

#[test]
fn what_the_service_sent_wrong_never_repeats_a_round() {
    for (n, frequency) in [(0, Frequency::Weekly), (0, Frequency::Monthly), (1, "hourly".into())] {
        let odd = every(n, frequency, RecurrenceEnd::Never, 3);
        assert_eq!(odd.rounds(at("2026-01-01T00:00:00Z")).count(), 1);
    }
}

fn problems(review: &NewReview) -> Vec<String> {
    let Err(error) = review.check(at("2026-01-01T00:00:00Z")) else { return Vec::new() };
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let list = error.message().strip_prefix("the review cannot be created: ").unwrap();
    list.split("; ").filter_map(|p| p.split_once(": ")).map(|(field, _)| field.to_owned()).collect()
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let mut wrong = every(0, Frequency::Weekly, RecurrenceEnd::At(at("2025-12-31T00:00:00Z")), 0);
    wrong.name = " ".into();
    wrong.settings.recommendations = Some(Period::ZERO);
    assert_eq!(
        problems(&wrong),
        [
            "name",
            "settings.duration_days",
            "settings.recurrence.until",
            "settings.recurrence.interval",
            "settings.recommendations",
        ]
    );
    wrong.start = Some(at("2025-12-30T00:00:00Z"));
    assert!(!problems(&wrong).contains(&"settings.recurrence.until".to_owned()), "counted from the start");
    wrong.stages = vec![stage(1, &[]), stage(0, &[]), stage(1, &[]), stage(1, &[])];
    assert_eq!(problems(&wrong)[1..3], ["stages", "stages[1].duration_days"]);
}

#[test]
fn rounds_may_be_as_long_as_they_do_not_meet() {
    // Frequency, interval, longest legal duration; 27 is the documented one.
    for (frequency, n, longest) in [
        (Frequency::Weekly, 1, 7),
        (Frequency::Weekly, 2, 14),
        (Frequency::Weekly, 52, 180),
        (Frequency::Monthly, 1, 27),
        (Frequency::Monthly, 2, 58),
        (Frequency::Monthly, 3, 88),
        (Frequency::Monthly, 6, 180),
        (Frequency::Monthly, 12, 180),
        (Frequency::Monthly, u32::MAX, 180),
    ] {
        let lasting = |days| problems(&every(n, frequency.clone(), RecurrenceEnd::Never, days));
        assert_eq!(lasting(longest), [""; 0], "{frequency} {n}");
        assert_eq!(lasting(longest + 1), ["settings.duration_days"], "{frequency} {n}");
        let mut staged = every(n, frequency.clone(), RecurrenceEnd::Never, 1);
        staged.stages = vec![stage(longest, &[]), stage(1, &[])];
        assert_eq!(problems(&staged), ["stages"], "{frequency} {n}");
    }
    assert_eq!(problems(&review(ReviewSettings { duration_days: 180, ..Default::default() })), [""; 0]);
    assert_eq!(
        problems(&review(ReviewSettings { duration_days: 181, ..Default::default() })),
        ["settings.duration_days"]
    );
    assert_eq!(problems(&every(1, "daily".into(), RecurrenceEnd::Never, 1)), ["settings.recurrence.every"]);
    assert_eq!(
        problems(&every(1, Frequency::Weekly, RecurrenceEnd::Rounds(0), 1)),
        ["settings.recurrence.until"]
    );
}

#[test]
fn only_an_automatic_denial_removes_the_silent() {
    for (auto_apply, default_decision, removes) in [
        (true, DefaultDecision::Deny, true),
        (false, DefaultDecision::Deny, false),
        (true, DefaultDecision::Recommendation, false),
        (true, DefaultDecision::None, false),
    ] {
        let settings = ReviewSettings { auto_apply, default_decision, ..ReviewSettings::default() };
        assert_eq!(settings.removes_unanswered(), removes);
    }
}

fn reviews() -> impl Strategy<Value = NewReview> {
    let end = prop_oneof![
        Just(RecurrenceEnd::Never),
        (1u32..40).prop_map(RecurrenceEnd::Rounds),
        (1_700_000_000i64..2_200_000_000).prop_map(|s| RecurrenceEnd::At(Timestamp::from_unix_seconds(s))),
    ];
    let frequency = prop_oneof![Just(Frequency::Weekly), Just(Frequency::Monthly)];
    (frequency, 1u32..14, end, 1u32..=180)
        .prop_map(|(frequency, n, end, days)| every(n, frequency, end, days))
}

proptest! {
    #[test]
    fn rounds_of_a_checked_review_are_ordered_and_never_overlap(
        review in reviews(), s in 1_600_000_000i64..1_900_000_000,
    ) {
        let first = Timestamp::from_unix_seconds(s);
        prop_assume!(review.check(first).is_ok());
        let rounds: Vec<_> = review.rounds(first).take(60).collect();
        prop_assert_eq!(rounds.first().and_then(Window::start), Some(first));
        for pair in rounds.windows(2) {
            prop_assert!(pair[0].end() <= pair[1].start());
        }
        for round in &rounds {
            prop_assert_eq!(round.length(), Some(review.length()));
        }
        match review.settings.recurrence.as_ref().unwrap().until {
            RecurrenceEnd::Rounds(n) => prop_assert_eq!(rounds.len(), n as usize),
            RecurrenceEnd::At(end) => prop_assert!(rounds.iter().all(|r| r.start() < Some(end))),
            RecurrenceEnd::Never => prop_assert_eq!(rounds.len(), 60),
        }
    }

    #[test]
    fn the_shortest_months_are_those_of_the_calendar(n in 1u32..12) {
        let review = every(n, Frequency::Monthly, RecurrenceEnd::Never, 1);
        let new_year = at("2026-01-01T00:00:00Z");
        let days_to_next = |first| Some(review.round(first, 1)?.start()?.since(first).as_days());
        let shortest = (0..366).filter_map(|d| days_to_next(new_year + Period::days(d))).min();
        prop_assert_eq!(shortest, Some(u64::from(shortest_months(n))));
    }

    #[test]
    fn no_definition_makes_the_check_panic(n: u32, days: u32, more: u32, rounds: u32) {
        let mut review = every(n, Frequency::Monthly, RecurrenceEnd::Rounds(rounds), days);
        let _ = review.check(Timestamp::MAX);
        review.stages = vec![stage(days, &[]), stage(more, &[])];
        let _ = review.check(Timestamp::MIN);
        let _ = (review.round(Timestamp::MIN, rounds), review.round(Timestamp::MAX, n));
    }
}
