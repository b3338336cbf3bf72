//! Claims challenges, in the forms they come in.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, StatusCode, header::WWW_AUTHENTICATE};
use pim_core::error::StepUp;
use serde_json::{Value, json};

use crate::odata::ServiceError;

/// What a service wants to see in the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    /// As JSON.
    pub(crate) claims: Box<str>,
}

impl Challenge {
    /// Reads an answer: 401 with `WWW-Authenticate: ..claims=".."` in base64 or plain, or 400 with a code that ends
    /// in `AcrsValidationFailed` and the claims in the message, possibly wrapped into an `UnknownError`.
    pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.get_all(WWW_AUTHENTICATE).iter().find_map(|value| in_header(value.to_str().ok()?))
            }
            StatusCode::BAD_REQUEST => {
                let error = ServiceError::read(status, headers, body);
                let message = error.message.expose();
                let told = error.has_code("AcrsValidationFailed") || message.contains("AcrsValidationFailed");
                told.then(|| in_message(message)).flatten()
            }
            _ => None,
        }
    }

    /// What to tell callers: an authentication context where that is all that is wanted.
    pub(crate) fn step_up(&self) -> StepUp {
        match self.context() {
            Some(context) => StepUp::Context(context),
            None => StepUp::Claims(self.claims.clone()),
        }
    }

    fn context(&self) -> Option<pim_core::id::ContextId> {
        let value: Value = serde_json::from_str(&self.claims).ok()?;
        let wanted = value.as_object().filter(|all| all.len() == 1)?.get("access_token")?.as_object()?;
        let acrs = wanted.get("acrs").filter(|_| wanted.len() == 1)?;
        let one = acrs
            .get("values")
            .and_then(Value::as_array)
            .filter(|all| all.len() == 1)
            .and_then(|all| all.first());
        acrs.get("value").or(one)?.as_str()?.parse().ok()
    }
}

/// A claims request with the client capability added.
pub(super) fn with_capability(claims: Option<&str>) -> String {
    let parsed = claims.and_then(|claims| serde_json::from_str(claims).ok()).filter(Value::is_object);
    let mut value = parsed.unwrap_or_else(|| json!({}));
    let declared = json!({ "values": [super::TokenRequest::CAPABILITY] });
    match value.get_mut("access_token").and_then(Value::as_object_mut) {
        Some(token) => drop(token.insert("xms_cc".into(), declared)),
        None => value["access_token"] = json!({ "xms_cc": declared }),
    }
    value.to_string()
}

fn in_header(header: &str) -> Option<Challenge> {
    // `error_claims=` or a realm that ends so must not be taken for the parameter.
    let at = header.match_indices("claims=").find(|(at, _)| {
        header[..*at].chars().next_back().is_none_or(|before| matches!(before, ' ' | ',' | '\t'))
    })?;
    let rest = &header[at.0 + "claims=".len()..];
    let text = match rest.strip_prefix('"') {
        Some(quoted) if quoted.starts_with('{') => return json_prefix(&quoted.replace("\\\"", "\"")),
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split([',', ' ']).next()?,
    };
    decoded(text).or_else(|| json_prefix(&percent_decoded(text)))
}

fn in_message(message: &str) -> Option<Challenge> {
    let rest = &message[message.find("claims=")? + "claims=".len()..];
    json_prefix(rest)
        .or_else(|| json_prefix(&percent_decoded(rest)))
        .or_else(|| decoded(rest.split(['&', ' ', '"']).next()?))
}

/// The JSON object at the start of a text, whatever follows.
fn json_prefix(text: &str) -> Option<Challenge> {
    let first = serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok()?;
    first.is_object().then(|| Challenge { claims: first.to_string().into() })
}

fn decoded(text: &str) -> Option<Challenge> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = text.replace('-', "+").replace('_', "/");
    let bytes = GeneralPurpose::new(&alphabet::STANDARD, config).decode(standard).ok()?;
    json_prefix(std::str::from_utf8(&bytes).ok()?)
}

