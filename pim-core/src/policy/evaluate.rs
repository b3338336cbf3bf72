//! Whether a policy admits a request, with every reason against it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ApprovalSetting, Policy};
use crate::{
    backend::MINIMUM_ACTIVE,
    error::{Error, ErrorKind, StepUp, ViolatedRule, Violation},
    id::ContextId,
    request::{Action, NewRequest},
    time::{Expiry, Period, Timestamp, Window},
};

/// Who asks, as far as policies care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Session {
    /// A person or an application.
    pub kind: SessionKind,
    /// Whether the sign-in was multi-factor, at any time in the session. An application's never is.
    pub mfa: bool,
    /// The authentication contexts that the sign-in satisfied.
    pub contexts: BTreeSet<ContextId>,
    /// Whether a person's sign-in stands behind the token. Without one there is neither MFA nor context.
    pub delegated: bool,
}

/// What kind of principal asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum SessionKind {
    /// Someone who signed in.
    #[default]
    Person,
    /// An application with its own credential.
    Application,
}

/// A person who signed in with no more than a password.
impl Default for Session {
    fn default() -> Self {
        Self { kind: SessionKind::Person, mfa: false, contexts: BTreeSet::new(), delegated: true }
    }
}

impl Session {
    /// True where a stronger sign-in is possible at all.
    pub(super) const fn can_step_up(&self) -> bool {
        self.delegated && matches!(self.kind, SessionKind::Person)
    }
}

/// Something that the request or the session lacks and that whoever asks can supply.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MissingInput {
    /// How long, or until when.
    Duration,
    /// A reason.
    Justification,
    /// A ticket.
    Ticket,
    /// A multi-factor sign-in.
    MultiFactor,
    /// An authentication context.
    Context(ContextId),
}

/// What a policy says to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evaluation<'p> {
    /// Every demand that is not met, as the service would list them. An authentication context is not among
    /// them: services refuse for it with an answer of its own, see [`step_up`](Self::step_up).
    pub violations: Vec<Violation>,
    /// Everything that is lacking and could be supplied. Each has its violation, or is the step-up.
    pub missing: Vec<MissingInput>,
    /// The sign-in that would help.
    pub step_up: Option<StepUp>,
    /// The approval that the activation will wait for. Not a reason against it.
    pub approval: Option<&'p ApprovalSetting>,
    /// The longest that this request may ask for; `None` when there is no limit or time is not judged.
    pub longest: Option<Period>,
    legal_expiry: Option<Expiry>,
}

/// Holds a request against a policy.
///
/// `eligibility` is the window of the eligibility that an activation rests on; other actions ignore it. A
/// start in the past means `now`. A dry run is judged like any other request.
///
/// - An activation is held against the rules `*_EndUser_Assignment` and its eligibility: that must be in
///   force at the start, and must not end before the activation does.
/// - Assigning, updating, extending and renewing by an administrator is held against `*_Admin_*` of the
///   request's level, whatever the length of the grant before. A justification is demanded of applications
///   too, although the service has been seen to let one pass without.
/// - Extending and renewing by the holder is held against no rule, since an administrator will decide on it
///   and may alter it; the service asks for a multi-factor session.
/// - Removing and deactivating is always admitted, and so is an action that this version does not know.
///
/// Nothing here asks whether the caller has the right to act, or whether an equal grant exists.
///
/// Source: [PIM policies](https://learn.microsoft.com/graph/identity-governance-pim-rules-overview).
pub fn evaluate<'p>(
    policy: &'p Policy,
    ask: &NewRequest,
    session: &Session,
    eligibility: Option<&Window>,
    now: Timestamp,
) -> Evaluation<'p> {
    let mut evaluation = Evaluation {
        violations: Vec::new(),
        missing: Vec::new(),
        step_up: None,
        approval: None,
        longest: None,
        legal_expiry: None,
    };
    match ask.action {
        Action::SelfActivate => evaluation.judge_activation(policy, ask, session, eligibility, now),
        Action::AdminAssign | Action::AdminUpdate | Action::AdminExtend | Action::AdminRenew => {
            let rules = policy.grants(&ask.level);
            let max = (!rules.permanent).then_some(rules.max);
            evaluation.judge_time(ask, ask.starts(now), &Bounds { max, until: None, usual: rules.max });
            evaluation.judge_justification(rules.justification, ask);
            evaluation.judge_mfa(rules.mfa, session);
        }
        Action::SelfExtend | Action::SelfRenew => evaluation.judge_mfa(true, session),
        Action::AdminRemove | Action::SelfDeactivate | Action::Unknown(_) => {}
    }
    evaluation
}

