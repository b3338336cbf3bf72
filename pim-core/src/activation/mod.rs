//! Activations as types: what the caller puts together, and what the service says became of it.
//!
//! A caller drafts an activation, checks it against the policy and turns it into a request. What comes back is
//! parsed into [`AnyActivation`]: match once, and the value in the variant has only the methods that are legal in
//! that state. [`AnyRequest`] does the same for every other action.
//!
//! ```
//! use pim_core::{
//!     activation::{Activation, AnyActivation},
//!     id::{PrincipalId, RequestId, RoleId},
//!     policy::ActivationPolicy,
//!     privilege::Privilege,
//!     request::{Request, RequestStatus},
//!     time::{Period, Timestamp},
//! };
//!
//! let now: Timestamp = "2026-03-02T08:00:00Z".parse()?;
//! let policy = ActivationPolicy {
//!     max: Period::hours(8),
//!     strong_authentication: Default::default(),
//!     justification: true,
//!     ticket: false,
//!     approval: None,
//! };
//! let me = PrincipalId::from_guid([1; 16]);
//! let draft = Activation::draft(me, Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)).lasting(Period::hours(10));
//!
//! // Too long and without a reason: both are told at once, and the draft comes back to be mended.
//! let refused = draft.check(&policy, now).unwrap_err();
//! assert_eq!(refused.violations().len(), 2);
//! let draft = refused.into_draft().lasting(Period::hours(2)).because("restore a mailbox");
//! let request = draft.check(&policy, now)?.into_request();
//!
//! // What the service answers.
//! let answer = Request::new(RequestId::from_guid([2; 16]), RequestStatus::Provisioned, request);
//! let AnyActivation::Active(active) = AnyActivation::from(&answer) else { panic!("it is in force") };
//! let goodbye = active.deactivate();
//! assert_eq!(goodbye.action.as_str(), "self_deactivate");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Source: [Activate roles](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-activate-role).

mod any;
mod draft;
mod illegal;
mod observed;

pub use any::{AnyRequest, Filed};
pub use draft::{Checked, Draft, Rejected};
pub use observed::{
    Active, AnyActivation, AwaitingApproval, Closed, Observed, Outcome, Processing, Receipt, Scheduled,
    Unrecognised,
};

use crate::{
    id::PrincipalId,
    privilege::Privilege,
    request::{NewRequest, Ticket},
    sensitive::Sensitive,
};

/// An activation in state `S`. What holds in every state is here; the rest is in the state, which has only
/// what exists there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation<S> {
    header: Header,
    state: S,
}

/// What was, or is to be, asked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Header {
    asked: NewRequest,
}

impl<S> Activation<S> {
    /// Who activates.
    pub const fn principal(&self) -> &PrincipalId {
        &self.header.asked.principal
    }

    /// What is activated.
    pub const fn privilege(&self) -> &Privilege {
        &self.header.asked.privilege
    }

    /// Why, if it was said.
    pub const fn justification(&self) -> Option<&Sensitive<String>> {
        self.header.asked.justification.as_ref()
    }

    /// Where it is tracked, if it was said.
    pub const fn ticket(&self) -> Option<&Ticket> {
        self.header.asked.ticket.as_ref()
    }
}

#[cfg(test)]
mod tests;
