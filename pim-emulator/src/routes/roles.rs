//! `/roleManagement/directory`.

use http::Method;
use pim_core::privilege::Surface;

use super::{
    Context, approvals, role_assignments,
    schedules::{self, Noun, ROLE_ASSIGNMENTS, ROLE_ELIGIBILITIES},
};
use crate::{
    call::{Answer, Version},
    query::{self, of_positions},
    refusal::Refusal,
    render::role_definition::{ROLE_DEFINITION, role},
    scopes,
};

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let (segment, rest) = path.split_first().ok_or_else(|| context.not_emulated())?;
    let (family, noun) = match *segment {
        "roleAssignmentScheduleRequests" => (&ROLE_ASSIGNMENTS, Noun::Requests),
        "roleAssignmentSchedules" => (&ROLE_ASSIGNMENTS, Noun::Schedules),
        "roleAssignmentScheduleInstances" => (&ROLE_ASSIGNMENTS, Noun::Instances),
        "roleEligibilityScheduleRequests" => (&ROLE_ELIGIBILITIES, Noun::Requests),
        "roleEligibilitySchedules" => (&ROLE_ELIGIBILITIES, Noun::Schedules),
        "roleEligibilityScheduleInstances" => (&ROLE_ELIGIBILITIES, Noun::Instances),
        "roleDefinitions" => return definitions(context, rest).await,
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

async fn definitions(context: &Context<'_>, path: &[&str]) -> Answer {
    const PLACE: &str = "roleManagement/directory/roleDefinitions";
    let (call, beta) = (context.call, context.call.version == Version::Beta);
    if call.method != Method::GET && path.len() < 2 {
        return Err(context.not_emulated());
    }
    context.expect(&Method::GET, &scopes::ROLE_READ)?;
    match path {
        [] => {
            call.query.check(&ROLE_DEFINITION)?;
            let roles: Vec<_> =
                context.tenant.roles().filter(|role| role.surface == Surface::DirectoryRoles).collect();
            let open = |from| of_positions(roles.len(), from);
            let show = |at: &usize| roles.get(*at).map(|one| role(one, beta));
            let page = query::list(&call.query, context.page_size(), open, show).await?;
            call.page(PLACE, &ROLE_DEFINITION, page)
        }
        [id] => {
            let known = id.parse().ok().and_then(|id| context.tenant.role(&id));
            let known = known.ok_or_else(|| Refusal::no_object(id))?;
            call.object(PLACE, &ROLE_DEFINITION, role(known, beta))
        }
        _ => Err(context.not_emulated()),
    }
}
