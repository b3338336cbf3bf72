//! A document held against the schema: every fault at once, each in words.

use std::collections::HashMap;

use serde_json::Value;

use super::{Body, Mark, Node, join, schema::schema, words};
use crate::desired::{
    design::values,
    fault::{DesignFault, FaultKind},
};

/// What is wrong with a document, with the mark of each fault.
pub(in super::super) fn check(node: &Node) -> Vec<(Mark, DesignFault)> {
    let mut check = Check { faults: Vec::new() };
    // Another version follows other rules: nothing more can be said about it.
    if let Body::Map(members) = &node.body
        && let Some(version) = members.iter().find(|member| member.key == "version")
        && !matches!(version.value.body, Body::Integer(1))
    {
        let message = "expected 1, the version of the format that is read here";
        check.fault(version.value.mark, FaultKind::Value, "version", message.to_owned());
        return check.faults;
    }
    check.value(node, schema(), "");
    check.faults
}

struct Check {
    faults: Vec<(Mark, DesignFault)>,
}

impl Check {
    fn value(&mut self, node: &Node, schema: &Value, path: &str) {
        let schema = follow(schema);
        if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
            return self.choice(node, choices, path);
        }
        if let Some(words) = legal_words(schema) {
            return self.word(node, &words, path);
        }
        let wanted = schema.get("type").and_then(Value::as_str).unwrap_or_default();
        match (wanted, &node.body) {
            ("object", Body::Map(_)) => self.map(node, schema, path),
            ("array", Body::List(items)) => {
                let of = schema.get("items").unwrap_or(&Value::Null);
                for (at, item) in items.iter().enumerate() {
                    self.value(item, of, &format!("{path}[{at}]"));
                }
            }
            ("string", Body::Text(text)) => self.text(node, text, schema, path),
            ("integer", Body::Integer(value)) => self.integer(node, *value, schema, path),
            ("boolean", Body::Bool(_)) => {}
            _ => self.mistyped(node, &named(schema), path),
        }
    }

    /// One of several forms, which differ in their type.
    fn choice(&mut self, node: &Node, choices: &[Value], path: &str) {
        let fits = |choice: &&Value| {
            let wanted = follow(choice).get("type").and_then(Value::as_str);
            matches!(
                (wanted, &node.body),
                (Some("string"), Body::Text(_))
                    | (Some("object"), Body::Map(_))
                    | (Some("array"), Body::List(_))
            )
        };
        match choices.iter().find(fits) {
            Some(choice) => self.value(node, choice, path),
            None => {
                let all: Vec<_> = choices.iter().map(|choice| named(follow(choice))).collect();
                self.mistyped(node, &all.join(", or "), path);
            }
        }
    }

    fn map(&mut self, node: &Node, schema: &Value, path: &str) {
        let Body::Map(members) = &node.body else { return };
        let none = serde_json::Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        let mut seen: HashMap<&str, Mark> = HashMap::new();
        for member in members {
            let at = join(path, &member.key);
            if let Some((line, column)) = seen.insert(&member.key, member.mark) {
                let message =
                    format!("this key is there twice; the other one is at line {line}, column {column}");
                self.fault(member.mark, FaultKind::DuplicateKey, &at, message);
            }
            match properties.get(&member.key).or(others) {
                Some(of) => self.value(&member.value, of, &at),
                None => self.unknown_key(&member.key, member.mark, properties.keys(), path),
            }
        }
        for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            let Some(key) = key.as_str().filter(|key| !seen.contains_key(key)) else { continue };
            let message = format!("the key `{key}` is missing");
            self.fault(node.mark, FaultKind::MissingKey, path, message);
        }
    }

    fn unknown_key<'a>(
        &mut self,
        key: &str,
        mark: Mark,
        known: impl Iterator<Item = &'a String>,
        path: &str,
    ) {
        let known: Vec<_> = known.map(String::as_str).filter(|key| !key.starts_with('$')).collect();
        let quoted = words::quote(key);
        let (message, near) = advise(&format!("there is no key {quoted} here"), key, &known);
        let mut fault = DesignFault::new(FaultKind::UnknownKey, join(path, key), message);
        fault.candidates.extend(near);
        self.faults.push((mark, fault));
    }

    fn word(&mut self, node: &Node, legal: &[&str], path: &str) {
        let Body::Text(text) = &node.body else {
            let expected = format!("one of {}", legal.join(", "));
            return self.mistyped(node, &expected, path);
        };
        if legal.contains(&text.as_str()) {
            return;
        }
        let (message, near) = advise(&format!("{} is not a word for this", words::quote(text)), text, legal);
        let mut fault = DesignFault::new(FaultKind::Value, path, message);
        fault.candidates.extend(near);
        self.faults.push((node.mark, fault));
    }

    fn text(&mut self, node: &Node, text: &str, schema: &Value, path: &str) {
        let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(0);
        let most = schema.get("maxLength").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let length = text.chars().count() as u64;
        if length < least || (least > 0 && text.trim().is_empty()) {
            return self.fault(
                node.mark,
                FaultKind::Value,
                path,
                "is empty; write a name or an id".to_owned(),
            );
        }
        if length > most {
            let message = format!("is longer than {most} characters");
            return self.fault(node.mark, FaultKind::Value, path, message);
        }
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        if let Err(expected) = values::check(format, text) {
            self.fault(node.mark, FaultKind::Value, path, format!("expected {expected}"));
        }
    }

    fn integer(&mut self, node: &Node, value: i64, schema: &Value, path: &str) {
        let bound = |name: &str, open: i64| schema.get(name).and_then(Value::as_i64).unwrap_or(open);
        let (least, most) = (bound("minimum", 0), bound("maximum", u32::MAX.into()));
        if !(least..=most).contains(&value) {
            let message = format!("expected a number from {least} to {most}");
            self.fault(node.mark, FaultKind::Value, path, message);
        }
    }

    fn mistyped(&mut self, node: &Node, expected: &str, path: &str) {
        let advice = match (&node.body, expected) {
            (Body::Null, _) => "; leave the key out, or write a value",
            (Body::Text(_), "true or false") => "; without quotes",
            (Body::Number(_), "a whole number") => " that is not whole",
            (Body::Bool(_) | Body::Integer(_) | Body::Number(_), "text") => "; put it in quotes",
            (Body::Text(_), "a list") => "; write [ ... ], or one item on each line after `- `",
            _ => "",
        };
        let message = format!("expected {expected}, found {}{advice}", node.kind());
        self.fault(node.mark, FaultKind::Value, path, message);
    }

    fn fault(&mut self, mark: Mark, kind: FaultKind, path: &str, message: String) {
        self.faults.push((mark, DesignFault::new(kind, path, message)));
    }
}

