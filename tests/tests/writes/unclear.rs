//! What can't be told is said so, and what somebody else did is not taken for one's own.

use pim_core::{client::BulkOptions, error::ErrorKind, time::Period};
use pim_embedded::seed::id_of;
use pim_emulator::FaultKind::{self, DelayedVisibility, ResetAfter, ResetBefore, Truncate};

use crate::stage::{Jumping, Stage, ask, name, somebody_else};

const SETTLE: Period = Period::minutes(2);
/// Longer than the tests run.
const FOR_EVER: FaultKind = DelayedVisibility { millis: 3_600_000 };

#[tokio::test]
async fn what_stays_invisible_is_unknown_and_never_sent_again() {
    for lost in [ResetAfter, Truncate] {
        let stage = Stage::new(1, false).await;
        stage.fault(FOR_EVER, None);
        stage.fault(lost, None);
        let error = stage.client(SETTLE, Jumping::new(&stage)).assign(ask(0)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        let posts = stage.posts().remove(&id_of(&name(0))).unwrap();
        assert_eq!(posts.iter().map(|post| post.took_effect).collect::<Vec<_>>(), [true]);
        assert_eq!(stage.stored().await.values().map(Vec::len).sum::<usize>(), 1);
    }
}

#[tokio::test]
async fn the_same_in_a_batch() {
    let stage = Stage::new(45, false).await;
    stage.fault(FOR_EVER, None);
    stage.fault(ResetAfter, None);
    let asks = (0..45).map(ask).collect();
    let client = stage.client(SETTLE, Jumping::new(&stage));
    for outcome in client.assign_all(asks, BulkOptions::default()).await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    }
    assert!(stage.posts().values().all(|posts| posts.len() == 1 && posts[0].took_effect));
}

#[tokio::test]
async fn an_equal_grant_of_somebody_else_exists_already() {
    let stage = Stage::new(2, false).await;
    somebody_else(&stage, 0).await;
    let client = stage.client(SETTLE, Jumping::new(&stage));
    let error = client.assign(ask(0)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    let outcomes = client.assign_all(vec![ask(0), ask(1)], BulkOptions::default()).await;
    assert_eq!(outcomes[0].as_ref().unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert!(outcomes[1].is_ok());
}

/// Ours never arrived, and theirs was made while ours was looked for.
#[tokio::test]
async fn an_equal_grant_made_meanwhile_is_not_ones_own() {
    let stage = Stage::new(1, false).await;
    stage.fault(ResetBefore, None);
    let clock = Jumping::new(&stage).meanwhile(somebody_else(&stage, 0));
    let error = stage.client(SETTLE, clock).assign(ask(0)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    assert_eq!(stage.posts().remove(&id_of(&name(0))).unwrap().len(), 1);
}

/// Theirs was there, ours was refused, and the refusal was lost.
#[tokio::test]
async fn a_lost_refusal_is_not_a_success() {
    let stage = Stage::new(1, false).await;
    somebody_else(&stage, 0).await;
    stage.emulator.clock().advance(Period::minutes(10));
    stage.fault(ResetAfter, None);
    let client = stage.client(SETTLE, Jumping::new(&stage));
    let error = client.assign(ask(0)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
    assert!(!stage.posts().remove(&id_of(&name(0))).unwrap()[0].took_effect);
}
