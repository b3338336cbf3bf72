use pim_core::{
    backend::View,
    error::ErrorKind,
    id::RoleId,
    privilege::Privilege,
    request::{Action, NewRequest},
    review::{
        ApplyResult, DefaultDecision, NewReview, NewVerdict, Population, Recommendation, Recurrence,
        RecurrenceEnd, ReviewScope, ReviewSettings, ReviewStage, ReviewStatus, ReviewSummary, Reviewed,
        Reviewer, Verdict,
    },
    schedule::Level,
    time::{Expiry, Period, Timestamp},
};

use crate::{
    engine::{Answer, Audience, Command, MailKind, trial::Trial},
    seed::{Seed, SeedBuilder, group_of, id_of},
    switches::{RunningWithoutEligibility, Switches},
};

const DAY: Period = Period::days(1);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// User Administrator: privileged, and not guarded as the last of its kind.
fn role() -> Privilege {
    Privilege::role("fe930be7-5e62-47db-91af-98c3a49a38b1".parse().unwrap())
}

fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

/// Two people and a group may become User Administrator.
fn seed() -> SeedBuilder {
    Seed::builder()
        .users(["admin", "boss", "alice", "bob", "carol"])
        .group("ops", ["carol"])
        .standing("admin", global())
        .eligible("alice", role())
        .eligible("bob", role())
        .eligible("ops", role())
}

