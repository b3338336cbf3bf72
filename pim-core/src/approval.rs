//! Approvals: who may decide, what was decided.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, ErrorKind},
    id::{ApprovalId, PrincipalId, StageId},
    open_enum::open_enum,
    privilege::Privilege,
    sensitive::Sensitive,
    time::{Period, Timestamp},
};

/// How long an approval stays open. The service fixes it at a day.
///
/// Source: [Approve or deny requests](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-approval-workflow).
pub const APPROVAL_TIMEOUT: Period = Period::hours(24);

open_enum! {
    /// An approver's answer.
    pub enum Decision {
        /// Yes.
        Approve = "approve",
        /// No.
        Deny = "deny",
    }
}

open_enum! {
    /// Where a stage stands.
    pub enum StageStatus {
        /// Not open yet.
        Initializing = "initializing",
        /// Waits for a decision.
        InProgress = "in_progress",
        /// Decided.
        Completed = "completed",
        /// Nobody decided in time.
        Expired = "expired",
    }
}

/// How to find an approval again: its id, and the privilege whose service keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a key
pub struct ApprovalKey {
    /// The approval's id.
    pub id: ApprovalId,
    /// The privilege asked for.
    pub privilege: Privilege,
}

/// The approval of one request.
///
/// Source: [approval](https://learn.microsoft.com/graph/api/resources/approval).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Approval {
    /// Its id and the privilege asked for.
    pub key: ApprovalKey,
    /// The stages, in order. PIM has one.
    pub stages: Vec<Stage>,
}

/// One stage of an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stage {
    /// The stage's id.
    pub id: StageId,
    /// Where it stands.
    pub status: StageStatus,
    /// Whether the caller is one of its approvers; `None` where the service does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_to_me: Option<bool>,
    /// What was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

/// A decision, with who and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Decided {
    /// The answer.
    pub decision: Decision,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PrincipalId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Sensitive<String>>,
}

impl Decided {
    /// A decision without further detail.
    pub const fn new(decision: Decision) -> Self {
        Self { decision, by: None, at: None, justification: None }
    }
}

/// An answer to give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct NewDecision {
    /// Yes or no.
    pub decision: Decision,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Sensitive<String>>,
}

impl Stage {
    /// An open stage.
    pub const fn open(id: StageId) -> Self {
        Self { id, status: StageStatus::InProgress, assigned_to_me: None, decided: None }
    }
}

impl Approval {
    /// An approval with these stages.
    pub const fn new(key: ApprovalKey, stages: Vec<Stage>) -> Self {
        Self { key, stages }
    }

    /// The stage that waits for a decision.
    pub fn open_stage(&self) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.status == StageStatus::InProgress)
    }

    /// Takes a decision: the first one counts for everybody.
    ///
    /// Who may decide is for the caller to tell (`is_approver`); nobody decides on their own request,
    /// approver or not.
    ///
    /// # Errors
    /// `PermissionDenied` for the requestor and for anyone who is no approver, `Conflict` where the stage is
    /// decided or expired, `NotFound` for an unknown stage, `InvalidInput` for an unknown decision.
    pub fn decide(
        &mut self,
        stage: &StageId,
        by: &PrincipalId,
        requestor: &PrincipalId,
        is_approver: bool,
        answer: &NewDecision,
        now: Timestamp,
    ) -> Result<&Stage, Error> {
        let refuse =
            |kind, message: &'static str| Err(Error::new(kind, message).with_context("stage", stage));
        if by == requestor {
            return refuse(
                ErrorKind::PermissionDenied,
                "nobody decides on their own request: ask another approver",
            );
        }
        if !is_approver {
            return refuse(ErrorKind::PermissionDenied, "the caller is not an approver of this request");
        }
        if matches!(answer.decision, Decision::Unknown(_)) {
            return refuse(ErrorKind::InvalidInput, "a decision is `approve` or `deny`");
        }
        let Some(open) = self.stages.iter_mut().find(|s| s.id == *stage) else {
            return refuse(ErrorKind::NotFound, "the approval has no such stage");
        };
        match open.status {
            StageStatus::InProgress => {}
            StageStatus::Expired => {
                return refuse(ErrorKind::Conflict, "the approval has timed out: a new request is needed");
            }
            _ => return refuse(ErrorKind::Conflict, "another approver has already decided"),
        }
        open.status = StageStatus::Completed;
        open.decided = Some(Decided {
            decision: answer.decision.clone(),
            by: Some(by.clone()),
            at: Some(now),
            justification: answer.justification.clone(),
        });
        Ok(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RoleId;

    fn who(n: u8) -> PrincipalId {
        PrincipalId::from_guid([n; 16])
    }

    fn approval() -> (Approval, StageId) {
        let stage = StageId::from_guid([9; 16]);
        let key = ApprovalKey {
            id: ApprovalId::from_guid([9; 16]),
            privilege: Privilege::role(RoleId::GLOBAL_ADMINISTRATOR),
        };
        (Approval::new(key, vec![Stage::open(stage.clone())]), stage)
    }

    fn yes() -> NewDecision {
        NewDecision { decision: Decision::Approve, justification: None }
    }

    #[test]
    fn the_first_decision_wins() {
        let (mut approval, stage) = approval();
        let now = Timestamp::UNIX_EPOCH;
        approval.decide(&stage, &who(2), &who(1), true, &yes(), now).unwrap();
        assert!(approval.open_stage().is_none());
        let no = NewDecision { decision: Decision::Deny, justification: None };
        let error = approval.decide(&stage, &who(3), &who(1), true, &no, now).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(approval.stages[0].decided.as_ref().unwrap().by, Some(who(2)));
    }

    #[test]
    fn the_requestor_strangers_and_nonsense_are_refused() {
        let (mut approval, stage) = approval();
        let now = Timestamp::UNIX_EPOCH;
        let odd = NewDecision { decision: Decision::from("perhaps"), justification: None };
        let kinds = [
            approval.decide(&stage, &who(1), &who(1), true, &yes(), now).unwrap_err().kind(),
            approval.decide(&stage, &who(2), &who(1), false, &yes(), now).unwrap_err().kind(),
            approval
                .decide(&StageId::from_guid([0; 16]), &who(2), &who(1), true, &yes(), now)
                .unwrap_err()
                .kind(),
            approval.decide(&stage, &who(2), &who(1), true, &odd, now).unwrap_err().kind(),
        ];
        use ErrorKind::{InvalidInput, NotFound, PermissionDenied};
        assert_eq!(kinds, [PermissionDenied, PermissionDenied, NotFound, InvalidInput]);
        assert!(approval.open_stage().is_some(), "a refused decision changes nothing");
    }
}
