//! Commands on reviews.

use pim_core::{
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, ReviewId},
    privilege::Privilege,
    review::{NewReview, NewVerdict, ReviewStatus, Reviewer, RoundKey, RoundTrigger},
};

use super::{AsReviewer, Review, Round};
use crate::engine::{
    command::{Command, Outcome, Shown},
    event::Fact,
    handling::{Handling, text},
    refuse,
    submit::exists,
};

pub(crate) fn handle(mut h: Handling<'_>, command: &Command) -> Outcome {
    let answer = match command {
        Command::CreateReview(review) => create(&mut h, review).map(Shown::Review),
        Command::ChangeReview(id, review) => change(&mut h, id, review)
            .map_err(|error| error.with_context("review", id))
            .map(|()| Shown::Review(id.clone())),
        Command::ChangeReviewers(key, reviewers, fallback) => {
            on_round(&mut h, key, |h| change_reviewers(h, key, reviewers, fallback))
        }
        Command::DeleteReview(id) => {
            delete(&mut h, id).map_err(|error| error.with_context("review", id)).map(|()| Shown::Nothing)
        }
        Command::RecordVerdicts(key, answers) => on_round(&mut h, key, |h| record(h, key, answers)),
        Command::StopRound(key) => on_round(&mut h, key, |h| moved(h, key, RoundTrigger::Stop)),
        Command::ApplyRound(key) => on_round(&mut h, key, |h| moved(h, key, RoundTrigger::Apply)),
        Command::ResetRound(key) => on_round(&mut h, key, |h| reset(h, key)),
        Command::RemindRound(key) => on_round(&mut h, key, |h| remind(h, key)),
        _ => Err(refuse::bad_request()),
    };
    match answer {
        Ok(shown) => Outcome::done(h.events, shown),
        Err(error) => Outcome { events: Vec::new(), answer: Err(error) },
    }
}

fn on_round<'a>(
    h: &mut Handling<'a>,
    key: &RoundKey,
    act: impl FnOnce(&mut Handling<'a>) -> Result<()>,
) -> Result<Shown> {
    act(h).map_err(|error| error.with_context("round", &key.round)).map(|()| Shown::Nothing)
}

fn create(h: &mut Handling<'_>, review: &NewReview) -> Result<ReviewId> {
    let privilege = &review.scope.privilege;
    h.access().to_manage_reviews(privilege)?;
    sound(h, review)?;
    let id = ReviewId::from_guid(h.fresh().0);
    h.push(Fact::ReviewCreated {
        id: id.clone(),
        review: Box::new(review.clone()),
        // As with requests, a past start means now.
        start: review.start.map_or(h.now, |start| start.max(h.now)),
        by: Some(h.caller.principal.clone()),
    });
    Ok(id)
}

fn change(h: &mut Handling<'_>, id: &ReviewId, review: &NewReview) -> Result<()> {
    managed(h, id)?;
    sound(h, review)?;
    let by = h.caller.principal.clone();
    h.push(Fact::ReviewChanged { id: id.clone(), review: Box::new(review.clone()), by });
    Ok(())
}

/// Whoever stands in for a missing manager can be exchanged, and not taken out.
fn change_reviewers(
    h: &mut Handling<'_>,
    key: &RoundKey,
    reviewers: &[Reviewer],
    fallback: &[Reviewer],
) -> Result<()> {
    let round = managed_round(h, key)?;
    if fallback.is_empty() && !round.definition.fallback_reviewers.is_empty() {
        return Err(refuse::fallback_stays());
    }
    reviewers.iter().chain(fallback).try_for_each(|reviewer| known(h, reviewer))?;
    h.push(Fact::ReviewersChanged {
        review: key.review.clone(),
        round: key.round.clone(),
        reviewers: reviewers.to_vec(),
        fallback: fallback.to_vec(),
        by: h.caller.principal.clone(),
    });
    Ok(())
}

/// Refuses a review of what is not there, or by people who are not.
fn sound(h: &Handling<'_>, review: &NewReview) -> Result<()> {
    let privilege = &review.scope.privilege;
    if !h.state.licensed {
        return Err(refuse::no_licence());
    }
    review.check(h.now)?;
    match privilege {
        // Unlike PIM, a review takes groups that it cannot change, and says so when it is applied.
        Privilege::Group { group, .. } if h.state.directory.group(group).is_some() => {}
        _ => exists(h.state, privilege).map_err(|error| error.with_context("privilege", privilege))?,
    }
    let of_stages =
        review.stages.iter().flat_map(|stage| stage.reviewers.iter().chain(&stage.fallback_reviewers));
    for reviewer in review.reviewers.iter().chain(&review.fallback_reviewers).chain(of_stages) {
        known(h, reviewer)?;
    }
    Ok(())
}

