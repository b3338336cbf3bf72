//! What a plan is: plain data that can be read, kept, reviewed and carried out later.

use std::collections::BTreeSet;

use pim_core::{
    error::ErrorKind,
    id::{PolicyId, PrincipalId, ReviewId, ScheduleId, TenantId},
    policy::RuleChange,
    privilege::Privilege,
    request::NewRequest,
    review::NewReview,
    schedule::Level,
    time::{Period, Timestamp, Window},
};
use serde::{Deserialize, Serialize};

use super::Fingerprint;
use crate::snapshot::SourceKind;

/// What has to be done so that a tenant is as wanted, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plan {
    /// The version of this form; [`Plan::VERSION`] is what this program writes.
    pub version: u32,
    /// When the snapshot was taken that it rests on.
    pub taken_at: Timestamp,
    /// The tenant it is for, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// What it promises not to touch.
    pub guarded: Guarded,
    /// The names of the waves, in order; [`Step::wave`] counts from zero in here. The first is `settings`.
    pub waves: Vec<String>,
    /// What to do: each after all that it depends on.
    pub steps: Vec<Step>,
    /// What is wanted and not planned: a guard forbids it, or the service would.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
    /// Sources that were not wholly read: what hangs on them was left as it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<SourceKind>,
    /// What was left as it is, and why: nothing is wrong with it, and nothing will be done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// Who can administer the tenant before and after.
    pub administrators: Remaining,
}

/// What a plan keeps to; applying it takes a client that keeps to at least as much.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Guarded {
    /// Break-glass accounts.
    pub break_glass: BTreeSet<PrincipalId>,
    /// Whose grants are never removed.
    pub protected: BTreeSet<PrincipalId>,
    /// How many usable administrators must remain.
    pub min_administrators: usize,
    /// Who is to carry it out, where known: their own access lasts until the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<PrincipalId>,
}

/// Who can administer a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Remaining {
    /// Enabled people who are Global Administrator without end, directly or through groups, before.
    pub before: BTreeSet<PrincipalId>,
    /// The same after the last step.
    pub after: BTreeSet<PrincipalId>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Step {
    /// Which difference it settles. Unique in its plan.
    pub id: Fingerprint,
    /// In which wave.
    pub wave: usize,
    /// What must be done, and seen to have taken effect, before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Fingerprint>,
    /// What to do.
    pub change: Change,
    /// What must stand for the step to make sense.
    pub rests_on: Vec<Fact>,
    /// What undoes it; `None` where nothing can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inverse: Option<Change>,
    /// What can go wrong by it.
    pub risk: Risk,
    /// Why, in one plain sentence. Holds ids and names of roles, never names of people.
    pub why: String,
}

/// Something that was left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Notice {
    /// What kind of notice, such as [`PROTECTED`](super::codes::PROTECTED).
    pub code: String,
    /// Which family of grants, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// About whose grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalId>,
    /// About what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privilege>,
    /// In plain words. Holds ids and names of roles, never names of people.
    pub message: String,
}

/// A change of a tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Change {
    /// Rules of a policy, in an order in which no moment is weaker or locked.
    Policy {
        /// Whose policy.
        privilege: Privilege,
        /// Which rules, from what to what.
        rules: Vec<RuleChange>,
    },
    /// A grant is made, changed or removed.
    Grant(Box<NewRequest>),
    /// A review is scheduled.
    Review(Box<NewReview>),
    /// A review that was scheduled is taken back; it is found by its name.
    RemoveReview {
        /// Its name.
        name: String,
    },
}

/// Something that stood when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fact {
    /// A grant was there.
    Grant {
        /// Which family.
        level: Level,
        /// Whose.
        principal: PrincipalId,
        /// Of what.
        privilege: Privilege,
        /// Its schedule then. An update may have replaced it since.
        schedule: ScheduleId,
        /// From when to when.
        window: Window,
    },
    /// There was no such grant.
    NoGrant {
        /// Which family.
        level: Level,
        /// Whose.
        principal: PrincipalId,
        /// Of what.
        privilege: Privilege,
    },
    /// A policy's rules said what the change names as `from`.
    Policy {
        /// Whose policy.
        privilege: Privilege,
        /// Which.
        policy: PolicyId,
    },
    /// There was no review of that name.
    NoReview {
        /// Its name.
        name: String,
    },
    /// There was this review. Names are not unique.
    Review {
        /// Its name.
        name: String,
        /// Which.
        review: ReviewId,
    },
}

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum Risk {
    /// Gives a right that must still be activated, or asks for more.
    Low,
    /// Gives a standing right, or asks for less.
    Medium,
    /// Takes somebody's access away.
    High,
}

/// A difference that may not be settled, or not by us: a guard forbids it, the service would, or it hangs on one
/// that is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Refused {
    /// Which difference.
    pub id: Fingerprint,
    /// What would have been done.
    pub change: Change,
    /// A guard's code, such as [`LAST_ADMINISTRATORS`](pim_core::guard::LAST_ADMINISTRATORS), or one of
    /// [`codes`](super::codes).
    pub code: String,
    /// The kind of the refusal.
    pub kind: ErrorKind,
    /// In plain words, with the remedy.
    pub message: String,
    /// What stands instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<Fact>,
}

/// How long a plan may wait, unless told otherwise, before it has to be made anew.
pub const MAX_AGE: Period = Period::hours(7 * 24);

impl Change {
    /// The privilege that is changed; reviews have none of their own.
    pub const fn privilege(&self) -> Option<&Privilege> {
        match self {
            Self::Policy { privilege, .. } => Some(privilege),
            Self::Grant(ask) => Some(&ask.privilege),
            Self::Review(_) | Self::RemoveReview { .. } => None,
        }
    }

    /// Whose grant is changed.
    pub const fn principal(&self) -> Option<&PrincipalId> {
        match self {
            Self::Grant(ask) => Some(&ask.principal),
            _ => None,
        }
    }

    /// True for what takes access away or shortens it.
    pub fn takes_away(&self, now: Timestamp) -> bool {
        matches!(self, Self::Grant(ask) if pim_core::guard::takes_away(ask, now))
    }
}

impl Plan {
    /// True when nothing differs, and nothing was refused.
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.refused.is_empty()
    }

    /// A step by its fingerprint.
    pub fn step(&self, id: &Fingerprint) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == *id)
    }
}
