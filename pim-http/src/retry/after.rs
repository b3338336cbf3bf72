//! The service's wish, in the forms it comes in.

use http::HeaderMap;
use pim_core::time::{Period, Timestamp};

/// How long the service asks to wait: `Retry-After` in whole seconds, in fractions of them (Graph sends `2.128`) or
/// as an HTTP date, or Azure's forms in milliseconds. `None` where it does not say, says nonsense, or says zero,
/// which would be no wait at all. More than a day counts as a day: a slip of the service must not close it for ever.
///
/// Source: <https://learn.microsoft.com/graph/throttling>.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Period> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let milliseconds = ["retry-after-ms", "x-ms-retry-after-ms"].into_iter().find_map(text);
    milliseconds
        .and_then(|text| number(text, 10_000.0))
        .or_else(|| {
            text("retry-after").and_then(|text| number(text, 10_000_000.0).or_else(|| date(text, now)))
        })
        .filter(|wait| !wait.is_zero())
        .map(|wait| wait.min(LONGEST))
}

const LONGEST: Period = Period::days(1);

fn number(text: &str, ticks_per_unit: f64) -> Option<Period> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let units: f64 = text.parse().ok().filter(|_| plain)?;
    Some(Period::from_ticks((units * ticks_per_unit).round() as u64))
}

fn date(text: &str, now: Timestamp) -> Option<Period> {
    let at = httpdate::parse_http_date(text).ok()?;
    let seconds = at.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    Some(Timestamp::from_unix_seconds(i64::try_from(seconds).ok()?).since(now))
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn read(name: &'static str, text: &str) -> Option<Period> {
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_str(text).unwrap())]);
        retry_after(&headers, "1994-11-06T08:49:30Z".parse().unwrap())
    }

    #[test]
    fn every_form_is_read() {
        let ticks = |n| Some(Period::from_ticks(n));
        assert_eq!(read("retry-after", "10"), ticks(100_000_000));
        assert_eq!(read("retry-after", "2.128"), ticks(21_280_000));
        assert_eq!(read("retry-after", " 3 "), ticks(30_000_000));
        assert_eq!(read("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), ticks(70_000_000));
        assert_eq!(read("retry-after-ms", "1500"), ticks(15_000_000));
        assert_eq!(read("x-ms-retry-after-ms", "20"), ticks(200_000));
    }

    #[test]
    fn nonsense_zero_and_the_past_say_nothing() {
        for text in [
            "",
            "0",
            "0.0",
            "-1",
            "inf",
            "NaN",
            "1e3",
            "soon",
            "Sun, 06 Nov 1994 08:49:20 GMT",
            "1.2.3",
            "10 s",
            ".",
            "٣",
        ] {
            assert_eq!(read("retry-after", text), None, "{text}");
        }
        for text in [&"9".repeat(400), "86401", "1234567890123.5", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(read("retry-after", text), Some(LONGEST), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[ -~]{0,40}") {
            prop_assert!(read("retry-after", &text).is_none_or(|wait| !wait.is_zero() && wait <= LONGEST));
        }
    }
}
