use super::{DirectoryObject, RequestSchedule, Text, wire};

wire! {
    /// Access to a group that is or will be held.
    ///
    /// Source: [privilegedAccessGroupAssignmentSchedule](https://learn.microsoft.com/graph/api/resources/privilegedaccessgroupassignmentschedule).
    GroupAssignmentSchedule {
        id: Text,
        created_date_time: Text,
        created_using: Text,
        modified_date_time: Text,
        schedule_info: Box<RequestSchedule>,
        status: Text,
        access_id: Text,
        assignment_type: Text,
        group_id: Text,
        member_type: Text,
        principal_id: Text,
        activated_using: Box<GroupEligibilitySchedule>,
        group: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
    }

    /// Access to a group that may or will be activated.
    ///
    /// Source: [privilegedAccessGroupEligibilitySchedule](https://learn.microsoft.com/graph/api/resources/privilegedaccessgroupeligibilityschedule).
    GroupEligibilitySchedule {
        id: Text,
        created_date_time: Text,
        created_using: Text,
        modified_date_time: Text,
        schedule_info: Box<RequestSchedule>,
        status: Text,
        access_id: Text,
        group_id: Text,
        member_type: Text,
        principal_id: Text,
        group: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
    }
}
