//! What happened: audit records and sign-ins.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AppId, AuditId, CorrelationId, PrincipalId, SignInId},
    open_enum::open_enum,
    sensitive::Sensitive,
    time::Timestamp,
};

open_enum! {
    /// Which service wrote a record.
    pub enum AuditService {
        /// Privileged Identity Management.
        Pim = "pim",
        /// The directory itself.
        CoreDirectory = "core_directory",
        /// Access reviews.
        AccessReviews = "access_reviews",
    }
}

open_enum! {
    /// What a record is about.
    pub enum AuditCategory {
        /// Directory roles.
        RoleManagement = "role_management",
        /// Groups.
        GroupManagement = "group_management",
        /// Azure resources.
        ResourceManagement = "resource_management",
        /// Applications.
        ApplicationManagement = "application_management",
        /// Policies.
        Policy = "policy",
        /// People.
        UserManagement = "user_management",
    }
}

open_enum! {
    /// How it ended.
    pub enum AuditResult {
        /// Done.
        Success = "success",
        /// Refused or failed.
        Failure = "failure",
    }
}

open_enum! {
    /// What a target of a record is. Find targets by this, never by position: the number of targets varies.
    pub enum TargetKind {
        /// The role.
        Role = "role",
        /// The request.
        Request = "request",
        /// A person.
        User = "user",
        /// A group.
        Group = "group",
        /// An application.
        ServicePrincipal = "service_principal",
        /// The directory.
        Directory = "directory",
        /// A policy.
        Policy = "policy",
        /// Something else.
        Other = "other",
    }
}

/// Something a record is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // a record users write in seeds
pub struct AuditTarget {
    /// What it is.
    pub kind: TargetKind,
    /// Its id, as text: targets are of every kind.
    pub id: Box<str>,
    /// Its name, where the service tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Sensitive<String>>,
}

/// One audit record.
///
/// Source: [directoryAudit](https://learn.microsoft.com/graph/api/resources/directoryaudit), activities:
/// [audit activity reference](https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuditRecord {
    /// The record's id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Which service wrote it. One act can leave a record with each: join by `correlation`.
    pub service: AuditService,
    /// What it is about.
    pub category: AuditCategory,
    /// What was done, in the service's own words, such as `Add member to role completed (PIM activation)`.
    pub activity: Box<str>,
    /// How it ended.
    pub result: AuditResult,
    /// On success the justification, on failure the error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Sensitive<String>>,
    /// Who did it; `None` for the service itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<PrincipalId>,
    /// Joins the records of one act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<CorrelationId>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<AuditTarget>,
    /// Further detail by key, such as `StartTime`, `Justification`. The order of keys varies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(Box<str>, Sensitive<String>)>,
}

impl AuditRecord {
    /// A successful act without further detail.
    pub fn new(
        id: AuditId,
        at: Timestamp,
        service: AuditService,
        category: AuditCategory,
        activity: impl Into<Box<str>>,
    ) -> Self {
        Self {
            id,
            at,
            service,
            category,
            activity: activity.into(),
            result: AuditResult::Success,
            reason: None,
            actor: None,
            correlation: None,
            targets: Vec::new(),
            details: Vec::new(),
        }
    }

    /// The first target of a kind.
    pub fn target(&self, kind: &TargetKind) -> Option<&AuditTarget> {
        self.targets.iter().find(|target| target.kind == *kind)
    }

    /// A detail by its key.
    pub fn detail(&self, key: &str) -> Option<&str> {
        self.details.iter().find(|(k, _)| **k == *key).map(|(_, value)| value.expose().as_str())
    }
}

/// One sign-in, or attempt.
///
/// Source: [signIn](https://learn.microsoft.com/graph/api/resources/signin).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SignIn {
    /// The record's id.
    pub id: SignInId,
    /// When.
    pub at: Timestamp,
    /// Who. Compare this, never the sign-in name.
    pub principal: PrincipalId,
    /// Into which application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppId>,
    /// That application's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// From which address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Sensitive<String>>,
    /// From which country or region, as a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether a person was at the keyboard. Token redemption is not, and counts for emergency accounts too.
    #[serde(default)]
    pub interactive: bool,
    /// 0 for success, else the sign-in error.
    #[serde(default)]
    pub error_code: u32,
    /// Whether it was multi-factor.
    #[serde(default)]
    pub mfa: bool,
    /// Joins the records of one act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<CorrelationId>,
}

impl SignIn {
    /// A sign-in of which only this is known.
    pub const fn new(id: SignInId, at: Timestamp, principal: PrincipalId) -> Self {
        Self {
            id,
            at,
            principal,
            app: None,
            app_name: None,
            address: None,
            country: None,
            interactive: false,
            error_code: 0,
            mfa: false,
            correlation: None,
        }
    }
}
