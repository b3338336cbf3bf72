//! Whether a tenant meets the SCuBA baseline of CISA for highly privileged access: MS.AAD.3.6 and 7.1 to 7.9.
//!
//! Each is judged by the criterion of the published assessment (ScubaGear), over a snapshot. A verdict is
//! given only where what was read carries it: a fault that was seen is a fault, whatever else could not be read;
//! nothing passes on what was not.
//!
//! ```
//! use pim_core::time::Timestamp;
//! use pim_governance::{
//!     compliance::{Check, Verdict, assess},
//!     reference::Reference,
//!     snapshot::Snapshot,
//! };
//!
//! // Nothing was read, so nothing can be told.
//! let compliance = assess(&Snapshot::unread(Timestamp::from_unix_seconds(0)), Reference::builtin());
//! let approval = compliance.of(Check::GlobalAdministratorApproval);
//! assert!(matches!(approval.verdict, Verdict::CannotTell { .. }));
//! assert_eq!(approval.check.id(), "MS.AAD.7.6v1");
//! ```

mod access;
mod check;
mod grants;
mod holders;
mod policies;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use pim_core::{
    id::{ConditionalAccessId, PolicyId, PrincipalId, ScheduleId},
    policy::Policy,
    privilege::Privilege,
    schedule::Assignment,
};
use serde::Serialize;

pub use self::check::{Check, Criticality};
use self::holders::{Holders, Kinds};
use crate::{
    reference::Reference,
    snapshot::{Snapshot, SourceKind},
};

/// What the baseline lets a tenant decide.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct AssessOptions {
    /// Accounts for emergencies and for services, and groups of them, that may hold a role without end (7.4) and be
    /// left out of Conditional Access (3.6).
    pub exempt: BTreeSet<PrincipalId>,
}

/// What came of all checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Compliance {
    /// One for each check, in the order of the baseline.
    pub results: Vec<CheckResult>,
}

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CheckResult {
    /// Which.
    pub check: Check,
    /// How it ended.
    pub verdict: Verdict,
    /// In one plain sentence, what that rests on.
    pub explanation: String,
    /// What stands against it, worst first. There may be some where the whole can't be told.
    pub offenders: Vec<Offender>,
}

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum Verdict {
    /// The tenant meets it.
    Pass,
    /// It does not.
    Fail,
    /// What was read does not carry a verdict.
    CannotTell {
        /// What was not wholly read; empty where that is not the reason.
        missing: Vec<SourceKind>,
        /// In plain words, what is in the way.
        why: String,
    },
}

/// Something that stands against a check, by its ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Offender {
    /// A person, group or application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalId>,
    /// What they hold, or what the policy is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privilege>,
    /// The grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<ScheduleId>,
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyId>,
    /// The Conditional Access policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditional_access: Option<ConditionalAccessId>,
    /// In a few words, what is the matter with it.
    pub fact: String,
}

/// Judges a tenant by the baseline, nobody being exempt.
pub fn assess(snapshot: &Snapshot, reference: &Reference) -> Compliance {
    assess_with(snapshot, reference, &AssessOptions::default())
}

/// Judges a tenant by the baseline. The highly privileged roles are those of the reference.
pub fn assess_with(snapshot: &Snapshot, reference: &Reference, options: &AssessOptions) -> Compliance {
    let tenant = Tenant::new(snapshot, reference, options);
    let result = |check: &Check| {
        let Judged { verdict, explanation, offenders } = match check {
            Check::PhishingResistantMfa => access::phishing_resistant_mfa(&tenant),
            Check::GlobalAdministratorCount => holders::global_administrator_count(&tenant),
            Check::FinerRoles => holders::finer_roles(&tenant),
            Check::CloudOnly => holders::cloud_only(&tenant),
            Check::NoStandingAccess => grants::no_standing_access(&tenant),
            Check::OnlyThroughPim => grants::only_through_pim(&tenant),
            Check::GlobalAdministratorApproval => policies::approval(&tenant),
            Check::AssignmentAlert => policies::assignment_alert(&tenant),
            Check::GlobalAdministratorActivationAlert => {
                policies::global_administrator_activation_alert(&tenant)
            }
            Check::ActivationAlert => policies::activation_alert(&tenant),
        };
        CheckResult { check: *check, verdict, explanation, offenders }
    };
    Compliance { results: Check::ALL.iter().map(result).collect() }
}

