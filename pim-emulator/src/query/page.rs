//! Pages: as many objects as fit, and the place where the next page begins.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::{StreamExt, stream};
use pim_core::page::{Batch, Batches, Continuation};
use serde_json::Value;

use super::{Order, Query};
use crate::refusal::Refusal;

/// How many positions a batch of [`of_positions`] holds.
const BATCH: usize = 100;

/// A place in a list: the engine's batch, and the last object shown of it.
///
/// Naming the object instead of counting keeps the place good while others come and go before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    batch: String,
    after: String,
}

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<Value>,
    pub(crate) next: Option<Place>,
    /// How many there are in all, where that was asked on the first page.
    pub(crate) count: Option<usize>,
}

impl Place {
    /// Reads the token of a next page.
    pub(crate) fn read(token: &str) -> Result<Self, Refusal> {
        let wrong = || Refusal::bad_request("The provided skip token is invalid.");
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        let (batch, after) = text.split_once('\n').ok_or_else(wrong)?;
        Ok(Self { batch: batch.to_owned(), after: after.to_owned() })
    }

    /// The token of a next page.
    pub(crate) fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}\n{}", self.batch, self.after))
    }
}

/// Takes a page off a list. `show` renders an item; `None` hides it.
///
/// # Errors
/// What the engine refuses.
pub(crate) async fn list<T>(
    query: &Query,
    size: usize,
    open: impl FnOnce(Option<Continuation>) -> Batches<T>,
    show: impl Fn(&T) -> Option<Value>,
) -> Result<Page, Refusal> {
    let limit = query.top.unwrap_or(size);
    if let Some(order) = &query.order {
        return sorted(query, order, limit, open, show).await;
    }
    let (mut begun, mut after) = match &query.token {
        None => (String::new(), None),
        Some(place) => (place.batch.clone(), Some(place.after.clone()).filter(|id| !id.is_empty())),
    };
    let mut skip = if query.token.is_none() { query.skip } else { 0 };
    let counting = query.count && query.token.is_none();
    let mut page = Page { items: Vec::new(), next: None, count: None };
    let (mut total, mut last) = (0, (begun.clone(), String::new()));
    let mut batches = open((!begun.is_empty()).then(|| Continuation::new(begun.clone())));
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        let shown: Vec<Value> = batch.items.iter().filter_map(&show).collect();
        // The object is looked for in its own batch only; when it has gone, the batch is shown again.
        let from = after.take().and_then(|id| shown.iter().position(|object| id_of(object) == id));
        for object in shown.into_iter().skip(from.map_or(0, |at| at + 1)) {
            if !query.admits(&object) {
                continue;
            }
            total += 1;
            if skip > 0 {
                skip -= 1;
            } else if page.items.len() < limit {
                last = (begun.clone(), id_of(&object).to_owned());
                page.items.push(object);
            } else if page.next.is_none() {
                // Where a batch begins, its own place is good; an object may go away.
                let after = if last.0 == begun { last.1.clone() } else { String::new() };
                page.next = Some(Place { batch: begun.clone(), after });
                if !counting {
                    return Ok(page);
                }
            }
        }
        begun = batch.resume.map(|resume| resume.as_str().to_owned()).unwrap_or_default();
    }
    page.count = counting.then_some(total);
    Ok(page)
}

/// A page of a list that is sorted, which takes reading the whole of it.
async fn sorted<T>(
    query: &Query,
    order: &Order,
    limit: usize,
    open: impl FnOnce(Option<Continuation>) -> Batches<T>,
    show: impl Fn(&T) -> Option<Value>,
) -> Result<Page, Refusal> {
    let mut all: Vec<Value> = Vec::new();
    let mut batches = open(None);
    while let Some(batch) = batches.next().await {
        all.extend(batch?.items.iter().filter_map(&show).filter(|object| query.admits(object)));
    }
    order.sort(&mut all);
    let (count, from) = match &query.token {
        None => (query.count.then_some(all.len()), query.skip),
        Some(place) => {
            let wrong = || Refusal::bad_request("The provided skip token is invalid.");
            (None, place.after.parse().map_err(|_| wrong())?)
        }
    };
    let end = from.saturating_add(limit).min(all.len());
    let next = (end < all.len()).then(|| Place { batch: "sorted".to_owned(), after: end.to_string() });
    let items = all.into_iter().skip(from).take(limit).collect();
    Ok(Page { items, next, count })
}

/// The positions of a list that does not change, in batches.
pub(crate) fn of_positions(length: usize, from: Option<Continuation>) -> Batches<usize> {
    let start = from.and_then(|from| from.as_str().parse().ok()).unwrap_or(0);
    let batch = move |at: usize| {
        let end = length.min(at + BATCH);
        let resume = (end < length).then(|| Continuation::new(end.to_string()));
        Ok(Batch { items: (at..end).collect(), rejected: Vec::new(), resume })
    };
    stream::iter((start..length.max(start + 1)).step_by(BATCH).map(batch)).boxed()
}

fn id_of(object: &Value) -> &str {
    object.get("id").and_then(Value::as_str).unwrap_or_default()
}
