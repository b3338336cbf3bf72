use serde_json::Value;

use super::{
    DirectoryObject, IdentitySet, RequestSchedule, RoleAssignmentSchedule, RoleDefinition,
    RoleEligibilitySchedule, Text, TicketInfo, wire,
};

wire! {
    /// A request about a role held.
    ///
    /// Source: [unifiedRoleAssignmentScheduleRequest](https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentschedulerequest).
    RoleAssignmentRequest {
        id: Text,
        approval_id: Text,
        completed_date_time: Text,
        created_by: Box<IdentitySet>,
        created_date_time: Text,
        custom_data: Text,
        status: Text,
        action: Text,
        app_scope_id: Text,
        directory_scope_id: Text,
        is_validation_only: bool,
        justification: Text,
        principal_id: Text,
        role_definition_id: Text,
        schedule_info: Box<RequestSchedule>,
        target_schedule_id: Text,
        ticket_info: Box<TicketInfo>,
        activated_using: Box<RoleEligibilitySchedule>,
        app_scope: Value,
        directory_scope: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        role_definition: Box<RoleDefinition>,
        target_schedule: Box<RoleAssignmentSchedule>,
    }

    /// A request about a role that may be activated.
    ///
    /// Source: [unifiedRoleEligibilityScheduleRequest](https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedulerequest).
    RoleEligibilityRequest {
        id: Text,
        approval_id: Text,
        completed_date_time: Text,
        created_by: Box<IdentitySet>,
        created_date_time: Text,
        custom_data: Text,
        status: Text,
        action: Text,
        app_scope_id: Text,
        directory_scope_id: Text,
        is_validation_only: bool,
        justification: Text,
        principal_id: Text,
        role_definition_id: Text,
        schedule_info: Box<RequestSchedule>,
        target_schedule_id: Text,
        ticket_info: Box<TicketInfo>,
        app_scope: Value,
        directory_scope: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        role_definition: Box<RoleDefinition>,
        target_schedule: Box<RoleEligibilitySchedule>,
    }
}
