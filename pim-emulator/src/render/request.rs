//! Requests of both surfaces.

use pim_core::{
    id::PrincipalId,
    request::{Request, Ticket},
    time::{Expiry, Timestamp},
};
use serde_json::{Value, json};

use super::{
    grant::{head, put},
    words::{camel, pascal, text},
};
use crate::{
    entity::entities,
    world::{Object, Tenant},
};

entities! {
    ROLE_ASSIGNMENT_REQUEST = "unifiedRoleAssignmentScheduleRequest", [
        "id", "status", "createdDateTime", "completedDateTime", "approvalId", "customData", "action",
        "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "isValidationOnly",
        "targetScheduleId", "justification", "createdBy", "scheduleInfo", "ticketInfo"
    ], ["principal", "roleDefinition", "directoryScope", "appScope", "activatedUsing", "targetSchedule"];
    ROLE_ELIGIBILITY_REQUEST = "unifiedRoleEligibilityScheduleRequest", [
        "id", "status", "createdDateTime", "completedDateTime", "approvalId", "customData", "action",
        "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "isValidationOnly",
        "targetScheduleId", "justification", "createdBy", "scheduleInfo", "ticketInfo"
    ], ["principal", "roleDefinition", "directoryScope", "appScope", "targetSchedule"];
    GROUP_ASSIGNMENT_REQUEST = "privilegedAccessGroupAssignmentScheduleRequest", [
        "id", "status", "createdDateTime", "completedDateTime", "approvalId", "customData", "action",
        "principalId", "groupId", "accessId", "isValidationOnly", "targetScheduleId", "justification",
        "createdBy", "scheduleInfo", "ticketInfo"
    ], ["principal", "group", "activatedUsing", "targetSchedule"];
    GROUP_ELIGIBILITY_REQUEST = "privilegedAccessGroupEligibilityScheduleRequest", [
        "id", "status", "createdDateTime", "completedDateTime", "approvalId", "customData", "action",
        "principalId", "groupId", "accessId", "isValidationOnly", "targetScheduleId", "justification",
        "createdBy", "scheduleInfo", "ticketInfo"
    ], ["principal", "group", "targetSchedule"];
}

/// A request. `time` renders instants: exact in the answer to a write, to the millisecond later.
pub(crate) fn request(
    tenant: &Tenant,
    request: &Request,
    time: impl Fn(Option<Timestamp>) -> Value + Copy,
) -> Value {
    let asked = &request.asked;
    let completed = if asked.action.is_removal() { None } else { request.completed };
    let mut object = head(&asked.privilege);
    put(&mut object, "id", request.id.to_string());
    put(&mut object, "status", pascal(request.status.as_str()));
    put(&mut object, "createdDateTime", time(request.created));
    put(&mut object, "completedDateTime", time(completed));
    put(&mut object, "approvalId", text(request.approval.as_ref()));
    put(&mut object, "customData", Value::Null);
    put(&mut object, "action", camel(asked.action.as_str()));
    put(&mut object, "principalId", asked.principal.to_string());
    put(&mut object, "isValidationOnly", asked.dry_run);
    put(&mut object, "targetScheduleId", text(request.schedule.as_ref()));
    put(
        &mut object,
        "justification",
        text(asked.justification.as_ref().map(|reason| reason.expose().clone())),
    );
    put(&mut object, "createdBy", created_by(tenant, request.requestor.as_ref()));
    put(&mut object, "scheduleInfo", schedule(request, time));
    put(&mut object, "ticketInfo", ticket(asked.ticket.as_ref()));
    Value::Object(object)
}

/// Null for removals.
fn schedule(request: &Request, time: impl Fn(Option<Timestamp>) -> Value) -> Value {
    let Some(expiry) = request.asked.expiry.filter(|_| !request.asked.action.is_removal()) else {
        return Value::Null;
    };
    let expiration = match expiry {
        Expiry::Never => json!({ "type": "noExpiration", "endDateTime": null, "duration": null }),
        Expiry::At(end) => {
            json!({ "type": "afterDateTime", "endDateTime": time(Some(end)), "duration": null })
        }
        Expiry::After(length) => {
            json!({ "type": "afterDuration", "endDateTime": null, "duration": length.to_string() })
        }
    };
    json!({ "startDateTime": time(request.asked.start), "recurrence": null, "expiration": expiration })
}

fn ticket(ticket: Option<&Ticket>) -> Value {
    let number = ticket.and_then(|ticket| ticket.number.as_ref()).map(|number| number.expose().clone());
    let system = ticket.and_then(|ticket| ticket.system.as_ref()).map(|system| system.expose().clone());
    json!({ "ticketNumber": text(number), "ticketSystem": text(system) })
}

fn created_by(tenant: &Tenant, requestor: Option<&PrincipalId>) -> Value {
    let Some(id) = requestor else { return Value::Null };
    let identity = json!({ "displayName": null, "id": id });
    match tenant.object(id) {
        Some(Object::Application(_)) => json!({ "application": identity, "device": null, "user": null }),
        _ => json!({ "application": null, "device": null, "user": identity }),
    }
}
