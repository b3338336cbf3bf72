//! The tables, each in one place for pages and CSV alike.

mod access;
mod break_glass;
mod changes;
mod compliance;
mod findings;
mod inventory;
mod outcome;
mod paths;
mod plan;
mod roles;
mod verification;

pub(super) use self::{
    access::{Reached, each, permanent, temporary},
    break_glass::break_glass,
    changes::changes,
    compliance::compliance,
    findings::findings,
    inventory::inventory,
    outcome::outcome,
    paths::paths,
    plan::{notices, refused, steps},
    roles::roles,
    verification::verification,
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
        Table::Compliance => compliance(view, room),
        Table::Roles => roles(view, room),
        Table::Plan => steps(view, None, room),
        Table::Refused => refused(view, room),
        Table::Notices => notices(view, room),
        Table::Outcome => outcome(view, room),
        Table::Verification => verification(view, room),
        Table::Changes => changes(view, room),
        Table::BreakGlass => break_glass(view, room),
    }
}
