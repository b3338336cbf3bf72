//! Values that a design writes as text.

use std::{borrow::Cow, fmt, str::FromStr};

use pim_core::time::{Expiry, Period, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Longer than any policy allows, and short enough that no sum overflows: 100 years.
const LONGEST: Period = Period::days(36_500);

/// A text that is not what its place asks for. Prints what was expected; never the text itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidText(Cow<'static, str>);

/// A person, group or application by name, sign-in name, mail address or object id. Hidden in `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who(String);

impl Who {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<&str> for Who {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Who {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Who {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        Ok(Self(text.to_owned()))
    }
}

/// A length of time: `10h`, `30min`, `1h 30min`, `365d`, `2w`, or ISO 8601 as in `PT10H`. A day is 24 hours;
/// months and years have no fixed length and are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // another spelling of a period, nothing more
pub struct Length(pub Period);

impl Length {
    /// So many minutes.
    pub const fn minutes(n: u32) -> Self {
        Self(Period::minutes(n))
    }

    /// So many hours.
    pub const fn hours(n: u32) -> Self {
        Self(Period::hours(n))
    }

    /// So many days of 24 hours.
    pub const fn days(n: u32) -> Self {
        Self(Period::days(n))
    }
}

impl FromStr for Length {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let text = text.trim();
        let length = match text.as_bytes().first() {
            Some(b'P' | b'p') => text.to_ascii_uppercase().parse().ok(),
            _ => friendly(text)?,
        };
        match length {
            Some(length) if length <= LONGEST => Ok(Self(length)),
            Some(_) => Err(InvalidText("a length of time of at most 100 years".into())),
            None => Err(InvalidText("a length of time, such as 30min, 10h, 365d or PT10H".into())),
        }
    }
}

/// Numbers with units, largest first or not: `1h 30min`. `None` for what is none.
fn friendly(text: &str) -> Result<Option<Period>, InvalidText> {
    let mut rest = text;
    let mut total = None;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let letters = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, tail) = tail.split_at(letters);
        let Ok(number) = number.parse::<u32>() else { return Ok(None) };
        let unit = match unit.to_ascii_lowercase().as_str() {
            "m" | "min" | "mins" | "minute" | "minutes" => Period::minutes(1),
            "h" | "hr" | "hrs" | "hour" | "hours" => Period::hours(1),
            "d" | "day" | "days" => Period::days(1),
            "w" | "week" | "weeks" => Period::days(7),
            "month" | "months" | "y" | "year" | "years" => {
                let expected = "a length in days, because months and years differ: 180d, 365d";
                return Err(InvalidText(expected.into()));
            }
            _ => return Ok(None),
        };
        total = Some(total.unwrap_or(Period::ZERO) + unit.times(number));
        rest = tail.trim_start();
    }
    Ok(total)
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_seconds();
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        if Period::minutes(1).times(u32::try_from(seconds / 60).unwrap_or(u32::MAX)) != self.0 {
            return f.pad(&self.0.to_string());
        }
        let text = match (hours, minutes) {
            (0, minutes) => format!("{minutes}min"),
            (hours, 0) if hours > 24 && hours.is_multiple_of(24) => format!("{}d", hours / 24),
            (hours, 0) => format!("{hours}h"),
            (hours, minutes) => format!("{hours}h {minutes}min"),
        };
        f.pad(&text)
    }
}

/// The longest that a grant may be made for: a length, or `unlimited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Longest {
    /// Grants without end are allowed.
    Unlimited,
    /// A grant ends, at the latest after so long.
    Length(Length),
}

impl FromStr for Longest {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        if text.trim().eq_ignore_ascii_case("unlimited") {
            return Ok(Self::Unlimited);
        }
        let length = text.parse();
        length
            .map(Self::Length)
            .map_err(|error: InvalidText| InvalidText(format!("{error}, or unlimited").into()))
    }
}

impl fmt::Display for Longest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => f.pad("unlimited"),
            Self::Length(length) => length.fmt(f),
        }
    }
}

