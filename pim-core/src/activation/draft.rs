use std::fmt;

use super::{Activation, Header};
use crate::{
    backend::MINIMUM_ACTIVE,
    error::{Error, ViolatedRule, Violation},
    id::{PolicyId, PrincipalId, ScheduleId},
    policy::{ActivationPolicy, Policy, Session, StrongAuthentication, evaluate},
    privilege::Privilege,
    request::{Action, NewRequest, Phase, RequestStatus, Ticket},
    schedule::{Condition, Level},
    sensitive::Sensitive,
    time::{Expiry, Period, Timestamp, Window},
    transition::{self, NeedsApproval, Start},
};

/// Being put together; nothing was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft(());

/// Meets the policy it was checked against, as far as that can be told without the session and the
/// eligibility. The service decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    window: Window,
    strong_authentication: StrongAuthentication,
    expected: &'static RequestStatus,
}

impl Activation<Draft> {
    /// The beginning of an activation: who, and what. How long is still to be said.
    pub const fn draft(principal: PrincipalId, privilege: Privilege) -> Self {
        let asked = NewRequest::new(Action::SelfActivate, Level::Assignment, principal, privilege);
        Self { header: Header { asked }, state: Draft(()) }
    }

    /// For how long, counted from when it begins: with approval, that is when it is approved.
    #[must_use]
    pub const fn lasting(mut self, length: Period) -> Self {
        self.header.asked.expiry = Some(Expiry::After(length));
        self
    }

    /// Until when.
    #[must_use]
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.header.asked.expiry = Some(Expiry::At(end));
        self
    }

    /// From when on. Left out, or past: at once.
    #[must_use]
    pub const fn starting(mut self, start: Timestamp) -> Self {
        self.header.asked.start = Some(start);
        self
    }

    /// Why.
    #[must_use]
    pub fn because(mut self, justification: impl Into<Sensitive<String>>) -> Self {
        self.header.asked.justification = Some(justification.into());
        self
    }

    /// Where it is tracked.
    #[must_use]
    pub fn tracked_by(mut self, ticket: Ticket) -> Self {
        self.header.asked.ticket = Some(ticket);
        self
    }

    /// Which eligibility to activate, where a service wants it named (Azure).
    #[must_use]
    pub fn using(mut self, eligibility: ScheduleId) -> Self {
        self.header.asked.using = Some(eligibility);
        self
    }

    /// Another privilege than first named, such as the same role at a narrower scope.
    #[must_use]
    pub fn at(mut self, privilege: Privilege) -> Self {
        self.header.asked.privilege = privilege;
        self
    }

    /// A condition that narrows it (Azure).
    #[must_use]
    pub fn under(mut self, condition: Condition) -> Self {
        self.header.asked.condition = Some(Box::new(condition));
        self
    }

    /// Holds the draft against a policy. `now` counts as the start where none is given.
    ///
    /// # Errors
    /// The draft and every demand it does not meet: a length of at least [`MINIMUM_ACTIVE`] and at most the
    /// policy's, a justification, a ticket.
    pub fn check(
        self,
        policy: &ActivationPolicy,
        now: Timestamp,
    ) -> Result<Activation<Checked>, Rejected<Draft>> {
        let asked = &self.header.asked;
        let (mut violations, proposal) = evaluated(asked, policy, now);
        let start = asked.starts(now);
        let window = asked.expiry.and_then(|expiry| Window::starting(start, expiry));
        let window = window.filter(|window| window.length() >= Some(MINIMUM_ACTIVE));
        if window.is_none() && violations.is_empty() {
            // The length is right, but time ends before it does.
            violations
                .push(Violation::new(ViolatedRule::Expiration, "it starts too late: give an earlier start"));
        }
        match window {
            Some(window) if violations.is_empty() => {
                let state = Checked {
                    window,
                    strong_authentication: policy.strong_authentication.clone(),
                    expected: expected(policy, Start::of(asked.start, now)),
                };
                Ok(Activation { header: self.header, state })
            }
            _ => Err(Rejected(Box::new(Inner { activation: self, violations, proposal }))),
        }
    }
}

impl Activation<Checked> {
    /// From when to when it would last if it were granted at the time of the check.
    pub const fn window(&self) -> Window {
        self.state.window
    }

    /// The stronger sign-in that the policy demands of the session.
    pub const fn strong_authentication(&self) -> &StrongAuthentication {
        &self.state.strong_authentication
    }

    /// True when an approver will have to decide.
    pub fn needs_approval(&self) -> bool {
        matches!(self.state.expected.phase(), Phase::Pending)
    }

    /// What the service is to answer, by [`transition::REPLIES`].
    pub const fn expected(&self) -> &'static RequestStatus {
        self.state.expected
    }

    /// The request to submit.
    pub fn into_request(self) -> NewRequest {
        self.header.asked
    }

    /// The request to submit to have the service run its rules and change nothing.
    pub fn into_dry_run(self) -> NewRequest {
        NewRequest { dry_run: true, ..self.header.asked }
    }
}

/// An activation that a policy does not admit, with every reason. It gives the activation back, to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected<S>(Box<Inner<S>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner<S> {
    activation: Activation<S>,
    violations: Vec<Violation>,
    proposal: Option<Expiry>,
}

impl<S> Rejected<S> {
    /// Every demand that is not met; never empty.
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// The nearest end that the policy allows, where the one asked for is what it does not: the longest time
    /// for one that is too long or missing, the shortest for one that is too short.
    pub fn proposal(&self) -> Option<Expiry> {
        self.0.proposal
    }

    /// The activation as it was.
    pub fn into_draft(self) -> Activation<S> {
        self.0.activation
    }
}

impl<S> fmt::Display for Rejected<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the policy of this privilege does not allow it")?;
        for (i, violation) in self.0.violations.iter().enumerate() {
            write!(f, "{}{violation}", if i == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}

impl<S: fmt::Debug> std::error::Error for Rejected<S> {}

impl<S> From<Rejected<S>> for Error {
    fn from(rejected: Rejected<S>) -> Self {
        Self::policy(rejected.0.violations)
    }
}

/// Holds the draft against a policy that says just this, for a session and an eligibility that lack nothing:
/// those are the service's to judge, and the rules are written once.
fn evaluated(
    asked: &NewRequest,
    demands: &ActivationPolicy,
    now: Timestamp,
) -> (Vec<Violation>, Option<Expiry>) {
    let session = Session {
        mfa: true,
        contexts: match &demands.strong_authentication {
            StrongAuthentication::Context(context) => [context.clone()].into(),
            _ => Default::default(),
        },
        ..Session::default()
    };
    let policy = Policy::new(PolicyId::from_guid([0; 16]), asked.privilege.clone(), demands.rules());
    let evaluation = evaluate(&policy, asked, &session, Some(&Window::ALWAYS), now);
    let proposal = evaluation.proposal(asked).and_then(|ask| ask.expiry);
    (evaluation.violations, proposal)
}

fn expected(policy: &ActivationPolicy, start: Start) -> &'static RequestStatus {
    let required = policy.approval.as_ref().is_some_and(|approval| approval.required);
    let approval = if required { NeedsApproval::Yes } else { NeedsApproval::No };
    // The table answers every activation; a test holds it to that.
    transition::reply(&Action::SelfActivate, approval, start).unwrap_or(&RequestStatus::Accepted)
}
