//! Schedules, instances, and plain assignments of directory roles.

use pim_core::{
    id::{PrincipalId, ScheduleId},
    privilege::{DirectoryScope, GroupAccess, Privilege},
    schedule::{Assignment, Eligibility, Level, Origin, Via},
    time::{Timestamp, Window},
};
use serde_json::{Map, Value, json};

use super::words::{camel, millis, pascal, text};
use crate::entity::entities;

entities! {
    ROLE_ASSIGNMENT_SCHEDULE = "unifiedRoleAssignmentSchedule", [
        "id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "createdUsing",
        "createdDateTime", "modifiedDateTime", "status", "assignmentType", "memberType", "scheduleInfo"
    ], ["principal", "roleDefinition", "directoryScope", "appScope", "activatedUsing"];
    ROLE_ELIGIBILITY_SCHEDULE = "unifiedRoleEligibilitySchedule", [
        "id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "createdUsing",
        "createdDateTime", "modifiedDateTime", "status", "memberType", "scheduleInfo"
    ], ["principal", "roleDefinition", "directoryScope", "appScope"];
    ROLE_ASSIGNMENT_INSTANCE = "unifiedRoleAssignmentScheduleInstance", [
        "id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "startDateTime",
        "endDateTime", "assignmentType", "memberType", "roleAssignmentOriginId", "roleAssignmentScheduleId"
    ], ["principal", "roleDefinition", "directoryScope", "appScope", "activatedUsing"];
    ROLE_ELIGIBILITY_INSTANCE = "unifiedRoleEligibilityScheduleInstance", [
        "id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "startDateTime",
        "endDateTime", "memberType", "roleEligibilityScheduleId"
    ], ["principal", "roleDefinition", "directoryScope", "appScope"];
    ROLE_ASSIGNMENT = "unifiedRoleAssignment", [
        "id", "principalId", "roleDefinitionId", "directoryScopeId"
    ], ["principal", "roleDefinition", "directoryScope", "appScope"];
    GROUP_ASSIGNMENT_SCHEDULE = "privilegedAccessGroupAssignmentSchedule", [
        "id", "principalId", "groupId", "accessId", "createdUsing", "createdDateTime", "modifiedDateTime",
        "status", "assignmentType", "memberType", "scheduleInfo"
    ], ["principal", "group", "activatedUsing"];
    GROUP_ELIGIBILITY_SCHEDULE = "privilegedAccessGroupEligibilitySchedule", [
        "id", "principalId", "groupId", "accessId", "createdUsing", "createdDateTime", "modifiedDateTime",
        "status", "memberType", "scheduleInfo"
    ], ["principal", "group"];
    GROUP_ASSIGNMENT_INSTANCE = "privilegedAccessGroupAssignmentScheduleInstance", [
        "id", "principalId", "groupId", "accessId", "startDateTime", "endDateTime", "assignmentType",
        "memberType", "assignmentScheduleId"
    ], ["principal", "group", "activatedUsing"];
    GROUP_ELIGIBILITY_INSTANCE = "privilegedAccessGroupEligibilityScheduleInstance", [
        "id", "principalId", "groupId", "accessId", "startDateTime", "endDateTime", "memberType",
        "eligibilityScheduleId"
    ], ["principal", "group"];
}

/// A grant of either family, on either surface.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) level: Level,
    pub(crate) id: ScheduleId,
    pub(crate) instance: Option<String>,
    pub(crate) principal: PrincipalId,
    pub(crate) privilege: Privilege,
    pub(crate) window: Window,
    via: Via,
    /// The eligibility behind an activation; `None` for what was assigned.
    pub(crate) activated: Option<Option<ScheduleId>>,
}

impl From<&Eligibility> for Grant {
    fn from(held: &Eligibility) -> Self {
        Self {
            level: Level::Eligibility,
            id: held.id.clone(),
            instance: held.instance.as_ref().map(ToString::to_string),
            principal: held.principal.clone(),
            privilege: held.privilege.clone(),
            window: held.window,
            via: held.via.clone(),
            activated: None,
        }
    }
}

impl From<&Assignment> for Grant {
    fn from(held: &Assignment) -> Self {
        Self {
            level: Level::Assignment,
            id: held.id.clone(),
            instance: held.instance.as_ref().map(ToString::to_string),
            principal: held.principal.clone(),
            privilege: held.privilege.clone(),
            window: held.window,
            via: held.via.clone(),
            activated: match &held.origin {
                Origin::Activated { using } => Some(using.clone()),
                _ => None,
            },
        }
    }
}

