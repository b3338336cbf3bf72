//! Every operation × every fault.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures::{StreamExt, stream};
use pim_core::{
    backend::Operation,
    error::{Error, ErrorKind},
};
use pim_emulator::{Fault, FaultKind, Logged};

use pim_tests::acts::{Effect, Ready, act, row};

use crate::{
    scene::{Scene, prepare, runtime},
    told,
};

/// Every kind of fault, with a short name for the table.
fn faults() -> Vec<(&'static str, FaultKind)> {
    let soon = || Some("0.005".to_owned());
    vec![
        ("throttle", FaultKind::Throttle { retry_after: soon() }),
        ("throttle, no wait told", FaultKind::Throttle { retry_after: None }),
        ("unavailable", FaultKind::Unavailable { retry_after: soon() }),
        ("unavailable, no wait told", FaultKind::Unavailable { retry_after: None }),
        ("slow", FaultKind::Slow { millis: 5 }),
        ("reset before", FaultKind::ResetBefore),
        ("reset after", FaultKind::ResetAfter),
        ("truncate", FaultKind::Truncate),
        ("foreign next link", FaultKind::ForeignNextLink { origin: "http://127.0.0.1:9".into() }),
        ("duplicate page", FaultKind::DuplicatePage),
        ("delayed visibility", FaultKind::DelayedVisibility { millis: 5 }),
    ]
}

/// How a call ended.
type Ended = Result<String, ErrorKind>;

/// One call under one fault.
struct Cell {
    operation: Operation,
    fault: &'static str,
    kind: FaultKind,
    /// The request that it hits; `None` for every one, always.
    hit: Option<Logged>,
}

/// What a call does when nothing goes wrong.
struct Calm {
    rows: String,
    asked: Vec<Logged>,
    led_on: BTreeSet<String>,
}

#[test]
fn every_operation_bears_every_fault() {
    let started = std::time::Instant::now();
    let (cells, wrong) = runtime().block_on(async {
        let mut cells = Vec::new();
        let mut calm = BTreeMap::new();
        for &operation in Operation::ALL {
            let known = row(operation);
            assert!(known.is_some(), "{operation} has no row in the matrix of faults: give it one");
            let scene = Scene::new().await;
            let ready = prepare(operation, &scene).await.unwrap_or_else(|e| panic!("{operation}: {e:?}"));
            scene.led_on();
            let (ended, asked) = run(operation, &scene, &ready).await;
            let rows = ended.unwrap_or_else(|error| panic!("{operation} without any fault: {error:?}"));
            assert!(!rows.starts_with("0 rows"), "{operation} has nothing to show");
            assert!(!rows.contains("rejected: "), "{operation}: {rows}");
            let mut hits: Vec<Logged> = Vec::new();
            for request in &asked {
                let again =
                    hits.iter().any(|hit| (&hit.method, &hit.address) == (&request.method, &request.address));
                if !again {
                    hits.push(request.clone());
                }
            }
            for (fault, kind) in faults() {
                let all = hits.iter().cloned().map(Some).chain([None]);
                cells.extend(all.map(|hit| Cell { operation, fault, kind: kind.clone(), hit }));
            }
            calm.insert(operation, Calm { rows, asked, led_on: scene.led_on() });
        }
        let calm = &calm;
        let done: Vec<_> = stream::iter(cells)
            .map(|cell| async move {
                let (ended, asked) = cell.run().await;
                let verdict = cell.check(&calm[&cell.operation], &ended, &asked);
                (cell, ended, verdict)
            })
            .buffer_unordered(8)
            .collect()
            .await;
        let wrong: Vec<String> = done.iter().filter_map(|(_, _, verdict)| verdict.clone().err()).collect();
        (done, wrong)
    });
    print(&cells);
    println!("{} calls in {:.1} s", cells.len(), started.elapsed().as_secs_f64());
    let bitten = |fault: &str| {
        let errors = cells.iter().filter(|(cell, ended, _)| cell.fault == fault && ended.is_err());
        errors.map(|(cell, ..)| cell.operation).collect::<BTreeSet<_>>().len()
    };
    assert!(bitten("foreign next link") > 15, "too few lists met a foreign link to prove anything");
    told::assert_nothing_was_told();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
}

async fn run(operation: Operation, scene: &Scene, ready: &Ready) -> (Result<String, Error>, Vec<Logged>) {
    let (_, name) = row(operation).expect("a row");
    let by = scene.backend(name);
    let before = scene.emulator.requests().len();
    let ended = tokio::time::timeout(Duration::from_secs(30), act(operation, &by, ready)).await;
    let ended = ended.unwrap_or_else(|_| panic!("{operation} does not come to an end"));
    if let Err(error) = &ended {
        told::error(error);
    }
    // What the call left behind it would still come.
    drop(by);
    tokio::time::sleep(Duration::from_millis(10)).await;
    (ended, scene.since(before))
}

impl Cell {
    async fn run(&self) -> (Ended, Vec<Logged>) {
        let scene = Scene::new().await;
        let ready = prepare(self.operation, &scene).await.expect("it worked without faults");
        scene.emulator.fault(match &self.hit {
            Some(hit) => Fault {
                method: Some(hit.method.clone()),
                path: Some(hit.address.clone()),
                times: Some(1),
                ..Fault::new(self.kind.clone())
            },
            None => Fault::new(self.kind.clone()),
        });
        let (ended, asked) = run(self.operation, &scene, &ready).await;
        (ended.map_err(|error| error.kind()), asked)
    }

