//! Who has an access package, and requests for one. Requests are decided at once, or wait for approval.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{
    Context, package_approvals,
    packages::{created, find, list, one},
};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply},
    refusal::Refusal,
    render::{package as shown, words::exact},
    scopes,
};

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let call = context.call;
    if call.method == Method::GET { &scopes::PACKAGES_READ } else { &scopes::PACKAGES_WRITE }.check(call)?;
    let me = call.bearer.principal().to_string();
    let mine = |pointer: &'static str| {
        let me = me.clone();
        move |record: &Value| body::text(record, pointer) == Some(me.as_str())
    };
    match (path, &call.method) {
        (["assignments"], &Method::GET) => list(context, Shelf::PackageAssignments, |_| true).await,
        (["assignments", "filterByCurrentUser"], &Method::GET) => {
            list(context, Shelf::PackageAssignments, mine("/target/objectId")).await
        }
        (["assignments", id], &Method::GET) => one(context, Shelf::PackageAssignments, id),
        (["assignmentRequests"], &Method::GET) => list(context, Shelf::PackageRequests, |_| true).await,
        (["assignmentRequests"], &Method::POST) => submit(context),
        (["assignmentRequests", "filterByCurrentUser"], &Method::GET) => {
            list(context, Shelf::PackageRequests, mine("/requestor/objectId")).await
        }
        (["assignmentRequests", id], &Method::GET) => one(context, Shelf::PackageRequests, id),
        (["assignmentRequests", id], &Method::DELETE) => {
            find(context, Shelf::PackageRequests, id)?;
            context.tenant.book.remove(Shelf::PackageRequests, id);
            Ok(Reply::done())
        }
        (["assignmentRequests", id, "cancel"], &Method::POST) => cancel(context, id),
        _ => Err(context.not_emulated()),
    }
}

fn submit(context: &Context<'_>) -> Answer {
    let asked = context.call.json()?;
    body::known(&asked, &shown::REQUEST)?;
    let action = camel(body::needed(&asked, "requestType")?);
    let own = action.starts_with("user");
    if own && !context.call.bearer.is_delegated() {
        return Err(Refusal::bad_request("A request for oneself needs a signed-in person."));
    }
    let caller = context.call.bearer.principal().to_string();
    let assignment = asked.get("assignment").and_then(Value::as_object).cloned();
    let assignment =
        assignment.ok_or_else(|| Refusal::bad_request("The property 'assignment' is needed."))?;
    let mut record = json!({
        "requestType": action,
        "state": "delivered",
        "status": "Delivered",
        "completedDateTime": null,
        "justification": asked.get("justification"),
        "answers": asked.get("answers").cloned().unwrap_or_else(|| json!([])),
        "schedule": asked.get("schedule"),
        "customExtensionCalloutInstances": [],
        "requestor": subject(context, &caller),
        "id": context.tenant.book.fresh(),
    });
    let target = assignment.get("targetId").and_then(Value::as_str).filter(|_| !own);
    let target = target.map_or_else(|| caller.clone(), str::to_owned);
    match action.as_str() {
        "adminAdd" | "userAdd" => {
            let (package, policy) = (named(context, &assignment)?, policy(context, &assignment)?);
            let allowed = policy.pointer("/requestorSettings/enableTargetsToSelfAddAccess");
            if own && allowed != Some(&Value::Bool(true)) {
                return Err(Refusal::new(StatusCode::FORBIDDEN, "PolicyNotAllowed", NOT_ALLOWED));
            }
            body::set(&mut record, "accessPackage", json!({ "id": package["id"] }));
            let mut made = assignment_of(context, &package, &policy, &target);
            if let Some(schedule) = asked.get("schedule").filter(|schedule| schedule.is_object()) {
                body::set(&mut made, "schedule", schedule.clone());
            }
            let waits = policy.pointer("/requestApprovalSettings/isApprovalRequiredForAdd");
            body::set(&mut record, "assignment", json!({ "id": made["id"] }));
            if own && waits == Some(&Value::Bool(true)) {
                body::set(&mut record, "pending", made);
                body::set(&mut record, "state", "pendingApproval");
                body::set(&mut record, "status", "PendingApproval");
                package_approvals::open(context, &record, &policy);
            } else {
                finish(context, &mut record, Some(made));
            }
        }
        "adminRemove" | "userRemove" | "adminUpdate" | "userUpdate" => {
            let mut known = existing(context, &assignment)?;
            if own && body::text(&known, "/target/objectId") != Some(caller.as_str()) {
                return Err(Refusal::insufficient());
            }
            if action.ends_with("Remove") {
                body::set(&mut known, "state", "expired");
                body::set(&mut known, "status", "Expired");
                body::set(&mut known, "expiredDateTime", exact(Some(context.tenant.now())));
            } else if let Some(schedule) = asked.get("schedule") {
                body::set(&mut known, "schedule", schedule.clone());
            }
            body::set(&mut record, "accessPackage", known["accessPackage"].clone());
            body::set(&mut record, "assignment", json!({ "id": known["id"] }));
            finish(context, &mut record, Some(known));
        }
        other => return Err(Refusal::not_emulated(&format!("assignment requests of the type '{other}'"))),
    }
    // What is done at once is still told as taken in only, as the pages show it.
    let mut reply = created(context, Shelf::PackageRequests, record);
    if let Some(body) = reply.body.as_mut().filter(|body| body["state"] == "delivered") {
        body::set(body, "state", "submitted");
        body::set(body, "status", "Accepted");
        body::set(body, "completedDateTime", Value::Null);
    }
    Ok(reply)
}

