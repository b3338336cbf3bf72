//! What differs: typed, at the exact scope, by meaning.

use std::collections::{BTreeSet, HashSet};

use pim_core::{
    directory::{Group, Source},
    error::ErrorKind,
    guard::removes_the_silent,
    id::PrincipalId,
    policy::{Policy, Rule, RuleChange, Setting, safe_order},
    privilege::{GroupAccess, Privilege},
    request::{Action, NewRequest},
    review::{NewReview, Reviewer},
    schedule::Level,
    time::{Expiry, Period, Timestamp},
};

use super::{
    Change, Fact, Fingerprint, Notice, PlanOptions, Risk, codes,
    facts::Facts,
    item::{Act, Item, Rank},
    judge::{Refusal, unlisted},
    rows::{Row, Rows, Standing},
    state::{Effect, Stand, stand, subject_of},
    web::{Map, Set},
    wish::Wishes,
    words::{Words, ends, grant, loosened, risk_of, until},
};
use crate::{
    desired::Grant,
    snapshot::{Snapshot, SourceKind},
};

/// What became of a grant that is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// It is there, or as good as.
    There,
    /// It is there and begins at this time.
    Later(Timestamp),
    /// It is a difference.
    Item(usize),
    /// Nobody can tell: this was not wholly read.
    Unread(SourceKind),
}

/// All that differs.
#[derive(Debug, Default)]
pub(super) struct Differences {
    pub(super) items: Vec<Item>,
    /// One for each wanted grant.
    pub(super) wanted: Vec<Wanted>,
    /// The policies that differ, by what they govern.
    pub(super) policies: Map<Privilege, usize>,
    pub(super) notices: Vec<Notice>,
    pub(super) unread: BTreeSet<SourceKind>,
}

/// Ends closer than this are the same: services round, and begin a grant some seconds after it was asked for.
const CLOSE: Period = Period::minutes(1);
/// How long before its end a grant counts as expiring, so that prolonging it is an extension.
///
/// Source: [extend or renew](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-renew-extend).
const EXPIRING: Period = Period::days(14);

/// Compares a snapshot with what is wanted.
pub(super) fn compare(
    facts: &Facts<'_>,
    wishes: &Wishes<'_>,
    rows: &Rows<'_>,
    options: &PlanOptions,
) -> Differences {
    let snapshot = facts.snapshot;
    let groups = snapshot.groups.iter().map(|group| (group.id.as_principal(), group)).collect();
    let words = Words::of(snapshot);
    let mut comparing = Comparing {
        snapshot,
        wishes,
        rows,
        options,
        words,
        groups,
        now: snapshot.taken_at,
        found: Differences::default(),
    };
    comparing.policies();
    for wanted in &wishes.grants {
        let state = comparing.wanted(wanted);
        comparing.found.wanted.push(state);
    }
    comparing.extra();
    comparing.outside();
    comparing.reviews();
    comparing.found
}

struct Comparing<'a> {
    snapshot: &'a Snapshot,
    wishes: &'a Wishes<'a>,
    rows: &'a Rows<'a>,
    options: &'a PlanOptions,
    words: Words<'a>,
    groups: Map<PrincipalId, &'a Group>,
    now: Timestamp,
    found: Differences,
}

