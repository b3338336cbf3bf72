//! From an HTTP request to its answer: token, faults, route, log.

use std::time::Duration;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{self, HeaderName},
    uri::Scheme,
};
use http_body_util::BodyExt;
use pim_embedded::seed::guid_of;
use serde_json::Value;

use crate::{
    call::{Answer, Call, Reply, Version, spelled},
    faults::FaultKind,
    listen::{Reset, cut},
    log::Logged,
    query::Query,
    refusal::Refusal,
    routes,
    tokens::Bearer,
    world::World,
};

/// The largest body that is read; no request of Graph's is near it.
const LARGEST_BODY: usize = 4 << 20;

/// A request before it is known to be sound.
#[derive(Clone, Debug)]
pub(crate) struct Raw {
    pub(crate) method: Method,
    /// Path and query, with the version.
    pub(crate) address: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) origin: String,
    /// The id inside a `$batch`.
    pub(crate) batch: Option<String>,
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    /// What goes wrong on the way back.
    pub(crate) fault: Option<FaultKind>,
}

/// Answers a request of the Graph port.
pub(crate) async fn answer(world: &World, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let authority = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let authority = authority.or_else(|| parts.uri.authority().map(ToString::to_string)).unwrap_or_default();
    let scheme = if world.options.tls { Scheme::HTTPS } else { Scheme::HTTP };
    let raw = Raw {
        method: parts.method,
        address: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        origin: format!("{scheme}://{authority}"),
        headers: parts.headers,
        body: match http_body_util::Limited::new(body, LARGEST_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => Bytes::new(),
        },
        batch: None,
    };
    let request_id = request_id(&raw, world);
    let outcome = run(world, &raw).await;
    respond(world, &raw, outcome, &request_id)
}

/// Carries a request out, unless a fault keeps it from being, and puts it on record.
pub(crate) async fn run(world: &World, raw: &Raw) -> Outcome {
    let bearer = bearer(world, &raw.headers);
    let (fault, hidden) = world.faults.take(&raw.method, &raw.address);
    if let Some(FaultKind::Slow { millis }) = &fault {
        tokio::time::sleep(Duration::from_millis(*millis)).await;
    }
    let kept = matches!(
        fault,
        Some(FaultKind::Throttle { .. } | FaultKind::Unavailable { .. } | FaultKind::ResetBefore)
    );
    let principal = bearer.as_ref().ok().map(|bearer| bearer.principal().clone());
    let answer = match (&fault, bearer) {
        (Some(FaultKind::Throttle { retry_after }), _) => Ok(overload(429, retry_after.as_deref())),
        (Some(FaultKind::Unavailable { retry_after }), _) => Ok(overload(503, retry_after.as_deref())),
        (Some(FaultKind::ResetBefore), _) => Ok(Reply::done()),
        (_, Err(refusal)) => Err(refusal),
        (_, Ok(bearer)) => match call(raw, bearer) {
            Ok(call) => Box::pin(routes::serve(world, &call)).await,
            Err(refusal) => Err(refusal),
        },
    };
    if let (Some(millis), Ok(Reply { made: Some(id), .. })) = (hidden, &answer) {
        world.faults.hide(id.clone(), millis);
    }
    let status = match &answer {
        Ok(reply) => reply.status,
        Err(refusal) => refusal.status,
    };
    let reset = matches!(fault, Some(FaultKind::ResetBefore | FaultKind::ResetAfter));
    world.log.add(Logged {
        at: world.tenant().now(),
        method: raw.method.to_string(),
        address: raw.address.clone(),
        principal,
        client_request_id: header_text(&raw.headers, "client-request-id"),
        body: serde_json::from_slice(&raw.body).ok(),
        status: (!reset).then(|| status.as_u16()),
        fault: fault
            .clone()
            .or(hidden.map(|millis| FaultKind::DelayedVisibility { millis }))
            .as_ref()
            .and_then(kind_of),
        took_effect: !kept && status.is_success(),
        batch: raw.batch.clone(),
    });
    Outcome { answer, fault }
}

