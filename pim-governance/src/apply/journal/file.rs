//! A journal in a file.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use fs4::{FileExt, TryLockError};
use pim_core::error::{Error, ErrorKind, Result};

use super::{IN_USE, Storage};
use crate::whole_file::sync_folder;

/// A file that this process alone has, until it is closed.
#[derive(Debug)]
pub(super) struct Locked(File);

pub(super) fn create(path: &Path) -> Result<Locked> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::new(
            ErrorKind::AlreadyExists,
            "there is a journal of that name: resume it, or name another file",
        )
        .with_context("file", path.display()),
        _ => failed("made", path, error),
    })?;
    let file = locked(file, path)?;
    // A file whose name is lost in a crash is lost itself.
    sync_folder(path).map_err(|error| failed("made", path, error))?;
    Ok(file)
}

pub(super) fn open(path: &Path) -> Result<(Locked, Vec<u8>)> {
    let file = OpenOptions::new().read(true).append(true).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Error::new(ErrorKind::NotFound, "there is no such journal: check the path")
                .with_context("file", path.display())
        }
        _ => failed("opened", path, error),
    })?;
    let mut file = locked(file, path)?;
    let mut bytes = Vec::new();
    file.0.read_to_end(&mut bytes).map_err(|error| failed("read", path, error))?;
    Ok((file, bytes))
}

impl Locked {
    /// Takes off what follows the whole lines.
    pub(super) fn cut(&mut self, whole: usize, length: usize) -> Result<()> {
        if whole == length {
            return Ok(());
        }
        let whole = u64::try_from(whole).unwrap_or(u64::MAX);
        let cut = self.0.set_len(whole).and_then(|()| self.0.sync_all());
        cut.map_err(|error| {
            let message = format!("the journal can't be written ({}): see that it may be", error.kind());
            Error::new(ErrorKind::InvalidInput, message).with_source(error)
        })
    }
}

impl Storage for Locked {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)?;
        self.0.sync_data()
    }
}

fn locked(file: File, path: &Path) -> Result<Locked> {
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(Locked(file)),
        Err(TryLockError::WouldBlock) => Err(Error::new(
            ErrorKind::Conflict,
            "another process is at work with this journal: wait until it has ended",
        )
        .with_code(IN_USE)
        .with_context("file", path.display())),
        Err(TryLockError::Error(error)) => Err(failed("locked", path, error)),
    }
}

fn failed(what: &str, path: &Path, error: io::Error) -> Error {
    let message =
        format!("the journal can't be {what} ({}): choose a folder that may be written to", error.kind());
    Error::new(ErrorKind::InvalidInput, message).with_context("file", path.display()).with_source(error)
}
