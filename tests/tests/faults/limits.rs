//! Deadlines, and callers that give up.

use std::time::Duration;

use pim_core::{backend::Operation, error::ErrorKind, time::Period};
use pim_emulator::{Fault, FaultKind, Logged};
use pim_http::pipeline::ServiceOptions;
use pim_tests::acts::{Effect, act, row};

use crate::{
    scene::{Scene, fast, prepare, runtime},
    told,
};

fn operations() -> impl Iterator<Item = (Operation, Effect, &'static str)> {
    Operation::ALL
        .iter()
        .filter_map(|&operation| row(operation).map(|(effect, name)| (operation, effect, name)))
}

fn carried_out(asked: &[Logged], method: &str) -> usize {
    asked.iter().filter(|request| request.method == method && request.took_effect).count()
}

/// A read ends as `Timeout`, and a write that was sent as `OutcomeUnknown`: it may be carried out yet.
#[test]
fn a_service_slower_than_the_deadline_is_told_by_what_is_known() {
    let check = async |operation, effect, name| {
        let scene = Scene::new().await;
        let ready = prepare(operation, &scene).await.unwrap();
        let before = scene.emulator.requests().len();
        scene.emulator.fault(Fault::new(FaultKind::Slow { millis: 5_000 }));
        let deadline = Some(Period::from_std(Duration::from_millis(150)));
        let backend = scene.backend_with(name, ServiceOptions { deadline, ..fast() });
        let error = act(operation, &backend, &ready).await.unwrap_err();
        told::error(&error);
        // The first request of these is a read.
        let reads_first = matches!(operation, Operation::ChangeAlert | Operation::RecordVerdicts);
        let expected = match effect {
            Effect::Once if !reads_first => ErrorKind::OutcomeUnknown,
            _ => ErrorKind::Timeout,
        };
        assert_eq!(error.kind(), expected, "{operation}");
        assert!(scene.since(before).iter().all(|request| !request.took_effect || request.method == "GET"));
    };
    runtime().block_on(futures::future::join_all(operations().map(|(o, e, n)| check(o, e, n))));
    told::assert_nothing_was_told();
}

/// Whoever drops a call has nothing going on behind their back: what was sent may take effect, and nothing follows.
#[test]
fn nothing_is_sent_after_a_caller_gave_up() {
    let faults = [
        FaultKind::Slow { millis: 300 },
        FaultKind::Throttle { retry_after: Some("0.3".into()) },
        FaultKind::Unavailable { retry_after: Some("0.3".into()) },
    ];
    let check = async |operation: Operation, name: &'static str, kind: FaultKind| {
        let scene = Scene::new().await;
        let ready = prepare(operation, &scene).await.unwrap();
        let before = scene.emulator.requests().len();
        // Reads that come first pass, so that it is the write that hangs.
        let methods = ["POST", "PATCH", "PUT", "DELETE"];
        for method in methods {
            let fault = Fault::new(kind.clone());
            scene.emulator.fault(Fault { method: Some(method.into()), ..fault });
        }
        let backend = scene.backend(name);
        let given_up = async {
            loop {
                tokio::time::sleep(Duration::from_millis(5)).await;
                let slow = matches!(kind, FaultKind::Slow { .. });
                let met = scene.since(before).iter().any(|request| request.method != "GET");
                if met || slow {
                    return tokio::time::sleep(Duration::from_millis(if slow { 200 } else { 20 })).await;
                }
            }
        };
        tokio::select! {
            ended = act(operation, &backend, &ready) => panic!("{operation} ended: {ended:?}"),
            () = given_up => {}
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
        let asked = scene.since(before);
        let writes: Vec<_> = asked.iter().filter(|request| request.method != "GET").collect();
        assert!(writes.len() <= 1, "{operation} × {kind:?}: {writes:?}");
        let carried: usize = methods.iter().map(|method| carried_out(&asked, method)).sum();
        assert!(carried == 0 || matches!(kind, FaultKind::Slow { .. }), "{operation}: {asked:?}");
    };
    let all = operations().filter(|(_, effect, _)| *effect != Effect::None);
    let all = all.flat_map(|(operation, _, name)| faults.clone().map(|kind| (operation, name, kind)));
    runtime().block_on(futures::future::join_all(all.map(|(o, n, k)| check(o, n, k))));
}
