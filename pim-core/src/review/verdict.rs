use serde::{Deserialize, Serialize};

use super::{
    DefaultDecision, NewVerdict, Recommendation, ReviewItem, ReviewRound, ReviewSettings, ReviewStage,
    ReviewStatus, Reviewer, RoundTrigger, Verdict,
};
use crate::{
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
    sensitive::Sensitive,
    time::{Period, Timestamp},
};

/// What a verdict comes to when the round is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: access stays or goes
pub enum Outcome {
    /// Access stays.
    Keep,
    /// Access is taken away.
    Remove,
}

/// How one stage ended for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StageAnswer {
    /// The answer.
    pub verdict: Verdict,
    /// Who answered; `None` for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<PrincipalId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Sensitive<String>>,
}

impl StageAnswer {
    /// An answer of which only the verdict is known.
    pub const fn new(verdict: Verdict) -> Self {
        Self { verdict, decided_by: None, decided_at: None, justification: None }
    }
}

impl ReviewItem {
    /// Records a reviewer's answer. The last one counts: until the stage ends any reviewer may replace it.
    ///
    /// `is_reviewer` is what [`may_review`] says of `by`. Where an error comes back, the item is unchanged.
    ///
    /// # Errors
    /// - [`ErrorKind::InvalidInput`]: the answer belongs to another item or round, is no answer, or approves
    ///   without the justification that is demanded.
    /// - [`ErrorKind::PermissionDenied`]: `by` is no reviewer of this item.
    /// - [`ErrorKind::InvalidTransition`]: the round is not in progress, or the item did not go on to the
    ///   stage that is open.
    pub fn record(
        &mut self,
        answer: &NewVerdict,
        by: &PrincipalId,
        is_reviewer: bool,
        round: &ReviewRound,
        settings: &ReviewSettings,
        now: Timestamp,
    ) -> Result<()> {
        if answer.item != self.id || round.key != self.round {
            let message = "the answer belongs to another review item; list the round's items again";
            return Err(self.refusal(ErrorKind::InvalidInput, message));
        }
        if !is_reviewer {
            let message = "the caller does not review this item; ask one of its reviewers";
            return Err(self.refusal(ErrorKind::PermissionDenied, message));
        }
        self.check_open(round, now)?;
        match answer.verdict {
            Verdict::Approve | Verdict::Deny | Verdict::DontKnow => {}
            _ => {
                let message = "this is not an answer; use approve, deny or dont_know";
                return Err(self.refusal(ErrorKind::InvalidInput, message));
            }
        }
        let said_why = answer.justification.as_ref().is_some_and(|text| !text.expose().trim().is_empty());
        if settings.justification_required && answer.verdict == Verdict::Approve && !said_why {
            let message = "this review wants a reason for every approval; add a justification";
            return Err(self.refusal(ErrorKind::InvalidInput, message));
        }
        self.verdict = answer.verdict.clone();
        self.justification = answer.justification.clone();
        self.decided_by = Some(by.clone());
        self.decided_at = Some(now);
        Ok(())
    }

    /// Fills in the default decision if nobody answered in any stage.
    ///
    /// A default of `recommendation` decides nothing where there is none, and access stays: an open question.
    pub fn fill_default(&mut self, default: &DefaultDecision, now: Timestamp) {
        let verdict = match (default, &self.recommendation) {
            (DefaultDecision::Approve, _) | (DefaultDecision::Recommendation, Recommendation::Approve) => {
                Verdict::Approve
            }
            (DefaultDecision::Deny, _) | (DefaultDecision::Recommendation, Recommendation::Deny) => {
                Verdict::Deny
            }
            _ => return,
        };
        if *self.final_verdict() == Verdict::NotReviewed {
            self.verdict = verdict;
            self.decided_at = Some(now);
        }
    }

    /// Takes the answer of the open stage back. An item that did not go on to this stage keeps its answer,
    /// since nobody could give another.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidTransition`] when the round is not in progress.
    pub fn reset(&mut self, round: &ReviewRound) -> Result<()> {
        round.status.after(RoundTrigger::Reset)?;
        if self.stage() == round.stage as usize {
            self.take_answer();
        }
        Ok(())
    }

    /// The stage, counted from 0, that the item has reached.
    pub const fn stage(&self) -> usize {
        self.earlier.len()
    }

