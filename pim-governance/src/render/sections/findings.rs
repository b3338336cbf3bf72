//! What is not as it should be.

use std::collections::BTreeSet;

use super::super::{
    document::{Chapter, Chart, Series},
    tables,
    text::{finding, list, sources, title},
    view::View,
};
use crate::analysis::{Severity, Unjudged};

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    let findings = view.report.findings?;
    let mut chapter = Chapter::new("findings", "Findings");
    chapter.text(
        "What is not as it should be, worst first, with what to do about it and what proves it. Critical: to be done \
         today. High: this week. Medium: this quarter. Low: some day. Info: good to know.",
    );
    if findings.findings.is_empty() {
        chapter.text("Nothing was found.");
    }
    chapter.chart(chart(view));
    chapter.table(tables::findings(view, view.report.rows));
    if let Some(note) = unjudged(&findings.unjudged) {
        chapter.note(note);
    }
    Some(chapter)
}

/// One note for all: what keeps many kinds from being judged is mostly the same.
fn unjudged(codes: &[Unjudged]) -> Option<String> {
    let missing: BTreeSet<_> = codes.iter().flat_map(|unjudged| &unjudged.missing).collect();
    let missing = sources(missing);
    match codes {
        [] => None,
        [one] => Some(format!(
            "{} could not be judged, or only in part: not all was read of {missing}. That nothing was found there proves nothing.",
            finding(one.code),
        )),
        many => {
            let kinds: Vec<_> = many.iter().map(|one| finding(one.code)).collect();
            Some(format!(
                "{} kinds of findings could not be judged, or only in part, because not all was read of {missing}: {}. \
                 That nothing was found there proves nothing.",
                many.len(),
                list(&kinds)
            ))
        }
    }
}

pub(super) fn count_of(view: &View<'_>, severity: Severity) -> usize {
    let findings = view.report.findings.into_iter().flat_map(|all| &all.findings);
    findings.filter(|finding| finding.severity == severity).count()
}

fn chart(view: &View<'_>) -> Chart {
    let worst_first = || Severity::ALL.into_iter().rev();
    let values: Vec<_> = worst_first().map(|severity| count_of(view, severity) as u64).collect();
    let words: Vec<_> = worst_first().zip(&values).map(|(severity, n)| format!("{n} {severity}")).collect();
    Chart {
        id: "chart-findings",
        title: "Findings by severity".to_owned(),
        description: format!("{}.", list(&words)),
        categories: worst_first().map(|severity| title(severity.as_str())).collect(),
        series: vec![Series { name: "Findings".to_owned(), values, colour: 0 }],
        stacked: true,
        tints: vec![7, 3, 1, 5, 4],
        svg: None,
    }
}
