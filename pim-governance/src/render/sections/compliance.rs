//! Whether the tenant meets the baseline.

use super::super::{
    document::{Block, Chapter, Figure},
    tables,
    text::number,
    view::View,
};
use crate::compliance::Verdict;

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    let compliance = view.report.compliance?;
    let mut chapter = Chapter::new("compliance", "Compliance");
    chapter.text(
        "The baseline that CISA publishes for highly privileged access (SCuBA, MS.AAD.3.6 and 7.1 to 7.9), judged by \
         its published criteria. A check passes only where everything that it needs was read.",
    );
    let how_many =
        |is: fn(&Verdict) -> bool| compliance.results.iter().filter(|result| is(&result.verdict)).count();
    let failed = how_many(|verdict| *verdict == Verdict::Fail);
    let unknown = how_many(|verdict| matches!(verdict, Verdict::CannotTell { .. }));
    let figures = vec![
        Figure::new(number(how_many(|verdict| *verdict == Verdict::Pass)), "checks met"),
        Figure::new(number(failed), "checks not met").toned("bad", failed > 0),
        Figure::new(number(unknown), "can't be told").toned("warn", unknown > 0),
    ];
    chapter.blocks.push(Block::Figures { figures });
    chapter.table(tables::compliance(view, view.report.rows));
    Some(chapter)
}
