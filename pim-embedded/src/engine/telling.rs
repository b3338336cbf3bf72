//! What the service tells of each fact: audit records and mail.

use std::sync::Arc;

use pim_core::{
    approval::{Approval, Decided, Decision, StageStatus},
    audit::AuditService,
    id::PrincipalId,
    policy::{Approver, RuleKind},
    privilege::Privilege,
    request::{Action, RequestStatus},
    time::Timestamp,
};

use super::{
    audit::{Entry, Step, activity, removed},
    event::{EndCause, Event, Fact, GrantOrigin, Guid, Rank},
    grants::Grant,
    outbox::{self, Asks, Audience, MailKind},
    requests::Record,
    state::State,
};

/// What must be told from the state before the fact: ended grants are gone afterwards.
pub(crate) fn before(state: &mut State, event: &Event) {
    match &event.fact {
        Fact::GrantEnded { id, cause, by } => grant_ended(state, *id, *cause, by.as_ref(), event.at),
        Fact::GrantEndsSoon { id } => mail_grant(state, *id, MailKind::EndsSoon, event.at),
        _ => {}
    }
}

/// What is told from the state after the fact.
pub(crate) fn after(state: &mut State, event: &Event) {
    let at = event.at;
    match &event.fact {
        Fact::RequestMade(made) => request_made(state, made.id, at),
        Fact::RequestMoved { id, to, by, .. } => request_moved(state, *id, to, by.as_ref(), at),
        Fact::Decided { id, by, decision, justification } => {
            let step = if *decision == Decision::Approve { Step::Approved } else { Step::Denied };
            let by = Some(state.principals.number(by));
            note(state, *id, step, at, |entry| {
                entry.by = by;
                entry.reason.clone_from(justification);
            });
            let kind = if *decision == Decision::Approve { MailKind::Approved } else { MailKind::Denied };
            mail_requestor(state, *id, kind, at);
        }
        Fact::GrantMade(made) if made.started => grant_started(state, made.id, at),
        Fact::GrantStarted { id } => grant_started(state, *id, at),
        Fact::RemovalRefused { principal, privilege, by, code } => {
            let principal = state.principals.number(principal);
            refused(state, "Process role removal request", principal, privilege, by, code, at);
        }
        Fact::ActivationRefused { privilege, by, code } => {
            let principal = state.principals.number(by);
            refused(
                state,
                "Add member to role requested (PIM activation)",
                principal,
                privilege,
                by,
                code,
                at,
            );
        }
        Fact::GroupOnboarded { group, by } => {
            let privilege = state.privileges.number(&Privilege::member(group.clone()));
            let by = Some(state.principals.number(by));
            state.audit.push(Entry {
                by,
                privilege: Some(privilege),
                ..Entry::new(at, "Onboarded resource to PIM")
            });
        }
        Fact::RoleDefined { role, by } => {
            role_changed(state, "Update role definition", &role.id, by, at);
        }
        Fact::RoleRemoved { id, by } => role_changed(state, "Delete role definition", id, by, at),
        Fact::PolicyChanged { subject, rules, by } => {
            let names: Vec<&str> = rules.iter().map(|rule| rule.kind.as_str()).collect();
            let (by, privilege) = (state.principals.number(by), state.privileges.number(subject));
            state.audit.push(Entry {
                by: Some(by),
                privilege: Some(privilege),
                reason: Some(format!("Rules set: {}", names.join(", ")).into()),
                ..Entry::new(at, "Update role setting in PIM")
            });
        }
        _ => {}
    }
}

/// Custom roles are the directory's, not PIM's.
fn role_changed(
    state: &mut State,
    activity: &'static str,
    role: &pim_core::id::RoleId,
    by: &PrincipalId,
    at: Timestamp,
) {
    let privilege = state.privileges.number(&Privilege::role(role.clone()));
    let by = Some(state.principals.number(by));
    let service = AuditService::CoreDirectory;
    state.audit.push(Entry { by, service, privilege: Some(privilege), ..Entry::new(at, activity) });
}

/// Puts a decision into the open stage of an approval. Whether it may be taken was judged before.
pub(crate) fn note_decision(
    approval: &mut Approval,
    by: &PrincipalId,
    decision: &Decision,
    justification: Option<&Arc<str>>,
    at: Timestamp,
) {
    if let Some(stage) = approval.stages.iter_mut().find(|stage| stage.status == StageStatus::InProgress) {
        let mut decided = Decided::new(decision.clone());
        decided.by = Some(by.clone());
        decided.at = Some(at);
        decided.justification = justification.map(|text| (**text).into());
        stage.status = StageStatus::Completed;
        stage.decided = Some(decided);
    }
}

