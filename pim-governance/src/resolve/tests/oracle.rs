//! The same answers, found by going over every row until nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    directory::Source,
    id::{PrincipalId, RoleId, UnitId},
    principal::PrincipalKind,
    privilege::{AzureScope, DirectoryScope, GroupAccess, Privilege},
};
use proptest::prelude::*;

use crate::{
    resolve::{Effort, Path, Power, Powers, Reach, ResolveOptions, Resolver, Step},
    snapshot::{
        Snapshot,
        strategies::{privilege, tenant, who},
    },
};

const PERSON: bool = true;
const APPLICATION: bool = false;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    As(PrincipalId, bool),
    Has(Privilege, bool),
    Can(Power, Over, bool),
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Over {
    Tenant,
    Unit(UnitId),
    Application(String),
    Azure(AzureScope),
}

struct Oracle<'a> {
    tenant: &'a Snapshot,
    reach: Reach,
    /// What somebody has, or could have by way of something that somebody has.
    there: BTreeSet<Privilege>,
    asked: &'a Privilege,
    known: BTreeMap<Fact, Effort>,
}

fn plus(a: Effort, takes: u32, approvals: u32, activations: u32, steps: u32) -> Effort {
    Effort {
        takes: a.takes + takes,
        approvals: a.approvals + approvals,
        activations: a.activations + activations,
        steps: a.steps + steps,
    }
}

