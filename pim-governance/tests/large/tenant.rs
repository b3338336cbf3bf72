//! A tenant of any size, made up: for what must stay quick.

use pim_core::{
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, User},
    id::{AppId, GroupId, PrincipalId, RoleId, ScheduleId, UnitId},
    policy::{ApprovalSetting, Approver, Policy, Rule, RuleKind, Setting},
    principal::{Principal, PrincipalKind},
    privilege::{DirectoryScope, GroupAccess, Privilege, RoleDefinition, RoleOrigin, Surface},
    schedule::{Assignment, Eligibility, Origin},
    time::{Period, Timestamp, Window},
};
use pim_governance::snapshot::Snapshot;

/// 2026-09-01T08:00:00Z.
const NOW: Timestamp = Timestamp::from_unix_seconds(1_788_249_600);

/// How large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Assignments in force: a twentieth of Entra roles, a seventh of groups, the rest of Azure roles.
    pub(crate) assignments: u32,
    /// People and applications; one in a hundred is an application.
    pub(crate) principals: u32,
    /// Groups. Every other is in another, up to ten deep; each has 40 members and an owner.
    pub(crate) groups: u32,
}

impl Default for Size {
    /// The tenant that figures are given for: 100,000 assignments, 50,000 principals, 2,000 groups.
    fn default() -> Self {
        Self { assignments: 100_000, principals: 50_000, groups: 2_000 }
    }
}

/// A tenant of this size, wholly read; the same each time. There are a fifth as many eligibilities as
/// assignments.
pub(crate) fn snapshot(size: Size) -> Snapshot {
    let mut maker = Maker { size, state: 1 };
    let applications = size.principals / 100;
    let roles = (0..100).map(|n| definition(n, Surface::DirectoryRoles));
    let azure = (0..20).map(|n| definition(200 + n, Surface::AzureRoles));
    Snapshot::builder(NOW)
        .roles(roles.chain(azure))
        .users((applications..size.principals).map(user))
        .service_principals((0..applications).map(|n| maker.application(n)))
        .groups((0..size.groups).map(group))
        .memberships((0..size.groups).flat_map(|n| maker.memberships(n)).collect::<Vec<_>>())
        .units((0..50).map(|n| maker.unit(n)).collect::<Vec<_>>())
        .assignments((0..size.assignments).map(|n| maker.assignment(n)).collect::<Vec<_>>())
        .eligibilities((0..size.assignments / 5).map(|n| maker.eligibility(n)).collect::<Vec<_>>())
        .policies(policies(size))
        .build()
}

/// The role that a number stands for; 0 and 1 are Global and Privileged Role Administrator.
pub(crate) fn role(n: u32) -> RoleId {
    match n {
        0 => RoleId::GLOBAL_ADMINISTRATOR,
        1 => RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
        n => RoleId::from_guid(guid(1, n)),
    }
}

/// The person or application that a number stands for.
pub(crate) fn principal(n: u32) -> PrincipalId {
    PrincipalId::from_guid(guid(2, n))
}

fn group_id(n: u32) -> GroupId {
    GroupId::from_guid(guid(3, n))
}

fn guid(kind: u8, n: u32) -> [u8; 16] {
    let mut bytes = [kind; 16];
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    bytes
}

fn definition(n: u32, surface: Surface) -> RoleDefinition {
    RoleDefinition::new(role(n), surface, format!("Role {n}"), RoleOrigin::BuiltIn)
}

fn user(n: u32) -> User {
    User::new(principal(n), format!("Person {n}").into(), format!("p{n}@contoso.example").into())
}

fn group(n: u32) -> Group {
    let mut group = Group::new(group_id(n), format!("Group {n}"));
    group.role_assignable = n.is_multiple_of(4);
    group.under_pim = Some(n.is_multiple_of(2));
    group
}

fn policies(size: Size) -> impl Iterator<Item = Policy> {
    let approvers =
        move || [Approver::user(principal(size.principals - 1)), Approver::group(group_id(0).as_principal())];
    let of = move |subject: Privilege| {
        let setting = Setting::Approval(ApprovalSetting::by(approvers()));
        let rules = vec![Rule { kind: RuleKind::ApprovalEndUserAssignment, setting }];
        Policy::new(format!("policy of {subject}").parse().expect("an id"), subject, rules)
    };
    let groups = (0..size.groups).step_by(2).map(|n| Privilege::member(group_id(n)));
    (0..100).map(|n| Privilege::role(role(n))).chain(groups).map(of)
}

