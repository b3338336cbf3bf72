//! The nearest of several words.

/// The candidate with the fewest edits, if it is near enough to be what was meant.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(64).collect();
    let allowed = (word.len() / 3).clamp(1, 6);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// What there is to choose from, and the nearest to what was written.
pub(super) fn choices(word: &str, candidates: &[&str]) -> String {
    let list = candidates.join(", ");
    match nearest(word, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? There are: {list}"),
        None => format!("there are: {list}"),
    }
}

/// Levenshtein distance without regard to case, one row at a time.
fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (done, left) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = done + 1;
        for (column, right) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(!left.eq_ignore_ascii_case(right));
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_is_taken_and_the_far_refused() {
        assert_eq!(nearest("licenses", ["licences", "methods"]), Some("licences"));
        assert_eq!(nearest("Memeber", ["member", "owner"]), Some("member"));
        assert_eq!(nearest("colour", ["member", "owner"]), None);
        assert_eq!(choices("x", &["aaa", "bbb"]), "there are: aaa, bbb");
    }
}
