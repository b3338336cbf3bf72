//! A tenant of any size.

use std::error::Error;

use pim_core::{
    id::{RoleId, UnitId},
    policy::{ApprovalSetting, Approver, Rule, RuleKind, Setting},
    privilege::{DirectoryScope, Privilege, RoleDefinition, RoleOrigin, Surface},
    time::{Period, Timestamp, Window},
};
use pim_embedded::seed::{Records, Seed, SeedGrant, guid_of, id_of};

pub(crate) const BEGIN: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

/// How many assignments a person has, each for another role, at one of a hundred administrative units.
pub(crate) const PER_PERSON: usize = 10;
const UNITS: usize = 100;

/// A seed with so many assignments, a third of them with an end, and two eligibilities a person.
pub(crate) fn seed(assignments: usize) -> Result<Seed, Box<dyn Error>> {
    let mut records = people(assignments);
    records.assignments.extend(grants(assignments));
    Ok(Seed::try_from(records)?)
}

/// The same people and eligibilities without an assignment.
pub(crate) fn people(assignments: usize) -> Records {
    let names: Vec<_> = (0..assignments / PER_PERSON).map(person).collect();
    let units: Vec<_> = (0..UNITS).map(|n| format!("unit {n}")).collect();
    let mut seed = Seed::builder()
        .users(["boss", "root"])
        .standing("root", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR));
    for name in &names {
        seed = seed.user(name).eligible(name, plain()).eligible(name, approved());
    }
    for unit in &units {
        seed = seed.unit(unit, []);
    }
    let setting = ApprovalSetting::by([Approver::user(id_of("boss"))]);
    let rule = Rule { kind: RuleKind::ApprovalEndUserAssignment, setting: Setting::Approval(setting) };
    let mut records = Records::default();
    drop(seed.policy(approved(), [rule]).edit(|all| {
        let roles = (0..PER_PERSON).map(|n| format!("role {n}"));
        let roles = roles.chain(["plain", "approved", "extra"].map(str::to_owned));
        all.roles = roles
            .map(|name| {
                let id = RoleId::from_guid(guid_of(&name));
                RoleDefinition::new(id, Surface::DirectoryRoles, name, RoleOrigin::Custom)
            })
            .collect();
        std::mem::swap(all, &mut records);
    }));
    records
}

/// The assignments of the seed, one by one.
pub(crate) fn grants(assignments: usize) -> impl Iterator<Item = SeedGrant> {
    (0..assignments).map(|n| {
        let mut grant = SeedGrant::new(id_of(&person(n / PER_PERSON)), privilege(n));
        if n % 3 == 0 {
            let length = Period::days(60 + (n % 90) as u32);
            grant.window = Window::new(None, Some(BEGIN + length)).unwrap_or_default();
        }
        grant
    })
}

pub(crate) fn person(n: usize) -> String {
    format!("person {n}")
}

fn privilege(n: usize) -> Privilege {
    let unit = UnitId::from_guid(guid_of(&format!("unit {}", n / PER_PERSON % UNITS)));
    let role = RoleId::from_guid(guid_of(&format!("role {}", n % PER_PERSON)));
    Privilege::DirectoryRole { role, scope: DirectoryScope::AdministrativeUnit(unit) }
}

pub(crate) fn role(name: &str) -> Privilege {
    Privilege::role(RoleId::from_guid(guid_of(name)))
}

pub(crate) fn plain() -> Privilege {
    role("plain")
}

pub(crate) fn approved() -> Privilege {
    role("approved")
}
