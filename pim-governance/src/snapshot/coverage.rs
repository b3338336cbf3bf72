//! What was read of a tenant, and what was not.

use std::fmt;

use pim_core::{
    error::{Error, ErrorKind},
    privilege::Surface,
};
use serde::{Deserialize, Serialize};

macro_rules! sources {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)+) => {
        /// One kind of thing that a snapshot holds, read as one list or a few.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum SourceKind {
            $($(#[$meta])* $variant,)+
        }

        impl SourceKind {
            /// Every source.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The source's canonical name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

sources! {
    /// The Entra roles that exist.
    DirectoryRoles = "directory_roles",
    /// The Azure roles that exist.
    AzureRoles = "azure_roles",
    /// Who holds Entra roles.
    DirectoryAssignments = "directory_assignments",
    /// Who holds groups, as PIM lists it.
    GroupAssignments = "group_assignments",
    /// Who holds Azure roles.
    AzureAssignments = "azure_assignments",
    /// Who may activate Entra roles.
    DirectoryEligibilities = "directory_eligibilities",
    /// Who may activate groups.
    GroupEligibilities = "group_eligibilities",
    /// Who may activate Azure roles.
    AzureEligibilities = "azure_eligibilities",
    /// The settings of Entra roles.
    DirectoryPolicies = "directory_policies",
    /// The settings of groups under PIM.
    GroupPolicies = "group_policies",
    /// The settings of Azure roles.
    AzurePolicies = "azure_policies",
    /// People.
    Users = "users",
    /// Groups.
    Groups = "groups",
    /// Who belongs to groups.
    Memberships = "memberships",
    /// Applications.
    ServicePrincipals = "service_principals",
    /// Administrative units and who is in them.
    Units = "units",
    /// Licences.
    Skus = "skus",
    /// Conditional Access policies.
    ConditionalAccess = "conditional_access",
    /// Authentication contexts.
    Contexts = "contexts",
    /// Named locations.
    Locations = "locations",
    /// Access reviews.
    Reviews = "reviews",
    /// The rounds of access reviews.
    Rounds = "rounds",
    /// PIM's alerts.
    Alerts = "alerts",
    /// What PIM's alerts found.
    Incidents = "incidents",
    /// When privileges were last activated, by the audit log.
    LastActivations = "last_activations",
    /// Who did what, by the audit log. Not read unless asked for: it takes the whole log.
    Operations = "operations",
}

impl SourceKind {
    /// The source of the assignments of a surface; `None` for a surface that this version does not know.
    pub const fn assignments(surface: &Surface) -> Option<Self> {
        match surface {
            Surface::DirectoryRoles => Some(Self::DirectoryAssignments),
            Surface::Groups => Some(Self::GroupAssignments),
            Surface::AzureRoles => Some(Self::AzureAssignments),
            _ => None,
        }
    }

    /// The source of the eligibilities of a surface.
    pub const fn eligibilities(surface: &Surface) -> Option<Self> {
        match surface {
            Surface::DirectoryRoles => Some(Self::DirectoryEligibilities),
            Surface::Groups => Some(Self::GroupEligibilities),
            Surface::AzureRoles => Some(Self::AzureEligibilities),
            _ => None,
        }
    }

    /// The source of the policies of a surface.
    pub const fn policies(surface: &Surface) -> Option<Self> {
        match surface {
            Surface::DirectoryRoles => Some(Self::DirectoryPolicies),
            Surface::Groups => Some(Self::GroupPolicies),
            Surface::AzureRoles => Some(Self::AzurePolicies),
            _ => None,
        }
    }

    /// The source of the roles of a surface; groups have none.
    pub const fn roles(surface: &Surface) -> Option<Self> {
        match surface {
            Surface::DirectoryRoles => Some(Self::DirectoryRoles),
            Surface::AzureRoles => Some(Self::AzureRoles),
            _ => None,
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How much of a source was read. Only [`Read`](Self::Read) lets anyone say that something is *not* there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Coverage {
    /// All of it.
    Read,
    /// Some of it: what is there is true, more may be missing.
    Partial(Reason),
    /// The caller may not read it.
    Denied(Reason),
    /// Backend or credential do not offer it.
    Unsupported(Reason),
    /// Reading failed.
    Failed(Reason),
    /// Nobody asked for it.
    #[default]
    NotAsked,
}

/// Why a source was not read, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reason {
    /// The kind of the error.
    pub kind: ErrorKind,
    /// The service's own code for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// In plain words, with the remedy. Holds ids, never names of people.
    pub message: String,
}

/// A row that the service sent and nobody could read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RejectedRow {
    /// The row's id, if that much could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What was wrong, with the place in the row.
    pub reason: String,
}

/// What became of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reading {
    /// How much was read.
    pub coverage: Coverage,
    /// How many rows the snapshot has of it.
    #[serde(default)]
    pub count: usize,
    /// Rows that could not be read. A source with any is at most [`Coverage::Partial`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<RejectedRow>,
}

impl Coverage {
    /// True when all of it was read.
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Read)
    }

    /// Why it was not read, or not wholly.
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Partial(reason)
            | Self::Denied(reason)
            | Self::Unsupported(reason)
            | Self::Failed(reason) => Some(reason),
            Self::Read | Self::NotAsked => None,
        }
    }

    /// What an error makes of a source, of which some was read or nothing.
    pub(crate) fn after(error: &Error, some: bool) -> Self {
        let reason = Reason::from(error);
        match error.kind() {
            _ if some => Self::Partial(reason),
            ErrorKind::PermissionDenied | ErrorKind::Unauthenticated | ErrorKind::StepUpRequired => {
                Self::Denied(reason)
            }
            ErrorKind::Unsupported => Self::Unsupported(reason),
            _ => Self::Failed(reason),
        }
    }
}

