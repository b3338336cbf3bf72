//! Approvals of requests for access packages: `stages` in v1.0, `steps` in beta.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    Context, members,
    package_requests::finish,
    packages::{ROOT, find},
};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply, Version},
    query::{self, of_positions},
    refusal::Refusal,
    render::{
        approval::{APPROVAL, STAGE},
        directory::guid,
        words::millis,
    },
    scopes,
};

/// Begins the approval of a request; its id is the request's.
pub(super) fn open(context: &Context<'_>, request: &Value, policy: &Value) {
    let id = body::text(request, "/id").unwrap_or_default();
    let asked = policy.pointer("/requestApprovalSettings/stages").and_then(Value::as_array);
    let stages = asked.into_iter().flatten().enumerate().map(|(at, stage)| {
        let mut own = blank(&guid(&format!("stage {at} of {id}")), at == 0);
        body::set(&mut own, "rules", stage.clone());
        own
    });
    let stages: Vec<Value> = stages.collect();
    let approval = json!({ "id": id, "stages": stages, "target": request["requestor"]["objectId"] });
    context.tenant.book.put(Shelf::PackageApprovals, approval);
}

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let call = context.call;
    let place = format!("{ROOT}/accessPackageAssignmentApprovals");
    let segment = if call.version == Version::Beta { "steps" } else { "stages" };
    if let ([id, "stages" | "steps", stage], &Method::PATCH) = (path, &call.method) {
        scopes::PACKAGE_APPROVALS_WRITE.check(call)?;
        decide(context, id, stage).await?;
        return Ok(Reply::done());
    }
    context.expect(&Method::GET, &scopes::PACKAGE_APPROVALS_READ)?;
    match path {
        ["filterByCurrentUser"] => mine(context, &place).await,
        [id] => {
            let stages = stages(context, &find(context, Shelf::PackageApprovals, id)?).await?;
            let mut object = json!({ "id": id });
            body::set(&mut object, segment, stages);
            call.object(&place, &APPROVAL, object)
        }
        [id, "stages" | "steps"] => {
            let stages = stages(context, &find(context, Shelf::PackageApprovals, id)?).await?;
            super::directory::values(context, &format!("{place}('{id}')/{segment}"), &STAGE, &stages).await
        }
        [id, "stages" | "steps", one] => {
            let stages = stages(context, &find(context, Shelf::PackageApprovals, id)?).await?;
            let known = stages.into_iter().find(|stage| body::text(stage, "/id") == Some(*one));
            let known = known.ok_or_else(|| Refusal::not_found("There is no such stage."))?;
            call.object(&format!("{place}('{id}')/{segment}"), &STAGE, known)
        }
        _ => Err(context.not_emulated()),
    }
}

async fn mine(context: &Context<'_>, place: &str) -> Answer {
    let me = context.call.bearer.principal().to_string();
    let on = context.call.on.as_deref().map(str::to_ascii_lowercase);
    let mut rows = Vec::new();
    for approval in context.tenant.book.all(Shelf::PackageApprovals) {
        let wanted = match on.as_deref() {
            Some("approver") => {
                stages(context, &approval).await?.iter().any(|stage| stage["assignedToMe"] == true)
            }
            Some("target" | "createdby") => body::text(&approval, "/target") == Some(me.as_str()),
            _ => return Err(Refusal::bad_request("The value of the parameter 'on' is not supported here.")),
        };
        if wanted {
            rows.push(json!({ "@odata.type": "#microsoft.graph.approval", "id": approval["id"] }));
        }
    }
    let open = |from| of_positions(rows.len(), from);
    let show = |at: &usize| rows.get(*at).cloned();
    let page = query::list(&context.call.query, context.page_size(), open, show).await?;
    context.call.page(place, &APPROVAL, page)
}

/// The stages as the caller sees them.
async fn stages(context: &Context<'_>, approval: &Value) -> Result<Vec<Value>, Refusal> {
    let mut shown = Vec::new();
    for stage in approval["stages"].as_array().into_iter().flatten() {
        let mut own = stage.clone();
        let open = stage["status"] == "InProgress";
        let to_me = open && is_approver(context, approval, stage).await?;
        body::set(&mut own, "assignedToMe", to_me);
        own.as_object_mut().and_then(|members| members.remove("rules"));
        shown.push(own);
    }
    Ok(shown)
}

