use pim_core::{
    backend::View,
    error::ErrorKind,
    id::RoleId,
    privilege::{Privilege, RoleDefinition, RoleOrigin, Surface},
    request::{Action, NewRequest},
    review::{NewReview, Population, Recurrence, ReviewScope, ReviewSettings, Reviewed, Reviewer, Verdict},
    schedule::Level,
    time::{Expiry, Period},
};

use crate::{
    engine::{Command, trial::Trial},
    seed::{Seed, SeedBuilder, id_of},
};

fn role() -> Privilege {
    Privilege::role("fe930be7-5e62-47db-91af-98c3a49a38b1".parse().unwrap())
}

fn seed() -> SeedBuilder {
    Seed::builder()
        .users(["admin", "boss", "other", "alice"])
        .standing("admin", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
        .eligible("alice", role())
}

fn by(reviewer: &str) -> NewReview {
    NewReview {
        name: "Quarterly".into(),
        scope: ReviewScope {
            privilege: role(),
            population: Population::Eligible,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: vec![Reviewer::User(id_of(reviewer))],
        fallback_reviewers: Vec::new(),
        start: None,
        settings: ReviewSettings { recurrence: Some(Recurrence::QUARTERLY), ..ReviewSettings::default() },
        stages: Vec::new(),
    }
}

#[test]
fn a_change_is_for_the_rounds_to_come() {
    let mut trial = Trial::new(seed());
    let id = trial.create("admin", by("boss"));
    let change = Command::ChangeReview(id.clone(), NewReview { name: "Renamed".into(), ..by("other") });
    assert_eq!(trial.refused("alice", &change).kind(), ErrorKind::PermissionDenied);
    trial.run("admin", &change).unwrap();
    assert_eq!(trial.reviews("admin", View::Everyone).unwrap()[0].definition.name, "Renamed");
    assert_eq!(trial.noted("Update access review"), 1);

    // The round that runs stays with whom it was given to.
    assert!(trial.answer("other", &id, &[("alice", Verdict::Approve)]).is_err());
    trial.answer("boss", &id, &[("alice", Verdict::Approve)]).unwrap();
    trial.wait(Period::days(90));
    assert_eq!(trial.rounds("admin", &id).unwrap().len(), 2);
    assert!(trial.answer("boss", &id, &[("alice", Verdict::Approve)]).is_err());
    trial.answer("other", &id, &[("alice", Verdict::Approve)]).unwrap();
}

#[test]
fn a_round_can_be_given_to_others_but_not_lose_its_fallback() {
    let mut trial = Trial::new(seed());
    let id = trial
        .create("admin", NewReview { fallback_reviewers: vec![Reviewer::User(id_of("boss"))], ..by("boss") });
    let round = trial.round(&id).key;
    let to = |names: &[&str]| names.iter().map(|name| Reviewer::User(id_of(name))).collect::<Vec<_>>();
    let without = Command::ChangeReviewers(round.clone(), to(&["other"]), Vec::new());
    assert_eq!(trial.refused("admin", &without).kind(), ErrorKind::Conflict);
    let strangers = Command::ChangeReviewers(round.clone(), to(&["nobody"]), to(&["boss"]));
    assert_eq!(trial.refused("admin", &strangers).kind(), ErrorKind::InvalidInput);
    trial.run("admin", &Command::ChangeReviewers(round, to(&["other"]), to(&["boss"]))).unwrap();
    trial.answer("other", &id, &[("alice", Verdict::Deny)]).unwrap();
}

#[test]
fn custom_roles_are_made_by_administrators_and_built_in_ones_stay() {
    let mut trial = Trial::new(seed());
    let id: RoleId = "5c1e7a40-77b2-4d1f-8e05-0000000000aa".parse().unwrap();
    let define = |id: &RoleId| {
        let role =
            RoleDefinition::new(id.clone(), Surface::DirectoryRoles, "Key keeper".into(), RoleOrigin::Custom);
        Command::DefineRole(role)
    };
    let mut ask =
        NewRequest::new(Action::AdminAssign, Level::Eligibility, id_of("alice"), Privilege::role(id.clone()));
    ask.justification = Some("keys".into());
    ask.expiry = Some(Expiry::After(Period::days(5)));
    let assign = Command::Submit(ask);

    assert_eq!(trial.refused("admin", &assign).kind(), ErrorKind::NotFound, "not there yet");
    assert_eq!(trial.refused("alice", &define(&id)).kind(), ErrorKind::PermissionDenied);
    trial.run("admin", &define(&id)).unwrap();
    trial.run("admin", &assign).unwrap();
    trial.run("admin", &Command::RemoveRole(id.clone())).unwrap();
    assert_eq!(trial.refused("admin", &Command::RemoveRole(id)).kind(), ErrorKind::NotFound);
    for built_in in [define(&RoleId::GLOBAL_ADMINISTRATOR), Command::RemoveRole(RoleId::GLOBAL_ADMINISTRATOR)]
    {
        assert_eq!(trial.refused("admin", &built_in).kind(), ErrorKind::InvalidInput);
    }
}