fn note(state: &mut State, id: Guid, step: Step, at: Timestamp, change: impl FnOnce(&mut Entry)) {
    let Some(record) = state.requests.get(id) else { return };
    let permanent = is_permanent(state, record);
    if let Some(name) = activity(&record.action, record.rank, step, permanent) {
        let mut entry = Entry::of(at, name, record);
        change(&mut entry);
        state.audit.push(entry);
    }
}

/// Whether the grant that a request makes, or takes away, has no end.
fn is_permanent(state: &State, record: &Record) -> bool {
    if record.action.is_removal() {
        let grant = state.grants.find(record.principal, record.privilege, record.rank);
        return grant.is_none_or(|(_, grant)| !grant.has_end());
    }
    !matches!(record.expiry, Some(pim_core::time::Expiry::At(_) | pim_core::time::Expiry::After(_)))
}

fn request_made(state: &mut State, id: Guid, at: Timestamp) {
    note(state, id, Step::Requested, at, |_| {});
    let Some(record) = state.requests.get(id) else { return };
    match record.status {
        RequestStatus::PendingApproval | RequestStatus::PendingApprovalProvisioning => {
            let approvers = record.approval().map(|(_, approvers)| approvers.clone()).unwrap_or_default();
            note(state, id, Step::ApprovalRequested, at, |_| {});
            mail_approvers(state, id, approvers, at);
        }
        RequestStatus::PendingAdminDecision => mail_approvers(state, id, Vec::new(), at),
        RequestStatus::Provisioned => completed(state, id, at),
        RequestStatus::Revoked => note(state, id, Step::Completed, at, |_| {}),
        _ => {}
    }
}

fn completed(state: &mut State, id: Guid, at: Timestamp) {
    note(state, id, Step::Completed, at, |_| {});
    let Some(record) = state.requests.get(id) else { return };
    let kind = if record.action == Action::SelfActivate { MailKind::Activated } else { MailKind::Granted };
    let (admins, holder) = match (&record.action, record.rank) {
        (Action::SelfActivate, _) => {
            (RuleKind::NotificationAdminEndUserAssignment, RuleKind::NotificationRequestorEndUserAssignment)
        }
        (_, Rank::Eligibility) => {
            (RuleKind::NotificationAdminAdminEligibility, RuleKind::NotificationRequestorAdminEligibility)
        }
        (_, Rank::Assignment) => {
            (RuleKind::NotificationAdminAdminAssignment, RuleKind::NotificationRequestorAdminAssignment)
        }
    };
    let principal = state.principals.value(record.principal).clone();
    send(state, id, &admins, Audience::Administrators, Asks::ForNothing, kind, at);
    send(state, id, &holder, Audience::Principal(principal), Asks::ForNothing, kind, at);
}

fn request_moved(state: &mut State, id: Guid, to: &RequestStatus, by: Option<&PrincipalId>, at: Timestamp) {
    let by = by.map(|by| state.principals.number(by));
    match to {
        RequestStatus::Provisioned => {
            let activation =
                state.requests.get(id).is_some_and(|record| record.action == Action::SelfActivate);
            if by.is_some() && !activation {
                // An administrator agreed to extend or renew; activations have a record of their own for that.
                note(state, id, Step::Approved, at, |entry| entry.by = by);
                mail_requestor(state, id, MailKind::Approved, at);
            }
            completed(state, id, at);
        }
        RequestStatus::Canceled => note(state, id, Step::Canceled, at, |entry| entry.by = by),
        RequestStatus::TimedOut => {
            note(state, id, Step::Expired, at, |entry| entry.by = by);
            mail_requestor(state, id, MailKind::TimedOut, at);
        }
        RequestStatus::AdminDenied => {
            note(state, id, Step::Denied, at, |entry| entry.by = by);
            mail_requestor(state, id, MailKind::Denied, at);
        }
        _ => {}
    }
}

/// The directory's own record of a change that PIM makes.
fn directory_entry(state: &State, grant: &Grant, at: Timestamp, added: bool) -> Entry {
    let grouped = matches!(state.privileges.value(grant.privilege), Privilege::Group { .. });
    let name = match (grouped, added) {
        (true, true) => "Add member to group",
        (true, false) => "Remove member from group",
        (false, true) => "Add member to role",
        (false, false) => "Remove member from role",
    };
    Entry {
        service: AuditService::CoreDirectory,
        principal: Some(grant.principal),
        privilege: Some(grant.privilege),
        request: Some(grant.guid),
        ..Entry::new(at, name)
    }
}

