//! What is to be done.

use super::super::{
    document::{Block, Chapter, Chart, Figure, Series},
    tables,
    text::{count, list, number, sources},
    view::View,
};
use crate::plan::{Change, Plan, Step};

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    let plan = view.report.plan?;
    let mut chapter = Chapter::new("plan", "Plan");
    chapter.text(
        "What is to be done so that the tenant is as wanted, wave by wave. Settings come first, then who becomes \
         eligible, and only when that is in force the permanent right is taken away. Each step names what is there \
         now, what will be, and why.",
    );
    if plan.is_empty() {
        chapter.text("Nothing differs: there is nothing to do.");
        return Some(chapter);
    }
    let (before, after) = (plan.administrators.before.len(), plan.administrators.after.len());
    let guarded = plan.guarded.break_glass.len() + plan.guarded.protected.len();
    let figures = vec![
        Figure::new(number(plan.steps.len()), "steps"),
        Figure::new(number(plan.waves.len()), if plan.waves.len() == 1 { "wave" } else { "waves" }),
        Figure::new(format!("{before} → {after}"), "administrators who need no activation, before and after")
            .toned("bad", after < plan.guarded.min_administrators),
        Figure::new(number(plan.refused.len()), "refused by a guard").toned("warn", !plan.refused.is_empty()),
        Figure::new(number(guarded), "accounts and groups that no step touches"),
    ];
    chapter.blocks.push(Block::Figures { figures });
    let names: Vec<_> = plan.administrators.after.iter().map(|id| view.principal(id)).collect();
    chapter.text(format!(
        "After the last step {} Global Administrator without activating, and at least {} must remain: {}.",
        count(after, "person is", "people are"),
        plan.guarded.min_administrators,
        if names.is_empty() { "nobody".to_owned() } else { list(&names) }
    ));
    chapter.chart(chart(plan));
    for (wave, _) in plan.waves.iter().enumerate() {
        chapter.table(tables::steps(view, Some(wave), view.report.rows));
    }
    chapter.table(tables::refused(view, view.report.rows));
    if !plan.notices.is_empty() {
        chapter.table(tables::notices(view, view.report.rows));
    }
    if !plan.unread.is_empty() {
        chapter.note(format!(
            "Not all was read of {}. What hangs on that was left as it is, and is not in this plan.",
            sources(&plan.unread)
        ));
    }
    Some(chapter)
}

/// What is counted, and what it takes to be.
type Kind = (&'static str, fn(&Plan, &Step) -> bool);

fn chart(plan: &Plan) -> Chart {
    let kinds: [Kind; 4] = [
        ("Settings changed", |_, step| matches!(step.change, Change::Policy { .. })),
        ("Rights given or changed", |plan, step| {
            matches!(step.change, Change::Grant(_)) && !step.change.takes_away(plan.taken_at)
        }),
        ("Rights taken away or shortened", |plan, step| step.change.takes_away(plan.taken_at)),
        ("Reviews", |_, step| matches!(step.change, Change::Review(_) | Change::RemoveReview { .. })),
    ];
    let mut series = Vec::new();
    for (colour, (name, is)) in kinds.into_iter().enumerate() {
        let mut values = vec![0; plan.waves.len()];
        for step in plan.steps.iter().filter(|step| is(plan, step)) {
            if let Some(value) = values.get_mut(step.wave) {
                *value += 1;
            }
        }
        series.push(Series { name: name.to_owned(), values, colour });
    }
    series.retain(|series| series.values.iter().any(|value| *value > 0));
    let words: Vec<_> = series
        .iter()
        .map(|series| format!("{}: {}", series.name.to_lowercase(), series.values.iter().sum::<u64>()))
        .collect();
    Chart {
        id: "chart-plan",
        title: "Steps by wave".to_owned(),
        description: format!("In all, {}.", list(&words)),
        categories: plan.waves.clone(),
        series,
        stacked: true,
        tints: Vec::new(),
        svg: None,
    }
}
