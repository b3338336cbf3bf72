//! The referee: published requests and responses, one page a file, held against the client and against the
//! emulator, each on its own.
//!
//! `cargo xtask corpus DIR` reads every `*.json` of a directory ([`Folder`]), lets each side judge each page, and
//! prints the [`Report`]. Nothing here knows a single page: a folder of other pages in the same form is judged
//! by the same rules.

pub mod emulator;
mod folder;
pub mod graph;
mod named;
mod page;
mod report;
mod row;
pub mod schema;

pub use self::{
    folder::Folder,
    named::is_named,
    page::{Example, Page, Request, Response, options},
    report::{Report, Verdict},
    row::{Outcome, Row, Side, difference},
    schema::Schema,
};

/// Lets every side judge every page.
pub fn judge(folder: &Folder) -> Report {
    let mut report = Report::default();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for page in &folder.pages {
        let tally = &mut report.tally;
        let rows = guarded(page, Side::Client, || graph::judge(page, folder.types.as_ref(), tally));
        report.add(page, Side::Client, rows);
        let types = folder.types.as_ref();
        let rows = guarded(page, Side::Emulator, || runtime.block_on(emulator::judge(page, types)));
        report.add(page, Side::Emulator, rows);
    }
    report.has_schema = folder.schema.is_some();
    report
}

/// A referee that stops at one page judges no other: a panic is that page's row.
fn guarded(page: &Page, side: Side, judge: impl FnOnce() -> Vec<Row>) -> Vec<Row> {
    let mut rows: Vec<Row> =
        page.faults.iter().map(|fault| Row::new(0, side, "page", Outcome::Failed(fault.clone()))).collect();
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(judge)) {
        Ok(judged) => rows.extend(judged),
        Err(_) => rows.push(Row::new(0, side, "page", Outcome::Failed("judging it panicked".to_owned()))),
    }
    rows
}
