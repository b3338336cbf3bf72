use serde_json::Value;

use super::{DirectoryObject, RequestSchedule, RoleDefinition, Text, wire};

wire! {
    /// A role that is or will be held.
    ///
    /// Source: [unifiedRoleAssignmentSchedule](https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentschedule).
    RoleAssignmentSchedule {
        id: Text,
        app_scope_id: Text,
        created_date_time: Text,
        created_using: Text,
        directory_scope_id: Text,
        modified_date_time: Text,
        principal_id: Text,
        role_definition_id: Text,
        status: Text,
        app_scope: Value,
        directory_scope: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        role_definition: Box<RoleDefinition>,
        assignment_type: Text,
        member_type: Text,
        schedule_info: Box<RequestSchedule>,
        activated_using: Box<RoleEligibilitySchedule>,
    }

    /// A role that may or will be activated.
    ///
    /// Source: [unifiedRoleEligibilitySchedule](https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedule).
    RoleEligibilitySchedule {
        id: Text,
        app_scope_id: Text,
        created_date_time: Text,
        created_using: Text,
        directory_scope_id: Text,
        modified_date_time: Text,
        principal_id: Text,
        role_definition_id: Text,
        status: Text,
        app_scope: Value,
        directory_scope: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        role_definition: Box<RoleDefinition>,
        member_type: Text,
        schedule_info: Box<RequestSchedule>,
    }
}
