//! `$filter` expressions, built so that no value can become part of the expression.

use std::fmt;

use pim_core::time::Timestamp;

/// An OData filter. `to_string` is the expression, [`Filter::encoded`] what goes into an address.
///
/// Property names and functions are the program's own and are taken as they are; values are escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    text: String,
    /// Whether it needs brackets inside another.
    compound: bool,
}

impl Filter {
    /// `property eq 'text'`.
    pub fn eq(property: &str, text: &str) -> Self {
        Self::compare(property, "eq", quote(text))
    }

    /// `property ne 'text'`.
    pub fn ne(property: &str, text: &str) -> Self {
        Self::compare(property, "ne", quote(text))
    }

    /// `property eq null`.
    pub fn is_null(property: &str) -> Self {
        Self::compare(property, "eq", "null")
    }

    /// `property ge time`: at that time or later.
    pub fn since(property: &str, time: Timestamp) -> Self {
        Self::compare(property, "ge", time)
    }

    /// `property lt time`: before that time.
    pub fn before(property: &str, time: Timestamp) -> Self {
        Self::compare(property, "lt", time)
    }

    /// `property in ('a','b')`. `None` without a value, which no expression can say.
    pub fn one_of<'a>(property: &str, texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let texts: Vec<_> = texts.into_iter().map(quote).collect();
        let text = format!("{property} in ({})", texts.join(","));
        (!texts.is_empty()).then_some(Self { text, compound: false })
    }

    /// `function(property,'text')`, such as `startswith` or `contains`.
    pub fn call(function: &str, property: &str, text: &str) -> Self {
        Self { text: format!("{function}({property},{})", quote(text)), compound: false }
    }

    /// An expression as it is, such as `atScope()`. Never put a value from elsewhere into it.
    pub fn raw(expression: impl Into<String>) -> Self {
        Self { text: expression.into(), compound: true }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.join("and", other)
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.join("or", other)
    }

    /// All of them; `None` without any.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut texts = Vec::new();
        let mut last = None;
        for filter in filters {
            texts.push(filter.bracketed());
            last = Some(filter);
        }
        match texts.len() {
            0 | 1 => last,
            _ => Some(Self { text: texts.join(" and "), compound: true }),
        }
    }

    /// The expression, percent-encoded for the value of a query option.
    pub fn encoded(&self) -> String {
        url::form_urlencoded::byte_serialize(self.text.as_bytes()).collect::<String>().replace('+', "%20")
    }

    fn compare(property: &str, operator: &str, value: impl fmt::Display) -> Self {
        Self { text: format!("{property} {operator} {value}"), compound: false }
    }

    fn join(self, word: &str, other: Self) -> Self {
        Self { text: format!("{} {word} {}", self.bracketed(), other.bracketed()), compound: true }
    }

    fn bracketed(&self) -> String {
        if self.compound { format!("({})", self.text) } else { self.text.clone() }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A quote inside a text is doubled.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn expressions_read_as_the_service_documents_them() {
        let both = Filter::eq("scopeId", "/").and(Filter::eq("scopeType", "DirectoryRole"));
        assert_eq!(both.to_string(), "scopeId eq '/' and scopeType eq 'DirectoryRole'");
        let since = Filter::since("activityDateTime", "2026-01-31T08:00:00Z".parse().unwrap());
        assert_eq!(
            both.clone().or(since).to_string(),
            "(scopeId eq '/' and scopeType eq 'DirectoryRole') or activityDateTime ge 2026-01-31T08:00:00Z"
        );
        assert_eq!(Filter::one_of("id", ["a", "b'c"]).unwrap().to_string(), "id in ('a','b''c')");
        assert_eq!(Filter::one_of("id", []), None);
        assert_eq!(Filter::all([both.clone()]), Some(both));
        assert_eq!(
            Filter::call("startswith", "displayName", "O'Neil & Co+").encoded(),
            "startswith%28displayName%2C%27O%27%27Neil%20%26%20Co%2B%27%29"
        );
    }

    proptest! {
        #[test]
        fn a_value_never_ends_its_quotes(value in "\\PC{0,30}") {
            let text = Filter::eq("p", &value).to_string();
            let inside = text.strip_prefix("p eq '").unwrap().strip_suffix('\'').unwrap();
            prop_assert!(!inside.replace("''", "").contains('\''));
            prop_assert_eq!(inside.replace("''", "'"), value);
            let encoded = Filter::eq("p", text.as_str()).encoded();
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"%-_.*".contains(&b)));
        }
    }
}
