//! The tables, each in one place for pages and CSV alike.

mod access;
mod break_glass;
mod findings;
mod inventory;
mod paths;
mod plan;

pub(super) use self::{
    access::{Reached, each, permanent, temporary},
    break_glass::break_glass,
    findings::findings,
    inventory::inventory,
    paths::paths,
    plan::{refused, steps},
};

use super::{Table, document::Grid, view::View};

/// A table, all of it.
pub(super) fn whole(view: &View<'_>, table: Table) -> Grid {
    let room = usize::MAX;
    match table {
        Table::Permanent => permanent(view, room),
        Table::Temporary => temporary(view, room),
        Table::Inventory => inventory(view, room),
        Table::Paths => paths(view, room),
        Table::Findings => findings(view, room),
        Table::Plan => steps(view, None, room),
        Table::Refused => refused(view, room),
        Table::BreakGlass => break_glass(view, room),
    }
}
