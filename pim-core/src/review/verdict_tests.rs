use proptest::prelude::*;

use super::{
    super::samples::{answer, at, item, person, round, stage},
    *,
};

const NOON: &str = "2026-03-02T12:00:00Z";

fn recorded(item: &mut ReviewItem, verdict: Verdict, by: u8) {
    let settings = ReviewSettings::default();
    let mut open = round(ReviewStatus::InProgress);
    open.stage = item.stage() as u32;
    item.record(&answer(verdict, Some("seen")), &person(by), true, &open, &settings, at(NOON)).unwrap();
}

#[test]
fn the_last_answer_counts_whoever_gives_it() {
    let mut asked = item();
    recorded(&mut asked, Verdict::Approve, 8);
    recorded(&mut asked, Verdict::Deny, 9);
    assert_eq!(asked.verdict, Verdict::Deny);
    assert_eq!((asked.decided_by.clone(), asked.decided_at), (Some(person(9)), Some(at(NOON))));
    let settings = ReviewSettings::default();
    let silent = answer(Verdict::DontKnow, None);
    asked.record(&silent, &person(8), true, &round(ReviewStatus::InProgress), &settings, at(NOON)).unwrap();
    assert_eq!((asked.verdict, asked.justification), (Verdict::DontKnow, None));
}

#[test]
fn a_refused_answer_says_why_and_changes_nothing() {
    let open = round(ReviewStatus::InProgress);
    let strict = ReviewSettings { justification_required: true, ..ReviewSettings::default() };
    let mut foreign = answer(Verdict::Deny, None);
    foreign.item = crate::id::ReviewItemId::from_guid([7; 16]);
    let mut late = open.clone();
    late.stage = 1;
    let end = "2026-03-15T00:00:00Z";
    let approve = || answer(Verdict::Approve, None);
    for (given, is_reviewer, round, now, kind, words) in [
        (foreign, true, &open, NOON, ErrorKind::InvalidInput, "another review item"),
        (approve(), false, &open, NOON, ErrorKind::PermissionDenied, "one of its reviewers"),
        (approve(), true, &open, NOON, ErrorKind::InvalidInput, "add a justification"),
        (
            answer(Verdict::Approve, Some(" \n")),
            true,
            &open,
            NOON,
            ErrorKind::InvalidInput,
            "add a justification",
        ),
        (answer(Verdict::NotReviewed, None), true, &open, NOON, ErrorKind::InvalidInput, "approve, deny or"),
        (answer("maybe".into(), None), true, &open, NOON, ErrorKind::InvalidInput, "approve, deny or"),
        (answer(Verdict::Deny, None), true, &open, end, ErrorKind::InvalidTransition, "is over"),
        (answer(Verdict::Deny, None), true, &late, NOON, ErrorKind::InvalidTransition, "did not go on"),
    ] {
        let mut asked = item();
        let error = asked.record(&given, &person(9), is_reviewer, round, &strict, at(now)).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.message().contains(words), "{error}");
        assert_eq!(asked, item());
    }
    // A denial needs no reason even here.
    assert!(item().record(&answer(Verdict::Deny, None), &person(9), true, &open, &strict, at(NOON)).is_ok());
}

#[test]
fn default_decisions_reach_only_the_unanswered() {
    use DefaultDecision as D;
    use Recommendation as R;
    for (default, recommendation, expected) in [
        (D::None, R::Deny, Verdict::NotReviewed),
        (D::Approve, R::Deny, Verdict::Approve),
        (D::Deny, R::Approve, Verdict::Deny),
        (D::Recommendation, R::Approve, Verdict::Approve),
        (D::Recommendation, R::Deny, Verdict::Deny),
        (D::Recommendation, R::NoInfoAvailable, Verdict::NotReviewed),
        (D::Unknown("revoke".into()), R::Deny, Verdict::NotReviewed),
    ] {
        let mut silent = item();
        silent.recommendation = recommendation.clone();
        silent.fill_default(&default, at(NOON));
        assert_eq!(silent.verdict, expected, "{default}");
        assert_eq!(silent.decided_by, None);
        for answer in [Verdict::Approve, Verdict::Deny, Verdict::DontKnow] {
            let mut answered = item();
            answered.recommendation = recommendation.clone();
            recorded(&mut answered, answer.clone(), 9);
            answered.fill_default(&default, at(NOON));
            assert_eq!(*answered.final_verdict(), answer);
        }
    }
}

#[test]
fn the_last_stage_that_answered_decides() {
    let mut asked = item();
    recorded(&mut asked, Verdict::Deny, 8);
    asked.advance();
    assert_eq!((asked.stage(), &asked.verdict, &asked.decided_by), (1, &Verdict::NotReviewed, &None));
    assert_eq!((asked.final_verdict(), asked.outcome()), (&Verdict::Deny, Outcome::Remove));
    assert_eq!(asked.final_reviewer(), Some(&person(8)));

    let mut silent = asked.clone();
    silent.fill_default(&DefaultDecision::Approve, at(NOON));
    assert_eq!(silent.final_verdict(), &Verdict::Deny, "the first stage answered");

    recorded(&mut asked, Verdict::Approve, 9);
    assert_eq!((asked.final_verdict(), asked.outcome()), (&Verdict::Approve, Outcome::Keep));
    assert_eq!(asked.earlier[0].decided_by, Some(person(8)));
}

#[test]
fn a_stage_says_which_answers_go_on() {
    let mut asked = item();
    assert!(asked.goes_on(&stage(3, &[])), "none named means all");
    assert!(asked.goes_on(&stage(3, &[Verdict::Approve, Verdict::NotReviewed])));
    recorded(&mut asked, Verdict::Deny, 8);
    assert!(!asked.goes_on(&stage(3, &[Verdict::Approve, Verdict::NotReviewed])));
}

