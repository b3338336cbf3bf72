//! Arguments: one JSON object for each call.

use pim_core::error::{Error, ErrorKind, Result};
use serde::de::DeserializeOwned;

/// Reads arguments; what is wrong is told with its place and never quoted, for it may be a justification.
pub(crate) fn read<T: DeserializeOwned>(method: &'static str, text: &str) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_str(if text.is_empty() { "{}" } else { text });
    serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| {
            let path = error.path().to_string();
            let problem = expected(&error.into_inner());
            wrong(method, if path == "." { problem } else { format!("{path}: {problem}") })
        })
        .and_then(|value| {
            let end = reader.end();
            end.map(|()| value)
                .map_err(|_| wrong(method, "there is something behind the arguments".to_owned()))
        })
}

fn wrong(method: &'static str, problem: String) -> Error {
    Error::new(ErrorKind::InvalidInput, problem).with_context("method", method)
}

/// What serde says, without the value that it found and without its place in the text, which callers never see.
fn expected(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(before, _)| before);
    let found = |kind: &str| text.strip_prefix(kind).and_then(|rest| rest.split_once(", expected "));
    // Names of our types mean nothing to who writes the arguments.
    let plain = |expected: &str| match expected.strip_prefix("struct ") {
        Some(_) => "an object".to_owned(),
        None => expected.to_owned(),
    };
    match (found("invalid type: "), found("invalid value: "), found("invalid length ")) {
        (Some((what, expected)), _, _) => {
            let kind = what.split_whitespace().next().unwrap_or("another kind of value");
            format!("expected {}, not {kind}", plain(expected))
        }
        (_, Some((_, expected)), _) | (_, _, Some((_, expected))) => format!("expected {}", plain(expected)),
        _ => text.to_owned(),
    }
}

/// An error for a name that does not exist, with the nearest that does.
pub(crate) fn no_such<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let near = known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .filter(|(distance, known)| *distance <= known.len().max(3) / 3)
        .min();
    let message = match near {
        Some((_, near)) => format!("there is no such {what}; did you mean `{near}`?"),
        None => format!("there is no such {what}"),
    };
    Error::new(ErrorKind::InvalidInput, message)
        .with_context("name", name.chars().take(64).filter(|c| !c.is_control()).collect::<String>())
}

#[cfg(test)]
mod tests {
    use pim_core::client::Activate;

    use super::*;

    fn told(text: &str) -> String {
        read::<Activate>("activate", text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_never_quoted() {
        let role = r#""privilege": {"type": "directory_role", "role": "62e90394-69f5-4237-9190-012177145e10", "scope": "/"}"#;
        assert_eq!(
            told(&format!(r#"{{{role}, "justification": {{"secret": 1}}}}"#)),
            "justification: expected a string, not map (method activate)"
        );
        let odd = told(&format!(r#"{{{role}, "durations": "PT1H"}}"#));
        assert!(odd.contains("unknown field `durations`") && odd.contains("`duration`"), "{odd}");
        assert!(
            told(&format!(r#"{{{role}, "duration": "P1M"}}"#)).starts_with("duration: `P1M` is not a length")
        );
        assert!(told("{}").contains("missing field `privilege`"));
        assert!(told("").contains("missing field `privilege`"));
        assert!(told("{} {}").contains("missing field"));
        assert!(read::<Activate>("activate", &format!("{{{role}}} x")).is_err());
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest() {
        let known = ["activate", "deactivate", "assign"];
        assert!(no_such("method", "activat", known).to_string().contains("did you mean `activate`?"));
        assert!(!no_such("method", "zzz", known).to_string().contains("did you mean"));
    }
}
