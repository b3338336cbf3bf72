//! What users hold: one caller's access to a PIM service.
//!
//! A [`Client`] adds to a [`Backend`] what everybody needs and nobody should write twice: calls that the
//! backend can't do fail before anything is sent, administrative changes pass the [guards](crate::guard),
//! a lost reply is looked for and never answered by asking again, and waiting means waiting for access, not
//! for a word.

mod approvals;
mod bulk;
pub mod conditions;
mod directory;
mod ledger;
mod lists;
mod names;
mod options;
mod policies;
mod requests;
mod reviews;
mod settle;
mod wait;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures::lock::{Mutex, MutexGuard};

use self::ledger::Ledger;
pub use self::{
    options::{Activate, Assign, Extend, Renew, Revoke, Update},
    wait::{Observed, Outlook},
};
pub use crate::{backend::BulkOptions, guard::Safeguards};
use crate::{
    backend::{Backend, BackendInfo, Capabilities, Operation},
    clock::Clock,
    error::{Error, ErrorKind, Result},
    guard::{Administrators, Guard, Loss},
    id::PrincipalId,
    privilege::Surface,
    request::Action,
    time::{Period, Timestamp},
};

/// How long after a removal lists may still show what is gone. Azure has shown it for half a minute.
const PROPAGATION: Period = Period::minutes(10);

/// One caller's access to a PIM service. Cheap to clone; clones guard together.
///
/// The caller is whoever the backend acts for ([`BackendInfo::caller`]); no method takes one.
///
/// Every method can fail with
/// - `Unsupported`, before anything is sent, where backend or credential can't do it;
/// - `PermissionDenied` with a code of [`guard`](crate::guard), before anything is changed, where an
///   administrative change would reach a break-glass account or leave the tenant without administrators or
///   approvers;
/// - whatever the backend reports, with the operation named.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    backend: Arc<dyn Backend>,
    safeguards: Safeguards,
    /// Held from the reading of a guard's facts to the reply of the change, so that two changes can't both
    /// count on the same administrator; holds what was taken away and may still be listed.
    gone: Arc<Mutex<Vec<(Timestamp, Loss)>>>,
    ledger: Arc<Ledger>,
}

impl Client {
    /// A client over a backend.
    pub fn new(backend: impl Backend, safeguards: Safeguards) -> Self {
        Self::shared(Arc::new(backend), safeguards)
    }

    /// A client over a backend that others use too.
    pub fn shared(backend: Arc<dyn Backend>, safeguards: Safeguards) -> Self {
        let (gone, ledger) = (Arc::default(), Arc::default());
        Self { inner: Arc::new(Inner { backend, safeguards, gone, ledger }) }
    }

    /// What the backend is, and whom it acts for.
    pub fn info(&self) -> &BackendInfo {
        self.backend().info()
    }

    /// What works through this client.
    pub fn capabilities(&self) -> &Capabilities {
        self.backend().capabilities()
    }

    /// The service's time: what "now" means for all that is read through this client.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.backend().clock()
    }

    /// What this client protects.
    pub fn safeguards(&self) -> &Safeguards {
        &self.inner.safeguards
    }

    /// The same access with more protected: these accounts and as many administrators besides what this client protects
    /// already, such as what a plan rests on. Nothing that is protected ceases to be, and both clients guard together.
    #[must_use]
    pub fn guarding(&self, more: Safeguards) -> Self {
        let mut safeguards = self.safeguards().clone();
        safeguards.break_glass.extend(more.break_glass);
        safeguards.min_administrators = safeguards.min_administrators.max(more.min_administrators);
        safeguards.settle = safeguards.settle.max(more.settle);
        let Inner { backend, gone, ledger, .. } = &*self.inner;
        let (backend, gone, ledger) = (Arc::clone(backend), Arc::clone(gone), Arc::clone(ledger));
        Self { inner: Arc::new(Inner { backend, safeguards, gone, ledger }) }
    }

    /// Who administers the tenant whatever happens to PIM, read as the guards read it: who is Global Administrator
    /// without end, directly or through groups, and can sign in. What this client took away a moment ago does not
    /// count, though lists may still show it.
    ///
    /// # Errors
    /// As for every method of [`Client`]: what can't be read is named.
    pub async fn administrators(&self) -> Result<Administrators> {
        self.alone().await.guard().working().await
    }

    fn backend(&self) -> &dyn Backend {
        &*self.inner.backend
    }

    fn now(&self) -> Timestamp {
        self.backend().clock().now()
    }

    /// The caller's own id, for what callers do for themselves.
    fn caller(&self) -> Result<PrincipalId> {
        self.info().caller.clone().ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                "the credential does not tell who the caller is, which acting for oneself needs: sign in as a \
                 person",
            )
        })
    }

    fn require(&self, operation: Operation) -> Result<()> {
        let offered = self.capabilities().operations.contains(&operation);
        if offered { Ok(()) } else { Err(self.unsupported(operation)) }
    }

    /// A facet that the capabilities promise.
    fn facet<T>(&self, operation: Operation, facet: Option<T>) -> Result<T> {
        self.require(operation)?;
        facet.ok_or_else(|| self.unsupported(operation))
    }

    fn unsupported(&self, operation: Operation) -> Error {
        let remedy = match operation {
            Operation::GetApproval | Operation::Decide => {
                "approvals need a person's sign-in, and on some surfaces another backend"
            }
            _ => "use a backend, or a credential with the permission, that offers it",
        };
        let name = &self.info().name;
        Error::new(ErrorKind::Unsupported, format!("the {name} backend does not offer it here: {remedy}"))
            .during(operation)
    }

    fn unsupported_action(&self, surface: &Surface, action: &Action) -> Error {
        let remedy = if crate::guard::is_administrative(action) {
            "use a backend, or a credential with the permission, that offers it"
        } else if self.capabilities().actions.contains(&(surface.clone(), Action::SelfActivate)) {
            "ask an administrator to do it"
        } else {
            "acting for oneself needs a person's sign-in, not an application's"
        };
        let name = &self.info().name;
        let message = format!("the {name} backend does not offer {action} for {surface} here: {remedy}");
        Error::new(ErrorKind::Unsupported, message)
            .with_context("action", action)
            .with_context("surface", surface)
            .during(Operation::Submit)
    }

    /// The guards, for what takes nothing from administrators.
    fn guard(&self) -> Guard<'_> {
        Guard { backend: self.backend(), safeguards: self.safeguards(), gone: &[], now: self.now() }
    }

    /// Takes the place of the only one who changes something guarded.
    async fn alone(&self) -> Alone<'_> {
        let now = self.now();
        let mut gone = self.inner.gone.lock().await;
        gone.retain(|(at, _)| *at + PROPAGATION > now);
        let losses = gone.iter().map(|(_, loss)| loss.clone()).collect();
        Alone { client: self, gone, losses, now }
    }
}

/// The right to change something guarded.
struct Alone<'a> {
    client: &'a Client,
    gone: MutexGuard<'a, Vec<(Timestamp, Loss)>>,
    losses: Vec<Loss>,
    now: Timestamp,
}

impl Alone<'_> {
    fn guard(&self) -> Guard<'_> {
        Guard {
            backend: self.client.backend(),
            safeguards: self.client.safeguards(),
            gone: &self.losses,
            now: self.now,
        }
    }

    fn forget(&mut self, loss: &Loss) {
        self.gone.retain(|(_, other)| other != loss);
    }

    fn remember(&mut self, losses: impl IntoIterator<Item = Loss>) {
        let now = self.now;
        self.gone.extend(losses.into_iter().map(|loss| (now, loss)));
    }
}