impl<'p> Evaluation<'p> {
    /// True when the request meets every demand. An activation may still have to wait for
    /// [`approval`](Self::approval).
    pub fn is_admitted(&self) -> bool {
        self.violations.is_empty() && self.missing.is_empty() && self.step_up.is_none()
    }

    /// The refusal, or `None` for an admitted request: a
    /// [`PolicyViolation`](ErrorKind::PolicyViolation) with every violation, or
    /// [`StepUpRequired`](ErrorKind::StepUpRequired) when only a stronger sign-in is wanting. Both name the
    /// sign-in that would help.
    pub fn into_error(self) -> Option<Error> {
        let error = match (&self.step_up, self.violations) {
            (None, violations) if violations.is_empty() => return None,
            (Some(_), violations) if violations.is_empty() => Error::new(
                ErrorKind::StepUpRequired,
                "this privilege demands a stronger sign-in: sign in again as the step-up says, then repeat the \
                 request",
            ),
            (_, violations) => Error::policy(violations),
        };
        Some(match self.step_up {
            Some(step_up) => error.with_step_up(step_up),
            None => error,
        })
    }

    /// The same request with the nearest legal end: the longest allowed for one that is too long or names no
    /// end, the shortest for one that is too short. `None` when its end is legal as it is, and when none
    /// would be, since the eligibility ends too soon.
    ///
    /// `ask` must be the request that was evaluated.
    pub fn proposal(&self, ask: &NewRequest) -> Option<NewRequest> {
        let expiry = self.legal_expiry?;
        Some(NewRequest { expiry: Some(expiry), ..ask.clone() })
    }

    fn judge_activation(
        &mut self,
        policy: &'p Policy,
        ask: &NewRequest,
        session: &Session,
        eligibility: Option<&Window>,
        now: Timestamp,
    ) {
        let start = ask.starts(now);
        let usable = eligibility.filter(|window| window.contains(start));
        if usable.is_none() {
            self.violate(ViolatedRule::Eligibility, why_not_eligible(eligibility, start));
        }
        let max = policy.activation_max();
        let until = usable.and_then(Window::end);
        self.judge_time(ask, start, &Bounds { max: Some(max), until, usual: max });

        let demands = policy.activation_demands();
        let context = policy.context();
        self.judge_justification(demands.justification, ask);
        self.judge_mfa(demands.mfa && context.is_none(), session);
        if demands.ticket && !ask.has_ticket() {
            self.missing.push(MissingInput::Ticket);
            self.violate(ViolatedRule::Ticketing, "no ticket: give its number or its system");
        }
        if let Some(context) = context.filter(|c| !(session.can_step_up() && session.contexts.contains(c))) {
            self.missing.push(MissingInput::Context(context.clone()));
            self.step_up = Some(StepUp::Context(context.clone()));
        }
        self.approval = policy.approval();
    }

    fn judge_time(&mut self, ask: &NewRequest, start: Timestamp, bounds: &Bounds) {
        self.longest = bounds.longest(start);
        if ask.expiry.is_none() {
            self.missing.push(MissingInput::Duration);
        }
        let Some(problem) = time_problem(ask.expiry, start, self.longest, bounds) else { return };
        let limit = self.longest;
        self.violations
            .push(Violation { limit, ..Violation::new(ViolatedRule::Expiration, problem.message) });
        self.legal_expiry = problem.remedy;
    }

    fn judge_justification(&mut self, demanded: bool, ask: &NewRequest) {
        if demanded && !ask.is_justified() {
            self.missing.push(MissingInput::Justification);
            self.violate(ViolatedRule::Justification, "no justification: say why");
        }
    }

