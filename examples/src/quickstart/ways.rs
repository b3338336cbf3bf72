//! Ways of putting things into words.

use pim_core::{
    error::StepUp,
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

/// "a, b and c".
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The sign-in that a service demands.
pub(super) fn sign_in(step_up: &StepUp) -> String {
    match step_up {
        StepUp::Mfa => "multi-factor sign-in".to_owned(),
        StepUp::Context(context) => format!("authentication context {context}"),
        _ => "a stronger sign-in".to_owned(),
    }
}