const NOT_ALLOWED: &str = "The policy does not let people ask for the access package themselves.";

/// Ends a request, with what it leaves.
pub(super) fn finish(context: &Context<'_>, record: &mut Value, assignment: Option<Value>) {
    body::set(record, "state", if assignment.is_some() { "delivered" } else { "denied" });
    body::set(record, "status", if assignment.is_some() { "Delivered" } else { "Denied" });
    body::set(record, "completedDateTime", exact(Some(context.tenant.now())));
    if let Some(assignment) = assignment {
        context.tenant.book.put(Shelf::PackageAssignments, assignment);
    }
}

/// Someone as entitlement management shows them.
pub(super) fn subject(context: &Context<'_>, id: &str) -> Value {
    let user = id.parse().ok().and_then(|id| context.tenant.user(&id));
    let name = user.map(|user| user.name.expose().as_str());
    shown::subject(id, name, user.map(|user| user.sign_in_name.expose().as_str()))
}

/// Only what still waits can be withdrawn.
fn cancel(context: &Context<'_>, id: &str) -> Answer {
    let mut record = find(context, Shelf::PackageRequests, id)?;
    if record["state"] != "pendingApproval" {
        return Err(Refusal::bad_request("Only a request that waits can be cancelled."));
    }
    body::set(&mut record, "state", "canceled");
    body::set(&mut record, "status", "Canceled");
    body::set(&mut record, "completedDateTime", exact(Some(context.tenant.now())));
    context.tenant.book.put(Shelf::PackageRequests, record);
    context.tenant.book.remove(Shelf::PackageApprovals, id);
    Ok(Reply::done())
}

fn assignment_of(context: &Context<'_>, package: &Value, policy: &Value, target: &str) -> Value {
    json!({
        "id": context.tenant.book.fresh(),
        "state": "delivered",
        "status": "Delivered",
        "expiredDateTime": null,
        "schedule": {
            "startDateTime": exact(Some(context.tenant.now())),
            "recurrence": null,
            "expiration": policy["expiration"],
        },
        "customExtensionCalloutInstances": [],
        "accessPackage": { "id": package["id"] },
        "assignmentPolicy": { "id": policy["id"] },
        "target": subject(context, target),
    })
}

fn named(context: &Context<'_>, assignment: &Map<String, Value>) -> Result<Value, Refusal> {
    find(context, Shelf::Packages, body::needed(assignment, "accessPackageId")?)
}

fn policy(context: &Context<'_>, assignment: &Map<String, Value>) -> Result<Value, Refusal> {
    let policy = find(context, Shelf::PackagePolicies, body::needed(assignment, "assignmentPolicyId")?)?;
    if body::text(&policy, "/accessPackage/id") != assignment.get("accessPackageId").and_then(Value::as_str) {
        return Err(Refusal::bad_request("The policy is that of another access package."));
    }
    Ok(policy)
}

fn existing(context: &Context<'_>, assignment: &Map<String, Value>) -> Result<Value, Refusal> {
    find(context, Shelf::PackageAssignments, body::needed(assignment, "id")?)
}

/// `AdminAdd` as `adminAdd`.
fn camel(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
