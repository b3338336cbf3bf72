//! What is asked of a tenant.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{client::Safeguards, id::RoleId, time::Period};

use crate::reference::Tier;

/// By what a tenant is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct AnalysisOptions {
    /// The accounts for emergencies, if any are named here: without, they are looked for among the permanent
    /// Global Administrators, by what Conditional Access spares them.
    pub safeguards: Safeguards,
    /// What the policies of each tier must demand; a tier that is not here may do as it likes.
    pub demands: BTreeMap<Tier, TierDemands>,
    /// What the policies of single Entra roles must demand instead.
    pub role_demands: BTreeMap<RoleId, TierDemands>,
    /// From how many administrator roles on they are several.
    pub several_roles: usize,
    /// How many enabled people must be Global Administrator without end, break-glass accounts included.
    pub min_global_administrators: usize,
    /// How many people may be or become Global Administrator, break-glass accounts left out.
    pub max_global_administrators: usize,
    /// For how long an eligibility may go unused. As long as the log was read is the most that can be told.
    pub stale_after: Period,
    /// For how long a break-glass account may go without somebody trying it.
    pub tried_within: Period,
    /// How old the password of a break-glass account may be.
    pub password_age: Period,
    /// The authentication strengths that no false sign-in page can relay, by name, in any case.
    pub phishing_resistant: BTreeSet<String>,
}

/// What the policy of a privilege must demand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct TierDemands {
    /// The longest activation.
    pub max_activation: Period,
    /// The weakest sign-in with which one may activate.
    pub sign_in: SignIn,
    /// Whether a justification must be given.
    pub justification: bool,
    /// Whether a ticket must be given.
    pub ticket: bool,
    /// Whether somebody else must approve.
    pub approval: bool,
    /// Whether active assignments without end may be made.
    pub permanent_active: bool,
    /// Whether eligibilities without end may be made.
    pub permanent_eligible: bool,
}

/// How strong a sign-in is: the later the stronger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums)] // complete by definition: an order
pub enum SignIn {
    /// A password may do.
    #[default]
    Any,
    /// A second factor.
    Mfa,
    /// A means that no false sign-in page can relay.
    PhishingResistant,
}

impl Default for AnalysisOptions {
    /// Two to four Global Administrators who activate for an hour, five roles are several, 60 days without use are long, break-glass
    /// accounts are tried every 90 days and get a new password each year.
    ///
    /// Sources: [best practices for roles](https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices),
    /// [emergency access](https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access).
    fn default() -> Self {
        Self {
            safeguards: Safeguards::default(),
            demands: Tier::ALL.into_iter().map(|tier| (tier, TierDemands::of(tier))).collect(),
            role_demands: BTreeMap::from([(
                RoleId::GLOBAL_ADMINISTRATOR,
                // Break-glass accounts need theirs without end.
                TierDemands {
                    max_activation: Period::hours(1),
                    permanent_active: true,
                    ..TierDemands::of(Tier::Control)
                },
            )]),
            several_roles: 5,
            min_global_administrators: 2,
            max_global_administrators: 4,
            stale_after: Period::days(60),
            tried_within: Period::days(90),
            password_age: Period::days(365),
            phishing_resistant: BTreeSet::from(["Phishing-resistant MFA".to_owned()]),
        }
    }
}

impl AnalysisOptions {
    pub(super) fn resists_phishing(&self, strength: &str) -> bool {
        self.phishing_resistant.iter().any(|name| name.eq_ignore_ascii_case(strength))
    }
}

impl TierDemands {
    /// What this crate demands unless told otherwise: of tiers 0 and 1 a second factor and at most 10 hours, of tier 0
    /// also approval and that nothing active is without end, of tier 2 at most a day; of all a justification.
    pub const fn of(tier: Tier) -> Self {
        let (hours, sign_in) = match tier {
            Tier::Control | Tier::Management => (10, SignIn::Mfa),
            Tier::User => (24, SignIn::Any),
        };
        Self {
            max_activation: Period::hours(hours),
            sign_in,
            justification: true,
            ticket: false,
            approval: matches!(tier, Tier::Control),
            permanent_active: !matches!(tier, Tier::Control),
            permanent_eligible: true,
        }
    }
}
