//! What is wanted, in ids: a design after its names were looked up in a snapshot. Plans are made from it.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    client::Safeguards,
    id::PrincipalId,
    policy::Rule,
    privilege::Privilege,
    review::NewReview,
    schedule::{Condition, Level},
    time::Expiry,
};
use serde::{Deserialize, Serialize};

/// What a tenant is to be like, as far as somebody said. What is not named stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Target {
    /// What policies are to say, rule by rule. Rules that are not named stay.
    pub policies: BTreeMap<Privilege, Vec<Rule>>,
    /// Who is to hold what, each at its exact scope.
    pub grants: Vec<Grant>,
    /// Privileges whose direct grants are all named in [`grants`](Self::grants): those of `Assignment` and
    /// `Eligibility` schedules that are not are removed. Activations that run are left to end.
    pub exclusive: BTreeSet<Privilege>,
    /// Whose grants are never removed or shortened, besides those of break-glass accounts: people and groups.
    pub protected: BTreeSet<PrincipalId>,
    /// Break-glass accounts, and how many administrators must remain.
    pub safeguards: Safeguards,
    /// Who comes first: the pilot, then each wave. Whoever is in none comes last.
    pub waves: Vec<Wave>,
    /// Reviews that are to exist, known by their name.
    pub reviews: Vec<NewReview>,
}

/// A grant that is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Grant {
    /// May activate, or holds.
    pub level: Level,
    /// Who: a person, group or application.
    pub principal: PrincipalId,
    /// What.
    pub privilege: Privilege,
    /// Until when. [`Expiry::After`] is counted from the day it is made; a grant that stands and ends no later
    /// than that is as wanted.
    pub expiry: Expiry,
    /// A condition that narrows it (Azure).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Box<Condition>>,
}

/// People who are changed together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Wave {
    /// What it is called: `pilot`.
    pub name: String,
    /// Who is in it: people and groups by the id that their grants are made out to.
    pub principals: BTreeSet<PrincipalId>,
}

impl Default for Target {
    /// Nothing is wanted.
    fn default() -> Self {
        Self {
            policies: BTreeMap::new(),
            grants: Vec::new(),
            exclusive: BTreeSet::new(),
            protected: BTreeSet::new(),
            safeguards: Safeguards::default(),
            waves: Vec::new(),
            reviews: Vec::new(),
        }
    }
}

impl Grant {
    /// Without end and unconditional.
    pub const fn new(level: Level, principal: PrincipalId, privilege: Privilege) -> Self {
        Self { level, principal, privilege, expiry: Expiry::Never, condition: None }
    }
}