    /// What must hold, by rule.
    fn check(&self, calm: &Calm, ended: &Ended, asked: &[Logged]) -> Result<(), String> {
        let (effect, _) = row(self.operation).expect("a row");
        let place = match &self.hit {
            Some(hit) => format!("{} × {} at {} {}", self.operation, self.fault, hit.method, hit.address),
            None => format!("{} × {}, always", self.operation, self.fault),
        };
        let hit_write = match &self.hit {
            Some(hit) => writes(hit),
            None => calm.asked.first().is_some_and(writes),
        };
        let expected = self.expected(calm, if hit_write { effect } else { Effect::None });
        let as_calm = |rows: &String| effect == Effect::Once || *rows == calm.rows;
        let fits = expected.iter().any(|expected| match (expected, ended) {
            (None, Ok(rows)) => as_calm(rows),
            (Some(kind), Err(other)) => kind == other,
            _ => false,
        });
        if !fits {
            let was = ended.as_ref().map(|rows| if as_calm(rows) { "ok" } else { "other rows" });
            return Err(format!("{place}: {was:?}, not one of {expected:?}"));
        }
        let mut effects = BTreeMap::<String, usize>::new();
        for write in asked.iter().filter(|request| request.took_effect && writes(request)) {
            *effects.entry(format!("{} {}", write.method, write.address)).or_default() += 1;
        }
        let own = calm.asked.iter().filter(|request| writes(request)).count();
        match effect {
            Effect::None if effects.is_empty() => Ok(()),
            Effect::Once if effects.values().all(|times| *times <= 1) => match ended {
                Ok(_) if effects.len() != own => Err(format!("{place}: ok without its effect: {effects:?}")),
                _ => Ok(()),
            },
            Effect::Same if ended.is_err() || !effects.is_empty() => Ok(()),
            _ => Err(format!("{place}: {ended:?} with effects {effects:?}")),
        }
    }

    /// The ends allowed; `None` is success.
    fn expected(&self, calm: &Calm, effect: Effect) -> Vec<Option<ErrorKind>> {
        use ErrorKind::{Malformed, OutcomeUnknown, Throttled, Unavailable};
        let always = self.hit.is_none();
        let once = effect == Effect::Once;
        let led_on = match &self.hit {
            Some(hit) => hit.batch.is_none() && calm.led_on.contains(&hit.address),
            None => !calm.led_on.is_empty(),
        };
        match &self.kind {
            FaultKind::Throttle { .. } if always => vec![Some(Throttled)],
            FaultKind::Unavailable { retry_after: Some(_) } if always => vec![Some(Unavailable)],
            FaultKind::Throttle { .. } | FaultKind::Unavailable { retry_after: Some(_) } => vec![None],
            // The connection breaks, or a server error leaves open what became of it.
            FaultKind::Unavailable { retry_after: None } | FaultKind::ResetBefore | FaultKind::ResetAfter
                if once =>
            {
                vec![Some(OutcomeUnknown)]
            }
            // An answer without a body can't be cut.
            FaultKind::Truncate if once => vec![Some(OutcomeUnknown), None],
            FaultKind::Truncate if always && effect == Effect::Same => vec![Some(Unavailable), None],
            FaultKind::Unavailable { .. }
            | FaultKind::ResetBefore
            | FaultKind::ResetAfter
            | FaultKind::Truncate
                if always =>
            {
                vec![Some(Unavailable)]
            }
            FaultKind::ForeignNextLink { .. } | FaultKind::DuplicatePage if led_on => {
                // These read the list of alerts until they find theirs.
                let found = matches!(self.operation, Operation::ListIncidents | Operation::ChangeAlert);
                if found { vec![Some(Malformed), None] } else { vec![Some(Malformed)] }
            }
            _ => vec![None],
        }
    }
}

/// Whether a request changes something.
fn writes(request: &Logged) -> bool {
    let reads = ["/$batch", "/getByIds"].iter().any(|path| request.address.ends_with(path));
    request.method != "GET" && !reads
}

/// One line for each operation, one mark for each fault.
fn print(cells: &[(Cell, Ended, Result<(), String>)]) {
    let names: Vec<&str> = faults().into_iter().map(|(name, _)| name).collect();
    println!("+ as without the fault, else how it ends; once at each request in turn / always");
    println!("{:26} {}", "", names.iter().map(|name| format!("{name:26}")).collect::<String>());
    for &operation in Operation::ALL {
        let mut line = format!("{operation:26} ");
        for name in &names {
            let marks = |always: bool| {
                let ends: BTreeSet<&str> = cells
                    .iter()
                    .filter(|(cell, ..)| {
                        cell.operation == operation && cell.fault == *name && cell.hit.is_none() == always
                    })
                    .map(|(_, ended, _)| ended.as_ref().map_or_else(|kind| kind.as_str(), |_| "+"))
                    .collect();
                ends.into_iter().collect::<Vec<_>>().join(",")
            };
            line.push_str(&format!("{:26}", format!("{} / {}", marks(false), marks(true))));
        }
        println!("{}", line.trim_end());
    }
}
