//! The audit log: short entries, made with each event, shown as records when they are read.

use std::sync::Arc;

use pim_core::{
    audit::{AuditCategory, AuditRecord, AuditResult, AuditService, AuditTarget, TargetKind},
    id::{AuditId, CorrelationId, PrincipalId, ReviewId},
    principal::PrincipalKind,
    privilege::{Privilege, Surface},
    request::{Action, Ticket},
    sensitive::Sensitive,
    time::Timestamp,
};

use super::{
    event::{Guid, Rank},
    requests::Record,
    state::State,
};
use crate::seed::guid_of;

/// The log. What the seed tells of the past stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuditLog {
    past: Arc<Vec<AuditRecord>>,
    /// How many entries were dropped, all older than those kept.
    forgotten: usize,
    entries: Vec<Entry>,
}

/// One entry: all that cannot be looked up later, since requests are forgotten and grants end.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) at: Timestamp,
    pub(crate) service: AuditService,
    pub(crate) activity: &'static str,
    /// `None` for the service itself.
    pub(crate) by: Option<u32>,
    pub(crate) principal: Option<u32>,
    pub(crate) privilege: Option<u32>,
    pub(crate) request: Option<Guid>,
    /// On success the justification, on failure the code.
    pub(crate) reason: Option<Arc<str>>,
    pub(crate) failed: bool,
    pub(crate) more: Option<Box<More>>,
}

/// What only requests and reviews have.
#[derive(Clone, Debug, Default)]
pub(crate) struct More {
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
    pub(crate) mfa: bool,
    pub(crate) needs_approval: bool,
    pub(crate) ticket: Option<Ticket>,
    /// Set for entries about a review, which have nothing of the above.
    pub(crate) review: Option<ReviewId>,
}

impl Entry {
    pub(crate) const fn new(at: Timestamp, activity: &'static str) -> Self {
        Self {
            at,
            service: AuditService::Pim,
            activity,
            by: None,
            principal: None,
            privilege: None,
            request: None,
            reason: None,
            failed: false,
            more: None,
        }
    }

    /// An entry about a request.
    pub(crate) fn of(at: Timestamp, activity: &'static str, record: &Record) -> Self {
        Self {
            by: Some(record.requestor),
            principal: Some(record.principal),
            privilege: Some(record.privilege),
            request: Some(record.guid),
            reason: record.justification.clone(),
            more: Some(Box::new(More {
                start: record.start,
                end: record.start.zip(record.expiry).and_then(|(start, expiry)| expiry.end(start)),
                mfa: record.mfa,
                needs_approval: record.approval().is_some(),
                ticket: record.ticket().cloned(),
                review: None,
            })),
            ..Self::new(at, activity)
        }
    }
}

