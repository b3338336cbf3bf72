//! The plan from an EasyPIM configuration: what it says is what one counts by hand, and what is wrong is told.

#![allow(clippy::unwrap_used)] // helpers of tests, which fail by panicking

use std::{env, fs, process};

use pim_core::{privilege::Privilege, request::Action};
use pim_embedded::{
    catalogue,
    seed::{Records, Seed, id_of, sample},
};
use pim_examples::{
    Printed,
    easypim_import::{Outcome, SAMPLE, command, perform},
};
use pim_governance::{
    import::{ImportOptions, NoticeKind},
    plan::{Change, Plan},
};

fn outcome(text: &str, exclusive: bool, seed: Seed) -> (String, Outcome) {
    let options = ImportOptions { file: Some("fernhill.json".into()), exclusive };
    let (story, outcome) = perform(text, &options, seed, 90).unwrap();
    (story.into_text(), outcome)
}

fn edited(change: impl FnOnce(&mut Records)) -> Seed {
    let mut records = sample::tenant().into_records();
    change(&mut records);
    records.try_into().unwrap()
}

fn role(name: &str) -> Privilege {
    Privilege::role(catalogue::role_named(name).unwrap().id.clone())
}

fn grants(plan: &Plan, action: &Action) -> usize {
    let is = |change: &Change| matches!(change, Change::Grant(ask) if ask.action == *action);
    plan.steps.iter().filter(|step| is(&step.change)).count()
}

fn run(args: &[&str]) -> Printed {
    command(args.iter().map(|arg| (*arg).to_owned()), None)
}

#[test]
fn the_sample_becomes_a_plan_in_words() {
    let (told, outcome) = outcome(SAMPLE, false, sample::tenant());
    let plan = outcome.plan.unwrap();
    // Five policies; five people who may activate something; nobody loses anything.
    let policies = plan.steps.iter().filter(|step| matches!(step.change, Change::Policy { .. })).count();
    assert_eq!(
        (policies, grants(&plan, &Action::AdminAssign), grants(&plan, &Action::AdminRemove)),
        (5, 5, 0)
    );
    assert!(plan.refused.is_empty() && plan.unread.is_empty());
    let kinds: Vec<_> = outcome.imported.notices.iter().map(|notice| notice.kind).collect();
    for kind in [
        NoticeKind::LooseWord,
        NoticeKind::LooseLength,
        NoticeKind::TextBoolean,
        NoticeKind::OldName,
        NoticeKind::ProtectedRole,
        NoticeKind::Legacy,
    ] {
        assert!(kinds.contains(&kind), "{kind}");
    }
    let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "fernhill.json:42:126: GroupPolicies[0]",
        "Settings of Exchange Administrator: longest eligibility, longest activation, mail.",
        "a weaker sign-in to activate",
        "Laura Stein may activate Exchange Administrator for 365d.",
        "Kate Willis may become member of Service Desk Agents",
    ] {
        assert!(flat.contains(words), "{words}\n{told}");
    }
    assert!(told.lines().all(|line| line.chars().count() <= 90 || !line.trim().contains(' ')), "{told}");
}

#[test]
fn what_is_so_already_is_not_planned_and_exclusive_removes_the_rest() {
    let text = format!(
        r#"{{"Assignments": {{"EntraRoles": [{{"roleName": "Printer Administrator", "assignments": [
            {{"principalId": "{}", "assignmentType": "Active", "permanent": true}}]}}]}}}}"#,
        id_of("yuki.sato")
    );
    let (told, same) = outcome(&text, true, sample::tenant());
    assert!(same.plan.unwrap().is_empty() && told.contains("Everything is as"), "{told}");
    let other = pim_embedded::seed::SeedGrant::new(id_of("carlos.vega"), role("Printer Administrator"));
    let crowded = || edited(|records| records.assignments.push(other.clone()));
    assert!(outcome(&text, false, crowded()).1.plan.unwrap().is_empty());
    let plan = outcome(&text, true, crowded()).1.plan.unwrap();
    assert_eq!((plan.steps.len(), grants(&plan, &Action::AdminRemove)), (1, 1));
}

#[test]
fn what_does_not_fit_the_tenant_is_told_at_its_place_in_the_file() {
    let text = "{\n  \"EntraRolePolicies\": {\n    \"Exchange Administratr\": { \"ActivationDuration\": \"PT4H\" }\n  }\n}";
    let (told, outcome) = outcome(text, false, sample::tenant());
    assert!(outcome.plan.is_none());
    assert!(told.contains("fernhill.json:3:"), "{told}");
    let errors = perform("{ /* ", &ImportOptions::default(), sample::tenant(), 80).unwrap_err();
    assert!(errors.contains("line 1, column 3: this comment is never closed"), "{errors}");
}

#[test]
fn arguments_are_held_to_what_there_is() {
    let printed = run(&[]);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    assert!(printed.out.contains("The plan"), "{}", printed.out);
    assert!(run(&["--help"]).out.contains("--exclusive"));
    for (args, words) in [
        (&["--tennant"][..], "is not an option"),
        (&["--tenant"], "needs a file"),
        (&["a.json", "b.json"], "two files"),
        (&["/nowhere/a.json"], "can't be read"),
        (&["--tenant", "/nowhere/a.json"], "can't be read"),
    ] {
        let printed = run(args);
        assert_eq!((printed.code, printed.out.as_str()), (2, ""), "{args:?}");
        assert!(
            printed.err.contains(words) && printed.err.ends_with("Nothing was planned.\n"),
            "{}",
            printed.err
        );
    }
    let file = env::temp_dir().join(format!("pim-easypim-{}.json", process::id()));
    fs::write(&file, "{\"EntraRolePolicies\": {\"No such role\": {}}}").unwrap();
    assert_eq!(run(&[file.to_str().unwrap()]).code, 1);
    fs::remove_file(&file).unwrap();
}
