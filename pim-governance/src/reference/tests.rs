//! Tests of the facts and of what is read from them.

use super::*;

fn names(what: &str) -> Vec<String> {
    Reference::builtin().least_role_for(what).into_iter().map(|found| found.name).collect()
}

#[test]
fn every_file_of_the_program_is_read() {
    for text in file::FILES {
        Reference::default().with_json(text).unwrap();
    }
}

#[test]
fn a_task_is_found_in_other_words_and_the_least_role_stands_first() {
    for (words, role) in [
        ("reset password of non-admins", "Password Administrator"),
        ("Resetting a user's password", "Password Administrator"),
        ("assign licenses", "License Administrator"),
        ("read audit logs", "Reports Reader"),
        ("delete a group", "Groups Administrator"),
        ("create named location", "Conditional Access Administrator"),
        ("grant consent to Graph application permissions", "Privileged Role Administrator"),
        ("configure PIM role settings", "Privileged Role Administrator"),
        ("approve access reviews", "Identity Governance Administrator"),
    ] {
        let found = Reference::builtin().least_role_for(words);
        assert_eq!(found[0].name, role, "{words}");
        assert_eq!(found[0].rank, Rank::Least);
    }
    assert!(names("brew coffee").is_empty());
    assert!(names("").is_empty());
}

#[test]
fn an_action_is_answered_by_the_lowest_role_that_covers_it_and_shows_its_power() {
    let found = names("microsoft.directory/users/password/update");
    assert_eq!(found[0], "Password Administrator");
    assert!(found.contains(&"User Administrator".to_owned()));
    // Its power is not in its actions, or it is the service's own.
    assert!(!found.contains(&"Privileged Authentication Administrator".to_owned()));
    assert!(!found.contains(&"Partner Tier2 Support".to_owned()));
    // A lower tier comes first, whatever else a role may do.
    for action in
        ["microsoft.directory/users/inviteGuest", "microsoft.directory/auditLogs/allProperties/read"]
    {
        let suggestions = Reference::builtin().least_role_for(action);
        assert!(suggestions.is_sorted_by_key(|found| std::cmp::Reverse(found.tier)));
        assert_eq!(suggestions.iter().filter(|found| found.rank == Rank::Least).count(), 1);
    }
    assert!(names("microsoft.directory/teapots/brew").is_empty());
}

#[test]
fn a_task_that_takes_no_role_says_what_it_takes() {
    let found = Reference::builtin().least_role_for("update enterprise application owners");
    assert_eq!((&found[0].role, found[0].name.as_str()), (&None, "Enterprise application owner"));
    assert!(found.iter().skip(1).any(|other| other.role.is_some()));
}

#[test]
fn the_facts_are_those_of_their_sources() {
    let reference = Reference::builtin();
    let role = |name: &str| reference.roles().find(|role| role.name == name).unwrap();
    let global = role("Global Administrator");
    assert!(global.privileged && global.highly_privileged && global.tier == Some(Tier::Control));
    assert_eq!(reference.roles().count(), 145);
    assert_eq!(reference.roles().filter(|role| role.power_not_in_actions).count(), 11);
    assert_eq!(reference.highly_privileged().count(), 8);
    assert_eq!(role("Reports Reader").tier, Some(Tier::Management));
    assert_eq!(role("Guest Inviter").tier, Some(Tier::User));
    assert!(role("Directory Synchronization Accounts").reserved);
    // What Directory Readers may, nearly everybody may.
    let readers = "microsoft.directory/users/standard/read";
    assert!(reference.actions_of(&role("Application Administrator").id).any(|action| action == readers));

    let graph: AppId = "00000003-0000-0000-c000-000000000000".parse().unwrap();
    let by_name = reference.permission(&graph, "rolemanagement.readwrite.directory").unwrap();
    let by_id = reference.permission(&graph, "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8").unwrap();
    assert_eq!(by_name, by_id);
    assert_eq!((by_name.tier, by_name.path), (Some(Tier::Control), Some(PathToGlobalAdministrator::Direct)));
    assert_eq!(
        reference.delegated(&graph, "RoleManagement.ReadWrite.Directory").unwrap().tier,
        Some(Tier::Control)
    );
    assert!(reference.permission(&graph, "Teapot.Brew.All").is_none());
    for task in reference.tasks() {
        for sufficient in task.others.iter().chain([&task.least]) {
            if let Sufficient::Role(id) = sufficient {
                assert!(reference.role(id).is_some(), "{id}");
            }
        }
    }
    for role in reference.roles() {
        for contained in &role.inherits {
            assert!(reference.role(contained).unwrap().inherits.is_empty(), "{}", role.name);
        }
    }
    for activity in reference.activities() {
        for action in &activity.actions {
            let known =
                reference.roles().any(|role| reference.actions_of(&role.id).any(|own| covers(own, action)));
            assert!(known, "{action} of {}", activity.activity);
        }
    }
}

#[test]
fn a_file_of_ones_own_changes_what_it_names_or_takes_the_place_of_all() {
    let user_administrator = "fe930be7-5e62-47db-91af-98c3a49a38b1";
    let id: RoleId = user_administrator.parse().unwrap();
    let over = format!(
        r#"{{"roles": [{{"id": "{user_administrator}", "tier": 1}}],
            "tasks": [{{"words": ["joiner", "onboard"], "least": "{user_administrator}"}}],
            "activities": [{{"activity": "Brew", "actions": ["microsoft.directory/users/create"]}}]}}"#
    );
    let own = Reference::from_json(&over).unwrap();
    let role = own.role(&id).unwrap();
    assert_eq!((role.tier, role.name.as_str()), (Some(Tier::Management), "User Administrator"));
    assert_eq!(role.actions, Reference::builtin().role(&id).unwrap().actions);
    assert_eq!(own.least_role_for("onboard a joiner")[0].name, "User Administrator");
    assert!(own.activity("brew").is_some());
    assert_eq!(Reference::builtin().role(&id).unwrap().tier, Some(Tier::Control));

    let alone = Reference::from_json(r#"{"base": "none", "roles": [{"id": "own"}]}"#).unwrap();
    assert_eq!(alone.roles().map(|role| role.name.as_str()).collect::<Vec<_>>(), ["own"]);
    assert!(alone.tasks().is_empty() && alone.permissions().next().is_none());
}

#[test]
fn a_wrong_file_is_refused_with_the_place() {
    let wrong = Reference::from_json("{\n\"roles\": [{\"id\": \"x\", \"tier\": 7}]\n}").unwrap_err();
    assert_eq!(wrong.kind(), pim_core::error::ErrorKind::InvalidInput);
    assert!(wrong.message().contains("there is no tier 7"), "{wrong}");
    let context: Vec<_> = wrong.context().collect();
    assert!(context.contains(&("line", "2")) && context.contains(&("field", "roles[0].tier")), "{context:?}");
    for text in ["", "[]", "{\"rolls\": []}", "{\"roles\": [{}]}", "{\"base\": \"sand\"}", "{} x"] {
        assert!(Reference::from_json(text).is_err(), "{text}");
    }
    assert!(Reference::from_json("\u{feff}{}").is_ok());
    let absent = Reference::read("/no/such/file.json").unwrap_err();
    assert_eq!(absent.kind(), pim_core::error::ErrorKind::NotFound);
}
