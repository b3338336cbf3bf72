//! Reviews of what the engine has no reviews for, such as applications, packages, or all groups of a kind: they
//! are taken in and shown with one instance, in which nobody is asked for anything.

use http::Method;
use pim_core::time::{Period, Timestamp};
use serde_json::{Map, Value, json};

use super::{Context, directory::values, reviews::PLACE};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply},
    refusal::Refusal,
    render::{
        review::{self as shown, CONTACTED, DECISION, DEFINITION, INSTANCE, STAGE},
        review_text,
        words::millis,
    },
    scopes,
};

/// Takes a definition in and gives its id and what is shown of it.
pub(super) fn create(context: &Context<'_>, asked: &Map<String, Value>) -> Result<(String, Value), Refusal> {
    body::needed(asked, "displayName")?;
    if !asked.get("scope").is_some_and(Value::is_object) {
        return Err(Refusal::bad_request("The property 'scope' is needed."));
    }
    let (book, now) = (&context.tenant.book, context.tenant.now());
    let id = book.fresh();
    let days = asked.get("settings").and_then(|all| all["instanceDurationInDays"].as_u64());
    let days = days.and_then(|days| u32::try_from(days).ok()).unwrap_or(1).max(1);
    let start = start(asked).map_or(now, |start| start.max(now));
    let creator = context.tenant.user(context.call.bearer.principal());
    let mut record = shown::blank(start);
    review_text::reword(&mut record, &review_text::text(&id, asked));
    let own = json!({
        "id": id,
        "displayName": asked.get("displayName"),
        "createdDateTime": millis(Some(now)),
        "lastModifiedDateTime": millis(Some(now)),
        "status": if start > now { "NotStarted" } else { "InProgress" },
        "createdBy": {
            "id": context.call.bearer.principal(),
            "displayName": creator.map(|user| user.name.expose()),
            "type": null,
            "userPrincipalName": creator.map(|user| user.sign_in_name.expose()),
        },
        "round": {
            "id": book.fresh(),
            "startDateTime": millis(Some(start)),
            "endDateTime": millis(Some(start + Period::days(days))),
        },
    });
    own.as_object().into_iter().for_each(|own| body::merge(&mut record, own));
    book.put(Shelf::Reviews, record.clone());
    Ok((id, definition(record)))
}

/// Every such definition, or those that name the caller as a reviewer.
pub(super) fn definitions(context: &Context<'_>, mine: bool) -> Vec<Value> {
    let me = context.call.bearer.principal().to_string();
    let all = context.tenant.book.all(Shelf::Reviews).into_iter();
    all.filter(|record| !mine || record["reviewers"].to_string().contains(&me)).map(definition).collect()
}

/// Serves one of them and what is below it.
pub(super) async fn serve(context: &Context<'_>, id: &str, path: &[&str]) -> Answer {
    let (book, call) = (&context.tenant.book, context.call);
    if call.method == Method::GET { &scopes::REVIEWS_READ } else { &scopes::REVIEWS_WRITE }.check(call)?;
    let mut record = book.get(Shelf::Reviews, id).ok_or_else(|| Refusal::no_object(id))?;
    let place = format!("{PLACE}('{id}')/instances");
    let one = instance(&record);
    let known = |wanted: &str| {
        if one["id"] == wanted { Ok(()) } else { Err(Refusal::no_object(wanted)) }
    };
    match (path, &call.method) {
        ([], &Method::GET) => call.object(PLACE, &DEFINITION, definition(record)),
        ([], &Method::DELETE) => {
            book.remove(Shelf::Reviews, id);
            Ok(Reply::done())
        }
        ([], &Method::PUT) => {
            let asked = call.json()?;
            body::known(&asked, &DEFINITION)?;
            body::needed(&asked, "displayName")?;
            review_text::reword(&mut record, &review_text::text(id, &asked));
            body::set(&mut record, "displayName", asked["displayName"].clone());
            body::set(&mut record, "lastModifiedDateTime", millis(Some(context.tenant.now())));
            book.put(Shelf::Reviews, record);
            Ok(Reply::done())
        }
        (["instances"] | ["instances", "filterByCurrentUser"], &Method::GET) => {
            values(context, &place, &INSTANCE, &[one]).await
        }
        (["instances", round], &Method::GET) => {
            known(round)?;
            call.object(&place, &INSTANCE, one)
        }
        (["instances", round, list, ..], &Method::GET) => {
            known(round)?;
            let entity = match *list {
                "decisions" => &DECISION,
                "stages" => &STAGE,
                "contactedReviewers" => &CONTACTED,
                _ => return Err(context.not_emulated()),
            };
            values(context, &format!("{place}('{round}')/{list}"), entity, &[]).await
        }
        (["instances", round, action], &Method::POST) => {
            known(round)?;
            let status = match *action {
                "stop" => Some("Completed"),
                "applyDecisions" => Some("Applied"),
                "resetDecisions" | "sendReminder" | "batchRecordDecisions" | "acceptRecommendations" => None,
                _ => return Err(context.not_emulated()),
            };
            if let Some(status) = status {
                body::set(&mut record, "status", status);
                book.put(Shelf::Reviews, record);
            }
            Ok(Reply::done())
        }
        _ => Err(context.not_emulated()),
    }
}

fn definition(mut record: Value) -> Value {
    record.as_object_mut().and_then(|members| members.remove("round"));
    record
}

fn instance(record: &Value) -> Value {
    let mut one = record["round"].clone();
    for member in ["status", "scope", "reviewers", "fallbackReviewers"] {
        body::set(&mut one, member, record[member].clone());
    }
    one
}

/// The day or instant on which the first instance starts.
fn start(asked: &Map<String, Value>) -> Option<Timestamp> {
    let text = asked.get("settings").and_then(|all| body::text(all, "/recurrence/range/startDate"))?;
    text.parse().or_else(|_| format!("{text}T00:00:00Z").parse()).ok()
}
