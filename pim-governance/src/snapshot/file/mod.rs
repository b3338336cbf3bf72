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
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

use pim_core::{
    error::Result,
    id::{PrincipalId, TenantId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Reading, Snapshot, SourceKind};
use crate::whole_file;

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
        whole_file::save(path.as_ref(), "snapshot", |file| write::write(self, file))
    }

    /// Reads a snapshot from a file.
    ///
    /// # Errors
    /// `NotFound` where there is no such file; `Unsupported` for one that a newer version of this program
    /// wrote; `Malformed` for one that is cut, damaged or something else, with line, list and field.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| whole_file::unopened(path, error))?;
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
