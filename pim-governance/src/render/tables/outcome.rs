//! What came of a plan.

use super::{
    super::{
        Table,
        document::{Cell, Column, Grid},
        text::instant,
        view::View,
    },
    plan::what,
};
use crate::apply::{Row, Status};

pub(in super::super) fn outcome(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Status"),
        Column::text("What"),
        Column::text("Who"),
        Column::text("Why it was planned"),
        Column::text("Why it ended so, and what to do"),
        Column::text("When"),
        Column::hidden("Fingerprint"),
        Column::hidden("Request id"),
        Column::hidden("Code"),
        Column::hidden("Principal id"),
        Column::hidden("Privilege"),
    ];
    let mut grid = Grid::new("outcome".into(), "What came of each step".into(), columns, Table::Outcome);
    for row in view.report.outcome.into_iter().flat_map(|outcome| &outcome.rows) {
        grid.push(room, || {
            let text = |id: Option<String>| Cell::new(id.unwrap_or_default());
            let code = row.failure.as_ref().and_then(|failure| failure.code.clone());
            let when = row.ended.or(row.started);
            vec![
                Cell::new(row.status.as_str()).class(class(row.status)).sort(row.status as u64),
                Cell::new(step(view, row)),
                text(row.principal.as_ref().map(|id| view.principal(id))),
                Cell::new(view.told(&row.why)),
                Cell::lines(reasons(view, row)),
                when.map_or_else(|| Cell::muted("–"), |at| Cell::new(instant(at)).class("time")),
                Cell::new(row.step.as_str()),
                text(row.request.as_ref().map(ToString::to_string)),
                text(code),
                text(row.principal.as_ref().map(ToString::to_string)),
                text(row.privilege.as_ref().map(ToString::to_string)),
            ]
        });
    }
    grid
}

const fn class(status: Status) -> &'static str {
    match status {
        Status::Done | Status::AlreadyDone | Status::WouldDo => "yes",
        Status::Refused | Status::Failed => "no",
        Status::Stale | Status::Unconfirmed => "part",
        Status::Skipped | Status::NotRun => "muted",
    }
}

/// What the step was to do; without its plan no more than what it was about.
fn step(view: &View<'_>, row: &Row) -> String {
    let planned = view.report.plan.and_then(|plan| plan.step(&row.step));
    match (planned, &row.privilege) {
        (Some(step), _) => what(view, &step.change),
        (None, Some(privilege)) => view.privilege(privilege),
        (None, None) => "a review".to_owned(),
    }
}

fn reasons(view: &View<'_>, row: &Row) -> Vec<String> {
    let failure = row.failure.as_ref().map(|failure| &failure.message);
    row.reason.iter().chain(failure).map(|words| view.told(words)).collect()
}
