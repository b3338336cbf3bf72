use pim_core::error::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, error::Category};

use super::{Extras, Member, Text};

/// One page of a collection.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // complete: the rest is in `extra`
pub struct Page<T> {
    /// The elements.
    pub value: Vec<T>,
    /// Where the next page is; the list goes on while it is there, even behind an empty page.
    #[serde(rename = "@odata.nextLink", default = "absent", skip_serializing_if = "Member::is_absent")]
    pub next: Member<Text>,
    /// Annotations.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

const fn absent() -> Member<Text> {
    Member::Absent
}

/// Neither the link nor the annotations: both can hold what was searched for.
impl<T> std::fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Page({} elements)", self.value.len())
    }
}

impl<T: Extras> Extras for Page<T> {
    fn extras(&self, found: &mut dyn FnMut(&'static str, &str)) {
        self.value.extras(found);
        self.extra.keys().for_each(|key| found("Page", key));
    }
}

/// One object. Some documented answers wrap it in `value`; both forms are read.
#[derive(Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(clippy::exhaustive_enums)] // complete: bare or wrapped
pub enum Entity<T> {
    /// `{"value": {..}}`.
    Wrapped {
        /// The object.
        value: T,
        /// Annotations beside it.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// `{..}`.
    Bare(T),
}

impl<T: std::fmt::Debug> std::fmt::Debug for Entity<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Wrapped { value, .. } | Self::Bare(value) => value.fmt(f),
        }
    }
}

impl<T> Entity<T> {
    /// The object.
    pub fn into_inner(self) -> T {
        match self {
            Self::Wrapped { value, .. } | Self::Bare(value) => value,
        }
    }
}

/// Reads a page or a body.
///
/// # Errors
/// `Malformed` with the place in the JSON. What stood there is not told: it may be someone's name.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| malformed(&error))?;
    json.end().map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Error::new(ErrorKind::Malformed, "the answer goes on behind its end").with_context("at", place)
    })?;
    Ok(value)
}

/// Reads one object, bare or wrapped.
///
/// # Errors
/// As [`read`].
pub fn read_entity<T: DeserializeOwned>(bytes: &[u8]) -> Result<Entity<T>> {
    let mut members: Map<String, Value> = read(bytes)?;
    let is_wrapped = members.get("value").is_some_and(Value::is_object)
        && members.keys().all(|key| key == "value" || key.starts_with('@'));
    let inner = if is_wrapped {
        members.remove("value").unwrap_or_default()
    } else {
        Value::Object(std::mem::take(&mut members))
    };
    let value = serde_path_to_error::deserialize(inner).map_err(|error| malformed(&error))?;
    Ok(if is_wrapped { Entity::Wrapped { value, extra: members } } else { Entity::Bare(value) })
}

fn malformed(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let problem = match error.inner().classify() {
        Category::Io | Category::Eof => "the answer is cut off",
        Category::Syntax => "the answer is not JSON",
        Category::Data => "the answer holds a value of the wrong type",
    };
    Error::new(ErrorKind::Malformed, problem).with_context("at", error.path())
}

impl<T: Extras> Extras for Entity<T> {
    fn extras(&self, found: &mut dyn FnMut(&'static str, &str)) {
        match self {
            Self::Wrapped { value, .. } | Self::Bare(value) => value.extras(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::RoleDefinition;

    #[test]
    fn a_wrong_type_is_told_by_its_place_and_never_by_its_value() {
        let page = br#"{"value":[{"id":"a"},{"id":"b","rolePermissions":[{"allowedResourceActions":["x",{"name":"Jane"}]}]}]}"#;
        let error = read::<Page<RoleDefinition>>(page).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        let text = format!("{error:?}");
        assert!(text.contains("value[1].rolePermissions[0].allowedResourceActions[1]"), "{text}");
        assert!(!text.contains("Jane"), "{text}");
    }

    #[test]
    fn cut_deep_and_trailing_json_is_malformed() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        for text in [&b""[..], b"{", b"{}{}", b"\xff", br#"{"value":"#, &deep] {
            assert_eq!(read::<Value>(text).unwrap_err().kind(), ErrorKind::Malformed);
            assert_eq!(read_entity::<RoleDefinition>(text).unwrap_err().kind(), ErrorKind::Malformed);
        }
    }

    #[test]
    fn both_forms_of_an_object_are_read_and_written_back() {
        for text in [r#"{"@odata.context":"c","value":{"id":"a"}}"#, r#"{"id":"a","isBuiltIn":null}"#] {
            let read = read_entity::<RoleDefinition>(text.as_bytes()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::from_str::<Value>(text).unwrap());
            assert_eq!(read.into_inner().id.text(), Some("a"));
        }
    }
}
