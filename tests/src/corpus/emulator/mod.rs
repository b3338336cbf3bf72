//! The emulator's side: seeded to fit, it accepts every request and answers with the same status, members and
//! types.
//!
//! Each request gets an emulator of its own. What the request names is seeded under the same ids; what only the
//! service makes (requests, schedules, reviews, approvals) is made by calls that come before, and the request
//! is sent with the ids that it got. What a request is to create is never there before.

mod before;
mod call;
mod compare;
mod needs;
mod reviews;
mod schedules;
mod schema;
mod stage;

use pim_core::time::Timestamp;
use serde_json::Value;

use self::{call::Call, compare::Referee, needs::Needs, schema::Types, stage::Stage};
use super::{Example, Outcome, Page, Row, Schema, Side, is_named};

/// Judges the emulator by one page. The schema tells slips of the pages from gaps of the emulator.
pub async fn judge(page: &Page, schema: Option<&Schema>) -> Vec<Row> {
    let mut rows = Vec::new();
    for example in &page.examples {
        for (what, outcome) in answer(example, Types(schema)).await {
            rows.push(Row::new(example.number, Side::Emulator, what, outcome));
        }
    }
    rows
}

async fn answer(example: &Example, types: Types<'_>) -> Vec<(&'static str, Outcome)> {
    let not_covered = |why: &str| vec![("answer", Outcome::NotCovered(why.to_owned()))];
    let Some(request) = &example.request else { return not_covered("no request is printed") };
    let is_batch = request.path() == "/$batch";
    if !is_named(request.path()) && !is_batch {
        return not_covered("the emulator does not promise this path");
    }
    let mut call = Call::of(request, &example.api);
    let (printed, status) = match &example.response {
        Some(response) => (response.body.clone(), response.status),
        None => (Value::Null, None),
    };
    if example.is_fragment {
        before::complete(&mut call);
    }
    match tried(&mut call, &printed, types).await {
        Err(why) => vec![("answer", Outcome::Failed(why))],
        Ok(reply) if is_batch => parts(&call, &printed, &reply, types),
        Ok(reply) => {
            let outcome = held(&call, &printed, status, &reply, types, example);
            vec![("answer", outcome.into()), ("members of the answer", declared(&call, &reply, types).into())]
        }
    }
}

/// Builds the stage, lets happen what must come before, and sends.
async fn tried(call: &mut Call, printed: &Value, types: Types<'_>) -> Result<stage::Reply, String> {
    let mut needs = Needs::default();
    needs.read_address(&call.segments(), &call.options);
    needs.read_body(&call.body);
    for part in call.body["requests"].as_array().into_iter().flatten() {
        let part = before::part(part, &call.version);
        needs.read_address(&part.segments(), &part.options);
    }
    if call.method == "GET" || call.segments().last() == Some(&"getByIds") {
        before::as_printed(&mut needs, printed);
        before::of_any_kind(&mut needs, call, printed);
    }
    needs.settle();
    let wish = stage::Wish { now: moment(call, printed), approval: before::waits(call, printed) };
    let stage = Stage::build(&needs, &wish).await?;
    let referee = Referee { types, beta: call.version == "beta", selects: false };
    before::prepare(&stage, call, printed, &referee).await?;
    stage.send(call).await
}

/// When the request is made: what it asks for must not lie behind, and starts to come must lie ahead.
fn moment(call: &Call, printed: &Value) -> Option<Timestamp> {
    let text = |value: &Value, path: &str| value.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let creating = matches!(call.method.as_str(), "POST" | "PUT" | "PATCH");
    let candidates = [
        text(printed, "/createdDateTime").filter(|_| creating),
        text(&call.body, "/scheduleInfo/startDateTime"),
        text(&call.body, "/settings/recurrence/range/startDate"),
    ];
    let instants = candidates.into_iter().flatten().filter(|text| !text.starts_with("0001"));
    let mut instants =
        instants.filter_map(|text| text.parse().or_else(|_| format!("{text}T00:00:00Z").parse()).ok());
    instants.next()
}

