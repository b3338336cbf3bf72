//! Reads all role assignments that are in force now.

use std::time::{Duration, Instant};

use futures::StreamExt;
use pim_core::{
    backend::{AssignmentQuery, Backend, Filter},
    error::{Error, ErrorKind, Result},
    page::Pager,
    privilege::Surface,
    schedule::Assignment,
};
use pim_graph::backend::{Details, ReadOptions, Split, UsedEligibility};

/// Reads the list that begins at this address, and tells how long that took.
///
/// `stream` drops each batch after use, `rows` keeps them, `typed` takes item by item: one chain each. `joined` looks
/// holders up, `roles` reads in parts, `roles-joined` does both, and `automatic` is the default.
pub(crate) async fn run(mode: &str, url: &str) -> Result<String> {
    let wrong = |words: &'static str| Error::new(ErrorKind::InvalidInput, words);
    let (base, rest) =
        url.split_once("/v1.0/").ok_or_else(|| wrong("the address is not one of Graph's form"))?;
    let page_size = rest.split_once("$top=").and_then(|(_, top)| top.split('&').next()?.parse().ok());
    let one_chain = ReadOptions { split: Split::Never, page_size, ..ReadOptions::default() };
    let (details, used) = (Details::LookedUp, UsedEligibility::Untold);
    let options = match mode {
        "stream" | "rows" | "typed" => one_chain,
        "joined" => ReadOptions { details, used, ..one_chain },
        "automatic" => ReadOptions { split: Split::WhenLong, ..one_chain },
        "roles" => ReadOptions { split: Split::Always, details: Details::WithRows, ..one_chain },
        "roles-joined" => ReadOptions { split: Split::Always, details, used, ..one_chain },
        _ => {
            return Err(wrong(
                "the mode is one of stream, rows, typed, joined, automatic, roles, roles-joined",
            ));
        }
    };
    let backend = super::graph(base)?.reading(options);
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
            Ok(seen.line(begun.elapsed()))
        }
        "typed" => {
            let mut pager = Pager::new(list, None);
            let mut all = Vec::new();
            while let Some(row) = pager.next().await {
                all.push(row?);
            }
            let took = begun.elapsed();
            seen.take(&all);
            Ok(seen.line(took))
        }
        _ => {
            let mut all = Vec::new();
            while let Some(batch) = list.next().await {
                all.push(batch?.items);
            }
            let took = begun.elapsed();
            all.iter().for_each(|rows| seen.take(rows));
            Ok(seen.line(took))
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

    fn line(&self, took: Duration) -> String {
        format!(r#"{{"secs":{:.4},"items":{},"names":{}}}"#, took.as_secs_f64(), self.items, self.names)
    }
}