/// When a grant ends: `never`; a day, at whose end in UTC it does (`2027-03-31`); an instant
/// (`2027-03-31T18:00:00Z`); or a length after it was made (`90d`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete by definition, as `Expiry` is
pub enum Until {
    /// It does not.
    Never,
    /// At an instant.
    At(Timestamp),
    /// So long after it was made.
    After(Length),
}

impl From<Until> for Expiry {
    fn from(until: Until) -> Self {
        match until {
            Until::Never => Self::Never,
            Until::At(end) => Self::At(end),
            Until::After(length) => Self::After(length.0),
        }
    }
}

impl From<Expiry> for Until {
    fn from(expiry: Expiry) -> Self {
        match expiry {
            Expiry::Never => Self::Never,
            Expiry::At(end) => Self::At(end),
            Expiry::After(length) => Self::After(Length(length)),
        }
    }
}

impl FromStr for Until {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        if let Some(start) = day(text) {
            return Ok(Self::At(start + Period::days(1)));
        }
        if let Ok(end) = text.parse() {
            return Ok(Self::At(end));
        }
        text.parse().map(Self::After).map_err(|_: InvalidText| {
            InvalidText(
                "an end: never, a day (2027-03-31), an instant (2027-03-31T18:00:00Z) or a length (90d)"
                    .into(),
            )
        })
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.pad("never"),
            Self::At(end) => {
                let last = (*end - Period::days(1)).to_string();
                match last.get(..10) {
                    Some(date) if day(date).map(|start| start + Period::days(1)) == Some(*end) => f.pad(date),
                    _ => f.pad(&end.to_string()),
                }
            }
            Self::After(length) => length.fmt(f),
        }
    }
}

/// The day on which something begins, in UTC: `2027-03-31`, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // another spelling of an instant, nothing more
pub struct Day(pub Timestamp);

impl FromStr for Day {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let start = day(text.trim()).or_else(|| text.trim().parse().ok());
        start.map(Self).ok_or_else(|| InvalidText("a day, such as 2027-03-31".into()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        match text.get(..10) {
            Some(date) if day(date) == Some(self.0) => f.pad(date),
            _ => f.pad(&text),
        }
    }
}

/// The start of a day in UTC; `None` for what is no day of the calendar.
fn day(text: &str) -> Option<Timestamp> {
    let shape = text.len() == 10 && text.is_ascii();
    shape.then(|| format!("{text}T00:00:00Z").parse().ok()).flatten()
}

/// Which authentication context an activation demands: its name or id, or `none`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Context {
    /// None.
    None,
    /// This one.
    Named(String),
}

impl FromStr for Context {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        Ok(if text.eq_ignore_ascii_case("none") { Self::None } else { Self::Named(text.to_owned()) })
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Named(name) => name,
        })
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("[redacted]")
    }
}

/// Checks a text of one of this module's formats, as the schema names them.
pub(crate) fn check(format: &str, text: &str) -> Result<(), InvalidText> {
    match format {
        "length" => text.parse::<Length>().map(drop),
        "longest" => text.parse::<Longest>().map(drop),
        "until" => text.parse::<Until>().map(drop),
        "day" => text.parse::<Day>().map(drop),
        "regex" => match regex::RegexBuilder::new(text).size_limit(1 << 20).build() {
            Ok(_) => Ok(()),
            Err(_) => {
                Err(InvalidText("a regular expression (without look-around and back-references)".into()))
            }
        },
        _ => Ok(()),
    }
}

