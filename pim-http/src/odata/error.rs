//! The error body, in all the forms it comes in.

use http::{HeaderMap, StatusCode};
use pim_core::{
    error::{Error, ErrorKind},
    sensitive::Sensitive,
};
use serde_json::Value;

/// What a service says went wrong. What its codes mean is the backend's to know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The service's code. For an error that Graph wraps as JSON within the message of an `UnknownError`, the
    /// inner code. `None` where there is none, or an empty one.
    pub code: Option<Box<str>>,
    /// The service's words. They may name people.
    pub message: Sensitive<Box<str>>,
    /// The codes of the inner errors, from the outermost to the innermost.
    pub inner_codes: Vec<Box<str>>,
    /// What else is wrong, where the service tells several things at once.
    pub details: Vec<ErrorDetail>,
    /// The service's id of the request.
    pub request_id: Option<Box<str>>,
}

/// One of several things wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// The service's code.
    pub code: Option<Box<str>>,
    /// The service's words. They may name people.
    pub message: Sensitive<Box<str>>,
    /// The field or thing concerned.
    pub target: Option<Box<str>>,
}

impl ServiceError {
    /// Reads an answer; cannot fail. A body that is no error leaves code and message empty.
    pub fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut error = Self {
            status,
            code: None,
            message: Sensitive::new("".into()),
            inner_codes: Vec::new(),
            details: Vec::new(),
            request_id: request_id(headers).map(Into::into),
        };
        if let Some(envelope) = read_envelope(body) {
            error.take(&envelope);
        }
        error
    }

    /// Whether the code, or an inner one, ends so. Surfaces put words of their own before the same code.
    pub fn has_code(&self, suffix: &str) -> bool {
        self.code.iter().chain(&self.inner_codes).any(|code| code.ends_with(suffix))
    }

    /// The error for callers, of a kind and in words that the backend chooses.
    pub fn into_error(self, kind: ErrorKind, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        let mut error = Error::new(kind, message).with_context("status", self.status.as_u16());
        if let Some(code) = self.code {
            error = error.with_code(code);
        }
        if let Some(id) = self.request_id {
            error = error.with_request_id(id);
        }
        error
    }

    fn take(&mut self, error: &Value) {
        let text = |value: &Value, keys: &[&str]| -> Option<Box<str>> {
            keys.iter()
                .find_map(|key| field(value, key)?.as_str())
                .filter(|text| !text.is_empty())
                .map(Into::into)
        };
        let code = |value: &Value| text(value, &["code", "errorCode"]).filter(|code| is_word(code));
        self.code = code(error);
        let message = text(error, &["message"]).unwrap_or_default();
        for detail in field(error, "details").and_then(Value::as_array).into_iter().flatten() {
            self.details.push(ErrorDetail {
                code: code(detail),
                message: Sensitive::new(text(detail, &["message"]).unwrap_or_default()),
                target: text(detail, &["target"]),
            });
        }
        let mut inner = field(error, "innerError");
        // A hostile answer may nest as deep as the JSON reader allows; nobody sends more than a few.
        for _ in 0..8 {
            let Some(value) = inner else { break };
            self.inner_codes.extend(code(value));
            if self.request_id.is_none() {
                self.request_id = text(value, &["request-id"]).filter(|id| is_word(id));
            }
            inner = field(value, "innerError");
        }
        // `{"code":"UnknownError","message":"{\"errorCode\":\"..\",\"message\":\"..\"}"}`
        if message.starts_with('{')
            && let Some(wrapped) = read_envelope(message.as_bytes())
            && let Some(code) = text(&wrapped, &["errorCode", "code"]).filter(|code| is_word(code))
        {
            self.code = Some(code);
            self.message = Sensitive::new(text(&wrapped, &["message"]).unwrap_or_default());
            return;
        }
        self.message = Sensitive::new(message);
    }
}

/// The error object: under `error`, or bare.
fn read_envelope(body: &[u8]) -> Option<Value> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    match value.get_mut("error").map(Value::take) {
        // OAuth's `error` is a text beside its fields.
        Some(Value::Object(inner)) => Some(Value::Object(inner)),
        _ => value.is_object().then_some(value),
    }
}

/// Names come in several cases: `innerError` and `innererror`.
fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let object = value.as_object()?;
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v))
}

/// The id under which the service's support finds the request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    let named = |name: &&str| headers.get(*name)?.to_str().ok().filter(|id| is_word(id));
    ["request-id", "x-ms-request-id"].iter().find_map(named)
}

/// Whether a text has the form of codes and ids. They are shown to everybody, so whatever else a service writes in
/// their place, such as a sentence about somebody, is left out.
pub fn is_word(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b':' | b'|'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(body: &str) -> ServiceError {
        ServiceError::read(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn the_usual_envelope_with_nested_inner_errors() {
        let error = read(
            r#"{"error":{"code":"Forbidden","message":"no","innerError":{"code":"First","request-id":"r1",
            "innererror":{"code":"SecondAcrsValidationFailed"}},"details":[{"code":"D","target":"rule","message":"m"}]}}"#,
        );
        assert_eq!(error.code.as_deref(), Some("Forbidden"));
        assert_eq!(&**error.message.expose(), "no");
        assert_eq!(error.inner_codes, ["First".into(), "SecondAcrsValidationFailed".into()]);
        assert_eq!(error.request_id.as_deref(), Some("r1"));
        assert_eq!(error.details[0].target.as_deref(), Some("rule"));
        assert!(error.has_code("AcrsValidationFailed") && !error.has_code("Second"));
    }

    #[test]
    fn the_bare_body_and_the_one_encoded_twice() {
        let bare =
            read(r#"{"instanceAnnotations":[],"message":"missing","errorCode":"PermissionScopeNotGranted"}"#);
        assert_eq!(bare.code.as_deref(), Some("PermissionScopeNotGranted"));
        assert_eq!(&**bare.message.expose(), "missing");
        let twice = read(
            r#"{"error":{"code":"UnknownError","message":"{\"errorCode\":\"MissingProvider\",\"message\":\"gone\"}",
            "innerError":{"request-id":"r2"}}}"#,
        );
        assert_eq!(twice.code.as_deref(), Some("MissingProvider"));
        assert_eq!(&**twice.message.expose(), "gone");
        assert_eq!(twice.request_id.as_deref(), Some("r2"));
    }

    #[test]
    fn an_empty_code_is_none_and_other_bodies_say_nothing() {
        assert_eq!(read(r#"{"error":{"code":"","message":"Valid permissions not present"}}"#).code, None);
        for body in ["", "<html>", "[]", "7", r#"{"error":"invalid_grant"}"#, r#"{"error":null}"#] {
            assert_eq!(read(body).code, None, "{body}");
        }
    }

    #[test]
    fn the_callers_error_has_code_and_id_but_not_the_words() {
        let error = read(
            r#"{"error":{"code":"X","message":"adele@contoso.com may not","innerError":{"request-id":"r"}}}"#,
        )
        .into_error(ErrorKind::PermissionDenied, "the caller may not");
        assert_eq!((error.code(), error.request_id()), (Some("X"), Some("r")));
        assert!(!format!("{error:?} {error}").contains("adele"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = ServiceError::read(StatusCode::BAD_REQUEST, &HeaderMap::new(), &bytes);
        }
    }
}
