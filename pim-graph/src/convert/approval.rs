//! Approvals: v1.0's stages and beta's steps are the same thing.

use pim_core::{
    approval::{Approval, ApprovalKey, Decided, Decision, NewDecision, Stage, StageStatus},
    error::{Error, ErrorKind, Result},
};

use super::{
    field::{id, maybe_id, secret, time},
    word,
};
use crate::wire;

/// An approval, which does not tell by itself what it is about.
///
/// # Errors
/// `Malformed` where a stage has no id.
pub fn approval(key: ApprovalKey, read: &wire::Approval) -> Result<Approval> {
    let stages = if read.stages.items().is_empty() { &read.steps } else { &read.stages };
    stages_of(key, stages.items())
}

/// An approval from the list of its stages.
///
/// # Errors
/// As [`approval`].
pub fn stages_of(key: ApprovalKey, read: &[wire::ApprovalStage]) -> Result<Approval> {
    Ok(Approval::new(key, read.iter().map(stage).collect::<Result<_>>()?))
}

/// The body that decides a stage.
///
/// # Errors
/// `InvalidInput` for a decision that is neither yes nor no.
pub fn decision(answer: &NewDecision) -> Result<wire::ApprovalStage> {
    if matches!(answer.decision, Decision::Unknown(_)) {
        return Err(Error::new(ErrorKind::InvalidInput, "a decision is `approve` or `deny`"));
    }
    Ok(wire::ApprovalStage {
        review_result: word::upper(answer.decision.as_str()).into(),
        justification: answer.justification.as_ref().map(|why| why.expose().as_str().into()).into(),
        ..wire::ApprovalStage::default()
    })
}

fn stage(read: &wire::ApprovalStage) -> Result<Stage> {
    let mut stage = Stage::open(id(&read.id, "id")?);
    stage.status = StageStatus::from(read.status.text().unwrap_or_default());
    stage.assigned_to_me = read.assigned_to_me.get().copied();
    // The reference says `Approved` and `Denied`, the service answers `Approve` and `Deny`.
    let decided = match read.review_result.text().map(str::to_ascii_lowercase).as_deref() {
        None | Some("notreviewed") => None,
        Some("approved" | "approve") => Some(Decision::Approve),
        Some("denied" | "deny") => Some(Decision::Deny),
        Some(_) => read.review_result.text().map(Decision::from),
    };
    if let Some(decision) = decided {
        let mut decided = Decided::new(decision);
        decided.by = read.reviewed_by.get().map_or(Ok(None), |by| maybe_id(&by.id, "reviewedBy"))?;
        decided.at = time(&read.reviewed_date_time, "reviewedDateTime")?;
        decided.justification = secret(&read.justification);
        stage.decided = Some(decided);
    }
    Ok(stage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pim_core::{id::RoleId, privilege::Privilege};

    fn read(text: &str) -> Approval {
        let key = ApprovalKey {
            id: "a-1".parse().unwrap(),
            privilege: Privilege::role(RoleId::GLOBAL_ADMINISTRATOR),
        };
        approval(key, &serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn stages_and_steps_are_read_alike_in_both_spellings() {
        for member in ["stages", "steps"] {
            for (word, decision) in
                [("Approve", Decision::Approve), ("approved", Decision::Approve), ("Denied", Decision::Deny)]
            {
                let approval = read(&format!(
                    r#"{{"id":"a-1","{member}":[{{"id":"s","status":"Completed","assignedToMe":true,
                    "reviewResult":"{word}","justification":"x","reviewedBy":{{"id":"b"}},
                    "reviewedDateTime":"2026-01-01T00:00:00Z"}}]}}"#
                ));
                let decided = approval.stages[0].decided.as_ref().unwrap();
                assert_eq!(decided.decision, decision);
                assert_eq!(decided.by, Some("b".parse().unwrap()));
            }
        }
        let open = read(
            r#"{"id":"a-1","steps":[{"id":"s","status":"InProgress","reviewResult":"NotReviewed","justification":"","reviewedBy":null}]}"#,
        );
        assert!(open.open_stage().is_some() && open.stages[0].decided.is_none());
    }

    #[test]
    fn a_decision_is_written_in_the_services_words() {
        let answer = NewDecision { decision: Decision::Deny, justification: Some("no".into()) };
        let body = serde_json::to_value(decision(&answer).unwrap()).unwrap();
        assert_eq!(body, serde_json::json!({"reviewResult": "Deny", "justification": "no"}));
        let odd = NewDecision { decision: Decision::from("perhaps"), justification: None };
        assert_eq!(decision(&odd).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