    fn judge_mfa(&mut self, demanded: bool, session: &Session) {
        if !demanded {
            return;
        }
        if !session.can_step_up() {
            self.violate(
                ViolatedRule::Mfa,
                "a multi-factor sign-in is demanded, which an application cannot have: have a person ask, or \
                 take the demand out of the policy",
            );
        } else if !session.mfa {
            self.missing.push(MissingInput::MultiFactor);
            self.step_up = Some(StepUp::Mfa);
            self.violate(
                ViolatedRule::Mfa,
                "no multi-factor sign-in in this session: sign in with a second factor, then repeat the request",
            );
        }
    }

    fn violate(&mut self, rule: ViolatedRule, message: impl Into<std::borrow::Cow<'static, str>>) {
        self.violations.push(Violation::new(rule, message));
    }
}

/// What limits a grant's length.
struct Bounds {
    /// The policy's maximum; `None` when a grant may be permanent.
    max: Option<Period>,
    /// The end of what the grant rests on.
    until: Option<Timestamp>,
    /// What to propose where nothing limits it.
    usual: Period,
}

impl Bounds {
    fn longest(&self, start: Timestamp) -> Option<Period> {
        match (self.max, self.until.map(|until| until.since(start))) {
            (Some(max), Some(left)) => Some(max.min(left)),
            (max, left) => max.or(left),
        }
    }
}

struct TimeProblem {
    message: String,
    remedy: Option<Expiry>,
}

fn time_problem(
    asked: Option<Expiry>,
    start: Timestamp,
    longest: Option<Period>,
    bounds: &Bounds,
) -> Option<TimeProblem> {
    let length = match asked {
        Some(Expiry::After(length)) => Some(length),
        Some(at_or_never) => at_or_never.length(start),
        None => None,
    };
    let too_short = length.is_some_and(|length| length < MINIMUM_ACTIVE);
    let too_long = longest.is_some_and(|longest| length.is_none_or(|length| longest < length));
    if !too_short && !too_long && asked.is_some() {
        return None;
    }
    if let Some(longest) = longest.filter(|longest| *longest < MINIMUM_ACTIVE) {
        let message = match bounds.until {
            Some(until) if until.since(start) == longest => format!(
                "the eligibility ends at {until}, too soon for the {MINIMUM_ACTIVE} that an activation lasts at \
                 least: have it extended"
            ),
            _ => format!(
                "the policy allows {longest} at most and nothing shorter than {MINIMUM_ACTIVE} can be granted: \
                 have the policy mended"
            ),
        };
        return Some(TimeProblem { message, remedy: None });
    }

    let legal = if too_short { MINIMUM_ACTIVE } else { longest.unwrap_or(bounds.usual).max(MINIMUM_ACTIVE) };
    let message = match (asked, length) {
        (None, _) => format!("no duration: say how long, such as {legal}"),
        (_, None) => format!("it must have an end: ask for {legal} or less"),
        (_, Some(length)) if too_short => {
            format!("{length} is too short: ask for {MINIMUM_ACTIVE} or more")
        }
        (_, Some(length)) => format!("{length} is too long: ask for {legal} or less"),
    };
    // A length would outgrow the eligibility while the caller decides; an instant does not.
    let remedy = match (asked, bounds.until) {
        (Some(Expiry::At(_)), _) => Expiry::At(start + legal),
        (_, Some(until)) if start + legal == until => Expiry::At(until),
        _ => Expiry::After(legal),
    };
    Some(TimeProblem { message, remedy: Some(remedy) })
}

fn why_not_eligible(eligibility: Option<&Window>, start: Timestamp) -> String {
    match eligibility {
        None => "no eligibility for this privilege at this scope: have an administrator grant one".into(),
        Some(window) => match (window.start(), window.end()) {
            (_, Some(end)) if end <= start => {
                format!("the eligibility ends at {end}, before the activation begins: have it renewed")
            }
            (Some(begin), _) => format!("the eligibility begins at {begin}: ask for a start then or later"),
            (None, _) => "the eligibility is not in force".into(),
        },
    }
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
