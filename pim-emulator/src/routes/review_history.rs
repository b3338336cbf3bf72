//! Review history: definitions, their one instance, and the link to download it, under which nothing is served.

use http::{Method, StatusCode};
use pim_core::time::{Period, Timestamp};
use serde_json::{Value, json};

use super::{Context, directory::values, reviews::reads_all};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply, with_context},
    refusal::Refusal,
    render::{
        review::{HISTORY, HISTORY_INSTANCE},
        words::exact,
    },
    scopes,
};

const PLACE: &str = "identityGovernance/accessReviews/historyDefinitions";

/// After this the service no longer knows a definition.
const KEPT: Period = Period::days(30);

/// How long a link can be used.
const LINK: Period = Period::days(1);

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let call = context.call;
    scopes::REVIEWS_WRITE.check(call)?;
    let now = context.tenant.now();
    let everybody = reads_all(context).await?;
    let me = call.bearer.principal().to_string();
    let visible = |record: &Value| {
        let made = body::text(record, "/createdDateTime").and_then(|text| text.parse::<Timestamp>().ok());
        let own = body::text(record, "/createdBy/id") == Some(me.as_str());
        (own || everybody) && made.is_none_or(|made| now.since(made) <= KEPT)
    };
    let find = |id: &str| {
        let record = context.tenant.book.get(Shelf::Histories, id).filter(|record| visible(record));
        record.ok_or_else(|| Refusal::no_object(id))
    };
    match (path, &call.method) {
        ([], &Method::POST) => create(context),
        ([], &Method::GET) => {
            let rows: Vec<Value> = context.tenant.book.all(Shelf::Histories);
            let rows: Vec<Value> = rows.into_iter().filter(|record| visible(record)).collect();
            values(context, PLACE, &HISTORY, &rows).await
        }
        ([id], &Method::GET) => call.object(PLACE, &HISTORY, find(id)?),
        ([id, "instances"], &Method::GET) => {
            let rows = [instance(&find(id)?)];
            values(context, &format!("{PLACE}('{id}')/instances"), &HISTORY_INSTANCE, &rows).await
        }
        ([id, "instances", one], &Method::GET) => {
            let instance = instance(&find(id)?);
            if instance["id"] != *one {
                return Err(Refusal::no_object(one));
            }
            call.object(&format!("{PLACE}('{id}')/instances"), &HISTORY_INSTANCE, instance)
        }
        ([id, "instances", one, "generateDownloadUri"], &Method::POST) => {
            let mut instance = instance(&find(id)?);
            if instance["id"] != *one {
                return Err(Refusal::no_object(one));
            }
            body::set(&mut instance, "downloadUri", format!("{}/reports/{one}.csv", call.origin));
            body::set(&mut instance, "expirationDateTime", exact(Some(now + LINK)));
            let place = format!("{}#{PLACE}('{id}')/instances/$entity", call.metadata());
            Ok(Reply::new(StatusCode::OK, Some(with_context(instance, place))))
        }
        _ => Err(context.not_emulated()),
    }
}

fn create(context: &Context<'_>) -> Answer {
    let asked = context.call.json()?;
    body::known(&asked, &HISTORY)?;
    body::needed(&asked, "displayName")?;
    if !asked.get("scopes").is_some_and(Value::is_array) {
        return Err(Refusal::bad_request("The property 'scopes' is needed."));
    }
    let (now, id) = (context.tenant.now(), context.tenant.book.fresh());
    let user = context.tenant.user(context.call.bearer.principal());
    let month = Timestamp::from_ticks(now.ticks().saturating_sub_unsigned(KEPT.ticks()));
    let mut record = json!({
        "reviewHistoryPeriodStartDateTime": exact(Some(month)),
        "reviewHistoryPeriodEndDateTime": exact(Some(now)),
        "decisions": [],
        "scheduleSettings": null,
    });
    body::merge(&mut record, &asked);
    // A page sends a member that ranges do not have, instants for days, and a kind of recurrence that there is not.
    let range = record.pointer_mut("/scheduleSettings/recurrence/range").and_then(Value::as_object_mut);
    if let Some(range) = range {
        range.remove("count");
        for end in ["startDate", "endDate"] {
            let instant = range.get(end).and_then(Value::as_str);
            if let Some(day) = instant.and_then(|text| text.split_once('T')).map(|(day, _)| Value::from(day))
            {
                range.insert(end.to_owned(), day);
            }
        }
    }
    let pattern = record.pointer_mut("/scheduleSettings/recurrence/pattern/type");
    pattern.into_iter().filter(|kind| **kind == "monthly").for_each(|kind| *kind = "absoluteMonthly".into());
    let own = json!({
        "@odata.type": "#microsoft.graph.accessReviewHistoryDefinition",
        "id": id,
        "status": "done",
        "createdDateTime": exact(Some(now)),
        "createdBy": {
            "id": context.call.bearer.principal(),
            "displayName": user.map(|user| user.name.expose()),
            "userPrincipalName": user.map(|user| user.sign_in_name.expose()),
        },
    });
    own.as_object().into_iter().for_each(|own| body::merge(&mut record, own));
    context.tenant.book.put(Shelf::Histories, record.clone());
    // It is done by the time that anybody can ask for it.
    body::set(&mut record, "status", "requested");
    let place = format!("{}#{PLACE}/$entity", context.call.metadata());
    let mut reply = Reply::new(StatusCode::CREATED, Some(with_context(record, place)));
    reply.made = Some(id);
    Ok(reply)
}

/// The one run of a definition; it has the definition's id.
fn instance(record: &Value) -> Value {
    let made = body::text(record, "/createdDateTime").and_then(|text| text.parse::<Timestamp>().ok());
    json!({
        "@odata.type": "#microsoft.graph.accessReviewHistoryInstance",
        "id": record["id"],
        "reviewHistoryPeriodStartDateTime": record["reviewHistoryPeriodStartDateTime"],
        "reviewHistoryPeriodEndDateTime": record["reviewHistoryPeriodEndDateTime"],
        "status": "done",
        "runDateTime": record["createdDateTime"],
        "fulfilledDateTime": record["createdDateTime"],
        "downloadUri": null,
        "expirationDateTime": exact(made.map(|made| made + KEPT)),
    })
}