impl AuditLog {
    pub(crate) fn new(mut past: Vec<AuditRecord>) -> Self {
        past.sort_by_key(|record| record.at);
        Self { past: Arc::new(past), forgotten: 0, entries: Vec::new() }
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub(crate) fn len(&self) -> usize {
        self.past.len() + self.forgotten + self.entries.len()
    }

    /// Drops the entries, but not their positions.
    pub(crate) fn forget(&mut self) {
        self.forgotten += std::mem::take(&mut self.entries).len();
    }

    /// The record at a position, counted from the oldest.
    pub(crate) fn record(&self, at: usize, state: &State) -> Option<AuditRecord> {
        match self.past.get(at) {
            Some(record) => Some(record.clone()),
            None => {
                let kept = at.checked_sub(self.past.len() + self.forgotten)?;
                self.entries.get(kept).map(|entry| render(entry, at, state))
            }
        }
    }
}

fn render(entry: &Entry, at: usize, state: &State) -> AuditRecord {
    let privilege = entry.privilege.map(|number| state.privileges.value(number));
    let mut record = AuditRecord::new(
        audit_id(entry, at, state),
        entry.at,
        entry.service.clone(),
        category(entry, privilege),
        entry.activity,
    );
    record.result = if entry.failed { AuditResult::Failure } else { AuditResult::Success };
    record.reason = entry.reason.as_deref().map(Into::into);
    record.actor = entry.by.map(|number| state.principals.value(number).clone());
    record.correlation = entry.request.map(|guid| CorrelationId::from_guid(guid.0));
    record.targets = targets(entry, privilege, state);
    record.details = details(entry);
    record
}

fn audit_id(entry: &Entry, at: usize, state: &State) -> AuditId {
    let guid = AuditId::from_guid(guid_of(&format!("audit {at}")));
    format!("PIM_{guid}_{}_{}", state.tenant, entry.at.ticks()).parse().unwrap_or(guid)
}

fn category(entry: &Entry, privilege: Option<&Privilege>) -> AuditCategory {
    if entry.service == AuditService::AccessReviews {
        return match entry.activity {
            "Apply review" | "Auto apply review" | "Auto review" => AuditCategory::UserManagement,
            _ => AuditCategory::Policy,
        };
    }
    match privilege.map(Privilege::surface) {
        Some(Surface::Groups) => AuditCategory::GroupManagement,
        Some(Surface::AzureRoles) => AuditCategory::ResourceManagement,
        _ => AuditCategory::RoleManagement,
    }
}

fn targets(entry: &Entry, privilege: Option<&Privilege>, state: &State) -> Vec<AuditTarget> {
    let target = |kind, id: String, name| AuditTarget { kind, id: id.into(), name };
    let mut targets = Vec::new();
    if let Some(privilege) = privilege {
        targets.push(match privilege {
            Privilege::Group { access, .. } => target(TargetKind::Role, access.to_string(), None),
            _ => {
                let name = state.directory.role_of(privilege).map(|role| role.name.as_str().into());
                target(
                    TargetKind::Role,
                    privilege.role_id().map(ToString::to_string).unwrap_or_default(),
                    name,
                )
            }
        });
    }
    if let Some(guid) = entry.request {
        targets.push(target(TargetKind::Request, guid.request().to_string(), None));
    }
    if let Some(principal) = entry.principal {
        targets.push(grantee(state.principals.value(principal), state));
    }
    if let Some(review) = entry.more.as_ref().and_then(|more| more.review.as_ref()) {
        targets.push(target(TargetKind::Other, review.to_string(), None));
    }
    match privilege {
        Some(Privilege::Group { group, .. }) => {
            let name = state.directory.group(group).map(|group| group.name.as_str().into());
            targets.push(target(TargetKind::Group, group.to_string(), name));
        }
        Some(Privilege::AzureRole { scope, .. }) => {
            targets.push(target(TargetKind::Other, scope.to_string(), None))
        }
        _ => targets.push(target(TargetKind::Directory, state.tenant.to_string(), None)),
    }
    targets
}

fn grantee(id: &PrincipalId, state: &State) -> AuditTarget {
    let known = state.directory.principal(id);
    let kind = match known.map(|known| &known.kind) {
        Some(PrincipalKind::Group) => TargetKind::Group,
        Some(PrincipalKind::ServicePrincipal) => TargetKind::ServicePrincipal,
        _ => TargetKind::User,
    };
    AuditTarget { kind, id: id.to_string().into(), name: known.and_then(|known| known.name.clone()) }
}

fn details(entry: &Entry) -> Vec<(Box<str>, Sensitive<String>)> {
    let mut details: Vec<(Box<str>, Sensitive<String>)> = Vec::new();
    let mut add = |key: &str, value: String| details.push((key.into(), value.into()));
    if let Some(guid) = entry.request {
        add("RequestId", guid.request().to_string());
    }
    let more = entry.more.as_ref().filter(|more| more.review.is_none());
    let Some(more) = more else { return details };
    if let Some(start) = more.start {
        add("StartTime", start.to_string());
    }
    if let Some(end) = more.end {
        add("ExpirationTime", end.to_string());
    }
    if let Some(reason) = entry.reason.as_ref().filter(|_| !entry.failed) {
        add("Justification", reason.to_string());
    }
    if let Some(number) = more.ticket.as_ref().and_then(|ticket| ticket.number.as_ref()) {
        add("TicketNumber", number.expose().clone());
    }
    if let Some(system) = more.ticket.as_ref().and_then(|ticket| ticket.system.as_ref()) {
        add("TicketSystem", system.expose().clone());
    }
    add("IsAuthenticatedWithMfa", if more.mfa { "True" } else { "False" }.to_owned());
    add("IsActivationRequireApproval", more.needs_approval.to_string());
    details
}

/// A step of a request that leaves a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Requested,
    ApprovalRequested,
    Approved,
    Denied,
    Completed,
    Canceled,
    Expired,
}

