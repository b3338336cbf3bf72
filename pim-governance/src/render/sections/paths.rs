//! Who can become Global Administrator, how, and with whose approval.

use super::super::{
    document::{Chapter, Chart, Series},
    tables,
    text::{count, list, sources},
    view::View,
};
use crate::resolve::{Resolver, Standing};

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    view.report.snapshot?;
    let paths = view.paths();
    let mut chapter = Chapter::new("paths", "Who can become Global Administrator");
    chapter.text(
        "A Global Administrator can do everything in the tenant. These people and applications are it, or can become \
         it: by activating, through groups, or as owner of a group or application that is. Each is shown by the way \
         that takes least.",
    );
    if paths.is_empty() {
        chapter.text("Nobody can, as far as was read.");
    }
    chapter.chart(chart(view));
    let unapproved = paths
        .iter()
        .filter(|path| path.standing == Standing::CanActivate && path.effort.approvals == 0)
        .count();
    if unapproved > 0 {
        let who = count(unapproved, "person can", "people can");
        chapter.note(format!("{who} activate it without anybody's approval."));
    }
    chapter.table(tables::paths(view, view.report.rows));
    let unread = view.resolver().map(Resolver::unread).unwrap_or_default();
    if !unread.is_empty() {
        chapter.note(format!("There may be more ways: not all was read of {}.", sources(&unread)));
    }
    Some(chapter)
}

/// What is counted, and what it takes to be.
type Kind = (&'static str, fn(&Standing) -> bool);

fn chart(view: &View<'_>) -> Chart {
    let kinds: [Kind; 4] = [
        ("Are it without end", |standing| *standing == Standing::Permanent),
        ("Are it for a time", |standing| matches!(standing, Standing::Until(_) | Standing::Activated(_))),
        ("May activate it", |standing| *standing == Standing::CanActivate),
        ("Could take it as owner", |standing| *standing == Standing::CanTake),
    ];
    let counts: Vec<_> = kinds
        .iter()
        .map(|(_, is)| view.standings().values().filter(|standing| is(standing)).count() as u64)
        .collect();
    let words: Vec<_> =
        kinds.iter().zip(&counts).map(|((name, _), n)| format!("{}: {n}", name.to_lowercase())).collect();
    Chart {
        id: "chart-paths",
        title: "Ways to Global Administrator".to_owned(),
        description: format!("How many people and applications {}.", list(&words)),
        categories: kinds.iter().map(|(name, _)| (*name).to_owned()).collect(),
        series: vec![Series { name: "People and applications".to_owned(), values: counts, colour: 0 }],
        stacked: true,
        tints: Vec::new(),
        svg: None,
    }
}
