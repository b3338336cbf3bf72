//! Reading one list to its end, whatever comes in between.

use pim_core::{
    clock::Clock,
    error::{Error, ErrorKind, Result},
    page::Pager,
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
    pub(super) async fn read<T>(&mut self, mut pager: Pager<T>, mut keep: impl FnMut(T)) -> Result<()> {
        let mut errors = 0;
        while errors < ENOUGH_ERRORS {
            match pager.next_page().await {
                Ok(None) => return Ok(()),
                Ok(Some(batch)) => {
                    self.answered = true;
                    let rejected = batch.rejected.into_iter();
                    self.rejected
                        .extend(rejected.map(|row| RejectedRow::new(row.id.map(String::from), row.reason)));
                    self.done += batch.items.len();
                    batch.items.into_iter().for_each(&mut keep);
                    self.tell(None, None);
                }
                Err(error) if error.kind() == ErrorKind::Unauthenticated => return Err(error),
                Err(error) => {
                    errors += 1;
                    self.fail(error);
                }
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
