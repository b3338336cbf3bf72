//! Reports over the sample tenant, and over one whose names are meant to do harm.

use pim_core::client::Safeguards;
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{id_of, sample},
};

use super::*;
use crate::discover::{DiscoverOptions, discover_with};

fn sample_tenant() -> Snapshot {
    let service = Embedded::new(sample::tenant(), VirtualClock::at(sample::NOW));
    let client = service.client(Caller::with_mfa(id_of("emma.clarke")), Safeguards::default());
    futures::executor::block_on(discover_with(&client, &DiscoverOptions::default(), |_| {})).unwrap()
}

/// Each table of a page in Markdown: how many cells its lines have.
fn tables(markdown: &str) -> Vec<Vec<usize>> {
    let mut tables = vec![Vec::new()];
    for line in markdown.lines() {
        if line.starts_with('|') {
            let bare = line.replace("\\\\", "").replace("\\|", "");
            tables.last_mut().unwrap().push(bare.matches('|').count());
        } else if !tables.last().unwrap().is_empty() {
            tables.push(Vec::new());
        }
    }
    tables.retain(|table| !table.is_empty());
    tables
}

#[test]
fn markdown_tables_have_equal_columns() {
    let snapshot = sample_tenant();
    let text = Report { snapshot: Some(&snapshot), ..Report::default() }.markdown().unwrap();
    let tables = tables(&text);
    assert!(tables.len() >= 5, "{}", tables.len());
    for table in tables {
        assert!(table.len() > 2 && table.iter().all(|cells| *cells == table[0]), "{table:?}");
    }
    assert!(text.contains("| Global Administrator | whole tenant | Daniel Frost | person | direct |"));
}
