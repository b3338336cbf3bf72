//! Spelling: the model's snake_case as Graph's camelCase and PascalCase, times with and without fractions.

use pim_core::time::Timestamp;
use serde_json::Value;

/// `self_activate` as `selfActivate`.
pub(crate) fn camel(text: &str) -> String {
    let mut camel = pascal(text);
    if let Some(first) = camel.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    camel
}

/// `pending_approval` as `PendingApproval`.
pub(crate) fn pascal(text: &str) -> String {
    let mut pascal = String::with_capacity(text.len());
    for word in text.split('_') {
        let begin = pascal.len();
        pascal.push_str(word);
        if let Some(first) = pascal.get_mut(begin..=begin) {
            first.make_ascii_uppercase();
        }
    }
    pascal
}

/// An instant to its ten-millionth of a second, as the answer to a write has it.
pub(crate) fn exact(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |time| time.to_string().into())
}

/// An instant to the millisecond, as it is read later.
pub(crate) fn millis(time: Option<Timestamp>) -> Value {
    const TICKS: i64 = 10_000;
    exact(time.map(|time| Timestamp::from_ticks(time.ticks().div_euclid(TICKS) * TICKS)))
}

/// A text, or null.
pub(crate) fn text(value: Option<impl ToString>) -> Value {
    value.map_or(Value::Null, |value| value.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_spelled_as_on_the_wire() {
        assert_eq!(camel("self_activate"), "selfActivate");
        assert_eq!(pascal("pending_approval_provisioning"), "PendingApprovalProvisioning");
        assert_eq!(pascal("timed_out"), "TimedOut");
        assert_eq!(camel(""), "");
    }

    #[test]
    fn fractions_are_cut_not_rounded() {
        let time: Timestamp = "2026-09-06T17:53:52.6039999Z".parse().unwrap();
        assert_eq!(millis(Some(time)), "2026-09-06T17:53:52.603Z");
        assert_eq!(exact(Some(time)), "2026-09-06T17:53:52.6039999Z");
        assert_eq!(millis(None), Value::Null);
    }
}
