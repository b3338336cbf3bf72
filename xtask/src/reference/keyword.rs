//! Key words of a title: lower case, singular, without the words that say nothing, in alphabetical order.

use std::collections::BTreeSet;

pub(super) fn of(title: &str) -> BTreeSet<String> {
    let title = title.to_lowercase();
    let short = SHORT.iter().filter(|(long, _)| title.contains(long)).map(|(_, short)| (*short).to_owned());
    title
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(|word| singular(word.trim_matches('-')))
        .filter(|word| !word.is_empty() && !STOP.contains(&word.as_str()))
        .chain(short)
        .collect()
}

/// What people write instead.
const SHORT: [(&str, &str); 3] = [
    ("multifactor authentication", "mfa"),
    ("privileged identity management", "pim"),
    ("temporary access pass", "tap"),
];

/// `not` and `except` are no such words: tasks differ by them alone.
const STOP: [&str; 29] = [
    "a",
    "all",
    "an",
    "and",
    "are",
    "as",
    "behalf",
    "by",
    "for",
    "from",
    "in",
    "include",
    "including",
    "is",
    "itself",
    "microsoft",
    "of",
    "on",
    "or",
    "other",
    "own",
    "perform",
    "selected",
    "the",
    "themselves",
    "to",
    "were",
    "when",
    "which",
];

fn singular(word: &str) -> String {
    match word {
        _ if word.len() < 4 || word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") => {
            word.to_owned()
        }
        _ if word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        _ if word.ends_with("sses") => word[..word.len() - 2].to_owned(),
        _ => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_reduced_to_what_it_is_about() {
        let words: Vec<_> =
            of("Reset the passwords of non-admins, and all policies, not addresses").into_iter().collect();
        assert_eq!(words, ["address", "non-admin", "not", "password", "policy", "reset"]);
        assert!(of("Multifactor authentication").contains("mfa"));
        assert_eq!(of("Access"), BTreeSet::from(["access".to_owned()]));
    }
}
