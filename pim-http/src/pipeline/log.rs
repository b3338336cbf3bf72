//! What is logged of a try: ids and numbers; never a body, a token, a name, or a query that may hold one.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};

use crate::transport::TransportError;

/// Query options whose values are written by programs and tell nothing about people.
const OPEN_OPTIONS: &[&str] = &["$count", "$orderby", "$select", "$top", "api-version"];

/// Headers of answers that may be logged.
const OPEN_HEADERS: &[&str] = &[
    "request-id",
    "retry-after",
    "x-ms-request-id",
    "x-ms-resource-unit",
    "x-ms-throttle-information",
    "x-ms-throttle-limit-percentage",
];

pub(super) struct Try {
    pub(super) method: Method,
    pub(super) address: Uri,
    pub(super) call: HeaderValue,
    pub(super) number: u32,
    pub(super) took: Duration,
}

impl Try {
    pub(super) fn answered(&self, status: StatusCode, headers: &HeaderMap) {
        let shown: Vec<_> = OPEN_HEADERS
            .iter()
            .filter_map(|name| Some(format!("{name}={}", headers.get(*name)?.to_str().ok()?)))
            .collect();
        tracing::debug!(
            method = %self.method,
            address = %shown_address(&self.address),
            client_request_id = ?self.call,
            number = self.number,
            milliseconds = self.took.as_secs_f64() * 1e3,
            status = status.as_u16(),
            headers = shown.join(" "),
            "answered"
        );
    }

    pub(super) fn failed(&self, error: &TransportError) {
        tracing::warn!(
            method = %self.method,
            address = %shown_address(&self.address),
            client_request_id = ?self.call,
            number = self.number,
            milliseconds = self.took.as_secs_f64() * 1e3,
            progress = ?error.progress,
            reason = &*error.message,
            "no answer"
        );
    }

    pub(super) fn waits(&self, wait: Duration) {
        tracing::info!(
            method = %self.method,
            address = %shown_address(&self.address),
            client_request_id = ?self.call,
            number = self.number,
            seconds = wait.as_secs_f64(),
            "will try again"
        );
    }
}

/// The address with the values of most query options left out, and path segments that may be sign-in names.
pub(super) fn shown_address(address: &Uri) -> String {
    let mut shown = address.authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
    for segment in address.path().split('/').skip(1) {
        // Ids and the service's own words; anything else (a sign-in name, a function's argument) is left out.
        let open = segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._$".contains(&b));
        shown.push('/');
        shown.push_str(if open { segment } else { "…" });
    }
    for (i, option) in address.query().unwrap_or_default().split('&').filter(|o| !o.is_empty()).enumerate() {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        let name = key.replace("%24", "$");
        let named = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"$-_".contains(&b)) && name.len() < 32;
        shown.push(if i == 0 { '?' } else { '&' });
        shown.push_str(if named { &name } else { "…" });
        shown.push('=');
        shown.push_str(if OPEN_OPTIONS.contains(&&*name.to_ascii_lowercase()) { value } else { "…" });
    }
    shown
}
