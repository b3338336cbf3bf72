//! From a file to text, and from text to a document with places.

use std::{fs::File, io::Read as _, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonc_parser::{
    CollectOptions, ParseOptions,
    ast::Value,
    common::Ranged as _,
    errors::{ParseError, ParseErrorKind},
    parse_to_ast,
};

use super::{ImportOptions, notice::NoticeKind, reader::Reader};
use crate::desired::{
    DesignErrors, DesignFault, FaultKind,
    document::{Body, DEEPEST, Mark, Member, Node},
};

/// Larger than any configuration, and small enough to be read whole.
const MOST_BYTES: u64 = 16 << 20;

/// The text of a file, and the options with its name.
pub(super) fn open(path: &Path, options: &ImportOptions) -> Result<(String, ImportOptions), DesignErrors> {
    let name = options.file.clone().unwrap_or_else(|| path.display().to_string().into());
    let text = contents(path).map_err(|message| {
        DesignErrors::new(vec![DesignFault::new(FaultKind::Unreadable, "", format!("{name}: {message}"))])
    })?;
    Ok((text, ImportOptions { file: Some(name), ..options.clone() }))
}

fn contents(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| format!("can't be opened: {error}"))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| format!("can't be read: {error}"))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err("is larger than any configuration (16 MiB)".to_owned());
    }
    decode(bytes)
}

/// Windows PowerShell writes UTF-16 unless told otherwise.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let word = match bytes.get(..2) {
        Some([0xff, 0xfe]) => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
        Some([0xfe, 0xff]) => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
        _ => None,
    };
    match word {
        Some(word) => {
            let whole = bytes.len().is_multiple_of(2);
            let words: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| word([pair[0], pair[1]])).collect();
            let text = String::from_utf16(&words).ok().filter(|_| whole);
            text.ok_or_else(|| "begins as UTF-16 and is not; save it as UTF-8".to_owned())
        }
        None => String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
            format!("is not UTF-8, from line {line} on; save it as UTF-8")
        }),
    }
}

/// A configuration as a tree; `None` where that is not possible, which the reader then knows of.
pub(super) fn tree(text: &str, reader: &mut Reader) -> Option<Node> {
    let text = text.trim_start_matches('\u{feff}');
    match unwrapped(text) {
        Some(inner) => {
            let message = "this is base64, which EasyPIM does not read; places are those of the text within";
            reader.notice(NoticeKind::Encoded, (1, 1), "", message);
            parse(inner.trim_start_matches('\u{feff}'), reader)
        }
        None => parse(text, reader),
    }
}

/// The text that is in base64, if that is what it is.
fn unwrapped(text: &str) -> Option<String> {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if packed.len() < 12 || !packed.chars().all(is_base64) {
        return None;
    }
    decode(STANDARD.decode(packed).ok()?).ok()
}

fn parse(text: &str, reader: &mut Reader) -> Option<Node> {
    if text.trim().is_empty() {
        reader.fault(FaultKind::Syntax, (1, 1), "", "the file is empty: expected an object, { ... }");
        return None;
    }
    let lines = Lines::of(text);
    let collect = CollectOptions::default();
    let parsed = parse_to_ast(text, &collect, &dialect(true));
    let value = match parsed {
        Ok(parsed) => parsed.value,
        Err(error) => {
            let at = lines.mark(error.range().start);
            reader.fault(FaultKind::Syntax, at, "", words(&error));
            return None;
        }
    };
    if let Err(error) = parse_to_ast(text, &collect, &dialect(false)) {
        let message = "this comma is followed by nothing; it is passed over";
        reader.notice(NoticeKind::TrailingComma, lines.mark(error.range().start), "", message);
    }
    let value = value.as_ref().filter(|value| value.as_object().is_some());
    let Some(value) = value else {
        reader.fault(FaultKind::Syntax, (1, 1), "", "this is no configuration: expected an object, { ... }");
        return None;
    };
    node(value, &lines, 0, reader)
}

const fn dialect(trailing_commas: bool) -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_loose_object_property_names: false,
        allow_trailing_commas: trailing_commas,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// The parser's words, where they are not plain enough ours. None of them quotes the file.
fn words(error: &ParseError) -> String {
    use ParseErrorKind::{
        ExpectedComma, NestingDepthExceeded, UnterminatedArray, UnterminatedCommentBlock, UnterminatedObject,
    };
    let words = match error.kind() {
        UnterminatedCommentBlock => "this comment is never closed: expected */",
        UnterminatedObject => "this object is never closed: expected }",
        UnterminatedArray => "this list is never closed: expected ]",
        ExpectedComma => "expected a comma after this",
        NestingDepthExceeded => TOO_DEEP,
        other => return format!("this is not JSON: {}", other.to_string().to_lowercase()),
    };
    words.to_owned()
}

const TOO_DEEP: &str = "this is nested deeper than any configuration";

fn node(value: &Value<'_>, lines: &Lines<'_>, depth: usize, reader: &mut Reader) -> Option<Node> {
    let mark = lines.mark(value.start());
    if depth > DEEPEST {
        reader.fault(FaultKind::Syntax, mark, "", TOO_DEEP);
        return None;
    }
    let body = match value {
        Value::NullKeyword(_) => Body::Null,
        Value::BooleanLit(literal) => Body::Bool(literal.value),
        Value::NumberLit(literal) => match literal.value.parse() {
            Ok(number) => Body::Integer(number),
            Err(_) => Body::Number(literal.value.to_owned()),
        },
        Value::StringLit(literal) => Body::Text(literal.value.clone().into_owned()),
        Value::Array(array) => {
            let items = array.elements.iter().map(|item| node(item, lines, depth + 1, reader));
            Body::List(items.collect::<Option<_>>()?)
        }
        Value::Object(object) => {
            let members = object.properties.iter().map(|member| {
                let mark = lines.mark(member.name.start());
                let key = member.name.as_str().to_owned();
                Some(Member { key, mark, value: node(&member.value, lines, depth + 1, reader)? })
            });
            Body::Map(members.collect::<Option<_>>()?)
        }
    };
    Some(Node::new(mark, body))
}

/// Where the lines of a text begin.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Line and column of a byte.
    pub(super) fn mark(&self, at: usize) -> Mark {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts[line.max(1) - 1];
        let before = self.text.get(start..at).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}
