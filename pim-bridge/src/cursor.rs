//! Lists, page by page.

use std::fmt;

use async_trait::async_trait;
use pim_core::{
    error::Result,
    page::{Continuation, Pager, Rejected},
};

use crate::rows::{Row, Rows};

/// A list that is being read. Pages are asked for one at a time; a backend may have read ahead.
pub struct Cursor {
    pages: Box<dyn Pages>,
}

/// A piece of a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page {
    /// The items, in the service's order.
    pub rows: Rows,
    /// Rows that could not be read. They do not end the list.
    pub rejected: Vec<Rejected>,
    /// Where to go on after this page; `None` after the last.
    pub resume: Option<Continuation>,
}

#[async_trait]
trait Pages: Send {
    async fn next(&mut self) -> Result<Option<Page>>;
    fn continuation(&self) -> Option<&Continuation>;
}

#[async_trait]
impl<T: Row> Pages for Pager<T> {
    async fn next(&mut self) -> Result<Option<Page>> {
        let Some(batch) = self.next_page().await? else { return Ok(None) };
        Ok(Some(Page { rows: T::rows(batch.items), rejected: batch.rejected, resume: batch.resume }))
    }

    fn continuation(&self) -> Option<&Continuation> {
        self.continuation()
    }
}

impl Cursor {
    pub(crate) fn new<T: Row>(pager: Pager<T>) -> Self {
        Self { pages: Box::new(pager) }
    }

    /// The next page; `None` at the end. An empty page is not the end.
    ///
    /// # Errors
    /// What the backend reports.
    pub async fn next_page(&mut self) -> Result<Option<Page>> {
        self.pages.next().await
    }

    /// Where to go on behind the pages that were read; `None` at the end.
    pub fn continuation(&self) -> Option<&Continuation> {
        self.pages.continuation()
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").field("continuation", &self.continuation()).finish()
    }
}
