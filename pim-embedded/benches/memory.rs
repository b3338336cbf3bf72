//! Bytes for each assignment: `cargo bench -p pim-embedded --bench memory`.
//!
//! Counted is what the allocator was asked for. What the seed alone holds, people above all, is taken off by
//! building the same tenant without assignments.

mod tenant;

use std::{alloc::System, error::Error, time::Instant};

use pim_core::{
    request::{Action, NewRequest},
    schedule::Level,
    time::Expiry,
};
use pim_embedded::{
    engine::{Caller, Command, Engine},
    seed::{Seed, id_of},
};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use self::tenant::{BEGIN, grants, people, seed};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` passes no `--bench`: then a small tenant shows that it runs.
    let full = std::env::args().any(|argument| argument == "--bench");
    let n = if full { 1_000_000 } else { 1_000 };
    planted(n)?;
    made(n)
}

fn held() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// Pages of this process in memory, in bytes; 0 where the system does not tell.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or_default() * 4096
}

fn planted(n: usize) -> Result<(), Box<dyn Error>> {
    let empty = Seed::try_from(people(n))?;
    let before = held();
    let engine = Engine::new(empty, BEGIN);
    let without = held() - before;
    drop(engine);

    let began = Instant::now();
    let seed = seed(n)?;
    println!("seed of {n} assignments: checked in {:.2?}", began.elapsed());
    let began = Instant::now();
    // The engine keeps the seed's records; they are the seed's cost, not that of its own state.
    let records = seed.clone();
    let (before, pages) = (held(), resident());
    let engine = Engine::new(seed, BEGIN);
    println!("engine of {} grants: built in {:.2?}", engine.grants(), began.elapsed());
    println!(
        "assignments of the seed: {} bytes each, {} resident",
        (held() - before).saturating_sub(without) / n,
        resident().saturating_sub(pages) / n
    );
    drop((engine, records));
    Ok(())
}

fn made(n: usize) -> Result<(), Box<dyn Error>> {
    let mut engine = Engine::new(Seed::try_from(people(n))?, BEGIN);
    let root = Caller::with_mfa(id_of("root"));
    let (before, pages, began) = (held(), resident(), Instant::now());
    for grant in grants(n) {
        let ask = NewRequest {
            expiry: Some(grant.window.end().map_or(Expiry::Never, Expiry::At)),
            justification: Some("an outage to be looked into".into()),
            ..NewRequest::new(Action::AdminAssign, Level::Assignment, grant.principal, grant.privilege)
        };
        let (_, answer) = engine.execute(&root, &Command::Submit(ask), BEGIN);
        answer?;
    }
    println!("{n} assignments by command: made in {:.2?}", began.elapsed());
    println!(
        "assignments by command, with audit and mail: {} bytes each, {} resident",
        (held() - before) / n,
        resident().saturating_sub(pages) / n
    );
    engine.forget_told();
    println!("assignments by command, with their requests: {} bytes each", (held() - before) / n);
    Ok(())
}
