//! Approvals: `stages` in v1.0, `steps` in beta.

use pim_core::approval::{Approval, Decision, Stage};
use serde_json::{Value, json};

use super::words::{millis, pascal};
use crate::{entity::entities, world::Tenant};

entities! {
    APPROVAL = "approval", ["id", "stages", "steps"], ["stages", "steps"];
    STAGE = "approvalStage", [
        "id", "displayName", "reviewedDateTime", "reviewResult", "status", "assignedToMe", "justification",
        "reviewedBy"
    ], [];
}

/// An approval with what is decided in it, under the name that the version has for that.
pub(crate) fn approval(tenant: &Tenant, approval: &Approval, stages: &str) -> Value {
    let all: Vec<Value> = approval.stages.iter().map(|one| stage(tenant, one)).collect();
    let mut object = json!({ "id": approval.key.id });
    if let Some(members) = object.as_object_mut() {
        members.insert(stages.to_owned(), all.into());
    }
    object
}

/// One stage.
pub(crate) fn stage(tenant: &Tenant, stage: &Stage) -> Value {
    let decided = stage.decided.as_ref();
    let result = match decided.map(|decided| &decided.decision) {
        Some(Decision::Approve) => "Approve",
        Some(Decision::Deny) => "Deny",
        _ => "NotReviewed",
    };
    let by = decided.and_then(|decided| decided.by.as_ref());
    let reason = decided.and_then(|decided| decided.justification.as_ref());
    json!({
        "id": stage.id,
        "displayName": null,
        "reviewedDateTime": millis(decided.and_then(|decided| decided.at)),
        "reviewResult": result,
        "status": pascal(stage.status.as_str()),
        "assignedToMe": stage.assigned_to_me.unwrap_or(false),
        "justification": reason.map_or("", |reason| reason.expose().as_str()),
        "reviewedBy": by.map_or(Value::Null, |id| {
            let user = tenant.user(id);
            json!({
                "id": id,
                "displayName": user.map(|user| user.name.expose()),
                "userPrincipalName": user.map(|user| user.sign_in_name.expose()),
            })
        }),
    })
}
