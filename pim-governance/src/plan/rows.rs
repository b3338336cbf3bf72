//! The grants that stand, as far as a target is about them: direct schedules, those that begin later too.

use pim_core::{
    id::{PrincipalId, ScheduleId},
    privilege::Privilege,
    schedule::{Condition, Level, Origin, Via},
    time::{Timestamp, Window},
};

use super::{
    web::{Map, Set},
    wish::{Key, Wishes},
};
use crate::snapshot::Snapshot;

/// One direct grant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    pub(super) schedule: &'a ScheduleId,
    pub(super) window: Window,
    pub(super) condition: Option<&'a Condition>,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Standing<'a> {
    /// A direct grant.
    Direct(Row<'a>),
    /// Something that the service lists in words we don't know: it may be a direct grant.
    Unclear,
}

/// What stands of all that a target names.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    pub(super) all: Map<Key<'a>, Standing<'a>>,
    /// Activations in force, with their end.
    pub(super) running: Map<(&'a PrincipalId, &'a Privilege), Option<Timestamp>>,
    /// Who is known to PIM as holding a group in force, however.
    pub(super) listed: Set<(&'a PrincipalId, &'a Privilege)>,
}

impl<'a> Rows<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, wishes: &Wishes<'a>) -> Self {
        let now = snapshot.taken_at;
        let mut named: Set<&Privilege> = wishes.grants.iter().map(|grant| &grant.privilege).collect();
        named.extend(&wishes.exclusive);
        let mut rows = Self { all: Map::default(), running: Map::default(), listed: Set::default() };
        let live = |window: &Window| window.end().is_none_or(|end| end > now);
        for row in &snapshot.eligibilities {
            if live(&row.window) && named.contains(&row.privilege) {
                let key = (Level::Eligibility, &row.principal, &row.privilege);
                let direct =
                    Row { schedule: &row.id, window: row.window, condition: row.condition.as_deref() };
                rows.add(key, &row.via, Some(direct), now);
            }
        }
        for row in &snapshot.assignments {
            if !live(&row.window) || !named.contains(&row.privilege) {
                continue;
            }
            if row.privilege.group_id().is_some() && row.is_in_force(now) {
                rows.listed.insert((&row.principal, &row.privilege));
            }
            let key = (Level::Assignment, &row.principal, &row.privilege);
            let direct = Row { schedule: &row.id, window: row.window, condition: row.condition.as_deref() };
            match &row.origin {
                Origin::Assigned => rows.add(key, &row.via, Some(direct), now),
                Origin::Activated { .. } => {
                    rows.running.insert((&row.principal, &row.privilege), row.window.end());
                }
                _ => rows.add(key, &row.via, None, now),
            }
        }
        rows
    }

    fn add(&mut self, key: Key<'a>, via: &Via, row: Option<Row<'a>>, now: Timestamp) {
        let new = match (via, row) {
            (Via::Inherited | Via::Group, _) => return,
            (Via::Direct, Some(row)) => Standing::Direct(row),
            _ => Standing::Unclear,
        };
        // No service keeps two under one key, but lists may show one that ends beside one that begins.
        let better = match (self.all.get(&key), &new) {
            (None, _) => true,
            (Some(Standing::Unclear), _) => false,
            (Some(Standing::Direct(_)), Standing::Unclear) => true,
            (Some(Standing::Direct(old)), Standing::Direct(new)) => {
                let worth =
                    |row: &Row<'_>| (row.window.contains(now), row.window.end().is_none(), row.window.end());
                worth(new) > worth(old)
            }
        };
        if better {
            self.all.insert(key, new);
        }
    }
}
