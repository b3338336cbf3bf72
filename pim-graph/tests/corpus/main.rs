//! The published requests and responses as referee: every response is read without loss, every request is
//! built as it is printed. Reads the directory named in `PIM_CORPUS` and is skipped without it.

#[path = "check.rs"]
mod check;
#[path = "model.rs"]
mod model;
#[path = "routes.rs"]
mod routes;

use std::{collections::BTreeMap, path::Path};

use check::Row;
use serde_json::Value;

#[test]
fn published_examples_pass() {
    match std::env::var_os("PIM_CORPUS") {
        Some(directory) => check_directory(Path::new(&directory)),
        None => println!("skipped: corpus not present"),
    }
}

#[test]
fn our_own_samples_pass() {
    check_directory(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire"));
}

/// Whatever stands in the place of a member: it is refused, or written back as it came. Never a panic, never a loss.
#[test]
fn spoilt_samples_are_refused_or_kept() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire");
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
    for entry in std::fs::read_dir(directory).expect("samples") {
        let page: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        for example in page["examples"].as_array().unwrap() {
            let request = &example["request"];
            for place in places(&example["response"]["body"]) {
                for spoil in &spoils {
                    let mut response = example["response"].clone();
                    let Some(member) = response.pointer_mut(&format!("/body{place}")) else { continue };
                    *member = spoil.clone();
                    let row = check::response(request, &response, false, &mut BTreeMap::new());
                    let _ = model::response(request, &response["body"]);
                    match row {
                        Row::Failed(why) if why.contains("wrote") => panic!("{place}: {why}"),
                        Row::Failed(_) => refused += 1,
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

fn check_directory(directory: &Path) {
    let entries = std::fs::read_dir(directory).unwrap_or_else(|e| panic!("{}: {e}", directory.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap_or_else(|e| panic!("{e}")).path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no pages", directory.display());
    let mut pages = BTreeMap::from([("failed", 0), ("not covered", 0), ("passed", 0)]);
    let mut undeclared = BTreeMap::new();
    for file in &files {
        let text = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let page: Value = serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let rows = check_page(&page, &mut undeclared);
        let verdict = if rows.iter().any(|(_, row)| matches!(row, Row::Failed(_))) {
            "failed"
        } else if rows.iter().any(|(_, row)| matches!(row, Row::Passed)) {
            "passed"
        } else {
            "not covered"
        };
        *pages.entry(verdict).or_default() += 1;
        report(file, verdict, &rows);
    }
    let members = schema_members(directory).unwrap_or_default();
    let (known, unknown): (Vec<_>, Vec<_>) =
        undeclared.into_iter().partition(|((_, member), _)| members.contains(member));
    println!("members that no shape declares: {unknown:?}");
    println!("of these in the published schema: {known:?}");
    println!("pages: {pages:?}");
    assert_eq!(pages["failed"], 0);
    assert!(known.is_empty(), "a member of the schema is carried by an extras map only");
}

fn check_page(page: &Value, undeclared: &mut BTreeMap<(String, String), usize>) -> Vec<(String, Row)> {
    let examples = page["examples"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut rows = Vec::new();
    for (n, example) in examples.iter().enumerate() {
        let api = example["api"].as_str().or(page["api"].as_str()).unwrap_or("v1.0");
        let request = &example["request"];
        let name = |side| {
            format!(
                "{n} {side} {} {}",
                request["method"].as_str().unwrap_or("-"),
                request["url"].as_str().unwrap_or("-")
            )
        };
        rows.push((name("request"), check::request(api, request)));
        rows.extend(model::new_request(request).map(|row| (name("request in the model"), row)));
        rows.extend(
            model::response(request, &example["response"]["body"])
                .map(|row| (name("response in the model"), row)),
        );
        if !example["response"]["body"].is_null() {
            rows.push((
                name("response"),
                check::response(request, &example["response"], example["fragment"] == true, undeclared),
            ));
        }
    }
    rows
}

fn report(file: &Path, verdict: &str, rows: &[(String, Row)]) {
    let count = |wanted: fn(&Row) -> bool| rows.iter().filter(|(_, row)| wanted(row)).count();
    println!(
        "{verdict:11} {}: {} passed, {} failed, {} not covered",
        file.file_stem().unwrap_or_default().to_string_lossy(),
        count(|row| matches!(row, Row::Passed)),
        count(|row| matches!(row, Row::Failed(_))),
        count(|row| matches!(row, Row::NotCovered(_))),
    );
    for (name, row) in rows {
        match row {
            Row::Passed => {}
            Row::Failed(why) => println!("    failed {name}: {why}"),
            Row::NotCovered(why) => println!("    not covered {name}: {why}"),
        }
    }
}

/// Every member name of the published schema, where that lies beside the corpus.
fn schema_members(corpus: &Path) -> Option<std::collections::BTreeSet<String>> {
    let text = std::fs::read(corpus.parent()?.join("graph-schema.json")).ok()?;
    let schema: Value = serde_json::from_slice(&text).ok()?;
    let mut members = std::collections::BTreeSet::new();
    for shape in schema["types"].as_object()?.values() {
        for part in ["properties", "navigation"] {
            members.extend(shape[part].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
        }
    }
    Some(members)
}
