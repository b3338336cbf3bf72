//! An observer that keeps its own books of what the engine says and judges it by rules of its own: what is
//! forbidden is written down here a second time, on purpose without the engine's code.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    approval::Decision,
    id::{PrincipalId, RequestId},
    privilege::Privilege,
    request::{Action, NewRequest, RequestStatus},
    time::{Expiry, Period, Timestamp, Window},
    transition::is_legal,
};
use pim_embedded::engine::{Command, Engine, Event, Fact, GrantOrigin, RequestMade};

/// What was noted of a request when it was made, and since.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Noted {
    pub(crate) status: RequestStatus,
    pub(crate) longest: Period,
    pub(crate) approval: bool,
    pub(crate) approved: bool,
    requestor: PrincipalId,
    principal: PrincipalId,
}

/// The books.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    pub(crate) noted: BTreeMap<RequestId, Noted>,
    /// Every change of status seen; `None` for a request that was just made.
    pub(crate) moves: BTreeSet<(Option<&'static str>, &'static str)>,
    /// What must not be.
    pub(crate) faults: Vec<String>,
}

impl Watch {
    /// Takes in the events of a step. `before` is the state in which the command was handled: what had fallen
    /// due is taken in, and its own events are not.
    pub(crate) fn take(&mut self, before: &Engine, command: Option<&Command>, events: &[Event]) {
        for event in events {
            match &event.fact {
                Fact::RequestMade(made) => self.made(before, command, made, event.at),
                Fact::RequestMoved { id, to, .. } => self.moved(&id.request(), to),
                Fact::Decided { id, by, decision, .. } => {
                    let Some(noted) = self.noted.get_mut(&id.request()) else { continue };
                    if *by == noted.requestor || *by == noted.principal {
                        self.faults.push(format!("{by} decided on their own request"));
                    } else if *decision == Decision::Approve {
                        noted.approved = true;
                    }
                }
                Fact::GrantMade(made) if made.origin == GrantOrigin::Activated => {
                    self.activated(before, &made.id.request(), made.window, event.at);
                }
                _ => {}
            }
        }
    }

    fn made(&mut self, before: &Engine, command: Option<&Command>, made: &RequestMade, at: Timestamp) {
        self.note_move(None, &made.status);
        let activation = before.policy(&made.privilege).activation();
        let noted = Noted {
            status: made.status.clone(),
            longest: activation.max,
            approval: made.action == Action::SelfActivate && activation.approval.is_some(),
            approved: false,
            requestor: made.by.clone(),
            principal: made.principal.clone(),
        };
        if self.noted.insert(made.id.request(), noted).is_some() {
            self.faults.push("two requests have the same id".into());
        }
        if made.action != Action::SelfActivate {
            return;
        }
        if made.by != made.principal {
            self.faults.push("someone activated for somebody else".into());
        }
        let Some(Command::Submit(ask)) = command else {
            self.faults.push("an activation that nobody asked for".into());
            return;
        };
        if length(ask, at).is_none_or(|length| length > activation.max) {
            self.faults.push(format!("{:?} admitted where {} is the most", ask.expiry, activation.max));
        }
        if !is_eligible(before, &made.principal, &made.privilege, ask.starts(at)) {
            self.faults.push("activated without being eligible at its start".into());
        }
    }

    fn activated(&mut self, before: &Engine, id: &RequestId, window: Window, at: Timestamp) {
        let Some(noted) = self.noted.get(id) else {
            self.faults.push("an activation without a request".into());
            return;
        };
        if window.length().is_none_or(|length| length > noted.longest) {
            self.faults.push(format!("a window {window:?} longer than the {} allowed", noted.longest));
        }
        if noted.approval && !noted.approved {
            self.faults.push("an activation that nobody approved".into());
        }
        let start = window.start().unwrap_or(at);
        let privilege = before.requests().find(|r| r.id == *id).map(|r| r.asked.privilege);
        // One that is made in this very step was judged as it was asked for.
        if privilege.is_some_and(|privilege| !is_eligible(before, &noted.principal, &privilege, start)) {
            self.faults.push("approved although the eligibility is gone at its start".into());
        }
    }

    fn moved(&mut self, id: &RequestId, to: &RequestStatus) {
        let Some(noted) = self.noted.get_mut(id) else {
            self.faults.push("a request moved that was never made".into());
            return;
        };
        let from = std::mem::replace(&mut noted.status, to.clone());
        self.note_move(Some(&from), to);
    }

    fn note_move(&mut self, from: Option<&RequestStatus>, to: &RequestStatus) {
        if !is_legal(from, to) {
            self.faults.push(format!("no legal move: {from:?} to {to}"));
        }
        let known = |status: &RequestStatus| RequestStatus::KNOWN.iter().find(|k| *k == status).map(name);
        if let Some(to) = known(to) {
            self.moves.insert((from.and_then(known), to));
        }
    }
}

/// The word for a known status.
pub(crate) fn name(status: &'static RequestStatus) -> &'static str {
    status.as_str()
}

fn length(ask: &NewRequest, at: Timestamp) -> Option<Period> {
    match ask.expiry? {
        Expiry::After(length) => Some(length),
        Expiry::At(end) => Some(end.since(ask.starts(at))),
        _ => None,
    }
}

/// What is wrong with a state at a moment, whatever led to it.
pub(crate) fn wrong_with(engine: &Engine, now: Timestamp) -> Option<String> {
    for grant in engine.assignments() {
        if grant.instance.is_some() != grant.window.contains(now) {
            return Some(format!("an assignment with the window {:?} at {now}: {grant:?}", grant.window));
        }
    }
    for grant in engine.eligibilities() {
        if grant.instance.is_some() != grant.window.contains(now) {
            return Some(format!("an eligibility with the window {:?} at {now}", grant.window));
        }
    }
    use RequestStatus::*;
    for request in engine.requests() {
        let ungranted = matches!(
            request.status,
            Denied
                | TimedOut
                | Canceled
                | Failed
                | AdminDenied
                | Revoked
                | PendingApproval
                | PendingApprovalProvisioning
                | PendingAdminDecision
        );
        let Some(schedule) = &request.schedule else { continue };
        let grant = engine.assignments().find(|grant| grant.id == *schedule);
        if ungranted && grant.is_some() {
            return Some(format!("a grant of a request that is {}", request.status));
        }
        if request.status == Granted && grant.is_some_and(|grant| grant.instance.is_some()) {
            return Some("access in force by a request that still waits for its start".into());
        }
    }
    None
}

/// Whether someone is eligible at a moment, itself or through groups, for a privilege or, on Azure, for the
/// same role above.
fn is_eligible(engine: &Engine, who: &PrincipalId, privilege: &Privilege, at: Timestamp) -> bool {
    let mut holders = BTreeSet::from([who.clone()]);
    loop {
        let found: Vec<_> = engine
            .assignments()
            .filter(|held| held.instance.is_some() && holders.contains(&held.principal))
            .filter_map(|held| match &held.privilege {
                Privilege::Group { group, access } if access.as_str() == "member" => {
                    Some(group.as_principal())
                }
                _ => None,
            })
            .filter(|group| !holders.contains(group))
            .collect();
        if found.is_empty() {
            break;
        }
        holders.extend(found);
    }
    engine.eligibilities().any(|grant| {
        let covers = match (&grant.privilege, privilege) {
            (Privilege::AzureRole { role, scope }, Privilege::AzureRole { role: asked, scope: below }) => {
                role == asked && scope.covers(below)
            }
            (own, asked) => own == asked,
        };
        covers && holders.contains(&grant.principal) && grant.window.contains(at)
    })
}
