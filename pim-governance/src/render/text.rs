//! Texts for people: numbers, times, lists, and names that someone may have made up to do harm.

use std::{borrow::Cow, fmt::Write as _};

use pim_core::time::{Period, Timestamp};

use crate::{analysis::Code, snapshot::SourceKind};

/// The text on one line, without what reorders or hides it: line ends and tabs become blanks, other control
/// characters and those that turn the direction of writing are shown by their number.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || hides(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' => out.push(' '),
            c if c.is_control() || hides(c) => {
                let _ = write!(out, "[U+{:04X}]", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

const fn hides(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `2026-11-21 08:00 UTC`.
pub(crate) fn instant(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

/// `8 hours`, `1 day`, `1 hour 30 minutes`.
pub(crate) fn period(length: Period) -> String {
    let seconds = length.as_seconds();
    let units = [
        (seconds / 86_400, "day", "days"),
        (seconds % 86_400 / 3_600, "hour", "hours"),
        (seconds % 3_600 / 60, "minute", "minutes"),
        (seconds % 60, "second", "seconds"),
    ];
    let words: Vec<_> = units
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .collect();
    if words.is_empty() { "no time".to_owned() } else { words.join(" ") }
}

/// `1 person`, `3 people`, `12,000 people`.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// With commas: `12,000`.
pub(crate) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The words of a name such as `over-privileged` or `directory_roles`, the first in a capital.
pub(crate) fn title(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    capital(&words)
}

/// The same with a capital first.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What a source is about, in words that begin small.
pub(super) const fn source(source: SourceKind) -> &'static str {
    match source {
        SourceKind::DirectoryRoles => "Entra roles",
        SourceKind::AzureRoles => "Azure roles",
        SourceKind::DirectoryAssignments => "assignments of Entra roles",
        SourceKind::GroupAssignments => "assignments of PIM groups",
        SourceKind::AzureAssignments => "assignments of Azure roles",
        SourceKind::DirectoryEligibilities => "eligibilities for Entra roles",
        SourceKind::GroupEligibilities => "eligibilities for PIM groups",
        SourceKind::AzureEligibilities => "eligibilities for Azure roles",
        SourceKind::DirectoryPolicies => "settings of Entra roles",
        SourceKind::GroupPolicies => "settings of PIM groups",
        SourceKind::AzurePolicies => "settings of Azure roles",
        SourceKind::Users => "people",
        SourceKind::Groups => "groups",
        SourceKind::Memberships => "members of groups",
        SourceKind::ServicePrincipals => "applications",
        SourceKind::Units => "administrative units",
        SourceKind::Skus => "licences",
        SourceKind::ConditionalAccess => "Conditional Access policies",
        SourceKind::Contexts => "authentication contexts",
        SourceKind::Locations => "named locations",
        SourceKind::Reviews => "access reviews",
        SourceKind::Rounds => "rounds of access reviews",
        SourceKind::Alerts => "alerts of PIM",
        SourceKind::Incidents => "incidents of alerts",
        SourceKind::LastActivations => "activations in the audit log",
        SourceKind::Operations => "what administrators did",
    }
}

/// Several sources: `people, groups and licences`.
pub(super) fn sources<'a>(kinds: impl IntoIterator<Item = &'a SourceKind>) -> String {
    list(&kinds.into_iter().map(|kind| source(*kind).to_owned()).collect::<Vec<_>>())
}

/// A kind of finding, in words.
pub(super) fn finding(code: Code) -> String {
    let words = title(code.as_str());
    let proper = [
        ("mfa", "MFA"),
        ("global administrators", "Global Administrators"),
        ("Conditional access", "Conditional Access"),
    ];
    proper.into_iter().fold(words, |words, (plain, name)| words.replace(plain, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_reorders_text_is_shown() {
        assert_eq!(clean("a\nb\tc"), "a b c");
        assert_eq!(clean("user\u{202e}gpj.exe\u{0}"), "user[U+202E]gpj.exe[U+0000]");
        assert_eq!(clean("Zoë 👩\u{200d}💻"), "Zoë 👩\u{200d}💻", "joined letters stay");
    }

    #[test]
    fn numbers_and_times_are_told_in_words() {
        assert_eq!(
            [number(0), number(999), number(1_000), number(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(period(Period::minutes(90)), "1 hour 30 minutes");
        assert_eq!(period(Period::days(1)), "1 day");
        assert_eq!(instant(Timestamp::from_unix_seconds(0)), "1970-01-01 00:00 UTC");
        assert_eq!(title("over-privileged"), "Over privileged");
        assert_eq!(finding(Code::TooManyGlobalAdministrators), "Too many Global Administrators");
        assert_eq!(finding(Code::NoMfa), "No MFA");
        let words = |n: usize| list(&["a", "b", "c"].map(String::from)[..n]);
        assert_eq!([words(0), words(1), words(2), words(3)], ["", "a", "a and b", "a, b and c"]);
    }
}
