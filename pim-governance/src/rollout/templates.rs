//! What texts are made with.

use std::collections::BTreeMap;

use minijinja::{
    AutoEscape, Environment, HtmlEscape, State, UndefinedBehavior,
    syntax::SyntaxConfig,
    value::{Serde, Value},
};
use serde::Serialize;

use crate::render::{RenderError, markdown, text::clean};

/// A text that can be put into other words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Template {
    /// The subject of a message.
    MessageSubject,
    /// A message as plain text.
    MessageText,
    /// A message as HTML.
    MessageHtml,
    /// A hand-out as Markdown.
    HandOutMarkdown,
    /// A hand-out as HTML.
    HandOutHtml,
    /// A hand-out as plain text.
    HandOutText,
    /// The page of what to do when stuck, as Markdown.
    TroubleshootingMarkdown,
    /// The same as HTML.
    TroubleshootingHtml,
}

impl Template {
    /// Every template.
    pub const ALL: &'static [Self] = &[
        Self::MessageSubject,
        Self::MessageText,
        Self::MessageHtml,
        Self::HandOutMarkdown,
        Self::HandOutHtml,
        Self::HandOutText,
        Self::TroubleshootingMarkdown,
        Self::TroubleshootingHtml,
    ];

    /// What its file is called. The ending tells how what it prints is escaped.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::MessageSubject => "message.subject.txt",
            Self::MessageText => "message.txt",
            Self::MessageHtml => "message.html",
            Self::HandOutMarkdown => "hand-out.md",
            Self::HandOutHtml => "hand-out.html",
            Self::HandOutText => "hand-out.txt",
            Self::TroubleshootingMarkdown => "troubleshooting.md",
            Self::TroubleshootingHtml => "troubleshooting.html",
        }
    }

    /// The project's own.
    pub const fn shipped(self) -> &'static str {
        match self {
            Self::MessageSubject => include_str!("templates/message.subject.txt"),
            Self::MessageText => include_str!("templates/message.txt"),
            Self::MessageHtml => include_str!("templates/message.html"),
            Self::HandOutMarkdown => include_str!("templates/hand-out.md"),
            Self::HandOutHtml => include_str!("templates/hand-out.html"),
            Self::HandOutText => include_str!("templates/hand-out.txt"),
            Self::TroubleshootingMarkdown => include_str!("templates/troubleshooting.md"),
            Self::TroubleshootingHtml => include_str!("templates/troubleshooting.html"),
        }
    }
}

/// Templates, in the language of [minijinja](https://docs.rs/minijinja) (Jinja2). Begin with what
/// [`Template::shipped`] gives; whatever is printed with `{{ }}` is escaped for the format and kept on one line. A
/// field that does not exist is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Templates {
    own: BTreeMap<Template, String>,
}

impl Templates {
    /// The same with one of your own.
    #[must_use]
    pub fn with(mut self, template: Template, text: impl Into<String>) -> Self {
        self.own.insert(template, text.into());
        self
    }

    /// The text of a template: your own, or the project's.
    pub fn text(&self, template: Template) -> &str {
        self.own.get(&template).map_or_else(|| template.shipped(), String::as_str)
    }
}

/// The templates, read once for many texts.
#[derive(Debug)]
pub(super) struct Engine<'t> {
    env: Environment<'t>,
}

impl<'t> Engine<'t> {
    pub(super) fn new(templates: &'t Templates, wanted: &[Template]) -> Result<Self, RenderError> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        env.set_auto_escape_callback(|name| match name.rsplit_once('.') {
            Some((_, "html")) => AutoEscape::Html,
            Some((_, "md")) => AutoEscape::Custom("markdown".into()),
            // Not `None`, by which the result of a macro would count as a text to be cleaned.
            _ => AutoEscape::Custom("text".into()),
        });
        env.set_formatter(|out, state, value| {
            if value.is_undefined() {
                return Err(minijinja::ErrorKind::UndefinedError.into());
            }
            if value.is_safe() {
                return write!(out, "{value}").map_err(Into::into);
            }
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let text = clean(&text);
            let written = match state.auto_escape() {
                AutoEscape::Html => write!(out, "{}", HtmlEscape(&text)),
                AutoEscape::Custom(kind) if kind == "markdown" => out.write_str(&markdown::escape(&text)),
                _ => out.write_str(&text),
            };
            written.map_err(Into::into)
        });
        env.add_filter("prose", prose);
        for template in wanted {
            let name = template.file_name();
            let fail = |error: minijinja::Error| RenderError::template(name, &error);
            env.set_syntax(syntax().map_err(fail)?);
            env.add_template(name, templates.text(*template)).map_err(fail)?;
        }
        Ok(Self { env })
    }

    pub(super) fn render(&self, template: Template, context: &impl Serialize) -> Result<String, RenderError> {
        let name = template.file_name();
        let fail = |error: minijinja::Error| RenderError::template(name, &error);
        let template = self.env.get_template(name).map_err(fail)?;
        template.render(Value::from(Serde(context))).map_err(fail)
    }
}

/// A text of this project's own, in which code stands between backticks.
fn prose(state: &State<'_, '_>, text: &str) -> Value {
    if *state.auto_escape() != AutoEscape::Html {
        return Value::from_safe_string(text.to_owned());
    }
    let part = |(at, part): (usize, &str)| match at % 2 {
        0 => HtmlEscape(part).to_string(),
        _ => format!("<code>{}</code>", HtmlEscape(part)),
    };
    Value::from_safe_string(text.split('`').enumerate().map(part).collect())
}

/// Templates are laid out like the page: a line with a block alone leaves no line behind.
fn syntax() -> Result<SyntaxConfig, minijinja::Error> {
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()
}
