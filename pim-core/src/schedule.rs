//! Grants: what someone may become, and what someone is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    id::{InstanceId, PrincipalId, RequestId, ScheduleId},
    open_enum::open_enum,
    principal::Principal,
    privilege::{Privilege, RoleDefinition},
    time::{Timestamp, Window},
};

open_enum! {
    /// The two families of grants. Each has requests, schedules and policy rules of its own.
    pub enum Level {
        /// May activate.
        Eligibility = "eligibility",
        /// Holds it.
        Assignment = "assignment",
    }
}

open_enum! {
    /// How a grant reaches its holder.
    pub enum Via {
        /// Made out to the holder.
        Direct = "direct",
        /// Comes from a scope above.
        Inherited = "inherited",
        /// Comes with membership of a group; the holder listed is the group, except where a service resolves it.
        Group = "group",
    }
}

/// An Azure attribute-based condition that narrows a grant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // complete by definition: text and version of the language
pub struct Condition {
    /// The condition, in Azure's own language.
    pub expression: Box<str>,
    /// The version of that language; `2.0` today.
    pub version: Box<str>,
}

/// The right to activate: not the privilege itself.
///
/// One value stands for a *schedule* (now or later) or for an *instance* (in force now), as the query asked;
/// [`instance`](Self::instance) tells which. Source:
/// [unifiedRoleEligibilityScheduleInstance](https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityscheduleinstance).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Eligibility {
    /// The schedule behind it. Not a lasting identity: an update may replace it.
    pub id: ScheduleId,
    /// The instance, where one was listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
    /// Who may activate; a group's members each for themselves.
    pub principal: PrincipalId,
    /// What may be activated.
    pub privilege: Privilege,
    /// From when to when.
    #[serde(default)]
    pub window: Window,
    /// How it reaches the holder.
    pub via: Via,
    /// A condition that narrows it (Azure).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Box<Condition>>,
    /// What is known of the holder, where the service told; one value shared by all rows of a list.
    #[serde(skip)]
    pub holder: Option<Arc<Principal>>,
    /// What is known of the role, likewise.
    #[serde(skip)]
    pub role: Option<Arc<RoleDefinition>>,
}

impl Eligibility {
    /// A direct eligibility without end or condition.
    pub const fn new(id: ScheduleId, principal: PrincipalId, privilege: Privilege) -> Self {
        Self {
            id,
            instance: None,
            principal,
            privilege,
            window: Window::ALWAYS,
            via: Via::Direct,
            condition: None,
            holder: None,
            role: None,
        }
    }

    /// True when it can be used now.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.window.contains(now)
    }
}

/// How an assignment came about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// An administrator made it: standing access.
    Assigned,
    /// The holder activated an eligibility: access just in time.
    Activated {
        /// The eligibility's schedule, where the service names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        using: Option<ScheduleId>,
    },
    /// A word this version does not know.
    Unknown(Box<str>),
}

impl Origin {
    /// True for an activation.
    pub const fn is_activated(&self) -> bool {
        matches!(self, Self::Activated { .. })
    }
}

/// A privilege held, standing or activated.
///
/// One value stands for a *schedule* or an *instance*, as with [`Eligibility`]. Only an instance proves that
/// access is in force. Source:
/// [unifiedRoleAssignmentScheduleInstance](https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentscheduleinstance).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Assignment {
    /// The schedule behind it.
    pub id: ScheduleId,
    /// The instance, where one was listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<InstanceId>,
    /// Who holds it.
    pub principal: PrincipalId,
    /// What is held.
    pub privilege: Privilege,
    /// From when to when; both ends are open for one made outside PIM.
    #[serde(default)]
    pub window: Window,
    /// Standing or activated.
    pub origin: Origin,
    /// How it reaches the holder.
    pub via: Via,
    /// A condition that narrows it (Azure).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Box<Condition>>,
    /// What is known of the holder, where the service told; one value shared by all rows of a list.
    #[serde(skip)]
    pub holder: Option<Arc<Principal>>,
    /// What is known of the role, likewise.
    #[serde(skip)]
    pub role: Option<Arc<RoleDefinition>>,
}

impl Assignment {
    /// A direct standing assignment without end or condition.
    pub const fn new(id: ScheduleId, principal: PrincipalId, privilege: Privilege) -> Self {
        Self {
            id,
            instance: None,
            principal,
            privilege,
            window: Window::ALWAYS,
            origin: Origin::Assigned,
            via: Via::Direct,
            condition: None,
            holder: None,
            role: None,
        }
    }

    /// True when it is held now.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.window.contains(now)
    }

    /// True for access that stands without end and was not activated: what PIM exists to end.
    pub fn is_standing(&self) -> bool {
        self.window.is_permanent() && !self.origin.is_activated()
    }
}

/// Proof that a grant is in force: the instance that a service lists for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Instance {
    /// The instance's own id.
    pub id: InstanceId,
    /// The schedule it belongs to.
    pub schedule: ScheduleId,
    /// The request that made the schedule, where the service tells or the ids are equal.
    pub request: Option<RequestId>,
    /// From when to when.
    pub window: Window,
}

impl Instance {
    /// The instance of a schedule.
    pub const fn new(id: InstanceId, schedule: ScheduleId, window: Window) -> Self {
        Self { id, schedule, request: None, window }
    }
}