impl<'a> Oracle<'a> {
    fn new(tenant: &'a Snapshot, reach: Reach, asked: &'a Privilege) -> Self {
        let now = tenant.taken_at;
        let mut there = BTreeSet::from([Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)]);
        let mut holders = BTreeSet::new();
        for row in tenant.assignments.iter().filter(|row| row.is_in_force(now)) {
            there.insert(row.privilege.clone());
            holders.insert(row.principal.clone());
        }
        for row in tenant.eligibilities.iter().filter(|row| row.is_in_force(now)) {
            there.insert(row.privilege.clone());
            holders.insert(row.principal.clone());
        }
        for row in &tenant.memberships {
            there.insert(Privilege::Group { group: row.group.clone(), access: row.access.clone() });
            holders.insert(row.principal.clone());
        }
        let groups = holders.iter().filter(|id| tenant.groups.iter().any(|g| g.id.as_principal() == **id));
        there.extend(groups.map(|id| Privilege::member(id.as_group())));
        if reach >= Reach::Owned {
            let owned = there.iter().filter_map(|p| match p {
                Privilege::Group { group, access: GroupAccess::Owner } => Some(group.clone()),
                _ => None,
            });
            let owned: Vec<_> = owned.collect();
            there.extend(owned.into_iter().map(Privilege::member));
        }
        Self { tenant, reach, there, asked, known: BTreeMap::new() }
    }

    fn learn(&mut self, fact: Fact, effort: Effort) -> bool {
        if self.known.get(&fact).is_none_or(|known| effort < *known) {
            self.known.insert(fact, effort);
            return true;
        }
        false
    }

    /// What it takes somebody to become what is asked, or anything that is there.
    fn run(mut self, start: &PrincipalId) -> BTreeMap<Privilege, Effort> {
        let application = self.tenant.service_principals.iter().any(|app| app.id == *start);
        self.learn(Fact::As(start.clone(), !application), Effort::default());
        loop {
            let mut changed = false;
            for (fact, effort) in self.known.clone() {
                for (fact, effort) in self.follows(&fact, effort) {
                    changed |= self.learn(fact, effort);
                }
            }
            if !changed {
                break;
            }
        }
        let mut all: BTreeMap<Privilege, Effort> = BTreeMap::new();
        for (fact, effort) in self.known {
            if let Fact::Has(privilege, _) = fact {
                let best = all.entry(privilege).or_insert(effort);
                *best = effort.min(*best);
            }
        }
        all
    }

    fn follows(&self, fact: &Fact, effort: Effort) -> Vec<(Fact, Effort)> {
        match fact {
            Fact::As(id, acting) => self.of_principal(id, *acting, effort),
            // What nobody has is an end and no way on.
            Fact::Has(privilege, _) if !self.there.contains(privilege) => Vec::new(),
            Fact::Has(privilege, acting) => self.of_privilege(privilege, *acting, effort),
            Fact::Can(power, over, acting) => self.of_power(*power, over, *acting, effort),
        }
    }

    fn of_principal(&self, id: &PrincipalId, acting: bool, effort: Effort) -> Vec<(Fact, Effort)> {
        let (tenant, now) = (self.tenant, self.tenant.taken_at);
        let mut found = Vec::new();
        for row in &tenant.assignments {
            if row.principal == *id && row.window.contains(now) {
                found.push((Fact::Has(row.privilege.clone(), acting), plus(effort, 0, 0, 0, 1)));
            }
        }
        for row in &tenant.eligibilities {
            if row.principal == *id && row.window.contains(now) && acting == PERSON {
                let subject = match &row.privilege {
                    Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
                    other => other.clone(),
                };
                let policy = tenant.policies.iter().find(|policy| policy.subject == subject);
                let approved = policy.is_some_and(|policy| policy.activation().approval.is_some());
                let effort = plus(effort, 0, u32::from(approved), 1, 1);
                found.push((Fact::Has(row.privilege.clone(), acting), effort));
            }
        }
        for row in &tenant.memberships {
            let privilege = Privilege::Group { group: row.group.clone(), access: row.access.clone() };
            let listed = tenant
                .assignments
                .iter()
                .any(|a| a.principal == *id && a.privilege == privilege && a.window.contains(now));
            if row.principal == *id && !listed {
                found.push((Fact::Has(privilege, acting), plus(effort, 0, 0, 0, 1)));
            }
        }
        for app in &tenant.service_principals {
            let sound = app.enabled && !app.managed_identity;
            if self.reach >= Reach::Owned && sound && app.owners.contains(id) {
                found.push((Fact::As(app.id.clone(), APPLICATION), plus(effort, 1, 0, 0, 1)));
            }
            if self.reach >= Reach::Managed && app.id == *id {
                for held in &app.permissions {
                    for power in Powers::default().of_permission(&held.resource, &held.role) {
                        found.push((Fact::Can(power, Over::Tenant, acting), plus(effort, 0, 0, 0, 1)));
                    }
                }
            }
        }
        found
    }

    fn by_hand(&self, privilege: &Privilege) -> Option<&pim_core::directory::Group> {
        let group = self.tenant.groups.iter().find(|group| Some(&group.id) == privilege.group_id())?;
        (group.membership_rule.is_none() && group.source == Source::Cloud).then_some(group)
    }

    fn of_privilege(&self, privilege: &Privilege, acting: bool, effort: Effort) -> Vec<(Fact, Effort)> {
        let mut found = Vec::new();
        if let Privilege::Group { group, access } = privilege {
            if *access == GroupAccess::Member {
                found.push((Fact::As(group.as_principal(), acting), effort));
            } else if self.reach >= Reach::Owned && self.by_hand(privilege).is_some() {
                found.push((Fact::Has(Privilege::member(group.clone()), acting), plus(effort, 1, 0, 0, 1)));
            }
        }
        for other in self.there.iter().chain([self.asked]) {
            let covers = match (privilege, other) {
                (
                    Privilege::DirectoryRole { role: a, scope: DirectoryScope::Tenant },
                    Privilege::DirectoryRole { role: b, scope },
                ) => {
                    a == b
                        && match scope {
                            DirectoryScope::AdministrativeUnit(unit) => {
                                !self.tenant.units.iter().any(|u| u.id == *unit && u.restricted)
                            }
                            DirectoryScope::Application(_) => true,
                            _ => false,
                        }
                }
                (
                    Privilege::AzureRole { role: a, scope },
                    Privilege::AzureRole { role: b, scope: narrower },
                ) => a == b && scope != narrower && scope.covers(narrower),
                _ => false,
            };
            if covers {
                found.push((Fact::Has(other.clone(), acting), plus(effort, 0, 0, 0, 1)));
            }
        }
        if let Some(role) = privilege.role_id().filter(|_| self.reach >= Reach::Managed) {
            let definition =
                self.tenant.roles.iter().find(|r| r.id == *role && r.surface == privilege.surface());
            for power in Powers::default().of_role(role, definition.map(|role| &**role)) {
                let over = match (privilege, power) {
                    (
                        Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. },
                        Power::AssignAzureRoles,
                    ) => Over::Azure("/".parse().unwrap()),
                    (Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. }, _) => Over::Tenant,
                    (Privilege::DirectoryRole { scope: DirectoryScope::AdministrativeUnit(unit), .. }, _) => {
                        Over::Unit(unit.clone())
                    }
                    (Privilege::DirectoryRole { scope: DirectoryScope::Application(id), .. }, _) => {
                        Over::Application(id.to_string())
                    }
                    (Privilege::AzureRole { scope, .. }, Power::AssignAzureRoles) => {
                        Over::Azure(scope.clone())
                    }
                    _ => continue,
                };
                found.push((Fact::Can(power, over, acting), effort));
            }
        }
        found
    }

    fn of_power(&self, power: Power, over: &Over, acting: bool, effort: Effort) -> Vec<(Fact, Effort)> {
        let (taken, mut found) = (plus(effort, 1, 0, 0, 1), Vec::new());
        let restricted = |id: &PrincipalId| {
            self.tenant.units.iter().any(|unit| unit.restricted && unit.members.contains(id))
        };
        let within = |id: &PrincipalId| match over {
            Over::Tenant => !restricted(id),
            Over::Unit(unit) => self.tenant.units.iter().any(|u| u.id == *unit && u.members.contains(id)),
            _ => false,
        };
        match power {
            Power::ResetSignIns => {
                let users = self.tenant.users.iter().filter(|user| user.enabled && within(&user.id));
                found.extend(users.map(|user| (Fact::As(user.id.clone(), PERSON), taken)));
            }
            Power::GiveCredentials => {
                let apps = self.tenant.service_principals.iter().filter(|app| {
                    let reached = match over {
                        Over::Tenant => true,
                        Over::Application(id) => *id == app.id.to_string(),
                        _ => false,
                    };
                    app.enabled && !app.managed_identity && reached
                });
                found.extend(apps.map(|app| (Fact::As(app.id.clone(), APPLICATION), taken)));
            }
            Power::GrantPermissions => {
                let powers: BTreeSet<_> = Powers::default().permissions.into_values().flatten().collect();
                found.extend(
                    powers
                        .into_iter()
                        .filter(|p| *p != power)
                        .map(|p| (Fact::Can(p, Over::Tenant, acting), taken)),
                );
            }
            _ => {}
        }
        for privilege in self.there.iter().chain([self.asked]) {
            let given = match (power, privilege) {
                (Power::AssignDirectoryRoles, Privilege::DirectoryRole { .. }) => *over == Over::Tenant,
                (Power::AssignAzureRoles, Privilege::AzureRole { scope, .. }) => {
                    matches!(over, Over::Azure(wider) if wider.covers(scope))
                }
                (Power::ManageRoleAssignableGroups, Privilege::Group { .. }) => {
                    *over == Over::Tenant
                        && self.by_hand(privilege).is_some_and(|group| group.role_assignable)
                }
                (Power::ManagePlainGroups, Privilege::Group { .. }) => self
                    .by_hand(privilege)
                    .is_some_and(|group| !group.role_assignable && within(&group.id.as_principal())),
                _ => false,
            };
            if given {
                found.push((Fact::Has(privilege.clone(), acting), taken));
            }
        }
        found
    }
}

