//! What was done, by the audit log.

use pim_core::{
    audit::{AuditRecord, AuditResult},
    id::PrincipalId,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// That somebody did something, successfully, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Operation {
    /// Who.
    pub principal: PrincipalId,
    /// What, in the log's words: `Reset user password`.
    pub activity: Box<str>,
    /// When last.
    pub at: Timestamp,
    /// How often, within the time that was read.
    pub times: u32,
}

impl Operation {
    /// Something done once.
    pub fn new(principal: PrincipalId, activity: impl Into<Box<str>>, at: Timestamp) -> Self {
        Self { principal, activity: activity.into(), at, times: 1 }
    }

    /// What a record tells; `None` for what failed, and for what the service did by itself.
    pub(crate) fn of(record: AuditRecord) -> Option<Self> {
        let done = record.result == AuditResult::Success;
        record.actor.filter(|_| done).map(|actor| Self::new(actor, record.activity, record.at))
    }
}