macro_rules! as_text {
    ($($name:ident: $write:expr, $schema:tt;)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let write: fn(&Self) -> Cow<'_, str> = $write;
                serializer.serialize_str(&write(self))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|expected| D::Error::custom(format!("expected {expected}")))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

as_text! {
    Who: |who| who.0.as_str().into(), {
        "type": "string",
        "minLength": 1,
        "maxLength": 512,
        "description": "A person, group or application by name, sign-in name, mail address or object id."
    };
    Length: |length| length.to_string().into(), {
        "type": "string",
        "format": "length",
        "examples": ["30min", "10h", "365d", "PT10H"],
        "description": "A length of time. A day is 24 hours; months and years are refused."
    };
    Longest: |longest| longest.to_string().into(), {
        "type": "string",
        "format": "longest",
        "examples": ["365d", "unlimited"],
        "description": "The longest that a grant may be made for: a length of time, or `unlimited`."
    };
    Until: |until| until.to_string().into(), {
        "type": "string",
        "format": "until",
        "examples": ["never", "2027-03-31", "90d"],
        "description": "When a grant ends: `never`, at the end of a day (UTC), at an instant, or so long after it was made."
    };
    Day: |day| day.to_string().into(), {
        "type": "string",
        "format": "day",
        "examples": ["2027-03-31"],
        "description": "A day, from its start in UTC."
    };
    Context: |context| context.to_string().into(), {
        "type": "string",
        "minLength": 1,
        "maxLength": 512,
        "examples": ["c1", "none"],
        "description": "An authentication context by name or id, or `none`."
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn length(text: &str) -> Option<Period> {
        text.parse().ok().map(|Length(length)| length)
    }

    #[test]
    fn lengths_are_read_as_people_write_them() {
        for (text, wanted) in [
            ("10h", Period::hours(10)),
            ("10 h", Period::hours(10)),
            (" 1 hour ", Period::hours(1)),
            ("90min", Period::minutes(90)),
            ("1h 30min", Period::minutes(90)),
            ("365 days", Period::days(365)),
            ("2w", Period::days(14)),
            ("PT10H", Period::hours(10)),
            ("p1dt12h", Period::hours(36)),
        ] {
            assert_eq!(length(text), Some(wanted), "{text}");
        }
        for text in
            ["", "h", "10", "-1h", "1.5h", "1h30", "99999999999h", "1 century", "PT", "P1Y", "36501d", "1h,"]
        {
            assert_eq!(length(text), None, "{text}");
        }
        assert!("6 months".parse::<Length>().unwrap_err().to_string().contains("180d"));
    }

    #[test]
    fn a_day_ends_when_the_next_begins() {
        let at = |text: &str| Until::At(text.parse().unwrap());
        assert_eq!("2027-03-31".parse(), Ok(at("2027-04-01T00:00:00Z")));
        assert_eq!(at("2027-04-01T00:00:00Z").to_string(), "2027-03-31");
        assert_eq!(at("2027-04-01T00:00:01Z").to_string(), "2027-04-01T00:00:01Z");
        assert!("2027-02-30".parse::<Until>().is_err());
        assert!("31.03.2027".parse::<Until>().is_err());
        assert_eq!("Never".parse(), Ok(Until::Never));
        assert_eq!("90d".parse(), Ok(Until::After(Length::days(90))));
    }

    #[test]
    fn names_of_people_do_not_show() {
        let who = Who::from("Emma Clarke");
        assert_eq!((format!("{who:?}"), who.to_string()), ("[redacted]".into(), "[redacted]".into()));
        assert_eq!(serde_json::to_string(&who).unwrap(), "\"Emma Clarke\"");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(ticks in 0_u64..1_000_000_000_000_000, minutes in 0_u32..3_000_000) {
            for length in [Length(Period::from_ticks(ticks)), Length::minutes(minutes)] {
                prop_assert_eq!(length.to_string().parse(), Ok(length));
                prop_assert_eq!(Longest::Length(length).to_string().parse(), Ok(Longest::Length(length)));
            }
            let end = Timestamp::UNIX_EPOCH + Period::from_ticks(ticks * 60);
            for end in [end, Timestamp::from_unix_seconds(86_400 * i64::from(minutes))] {
                prop_assert_eq!(Until::At(end).to_string().parse(), Ok(Until::At(end)));
                prop_assert_eq!(Day(end).to_string().parse(), Ok(Day(end)));
            }
        }

        #[test]
        fn no_text_breaks_them(text in ".{0,40}") {
            for format in ["length", "longest", "until", "day", "regex", "other"] {
                let _ = check(format, &text);
            }
        }
    }
}
