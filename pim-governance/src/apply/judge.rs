//! Whether a step is still to be done, may be done, or is done: told from what stands.

use pim_core::{
    error::Result,
    id::{PrincipalId, ReviewId},
    policy::{Policy, Rule, RuleChange},
    privilege::Privilege,
    request::{Action, NewRequest},
    review::NewReview,
    schedule::Level,
    time::{Expiry, Period, Timestamp, Window},
};

use super::{
    journal::Made,
    look::{Held, Look, Place, SKEW},
};
use crate::plan::{Change, Fact, Plan, Step};

/// How late a service may begin what was to begin at a time.
const LATE: Period = Period::minutes(5);

/// What a step finds.
#[derive(Debug, PartialEq)]
pub(super) enum Finding {
    /// What it rests on still holds, and it is not done.
    Ready {
        /// The review to delete, where that is the change.
        review: Option<ReviewId>,
    },
    /// Its effect is there.
    AlreadyDone,
    /// What it rests on has changed: why.
    Stale(String),
}

/// Looks whether a step of a plan may be done.
pub(super) async fn finding(look: &Look<'_>, plan: &Plan, step: &Step) -> Result<Finding> {
    if let Change::RemoveReview { name } = &step.change {
        return removable(look, step, name).await;
    }
    if effect(look, step, None).await?.is_some() {
        return Ok(Finding::AlreadyDone);
    }
    if let Change::Grant(ask) = &step.change
        && let Some(Expiry::At(end)) = ask.expiry
        && end <= look.now
    {
        return Ok(Finding::Stale("it would have ended by now".to_owned()));
    }
    if let Change::Policy { privilege, rules } = &step.change
        && let Some(reason) = rewritten(&look.policy(privilege).await?, rules)
    {
        return Ok(Finding::Stale(reason));
    }
    for fact in &step.rests_on {
        if let Some(reason) = contradicted(look, plan, fact).await? {
            return Ok(Finding::Stale(reason));
        }
    }
    Ok(Finding::Ready { review: None })
}

/// What is seen of a step's effect; `None` where it is not there. `since` is when its request was sent, if it was.
pub(super) async fn effect(
    look: &Look<'_>,
    step: &Step,
    since: Option<Timestamp>,
) -> Result<Option<Option<Made>>> {
    match &step.change {
        Change::Grant(ask) => {
            let held = look.held(&Place::of(ask)).await?;
            if ask.action.is_removal() {
                return Ok(held.is_empty().then_some(None));
            }
            let made = held.into_iter().find(|held| is_as_asked(held, ask, since, look.now));
            Ok(made.map(|held| Some(Made::Grant { schedule: held.schedule, window: held.window })))
        }
        Change::Policy { privilege, rules } => {
            let policy = look.policy(privilege).await?;
            let wanted: Vec<Rule> = rules.iter().map(RuleChange::rule).collect();
            Ok(policy.diff(&wanted).is_empty().then_some(None))
        }
        Change::Review(review) => {
            let named = look.reviews(&review.name).await?;
            let made = named.into_iter().find(|other| is_that(&other.definition, review));
            Ok(made.map(|review| Some(Made::Review(review.id))))
        }
        Change::RemoveReview { name } => {
            let left = look.reviews(name).await?;
            let left = left.iter().filter(|review| meant(step).is_none_or(|id| review.id == *id)).count();
            Ok((left == 0).then_some(None))
        }
    }
}

/// True where a listed grant is what a request asks for.
fn is_as_asked(held: &Held, ask: &NewRequest, since: Option<Timestamp>, now: Timestamp) -> bool {
    let sent = since.unwrap_or(now);
    let later = ask.start.filter(|start| *start > sent);
    let begins = match later {
        Some(start) => {
            held.window.start().is_some_and(|begin| begin + SKEW >= start && begin <= start + LATE)
        }
        // An update that names no start keeps the old one.
        None => held.in_force || ask.action == Action::AdminUpdate,
    };
    let end = held.window.end();
    let ends = match ask.expiry {
        // An update that names no end keeps the old one.
        None if ask.action == Action::AdminUpdate => true,
        None | Some(Expiry::Never) => end.is_none(),
        Some(Expiry::At(at)) => end.is_some_and(|end| near(end, at, SKEW)),
        Some(Expiry::After(length)) => {
            let (first, last) = (later.unwrap_or(sent), later.unwrap_or(now));
            // What is newly given may end earlier: a grant that stands and ends in time is as wanted.
            let open = ask.action == Action::AdminAssign;
            end.is_some_and(|end| end <= last + length + LATE && (open || end + SKEW >= first + length))
        }
    };
    let narrowed = held.condition == ask.condition;
    let kept = ask.condition.is_none() && ask.action == Action::AdminUpdate;
    begins && ends && (narrowed || kept)
}

