//! The referee itself, over pages of our own: wire samples and pages that the client must pass, and broken pages that
//! it must call broken.

#![allow(clippy::expect_used)] // a helper of tests is a test

use std::path::{Path, PathBuf};

use pim_tests::corpus::{
    self, Example, Folder, Outcome, Page, Report, Side, Verdict,
    graph::{self, Tally},
};
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn judged(name: &str) -> Report {
    let report = corpus::judge(&Folder::read(&folder(name), None).expect("pages"));
    print!("{report}");
    report
}

#[test]
fn our_own_samples_pass() {
    let report = judged("wire");
    assert_eq!(report.count(Side::Client, Verdict::Passed), 4);
    assert_eq!(report.count(Side::Client, Verdict::Failed), 0);
}

#[test]
fn pages_of_every_kind_pass_and_others_are_told_apart() {
    let report = judged("pages");
    assert_eq!(report.count(Side::Client, Verdict::Failed), 0);
    assert_eq!(report.verdict(Side::Client, "other-service"), Some(Verdict::NotCovered));
    assert_eq!(report.verdict(Side::Client, "no-examples"), Some(Verdict::NotCovered));
    assert_eq!(report.count(Side::Client, Verdict::NotCovered), 2);
    assert!(report.count(Side::Client, Verdict::Passed) >= 15);
}

#[test]
fn broken_pages_fail_with_the_place_and_stop_nothing() {
    let report = judged("broken-pages");
    assert!(!report.is_green());
    let text = report.to_string();
    for said in [
        "the file is not JSON",
        "the page has no list `examples`",
        "examples[0] is not an object",
        "examples[1].request.url is not a text",
        "examples[2].request.url is not a path",
        "examples[3].response.status is not a status",
        "$.value[1].id: the answer holds a value of the wrong type",
        "body $: the client sends none, printed is {\"reason\":\"x\"}",
        "options: {}, printed are {\"$levels\": \"max\"}",
        "the client has no GET /identityGovernance/accessReviews/tomorrow",
    ] {
        assert!(text.contains(said), "{said}");
    }
    let verdict = |page| report.verdict(Side::Client, page);
    assert_eq!(
        verdict("wrong-parts"),
        Some(Verdict::Failed),
        "what can be read does not make up for the rest"
    );
    assert_eq!(verdict("forgotten-path"), Some(Verdict::NotCovered));
    assert_eq!(verdict("empty-body"), Some(Verdict::Passed));
}

#[test]
fn a_page_that_must_be_covered_and_is_not_is_no_success() {
    let mut only = Folder::default();
    let all = Folder::read(&folder("broken-pages"), None).expect("pages");
    only.pages.extend(all.pages.into_iter().filter(|page| page.name == "forgotten-path"));
    assert!(!corpus::judge(&only).is_green());
}

#[test]
fn a_directory_without_pages_is_an_error_that_says_what_is_expected() {
    for wrong in ["no-such-directory", "../src"] {
        let error = Folder::read(&folder(wrong), None).expect_err("no pages");
        assert!(error.contains("expected is a directory of pages"), "{error}");
    }
}

/// Whatever stands in the place of a member: it is refused, or written back as it came. Never a panic, never a loss.
#[test]
fn spoilt_samples_are_refused_or_kept() {
    let spoils = [
        Value::Null,
        true.into(),
        7.into(),
        1e300.into(),
        "\u{0}é".into(),
        serde_json::json!([]),
        serde_json::json!({}),
        serde_json::json!([[{"a": null}]]),
        serde_json::json!({"id": {"value": []}}),
    ];
    let (mut refused, mut kept) = (0, 0);
    let samples = Folder::read(&folder("wire"), None).expect("samples");
    for example in samples.pages.iter().flat_map(|page| &page.examples) {
        let Some(response) = &example.response else { continue };
        for place in places(&response.body) {
            for spoil in &spoils {
                let mut spoilt: Example = example.clone();
                let body = &mut spoilt.response.as_mut().expect("there").body;
                *body.pointer_mut(&place).expect("a place of its own") = spoil.clone();
                let mut page = Page::default();
                page.examples.push(spoilt);
                for row in graph::judge(&page, None, &mut Tally::default()) {
                    match row.outcome {
                        _ if row.what != "response" => {}
                        Outcome::Failed(why) if why.contains("printed") => panic!("{place}: {why}"),
                        Outcome::Failed(_) => refused += 1,
                        _ => kept += 1,
                    }
                }
            }
        }
    }
    assert!(refused > 100 && kept > 100, "{refused} refused, {kept} kept");
}

/// The pointer of every value below this one.
fn places(value: &Value) -> Vec<String> {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(k, v)| (k.replace('~', "~0").replace('/', "~1"), v)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(n, v)| (n.to_string(), v)).collect(),
        _ => Vec::new(),
    };
    let nested = below.into_iter().flat_map(|(step, value)| {
        let mut own = vec![format!("/{step}")];
        own.extend(places(value).into_iter().map(|rest| format!("/{step}{rest}")));
        own
    });
    nested.collect()
}
