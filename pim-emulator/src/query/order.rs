//! `$orderby`: sorting what is shown.

use std::cmp::Ordering;

use serde_json::Value;

use super::filter::at;
use crate::{entity::Entity, refusal::Refusal};

/// The members to sort by, and whether downwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    text: String,
    keys: Vec<(String, bool)>,
}

impl Order {
    /// Reads `displayName desc,id`.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let keys = text.split(',').map(|part| {
            let mut words = part.split_whitespace();
            match (words.next(), words.next().map(str::to_ascii_lowercase).as_deref(), words.next()) {
                (Some(path), None | Some("asc"), None) => Ok((path.to_owned(), false)),
                (Some(path), Some("desc"), None) => Ok((path.to_owned(), true)),
                _ => Err(Refusal::bad_request(format!("Syntax error in the $orderby clause '{text}'."))),
            }
        });
        Ok(Self { text: text.trim().to_owned(), keys: keys.collect::<Result<_, _>>()? })
    }

    /// Refuses members that the kind of object does not have, and kinds for which the service documents no order.
    pub(crate) fn check(&self, entity: &Entity) -> Result<(), Refusal> {
        if entity.order.is_none() {
            return Err(Refusal::not_emulated(&format!("$orderby={}", self.text)));
        }
        let unknown = self.keys.iter().map(|(path, _)| path.split('/').next().unwrap_or_default());
        let unknown = unknown.into_iter().find(|head| !entity.has(head));
        unknown.map_or(Ok(()), |head| Err(Refusal::no_property(head, entity.name)))
    }

    /// Sorts; what has no such member comes first.
    pub(crate) fn sort(&self, objects: &mut [Value]) {
        objects.sort_by(|one, other| {
            let by = self.keys.iter().map(|(path, down)| {
                let order = compare(at(one, path), at(other, path));
                if *down { order.reverse() } else { order }
            });
            by.fold(Ordering::Equal, Ordering::then)
        });
    }
}

fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one, other) {
        (Some(Value::String(one)), Some(Value::String(other))) => {
            one.to_lowercase().cmp(&other.to_lowercase())
        }
        (Some(Value::Number(one)), Some(Value::Number(other))) => {
            one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Some(Value::Bool(one)), Some(Value::Bool(other))) => one.cmp(other),
        (one, other) => {
            one.is_some_and(|one| !one.is_null()).cmp(&other.is_some_and(|other| !other.is_null()))
        }
    }
}