fn grant_started(state: &mut State, id: Guid, at: Timestamp) {
    let Some((_, grant)) = state.grants.by_guid(id) else { return };
    if grant.rank == Rank::Eligibility {
        return;
    }
    let entry = directory_entry(state, grant, at, true);
    let outside = (grant.origin == GrantOrigin::OutsidePim).then(|| Entry {
        service: AuditService::Pim,
        ..Entry { activity: "Add member to role outside of PIM (permanent)", ..entry.clone() }
    });
    state.audit.push(entry);
    if let Some(entry) = outside {
        state.audit.push(entry);
    }
}

fn grant_ended(state: &mut State, id: Guid, cause: EndCause, by: Option<&PrincipalId>, at: Timestamp) {
    let Some((_, grant)) = state.grants.by_guid(id) else { return };
    let eligible = grant.rank == Rank::Eligibility;
    let directory = (grant.started && !eligible).then(|| directory_entry(state, grant, at, false));
    let activity = match cause {
        EndCause::Expired if grant.origin == GrantOrigin::Activated => {
            Some("Remove member from role (PIM activation expired)")
        }
        EndCause::Expired
        | EndCause::ReviewDenied
        | EndCause::EligibilityRemoved
        | EndCause::LicenceLapsed => Some(removed(eligible, !grant.has_end())),
        // The request that asked for it has its own records.
        _ => None,
    };
    let (principal, privilege) = (grant.principal, grant.privilege);
    let by = by.map(|by| state.principals.number(by));
    if let Some(mut entry) = directory {
        entry.by = if cause == EndCause::OutsidePim { by } else { None };
        state.audit.push(entry);
    }
    if let Some(activity) = activity {
        state.audit.push(Entry {
            by,
            principal: Some(principal),
            privilege: Some(privilege),
            request: Some(id),
            ..Entry::new(at, activity)
        });
    }
    if cause == EndCause::Expired {
        mail_grant(state, id, MailKind::Ended, at);
    }
}

fn refused(
    state: &mut State,
    activity: &'static str,
    principal: u32,
    privilege: &Privilege,
    by: &PrincipalId,
    code: &str,
    at: Timestamp,
) {
    let (by, privilege) = (state.principals.number(by), state.privileges.number(privilege));
    state.audit.push(Entry {
        by: Some(by),
        principal: Some(principal),
        privilege: Some(privilege),
        reason: Some(code.into()),
        failed: true,
        ..Entry::new(at, activity)
    });
}

fn mail_approvers(state: &mut State, id: Guid, approvers: Vec<Approver>, at: Timestamp) {
    let Some(record) = state.requests.get(id) else { return };
    let rule = match (&record.action, record.rank) {
        (Action::SelfActivate, _) => RuleKind::NotificationApproverEndUserAssignment,
        (_, Rank::Eligibility) => RuleKind::NotificationApproverAdminEligibility,
        (_, Rank::Assignment) => RuleKind::NotificationApproverAdminAssignment,
    };
    let activation = record.action == Action::SelfActivate;
    let to = if activation { Audience::Approvers(approvers) } else { Audience::Administrators };
    send(state, id, &rule, to, Asks::ForAnAct, MailKind::DecisionNeeded, at);
}

fn mail_requestor(state: &mut State, id: Guid, kind: MailKind, at: Timestamp) {
    let Some(record) = state.requests.get(id) else { return };
    let to = Audience::Principal(state.principals.value(record.requestor).clone());
    send(state, id, &RuleKind::NotificationRequestorEndUserAssignment, to, Asks::ForNothing, kind, at);
}

fn send(
    state: &mut State,
    id: Guid,
    rule: &RuleKind,
    usual: Audience,
    asks: Asks,
    kind: MailKind,
    at: Timestamp,
) {
    let Some(record) = state.requests.get(id) else { return };
    let policy = state.policies.governing(state.privileges.value(record.privilege));
    let Some((to, addresses)) = outbox::addressed(policy, rule, usual, asks) else { return };
    let entry = outbox::Entry {
        at,
        kind,
        to,
        addresses,
        principal: Some(record.principal),
        privilege: Some(record.privilege),
        rank: Some(record.rank),
        request: Some(id),
        review: None,
    };
    state.outbox.push(entry);
}

/// Mail about a grant to its holder.
fn mail_grant(state: &mut State, id: Guid, kind: MailKind, at: Timestamp) {
    let Some((_, grant)) = state.grants.by_guid(id) else { return };
    let entry = outbox::Entry {
        at,
        kind,
        to: Audience::Principal(state.principals.value(grant.principal).clone()),
        addresses: Vec::new(),
        principal: Some(grant.principal),
        privilege: Some(grant.privilege),
        rank: Some(grant.rank),
        request: Some(id),
        review: None,
    };
    state.outbox.push(entry);
}
