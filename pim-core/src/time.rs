//! Instants, lengths and windows of time.
//!
//! Only a [`Clock`](crate::clock::Clock) reads the time; every rule of the model takes `now`. An instant has
//! the resolution of Microsoft Graph's seven fractional digits, 100 nanoseconds, in eight bytes.

use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const TICKS_PER_SECOND: i64 = 10_000_000;
/// jiff's range is the range of what can be printed: years -9999 to 9999.
const MIN_TICKS: i64 = -377_705_023_201 * TICKS_PER_SECOND;
const MAX_TICKS: i64 = 253_402_207_200 * TICKS_PER_SECOND;

/// Why a text is no instant or no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct InvalidTime {
    text: Box<str>,
    expected: &'static str,
}

impl InvalidTime {
    fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(64).collect::<String>().into(), expected }
    }
}

/// An instant, in UTC, exact to 100 nanoseconds.
///
/// Reads and prints RFC 3339 (`2026-09-06T17:53:52.0427885Z`); an offset is converted, finer digits are
/// cut off. The range is the years -9999 to 9999, less the last day (9999-12-30T22:00:00Z); arithmetic stops at its
/// ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(0);
    /// The last instant.
    pub const MAX: Self = Self(MAX_TICKS);
    /// The first instant.
    pub const MIN: Self = Self(MIN_TICKS);

    /// The instant so many 100-nanosecond ticks after (or before) the Unix epoch, held to the range.
    pub const fn from_ticks(ticks: i64) -> Self {
        if ticks < MIN_TICKS {
            Self(MIN_TICKS)
        } else if ticks > MAX_TICKS {
            Self(MAX_TICKS)
        } else {
            Self(ticks)
        }
    }

    /// 100-nanosecond ticks since the Unix epoch.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The instant so many seconds after the Unix epoch, held to the range.
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self::from_ticks(seconds.saturating_mul(TICKS_PER_SECOND))
    }

    /// Microseconds since the Unix epoch, rounded towards the past; the unit of Arrow and of Python.
    pub const fn unix_microseconds(self) -> i64 {
        self.0.div_euclid(10)
    }

    /// What the system clock says.
    pub(crate) fn from_system(time: std::time::SystemTime) -> Self {
        let ticks = |d: std::time::Duration| i64::try_from(d.as_nanos() / 100).unwrap_or(i64::MAX);
        match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => Self::from_ticks(ticks(after)),
            Err(before) => Self::from_ticks(-ticks(before.duration())),
        }
    }

    /// The length from `earlier` to this instant, zero if it lies later.
    pub const fn since(self, earlier: Self) -> Period {
        let ticks = self.0.saturating_sub(earlier.0);
        Period::held(if ticks < 0 { 0 } else { ticks })
    }

    fn to_jiff(self) -> jiff::Timestamp {
        let nanos = i128::from(self.0) * 100;
        jiff::Timestamp::from_nanosecond(nanos).unwrap_or(jiff::Timestamp::MAX)
    }

    fn from_jiff(time: jiff::Timestamp) -> Self {
        let ticks = time.as_nanosecond().div_euclid(100);
        Self::from_ticks(i64::try_from(ticks).unwrap_or(if ticks < 0 { i64::MIN } else { i64::MAX }))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        text.parse().map(Self::from_jiff).map_err(|_| {
            InvalidTime::new(
                text,
                "an instant such as 2026-01-31T08:00:00Z (RFC 3339, with an offset, before 9999-12-30T22:00:00Z; \
                 what never ends has no end)",
            )
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Add<Period> for Timestamp {
    type Output = Self;

    fn add(self, length: Period) -> Self {
        Self::from_ticks(self.0.saturating_add(length.0))
    }
}

impl Sub<Period> for Timestamp {
    type Output = Self;

    fn sub(self, length: Period) -> Self {
        Self::from_ticks(self.0.saturating_sub(length.0))
    }
}

/// An exact, non-negative length of time.
///
/// Reads and prints ISO 8601 days, hours, minutes and seconds: `PT8H`, `P365D`, `P1DT12H`, `PT0.5S`. A day is
/// 24 hours. Weeks, months and years are refused, as Graph's `Edm.Duration` has none.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(i64);

impl Period {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest length, some 20,000 years: what can be printed and read again.
    pub const MAX: Self = Self(7_304_484 * 86_400 * TICKS_PER_SECOND);

    /// So many seconds.
    pub const fn seconds(n: u32) -> Self {
        Self(n as i64 * TICKS_PER_SECOND)
    }

    /// So many minutes.
    pub const fn minutes(n: u32) -> Self {
        Self(n as i64 * 60 * TICKS_PER_SECOND)
    }

    /// So many hours.
    pub const fn hours(n: u32) -> Self {
        Self(n as i64 * 3_600 * TICKS_PER_SECOND)
    }

    /// So many days of 24 hours.
    pub const fn days(n: u32) -> Self {
        Self::held((n as i64).saturating_mul(86_400 * TICKS_PER_SECOND))
    }

    /// So many 100-nanosecond ticks.
    pub const fn from_ticks(ticks: u64) -> Self {
        Self::held(if ticks > i64::MAX as u64 { i64::MAX } else { ticks as i64 })
    }

    /// The length in 100-nanosecond ticks.
    pub const fn ticks(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// Whole seconds, the rest cut off.
    pub const fn as_seconds(self) -> u64 {
        self.0.unsigned_abs() / TICKS_PER_SECOND.unsigned_abs()
    }

    /// Whole days of 24 hours, the rest cut off.
    pub const fn as_days(self) -> u64 {
        self.as_seconds() / 86_400
    }

    /// True for no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This length so many times, held to the longest.
    #[must_use]
    pub const fn times(self, n: u32) -> Self {
        Self::held(self.0.saturating_mul(n as i64))
    }

    /// The length as the standard library's type, for a runtime's timer.
    pub const fn to_std(self) -> std::time::Duration {
        let ticks = self.ticks();
        std::time::Duration::new(ticks / 10_000_000, (ticks % 10_000_000) as u32 * 100)
    }

    /// The length of a standard library's duration, cut to 100 nanoseconds and held to the longest.
    pub fn from_std(length: std::time::Duration) -> Self {
        Self::from_ticks(u64::try_from(length.as_nanos() / 100).unwrap_or(u64::MAX))
    }

    const fn held(ticks: i64) -> Self {
        Self(if ticks > Self::MAX.0 { Self::MAX.0 } else { ticks })
    }
}

impl Add for Period {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::held(self.0.saturating_add(other.0))
    }
}

impl Sub for Period {
    type Output = Self;

    /// The difference, zero where `other` is longer.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }
}

impl FromStr for Period {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let wrong = || {
            InvalidTime::new(
                text,
                "a length of time such as PT8H, P365D or P1DT12H (no weeks, months or years, not negative)",
            )
        };
        let span: jiff::Span = text.parse().map_err(|_| wrong())?;
        // jiff also reads its own friendly form ("8 hours"); the wire knows ISO 8601 only.
        if !text.starts_with('P')
            || span.is_negative()
            || (span.get_years(), span.get_months(), span.get_weeks()) != (0, 0, 0)
        {
            return Err(wrong());
        }
        let length = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
        i64::try_from(length.as_nanos() / 100).map(Self::held).map_err(|_| wrong())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (total, fraction) = (self.as_seconds(), self.ticks() % 10_000_000);
        let days = total / 86_400;
        let mut time = String::new();
        for (n, unit) in [(total / 3_600 % 24, 'H'), (total / 60 % 60, 'M')] {
            if n > 0 {
                time.push_str(&format!("{n}{unit}"));
            }
        }
        match (total % 60, fraction) {
            (0, 0) if days > 0 || !time.is_empty() => {}
            (seconds, 0) if seconds > 0 || time.is_empty() => time.push_str(&format!("{seconds}S")),
            (seconds, fraction) => {
                let digits = format!("{fraction:07}");
                time.push_str(&format!("{seconds}.{}S", digits.trim_end_matches('0')));
            }
        }
        let date = if days > 0 { format!("{days}D") } else { String::new() };
        let text = format!("P{date}{}{time}", if time.is_empty() { "" } else { "T" });
        f.pad(&text)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! as_text {
    ($($name:ident: $expected:literal),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    )+};
}

as_text!(Timestamp: "an instant (RFC 3339)", Period: "a length of time (ISO 8601)");

/// From one instant up to, and without, another. Either end may be open: a grant made outside PIM has no
/// start, a permanent one has no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawWindow")]
pub struct Window {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

/// A window whose end is not after its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a window that ends at {end} cannot start at {start}")]
pub struct EmptyWindow {
    start: Timestamp,
    end: Timestamp,
}

impl TryFrom<RawWindow> for Window {
    type Error = EmptyWindow;

    fn try_from(raw: RawWindow) -> Result<Self, EmptyWindow> {
        Self::new(raw.start, raw.end)
    }
}

impl Window {
    /// Always.
    pub const ALWAYS: Self = Self { start: None, end: None };

    /// From `start` up to `end`.
    ///
    /// # Errors
    /// When the end is not after the start.
    pub fn new(start: Option<Timestamp>, end: Option<Timestamp>) -> Result<Self, EmptyWindow> {
        match (start, end) {
            (Some(start), Some(end)) if end <= start => Err(EmptyWindow { start, end }),
            _ => Ok(Self { start, end }),
        }
    }

    /// From `start` on, without end.
    pub const fn from(start: Timestamp) -> Self {
        Self { start: Some(start), end: None }
    }

    /// From `start` for as long as `expiry` says; `None` where nothing would be left.
    pub fn starting(start: Timestamp, expiry: Expiry) -> Option<Self> {
        Self::new(Some(start), expiry.end(start)).ok()
    }

    /// The first instant inside.
    pub const fn start(&self) -> Option<Timestamp> {
        self.start
    }

    /// The first instant no longer inside.
    pub const fn end(&self) -> Option<Timestamp> {
        self.end
    }

    /// True when there is no end.
    pub const fn is_permanent(&self) -> bool {
        self.end.is_none()
    }

    /// True when `time` lies inside.
    pub fn contains(&self, time: Timestamp) -> bool {
        self.start.is_none_or(|s| s <= time) && !self.has_ended(time)
    }

    /// True when the end has come.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.end.is_some_and(|e| e <= now)
    }

    /// True when some instant lies in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// What lies in both.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let start = self.start.max(other.start);
        let end = match (self.end, other.end) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self::new(start, end).ok()
    }

    /// The time left until the end; `None` without an end, zero once it has come.
    pub fn remaining(&self, now: Timestamp) -> Option<Period> {
        self.end.map(|end| end.since(now))
    }

    /// From start to end; `None` where either is open.
    pub fn length(&self) -> Option<Period> {
        Some(self.end?.since(self.start?))
    }
}

/// When a grant is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete: the service's expiration pattern is a closed enumeration
pub enum Expiry {
    /// It does not.
    Never,
    /// At an instant.
    At(Timestamp),
    /// So long after it began.
    After(Period),
}

impl Expiry {
    /// The end of a grant that begins at `start`; `None` when there is none.
    pub fn end(self, start: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::At(end) => Some(end),
            Self::After(length) => Some(start + length),
        }
    }

    /// How long a grant that begins at `start` would last; `None` when for ever.
    pub fn length(self, start: Timestamp) -> Option<Period> {
        self.end(start).map(|end| end.since(start))
    }
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
