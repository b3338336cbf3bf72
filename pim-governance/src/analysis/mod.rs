//! What is not as it should be: findings over a snapshot.
//!
//! [`analyse`] looks at who has what *in effect*: through groups and groups within groups, by activation, by owning
//! what has power; not at rows alone. What follows from something that is there is found even where other sources
//! were not read; what follows from something that is missing is found only where its source was read. A code of
//! which something may have gone unnoticed is [`Unjudged`].
//!
//! # How bad
//!
//! By how much hangs on the privilege: *tenant* is an Entra role that gives any role or signs in as anybody; *tier 0*
//! the rest of tier 0, but for what only reads, what the directory does not call privileged and what counts for a
//! part of the directory, which are *tier 1* with all that nobody classified; *tier 2* is ordinary use. Tiers are the
//! [reference](crate::reference)'s.
//!
//! | Code | Tenant | Tier 0 | Tier 1 | Tier 2 |
//! |---|---|---|---|---|
//! | `standing-access`, `owner-path` | critical | high | medium | low |
//! | `no-mfa` ¹ | critical | high | medium | low |
//! | `phishable-mfa` ¹ | high | medium | low | info |
//! | `synced-administrator` ¹, `guest-administrator` ¹ | high | high | medium | low |
//! | `risky-application`, `no-approver`, `conditional-access-gap` ² | high | high | medium | low |
//! | `weak-policy` ³ | high | medium | low | info |
//! | `broken-policy` ⁴ | medium | medium | low | low |
//! | `stale-eligibility`, `unused-eligibility` | medium | medium | low | info |
//! | `over-privileged` ⁶ | medium | medium | low | low |
//! | `several-roles` ⁵, `disabled-administrator`, `orphaned-grant` | medium | medium | low | low |
//! | `redundant-grant` | low | low | low | info |
//!
//! ¹ one step less where it has to be activated first. ² one step less where a second factor is demanded that can be
//! phished, for a context that nothing stands behind, and for accounts left out that have to activate first. ³ one
//! step less unless sign-in or approval are too weak. ⁴ info where only automation suffers. ⁵ one step less where
//! fewer are held than are several. ⁶ by the tier alone, and high for Global Administrator.
//!
//! | Code | |
//! |---|---|
//! | `too-few-global-administrators` | critical where nobody is, else high |
//! | `too-many-global-administrators` | high where too many are at this moment, else medium |
//! | `break-glass` | high for what locks out, medium for what can be abused or is the only one, low for what is due |
//! | `missing-licence` | high where the tenant has none, else low |
//!
//! Break-glass accounts are judged by `break-glass` alone.

mod access;
mod administrators;
mod applications;
mod approvers;
mod code;
mod conditional_access;
mod context;
mod emergency;
mod finding;
mod grants;
mod licences;
mod needs;
mod options;
mod over_privileged;
mod people;
mod policies;
mod redundant;
mod severity;
mod usage;

#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::BTreeMap};

use self::context::Context;
pub use self::{
    code::Code,
    finding::{Evidence, Finding, Severity},
    options::{AnalysisOptions, SignIn, TierDemands},
    over_privileged::{Need, Unclear, need, over_privileged},
};
use crate::{
    reference::Reference,
    snapshot::{Snapshot, SourceKind},
};

/// All that was found, and what could not be judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Findings {
    /// What was found: worst first, then by code, privilege and principal.
    pub findings: Vec<Finding>,
    /// Codes that were not judged, or only in part, because a source was not wholly read: no finding there
    /// proves nothing.
    pub unjudged: Vec<Unjudged>,
}

/// A code that could not be judged, or only in part.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Unjudged {
    /// Which.
    pub code: Code,
    /// What was missing.
    pub missing: Vec<SourceKind>,
}

impl Unjudged {
    /// A code that misses these.
    pub const fn new(code: Code, missing: Vec<SourceKind>) -> Self {
        Self { code, missing }
    }
}

