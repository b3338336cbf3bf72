//! What came of a plan.

use super::super::{
    document::{Block, Chapter, Figure},
    tables,
    text::{count, instant, list, number, title},
    view::View,
};
use crate::apply::{Mode, Outcome, Status, Stopped};

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    let outcome = view.report.outcome?;
    let mut chapter = Chapter::new("outcome", "What was done");
    let mode = match outcome.mode {
        Mode::WhatIf => "This was a rehearsal: what the plan rests on was read again, and nothing was sent.",
        Mode::DryRun => "This was a rehearsal: the service judged each grant, and nothing was changed.",
        Mode::Undo => "An earlier run was taken back.",
        _ => "The plan was carried out.",
    };
    let (from, to) = (instant(outcome.started), instant(outcome.ended));
    chapter.text(format!("{mode} It began at {from} and ended at {to}."));
    chapter.blocks.push(Block::Figures { figures: figures(outcome) });
    if let Some(stopped) = &outcome.stopped {
        chapter.note(match stopped {
            Stopped::Canceled => "It was stopped by the one who ran it. What is not done can be done by running it again.".to_owned(),
            Stopped::BeforeWave(wave) => format!("It paused before wave {} and was not told to go on.", wave + 1),
            Stopped::AtWave(wave) => format!("Only the waves before wave {} were asked for.", wave + 1),
            Stopped::Journal(_) => "The journal could not be written, so nothing more was sent. Make room or set the rights of the file, then resume.".to_owned(),
        });
    }
    chapter.text(administrators(view, outcome));
    chapter.table(tables::outcome(view, view.report.rows));
    Some(chapter)
}

fn figures(outcome: &Outcome) -> Vec<Figure> {
    let of = |status| outcome.rows.iter().filter(|row| row.status == status).count();
    let statuses = Status::ALL.into_iter().map(|status| (status, of(status))).filter(|(_, n)| *n > 0);
    let figure = |(status, n): (Status, usize)| {
        let bad = matches!(status, Status::Refused | Status::Failed);
        let open = matches!(status, Status::Stale | Status::Unconfirmed | Status::Skipped | Status::NotRun);
        Figure::new(number(n), title(status.as_str()).to_lowercase())
            .toned("good", status.is_good())
            .toned("bad", bad)
            .toned("warn", open)
    };
    statuses.map(figure).collect()
}

fn administrators(view: &View<'_>, outcome: &Outcome) -> String {
    match (&outcome.administrators_before, &outcome.administrators_after) {
        (Some(before), Some(after)) => {
            let names: Vec<_> = after.iter().map(|id| view.principal(id)).collect();
            let who = if names.is_empty() { "nobody".to_owned() } else { list(&names) };
            format!(
                "Global Administrator without activating: {} before, {} afterwards: {who}.",
                count(before.len(), "person", "people"),
                count(after.len(), "person", "people"),
            )
        }
        _ => "Who is Global Administrator without activating could not be read before and after.".to_owned(),
    }
}
