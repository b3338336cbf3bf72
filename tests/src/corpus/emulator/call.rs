//! A printed request as it is sent: what pages leave out is filled in, what they slip on is mended.

use std::collections::BTreeMap;

use pim_embedded::seed::guid_of;
use serde_json::Value;

use crate::corpus::Request;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// The administrator of the stage.
    Root,
    /// Somebody else, by id.
    Person(String),
}

/// A request to be sent.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) version: String,
    /// The path below the version, decoded.
    pub(super) path: Vec<String>,
    /// The options, decoded, with their dollar signs.
    pub(super) options: BTreeMap<String, String>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Value,
    pub(super) caller: Caller,
}

impl Call {
    /// Reads a printed request.
    pub(super) fn of(request: &Request, version: &str) -> Self {
        let path = request.path().split('/').filter(|part| !part.is_empty());
        let decode = |part: &str| filled(&percent_encoding::percent_decode_str(part).decode_utf8_lossy());
        let options = request.options().into_iter();
        let mut call = Self {
            method: request.method.clone(),
            version: version.to_owned(),
            path: path.map(decode).collect(),
            options: options.map(|(name, value)| (name, filled(&value))).collect(),
            headers: request.headers.clone(),
            body: filled_body(&request.body),
            caller: Caller::Root,
        };
        call.mend();
        call
    }

    /// The path in pieces, to be matched.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// The text that a filter demands of a member.
    pub(super) fn demanded(&self, member: &str) -> Option<String> {
        let filter = self.options.get("$filter")?;
        let demands = super::needs::demands(filter).into_iter();
        demands
            .filter(|demand| demand.operator == "eq" && demand.path == member)
            .map(|demand| demand.value)
            .next()
    }

    /// The address below the host.
    pub(super) fn address(&self) -> String {
        let escape = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        // Brackets, quotation marks and dollar signs of a path are part of its grammar.
        let path: Vec<String> = self
            .path
            .iter()
            .map(|part| part.replace('%', "%25").replace(' ', "%20").replace('#', "%23").replace('?', "%3F"))
            .collect();
        let options: Vec<String> =
            self.options.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        let query = if options.is_empty() { String::new() } else { format!("?{}", options.join("&")) };
        format!("/{}/{}{query}", self.version, path.join("/"))
    }

    /// Slips of the documentation, each a rule for every page:
    /// a decision that is posted is meant to be patched; a decision without its body approves.
    fn mend(&mut self) {
        let segments = self.segments();
        let decision = matches!(segments.as_slice(), [.., "decisions", _]);
        let step = matches!(segments.as_slice(), [.., "steps" | "stages", _]);
        if decision && self.method == "POST" {
            self.method = "PATCH".to_owned();
        }
        if step && self.method == "PATCH" && self.body.is_null() {
            self.body = serde_json::json!({ "reviewResult": "Approve", "justification": "fits" });
        }
    }
}

/// Placeholders such as `{id}` become ids, the same text the same id.
fn filled(text: &str) -> String {
    let Some((before, rest)) = text.split_once('{') else { return text.to_owned() };
    match rest.split_once('}') {
        Some((name, after)) if !name.is_empty() && !name.contains(['"', ':']) => {
            let id = pim_core::id::RequestId::from_guid(guid_of(name));
            format!("{before}{id}{}", filled(after))
        }
        _ => text.to_owned(),
    }
}

fn filled_body(value: &Value) -> Value {
    match value {
        Value::String(text) => filled(text).into(),
        Value::Array(all) => all.iter().map(filled_body).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), filled_body(value))).collect::<Value>()
        }
        other => other.clone(),
    }
}
