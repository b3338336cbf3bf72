//! Other tools' files, as designs.
//!
//! [`easypim`] reads what EasyPIM's orchestrator is configured with, [`easypim_csv`] what EasyPIM exports of
//! policies. What a file does not say stays as it is in the tenant, as with EasyPIM. Whatever is odd, or means
//! something else here than there, is told as a [`Notice`] with its place; what can't be understood is an error.
//!
//! Format: [EasyPIM](https://github.com/kayasax/EasyPIM).

mod assignments;
mod csv;
mod fields;
mod length;
mod mails;
mod notice;
mod policy;
mod reader;
mod rows;
mod sections;
mod source;
mod templates;

#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

use self::reader::Reader;
pub use self::{
    csv::CsvOf,
    notice::{Notice, NoticeKind},
};
use crate::desired::{Design, DesignErrors};

/// How a file is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ImportOptions {
    /// What the file is called in messages.
    pub file: Option<Arc<str>>,
    /// Whether whoever holds an imported privilege without being named for it loses it. EasyPIM removes nobody,
    /// so the default is no. Privileges of which the file names no holder are left alone either way.
    pub exclusive: bool,
}

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// The design. Faults that are found in it later name their place in the file.
    pub design: Design,
    /// What is odd, or means something else here, in the order of the file.
    pub notices: Vec<Notice>,
}

/// Reads a configuration of EasyPIM's orchestrator: JSON with comments, or the same in base64.
///
/// # Errors
/// Everything that can't be understood, each with line, column, path and what was expected.
pub fn easypim(text: &str, options: &ImportOptions) -> Result<Imported, DesignErrors> {
    let mut reader = Reader::new(options.file.clone());
    let design = sections::read(text, options, &mut reader);
    reader.finish(design)
}

/// Reads a file, as [`easypim`] does; UTF-8 or, with its mark, UTF-16.
///
/// # Errors
/// As for [`easypim`]; one fault of kind `Unreadable` where the file can't be read.
pub fn easypim_file(path: impl AsRef<Path>, options: &ImportOptions) -> Result<Imported, DesignErrors> {
    let (text, options) = source::open(path.as_ref(), options)?;
    easypim(&text, &options)
}

/// Reads an export of policies in CSV.
///
/// Ids of policies and roles in it belong to the tenant it came from; roles are taken by their names.
///
/// # Errors
/// Everything that can't be understood, each with line, column, header and what was expected.
pub fn easypim_csv(text: &str, of: &CsvOf, options: &ImportOptions) -> Result<Imported, DesignErrors> {
    let mut reader = Reader::new(options.file.clone());
    let design = csv::read(text, of, &mut reader);
    reader.finish(design)
}

/// Reads a file, as [`easypim_csv`] does; UTF-8 or, with its mark, UTF-16.
///
/// # Errors
/// As for [`easypim_csv`]; one fault of kind `Unreadable` where the file can't be read.
pub fn easypim_csv_file(
    path: impl AsRef<Path>,
    of: &CsvOf,
    options: &ImportOptions,
) -> Result<Imported, DesignErrors> {
    let (text, options) = source::open(path.as_ref(), options)?;
    easypim_csv(&text, of, &options)
}
