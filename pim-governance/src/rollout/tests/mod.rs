mod eml;
mod hostile;
mod notify;
mod pages;
mod pilot;
mod property;
mod told;

use std::collections::BTreeSet;

use pim_core::{
    directory::{Group, Membership, User},
    id::{PrincipalId, RoleId},
    policy::{ApprovalSetting, Approver, Policy, Requirement, Rule, RuleChange, RuleKind, Setting},
    privilege::{GroupAccess, Privilege, RoleDefinition, RoleOrigin, Surface},
    request::{Action, NewRequest},
    schedule::{Assignment, Eligibility, Level},
    time::{Expiry, Period},
};

use super::*;
use crate::{
    plan::{Change, Fingerprint, Guarded, Plan, Remaining, Risk, Step},
    snapshot::{
        Snapshot,
        strategies::{NOW, group_id, kind, person, who},
    },
};

pub(super) const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";

pub(super) fn role(id: &str) -> Privilege {
    Privilege::role(id.parse().unwrap())
}

pub(super) fn helpdesk() -> Privilege {
    role(HELPDESK)
}

pub(super) fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        version: Plan::VERSION,
        taken_at: NOW,
        tenant: None,
        guarded: Guarded::default(),
        waves: ["settings", "pilot", "everyone"].map(str::to_owned).to_vec(),
        steps,
        refused: Vec::new(),
        unread: Vec::new(),
        notices: Vec::new(),
        administrators: Remaining::default(),
    }
}

pub(super) fn guarding(mut plan: Plan, break_glass: &[u8]) -> Plan {
    plan.guarded.break_glass = break_glass.iter().map(|n| who(*n)).collect();
    plan
}

pub(super) fn step(wave: usize, change: Change) -> Step {
    let id = Fingerprint::of(None, &change);
    Step {
        id,
        wave,
        after: Vec::new(),
        change,
        rests_on: Vec::new(),
        inverse: None,
        risk: Risk::Low,
        why: String::new(),
    }
}

pub(super) fn grant(action: Action, level: Level, n: u8, privilege: &Privilege) -> Step {
    let mut ask = NewRequest::new(action, level, who(n), privilege.clone());
    ask.expiry = (!ask.action.is_removal()).then_some(Expiry::Never);
    step(1, Change::Grant(Box::new(ask)))
}

/// From standing to eligible.
pub(super) fn converted(n: u8, privilege: &Privilege) -> Vec<Step> {
    vec![
        grant(Action::AdminAssign, Level::Eligibility, n, privilege),
        grant(Action::AdminRemove, Level::Assignment, n, privilege),
    ]
}

pub(super) fn settings(privilege: &Privilege, rules: Vec<Rule>) -> Step {
    let rules = rules.into_iter().map(|rule| RuleChange::new(rule.kind, None, rule.setting)).collect();
    step(0, Change::Policy { privilege: privilege.clone(), rules })
}

pub(super) fn longest(hours: u32) -> Rule {
    Rule {
        kind: RuleKind::ExpirationEndUserAssignment,
        setting: Setting::Expiration { required: true, max: Some(Period::hours(hours)) },
    }
}

pub(super) fn demanding(required: &[Requirement]) -> Rule {
    let required: BTreeSet<_> = required.iter().cloned().collect();
    Rule { kind: RuleKind::EnablementEndUserAssignment, setting: Setting::Enablement { required } }
}

pub(super) fn approved_by(approvers: Vec<Approver>) -> Rule {
    Rule {
        kind: RuleKind::ApprovalEndUserAssignment,
        setting: Setting::Approval(ApprovalSetting::by(approvers)),
    }
}

pub(super) fn policy(privilege: &Privilege, rules: Vec<Rule>) -> Policy {
    Policy::new(format!("policy of {privilege}").parse().unwrap(), privilege.clone(), rules)
}

pub(super) fn standing(n: u8, privilege: &Privilege) -> Assignment {
    Assignment::new(format!("a-{n}-{privilege}").parse().unwrap(), who(n), privilege.clone())
}

pub(super) fn eligible(n: u8, privilege: &Privilege) -> Eligibility {
    Eligibility::new(format!("e-{n}-{privilege}").parse().unwrap(), who(n), privilege.clone())
}

pub(super) fn member(group: u8, n: u8) -> Membership {
    Membership { group: group_id(group), principal: who(n), kind: kind(n), access: GroupAccess::Member }
}

pub(super) fn reader(n: u8) -> User {
    let mut user = person(n);
    user.mail = Some(format!("p{n}@contoso.example").into());
    user
}

/// Six people with mail (0 to 5), two groups (10 and 11), the role that is changed, read wholly.
pub(super) fn tenant() -> crate::snapshot::SnapshotBuilder {
    let named = |id: &RoleId, name: &str| {
        RoleDefinition::new(id.clone(), Surface::DirectoryRoles, name.to_owned(), RoleOrigin::BuiltIn)
    };
    Snapshot::builder(NOW)
        .users((0..6).map(reader))
        .groups([10, 11].map(|n| Group::new(group_id(n), format!("group {n}"))))
        .roles([
            named(&HELPDESK.parse().unwrap(), "Helpdesk Administrator"),
            named(&RoleId::GLOBAL_ADMINISTRATOR, "Global Administrator"),
        ])
}

pub(super) fn tell(plan: &Plan, snapshot: &Snapshot) -> Messages {
    messages(plan, snapshot, &MessageOptions::default()).unwrap()
}

impl Messages {
    pub(super) fn to(&self, n: u8) -> &Message {
        let mut found = self.messages.iter().filter(|message| message.to == who(n));
        let one = found.next().unwrap_or_else(|| panic!("person {n} is not told"));
        assert!(found.next().is_none(), "person {n} is told twice");
        one
    }

    pub(super) fn told(&self) -> Vec<&PrincipalId> {
        self.messages.iter().map(|message| &message.to).collect()
    }
}
