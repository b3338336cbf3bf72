//! What is wrong with a seed.

use std::fmt;

use pim_core::error::{Error, ErrorKind};

/// How many problems are listed: nobody mends more in one go, and each costs time to describe.
const MOST: usize = 100;

/// Everything that is wrong with a seed; at least one problem.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SeedError {
    problems: Vec<Problem>,
    unlisted: usize,
}

/// One thing that is wrong with a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// What sort of thing.
    pub kind: ProblemKind,
    /// Where, such as `assignments[17].principal`; empty for the file as a whole.
    pub path: String,
    /// Line and column in the file, counted from 1; `None` where the seed came from no file.
    pub place: Option<Place>,
    /// What is wrong and what was expected, in plain words.
    pub message: String,
}

/// A place in a text, counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::exhaustive_structs)] // complete by definition
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// A sort of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The file is not JSON, or nested too deeply.
    Syntax,
    /// A value of a wrong type or form, a field that is missing.
    Value,
    /// A field that does not exist.
    UnknownField,
    /// A word that is none of those allowed.
    UnknownWord,
    /// A reference to something that is not in the seed.
    Reference,
    /// Something that is there twice.
    Duplicate,
    /// A group that contains itself, a manager who is their own.
    Cycle,
    /// Values that are sound by themselves and not together.
    Conflict,
}

impl SeedError {
    /// The problems, in the order of the file; the first hundred that were found.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many problems there are besides.
    pub const fn unlisted(&self) -> usize {
        self.unlisted
    }
}

/// Collects problems.
#[derive(Debug, Default)]
pub(super) struct Problems {
    listed: Vec<Problem>,
    unlisted: usize,
}

impl Problems {
    pub(super) fn push(&mut self, problem: impl FnOnce() -> Problem) {
        if self.listed.len() < MOST {
            self.listed.push(problem());
        } else {
            self.unlisted += 1;
        }
    }

    pub(super) fn count(&self) -> usize {
        self.listed.len() + self.unlisted
    }

    /// Fails unless there are none.
    pub(super) fn check(self) -> Result<(), SeedError> {
        let Self { listed: problems, unlisted } = self;
        if problems.is_empty() { Ok(()) } else { Err(SeedError { problems, unlisted }) }
    }

    /// Adds what `place` tells of each path, and sorts by it.
    pub(super) fn place(&mut self, place: impl Fn(&str) -> Place) {
        for problem in &mut self.listed {
            problem.place = Some(place(&problem.path));
        }
        self.listed.sort_by_key(|problem| problem.place);
    }
}

impl From<Problem> for SeedError {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem], unlisted: 0 }
    }
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, path: path.into(), place: None, message: message.into() }
    }

    /// The line, counted from 1, where the seed came from a file.
    pub fn line(&self) -> Option<usize> {
        self.place.map(|place| place.line)
    }

    /// The character in the line, counted from 1, where the seed came from a file.
    pub fn column(&self) -> Option<usize> {
        self.place.map(|place| place.column)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { line, column }) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Display for SeedError {
    /// One problem is one line; several are counted and listed, a line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.problems {
            [only] => write!(f, "the seed can't be used: {only}"),
            several => {
                write!(f, "the seed can't be used, for {} reasons:", several.len() + self.unlisted)?;
                several.iter().try_for_each(|problem| write!(f, "\n  {problem}"))?;
                if self.unlisted > 0 {
                    write!(f, "\n  and {} more", self.unlisted)?;
                }
                Ok(())
            }
        }
    }
}

impl From<SeedError> for Error {
    /// An [`InvalidInput`](ErrorKind::InvalidInput) with the first problem's place as context and all
    /// problems as source.
    fn from(error: SeedError) -> Self {
        let count = error.problems.len() + error.unlisted;
        let Some(first) = error.problems.first() else {
            return Self::new(ErrorKind::InvalidInput, "the seed can't be used");
        };
        let mut into =
            Self::new(ErrorKind::InvalidInput, format!("the seed can't be used: {}", first.message));
        if !first.path.is_empty() {
            into = into.with_context("path", &first.path);
        }
        if let Some(Place { line, column }) = first.place {
            into = into.with_context("line", line).with_context("column", column);
        }
        if count > 1 {
            into = into.with_context("problems", count);
        }
        into.with_source(error)
    }
}
