//! How facts about reviews change the state.

use std::sync::Arc;

use pim_core::{
    id::{PrincipalId, ReviewId, ReviewInstanceId},
    review::{NewReview, ReviewItem, ReviewRound, ReviewStatus, RoundKey, reminder_at},
    time::{Timestamp, Window},
};

use super::{Review, Round, population, tell};
use crate::{
    engine::{
        agenda::Due,
        event::{Event, Fact, Item},
        state::State,
    },
    seed::guid_of,
};

pub(crate) fn apply(state: &mut State, event: &Event) {
    let at = event.at;
    tell::before(state, event);
    match &event.fact {
        Fact::ReviewCreated { id, review, start, by } => created(state, id, review, *start, by.as_ref(), at),
        Fact::ReviewChanged { id, review, .. } => {
            if let Some(known) = state.reviews.find_mut(id) {
                known.definition = Arc::new((**review).clone());
            }
            schedule(state, id, at);
        }
        Fact::ReviewDeleted { id, .. } => {
            if let Some(number) = state.reviews.by_id.remove(id) {
                state.reviews.all[number as usize] = None;
            }
        }
        Fact::RoundOpened { review, round, window, items } => {
            opened(state, review, round, *window, items, at);
            schedule(state, review, at);
        }
        Fact::RoundMoved { review, round, to, by } => {
            change(state, review, round, |round| round_moved(round, to, by.as_ref(), at));
            schedule(state, review, at);
        }
        Fact::ReviewersChanged { review, round, reviewers, fallback, .. } => {
            change(state, review, round, |round| {
                let definition = Arc::make_mut(&mut round.definition);
                definition.reviewers.clone_from(reviewers);
                definition.fallback_reviewers.clone_from(fallback);
            });
        }
        Fact::StageOpened { review, round, stage } => {
            stage_opened(state, review, round, *stage);
            schedule(state, review, at);
        }
        Fact::VerdictGiven { review, round, item, verdict, justification, by } => {
            change(state, review, round, |round| {
                let Some(item) = round.item_mut(item) else { return };
                item.verdict = verdict.clone();
                item.justification = justification.as_deref().map(Into::into);
                item.decided_by.clone_from(by);
                item.decided_at = Some(at);
            });
        }
        Fact::RoundReset { review, round, .. } => change(state, review, round, |round| {
            for item in &mut round.items {
                // Whether the round may be reset was judged before.
                let _ = item.reset(&round.shown);
            }
        }),
        Fact::ItemApplied { review, round, item, result, by } => {
            change(state, review, round, |round| {
                let Some(place) = round.places.get(item).copied() else { return };
                round.carried_out = place + 1;
                let item = &mut round.items[place];
                item.applied = result.clone();
                item.applied_by.clone_from(by);
            });
            schedule(state, review, at);
        }
        Fact::RoundReminded { review, round, by } => {
            // A reminder by hand does not take the place of the one half-way.
            change(state, review, round, |round| round.reminded |= by.is_none());
            schedule(state, review, at);
        }
        _ => {}
    }
    tell::after(state, event);
}

/// Puts in the reviews of the seed. Rounds that are over by now are not made up for.
pub(crate) fn plant(state: &mut State, now: Timestamp) {
    let records = Arc::clone(&state.directory.records);
    for (n, review) in records.reviews.iter().enumerate() {
        let id = ReviewId::from_guid(guid_of(&format!("seed review {n}")));
        created(state, &id, review, review.start.unwrap_or(now), None, now);
    }
}

fn created(
    state: &mut State,
    id: &ReviewId,
    review: &NewReview,
    first: Timestamp,
    by: Option<&PrincipalId>,
    at: Timestamp,
) {
    let over = review.rounds(first).take_while(|window| window.has_ended(at)).count();
    let number = u32::try_from(state.reviews.all.len()).unwrap_or(u32::MAX);
    state.reviews.all.push(Some(Review {
        id: id.clone(),
        definition: Arc::new(review.clone()),
        created_by: by.cloned(),
        created: at,
        first,
        next: u32::try_from(over).unwrap_or(u32::MAX),
        rounds: Vec::new(),
        scheduled: None,
    }));
    state.reviews.by_id.insert(id.clone(), number);
    schedule(state, id, at);
}

/// Puts the next thing that a review does by itself on the agenda.
fn schedule(state: &mut State, id: &ReviewId, now: Timestamp) {
    let Some(number) = state.reviews.number(id) else { return };
    let Some(review) = state.reviews.find_mut(id) else { return };
    let Some(next) = review.wakes(now).map(|next| next.max(now)) else { return };
    // An entry for this very instant may be the one that is being worked off.
    if review.scheduled == Some(next) && next > now {
        return;
    }
    review.scheduled = Some(next);
    state.agenda.add(next, Due::Review(number));
}

fn change(state: &mut State, review: &ReviewId, round: &ReviewInstanceId, change: impl FnOnce(&mut Round)) {
    if let Some(round) = state.reviews.find_mut(review).and_then(|review| review.round_mut(round)) {
        change(round);
    }
}

fn opened(
    state: &mut State,
    id: &ReviewId,
    round: &ReviewInstanceId,
    window: Window,
    items: &[Item],
    at: Timestamp,
) {
    let Some(review) = state.reviews.find(id) else { return };
    let key = RoundKey { review: id.clone(), round: round.clone() };
    let start = window.start().unwrap_or(at);
    let items = population::questions(state, &key, &review.definition.settings, start, at, items);
    let opened = Round {
        shown: ReviewRound::new(key, ReviewStatus::Starting, window),
        definition: Arc::clone(&review.definition),
        places: items.iter().enumerate().map(|(place, item)| (item.id.clone(), place)).collect(),
        items,
        // A round of the seed can be past its half already.
        reminded: reminder_at(&window).is_some_and(|time| time <= at),
        applier: None,
        carried_out: 0,
    };
    if let Some(review) = state.reviews.find_mut(id) {
        review.rounds.push(opened);
        review.next += 1;
    }
}

fn round_moved(round: &mut Round, to: &ReviewStatus, by: Option<&PrincipalId>, at: Timestamp) {
    round.shown.status = to.clone();
    match to {
        ReviewStatus::Applying => round.applier = by.cloned(),
        // Stopped: nobody can answer from now on.
        ReviewStatus::Completing if by.is_some() => {
            let stopped = Window::new(round.shown.window.start(), Some(at));
            round.shown.window = stopped.unwrap_or(round.shown.window);
        }
        _ => {}
    }
}

fn stage_opened(state: &mut State, id: &ReviewId, round: &ReviewInstanceId, stage: u32) {
    let Some(review) = state.reviews.find_mut(id) else { return };
    let Some(round) = review.round_mut(round) else { return };
    let definition = Arc::clone(&round.definition);
    let ended = round.shown.stage as usize;
    if let Some(rules) = definition.stages.get(ended) {
        let goes_on = |item: &&mut ReviewItem| item.stage() == ended && item.goes_on(rules);
        round.items.iter_mut().filter(goes_on).for_each(ReviewItem::advance);
    }
    round.shown.stage = stage;
    round.reminded = false;
}
