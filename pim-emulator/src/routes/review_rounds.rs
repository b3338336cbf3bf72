//! Access reviews: instances, stages, decisions, and whom the service wrote to.

use http::Method;
use pim_core::{
    backend::View,
    id::{GroupId, PrincipalId},
    privilege::GroupAccess,
    review::{
        AccessReview, NewVerdict, ReviewItem, ReviewRound, ReviewStatus, Reviewer, RoundKey, Verdict,
        stage_window,
    },
};
use pim_embedded::engine::Command;
use serde_json::{Map, Value, json};

use super::{
    Context,
    directory::values,
    members, review_body,
    reviews::{PLACE, all, reviews, whole},
};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply, Version},
    query,
    refusal::Refusal,
    render::{
        directory::guid,
        review::{self as shown, CONTACTED, DECISION, INSTANCE, STAGE},
        review_text,
        words::{millis, pascal},
    },
    scopes,
};

/// Instances of a review, and what is below them.
pub(super) async fn serve(context: &Context<'_>, review: &AccessReview, path: &[&str]) -> Answer {
    let place = format!("{PLACE}('{}')/instances", review.id);
    let rounds: Vec<ReviewRound> = all(reviews(context)?.list_rounds(&review.id, None)).await?;
    let Some((id, rest)) = path.split_first().filter(|(id, _)| **id != "filterByCurrentUser") else {
        context.expect_read()?;
        let mut rows: Vec<Value> = rounds.iter().map(|round| instance(context, review, round)).collect();
        if !path.is_empty() {
            let name = format!("#microsoft.graph.{}", INSTANCE.name);
            rows.iter_mut().for_each(|row| body::set(row, "@odata.type", name.clone()));
        }
        return values(context, &place, &INSTANCE, &rows).await;
    };
    let round = rounds.iter().find(|round| round.key.round == **id).ok_or_else(|| Refusal::no_object(id))?;
    match (rest, &context.call.method) {
        ([], &Method::PUT) => change(context, &round.key).await,
        ([], _) => {
            context.expect_read()?;
            context.call.object(&place, &INSTANCE, instance(context, review, round))
        }
        (["contactedReviewers"], _) => {
            context.expect_read()?;
            let rows = contacted(context, review, round).await?;
            values(context, &format!("{place}('{id}')/contactedReviewers"), &CONTACTED, &rows).await
        }
        (["decisions", rest @ ..], _) => {
            decisions(context, review, round, &format!("{place}('{id}')/decisions"), rest).await
        }
        (["stages", rest @ ..], _) => stages(context, review, round, rest).await,
        ([action], &Method::POST) => act(context, &round.key, action).await,
        _ => Err(context.not_emulated()),
    }
}

/// Every decision that the caller is asked for, of all reviews.
pub(super) async fn my_decisions(context: &Context<'_>) -> Answer {
    scopes::REVIEWS_READ.check(context.call)?;
    let mut rows = Vec::new();
    for review in all(reviews(context)?.list_reviews(&View::ForMyDecision, None)).await? {
        for round in all(reviews(context)?.list_rounds(&review.id, None)).await? {
            let items = all(reviews(context)?.list_items(&round.key, None)).await?;
            rows.extend(items.iter().map(|item| decision(context, &review, &round, item)));
        }
    }
    values(context, "accessReviewInstanceDecisionItems", &DECISION, &rows).await
}

/// Owners as reviewers are named one by one, as they are now: the engine has no such reviewers.
pub(super) async fn name_owners(
    context: &Context<'_>,
    asked: &mut Map<String, Value>,
) -> Result<(), Refusal> {
    let scope = asked.get("scope").map(ToString::to_string).unwrap_or_default();
    let of_scope = scope.split("/groups/").nth(1).and_then(|rest| rest.get(..36)).map(str::to_owned);
    for member in ["reviewers", "fallbackReviewers", "backupReviewers"] {
        let Some(list) = asked.get(member).and_then(Value::as_array) else { continue };
        let mut named = Vec::new();
        for one in list {
            let query = body::text(one, "/query").unwrap_or_default();
            let owned = query.split('?').next().unwrap_or_default().strip_suffix("/owners");
            let group = match owned {
                Some(".") => of_scope.clone(),
                Some(path) => path.split("groups/").nth(1).map(str::to_owned),
                None => None,
            };
            let Some(group) = group.and_then(|group| group.parse::<GroupId>().ok()) else {
                named.push(one.clone());
                continue;
            };
            let owners = members::of_group(context, &group, &GroupAccess::Owner, false).await?;
            named.extend(owners.iter().map(|owner| json!({ "query": format!("/users/{owner}") })));
        }
        asked.insert(member.to_owned(), named.into());
    }
    Ok(())
}

fn instance(context: &Context<'_>, review: &AccessReview, round: &ReviewRound) -> Value {
    let mut object = shown::instance(review, round);
    for id in [review.id.to_string(), round.key.round.to_string()] {
        if let Some(text) = context.tenant.book.get(Shelf::ReviewTexts, &id) {
            review_text::reword_instance(&mut object, &text);
        }
    }
    if context.call.query.expansion("definition").is_some() {
        body::set(&mut object, "definition", whole(context, review));
    }
    object
}