impl Reason {
    /// A reason in words.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, code: None, message: message.into() }
    }
}

impl From<&Error> for Reason {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            code: error.code().map(str::to_owned),
            message: error.message().to_owned(),
        }
    }
}

impl RejectedRow {
    /// A row that could not be read, for this reason.
    pub fn new(id: Option<String>, reason: impl Into<String>) -> Self {
        Self { id, reason: reason.into() }
    }
}

impl Reading {
    /// These many rows were read.
    pub const fn new(coverage: Coverage, count: usize) -> Self {
        Self { coverage, count, rejected: Vec::new() }
    }
}

/// One line: the state, and why where there is a why.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self {
            Self::Read => "read",
            Self::Partial(_) => "read in part",
            Self::Denied(_) => "denied",
            Self::Unsupported(_) => "not offered",
            Self::Failed(_) => "failed",
            Self::NotAsked => "not asked for",
        };
        f.write_str(state)?;
        match self.reason() {
            Some(Reason { message, code: Some(code), .. }) => write!(f, ": {message} [{code}]"),
            Some(Reason { message, .. }) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_named_as_they_serialise() {
        for source in SourceKind::ALL {
            assert_eq!(serde_json::to_string(source).unwrap(), format!("\"{source}\""));
        }
    }

    #[test]
    fn an_error_after_some_rows_leaves_a_part_and_before_any_says_why() {
        let after = |kind, some| Coverage::after(&Error::new(kind, "no").with_code("E"), some);
        assert!(matches!(after(ErrorKind::PermissionDenied, false), Coverage::Denied(_)));
        assert!(matches!(after(ErrorKind::Unsupported, false), Coverage::Unsupported(_)));
        assert!(matches!(after(ErrorKind::Throttled, false), Coverage::Failed(_)));
        let part = after(ErrorKind::PermissionDenied, true);
        assert!(matches!(part, Coverage::Partial(_)) && !part.is_complete());
        assert_eq!(part.to_string(), "read in part: no [E]");
    }
}
