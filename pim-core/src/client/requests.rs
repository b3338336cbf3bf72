//! Asking: activate, assign, revoke and the rest.

use super::{Activate, Assign, Client, Extend, Renew, Revoke, Update};
use crate::{
    backend::Operation,
    error::{Error, ErrorKind, Result},
    guard::{self, Loss},
    privilege::{Privilege, Surface},
    request::{Action, NewRequest, Request, RequestKey},
    schedule::Level,
};

/// Every ask answers with the request as the service took it, which is no proof of access: wait for that with
/// [`wait_for`](Client::wait_for). Besides the kinds that all methods share, asks fail with
/// - `PolicyViolation` and every demand that is not met,
/// - `StepUpRequired` and the sign-in that is needed,
/// - `AlreadyExists` where the holder has it already, also where the reply was lost and the grant that is found is by
///   another request,
/// - `OutcomeUnknown` where the reply was lost and nothing was found within [`Safeguards::settle`]: look before
///   asking again.
///
/// [`Safeguards::settle`]: super::Safeguards::settle
impl Client {
    /// Activates the caller's eligibility. Without a duration it asks for the longest that the policy allows,
    /// which needs the policy to be readable.
    ///
    /// # Errors
    /// As for all asks; `InvalidInput` where the caller or the longest time is not known.
    pub async fn activate(&self, ask: Activate) -> Result<Request> {
        self.allows(&ask.privilege, &Action::SelfActivate)?;
        let holder = self.caller().map_err(|error| error.during(Operation::Submit))?;
        let duration = match ask.duration {
            Some(duration) => duration,
            None => self.longest_activation(&ask.privilege).await?,
        };
        self.submit(&ask.request(holder, duration)).await
    }

    /// Ends the caller's activation early.
    ///
    /// # Errors
    /// As for all asks; `InvalidTransition` in the first five minutes.
    pub async fn deactivate(&self, privilege: &Privilege) -> Result<Request> {
        self.allows(privilege, &Action::SelfDeactivate)?;
        let holder = self.caller().map_err(|error| error.during(Operation::Submit))?;
        let ask = NewRequest::new(Action::SelfDeactivate, Level::Assignment, holder, privilege.clone());
        self.submit(&ask).await
    }

    /// Makes someone eligible, or gives someone the privilege itself.
    ///
    /// # Errors
    /// As for all asks.
    pub async fn assign(&self, ask: Assign) -> Result<Request> {
        self.submit(&ask.request()).await
    }

    /// Changes someone's grant. The rules for new grants apply again.
    ///
    /// # Errors
    /// As for all asks.
    pub async fn update(&self, ask: Update) -> Result<Request> {
        self.submit(&ask.request()).await
    }

    /// Takes a grant away.
    ///
    /// # Errors
    /// As for all asks; `InvalidTransition` in the first five minutes.
    pub async fn revoke(&self, ask: Revoke) -> Result<Request> {
        self.submit(&ask.request()).await
    }

    /// Prolongs a grant that has not ended, or asks for that.
    ///
    /// # Errors
    /// As for all asks.
    pub async fn extend(&self, ask: Extend) -> Result<Request> {
        self.allows(&ask.privilege, &ask.action())?;
        let holder = match &ask.principal {
            Some(principal) => principal.clone(),
            None => self.caller().map_err(|error| error.during(Operation::Submit))?,
        };
        self.submit(&ask.request(holder)).await
    }

    /// Grants again what has ended, or asks for that. Possible for 30 days.
    ///
    /// # Errors
    /// As for all asks.
    pub async fn renew(&self, ask: Renew) -> Result<Request> {
        self.allows(&ask.privilege, &ask.action())?;
        let holder = match &ask.principal {
            Some(principal) => principal.clone(),
            None => self.caller().map_err(|error| error.during(Operation::Submit))?,
        };
        self.submit(&ask.request(holder)).await
    }