/// What the service calls a step; `None` where it writes nothing.
///
/// Source: [audit activity reference](https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities).
pub(crate) fn activity(action: &Action, rank: Rank, step: Step, permanent: bool) -> Option<&'static str> {
    use Step::{ApprovalRequested, Approved, Canceled, Completed, Denied, Expired, Requested};
    let eligible = rank == Rank::Eligibility;
    Some(match (action, step) {
        (Action::SelfActivate, Requested) => "Add member to role requested (PIM activation)",
        (Action::SelfActivate, ApprovalRequested) => "Add member to role approval requested (PIM activation)",
        (Action::SelfActivate, Approved) => "Add member to role request approved (PIM activation)",
        (Action::SelfActivate, Denied) => "Add member to role request denied (PIM activation)",
        (Action::SelfActivate, Completed) => "Add member to role completed (PIM activation)",
        (Action::SelfActivate, Canceled) => "Add member to role canceled (PIM activation)",
        (Action::SelfActivate, Expired) => "PIM activation request expired",
        (Action::SelfDeactivate, Requested) => "Remove member from role requested (PIM deactivate)",
        (Action::SelfDeactivate, Completed) => "Remove member from role completed (PIM deactivate)",
        (Action::AdminRemove, Requested) => match (eligible, permanent) {
            (true, true) => "Remove eligible member from role in PIM requested (permanent)",
            (true, false) => "Remove eligible member from role in PIM requested (timebound)",
            (false, true) => "Remove member from role in PIM requested (permanent)",
            (false, false) => "Remove member from role in PIM requested (timebound)",
        },
        (Action::AdminRemove, Completed) => removed(eligible, permanent),
        (Action::AdminAssign, Requested) => match (eligible, permanent) {
            (true, true) => "Add eligible member to role in PIM requested (permanent)",
            (true, false) => "Add eligible member to role in PIM requested (timebound)",
            (false, true) => "Add member to role in PIM requested (permanent)",
            (false, false) => "Add member to role in PIM requested (timebound)",
        },
        (Action::AdminAssign, Completed) => match (eligible, permanent) {
            (true, true) => "Add eligible member to role in PIM completed (permanent)",
            (true, false) => "Add eligible member to role in PIM completed (timebound)",
            (false, true) => "Add member to role in PIM completed (permanent)",
            (false, false) => "Add member to role in PIM completed (timebound)",
        },
        (Action::AdminAssign, Canceled) => match (eligible, permanent) {
            (true, true) => "Add eligible member to role in PIM canceled (permanent)",
            (true, false) => "Add eligible member to role in PIM canceled (timebound)",
            (false, true) => "Add member to role in PIM canceled (permanent)",
            (false, false) => "Add member to role in PIM canceled (timebound)",
        },
        (Action::AdminRenew | Action::SelfRenew, Requested) if eligible => {
            "Add eligible member to role in PIM requested (renew)"
        }
        (Action::AdminRenew | Action::SelfRenew, Requested) => "Add member to role in PIM requested (renew)",
        (Action::AdminRenew | Action::SelfRenew, Canceled) if eligible => {
            "Add eligible member to role in PIM canceled (renew)"
        }
        (Action::AdminRenew | Action::SelfRenew, Canceled) => "Add member to role in PIM canceled (renew)",
        (Action::AdminExtend | Action::SelfExtend, Requested) if eligible => {
            "Update eligible member in PIM requested (extend)"
        }
        (Action::AdminExtend | Action::SelfExtend, Requested) => "Update member in PIM requested (extend)",
        (Action::AdminExtend | Action::SelfExtend, Canceled) if eligible => {
            "Update eligible member in PIM canceled (extend)"
        }
        (Action::AdminExtend | Action::SelfExtend, Canceled) => "Update member in PIM canceled (extend)",
        (Action::SelfExtend | Action::SelfRenew, Approved) => {
            "Update member in PIM approved by admin (extend/renew)"
        }
        (Action::SelfExtend | Action::SelfRenew, Denied) => {
            "Update member in PIM denied by admin (extend/renew)"
        }
        (Action::AdminUpdate, Completed) => "Process role update request",
        _ => return None,
    })
}

/// What the service calls the end of an assignment or eligibility, taken away or run out.
pub(crate) const fn removed(eligible: bool, permanent: bool) -> &'static str {
    match (eligible, permanent) {
        (true, true) => "Remove eligible member from role in PIM completed (permanent)",
        (true, false) => "Remove eligible member from role in PIM completed (timebound)",
        (false, true) => "Remove member from role in PIM completed (permanent)",
        (false, false) => "Remove member from role in PIM completed (timebound)",
    }
}