/// What a schema stands for. References lead into the same schema and are never circular.
fn follow(mut of: &Value) -> &Value {
    while let Some(target) = of.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) {
        match schema().pointer(target) {
            Some(next) => of = next,
            None => break,
        }
    }
    of
}

/// The words among which a value chooses, if it does.
fn legal_words(schema: &Value) -> Option<Vec<&str>> {
    let of = |list: &'static str| schema.get(list).and_then(Value::as_array);
    if let Some(words) = of("enum") {
        return Some(words.iter().filter_map(Value::as_str).collect());
    }
    let words = of("oneOf")?.iter().filter_map(|choice| match choice.get("const") {
        Some(word) => word.as_str().map(|word| vec![word]),
        None => legal_words(choice),
    });
    Some(words.flatten().collect())
}

/// What a schema asks for, in words.
fn named(schema: &Value) -> String {
    let example = schema.pointer("/examples/0").and_then(Value::as_str);
    match (schema.get("type").and_then(Value::as_str), example) {
        (Some("object"), _) => "keys with values".to_owned(),
        (Some("array"), _) => "a list".to_owned(),
        (Some("integer"), _) => "a whole number".to_owned(),
        (Some("boolean"), _) => "true or false".to_owned(),
        (_, Some(example)) => format!("text such as {example}"),
        _ => "text".to_owned(),
    }
}

/// A message with what there is, or with what was meant.
fn advise(wrong: &str, word: &str, legal: &[&str]) -> (String, Option<String>) {
    let near = words::nearest(word, legal.iter().copied());
    let message = match near {
        Some(near) => format!("{wrong}; did you mean `{near}`?"),
        None => format!("{wrong}; there are: {}", legal.join(", ")),
    };
    (message, near.map(str::to_owned))
}
