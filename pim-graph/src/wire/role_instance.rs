use serde_json::Value;

use super::{DirectoryObject, RoleDefinition, Text, wire};

wire! {
    /// A role held now.
    ///
    /// Source: [unifiedRoleAssignmentScheduleInstance](https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentscheduleinstance).
    RoleAssignmentInstance {
        id: Text,
        app_scope_id: Text,
        directory_scope_id: Text,
        principal_id: Text,
        role_definition_id: Text,
        app_scope: Value,
        directory_scope: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        role_definition: Box<RoleDefinition>,
        assignment_type: Text,
        end_date_time: Text,
        member_type: Text,
        role_assignment_origin_id: Text,
        role_assignment_schedule_id: Text,
        start_date_time: Text,
        activated_using: Box<RoleEligibilityInstance>,
    }

    /// A role that may be activated now.
    ///
    /// Source: [unifiedRoleEligibilityScheduleInstance](https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityscheduleinstance).
    RoleEligibilityInstance {
        id: Text,
        app_scope_id: Text,
        directory_scope_id: Text,
        principal_id: Text,
        role_definition_id: Text,
        app_scope: Value,
        directory_scope: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        role_definition: Box<RoleDefinition>,
        end_date_time: Text,
        member_type: Text,
        role_eligibility_schedule_id: Text,
        start_date_time: Text,
    }
}
