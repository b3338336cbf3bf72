//! Every number of the table in the documentation, counted by hand from the tables.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::id::PrincipalId;

use super::*;

struct Tenant {
    records: Records,
    /// People who hold a role, directly or through a group.
    holders: BTreeSet<PrincipalId>,
}

fn load() -> Tenant {
    let records = tenant().into_records();
    let users: BTreeSet<_> = records.users.iter().map(|user| user.id.clone()).collect();
    let mut holders = BTreeSet::new();
    for grant in &records.assignments {
        if users.contains(&grant.principal) {
            holders.insert(grant.principal.clone());
        }
        let group = records.groups.iter().find(|seed| seed.group.id.as_principal() == grant.principal);
        holders.extend(group.into_iter().flat_map(|seed| seed.members.clone()));
    }
    Tenant { records, holders }
}

impl Tenant {
    fn holders_that(&self, test: impl Fn(&User) -> bool) -> usize {
        self.records.users.iter().filter(|user| self.holders.contains(&user.id) && test(user)).count()
    }

    fn standing(&self, test: impl Fn(&SeedGrant) -> bool) -> usize {
        self.records.assignments.iter().filter(|grant| test(grant)).count()
    }
}

fn scope(grant: &SeedGrant) -> Option<&DirectoryScope> {
    match &grant.privilege {
        Privilege::DirectoryRole { scope, .. } => Some(scope),
        _ => None,
    }
}

#[test]
fn it_is_sound_and_round_trips() {
    let seed = tenant();
    assert_eq!(Seed::try_from(seed.records().clone()).unwrap(), seed);
    assert_eq!(Seed::from_json(&seed.to_json()).unwrap(), seed);
    assert_eq!(seed.to_json(), tenant().to_json());
    assert_eq!(NOW.to_string(), "2026-09-01T08:00:00Z");
}

#[test]
fn sizes_are_as_documented() {
    let Tenant { records, .. } = load();
    assert_eq!(records.users.len(), 60);
    assert_eq!(records.users.iter().filter(|user| user.user_type == UserType::Guest).count(), 2);
    assert_eq!(records.groups.len(), 10);
    let groups = |test: fn(&SeedGroup) -> bool| records.groups.iter().filter(|group| test(group)).count();
    assert_eq!(groups(|seed| seed.group.role_assignable), 4);
    assert_eq!(groups(|seed| seed.group.under_pim == Some(true)), 4);
    assert_eq!(groups(|seed| seed.group.membership_rule.is_some()), 1);
    assert_eq!(groups(|seed| seed.group.source == Source::OnPremises), 1);
    assert_eq!(groups(|seed| seed.members.contains(&id_of("platform"))), 1);
    assert_eq!(records.service_principals.len(), 8);
    assert_eq!(records.units.len(), 3);
    assert_eq!(records.eligibilities.len(), 11);
    assert_eq!((records.roles.len(), records.skus.len(), records.contexts.len()), (5, 2, 2));
    assert_eq!(
        (records.conditional_access.len(), records.locations.len(), records.packages.len()),
        (4, 1, 1)
    );
    assert_eq!((records.audit.len(), records.sign_ins.len()), (18, 59 + 6));
}

#[test]
fn standing_access_is_as_documented() {
    let tenant = load();
    assert_eq!(tenant.records.assignments.len(), 154);
    assert_eq!(tenant.standing(|grant| scope(grant).is_some()), 148);
    assert_eq!(tenant.standing(|g| matches!(scope(g), Some(DirectoryScope::AdministrativeUnit(_)))), 8);
    assert_eq!(tenant.standing(|g| matches!(scope(g), Some(DirectoryScope::Application(_)))), 2);
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    assert_eq!(tenant.standing(|grant| grant.privilege == global), 9 + BREAK_GLASS.len());
    for key in BREAK_GLASS {
        assert_eq!(tenant.standing(|grant| grant.principal == id_of(key)), 1);
        let user = tenant.records.users.iter().find(|user| user.id == id_of(key)).unwrap();
        assert!(user.sign_in_name.expose().ends_with(".onmicrosoft.com") && user.source == Source::Cloud);
        assert!(tenant.records.conditional_access.iter().all(|ca| ca.exclude.users.contains(&user.id)));
    }
}

