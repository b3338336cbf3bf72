//! Approval by another person: a signature over the plan, kept apart from it.
//!
//! An approval is no flag in a file that whoever applies could set. It is signed (ed25519) by somebody whose
//! key the one who applies does not have, over the hash of the whole plan: a plan that was changed afterwards is
//! another plan.

mod key;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer};
use pim_core::{
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
    time::{Period, Timestamp},
};
use serde::{Deserialize, Serialize};

pub use self::key::{ApproverKey, SigningSecret};
use crate::plan::Plan;

/// Code of a refusal because the plan lacks approvals.
pub const NOT_APPROVED: &str = "Apply.NotApproved";
/// Code of a refusal because an approval is not what it says.
pub const INVALID_APPROVAL: &str = "Apply.InvalidApproval";

const FORMAT: &str = "pim-plan-approval";
const VERSION: u32 = 1;
/// Clocks of two machines differ.
const SKEW: Period = Period::minutes(5);

/// One person's approval of one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Approval {
    /// What this is: `pim-plan-approval`.
    pub format: String,
    /// The version of the form.
    pub version: u32,
    /// The plan's hash, as 64 hexadecimal digits.
    pub plan: String,
    /// Who approves, by object id.
    pub approver: PrincipalId,
    /// When.
    pub at: Timestamp,
    /// From when on it counts no more.
    pub until: Timestamp,
    /// The signature over all this, in base64.
    pub signature: String,
}

/// Whose approval is demanded, and what was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Demand {
    /// Who may approve, and what their approvals are checked with. From a place that the one who applies can't
    /// write to.
    pub keys: BTreeMap<PrincipalId, ApproverKey>,
    /// How many different people must approve, at least one. Whoever applies does not count.
    pub at_least: usize,
    /// The approvals that were given.
    pub approvals: Vec<Approval>,
}

/// Approves a plan, for so long.
pub fn sign(
    plan: &Plan,
    secret: &SigningSecret,
    approver: PrincipalId,
    now: Timestamp,
    valid: Period,
) -> Approval {
    let mut approval = Approval {
        format: FORMAT.to_owned(),
        version: VERSION,
        plan: hash_of(plan),
        approver,
        at: now,
        until: now + valid,
        signature: String::new(),
    };
    approval.signature = STANDARD.encode(secret.key().sign(&approval.message()).to_bytes());
    approval
}

impl Approval {
    /// Reads an approval, as it was written with serde.
    ///
    /// # Errors
    /// `Malformed` with line and column; `Unsupported` for one of a newer version.
    pub fn from_json(text: &str) -> Result<Self> {
        let approval: Self = serde_json::from_str(text).map_err(|error| {
            Error::new(
                ErrorKind::Malformed,
                "this is no approval of a plan: ask the approver for the file again",
            )
            .with_context("line", error.line())
            .with_context("column", error.column())
        })?;
        approval.readable()?;
        Ok(approval)
    }

    /// As JSON, for a file.
    pub fn to_json(&self) -> String {
        // Strings and numbers: nothing of it can fail to be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    fn readable(&self) -> Result<()> {
        if self.format != FORMAT {
            return Err(Error::new(ErrorKind::Malformed, "this is no approval of a plan"));
        }
        if self.version != VERSION {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "the approval is of another version: read it with the program that wrote it, or a newer one",
            )
            .with_context("version", self.version));
        }
        Ok(())
    }

    /// What is signed. Hash and times have a form of their own, so that no two approvals say the same.
    fn message(&self) -> Vec<u8> {
        let Self { plan, approver, at, until, .. } = self;
        format!("pim-governance approval of a plan v1\n{plan}\n{approver}\n{at}\n{until}\n").into_bytes()
    }

    /// Whether it is this approver's, for this plan, and counts now.
    fn check(
        &self,
        plan: &str,
        keys: &BTreeMap<PrincipalId, ApproverKey>,
        now: Timestamp,
    ) -> Result<ApproverKey> {
        let wrong = |message: &'static str| {
            Error::new(ErrorKind::PermissionDenied, message)
                .with_code(INVALID_APPROVAL)
                .with_context("approver", &self.approver)
        };
        self.readable()?;
        let key = keys.get(&self.approver).ok_or_else(|| {
            wrong(
                "this person may not approve here: ask one whose key is in the demand, or add the key there",
            )
        })?;
        let signature =
            STANDARD.decode(&self.signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        let signed =
            signature.is_some_and(|signature| key.key().verify_strict(&self.message(), &signature).is_ok());
        if !signed {
            return Err(wrong(
                "the signature does not fit: the approval was changed, or signed with another key",
            ));
        }
        if self.plan != plan {
            return Err(wrong("this approves another plan: have this one approved as it is now"));
        }
        if self.until <= now {
            return Err(wrong("the approval has run out: have the plan approved again")
                .with_context("until", self.until));
        }
        if self.at > now + SKEW {
            return Err(wrong(
                "the approval is from the future: set the clock of one of the two machines right",
            )
            .with_context("at", self.at));
        }
        Ok(*key)
    }
}

impl Demand {
    /// Refuses a plan that not enough others have approved. Every approval given must be good: one that is not is
    /// a sign that something is wrong.
    pub(super) fn check(&self, plan: &Plan, caller: Option<&PrincipalId>, now: Timestamp) -> Result<()> {
        if self.at_least == 0 {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "approval is demanded of nobody: demand at least one, or leave the demand out",
            ));
        }
        let caller = caller.ok_or_else(|| {
            Error::new(
                ErrorKind::PermissionDenied,
                "the credential does not tell who applies, so that an approval by another person can't be told from \
                 one's own: sign in so that the caller is known",
            )
            .with_code(NOT_APPROVED)
        })?;
        let hash = hash_of(plan);
        let mut approvers = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for approval in &self.approvals {
            let key = approval.check(&hash, &self.keys, now)?;
            if approval.approver != *caller && keys.insert(key.to_base64()) {
                approvers.insert(&approval.approver);
            }
        }
        if approvers.len() >= self.at_least {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::PermissionDenied,
            "too few others have approved this plan: have it signed by more of those who may; whoever applies does \
             not count",
        )
        .with_code(NOT_APPROVED)
        .with_context("approved", approvers.len())
        .with_context("needed", self.at_least))
    }
}

/// A plan's hash as 64 hexadecimal digits.
pub(super) fn hash_of(plan: &Plan) -> String {
    plan.hash().iter().map(|byte| format!("{byte:02x}")).collect()
}
