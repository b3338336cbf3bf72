//! Commands and replay: `cargo bench -p pim-embedded --bench engine`.

mod tenant;
mod work;

use divan::{Bencher, counter::ItemsCount};
use pim_embedded::engine::{Engine, Event};

use self::{
    tenant::{BEGIN, seed},
    work::Work,
};

fn main() {
    divan::main();
}

/// The mix of a day, a thousand commands a round. What does not go as meant would be cheaper and is not let
/// pass, but for the early ends of the first five minutes.
#[divan::bench(args = [1_000, 100_000, 1_000_000], sample_count = 100, sample_size = 1)]
fn commands(bencher: Bencher<'_, '_>, assignments: usize) {
    let Ok(seed) = seed(assignments) else { return eprintln!("the seed does not fit together") };
    let (mut engine, mut work) = (Engine::new(seed, BEGIN), Work::new(assignments));
    for _ in 0..200 {
        work.ten(&mut engine, &mut None);
    }
    let mut missed = 0;
    bencher.counter(ItemsCount::new(1_000_u32)).bench_local(|| {
        for _ in 0..100 {
            missed += work.ten(&mut engine, &mut None);
        }
        // As a host does that passes them on.
        engine.forget_told();
    });
    assert_eq!(missed, 0, "commands went otherwise than meant");
}

/// Building the state again from the journal's bytes.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn replay(bencher: Bencher<'_, '_>) {
    let Ok(seed) = seed(100_000) else { return eprintln!("the seed does not fit together") };
    let (mut engine, mut work) = (Engine::new(seed.clone(), BEGIN), Work::new(100_000));
    let mut journal = Some(Vec::new());
    for _ in 0..5_000 {
        work.ten(&mut engine, &mut journal);
    }
    let events = journal.unwrap_or_default();
    let lines: Vec<Vec<u8>> = events.iter().filter_map(|event| serde_json::to_vec(event).ok()).collect();
    println!(
        "{} events, {} bytes each",
        lines.len(),
        lines.iter().map(Vec::len).sum::<usize>() / lines.len()
    );
    bencher
        .counter(ItemsCount::new(lines.len()))
        .with_inputs(|| Engine::new(seed.clone(), BEGIN))
        .bench_local_values(|mut engine| {
            for line in &lines {
                if let Ok(event) = serde_json::from_slice::<Event>(line) {
                    engine.apply(&event);
                }
            }
            assert_eq!(engine.sequence(), events.len() as u64);
            engine
        });
}

/// Reading the journal's bytes alone.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn read_events(bencher: Bencher<'_, '_>) {
    let Ok(seed) = seed(10_000) else { return eprintln!("the seed does not fit together") };
    let (mut engine, mut work) = (Engine::new(seed, BEGIN), Work::new(10_000));
    let mut journal = Some(Vec::new());
    for _ in 0..5_000 {
        work.ten(&mut engine, &mut journal);
    }
    let events = journal.unwrap_or_default();
    let lines: Vec<Vec<u8>> = events.iter().filter_map(|event| serde_json::to_vec(event).ok()).collect();
    bencher
        .counter(ItemsCount::new(lines.len()))
        .bench_local(|| lines.iter().filter(|line| serde_json::from_slice::<Event>(line).is_ok()).count());
}