fn review(settings: ReviewSettings) -> NewReview {
    NewReview {
        name: "User Administrators".into(),
        scope: ReviewScope {
            privilege: role(),
            population: Population::Eligible,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: vec![Reviewer::User(id_of("boss"))],
        fallback_reviewers: Vec::new(),
        start: None,
        settings,
        stages: Vec::new(),
    }
}

fn once() -> NewReview {
    review(ReviewSettings::default())
}

fn assign(who: &str, privilege: &Privilege, level: Level) -> Command {
    let mut ask = NewRequest::new(Action::AdminAssign, level, id_of(who), privilege.clone());
    ask.justification = Some("needed".into());
    ask.expiry = Some(Expiry::Never);
    Command::Submit(ask)
}

fn holders(trial: &Trial, review: &pim_core::id::ReviewId) -> Vec<pim_core::id::PrincipalId> {
    trial.items("admin", &trial.round(review).key).unwrap().into_iter().map(|item| item.principal).collect()
}

fn sorted(names: &[&str]) -> Vec<pim_core::id::PrincipalId> {
    let mut ids: Vec<_> = names.iter().map(|name| id_of(name)).collect();
    ids.sort();
    ids
}

#[test]
fn a_quarterly_review_lives_through_two_rounds() {
    let mut trial = Trial::new(seed());
    let quarterly = ReviewSettings { recurrence: Some(Recurrence::QUARTERLY), ..ReviewSettings::default() };
    let id = trial.create("admin", review(quarterly));

    let round = trial.round(&id);
    assert_eq!(round.status, ReviewStatus::InProgress);
    assert_eq!(round.window.end(), Some(at("2026-01-19T09:00:00Z")));
    assert_eq!(holders(&trial, &id), sorted(&["alice", "bob", "ops"]));
    assert_eq!(
        trial.mails(MailKind::ReviewStarted)[0].to,
        Audience::Reviewers(vec![Reviewer::User(id_of("boss"))])
    );
    assert_eq!(trial.reviews("boss", View::ForMyDecision).unwrap().len(), 1);
    assert!(trial.reviews("alice", View::ForMyDecision).unwrap().is_empty());

    trial.answer("boss", &id, &[("alice", Verdict::Approve), ("bob", Verdict::Deny)]).unwrap();
    trial.wait(Period::days(7));
    assert_eq!(trial.mails(MailKind::ReviewReminder).len(), 1, "the group is not answered yet");
    trial.wait(Period::days(7));
    assert_eq!(trial.round(&id).status, ReviewStatus::Completed);
    assert_eq!(trial.mails(MailKind::ReviewEnded)[0].to, Audience::Principal(id_of("admin")));
    assert!(trial.is_eligible("bob", &role()), "nothing is taken away before the round is applied");

    trial.run("admin", &Command::ApplyRound(round.key.clone())).unwrap();
    assert_eq!(trial.round(&id).status, ReviewStatus::Applied);
    assert!(!trial.is_eligible("bob", &role()));
    assert!(trial.is_eligible("alice", &role()) && trial.is_eligible("ops", &role()));
    let removed = trial.item(&id, "bob");
    assert_eq!(
        (removed.applied, removed.applied_by),
        (ApplyResult::AppliedSuccessfully, Some(id_of("admin")))
    );
    let summary = ReviewSummary::of(&trial.items("admin", &round.key).unwrap());
    assert_eq!((summary.items, summary.approved, summary.denied, summary.no_response), (3, 1, 1, 1));
    assert_eq!(trial.reviews("admin", View::Everyone).unwrap()[0].status, ReviewStatus::InProgress);

    trial.wait(Period::days(75));
    assert_eq!(trial.rounds("admin", &id).unwrap().len(), 1);
    trial.wait(DAY);
    let second = trial.round(&id);
    assert_eq!(second.window.start(), Some(at("2026-04-05T09:00:00Z")));
    assert_eq!(holders(&trial, &id), sorted(&["alice", "ops"]));
    assert_ne!(second.key.round, round.key.round);

    for (activity, times) in [
        ("Create access review", 1),
        ("Approve decision", 1),
        ("Deny decision", 1),
        ("Access review ended", 1),
        ("Apply review", 1),
        ("Apply decision", 1),
        ("Auto review", 0),
        ("Remove eligible member from role in PIM completed (permanent)", 1),
    ] {
        assert_eq!(trial.noted(activity), times, "{activity}");
    }
    trial.assert_replays();
}

#[test]
fn silent_reviewers_are_treated_as_configured() {
    let signed_in = |name: &'static str, time: &'static str| {
        move |seed: SeedBuilder| seed.user_with(name, |user| user.last_sign_in = Some(at(time)))
    };
    for (default, alice, bob, carol) in [
        (DefaultDecision::None, true, true, true),
        (DefaultDecision::Approve, true, true, true),
        (DefaultDecision::Deny, false, false, false),
        // Signed in of late, long ago, never.
        (DefaultDecision::Recommendation, true, false, true),
    ] {
        let seed = Seed::builder().users(["admin", "boss", "carol"]).standing("admin", global());
        let seed = signed_in("alice", "2026-01-02T00:00:00Z")(seed);
        let seed = signed_in("bob", "2025-11-02T00:00:00Z")(seed);
        let seed = ["alice", "bob", "carol"].into_iter().fold(seed, |seed, name| seed.eligible(name, role()));
        let mut trial = Trial::new(seed);
        let settings =
            ReviewSettings { default_decision: default.clone(), auto_apply: true, ..Default::default() };
        let id = trial.create("admin", review(settings));
        let advice = ["alice", "bob", "carol"].map(|name| trial.item(&id, name).recommendation);
        use Recommendation::{Approve, Deny, NoInfoAvailable};
        assert_eq!(advice, [Approve, Deny, NoInfoAvailable]);
        trial.wait(Period::days(14));
        assert_eq!(trial.round(&id).status, ReviewStatus::Applied, "{default}");
        let kept = ["alice", "bob", "carol"].map(|name| trial.is_eligible(name, &role()));
        assert_eq!(kept, [alice, bob, carol], "{default}");
        let summary = ReviewSummary::of(&trial.items("admin", &trial.round(&id).key).unwrap());
        assert_eq!(summary.no_response, 3, "{default}: a default is no answer");
        assert_eq!(trial.noted("Auto review"), usize::from(default != DefaultDecision::None));
        assert_eq!(trial.noted("Auto apply review"), 1);
        trial.assert_replays();
    }
}

#[test]
fn an_answer_goes_before_the_default() {
    let mut trial = Trial::new(seed());
    let settings = ReviewSettings {
        default_decision: DefaultDecision::Deny,
        auto_apply: true,
        ..ReviewSettings::default()
    };
    let id = trial.create("admin", review(settings));
    trial.answer("boss", &id, &[("alice", Verdict::DontKnow), ("bob", Verdict::Approve)]).unwrap();
    trial.wait(Period::days(14));
    assert!(trial.is_eligible("alice", &role()) && trial.is_eligible("bob", &role()));
    assert!(!trial.is_eligible("ops", &role()));
}

#[test]
fn a_stopped_round_is_over_for_good() {
    let mut trial = Trial::new(seed());
    let id = trial.create("admin", once());
    trial.wait(DAY);
    trial.answer("boss", &id, &[("bob", Verdict::Deny)]).unwrap();
    let key = trial.round(&id).key;
    assert_eq!(
        trial.refused("admin", &Command::ApplyRound(key.clone())).kind(),
        ErrorKind::InvalidTransition
    );
    assert_eq!(trial.refused("boss", &Command::StopRound(key.clone())).kind(), ErrorKind::PermissionDenied);
    trial.run("admin", &Command::StopRound(key.clone())).unwrap();
    let round = trial.round(&id);
    assert_eq!((round.status, round.window.end()), (ReviewStatus::Completed, Some(trial.now)));
    let late = trial.answer("boss", &id, &[("alice", Verdict::Deny)]).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::InvalidTransition);
    for command in
        [Command::StopRound(key.clone()), Command::ResetRound(key.clone()), Command::RemindRound(key)]
    {
        assert_eq!(trial.refused("admin", &command).kind(), ErrorKind::InvalidTransition);
    }
    trial.wait(Period::days(30));
    assert!(trial.is_eligible("bob", &role()) && trial.mails(MailKind::ReviewReminder).is_empty());
    assert_eq!(trial.reviews("admin", View::Everyone).unwrap()[0].status, ReviewStatus::Completed);
    trial.assert_replays();
}

