//! Bodies that are written: what they must have, what they may have, and what is made of them.

use serde_json::{Map, Value};

use crate::{entity::Entity, refusal::Refusal};

/// The text of a member that must be there.
pub(crate) fn needed<'b>(body: &'b Map<String, Value>, name: &str) -> Result<&'b str, Refusal> {
    let text = body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| Refusal::bad_request(format!("The property '{name}' is needed.")))
}

/// Refuses members that this kind of object does not have.
pub(crate) fn known(body: &Map<String, Value>, entity: &Entity) -> Result<(), Refusal> {
    let unknown = body
        .keys()
        .find(|name| !name.contains('@') && !entity.has(name) && !entity.links.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(Refusal::no_property(name, entity.name)))
}

/// Puts the members of one object over those of another; objects inside are put together likewise.
pub(crate) fn merge(record: &mut Value, change: &Map<String, Value>) {
    let Some(members) = record.as_object_mut() else { return };
    for (name, value) in change {
        match (members.get_mut(name), value) {
            (Some(own @ Value::Object(_)), Value::Object(inner)) => merge(own, inner),
            _ => {
                members.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Sets one member.
pub(crate) fn set(record: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = record.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}

/// The text at a path such as `/accessPackage/id`.
pub(crate) fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}
