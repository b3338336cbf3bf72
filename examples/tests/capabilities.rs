//! The table of capabilities names tests that exist.

use std::{fs, path::Path};

#[test]
fn every_test_in_the_table_is_where_it_says() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let table = fs::read_to_string(docs.join("capabilities.md")).unwrap();
    let mut seen = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let tests: Vec<_> = row.split("[`").skip(1).filter_map(|rest| rest.split_once("`](")).collect();
        assert!(!tests.is_empty(), "a row without a test: {row}");
        for (name, rest) in tests {
            let path = rest.split(')').next().unwrap();
            let source = fs::read_to_string(docs.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
            assert!(source.contains(&format!("fn {name}(")), "{path} has no {name}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} tests in the table");
}