#[test]
fn a_reset_takes_every_answer_back() {
    let mut trial = Trial::new(seed());
    let id = trial.create("admin", once());
    trial.answer("boss", &id, &[("alice", Verdict::Approve), ("bob", Verdict::Deny)]).unwrap();
    trial.run("admin", &Command::ResetRound(trial.round(&id).key)).unwrap();
    for name in ["alice", "bob", "ops"] {
        let item = trial.item(&id, name);
        assert_eq!((item.verdict, item.decided_by), (Verdict::NotReviewed, None));
    }
    trial.answer("boss", &id, &[("alice", Verdict::Deny)]).unwrap();
    assert_eq!(trial.item(&id, "alice").verdict, Verdict::Deny);
    assert_eq!(trial.noted("Bulk Reset decisions"), 1);
    trial.assert_replays();
}

#[test]
fn who_comes_after_the_start_is_not_covered() {
    let mut trial = Trial::new(seed());
    let settings = ReviewSettings {
        default_decision: DefaultDecision::Deny,
        auto_apply: true,
        ..ReviewSettings::default()
    };
    let id = trial.create("admin", review(settings));
    trial.wait(DAY);
    trial.run("admin", &assign("carol", &role(), Level::Eligibility)).unwrap();
    assert_eq!(holders(&trial, &id), sorted(&["alice", "bob", "ops"]));
    trial.wait(Period::days(13));
    assert!(trial.is_eligible("carol", &role()) && !trial.is_eligible("alice", &role()));
}

