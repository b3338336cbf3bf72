//! What the sender below the client does by itself: batches, and the reading of errors.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use pim_http::{
    odata::{BatchOptions, ServiceError, send_batch},
    pipeline::{Call, Service, ServiceOptions},
    retry::{RetryOptions, retry_after},
    transport::{Answer, ScriptedTransport},
};
use serde_json::{Value, json};

use crate::{
    GraphHarness, NOW,
    corpus::{Outcome, Request, Response, difference},
};

/// The path of batches.
pub(super) const BATCH: &str = "/$batch";

/// Sends the printed parts and compares what went out. The ids of parts are the sender's own.
pub(super) fn batch(printed: &Request) -> Outcome {
    let parts = printed.body["requests"].as_array().map(Vec::as_slice).unwrap_or_default();
    if parts.iter().any(|part| part.get("dependsOn").is_some()) {
        return Outcome::NotCovered("the client's parts stand alone: it sends no `dependsOn`".to_owned());
    }
    let calls: Result<Vec<Call>, String> = parts.iter().map(call).collect();
    calls
        .and_then(|calls| {
            let transport = ScriptedTransport::new([Answer::json(200, r#"{"responses":[]}"#)]);
            sent(&transport, calls);
            let seen = transport.seen();
            let sent = seen.first().ok_or("body: nothing was sent")?;
            if (sent.request.method(), sent.request.uri().path()) != (&Method::POST, "/v1.0/$batch") {
                return Err(format!("path: {} {}", sent.request.method(), sent.request.uri()));
            }
            let body: Value =
                serde_json::from_slice(sent.request.body()).map_err(|error| error.to_string())?;
            difference(&plain(&body["requests"]), &plain(&printed.body["requests"]))
                .map_or(Ok(()), |why| Err(format!("body.requests {why}")))
        })
        .into()
}

/// Gives the sender the printed answers and compares what each part got.
pub(super) fn answers(request: &Request, printed: &Response) -> Result<(), String> {
    let empty = Vec::new();
    let parts = request.body["requests"].as_array().unwrap_or(&empty);
    let answers = printed.body["responses"].as_array().ok_or("$.responses: no list of answers")?;
    let mut numbered = answers.clone();
    for answer in &mut numbered {
        let place = parts.iter().position(|part| part["id"] == answer["id"]);
        answer["id"] = place.ok_or("$.responses: an answer to no part")?.to_string().into();
    }
    let body = json!({ "responses": numbered }).to_string();
    let transport = ScriptedTransport::new([Answer::json(200, body)]);
    let calls = parts.iter().map(call).collect::<Result<Vec<_>, _>>()?;
    let replies = sent(&transport, calls);
    for (n, answer) in numbered.iter().enumerate() {
        let place: usize = answer["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
        let at = format!("$.responses[{n}]");
        match replies.get(place) {
            Some(Ok(reply)) => {
                if Some(u64::from(reply.status.as_u16())) != answer["status"].as_u64() {
                    return Err(format!("{at}.status: {}, printed is {}", reply.status, answer["status"]));
                }
                let body = if reply.body.is_empty() {
                    Value::Null
                } else {
                    reply.json().map_err(|e| e.to_string())?
                };
                if let Some(why) = difference(&body, &answer["body"]) {
                    return Err(format!("{at}.body {why}"));
                }
            }
            // Refusals that ask for another try end as errors.
            Some(Err(_))
                if answer["status"].as_u64().is_some_and(|status| status == 429 || status >= 500) => {}
            Some(Err(error)) => return Err(format!("{at}: {error}")),
            None => return Err(format!("{at}: no reply")),
        }
    }
    Ok(())
}

/// Reads a printed error and compares what the client tells of it.
pub(super) fn error(printed: &Response) -> Result<(), String> {
    let status = printed
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::BAD_REQUEST);
    let mut headers = HeaderMap::new();
    for (name, value) in &printed.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            headers.insert(name, value);
        }
    }
    let read = ServiceError::read(status, &headers, printed.body.to_string().as_bytes());
    let body = &printed.body["error"];
    let message = body["message"].as_str().unwrap_or_default();
    // An error within the message of another is taken out of it.
    let wrapped: Option<Value> = serde_json::from_str(message).ok().filter(Value::is_object);
    let inner = wrapped.as_ref().map(|wrapped| wrapped.get("error").unwrap_or(wrapped)).unwrap_or(body);
    let code = inner["errorCode"].as_str().or(inner["code"].as_str()).or(body["code"].as_str());
    if read.code.as_deref() != code.filter(|code| !code.is_empty()) {
        return Err(format!("$.error.code: {:?}, printed is {code:?}", read.code));
    }
    if wrapped.is_none() && **read.message.expose() != *message {
        return Err("$.error.message: another".to_owned());
    }
    if headers.contains_key("retry-after") && retry_after(&headers, NOW).is_none() {
        return Err("headers.Retry-After: not understood".to_owned());
    }
    Ok(())
}

fn sent(
    transport: &ScriptedTransport,
    calls: Vec<Call>,
) -> Vec<pim_core::error::Result<pim_http::pipeline::Reply>> {
    let retry = RetryOptions { failures: 0, refusals: 0, ..RetryOptions::default() };
    let options = ServiceOptions { retry, ..ServiceOptions::default() };
    let endpoint = "https://graph.microsoft.com".parse().expect("an address");
    let service = Service::anonymous(endpoint, Arc::new(transport.clone()), options);
    let _runtime = GraphHarness::enter();
    futures::executor::block_on(send_batch(&service, "/v1.0/$batch", calls, BatchOptions::default()))
}

fn call(part: &Value) -> Result<Call, String> {
    let method = part["method"].as_str().and_then(|method| method.to_ascii_uppercase().parse().ok());
    let method: Method = method.ok_or("body.requests: a part without a method")?;
    let url = part["url"].as_str().ok_or("body.requests: a part without an address")?;
    let body = part.get("body").map_or_else(String::new, Value::to_string);
    let mut call = Call::write(method, url, body).idempotent();
    for (name, value) in part["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        let value = HeaderValue::from_str(value.as_str().unwrap_or_default());
        call = call.header(name, value.map_err(|error| error.to_string())?);
    }
    Ok(call)
}

/// Without ids, and with the names of headers in lower case.
fn plain(parts: &Value) -> Value {
    let plain = |part: &Value| {
        let mut part = part.clone();
        if let Some(members) = part.as_object_mut() {
            members.remove("id");
            if let Some(Value::Object(headers)) = members.get_mut("headers") {
                *headers =
                    std::mem::take(headers).into_iter().map(|(k, v)| (k.to_ascii_lowercase(), v)).collect();
            }
        }
        part
    };
    parts.as_array().into_iter().flatten().map(plain).collect()
}
