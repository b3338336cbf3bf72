//! Reviews in the words in which they were asked for, which the engine does not keep.

use serde_json::{Map, Value, json};

use super::review::pattern;
use crate::body;

/// What of a definition is kept in the words in which it was asked for.
pub(crate) fn text(id: &str, asked: &Map<String, Value>) -> Value {
    let mut text = json!({ "id": id });
    for (name, value) in asked {
        let value = match name.as_str() {
            "descriptionForAdmins" | "descriptionForReviewers" | "additionalNotificationRecipients" => {
                value.clone()
            }
            "scope" | "instanceEnumerationScope" => scoped(value),
            "reviewers" | "fallbackReviewers" => each(value, reviewer),
            "stageSettings" => each(value, |stage| {
                let mut stage = stage.clone();
                for name in ["reviewers", "fallbackReviewers"] {
                    let list =
                        stage.get(name).filter(|list| list.is_array()).map(|list| each(list, reviewer));
                    list.into_iter().for_each(|list| body::set(&mut stage, name, list));
                }
                stage
            }),
            "settings" => value.clone(),
            _ => continue,
        };
        body::set(&mut text, name, value);
    }
    text
}

/// Puts the words of a definition over what the engine makes of it.
pub(crate) fn reword(object: &mut Value, text: &Value) {
    for (name, value) in text.as_object().into_iter().flatten() {
        match (name.as_str(), value.as_object()) {
            ("id", _) => {}
            ("settings", Some(settings)) => {
                let mut settings = settings.clone();
                // Days are told without the time that may have been sent with them.
                if let Some(range) = settings.get_mut("recurrence").and_then(|all| all.get_mut("range")) {
                    let day =
                        body::text(range, "/startDate").and_then(|text| text.get(..10)).map(str::to_owned);
                    day.into_iter().for_each(|day| body::set(range, "startDate", day));
                }
                let own = object.get_mut("settings");
                own.into_iter().for_each(|own| {
                    let asked = settings.get("recurrence").is_some_and(|all| all["pattern"].is_object());
                    let blank = own.pointer_mut("/recurrence/pattern").filter(|own| asked && own.is_null());
                    blank.into_iter().for_each(|own| *own = pattern("weekly", 1));
                    body::merge(own, &settings);
                });
            }
            _ => body::set(object, name, value.clone()),
        }
    }
}

/// The same for an instance, whose queries carry a version.
pub(crate) fn reword_instance(object: &mut Value, text: &Value) {
    for name in ["scope", "reviewers", "fallbackReviewers"] {
        if let Some(value) = text.get(name).filter(|value| !value.is_null()) {
            body::set(object, name, versioned(value));
        }
    }
}

fn each(list: &Value, change: impl Fn(&Value) -> Value) -> Value {
    list.as_array().into_iter().flatten().map(change).collect()
}

/// Reviewers show a root even where none was sent, and nothing that reviewers do not have.
fn reviewer(one: &Value) -> Value {
    json!({ "query": one.get("query"), "queryType": one.get("queryType"), "queryRoot": one.get("queryRoot") })
}

/// A scope with the type and the root that go without saying.
fn scoped(scope: &Value) -> Value {
    let mut scope = scope.clone();
    for name in ["principalScopes", "resourceScopes"] {
        let list = scope.get(name).filter(|list| list.is_array()).map(|list| each(list, scoped));
        list.into_iter().for_each(|list| body::set(&mut scope, name, list));
    }
    if scope.get("query").is_some() {
        for (name, value) in
            [("@odata.type", "#microsoft.graph.accessReviewQueryScope".into()), ("queryRoot", Value::Null)]
        {
            if scope.get(name).is_none() {
                body::set(&mut scope, name, value);
            }
        }
    }
    scope
}

fn versioned(value: &Value) -> Value {
    match value {
        Value::Array(all) => all.iter().map(versioned).collect(),
        Value::Object(members) => {
            let changed = members.iter().map(|(name, value)| {
                let value = match (name.as_str(), value.as_str()) {
                    ("query", Some(query)) if query.starts_with('/') && !query.starts_with("/v1.0") => {
                        let version = if query.starts_with("/roleManagement") { "/beta" } else { "/v1.0" };
                        Value::from(format!("{version}{query}"))
                    }
                    _ => versioned(value),
                };
                (name.clone(), value)
            });
            Value::Object(changed.collect())
        }
        other => other.clone(),
    }
}
