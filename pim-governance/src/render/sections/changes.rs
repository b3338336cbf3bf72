//! What changed between two snapshots.

use super::{
    super::{
        Report,
        document::{Chapter, Chart, Series},
        tables,
        text::{instant, list},
        view::View,
    },
    summary::Standings,
};

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    let (before, after) = (view.report.before?, view.report.snapshot?);
    let mut chapter = Chapter::new("changes", "Before and after");
    let (from, to) = (instant(before.taken_at), instant(after.taken_at));
    chapter.text(format!("What is different between {from} and {to}."));
    let earlier = Report { snapshot: view.report.before, before: None, ..*view.report };
    chapter.chart(chart(&Standings::of(&View::new(&earlier)), &Standings::of(view)));
    let grid = tables::changes(view, view.report.rows);
    if grid.total == 0 {
        chapter.text("No right came or went.");
    }
    chapter.table(grid);
    Some(chapter)
}

fn chart(before: &Standings, after: &Standings) -> Chart {
    let rows = [
        ("Tier 0 without end", before.tier0_permanent, after.tier0_permanent),
        ("Tier 0 may be activated", before.tier0_eligible, after.tier0_eligible),
        ("All rights without end", before.permanent, after.permanent),
        ("All that may be activated", before.eligible, after.eligible),
    ];
    let words: Vec<_> =
        rows.iter().map(|(name, from, to)| format!("{}: {from}, then {to}", name.to_lowercase())).collect();
    let series = |name: &str, colour, value: fn(&(&str, usize, usize)) -> usize| Series {
        name: name.to_owned(),
        values: rows.iter().map(|row| value(row) as u64).collect(),
        colour,
    };
    Chart {
        id: "chart-changes",
        title: "People and applications before and after".to_owned(),
        description: format!("How many people and applications have {}.", list(&words)),
        categories: rows.iter().map(|(name, ..)| (*name).to_owned()).collect(),
        series: vec![series("Before", 4, |row| row.1), series("After", 0, |row| row.2)],
        stacked: false,
        tints: Vec::new(),
        svg: None,
    }
}
