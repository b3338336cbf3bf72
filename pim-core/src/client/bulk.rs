//! Asking for many things at once.

use futures::{StreamExt, future::join_all, stream};

use super::{Assign, BulkOptions, Client, requests::placed};
use crate::{
    backend::Operation,
    error::{Error, ErrorKind, Result},
    guard::{self, Loss},
    request::{NewRequest, Request},
};

/// How many guards read at once.
const GUARDS: usize = 8;

impl Client {
    /// Makes many people eligible, or gives them the privilege itself: [`assign`](Self::assign) for each, with the rules
    /// of [`submit_all`](Self::submit_all).
    pub async fn assign_all(&self, asks: Vec<Assign>, options: BulkOptions) -> Vec<Result<Request>> {
        let asks: Vec<_> = asks.into_iter().map(Assign::request).collect();
        self.submit_all(&asks, options).await
    }

    /// Asks for many things and answers with each one's own outcome, in the order of the asks. One that fails does not
    /// keep the others from being carried out.
    ///
    /// They are carried out in any order and side by side: what must come after another goes into a later call. Each
    /// passes the guards on its own before anything is sent; what could take an administrator's place goes after the
    /// others, one by one. Each is carried out once: a lost reply is looked for as after [`submit`](Self::submit).
    pub async fn submit_all(&self, asks: &[NewRequest], options: BulkOptions) -> Vec<Result<Request>> {
        // Collected first: a stream over the borrowing closure would keep the future from going to another thread.
        let guards: Vec<_> = asks.iter().map(|ask| self.judged(ask)).collect();
        let judged: Vec<_> = stream::iter(guards).buffered(GUARDS).collect().await;
        let free = |(judged, ask): (&Result<Option<Loss>>, &NewRequest)| {
            matches!(judged, Ok(None)).then(|| ask.clone())
        };
        let batch: Vec<_> = judged.iter().zip(asks).filter_map(free).collect();
        let mut replies = self.sent_together(&batch, options).await.into_iter();
        let mut outcomes: Vec<Option<Result<Request>>> = judged
            .into_iter()
            .map(|judged| match judged {
                Ok(None) => Some(replies.next().unwrap_or_else(|| Err(unanswered()))),
                Ok(Some(_)) => None,
                Err(error) => Some(Err(error)),
            })
            .collect();
        for (outcome, ask) in outcomes.iter_mut().zip(asks) {
            if outcome.is_none() {
                *outcome = Some(self.submit(ask).await);
            }
        }
        outcomes.into_iter().flatten().collect()
    }

    /// What a request would take from administrators, once it may be sent.
    async fn judged(&self, ask: &NewRequest) -> Result<Option<Loss>> {
        self.require(Operation::SubmitAll)?;
        self.permits(ask)?;
        let loss = guard::loss(ask, self.now());
        if loss.is_none() && guard::is_administrative(&ask.action) {
            self.guard().request(ask).await.map_err(|error| placed(error, ask))?;
        }
        Ok(loss)
    }

    async fn sent_together(&self, asks: &[NewRequest], options: BulkOptions) -> Vec<Result<Request>> {
        if asks.is_empty() {
            return Vec::new();
        }
        let now = self.now();
        let sent: Vec<_> = asks.iter().map(|ask| self.inner.ledger.send(ask, now)).collect();
        let mut replies = self.backend().submit_all(asks, options).await.into_iter();
        let settled = asks.iter().zip(sent).map(|(ask, sent)| {
            let reply = replies.next().unwrap_or_else(|| Err(unanswered()));
            async move { self.settled(ask, sent, reply).await.map_err(|error| placed(error, ask)) }
        });
        let settled: Vec<_> = settled.collect();
        let outcomes = join_all(settled).await;
        let restored = asks.iter().zip(&outcomes).filter(|(ask, outcome)| {
            outcome.is_ok() && !ask.dry_run && guard::is_administrative(&ask.action) && guard::restores(ask)
        });
        let restored: Vec<_> = restored
            .map(|(ask, _)| Loss { principal: ask.principal.clone(), privilege: ask.privilege.clone() })
            .collect();
        if !restored.is_empty() {
            let mut alone = self.alone().await;
            restored.iter().for_each(|back| alone.forget(back));
        }
        outcomes
    }
}

fn unanswered() -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        "the backend did not tell the outcome: look before you repeat it, and report this as a defect",
    )
}