/// Every step must rest on a row that is there and in force, and the sum must be right.
fn is_sound(tenant: &Snapshot, path: &Path) {
    for step in &path.steps {
        match step {
            Step::Hold { holder, privilege, grant, .. } => assert!(tenant.assignments.iter().any(|row| {
                row.id == *grant
                    && row.principal == *holder
                    && row.privilege == *privilege
                    && row.is_in_force(tenant.taken_at)
            })),
            Step::Activate { actor, holder, grant, demands, privilege, .. } => {
                assert!(tenant.eligibilities.iter().any(|row| row.id == *grant && row.principal == *holder));
                assert!(
                    tenant.service_principals.iter().all(|app| app.id != *actor),
                    "applications don't activate"
                );
                let subjects = tenant.policies.iter().filter(|policy| {
                    policy.subject.role_id() == privilege.role_id()
                        && policy.subject.group_id() == privilege.group_id()
                });
                assert!(demands.is_none() || subjects.count() > 0);
            }
            Step::Belong { member, group, access } => assert!(
                tenant
                    .memberships
                    .iter()
                    .any(|m| m.principal == *member && m.group == *group && m.access == *access)
            ),
            Step::Impersonate { owner, application } => assert!(
                tenant
                    .service_principals
                    .iter()
                    .any(|app| app.id == *application && app.owners.contains(owner))
            ),
            _ => {}
        }
    }
    assert_eq!(path.standing.is_now(), path.effort.takes + path.effort.activations == 0, "{path:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_resolver_agrees_with_trying_everything(
        tenant in tenant(),
        asked in privilege(),
        reach in prop::sample::select(vec![Reach::Granted, Reach::Owned, Reach::Managed]),
    ) {
        let resolver = Resolver::with(&tenant, ResolveOptions { reach, ..ResolveOptions::default() });
        let (holders, paths) = (resolver.holders_of(&asked), resolver.paths_to(&asked));
        prop_assert!(holders.opaque.is_empty());
        for n in (0..6).chain(20..23) {
            let id = who(n);
            let oracle = Oracle::new(&tenant, reach, &asked);
            let there = oracle.there.clone();
            let expected = oracle.run(&id);
            let backward = holders.holders.iter().find(|holder| holder.principal == id);
            let path = paths.iter().find(|path| path.principal == id);
            prop_assert_eq!(backward.map(|holder| (holder.effort, &holder.standing)), path.map(|path| (path.effort, &path.standing)));
            prop_assert_eq!(backward.map(|holder| holder.effort), expected.get(&asked).copied(), "{} {:?}", n, backward);

            let ways = resolver.can_become(&id, &asked);
            prop_assert_eq!(ways.first().map(|path| path.effort), expected.get(&asked).copied());
            prop_assert!(ways.is_sorted_by_key(|path| path.effort));
            ways.iter().for_each(|path| is_sound(&tenant, path));

            let forward: BTreeMap<_, _> = resolver.paths_of(&id).into_iter().map(|path| {
                is_sound(&tenant, &path);
                (path.privilege, path.effort)
            }).collect();
            let expected: BTreeMap<_, _> = expected.into_iter().filter(|(p, _)| there.contains(p)).collect();
            prop_assert_eq!(forward, expected, "{}", n);
        }
        let people = paths.iter().all(|path| {
            tenant.holders.iter().all(|h| h.id != path.principal || h.kind != PrincipalKind::Group)
        });
        prop_assert!(people, "groups don't act");
    }

    #[test]
    fn more_reach_never_means_less(tenant in tenant(), asked in privilege()) {
        let holders = |reach| {
            let options = ResolveOptions { reach, ..ResolveOptions::default() };
            let found = Resolver::with(&tenant, options).holders_of(&asked).holders;
            found.into_iter().map(|path| (path.principal, path.effort)).collect::<BTreeMap<_, _>>()
        };
        let (granted, owned, managed) = (holders(Reach::Granted), holders(Reach::Owned), holders(Reach::Managed));
        for (narrow, wide) in [(&granted, &owned), (&owned, &managed)] {
            prop_assert!(narrow.iter().all(|(id, effort)| wide.get(id).is_some_and(|wider| wider <= effort)));
        }
    }
}
