//! What pages are made with.

use std::collections::BTreeMap;

/// A template, or a file that goes into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Template {
    /// `report.md`: the Markdown.
    Markdown,
}

impl Template {
    /// Every template.
    pub const ALL: &'static [Self] = &[Self::Markdown];

    /// What its file is called.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Markdown => "report.md",
        }
    }

    /// The project's own.
    pub const fn shipped(self) -> &'static str {
        match self {
            Self::Markdown => include_str!("templates/report.md"),
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
