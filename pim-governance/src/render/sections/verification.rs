//! How the deployment was tested.

use super::super::{
    document::{Block, Chapter, Figure},
    tables,
    text::{instant, number},
    view::View,
};
use crate::verify::Verdict;

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    let verification = view.report.verification?;
    let mut chapter = Chapter::new("verification", "Verification");
    let privileges = match &verification.approved_privilege {
        Some(approved) => {
            format!("{} and {}", view.privilege(&verification.privilege), view.privilege(approved))
        }
        None => view.privilege(&verification.privilege),
    };
    chapter.text(format!(
        "Whether PIM does what its settings say was tried out between {} and {}, by activating {privileges}. A test \
         that could not be run has not passed.",
        instant(verification.began),
        instant(verification.ended),
    ));
    let of = |is: fn(&Verdict) -> bool| verification.checks.iter().filter(|check| is(&check.verdict)).count();
    let (failed, not_run) = (of(Verdict::is_failed), of(|verdict| matches!(verdict, Verdict::NotRun(_))));
    let figures = vec![
        Figure::new(number(of(Verdict::is_passed)), "tests passed"),
        Figure::new(number(failed), "tests failed").toned("bad", failed > 0),
        Figure::new(number(not_run), "tests not run").toned("warn", not_run > 0),
    ];
    chapter.blocks.push(Block::Figures { figures });
    chapter.table(tables::verification(view, view.report.rows));
    if !verification.left_behind.is_empty() {
        chapter.note("The tests left something behind that has to be ended by hand:");
        chapter.list(
            verification.left_behind.iter().map(|left| {
                let request = left.request.as_ref().map(|id| format!(", request {id}")).unwrap_or_default();
                format!("{}{request}: {}", view.privilege(&left.privilege), view.told(&left.why))
            }),
            false,
        );
    }
    Some(chapter)
}
