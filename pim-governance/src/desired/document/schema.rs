//! The schema of a design, made from its types.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::desired::Design;

/// Keys that must be there although their fields have a default, which code needs and a file should not use.
const REQUIRED: &[(&str, &str)] = &[("/required", "version"), ("/$defs/ReviewDesign/required", "name")];

/// The schema, made once.
pub(in super::super) fn schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(make);
    &SCHEMA
}

fn make() -> Value {
    let settings = SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<Design>().to_value();
    tidy(&mut schema);
    if let Some(properties) = schema.pointer_mut("/properties").and_then(Value::as_object_mut) {
        let text = json!({ "type": "string", "description": "For editors: where the schema is." });
        properties.insert("$schema".to_owned(), text);
    }
    for (at, key) in REQUIRED {
        let (parent, _) = at.rsplit_once('/').unwrap_or_default();
        if let Some(parent) = schema.pointer_mut(parent).and_then(Value::as_object_mut) {
            parent.insert("required".to_owned(), json!([key]));
        }
    }
    schema
}

/// A key is left out, never null; and a default is told by the description, as it is not always the one of code.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            without_null(map);
            if map.get("default").is_some_and(|default| default.is_null() || default.is_object()) {
                map.remove("default");
            }
            map.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn without_null(map: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = map.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &**types {
            let only = only.clone();
            map.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(any)) = map.get_mut("anyOf") {
        any.retain(|choice| choice.get("type") != Some(&json!("null")));
        if any.len() == 1
            && let Some(Value::Object(only)) = any.pop()
        {
            map.remove("anyOf");
            for (key, value) in only {
                map.entry(key).or_insert(value);
            }
        }
    }
}
