//! A thousand writes, one by one and together, with faults on one in ten.

use std::collections::HashSet;

use futures::{StreamExt, stream};
use pim_core::{
    client::BulkOptions,
    error::{ErrorKind, Result},
    request::Request,
    time::Period,
};
use pim_embedded::seed::id_of;
use pim_emulator::FaultKind::{
    self, DelayedVisibility, ResetAfter, ResetBefore, Throttle, Truncate, Unavailable,
};

use crate::stage::{Running, Stage, ask, name};

const MANY: usize = 1_000;
/// Longer than anything stays invisible here.
const SETTLE: Period = Period::seconds(6);
const INVISIBLE: FaultKind = DelayedVisibility { millis: 1_500 };

/// Faults on more than a tenth of the writes, each kind on one in forty; what one in three makes can be read only
/// later.
fn break_writes(stage: &Stage) {
    stage.fault(INVISIBLE, Some(3));
    let soon = Some("0.05".to_owned());
    let kinds = [
        ResetAfter,
        Throttle { retry_after: soon.clone() },
        Truncate,
        Unavailable { retry_after: soon },
        ResetBefore,
    ];
    for kind in kinds {
        stage.fault(kind, Some(41));
    }
}

/// Nothing was stored twice, no write was sent after it took effect, and every answer is true.
async fn prove(stage: &Stage, outcomes: &[Result<Request>]) {
    let (posts, stored) = (stage.posts(), stage.stored().await);
    let mut ids = HashSet::new();
    let (mut faults, mut unknown) = (0, 0);
    for (n, outcome) in outcomes.iter().enumerate() {
        let (whose, nothing) = (id_of(&name(n)), Vec::new());
        let sent = posts.get(&whose).unwrap_or(&nothing);
        let held = stored.get(&whose).map_or(&[][..], |held| held);
        faults += usize::from(sent.iter().any(|post| post.fault.as_deref().is_some_and(breaks)));
        let (last, before) = sent.split_last().unwrap_or_else(|| panic!("{whose} was lost"));
        for post in before {
            let fault = post.fault.as_deref();
            assert!(matches!(fault, Some("throttle" | "unavailable")), "sent blindly again after {fault:?}");
            assert!(!post.took_effect);
        }
        match outcome {
            Ok(told) => {
                assert!(last.took_effect);
                assert_eq!(held.iter().map(|held| &held.id).collect::<Vec<_>>(), [&told.id]);
                assert!(ids.insert(told.id.clone()), "an answer with another's request");
            }
            Err(error) => {
                unknown += 1;
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
                assert!(held.is_empty() && !last.took_effect, "stored and not found: {error}");
            }
        }
    }
    assert!(faults >= MANY / 10, "{faults} of {MANY} were broken");
    // What never arrived can't be told from what is invisible for good.
    assert!(unknown <= MANY / 20, "{unknown} of {MANY} were left open");
}

fn breaks(fault: &str) -> bool {
    fault != "delayed_visibility"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_writes_eight_at_a_time_happen_once() {
    let stage = Stage::new(MANY, true).await;
    break_writes(&stage);
    let client = stage.client(SETTLE, Running(stage.emulator.clock()));
    let client = &client;
    let writes = stream::iter((0..MANY).map(|n| async move { (n, client.assign(ask(n)).await) }));
    let mut outcomes: Vec<_> = writes.buffer_unordered(8).collect().await;
    outcomes.sort_by_key(|(n, _)| *n);
    prove(&stage, &outcomes.into_iter().map(|(_, outcome)| outcome).collect::<Vec<_>>()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_writes_in_batches_happen_once() {
    let stage = Stage::new(MANY, true).await;
    break_writes(&stage);
    // Whole batches get lost, or are refused.
    let batches = [ResetAfter, Throttle { retry_after: Some("0.1".into()) }, Truncate];
    for kind in batches {
        stage.fault_at("$batch", kind, Some(16));
    }
    let client = stage.client(SETTLE, Running(stage.emulator.clock()));
    let asks = (0..MANY).map(ask).collect();
    let outcomes = client.assign_all(asks, BulkOptions { in_flight: 8 }).await;
    prove(&stage, &outcomes).await;
}
