//! What becomes of activations when the eligibility below them changes, and groups in groups.

use pim_core::{
    error::ErrorKind,
    id::RoleId,
    privilege::{Privilege, RoleDefinition, RoleOrigin, Surface},
    request::{Action, NewRequest},
    schedule::Level,
    time::{Expiry, Period},
};

use super::{Command, trial::Trial};
use crate::{
    seed::{Seed, SeedBuilder, group_of, guid_of, id_of},
    switches::RunningWithoutEligibility,
};

fn at(scope: &str) -> Privilege {
    Privilege::AzureRole { role: RoleId::from_guid(guid_of("builder")), scope: scope.parse().unwrap() }
}

/// Alice may build in a subscription that the administrator owns; what runs ends with its eligibility.
fn azure() -> SeedBuilder {
    let owner = Privilege::AzureRole {
        role: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635".parse().unwrap(),
        scope: "/subscriptions/s".parse().unwrap(),
    };
    Seed::builder()
        .user("admin")
        .user("alice")
        .edit(|records| {
            records.switches.running_activation_on_removed_eligibility = RunningWithoutEligibility::Ends;
            for (id, name) in [
                (RoleId::from_guid(guid_of("builder")), "builder"),
                (owner.role_id().unwrap().clone(), "Owner"),
            ] {
                records.roles.push(RoleDefinition::new(
                    id,
                    Surface::AzureRoles,
                    name.into(),
                    RoleOrigin::BuiltIn,
                ));
            }
        })
        .standing("admin", owner)
        .standing("admin", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
        .eligible("alice", at("/subscriptions/s"))
}

fn ask(action: Action, level: Level, who: &str, privilege: Privilege, expiry: Option<Expiry>) -> Command {
    let mut ask = NewRequest::new(action, level, id_of(who), privilege);
    ask.justification = Some("needed".into());
    ask.expiry = expiry;
    Command::Submit(ask)
}

#[test]
fn what_rests_on_an_eligibility_ends_with_it_below_its_scope_and_after_its_id_changed() {
    let mut trial = Trial::new(azure());
    let below = at("/subscriptions/s/resourceGroups/g");
    let hours = Some(Expiry::After(Period::hours(8)));
    trial.run("alice", &ask(Action::SelfActivate, Level::Assignment, "alice", below.clone(), hours)).unwrap();
    let year = Some(Expiry::After(Period::days(300)));
    let eligibility = at("/subscriptions/s");
    let update = ask(Action::AdminUpdate, Level::Eligibility, "alice", eligibility.clone(), year);
    trial.run("admin", &update).unwrap();
    assert!(trial.is_active("alice", &below), "a change does not end it");
    trial.run("admin", &ask(Action::AdminRemove, Level::Eligibility, "alice", eligibility, None)).unwrap();
    assert!(!trial.is_active("alice", &below));
    trial.assert_replays();
}

#[test]
fn a_group_can_be_eligible_for_a_role_assignable_group_but_no_active_member() {
    let seed = Seed::builder()
        .user("admin")
        .standing("admin", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
        .group("inner", [])
        .group_with("outer", [], |group| group.group.role_assignable = true);
    let mut trial = Trial::new(seed);
    let member = Privilege::member(group_of("outer"));
    let month = Some(Expiry::After(Period::days(30)));
    let active = ask(Action::AdminAssign, Level::Assignment, "inner", member.clone(), month);
    assert_eq!(trial.refused("admin", &active).kind(), ErrorKind::InvalidInput);
    trial.run("admin", &ask(Action::AdminAssign, Level::Eligibility, "inner", member, month)).unwrap();
}