/// Finds what is not as it should be.
///
/// The same snapshot, reference and options give the same findings, in whatever order the snapshot's rows are; of
/// several paths that take as much, any proves one. Takes time and space linear in the snapshot and what its groups
/// come to. No two findings have the same code, principal and privilege.
pub fn analyse(snapshot: &Snapshot, reference: &Reference, options: &AnalysisOptions) -> Findings {
    let context = Context::new(snapshot, reference, options);
    let mut all = Judged::default();
    for check in CHECKS {
        let judged = check(&context);
        all.findings.extend(judged.findings);
        all.doubts.extend(judged.doubts);
    }
    Findings { findings: settled(all.findings), unjudged: needs::unjudged(snapshot, &all.doubts) }
}

const CHECKS: &[fn(&Context<'_>) -> Judged] = &[
    grants::standing,
    grants::orphaned,
    grants::disabled,
    people::sign_in,
    people::origin,
    people::several_roles,
    usage::check,
    redundant::check,
    applications::check,
    administrators::too_many,
    administrators::too_few,
    emergency::check,
    policies::weak,
    policies::broken,
    approvers::check,
    conditional_access::check,
    licences::check,
    lesser_roles,
];

/// What a lesser role would do for; break-glass accounts must be able to do all.
fn lesser_roles(context: &Context<'_>) -> Judged {
    let snapshot = context.snapshot;
    // Indexing the snapshot once more is worth nothing to a log in which nobody did anything.
    if snapshot.operations.is_empty() {
        return Judged::default();
    }
    let mut findings = over_privileged(snapshot, context.reference);
    let spared = &context.emergency.accounts;
    findings.retain(|finding| finding.principal.as_ref().is_none_or(|id| !spared.contains(id)));
    findings.into()
}

/// What one check says.
#[derive(Debug, Default)]
struct Judged {
    findings: Vec<Finding>,
    /// Sources that were read and still did not tell.
    doubts: Vec<(Code, SourceKind)>,
}

impl Judged {
    fn doubt(&mut self, codes: &[Code], source: SourceKind) {
        for code in codes {
            if !self.doubts.contains(&(*code, source)) {
                self.doubts.push((*code, source));
            }
        }
    }
}

impl From<Vec<Finding>> for Judged {
    fn from(findings: Vec<Finding>) -> Self {
        Self { findings, doubts: Vec::new() }
    }
}

/// How many facts prove one finding, at most.
const MOST_EVIDENCE: usize = 50;

/// One finding for each code, principal and privilege, in order; the evidence of each as well.
fn settled(findings: Vec<Finding>) -> Vec<Finding> {
    let mut by_key: BTreeMap<_, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let key = (finding.code, finding.privilege.clone(), finding.principal.clone());
        by_key.entry(key).or_default().push(finding);
    }
    let mut settled: Vec<Finding> = by_key.into_values().filter_map(merged).collect();
    // The map was in order of the rest already.
    settled.sort_by_key(|finding| Reverse(finding.severity));
    settled
}

/// As bad as the worst, with the words and the evidence of all.
fn merged(mut same: Vec<Finding>) -> Option<Finding> {
    same.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.message.cmp(&b.message)));
    let mut same = same.into_iter();
    let mut first = same.next()?;
    for other in same {
        if !first.message.contains(&other.message) {
            first.message = format!("{} {}", first.message, other.message);
        }
        if !first.remedy.contains(&other.remedy) {
            first.remedy = format!("{} {}", first.remedy, other.remedy);
        }
        first.evidence.extend(other.evidence);
    }
    first
        .evidence
        .sort_unstable_by(|a, b| (a.source, &a.id, a.at, &a.fact).cmp(&(b.source, &b.id, b.at, &b.fact)));
    first.evidence.dedup();
    first.evidence.truncate(MOST_EVIDENCE);
    Some(first)
}
