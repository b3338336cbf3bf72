use super::{DirectoryObject, Text, wire};

wire! {
    /// Access to a group held now.
    ///
    /// Source: [privilegedAccessGroupAssignmentScheduleInstance](https://learn.microsoft.com/graph/api/resources/privilegedaccessgroupassignmentscheduleinstance).
    GroupAssignmentInstance {
        id: Text,
        end_date_time: Text,
        start_date_time: Text,
        access_id: Text,
        assignment_schedule_id: Text,
        assignment_type: Text,
        group_id: Text,
        member_type: Text,
        principal_id: Text,
        activated_using: Box<GroupEligibilityInstance>,
        group: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
    }

    /// Access to a group that may be activated now.
    ///
    /// Source: [privilegedAccessGroupEligibilityScheduleInstance](https://learn.microsoft.com/graph/api/resources/privilegedaccessgroupeligibilityscheduleinstance).
    GroupEligibilityInstance {
        id: Text,
        end_date_time: Text,
        start_date_time: Text,
        access_id: Text,
        eligibility_schedule_id: Text,
        group_id: Text,
        member_type: Text,
        principal_id: Text,
        group: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
    }
}
