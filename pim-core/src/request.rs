//! Requests: immutable tickets that say what was wanted and what became of it. Every change is a new one.

use serde::{Deserialize, Serialize};

use crate::{
    approval::ApprovalKey,
    id::{ApprovalId, PrincipalId, RequestId, ScheduleId},
    open_enum::open_enum,
    privilege::Privilege,
    schedule::{Condition, Level},
    sensitive::Sensitive,
    time::{Expiry, Timestamp, Window},
};

open_enum! {
    /// What a request asks for. `Self*` actions are the holder's own and need a delegated token; `Admin*`
    /// actions are done to someone.
    pub enum Action {
        /// Grant.
        AdminAssign = "admin_assign",
        /// Change a grant's window or reason.
        AdminUpdate = "admin_update",
        /// Take a grant away.
        AdminRemove = "admin_remove",
        /// Prolong a grant that has not ended.
        AdminExtend = "admin_extend",
        /// Grant again what has ended.
        AdminRenew = "admin_renew",
        /// Activate an eligibility.
        SelfActivate = "self_activate",
        /// End one's own activation early.
        SelfDeactivate = "self_deactivate",
        /// Ask an administrator to prolong one's own grant.
        SelfExtend = "self_extend",
        /// Ask an administrator to grant again what has ended.
        SelfRenew = "self_renew",
    }
}

impl Action {
    /// True for what an administrator does to someone.
    pub const fn is_administrative(&self) -> bool {
        matches!(
            self,
            Self::AdminAssign | Self::AdminUpdate | Self::AdminRemove | Self::AdminExtend | Self::AdminRenew
        )
    }

    /// True for what takes access away; such requests answer `Revoked`.
    pub const fn is_removal(&self) -> bool {
        matches!(self, Self::AdminRemove | Self::SelfDeactivate)
    }
}

open_enum! {
    /// What a service says of a request: Azure's superset. Graph documents fewer and sends more than it
    /// documents. Branch on [`Phase`], not on this.
    pub enum RequestStatus {
        /// Received, not yet evaluated.
        Accepted = "accepted",
        /// Rules are being evaluated.
        PendingEvaluation = "pending_evaluation",
        /// Waits for an approver; starts when approved.
        PendingApproval = "pending_approval",
        /// Waits for an approver, and its start lies in the future.
        PendingApprovalProvisioning = "pending_approval_provisioning",
        /// Waits for an administrator: a request to extend or renew.
        PendingAdminDecision = "pending_admin_decision",
        /// An administrator agreed to extend or renew.
        AdminApproved = "admin_approved",
        /// An administrator declined to extend or renew.
        AdminDenied = "admin_denied",
        /// Rules and approval passed; not in force yet, and not certain ever to be.
        Granted = "granted",
        /// The schedule is being written.
        PendingScheduleCreation = "pending_schedule_creation",
        /// The schedule was written.
        ScheduleCreated = "schedule_created",
        /// The grant is being written to the directory.
        PendingProvisioning = "pending_provisioning",
        /// Writing to the directory has begun.
        ProvisioningStarted = "provisioning_started",
        /// A system outside the directory must act.
        PendingExternalProvisioning = "pending_external_provisioning",
        /// In force when it was answered. Stays so after the grant has ended.
        Provisioned = "provisioned",
        /// A removal is under way.
        PendingRevocation = "pending_revocation",
        /// The removal asked for was done.
        Revoked = "revoked",
        /// An approver or a custom extension said no.
        Denied = "denied",
        /// Withdrawn.
        Canceled = "canceled",
        /// Nobody decided in time.
        TimedOut = "timed_out",
        /// Processing failed.
        Failed = "failed",
        /// An Azure lock forbade the write.
        FailedAsResourceIsLocked = "failed_as_resource_is_locked",
        /// The request made no sense to the service.
        Invalid = "invalid",
    }
}

/// Where a request stands, as a caller needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum Phase {
    /// Someone or something has to decide.
    Pending,
    /// Decided for; not in force yet. `Granted` is here: it is no proof of access.
    Scheduled,
    /// The service says it is in force.
    Active,
    /// Over, whether done, refused or withdrawn.
    Ended,
    /// A status this version does not know: keep asking.
    Indeterminate,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Scheduled, Self::Active, Self::Ended, Self::Indeterminate];
}

impl RequestStatus {
    /// Where a request of this status stands.
    pub const fn phase(&self) -> Phase {
        match self {
            Self::Accepted
            | Self::PendingEvaluation
            | Self::PendingApproval
            | Self::PendingApprovalProvisioning
            | Self::PendingAdminDecision => Phase::Pending,
            Self::AdminApproved
            | Self::Granted
            | Self::PendingScheduleCreation
            | Self::ScheduleCreated
            | Self::PendingProvisioning
            | Self::ProvisioningStarted
            | Self::PendingExternalProvisioning => Phase::Scheduled,
            Self::Provisioned | Self::PendingRevocation => Phase::Active,
            Self::Revoked
            | Self::Denied
            | Self::AdminDenied
            | Self::Canceled
            | Self::TimedOut
            | Self::Failed
            | Self::FailedAsResourceIsLocked
            | Self::Invalid => Phase::Ended,
            Self::Unknown(_) => Phase::Indeterminate,
        }
    }

    /// True when the service will not change it any more.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Provisioned) || matches!(self.phase(), Phase::Ended)
    }
}

