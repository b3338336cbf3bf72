//! Access reviews: definitions, rounds, items.
//!
//! Each step of a round is a fact of its own, computed from the state that the step before left: so the last
//! administrator among several denied ones is found. What follows at once is put on the agenda for the same
//! instant.

mod apply;
mod due;
mod handle;
mod population;
mod read;
mod tell;

#[cfg(test)]
mod change_tests;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use pim_core::{
    id::{PrincipalId, ReviewId, ReviewInstanceId, ReviewItemId},
    review::{
        AccessReview, NewReview, ReviewItem, ReviewRound, ReviewStatus, Reviewer, may_review, reminder_at,
        stage_window,
    },
    time::{Timestamp, Window},
};

pub(crate) use self::{
    apply::{apply, plant},
    due::due,
    handle::handle,
};
use super::{hash::HashMap, state::State};

/// The reviews, in the order in which they were made. A number stays with its review for good.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reviews {
    all: Vec<Option<Review>>,
    by_id: HashMap<ReviewId, u32>,
}

/// One review.
#[derive(Clone, Debug)]
struct Review {
    id: ReviewId,
    definition: Arc<NewReview>,
    created_by: Option<PrincipalId>,
    created: Timestamp,
    /// When the first round starts: what recurrence counts from.
    first: Timestamp,
    /// The round that starts next.
    next: u32,
    rounds: Vec<Round>,
    /// Its latest entry on the agenda.
    scheduled: Option<Timestamp>,
}

/// One round.
#[derive(Clone, Debug)]
struct Round {
    shown: ReviewRound,
    /// What was asked for when it started; later changes are for later rounds.
    definition: Arc<NewReview>,
    items: Vec<ReviewItem>,
    places: HashMap<ReviewItemId, usize>,
    /// Whether the reviewers of the open stage were reminded half-way.
    reminded: bool,
    /// Who has the decisions carried out, where not the service by itself.
    applier: Option<PrincipalId>,
    /// The items before this one have been carried out.
    carried_out: usize,
}

impl Reviews {
    /// Every review there is, in the order in which they were made.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &ReviewId> {
        self.all.iter().flatten().map(|review| &review.id)
    }

    fn get(&self, number: u32) -> Option<&Review> {
        self.all.get(number as usize)?.as_ref()
    }

    fn number(&self, id: &ReviewId) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    fn find(&self, id: &ReviewId) -> Option<&Review> {
        self.get(self.number(id)?)
    }

    fn find_mut(&mut self, id: &ReviewId) -> Option<&mut Review> {
        let number = self.number(id)?;
        self.all.get_mut(number as usize)?.as_mut()
    }
}

impl Review {
    fn shown(&self) -> AccessReview {
        let mut shown = AccessReview::new(self.id.clone(), self.status(), NewReview::clone(&self.definition));
        shown.created_by.clone_from(&self.created_by);
        shown.created = Some(self.created);
        shown
    }

    /// That of its latest round; between two rounds a review that returns is in progress.
    fn status(&self) -> ReviewStatus {
        let Some(latest) = self.rounds.last() else {
            return match self.next_window() {
                Some(_) => ReviewStatus::NotStarted,
                None => ReviewStatus::Completed,
            };
        };
        match latest.shown.status {
            ReviewStatus::Completed | ReviewStatus::Applied if self.next_window().is_some() => {
                ReviewStatus::InProgress
            }
            ref status => status.clone(),
        }
    }

    fn next_window(&self) -> Option<Window> {
        self.definition.round(self.first, self.next)
    }

    fn round(&self, id: &ReviewInstanceId) -> Option<&Round> {
        self.rounds.iter().find(|round| round.shown.key.round == *id)
    }

    fn round_mut(&mut self, id: &ReviewInstanceId) -> Option<&mut Round> {
        self.rounds.iter_mut().find(|round| round.shown.key.round == *id)
    }

    /// When the review next has something to do by itself; at once, where that lies in the past.
    fn wakes(&self, now: Timestamp) -> Option<Timestamp> {
        let rounds = self.rounds.iter().filter_map(|round| self.round_wakes(round, now));
        rounds.chain(self.next_window().and_then(|window| window.start())).min()
    }

    fn round_wakes(&self, round: &Round, now: Timestamp) -> Option<Timestamp> {
        match round.shown.status {
            ReviewStatus::InProgress => {
                let change = round.shown.next_change(&round.definition.stages);
                change.into_iter().chain(self.reminder(round)).min()
            }
            ReviewStatus::Completed => round.definition.settings.auto_apply.then_some(now),
            ReviewStatus::Completing
            | ReviewStatus::AutoReviewing
            | ReviewStatus::AutoReviewed
            | ReviewStatus::Applying => Some(now),
            _ => None,
        }
    }

    /// When silent reviewers of the open stage are to be reminded, if they still are to be.
    fn reminder(&self, round: &Round) -> Option<Timestamp> {
        let wanted = round.definition.settings.reminders && !round.reminded;
        let stage = stage_window(&round.definition.stages, &round.shown.window, round.shown.stage)?;
        reminder_at(&stage).filter(|_| wanted)
    }
}

impl Round {
    /// Who reviews in the stage that it has reached, and who where there is no manager.
    fn reviewers(&self) -> (&[Reviewer], &[Reviewer]) {
        match self.definition.stages.get(self.shown.stage as usize) {
            Some(stage) => (&stage.reviewers, &stage.fallback_reviewers),
            None => (&self.definition.reviewers, &self.definition.fallback_reviewers),
        }
    }

    fn item(&self, id: &ReviewItemId) -> Option<&ReviewItem> {
        self.items.get(*self.places.get(id)?)
    }

    fn item_mut(&mut self, id: &ReviewItemId) -> Option<&mut ReviewItem> {
        self.items.get_mut(*self.places.get(id)?)
    }

    fn is_open(&self) -> bool {
        self.shown.status == ReviewStatus::InProgress
    }

    /// The items that reviewers can answer in the open stage.
    fn asked(&self) -> impl Iterator<Item = &ReviewItem> {
        self.items.iter().filter(|item| item.stage() == self.shown.stage as usize)
    }
}

/// One person as a reviewer; the groups are looked up once for many items.
struct AsReviewer<'a> {
    state: &'a State,
    who: &'a PrincipalId,
    groups: Vec<u32>,
}

impl<'a> AsReviewer<'a> {
    fn new(state: &'a State, who: &'a PrincipalId) -> Self {
        let groups = state.principals.find(who).map(|number| state.groups_of(number)).unwrap_or_default();
        Self { state, who, groups }
    }

    fn may_review(&self, round: &Round, item: &ReviewItem) -> bool {
        let (reviewers, fallback) = round.reviewers();
        let directory = &self.state.directory;
        let manager = |holder: &PrincipalId| directory.user(holder)?.manager.clone();
        let member = |_: &PrincipalId, group: &PrincipalId| {
            self.state.principals.find(group).is_some_and(|group| self.groups.contains(&group))
        };
        may_review(reviewers, fallback, &item.principal, self.who, manager, member)
    }

    fn may_review_any(&self, round: &Round) -> bool {
        round.items.iter().any(|item| self.may_review(round, item))
    }
}
