//! Lengths of time as EasyPIM writes and bends them.

use pim_core::time::Period;

use super::{NoticeKind, fields::Item, reader::Reader};
use crate::desired::{FaultKind, Length};

/// The length that a value means; `None` for zero, which EasyPIM passes over, and for a fault.
pub(super) fn read(item: &Item<'_>, reader: &mut Reader) -> Option<Length> {
    let text = item.text(reader)?.to_ascii_uppercase();
    let (mark, path) = (item.mark(), &item.path);
    let meant = match meant(&text) {
        Ok(meant) => meant,
        Err(expected) => {
            reader.fault(FaultKind::Value, mark, path, expected);
            return None;
        }
    };
    let parsed = meant.text.parse::<Period>().ok().filter(|length| *length <= LONGEST);
    let Some(length) = parsed else {
        reader.fault(FaultKind::Value, mark, path, EXPECTED);
        return None;
    };
    if let Some(told) = meant.told {
        reader.notice(NoticeKind::LooseLength, mark, path, told);
    }
    if length.is_zero() {
        reader.notice(NoticeKind::WithoutEffect, mark, path, "a length of nothing is passed over");
        return None;
    }
    Some(Length(length))
}

struct Meant {
    text: String,
    told: Option<String>,
}

fn meant(text: &str) -> Result<Meant, String> {
    let plain = |text: &str| Meant { text: text.to_owned(), told: None };
    let Some(rest) = text.strip_prefix('P').filter(|rest| !rest.contains('T')) else {
        return Ok(plain(text));
    };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = rest.split_at(digits);
    if number.is_empty() {
        return Ok(plain(text));
    }
    match unit {
        "H" | "S" => {
            let text = format!("PT{rest}");
            let told = Some(format!("not ISO 8601; taken as {text}, as EasyPIM does"));
            Ok(Meant { text, told })
        }
        "Y" => match number.parse::<u32>().ok().and_then(|years| years.checked_mul(365)) {
            Some(days) => {
                let told = Some(format!("years differ in length; taken as {days} days, as EasyPIM does"));
                Ok(Meant { text: format!("P{days}D"), told })
            }
            None => Err(EXPECTED.to_owned()),
        },
        "M" => Err(format!(
            "could mean {number} months or {number} minutes: EasyPIM documents the one and does the other. Write days, \
             as in P{days}D, or PT{number}M",
            days = number.parse::<u32>().ok().and_then(|months| months.checked_mul(30)).unwrap_or(30)
        )),
        "W" => match number.parse::<u32>().ok().and_then(|weeks| weeks.checked_mul(7)) {
            Some(days) => Ok(Meant { text: format!("P{days}D"), told: None }),
            None => Err(EXPECTED.to_owned()),
        },
        _ => Ok(plain(text)),
    }
}

/// Longer than any policy allows.
const LONGEST: Period = Period::days(36_500);
const EXPECTED: &str = "expected a length of time such as PT30M, PT8H or P365D, of at most 100 years";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::{
        Design,
        document::{Body, Node},
    };

    fn length(text: &str) -> (Option<Period>, bool, bool) {
        let node = Node::new((1, 1), Body::Text(text.to_owned()));
        let mut reader = Reader::new(None);
        let found = read(&Item::new(&node, "d".to_owned()), &mut reader).map(|Length(period)| period);
        let outcome = reader.finish(Some(Design::default()));
        (found, outcome.is_err(), outcome.is_ok_and(|imported| !imported.notices.is_empty()))
    }

    #[test]
    fn what_easypim_bends_is_told_and_what_it_confuses_is_refused() {
        for (text, wanted, told) in [
            ("PT8H", Period::hours(8), false),
            ("pt30m", Period::minutes(30), false),
            ("P1DT12H", Period::hours(36), false),
            ("P365D", Period::days(365), false),
            ("P2W", Period::days(14), false),
            ("P8H", Period::hours(8), true),
            ("P30S", Period::seconds(30), true),
            ("P1Y", Period::days(365), true),
        ] {
            assert_eq!(length(text), (Some(wanted), false, told), "{text}");
        }
        for text in [
            "P1M",
            "P6M",
            "8h",
            "PT",
            "P",
            "-PT1H",
            "P99999999999D",
            "P4294967295Y",
            "P1Y6M",
            "PTT1H",
            "PT1H30",
        ] {
            assert_eq!(length(text), (None, true, false), "{text}");
        }
        for text in ["PT0S", "PT0M", "PT0H", "P0D"] {
            assert_eq!(length(text), (None, false, true), "{text}");
        }
    }
}
