//! Reading reviews on a caller's behalf.

use pim_core::{
    backend::View,
    error::Result,
    id::ReviewId,
    review::{AccessReview, ReviewItem, ReviewRound, RoundKey},
};

use super::{AsReviewer, Review};
use crate::engine::{
    read::{Page, Reader, page},
    refuse,
};

impl Reader<'_> {
    /// A review as it stands, for whoever changed it.
    pub(crate) fn review(&self, id: &ReviewId) -> Option<AccessReview> {
        self.state.reviews.find(id).map(Review::shown)
    }

    /// One review, for whoever made it, reviews it, or may read them all.
    pub(crate) fn get_review(&self, id: &ReviewId) -> Result<AccessReview> {
        let review = self.found(id)?;
        let me = AsReviewer::new(self.state, &self.caller.principal);
        if !review.rounds.iter().any(|round| me.may_review_any(round)) {
            self.sees_all(review)?;
        }
        Ok(review.shown())
    }

    /// Reviews: those that wait for the caller's answers or that the caller made, which takes no right, or all.
    pub(crate) fn reviews(&self, view: &View, from: u64, limit: usize) -> Result<Page<AccessReview>> {
        let me = AsReviewer::new(self.state, &self.caller.principal);
        let waits = |review: &Review| {
            let mut open = review.rounds.iter().filter(|round| round.is_open());
            open.any(|round| round.asked().any(|item| me.may_review(round, item)))
        };
        let wanted = |review: &Review| match view {
            View::ForMyDecision => waits(review),
            View::Mine | View::AskedByMe => self.made(review),
            _ => true,
        };
        if *view == View::Everyone {
            self.access().to_read_reviews()?;
        }
        let all = (0..).zip(&self.state.reviews.all).skip_while(|(at, _)| *at < from);
        let found = all.filter_map(|(at, review)| Some((at, review.as_ref()?)));
        Ok(page(found.filter(|(_, review)| wanted(review)), limit, Review::shown))
    }

    /// A review's rounds, oldest first; to a reviewer only those with something to review.
    pub(crate) fn rounds(&self, review: &ReviewId, from: u64, limit: usize) -> Result<Page<ReviewRound>> {
        let review = self.found(review)?;
        let all = self.sees_all(review);
        let me = AsReviewer::new(self.state, &self.caller.principal);
        let mine = |round| me.may_review_any(round);
        if all.is_err() && !review.rounds.iter().any(mine) {
            return all.map(|()| (Vec::new(), None));
        }
        let rounds = (0..).zip(&review.rounds).filter(|(_, round)| all.is_ok() || mine(round));
        Ok(page(rounds.skip_while(|(at, _)| *at < from), limit, |round| round.shown.clone()))
    }

    /// A round's items; to a reviewer only those to be reviewed.
    pub(crate) fn items(&self, key: &RoundKey, from: u64, limit: usize) -> Result<Page<ReviewItem>> {
        let review = self.found(&key.review)?;
        let round = review.round(&key.round);
        let round = round.ok_or_else(|| refuse::no_review().with_context("round", &key.round))?;
        let all = self.sees_all(review);
        let me = AsReviewer::new(self.state, &self.caller.principal);
        if all.is_err() && !me.may_review_any(round) {
            return all.map(|()| (Vec::new(), None));
        }
        let wanted = |item: &ReviewItem| all.is_ok() || me.may_review(round, item);
        let items = (0..).zip(&round.items).skip_while(|(at, _)| *at < from);
        Ok(page(items.filter(|(_, item)| wanted(item)), limit, ReviewItem::clone))
    }

    fn found(&self, id: &ReviewId) -> Result<&Review> {
        self.state.reviews.find(id).ok_or_else(|| refuse::no_review().with_context("review", id))
    }

    fn sees_all(&self, review: &Review) -> Result<()> {
        if self.made(review) { Ok(()) } else { self.access().to_read_reviews() }
    }

    fn made(&self, review: &Review) -> bool {
        review.created_by.as_ref() == Some(&self.caller.principal)
    }
}
