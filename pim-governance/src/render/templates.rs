//! What pages are made with.

use std::collections::BTreeMap;

/// A template, or a file that goes into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Template {
    /// `report.md`: the Markdown.
    Markdown,
    /// `report.html`: the page.
    Html,
    /// `report.css`: the page's style.
    Style,
    /// `report.js`: what sorts and filters its tables.
    Script,
}

impl Template {
    /// Every template.
    pub const ALL: &'static [Self] = &[Self::Markdown, Self::Html, Self::Style, Self::Script];

    /// What its file is called.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Markdown => "report.md",
            Self::Html => "report.html",
            Self::Style => "report.css",
            Self::Script => "report.js",
        }
    }

    /// The project's own.
    pub const fn shipped(self) -> &'static str {
        match self {
            Self::Markdown => include_str!("templates/report.md"),
            Self::Html => include_str!("templates/report.html"),
            Self::Style => include_str!("templates/report.css"),
            Self::Script => include_str!("templates/report.js"),
        }
    }
}

/// Templates, in the language of [minijinja](https://docs.rs/minijinja) (Jinja2). Begin with what
/// [`Template::shipped`] gives; whatever is printed with `{{ }}` is escaped for the format.
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
