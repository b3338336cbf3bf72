use super::{Activation, Header};
use crate::{
    approval::ApprovalKey,
    backend::MINIMUM_ACTIVE,
    id::{ApprovalId, PrincipalId, RequestId, ScheduleId},
    privilege::Surface,
    request::{Action, NewRequest, Phase, Request, RequestKey, RequestStatus},
    schedule::{Instance, Level},
    time::{Expiry, Period, Timestamp, Window},
};

/// The service is at work on it. Nothing can be done but to ask again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Processing {
    receipt: Receipt,
}

/// Someone has to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitingApproval {
    receipt: Receipt,
}

/// Decided for, and waits for its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    receipt: Receipt,
}

/// In force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    receipt: Receipt,
    window: Window,
}

/// Over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    receipt: Receipt,
    outcome: Outcome,
}

/// In a status this version does not know, or no activation at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrecognised {
    receipt: Receipt,
}

/// How an activation came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Its time was up, or it is known to be no longer in force.
    Ended,
    /// The holder ended it early.
    Deactivated,
    /// An administrator took it away.
    Revoked,
    /// It was declined.
    Denied,
    /// Nobody decided in time.
    TimedOut,
    /// It was withdrawn.
    Canceled,
    /// The service could not do it.
    Failed,
}

/// An activation as the service shows it, told apart by what can be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnyActivation {
    /// The service is at work on it.
    Processing(Activation<Processing>),
    /// Someone has to decide.
    AwaitingApproval(Activation<AwaitingApproval>),
    /// Waits for its start.
    Scheduled(Activation<Scheduled>),
    /// In force.
    Active(Activation<Active>),
    /// Over.
    Closed(Activation<Closed>),
    /// Keep asking: the status is none this version knows. So is every request that is no activation.
    Unrecognised(Activation<Unrecognised>),
}

/// Total: every request has a variant, and `Request::from` gives it back unchanged.
///
/// A request stays `Provisioned` after its grant has ended, and is `Active` here. With a clock or an instance
/// at hand, [`AnyActivation::observe`] tells more.
impl From<&Request> for AnyActivation {
    fn from(request: &Request) -> Self {
        use RequestStatus as S;
        let (header, receipt) = split(request);
        if request.asked.action != Action::SelfActivate {
            return Self::Unrecognised(Activation { header, state: Unrecognised { receipt } });
        }
        let outcome = match &receipt.status {
            S::PendingApproval | S::PendingApprovalProvisioning | S::PendingAdminDecision => {
                return Self::AwaitingApproval(Activation { header, state: AwaitingApproval { receipt } });
            }
            S::Granted => return Self::Scheduled(Activation { header, state: Scheduled { receipt } }),
            S::Accepted
            | S::PendingEvaluation
            | S::AdminApproved
            | S::PendingScheduleCreation
            | S::ScheduleCreated
            | S::PendingProvisioning
            | S::ProvisioningStarted
            | S::PendingExternalProvisioning => {
                return Self::Processing(Activation { header, state: Processing { receipt } });
            }
            S::Provisioned | S::PendingRevocation => {
                let window = grant_window(&header.asked);
                return Self::Active(Activation { header, state: Active { receipt, window } });
            }
            S::Unknown(_) => {
                return Self::Unrecognised(Activation { header, state: Unrecognised { receipt } });
            }
            S::Revoked => Outcome::Revoked,
            S::Denied | S::AdminDenied => Outcome::Denied,
            S::Canceled => Outcome::Canceled,
            S::TimedOut => Outcome::TimedOut,
            S::Failed | S::FailedAsResourceIsLocked | S::Invalid => Outcome::Failed,
        };
        Self::Closed(Activation { header, state: Closed { receipt, outcome } })
    }
}

