//! A tree as YAML that people like to read.

use super::{Body, Member, Node, yaml};

/// Writes a document.
pub(in super::super) fn write(node: &Node) -> String {
    let mut out = String::new();
    match &node.body {
        Body::Map(members) => map(members, 0, true, &mut out),
        _ => {
            value(node, 0, &mut out);
        }
    }
    out
}

fn map(members: &[Member], indent: usize, spaced: bool, out: &mut String) {
    for (at, member) in members.iter().enumerate() {
        let section = spaced && is_block(&member.value);
        if section && at > 0 {
            out.push('\n');
        }
        if at > 0 || spaced {
            pad(indent, out);
        }
        out.push_str(&text(&member.key));
        out.push(':');
        value(&member.value, indent, out);
    }
}

/// What comes after `key:` or `-`, up to and with the end of the line.
fn value(node: &Node, indent: usize, out: &mut String) {
    match &node.body {
        Body::Map(members) if !members.is_empty() => {
            out.push('\n');
            pad(indent + 2, out);
            map(members, indent + 2, false, out);
        }
        Body::List(items) if is_block(node) => {
            out.push('\n');
            for item in items {
                pad(indent + 2, out);
                out.push('-');
                match &item.body {
                    Body::Map(members) if !members.is_empty() => {
                        out.push(' ');
                        map(members, indent + 4, false, out);
                    }
                    _ => value(item, indent + 2, out),
                }
            }
        }
        _ => {
            out.push(' ');
            out.push_str(&scalar(node));
            out.push('\n');
        }
    }
}

/// Lists of a few short words stand on one line.
fn is_block(node: &Node) -> bool {
    match &node.body {
        Body::Map(members) => !members.is_empty(),
        Body::List(items) => {
            let inline = items.iter().all(|item| !matches!(item.body, Body::Map(_) | Body::List(_)));
            let width: usize = items.iter().map(|item| scalar(item).len() + 2).sum();
            !(items.is_empty() || inline && width <= 60)
        }
        _ => false,
    }
}

fn scalar(node: &Node) -> String {
    match &node.body {
        Body::Null => "null".to_owned(),
        Body::Bool(value) => value.to_string(),
        Body::Integer(value) => value.to_string(),
        Body::Number(value) => value.clone(),
        Body::Text(value) => text(value),
        Body::Map(_) => "{}".to_owned(),
        Body::List(items) => {
            let items: Vec<_> = items.iter().map(scalar).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

fn text(value: &str) -> String {
    if is_plain(value) { value.to_owned() } else { quoted(value) }
}

/// True for text that is the same without quotes, for this reader and for those of YAML 1.1, which take `no` and
/// `12:30` for something else.
fn is_plain(value: &str) -> bool {
    let first = value.chars().next().is_some_and(|c| c.is_alphabetic() || c == '/' || c.is_ascii_digit());
    let safe =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '@' | '+' | '(' | ')');
    let old_words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    first
        && value.chars().all(safe)
        && !value.ends_with(' ')
        && !old_words.iter().any(|word| value.eq_ignore_ascii_case(word))
        && matches!(yaml::plain(value), Body::Text(_))
}

fn quoted(value: &str) -> String {
    let mut out = String::from('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Not printable in YAML, or a line break in older readers.
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') =>
            {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