/// A reference into a ticket system. Stored by the service, never checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Ticket {
    /// The ticket's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<Sensitive<String>>,
    /// The system it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Sensitive<String>>,
}

impl Ticket {
    /// A ticket by number and system.
    pub fn new(number: &str, system: &str) -> Self {
        Self { number: Some(number.into()), system: Some(system.into()) }
    }

    /// True when it names nothing.
    pub fn is_empty(&self) -> bool {
        let blank = |t: &Option<Sensitive<String>>| t.as_ref().is_none_or(|t| t.expose().trim().is_empty());
        blank(&self.number) && blank(&self.system)
    }
}

/// What to ask for. `Client` builds it for the common cases.
///
/// Source: [unifiedRoleAssignmentScheduleRequest](https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct NewRequest {
    /// What to do.
    pub action: Action,
    /// To which family of grants.
    pub level: Level,
    /// Whose grant it is.
    pub principal: PrincipalId,
    /// The privilege meant.
    pub privilege: Privilege,
    /// When it is to begin; absent or past means now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// When it is to end. A removal has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Expiry>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Sensitive<String>>,
    /// Where it is tracked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// The eligibility to activate, where a service wants it named (Azure).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<ScheduleId>,
    /// A condition that narrows the grant (Azure).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Box<Condition>>,
    /// Run the rules, change nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

impl NewRequest {
    /// A request that says no more than what, whose and which.
    pub const fn new(action: Action, level: Level, principal: PrincipalId, privilege: Privilege) -> Self {
        Self {
            action,
            level,
            principal,
            privilege,
            start: None,
            expiry: None,
            justification: None,
            ticket: None,
            using: None,
            condition: None,
            dry_run: false,
        }
    }

    /// The instant from which the grant would count: the start asked for, or `now` where that is past or absent.
    pub fn starts(&self, now: Timestamp) -> Timestamp {
        self.start.map_or(now, |start| start.max(now))
    }

    /// True when the justification says something.
    pub fn is_justified(&self) -> bool {
        self.justification.as_ref().is_some_and(|j| !j.expose().trim().is_empty())
    }

    /// True when a ticket is named.
    pub fn has_ticket(&self) -> bool {
        self.ticket.as_ref().is_some_and(|t| !t.is_empty())
    }
}

/// How to find a request again. The id alone is not enough: each surface and family keeps its own, and
/// Azure needs the scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a key
pub struct RequestKey {
    /// The request's id.
    pub id: RequestId,
    /// The family it belongs to.
    pub level: Level,
    /// The privilege it is about.
    pub privilege: Privilege,
}

/// A request as the service keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// The service's id.
    pub id: RequestId,
    /// What became of it.
    pub status: RequestStatus,
    /// What was asked, as the service echoes it: it replaces a past start by its own time.
    pub asked: NewRequest,
    /// Who asked; absent where the service does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requestor: Option<PrincipalId>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When it was done; for `Granted` the future start. Services set it on pending ones too: no proof of
    /// anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<Timestamp>,
    /// The approval it needs or needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalId>,
    /// The schedule it made or changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleId>,
}

impl Request {
    /// A request of which only this is known.
    pub const fn new(id: RequestId, status: RequestStatus, asked: NewRequest) -> Self {
        Self {
            id,
            status,
            asked,
            requestor: None,
            created: None,
            completed: None,
            approval: None,
            schedule: None,
        }
    }

    /// How to find it again.
    pub fn key(&self) -> RequestKey {
        RequestKey {
            id: self.id.clone(),
            level: self.asked.level.clone(),
            privilege: self.asked.privilege.clone(),
        }
    }

    /// How to find the approval that it needs or needed.
    pub fn approval_key(&self) -> Option<ApprovalKey> {
        let id = self.approval.clone()?;
        Some(ApprovalKey { id, privilege: self.asked.privilege.clone() })
    }

    /// Where it stands.
    pub const fn phase(&self) -> Phase {
        self.status.phase()
    }

    /// From when to when its grant lasts, as far as the request tells; `None` while the start is open
    /// (approval pending) and for removals.
    pub fn window(&self) -> Option<Window> {
        Window::starting(self.asked.start?, self.asked.expiry?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn granted_is_not_active_and_the_unknown_is_kept_open() {
        assert_eq!(RequestStatus::Granted.phase(), Phase::Scheduled);
        assert_eq!(RequestStatus::ScheduleCreated.phase(), Phase::Scheduled);
        assert_eq!(RequestStatus::from("PendingTelepathy").phase(), Phase::Indeterminate);
        assert!(!RequestStatus::from("PendingTelepathy").is_final());
        assert_eq!(RequestStatus::KNOWN.len(), 22);
    }

    #[test]
    fn blanks_are_no_justification() {
        let role = Privilege::role(crate::id::RoleId::GLOBAL_ADMINISTRATOR);
        let mut ask =
            NewRequest::new(Action::SelfActivate, Level::Assignment, PrincipalId::from_guid([1; 16]), role);
        ask.justification = Some("  ".into());
        ask.ticket = Some(Ticket::new("", " "));
        assert!(!ask.is_justified() && !ask.has_ticket());
        let text = format!("{:?}", NewRequest { justification: Some("secret".into()), ..ask });
        assert!(!text.contains("secret"));
    }
}