fn known(h: &Handling<'_>, reviewer: &Reviewer) -> Result<()> {
    let directory = &h.state.directory;
    let (id, found): (&PrincipalId, bool) = match reviewer {
        Reviewer::User(id) => (id, directory.user(id).is_some()),
        Reviewer::Group(id) => (id, directory.group(&id.as_group()).is_some()),
        _ => return Ok(()),
    };
    if found { Ok(()) } else { Err(refuse::no_reviewer().with_context("reviewer", id)) }
}

fn delete(h: &mut Handling<'_>, id: &ReviewId) -> Result<()> {
    managed(h, id)?;
    h.push(Fact::ReviewDeleted { id: id.clone(), by: h.caller.principal.clone() });
    Ok(())
}

/// A review that the caller may manage, by role or because it is the caller's own.
fn managed<'a>(h: &Handling<'a>, id: &ReviewId) -> Result<&'a Review> {
    let review = h.state.reviews.find(id).ok_or_else(refuse::no_review)?;
    let own = review.created_by.as_ref() == Some(&h.caller.principal)
        && h.state.directory.is_enabled(&h.caller.principal);
    if !own {
        h.access().to_manage_reviews(&review.definition.scope.privilege)?;
    }
    Ok(review)
}

fn managed_round<'a>(h: &Handling<'a>, key: &RoundKey) -> Result<&'a Round> {
    managed(h, &key.review)?.round(&key.round).ok_or_else(refuse::no_review)
}

/// All or none: answers are tried on copies first.
fn record(h: &mut Handling<'_>, key: &RoundKey, answers: &[NewVerdict]) -> Result<()> {
    h.access().in_person()?;
    let me = &h.caller.principal;
    if !h.state.directory.is_enabled(me) {
        return Err(refuse::not_allowed());
    }
    let review = h.state.reviews.find(&key.review).ok_or_else(refuse::no_review)?;
    let round = review.round(&key.round).ok_or_else(refuse::no_review)?;
    let reviewer = AsReviewer::new(h.state, me);
    let settings = &round.definition.settings;
    for answer in answers {
        let item = round.item(&answer.item);
        let item = item.ok_or_else(|| refuse::no_item().with_context("item", &answer.item))?;
        let allowed = reviewer.may_review(round, item);
        item.clone().record(answer, me, allowed, &round.shown, settings, h.now)?;
        h.push(Fact::VerdictGiven {
            review: key.review.clone(),
            round: key.round.clone(),
            item: answer.item.clone(),
            verdict: answer.verdict.clone(),
            justification: text(answer.justification.as_ref()),
            by: Some(me.clone()),
        });
    }
    Ok(())
}

fn moved(h: &mut Handling<'_>, key: &RoundKey, trigger: RoundTrigger) -> Result<()> {
    let to = managed_round(h, key)?.shown.status.after(trigger)?;
    let by = Some(h.caller.principal.clone());
    h.push(Fact::RoundMoved { review: key.review.clone(), round: key.round.clone(), to, by });
    Ok(())
}

fn reset(h: &mut Handling<'_>, key: &RoundKey) -> Result<()> {
    managed_round(h, key)?.shown.status.after(RoundTrigger::Reset)?;
    let by = h.caller.principal.clone();
    h.push(Fact::RoundReset { review: key.review.clone(), round: key.round.clone(), by });
    Ok(())
}

fn remind(h: &mut Handling<'_>, key: &RoundKey) -> Result<()> {
    let round = managed_round(h, key)?;
    if round.shown.status != ReviewStatus::InProgress {
        let message = format!(
            "a review round that is {} has nobody to remind; reminders go out while it is in_progress",
            round.shown.status
        );
        return Err(Error::new(ErrorKind::InvalidTransition, message));
    }
    let by = Some(h.caller.principal.clone());
    h.push(Fact::RoundReminded { review: key.review.clone(), round: key.round.clone(), by });
    Ok(())
}