#[test]
fn a_reset_reaches_the_open_stage_only() {
    let mut open = round(ReviewStatus::InProgress);
    let mut asked = item();
    recorded(&mut asked, Verdict::Deny, 8);
    let answered = asked.clone();
    open.stage = 1;
    asked.reset(&open).unwrap();
    assert_eq!(asked, answered, "nobody could answer it any more");
    open.stage = 0;
    asked.reset(&open).unwrap();
    assert_eq!(asked, item());
    let error = asked.reset(&round(ReviewStatus::Completed)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidTransition);
}

#[test]
fn only_a_denial_removes() {
    for verdict in [Verdict::Approve, Verdict::DontKnow, Verdict::NotReviewed, "disable".into()] {
        let mut asked = item();
        asked.verdict = verdict;
        assert_eq!(asked.outcome(), Outcome::Keep);
    }
}

#[test]
fn recommendations_look_back_from_the_start() {
    let start = at("2026-03-31T00:00:00Z");
    let seen = |time: Option<&str>| recommend(time.map(at), Period::days(30), start);
    assert_eq!(seen(Some("2026-03-01T00:00:00Z")), Recommendation::Approve);
    assert_eq!(seen(Some("2026-02-28T23:59:59Z")), Recommendation::Deny);
    assert_eq!(seen(Some("2026-04-02T00:00:00Z")), Recommendation::Approve);
    assert_eq!(seen(None), Recommendation::NoInfoAvailable);
}

#[test]
fn reviewers_are_people_groups_managers_or_holders() {
    // 1 holds, 2 is the manager of 1, 3 is a member of group 30, 4 is named, 5 has nothing to do with it.
    let manager_of = |p: &PrincipalId| (*p == person(1)).then(|| person(2));
    let member_of = |p: &PrincipalId, g: &PrincipalId| (p, g) == (&person(3), &person(30));
    let who = |reviewers: &[Reviewer], fallback: &[Reviewer], holder: u8| -> Vec<u8> {
        let may =
            |n: &u8| may_review(reviewers, fallback, &person(holder), &person(*n), manager_of, member_of);
        (1..=6).filter(may).collect()
    };
    let named = Reviewer::User(person(4));
    let group = Reviewer::Group(person(30));
    assert_eq!(who(&[], &[], 1), [1]);
    assert_eq!(who(&[], std::slice::from_ref(&named), 1), [1], "a fallback is for managers");
    assert_eq!(who(&[Reviewer::Holder], &[], 1), [1]);
    assert_eq!(who(&[named.clone(), group.clone()], &[], 1), [3, 4]);
    assert_eq!(who(&[Reviewer::Manager], std::slice::from_ref(&named), 1), [2]);
    assert_eq!(who(&[Reviewer::Manager], &[named.clone(), group], 6), [3, 4]);
    assert_eq!(who(&[Reviewer::Manager], &[Reviewer::Manager], 6), [0; 0]);
    assert_eq!(who(&[Reviewer::Manager, named], &[Reviewer::Holder], 6), [4, 6]);
}

#[test]
fn an_item_round_trips_with_its_stages() {
    let mut asked = item();
    assert!(!serde_json::to_string(&asked).unwrap().contains("earlier"));
    recorded(&mut asked, Verdict::Approve, 8);
    asked.advance();
    let json = serde_json::to_string(&asked).unwrap();
    assert_eq!(serde_json::from_str::<ReviewItem>(&json).unwrap(), asked);
    assert!(!format!("{asked:?}").contains("seen"), "justifications stay out of logs");
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::Approve),
        Just(Verdict::Deny),
        Just(Verdict::DontKnow),
        Just(Verdict::NotReviewed),
        Just(Verdict::Unknown("later".into())),
    ]
}

proptest! {
    #[test]
    fn answering_never_changes_a_closed_round(
        verdict in verdicts(), before in verdicts(), is_reviewer: bool, which in 0usize..10, hours in 0u32..800,
    ) {
        let closed = round(ReviewStatus::KNOWN[which].clone());
        let now = at("2026-02-20T00:00:00Z") + Period::hours(hours);
        prop_assume!(closed.status != ReviewStatus::InProgress || closed.window.has_ended(now));
        let mut asked = item();
        asked.verdict = before;
        let untouched = asked.clone();
        let (given, settings) = (answer(verdict, Some("why")), ReviewSettings::default());
        let result = asked.record(&given, &person(9), is_reviewer, &closed, &settings, now);
        prop_assert!(result.is_err());
        prop_assert_eq!(asked, untouched);
    }

    #[test]
    fn access_goes_only_where_somebody_or_the_default_denied(
        answers in prop::collection::vec(prop::option::of(verdicts()), 1..4), which in 0usize..4, hint in 0usize..3,
    ) {
        let default = &DefaultDecision::KNOWN[which];
        let mut asked = item();
        asked.recommendation = Recommendation::KNOWN[hint].clone();
        let mut last = None;
        for (n, answer) in answers.iter().enumerate() {
            if n > 0 {
                asked.advance();
            }
            if let Some(verdict @ (Verdict::Approve | Verdict::Deny | Verdict::DontKnow)) = answer {
                recorded(&mut asked, verdict.clone(), 9);
                last = Some(verdict.clone());
            }
        }
        asked.fill_default(default, at(NOON));
        let denied_by_default = *default == DefaultDecision::Deny
            || *default == DefaultDecision::Recommendation && asked.recommendation == Recommendation::Deny;
        let removed = match last {
            Some(verdict) => verdict == Verdict::Deny,
            None => denied_by_default,
        };
        prop_assert_eq!(asked.outcome() == Outcome::Remove, removed);
    }
}
