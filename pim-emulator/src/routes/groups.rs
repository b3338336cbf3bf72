//! `/identityGovernance/privilegedAccess/group`.

use super::{
    Context, approvals,
    schedules::{self, GROUP_ASSIGNMENTS, GROUP_ELIGIBILITIES, Noun},
};
use crate::call::Answer;

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let (segment, rest) = path.split_first().ok_or_else(|| context.not_emulated())?;
    let (family, noun) = match *segment {
        "assignmentScheduleRequests" => (&GROUP_ASSIGNMENTS, Noun::Requests),
        "assignmentSchedules" => (&GROUP_ASSIGNMENTS, Noun::Schedules),
        "assignmentScheduleInstances" => (&GROUP_ASSIGNMENTS, Noun::Instances),
        "eligibilityScheduleRequests" => (&GROUP_ELIGIBILITIES, Noun::Requests),
        "eligibilitySchedules" => (&GROUP_ELIGIBILITIES, Noun::Schedules),
        "eligibilityScheduleInstances" => (&GROUP_ELIGIBILITIES, Noun::Instances),
        "assignmentApprovals" => return approvals::serve(context, &approvals::GROUPS, rest).await,
        _ => return Err(context.not_emulated()),
    };
    schedules::serve(context, family, noun, segment, rest).await
}
