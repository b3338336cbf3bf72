//! Each format on its own.

use pim_core::id::PrincipalId;
use serde_json::Value;

use super::samples::{findings, large, plan, tenant};
use crate::{
    analysis::Evidence,
    render::{RenderError, Report, Section, Table, Template, Templates},
    snapshot::SourceKind,
};

/// Each table of a page in Markdown: how many cells its lines have.
pub(super) fn tables(markdown: &str) -> Vec<Vec<usize>> {
    let mut tables = vec![Vec::new()];
    for line in markdown.lines() {
        if line.starts_with('|') {
            let bare = line.replace("\\\\", "").replace("\\|", "");
            tables.last_mut().unwrap().push(bare.matches('|').count());
        } else if !tables.last().unwrap().is_empty() {
            tables.push(Vec::new());
        }
    }
    tables.retain(|table| !table.is_empty());
    tables
}

#[test]
fn markdown_tells_of_everything_in_tables_of_equal_columns() {
    let (snapshot, findings, plan) = (tenant(), findings(), plan(&["settings", "pilot"]));
    let report = Report {
        snapshot: Some(&snapshot),
        findings: Some(&findings),
        plan: Some(&plan),
        ..Report::default()
    };
    let text = report.markdown().unwrap();
    let tables = tables(&text);
    assert!(tables.len() >= 10, "{}", tables.len());
    for table in tables {
        assert!(table.len() > 2 && table.iter().all(|cells| *cells == table[0]), "{table:?}");
    }
    for line in [
        "| Global Administrator | whole tenant | Daniel Frost | person | direct |",
        "| Authentication Administrator | whole tenant | Amy Porter | person | through Service Desk Agents |",
        "Daniel Frost holds Global Administrator without end.",
        "| longest activation: at most 8 hours<br>asked of who activates: a justification |",
        "| longest activation: at most 1 hour<br>asked of who activates: multi-factor sign-in and a justification |",
        "| high | revoke Global Administrator | Daniel Frost | assigned without end | nothing |",
        "Missing licence could not be judged, or only in part: not all was read of licences.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert_eq!(text, report.markdown().unwrap(), "the same each time");
}

#[test]
fn a_report_of_nothing_and_of_one_section_is_written() {
    let nothing = Report::default();
    assert!(nothing.markdown().unwrap().starts_with("# Privileged access\n"));
    assert!(nothing.html().unwrap().contains("</html>"));
    for table in Table::ALL {
        assert_eq!(nothing.csv(*table).unwrap().lines().count(), 1, "{table:?}");
    }
    let snapshot = tenant();
    let one = Report { snapshot: Some(&snapshot), sections: Some(&[Section::Paths]), ..nothing };
    let text = one.markdown().unwrap();
    assert_eq!(text.matches("\n## ").count(), 1, "{text}");
}

#[test]
fn pages_are_cut_and_csv_is_whole() {
    const PEOPLE: usize = 100_000;
    let snapshot = large(PEOPLE);
    let mut findings = findings();
    findings.findings[0].evidence =
        (0..PEOPLE).map(|n| Evidence::new(SourceKind::Users, n, "a fact")).collect();
    let report =
        Report { snapshot: Some(&snapshot), findings: Some(&findings), rows: 200, ..Report::default() };
    let (page, markdown) = (report.html().unwrap(), report.markdown().unwrap());
    assert!(page.len() < 400_000 && markdown.len() < 200_000, "{} {}", page.len(), markdown.len());
    let more = "and 99,980 more; all are in findings.csv";
    assert!(page.contains(more) && markdown.contains(more) && !page.contains(".csv.csv"));
    assert_eq!(report.csv(Table::Findings).unwrap().matches("a fact").count(), PEOPLE);
    assert!(page.contains("200 of 100000 rows; all are in permanent.csv"));
    assert!(markdown.contains("200 of 100000 rows are shown; all are in permanent.csv."));
    assert_eq!(report.csv(Table::Permanent).unwrap().lines().count(), PEOPLE + 1);
}

#[test]
fn csv_is_read_back_with_ids_beside_names() {
    let (snapshot, plan) = (tenant(), plan(&["settings", "pilot"]));
    let report = Report { snapshot: Some(&snapshot), plan: Some(&plan), ..Report::default() };
    let text = report.csv(Table::Permanent).unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(&rows.headers().unwrap()[0], "Role");
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    let mut sorted: Vec<_> = rows.iter().map(|row| (row[6].to_owned(), row[0].to_owned())).collect();
    let order =
        |surface: &str| ["directory_roles", "groups", "azure_roles"].iter().position(|s| *s == surface);
    sorted.sort_by_key(|(surface, role)| (order(surface), role.clone()));
    assert!(sorted.iter().map(|(_, role)| role).eq(rows.iter().map(|row| &row[0])), "sorted by role");
    let through = rows.iter().find(|row| row[4].starts_with("through Service Desk Agents")).unwrap();
    let person: PrincipalId = through[8].parse().unwrap();
    assert!(snapshot.users.iter().any(|user| user.id == person), "the person, not the group");

    let text = report.csv(Table::Plan).unwrap();
    let rows =
        csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!((rows.len(), &rows[2][6]), (3, "pilot"));
}

#[test]
fn json_has_all_rows_and_the_names_of_ids() {
    let (snapshot, findings, plan) = (tenant(), findings(), plan(&["settings", "pilot"]));
    let report = Report {
        snapshot: Some(&snapshot),
        findings: Some(&findings),
        plan: Some(&plan),
        rows: 1,
        ..Report::default()
    };
    let json: Value = serde_json::from_str(&report.json().unwrap()).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"pim-report".into(), &1.into()));
    let standing = snapshot.assignments.iter().filter(|row| row.is_standing()).count();
    let access = json["access"].as_array().unwrap();
    assert!(access.iter().filter(|row| row["state"] == "permanent").count() >= standing);
    assert_eq!(json["findings"]["findings"].as_array().unwrap().len(), findings.findings.len());
    assert_eq!(serde_json::from_value::<crate::plan::Plan>(json["plan"].clone()).unwrap(), plan);
    let who = json["findings"]["findings"][1]["principal"].as_str().unwrap();
    assert_eq!(json["names"][who], "Daniel Frost");
    let some = Report { sections: Some(&[Section::Findings]), ..report };
    let some: Value = serde_json::from_str(&some.json().unwrap()).unwrap();
    assert!(some.get("plan").is_none() && some["access"].as_array().unwrap().is_empty(), "{some}");
}

#[test]
fn templates_of_ones_own_are_used_and_refused_by_their_line() {
    let snapshot = tenant();
    let own = Templates::default().with(Template::Markdown, "{{ facts[2].value }}, {{ sections|length }}");
    let report = Report { snapshot: Some(&snapshot), templates: Some(&own), ..Report::default() };
    assert!(report.markdown().unwrap().starts_with("Emma Clarke, "));
    let wrong = Templates::default().with(Template::Html, "\n\n{{ report.facts[2].value|nothing }}");
    let error = Report { templates: Some(&wrong), ..report }.html().unwrap_err();
    assert!(matches!(error, RenderError::Template { line: Some(3), .. }), "{error:?}");
    assert!(!error.to_string().contains("Emma"), "{error}");
    let closing = Templates::default().with(Template::Style, "p { } </STYLE><script>");
    let error = Report { templates: Some(&closing), ..report }.html().unwrap_err();
    assert!(error.to_string().contains("report.css"), "{error}");
}