struct Maker {
    size: Size,
    state: u64,
}

impl Maker {
    /// A number below another: the high bits of Knuth's linear congruence.
    fn below(&mut self, end: u32) -> u32 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.state >> 33) % u64::from(end.max(1))).unwrap_or_default()
    }

    fn application(&mut self, n: u32) -> ServicePrincipal {
        let app = AppId::from_guid(guid(4, n));
        let mut made = ServicePrincipal::new(principal(n), app, format!("Application {n}"));
        made.owners = vec![principal(self.below(self.size.principals))];
        made
    }

    fn memberships(&mut self, n: u32) -> Vec<Membership> {
        let mut made = Vec::new();
        let mut add = |member: PrincipalId, kind, access| {
            made.push(Membership { group: group_id(n), principal: member, kind, access });
        };
        for _ in 0..40 {
            add(principal(self.below(self.size.principals)), PrincipalKind::User, GroupAccess::Member);
        }
        add(principal(self.below(self.size.principals)), PrincipalKind::User, GroupAccess::Owner);
        // The next ones in a row of ten are inside.
        if n % 10 != 9 && n + 1 < self.size.groups && n % 20 < 10 {
            add(group_id(n + 1).as_principal(), PrincipalKind::Group, GroupAccess::Member);
        }
        made
    }

    fn unit(&mut self, n: u32) -> AdministrativeUnit {
        let mut unit = AdministrativeUnit::new(UnitId::from_guid(guid(5, n)), format!("Unit {n}"));
        unit.restricted = n.is_multiple_of(10);
        unit.members = (0..100).map(|_| principal(self.below(self.size.principals))).collect();
        unit
    }

    /// Somebody; for roles one time in ten a group, for groups one in a hundred: with many more, everybody could
    /// become everything, as in no tenant.
    fn holder(&mut self, privilege: &Privilege) -> (PrincipalId, PrincipalKind) {
        let rarely = if privilege.group_id().is_some() { 100 } else { 10 };
        match self.below(rarely) {
            0 => (group_id(self.below(self.size.groups)).as_principal(), PrincipalKind::Group),
            _ => (principal(self.below(self.size.principals)), PrincipalKind::User),
        }
    }

    fn privilege(&mut self, n: u32) -> Privilege {
        match n % 20 {
            0 => {
                let scope = match self.below(4) {
                    0 => DirectoryScope::AdministrativeUnit(UnitId::from_guid(guid(5, self.below(50)))),
                    _ => DirectoryScope::Tenant,
                };
                Privilege::DirectoryRole { role: role(self.below(100)), scope }
            }
            1..4 => Privilege::member(group_id(self.below(self.size.groups / 2) * 2)),
            _ => {
                let scope = match self.below(3) {
                    0 => format!("/subscriptions/{}", self.below(200)),
                    _ => format!("/subscriptions/{}/resourceGroups/{}", self.below(200), self.below(10)),
                };
                let scope = scope.parse().expect("a scope");
                Privilege::AzureRole { role: role(200 + self.below(20)), scope }
            }
        }
    }

    fn assignment(&mut self, n: u32) -> Assignment {
        let privilege = self.privilege(n);
        let (holder, kind) = self.holder(&privilege);
        let mut made = Assignment::new(ScheduleId::from_guid(guid(6, n)), holder.clone(), privilege);
        if self.below(10) == 0 {
            made.origin = Origin::Activated { using: None };
            made.window = Window::new(None, Some(NOW + Period::hours(8))).unwrap_or_default();
        }
        made.holder = Some(Principal::new(holder, kind).into());
        made
    }

    fn eligibility(&mut self, n: u32) -> Eligibility {
        let privilege = self.privilege(n);
        let (holder, _) = self.holder(&privilege);
        Eligibility::new(ScheduleId::from_guid(guid(7, n)), holder, privilege)
    }
}