/// Only the reviewers of a round can be changed.
async fn change(context: &Context<'_>, round: &RoundKey) -> Answer {
    scopes::REVIEWS_WRITE.check(context.call)?;
    let mut asked = context.call.json()?;
    let text = review_text::text(&round.round.to_string(), &asked);
    name_owners(context, &mut asked).await?;
    let list = |name: &str| review_body::reviewers(asked.get(name));
    let command = Command::ChangeReviewers(round.clone(), list("reviewers")?, list("fallbackReviewers")?);
    context.tenant.service.execute(&context.call.bearer.caller, &command).await?;
    context.tenant.book.put(Shelf::ReviewTexts, text);
    Ok(Reply::done())
}

async fn act(context: &Context<'_>, round: &RoundKey, action: &str) -> Answer {
    let reviews = reviews(context)?;
    let scopes =
        if action == "acceptRecommendations" { &scopes::REVIEWS_ANSWER } else { &scopes::REVIEWS_WRITE };
    scopes.check(context.call)?;
    match action {
        "stop" => reviews.stop_round(round).await?,
        "applyDecisions" => reviews.apply_round(round).await?,
        "resetDecisions" => reviews.reset_round(round).await?,
        "sendReminder" => reviews.remind_round(round).await?,
        "batchRecordDecisions" => record_many(context, round).await?,
        "acceptRecommendations" => accept(context, round).await?,
        _ => return Err(context.not_emulated()),
    }
    Ok(Reply::done())
}

/// Stages in their order; a round of one stage has none.
async fn stages(context: &Context<'_>, review: &AccessReview, round: &ReviewRound, path: &[&str]) -> Answer {
    let (id, asked) = (&round.key.round, &review.definition.stages);
    let place = format!("{PLACE}('{}')/instances('{id}')/stages", review.id);
    context.expect_read()?;
    let rows = asked.iter().enumerate().filter_map(|(at, stage)| {
        let number = u32::try_from(at).ok()?;
        let window = stage_window(asked, &round.window, number)?;
        let status = match number.cmp(&round.stage) {
            std::cmp::Ordering::Less => ReviewStatus::Completed,
            std::cmp::Ordering::Equal => round.status.clone(),
            std::cmp::Ordering::Greater => ReviewStatus::NotStarted,
        };
        Some(json!({
            "id": guid(&format!("stage {at} of round {id}")),
            "startDateTime": millis(window.start()),
            "endDateTime": millis(window.end()),
            "status": pascal(status.as_str()),
            "reviewers": shown::reviewers(&stage.reviewers, "/v1.0"),
            "fallbackReviewers": shown::reviewers(&stage.fallback_reviewers, "/v1.0"),
        }))
    });
    let rows: Vec<Value> = rows.collect();
    let Some((stage, rest)) = path.split_first().filter(|(id, _)| **id != "filterByCurrentUser") else {
        return values(context, &place, &STAGE, &rows).await;
    };
    let known = rows.into_iter().find(|row| body::text(row, "/id") == Some(*stage));
    let known = known.ok_or_else(|| Refusal::no_object(stage))?;
    match rest {
        [] => context.call.object(&place, &STAGE, known),
        ["decisions", rest @ ..] => {
            decisions(context, review, round, &format!("{place}('{stage}')/decisions"), rest).await
        }
        _ => Err(context.not_emulated()),
    }
}

