//! Deciding on others' requests.

use super::Client;
use crate::{
    approval::{Approval, ApprovalKey, Decision, NewDecision},
    backend::Operation,
    error::{Error, ErrorKind, Result},
    sensitive::Sensitive,
};

impl Client {
    /// One approval.
    ///
    /// # Errors
    /// As for every method of [`Client`].
    pub async fn get_approval(&self, key: &ApprovalKey) -> Result<Approval> {
        const OP: Operation = Operation::GetApproval;
        let approvals = self.facet(OP, self.backend().approvals())?;
        approvals.get_approval(key).await.map_err(|error| error.during(OP).with_context("approval", &key.id))
    }

    /// Says yes to a request that waits for the caller's decision; its
    /// [`approval_key`](crate::request::Request::approval_key) names the approval.
    ///
    /// # Errors
    /// `Conflict` when somebody else was first or the day is over, `PermissionDenied` on one's own request.
    pub async fn approve(&self, key: &ApprovalKey, justification: Option<Sensitive<String>>) -> Result<()> {
        self.decide(key, NewDecision { decision: Decision::Approve, justification }).await
    }

    /// Says no, likewise.
    ///
    /// # Errors
    /// As for [`approve`](Self::approve).
    pub async fn deny(&self, key: &ApprovalKey, justification: Option<Sensitive<String>>) -> Result<()> {
        self.decide(key, NewDecision { decision: Decision::Deny, justification }).await
    }

    async fn decide(&self, key: &ApprovalKey, decision: NewDecision) -> Result<()> {
        const OP: Operation = Operation::Decide;
        let approvals = self.facet(OP, self.backend().approvals())?;
        let approval = self.get_approval(key).await?;
        let stage = approval.open_stage().ok_or_else(|| {
            Error::new(
                ErrorKind::Conflict,
                "the approval is decided or has timed out: look at the request, or ask for a new one",
            )
            .with_context("approval", &key.id)
            .during(OP)
        })?;
        let decided = approvals.decide(key, &stage.id, &decision).await;
        decided.map_err(|error| error.during(OP).with_context("approval", &key.id))
    }
}
