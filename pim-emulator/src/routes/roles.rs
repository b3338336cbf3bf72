//! `/roleManagement/directory`.

use super::{
    Context, approvals, role_assignments, role_definitions,
    schedules::{self, Noun, ROLE_ASSIGNMENTS, ROLE_ELIGIBILITIES},
};
use crate::call::Answer;

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let (segment, rest) = path.split_first().ok_or_else(|| context.not_emulated())?;
    let (family, noun) = match *segment {
        "roleAssignmentScheduleRequests" => (&ROLE_ASSIGNMENTS, Noun::Requests),
        "roleAssignmentSchedules" => (&ROLE_ASSIGNMENTS, Noun::Schedules),
        "roleAssignmentScheduleInstances" => (&ROLE_ASSIGNMENTS, Noun::Instances),
        "roleEligibilityScheduleRequests" => (&ROLE_ELIGIBILITIES, Noun::Requests),
        "roleEligibilitySchedules" => (&ROLE_ELIGIBILITIES, Noun::Schedules),
        "roleEligibilityScheduleInstances" => (&ROLE_ELIGIBILITIES, Noun::Instances),
        "roleDefinitions" => return role_definitions::serve(context, rest).await,
        "roleAssignments" => return role_assignments::serve(context, rest).await,
        "transitiveRoleAssignments" => {
            context.beta_only("transitiveRoleAssignments")?;
            return role_assignments::transitive(context, rest).await;
        }
        "roleAssignmentApprovals" => {
            context.beta_only("roleAssignmentApprovals")?;
            return approvals::serve(context, &approvals::ROLES, rest).await;
        }
        _ => return Err(context.not_emulated()),
    };
    schedules::serve(context, family, noun, segment, rest).await
}
