//! PIM's own alerts.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AlertId, IncidentId, PrincipalId},
    open_enum::open_enum,
    privilege::Privilege,
    time::{Period, Timestamp},
};

open_enum! {
    /// What an alert looks for.
    pub enum AlertKind {
        /// Too many Global Administrators.
        TooManyGlobalAdmins = "too_many_global_admins_assigned_to_tenant_alert",
        /// Eligible, but not activated for long.
        Redundant = "redundant_assignment_alert",
        /// Privileged, but not signed in for long.
        StaleSignIn = "stale_sign_in_alert",
        /// The same role activated again and again.
        SequentialActivation = "sequential_activation_renewals_alert",
        /// A role that activates without multi-factor sign-in.
        NoMfaOnActivation = "no_mfa_on_role_activation_alert",
        /// An assignment made behind PIM's back.
        AssignedOutsidePim = "roles_assigned_outside_pim_alert",
        /// No licence for PIM.
        InvalidLicence = "invalid_license_alert",
    }
}

open_enum! {
    /// How grave an alert is, as the API says; the portal shows other words for some.
    pub enum AlertSeverity {
        /// For information.
        Informational = "informational",
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
    }
}

/// What makes an alert fire. Only the members that its kind uses are set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct AlertThresholds {
    /// Whether the alert is on.
    pub enabled: bool,
    /// From this number on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// From this share on, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<u32>,
    /// Without use, or between uses, for so long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
}

/// An alert and its state.
///
/// Source: [PIM alerts](https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementalert).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alert {
    /// The alert's id.
    pub id: AlertId,
    /// What it looks for.
    pub kind: AlertKind,
    /// How grave it is.
    pub severity: AlertSeverity,
    /// Whether it fires now.
    pub active: bool,
    /// How many findings it has.
    pub incidents: u32,
    /// Whether the service offers to mend it.
    pub remediable: bool,
    /// What makes it fire.
    pub thresholds: AlertThresholds,
    /// When its findings last changed; `None` when never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Timestamp>,
    /// When it last looked; `None` when never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned: Option<Timestamp>,
}

impl Alert {
    /// An alert that has not looked yet.
    pub const fn new(
        id: AlertId,
        kind: AlertKind,
        severity: AlertSeverity,
        thresholds: AlertThresholds,
    ) -> Self {
        Self {
            id,
            kind,
            severity,
            active: false,
            incidents: 0,
            remediable: false,
            thresholds,
            changed: None,
            scanned: None,
        }
    }
}

/// One finding of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlertIncident {
    /// The finding's id.
    pub id: IncidentId,
    /// The alert that found it.
    pub alert: AlertId,
    /// Whom it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalId>,
    /// Which privilege it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privilege>,
    /// The last time of what the alert watches: use, sign-in, assignment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
}

impl AlertIncident {
    /// A finding without detail.
    pub const fn new(id: IncidentId, alert: AlertId) -> Self {
        Self { id, alert, principal: None, privilege: None, last: None }
    }
}

/// A change to an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AlertChange {
    /// Look again now.
    Refresh,
    /// Put it away until it finds something new.
    Dismiss,
    /// Set what makes it fire.
    Configure(AlertThresholds),
}
