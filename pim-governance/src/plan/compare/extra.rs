//! Grants that nobody asked for.

use pim_core::{
    id::PrincipalId,
    privilege::{GroupAccess, Privilege},
    request::{Action, NewRequest},
    schedule::Level,
    time::Expiry,
};

use super::Comparing;
use crate::plan::{
    Change, Notice, Risk, codes,
    item::{Act, Item, Rank},
    rows::{Row, Standing},
    state::{Effect, Stand, stand},
    web::{Map, Set},
    words::grant,
};

impl Comparing<'_> {
    /// Direct grants that nobody named, of what is wholly named.
    pub(super) fn extra(&mut self) {
        let mut unread: Set<(Level, &Privilege)> = Set::default();
        for privilege in &self.wishes.target.exclusive {
            for level in [Level::Eligibility, Level::Assignment] {
                if let Some(source) = self.unread(&level, privilege) {
                    self.found.unread.insert(source);
                    unread.insert((level, privilege));
                }
            }
        }
        let (rows, wishes) = (self.rows, self.wishes);
        let mut extra: Vec<_> = rows.all.iter().collect();
        extra.retain(|((level, principal, privilege), _)| {
            wishes.exclusive.contains(privilege)
                && !wishes.grant_at.contains_key(&(level.clone(), *principal, *privilege))
                && !unread.contains(&(level.clone(), *privilege))
        });
        extra.sort_by_cached_key(|((level, principal, privilege), _)| {
            (privilege.to_string(), (*principal).clone(), level.clone())
        });
        for ((level, principal, privilege), standing) in extra {
            match standing {
                Standing::Unclear => {
                    let message = "the service lists it in words that this version does not know, so it was left: look \
                                   at it in the portal";
                    self.notice(codes::UNCLEAR, level, principal, privilege, message);
                }
                Standing::Direct(_) if self.is_protected(principal) => {
                    let message = "it stays, though nobody asked for it: its holder is protected";
                    self.notice(codes::PROTECTED, level, principal, privilege, message);
                }
                Standing::Direct(row) => self.remove(level, principal, privilege, *row),
            }
        }
    }

    fn remove(&mut self, level: &Level, principal: &PrincipalId, privilege: &Privilege, row: Row<'_>) {
        let new = |action| NewRequest::new(action, level.clone(), principal.clone(), privilege.clone());
        let assign = NewRequest {
            start: row.window.start().filter(|start| *start > self.now),
            expiry: Some(row.window.end().map_or(Expiry::Never, Expiry::At)),
            condition: row.condition.cloned().map(Box::new),
            ..new(Action::AdminAssign)
        };
        let why = format!("The {} {} is not wanted.", grant(level), self.words.what(privilege));
        let (ask, assign) = (self.reasoned(new(Action::AdminRemove), &why), self.undoing(assign));
        let effect = Effect {
            level: level.clone(),
            principal: principal.clone(),
            privilege: privilege.clone(),
            from: stand(&row.window, self.now),
            to: Stand::Gone,
        };
        self.item(Item {
            inverse: Some(Change::Grant(assign.into())),
            rests_on: vec![self.fact(level, principal, privilege, row)],
            risk: Risk::High,
            why,
            wave: self.wishes.wave(principal),
            rank: Rank::Take,
            ..self.plain(Change::Grant(ask.into()), Act::Grant(effect))
        });
    }

    /// Tells of members and owners of wholly named groups of which PIM knows nothing.
    pub(super) fn outside(&mut self) {
        let mut unknown: Map<Privilege, usize> = Map::default();
        let named = self.wishes.exclusive.iter().filter_map(|privilege| privilege.group_id());
        let named: Set<_> = named.collect();
        for row in self.snapshot.memberships.iter().filter(|row| named.contains(&row.group)) {
            let privilege = Privilege::Group { group: row.group.clone(), access: row.access.clone() };
            let wanted = (Level::Assignment, &row.principal, &privilege);
            if self.wishes.exclusive.contains(&privilege)
                && !self.rows.listed.contains(&(&row.principal, &privilege))
                && !self.wishes.grant_at.contains_key(&wanted)
            {
                *unknown.entry(privilege).or_default() += 1;
            }
        }
        let mut unknown: Vec<_> = unknown.into_iter().collect();
        unknown.sort_unstable();
        for (privilege, count) in unknown {
            let access = if matches!(privilege, Privilege::Group { access: GroupAccess::Owner, .. }) {
                "owners"
            } else {
                "members"
            };
            self.found.notices.push(Notice {
                code: codes::OUTSIDE.to_owned(),
                level: Some(Level::Assignment),
                principal: None,
                privilege: Some(privilege),
                message: format!(
                    "{count} {access} are in the group that PIM does not list and nobody asked for: they were put there \
                     past PIM and stay; take them out in the directory"
                ),
            });
        }
    }
}
