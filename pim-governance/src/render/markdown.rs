//! Markdown: the document through a template, every value escaped.

use minijinja::{
    AutoEscape, Environment,
    syntax::SyntaxConfig,
    value::{Serde, Value, ValueKind},
};

use super::{
    document::Document,
    error::RenderError,
    templates::{Template, Templates},
};

const NAME: &str = Template::Markdown.file_name();

pub(super) fn write(document: &Document, templates: &Templates) -> Result<String, RenderError> {
    let fail = |error: minijinja::Error| RenderError::template(NAME, &error);
    let mut env = Environment::new();
    env.set_syntax(blocks_on_lines_of_their_own().map_err(fail)?);
    env.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    env.set_formatter(|out, _, value| {
        if value.is_safe() || value.kind() == ValueKind::Number {
            return write!(out, "{value}").map_err(Into::into);
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out.write_str(&escape(&text)).map_err(Into::into)
    });
    env.add_template(NAME, templates.text(Template::Markdown)).map_err(fail)?;
    let template = env.get_template(NAME).map_err(fail)?;
    template.render(Value::from(Serde(document))).map_err(fail)
}

/// Templates are laid out like the page: a line with a block alone leaves no line behind.
pub(super) fn blocks_on_lines_of_their_own() -> Result<SyntaxConfig, minijinja::Error> {
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()
}

/// Text that Markdown takes for nothing else, in a paragraph as in a cell of a table.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Addresses become links by themselves otherwise.
            ':' if rest.starts_with("://") => out.push_str("&#58;"),
            '@' => out.push_str("&#64;"),
            '.' if ends_in_www(&text[..at]) => out.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn ends_in_www(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3 && bytes[bytes.len() - 3..].eq_ignore_ascii_case(b"www")
}
