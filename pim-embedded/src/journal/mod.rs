//! Where events are kept. The only part of the service that does I/O.

mod memory;

use std::fmt::Debug;

use async_trait::async_trait;
use pim_core::error::{Error, ErrorKind};

pub use memory::MemoryJournal;

use crate::engine::Event;

/// An append-only list of events, which several services may share.
#[async_trait]
pub trait Journal: Debug + Send + Sync {
    /// Adds events behind the first `at` ones, all or none.
    ///
    /// # Errors
    /// [`Conflict`](JournalError::Conflict) when the journal does not end there: somebody else added events
    /// in the meantime. [`Storage`](JournalError::Storage) when it is not known whether they were added.
    async fn append(&self, at: u64, events: &[Event]) -> Result<(), JournalError>;

    /// All events behind the first `from` ones.
    ///
    /// # Errors
    /// [`Corrupt`](JournalError::Corrupt) for an entry that can't be read, [`Storage`](JournalError::Storage)
    /// when the journal can't be reached.
    async fn read(&self, from: u64) -> Result<Vec<Event>, JournalError>;
}

/// What can go wrong with a journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// It ends elsewhere than was thought.
    #[error("the journal holds {found} events, not {expected}: somebody else wrote to it")]
    Conflict {
        /// How many events were thought to be there.
        expected: u64,
        /// How many are.
        found: u64,
    },
    /// An entry can't be read.
    #[error("entry {entry} of the journal can't be read: {reason}")]
    Corrupt {
        /// Which, counted from 1.
        entry: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The journal can't be reached, or said nothing of the outcome.
    #[error("the journal can't be reached")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<JournalError> for Error {
    fn from(error: JournalError) -> Self {
        let kind = match &error {
            JournalError::Conflict { .. } => ErrorKind::Conflict,
            JournalError::Corrupt { .. } => ErrorKind::Malformed,
            JournalError::Storage(_) => ErrorKind::Unavailable,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}
