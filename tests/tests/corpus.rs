//! The referee itself, over pages of our own: wire samples that both sides must pass, and broken pages that it
//! must call broken.

#![allow(clippy::expect_used)] // a helper of tests is a test

use std::path::Path;

use pim_tests::corpus::{
    self, Example, Folder, Outcome, Page, Side, Verdict,
    graph::{self, Tally},
};
use serde_json::Value;

fn samples() -> Folder {
    Folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire"), None).expect("samples")
}

#[test]
fn our_own_samples_pass() {
    let report = corpus::judge(&samples());
    print!("{report}");
    assert!(report.is_green());
    assert_eq!(report.count(Side::Client, Verdict::Passed), 4);
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
    for example in samples().pages.iter().flat_map(|page| &page.examples) {
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
