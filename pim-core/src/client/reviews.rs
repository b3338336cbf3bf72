//! Access reviews.

use super::Client;
use crate::{
    backend::{Operation, Reviews, View},
    error::{Error, ErrorKind, Result},
    id::ReviewId,
    page::{Continuation, Pager},
    review::{AccessReview, NewReview, NewVerdict, ReviewItem, ReviewRound, RoundKey},
};

impl Client {
    /// The reviews there are: the caller's to review for [`View::ForMyDecision`], else all.
    pub fn reviews(&self, view: &View, from: Option<Continuation>) -> Pager<AccessReview> {
        const OP: Operation = Operation::ListReviews;
        self.list(OP, view, from, |from| Ok(self.review_facet(OP)?.list_reviews(view, from)))
    }

    /// A review's rounds.
    pub fn rounds(&self, review: &ReviewId, from: Option<Continuation>) -> Pager<ReviewRound> {
        const OP: Operation = Operation::ListRounds;
        self.list(OP, review, from, |from| Ok(self.review_facet(OP)?.list_rounds(review, from)))
    }

    /// A round's items.
    pub fn items(&self, round: &RoundKey, from: Option<Continuation>) -> Pager<ReviewItem> {
        const OP: Operation = Operation::ListItems;
        self.list(OP, round, from, |from| Ok(self.review_facet(OP)?.list_items(round, from)))
    }

    /// One review.
    ///
    /// # Errors
    /// `NotFound` when there is none of that id.
    pub async fn get_review(&self, review: &ReviewId) -> Result<AccessReview> {
        const OP: Operation = Operation::GetReview;
        let found = self.review_facet(OP)?.get_review(review).await;
        found.map_err(|error| error.during(OP).with_context("review", review))
    }

    /// Creates a review.
    ///
    /// # Errors
    /// `PermissionDenied` for one that would by itself take standing access from break-glass accounts or
    /// administrators whom the reviewers forgot.
    pub async fn create_review(&self, review: &NewReview) -> Result<AccessReview> {
        const OP: Operation = Operation::CreateReview;
        let reviews = self.review_facet(OP)?;
        self.guard().new_review(review).await.map_err(|error| error.during(OP))?;
        reviews.create_review(review).await.map_err(|error| error.during(OP))
    }

    /// Deletes a review with all its rounds. Access stays as it is.
    ///
    /// # Errors
    /// As for every method of [`Client`].
    pub async fn delete_review(&self, review: &ReviewId) -> Result<()> {
        const OP: Operation = Operation::DeleteReview;
        let deleted = self.review_facet(OP)?.delete_review(review).await;
        deleted.map_err(|error| error.during(OP).with_context("review", review))
    }

    /// Answers items of a round, as one of its reviewers. All or none.
    ///
    /// # Errors
    /// `PermissionDenied` for a denial that would reach a break-glass account, or with the others of the round
    /// leave too few administrators.
    pub async fn record(&self, round: &RoundKey, verdicts: &[NewVerdict]) -> Result<()> {
        const OP: Operation = Operation::RecordVerdicts;
        let reviews = self.review_facet(OP)?;
        let alone = self.alone().await;
        alone.guard().verdicts(round, verdicts).await.map_err(|error| of(error, OP, round))?;
        reviews.record_verdicts(round, verdicts).await.map_err(|error| of(error, OP, round))
    }

    /// Closes a round early, for good; its decisions may then be carried out by themselves. Later rounds still
    /// start.
    ///
    /// # Errors
    /// `PermissionDenied` where its denials would reach a break-glass account or leave too few administrators.
    pub async fn stop(&self, round: &RoundKey) -> Result<()> {
        const OP: Operation = Operation::StopRound;
        let reviews = self.review_facet(OP)?;
        let alone = self.alone().await;
        alone.guard().round(round).await.map_err(|error| of(error, OP, round))?;
        reviews.stop_round(round).await.map_err(|error| of(error, OP, round))
    }

    /// Carries out the decisions of a completed round.
    ///
    /// # Errors
    /// As for [`stop`](Self::stop).
    pub async fn apply(&self, round: &RoundKey) -> Result<()> {
        const OP: Operation = Operation::ApplyRound;
        let reviews = self.review_facet(OP)?;
        let mut alone = self.alone().await;
        let losses = alone.guard().round(round).await.map_err(|error| of(error, OP, round))?;
        let applied = reviews.apply_round(round).await;
        if applied.as_ref().map_or_else(|e| e.kind() == ErrorKind::OutcomeUnknown, |()| true) {
            alone.remember(losses);
        }
        applied.map_err(|error| of(error, OP, round))
    }

    /// Takes back every answer of an open round.
    ///
    /// # Errors
    /// `PermissionDenied` where the review would by itself take access from break-glass accounts, or from too
    /// many administrators, who would then be silent.
    pub async fn reset(&self, round: &RoundKey) -> Result<()> {
        const OP: Operation = Operation::ResetRound;
        let reviews = self.review_facet(OP)?;
        let alone = self.alone().await;
        alone.guard().reset(round).await.map_err(|error| of(error, OP, round))?;
        reviews.reset_round(round).await.map_err(|error| of(error, OP, round))
    }

    /// Reminds the reviewers who have not answered.
    ///
    /// # Errors
    /// As for every method of [`Client`].
    pub async fn remind(&self, round: &RoundKey) -> Result<()> {
        const OP: Operation = Operation::RemindRound;
        self.review_facet(OP)?.remind_round(round).await.map_err(|error| of(error, OP, round))
    }

    fn review_facet(&self, operation: Operation) -> Result<&dyn Reviews> {
        self.facet(operation, self.backend().reviews())
    }
}

fn of(error: Error, operation: Operation, round: &RoundKey) -> Error {
    error.during(operation).with_context("review", &round.review).with_context("round", &round.round)
}