impl Comparing<'_> {
    fn policies(&mut self) {
        let mut known: Map<Privilege, &Policy> = Map::default();
        for policy in &self.snapshot.policies {
            known.entry(subject_of(&policy.subject)).or_insert(policy);
        }
        for (subject, rules) in &self.wishes.policies {
            let source = SourceKind::policies(&subject.surface());
            let listed = known.get(subject).copied();
            if listed.is_none()
                && let Some(source) = source.filter(|source| !self.snapshot.is_complete(*source))
            {
                self.found.unread.insert(source);
                continue;
            }
            let policy = listed.map_or_else(|| unlisted(subject.clone()), Clone::clone);
            let changes = ordered(policy.diff(rules));
            if changes.is_empty() {
                continue;
            }
            let less = loosened(&policy, &policy.apply(rules), &changes);
            let mut why = format!("The settings of {} differ from what is wanted", self.words.what(subject));
            match less.as_slice() {
                [] => why.push('.'),
                less => why.push_str(&format!("; the new ones allow {}.", less.join(", "))),
            }
            let rests_on =
                listed.map(|policy| Fact::Policy { privilege: subject.clone(), policy: policy.id.clone() });
            let change = Change::Policy { privilege: subject.clone(), rules: changes.clone() };
            let at = self.item(Item {
                inverse: former(subject, &changes),
                rests_on: rests_on.into_iter().collect(),
                risk: risk_of(&less),
                why,
                wave: 0,
                rank: Rank::Policy,
                ..self.plain(change, Act::Policy(policy.into()))
            });
            self.found.policies.insert(subject.clone(), at);
        }
    }

    fn wanted(&mut self, wanted: &Grant) -> Wanted {
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

    /// Direct grants that nobody named, of what is wholly named.
    fn extra(&mut self) {
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
    fn outside(&mut self) {
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

    fn reviews(&mut self) {
        if self.wishes.reviews.is_empty() {
            return;
        }
        if !self.snapshot.is_complete(SourceKind::Reviews) {
            self.found.unread.insert(SourceKind::Reviews);
            return;
        }
        for (name, review) in &self.wishes.reviews {
            let standing = self.snapshot.reviews.iter().find(|known| known.definition.name == *name);
            if standing.is_some_and(|known| same_review(&known.definition, review)) {
                continue;
            }
            let stopped = standing.map(|_| {
                Refusal::new(
                    codes::UNSUPPORTED,
                    ErrorKind::Unsupported,
                    "a review of this name runs otherwise than is wanted, and no request changes one: delete it in the \
                     portal and plan anew, or give the new one another name",
                )
            });
            let what = self.words.what(&review.scope.privilege);
            self.item(Item {
                inverse: Some(Change::RemoveReview { name: (*name).to_owned() }),
                rests_on: vec![Fact::NoReview { name: (*name).to_owned() }],
                risk: if removes_the_silent(review) { Risk::High } else { Risk::Low },
                why: format!("A review of {what} is wanted and there is none of its name."),
                wave: 0,
                rank: Rank::Review,
                stopped,
                ..self.plain(Change::Review(Box::new((*review).clone())), Act::Review)
            });
        }
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

    fn is_protected(&self, principal: &PrincipalId) -> bool {
        self.wishes.target.protected.contains(principal)
    }

    fn unread(&self, level: &Level, privilege: &Privilege) -> Option<SourceKind> {
        let surface = privilege.surface();
        let source = match level {
            Level::Eligibility => SourceKind::eligibilities(&surface),
            _ => SourceKind::assignments(&surface),
        };
        source.filter(|source| !self.snapshot.is_complete(*source))
    }

    fn effect(&self, wanted: &Grant, from: Stand, to: Stand) -> Effect {
        let Grant { level, principal, privilege, .. } = wanted;
        Effect { level: level.clone(), principal: principal.clone(), privilege: privilege.clone(), from, to }
    }

    fn fact(&self, level: &Level, principal: &PrincipalId, privilege: &Privilege, row: Row<'_>) -> Fact {
        Fact::Grant {
            level: level.clone(),
            principal: principal.clone(),
            privilege: privilege.clone(),
            schedule: row.schedule.clone(),
            window: row.window,
        }
    }

    fn reasoned(&self, ask: NewRequest, why: &str) -> NewRequest {
        let justification = self.options.justification.clone().unwrap_or_else(|| why.into());
        NewRequest { justification: Some(justification), ticket: self.options.ticket.clone(), ..ask }
    }

    fn undoing(&self, ask: NewRequest) -> NewRequest {
        self.reasoned(ask, "A planned change is taken back.")
    }

    fn notice(
        &mut self,
        code: &str,
        level: &Level,
        principal: &PrincipalId,
        privilege: &Privilege,
        message: &str,
    ) {
        self.found.notices.push(Notice {
            code: code.to_owned(),
            level: Some(level.clone()),
            principal: Some(principal.clone()),
            privilege: Some(privilege.clone()),
            message: message.to_owned(),
        });
    }

    fn plain(&self, change: Change, act: Act) -> Item {
        Item {
            id: Fingerprint::of(self.snapshot.tenant.as_ref(), &change),
            change,
            inverse: None,
            rests_on: Vec::new(),
            risk: Risk::Low,
            why: String::new(),
            wave: 0,
            rank: Rank::Policy,
            needs: Vec::new(),
            act,
            stopped: None,
        }
    }

    fn item(&mut self, item: Item) -> usize {
        self.found.items.push(item);
        self.found.items.len() - 1
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

/// Changes in the order in which writing them one by one leaves no moment weaker or locked.
fn ordered(changes: Vec<RuleChange>) -> Vec<RuleChange> {
    let rules: Vec<Rule> = changes.iter().map(RuleChange::rule).collect();
    let order = safe_order(&rules);
    let mut changes = changes;
    changes.sort_by_key(|change| order.iter().position(|rule| rule.kind == change.kind));
    changes
}

/// What gives the former settings back; `None` where the policy had none of these rules and no default is known.
fn former(subject: &Privilege, changes: &[RuleChange]) -> Option<Change> {
    let defaults = Policy::default_rules(&subject.surface());
    let usual = |change: &RuleChange| -> Option<Setting> {
        defaults.iter().find(|rule| rule.kind == change.kind).map(|rule| rule.setting.clone())
    };
    let back = changes.iter().filter_map(|change| {
        let to = change.from.clone().or_else(|| usual(change))?;
        Some(RuleChange::new(change.kind.clone(), Some(change.to.clone()), to))
    });
    let back = ordered(back.collect());
    (!back.is_empty()).then(|| Change::Policy { privilege: subject.clone(), rules: back })
}

/// What people would call the same review: what services fill in by themselves is not compared.
fn same_review(standing: &NewReview, wanted: &NewReview) -> bool {
    let settings = |review: &NewReview| {
        let own = &review.settings;
        (own.recurrence.clone(), own.default_decision.clone(), own.auto_apply, own.apply_action.clone())
    };
    let days = |review: &NewReview| match review.stages.as_slice() {
        [] => review.settings.duration_days,
        stages => stages.iter().map(|stage| stage.duration_days).sum(),
    };
    let reviewers = |review: &NewReview| -> Vec<HashSet<Reviewer>> {
        match review.stages.as_slice() {
            [] => vec![review.reviewers.iter().cloned().collect()],
            stages => stages.iter().map(|stage| stage.reviewers.iter().cloned().collect()).collect(),
        }
    };
    standing.scope == wanted.scope
        && settings(standing) == settings(wanted)
        && days(standing) == days(wanted)
        && reviewers(standing) == reviewers(wanted)
}