/// Whom the service wrote to when the round began: everybody who is to review in it.
async fn contacted(
    context: &Context<'_>,
    review: &AccessReview,
    round: &ReviewRound,
) -> Result<Vec<Value>, Refusal> {
    let (tenant, asked) = (&context.tenant, &review.definition);
    let stage = asked.stages.get(round.stage as usize);
    let named = stage.map_or(&asked.reviewers, |stage| &stage.reviewers);
    let items = all(reviews(context)?.list_items(&round.key, None)).await?;
    let mut found: Vec<PrincipalId> = Vec::new();
    let themselves = named.is_empty() || named.contains(&Reviewer::Holder);
    found.extend(items.iter().filter(|_| themselves).map(|item| item.principal.clone()));
    for reviewer in named {
        match reviewer {
            Reviewer::User(id) => found.push(id.clone()),
            Reviewer::Group(id) => {
                found.extend(members::of_group(context, &id.as_group(), &GroupAccess::Member, true).await?);
            }
            Reviewer::Manager => {
                let managers = items.iter().filter_map(|item| tenant.user(&item.principal)?.manager.clone());
                found.extend(managers);
            }
            _ => {}
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    let people = found.iter().filter(|id| seen.insert(id.to_string())).filter_map(|id| tenant.user(id));
    let rows = people.map(|user| {
        json!({
            "id": user.id,
            "displayName": user.name.expose(),
            "userPrincipalName": user.sign_in_name.expose(),
            "createdDateTime": millis(round.window.start()),
        })
    });
    Ok(rows.collect())
}

async fn decisions(
    context: &Context<'_>,
    review: &AccessReview,
    round: &ReviewRound,
    place: &str,
    path: &[&str],
) -> Answer {
    let (call, reviews, key) = (context.call, reviews(context)?, &round.key);
    let show = |item: &ReviewItem| decision(context, review, round, item);
    match (path, &call.method) {
        ([] | ["filterByCurrentUser"], &Method::GET) => {
            scopes::REVIEWS_READ.check(call)?;
            call.query.check(&DECISION)?;
            let mine = path.is_empty() || is_reviewer(context, review).await?;
            let open = |from| reviews.list_items(key, from);
            let typed = |item: &ReviewItem| {
                let mut object = show(item);
                if !path.is_empty() {
                    body::set(&mut object, "@odata.type", format!("#microsoft.graph.{}", DECISION.name));
                }
                object
            };
            let page =
                query::list(&call.query, context.page_size(), open, |item| mine.then(|| typed(item))).await?;
            call.page(place, &DECISION, page)
        }
        ([id], &Method::GET) => {
            scopes::REVIEWS_READ.check(call)?;
            let items = all(reviews.list_items(key, None)).await?;
            let item = items.iter().find(|item| item.id == **id).ok_or_else(|| Refusal::no_object(id))?;
            call.object(place, &DECISION, show(item))
        }
        ([id], &Method::PATCH) => {
            scopes::REVIEWS_ANSWER.check(call)?;
            let answer = answer(&call.json()?, id.parse()?)?;
            reviews.record_verdicts(key, &[answer]).await?;
            Ok(Reply::done())
        }
        _ => Err(context.not_emulated()),
    }
}

/// An item, with what was asked for beside it.
fn decision(context: &Context<'_>, review: &AccessReview, round: &ReviewRound, item: &ReviewItem) -> Value {
    let query = &context.call.query;
    let mut object = shown::decision(&context.tenant, item, &context.call.origin);
    if context.call.version == Version::Beta {
        body::set(&mut object, "target", shown::target(&context.tenant, &item.principal));
    }
    if query.expansion("insights").is_some() {
        body::set(&mut object, "insights", shown::insights(&context.tenant, item));
    }
    if let Some(expand) = query.expansion("instance") {
        let mut own = instance(context, review, round);
        if expand.expansion("definition").is_some() {
            body::set(&mut own, "definition", whole(context, review));
        }
        body::set(&mut object, "instance", expand.project(own));
    }
    object
}

async fn is_reviewer(context: &Context<'_>, review: &AccessReview) -> Result<bool, Refusal> {
    let mine = all(reviews(context)?.list_reviews(&View::ForMyDecision, None)).await?;
    Ok(mine.iter().any(|one| one.id == review.id))
}

/// One answer for everything, one principal, or one resource.
async fn record_many(context: &Context<'_>, round: &RoundKey) -> Result<(), Refusal> {
    let asked = context.call.json()?;
    let text = |name: &str| asked.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let items = all(reviews(context)?.list_items(round, None)).await?;
    let wanted = items.iter().filter(|item| {
        let resource = item.privilege.group_id().map(ToString::to_string);
        let resource = resource.or_else(|| item.privilege.role_id().map(ToString::to_string));
        text("principalId").is_none_or(|id| item.principal == *id)
            && text("resourceId").is_none_or(|id| resource.as_deref() == Some(id))
    });
    let answers = wanted.map(|item| answer(&asked, item.id.clone())).collect::<Result<Vec<_>, _>>()?;
    Ok(reviews(context)?.record_verdicts(round, &answers).await?)
}

/// What nobody answered yet gets what the service recommends.
async fn accept(context: &Context<'_>, round: &RoundKey) -> Result<(), Refusal> {
    let items = all(reviews(context)?.list_items(round, None)).await?;
    let open = items.into_iter().filter(|item| item.verdict == Verdict::NotReviewed);
    let answers: Vec<NewVerdict> = open
        .filter_map(|item| {
            let verdict = match item.recommendation.as_str() {
                "approve" => Verdict::Approve,
                "deny" => Verdict::Deny,
                _ => return None,
            };
            Some(NewVerdict { item: item.id, verdict, justification: Some("Recommended".into()) })
        })
        .collect();
    Ok(reviews(context)?.record_verdicts(round, &answers).await?)
}

fn answer(asked: &Map<String, Value>, item: pim_core::id::ReviewItemId) -> Result<NewVerdict, Refusal> {
    let text = |name: &str| asked.get(name).and_then(Value::as_str);
    match Verdict::from(text("decision").unwrap_or_default()) {
        Verdict::Unknown(_) => Err(Refusal::bad_request(
            "The property 'decision' must be Approve, Deny, NotReviewed or DontKnow.",
        )),
        verdict => Ok(NewVerdict { item, verdict, justification: text("justification").map(Into::into) }),
    }
}
