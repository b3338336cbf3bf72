//! Access reviews.

use futures::StreamExt;
use http::{Method, StatusCode};
use pim_core::{
    backend::{Backend, Reviews, View},
    id::ReviewId,
    page::Batches,
    review::{AccessReview, NewVerdict, ReviewItem, ReviewRound, RoundKey, Verdict},
};
use serde_json::{Map, Value};

use super::{Context, directory::values, review_body};
use crate::{
    call::{Answer, Reply, with_context},
    query,
    refusal::Refusal,
    render::review::{self as shown, DECISION, DEFINITION, INSTANCE},
    scopes,
};

const PLACE: &str = "identityGovernance/accessReviews/definitions";

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let method = &context.call.method;
    match (path, method) {
        (["definitions"], &Method::POST) => create(context).await,
        (["definitions"], _) => definitions(context, &View::Everyone).await,
        (["definitions", "filterByCurrentUser"], _) => definitions(context, &View::ForMyDecision).await,
        (["definitions", id], &Method::DELETE) => {
            scopes::REVIEWS_WRITE.check(context.call)?;
            reviews(context)?.delete_review(&id.parse()?).await?;
            Ok(Reply::done())
        }
        (["definitions", id], _) => {
            context.expect_read()?;
            let review = reviews(context)?.get_review(&id.parse()?).await?;
            context.call.object(PLACE, &DEFINITION, shown::definition(&context.tenant, &review))
        }
        (["definitions", id, "instances", rest @ ..], _) => {
            let review = reviews(context)?.get_review(&id.parse()?).await?;
            instances(context, &review, rest).await
        }
        _ => Err(context.not_emulated()),
    }
}

impl Context<'_> {
    fn expect_read(&self) -> Result<(), Refusal> {
        if self.call.method != Method::GET {
            return Err(self.not_emulated());
        }
        scopes::REVIEWS_READ.check(self.call)
    }
}

fn reviews<'c>(context: &'c Context<'_>) -> Result<&'c dyn Reviews, Refusal> {
    context.backend.reviews().ok_or_else(Refusal::insufficient)
}

async fn definitions(context: &Context<'_>, view: &View) -> Answer {
    context.expect_read()?;
    let (call, reviews) = (context.call, reviews(context)?);
    call.query.check(&DEFINITION)?;
    let open = |from| reviews.list_reviews(view, from);
    let show = |review: &AccessReview| Some(shown::definition(&context.tenant, review));
    let page = query::list(&call.query, context.page_size(), open, show).await?;
    call.page(PLACE, &DEFINITION, page)
}

async fn create(context: &Context<'_>) -> Answer {
    scopes::REVIEWS_WRITE.check(context.call)?;
    let new = review_body::read(&context.call.json()?)?;
    let review = reviews(context)?.create_review(&new).await?;
    let object = shown::definition(&context.tenant, &review);
    let place = format!("{}#{PLACE}/$entity", context.call.metadata());
    let mut reply = Reply::new(StatusCode::CREATED, Some(with_context(object, place)));
    reply.made = Some(review.id.to_string());
    Ok(reply)
}

async fn instances(context: &Context<'_>, review: &AccessReview, path: &[&str]) -> Answer {
    let place = format!("{PLACE}('{}')/instances", review.id);
    let rounds: Vec<ReviewRound> = all(reviews(context)?.list_rounds(&review.id, None)).await?;
    let Some((id, rest)) = path.split_first().filter(|(id, _)| **id != "filterByCurrentUser") else {
        context.expect_read()?;
        let rows: Vec<Value> = rounds.iter().map(|round| shown::instance(review, round)).collect();
        return values(context, &place, &INSTANCE, &rows).await;
    };
    let round = rounds.iter().find(|round| round.key.round == **id).ok_or_else(|| Refusal::no_object(id))?;
    match (rest, &context.call.method) {
        ([], _) => {
            context.expect_read()?;
            context.call.object(&place, &INSTANCE, shown::instance(review, round))
        }
        (["decisions", rest @ ..], _) => {
            decisions(context, &review.id, &round.key, &format!("{place}('{id}')/decisions"), rest).await
        }
        ([action], &Method::POST) => act(context, &round.key, action).await,
        _ => Err(context.not_emulated()),
    }
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

async fn decisions(
    context: &Context<'_>,
    review: &ReviewId,
    round: &RoundKey,
    place: &str,
    path: &[&str],
) -> Answer {
    let (call, reviews) = (context.call, reviews(context)?);
    let show = |item: &ReviewItem| shown::decision(&context.tenant, item, &call.origin);
    match (path, &call.method) {
        ([] | ["filterByCurrentUser"], &Method::GET) => {
            scopes::REVIEWS_READ.check(call)?;
            call.query.check(&DECISION)?;
            let mine = path.is_empty() || is_reviewer(context, review).await?;
            let open = |from| reviews.list_items(round, from);
            let page =
                query::list(&call.query, context.page_size(), open, |item| mine.then(|| show(item))).await?;
            call.page(place, &DECISION, page)
        }
        ([id], &Method::GET) => {
            scopes::REVIEWS_READ.check(call)?;
            let items = all(reviews.list_items(round, None)).await?;
            let item = items.iter().find(|item| item.id == **id).ok_or_else(|| Refusal::no_object(id))?;
            call.object(place, &DECISION, show(item))
        }
        ([id], &Method::PATCH) => {
            scopes::REVIEWS_ANSWER.check(call)?;
            let body = call.json()?;
            let answer = answer(&body, id.parse()?)?;
            reviews.record_verdicts(round, &[answer]).await?;
            Ok(Reply::done())
        }
        _ => Err(context.not_emulated()),
    }
}

async fn is_reviewer(context: &Context<'_>, review: &ReviewId) -> Result<bool, Refusal> {
    let mine = all(reviews(context)?.list_reviews(&View::ForMyDecision, None)).await?;
    Ok(mine.iter().any(|one| one.id == *review))
}

/// One answer for everything, one principal, or one resource.
async fn record_many(context: &Context<'_>, round: &RoundKey) -> Result<(), Refusal> {
    let body = context.call.json()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let items = all(reviews(context)?.list_items(round, None)).await?;
    let wanted = items.iter().filter(|item| {
        let resource = item.privilege.group_id().map(ToString::to_string);
        let resource = resource.or_else(|| item.privilege.role_id().map(ToString::to_string));
        text("principalId").is_none_or(|id| item.principal == *id)
            && text("resourceId").is_none_or(|id| resource.as_deref() == Some(id))
    });
    let answers = wanted.map(|item| answer(&body, item.id.clone())).collect::<Result<Vec<_>, _>>()?;
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

fn answer(body: &Map<String, Value>, item: pim_core::id::ReviewItemId) -> Result<NewVerdict, Refusal> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    match Verdict::from(text("decision").unwrap_or_default()) {
        Verdict::Unknown(_) => Err(Refusal::bad_request(
            "The property 'decision' must be Approve, Deny, NotReviewed or DontKnow.",
        )),
        verdict => Ok(NewVerdict { item, verdict, justification: text("justification").map(Into::into) }),
    }
}

async fn all<T>(mut batches: Batches<T>) -> Result<Vec<T>, Refusal> {
    let mut found = Vec::new();
    while let Some(batch) = batches.next().await {
        found.extend(batch?.items);
    }
    Ok(found)
}
