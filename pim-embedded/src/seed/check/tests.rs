//! Each rule of what fits together, broken once.

use pim_core::{
    directory::Source,
    id::{ContextId, RoleId},
    policy::{ApprovalSetting, Approver, Rule, RuleKind, Setting},
    privilege::{AzureScope, DirectoryScope, Privilege},
    schedule::Condition,
    time::{Period, Timestamp, Window},
};

use super::*;
use crate::seed::{SeedBuilder, SeedGrant, SeedPolicy, group_of, guid_of, id_of};

fn base() -> SeedBuilder {
    crate::seed::Seed::builder()
        .users(["alice", "bob"])
        .group("admins", ["alice"])
        .group_with("plain", ["bob"], |seed| {
            seed.group.role_assignable = false;
            seed.group.under_pim = None;
        })
        .application("app")
        .unit("unit", ["bob"])
        .now(Timestamp::from_unix_seconds(1_788_249_600))
}

fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

fn standing(change: impl FnOnce(&mut SeedGrant)) -> impl FnOnce(&mut Records) {
    let mut grant = SeedGrant::new(id_of("alice"), global());
    change(&mut grant);
    move |records| records.assignments.push(grant)
}

fn rule(kind: RuleKind, setting: Setting) -> impl FnOnce(&mut Records) {
    move |records| {
        records.policies.push(SeedPolicy { subject: global(), rules: vec![Rule { kind, setting }] });
    }
}

type Change = Box<dyn FnOnce(&mut Records)>;

fn boxed(change: impl FnOnce(&mut Records) + 'static) -> Change {
    Box::new(change)
}

#[test]
fn the_base_is_sound() {
    base().build().unwrap();
}

