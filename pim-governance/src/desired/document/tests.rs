//! Hostile files: a typed answer with a place, and no panic.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::desired::{Design, DesignErrors, FaultKind};

const SAMPLE: &str = include_str!("../../../samples/fernhill.yaml");

fn first(result: Result<Design, DesignErrors>) -> (FaultKind, Option<Mark>, String) {
    let errors = result.unwrap_err();
    assert!((1..=100).contains(&errors.faults.len()));
    let fault = errors.faults[0].clone();
    (fault.kind, fault.place.map(|place| (place.line, place.column)), fault.message)
}

#[test]
fn hostile_yaml_is_answered_with_kind_and_place() {
    let deep = format!("version: 1\nroles: {}", "[".repeat(100_000));
    let deep_block = (0..200).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "{}a:", " ".repeat(n));
        text
    });
    let mut bomb = "version: 1\nroles: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in b'a'..b'k' {
        let (from, to) = (char::from(n), char::from(n + 1));
        let _ = writeln!(
            bomb,
            "{to}: &{to} [*{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}, *{from}]"
        );
    }
    let chain = (0..5_000).fold("version: 1\nx0: &x0 [a]\n".to_owned(), |mut text, n| {
        let _ = writeln!(text, "x{0}: &x{0} [*x{n}]", n + 1);
        text
    });
    for (text, kind, mark) in [
        ("", FaultKind::Syntax, Some((1, 1))),
        ("# nothing\n", FaultKind::Syntax, Some((1, 1))),
        ("\u{feff}version: 1\nx: 1", FaultKind::UnknownKey, Some((2, 1))),
        ("- version: 1", FaultKind::Value, Some((1, 1))),
        ("version", FaultKind::Value, Some((1, 1))),
        ("{}", FaultKind::MissingKey, Some((1, 1))),
        ("version: 2\nanything: goes", FaultKind::Value, Some((1, 10))),
        ("version: 1\nversion: 1", FaultKind::DuplicateKey, Some((2, 1))),
        ("version: 1\nmin_administrators: .nan", FaultKind::Value, Some((2, 21))),
        ("version: 1\nmin_administrators: 1e999", FaultKind::Value, Some((2, 21))),
        ("version: 1\nmin_administrators: -.inf", FaultKind::Value, Some((2, 21))),
        ("version: 1\nmin_administrators: 0", FaultKind::Value, Some((2, 21))),
        ("version: 1\nmin_administrators: -1", FaultKind::Value, Some((2, 21))),
        ("version: 1\nmin_administrators: 99999999999999999999", FaultKind::Value, Some((2, 21))),
        ("version: 1\nbreak_glass: [2026-01-01, 12]", FaultKind::Value, Some((2, 27))),
        ("version: 1\nbreak_glass: ['', '  ']", FaultKind::Value, Some((2, 15))),
        ("version: 1\nbreak_glass: *nobody", FaultKind::Syntax, None),
        ("version: 1\nroles: &a [*a]", FaultKind::Syntax, None),
        ("version: 1\nroles: !!python/object [x]", FaultKind::Syntax, None),
        ("version: 1\n<<: { roles: [] }", FaultKind::Syntax, Some((2, 1))),
        ("version: 1\n? [a, b]\n: c", FaultKind::Syntax, None),
        ("version: 1\n1: 2", FaultKind::Syntax, Some((2, 1))),
        ("version: 1\n---\nversion: 1", FaultKind::Syntax, None),
        ("version: 1\nroles:\n\t- role: x", FaultKind::Syntax, None),
        ("version: 1\nroles: [", FaultKind::Syntax, None),
        ("version: 1\nroles: \"", FaultKind::Syntax, None),
        ("version: 1\nnaming: [{ of: units, pattern: '(' }]", FaultKind::Value, Some((2, 32))),
        (&deep, FaultKind::Syntax, None),
        (&deep_block, FaultKind::Syntax, None),
        (&bomb, FaultKind::Syntax, None),
        (&chain, FaultKind::Syntax, None),
    ] {
        let (is, at, message) = first(Design::from_yaml(text));
        let start: String = text.chars().take(80).collect();
        assert_eq!(is, kind, "{start}: {message}");
        assert!(at.is_some() && (mark.is_none() || at == mark), "{start}: {at:?} {message}");
    }
}

#[test]
fn hostile_json_is_answered_with_kind_and_place() {
    let deep = format!("{{\"version\": 1, \"roles\": {}", "[".repeat(100_000));
    let nested = format!("{{\"version\": 1, \"roles\": {}{}}}", "[".repeat(60), "]".repeat(60));
    for (text, kind, mark) in [
        ("", FaultKind::Syntax, Some((1, 1))),
        ("\u{feff}{\"version\": 1, \"x\": 1}", FaultKind::UnknownKey, Some((1, 16))),
        ("{\"version\": 1,\n\t\"roles\": [{\"rol\\u0065\": 1e999}]}", FaultKind::Value, Some((2, 26))),
        ("{\"version\": 1,\n \"version\": 1}", FaultKind::DuplicateKey, Some((2, 2))),
        ("{\"version\": 1, \"break_glass\": [null]}", FaultKind::Value, Some((1, 32))),
        ("{\"version\": 1, // no\n}", FaultKind::Syntax, None),
        ("{\"version\": NaN}", FaultKind::Syntax, None),
        ("{\"version\": 1} x", FaultKind::Syntax, None),
        ("{\"version\": 1, \"a\\ud800\": 1}", FaultKind::Syntax, None),
        (&deep, FaultKind::Syntax, None),
        (&nested, FaultKind::Syntax, None),
    ] {
        let (is, at, message) = first(Design::from_json(text));
        let start: String = text.chars().take(80).collect();
        assert_eq!(is, kind, "{start}: {message}");
        assert!(at.is_some() && (mark.is_none() || at == mark), "{start}: {at:?} {message}");
    }
}

