//! `/$batch`: up to twenty requests in one, each answered on its own.

use bytes::Bytes;
use futures::future::join_all;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Context;
use crate::{
    call::{Answer, Reply},
    faults::FaultKind,
    refusal::Refusal,
    serve::{self, Raw},
};

const LARGEST: usize = 20;

#[derive(Debug, Deserialize)]
struct Batch {
    requests: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    depends_on: Vec<String>,
}

pub(super) async fn serve(context: &Context<'_>) -> Answer {
    if context.call.method != Method::POST {
        return Err(Refusal::wrong_method());
    }
    let body = Value::Object(context.call.json()?);
    let batch: Batch =
        serde_json::from_value(body).map_err(|_| Refusal::bad_request("Invalid batch payload format."))?;
    check(&batch)?;
    let mut responses: Vec<Value> = Vec::new();
    let mut failed: Vec<&str> = Vec::new();
    let mut parts = batch.requests.as_slice();
    while let Some(first) = parts.first() {
        // The service runs what does not depend on each other side by side. Reads can't tell; writes run in their
        // order, so that the same batch has the same outcome each time.
        let reads = parts.iter().take_while(|part| part.is_free_read()).count();
        let (now, later) = parts.split_at(reads.max(1));
        parts = later;
        let answers = if reads == 0 && first.depends_on.iter().any(|id| failed.contains(&id.as_str())) {
            let body = json!({ "error": { "code": "FailedDependency", "message": "A request that this one depends on has failed." } });
            vec![Ok((StatusCode::FAILED_DEPENDENCY, Map::new(), Some(body)))]
        } else {
            join_all(now.iter().map(|part| run(context, part))).await
        };
        for (part, answer) in now.iter().zip(answers) {
            let (status, headers, body) = answer?;
            if !status.is_success() {
                failed.push(&part.id);
            }
            let mut response = json!({ "id": part.id, "status": status.as_u16(), "headers": headers });
            if let (Some(body), Some(members)) = (body, response.as_object_mut()) {
                members.insert("body".to_owned(), body);
            }
            responses.push(response);
        }
    }
    Ok(Reply::new(StatusCode::OK, Some(json!({ "responses": responses }))))
}

impl Part {
    fn is_free_read(&self) -> bool {
        self.method.eq_ignore_ascii_case("GET") && self.depends_on.is_empty()
    }
}

fn check(batch: &Batch) -> Result<(), Refusal> {
    if batch.requests.len() > LARGEST {
        let message = format!("Number of batch request steps exceeds the maximum value of {LARGEST}.");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "MaximumValueExceeded", message));
    }
    for (at, part) in batch.requests.iter().enumerate() {
        let earlier = &batch.requests[..at];
        if part.id.is_empty() || earlier.iter().any(|other| other.id == part.id) {
            return Err(Refusal::bad_request("The ids of a batch's requests must be unique and not empty."));
        }
        if part.depends_on.iter().any(|id| earlier.iter().all(|other| other.id != *id)) {
            return Err(Refusal::bad_request("A request may depend only on one that stands before it."));
        }
        let typed = part.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
        if part.body.is_some() && !typed {
            return Err(Refusal::bad_request("A request with a body needs the header Content-Type."));
        }
    }
    Ok(())
}

/// Runs one part. A fault that would end a connection can't do so here, and answers 504 instead.
async fn run(
    context: &Context<'_>,
    part: &Part,
) -> Result<(StatusCode, Map<String, Value>, Option<Value>), Refusal> {
    let call = context.call;
    let mut headers = HeaderMap::new();
    for name in ["authorization", "client-request-id"] {
        headers.extend(call.headers.get(name).map(|value| (HeaderName::from_static(name), value.clone())));
    }
    for (name, value) in &part.headers {
        let name = name.parse::<HeaderName>();
        let value = value.as_str().map(HeaderValue::from_str);
        if let (Ok(name), Some(Ok(value))) = (name, value) {
            headers.insert(name, value);
        }
    }
    let method: Method =
        part.method.parse().map_err(|_| Refusal::bad_request("Invalid batch payload format."))?;
    let raw = Raw {
        method,
        address: format!("/{}/{}", call.version.as_str(), part.url.trim_start_matches('/')),
        headers,
        body: part.body.as_ref().map(|body| Bytes::from(body.to_string())).unwrap_or_default(),
        origin: call.origin.clone(),
        batch: Some(part.id.clone()),
    };
    let outcome = serve::run(context.world, &raw).await;
    if matches!(outcome.fault, Some(FaultKind::ResetBefore | FaultKind::ResetAfter)) {
        return Ok((StatusCode::GATEWAY_TIMEOUT, Map::new(), None));
    }
    let reply = match outcome.answer {
        Ok(reply) => reply,
        Err(refusal) => {
            let date = context.tenant.now().to_string();
            let body = refusal.body(context.world.options.dialect, &date, &part.id);
            Reply::new(refusal.status, Some(body))
        }
    };
    let told = reply
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), Value::from(value.to_str().ok()?))));
    let mut headers: Map<String, Value> = told.collect();
    if reply.body.is_some() {
        headers.insert("Content-Type".to_owned(), "application/json".into());
    }
    Ok((reply.status, headers, reply.body))
}
