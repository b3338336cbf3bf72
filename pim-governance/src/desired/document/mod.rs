//! A document with the place of everything in it, whether it was YAML or JSON.
//!
//! serde stops at the first fault and forgets places. So a text becomes a tree first; the tree is held against
//! the schema, which tells all faults at once; and only a tree without fault becomes a design.

pub(super) mod check;
pub(super) mod json;
pub(super) mod schema;
pub(crate) mod words;
pub(super) mod write;
pub(super) mod yaml;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

/// Deeper than any design, and shallow enough for every stack.
pub(crate) const DEEPEST: usize = 32;
/// More values than any design has; what aliases repeat counts each time.
pub(super) const MOST_NODES: usize = 1_000_000;

/// Line and column, from 1.
pub(crate) type Mark = (usize, usize);

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) mark: Mark,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Null,
    Bool(bool),
    Integer(i64),
    /// A number that is no integer, or out of range, as it was written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Member>),
}

/// A member of a map; `mark` is where its key stands.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) mark: Mark,
    pub(crate) value: Node,
}

/// Why a text is no document.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    pub(super) mark: Mark,
    pub(super) message: String,
}

impl Node {
    pub(crate) const fn new(mark: Mark, body: Body) -> Self {
        Self { mark, body }
    }

    /// What it is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.body {
            Body::Null => "nothing",
            Body::Bool(_) => "true or false",
            Body::Integer(_) | Body::Number(_) => "a number",
            Body::Text(_) => "text",
            Body::List(_) => "a list",
            Body::Map(_) => "keys with values",
        }
    }

    /// The same without places. Keys are unique once the tree was checked.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match &self.body {
            Body::Null => serde_json::Value::Null,
            Body::Bool(value) => (*value).into(),
            Body::Integer(value) => (*value).into(),
            Body::Number(text) | Body::Text(text) => text.as_str().into(),
            Body::List(items) => items.iter().map(Self::to_json).collect(),
            Body::Map(members) => {
                members.iter().map(|member| (member.key.clone(), member.value.to_json())).collect()
            }
        }
    }

    /// Where everything stands, by path.
    pub(super) fn places(&self) -> BTreeMap<String, Mark> {
        let mut places = BTreeMap::new();
        self.collect_places("", self.mark, &mut places);
        places
    }

    fn collect_places(&self, path: &str, mark: Mark, into: &mut BTreeMap<String, Mark>) {
        into.insert(path.to_owned(), mark);
        match &self.body {
            Body::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    item.collect_places(&format!("{path}[{at}]"), item.mark, into);
                }
            }
            Body::Map(members) => {
                for member in members {
                    member.value.collect_places(&join(path, &member.key), member.value.mark, into);
                }
            }
            _ => {}
        }
    }
}

/// The path of a key below another. What could be taken for a step is written in quotes.
pub(crate) fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && !key.contains(['.', '[', ']', '"']) && !key.chars().any(char::is_control);
    let key = if plain { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}
