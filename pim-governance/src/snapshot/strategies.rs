//! Small random tenants, dense enough that paths cross: for property tests.

use pim_core::{
    directory::{AdministrativeUnit, AppPermission, Group, Membership, ServicePrincipal, Source, User},
    id::{AppId, GroupId, PrincipalId, RoleId, ScheduleId, UnitId},
    policy::{ApprovalSetting, Approver, Policy, Rule, RuleKind, Setting},
    principal::{Principal, PrincipalKind},
    privilege::{DirectoryScope, GroupAccess, Privilege, RoleDefinition, RoleOrigin, Surface},
    schedule::{Assignment, Eligibility, Origin, Via},
    time::{Period, Timestamp, Window},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{Activated, LastActivation, Operation, Snapshot};

pub(crate) const NOW: Timestamp = Timestamp::from_unix_seconds(1_788_249_600);

const USERS: std::ops::Range<u8> = 0..6;
const GROUPS: std::ops::Range<u8> = 10..14;
const APPLICATIONS: std::ops::Range<u8> = 20..23;
const UNITS: std::ops::Range<u8> = 30..32;

pub(crate) fn who(n: u8) -> PrincipalId {
    PrincipalId::from_guid([n; 16])
}

pub(crate) fn group_id(n: u8) -> GroupId {
    GroupId::from_guid([n; 16])
}

pub(crate) fn unit_id(n: u8) -> UnitId {
    UnitId::from_guid([n; 16])
}

pub(crate) fn known(text: &str) -> RoleId {
    text.parse().unwrap()
}

pub(crate) fn person(n: u8) -> User {
    User::new(who(n), format!("person {n}").into(), format!("p{n}@contoso.example").into())
}

pub(crate) fn application(n: u8) -> ServicePrincipal {
    ServicePrincipal::new(who(n), AppId::from_guid([n + 100; 16]), format!("application {n}"))
}

fn principal() -> impl Strategy<Value = u8> {
    prop_oneof![3 => USERS, 2 => GROUPS, 1 => APPLICATIONS]
}

fn role() -> impl Strategy<Value = RoleId> {
    select(vec![
        RoleId::GLOBAL_ADMINISTRATOR,
        RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
        known("7be44c8a-adaf-4e2a-84d6-ab2649e08a13"),
        known("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"),
        known("fdd7a751-b60b-444a-984c-02652fe8fa1c"),
        RoleId::from_guid([77; 16]),
        RoleId::from_guid([78; 16]),
    ])
}

fn azure_role() -> impl Strategy<Value = RoleId> {
    select(vec![known("8e3af657-a8ff-443c-a75c-2fe8c4bcb635"), RoleId::from_guid([79; 16])])
}

pub(crate) fn privilege() -> impl Strategy<Value = Privilege> {
    let scope = prop_oneof![
        4 => Just(DirectoryScope::Tenant),
        2 => UNITS.prop_map(|n| DirectoryScope::AdministrativeUnit(unit_id(n))),
        1 => APPLICATIONS.prop_map(|n| DirectoryScope::from(&*format!("/{}", who(n)))),
    ];
    let azure =
        select(vec!["/", "/subscriptions/a", "/subscriptions/A/resourceGroups/r", "/subscriptions/ab"]);
    prop_oneof![
        5 => (role(), scope).prop_map(|(role, scope)| Privilege::DirectoryRole { role, scope }),
        2 => (azure_role(), azure).prop_map(|(role, scope)| Privilege::AzureRole {
            role,
            scope: scope.parse().unwrap(),
        }),
        3 => (GROUPS, select(vec![GroupAccess::Member, GroupAccess::Owner])).prop_map(|(n, access)| {
            Privilege::Group { group: group_id(n), access }
        }),
    ]
}

fn window() -> impl Strategy<Value = Window> {
    let hours = |n| Period::hours(n);
    prop_oneof![
        4 => Just(Window::ALWAYS),
        2 => (1_u32..50).prop_map(move |n| Window::new(None, Some(NOW + hours(n))).unwrap()),
        1 => (1_u32..50).prop_map(move |n| Window::new(Some(NOW - hours(n)), Some(NOW + hours(n))).unwrap()),
        1 => (1_u32..50).prop_map(move |n| Window::from(NOW + hours(n))),
        1 => (1_u32..50).prop_map(move |n| Window::new(None, Some(NOW - hours(n))).unwrap()),
    ]
}

fn schedule() -> impl Strategy<Value = ScheduleId> {
    any::<[u8; 16]>().prop_map(ScheduleId::from_guid)
}

fn assignment() -> impl Strategy<Value = Assignment> {
    let origin = prop_oneof![3 => Just(Origin::Assigned), 1 => Just(Origin::Activated { using: None })];
    (schedule(), principal(), privilege(), window(), origin).prop_map(|(id, n, privilege, window, origin)| {
        let mut row = Assignment::new(id, who(n), privilege);
        row.window = window;
        row.origin = origin;
        row
    })
}

fn eligibility() -> impl Strategy<Value = Eligibility> {
    (schedule(), principal(), privilege(), window(), any::<bool>()).prop_map(
        |(id, n, privilege, window, told)| {
            let mut row = Eligibility::new(id, who(n), privilege);
            row.window = window;
            row.via = Via::Direct;
            if told {
                row.holder = Some(Principal::new(who(n), kind(n)).into());
            }
            row
        },
    )
}

pub(crate) fn kind(n: u8) -> PrincipalKind {
    match n {
        n if GROUPS.contains(&n) => PrincipalKind::Group,
        n if APPLICATIONS.contains(&n) => PrincipalKind::ServicePrincipal,
        _ => PrincipalKind::User,
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    (privilege(), option::of(vec(0_u8..14, 0..3))).prop_map(|(subject, approvers)| {
        let subject = match subject {
            Privilege::DirectoryRole { role, .. } => Privilege::role(role),
            other => other,
        };
        let approver = |n| match kind(n) {
            PrincipalKind::Group => Approver::group(who(n)),
            _ => Approver::user(who(n)),
        };
        let approval = approvers.map(|list| ApprovalSetting::by(list.into_iter().map(approver)));
        let setting = Setting::Approval(approval.unwrap_or_else(ApprovalSetting::none));
        let rules = vec![Rule { kind: RuleKind::ApprovalEndUserAssignment, setting }];
        Policy::new(format!("policy of {subject}").parse().unwrap(), subject, rules)
    })
}

fn groups() -> impl Strategy<Value = Vec<Group>> {
    vec((any::<bool>(), prop::bool::weighted(0.15), prop::bool::weighted(0.15)), GROUPS.len()).prop_map(
        |traits| {
            let made = GROUPS.zip(traits).map(|(n, (role_assignable, ruled, synced))| {
                let mut group = Group::new(group_id(n), format!("group {n}"));
                group.role_assignable = role_assignable;
                group.membership_rule = ruled.then(|| "user.department -eq \"IT\"".into());
                group.source = if synced { Source::OnPremises } else { Source::Cloud };
                group
            });
            made.collect()
        },
    )
}

fn applications() -> impl Strategy<Value = Vec<ServicePrincipal>> {
    let permission = select(vec![
        "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
        "06b708a9-e830-4db3-a914-8e69da51d44f",
        "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
        "dbaae8cf-10b5-4b86-a4a1-f871c94c6695",
        "50483e42-d915-4231-9639-7fdb7fd190e5",
        "230c1aed-a721-4c5d-9cb4-a90514e508ef",
    ]);
    let one = (
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.2),
        vec(prop_oneof![3 => USERS, 1 => APPLICATIONS], 0..2),
        option::weighted(0.3, permission),
    );
    vec(one, APPLICATIONS.len()).prop_map(|traits| {
        let made = APPLICATIONS.zip(traits).map(|(n, (enabled, managed, owners, permission))| {
            let mut made = application(n);
            made.enabled = enabled;
            made.managed_identity = managed;
            made.owners = owners.into_iter().map(who).collect();
            made.permissions.extend(permission.map(|role| AppPermission {
                resource: "00000003-0000-0000-c000-000000000000".parse().unwrap(),
                role: known(role),
                name: None,
            }));
            made
        });
        made.collect()
    })
}

fn memberships() -> impl Strategy<Value = Vec<Membership>> {
    let access = prop_oneof![3 => Just(GroupAccess::Member), 1 => Just(GroupAccess::Owner)];
    let one = (GROUPS, principal(), access).prop_map(|(group, n, access)| Membership {
        group: group_id(group),
        principal: who(n),
        kind: kind(n),
        access,
    });
    vec(one, 0..10)
}

fn units() -> impl Strategy<Value = Vec<AdministrativeUnit>> {
    vec((prop::bool::weighted(0.4), vec(principal(), 0..4)), UNITS.len()).prop_map(|traits| {
        let made = UNITS.zip(traits).map(|(n, (restricted, members))| {
            let mut unit = AdministrativeUnit::new(unit_id(n), format!("unit {n}"));
            unit.restricted = restricted;
            unit.members = members.into_iter().map(who).collect();
            unit
        });
        made.collect()
    })
}

/// A tenant, wholly read.
pub(crate) fn tenant() -> impl Strategy<Value = Snapshot> {
    let users = vec(prop::bool::weighted(0.85), USERS.len()).prop_map(|enabled| {
        let made = USERS.zip(enabled).map(|(n, enabled)| {
            let mut user = person(n);
            user.enabled = enabled;
            user
        });
        made.collect::<Vec<_>>()
    });
    let rows = (vec(assignment(), 0..8), vec(eligibility(), 0..8), vec(policy(), 0..5));
    let around = (users, groups(), applications(), memberships(), units());
    let log = (vec(last_activation(), 0..3), vec(operation(), 0..3));
    (rows, around, log).prop_map(|(rows, around, (activations, operations))| {
        let (users, groups, applications, memberships, units) = around;
        let plain = RoleDefinition::new(
            RoleId::from_guid([77; 16]),
            Surface::DirectoryRoles,
            "Plain".into(),
            RoleOrigin::Custom,
        );
        Snapshot::builder(NOW)
            .roles([plain])
            .assignments(rows.0)
            .eligibilities(rows.1)
            .policies(rows.2)
            .users(users)
            .groups(groups)
            .service_principals(applications)
            .memberships(memberships)
            .units(units)
            .last_activations(activations)
            .operations(operations)
            .build()
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    (USERS, prop_oneof![Just("Add user"), Just("Update group")], 0_u32..1000)
        .prop_map(|(n, activity, hours)| Operation::new(who(n), activity, NOW - Period::hours(hours)))
}

fn last_activation() -> impl Strategy<Value = LastActivation> {
    (USERS, role(), 0_u32..1000).prop_map(|(n, role, hours)| {
        LastActivation::new(who(n), Activated::DirectoryRole(role), NOW - Period::hours(hours))
    })
}
