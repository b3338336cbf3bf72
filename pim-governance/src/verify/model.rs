//! What a verification says.

use std::{collections::BTreeSet, fmt};

use pim_core::{
    backend::MINIMUM_ACTIVE,
    client::Client,
    id::{AuditId, RequestId, TenantId},
    privilege::Privilege,
    request::Ticket,
    sensitive::Sensitive,
    time::{Period, Timestamp},
};
use serde::{Deserialize, Serialize};

/// Who takes part: each is signed in by themselves, since nobody may approve what they asked for. What a missing
/// one would test is not run.
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Actors {
    /// Reads policies and the audit log: Global Reader is enough. Changes nothing.
    pub admin: Option<Client>,
    /// Eligible for the privileges tested, signed in as their policies demand.
    pub requestor: Option<Client>,
    /// Approves for the [`approved_privilege`](VerifyOptions::approved_privilege). Somebody else than the
    /// requestor.
    pub approver: Option<Client>,
    /// Eligible too, but signed in with a password only. May be the requestor in another session.
    pub unverified: Option<Client>,
}

/// What to verify, and how long to wait for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct VerifyOptions {
    /// What the requestor activates; best one that matters little. Where it needs approval it is the
    /// [`approved_privilege`](Self::approved_privilege) as well.
    pub privilege: Privilege,
    /// What the requestor activates with somebody's approval; `None` leaves approval out.
    pub approved_privilege: Option<Privilege>,
    /// Highly privileged ones among the two that may be used all the same. Without being named here they are
    /// refused, and so is what can't be told.
    pub highly_privileged: BTreeSet<Privilege>,
    /// How long activations last. Default five minutes, the shortest that the service takes.
    pub duration: Period,
    /// How long to wait for an activation to end by itself, for one that lasts longer is ended early. Default
    /// thirty minutes.
    pub max_wait: Period,
    /// How late the service may show what is so: a request among those that wait, a grant, or its end. Default
    /// ten minutes.
    pub lag: Period,
    /// How late the audit log may be. Default an hour.
    pub audit_lag: Period,
    /// The reason that is given.
    pub justification: Sensitive<String>,
    /// The ticket that is named, where policies demand one.
    pub ticket: Option<Ticket>,
}

macro_rules! tests {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)+) => {
        /// What is tested.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Test {
            $($(#[$meta])* $variant,)+
        }

        impl Test {
            /// Every test, in the order of a verification.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The test's canonical name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

tests! {
    /// Who is eligible can activate, and then holds the privilege.
    Activation = "activation",
    /// A request waits for the approver, who approves it, and then it is in force.
    Approval = "approval",
    /// Nobody can approve their own request.
    OwnApproval = "own_approval",
    /// Who signed in with a password only can't activate.
    Mfa = "mfa",
    /// An activation ends by itself when its time is over, and not before.
    Deactivation = "deactivation",
    /// All of this is in the audit log.
    Audit = "audit",
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Verdict {
    /// Everything was seen to be as it should.
    Passed,
    /// Something was seen that should not be: what, and what to do.
    Failed(String),
    /// It can't be told: why, and what it takes.
    NotRun(String),
}

/// One test and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Check {
    /// Which test.
    pub test: Test,
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen, in order of time.
    pub evidence: Vec<Evidence>,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evidence {
    /// When it was so, by the service's clock; for a record of the audit log, when that says.
    pub at: Timestamp,
    /// In words, without names.
    pub what: String,
    /// The request it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// The record that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<AuditId>,
}

/// What was tested, when, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Verification {
    /// Through which backend.
    pub backend: String,
    /// In which tenant, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// When it began, by the service's clock.
    pub began: Timestamp,
    /// When it was over.
    pub ended: Timestamp,
    /// What was activated.
    pub privilege: Privilege,
    /// What was activated with approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_privilege: Option<Privilege>,
    /// One for each test, in the order of [`Test::ALL`].
    pub checks: Vec<Check>,
    /// Requests that could not be taken back or ended, and have to be by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_behind: Vec<LeftBehind>,
}

/// A request of this verification that it could not clear away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LeftBehind {
    /// Which; `None` where the service did not tell whether it took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// What it asked for.
    pub privilege: Privilege,
    /// Why it is still there.
    pub why: String,
}

/// How far a verification is: one comes with everything seen, and one with every verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Which test.
    pub test: Test,
    /// What was seen.
    pub seen: Option<Evidence>,
    /// How it ended, once it has.
    pub verdict: Option<Verdict>,
}

impl VerifyOptions {
    /// Activates this for five minutes, without approval.
    pub fn new(privilege: Privilege) -> Self {
        Self {
            privilege,
            approved_privilege: None,
            highly_privileged: BTreeSet::new(),
            duration: MINIMUM_ACTIVE,
            max_wait: Period::minutes(30),
            lag: Period::minutes(10),
            audit_lag: Period::hours(1),
            justification: Sensitive::from("Verification of Privileged Identity Management"),
            ticket: None,
        }
    }

    /// What is activated, once each.
    pub(super) fn privileges(&self) -> Vec<&Privilege> {
        let other = self.approved_privilege.as_ref().filter(|other| **other != self.privilege);
        [Some(&self.privilege), other].into_iter().flatten().collect()
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Verdict {
    /// True when everything was seen to be as it should.
    pub const fn is_passed(&self) -> bool {
        matches!(self, Self::Passed)
    }

    /// True when something was seen that should not be.
    pub const fn is_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// Why it did not pass.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed(why) | Self::NotRun(why) => Some(why),
        }
    }
}

impl Check {
    /// A test that ended like this, without evidence.
    pub const fn new(test: Test, verdict: Verdict) -> Self {
        Self { test, verdict, evidence: Vec::new() }
    }
}

impl Evidence {
    /// Something that was so then.
    pub fn new(at: Timestamp, what: impl Into<String>) -> Self {
        Self { at, what: what.into(), request: None, record: None }
    }
}

impl Verification {
    /// A test's result; a test that this verification does not know was not run.
    pub fn verdict(&self, test: Test) -> Verdict {
        let found = self.checks.iter().find(|check| check.test == test);
        found
            .map_or_else(|| Verdict::NotRun("it was not asked for".to_owned()), |check| check.verdict.clone())
    }

    /// True when every test passed and nothing is left behind.
    pub fn is_passed(&self) -> bool {
        self.left_behind.is_empty() && Test::ALL.iter().all(|test| self.verdict(*test).is_passed())
    }

    /// True when a test failed or something is left behind.
    pub fn is_failed(&self) -> bool {
        !self.left_behind.is_empty() || self.checks.iter().any(|check| check.verdict.is_failed())
    }
}
