//! What is not as it should be.

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    text::{self, instant, source},
    view::View,
};

pub(in super::super) fn findings(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Severity"),
        Column::text("What"),
        Column::text("Who"),
        Column::text("Role"),
        Column::text("In words"),
        Column::text("What to do"),
        Column::text("What proves it"),
        Column::hidden("Code"),
        Column::hidden("Principal id"),
        Column::hidden("Privilege"),
    ];
    let mut grid = Grid::new("findings".into(), "Findings".into(), columns, Table::Findings);
    for finding in view.report.findings.into_iter().flat_map(|all| &all.findings) {
        grid.push(room, || {
            let severity = Cell::new(finding.severity.as_str());
            let evidence = finding.evidence.iter().map(|one| {
                let at = one.at.map(|at| format!(", {}", instant(at))).unwrap_or_default();
                format!("{} ({} {}{at})", view.told(&one.fact), source(one.source), one.id)
            });
            vec![
                severity.class(finding.severity.as_str()).sort(finding.severity as u64),
                Cell::new(text::finding(finding.code)),
                Cell::new(finding.principal.as_ref().map(|id| view.principal(id)).unwrap_or_default()),
                Cell::new(finding.privilege.as_ref().map(|what| view.privilege(what)).unwrap_or_default()),
                Cell::new(view.told(&finding.message)),
                Cell::new(view.told(&finding.remedy)),
                Cell::lines(evidence).class("proof"),
                Cell::new(finding.code.as_str()),
                Cell::new(finding.principal.as_ref().map(ToString::to_string).unwrap_or_default()),
                Cell::new(finding.privilege.as_ref().map(ToString::to_string).unwrap_or_default()),
            ]
        });
    }
    grid
}
