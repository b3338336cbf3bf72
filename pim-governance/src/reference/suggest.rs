//! Which role is enough.

use std::cmp::Reverse;

use pim_core::id::RoleId;
use serde::Serialize;

use super::{Reference, RoleFacts, Sufficient, TaskFacts, Tier, covers};

/// How a suggestion stands among those for the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Rank {
    /// The least privileged.
    Least,
    /// Does too, and allows more.
    Alternative,
}

/// What a suggestion rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Basis {
    /// Microsoft names the role for this task.
    Task {
        /// What the task belongs to, in key words.
        area: Vec<String>,
        /// What it is, in key words.
        words: Vec<String>,
    },
    /// The role's actions cover this one.
    Action(String),
    /// The role's actions cover all that was seen to be done.
    Use,
}

/// A role that is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The Entra role; `None` where something else suffices, which [`name`](Self::name) tells: owning the thing,
    /// a role in Azure, being a user at all.
    pub role: Option<RoleId>,
    /// The role's name.
    pub name: String,
    /// How far it reaches.
    pub tier: Option<Tier>,
    /// The least, or another one.
    pub rank: Rank,
    /// It can do more than its actions show.
    pub power_not_in_actions: bool,
    /// For what it is enough.
    pub basis: Basis,
}

impl Suggestion {
    pub(crate) fn of(role: &RoleFacts, rank: Rank, basis: Basis) -> Self {
        Self {
            role: Some(role.id.clone()),
            name: role.name.clone(),
            tier: role.tier,
            rank,
            power_not_in_actions: role.power_not_in_actions,
            basis,
        }
    }
}

pub(super) fn least_role_for(reference: &Reference, what: &str) -> Vec<Suggestion> {
    let what = what.trim();
    if what.contains('/') && !what.contains(char::is_whitespace) {
        return by_action(reference, what);
    }
    closest(&reference.tasks, what).into_iter().flat_map(|task| by_task(reference, task)).collect()
}

/// Roles that may be handed out and whose actions tell their power, the lowest first.
fn by_action(reference: &Reference, action: &str) -> Vec<Suggestion> {
    let mut roles: Vec<_> = reference
        .roles()
        .filter(|role| !role.reserved && !role.power_not_in_actions)
        .filter(|role| reference.actions_of(&role.id).any(|granted| covers(granted, action)))
        .collect();
    roles.sort_by_cached_key(|role| super::weight(reference, role));
    let rank = |at| if at == 0 { Rank::Least } else { Rank::Alternative };
    let basis = || Basis::Action(action.to_owned());
    roles.into_iter().enumerate().map(|(at, role)| Suggestion::of(role, rank(at), basis())).collect()
}

fn by_task(reference: &Reference, task: &TaskFacts) -> Vec<Suggestion> {
    let others = task.others.iter().map(|other| (Rank::Alternative, other));
    std::iter::once((Rank::Least, &task.least))
        .chain(others)
        .map(|(rank, sufficient)| {
            let basis = Basis::Task { area: task.area.clone(), words: task.words.clone() };
            match sufficient {
                Sufficient::Role(id) => match reference.role(id) {
                    Some(role) => Suggestion::of(role, rank, basis),
                    None => Suggestion::of(&RoleFacts::new(id.clone()), rank, basis),
                },
                Sufficient::Other(name) => Suggestion {
                    role: None,
                    name: name.clone(),
                    tier: None,
                    rank,
                    power_not_in_actions: false,
                    basis,
                },
            }
        })
        .collect()
}

/// The tasks that most of the words fit; among those, where the task has the fewest words besides and its area
/// fits best.
fn closest<'a>(tasks: &'a [TaskFacts], text: &str) -> Vec<&'a TaskFacts> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(|word| word.trim_matches('-'))
        .filter(|word| word.len() > 3 || SHORT.contains(word))
        .collect();
    let fit = |own: &[String]| words.iter().filter(|word| own.iter().any(|own| is_same(own, word))).count();
    let besides =
        |own: &[String]| own.iter().filter(|own| !words.iter().any(|word| is_same(own, word))).count();
    let fits: Vec<_> = tasks
        .iter()
        .map(|task| {
            let either = |word: &&&str| task.words.iter().chain(&task.area).any(|own| is_same(own, word));
            (words.iter().filter(either).count(), task)
        })
        .collect();
    let most = fits.iter().map(|(fit, _)| *fit).max().unwrap_or_default();
    if most * 2 <= words.len() {
        return Vec::new();
    }
    let mut best: Vec<_> = fits.into_iter().filter(|(fit, _)| *fit == most).map(|(_, task)| task).collect();
    best.sort_by_key(|task| (besides(&task.words), Reverse(fit(&task.area))));
    best
}

/// Short words that say something.
const SHORT: [&str; 8] = ["add", "app", "b2c", "mfa", "not", "pim", "tap", "vpn"];

/// One word in two forms: `delete` and `deleting`, `admin` and `administrators`.
fn is_same(a: &str, b: &str) -> bool {
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a.as_bytes()[common..], &b.as_bytes()[common..]);
    match (a, b) {
        (b"", b"") | (b"", b"s") | (b"s", b"") => common >= 3,
        (b"", rest) | (rest, b"") if rest.starts_with(b"lication") || rest.starts_with(b"istrator") => {
            common >= 3
        }
        _ => common >= 5 && a.len() <= 4 && b.len() <= 4,
    }
}
