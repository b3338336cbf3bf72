//! A snapshot as a file: gzip over lines of JSON.
//!
//! The first line names format and version, so that `zcat file | head -1` tells what it is. Then come the
//! tenant and the coverage, then each list with its rows, one a line, then a last line that a cut file lacks.

mod read;
mod write;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use pim_core::{
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, TenantId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Reading, Snapshot, SourceKind};

const FORMAT: &str = "pim-snapshot";
const VERSION: u32 = 1;

/// The first line. It stays readable for every version to come: nothing is taken out of it.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    taken_at: Timestamp,
    /// The program that wrote it, for people.
    #[serde(default)]
    written_by: String,
}

/// The second line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<TenantId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caller: Option<PrincipalId>,
    backend: String,
    coverage: BTreeMap<SourceKind, Reading>,
}

/// The line before the rows of a list.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    section: String,
    rows: usize,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    end: bool,
}

impl Snapshot {
    /// Writes the snapshot to a file, whole or not at all: whoever reads `path` meanwhile finds the old file
    /// or the new one. On Unix only its owner may read it.
    ///
    /// # Errors
    /// `InvalidInput` where the file can't be written, with the system's reason.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let beside = beside(path).map_err(|error| unwritten(path, error))?;
        let written = create(&beside).and_then(|mut file| {
            write::write(self, &mut file)?;
            file.sync_all()
        });
        let done = written.and_then(|()| fs::rename(&beside, path)).and_then(|()| sync_folder(path));
        done.map_err(|error| {
            // What is half written helps nobody; that it can't be removed would hide the first error.
            let _ = fs::remove_file(&beside);
            unwritten(path, error)
        })
    }

    /// Reads a snapshot from a file.
    ///
    /// # Errors
    /// `NotFound` where there is no such file; `Unsupported` for one that a newer version of this program
    /// wrote; `Malformed` for one that is cut, damaged or something else, with line, list and field.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| unopened(path, error))?;
        Self::read_from(file).map_err(|error| error.with_context("file", path.display()))
    }

    /// Writes the snapshot, compressed, to anything.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write_to(&self, to: impl Write) -> io::Result<()> {
        write::write(self, to)
    }

    /// Reads a snapshot from anything.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    pub fn read_from(from: impl Read) -> Result<Self> {
        read::read(BufReader::new(from))
    }
}

/// A name in the same folder, since a rename is whole only within one file system.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no file name"))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}.partial", std::process::id()));
    Ok(path.with_file_name(hidden))
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the rename last through a crash, where the system lets a folder be opened.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        _ => Ok(()),
    }
}

fn unwritten(path: &Path, error: io::Error) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!("the snapshot can't be written ({}): choose a folder that may be written to", error.kind()),
    )
    .with_context("file", path.display())
    .with_source(error)
}

fn unopened(path: &Path, error: io::Error) -> Error {
    let (kind, message) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::NotFound, "there is no such file: check the path".to_owned()),
        other => (
            ErrorKind::InvalidInput,
            format!("the file can't be opened ({other}): check that it may be read"),
        ),
    };
    Error::new(kind, message).with_context("file", path.display()).with_source(error)
}
