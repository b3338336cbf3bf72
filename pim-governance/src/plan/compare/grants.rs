//! Grants that are wanted.

use pim_core::{
    directory::Source,
    error::ErrorKind,
    privilege::{GroupAccess, Privilege},
    request::{Action, NewRequest},
    schedule::Level,
    time::{Expiry, Period, Timestamp},
};

use super::{Comparing, Wanted};
use crate::{
    desired::Grant,
    plan::{
        Change, Fact, Risk, codes,
        item::{Act, Item, Rank},
        judge::Refusal,
        rows::{Row, Standing},
        state::{Effect, Stand, stand},
        words::{ends, grant, until},
    },
};

/// Ends closer than this are the same: services round, and begin a grant some seconds after it was asked for.
const CLOSE: Period = Period::minutes(1);
/// How long before its end a grant counts as expiring, so that prolonging it is an extension.
///
/// Source: [extend or renew](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-renew-extend).
const EXPIRING: Period = Period::days(14);

impl Comparing<'_> {
    pub(super) fn wanted(&mut self, wanted: &Grant) -> Wanted {
        let Grant { level, principal, privilege, .. } = wanted;
        if let Some(source) = self.unread(level, privilege) {
            self.found.unread.insert(source);
            return Wanted::Unread(source);
        }
        match self.rows.all.get(&(level.clone(), principal, privilege)) {
            None => self.missing(wanted),
            Some(Standing::Direct(row)) => self.differing(wanted, *row),
            Some(Standing::Unclear) => {
                let message = "the service lists it in words that this version does not know, so it was taken to be \
                               as wanted: look at it in the portal";
                self.notice(codes::UNCLEAR, level, principal, privilege, message);
                Wanted::There
            }
        }
    }

    fn missing(&mut self, wanted: &Grant) -> Wanted {
        let Grant { level, principal, privilege, expiry, condition } = wanted;
        let ask = NewRequest {
            expiry: Some(*expiry),
            condition: condition.clone(),
            ..NewRequest::new(Action::AdminAssign, level.clone(), principal.clone(), privilege.clone())
        };
        let to = if *expiry == Expiry::Never { Stand::Permanent } else { Stand::Bounded };
        let what = self.words.what(privilege);
        let mut why = match level {
            Level::Eligibility => {
                format!("Eligibility for {what} is wanted {} and is not there.", until(*expiry))
            }
            _ => format!("A standing assignment of {what} is wanted {} and is not there.", until(*expiry)),
        };
        let running = self.rows.running.get(&(principal, privilege)).filter(|_| *level == Level::Assignment);
        if let Some(end) = running {
            why.push_str(&format!(
                " An activation runs that {}: the service may refuse this as long as it does.",
                ends(*end)
            ));
        }
        if self.is_unmanaged(privilege) {
            why.push_str(" It brings the group under PIM, for good.");
        }
        let remove =
            NewRequest::new(Action::AdminRemove, level.clone(), principal.clone(), privilege.clone());
        let (ask, remove) = (self.reasoned(ask, &why), self.undoing(remove));
        let effect = self.effect(wanted, Stand::Gone, to);
        let stopped = ended(*expiry, self.now).or_else(|| self.impossible(wanted));
        Wanted::Item(self.item(Item {
            inverse: Some(Change::Grant(remove.into())),
            rests_on: vec![Fact::NoGrant {
                level: level.clone(),
                principal: principal.clone(),
                privilege: privilege.clone(),
            }],
            risk: if *level == Level::Eligibility { Risk::Low } else { Risk::Medium },
            why,
            wave: self.wishes.wave(principal),
            rank: Rank::Give,
            stopped,
            ..self.plain(Change::Grant(ask.into()), Act::Grant(effect))
        }))
    }

    fn differing(&mut self, wanted: &Grant, row: Row<'_>) -> Wanted {
        let Grant { level, principal, privilege, expiry, condition } = wanted;
        let later = row.window.start().filter(|start| *start > self.now);
        let as_it_is = later.map_or(Wanted::There, Wanted::Later);
        let same_condition = condition.as_deref() == row.condition;
        if same_condition && self.ends_as_wanted(row, *expiry) {
            return as_it_is;
        }
        // A start that lies ahead stays: nobody asked for an earlier one.
        let expiry = match (later, *expiry) {
            (Some(start), Expiry::After(length)) => Expiry::At(start + length),
            (_, expiry) => expiry,
        };
        let (old, new) = (row.window.end(), expiry.end(later.unwrap_or(self.now)));
        let shorter = new.is_some_and(|new| old.is_none_or(|old| new < old));
        let takes = shorter || (condition.is_some() && !same_condition);
        if takes && self.is_protected(principal) {
            let message = "it stays as it is, though less is wanted: its holder is protected";
            self.notice(codes::PROTECTED, level, principal, privilege, message);
            return as_it_is;
        }
        let longer = !shorter && new != old;
        let extends = longer
            && later.is_none()
            && same_condition
            && old.is_some_and(|end| end.since(self.now) <= EXPIRING);
        let action = if extends { Action::AdminExtend } else { Action::AdminUpdate };
        let ask = NewRequest {
            start: later,
            expiry: Some(expiry),
            condition: condition.clone(),
            ..NewRequest::new(action, level.clone(), principal.clone(), privilege.clone())
        };
        let back = NewRequest {
            start: later,
            expiry: Some(old.map_or(Expiry::Never, Expiry::At)),
            condition: row.condition.cloned().map(Box::new),
            ..NewRequest::new(Action::AdminUpdate, level.clone(), principal.clone(), privilege.clone())
        };
        let (kind, what) = (grant(level), self.words.what(privilege));
        let mut why = format!("The {kind} {what} {} and is wanted {}", ends(old), until(expiry));
        why.push_str(if same_condition { "." } else { ", under another condition." });
        // No request takes a condition off in place.
        let narrows = row.condition.is_none() && condition.is_some();
        if narrows {
            why.push_str(" Nothing but removing the grant takes the condition off again.");
        }
        let strips = row.condition.is_some() && condition.is_none();
        let stopped = ended(expiry, self.now).or_else(|| {
            strips.then(|| {
                Refusal::new(
                    codes::UNSUPPORTED,
                    ErrorKind::Unsupported,
                    "no request takes a condition off a grant: remove the grant by hand at a quiet hour and plan anew, \
                     or keep the condition",
                )
            })
        });
        let effect = self.effect(wanted, stand(&row.window, self.now), self.stand_of(later, expiry));
        let (ask, back) = (self.reasoned(ask, &why), self.undoing(back));
        Wanted::Item(self.item(Item {
            inverse: (!narrows).then(|| Change::Grant(back.into())),
            rests_on: vec![self.fact(level, principal, privilege, row)],
            risk: match (takes, level) {
                (true, _) => Risk::High,
                (false, Level::Eligibility) => Risk::Low,
                (false, _) => Risk::Medium,
            },
            why,
            wave: self.wishes.wave(principal),
            rank: if takes { Rank::Take } else { Rank::Change },
            stopped,
            ..self.plain(Change::Grant(ask.into()), Act::Grant(effect))
        }))
    }

    fn ends_as_wanted(&self, row: Row<'_>, expiry: Expiry) -> bool {
        match (expiry, row.window.end()) {
            (Expiry::Never, end) => end.is_none(),
            (_, None) => false,
            (Expiry::At(wanted), Some(end)) => end.since(wanted) <= CLOSE && wanted.since(end) <= CLOSE,
            (Expiry::After(length), Some(end)) => {
                let start = row.window.start().map_or(self.now, |start| start.max(self.now));
                end <= start + length + CLOSE
            }
        }
    }

    const fn stand_of(&self, later: Option<Timestamp>, expiry: Expiry) -> Stand {
        match (later, expiry) {
            (Some(_), _) => Stand::Later,
            (None, Expiry::Never) => Stand::Permanent,
            (None, _) => Stand::Bounded,
        }
    }

    /// What no service does, as far as the snapshot tells.
    fn impossible(&self, wanted: &Grant) -> Option<Refusal> {
        let holder = self.groups.get(&wanted.principal);
        let message = match &wanted.privilege {
            Privilege::DirectoryRole { .. } if holder.is_some_and(|group| !group.role_assignable) => {
                "the group may not hold Entra roles, and the service would take the request and never carry it out: name \
                 a group that was made role-assignable"
            }
            Privilege::Group { group, access } => {
                let group = self.groups.get(&group.as_principal())?;
                if group.membership_rule.is_some() || group.source == Source::OnPremises {
                    "PIM can't manage a group that a rule fills or that comes from on premises: name another group"
                } else if group.id.as_principal() == wanted.principal {
                    "a group can't be in itself: name another group"
                } else if holder.is_some()
                    && group.role_assignable
                    && wanted.level == Level::Assignment
                    && *access == GroupAccess::Member
                {
                    "a group can't be a standing member of one that may hold Entra roles: make it eligible, or name \
                     its members"
                } else {
                    return None;
                }
            }
            _ => return None,
        };
        Some(Refusal::new(codes::UNSUPPORTED, ErrorKind::Unsupported, message))
    }

    fn is_unmanaged(&self, privilege: &Privilege) -> bool {
        let group = privilege.group_id().and_then(|group| self.groups.get(&group.as_principal()));
        group.is_some_and(|group| group.under_pim == Some(false))
    }

    fn effect(&self, wanted: &Grant, from: Stand, to: Stand) -> Effect {
        let Grant { level, principal, privilege, .. } = wanted;
        Effect { level: level.clone(), principal: principal.clone(), privilege: privilege.clone(), from, to }
    }
}

fn ended(expiry: Expiry, now: Timestamp) -> Option<Refusal> {
    let ended = matches!(expiry, Expiry::At(end) if end <= now);
    ended.then(|| {
        Refusal::new(
            codes::ENDED,
            ErrorKind::InvalidInput,
            "the end that is wanted has passed: ask for a later one, or leave the grant out",
        )
    })
}