#[test]
fn stages_follow_each_other_with_their_own_reviewers() {
    let with_manager = |name: &'static str| {
        move |seed: SeedBuilder| seed.user_with(name, |user| user.manager = Some(id_of("lead")))
    };
    let seed = Seed::builder().users(["admin", "boss", "lead", "spare", "carol"]).standing("admin", global());
    let seed = with_manager("bob")(with_manager("alice")(seed));
    let seed = ["alice", "bob", "carol"].into_iter().fold(seed, |seed, name| seed.eligible(name, role()));
    let mut trial = Trial::new(seed);
    let stage = |reviewer, fallback_reviewers, goes_on_with| ReviewStage {
        reviewers: vec![reviewer],
        fallback_reviewers,
        duration_days: 4,
        goes_on_with,
    };
    let first = stage(Reviewer::Manager, vec![Reviewer::User(id_of("spare"))], vec![Verdict::Approve]);
    let second = stage(Reviewer::User(id_of("boss")), Vec::new(), Vec::new());
    let id = trial.create("admin", NewReview { stages: vec![first, second], ..once() });

    let denied = trial.answer("boss", &id, &[("alice", Verdict::Deny)]).unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::PermissionDenied, "the boss's stage is not open yet");
    trial.answer("lead", &id, &[("alice", Verdict::Approve), ("bob", Verdict::Deny)]).unwrap();
    trial.answer("lead", &id, &[("carol", Verdict::Deny)]).unwrap_err();
    trial.answer("spare", &id, &[("carol", Verdict::Approve)]).unwrap();
    assert_eq!(trial.items("spare", &trial.round(&id).key).unwrap().len(), 1);

    trial.wait(Period::days(4));
    assert_eq!(trial.round(&id).stage, 1);
    assert_eq!(trial.mails(MailKind::ReviewStarted).len(), 2);
    trial.answer("lead", &id, &[("alice", Verdict::Deny)]).unwrap_err();
    let over = trial.answer("boss", &id, &[("bob", Verdict::Approve)]).unwrap_err();
    assert_eq!(over.kind(), ErrorKind::InvalidTransition, "a denial does not go on");
    trial.answer("boss", &id, &[("alice", Verdict::Deny)]).unwrap();
    trial.wait(Period::days(4));
    let key = trial.round(&id).key;
    trial.run("admin", &Command::ApplyRound(key)).unwrap();
    let kept = ["alice", "bob", "carol"].map(|name| trial.is_eligible(name, &role()));
    assert_eq!(kept, [false, false, true], "carol's first answer counts, as nobody gave a second");
    trial.assert_replays();
}

#[test]
fn the_last_administrator_of_several_denied_ones_stays() {
    let seed = Seed::builder().users(["admin", "boss", "alice"]).standing("alice", global());
    let mut trial = Trial::new(seed.standing("admin", global()));
    let mut asked = once();
    asked.scope = ReviewScope { privilege: global(), population: Population::Active, ..asked.scope };
    asked.settings.default_decision = DefaultDecision::Deny;
    asked.settings.auto_apply = true;
    let id = trial.create("admin", asked);
    let key = trial.round(&id).key;
    trial.wait(Period::days(14));
    let left = ["admin", "alice"].map(|name| trial.is_active(name, &global()));
    assert_eq!(left.iter().filter(|left| **left).count(), 1);
    // Whoever is left can still read.
    let reader = if left[0] { "admin" } else { "alice" };
    let mut results: Vec<_> =
        trial.items(reader, &key).unwrap().into_iter().map(|item| item.applied.to_string()).collect();
    results.sort();
    assert_eq!(results, ["applied_successfully", "applied_with_unknown_failure"]);
    assert_eq!(trial.rounds(reader, &id).unwrap()[0].status, ReviewStatus::Applied);
}

#[test]
fn what_a_review_cannot_take_away_is_said() {
    let member = Privilege::member(group_of("team"));
    let seed = Seed::builder().users(["admin", "boss", "alice", "bob"]).standing("admin", global());
    let mut trial = Trial::new(seed.group("ops", ["alice"]).group_with(
        "team",
        ["ops", "alice", "bob"],
        |group| group.group.role_assignable = false,
    ));
    let mut asked = once();
    asked.scope = ReviewScope { privilege: member.clone(), population: Population::Active, ..asked.scope };
    asked.settings.default_decision = DefaultDecision::Deny;
    asked.settings.auto_apply = true;
    let id = trial.create("admin", asked);
    trial.run("admin", &Command::RemoveOutsidePim(id_of("bob"), member.clone())).unwrap();
    trial.wait(Period::days(14));
    let result = |name| trial.item(&id, name).applied;
    assert_eq!(result("ops"), ApplyResult::ApplyNotSupported, "a nested group");
    assert_eq!(result("alice"), ApplyResult::AppliedSuccessfully);
    assert_eq!(result("bob"), ApplyResult::AppliedSuccessfullyButObjectNotFound);
    assert!(trial.is_active("ops", &member) && !trial.is_active("alice", &member));
}

