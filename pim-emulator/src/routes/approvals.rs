//! Approvals. Directory roles have them in beta only, with steps; groups in v1.0 too, with stages.

use http::Method;
use pim_core::{
    approval::{ApprovalKey, Decision, NewDecision},
    backend::{Backend, Filter, RequestQuery, View},
    id::{GroupId, RoleId},
    privilege::{Privilege, Surface},
};
use serde_json::{Value, json};

use super::Context;
use crate::{
    call::{Answer, Reply, Version},
    query::{self, Page},
    refusal::Refusal,
    render::approval::{APPROVAL, STAGE, approval, stage},
    scopes::{self, Scopes},
};

/// The approvals of one surface.
#[derive(Clone, Debug)]
pub(super) struct Place {
    path: &'static str,
    surface: Surface,
    read: Scopes,
    write: Scopes,
}

pub(super) static ROLES: Place = Place {
    path: "roleManagement/directory/roleAssignmentApprovals",
    surface: Surface::DirectoryRoles,
    read: scopes::ROLE_APPROVALS_READ,
    write: scopes::ROLE_APPROVALS_WRITE,
};

pub(super) static GROUPS: Place = Place {
    path: "identityGovernance/privilegedAccess/group/assignmentApprovals",
    surface: Surface::Groups,
    read: scopes::GROUP_APPROVALS_READ,
    write: scopes::GROUP_APPROVALS_WRITE,
};

pub(super) async fn serve(context: &Context<'_>, place: &Place, path: &[&str]) -> Answer {
    let (call, tenant) = (context.call, &context.tenant);
    let stages = if call.version == Version::Beta { "steps" } else { "stages" };
    if let ([id, "stages" | "steps", stage], &Method::PATCH) = (path, &call.method) {
        place.write.check(call)?;
        decide(context, &place.key(id)?, stage).await?;
        return Ok(Reply::done());
    }
    context.expect(&Method::GET, &place.read)?;
    let approvals = context.backend.approvals().ok_or_else(Refusal::insufficient)?;
    match path {
        ["filterByCurrentUser"] => mine(context, place).await,
        [id] => {
            let found = approvals.get_approval(&place.key(id)?).await?;
            call.object(place.path, &APPROVAL, approval(tenant, &found, stages))
        }
        [id, "stages" | "steps"] => {
            let found = approvals.get_approval(&place.key(id)?).await?;
            let items = found.stages.iter().map(|one| stage(tenant, one)).collect();
            let page = Page { items, next: None, count: None };
            call.page(&format!("{}('{id}')/{stages}", place.path), &STAGE, page)
        }
        [id, "stages" | "steps", one] => {
            let found = approvals.get_approval(&place.key(id)?).await?;
            let known = found.stages.iter().find(|stage| stage.id == **one);
            let known = known.ok_or_else(|| Refusal::not_found("There is no such stage."))?;
            call.object(&format!("{}('{id}')/{stages}", place.path), &STAGE, stage(tenant, known))
        }
        _ => Err(context.not_emulated()),
    }
}

impl Place {
    /// The engine looks at the id only.
    fn key(&self, id: &str) -> Result<ApprovalKey, Refusal> {
        let privilege = match self.surface {
            Surface::Groups => Privilege::member(GroupId::from_guid([0; 16])),
            _ => Privilege::role(RoleId::GLOBAL_ADMINISTRATOR),
        };
        Ok(ApprovalKey { id: id.parse()?, privilege })
    }
}

/// The approvals that wait for the caller.
async fn mine(context: &Context<'_>, place: &Place) -> Answer {
    let view = match context.call.on.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("approver") => View::ForMyDecision,
        Some("createdby") => View::AskedByMe,
        Some("target") => View::Mine,
        _ => return Err(Refusal::bad_request("The value of the parameter 'on' is not supported here.")),
    };
    let filter = Filter { surface: Some(place.surface.clone()), ..Filter::default() };
    let asked = RequestQuery { view, filter, ..RequestQuery::default() };
    let open = |from| context.backend.list_requests(&asked, from);
    let page = query::list(&context.call.query, context.page_size(), open, |request| {
        let id = request.approval.as_ref()?;
        Some(json!({ "@odata.type": "#microsoft.graph.approval", "id": id }))
    })
    .await?;
    context.call.page(place.path, &APPROVAL, page)
}

async fn decide(context: &Context<'_>, key: &ApprovalKey, stage: &str) -> Result<(), Refusal> {
    let body = context.call.json()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let decision = match Decision::from(text("reviewResult").unwrap_or_default()) {
        Decision::Unknown(_) => {
            return Err(Refusal::bad_request("The property 'reviewResult' must be Approve or Deny."));
        }
        known => known,
    };
    let answer = NewDecision { decision, justification: text("justification").map(Into::into) };
    let approvals = context.backend.approvals().ok_or_else(Refusal::insufficient)?;
    Ok(approvals.decide(key, &stage.parse()?, &answer).await?)
}
