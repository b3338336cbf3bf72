//! Files that are written whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use pim_core::error::{Error, ErrorKind, Result};

/// Writes a file of `what`: whoever reads `path` meanwhile finds the old file or the new one. On Unix only its owner
/// may read it.
pub(crate) fn save(path: &Path, what: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
    let beside = beside(path).map_err(|error| unwritten(path, what, error))?;
    let written = create(&beside).and_then(|mut file| {
        write(&mut file)?;
        file.sync_all()
    });
    let done = written.and_then(|()| fs::rename(&beside, path)).and_then(|()| sync_folder(path));
    done.map_err(|error| {
        // What is half written helps nobody; that it can't be removed would hide the first error.
        let _ = fs::remove_file(&beside);
        unwritten(path, what, error)
    })
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
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        _ => Ok(()),
    }
}

fn unwritten(path: &Path, what: &str, error: io::Error) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!("the {what} can't be written ({}): choose a folder that may be written to", error.kind()),
    )
    .with_context("file", path.display())
    .with_source(error)
}

/// Why a file can't be read.
pub(crate) fn unopened(path: &Path, error: io::Error) -> Error {
    let (kind, message) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::NotFound, "there is no such file: check the path".to_owned()),
        other => (
            ErrorKind::InvalidInput,
            format!("the file can't be opened ({other}): check that it may be read"),
        ),
    };
    Error::new(kind, message).with_context("file", path.display()).with_source(error)
}
