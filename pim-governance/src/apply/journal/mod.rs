//! What was intended and what came of it, written down so that a crash loses neither.
//!
//! Lines of JSON. The first holds the plan and its hash; then each step leaves a line before its request is sent
//! and one once its outcome is known. A line that the crash cut short is left out: what it was to say had not
//! been relied on yet. Anything else that does not fit is refused, with its line.

mod file;
mod read;
mod record;

#[cfg(test)]
mod tests;

use std::{
    fmt::Debug,
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use pim_core::{
    error::{Error, ErrorKind, Result},
    time::Timestamp,
};

pub(super) use self::record::{Entry, Header, History, Made, Recorded, State};
use super::Mode;
use crate::plan::Plan;

/// Code of a refusal because a journal's lines don't fit together.
pub const DAMAGED: &str = "Journal.Damaged";
/// Code of a refusal because another process has the journal open.
pub const IN_USE: &str = "Journal.InUse";

/// Where a journal is kept.
pub trait Storage: Debug + Send {
    /// Adds these bytes at the end, and returns once they outlast a crash.
    ///
    /// # Errors
    /// What the medium reports. The journal is not written to any more then: part of a line may be there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// The journal of one plan's being carried out. It holds the plan, so it is all that a crashed or canceled run
/// needs to go on; and who may read it can read the plan's justifications.
#[derive(Debug)]
pub struct Journal {
    storage: Box<dyn Storage>,
    history: Option<History>,
    broken: Option<String>,
}

impl Journal {
    /// A new journal in a new file. On Unix only its owner may read it; no other process can open it meanwhile.
    ///
    /// # Errors
    /// `AlreadyExists` where there is such a file: resume it, or choose another; `InvalidInput` where it can't be
    /// made.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::on(file::create(path.as_ref())?))
    }

    /// The journal in a file, to go on with it. A last line that a crash cut short is taken off.
    ///
    /// # Errors
    /// `NotFound` where there is no such file; `Conflict` with [`IN_USE`] where another process has it open;
    /// `Malformed` with [`DAMAGED`] and the line where it can't be read; `Unsupported` for one of a newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let placed = |error: Error| error.with_context("file", path.display());
        let (mut file, bytes) = file::open(path)?;
        let (history, whole) = read::read(&bytes).map_err(placed)?;
        file.cut(whole, bytes.len()).map_err(placed)?;
        Ok(Self { storage: Box::new(file), history, broken: None })
    }

    /// A journal that lasts no longer than its [`Memory`].
    pub fn in_memory() -> Self {
        Self::on(Memory::default())
    }

    /// A new journal kept anywhere.
    pub fn on(storage: impl Storage + 'static) -> Self {
        Self { storage: Box::new(storage), history: None, broken: None }
    }

    /// A journal kept anywhere, to go on with it: `written` is all that the storage holds, of which a last line
    /// that was cut short is left out. The storage must begin after the rest: its length comes back too.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn continued(written: &[u8], storage: impl Storage + 'static) -> Result<(Self, usize)> {
        let (history, whole) = read::read(written)?;
        Ok((Self { storage: Box::new(storage), history, broken: None }, whole))
    }

    /// The plan that it is about; `None` as long as nothing was begun.
    pub fn plan(&self) -> Option<&Plan> {
        self.history.as_ref().map(|history| &history.header.plan)
    }

    /// Whether it tells of a run or of one taken back; `None` as long as nothing was begun.
    pub fn mode(&self) -> Option<Mode> {
        self.history.as_ref().map(|history| history.header.mode)
    }

    /// True where every step of the plan is done.
    pub fn is_complete(&self) -> bool {
        self.history.as_ref().is_some_and(History::is_complete)
    }

    /// Begins it with a plan.
    pub(super) fn begin(&mut self, mode: Mode, plan: &Plan, hash: &str) -> Result<()> {
        if self.history.is_some() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "this journal is of a run that was begun before: resume it, or give a new one",
            ));
        }
        let header = Header::new(mode, plan.clone(), hash.to_owned());
        self.write(&header)?;
        self.history = Some(History::new(header));
        Ok(())
    }

    pub(super) fn history(&self) -> Result<&History> {
        self.history.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "nothing was begun by this journal: apply a plan with it")
        })
    }

    /// Writes an entry, and takes it into account once it will last.
    pub(super) fn add(&mut self, entry: Entry) -> Result<()> {
        self.write(&entry)?;
        if let Some(history) = &mut self.history {
            history.take(entry);
        }
        Ok(())
    }

    fn write(&mut self, line: &impl serde::Serialize) -> Result<()> {
        if let Some(reason) = &self.broken {
            return Err(unwritten(reason));
        }
        let written = serde_json::to_vec(line).map_err(io::Error::from).and_then(|mut bytes| {
            bytes.push(b'\n');
            self.storage.append(&bytes)
        });
        written.map_err(|error| {
            self.broken = Some(error.kind().to_string());
            unwritten(&error.kind().to_string()).with_source(error)
        })
    }
}

/// A medium that forgets. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    /// What was written.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Storage for Memory {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(())
    }
}

impl State {
    /// When the request of which nothing more is known was about to be sent.
    pub(super) fn open_since(&self) -> Option<Timestamp> {
        match self {
            Self::Intended(at) => Some(*at),
            Self::Ended { intended: Some(at), result } if result.is_open() => Some(*at),
            _ => None,
        }
    }
}

fn unwritten(reason: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!(
            "the journal can't be written ({reason}), so nothing more is sent: make room, or see that it may be \
             written to, and resume"
        ),
    )
}
