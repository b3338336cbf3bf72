//! What a finding is.

use pim_core::{id::PrincipalId, privilege::Privilege, time::Timestamp};
use serde::{Deserialize, Serialize};

use crate::snapshot::SourceKind;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum Severity {
    /// Good to know.
    Info,
    /// To be done some day.
    Low,
    /// To be done this quarter.
    Medium,
    /// To be done this week.
    High,
    /// To be done today: one step from losing the tenant, or from being locked out of it.
    Critical,
}

impl Severity {
    /// Every severity, least first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The canonical name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that is not as it should be. Two of the same code, principal and privilege are the same finding,
/// whenever they were made.
///
/// Its words hold ids and names of roles, never names of people: a report looks those up in the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// Which kind.
    pub code: super::Code,
    /// How bad.
    pub severity: Severity,
    /// About whom: a person, group or application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalId>,
    /// About which privilege.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privilege>,
    /// In one plain sentence, what is the matter here.
    pub message: String,
    /// In one plain sentence, what to do about it.
    pub remedy: String,
    /// What proves it.
    pub evidence: Vec<Evidence>,
}

/// A fact that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evidence {
    /// Where it was read.
    pub source: SourceKind,
    /// Of which thing: the id of a schedule, policy, group, permission.
    pub id: String,
    /// What it says, in a few words.
    pub fact: String,
    /// When that happened, where it is an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl Evidence {
    /// A fact without a time.
    pub fn new(source: SourceKind, id: impl ToString, fact: impl Into<String>) -> Self {
        Self { source, id: id.to_string(), fact: fact.into(), at: None }
    }

    /// The same, as of an instant.
    #[must_use]
    pub const fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }
}

impl Finding {
    /// A finding without principal, privilege and evidence; set them afterwards.
    pub fn new(
        code: super::Code,
        severity: Severity,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            principal: None,
            privilege: None,
            message: message.into(),
            remedy: remedy.into(),
            evidence: Vec::new(),
        }
    }

    /// About whom.
    #[must_use]
    pub fn about(mut self, principal: &PrincipalId) -> Self {
        self.principal = Some(principal.clone());
        self
    }

    /// About which privilege.
    #[must_use]
    pub fn on(mut self, privilege: &Privilege) -> Self {
        self.privilege = Some(privilege.clone());
        self
    }

    /// What proves it.
    #[must_use]
    pub fn by(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}
