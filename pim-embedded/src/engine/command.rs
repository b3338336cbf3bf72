//! What can be asked of the engine, by whom, and what it answers.

use pim_core::{
    alert::{AlertChange, AlertKind},
    approval::{ApprovalKey, NewDecision},
    audit::SignIn,
    error::Result,
    id::{PrincipalId, ReviewId, RoleId, StageId},
    policy::{Policy, Rule, Session, SessionKind},
    privilege::{Privilege, RoleDefinition},
    request::{NewRequest, Request, RequestKey},
    review::{AccessReview, NewReview, NewVerdict, Reviewer, RoundKey},
    time::Expiry,
};
use serde::{Deserialize, Serialize};

use super::event::Event;

/// Who asks: one account in one session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Caller {
    /// Which account.
    pub principal: PrincipalId,
    /// How it signed in.
    pub session: Session,
}

impl Caller {
    /// A person who signed in with a second factor.
    pub fn with_mfa(principal: PrincipalId) -> Self {
        Self { principal, session: Session { mfa: true, ..Session::default() } }
    }

    /// A person who signed in with no more than a password.
    pub fn without_mfa(principal: PrincipalId) -> Self {
        Self { principal, session: Session::default() }
    }

    /// An application with its own credential, which acts for nobody.
    pub fn application(principal: PrincipalId) -> Self {
        let session = Session { kind: SessionKind::Application, delegated: false, ..Session::default() };
        Self { principal, session }
    }
}

/// How a policy is written: the service checks single rules and whole policies differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum PolicyWrite {
    /// Rules one by one.
    Single,
    /// The policy with several rules at once.
    Whole,
}

/// What an administrator answers to a request to extend or renew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum AdminAnswer {
    /// Yes, perhaps with another end than was asked for.
    Approve(Option<Expiry>),
    /// No.
    Deny,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Make a request.
    Submit(NewRequest),
    /// Withdraw one.
    Cancel(RequestKey),
    /// Decide on one, as an approver.
    Decide(ApprovalKey, StageId, NewDecision),
    /// Decide on a request to extend or renew. The service offers this in its portal only.
    Answer(RequestKey, AdminAnswer),
    /// Replace rules of the policy that governs a privilege.
    UpdatePolicy(Privilege, Vec<Rule>, PolicyWrite),
    /// Create a review.
    CreateReview(NewReview),
    /// Change one. Rounds that have started go on as they were asked for.
    ChangeReview(ReviewId, NewReview),
    /// Put others in charge of a round: its reviewers, and those who review where there is no manager.
    ChangeReviewers(RoundKey, Vec<Reviewer>, Vec<Reviewer>),
    /// Delete one.
    DeleteReview(ReviewId),
    /// Answer items of a round.
    RecordVerdicts(RoundKey, Vec<NewVerdict>),
    /// Close a round early.
    StopRound(RoundKey),
    /// Carry out a round's decisions.
    ApplyRound(RoundKey),
    /// Take back a round's answers.
    ResetRound(RoundKey),
    /// Remind a round's reviewers.
    RemindRound(RoundKey),
    /// Refresh, dismiss or configure an alert.
    ChangeAlert(AlertKind, AlertChange),
    /// Create a custom role, or change one.
    DefineRole(RoleDefinition),
    /// Delete a custom role.
    RemoveRole(RoleId),
    /// Write an assignment to the directory behind PIM's back.
    AssignOutsidePim(PrincipalId, Privilege),
    /// Take an assignment out of the directory behind PIM's back.
    RemoveOutsidePim(PrincipalId, Privilege),
    /// Put a sign-in on record.
    RecordSignIn(SignIn),
    /// Let the tenant's licence for PIM run out, whoever asks.
    LapseLicence,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It was done.
    Done,
    /// The request as it stands.
    Request(Box<Request>),
    /// The policy as it stands.
    Policy(Box<Policy>),
    /// The review as it stands.
    Review(Box<AccessReview>),
}

/// What a command leads to: the events to be kept, and what to answer once they are.
///
/// A refusal can leave a record too; then there are events *and* an error.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What happened.
    pub events: Vec<Event>,
    /// The answer; what it shows is read from the state after the events.
    pub answer: Result<Shown>,
}

/// What an answer is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shown {
    /// Nothing.
    Nothing,
    /// A request that was kept.
    Request(super::event::Guid),
    /// A request that was only tried.
    Tried(Box<Request>),
    /// A policy.
    Policy(Privilege),
    /// A review.
    Review(ReviewId),
}

impl Outcome {
    pub(crate) const fn done(events: Vec<Event>, shown: Shown) -> Self {
        Self { events, answer: Ok(shown) }
    }
}