impl Grant {
    /// What is in force or will be.
    pub(crate) fn schedule(&self, now: Timestamp) -> Value {
        let mut object = head(&self.privilege);
        let using = self.created_using();
        // The engine keeps no time of creation; the start is the nearest.
        let created = if using.is_some() { millis(self.window.start()) } else { Value::Null };
        let begun = self.window.start().is_none_or(|start| start <= now);
        put(&mut object, "id", self.id.to_string());
        put(&mut object, "principalId", self.principal.to_string());
        put(&mut object, "createdUsing", text(using));
        put(&mut object, "createdDateTime", created);
        put(&mut object, "modifiedDateTime", Value::Null);
        put(&mut object, "status", if begun { "Provisioned" } else { "Granted" });
        put(&mut object, "memberType", self.word(self.via.as_str()));
        put(&mut object, "scheduleInfo", window(&self.window));
        if self.level == Level::Assignment {
            put(&mut object, "assignmentType", self.assignment_type());
        }
        Value::Object(object)
    }

    /// What is in force.
    pub(crate) fn instance(&self) -> Value {
        let mut object = head(&self.privilege);
        put(&mut object, "id", text(self.instance.as_ref()));
        put(&mut object, "principalId", self.principal.to_string());
        put(&mut object, "startDateTime", millis(self.window.start()));
        put(&mut object, "endDateTime", millis(self.window.end()));
        put(&mut object, "memberType", self.word(self.via.as_str()));
        let schedule = self.id.to_string();
        match (&self.level, self.is_group()) {
            (Level::Assignment, false) => {
                put(&mut object, "assignmentType", self.assignment_type());
                put(&mut object, "roleAssignmentOriginId", text(self.instance.as_ref()));
                put(&mut object, "roleAssignmentScheduleId", schedule);
            }
            (Level::Assignment, true) => {
                put(&mut object, "assignmentType", self.assignment_type());
                put(&mut object, "assignmentScheduleId", schedule);
            }
            (_, false) => put(&mut object, "roleEligibilityScheduleId", schedule),
            (_, true) => put(&mut object, "eligibilityScheduleId", schedule),
        }
        Value::Object(object)
    }

    /// An assignment as the directory shows it, where an activation looks like any other.
    pub(crate) fn assignment(&self) -> Value {
        let mut object = head(&self.privilege);
        object.remove("appScopeId");
        put(&mut object, "id", text(self.instance.as_ref()));
        put(&mut object, "principalId", self.principal.to_string());
        Value::Object(object)
    }

    fn assignment_type(&self) -> String {
        self.word(if self.activated.is_some() { "activated" } else { "assigned" })
    }

    /// Directory roles write `Direct`, groups `direct`.
    fn word(&self, text: &str) -> String {
        if self.is_group() { camel(text) } else { pascal(text) }
    }

    const fn is_group(&self) -> bool {
        matches!(self.privilege, Privilege::Group { .. })
    }

    /// The request that made the schedule: the GUID in its id. What was made outside PIM has none.
    fn created_using(&self) -> Option<String> {
        let text = self.id.to_string();
        let guid: ScheduleId = text.rsplit('_').next()?.parse().ok()?;
        guid.guid().map(|_| guid.to_string())
    }
}

/// What a grant or request is about: role and scope, or group and access.
pub(super) fn head(privilege: &Privilege) -> Map<String, Value> {
    let mut object = Map::new();
    match privilege {
        Privilege::DirectoryRole { role, scope } => {
            let (directory, app) = match scope {
                DirectoryScope::Provider(text) => (Value::Null, Value::from(&**text)),
                other => (other.to_string().into(), Value::Null),
            };
            put(&mut object, "roleDefinitionId", role.to_string());
            put(&mut object, "directoryScopeId", directory);
            put(&mut object, "appScopeId", app);
        }
        Privilege::Group { group, access } => {
            put(&mut object, "groupId", group.to_string());
            put(&mut object, "accessId", if *access == GroupAccess::Owner { "owner" } else { "member" });
        }
        _ => {}
    }
    object
}

pub(super) fn put(object: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    object.insert(name.to_owned(), value.into());
}

fn window(window: &Window) -> Value {
    let expiration = match window.end() {
        None => json!({ "type": "noExpiration", "endDateTime": null, "duration": null }),
        Some(end) => json!({ "type": "afterDateTime", "endDateTime": millis(Some(end)), "duration": null }),
    };
    json!({ "startDateTime": millis(window.start()), "recurrence": null, "expiration": expiration })
}
