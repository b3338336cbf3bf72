use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use pim_graph::endpoints::{Call, Filter, Query, Repeat, Root, Version};
use serde_json::Value;

use super::{
    Rule, Tally,
    routes::{Body, Found, find},
    sender,
};
use crate::corpus::{Outcome, Request, difference, options};

/// Builds the printed request and compares.
pub(super) fn judge(api: &str, printed: &Request, tally: &mut Tally) -> Outcome {
    if printed.path() == sender::BATCH {
        return sender::batch(printed);
    }
    match find(&printed.method, printed.path()) {
        Some(found) => built(api, printed, &found, tally).into(),
        None => Outcome::NotCovered(format!("the client has no {} {}", printed.method, printed.path())),
    }
}

fn built(api: &str, printed: &Request, found: &Found, tally: &mut Tally) -> Result<(), String> {
    let version = if api == "beta" { Version::Beta } else { Version::V1 };
    let place = found.place(version)?;
    let body = body(printed, found, tally)?;
    let wanted = wanted(printed, tally);
    let mut query = typed(&wanted);
    let level = printed.headers.get("consistencylevel");
    query.eventual = level.is_some();
    let root = Root::global();
    let call = match (found.route.method, &found.route.body, &body) {
        ("GET", ..) => place.read(&root, &query),
        ("DELETE", ..) => place.delete(&root),
        ("POST", Body::Shape(_), Some(body)) if found.route.is_act => {
            place.act_with(&root, body, Repeat::Never)
        }
        ("POST", Body::Shape(_), Some(body)) => place.create(&root, body),
        ("POST", ..) => place.act(&root, Repeat::Never),
        ("PUT", _, Some(body)) => place.replace(&root, body),
        (_, _, Some(body)) => place.update(&root, body),
        (_, _, None) => return Err("body: the client sends none".to_owned()),
    };
    let call = call.map_err(|error| error.to_string())?;
    same_address(&call, found, version, printed.path(), tally)?;
    let sent = options(call.request.uri().query().unwrap_or_default());
    if sent != wanted {
        return Err(format!("options: {sent:?}, printed are {wanted:?}"));
    }
    match level {
        Some(level) if call.request.headers()["consistencylevel"] != level => {
            return Err("headers: another ConsistencyLevel".to_owned());
        }
        _ => {}
    }
    let Some(body) = body else { return Ok(()) };
    let sent: Value = serde_json::from_slice(call.request.body()).map_err(|error| error.to_string())?;
    difference(&sent, &body.printed).map_or(Ok(()), |why| Err(format!("body {why}")))
}

/// What is sent, and what it is held against.
struct Sent {
    written: Value,
    printed: Value,
}

impl serde::Serialize for Sent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

/// The printed body, through the client's own type.
fn body(printed: &Request, found: &Found, tally: &mut Tally) -> Result<Option<Sent>, String> {
    let is_empty =
        |value: &Value| value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
    let Body::Shape(again) = &found.route.body else {
        return match &printed.body {
            Value::Null => Ok(None),
            body if is_empty(body) => {
                tally.rule(Rule::BodyLeftOut);
                Ok(None)
            }
            body => Err(format!("body $: the client sends none, printed is {body}")),
        };
    };
    let mut body = printed.body.clone();
    if body.is_null() {
        tally.rule(Rule::BodyLeftOut);
        body = Value::Object(serde_json::Map::new());
    }
    let written = match again(&body, &mut |_, _| {}) {
        Ok(written) => written,
        Err(why) => {
            // Only where the flag stands in the way: a text may well say "true".
            let mended = with_flags(&body).ok_or_else(|| format!("body {why}"))?;
            tally.rule(Rule::FlagAsText);
            body = mended;
            again(&body, &mut |_, _| {}).map_err(|why| format!("body {why}"))?
        }
    };
    Ok(Some(Sent { written, printed: body }))
}

fn same_address(
    call: &Call,
    found: &Found,
    version: Version,
    path: &str,
    tally: &mut Tally,
) -> Result<(), String> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let method = call.request.method().as_str();
    if method != found.route.method {
        return Err(format!("method: {method}, printed is {}", found.route.method));
    }
    if found.is_posted {
        tally.rule(Rule::PostForPatch);
    }
    let sent = decode(call.request.uri().path());
    let mut path = decode(path);
    if path.contains("/incident/") {
        tally.rule(Rule::MisspeltPath);
        path = path.replace("/incident/", "/alertIncidents/");
    }
    let own = match sent.strip_prefix("/v1.0") {
        Some(own) if version == Version::Beta => {
            tally.rule(Rule::BetaOfV1);
            own
        }
        Some(own) => own,
        None if version == Version::Beta => sent.strip_prefix("/beta").unwrap_or(&sent),
        None => return Err(format!("path: {sent}, printed is /v1.0{path}")),
    };
    if own == path {
        return Ok(());
    }
    if own.contains("/stages") && own.replace("/stages", "/steps") == path {
        tally.rule(Rule::StepsForStages);
        return Ok(());
    }
    Err(format!("path: {own}, printed is {path}"))
}

/// The printed options, as far as a caller writes them.
fn wanted(printed: &Request, tally: &mut Tally) -> BTreeMap<String, String> {
    let text = printed.url.split_once('?').map_or("", |(_, options)| options);
    let is_spelt = |option: &&str| option.starts_with(['$', '%']) && option.contains('=');
    for _ in text.split('&').filter(|option| !option.is_empty() && !is_spelt(option)) {
        tally.rule(Rule::MisspeltOption);
    }
    let mut options = printed.options();
    for token in ["$skiptoken", "$deltatoken"] {
        if options.remove(token).is_some() {
            tally.rule(Rule::LinkFollowed);
        }
    }
    options
}

/// The same with texts that say `true` or `false` as flags; `None` where there is none.
fn with_flags(body: &Value) -> Option<Value> {
    let mut mended = body.clone();
    let mut any = false;
    for value in mended.as_object_mut()?.values_mut() {
        let flag = value.as_str().and_then(|text| text.to_ascii_lowercase().parse().ok());
        if let Some(flag) = flag {
            (*value, any) = (Value::Bool(flag), true);
        }
    }
    any.then_some(mended)
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
            let is_plain = !member.contains([' ', '(']) && !value.contains('\'');
            is_plain.then(|| Filter::eq(member, value))
        })
        .collect();
    typed.and_then(Filter::all).unwrap_or_else(|| Filter::raw(text))
}