/// The answer's headers and body as the service would send them.
fn respond(world: &World, raw: &Raw, outcome: Outcome, request_id: &str) -> Response {
    let mut reply = match outcome.answer {
        Ok(reply) => reply,
        Err(refusal) => {
            let date = world.tenant().now().to_string();
            let body = refusal.body(world.options.dialect, &date, request_id);
            let mut reply = Reply::new(refusal.status, Some(body));
            if refusal.status == StatusCode::UNAUTHORIZED {
                let challenge = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\"";
                reply.headers.push((header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge)));
            }
            reply
        }
    };
    match (&outcome.fault, &mut reply.body) {
        (Some(FaultKind::ForeignNextLink { origin }), Some(body)) => {
            lead(body, |link| link.replacen(&raw.origin, origin, 1));
        }
        (Some(FaultKind::DuplicatePage), Some(body)) => {
            lead(body, |_| format!("{}{}", raw.origin, raw.address));
        }
        _ => {}
    }
    let text = match &reply.body {
        None => Bytes::new(),
        Some(Value::String(text)) => Bytes::from(text.clone()),
        Some(body) => Bytes::from(serde_json::to_vec(body).unwrap_or_default()),
    };
    let body = match outcome.fault {
        Some(FaultKind::Truncate) => cut(&text),
        _ => Body::from(text),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    if matches!(outcome.fault, Some(FaultKind::ResetBefore | FaultKind::ResetAfter)) {
        response.extensions_mut().insert(Reset);
    }
    let headers = response.headers_mut();
    let kind = match &reply.body {
        None => None,
        Some(Value::String(_)) => Some("text/plain"),
        Some(_) => Some(
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
        ),
    };
    headers.extend(kind.map(|kind| (header::CONTENT_TYPE, HeaderValue::from_static(kind))));
    headers.extend(reply.headers);
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    for name in ["request-id", "client-request-id"] {
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(HeaderName::from_static(name), id);
        }
    }
    response
}

fn lead(body: &mut Value, to: impl Fn(&str) -> String) {
    if let Some(Value::String(link)) = body.get_mut("@odata.nextLink") {
        *link = to(link);
    }
}

/// The caller's own id for the request, or a new one.
fn request_id(raw: &Raw, world: &World) -> String {
    header_text(&raw.headers, "client-request-id").unwrap_or_else(|| {
        let made = guid_of(&format!("{} {}", raw.address, world.log.next()));
        pim_core::id::RequestId::from_guid(made).to_string()
    })
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn bearer(world: &World, headers: &HeaderMap) -> Result<Bearer, Refusal> {
    let refuse =
        |message: &str| Refusal::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message);
    let value = header_text(headers, "authorization").ok_or_else(|| refuse("Access token is empty."))?;
    let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or_else(|| refuse("Access token is empty."))?;
    world
        .tokens
        .read(token.trim(), world.tenant().now())
        .ok_or_else(|| refuse("Access token validation failure. Invalid token, or its lifetime is over."))
}

/// Reads address and query.
fn call(raw: &Raw, bearer: Bearer) -> Result<Call, Refusal> {
    let (path_text, query_text) = raw.address.split_once('?').unwrap_or((&raw.address, ""));
    let mut segments = path_text.split('/').filter(|segment| !segment.is_empty());
    let version = match segments.next().map(str::to_ascii_lowercase).as_deref() {
        Some("v1.0") => Version::V1,
        Some("beta") => Version::Beta,
        other => {
            let message = format!("Invalid version: {}", other.unwrap_or_default());
            return Err(Refusal::bad_request(message));
        }
    };
    let (mut path, mut on) = (Vec::new(), None);
    for segment in segments {
        let decoded = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
        let plain = decoded.strip_prefix("microsoft.graph.").unwrap_or(&decoded);
        match plain.split_once('(').map(|(name, rest)| (name, rest.trim_end_matches(')'))) {
            Some((name, argument)) if !name.is_empty() => {
                path.push(spelled(name).to_owned());
                match argument.split_once('=') {
                    Some((_, value)) => on = Some(value.trim().trim_matches('\'').to_owned()),
                    None => path.push(argument.trim_matches('\'').to_owned()),
                }
            }
            _ => path.push(spelled(&decoded).to_owned()),
        }
    }
    Ok(Call {
        method: raw.method.clone(),
        version,
        path,
        on,
        query: Query::parse(query_text)?,
        query_text: query_text.to_owned(),
        path_text: path_text.to_owned(),
        headers: raw.headers.clone(),
        body: raw.body.clone(),
        origin: raw.origin.clone(),
        bearer,
    })
}

/// Too many requests, or a service that is down.
fn overload(status: u16, retry_after: Option<&str>) -> Reply {
    let (code, message) = match status {
        429 => ("TooManyRequests", "Please retry again later."),
        _ => ("ServiceUnavailable", "The service is temporarily unavailable."),
    };
    let inner = serde_json::json!({ "code": status.to_string(), "message": "Please retry after", "status": status.to_string() });
    let body = serde_json::json!({ "error": { "code": code, "message": message, "innerError": inner } });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let mut reply = Reply::new(status, Some(body));
    if let Some(value) = retry_after.and_then(|text| HeaderValue::from_str(text).ok()) {
        reply.headers.push((header::RETRY_AFTER, value));
    }
    reply
}

fn kind_of(fault: &FaultKind) -> Option<String> {
    let written = serde_json::to_value(fault).ok()?;
    written.get("kind").and_then(Value::as_str).map(str::to_owned)
}
