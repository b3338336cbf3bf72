//! What is wrong with a design, and where.

use std::{collections::BTreeMap, fmt, sync::Arc};

use pim_core::error::{Error, ErrorKind};

use crate::snapshot::SourceKind;

/// Faults of one design that are told at most. A file that is another thing altogether would yield thousands.
const MOST: usize = 100;

/// Something that is wrong with a design. Prints place, path, what is the matter and what to do.
///
/// Its words hold ids, names of roles, groups and units, and the design's own words, never names of people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DesignFault {
    /// What kind.
    pub kind: FaultKind,
    /// Where in the document: `roles[3].approvers[0]`; empty for the whole.
    pub path: String,
    /// Where in the file, if it came from one.
    pub place: Option<Place>,
    /// What is the matter and what to do, in plain words.
    pub message: String,
    /// What could have been meant: the nearest legal word, or the ids between which a name does not decide.
    pub candidates: Vec<String>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The file, where there is one.
    pub file: Option<Arc<str>>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A kind of fault. Its name is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// The file could not be read.
    Unreadable,
    /// The file is not YAML, or not JSON.
    Syntax,
    /// A key that does not exist.
    UnknownKey,
    /// A key that is there twice.
    DuplicateKey,
    /// A key that must be there and is not.
    MissingKey,
    /// A value of another type or form than expected.
    Value,
    /// A name that stands for nothing.
    UnknownName,
    /// A name that stands for several things.
    Ambiguous,
    /// The snapshot lacks what is needed to look something up.
    NotRead(SourceKind),
    /// Templates that extend each other in a circle.
    Cycle,
    /// Two places of the design contradict each other.
    Contradiction,
    /// The service can't do that.
    Impossible,
    /// A row asks for less than its tier demands, or is held by whom its tier does not allow.
    Tier,
    /// It works, and may not be what was meant.
    Doubtful,
}

impl FaultKind {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Syntax => "syntax",
            Self::UnknownKey => "unknown-key",
            Self::DuplicateKey => "duplicate-key",
            Self::MissingKey => "missing-key",
            Self::Value => "value",
            Self::UnknownName => "unknown-name",
            Self::Ambiguous => "ambiguous",
            Self::NotRead(_) => "not-read",
            Self::Cycle => "cycle",
            Self::Contradiction => "contradiction",
            Self::Impossible => "impossible",
            Self::Tier => "tier",
            Self::Doubtful => "doubtful",
        }
    }

    /// True for what does not keep a design from being used.
    pub const fn is_warning(self) -> bool {
        matches!(self, Self::Doubtful)
    }
}

impl DesignFault {
    /// A fault at a path, without place and candidates.
    pub fn new(kind: FaultKind, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, path: path.into(), place: None, message: message.into(), candidates: Vec::new() }
    }

    /// True for what does not keep a design from being used.
    pub const fn is_warning(&self) -> bool {
        self.kind.is_warning()
    }
}

impl fmt::Display for DesignFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{file}:{}:{}", self.line, self.column),
            None => write!(f, "line {}, column {}", self.line, self.column),
        }
    }
}

/// Everything that is wrong with a file. Prints a line for each fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DesignErrors {
    /// The faults, in the order of the file; at least one, at most 100.
    pub faults: Vec<DesignFault>,
}

impl DesignErrors {
    /// These faults, in the order of their places.
    pub(crate) fn new(mut faults: Vec<DesignFault>) -> Self {
        faults.sort_by_key(|fault| fault.place.as_ref().map(|place| (place.line, place.column)));
        faults.truncate(MOST);
        Self { faults }
    }
}

impl fmt::Display for DesignErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.faults.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for DesignErrors {}

impl From<DesignErrors> for Error {
    fn from(errors: DesignErrors) -> Self {
        Self::new(ErrorKind::InvalidInput, format!("the design can't be used:\n{errors}")).with_source(errors)
    }
}

/// Where everything stands in the file that a design was read from, by path.
///
/// It takes no part in comparisons: two designs that say the same are equal wherever they stand.
#[derive(Clone, Default)]
pub struct Places {
    by_path: Arc<BTreeMap<String, (usize, usize)>>,
    file: Option<Arc<str>>,
}

impl Places {
    pub(crate) fn new(by_path: BTreeMap<String, (usize, usize)>, file: Option<Arc<str>>) -> Self {
        Self { by_path: Arc::new(by_path), file }
    }

    /// Where a path stands, or the deepest part of it that is in the file; `None` for a design that came from
    /// no file.
    pub fn find(&self, path: &str) -> Option<Place> {
        let mut path = path;
        loop {
            if let Some((line, column)) = self.by_path.get(path) {
                return Some(Place { file: self.file.clone(), line: *line, column: *column });
            }
            if path.is_empty() {
                return None;
            }
            path = &path[..path.rfind(['.', '[']).unwrap_or(0)];
        }
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Places({})", self.by_path.len())
    }
}

impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Places {}
