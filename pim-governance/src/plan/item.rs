//! A difference on its way to become a step, or a refusal.

use pim_core::{policy::Policy, time::Timestamp};

use super::{Change, Fact, Fingerprint, Risk, judge::Refusal, state::Effect};
use crate::snapshot::SourceKind;

/// One difference.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) id: Fingerprint,
    pub(super) change: Change,
    pub(super) inverse: Option<Change>,
    pub(super) rests_on: Vec<Fact>,
    pub(super) risk: Risk,
    pub(super) why: String,
    /// Before which wave it must not be done.
    pub(super) wave: usize,
    pub(super) rank: Rank,
    pub(super) needs: Vec<Need>,
    pub(super) act: Act,
    /// Why it can't be done whatever the rest.
    pub(super) stopped: Option<Refusal>,
}

/// What comes first within a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Policy,
    Give,
    Change,
    Take,
    Review,
}

/// What must be before a difference can be settled.
#[derive(Clone, Debug)]
pub(super) enum Need {
    /// Another one is settled.
    Item(usize),
    /// Nobody can tell, since this was not wholly read.
    Unread(SourceKind),
    /// What replaces it begins, at this time.
    Later(Timestamp),
}

/// What it does to the tenant.
#[derive(Debug)]
pub(super) enum Act {
    Grant(Effect),
    /// On this policy.
    Policy(Box<Policy>),
    Review,
}
