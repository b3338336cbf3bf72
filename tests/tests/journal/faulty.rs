//! A journal that does what it is told to get wrong.

use std::{
    collections::VecDeque,
    future::pending,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use pim_embedded::{
    engine::Event,
    journal::{Journal, JournalError, MemoryJournal},
};

/// What goes wrong with one append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// Somebody else was first, as it seems.
    Conflict,
    /// It fails, and nothing is kept.
    FailBefore,
    /// It fails, and all is kept.
    FailAfter,
    /// It never ends, and nothing is kept.
    StallBefore,
    /// It never ends, and all is kept.
    StallAfter,
}

/// A journal in memory with the given faults, one for each append; after them it is sound.
#[derive(Debug, Default)]
pub(crate) struct Faulty {
    kept: MemoryJournal,
    faults: Mutex<VecDeque<Fault>>,
    pub(crate) unreadable: AtomicBool,
    pub(crate) reads: AtomicU32,
    corrupt: Option<u64>,
}

impl Faulty {
    pub(crate) fn new(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self { faults: Mutex::new(faults.into_iter().collect()), ..Self::default() }
    }

    /// Nothing goes wrong any more.
    pub(crate) fn heal(&self) {
        self.faults.lock().unwrap().clear();
    }

    /// One whose entry of this number can't be read.
    pub(crate) fn corrupt(entry: u64) -> Self {
        Self { corrupt: Some(entry), ..Self::default() }
    }
}

fn dead() -> JournalError {
    JournalError::Storage("the line is dead".into())
}

#[async_trait]
impl Journal for Faulty {
    async fn append(&self, at: u64, events: &[Event]) -> Result<(), JournalError> {
        let fault = self.faults.lock().unwrap().pop_front().unwrap_or(Fault::None);
        match fault {
            Fault::None => self.kept.append(at, events).await,
            Fault::Conflict => Err(JournalError::Conflict { expected: at, found: at + 1 }),
            Fault::FailBefore => Err(dead()),
            Fault::FailAfter => {
                self.kept.append(at, events).await?;
                Err(dead())
            }
            Fault::StallBefore => pending().await,
            Fault::StallAfter => {
                self.kept.append(at, events).await?;
                pending().await
            }
        }
    }

    async fn read(&self, from: u64) -> Result<Vec<Event>, JournalError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if let Some(entry) = self.corrupt {
            return Err(JournalError::Corrupt { entry, reason: "it is no event".into() });
        }
        if self.unreadable.load(Ordering::Relaxed) {
            return Err(dead());
        }
        self.kept.read(from).await
    }
}
