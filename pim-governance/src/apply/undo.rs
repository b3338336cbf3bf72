//! Taking back what a run did.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{error::Result, request::NewRequest, schedule::Level};
use serde::{Deserialize, Serialize};

use super::{
    Status,
    journal::{History, Journal, Made, Recorded, State},
};
use crate::plan::{Change, Fact, Fingerprint, Plan, Remaining, Risk, Step};

/// What taking a run back would do, and what it can't.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Undo {
    /// The inverse of what was done. Settings come first, since what they forbid now could not be restored; then
    /// everything else, the last first.
    pub plan: Plan,
    /// What stays as the run made it.
    pub left: Vec<Left>,
    /// Steps of which nobody knows whether they were carried out. [`undo`](super::undo) looks before it begins.
    pub open: Vec<Fingerprint>,
}

/// What can't be taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Left {
    /// Which step did it.
    pub step: Fingerprint,
    /// What was done.
    pub change: Change,
    /// Why it stays, in plain words.
    pub why: String,
}

/// What would take back the run of this journal: the same each time, so that it can be shown and approved first.
///
/// # Errors
/// `InvalidInput` for a journal with which nothing was begun.
pub fn undo_plan(journal: &Journal) -> Result<Undo> {
    Ok(undone(journal.history()?))
}

fn undone(history: &History) -> Undo {
    let plan = &history.header.plan;
    let (mut left, mut open, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for step in &plan.steps {
        let stays = |why: &str| Left { step: step.id, change: step.change.clone(), why: why.to_owned() };
        let state = history.state(&step.id);
        if state.and_then(State::open_since).is_some() {
            open.push(step.id);
        }
        let Some(State::Ended { result, .. }) = state else { continue };
        if result.is_open() {
            left.push(stays("it was not seen to take effect: look, and take it back by hand"));
        }
        // What was so before is not this run's to take back. Settings are written rule by rule, so that some may be
        // of this run though the step failed; taking back rules that say what they said does nothing.
        let begun = matches!(state, Some(State::Ended { intended: Some(_), .. }));
        if result.status != Status::Done && !(begun && is_policy(step) && !result.is_open()) {
            continue;
        }
        match (&step.inverse, facts(step, result)) {
            (Some(inverse), Some(facts)) => back.push((step, inverse, facts)),
            (None, _) => left.push(stays("nothing can take it back")),
            (_, None) => left.push(stays("what it made was not seen: take it back by hand")),
        }
    }
    let waves = plan.waves.len();
    let names = plan.waves.iter().rev().map(|name| format!("undo of {name}"));
    // The plan that takes back is a plan like any other: its steps are known by what they bring about.
    let ids: BTreeMap<Fingerprint, Fingerprint> = back
        .iter()
        .map(|(step, inverse, _)| (step.id, Fingerprint::of(plan.tenant.as_ref(), inverse)))
        .collect();
    let after = turned(plan, &ids);
    let mut steps: Vec<Step> = back
        .into_iter()
        .rev()
        .map(|(step, inverse, rests_on)| Step {
            id: ids[&step.id],
            wave: if is_policy(step) { 0 } else { waves - step.wave },
            after: after.get(&step.id).cloned().unwrap_or_default(),
            change: inverse.clone(),
            rests_on,
            inverse: Some(step.change.clone()),
            risk: risk(inverse),
            why: format!("Takes back: {}", step.why),
        })
        .collect();
    steps.sort_by_key(|step| step.wave);
    let plan = Plan {
        version: Plan::VERSION,
        taken_at: history.last.unwrap_or(plan.taken_at),
        tenant: plan.tenant.clone(),
        guarded: plan.guarded.clone(),
        waves: std::iter::once("undo of settings".to_owned()).chain(names).collect(),
        steps,
        refused: Vec::new(),
        unread: Vec::new(),
        notices: Vec::new(),
        administrators: Remaining {
            before: plan.administrators.after.clone(),
            after: plan.administrators.before.clone(),
        },
    };
    Undo { plan, left, open }
}

/// What must stand for the inverse: that what stands is what the run made.
fn facts(step: &Step, result: &Recorded) -> Option<Vec<Fact>> {
    let fact = match (&step.change, &result.made) {
        (Change::Grant(ask), _) if ask.action.is_removal() => {
            let NewRequest { level, principal, privilege, .. } = &**ask;
            Fact::NoGrant { level: level.clone(), principal: principal.clone(), privilege: privilege.clone() }
        }
        (Change::Grant(ask), Some(Made::Grant { schedule, window })) => Fact::Grant {
            level: ask.level.clone(),
            principal: ask.principal.clone(),
            privilege: ask.privilege.clone(),
            schedule: schedule.clone(),
            window: *window,
        },
        // That the rules say what the run made them say is looked at in any case.
        (Change::Policy { .. }, _) => {
            let policy = step.rests_on.iter().filter(|fact| matches!(fact, Fact::Policy { .. }));
            return Some(policy.cloned().collect());
        }
        (Change::Review(review), Some(Made::Review(id))) => {
            Fact::Review { name: review.name.clone(), review: id.clone() }
        }
        (Change::RemoveReview { name }, _) => Fact::NoReview { name: name.clone() },
        (Change::Grant(_) | Change::Review(_), _) => return None,
    };
    Some(vec![fact])
}

/// Who comes after whom when the order is turned. Settings come first in any case, and nothing waits for them: where
/// somebody changed them since, access is restored nevertheless if they allow it.
fn turned(plan: &Plan, ids: &BTreeMap<Fingerprint, Fingerprint>) -> BTreeMap<Fingerprint, Vec<Fingerprint>> {
    let policies: BTreeSet<_> =
        plan.steps.iter().filter(|step| is_policy(step)).map(|step| step.id).collect();
    let mut after: BTreeMap<Fingerprint, Vec<Fingerprint>> = BTreeMap::new();
    for later in &plan.steps {
        let Some(back) = ids.get(&later.id) else { continue };
        let alike = |earlier: &&Fingerprint| policies.contains(*earlier) == policies.contains(&later.id);
        for earlier in later.after.iter().filter(alike) {
            after.entry(*earlier).or_default().push(*back);
        }
    }
    after
}

const fn is_policy(step: &Step) -> bool {
    matches!(step.change, Change::Policy { .. })
}

fn risk(change: &Change) -> Risk {
    match change {
        Change::Grant(ask) if ask.action.is_removal() => Risk::High,
        Change::Grant(ask) if ask.level == Level::Eligibility => Risk::Low,
        Change::Grant(_) | Change::Policy { .. } => Risk::Medium,
        Change::Review(_) | Change::RemoveReview { .. } => Risk::Low,
    }
}
