//! Requests about roles and groups.

use pim_core::{
    error::{Error, ErrorKind, Result},
    privilege::{DirectoryScope, Privilege},
    request::{Action, NewRequest, Request, RequestStatus, Ticket},
    schedule::Level,
    time::{Expiry, Timestamp},
};
use serde::Serialize;

use super::{
    field::{id, malformed, maybe_id, parse, period, secret, time},
    grant::group_privilege,
    role, word,
};
use crate::{
    endpoints::schedules::{Area, Family, Grant, Record},
    wire::{self, Member},
};

/// The body of a new request: one of the four types that Graph has for them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(clippy::exhaustive_enums)] // complete: two surfaces by two families
pub enum NewBody {
    /// About a role held.
    RoleAssignment(Box<wire::RoleAssignmentRequest>),
    /// About a role that may be activated.
    RoleEligibility(Box<wire::RoleEligibilityRequest>),
    /// About a group's access held.
    GroupAssignment(Box<wire::GroupAssignmentRequest>),
    /// About a group's access that may be activated.
    GroupEligibility(Box<wire::GroupEligibilityRequest>),
}

/// Where a new request goes, and its body.
///
/// # Errors
/// `Unsupported` for Azure roles, conditions and levels that Graph does not have.
pub fn new(ask: &NewRequest) -> Result<(Family, NewBody)> {
    if ask.condition.is_some() {
        return Err(Error::new(ErrorKind::Unsupported, "only Azure roles take conditions: leave it out"));
    }
    let area = Area::try_from(&ask.privilege.surface())?;
    let grant = Grant::try_from(&ask.level)?;
    macro_rules! body {
        ($type:ident) => {
            wire::$type {
                action: word::lower(ask.action.as_str()).into(),
                principal_id: ask.principal.to_string().into(),
                justification: ask.justification.as_ref().map(|why| why.expose().as_str().into()).into(),
                schedule_info: schedule(ask).into(),
                ticket_info: ask.ticket.as_ref().filter(|t| !t.is_empty()).map(ticket).into(),
                is_validation_only: ask.dry_run.then_some(true).into(),
                ..wire::$type::default()
            }
        };
    }
    macro_rules! role {
        ($type:ident, $role:ident, $scope:ident) => {{
            let mut body = body!($type);
            body.role_definition_id = $role.to_string().into();
            match $scope {
                DirectoryScope::Provider(text) => body.app_scope_id = (**text).into(),
                scope => body.directory_scope_id = scope.to_string().into(),
            }
            Box::new(body)
        }};
    }
    macro_rules! group {
        ($type:ident, $group:ident, $access:ident) => {{
            let mut body = body!($type);
            body.group_id = $group.to_string().into();
            body.access_id = $access.as_str().into();
            Box::new(body)
        }};
    }
    let body = match (&ask.privilege, grant) {
        (Privilege::DirectoryRole { role, scope }, Grant::Assignment) => {
            NewBody::RoleAssignment(role!(RoleAssignmentRequest, role, scope))
        }
        (Privilege::DirectoryRole { role, scope }, Grant::Eligibility) => {
            NewBody::RoleEligibility(role!(RoleEligibilityRequest, role, scope))
        }
        (Privilege::Group { group, access }, Grant::Assignment) => {
            NewBody::GroupAssignment(group!(GroupAssignmentRequest, group, access))
        }
        (Privilege::Group { group, access }, Grant::Eligibility) => {
            NewBody::GroupEligibility(group!(GroupEligibilityRequest, group, access))
        }
        _ => {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "Microsoft Graph manages Entra roles and groups only",
            )
            .with_context("privilege", &ask.privilege));
        }
    };
    Ok((Family { area, grant, record: Record::Request }, body))
}