#[test]
fn activations_are_not_reviewed_and_fall_with_their_eligibility_where_the_switch_says() {
    for (switch, runs) in
        [(RunningWithoutEligibility::Continues, true), (RunningWithoutEligibility::Ends, false)]
    {
        let switches = Switches { running_activation_on_removed_eligibility: switch, ..Switches::default() };
        let mut trial = Trial::new(seed().switches(switches));
        let mut asked = once();
        asked.scope.population = Population::EligibleAndActive;
        let mut ask = NewRequest::new(Action::SelfActivate, Level::Assignment, id_of("bob"), role());
        ask.justification = Some("incident".into());
        ask.expiry = Some(Expiry::After(Period::hours(2)));
        trial.run("bob", &Command::Submit(ask)).unwrap();
        let id = trial.create("admin", asked);
        assert_eq!(holders(&trial, &id), sorted(&["alice", "bob", "ops"]), "bob once, as eligible");
        assert_eq!(trial.item(&id, "bob").last_activated, Some(trial.now));
        trial.answer("boss", &id, &[("bob", Verdict::Deny)]).unwrap();
        let key = trial.round(&id).key;
        trial.run("admin", &Command::StopRound(key.clone())).unwrap();
        trial.run("admin", &Command::ApplyRound(key)).unwrap();
        assert!(!trial.is_eligible("bob", &role()));
        assert_eq!(trial.is_active("bob", &role()), runs, "{switch:?}");
        trial.assert_replays();
    }
}

#[test]
fn an_activation_in_the_place_of_a_denied_assignment_stays() {
    let mut trial = Trial::new(seed().standing("bob", role()));
    let mut asked = once();
    asked.scope.population = Population::Active;
    let id = trial.create("admin", asked);
    assert_eq!(holders(&trial, &id), sorted(&["bob"]));
    trial.answer("boss", &id, &[("bob", Verdict::Deny)]).unwrap();
    trial.run("admin", &Command::RemoveOutsidePim(id_of("bob"), role())).unwrap();
    let mut ask = NewRequest::new(Action::SelfActivate, Level::Assignment, id_of("bob"), role());
    ask.justification = Some("incident".into());
    ask.expiry = Some(Expiry::After(Period::hours(2)));
    trial.run("bob", &Command::Submit(ask)).unwrap();
    let key = trial.round(&id).key;
    trial.run("admin", &Command::StopRound(key.clone())).unwrap();
    trial.run("admin", &Command::ApplyRound(key)).unwrap();
    assert_eq!(trial.item(&id, "bob").applied, ApplyResult::AppliedSuccessfullyButObjectNotFound);
    assert!(trial.is_active("bob", &role()));
}

#[test]
fn answers_are_taken_all_or_none() {
    let mut trial = Trial::new(seed());
    let id = trial.create(
        "admin",
        review(ReviewSettings { justification_required: true, ..ReviewSettings::default() }),
    );
    let answer = |name: &str, why: Option<&str>| NewVerdict {
        item: trial.item(&id, name).id,
        verdict: Verdict::Approve,
        justification: why.map(Into::into),
    };
    let answers = vec![answer("alice", Some("on call")), answer("bob", None)];
    let key = trial.round(&id).key;
    let error = trial.refused("boss", &Command::RecordVerdicts(key, answers));
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(trial.item(&id, "alice").verdict, Verdict::NotReviewed);
}

