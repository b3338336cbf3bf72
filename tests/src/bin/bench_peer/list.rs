//! Reads all role assignments that are in force now.

use std::time::Instant;

use futures::StreamExt;
use pim_core::{
    backend::{AssignmentQuery, Backend, Filter},
    error::{Error, ErrorKind, Result},
    page::Pager,
    privilege::Surface,
    schedule::Assignment,
};

/// Reads the list that begins at this address, and tells how long that took.
pub(crate) async fn run(mode: &str, url: &str) -> Result<String> {
    let (base, _) = url
        .split_once("/v1.0/")
        .ok_or_else(|| Error::new(ErrorKind::InvalidInput, "the address is not one of Graph's form"))?;
    let backend = super::graph(base)?;
    let filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
    let query = AssignmentQuery { filter, ..AssignmentQuery::default() };
    let begun = Instant::now();
    let mut list = backend.list_assignments(&query, None);
    let mut seen = Seen::default();
    match mode {
        "stream" => {
            while let Some(batch) = list.next().await {
                seen.take(&batch?.items);
            }
            Ok(seen.line(begun))
        }
        "typed" => {
            let mut pager = Pager::new(list, None);
            let mut all = Vec::new();
            while let Some(row) = pager.next().await {
                all.push(row?);
            }
            let took = begun.elapsed();
            seen.take(&all);
            Ok(seen.line_of(took))
        }
        _ => {
            let mut all = Vec::new();
            while let Some(batch) = list.next().await {
                all.push(batch?.items);
            }
            let took = begun.elapsed();
            all.iter().for_each(|rows| seen.take(rows));
            Ok(seen.line_of(took))
        }
    }
}

/// What was read: the names prove that the holders were.
#[derive(Default)]
struct Seen {
    items: usize,
    names: usize,
}

impl Seen {
    fn take(&mut self, rows: &[Assignment]) {
        let name = |row: &Assignment| {
            row.holder.as_deref().and_then(|holder| Some(holder.name.as_ref()?.expose().len()))
        };
        self.items += rows.len();
        self.names += rows.iter().filter_map(name).sum::<usize>();
    }

    fn line(&self, begun: Instant) -> String {
        self.line_of(begun.elapsed())
    }

    fn line_of(&self, took: std::time::Duration) -> String {
        format!(r#"{{"secs":{:.4},"items":{},"names":{}}}"#, took.as_secs_f64(), self.items, self.names)
    }
}
