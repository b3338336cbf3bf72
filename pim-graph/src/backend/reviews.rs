//! Access reviews.

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use pim_core::{
    backend::{Reviews, View},
    error::{Error, ErrorKind, Result},
    id::ReviewId,
    page::{Batches, Continuation},
    review::{
        AccessReview, NewReview, NewVerdict, ReviewItem, ReviewRound, ReviewStatus, RoundKey, RoundTrigger,
    },
};

use super::{
    GraphBackend,
    list::{Source, chain},
};
use crate::{
    convert,
    endpoints::{
        Query, Repeat,
        reviews::{self, RoundAct},
    },
    wire,
};

#[async_trait]
impl Reviews for GraphBackend {
    fn list_reviews(&self, view: &View, from: Option<Continuation>) -> Batches<AccessReview> {
        let place =
            if *view == View::ForMyDecision { reviews::my_definitions() } else { reviews::definitions() };
        self.list("reviews", &place, &Query::default(), convert::review::review, from)
    }

    async fn get_review(&self, review: &ReviewId) -> Result<AccessReview> {
        let place = reviews::definition(review);
        let read: wire::ReviewDefinition = self.connection.read(&place, &Query::default()).await?;
        convert::review::review(&read)
    }

    async fn create_review(&self, review: &NewReview) -> Result<AccessReview> {
        let body = convert::review::body(review, self.clock.now())?;
        let read = |answer: &[u8]| {
            let read: wire::Entity<wire::ReviewDefinition> = wire::read_entity(answer)?;
            convert::review::review(&read.into_inner())
        };
        self.connection.create(&reviews::definitions(), &body, read).await
    }

    async fn delete_review(&self, review: &ReviewId) -> Result<()> {
        self.connection.remove(reviews::definition(review).delete(self.connection.root())).await
    }

    fn list_rounds(&self, review: &ReviewId, from: Option<Continuation>) -> Batches<ReviewRound> {
        let review = review.clone();
        let place = reviews::instances(&review);
        let sources = place.read(self.connection.root(), &Query::default()).map(|first| {
            let read = move |page: &[u8]| {
                convert::rows(page, |row: wire::ReviewInstance| convert::review::round(&review, &row))
            };
            vec![Source::paged("rounds", first, read)]
        });
        chain(&self.connection, sources, from)
    }

    fn list_items(&self, round: &RoundKey, from: Option<Continuation>) -> Batches<ReviewItem> {
        let (backend, round) = (self.clone(), round.clone());
        let begun = async move {
            // An item alone does not tell what is held; the review's scope does.
            let sources = backend.get_review(&round.review).await.and_then(|review| {
                let first = reviews::decisions(&round).read(backend.connection.root(), &Query::default())?;
                let scope = review.definition.scope;
                let read = move |page: &[u8]| {
                    convert::rows(page, |row: wire::ReviewDecision| {
                        convert::review::item(&round, &scope, &row)
                    })
                };
                Ok(vec![Source::paged("items", first, read)])
            });
            chain(&backend.connection, sources, from)
        };
        stream::once(begun).flatten().boxed()
    }

    /// Graph answers items one by one. That all of them are there is looked at first; where one is refused after
    /// others were taken, the error says how many.
    async fn record_verdicts(&self, round: &RoundKey, verdicts: &[NewVerdict]) -> Result<()> {
        let batches: Vec<_> = self.list_items(round, None).try_collect().await?;
        let there: std::collections::HashSet<_> =
            batches.iter().flat_map(|batch| &batch.items).map(|item| &item.id).collect();
        if let Some(missing) = verdicts.iter().find(|verdict| !there.contains(&verdict.item)) {
            let error = Error::new(ErrorKind::NotFound, "the round has no such item; nothing was recorded");
            return Err(error.with_context("item", &missing.item));
        }
        for (taken, verdict) in verdicts.iter().enumerate() {
            let body = convert::review::verdict(verdict);
            let place = reviews::decision(round, &verdict.item);
            let sent = self.connection.act(place.update(self.connection.root(), &body)).await;
            sent.map_err(|error| error.with_context("recorded before", taken))?;
        }
        Ok(())
    }

    async fn stop_round(&self, round: &RoundKey) -> Result<()> {
        self.act_on(round, RoundAct::Stop).await
    }

    async fn apply_round(&self, round: &RoundKey) -> Result<()> {
        self.act_on(round, RoundAct::Apply).await
    }

    async fn reset_round(&self, round: &RoundKey) -> Result<()> {
        self.act_on(round, RoundAct::Reset).await
    }

    async fn remind_round(&self, round: &RoundKey) -> Result<()> {
        self.act_on(round, RoundAct::Remind).await
    }
}

impl GraphBackend {
    /// Never sent twice: the second would find the round in another state, or mail everybody again.
    ///
    /// No page names a code for what a round does not allow as it stands, so a refusal is held against its status.
    async fn act_on(&self, round: &RoundKey, act: RoundAct) -> Result<()> {
        let sent = reviews::act(round, act).act(self.connection.root(), Repeat::Never);
        let error = match self.connection.act(sent).await {
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Conflict) => error,
            outcome => return outcome,
        };
        let trigger = match act {
            RoundAct::Stop => RoundTrigger::Stop,
            RoundAct::Apply => RoundTrigger::Apply,
            RoundAct::Reset => RoundTrigger::Reset,
            _ => return Err(error),
        };
        match self.status(round).await.map(|status| status.after(trigger)) {
            Ok(Err(illegal)) => Err(illegal.with_source(error)),
            _ => Err(error),
        }
    }

    async fn status(&self, round: &RoundKey) -> Result<ReviewStatus> {
        let read: wire::ReviewInstance =
            self.connection.read(&reviews::instance(round), &Query::default()).await?;
        Ok(convert::review::round(&round.review, &read)?.status)
    }
}
