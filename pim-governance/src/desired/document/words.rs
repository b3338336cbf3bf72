//! The nearest of several words.

/// Longer words are compared by their beginning.
const LONGEST: usize = 64;

/// The candidate that was most probably meant, if one is near enough. Case does not count.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = fold(word);
    let allowed = (word.chars().count() / 3).clamp(1, 6);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word, &fold(candidate)), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// A word of the file, fit for a message: short, and without what breaks a line.
pub(crate) fn quote(word: &str) -> String {
    let mut short: String = word.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    format!("`{short}`")
}

fn fold(word: &str) -> String {
    word.chars().take(LONGEST).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_is_taken_and_the_far_refused() {
        assert_eq!(nearest("aprovers", ["approvers", "audience"]), Some("approvers"));
        assert_eq!(nearest("ROEL", ["role", "roles"]), Some("role"));
        assert_eq!(nearest("colour", ["role", "roles"]), None);
        assert_eq!(quote("a\nb\u{7}c"), "`abc…`");
    }
}
