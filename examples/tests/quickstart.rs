//! The quickstart does what it tells, over both backends, and refuses what it can't use.

#![allow(clippy::unwrap_used)] // helpers of tests, which fail by panicking

use std::{fs, path::PathBuf};

use pim_examples::{Printed, quickstart::command};
use pim_governance::plan::Plan;

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn run(args: &[&str]) -> Printed {
    command(args.iter().map(|arg| (*arg).to_owned()), Some(80))
}

#[test]
fn the_sample_is_rolled_out_to_the_last_step_and_verified() {
    let out = folder("rolled-out");
    let printed = run(&["--out", out.to_str().unwrap()]);
    assert_eq!((printed.err.as_str(), printed.code), ("", 0), "{}", printed.out);
    let plan = Plan::load(out.join("plan.json")).unwrap();
    assert!(plan.steps.len() > 100, "{} steps", plan.steps.len());
    let text = printed.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in [
        format!("{0} done of {0} steps", plan.steps.len()),
        "nothing is left to do".to_owned(),
        "- activation: passed - approval: passed - own_approval: passed - mfa: passed - deactivation: passed - audit: \
         passed"
            .to_owned(),
    ] {
        assert!(text.contains(&says), "no `{says}` in {}", printed.out);
    }
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(report.contains("Emergency Access 1") && report.contains("Content-Security-Policy"));
    assert!(printed.out.lines().all(|line| line.chars().count() <= 80), "{}", printed.out);
}

#[test]
fn the_proposed_design_can_be_given_back_and_a_typo_in_it_is_told_with_its_place() {
    let out = folder("given-back");
    let out_text = out.to_str().unwrap();
    let proposed = run(&["--plan-only", "--out", out_text]);
    assert_eq!((proposed.err.as_str(), proposed.code), ("", 0));
    let first = fs::read(out.join("plan.json")).unwrap();
    let design = out.join("design.yaml");
    let given = run(&["--plan-only", "--out", out_text, "--design", design.to_str().unwrap()]);
    assert_eq!((given.err.as_str(), given.code), ("", 0));
    assert_eq!(fs::read(out.join("plan.json")).unwrap(), first, "the file says what the proposal said");

    let text = fs::read_to_string(&design).unwrap();
    fs::write(&design, text.replacen("break_glass:", "brake_glass:", 1)).unwrap();
    let refused = run(&["--out", out_text, "--design", design.to_str().unwrap()]);
    assert_eq!((refused.out.as_str(), refused.code), ("", 2));
    for says in ["design.yaml:", "brake_glass", "`break_glass`?", "Nothing was run."] {
        assert!(refused.err.contains(says), "no `{says}` in {}", refused.err);
    }
}

#[test]
fn it_is_the_same_over_graph() {
    let out = folder("over-graph");
    let printed = run(&["--backend", "emulator", "--out", out.to_str().unwrap()]);
    assert_eq!((printed.err.as_str(), printed.code), ("", 0), "{}", printed.out);
    assert!(printed.out.contains("nothing is left to do"), "{}", printed.out);
}

#[test]
fn unknown_options_are_refused_with_the_nearest_and_help_is_no_error() {
    let refused = run(&["--plan-onyl"]);
    assert_eq!((refused.out.as_str(), refused.code), ("", 2));
    assert!(refused.err.contains("--plan-only"), "{}", refused.err);
    let help = run(&["--help"]);
    assert_eq!((help.err.as_str(), help.code), ("", 0));
    assert!(help.out.contains("--design"));
}
