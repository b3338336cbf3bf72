//! Small tenants, callers and requests.

use pim_core::{
    approval::{Decision, NewDecision},
    id::{RoleId, StageId, UnitId},
    policy::{ApprovalSetting, Approver, Rule, RuleKind, Setting},
    privilege::{DirectoryScope, Privilege, RoleDefinition, RoleOrigin, Surface},
    request::{Action, NewRequest, Request},
    schedule::Level,
    time::{Expiry, Period, Timestamp},
};
use pim_embedded::{
    engine::{Caller, Command},
    seed::{SeedBuilder, guid_of, id_of},
};

pub(crate) const BEGIN: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

pub(crate) fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

pub(crate) fn role(name: &str) -> Privilege {
    Privilege::role(RoleId::from_guid(guid_of(name)))
}

/// A role at the administrative unit of a name.
pub(crate) fn role_at(name: &str, unit: &str) -> Privilege {
    let unit = UnitId::from_guid(guid_of(unit));
    Privilege::DirectoryRole {
        role: RoleId::from_guid(guid_of(name)),
        scope: DirectoryScope::AdministrativeUnit(unit),
    }
}

pub(crate) fn azure(name: &str, scope: &str) -> Privilege {
    Privilege::AzureRole { role: RoleId::from_guid(guid_of(name)), scope: scope.parse().unwrap() }
}

/// Adds custom roles of a surface, by name.
pub(crate) fn with_roles(seed: SeedBuilder, surface: &Surface, names: &[&str]) -> SeedBuilder {
    seed.edit(|records| {
        records.roles.extend(names.iter().map(|name| {
            let id = RoleId::from_guid(guid_of(name));
            RoleDefinition::new(id, surface.clone(), (*name).to_owned(), RoleOrigin::Custom)
        }));
    })
}

pub(crate) fn mfa(name: &str) -> Caller {
    Caller::with_mfa(id_of(name))
}

/// A justified request for someone's assignment.
pub(crate) fn ask(action: Action, name: &str, privilege: &Privilege) -> NewRequest {
    NewRequest {
        justification: Some("needed".into()),
        ..NewRequest::new(action, Level::Assignment, id_of(name), privilege.clone())
    }
}

pub(crate) fn ask_for(action: Action, name: &str, privilege: &Privilege, length: Period) -> NewRequest {
    NewRequest { expiry: Some(Expiry::After(length)), ..ask(action, name, privilege) }
}

pub(crate) fn eligible(ask: NewRequest) -> NewRequest {
    NewRequest { level: Level::Eligibility, ..ask }
}

pub(crate) fn starting(ask: NewRequest, start: Timestamp) -> NewRequest {
    NewRequest { start: Some(start), ..ask }
}

/// An approver's answer to a request.
pub(crate) fn decide(request: &Request, decision: Decision) -> Option<Command> {
    let key = request.approval_key()?;
    let stage = StageId::from_guid(key.id.guid()?);
    let justification = Some("checked".into());
    Some(Command::Decide(key, stage, NewDecision { decision, justification }))
}

pub(crate) fn approved_by(names: &[&str]) -> Rule {
    let setting = ApprovalSetting::by(names.iter().map(|name| Approver::user(id_of(name))));
    Rule { kind: RuleKind::ApprovalEndUserAssignment, setting: Setting::Approval(setting) }
}

pub(crate) fn unapproved() -> Rule {
    Rule { kind: RuleKind::ApprovalEndUserAssignment, setting: Setting::Approval(ApprovalSetting::none()) }
}

pub(crate) fn at_most(max: Period) -> Rule {
    let setting = Setting::Expiration { required: true, max: Some(max) };
    Rule { kind: RuleKind::ExpirationEndUserAssignment, setting }
}
