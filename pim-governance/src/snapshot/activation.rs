//! When privileges were last activated.

use pim_core::{
    audit::{AuditCategory, AuditRecord, AuditResult, TargetKind},
    id::{GroupId, PrincipalId, RoleId},
    privilege::Privilege,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What was activated, as far as the audit log tells: it does not name the scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Activated {
    /// An Entra role, at whatever scope.
    DirectoryRole(RoleId),
    /// A group, as member or owner.
    Group(GroupId),
    /// An Azure role, at whatever scope.
    AzureRole(RoleId),
}

/// The last time that somebody activated something.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LastActivation {
    /// Who.
    pub principal: PrincipalId,
    /// What.
    pub what: Activated,
    /// When.
    pub at: Timestamp,
    /// How often, within the time that was read.
    pub times: u32,
}

impl Activated {
    /// What the activation of a privilege is told as.
    pub fn of(privilege: &Privilege) -> Option<Self> {
        match privilege {
            Privilege::DirectoryRole { role, .. } => Some(Self::DirectoryRole(role.clone())),
            Privilege::Group { group, .. } => Some(Self::Group(group.clone())),
            Privilege::AzureRole { role, .. } => Some(Self::AzureRole(role.clone())),
            _ => None,
        }
    }
}

impl LastActivation {
    /// One activation.
    pub const fn new(principal: PrincipalId, what: Activated, at: Timestamp) -> Self {
        Self { principal, what, at, times: 1 }
    }

    /// What a record of a completed activation tells; `None` for any other record.
    pub(crate) fn of(record: &AuditRecord) -> Option<Self> {
        if *record.activity != *COMPLETED || record.result != AuditResult::Success {
            return None;
        }
        let id = |kind: &TargetKind| record.target(kind).map(|target| &*target.id);
        let what = match record.category {
            AuditCategory::GroupManagement => Activated::Group(id(&TargetKind::Group)?.parse().ok()?),
            AuditCategory::ResourceManagement => Activated::AzureRole(id(&TargetKind::Role)?.parse().ok()?),
            _ => Activated::DirectoryRole(id(&TargetKind::Role)?.parse().ok()?),
        };
        let holder = id(&TargetKind::User).and_then(|id| id.parse().ok()).or_else(|| record.actor.clone())?;
        Some(Self::new(holder, what, record.at))
    }
}

/// What the service writes once an activation is in force.
///
/// Source: [audit activity reference](https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities).
pub(crate) const COMPLETED: &str = "Add member to role completed (PIM activation)";
