//! Reading single members.

use std::str::FromStr;

use pim_core::{
    error::{Error, ErrorKind, Result},
    time::{Period, Timestamp},
};

use crate::wire::{Member, Text};

/// What the service writes for nobody.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

pub(super) fn malformed(at: &'static str) -> Error {
    Error::new(
        ErrorKind::Malformed,
        "the service left out a member, or wrote it in a form that cannot be read",
    )
    .with_context("at", at)
}

/// An id without which the object makes no sense.
pub(super) fn id<T: FromStr>(member: &Member<Text>, at: &'static str) -> Result<T> {
    parse(member.text().ok_or_else(|| malformed(at))?, at)
}

/// An id that may be missing. Empty text and the empty GUID stand for nobody.
pub(super) fn maybe_id<T: FromStr>(member: &Member<Text>, at: &'static str) -> Result<Option<T>> {
    member.text().filter(|text| *text != NOBODY).map(|text| parse(text, at)).transpose()
}

pub(super) fn parse<T: FromStr>(text: &str, at: &'static str) -> Result<T> {
    text.parse().map_err(|_| malformed(at))
}

pub(super) fn time(member: &Member<Text>, at: &'static str) -> Result<Option<Timestamp>> {
    member.text().map_or(Ok(None), |text| instant(text, at))
}

/// An instant; `None` for the two that stand for "never set" and "without end".
pub(super) fn instant(text: &str, at: &'static str) -> Result<Option<Timestamp>> {
    if text.is_empty() || text.starts_with("0001-01-01") || text.starts_with("9999-12-31") {
        return Ok(None);
    }
    parse(text, at).map(Some)
}

pub(super) fn period(member: &Member<Text>, at: &'static str) -> Result<Option<Period>> {
    member.text().map(|text| parse(text, at)).transpose()
}

/// Text; empty where there is none.
pub(super) fn text(member: &Member<Text>) -> String {
    member.text().unwrap_or_default().to_owned()
}

/// Personal or confidential text.
pub(super) fn secret(member: &Member<Text>) -> Option<pim_core::sensitive::Sensitive<String>> {
    member.text().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pim_core::id::PrincipalId;

    #[test]
    fn the_times_that_mean_none_are_none_and_nonsense_is_told() {
        for none in ["", "0001-01-01T00:00:00Z", "0001-01-01T08:00:00Z", "9999-12-31T23:59:59.9999999Z"] {
            assert_eq!(instant(none, "x").unwrap(), None, "{none}");
        }
        let exact = instant("2026-09-06T17:53:52.0427885Z", "x").unwrap().unwrap();
        assert_eq!(exact.to_string(), "2026-09-06T17:53:52.0427885Z");
        let error = instant("yesterday, said Jane", "startDateTime").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(error.to_string().contains("startDateTime") && !error.to_string().contains("Jane"));
    }

    #[test]
    fn nobody_is_nobody() {
        for nobody in [Member::Absent, Member::Null, "".into(), NOBODY.into()] {
            assert_eq!(maybe_id::<PrincipalId>(&nobody, "x").unwrap(), None);
        }
        assert!(id::<PrincipalId>(&Member::Null, "x").is_err());
        assert!(maybe_id::<PrincipalId>(&" a".into(), "x").is_err());
    }
}