#[test]
fn each_rule_can_fail() {
    use ProblemKind::{Conflict, Cycle, Duplicate, Reference, Value};
    let unit =
        |name: &str| DirectoryScope::AdministrativeUnit(pim_core::id::UnitId::from_guid(guid_of(name)));
    let at = move |scope| Privilege::DirectoryRole { role: RoleId::GLOBAL_ADMINISTRATOR, scope };
    let azure: AzureScope = "/subscriptions/x".parse().unwrap();
    let approval = |approver| Setting::Approval(ApprovalSetting::by([approver]));
    let cases: Vec<(ProblemKind, &str, Change)> = vec![
        (Cycle, "users[0].manager", boxed(|r| r.users[0].manager = Some(id_of("alice")))),
        (Reference, "users[0].manager", boxed(|r| r.users[0].manager = Some(id_of("admins")))),
        (Reference, "users[1].licences[0]", boxed(|r| r.users[1].licences = vec!["sku".parse().unwrap()])),
        (
            Duplicate,
            "users[1].sign_in_name",
            boxed(|r| r.users[1].sign_in_name = "ALICE@contoso.example".into()),
        ),
        (Duplicate, "groups[1].id", boxed(|r| r.groups[1].group.id = group_of("admins"))),
        (Conflict, "groups[0].members[0]", boxed(|r| r.groups[0].members = vec![id_of("plain")])),
        (
            Conflict,
            "groups[0].membership_rule",
            boxed(|r| r.groups[0].group.membership_rule = Some("x".into())),
        ),
        (Conflict, "groups[0].under_pim", boxed(|r| r.groups[0].group.source = Source::OnPremises)),
        (Conflict, "groups[1].owners[0]", boxed(|r| r.groups[1].owners = vec![id_of("admins")])),
        (Cycle, "groups[1].members[0]", boxed(|r| r.groups[1].members = vec![id_of("plain")])),
        (
            // Half of the circle is an assignment.
            Cycle,
            "groups[1].members[0]",
            boxed(|r| {
                r.groups[1].members = vec![id_of("admins")];
                let grant = SeedGrant::new(id_of("plain"), Privilege::member(group_of("admins")));
                r.assignments.push(grant);
            }),
        ),
        (Reference, "units[0].members[0]", boxed(|r| r.units[0].members = vec![id_of("eve")])),
        (
            Reference,
            "assignments[0].privilege.role",
            boxed(|r| {
                r.built_in_roles = false;
                r.assignments.push(SeedGrant::new(id_of("alice"), global()));
            }),
        ),
        (
            Reference,
            "assignments[0].privilege.scope",
            boxed(standing(move |g| g.privilege = at(unit("nowhere")))),
        ),
        (
            Value,
            "assignments[0].privilege.scope",
            boxed(standing(move |g| g.privilege = at("/applications/x".into()))),
        ),
        (
            Conflict,
            "assignments[0].privilege.role",
            boxed(standing(move |g| {
                g.privilege = Privilege::AzureRole { role: RoleId::GLOBAL_ADMINISTRATOR, scope: azure };
            })),
        ),
        (Conflict, "assignments[0].principal", boxed(standing(|g| g.principal = id_of("plain")))),
        (
            Conflict,
            "assignments[0].condition",
            boxed(standing(|g| {
                g.condition = Some(Condition { expression: "x".into(), version: "2.0".into() })
            })),
        ),
        (
            Conflict,
            "assignments[0].window",
            boxed(standing(|g| {
                g.outside_pim = true;
                g.window = Window::from(Timestamp::UNIX_EPOCH);
            })),
        ),
        (
            Conflict,
            "assignments[0].last_activated",
            boxed(standing(|g| g.last_activated = Some(Timestamp::UNIX_EPOCH))),
        ),
        (
            Duplicate,
            "assignments[0]",
            boxed(standing(|g| g.privilege = Privilege::member(group_of("admins")))),
        ),
        (
            Duplicate,
            "assignments[1]",
            boxed(|r| r.assignments = vec![SeedGrant::new(id_of("alice"), global()); 2]),
        ),
        (
            Duplicate,
            "assignments[0].id",
            boxed(|r| {
                let mut grant = SeedGrant::new(id_of("alice"), global());
                grant.id = Some("s".parse().unwrap());
                r.eligibilities.push(grant.clone());
                r.assignments.push(grant);
            }),
        ),
        (
            Conflict,
            "eligibilities[0].outside_pim",
            boxed(|r| {
                let mut grant = SeedGrant::new(id_of("alice"), global());
                grant.outside_pim = true;
                r.eligibilities.push(grant);
            }),
        ),
        (
            Conflict,
            "policies[0].rules[0].setting",
            boxed(rule(
                RuleKind::EnablementEndUserAssignment,
                Setting::Expiration { required: true, max: Some(Period::hours(1)) },
            )),
        ),
        (
            Reference,
            "policies[0].rules[0].setting.approval.stages[0].approvers[0].id",
            boxed(rule(RuleKind::ApprovalEndUserAssignment, approval(Approver::group(id_of("alice"))))),
        ),
        (
            Reference,
            "policies[0].rules[0].setting.authentication_context.context",
            boxed(rule(
                RuleKind::AuthenticationContextEndUserAssignment,
                Setting::AuthenticationContext { enabled: true, context: Some("c1".parse().unwrap()) },
            )),
        ),
        (
            Conflict,
            "policies[0].subject.scope",
            boxed(move |r| r.policies.push(SeedPolicy { subject: at(unit("unit")), rules: Vec::new() })),
        ),
        (
            Conflict,
            "contexts[0].id",
            boxed(|r| {
                let id: ContextId = "c100".parse().unwrap();
                let context = pim_core::conditional_access::AuthenticationContext {
                    id,
                    name: String::new(),
                    published: true,
                };
                r.contexts.push(context);
            }),
        ),
        (
            Conflict,
            "users[0].last_sign_in",
            boxed(|r| r.users[0].last_sign_in = r.now.map(|now| now + Period::seconds(1))),
        ),
    ];
    for (kind, path, change) in cases {
        let error = base().edit(change).build().unwrap_err();
        let found: Vec<_> = error.problems().iter().map(|problem| (problem.kind, &*problem.path)).collect();
        assert!(found.contains(&(kind, path)), "expected {kind:?} at {path}, found {found:?}");
    }
}

#[test]
fn a_long_chain_of_groups_is_no_cycle_and_no_stack_overflow() {
    let mut builder = crate::seed::Seed::builder();
    for i in 0..20_000 {
        let below = format!("g{}", i + 1);
        let members = if i < 19_999 { vec![&*below] } else { Vec::new() };
        builder = builder.group_with(&format!("g{i}"), members, |seed| seed.group.role_assignable = false);
    }
    builder.build().unwrap();
}
