//! What is to be done, from what to what.

use pim_core::{
    request::{Action, NewRequest},
    review::{Frequency, NewReview},
    schedule::Level,
};

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    text::count,
    view::View,
    words,
};
use crate::plan::{Change, Fact, Risk, Step};

/// The steps of a wave, or of all.
pub(in super::super) fn steps(view: &View<'_>, wave: Option<usize>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Risk"),
        Column::text("What"),
        Column::text("Who"),
        Column::text("From"),
        Column::text("To"),
        Column::text("Why"),
        Column::hidden("Wave"),
        Column::hidden("Fingerprint"),
        Column::hidden("Principal id"),
        Column::hidden("Privilege"),
    ];
    let name = |wave: usize| {
        let named = view.report.plan.and_then(|plan| plan.waves.get(wave));
        named.cloned().unwrap_or_else(|| format!("wave {wave}"))
    };
    let (id, caption) = match wave {
        Some(wave) => (format!("plan-{wave}"), format!("Wave {}: {}", wave + 1, name(wave))),
        None => ("plan".to_owned(), "Plan".to_owned()),
    };
    let mut grid = Grid::new(id, caption, columns, Table::Plan);
    for step in view
        .report
        .plan
        .into_iter()
        .flat_map(|plan| &plan.steps)
        .filter(|step| wave.is_none_or(|wave| step.wave == wave))
    {
        grid.push(room, || {
            let (from, to) = from_to(view, step);
            vec![
                risk(step.risk),
                Cell::new(what(view, &step.change)),
                Cell::new(step.change.principal().map(|id| view.principal(id)).unwrap_or_default()),
                side(from, "from"),
                side(to, "to"),
                Cell::new(view.told(&step.why)),
                Cell::new(name(step.wave)),
                Cell::new(step.id.as_str()),
                Cell::new(step.change.principal().map(ToString::to_string).unwrap_or_default()),
                Cell::new(step.change.privilege().map(ToString::to_string).unwrap_or_default()),
            ]
        });
    }
    grid
}

/// What a guard forbids.
pub(in super::super) fn refused(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("What"),
        Column::text("Who"),
        Column::text("Why not, and what to do"),
        Column::hidden("Guard"),
        Column::hidden("Fingerprint"),
    ];
    let mut grid =
        Grid::new("refused".into(), "Wanted, and refused by a guard".into(), columns, Table::Refused);
    for refused in view.report.plan.into_iter().flat_map(|plan| &plan.refused) {
        grid.push(room, || {
            vec![
                Cell::new(what(view, &refused.change)),
                Cell::new(refused.change.principal().map(|id| view.principal(id)).unwrap_or_default()),
                Cell::new(view.told(&refused.message)),
                Cell::new(&refused.code),
                Cell::new(refused.id.as_str()),
            ]
        });
    }
    grid
}

/// What was left as it is.
pub(in super::super) fn notices(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("What"),
        Column::text("Who"),
        Column::text("Why nothing is done"),
        Column::hidden("Code"),
    ];
    let mut grid = Grid::new("notices".into(), "Left as it is".into(), columns, Table::Notices);
    for notice in view.report.plan.into_iter().flat_map(|plan| &plan.notices) {
        grid.push(room, || {
            vec![
                Cell::new(notice.privilege.as_ref().map(|what| view.privilege(what)).unwrap_or_default()),
                Cell::new(notice.principal.as_ref().map(|id| view.principal(id)).unwrap_or_default()),
                Cell::new(view.told(&notice.message)),
                Cell::new(&notice.code),
            ]
        });
    }
    grid
}

fn side(lines: Vec<String>, class: &'static str) -> Cell {
    if lines.is_empty() { Cell::muted("nothing") } else { Cell::lines(lines).class(class) }
}

fn risk(risk: Risk) -> Cell {
    let (word, class) = match risk {
        Risk::Low => ("low", "low"),
        Risk::Medium => ("medium", "medium"),
        Risk::High => ("high", "high"),
    };
    Cell::new(word).class(class).sort(risk as u64)
}

/// What is done to what, in a few words.
pub(super) fn what(view: &View<'_>, change: &Change) -> String {
    match change {
        Change::Policy { privilege, .. } => format!("settings of {}", view.privilege(privilege)),
        Change::Grant(ask) => {
            let verb = match (&ask.action, &ask.level) {
                (Action::AdminAssign, Level::Eligibility) => "make eligible for",
                (Action::AdminAssign, _) => "assign",
                (Action::AdminUpdate, Level::Eligibility) => "change eligibility for",
                (Action::AdminUpdate, _) => "change assignment of",
                (Action::AdminRemove, Level::Eligibility) => "take eligibility for",
                (Action::AdminRemove, _) => "revoke",
                (Action::AdminExtend, _) => "extend",
                (Action::AdminRenew, _) => "renew",
                (other, _) => return format!("{other} {}", view.privilege(&ask.privilege)),
            };
            format!("{verb} {}", view.privilege(&ask.privilege))
        }
        Change::Review(review) => format!("schedule the review {}", review.name),
        Change::RemoveReview { name } => format!("take back the review {name}"),
    }
}

fn from_to(view: &View<'_>, step: &Step) -> (Vec<String>, Vec<String>) {
    match &step.change {
        Change::Policy { rules, .. } => rules
            .iter()
            .map(|change| {
                let rule = words::rule(&change.kind);
                let from = change.from.as_ref();
                let from = from.map_or_else(|| "not set".to_owned(), |from| words::setting(view, from));
                (format!("{rule}: {from}"), format!("{rule}: {}", words::setting(view, &change.to)))
            })
            .unzip(),
        Change::Grant(ask) => {
            let before = step.rests_on.iter().find_map(|fact| held(ask, fact));
            (before.into_iter().collect(), granted(ask).into_iter().collect())
        }
        Change::Review(review) => (Vec::new(), vec![schedule(review)]),
        Change::RemoveReview { name } => (vec![format!("the review {name}")], Vec::new()),
    }
}

/// What stands of that which a request is about.
fn held(ask: &NewRequest, fact: &Fact) -> Option<String> {
    match fact {
        Fact::Grant { level, principal, privilege, window, .. }
            if *level == ask.level && *principal == ask.principal && *privilege == ask.privilege =>
        {
            let expiry = window.end().map(pim_core::time::Expiry::At);
            Some(format!("{} {}", state(level), words::expiry(expiry.as_ref())))
        }
        _ => None,
    }
}

fn granted(ask: &NewRequest) -> Option<String> {
    if ask.action.is_removal() {
        return None;
    }
    let condition = if ask.condition.is_some() { ", under a condition" } else { "" };
    Some(format!("{} {}{condition}", state(&ask.level), words::expiry(ask.expiry.as_ref())))
}

const fn state(level: &Level) -> &'static str {
    match level {
        Level::Eligibility => "eligible",
        _ => "assigned",
    }
}

fn schedule(review: &NewReview) -> String {
    let days = count(review.settings.duration_days as usize, "day", "days");
    match &review.settings.recurrence {
        None => format!("once, open for {days}"),
        Some(again) => {
            let n = again.interval as usize;
            let every = match &again.every {
                Frequency::Weekly => count(n, "week", "weeks"),
                Frequency::Monthly => count(n, "month", "months"),
                other => format!("{n} {other}"),
            };
            format!("every {every}, open for {days}")
        }
    }
}