impl AnyActivation {
    /// What is in force, told by the instance as well as by the request.
    ///
    /// An instance of this activation proves access, whatever the request says: services report the two with
    /// different delays. Its end, once come, closes the activation. Without an instance, and with one that
    /// belongs to another grant, the strongest state that the request allows is accepted, unless its own times
    /// show that it has ended. Those times may be a minute early: a grant begins when it is provisioned, not
    /// when it was to begin.
    pub fn observe(request: &Request, instance: Option<&Instance>, now: Timestamp) -> Self {
        let told = Self::from(request);
        if request.asked.action != Action::SelfActivate {
            return told;
        }
        match instance.filter(|instance| belongs(instance, request)) {
            Some(instance) if !instance.window.has_ended(now) => {
                let (header, receipt) = split(request);
                Self::Active(Activation { header, state: Active { receipt, window: instance.window } })
            }
            Some(_) if !matches!(told, Self::Closed(_)) => told.end(),
            None if matches!(&told, Self::Active(active) if active.state.window.has_ended(now)) => told.end(),
            _ => told,
        }
    }

    /// Where it stands. An activation whose end is known is `Ended`, whatever status its request keeps.
    pub fn phase(&self) -> Phase {
        match self {
            Self::Active(_) => Phase::Active,
            Self::Closed(_) => Phase::Ended,
            Self::Processing(a) => a.status().phase(),
            Self::AwaitingApproval(_) => Phase::Pending,
            Self::Scheduled(_) => Phase::Scheduled,
            Self::Unrecognised(_) => Phase::Indeterminate,
        }
    }

    fn end(self) -> Self {
        let request = Request::from(self);
        let (header, receipt) = split(&request);
        Self::Closed(Activation { header, state: Closed { receipt, outcome: Outcome::Ended } })
    }
}

impl From<AnyActivation> for Request {
    fn from(any: AnyActivation) -> Self {
        match any {
            AnyActivation::Processing(a) => a.into(),
            AnyActivation::AwaitingApproval(a) => a.into(),
            AnyActivation::Scheduled(a) => a.into(),
            AnyActivation::Active(a) => a.into(),
            AnyActivation::Closed(a) => a.into(),
            AnyActivation::Unrecognised(a) => a.into(),
        }
    }
}

impl Activation<AwaitingApproval> {
    /// The key with which [`Backend::cancel`](crate::backend::Backend::cancel) withdraws it.
    pub fn cancel(self) -> RequestKey {
        self.key()
    }

    /// The approval it waits for; `None` where the service keeps it under an id that it did not tell, and
    /// where an administrator decides.
    pub fn approval(&self) -> Option<ApprovalKey> {
        let Receipt { id, status, approval, .. } = &self.state.receipt;
        let shares_id = !matches!(self.privilege().surface(), Surface::AzureRoles)
            && *status != RequestStatus::PendingAdminDecision;
        let id = approval.clone().or_else(|| shares_id.then(|| id.as_approval()))?;
        Some(ApprovalKey { id, privilege: self.privilege().clone() })
    }

    /// When it is to begin; `None` for as soon as it is approved.
    pub const fn starts(&self) -> Option<Timestamp> {
        self.header.asked.start
    }
}

impl Activation<Scheduled> {
    /// The key with which [`Backend::cancel`](crate::backend::Backend::cancel) withdraws it.
    pub fn cancel(self) -> RequestKey {
        self.key()
    }

    /// When it is to begin, where the service tells. It begins up to a minute later.
    pub fn starts(&self) -> Option<Timestamp> {
        self.header.asked.start.or(self.state.receipt.completed)
    }
}

impl Activation<Active> {
    /// The request that ends it now. Services refuse it before [`may_deactivate_at`](Self::may_deactivate_at).
    pub fn deactivate(self) -> NewRequest {
        let NewRequest { level, principal, privilege, using, .. } = self.header.asked;
        NewRequest { using, ..NewRequest::new(Action::SelfDeactivate, level, principal, privilege) }
    }

    /// From when on it can be deactivated: [`MINIMUM_ACTIVE`] after its start; `None` where that is not known.
    pub fn may_deactivate_at(&self) -> Option<Timestamp> {
        self.state.window.start().map(|start| start + MINIMUM_ACTIVE)
    }

    /// From when to when, as far as it is known: from the instance, else from the request.
    pub const fn window(&self) -> Window {
        self.state.window
    }

    /// The time left; zero once its end has come, [`Period::MAX`] where the service did not tell the end.
    pub fn remaining(&self, now: Timestamp) -> Period {
        self.state.window.remaining(now).unwrap_or(Period::MAX)
    }