#[test]
fn who_may_not_is_refused() {
    let mut trial = Trial::new(seed());
    assert_eq!(trial.refused("bob", &Command::CreateReview(once())).kind(), ErrorKind::PermissionDenied);
    let nobody = NewReview { reviewers: vec![Reviewer::User(id_of("nobody"))], ..once() };
    assert_eq!(trial.refused("admin", &Command::CreateReview(nobody)).kind(), ErrorKind::InvalidInput);
    let mut missing = once();
    missing.scope.privilege = Privilege::role(RoleId::from_guid([9; 16]));
    assert_eq!(trial.refused("admin", &Command::CreateReview(missing)).kind(), ErrorKind::NotFound);

    let id = trial.create("admin", once());
    let key = trial.round(&id).key;
    assert_eq!(trial.items("bob", &key).unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(trial.rounds("bob", &id).unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(trial.reviews("bob", View::Everyone).unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(trial.items("boss", &key).unwrap().len(), 3);
    let seen_by = |who| {
        let caller = crate::engine::Caller::with_mfa(id_of(who));
        trial.engine.reader(&caller).get_review(&id).map(|review| review.id)
    };
    assert_eq!((seen_by("admin").unwrap(), seen_by("boss").unwrap()), (id.clone(), id.clone()));
    assert_eq!(seen_by("bob").unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(trial.refused("bob", &Command::DeleteReview(id.clone())).kind(), ErrorKind::PermissionDenied);
    trial.run("admin", &Command::DeleteReview(id.clone())).unwrap();
    assert_eq!(trial.items("boss", &key).unwrap_err().kind(), ErrorKind::NotFound);
    trial.wait(Period::days(20));
    assert!(trial.mails(MailKind::ReviewReminder).is_empty());
    trial.assert_replays();
}

#[test]
fn holders_review_themselves_where_nobody_is_named() {
    let mut trial = Trial::new(seed());
    let id = trial.create("admin", NewReview { reviewers: Vec::new(), ..once() });
    trial.answer("alice", &id, &[("alice", Verdict::Deny)]).unwrap();
    let other = trial.answer("alice", &id, &[("bob", Verdict::Deny)]).unwrap_err();
    assert_eq!(other.kind(), ErrorKind::PermissionDenied);
    assert_eq!(trial.items("alice", &trial.round(&id).key).unwrap().len(), 1);
    assert_eq!(trial.mails(MailKind::ReviewStarted)[0].to, Audience::Reviewers(vec![Reviewer::Holder]));
}

#[test]
fn a_review_of_the_seed_keeps_its_rhythm() {
    let weekly = Recurrence {
        every: pim_core::review::Frequency::Weekly,
        interval: 1,
        until: RecurrenceEnd::Rounds(4),
    };
    let settings =
        ReviewSettings { recurrence: Some(weekly), duration_days: 7, reminders: false, ..Default::default() };
    // Rounds begin on 18 and 25 December, 1 and 8 January; the service begins on 5 January.
    let planted = NewReview { start: Some(at("2025-12-18T00:00:00Z")), ..review(settings) };
    let mut trial = Trial::new(seed().edit(|records| records.reviews.push(planted)));
    let id = trial.reviews("admin", View::Everyone).unwrap()[0].id.clone();
    assert!(trial.rounds("admin", &id).unwrap().is_empty());
    trial.wait(Period::ZERO);
    assert_eq!(trial.round(&id).window.start(), Some(at("2026-01-01T00:00:00Z")));
    trial.wait(Period::days(3));
    let rounds = trial.rounds("admin", &id).unwrap();
    assert_eq!(rounds.len(), 2, "the last begins the moment the one before ends");
    assert_eq!(rounds[0].status, ReviewStatus::Completed);
    trial.wait(Period::days(60));
    assert_eq!(trial.rounds("admin", &id).unwrap().len(), 2);
    assert_eq!(trial.reviews("admin", View::Everyone).unwrap()[0].status, ReviewStatus::Completed);
    trial.assert_replays();
}

#[test]
fn pages_go_on_where_they_ended() {
    let mut trial = Trial::new(seed());
    let id = trial.create("admin", once());
    let caller = crate::engine::Caller::with_mfa(id_of("admin"));
    let reader = trial.engine.reader(&caller);
    let key = trial.round(&id).key;
    let (first, next) = reader.items(&key, 0, 2).unwrap();
    let (second, end) = reader.items(&key, next.unwrap(), 2).unwrap();
    assert_eq!((first.len(), second.len(), end), (2, 1, None));
    assert!(!first.contains(&second[0]));
    assert!(matches!(trial.run("admin", &Command::DeleteReview(id)), Ok(Answer::Done)));
}
