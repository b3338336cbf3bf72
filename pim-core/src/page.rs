//! Lists: streams of batches, and where to go on.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures::{Stream, StreamExt, stream::BoxStream};
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// A list as a backend gives it: batches, in order, until the stream ends.
///
/// Behind it a backend may ask ahead, parse elsewhere and split the list into parts. An error ends the stream
/// unless more follows; an empty batch is not the end. ADR 0001 tells why it has this shape.
pub type Batches<T> = BoxStream<'static, Result<Batch<T>>>;

/// A piece of a list.
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs)] // made by every backend
pub struct Batch<T> {
    /// The items, in the service's order.
    pub items: Vec<T>,
    /// Rows that could not be read. They do not end the list.
    pub rejected: Vec<Rejected>,
    /// Where to go on after this batch; `None` after the last.
    pub resume: Option<Continuation>,
}

impl<T> Batch<T> {
    /// A last batch with these items.
    pub fn last(items: Vec<T>) -> Self {
        Self { items, rejected: Vec::new(), resume: None }
    }
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // made by every backend
pub struct Rejected {
    /// The row's id, if that much could be read.
    pub id: Option<Box<str>>,
    /// What was wrong, with the place in the row.
    pub reason: Box<str>,
}

/// A place in a list, to go on from later or elsewhere, even in another process.
///
/// The text is the backend's own. It is bound to the list it came from: another list refuses it. It may hold
/// a service's link, so keep it as safe as the list itself.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Continuation(Box<str>);

impl Continuation {
    /// A backend's own text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The backend's own text; empty for the beginning.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The beginning of a list.
    pub fn start() -> Self {
        Self("".into())
    }
}

impl fmt::Debug for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Continuation({} bytes)", self.0.len())
    }
}

/// A list for callers: item by item, or batch by batch, with a place to go on from.
///
/// As a stream it yields items. A row that can't be read yields one error, and the list goes on.
pub struct Pager<T> {
    batches: Batches<T>,
    items: std::vec::IntoIter<T>,
    rejected: std::vec::IntoIter<Rejected>,
    /// Where the batch began that is being used.
    here: Option<Continuation>,
    /// Where to go on once it is used up.
    next: Option<Continuation>,
}

impl<T> Pager<T> {
    /// A pager over a backend's batches, which begin at `from`.
    pub fn new(batches: Batches<T>, from: Option<Continuation>) -> Self {
        let here = Some(from.unwrap_or_else(Continuation::start));
        Self {
            batches,
            items: Vec::new().into_iter(),
            rejected: Vec::new().into_iter(),
            here: here.clone(),
            next: here,
        }
    }

    /// Where to go on later: at the batch whose items are being used, so that none is skipped (some may come
    /// twice), or behind it once all are used. `None` when the list has been read to its end.
    pub fn continuation(&self) -> Option<&Continuation> {
        let used_up = self.items.len() == 0 && self.rejected.len() == 0;
        if used_up { self.next.as_ref() } else { self.here.as_ref() }
    }

    /// The next batch as a whole; `None` at the end. Items of the current one that were not taken are dropped.
    ///
    /// # Errors
    /// What the backend reports.
    pub async fn next_page(&mut self) -> Result<Option<Batch<T>>> {
        self.items = Vec::new().into_iter();
        self.rejected = Vec::new().into_iter();
        match self.batches.next().await {
            None => {
                self.next = None;
                Ok(None)
            }
            Some(batch) => {
                let batch = batch?;
                self.here = self.next.take();
                self.next.clone_from(&batch.resume);
                Ok(Some(batch))
            }
        }
    }

    /// All items that are left.
    ///
    /// # Errors
    /// The first error, a row that can't be read included.
    pub async fn collect_all(mut self) -> Result<Vec<T>> {
        let mut all = Vec::new();
        while let Some(batch) = self.next_page().await? {
            if let Some(rejected) = batch.rejected.into_iter().next() {
                return Err(unreadable(rejected));
            }
            all.extend(batch.items);
        }
        Ok(all)
    }
}

impl<T: Unpin> Stream for Pager<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            if let Some(row) = self.rejected.next() {
                return Poll::Ready(Some(Err(unreadable(row))));
            }
            match futures::ready!(self.batches.poll_next_unpin(cx)) {
                None => {
                    self.next = None;
                    return Poll::Ready(None);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(batch)) => {
                    self.here = self.next.take();
                    self.next = batch.resume;
                    self.items = batch.items.into_iter();
                    self.rejected = batch.rejected.into_iter();
                }
            }
        }
    }
}

impl<T> fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager").field("left_in_batch", &self.items.len()).field("next", &self.next).finish()
    }
}

fn unreadable(row: Rejected) -> Error {
    let error = Error::new(ErrorKind::Malformed, format!("a row of the list can't be read: {}", row.reason));
    match row.id {
        Some(id) => error.with_context("row", id),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use futures::{executor::block_on, stream};

    use super::*;

    fn batch(items: &[u32], resume: Option<&str>) -> Result<Batch<u32>> {
        Ok(Batch { items: items.to_vec(), resume: resume.map(Continuation::new), ..Batch::default() })
    }

    fn text(pager: &Pager<u32>) -> Option<&str> {
        pager.continuation().map(Continuation::as_str)
    }

    #[test]
    fn a_continuation_never_skips() {
        let batches = [batch(&[1, 2], Some("b")), batch(&[], Some("c")), batch(&[3], None)];
        let mut pager = Pager::new(stream::iter(batches).boxed(), None);
        assert_eq!(text(&pager), Some(""));
        let mut next =
            || block_on(pager.next()).transpose().unwrap().map(|n| (n, text(&pager).map(str::to_owned)));
        assert_eq!(next(), Some((1, Some(String::new()))), "2 is still to come");
        assert_eq!(next(), Some((2, Some("b".into()))));
        assert_eq!(next(), Some((3, None)), "an empty batch is not the end");
        assert_eq!(next(), None);
    }

    #[test]
    fn an_unreadable_row_is_one_error_and_not_the_end() {
        let row = Rejected { id: Some("7".into()), reason: "status: expected a string".into() };
        let first = Batch { rejected: vec![row], ..batch(&[1], Some("b")).unwrap() };
        let mut pager = Pager::new(stream::iter([Ok(first), batch(&[2], None)]).boxed(), None);
        let seen: Vec<_> = block_on(async { (&mut pager).collect().await });
        assert_eq!(seen.len(), 3);
        assert_eq!(seen[1].as_ref().unwrap_err().kind(), ErrorKind::Malformed);
        assert_eq!(*seen[2].as_ref().unwrap(), 2);
    }

    #[test]
    fn after_an_error_the_place_is_the_one_to_try_again_from() {
        let batches = [batch(&[1], Some("b")), Err(Error::new(ErrorKind::Unavailable, "down"))];
        let mut pager = Pager::new(stream::iter(batches).boxed(), None);
        block_on(async {
            assert_eq!(pager.next().await.unwrap().unwrap(), 1);
            assert!(pager.next().await.unwrap().is_err());
        });
        assert_eq!(text(&pager), Some("b"));
    }
}
