//! Access reviews. V1-V7.

use pim_core::{
    backend::View,
    error::ErrorKind,
    id::ReviewId,
    review::{
        ApplyResult, DefaultDecision, NewReview, NewVerdict, Population, Recurrence, ReviewItem, ReviewRound,
        ReviewScope, ReviewSettings, ReviewStatus, ReviewSummary, Reviewed, Reviewer, Verdict,
    },
    time::{Expiry, Period, Timestamp, Window},
};
use pim_embedded::{
    engine::MailKind,
    seed::{SeedBuilder, id_of},
};

use crate::{Harness, NOW, World, duty, refused, small};

/// `alice`, `bob` and `carol` may activate; `dave` is to review them.
fn three() -> SeedBuilder {
    ["alice", "bob", "carol"].iter().fold(small(), |seed, name| seed.eligible(name, duty()))
}

fn review(settings: ReviewSettings) -> NewReview {
    NewReview {
        name: "Quarterly".into(),
        scope: ReviewScope {
            privilege: duty(),
            population: Population::Eligible,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: vec![Reviewer::User(id_of("dave"))],
        fallback_reviewers: Vec::new(),
        start: None,
        settings,
        stages: Vec::new(),
    }
}

fn by_itself(default_decision: DefaultDecision) -> ReviewSettings {
    ReviewSettings { auto_apply: true, default_decision, ..ReviewSettings::default() }
}

async fn started(world: &World, settings: ReviewSettings) -> (ReviewId, ReviewRound) {
    let id = world.client("root").create_review(&review(settings)).await.unwrap().id;
    let round = rounds(world, &id).await.remove(0);
    (id, round)
}

async fn rounds(world: &World, id: &ReviewId) -> Vec<ReviewRound> {
    world.client("root").rounds(id, None).collect_all().await.unwrap()
}

async fn items(world: &World, round: &ReviewRound) -> Vec<ReviewItem> {
    world.client("root").items(&round.key, None).collect_all().await.unwrap()
}

async fn item(world: &World, round: &ReviewRound, name: &str) -> ReviewItem {
    items(world, round).await.into_iter().find(|item| item.principal == id_of(name)).unwrap()
}

async fn answer(
    world: &World,
    by: &str,
    round: &ReviewRound,
    about: &str,
    verdict: Verdict,
) -> pim_core::error::Result<()> {
    let item = item(world, round, about).await.id;
    let verdict = NewVerdict { item, verdict, justification: Some("seen".into()) };
    world.client(by).record(&round.key, &[verdict]).await
}

async fn may(world: &World, name: &str) -> bool {
    !world.eligible(name, &duty()).await.is_empty()
}

/// V3, V4: one item for each holder at the start; late arrivals are not asked about.
pub(super) async fn ask_about_each_holder_once(h: &dyn Harness) {
    let world = World::of(h, three()).await;
    world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::days(1)).await;
    let (id, round) = started(&world, ReviewSettings::default()).await;
    assert_eq!(round.status, ReviewStatus::InProgress);
    world.assign("erin", pim_core::schedule::Level::Eligibility, &duty(), Expiry::Never).await.unwrap();
    let mut asked: Vec<_> = items(&world, &round).await.into_iter().map(|item| item.principal).collect();
    asked.sort();
    let mut expected = ["alice", "bob", "carol"].map(id_of);
    expected.sort();
    assert_eq!(asked, expected);
    let mine = world.client("dave").reviews(&View::ForMyDecision, None).collect_all().await.unwrap();
    assert_eq!(mine.iter().map(|review| review.id.clone()).collect::<Vec<_>>(), [id]);
}

/// V3: each item tells when its holder used the privilege last.
pub(super) async fn tell_when_it_was_used_last(h: &dyn Harness) {
    let world = World::of(h, three()).await;
    world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::days(1)).await;
    let (_, round) = started(&world, ReviewSettings::default()).await;
    assert_eq!(item(&world, &round, "alice").await.last_activated, Some(NOW));
    assert_eq!(item(&world, &round, "bob").await.last_activated, None);
}

/// V4: reviewers answer, with a reason, and may think again; others may not, and all is taken or nothing.
pub(super) async fn take_answers_from_their_reviewers(h: &dyn Harness) {
    let world = World::of(h, three()).await;
    let (_, round) = started(&world, ReviewSettings::default()).await;
    let stranger = answer(&world, "erin", &round, "alice", Verdict::Deny).await;
    assert_eq!(stranger.unwrap_err().kind(), ErrorKind::PermissionDenied);
    answer(&world, "dave", &round, "alice", Verdict::Deny).await.unwrap();
    answer(&world, "dave", &round, "alice", Verdict::Approve).await.unwrap();
    let seen = item(&world, &round, "alice").await;
    assert_eq!(
        (seen.verdict, seen.decided_by, seen.decided_at),
        (Verdict::Approve, Some(id_of("dave")), Some(NOW))
    );
    assert_eq!(seen.justification.unwrap().expose(), "seen");
    let good = NewVerdict {
        item: item(&world, &round, "bob").await.id,
        verdict: Verdict::Deny,
        justification: None,
    };
    let bad = NewVerdict { item: pim_core::id::ReviewItemId::from_guid([9; 16]), ..good.clone() };
    world.backend("dave").reviews().unwrap().record_verdicts(&round.key, &[good, bad]).await.unwrap_err();
    assert_eq!(item(&world, &round, "bob").await.verdict, Verdict::NotReviewed);
}

