//! In which order: each step when everything before it was done, and no guard is broken on the way.

use std::collections::BTreeSet;

use pim_core::{
    error::ErrorKind,
    id::PrincipalId,
    privilege::{GroupAccess, Privilege},
    schedule::Level,
};

use super::{
    Change, Fingerprint, Refused, Risk, Step, codes,
    compare::Differences,
    item::{Act, Item, Need},
    judge::{Judge, No, Refusal},
    state::{DEFAULT_APPROVERS, subject_of},
    wish::Wishes,
};
use crate::snapshot::SourceKind;

/// What can be done, in order, and what can't.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    pub(super) steps: Vec<Step>,
    pub(super) refused: Vec<Refused>,
    pub(super) unread: BTreeSet<SourceKind>,
}

/// Where a difference stands.
#[derive(Clone, Debug)]
enum Course {
    Open,
    Done,
    Blocked(Block),
}

#[derive(Clone, Debug)]
enum Block {
    No(No),
    On(usize),
}

/// Puts differences in order. Each is tried as soon as its wave has come, and again whenever something was done:
/// what is refused in the end would be refused by the tenant as it is then, so the next plan has no steps for it.
pub(super) fn order(mut found: Differences, wishes: &Wishes<'_>, judge: &mut Judge<'_>) -> Ordered {
    let wanted: Vec<_> = wishes.grants.iter().map(|grant| (&grant.principal, &grant.privilege)).collect();
    let mut open: Vec<usize> = (0..found.items.len()).collect();
    open.sort_by_cached_key(|at| place(&found.items[*at]));
    let mut ordering = Ordering {
        course: vec![Course::Open; found.items.len()],
        after: vec![Vec::new(); found.items.len()],
        made: Vec::new(),
        steps: Vec::new(),
        wanted,
    };
    for wave in 0..wishes.target.waves.len() + 2 {
        loop {
            let before = ordering.steps.len();
            open.retain(|at| {
                found.items[*at].wave > wave || !ordering.settle(*at, wave, &found.items, judge)
            });
            if ordering.steps.len() == before {
                break;
            }
        }
    }
    let mut ordered = Ordered::default();
    let mut refused = Vec::new();
    for at in open {
        match ordering.verdict(at, &found.items) {
            No::Unread(sources) => ordered.unread.extend(sources),
            No::Refused(refusal) => refused.push((at, refusal)),
        }
    }
    for (at, wave) in ordering.steps {
        let after: BTreeSet<usize> =
            ordering.after[at].iter().copied().filter(|other| *other != at).collect();
        let after = after.into_iter().map(|other| found.items[other].id).collect();
        ordered.steps.push(step(&mut found.items[at], wave, after, judge));
    }
    for (at, Refusal { code, kind, message }) in refused {
        let Item { id, change, rests_on, .. } = &found.items[at];
        let (change, rests_on) = (change.clone(), rests_on.clone());
        ordered.refused.push(Refused { id: *id, change, code, kind, message, rests_on });
    }
    ordered
}

struct Ordering<'a> {
    course: Vec<Course>,
    after: Vec<Vec<usize>>,
    /// What was made, by step, that may give somebody else something to approve with.
    made: Vec<(usize, Privilege)>,
    /// Which item, in which wave.
    steps: Vec<(usize, usize)>,
    wanted: Vec<(&'a PrincipalId, &'a Privilege)>,
}