/// Percent-encoding alone: in base64 a plus is a plus.
fn percent_decoded(text: &str) -> String {
    let pair = format!("k={}", text.split('&').next().unwrap_or_default().replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .map(|(_, value)| value.into_owned())
        .next()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const CLAIMS: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;

    fn unauthorized(header: &str) -> Option<Challenge> {
        let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, HeaderValue::from_str(header).unwrap())]);
        Challenge::read(StatusCode::UNAUTHORIZED, &headers, b"")
    }

    fn bad_request(code: &str, message: &str) -> Option<Challenge> {
        let body = json!({ "error": { "code": code, "message": message } }).to_string();
        Challenge::read(StatusCode::BAD_REQUEST, &HeaderMap::new(), body.as_bytes())
    }

    fn wanted(challenge: Option<Challenge>) -> String {
        match challenge.expect("a challenge").step_up() {
            StepUp::Context(context) => context.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_header_comes_in_base64_or_plain() {
        let base64 = base64::engine::general_purpose::STANDARD.encode(CLAIMS);
        let bare = base64.trim_end_matches('=');
        let escaped = CLAIMS.replace('"', "\\\"");
        for header in [
            format!(r#"Bearer realm="", error="insufficient_claims", claims="{base64}", x="1""#),
            format!(r#"Bearer error="insufficient_claims",claims="{bare}""#),
            format!("Bearer claims={bare}, error=insufficient_claims"),
            format!(r#"Bearer claims="{escaped}", error="insufficient_claims""#),
        ] {
            assert_eq!(wanted(unauthorized(&header)), "c1", "{header}");
        }
        assert_eq!(unauthorized(r#"Bearer realm="claims=x", error="invalid_token""#), None);
        assert_eq!(unauthorized(r#"Bearer claims="%%%""#), None);
    }

    #[test]
    fn the_message_comes_encoded_plain_or_wrapped() {
        let encoded = "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D";
        assert_eq!(wanted(bad_request("RoleAssignmentRequestAcrsValidationFailed", encoded)), "c1");
        assert_eq!(wanted(bad_request("GroupAssignmentRequestAcrsValidationFailed", encoded)), "c1");
        let wrapped = format!("RoleAssignmentRequestAcrsValidationFailed claims={CLAIMS}");
        assert_eq!(wanted(bad_request("UnknownError", &wrapped)), "c1");
        let twice = json!({ "errorCode": "RoleAssignmentRequestAcrsValidationFailed", "message": encoded })
            .to_string();
        assert_eq!(wanted(bad_request("UnknownError", &twice)), "c1");
        assert_eq!(bad_request("SomethingElse", encoded), None);
        assert_eq!(bad_request("RoleAssignmentRequestAcrsValidationFailed", "no claims here"), None);
    }

    #[test]
    fn claims_of_another_form_are_passed_on_whole() {
        let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
        let challenge = in_header(&format!("Bearer claims=\"{}\"", claims.replace('"', "\\\""))).unwrap();
        assert_eq!(challenge.step_up(), StepUp::Claims(claims.into()));
    }

    #[test]
    fn the_capability_joins_whatever_is_wanted() {
        let both: Value = serde_json::from_str(&with_capability(Some(CLAIMS))).unwrap();
        assert_eq!(both["access_token"]["acrs"]["value"], "c1");
        assert_eq!(both["access_token"]["xms_cc"]["values"], json!(["cp1"]));
        for none in [None, Some("nonsense"), Some("[]"), Some(r#"{"access_token":7}"#)] {
            let value: Value = serde_json::from_str(&with_capability(none)).unwrap();
            assert_eq!(value["access_token"]["xms_cc"]["values"], json!(["cp1"]), "{none:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}") {
            let _ = in_header(&format!("claims={text}"));
            let _ = in_message(&format!("AcrsValidationFailed claims={text}"));
            let _ = with_capability(Some(&text));
        }
    }
}
