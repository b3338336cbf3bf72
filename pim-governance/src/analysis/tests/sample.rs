//! The sample tenant, read and judged.

use pim_core::client::Safeguards;
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{id_of, sample},
};

use crate::{
    analysis::{AnalysisOptions, Findings, analyse},
    discover::{DiscoverOptions, discover},
    reference::Reference,
    snapshot::Snapshot,
};

fn snapshot() -> Snapshot {
    let service = Embedded::new(sample::tenant(), VirtualClock::at(sample::NOW));
    let client = service.client(Caller::with_mfa(id_of("emma.clarke")), Safeguards::default());
    futures::executor::block_on(discover(&client, &DiscoverOptions::default())).unwrap()
}

#[test]
fn print() {
    let snapshot = snapshot();
    let found: Findings = analyse(&snapshot, Reference::builtin(), &AnalysisOptions::default());
    let names = crate::names::Names::of(&snapshot);
    for f in &found.findings {
        println!(
            "{:<9}{} | {} | {} | {}",
            f.severity,
            f.code,
            f.principal.as_ref().map(|p| names.principal(p).into_owned()).unwrap_or_default(),
            f.message,
            f.evidence
                .iter()
                .map(|e| format!("[{} {} {}]", e.source, &e.id[..e.id.len().min(8)], e.fact))
                .collect::<Vec<_>>()
                .join("")
        );
    }
    println!("{:?}", found.unjudged);
}
