//! Who is asked about in a round, and what is known of them at its start.

use pim_core::{
    id::{PrincipalId, ReviewInstanceId, ReviewItemId},
    principal::PrincipalKind,
    privilege::Privilege,
    review::{Recommendation, ReviewItem, ReviewScope, ReviewSettings, RoundKey, recommend},
    time::{Period, Timestamp, Window},
};

use crate::{
    engine::{
        event::{Item, Rank},
        grants::Grant,
        hash::HashMap,
        state::State,
    },
    seed::guid_of,
};

/// The holders that a review asks about now, in the order of their ids.
pub(super) fn snapshot(
    state: &State,
    scope: &ReviewScope,
    round: &ReviewInstanceId,
    window: &Window,
    now: Timestamp,
) -> Vec<Item> {
    let sign_ins = scope.inactive_for.map(|_| state.last_sign_ins(now)).unwrap_or_default();
    let start = window.start().unwrap_or(now);
    let numbers = (0..state.privileges.len()).filter_map(|n| u32::try_from(n).ok());
    let same_role = |privilege: &Privilege| {
        scope.privilege.role_id().is_some() && scope.privilege.role_id() == privilege.role_id()
    };
    let near = |number: &u32| {
        let privilege = state.privileges.value(*number);
        *privilege == scope.privilege || same_role(privilege)
    };
    let held = numbers.filter(near).flat_map(|number| state.grants.of_privilege(number));
    let asked = held.map(|(_, grant)| grant).filter(|grant| {
        let last = last_sign_in(state, &sign_ins, state.principals.value(grant.principal));
        includes(state, scope, grant) && scope.includes_signed_in(last, start)
    });
    let mut items: Vec<Item> = asked.map(|grant| item(state, round, grant)).collect();
    items.sort_unstable_by(|a, b| {
        (&a.principal, &a.privilege, a.rank).cmp(&(&b.principal, &b.privilege, b.rank))
    });
    items
}

fn includes(state: &State, scope: &ReviewScope, grant: &Grant) -> bool {
    let id = state.principals.value(grant.principal);
    let kind = state.directory.principal(id).map_or(PrincipalKind::User, |known| known.kind.clone());
    grant.started
        && match grant.rank {
            Rank::Eligibility => scope.includes_eligibility(&state.eligibility(grant), &kind),
            Rank::Assignment => scope.includes_assignment(&state.assignment(grant), &kind),
        }
}

fn item(state: &State, round: &ReviewInstanceId, grant: &Grant) -> Item {
    let principal = state.principals.value(grant.principal).clone();
    let privilege = state.privileges.value(grant.privilege).clone();
    let text = format!("item {round} {principal} {privilege} {}", grant.rank.level());
    Item { id: ReviewItemId::from_guid(guid_of(&text)), principal, privilege, rank: grant.rank }
}

/// The questions of a round as reviewers see them at its start.
pub(super) fn questions(
    state: &State,
    key: &RoundKey,
    settings: &ReviewSettings,
    start: Timestamp,
    now: Timestamp,
    items: &[Item],
) -> Vec<ReviewItem> {
    let sign_ins = settings.recommendations.map(|_| state.last_sign_ins(now)).unwrap_or_default();
    let advice = |look_back: Option<Period>, holder: &PrincipalId| {
        look_back.map_or(Recommendation::NoInfoAvailable, |look_back| {
            recommend(last_sign_in(state, &sign_ins, holder), look_back, start)
        })
    };
    let question = |item: &Item| {
        let (holder, privilege) = (item.principal.clone(), item.privilege.clone());
        let mut question =
            ReviewItem::new(item.id.clone(), key.clone(), holder, privilege, item.rank.level());
        question.recommendation = advice(settings.recommendations, &item.principal);
        let numbers = state.principals.find(&item.principal).zip(state.privileges.find(&item.privilege));
        question.last_activated = numbers.and_then(|numbers| state.last_used.get(&numbers).copied());
        question
    };
    items.iter().map(question).collect()
}

fn last_sign_in(
    state: &State,
    recorded: &HashMap<&PrincipalId, Timestamp>,
    who: &PrincipalId,
) -> Option<Timestamp> {
    recorded.get(who).copied().max(state.directory.last_sign_in(who))
}
