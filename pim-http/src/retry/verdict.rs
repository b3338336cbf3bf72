//! What an answer means for the question whether to send again.

use http::{HeaderMap, StatusCode};

use super::{Idempotency, UnavailableWrites};
use crate::odata::ServiceError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The service's answer, good or bad.
    Answer,
    /// Not carried out, and it may be tried again.
    Refused,
    /// It failed, and trying again does no harm.
    Failed,
    /// It may have been carried out, and trying again would do harm.
    Unclear,
}

pub(crate) fn verdict(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    idempotency: Idempotency,
    writes: UnavailableWrites,
) -> Verdict {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Verdict::Refused,
        StatusCode::SERVICE_UNAVAILABLE if idempotency == Idempotency::Once => {
            let told = headers.contains_key("retry-after")
                && ServiceError::read(status, headers, body).code.is_some();
            match writes {
                UnavailableWrites::RefusedIfTold if told => Verdict::Refused,
                _ => Verdict::Unclear,
            }
        }
        // With a wish to wait it says the same as 429, and holds for everybody.
        StatusCode::SERVICE_UNAVAILABLE if headers.contains_key("retry-after") => Verdict::Refused,
        StatusCode::NOT_IMPLEMENTED | StatusCode::HTTP_VERSION_NOT_SUPPORTED => Verdict::Answer,
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => match idempotency {
            Idempotency::Idempotent => Verdict::Failed,
            Idempotency::Once => Verdict::Unclear,
        },
        _ => Verdict::Answer,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header::RETRY_AFTER};

    use super::*;

    #[test]
    fn every_status_has_its_row() {
        use Idempotency::{Idempotent, Once};
        use Verdict::{Answer, Failed, Refused, Unclear};
        let own = br#"{"error":{"code":"ServiceUnavailable","message":""}}"#.as_slice();
        let wish = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("1"))]);
        let none = HeaderMap::new();
        let rows: &[(u16, &HeaderMap, &[u8], Verdict, Verdict)] = &[
            (201, &none, b"", Answer, Answer),
            (302, &none, b"", Answer, Answer),
            (400, &none, b"", Answer, Answer),
            (408, &none, b"", Failed, Unclear),
            (409, &none, b"", Answer, Answer),
            (429, &none, b"", Refused, Refused),
            (500, &none, own, Failed, Unclear),
            (501, &none, b"", Answer, Answer),
            (502, &none, b"<html>", Failed, Unclear),
            (503, &none, own, Failed, Unclear),
            (503, &wish, b"<html>", Refused, Unclear),
            (503, &wish, own, Refused, Refused),
            (504, &wish, own, Failed, Unclear),
        ];
        for (status, headers, body, read, write) in rows {
            let code = StatusCode::from_u16(*status).unwrap();
            let told = UnavailableWrites::RefusedIfTold;
            assert_eq!(verdict(code, headers, body, Idempotent, told), *read, "{status}");
            assert_eq!(verdict(code, headers, body, Once, told), *write, "{status}");
            let strict = verdict(code, headers, body, Once, UnavailableWrites::Unknown);
            assert_eq!(strict, if *status == 503 { Unclear } else { *write }, "{status}");
        }
    }
}