#[test]
fn a_file_is_named_and_one_that_cannot_be_read_says_why() {
    let folder = std::env::temp_dir().join(format!("pim-design-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("design.yaml");
    let name = file.display().to_string();
    assert_eq!(first(Design::read(&file)).0, FaultKind::Unreadable);
    std::fs::write(&file, "version: 1\nrole: []").unwrap();
    let told = Design::read(&file).unwrap_err().to_string();
    assert_eq!(told, format!("{name}:2:1: role: there is no key `role` here; did you mean `roles`?"));
    std::fs::write(&file, b"version: 1\n# \xff").unwrap();
    assert!(Design::read(&file).unwrap_err().to_string().contains("not UTF-8, from line 2"));
    std::fs::write(folder.join("design.JSON"), "{\"version\": 1}").unwrap();
    assert_eq!(Design::read(folder.join("design.JSON")).unwrap(), Design::default());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_of_another_kind_yields_no_more_faults_than_one_can_read() {
    let text = (0..5_000).fold("version: 1\n".to_owned(), |mut text, n| {
        let _ = writeln!(text, "key{n}: {n}");
        text
    });
    assert_eq!(Design::from_yaml(&text).unwrap_err().faults.len(), 100);
}

#[test]
fn aliases_repeat_what_they_stand_for() {
    let text = "version: 1\nbreak_glass: &them [a, b]\nprotected: *them";
    let design = Design::from_yaml(text).unwrap();
    assert_eq!((design.break_glass.len(), &design.protected), (2, &design.break_glass));
}

#[test]
fn the_shipped_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/design.schema.json");
    let current = format!("{}\n", serde_json::to_string_pretty(&Design::schema()).unwrap());
    if std::env::var_os("PIM_WRITE_SCHEMA").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shipped == current, "the schema is out of date: run this test with PIM_WRITE_SCHEMA=1");
}

/// Every form that the schema uses is one that the checker knows: what it did not, it would let pass.
#[test]
fn the_checker_knows_every_word_of_the_schema() {
    fn walk(value: &serde_json::Value, words: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, value) in map {
                    let names = matches!(key.as_str(), "properties" | "$defs");
                    if names {
                        value
                            .as_object()
                            .into_iter()
                            .flat_map(serde_json::Map::values)
                            .for_each(|v| walk(v, words));
                    } else {
                        walk(value, words);
                    }
                    words.insert(key.clone());
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, words)),
            _ => {}
        }
    }
    let mut words = std::collections::BTreeSet::new();
    walk(schema::schema(), &mut words);
    for known in [
        "$defs",
        "$ref",
        "$schema",
        "additionalProperties",
        "anyOf",
        "const",
        "default",
        "description",
        "enum",
        "examples",
        "format",
        "items",
        "maxLength",
        "maximum",
        "minLength",
        "minimum",
        "oneOf",
        "properties",
        "required",
        "title",
        "type",
    ] {
        words.remove(known);
    }
    assert_eq!(words.into_iter().collect::<Vec<_>>(), Vec::<String>::new());
}

/// Some bytes of the sample changed, lost or doubled.
fn damaged() -> impl Strategy<Value = String> {
    let junk = proptest::sample::select(vec![
        "", "\t", "\n", "&a ", "*a ", "!x ", "[", "]", "{", "}", ": ", "- ", "\"", "'", "|", ">", "#", "%",
        "@", "`", "\u{feff}", "\u{2028}", "\0", "null", "1e999", "---\n", "? ", "<<: ", "é",
    ]);
    proptest::collection::vec((0..SAMPLE.len(), junk, 0_usize..4), 1..6).prop_map(|changes| {
        let mut text = SAMPLE.to_owned();
        for (at, junk, lost) in changes {
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let end = (at + lost..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
            text.replace_range(at..end, junk);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn damage_is_told_and_what_is_read_can_be_written(text in damaged()) {
        match Design::from_yaml(&text) {
            Ok(design) => prop_assert_eq!(Design::from_yaml(&design.to_yaml()).unwrap(), design),
            Err(errors) => prop_assert!(errors.faults.iter().all(|fault| fault.place.is_some())),
        }
        let _ = Design::from_json(&text);
    }

    #[test]
    fn any_text_is_written_so_that_it_reads_back(words in proptest::collection::vec("\\PC{0,12}|[\\x00-\\x1f]{1,3}|y|no|~|1e3|0x1f|2026-01-01|12:30|- a|a: b|a #b|\u{feff}x|\u{2028}| a |1_000|\\.5|\\+", 0..6)) {
        let items: Vec<_> = words.iter().map(|word| Node::new((1, 1), Body::Text(word.clone()))).collect();
        let members = words.iter().enumerate().map(|(n, word)| Member {
            key: format!("{word}{n}"),
            mark: (1, 1),
            value: Node::new((1, 1), Body::List(items.clone())),
        });
        let tree = Node::new((1, 1), Body::Map(members.collect()));
        let text = write::write(&tree);
        let again = if words.is_empty() { return Ok(()) } else { yaml::read(&text).unwrap() };
        prop_assert_eq!(again.to_json(), tree.to_json(), "{}", text);
        let json = serde_json::to_string_pretty(&tree.to_json()).unwrap();
        prop_assert_eq!(json::read(&json).unwrap().to_json(), tree.to_json());
    }
}
