//! Ways of putting things into words.

use pim_core::{
    error::{Error, StepUp},
    request::RequestStatus,
    time::{Period, Timestamp},
};

/// A length of time as people say it.
pub(super) fn length(period: Period) -> String {
    let minutes = period.as_seconds() / 60;
    match (minutes / (24 * 60), minutes / 60, minutes) {
        (days, hours, _) if days > 1 && hours % 24 == 0 => format!("{days} days"),
        (_, hours, minutes) if hours > 0 && minutes % 60 == 0 => format!("{hours} h"),
        _ => format!("{minutes} min"),
    }
}

/// Month, day, hour and minute, in UTC.
pub(super) fn o_clock(time: Timestamp) -> String {
    let text = time.to_string();
    let day = text.get(5..10).unwrap_or_default();
    let hour = text.get(11..16).unwrap_or_default();
    format!("{day} {hour}")
}

/// "1 person", "2 people".
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// A status as people read it.
pub(super) fn status(status: &RequestStatus) -> String {
    status.to_string().replace('_', " ")
}

/// "a, b and c"; of many the first four.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if first.len() < 6 => format!("{} and {last}", first.join(", ")),
        many => format!("{} and {} others", many[..4].join(", "), many.len() - 4),
    }
}

/// What was refused, by the reason: each reason once, with all whom it met.
pub(super) fn by_reason(refused: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for (whom, why) in refused {
        match reasons.iter_mut().find(|(other, _)| *other == why) {
            Some((_, all)) => all.push(whom),
            None => reasons.push((why, vec![whom])),
        }
    }
    reasons.into_iter().map(|(why, whom)| format!("{}: {why}", list(&whom))).collect()
}

/// An error as the story tells it: what is wrong, and the code.
pub(super) fn reason(error: &Error) -> String {
    let code = error.code().map(|code| format!(" [{code}]")).unwrap_or_default();
    format!("{}{code}", error.message())
}

/// The sign-in that a service demands.
pub(super) fn sign_in(step_up: &StepUp) -> String {
    match step_up {
        StepUp::Mfa => "multi-factor sign-in".to_owned(),
        StepUp::Context(context) => format!("authentication context {context}"),
        _ => "a stronger sign-in".to_owned(),
    }
}