/// Why a fact no longer holds, if it does not.
async fn contradicted(look: &Look<'_>, plan: &Plan, fact: &Fact) -> Result<Option<String>> {
    let reason = match fact {
        Fact::Grant { level, principal, privilege, window, .. } => {
            let place = place(level, principal, privilege);
            let held = look.held(&place).await?;
            // An update replaces the schedule and keeps the grant; the window is what tells them apart.
            let stands = held.iter().any(|held| same(&held.window, window));
            // What another step of the plan has changed is as the plan wants it.
            if stands || held.iter().any(|held| is_planned(held, plan, &place, look.now)) {
                None
            } else if held.is_empty() {
                Some("the grant that it rests on is gone: plan anew".to_owned())
            } else {
                Some("the grant that it rests on has been changed since: plan anew".to_owned())
            }
        }
        Fact::NoGrant { level, principal, privilege } => {
            let held = look.held(&place(level, principal, privilege)).await?;
            let there = !held.is_empty();
            there.then(|| "there is a grant meanwhile that was not there before: plan anew".to_owned())
        }
        // What its rules say was looked at; whether it is still the same is asked here.
        Fact::Policy { privilege, policy } => {
            let now = look.policy(privilege).await?;
            // A group's policy has a new id once the group is under PIM, which a step before may have seen to.
            let other = now.id != *policy && privilege.group_id().is_none();
            other.then(|| "another policy governs the privilege meanwhile: plan anew".to_owned())
        }
        Fact::NoReview { name } => {
            let there = !look.reviews(name).await?.is_empty();
            there.then(|| "there is a review of that name meanwhile: plan anew".to_owned())
        }
        Fact::Review { name, review } => {
            let there = look.reviews(name).await?.iter().any(|other| other.id == *review);
            (!there).then(|| "the review that it rests on is gone: plan anew".to_owned())
        }
    };
    Ok(reason)
}

fn is_planned(held: &Held, plan: &Plan, place: &Place, now: Timestamp) -> bool {
    plan.steps.iter().any(|step| match &step.change {
        Change::Grant(ask) if !ask.action.is_removal() && Place::of(ask) == *place => {
            is_as_asked(held, ask, Some(plan.taken_at), now)
        }
        _ => false,
    })
}

/// Rules may say what they said, or, where part of the change went through, what they are to say.
fn rewritten(now: &Policy, rules: &[RuleChange]) -> Option<String> {
    let says = |rule: Rule| now.diff(&[rule]).is_empty();
    let changed = rules.iter().find(|change| {
        let as_before = match &change.from {
            Some(from) => says(Rule { kind: change.kind.clone(), setting: from.clone() }),
            None => now.setting(&change.kind).is_none(),
        };
        !as_before && !says(change.rule())
    });
    changed.map(|change| format!("rule {} has been changed since: plan anew", change.kind))
}

async fn removable(look: &Look<'_>, step: &Step, name: &str) -> Result<Finding> {
    let mut named = look.reviews(name).await?;
    let all = named.len();
    if let Some(id) = meant(step) {
        named.retain(|review| review.id == *id);
    }
    Ok(match (named.pop(), named.len()) {
        (Some(review), 0) => Finding::Ready { review: Some(review.id) },
        (Some(_), _) => Finding::Stale(format!(
            "there are {all} reviews of that name, and which is meant can't be told: delete it by hand"
        )),
        (None, _) => Finding::AlreadyDone,
    })
}

/// The review that is to go, where the plan says more than its name.
fn meant(step: &Step) -> Option<&ReviewId> {
    step.rests_on.iter().find_map(|fact| match fact {
        Fact::Review { review, .. } => Some(review),
        _ => None,
    })
}

/// The service rewrites much of a review; its name and subject stay.
fn is_that(kept: &NewReview, asked: &NewReview) -> bool {
    kept.name == asked.name && kept.scope.privilege == asked.scope.privilege
}

fn place(level: &Level, principal: &PrincipalId, privilege: &Privilege) -> Place {
    Place { level: level.clone(), principal: principal.clone(), privilege: privilege.clone() }
}

/// What was made outside PIM has no start in one list and one in another.
fn same(a: &Window, b: &Window) -> bool {
    let starts = match (a.start(), b.start()) {
        (Some(a), Some(b)) => near(a, b, LATE),
        _ => true,
    };
    let ends = match (a.end(), b.end()) {
        (Some(a), Some(b)) => near(a, b, SKEW),
        (a, b) => a == b,
    };
    starts && ends
}

fn near(a: Timestamp, b: Timestamp, within: Period) -> bool {
    a.since(b) <= within && b.since(a) <= within
}
