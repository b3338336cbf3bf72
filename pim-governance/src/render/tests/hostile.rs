//! Names that mean to be something else, in every format.

use super::{
    formats::tables,
    page::check,
    samples::{HOSTILE, hostile, plan},
};
use crate::render::{Report, Table, text::clean};

#[test]
fn a_page_shows_hostile_names_and_does_nothing() {
    let (snapshot, plan) = (hostile(), plan(&HOSTILE[..2]));
    for title in HOSTILE {
        let report =
            Report { title: Some(title), snapshot: Some(&snapshot), plan: Some(&plan), ..Report::default() };
        let page = check(&report.html().unwrap());
        assert_eq!(page.named("h1")[0].text(), clean(title));
        let cells: Vec<_> = page.named("td").iter().map(super::Element::text).collect();
        for name in HOSTILE {
            assert!(cells.iter().any(|cell| *cell == clean(name)), "{name}");
        }
    }
}

#[test]
fn markdown_keeps_its_tables_and_links_nowhere() {
    let (snapshot, plan) = (hostile(), plan(&HOSTILE[2..4]));
    let report =
        Report { title: Some(HOSTILE[4]), snapshot: Some(&snapshot), plan: Some(&plan), ..Report::default() };
    let text = report.markdown().unwrap();
    for table in tables(&text) {
        assert!(table.len() > 2 && table.iter().all(|cells| *cells == table[0]), "{table:?}");
    }
    let bare = text.replace("<br>", "");
    for wrong in ["<", "\n# heading", "://", "www.", "l](", "mail@", "\u{202e}", " `x`", " *b*"] {
        assert!(!bare.contains(wrong), "{wrong:?}\n{text}");
    }
    assert!(
        text.contains("a\\|b\\|\\|c")
            && text.contains("[U+202E]".replace('[', "\\[").replace(']', "\\]").as_str())
    );
}

#[test]
fn csv_holds_nothing_that_a_spreadsheet_computes() {
    let snapshot = hostile();
    let report = Report { snapshot: Some(&snapshot), ..Report::default() };
    for table in Table::ALL {
        let text = report.csv(*table).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for row in reader.records().map(Result::unwrap) {
            for field in &row {
                assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r']), "{table:?}: {field}");
                assert!(!field.contains(['\n', '\r', '\u{202e}']), "{table:?}: {field:?}");
            }
        }
    }
    let text = report.csv(Table::Permanent).unwrap();
    assert!(text.contains("'=cmd|'/C calc'!A0") && text.contains("'-2+3"));
}

#[test]
fn json_is_json() {
    let snapshot = hostile();
    let report = Report { title: Some(HOSTILE[0]), snapshot: Some(&snapshot), ..Report::default() };
    let json: serde_json::Value = serde_json::from_str(&report.json().unwrap()).unwrap();
    assert_eq!(json["title"], HOSTILE[0]);
    let names: Vec<_> = json["access"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect();
    assert!(HOSTILE.iter().all(|name| names.contains(&clean(name).into())));
}