/// Whether the caller is among those whom a stage names; the fall-back counts where the requestor has no manager.
async fn is_approver(context: &Context<'_>, approval: &Value, stage: &Value) -> Result<bool, Refusal> {
    let me = context.call.bearer.principal();
    let target = body::text(approval, "/target").and_then(|id| id.parse().ok());
    let manager = target.and_then(|id| context.tenant.user(&id)).and_then(|user| user.manager.clone());
    let groups = members::groups_of(context, me).await?;
    let listed = |name: &str| stage["rules"][name].as_array().cloned().unwrap_or_default();
    let named = listed("primaryApprovers").into_iter().chain(listed("fallbackPrimaryApprovers"));
    let mut found = false;
    for approver in named {
        let id = ["/userId", "/groupId", "/id"].iter().find_map(|path| body::text(&approver, path));
        let kind = body::text(&approver, "/@odata.type").unwrap_or_default();
        found |= match kind.trim_start_matches('#') {
            "microsoft.graph.singleUser" => id.is_some_and(|id| *me == *id),
            "microsoft.graph.groupMembers" => id.is_some_and(|id| groups.iter().any(|group| *group == *id)),
            "microsoft.graph.requestorManager" => manager.as_ref() == Some(me),
            _ => false,
        };
    }
    Ok(found)
}

async fn decide(context: &Context<'_>, id: &str, stage_id: &str) -> Result<(), Refusal> {
    let asked = context.call.json()?;
    let result = match body::needed(&asked, "reviewResult")?.to_ascii_lowercase().as_str() {
        "approve" => "Approve",
        "deny" => "Deny",
        _ => return Err(Refusal::bad_request("The property 'reviewResult' must be Approve or Deny.")),
    };
    let mut approval = find(context, Shelf::PackageApprovals, id)?;
    let stages = approval["stages"].as_array().cloned().unwrap_or_default();
    let place = stages.iter().position(|stage| body::text(stage, "/id") == Some(stage_id));
    let place = place.ok_or_else(|| Refusal::not_found("There is no such stage."))?;
    if stages[place]["status"] != "InProgress" {
        return Err(Refusal::new(StatusCode::CONFLICT, "Conflict", "The stage is not open."));
    }
    if !is_approver(context, &approval, &stages[place]).await? {
        return Err(Refusal::insufficient());
    }
    let me = context.call.bearer.principal();
    let user = context.tenant.user(me);
    let last = place + 1 == stages.len();
    if let Some(stages) = approval["stages"].as_array_mut() {
        if let Some(stage) = stages.get_mut(place) {
            body::set(stage, "status", "Completed");
            body::set(stage, "reviewResult", result);
            body::set(stage, "reviewedDateTime", millis(Some(context.tenant.now())));
            body::set(stage, "justification", asked.get("justification").cloned().unwrap_or_default());
            let by = json!({
                "id": me,
                "displayName": user.map(|user| user.name.expose()),
                "userPrincipalName": user.map(|user| user.sign_in_name.expose()),
            });
            body::set(stage, "reviewedBy", by);
        }
        if let Some(next) = stages.get_mut(place + 1).filter(|_| result == "Approve") {
            body::set(next, "status", "InProgress");
        }
    }
    context.tenant.book.put(Shelf::PackageApprovals, approval);
    if result == "Deny" || last {
        let mut request = find(context, Shelf::PackageRequests, id)?;
        let pending = request.as_object_mut().and_then(|members| members.remove("pending"));
        finish(context, &mut request, pending.filter(|_| result == "Approve"));
        context.tenant.book.put(Shelf::PackageRequests, request);
    }
    Ok(())
}

fn blank(id: &str, open: bool) -> Value {
    json!({
        "id": id,
        "displayName": null,
        "reviewedDateTime": null,
        "reviewResult": "NotReviewed",
        "status": if open { "InProgress" } else { "Initializing" },
        "assignedToMe": false,
        "justification": "",
        "reviewedBy": null,
    })
}
