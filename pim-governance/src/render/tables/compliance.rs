//! Whether the tenant meets the baseline.

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    text::sources,
    view::View,
};
use crate::compliance::{Criticality, Offender, Verdict};

pub(in super::super) fn compliance(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Check"),
        Column::text("What it demands"),
        Column::text("Verdict"),
        Column::text("Why"),
        Column::text("What stands against it"),
        Column::text("Binds"),
    ];
    let mut grid = Grid::new("compliance".into(), "SCuBA baseline".into(), columns, Table::Compliance);
    for result in view.report.compliance.into_iter().flat_map(|all| &all.results) {
        grid.push(room, || {
            let (word, class, rank) = match &result.verdict {
                Verdict::Fail => ("not met", "no", 0),
                Verdict::CannotTell { .. } => ("can't be told", "part", 1),
                Verdict::Pass => ("met", "yes", 2),
            };
            let why = match &result.verdict {
                Verdict::CannotTell { missing, why } if missing.is_empty() => view.told(why),
                Verdict::CannotTell { missing, why } => {
                    format!("{} Not all was read of {}.", view.told(why), sources(missing))
                }
                _ => view.told(&result.explanation),
            };
            vec![
                Cell::new(result.check.id()),
                Cell::new(result.check.demand()),
                Cell::new(word).class(class).sort(rank),
                Cell::new(why),
                Cell::lines(result.offenders.iter().map(|one| offender(view, one))).class("proof"),
                Cell::muted(match result.check.criticality() {
                    Criticality::Shall => "shall",
                    Criticality::Should => "should",
                }),
            ]
        });
    }
    grid
}

fn offender(view: &View<'_>, offender: &Offender) -> String {
    let who = offender.principal.as_ref().map(|id| view.principal(id));
    let what = offender.privilege.as_ref().map(|privilege| view.privilege(privilege));
    let policy = offender.conditional_access.as_ref().map(|id| view.conditional_access(id));
    let about: Vec<_> = [who, what, policy].into_iter().flatten().collect();
    match about.is_empty() {
        true => view.told(&offender.fact),
        false => format!("{}: {}", about.join(", "), view.told(&offender.fact)),
    }
}