#[test]
fn faults_are_as_documented() {
    let tenant = load();
    assert_eq!(tenant.holders_that(|user| user.has_second_factor() == Some(false)), 5);
    let phishable = |user: &User| {
        user.has_second_factor() == Some(true)
            && !user.methods.iter().flatten().any(AuthenticationMethod::resists_phishing)
    };
    assert_eq!(tenant.holders_that(phishable), 36);
    let idle = |user: &User| user.last_sign_in.is_none_or(|at| NOW.since(at) > Period::days(90));
    assert_eq!(tenant.holders_that(idle), 5);
    assert_eq!(tenant.holders_that(|user| user.last_sign_in.is_none()), 1);
    assert_eq!(tenant.holders_that(|user| idle(user) && !user.enabled), 1);
    assert_eq!(tenant.holders_that(|user| !user.enabled), 1);
    assert_eq!(tenant.holders_that(|user| user.user_type == UserType::Guest), 2);
    assert_eq!(tenant.holders_that(|user| user.source == Source::OnPremises), 2);
    assert_eq!(tenant.holders_that(|user| !user.licences.contains(&surroundings::p2())), 1);

    let people: BTreeSet<_> = tenant.records.users.iter().map(|user| &user.id).collect();
    let mut roles = BTreeMap::<_, BTreeSet<_>>::new();
    for grant in tenant.records.assignments.iter().filter(|grant| scope(grant).is_some()) {
        roles.entry(&grant.principal).or_default().insert(grant.privilege.role_id());
    }
    let mut many: Vec<_> =
        roles.iter().filter(|(id, _)| people.contains(*id)).map(|(_, held)| held.len()).collect();
    many.sort_unstable();
    assert_eq!(many[many.len() - 3..], [4, 5, 9]);
}

#[test]
fn redundant_access_is_as_documented() {
    let tenant = load();
    let grants = &tenant.records.assignments;
    let holds = |id: &PrincipalId, privilege: &Privilege| {
        grants.iter().any(|grant| grant.principal == *id && grant.privilege == *privilege)
    };
    let mut through_group = 0;
    for seed in &tenant.records.groups {
        let held = grants.iter().filter(|grant| grant.principal == seed.group.id.as_principal());
        through_group += held
            .map(|grant| seed.members.iter().filter(|member| holds(member, &grant.privilege)).count())
            .sum::<usize>();
    }
    assert_eq!(through_group, 18);
    let below_tenant = tenant.standing(|grant| match &grant.privilege {
        Privilege::DirectoryRole { role, scope: DirectoryScope::AdministrativeUnit(_) } => {
            holds(&grant.principal, &Privilege::role(role.clone()))
        }
        _ => false,
    });
    assert_eq!(below_tenant, 3);
    let both = tenant.records.eligibilities.iter().filter(|e| holds(&e.principal, &e.privilege)).count();
    assert_eq!(both, 2);
}

#[test]
fn applications_are_as_documented() {
    let tenant = load();
    let apps = &tenant.records.service_principals;
    let names = ["RoleManagement.ReadWrite.Directory", "AppRoleAssignment.ReadWrite.All"];
    let dangerous = |app: &&ServicePrincipal| {
        app.permissions.iter().any(|held| held.name.as_deref().is_some_and(|name| names.contains(&name)))
    };
    assert_eq!(apps.iter().filter(dangerous).count(), 2);
    let with_role = |app: &&ServicePrincipal| {
        tenant.records.assignments.iter().any(|grant| scope(grant).is_some() && grant.principal == app.id)
    };
    assert_eq!(apps.iter().filter(with_role).count(), 7);
    assert_eq!(apps.iter().filter(with_role).filter(|app| !app.enabled).count(), 1);
    assert!(apps.iter().all(|app| !app.permissions.is_empty()));
}

#[test]
fn the_service_starts_with_it() {
    let records = tenant().into_records();
    // Membership of a group is held too: members and owners of every group count beside the grants.
    let related: usize = records.groups.iter().map(|seed| seed.members.len() + seed.owners.len()).sum();
    let engine = crate::engine::Engine::new(tenant(), NOW);
    assert_eq!(engine.grants(), 154 + 11 + related);
}