    /// True when the item goes on from `stage`, which is the one it has reached, to the next.
    pub fn goes_on(&self, stage: &ReviewStage) -> bool {
        stage.goes_on_with.is_empty() || stage.goes_on_with.contains(&self.verdict)
    }

    /// Moves the item to the next stage, where it is asked anew.
    pub fn advance(&mut self) {
        let answer = self.take_answer();
        self.earlier.push(answer);
    }

    /// The answer that counts: of the last stage that answered.
    pub fn final_verdict(&self) -> &Verdict {
        self.answers().map(|(verdict, _)| verdict).next().unwrap_or(&Verdict::NotReviewed)
    }

    /// Who gave the answer that counts; `None` for nobody and for default decisions.
    pub fn final_reviewer(&self) -> Option<&PrincipalId> {
        self.answers().next().and_then(|(_, by)| by)
    }

    /// What the answer comes to. Only a denial takes access away; what the service may add to its verdicts
    /// does not.
    pub fn outcome(&self) -> Outcome {
        if *self.final_verdict() == Verdict::Deny { Outcome::Remove } else { Outcome::Keep }
    }

    /// Latest stage first, those without answer left out.
    fn answers(&self) -> impl Iterator<Item = (&Verdict, Option<&PrincipalId>)> {
        let earlier = self.earlier.iter().rev().map(|stage| (&stage.verdict, stage.decided_by.as_ref()));
        std::iter::once((&self.verdict, self.decided_by.as_ref()))
            .chain(earlier)
            .filter(|(verdict, _)| **verdict != Verdict::NotReviewed)
    }

    fn check_open(&self, round: &ReviewRound, now: Timestamp) -> Result<()> {
        if round.status != ReviewStatus::InProgress || !round.window.contains(now) {
            let status = &round.status;
            let message = match status.is_closed() || round.window.has_ended(now) {
                true => format!("this review round is over ({status}); its answers stand as they are"),
                false => format!("this review round is {status}; wait until it is in_progress"),
            };
            return Err(self.refusal(ErrorKind::InvalidTransition, message));
        }
        if self.stage() != round.stage as usize {
            let message = "this item did not go on to the stage that is open; its answer stands";
            return Err(self.refusal(ErrorKind::InvalidTransition, message));
        }
        Ok(())
    }

    fn refusal(&self, kind: ErrorKind, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        Error::new(kind, message).with_context("item", &self.id)
    }

    fn take_answer(&mut self) -> StageAnswer {
        StageAnswer {
            verdict: std::mem::replace(&mut self.verdict, Verdict::NotReviewed),
            decided_by: self.decided_by.take(),
            decided_at: self.decided_at.take(),
            justification: self.justification.take(),
        }
    }
}

/// What the service recommends for a holder: `look_back` is counted from the start of the round.
///
/// Without a known sign-in there is nothing to go by: the same `None` stands for never and for not told.
pub fn recommend(
    last_sign_in: Option<Timestamp>,
    look_back: Period,
    round_start: Timestamp,
) -> Recommendation {
    match last_sign_in {
        None => Recommendation::NoInfoAvailable,
        Some(time) if time >= round_start - look_back => Recommendation::Approve,
        Some(_) => Recommendation::Deny,
    }
}

/// True when `caller` reviews the access of `holder`.
///
/// `reviewers` and `fallback` are those of the open stage, or the review's where there are no stages. Nobody
/// named means that holders review themselves. The fallback counts where the manager is asked and there is
/// none. `manager_of` tells a person's manager, `member_of` whether a person (first) is in a group (second).
/// Source: [reviewers](https://learn.microsoft.com/graph/accessreviews-reviewers-concept).
pub fn may_review(
    reviewers: &[Reviewer],
    fallback: &[Reviewer],
    holder: &PrincipalId,
    caller: &PrincipalId,
    manager_of: impl Fn(&PrincipalId) -> Option<PrincipalId>,
    member_of: impl Fn(&PrincipalId, &PrincipalId) -> bool,
) -> bool {
    if reviewers.is_empty() {
        return holder == caller;
    }
    let named = |reviewer: &Reviewer| match reviewer {
        Reviewer::User(id) => id == caller,
        Reviewer::Group(group) => member_of(caller, group),
        Reviewer::Holder => holder == caller,
        Reviewer::Manager => false,
    };
    reviewers.iter().any(|reviewer| match reviewer {
        Reviewer::Manager => match manager_of(holder) {
            Some(manager) => manager == *caller,
            None => fallback.iter().any(named),
        },
        other => named(other),
    })
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