    /// What has become of it, given a removal that was made: closed when that removal is of this activation,
    /// unchanged otherwise. The request of an activation never shows that it was ended early.
    #[must_use]
    pub fn after(self, removal: &Request) -> AnyActivation {
        let (asked, removed) = (&self.header.asked, &removal.asked);
        let outcome = match removed.action {
            Action::SelfDeactivate => Outcome::Deactivated,
            Action::AdminRemove if removed.level == Level::Assignment => Outcome::Revoked,
            _ => return AnyActivation::Active(self),
        };
        let is_older = matches!((removal.created, self.state.window.start()), (Some(r), Some(s)) if r < s);
        if removal.status != RequestStatus::Revoked
            || removed.principal != asked.principal
            || removed.privilege != asked.privilege
            || is_older
        {
            return AnyActivation::Active(self);
        }
        let state = Closed { receipt: self.state.receipt, outcome };
        AnyActivation::Closed(Activation { header: self.header, state })
    }
}

impl Activation<Closed> {
    /// How it came to its end.
    pub const fn outcome(&self) -> Outcome {
        self.state.outcome
    }
}

/// The states that a service reports, as opposed to those that the caller puts together.
pub trait Observed {
    /// What the service added to what was asked.
    fn receipt(&self) -> &Receipt;

    /// The same, taken out.
    fn into_receipt(self) -> Receipt;
}

/// What the service adds to what was asked; see [`Request`], which it makes together with that.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The service's id.
    pub id: RequestId,
    /// What became of it.
    pub status: RequestStatus,
    /// Who asked; absent where the service does not tell.
    pub requestor: Option<PrincipalId>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was done; for `Granted` the future start.
    pub completed: Option<Timestamp>,
    /// The approval it needs or needed.
    pub approval: Option<ApprovalId>,
    /// The schedule it made or changes.
    pub schedule: Option<ScheduleId>,
}

impl<S: Observed> Activation<S> {
    /// What the service added to what was asked.
    pub fn receipt(&self) -> &Receipt {
        self.state.receipt()
    }

    /// The request's id.
    pub fn id(&self) -> &RequestId {
        &self.state.receipt().id
    }

    /// The status that the service gave, word for word.
    pub fn status(&self) -> &RequestStatus {
        &self.state.receipt().status
    }

    /// How to find the request again.
    pub fn key(&self) -> RequestKey {
        RequestKey {
            id: self.id().clone(),
            level: self.header.asked.level.clone(),
            privilege: self.privilege().clone(),
        }
    }
}

/// The request it was read from, unchanged.
impl<S: Observed> From<Activation<S>> for Request {
    fn from(activation: Activation<S>) -> Self {
        let asked = activation.header.asked;
        let Receipt { id, status, requestor, created, completed, approval, schedule } =
            activation.state.into_receipt();
        Self { id, status, asked, requestor, created, completed, approval, schedule }
    }
}

macro_rules! observed {
    ($($state:ident),+) => {$(
        impl Observed for $state {
            fn receipt(&self) -> &Receipt {
                &self.receipt
            }

            fn into_receipt(self) -> Receipt {
                self.receipt
            }
        }
    )+};
}

observed!(Processing, AwaitingApproval, Scheduled, Active, Closed, Unrecognised);

// Taken apart without `..`, so that a field added to a request cannot be forgotten here.
fn split(request: &Request) -> (Header, Receipt) {
    let Request { id, status, asked, requestor, created, completed, approval, schedule } = request.clone();
    (Header { asked }, Receipt { id, status, requestor, created, completed, approval, schedule })
}

fn belongs(instance: &Instance, request: &Request) -> bool {
    match (&instance.request, &request.schedule) {
        (Some(id), _) => *id == request.id,
        (None, Some(schedule)) => *schedule == instance.schedule,
        (None, None) => true,
    }
}

fn grant_window(asked: &NewRequest) -> Window {
    let end = match (asked.start, asked.expiry) {
        (_, Some(Expiry::At(end))) => Some(end),
        (Some(start), Some(expiry)) => expiry.end(start),
        _ => None,
    };
    // An end before the start is still an end.
    Window::new(asked.start, end).or_else(|_| Window::new(None, end)).unwrap_or(Window::ALWAYS)
}