macro_rules! readers {
    ($($(#[$meta:meta])* $name:ident: $type:ident, $level:ident, |$read:ident| $privilege:expr;)+) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        /// `Malformed` where id, action, holder or privilege are missing or cannot be read.
        pub fn $name($read: &wire::$type) -> Result<Request> {
            let mut asked = NewRequest::new(
                Action::from($read.action.text().ok_or_else(|| malformed("action"))?),
                Level::$level,
                id(&$read.principal_id, "principalId")?,
                $privilege,
            );
            if let Some(info) = $read.schedule_info.get() {
                (asked.start, asked.expiry) = when(info)?;
            }
            asked.justification = secret(&$read.justification);
            asked.ticket = $read.ticket_info.get().map(|t| read_ticket(t)).filter(|t| !t.is_empty());
            asked.dry_run = $read.is_validation_only.is_true();
            let mut request =
                Request::new(id(&$read.id, "id")?, RequestStatus::from($read.status.text().unwrap_or_default()), asked);
            request.requestor = $read.created_by.get().map_or(Ok(None), |by| who(by))?;
            request.created = time(&$read.created_date_time, "createdDateTime")?;
            request.completed = time(&$read.completed_date_time, "completedDateTime")?;
            request.approval = maybe_id(&$read.approval_id, "approvalId")?;
            request.schedule = maybe_id(&$read.target_schedule_id, "targetScheduleId")?;
            Ok(request)
        }
    )+};
}

readers! {
    /// A request about a role held.
    role_assignment: RoleAssignmentRequest, Assignment, |read| role::privilege(
        read.role_definition_id.text(), read.directory_scope_id.text(), read.app_scope_id.text())?;
    /// A request about a role that may be activated.
    role_eligibility: RoleEligibilityRequest, Eligibility, |read| role::privilege(
        read.role_definition_id.text(), read.directory_scope_id.text(), read.app_scope_id.text())?;
    /// A request about a group's access held.
    group_assignment: GroupAssignmentRequest, Assignment, |read|
        group_privilege(read.group_id.text(), read.access_id.text())?;
    /// A request about a group's access that may be activated.
    group_eligibility: GroupEligibilityRequest, Eligibility, |read|
        group_privilege(read.group_id.text(), read.access_id.text())?;
}

fn schedule(ask: &NewRequest) -> Option<Box<wire::RequestSchedule>> {
    if ask.start.is_none() && ask.expiry.is_none() {
        return None;
    }
    let (kind, end, length) = match ask.expiry {
        None => ("notSpecified", None, None),
        Some(Expiry::Never) => ("noExpiration", None, None),
        Some(Expiry::At(end)) => ("afterDateTime", Some(end.to_string()), None),
        Some(Expiry::After(length)) => ("afterDuration", None, Some(length.to_string())),
    };
    let text = |text: Option<String>| Member::from(text.map(wire::Text::from));
    Some(Box::new(wire::RequestSchedule {
        start_date_time: text(ask.start.map(|start| start.to_string())),
        expiration: Member::Value(Box::new(wire::ExpirationPattern {
            r#type: kind.into(),
            end_date_time: text(end),
            duration: text(length),
            ..wire::ExpirationPattern::default()
        })),
        ..wire::RequestSchedule::default()
    }))
}

/// Start and end as the service echoes them.
fn when(info: &wire::RequestSchedule) -> Result<(Option<Timestamp>, Option<Expiry>)> {
    let start = time(&info.start_date_time, "scheduleInfo.startDateTime")?;
    let Some(end) = info.expiration.get() else { return Ok((start, None)) };
    let kind = end.r#type.text().unwrap_or_default().to_ascii_lowercase();
    let expiry = match &*kind {
        "noexpiration" => Some(Expiry::Never),
        "" | "notspecified" => None,
        // An unknown type still tells what it tells.
        _ => match (
            time(&end.end_date_time, "scheduleInfo.expiration.endDateTime")?,
            period(&end.duration, "scheduleInfo.expiration.duration")?,
        ) {
            (Some(end), _) => Some(Expiry::At(end)),
            (None, Some(length)) => Some(Expiry::After(length)),
            (None, None) if kind == "afterdatetime" && end.end_date_time.text().is_some() => {
                Some(Expiry::Never)
            }
            (None, None) => None,
        },
    };
    Ok((start, expiry))
}

fn ticket(ticket: &Ticket) -> Box<wire::TicketInfo> {
    let text = |text: &Option<pim_core::sensitive::Sensitive<String>>| {
        Member::from(text.as_ref().map(|text| wire::Text::from(text.expose().as_str())))
    };
    Box::new(wire::TicketInfo {
        ticket_number: text(&ticket.number),
        ticket_system: text(&ticket.system),
        ..wire::TicketInfo::default()
    })
}

fn read_ticket(read: &wire::TicketInfo) -> Ticket {
    Ticket { number: secret(&read.ticket_number), system: secret(&read.ticket_system) }
}

/// Who did it: the person, else the application. A device is nobody who holds privileges.
pub(super) fn who<T: std::str::FromStr>(by: &wire::IdentitySet) -> Result<Option<T>> {
    let id = [&by.user, &by.application].into_iter().find_map(|m| m.get()?.id.text());
    id.map(|id| parse(id, "createdBy")).transpose()
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