/// V5, V6: after fourteen days it closes by itself, and with automatic application the denied lose their access,
/// the approved and the unsure keep it.
pub(super) async fn carry_out_their_answers(h: &dyn Harness) {
    let world = World::of(h, three()).await;
    let (_, round) = started(&world, by_itself(DefaultDecision::None)).await;
    assert_eq!(round.window, Window::new(Some(NOW), Some(NOW + Period::days(14))).unwrap());
    answer(&world, "dave", &round, "alice", Verdict::Approve).await.unwrap();
    answer(&world, "dave", &round, "bob", Verdict::Deny).await.unwrap();
    answer(&world, "dave", &round, "carol", Verdict::DontKnow).await.unwrap();
    world.advance(Period::days(14) - Period::seconds(1)).await;
    assert!(may(&world, "bob").await);
    world.advance(Period::seconds(1)).await;
    assert!(may(&world, "alice").await && !may(&world, "bob").await && may(&world, "carol").await);
    assert_eq!(item(&world, &round, "bob").await.applied, ApplyResult::AppliedSuccessfully);
    let late = answer(&world, "dave", &round, "alice", Verdict::Deny).await;
    assert!(late.is_err() && may(&world, "alice").await);
}

/// V6: the silent are treated as configured.
pub(super) async fn treat_the_silent_as_configured(h: &dyn Harness) {
    for (default, kept) in
        [(DefaultDecision::None, true), (DefaultDecision::Approve, true), (DefaultDecision::Deny, false)]
    {
        let world = World::of(h, three()).await;
        let (_, round) = started(&world, by_itself(default.clone())).await;
        answer(&world, "dave", &round, "alice", Verdict::Approve).await.unwrap();
        world.advance(Period::days(14)).await;
        assert_eq!((may(&world, "bob").await, may(&world, "alice").await), (kept, true), "{default}");
    }
}

/// V6: without automatic application nothing happens until it is applied, and not before it is closed.
pub(super) async fn wait_to_be_applied(h: &dyn Harness) {
    let world = World::of(h, three()).await;
    let (id, round) = started(&world, ReviewSettings::default()).await;
    answer(&world, "dave", &round, "bob", Verdict::Deny).await.unwrap();
    let root = world.client("root");
    assert_eq!(root.apply(&round.key).await.unwrap_err().kind(), ErrorKind::InvalidTransition);
    root.stop(&round.key).await.unwrap();
    assert_eq!(rounds(&world, &id).await[0].status, ReviewStatus::Completed);
    assert!(may(&world, "bob").await);
    refused(
        world.client("alice").apply(&round.key).await,
        ErrorKind::PermissionDenied,
        "UnauthorizedAccessException",
    );
    root.apply(&round.key).await.unwrap();
    assert!(!may(&world, "bob").await && may(&world, "alice").await);
    assert_eq!(rounds(&world, &id).await[0].status, ReviewStatus::Applied);
}

/// V1: a quarter after the start the next round begins, about those who are there then.
pub(super) async fn return_every_quarter(h: &dyn Harness) {
    let world = World::of(h, three()).await;
    let recurrence = Some(Recurrence::QUARTERLY);
    let (id, first) =
        started(&world, ReviewSettings { recurrence, ..by_itself(DefaultDecision::None) }).await;
    answer(&world, "dave", &first, "bob", Verdict::Deny).await.unwrap();
    let second: Timestamp = "2026-12-01T08:00:00Z".parse().unwrap();
    world.until(second - Period::seconds(1)).await;
    assert_eq!(rounds(&world, &id).await.len(), 1);
    world.until(second).await;
    let all = rounds(&world, &id).await;
    assert_eq!(all.iter().map(|round| round.window.start()).collect::<Vec<_>>(), [Some(NOW), Some(second)]);
    assert_eq!(items(&world, &all[1]).await.len(), 2);
}

/// V2: reviewers get mail at the start and a reminder half-way.
pub(super) async fn tell_and_remind_their_reviewers(h: &dyn Harness) {
    let world = World::of(h, three()).await;
    started(&world, ReviewSettings::default()).await;
    let told = async || -> Vec<MailKind> {
        let mail = world.mail().await.into_iter().map(|mail| mail.kind);
        mail.filter(|kind| matches!(kind, MailKind::ReviewStarted | MailKind::ReviewReminder)).collect()
    };
    assert_eq!(told().await, [MailKind::ReviewStarted]);
    world.advance(Period::days(7)).await;
    assert_eq!(told().await, [MailKind::ReviewStarted, MailKind::ReviewReminder]);
}

/// V7: what was answered and what came of it adds up.
pub(super) async fn add_up_to_a_summary(h: &dyn Harness) {
    let world = World::of(h, three()).await;
    let (_, round) = started(&world, by_itself(DefaultDecision::None)).await;
    answer(&world, "dave", &round, "alice", Verdict::Approve).await.unwrap();
    answer(&world, "dave", &round, "bob", Verdict::Deny).await.unwrap();
    world.advance(Period::days(14)).await;
    let items = items(&world, &round).await;
    let sum = ReviewSummary::of(&items);
    assert_eq!((sum.items, sum.approved, sum.denied, sum.no_response), (3, 1, 1, 1));
    assert_eq!((sum.kept, sum.removed, sum.pending), (2, 1, 0));
    assert_eq!(sum.reviewers, [id_of("dave")].into());
}
