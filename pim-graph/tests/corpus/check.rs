use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use pim_graph::endpoints::{Call, Filter, Query, Repeat, Root, Version};
use serde_json::Value;

use crate::routes::{Body, Route, find};

/// What became of one side of one example.
#[derive(Debug)]
pub(crate) enum Row {
    Passed,
    Failed(String),
    NotCovered(&'static str),
}

/// Builds the printed request and compares.
pub(crate) fn request(api: &str, printed: &Value) -> Row {
    let Some((route, ids)) = route(printed) else { return Row::NotCovered(reason(printed)) };
    match built(api, printed, route, &ids) {
        Ok(()) => Row::Passed,
        Err(why) => Row::Failed(why),
    }
}

/// Reads the printed response, writes it again and compares.
pub(crate) fn response(
    request: &Value,
    response: &Value,
    is_fragment: bool,
    undeclared: &mut BTreeMap<(String, String), usize>,
) -> Row {
    let body = &response["body"];
    if !body["error"].is_null() {
        return Row::NotCovered("an error, read by the sender");
    }
    let Some((route, _)) = route(request) else { return Row::NotCovered(reason(request)) };
    let Some(shape) = route.answer else { return Row::NotCovered("an answer that is not JSON") };
    let mut found = |shape: &str, member: &str| {
        if !member.contains('@') {
            *undeclared.entry((shape.to_owned(), member.to_owned())).or_insert(0) += 1;
        }
    };
    let mut body = body.clone();
    // A fragment of a page may leave out its elements.
    if is_fragment && let Some(page) = body.as_object_mut() {
        page.entry("value").or_insert_with(|| Value::Array(Vec::new()));
    }
    match shape(&body, &mut found) {
        Ok(written) => same(&written, &body),
        Err(why) => Row::Failed(why),
    }
}

fn reason(request: &Value) -> &'static str {
    let url = request["url"].as_str().unwrap_or_default();
    if url.contains("$batch") {
        "batches are the sender's"
    } else if url.is_empty() {
        "a page without a request"
    } else {
        "no capability needs this path"
    }
}

fn route(printed: &Value) -> Option<(&'static Route, Vec<String>)> {
    let url = printed["url"].as_str()?;
    let path = url.split('?').next()?;
    // One page prints a slash at the end of its path; the service takes both forms.
    find(printed["method"].as_str()?, path.trim_end_matches('/'))
}

fn built(api: &str, printed: &Value, route: &Route, ids: &[String]) -> Result<(), String> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let place = (route.place)(&ids);
    let url = printed["url"].as_str().unwrap_or_default();
    let body = mended(&printed["body"]);
    let (path, options) = url.split_once('?').unwrap_or((url, ""));
    let options = parse(options);
    let mut query = typed(&options);
    let header = |name: &str| {
        let headers = printed["headers"].as_object()?;
        headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1.as_str()
    };
    query.eventual = header("ConsistencyLevel").is_some();
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
    compare(&call, route, api, path.trim_end_matches('/'), &options, &body)?;
    match header("ConsistencyLevel") {
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
    let sent = parse(uri.query().unwrap_or_default());
    if sent != *options {
        return Err(format!("options {sent:?} instead of {options:?}"));
    }
    if matches!(route.body, Body::Shape(_)) {
        let sent: Value = serde_json::from_slice(call.request.body()).map_err(|e| e.to_string())?;
        if let Row::Failed(why) = same(&sent, body) {
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

/// Name and decoded value of every option. What has no value is a printing error and is left out.
fn parse(options: &str) -> BTreeMap<String, String> {
    options
        .split('&')
        .filter_map(|option| option.split_once('='))
        .map(|(name, value)| {
            let name = if name.starts_with('$') { name.to_owned() } else { format!("${name}") };
            (name, percent_decode_str(value).decode_utf8_lossy().into_owned())
        })
        .collect()
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

/// Equal, or the place of the first difference.
pub(crate) fn same(ours: &Value, theirs: &Value) -> Row {
    fn walk(ours: &Value, theirs: &Value, at: &str) -> Option<String> {
        match (ours, theirs) {
            (Value::Object(a), Value::Object(b)) => a.keys().chain(b.keys()).find_map(|key| {
                let none = Value::String("(absent)".into());
                walk(a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none), &format!("{at}.{key}"))
            }),
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                a.iter().zip(b).enumerate().find_map(|(n, (a, b))| walk(a, b, &format!("{at}[{n}]")))
            }
            _ => (ours != theirs).then(|| format!("{at}: wrote {ours}, printed is {theirs}")),
        }
    }
    walk(ours, theirs, "").map_or(Row::Passed, Row::Failed)
}
