//! The emulator's side of the referee over pages of our own: other ids, roles, durations and actions than any
//! published page has, so that a rule which fits single pages only shows.

#![allow(clippy::expect_used)] // a helper of tests is a test

use std::path::Path;

use pim_tests::corpus::{Example, Folder, Outcome, Page, emulator, is_named};
use serde_json::Value;

fn variations() -> Folder {
    Folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/variations"), None).expect("pages")
}

fn failures(page: &Page) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let rows = runtime.block_on(emulator::judge(page, None));
    let failed = rows.into_iter().filter_map(|row| match row.outcome {
        Outcome::Failed(why) => Some(format!("{} example {}: {why}", page.name, row.example)),
        _ => None,
    });
    failed.collect()
}

#[test]
fn every_page_of_our_own_passes() {
    let folder = variations();
    assert!(folder.pages.len() >= 12 && folder.pages.iter().all(|page| page.faults.is_empty()));
    let failed: Vec<String> = folder.pages.iter().flat_map(failures).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

/// A referee that passes everything is none: another status, another type and a member too much are each seen.
#[test]
fn spoilt_pages_fail() {
    let spoils: [fn(&mut Example) -> bool; 3] = [
        |example| {
            let status = example.response.as_mut().and_then(|response| response.status.as_mut());
            status.map(|status| *status = 299).is_some()
        },
        |example| {
            let id = example.response.as_mut().and_then(|response| one(&mut response.body)?.get_mut("id"));
            id.map(|id| *id = Value::from(7)).is_some()
        },
        |example| {
            let one = example.response.as_mut().and_then(|response| one(&mut response.body));
            one.map(|one| one.insert("strange".to_owned(), true.into())).is_some()
        },
    ];
    for (number, spoil) in spoils.iter().enumerate() {
        let mut spoilt = 0;
        for page in variations().pages {
            for example in &page.examples {
                let mut own = Page::default();
                own.name.clone_from(&page.name);
                own.examples.push(example.clone());
                // The parts of a batch are judged elsewhere; what is not promised is not judged.
                let path = example.request.as_ref().map_or("", |request| request.path());
                if path == "/$batch"
                    || !is_named(path)
                    || !spoil(&mut own.examples[0])
                    || example.number % 3 != 0
                {
                    continue;
                }
                spoilt += 1;
                let failed = failures(&own);
                assert!(!failed.is_empty(), "spoil {number}: {} example {}", page.name, example.number);
            }
        }
        assert!(spoilt > 10, "spoil {number} met {spoilt} examples");
    }
}

/// The printed object, or the first row of a printed list.
fn one(body: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
    if body["value"].is_array() { body["value"].get_mut(0)?.as_object_mut() } else { body.as_object_mut() }
}
