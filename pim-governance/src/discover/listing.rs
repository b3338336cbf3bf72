//! Reading one list to its end, whatever comes in between.

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use pim_core::{
    clock::Clock,
    error::{Error, ErrorKind, Result},
    page::{Batch, Pager},
    time::Timestamp,
};

use super::Progress;
use crate::snapshot::{Coverage, Reading, Reason, RejectedRow, SourceKind};

/// What was read of a source so far, and what stood in the way.
pub(super) struct Listing<'a> {
    source: SourceKind,
    clock: &'a dyn Clock,
    observe: &'a (dyn Fn(&Progress) + Send + Sync),
    began: Timestamp,
    done: usize,
    /// Whether the service answered at all.
    answered: bool,
    failed: Option<Error>,
    rejected: Vec<RejectedRow>,
}

/// A list may go on after an error; one that only errs is given up.
const ENOUGH_ERRORS: usize = 1000;

/// How many lists of one source are read at once.
const AT_ONCE: usize = 8;

impl<'a> Listing<'a> {
    pub(super) fn new(
        source: SourceKind,
        clock: &'a dyn Clock,
        observe: &'a (dyn Fn(&Progress) + Send + Sync),
    ) -> Self {
        let listing = Self {
            source,
            clock,
            observe,
            began: clock.now(),
            done: 0,
            answered: false,
            failed: None,
            rejected: Vec::new(),
        };
        listing.tell(None, None);
        listing
    }

    /// Reads a list, and hands each row to `keep`.
    ///
    /// # Errors
    /// `Unauthenticated` only; all else is remembered.
    pub(super) async fn read<T: Send + 'static>(
        &mut self,
        pager: Pager<T>,
        mut keep: impl FnMut(T),
    ) -> Result<()> {
        self.read_all([pager], |_, row| keep(row)).await
    }

    /// Reads several lists, a few at once, and hands each row to `keep` with the number of its list. Rows of one list
    /// come in its order, those of others in between.
    ///
    /// # Errors
    /// `Unauthenticated` only; all else is remembered.
    pub(super) async fn read_all<T: Send + 'static>(
        &mut self,
        pagers: impl IntoIterator<Item = Pager<T>>,
        mut keep: impl FnMut(usize, T),
    ) -> Result<()> {
        let lists: Vec<_> =
            pagers.into_iter().enumerate().map(|(which, pager)| batches(which, pager)).collect();
        let mut batches = stream::iter(lists).flatten_unordered(AT_ONCE);
        while let Some((which, batch)) = batches.next().await {
            match batch {
                Ok(batch) => {
                    self.answered = true;
                    let rejected = batch.rejected.into_iter();
                    self.rejected
                        .extend(rejected.map(|row| RejectedRow::new(row.id.map(String::from), row.reason)));
                    self.done += batch.items.len();
                    batch.items.into_iter().for_each(|row| keep(which, row));
                    self.tell(None, None);
                }
                Err(error) if error.kind() == ErrorKind::Unauthenticated => return Err(error),
                Err(error) => self.fail(error),
            }
        }
        Ok(())
    }

    /// Something could not be read. The first reason is the source's, further ones stand with its rows.
    fn fail(&mut self, error: Error) {
        match &self.failed {
            None => self.failed = Some(error),
            Some(_) => self.rejected.push(RejectedRow::new(None, error.to_string())),
        }
    }

    /// What became of it.
    pub(super) fn finish(self) -> Reading {
        let coverage = match (&self.failed, self.rejected.len()) {
            (Some(error), _) => Coverage::after(error, self.answered),
            (None, 0) => Coverage::Read,
            (None, rows) => Coverage::Partial(Reason::new(
                ErrorKind::Malformed,
                format!("{rows} rows can't be read: each is listed with its reason"),
            )),
        };
        let total = coverage.is_complete().then_some(self.done);
        self.tell(total, Some(coverage.clone()));
        let mut reading = Reading::new(coverage, self.done);
        reading.rejected = self.rejected;
        reading
    }

    fn tell(&self, total: Option<usize>, coverage: Option<Coverage>) {
        let elapsed = self.clock.now().since(self.began);
        let per_second = (!elapsed.is_zero()).then(|| self.done as f64 / elapsed.to_std().as_secs_f64());
        let Self { source, done, .. } = *self;
        (self.observe)(&Progress { source, done, total, per_second, coverage });
    }
}

/// What a list answers until its end, with the number of the list.
fn batches<T: Send + 'static>(
    which: usize,
    pager: Pager<T>,
) -> BoxStream<'static, (usize, Result<Batch<T>>)> {
    let answers = stream::unfold((pager, 0), move |(mut pager, mut errors)| async move {
        if errors == ENOUGH_ERRORS {
            return None;
        }
        let answer = pager.next_page().await.transpose()?;
        errors += usize::from(answer.is_err());
        Some(((which, answer), (pager, errors)))
    });
    answers.boxed()
}
