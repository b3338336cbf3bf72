//! Access reviews: definitions. The engine runs reviews of roles and groups; others are kept as records.

use futures::StreamExt;
use http::{Method, StatusCode};
use pim_core::{
    backend::{Backend, Reviews, View},
    error::ErrorKind,
    page::Batches,
    review::{AccessReview, NewReview},
};
use pim_embedded::engine::Command;
use serde_json::{Map, Value};

use super::{Context, directory::values, review_body, review_history, review_records, review_rounds};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply, with_context},
    refusal::Refusal,
    render::{
        review::{self as shown, DEFINITION},
        review_text,
    },
    scopes,
};

pub(super) const PLACE: &str = "identityGovernance/accessReviews/definitions";

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let method = &context.call.method;
    match (path, method) {
        (["historyDefinitions", rest @ ..], _) => review_history::serve(context, rest).await,
        (["decisions", "filterByCurrentUser"], &Method::GET) => review_rounds::my_decisions(context).await,
        (["definitions"], &Method::POST) => create(context).await,
        (["definitions"], _) => definitions(context, &View::Everyone).await,
        (["definitions", "filterByCurrentUser"], _) => definitions(context, &View::ForMyDecision).await,
        (["definitions", id, rest @ ..], _) if context.tenant.book.get(Shelf::Reviews, id).is_some() => {
            review_records::serve(context, id, rest).await
        }
        (["definitions", id], &Method::DELETE) => {
            scopes::REVIEWS_WRITE.check(context.call)?;
            reviews(context)?.delete_review(&id.parse()?).await?;
            context.tenant.book.remove(Shelf::ReviewTexts, id);
            Ok(Reply::done())
        }
        (["definitions", id], &Method::PUT) => change(context, id).await,
        (["definitions", id], _) => {
            context.expect_read()?;
            let review = reviews(context)?.get_review(&id.parse()?).await?;
            context.call.object(PLACE, &DEFINITION, whole(context, &review))
        }
        (["definitions", id, "instances", rest @ ..], _) => {
            let review = reviews(context)?.get_review(&id.parse()?).await?;
            review_rounds::serve(context, &review, rest).await
        }
        _ => Err(context.not_emulated()),
    }
}

impl Context<'_> {
    pub(super) fn expect_read(&self) -> Result<(), Refusal> {
        if self.call.method != Method::GET {
            return Err(self.not_emulated());
        }
        scopes::REVIEWS_READ.check(self.call)
    }
}

pub(super) fn reviews<'c>(context: &'c Context<'_>) -> Result<&'c dyn Reviews, Refusal> {
    context.backend.reviews().ok_or_else(Refusal::insufficient)
}

pub(super) async fn all<T>(mut batches: Batches<T>) -> Result<Vec<T>, Refusal> {
    let mut found = Vec::new();
    while let Some(batch) = batches.next().await {
        found.extend(batch?.items);
    }
    Ok(found)
}

/// A definition with the words in which it was asked for.
pub(super) fn whole(context: &Context<'_>, review: &AccessReview) -> Value {
    let mut object = shown::definition(&context.tenant, review);
    if let Some(text) = context.tenant.book.get(Shelf::ReviewTexts, &review.id.to_string()) {
        review_text::reword(&mut object, &text);
    }
    object
}

async fn definitions(context: &Context<'_>, view: &View) -> Answer {
    context.expect_read()?;
    let found = all(reviews(context)?.list_reviews(view, None)).await?;
    let mut rows: Vec<Value> = found.iter().map(|review| whole(context, review)).collect();
    let mine = *view == View::ForMyDecision;
    rows.extend(review_records::definitions(context, mine));
    if mine {
        let name = format!("#microsoft.graph.{}", DEFINITION.name);
        rows.iter_mut().for_each(|row| body::set(row, "@odata.type", name.clone()));
    }
    values(context, PLACE, &DEFINITION, &rows).await
}

async fn create(context: &Context<'_>) -> Answer {
    scopes::REVIEWS_WRITE.check(context.call)?;
    let asked = context.call.json()?;
    body::known(&asked, &DEFINITION)?;
    let (id, object) = match read(context, &asked).await {
        Ok(new) => {
            let review = reviews(context)?.create_review(&new).await?;
            let id = review.id.to_string();
            context.tenant.book.put(Shelf::ReviewTexts, review_text::text(&id, &asked));
            (id, whole(context, &review))
        }
        Err(refusal) if refusal.status == StatusCode::NOT_IMPLEMENTED => {
            // The engine is not asked about such reviews; who reads everybody's may make them.
            if !reads_all(context).await? {
                return Err(Refusal::insufficient());
            }
            review_records::create(context, &asked)?
        }
        Err(refusal) => return Err(refusal),
    };
    let place = format!("{}#{PLACE}/$entity", context.call.metadata());
    let mut reply = Reply::new(StatusCode::CREATED, Some(with_context(object, place)));
    reply.made = Some(id);
    Ok(reply)
}

/// Takes the whole definition; rounds that have begun go on as they were.
async fn change(context: &Context<'_>, id: &str) -> Answer {
    scopes::REVIEWS_WRITE.check(context.call)?;
    let asked = context.call.json()?;
    body::known(&asked, &DEFINITION)?;
    let new = read(context, &asked).await?;
    let command = Command::ChangeReview(id.parse()?, new);
    context.tenant.service.execute(&context.call.bearer.caller, &command).await?;
    context.tenant.book.put(Shelf::ReviewTexts, review_text::text(id, &asked));
    Ok(Reply::done())
}

async fn read(context: &Context<'_>, asked: &Map<String, Value>) -> Result<NewReview, Refusal> {
    let mut asked = asked.clone();
    review_rounds::name_owners(context, &mut asked).await?;
    review_body::read(&asked)
}

/// Whether the caller may read everybody's reviews.
pub(super) async fn reads_all(context: &Context<'_>) -> Result<bool, Refusal> {
    let mut batches = reviews(context)?.list_reviews(&View::Everyone, None);
    match batches.next().await {
        Some(Err(error)) if error.kind() == ErrorKind::PermissionDenied => Ok(false),
        Some(Err(error)) => Err(error.into()),
        _ => Ok(true),
    }
}
