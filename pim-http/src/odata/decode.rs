//! Reading JSON, with errors that tell the place and not the content.

use std::fmt;

use pim_core::error::{Error, ErrorKind, Result};
use serde::{Deserialize, de::IgnoredAny};

/// Reads a value from JSON.
///
/// # Errors
/// `Malformed` with the JSON path, without any text of the document.
pub fn decode<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = place(error.path());
        malformed(&path, error.inner())
    })?;
    reader.end().map_err(|error| malformed(".", &error))?;
    Ok(value)
}

/// A place in JSON as it may be shown. The names in it can be the document's own, such as those of a map, so what
/// does not look like the name of a member is left out, and a long path ends early.
pub fn place(path: impl fmt::Display) -> String {
    const LONGEST: usize = 200;
    let path = path.to_string();
    let shown = path.split_inclusive(['.', '[', ']']).map(|part| {
        let (name, end) = match part.char_indices().next_back() {
            Some((at, '.' | '[' | ']')) => part.split_at(at),
            _ => (part, ""),
        };
        let bare =
            name.strip_prefix('@').or_else(|| name.split_once("@odata").map(|(own, _)| own)).unwrap_or(name);
        let open =
            bare.len() <= 64 && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-$?".contains(&b));
        format!("{}{end}", if open { name } else { "…" })
    });
    let mut text = String::new();
    for part in shown {
        if text.len() + part.len() > LONGEST {
            text.push('…');
            break;
        }
        text.push_str(&part);
    }
    text
}

/// What is wrong in JSON, without any text of the document: serde's own words quote the value found, which may be
/// a name or a justification.
pub fn fault(error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at {place}")).unwrap_or(&text);
    // A missing field is named by the type, not by the document; all else is cut around the quotation.
    let told = if text.starts_with("missing field") || !text.contains(['"', '`']) {
        text.to_owned()
    } else {
        let head = text.split(['"', '`']).next().unwrap_or_default().trim_end();
        match text.rfind(", expected ").filter(|_| text.starts_with("invalid ")) {
            Some(at) => format!("{head}{}", text[at..].replace(['"', '`'], "'")),
            None => head.to_owned(),
        }
    };
    format!("{told} ({place})")
}

/// Whether JSON breaks off, as from a connection that was lost without anybody noticing.
pub(crate) fn is_cut(json: &[u8]) -> bool {
    !json.is_empty() && serde_json::from_slice::<IgnoredAny>(json).is_err_and(|error| error.is_eof())
}

fn malformed(path: &str, error: &serde_json::Error) -> Error {
    let at = if path == "." { String::new() } else { format!("at {path}: ") };
    Error::new(ErrorKind::Malformed, format!("the service's answer can't be read: {at}{}", fault(error)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Row {
        #[serde(rename = "start")]
        _start: u32,
    }

    #[test]
    fn errors_tell_the_place_and_never_the_content() {
        let read =
            |text: &str| decode::<BTreeMap<String, Vec<Row>>>(text.as_bytes()).unwrap_err().to_string();
        let wrong = read(r#"{"value":[{"start":1},{"start":"Adele \" Vance, expected ` nobody"}]}"#);
        assert!(wrong.contains("at value[1].start: invalid type: string, expected u32 (line 1"), "{wrong}");
        assert!(!wrong.contains("Vance"), "{wrong}");
        assert!(read(r#"{"value":[{}]}"#).contains("missing field `start`"));
        assert!(read(r#"{"value":[{"start":1}"#).contains("EOF while parsing"));
        assert!(read(r#"{} Adele"#).contains("trailing characters"));
    }

    #[test]
    fn names_in_a_place_are_shown_where_they_are_no_data() {
        for open in ["value[12].start", "@odata.nextLink", "a.principal@odata.bind", ".", "x[?].y"] {
            assert_eq!(place(open), open);
        }
        assert_eq!(place("value.adele@contoso.com"), "value.….com");
        assert_eq!(place("a.Adele Vance[1].b"), "a.…[1].b");
        assert_eq!(place("a".repeat(100)), "…");
        let deep = place("abcdefgh.".repeat(1000));
        assert!(deep.starts_with("abcdefgh.abcdefgh.") && deep.ends_with('…') && deep.len() < 210, "{deep}");
        let named = decode::<BTreeMap<String, u32>>(br#"{"adele@contoso.com":"x"}"#).unwrap_err();
        assert!(!named.to_string().contains("adele") && named.to_string().contains('…'), "{named}");
    }

    #[test]
    fn broken_off_is_told_from_broken() {
        for cut in ["{", r#"{"a":[1,{"b":"c"#, "[1,", "tru"] {
            assert!(is_cut(cut.as_bytes()), "{cut}");
        }
        for whole in ["", "{}", "[1]", "{]", "<html>", "nul!"] {
            assert!(!is_cut(whole.as_bytes()), "{whole}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_error_and_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<BTreeMap<String, Vec<Row>>>(&bytes);
            let _ = is_cut(&bytes);
        }

        #[test]
        fn no_secret_comes_through(secret in "[A-Z]{12}") {
            let json = format!(r#"{{"value":[{{"start":"{secret}"}}]}}"#);
            let text = decode::<BTreeMap<String, Vec<Row>>>(json.as_bytes()).unwrap_err().to_string();
            prop_assert!(!text.contains(&secret));
        }
    }
}
