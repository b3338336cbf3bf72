use super::AnyActivation;
use crate::{
    request::{Action, Phase, Request, RequestKey, RequestStatus},
    transition::{self, Trigger},
};

/// Any request as the service shows it, told apart by what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnyRequest {
    /// The holder activates.
    Activate(AnyActivation),
    /// The holder ends an activation early.
    Deactivate(Filed),
    /// The holder asks an administrator to prolong a grant.
    AskToExtend(Filed),
    /// The holder asks an administrator to grant again what has ended.
    AskToRenew(Filed),
    /// An administrator grants.
    Assign(Filed),
    /// An administrator changes a grant.
    Update(Filed),
    /// An administrator takes a grant away.
    Revoke(Filed),
    /// An administrator prolongs a grant.
    Extend(Filed),
    /// An administrator grants again what has ended.
    Renew(Filed),
    /// An action this version does not know.
    Unrecognised(Filed),
}

/// A request that is no activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed(Request);

impl Filed {
    /// The request.
    pub const fn request(&self) -> &Request {
        &self.0
    }

    /// The status that the service gave, word for word.
    pub const fn status(&self) -> &RequestStatus {
        &self.0.status
    }

    /// Where it stands.
    pub const fn phase(&self) -> Phase {
        self.0.phase()
    }

    /// The key with which [`Backend::cancel`](crate::backend::Backend::cancel) withdraws it; `None` where its
    /// status does not allow that.
    pub fn cancel(&self) -> Option<RequestKey> {
        transition::triggers(self.status()).contains(&Trigger::Canceled).then(|| self.0.key())
    }
}

/// Total: every request has a variant, and `Request::from` gives it back unchanged.
impl From<&Request> for AnyRequest {
    fn from(request: &Request) -> Self {
        let filed = || Filed(request.clone());
        match request.asked.action {
            Action::SelfActivate => Self::Activate(request.into()),
            Action::SelfDeactivate => Self::Deactivate(filed()),
            Action::SelfExtend => Self::AskToExtend(filed()),
            Action::SelfRenew => Self::AskToRenew(filed()),
            Action::AdminAssign => Self::Assign(filed()),
            Action::AdminUpdate => Self::Update(filed()),
            Action::AdminRemove => Self::Revoke(filed()),
            Action::AdminExtend => Self::Extend(filed()),
            Action::AdminRenew => Self::Renew(filed()),
            Action::Unknown(_) => Self::Unrecognised(filed()),
        }
    }
}

impl From<AnyRequest> for Request {
    fn from(any: AnyRequest) -> Self {
        match any {
            AnyRequest::Activate(activation) => activation.into(),
            AnyRequest::Deactivate(filed)
            | AnyRequest::AskToExtend(filed)
            | AnyRequest::AskToRenew(filed)
            | AnyRequest::Assign(filed)
            | AnyRequest::Update(filed)
            | AnyRequest::Revoke(filed)
            | AnyRequest::Extend(filed)
            | AnyRequest::Renew(filed)
            | AnyRequest::Unrecognised(filed) => filed.0,
        }
    }
}
