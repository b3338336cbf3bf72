//! Who holds what, and who may activate it: directly, or through which group.

use pim_core::{
    id::{GroupId, PrincipalId},
    privilege::Surface,
    schedule::Via,
    time::Timestamp,
};

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    holdings::{Grant, Lasting},
    text::instant,
    view::View,
};

/// What is held without end, sorted by role.
pub(in super::super) fn permanent(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Role"),
        Column::text("Where"),
        Column::text("Who"),
        Column::text("Kind"),
        Column::text("How"),
        Column::text("Since"),
        Column::hidden("Surface"),
        Column::hidden("Role id"),
        Column::hidden("Principal id"),
        Column::hidden("Schedule id"),
    ];
    let grid = Grid::new("permanent".into(), "Permanent assignments".into(), columns, Table::Permanent);
    fill(
        view,
        grid,
        room,
        |lasting| matches!(lasting, Lasting::Permanent),
        |row| {
            let since = row.grant.window.start().map_or_else(|| Cell::muted("not known"), time);
            [row.what(view), vec![Cell::new(row.how(view)), since], row.ids()].concat()
        },
    )
}

/// What is held for a time or may be activated, sorted by role.
pub(in super::super) fn temporary(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Role"),
        Column::text("Where"),
        Column::text("Who"),
        Column::text("Kind"),
        Column::text("How"),
        Column::text("State"),
        Column::text("Until"),
        Column::text("Last activated"),
        Column::hidden("Surface"),
        Column::hidden("Role id"),
        Column::hidden("Principal id"),
        Column::hidden("Schedule id"),
    ];
    let grid =
        Grid::new("temporary".into(), "Eligible and time-bound access".into(), columns, Table::Temporary);
    let last = view.last_activations();
    fill(
        view,
        grid,
        room,
        |lasting| !matches!(lasting, Lasting::Permanent),
        |row| {
            let state = match row.lasting {
                Lasting::Permanent => Cell::new("permanent"),
                Lasting::Timed { activated: true, .. } => Cell::new("activated").class("yes"),
                Lasting::Timed { .. } => Cell::new("for a time"),
                Lasting::Eligible { .. } => Cell::new("may activate"),
            };
            let until = row.lasting.until().map_or_else(|| Cell::muted("no end"), time);
            let used =
                last.of(row.principal, row.grant.privilege).map_or_else(|| Cell::muted("not seen"), time);
            [row.what(view), vec![Cell::new(row.how(view)), state, until, used], row.ids()].concat()
        },
    )
}

/// A grant as it reaches somebody.
pub(in super::super) struct Reached<'v, 'a> {
    pub(in super::super) grant: &'v Grant<'a>,
    pub(in super::super) principal: &'a PrincipalId,
    pub(in super::super) lasting: Lasting,
    /// The groups on the way.
    pub(in super::super) through: &'v [GroupId],
    /// A group of which nobody is told.
    closed: bool,
}

impl Reached<'_, '_> {
    fn what(&self, view: &View<'_>) -> Vec<Cell> {
        let privilege = self.grant.privilege;
        vec![
            Cell::new(view.role(privilege)),
            Cell::new(view.scope(privilege)).class("path"),
            Cell::new(view.principal(self.principal)),
            Cell::muted(view.kind(self.principal)),
        ]
    }

    fn how(&self, view: &View<'_>) -> String {
        let groups: Vec<_> = self.through.iter().map(|group| view.principal(&group.as_principal())).collect();
        let mut how = match (self.closed, groups.as_slice(), self.grant.via) {
            (true, ..) => "as a group, in which nobody was seen".to_owned(),
            (_, [], Via::Direct) => "direct".to_owned(),
            (_, [], Via::Inherited) => "from a scope above".to_owned(),
            (_, [], Via::Group) => "through a group that the service does not name".to_owned(),
            (_, [], other) => other.to_string(),
            (_, groups, _) => format!("through {}", groups.join(" › ")),
        };
        if self.grant.conditional {
            how.push_str(", under a condition");
        }
        how
    }

    fn ids(&self) -> Vec<Cell> {
        let privilege = self.grant.privilege;
        let role = privilege
            .role_id()
            .map(ToString::to_string)
            .or_else(|| privilege.group_id().map(ToString::to_string))
            .unwrap_or_default();
        vec![
            Cell::new(privilege.surface().as_str()),
            Cell::new(role),
            Cell::new(self.principal.to_string()),
            Cell::new(self.grant.id.to_string()),
        ]
    }
}

/// Goes over all that is held or may be activated, sorted by role; groups member by member.
pub(in super::super) fn each<'a>(view: &View<'a>, mut told: impl FnMut(&Reached<'_, 'a>)) {
    let holdings = view.holdings();
    let mut grants: Vec<&Grant<'a>> = holdings.grants.iter().collect();
    grants.sort_by_cached_key(|grant| {
        let privilege = grant.privilege;
        let rank = rank(&privilege.surface());
        let (role, scope) = (view.role(privilege), view.scope(privilege));
        (rank, role, scope, view.principal(grant.principal), grant.id.clone())
    });
    for grant in grants {
        let reached =
            |principal, lasting, through, closed| Reached { grant, principal, lasting, through, closed };
        if !holdings.is_group(grant.principal) {
            told(&reached(grant.principal, grant.lasting, &[], false));
            continue;
        }
        let members = view.members(grant.principal);
        if members.is_empty() {
            told(&reached(grant.principal, grant.lasting, &[], true));
        }
        for member in members.iter() {
            told(&reached(member.principal, grant.lasting.and(member.lasting), &member.through, false));
        }
    }
}

fn fill<'a>(
    view: &View<'a>,
    mut grid: Grid,
    room: usize,
    counts: impl Fn(Lasting) -> bool,
    cells: impl Fn(&Reached<'_, 'a>) -> Vec<Cell>,
) -> Grid {
    each(view, |row| {
        if counts(row.lasting) {
            grid.push(room, || cells(row));
        }
    });
    grid
}

/// Entra roles first: what rules the tenant.
const fn rank(surface: &Surface) -> u8 {
    match surface {
        Surface::DirectoryRoles => 0,
        Surface::Groups => 1,
        Surface::AzureRoles => 2,
        _ => 3,
    }
}

fn time(at: Timestamp) -> Cell {
    Cell::new(instant(at)).class("time")
}