impl Compliance {
    /// What came of a check.
    pub fn of(&self, check: Check) -> &CheckResult {
        // Results stand in the order of the checks, and there is one for each.
        &self.results[check as usize]
    }

    /// True when every check passed.
    pub fn is_met(&self) -> bool {
        self.results.iter().all(|result| result.verdict == Verdict::Pass)
    }
}

impl Offender {
    fn holder(principal: &PrincipalId, fact: impl Into<String>) -> Self {
        Self { principal: Some(principal.clone()), fact: fact.into(), ..Self::default() }
    }

    fn grant(grant: &Assignment, fact: impl Into<String>) -> Self {
        Self {
            principal: Some(grant.principal.clone()),
            privilege: Some(grant.privilege.clone()),
            grant: Some(grant.id.clone()),
            fact: fact.into(),
            ..Self::default()
        }
    }

    fn policy(policy: &Policy, fact: impl Into<String>) -> Self {
        Self {
            privilege: Some(policy.subject.clone()),
            policy: Some(policy.id.clone()),
            fact: fact.into(),
            ..Self::default()
        }
    }
}

/// What the checks look at.
struct Tenant<'a> {
    snapshot: &'a Snapshot,
    reference: &'a Reference,
    options: &'a AssessOptions,
    kinds: Kinds<'a>,
    holders: Holders,
}

impl<'a> Tenant<'a> {
    fn new(snapshot: &'a Snapshot, reference: &'a Reference, options: &'a AssessOptions) -> Self {
        let kinds = Kinds::of(snapshot);
        let holders = Holders::of(snapshot, reference, &kinds);
        Self { snapshot, reference, options, kinds, holders }
    }

    /// Says what was found, and no more than what was read allows: offenders are offenders, but their absence
    /// counts only where all of it was read.
    fn judge(
        &self,
        offenders: Vec<Offender>,
        sources: impl IntoIterator<Item = SourceKind>,
        found: impl FnOnce(usize) -> String,
        clean: &str,
    ) -> Judged {
        let missing = self.snapshot.incomplete(sources.into_iter().collect::<BTreeSet<_>>());
        if !offenders.is_empty() {
            return Judged { verdict: Verdict::Fail, explanation: found(offenders.len()), offenders };
        }
        if missing.is_empty() {
            return Judged { verdict: Verdict::Pass, explanation: clean.to_owned(), offenders };
        }
        Judged::unread(missing)
    }
}

fn is_highly_privileged(reference: &Reference, privilege: &Privilege) -> bool {
    match privilege {
        Privilege::DirectoryRole { role, .. } => {
            reference.role(role).is_some_and(|role| role.highly_privileged)
        }
        _ => false,
    }
}

/// What a check says.
struct Judged {
    verdict: Verdict,
    explanation: String,
    offenders: Vec<Offender>,
}

impl Judged {
    fn unread(missing: Vec<SourceKind>) -> Self {
        let names: Vec<_> = missing.iter().map(|source| source.as_str()).collect();
        Self::cannot_tell(missing, format!("not all was read of: {}", names.join(", ")))
    }

    fn cannot_tell(missing: Vec<SourceKind>, why: String) -> Self {
        let explanation = format!("It can't be told: {why}.");
        Self { verdict: Verdict::CannotTell { missing, why }, explanation, offenders: Vec::new() }
    }

    fn with(mut self, offenders: Vec<Offender>) -> Self {
        self.offenders = offenders;
        self
    }
}
