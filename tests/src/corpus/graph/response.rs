use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Rule, Tally,
    routes::{Found, find},
    sender,
};
use crate::corpus::{Example, Outcome, Schema, difference, schema::Member};

/// Reads the printed response, writes it again and compares.
pub(super) fn judge(example: &Example, schema: Option<&Schema>, tally: &mut Tally) -> Outcome {
    let Some(response) = &example.response else {
        return Outcome::NotCovered("no response is printed".to_owned());
    };
    if response.body["error"].is_object() {
        return sender::error(response).into();
    }
    let Some(request) = &example.request else {
        return Outcome::NotCovered("an answer without a request, so that its kind is unknown".to_owned());
    };
    if request.path() == sender::BATCH {
        return sender::answers(request, response).into();
    }
    let Some(Found { route, is_count, .. }) = find(&request.method, request.path()) else {
        return Outcome::NotCovered(format!("the client has no {} {}", request.method, request.path()));
    };
    if is_count {
        return number(&response.body).into();
    }
    let Some(answer) = &route.answer else {
        return Outcome::Failed("$: the client expects no body".to_owned());
    };
    let mut body = response.body.clone();
    if example.is_fragment && answer.is_list && body.get("value").is_none() && body.is_object() {
        tally.rule(Rule::FragmentOfList);
        body["value"] = Value::Array(Vec::new());
    }
    let mut extras = Vec::new();
    let mut found = |shape: &str, member: &str| {
        if !member.contains('@') {
            extras.push((shape.to_owned(), member.to_owned()));
        }
    };
    let again = if is_other_form(&body, answer.is_list) {
        tally.rule(Rule::OtherForm);
        answer.other
    } else {
        answer.again
    };
    let written = match again(&body, &mut found) {
        Ok(written) => written,
        Err(why) => return Outcome::Failed(why),
    };
    let declared = declared(answer.of, &body, schema);
    for extra in extras {
        let is_declared = declared.contains(&extra.1);
        let kind = if is_declared { &mut tally.declared } else { &mut tally.others };
        *kind.entry(extra).or_default() += 1;
    }
    difference(&written, &body).map_or(Outcome::Passed, Outcome::Failed)
}

/// Whether one object is printed for a list, or a list for one object. Only what has an id passes for an object.
fn is_other_form(body: &Value, is_list: bool) -> bool {
    match body.get("value") {
        Some(value) if is_list => value["id"].is_string(),
        None if is_list => body["id"].is_string(),
        value => value.is_some_and(Value::is_array),
    }
}

/// The names of members of this answer that the schema declares where they stand.
fn declared(of: &str, body: &Value, schema: Option<&Schema>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let inner = body.get("value").filter(|value| value.is_array() || value.is_object()).unwrap_or(body);
    if let Some(schema) = schema {
        schema.walk(of, inner, &mut |step| {
            if step.member != Member::Undeclared {
                names.insert(step.name.to_owned());
            }
        });
    }
    names
}

/// `$count` answers a plain number.
fn number(body: &Value) -> Result<(), String> {
    let is_number = body.is_u64() || body.as_str().is_some_and(|text| text.trim().parse::<u64>().is_ok());
    if is_number { Ok(()) } else { Err("$: a count is a number".to_owned()) }
}
