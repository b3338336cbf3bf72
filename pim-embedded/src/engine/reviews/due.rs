//! What a review does by itself, one step at a time.

use pim_core::{
    id::{PrincipalId, ReviewInstanceId},
    principal::PrincipalKind,
    privilege::Privilege,
    review::{
        ApplyResult, DefaultDecision, Outcome, ReviewItem, ReviewStatus, RoundTrigger, Verdict, stage_window,
    },
    time::Timestamp,
};

use super::{Review, Round, population};
use crate::{
    engine::{
        event::{EndCause, Fact, GrantOrigin, Rank},
        grants::Grant,
        handling::is_last,
        state::State,
        submit::facts_without_eligibility,
    },
    seed::guid_of,
};

/// The next step of a review that is due; nothing when there is none.
pub(crate) fn due(state: &State, number: u32, at: Timestamp) -> Vec<Fact> {
    let Some(review) = state.reviews.get(number) else { return Vec::new() };
    let steps = review.rounds.iter().map(|round| step(state, review, round, at));
    steps.into_iter().find(|facts| !facts.is_empty()).unwrap_or_else(|| opening(state, review, at))
}

fn opening(state: &State, review: &Review, at: Timestamp) -> Vec<Fact> {
    let window = review.next_window().filter(|window| window.start().is_some_and(|start| start <= at));
    let Some(window) = window else { return Vec::new() };
    let round = ReviewInstanceId::from_guid(guid_of(&format!("round {} {}", review.id, review.next)));
    let items = population::snapshot(state, &review.definition.scope, &round, &window, at);
    let opened = Fact::RoundOpened { review: review.id.clone(), round: round.clone(), window, items };
    // The population is read at once: nobody can see the round while it is `Starting`.
    let to = ReviewStatus::InProgress;
    vec![opened, Fact::RoundMoved { review: review.id.clone(), round, to, by: None }]
}

fn step(state: &State, review: &Review, round: &Round, at: Timestamp) -> Vec<Fact> {
    let settings = &round.definition.settings;
    match round.shown.status {
        ReviewStatus::InProgress => in_progress(review, round, at),
        ReviewStatus::Completing if settings.default_decision == DefaultDecision::None => {
            moved(review, round, RoundTrigger::Close)
        }
        ReviewStatus::Completing => moved(review, round, RoundTrigger::FillDefaults),
        ReviewStatus::AutoReviewing => {
            let mut facts = defaults(review, round, at);
            facts.extend(moved(review, round, RoundTrigger::DefaultsFilled));
            facts
        }
        ReviewStatus::AutoReviewed => moved(review, round, RoundTrigger::Close),
        ReviewStatus::Completed if settings.auto_apply => moved(review, round, RoundTrigger::Apply),
        ReviewStatus::Applying => match next_removal(round) {
            Some(item) => carry_out(state, review, round, item, at),
            None => moved(review, round, RoundTrigger::Applied),
        },
        _ => Vec::new(),
    }
}

fn moved(review: &Review, round: &Round, trigger: RoundTrigger) -> Vec<Fact> {
    let to = round.shown.status.after(trigger).ok();
    let moved = to.map(|to| Fact::RoundMoved {
        review: review.id.clone(),
        round: round.shown.key.round.clone(),
        to,
        by: None,
    });
    moved.into_iter().collect()
}

fn in_progress(review: &Review, round: &Round, at: Timestamp) -> Vec<Fact> {
    if round.shown.due(at) == Some(RoundTrigger::End) {
        return moved(review, round, RoundTrigger::End);
    }
    let (id, round_id) = (review.id.clone(), round.shown.key.round.clone());
    let stage = stage_window(&round.definition.stages, &round.shown.window, round.shown.stage);
    if stage.is_some_and(|stage| stage.has_ended(at)) {
        return vec![Fact::StageOpened { review: id, round: round_id, stage: round.shown.stage + 1 }];
    }
    match review.reminder(round).filter(|time| *time <= at) {
        Some(_) => vec![Fact::RoundReminded { review: id, round: round_id, by: None }],
        None => Vec::new(),
    }
}

/// Default decisions for items that nobody answered.
fn defaults(review: &Review, round: &Round, at: Timestamp) -> Vec<Fact> {
    let default = &round.definition.settings.default_decision;
    let silent = round.items.iter().filter(|item| *item.final_verdict() == Verdict::NotReviewed);
    let given = silent.filter_map(|item| {
        let mut filled = item.clone();
        filled.fill_default(default, at);
        (filled.verdict != item.verdict).then(|| Fact::VerdictGiven {
            review: review.id.clone(),
            round: round.shown.key.round.clone(),
            item: item.id.clone(),
            verdict: filled.verdict,
            justification: None,
            by: None,
        })
    });
    given.collect()
}

fn next_removal(round: &Round) -> Option<&ReviewItem> {
    let open = round.items.iter().skip(round.carried_out);
    open.into_iter().find(|item| item.outcome() == Outcome::Remove && item.applied == ApplyResult::New)
}

/// Takes denied access away, as far as a review can.
///
/// Source: [complete a review](https://learn.microsoft.com/entra/id-governance/complete-access-review).
fn carry_out(state: &State, review: &Review, round: &Round, item: &ReviewItem, at: Timestamp) -> Vec<Fact> {
    let by = round.applier.clone();
    let mut facts = Vec::new();
    let result = match standing(state, item) {
        None => ApplyResult::AppliedSuccessfullyButObjectNotFound,
        Some(_) if !is_supported(state, &item.privilege, &item.principal) => ApplyResult::ApplyNotSupported,
        Some(grant) if is_last(state, &item.privilege, grant) => ApplyResult::AppliedWithUnknownFailure,
        Some(grant) => {
            facts.push(Fact::GrantEnded { id: grant.guid, cause: EndCause::ReviewDenied, by: by.clone() });
            if grant.rank == Rank::Eligibility {
                facts.extend(facts_without_eligibility(state, grant, at));
            }
            ApplyResult::AppliedSuccessfully
        }
    };
    facts.push(Fact::ItemApplied {
        review: review.id.clone(),
        round: round.shown.key.round.clone(),
        item: item.id.clone(),
        result,
        by,
    });
    facts
}

/// The grant that an item asks about. An activation that took the place of a standing assignment is not it.
fn standing<'a>(state: &'a State, item: &ReviewItem) -> Option<&'a Grant> {
    let principal = state.principals.find(&item.principal)?;
    let privilege = state.privileges.find(&item.privilege)?;
    let (_, grant) = state.grants.find(principal, privilege, Rank::of(&item.level)?)?;
    (grant.origin != GrantOrigin::Activated).then_some(grant)
}

/// A nested group keeps its membership, and so does everyone in a group that a rule fills or that is mastered
/// on premises.
fn is_supported(state: &State, privilege: &Privilege, holder: &PrincipalId) -> bool {
    let Privilege::Group { group, .. } = privilege else { return true };
    let nested = state.directory.principal(holder).is_some_and(|known| known.kind == PrincipalKind::Group);
    let fixed = state.directory.group(group).is_some_and(|group| {
        group.membership_rule.is_some() || group.source == pim_core::directory::Source::OnPremises
    });
    !nested && !fixed
}
