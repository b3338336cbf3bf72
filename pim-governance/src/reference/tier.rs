//! Tiers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a privilege reaches, by the enterprise access model: the lower the number, the further. Orders and
/// serialises by the number.
///
/// Source: [enterprise access model](https://learn.microsoft.com/security/privileged-access-workstations/privileged-access-access-model).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum Tier {
    /// Tier 0: whoever holds it can take the tenant, or is a step from it.
    Control,
    /// Tier 1: runs a service or much of what is in it.
    Management,
    /// Tier 2: what ordinary use takes.
    User,
}

impl Tier {
    /// Every tier, the furthest reaching first.
    pub const ALL: [Self; 3] = [Self::Control, Self::Management, Self::User];

    /// The number: 0, 1 or 2.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Control => "tier 0",
            Self::Management => "tier 1",
            Self::User => "tier 2",
        })
    }
}

/// A number that is no tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidTier(u8);

impl fmt::Display for InvalidTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no tier {}: tiers are 0 (control), 1 (management) and 2 (user)", self.0)
    }
}

impl std::error::Error for InvalidTier {}

impl TryFrom<u8> for Tier {
    type Error = InvalidTier;

    fn try_from(number: u8) -> Result<Self, InvalidTier> {
        Self::ALL.get(usize::from(number)).copied().ok_or(InvalidTier(number))
    }
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> Self {
        tier.number()
    }
}
