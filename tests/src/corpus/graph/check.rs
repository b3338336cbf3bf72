use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use pim_graph::endpoints::{Call, Filter, Query, Repeat, Root, Version};
use serde_json::Value;

use super::{
    Extras,
    routes::{Body, Route, find},
};
use crate::corpus::{Example, Outcome, Request, difference, options};

/// Builds the printed request and compares.
pub(super) fn request(example: &Example) -> Outcome {
    let Some(printed) = &example.request else {
        return Outcome::NotCovered("no request is printed".to_owned());
    };
    match find(&printed.method, printed.path()) {
        Some((route, ids)) => built(&example.api, printed, route, &ids).into(),
        None => unrouted(printed),
    }
}

/// Reads the printed response, writes it again and compares.
pub(super) fn response(example: &Example, extras: &mut Extras) -> Outcome {
    let Some(response) = &example.response else {
        return Outcome::NotCovered("no response is printed".to_owned());
    };
    if !response.body["error"].is_null() {
        return Outcome::NotCovered("an error, read by the sender".to_owned());
    }
    let Some(request) = &example.request else {
        return Outcome::NotCovered(
            "no request is printed, so that the kind of answer is unknown".to_owned(),
        );
    };
    let Some((route, _)) = find(&request.method, request.path()) else { return unrouted(request) };
    let Some(shape) = route.answer else {
        return Outcome::NotCovered("an answer that is not JSON".to_owned());
    };
    let mut found = |shape: &str, member: &str| {
        if !member.contains('@') {
            *extras.entry((shape.to_owned(), member.to_owned())).or_insert(0) += 1;
        }
    };
    let mut body = response.body.clone();
    // A fragment of a page may leave out its elements.
    if example.is_fragment
        && let Some(page) = body.as_object_mut()
    {
        page.entry("value").or_insert_with(|| Value::Array(Vec::new()));
    }
    match shape(&body, &mut found) {
        Ok(written) => difference(&written, &body).map_or(Outcome::Passed, Outcome::Failed),
        Err(why) => Outcome::Failed(why),
    }
}

fn unrouted(request: &Request) -> Outcome {
    Outcome::NotCovered(format!("the client has no {} {}", request.method, request.path()))
}

fn built(api: &str, printed: &Request, route: &Route, ids: &[String]) -> Result<(), String> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let place = (route.place)(&ids)?;
    let body = mended(&printed.body);
    let options = printed.options();
    let mut query = typed(&options);
    let level = printed.headers.get("consistencylevel");
    query.eventual = level.is_some();
    let root = Root::global();
    let call = match (route.method, &route.body) {
        ("GET", _) => place.read(&root, &query),
        ("DELETE", _) => place.delete(&root),
        (_, Body::None) if route.method == "POST" => place.act(&root, Repeat::Never),
        (method, Body::Shape(shape)) => {
            let body = shape(&body, &mut |_, _| {})?;
            match method {
                "POST" => place.create(&root, &body),
                "PUT" => place.replace(&root, &body),
                _ => place.update(&root, &body),
            }
        }
        (_, Body::None) => return Err("the route has no body".into()),
    };
    let call = call.map_err(|error| error.to_string())?;
    compare(&call, route, api, printed.path(), &options, &body)?;
    match level {
        Some(level) if call.request.headers()["consistencylevel"] != level => Err("ConsistencyLevel".into()),
        _ => Ok(()),
    }
}

fn compare(
    call: &Call,
    route: &Route,
    api: &str,
    path: &str,
    options: &BTreeMap<String, String>,
    body: &Value,
) -> Result<(), String> {
    let uri = call.request.uri();
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    if call.request.method() != route.method {
        return Err(format!("method {}", call.request.method()));
    }
    let version = match api {
        "beta" => Version::Beta,
        _ => Version::V1,
    };
    // A page of beta may show what v1.0 has as well, and some show it with v1.0 in their answers.
    let path = path.replace("/incident/", "/alertIncidents/");
    let prefixes: &[&str] = if version == Version::Beta { &["/beta", "/v1.0"] } else { &["/v1.0"] };
    let sent = decode(uri.path());
    if !prefixes.iter().any(|prefix| sent.strip_prefix(prefix) == Some(&*path)) {
        return Err(format!("path {sent} instead of {path} ({api})"));
    }
    let sent = self::options(uri.query().unwrap_or_default());
    if sent != *options {
        return Err(format!("options {sent:?} instead of {options:?}"));
    }
    if matches!(route.body, Body::Shape(_)) {
        let sent: Value = serde_json::from_slice(call.request.body()).map_err(|e| e.to_string())?;
        if let Some(why) = difference(&sent, body) {
            return Err(why);
        }
    }
    Ok(())
}

/// Two printing errors put right: a flag written as text, and a body left out.
fn mended(body: &Value) -> Value {
    match body {
        Value::Null => Value::Object(serde_json::Map::new()),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let flag = value.as_str().and_then(|text| text.to_ascii_lowercase().parse().ok());
                (name.clone(), flag.map_or_else(|| value.clone(), Value::Bool))
            })
            .collect(),
        other => other.clone(),
    }
}

/// The options as callers of the endpoints write them.
fn typed(options: &BTreeMap<String, String>) -> Query {
    let get = |name: &str| options.get(name).cloned();
    let list = |name: &str| get(name).map_or_else(Vec::new, |text| vec![text.into()]);
    let number = |name: &str| get(name).and_then(|text| text.parse().ok());
    Query {
        filter: get("$filter").map(|text| filter(&text)),
        select: list("$select"),
        expand: list("$expand"),
        order: get("$orderby").map(Into::into),
        search: get("$search").map(Into::into),
        top: number("$top"),
        skip: number("$skip"),
        count: get("$count").is_some(),
        eventual: false,
    }
}

/// Chains of `member eq 'text'` through the typed constructors, anything else as it is.
fn filter(text: &str) -> Filter {
    let typed: Option<Vec<_>> = text
        .split(" and ")
        .map(|part| {
            let (member, value) = part.split_once(" eq ")?;
            let value = value.strip_prefix('\'')?.strip_suffix('\'')?;
            (!member.contains(' ') && !member.contains('(')).then(|| Filter::eq(member, value))
        })
        .collect();
    typed.and_then(Filter::all).unwrap_or_else(|| Filter::raw(text))
}