fn held(
    call: &Call,
    printed: &Value,
    status: Option<u16>,
    reply: &stage::Reply,
    types: Types<'_>,
    example: &Example,
) -> Result<(), String> {
    let accepted = (200..300).contains(&reply.status);
    if status.map_or(!accepted, |status| status != reply.status) {
        let wanted = status.map_or_else(|| "a success".to_owned(), |status| status.to_string());
        return Err(format!("status {}, printed is {wanted}: {}", reply.status, reply.body));
    }
    let headers = example.response.as_ref().map(|response| &response.headers);
    if headers.is_some_and(|headers| headers.contains_key("location")) && reply.location.is_none() {
        return Err("the header Location is missing".to_owned());
    }
    if printed.is_null() {
        return Ok(());
    }
    let counted = call.options.get("$count").is_some_and(|count| count == "true");
    if counted && printed.get("@odata.count").is_some() && reply.body.get("@odata.count").is_none() {
        return Err("$.@odata.count: missing".to_owned());
    }
    let paged = call.options.contains_key("$top") && printed.get("@odata.nextLink").is_some();
    if paged && reply.body.get("@odata.nextLink").is_none() {
        return Err("$.@odata.nextLink: missing".to_owned());
    }
    let referee =
        Referee { types, beta: call.version == "beta", selects: call.options.contains_key("$select") };
    referee.body(printed, &reply.body, types.at(&call.segments()).as_deref())
}

/// Everything that is answered in v1.0 is something that the schema knows.
fn declared(call: &Call, reply: &stage::Reply, types: Types<'_>) -> Result<(), String> {
    if call.version == "beta" || !(200..300).contains(&reply.status) {
        return Ok(());
    }
    let referee = Referee { types, beta: false, selects: false };
    let kind = types.at(&call.segments());
    let body = reply.body.get("value").filter(|rows| rows.is_array()).unwrap_or(&reply.body);
    referee.declared(body, kind.as_deref())
}

/// The parts of a batch, each judged on its own; what the emulator does not promise is not covered.
fn parts(
    call: &Call,
    printed: &Value,
    reply: &stage::Reply,
    types: Types<'_>,
) -> Vec<(&'static str, Outcome)> {
    if reply.status != 200 {
        return vec![("answer", Outcome::Failed(format!("status {}: {}", reply.status, reply.body)))];
    }
    let asked = call.body["requests"].as_array().cloned().unwrap_or_default();
    let answers = reply.body["responses"].as_array().cloned().unwrap_or_default();
    let all_there = asked.iter().all(|part| answers.iter().any(|answer| answer["id"] == part["id"]));
    let whole = if all_there { Outcome::Passed } else { Outcome::Failed("a part has no answer".to_owned()) };
    let mut rows = vec![("answer", whole)];
    for theirs in printed["responses"].as_array().into_iter().flatten() {
        let same = |part: &&Value| part["id"] == theirs["id"];
        let (Some(part), Some(own)) = (asked.iter().find(same), answers.iter().find(same)) else { continue };
        let part = before::part(part, &call.version);
        let served = is_named(&format!("/{}", part.path.join("/"))) && own["status"] != 501;
        if !served {
            rows.push(("part", Outcome::NotCovered("the emulator does not promise this path".to_owned())));
            continue;
        }
        let referee =
            Referee { types, beta: call.version == "beta", selects: part.options.contains_key("$select") };
        let kind = types.at(&part.segments());
        let outcome = if own["status"] == theirs["status"] {
            referee.body(&theirs["body"], &own["body"], kind.as_deref())
        } else {
            Err(format!("status {}, printed is {}: {}", own["status"], theirs["status"], own["body"]))
        };
        rows.push(("part", outcome.into()));
    }
    rows
}
