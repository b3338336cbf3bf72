//! What differs: typed, at the exact scope, by meaning.

mod extra;
mod grants;
mod reviews;

use std::collections::BTreeSet;

use pim_core::{
    directory::Group,
    id::PrincipalId,
    policy::{Policy, Rule, RuleChange, Setting, safe_order},
    privilege::Privilege,
    request::NewRequest,
    schedule::Level,
    time::Timestamp,
};

use super::{
    Change, Fact, Fingerprint, Notice, PlanOptions, Risk,
    facts::Facts,
    item::{Act, Item, Rank},
    judge::unlisted,
    rows::{Row, Rows},
    state::subject_of,
    web::Map,
    wish::Wishes,
    words::{Words, loosened, risk_of},
};
use crate::snapshot::{Snapshot, SourceKind};

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