    /// Withdraws a request that has not been carried out: the caller's own, or as administrator anybody's.
    ///
    /// # Errors
    /// `InvalidTransition` when it has been carried out: [`revoke`](Self::revoke) or
    /// [`deactivate`](Self::deactivate) instead; `PermissionDenied` for somebody else's that would give a
    /// break-glass account something.
    pub async fn cancel(&self, key: &RequestKey) -> Result<()> {
        const OP: Operation = Operation::Cancel;
        self.require(OP)?;
        if !self.safeguards().break_glass.is_empty() {
            let request = self.get_request(key).await?;
            let judged = self.guard().withdrawal(&request.asked).await;
            judged.map_err(|error| error.during(OP).with_context("request", &key.id))?;
        }
        let canceled = self.backend().cancel(key).await;
        canceled.map_err(|error| error.during(OP).with_context("request", &key.id))
    }

    /// One request, as the service tells it now.
    ///
    /// # Errors
    /// `NotFound` when unknown, purged, or not visible yet.
    pub async fn get_request(&self, key: &RequestKey) -> Result<Request> {
        const OP: Operation = Operation::GetRequest;
        self.require(OP)?;
        let read = self.backend().get_request(key).await;
        read.map_err(|error| error.during(OP).with_context("request", &key.id))
    }

    /// Asks for anything, guarded like every other ask.
    ///
    /// # Errors
    /// As for all asks; `InvalidInput` for a self action on somebody else.
    pub async fn submit(&self, ask: &NewRequest) -> Result<Request> {
        let place = |error: Error| placed(error, ask);
        self.require(Operation::Submit)?;
        self.permits(ask)?;
        if !guard::is_administrative(&ask.action) {
            return self.send(ask).await.map_err(place);
        }
        let now = self.now();
        let Some(loss) = guard::loss(ask, now) else {
            // Nobody's place as administrator is at stake, so many of these may run at once.
            self.guard().request(ask).await.map_err(place)?;
            let reply = self.send(ask).await.map_err(place);
            if reply.is_ok() && guard::restores(ask) && !ask.dry_run {
                let back = Loss { principal: ask.principal.clone(), privilege: ask.privilege.clone() };
                self.alone().await.forget(&back);
            }
            return reply;
        };
        let mut alone = self.alone().await;
        alone.guard().request(ask).await.map_err(place)?;
        let sent = self.inner.ledger.send(ask, self.now());
        let reply = self.backend().submit(ask).await;
        let may_be_done = reply.as_ref().map_or_else(|e| e.kind() == ErrorKind::OutcomeUnknown, |_| true);
        if may_be_done && !ask.dry_run {
            alone.remember([loss]);
        }
        drop(alone);
        self.settled(ask, sent, reply).await.map_err(place)
    }

    async fn send(&self, ask: &NewRequest) -> Result<Request> {
        let sent = self.inner.ledger.send(ask, self.now());
        let reply = self.backend().submit(ask).await;
        self.settled(ask, sent, reply).await
    }

    /// Whether a request is one that this client can send.
    pub(super) fn permits(&self, ask: &NewRequest) -> Result<()> {
        self.offers(&ask.privilege, &ask.action)?;
        if ask.dry_run && !self.capabilities().dry_run {
            let message = format!("the {} backend can't try a request without effect", self.info().name);
            return Err(placed(Error::new(ErrorKind::Unsupported, message), ask));
        }
        if guard::is_administrative(&ask.action) {
            return Ok(());
        }
        let caller = self.caller().map_err(|error| placed(error, ask))?;
        if caller == ask.principal {
            return Ok(());
        }
        let message = "a self action is for the caller's own grants: use the administrator's action";
        Err(placed(Error::new(ErrorKind::InvalidInput, message), ask))
    }

    fn allows(&self, privilege: &Privilege, action: &Action) -> Result<()> {
        self.require(Operation::Submit)?;
        self.offers(privilege, action)
    }

    fn offers(&self, privilege: &Privilege, action: &Action) -> Result<()> {
        let surface: Surface = privilege.surface();
        let key = (surface, action.clone());
        let offered = self.capabilities().actions.contains(&key);
        if offered { Ok(()) } else { Err(self.unsupported_action(&key.0, action)) }
    }
}

/// With what identifies the ask.
pub(super) fn placed(error: Error, ask: &NewRequest) -> Error {
    error
        .during(Operation::Submit)
        .with_context("action", &ask.action)
        .with_context("principal", &ask.principal)
        .with_context("privilege", &ask.privilege)
}
