use super::{
    DirectoryObject, GroupEligibilitySchedule, IdentitySet, RequestSchedule, Text, TicketInfo, wire,
};

wire! {
    /// A request about access to a group held.
    ///
    /// Source: [privilegedAccessGroupAssignmentScheduleRequest](https://learn.microsoft.com/graph/api/resources/privilegedaccessgroupassignmentschedulerequest).
    GroupAssignmentRequest {
        id: Text,
        approval_id: Text,
        completed_date_time: Text,
        created_by: Box<IdentitySet>,
        created_date_time: Text,
        custom_data: Text,
        status: Text,
        action: Text,
        is_validation_only: bool,
        justification: Text,
        schedule_info: Box<RequestSchedule>,
        ticket_info: Box<TicketInfo>,
        access_id: Text,
        group_id: Text,
        principal_id: Text,
        target_schedule_id: Text,
        activated_using: Box<GroupEligibilitySchedule>,
        group: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        target_schedule: Box<GroupEligibilitySchedule>,
    }

    /// A request about access to a group that may be activated.
    ///
    /// Source: [privilegedAccessGroupEligibilityScheduleRequest](https://learn.microsoft.com/graph/api/resources/privilegedaccessgroupeligibilityschedulerequest).
    GroupEligibilityRequest {
        id: Text,
        approval_id: Text,
        completed_date_time: Text,
        created_by: Box<IdentitySet>,
        created_date_time: Text,
        custom_data: Text,
        status: Text,
        action: Text,
        is_validation_only: bool,
        justification: Text,
        schedule_info: Box<RequestSchedule>,
        ticket_info: Box<TicketInfo>,
        access_id: Text,
        group_id: Text,
        principal_id: Text,
        target_schedule_id: Text,
        group: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        target_schedule: Box<GroupEligibilitySchedule>,
    }
}
