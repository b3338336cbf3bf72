//! Reading what is posted to a collection of requests.

use http::StatusCode;
use pim_core::{
    privilege::{DirectoryScope, GroupAccess, Privilege, Surface},
    request::{Action, NewRequest, Ticket},
    time::{Expiry, Timestamp},
};
use serde_json::{Map, Value};

use super::schedules::Family;
use crate::refusal::Refusal;

const MEMBERS: &[&str] = &[
    "action",
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "appScopeId",
    "groupId",
    "accessId",
    "justification",
    "scheduleInfo",
    "ticketInfo",
    "isValidationOnly",
    "targetScheduleId",
    "customData",
];

/// Reads a request.
///
/// # Errors
/// Members that requests do not have, and values that can't be read.
pub(super) fn read(body: Map<String, Value>, family: &Family) -> Result<NewRequest, Refusal> {
    for name in body.keys() {
        if !name.contains('@') && !MEMBERS.contains(&name.as_str()) {
            return Err(Refusal::no_property(name, family.entity(super::schedules::Noun::Requests).name));
        }
    }
    let body = Body(&body);
    let action = Action::from(body.needed("action")?);
    if let Action::Unknown(text) = &action {
        return Err(Refusal::bad_request(format!("Requested value '{text}' was not found.")));
    }
    let principal = body.needed("principalId")?.parse()?;
    let privilege = match family.surface {
        Surface::Groups => {
            Privilege::Group { group: body.needed("groupId")?.parse()?, access: access(&body)? }
        }
        _ => {
            Privilege::DirectoryRole { role: body.needed("roleDefinitionId")?.parse()?, scope: scope(&body)? }
        }
    };
    let mut new = NewRequest::new(action, family.level.clone(), principal, privilege);
    new.justification = body.text("justification").map(Into::into);
    new.dry_run = body.0.get("isValidationOnly").and_then(Value::as_bool).unwrap_or(false);
    if let Some(ticket) = body.object("ticketInfo") {
        let text = |name: &str| Body(ticket).text(name).filter(|text| !text.is_empty()).map(Into::into);
        let ticket = Ticket { number: text("ticketNumber"), system: text("ticketSystem") };
        new.ticket = Some(ticket).filter(|ticket| !ticket.is_empty());
    }
    if let Some(schedule) = body.object("scheduleInfo") {
        let schedule = Body(schedule);
        new.start = schedule.time("startDateTime")?;
        if schedule.0.get("recurrence").is_some_and(|recurrence| !recurrence.is_null()) {
            return Err(invalid_schedule());
        }
        if let Some(expiration) = schedule.object("expiration") {
            new.expiry = expiry(&Body(expiration))?;
        }
    }
    Ok(new)
}

/// A body's members.
struct Body<'b>(&'b Map<String, Value>);

impl<'b> Body<'b> {
    fn text(&self, name: &str) -> Option<&'b str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn needed(&self, name: &str) -> Result<&'b str, Refusal> {
        self.text(name).filter(|text| !text.is_empty()).ok_or_else(|| {
            Refusal::new(
                StatusCode::BAD_REQUEST,
                "InvalidRoleAssignmentRequest",
                format!("The required parameter {name} is missing."),
            )
        })
    }

    fn object(&self, name: &str) -> Option<&'b Map<String, Value>> {
        self.0.get(name).and_then(Value::as_object)
    }

    fn time(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.parse()?)),
            Some(_) => Err(invalid_schedule()),
        }
    }
}

fn access(body: &Body<'_>) -> Result<GroupAccess, Refusal> {
    match GroupAccess::from(body.needed("accessId")?) {
        GroupAccess::Unknown(text) => {
            Err(Refusal::bad_request(format!("Requested value '{text}' was not found.")))
        }
        known => Ok(known),
    }
}

/// One of two scopes must be given.
fn scope(body: &Body<'_>) -> Result<DirectoryScope, Refusal> {
    match (body.text("directoryScopeId"), body.text("appScopeId")) {
        (Some(directory), None) => Ok(DirectoryScope::from(directory)),
        (None, Some(app)) => Ok(DirectoryScope::Provider(app.into())),
        _ => Err(Refusal::new(StatusCode::BAD_REQUEST, "InvalidScope", "The scope is invalid.")),
    }
}

/// `duration` and `endDateTime` exclude each other, and each has its type.
fn expiry(expiration: &Body<'_>) -> Result<Option<Expiry>, Refusal> {
    let (end, length) = (expiration.time("endDateTime")?, expiration.text("duration"));
    match (expiration.text("type").unwrap_or("notSpecified").to_ascii_lowercase().as_str(), end, length) {
        ("notspecified", None, None) => Ok(None),
        ("noexpiration", None, None) => Ok(Some(Expiry::Never)),
        ("afterdatetime", Some(end), None) => Ok(Some(Expiry::At(end))),
        ("afterduration", None, Some(length)) => Ok(Some(Expiry::After(length.parse()?))),
        _ => Err(invalid_schedule()),
    }
}

fn invalid_schedule() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "InvalidRoleAssignmentRequestSchedule",
        "The role assignment request schedule is invalid.",
    )
}
