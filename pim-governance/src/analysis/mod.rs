//! What is not as it should be: findings over a snapshot.

mod code;
mod finding;
mod over_privileged;

pub use self::{
    code::Code,
    finding::{Evidence, Finding, Severity},
    over_privileged::{Need, Unclear, need, over_privileged},
};
use crate::snapshot::SourceKind;

/// All that was found, and what could not be judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Findings {
    /// What was found: worst first, then by code, privilege and principal.
    pub findings: Vec<Finding>,
    /// Codes that were not judged, or only in part, because a source was not wholly read: no finding there
    /// proves nothing.
    pub unjudged: Vec<Unjudged>,
}

/// A code that could not be judged, or only in part.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Unjudged {
    /// Which.
    pub code: Code,
    /// What was missing.
    pub missing: Vec<SourceKind>,
}

impl Unjudged {
    /// A code that misses these.
    pub const fn new(code: Code, missing: Vec<SourceKind>) -> Self {
        Self { code, missing }
    }
}
