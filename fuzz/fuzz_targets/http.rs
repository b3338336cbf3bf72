//! What pim-http reads of an answer: error bodies, tokens, claims, waits.
#![no_main]

use http::{HeaderMap, HeaderValue, StatusCode};
use libfuzzer_sys::fuzz_target;
use pim_http::{
    auth::{AccessToken, TokenRequest},
    odata::{ServiceError, decode},
    retry::retry_after,
};

fuzz_target!(|bytes: &[u8]| {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(bytes) {
        headers.insert("retry-after", value.clone());
        headers.insert("request-id", value);
    }
    let _ = retry_after(&headers, pim_core::time::Timestamp::from_unix_seconds(1_788_249_600));
    let _ = ServiceError::read(StatusCode::BAD_REQUEST, &headers, bytes);
    let _ = decode::<serde_json::Value>(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = AccessToken::new(text, None).facts();
        let _ = TokenRequest::new(Vec::new(), Some(text.into())).claims_parameter();
        let _ = pim_graph::error::error(400, text, text);
        let _ = pim_graph::error::error(400, "UnknownError", text);
    }
});