impl Ordering<'_> {
    /// Does an item if it can be done; false where it can't, yet.
    fn settle(&mut self, at: usize, wave: usize, items: &[Item], judge: &mut Judge<'_>) -> bool {
        let item = &items[at];
        match self.attempt(at, item, judge) {
            Ok(mut after) => {
                let was_blocked = matches!(self.course[at], Course::Blocked(_));
                after.extend(item.needs.iter().filter_map(|need| match need {
                    Need::Item(other) => Some(*other),
                    _ => None,
                }));
                if was_blocked {
                    after.extend(self.enablers(item, judge));
                }
                self.after[at] = after;
                if let Act::Grant(effect) = &item.act
                    && effect.gives()
                {
                    self.made.push((at, effect.privilege.clone()));
                }
                self.course[at] = Course::Done;
                self.steps.push((at, wave));
                true
            }
            Err(block) => {
                self.course[at] = Course::Blocked(block);
                false
            }
        }
    }

    fn attempt(&self, at: usize, item: &Item, judge: &mut Judge<'_>) -> Result<Vec<usize>, Block> {
        if let Some(refusal) = &item.stopped {
            return Err(Block::No(No::Refused(refusal.clone())));
        }
        for need in &item.needs {
            match need {
                Need::Item(other) if !matches!(self.course[*other], Course::Done) => {
                    return Err(Block::On(*other));
                }
                Need::Item(_) => {}
                Need::Unread(source) => return Err(Block::No(No::Unread(vec![*source]))),
                Need::Later(start) => {
                    let message = format!(
                        "what replaces it begins at {start}, and access is not taken away before: plan anew then"
                    );
                    let refusal = Refusal::new(codes::NOT_YET, ErrorKind::InvalidTransition, message);
                    return Err(Block::No(No::Refused(refusal)));
                }
            }
        }
        let done = match (&item.act, &item.change) {
            (Act::Grant(effect), Change::Grant(ask)) => judge.grant(at, ask, effect),
            (Act::Policy(base), Change::Policy { rules, .. }) => {
                judge.policy(base, rules).map(|()| Vec::new())
            }
            (_, Change::Review(review)) => judge.review(review, &self.wanted).map(|()| Vec::new()),
            _ => Ok(Vec::new()),
        };
        done.map_err(Block::No)
    }

    /// What may have made possible what was not at first.
    fn enablers(&self, item: &Item, judge: &Judge<'_>) -> Vec<usize> {
        let Change::Policy { privilege, .. } = &item.change else { return Vec::new() };
        let circles = judge.state.approvers(&subject_of(privilege));
        let mut enablers = Vec::new();
        for circle in circles.iter().copied() {
            let inside = |privilege: &Privilege| match privilege {
                Privilege::Group { group, access: GroupAccess::Member } => {
                    judge.state.circles.get(circle).reaches(group)
                }
                other => circle == DEFAULT_APPROVERS && super::state::in_charge(other),
            };
            let made = self.made.iter().filter(|(_, privilege)| inside(privilege));
            enablers.extend(made.map(|(step, _)| *step));
        }
        enablers
    }

    /// Why something was not done: the first cause, if it hangs on others.
    fn verdict(&self, at: usize, items: &[Item]) -> No {
        let mut cause = at;
        loop {
            match &self.course[cause] {
                Course::Blocked(Block::On(other)) => cause = *other,
                Course::Blocked(Block::No(No::Unread(sources))) => return No::Unread(sources.clone()),
                Course::Blocked(Block::No(No::Refused(refusal))) if cause == at => {
                    return No::Refused(refusal.clone());
                }
                Course::Blocked(Block::No(No::Refused(refusal))) => {
                    let message =
                        format!("it hangs on {}, which is refused: settle that first", items[cause].id);
                    return No::Refused(Refusal::new(codes::DEPENDS, refusal.kind, message));
                }
                // Every open item was tried in the last wave.
                Course::Open | Course::Done => return No::Unread(Vec::new()),
            }
        }
    }
}

fn place(item: &Item) -> (super::item::Rank, String, Option<PrincipalId>, Option<Level>, Fingerprint) {
    let (principal, level) = match &item.change {
        Change::Grant(ask) => (Some(ask.principal.clone()), Some(ask.level.clone())),
        _ => (None, None),
    };
    let privilege = item.change.privilege().map(|privilege| privilege.to_string().to_ascii_lowercase());
    (item.rank, privilege.unwrap_or_default(), principal, level, item.id)
}

fn step(item: &mut Item, wave: usize, after: Vec<Fingerprint>, judge: &Judge<'_>) -> Step {
    let mut why = std::mem::take(&mut item.why);
    let mut risk = item.risk;
    // Settings are undone last, since they were done first.
    if let Some(Change::Grant(back)) = &item.inverse
        && judge.forbids(back).is_some()
    {
        why.push_str(" The settings then in place forbid to undo this: change them back first.");
        risk = Risk::High;
    }
    Step {
        id: item.id,
        wave,
        after,
        change: item.change.clone(),
        rests_on: std::mem::take(&mut item.rests_on),
        inverse: item.inverse.take(),
        risk,
        why,
    }
}
