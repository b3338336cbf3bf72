//! When rounds take place. Graph counts in days of the calendar; a date stands for its first instant in UTC.

use pim_core::{
    error::Result,
    review::{Frequency, NewReview, Recurrence, RecurrenceEnd},
    time::Timestamp,
};
use serde_json::Number;

use super::super::field::instant;
use crate::wire::{self, Member, Text};

/// The first day.
pub(super) fn start(settings: &wire::ReviewSettings) -> Result<Option<Timestamp>> {
    let range = settings.recurrence.get().and_then(|recurrence| recurrence.range.get());
    range.map_or(Ok(None), |range| day(&range.start_date, "recurrence.range.startDate"))
}

pub(super) fn read(settings: &wire::ReviewSettings) -> Result<Option<Recurrence>> {
    let Some(recurrence) = settings.recurrence.get() else { return Ok(None) };
    let Some(pattern) = recurrence.pattern.get() else { return Ok(None) };
    let kind = pattern.r#type.text().unwrap_or_default();
    let every = match kind.to_ascii_lowercase().as_str() {
        "" => return Ok(None),
        // One page sends `monthly`.
        "absolutemonthly" => Frequency::Monthly,
        _ => Frequency::from(kind),
    };
    let mut until = RecurrenceEnd::Never;
    if let Some(range) = recurrence.range.get() {
        until = match range.r#type.text().unwrap_or_default().to_ascii_lowercase().as_str() {
            "enddate" => day(&range.end_date, "recurrence.range.endDate")?.map_or(until, RecurrenceEnd::At),
            "numbered" => range.number_of_occurrences.count().map_or(until, RecurrenceEnd::Rounds),
            _ => until,
        };
    }
    Ok(Some(Recurrence { every, interval: pattern.interval.count().unwrap_or(1), until }))
}

pub(super) fn body(review: &NewReview, now: Timestamp) -> wire::PatternedRecurrence {
    let mut range = wire::RecurrenceRange {
        start_date: date(review.start.unwrap_or(now)).into(),
        ..wire::RecurrenceRange::default()
    };
    let Some(recurrence) = &review.settings.recurrence else {
        // A single round is written as no pattern over a numbered range.
        range.r#type = "numbered".into();
        range.number_of_occurrences = Member::Value(Number::from(0));
        return wire::PatternedRecurrence {
            pattern: Member::Null,
            range: Member::Value(Box::new(range)),
            ..wire::PatternedRecurrence::default()
        };
    };
    match recurrence.until {
        RecurrenceEnd::Never => range.r#type = "noEnd".into(),
        RecurrenceEnd::At(end) => {
            range.r#type = "endDate".into();
            range.end_date = date(end).into();
        }
        RecurrenceEnd::Rounds(n) => {
            range.r#type = "numbered".into();
            range.number_of_occurrences = Member::Value(Number::from(n));
        }
    }
    let kind = match &recurrence.every {
        Frequency::Monthly => "absoluteMonthly",
        other => other.as_str(),
    };
    wire::PatternedRecurrence {
        pattern: Member::Value(Box::new(wire::RecurrencePattern {
            r#type: kind.into(),
            interval: Member::Value(Number::from(recurrence.interval)),
            ..wire::RecurrencePattern::default()
        })),
        range: Member::Value(Box::new(range)),
        ..wire::PatternedRecurrence::default()
    }
}

/// A date, or an instant where a page writes one.
fn day(member: &Member<Text>, at: &'static str) -> Result<Option<Timestamp>> {
    match member.text() {
        None => Ok(None),
        Some(date) if date.len() == 10 => instant(&format!("{date}T00:00:00Z"), at),
        Some(text) => instant(text, at),
    }
}

fn date(time: Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}
