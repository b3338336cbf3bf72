//! What changed between two snapshots: who holds and who may activate.

use pim_core::{
    id::PrincipalId,
    privilege::Privilege,
    schedule::{Assignment, Eligibility},
    time::Window,
};

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    text::instant,
    view::View,
};
use crate::snapshot::{Changes, diff};

pub(in super::super) fn changes(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Change"),
        Column::text("Role"),
        Column::text("Where"),
        Column::text("Who"),
        Column::text("Before"),
        Column::text("After"),
        Column::hidden("Principal id"),
        Column::hidden("Privilege"),
    ];
    let mut grid = Grid::new("changes".into(), "Rights that came and went".into(), columns, Table::Changes);
    let (Some(before), Some(after)) = (view.report.before, view.report.snapshot) else { return grid };
    let diff = diff(before, after);
    rows(view, &mut grid, room, &diff.assignments);
    rows(view, &mut grid, room, &diff.eligibilities);
    grid
}

fn rows<T: Right>(view: &View<'_>, grid: &mut Grid, room: usize, changes: &Changes<T>) {
    let all = changes.removed.iter().map(|row| (Some(row), None));
    let all = all.chain(changes.added.iter().map(|row| (None, Some(row))));
    let all = all.chain(changes.changed.iter().map(|row| (Some(&row.before), Some(&row.after))));
    for (before, after) in all {
        let Some(row) = after.or(before) else { continue };
        grid.push(room, || {
            let (word, class) = match (before, after) {
                (Some(_), None) => ("gone", "part"),
                (None, _) => ("new", "yes"),
                _ => ("changed", "muted"),
            };
            let state = |row: Option<&T>, class| match row {
                Some(row) => Cell::new(row.state()).class(class),
                None => Cell::muted("nothing"),
            };
            vec![
                Cell::new(word).class(class),
                Cell::new(view.role(row.privilege())),
                Cell::new(view.scope(row.privilege())).class("path"),
                Cell::new(view.principal(row.principal())),
                state(before, "from"),
                state(after, "to"),
                Cell::new(row.principal().to_string()),
                Cell::new(row.privilege().to_string()),
            ]
        });
    }
}

trait Right {
    fn principal(&self) -> &PrincipalId;
    fn privilege(&self) -> &Privilege;
    fn state(&self) -> String;
}

impl Right for Assignment {
    fn principal(&self) -> &PrincipalId {
        &self.principal
    }

    fn privilege(&self) -> &Privilege {
        &self.privilege
    }

    fn state(&self) -> String {
        let how = if self.origin.is_activated() { "activated" } else { "assigned" };
        format!("{how} {}", until(&self.window))
    }
}

impl Right for Eligibility {
    fn principal(&self) -> &PrincipalId {
        &self.principal
    }

    fn privilege(&self) -> &Privilege {
        &self.privilege
    }

    fn state(&self) -> String {
        format!("eligible {}", until(&self.window))
    }
}

fn until(window: &Window) -> String {
    window.end().map_or_else(|| "without end".to_owned(), |end| format!("until {}", instant(end)))
}
