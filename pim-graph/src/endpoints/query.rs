use std::{borrow::Cow, fmt};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use pim_core::time::Timestamp;

/// The options of a reading call. Which of them an endpoint takes is said where it is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Query {
    /// Which objects.
    pub filter: Option<Filter>,
    /// Which members; empty for the default.
    pub select: Vec<Cow<'static, str>>,
    /// Which relations to bring along, nested options included: `policy($expand=rules)`.
    pub expand: Vec<Cow<'static, str>>,
    /// In which order.
    pub order: Option<Cow<'static, str>>,
    /// A search in words; needs `eventual`.
    pub search: Option<Cow<'static, str>>,
    /// How many to a page.
    pub top: Option<u32>,
    /// How many to leave out at the beginning. Following next links needs none.
    pub skip: Option<u32>,
    /// Whether to count them all on the first page.
    pub count: bool,
    /// Whether an index that may lag behind is good enough; what Graph calls advanced queries demand it, together
    /// with `count`. Links to next pages do not carry it: send it again.
    pub eventual: bool,
}

impl Query {
    /// Only what this filter admits.
    pub fn filter(filter: Filter) -> Self {
        Self { filter: Some(filter), ..Self::default() }
    }

    /// `?` and the options, encoded; empty when there are none.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut add = |name: &str, value: &str| {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.extend(utf8_percent_encode(value, VALUE));
        };
        if let Some(filter) = &self.filter {
            add("$filter", &filter.0);
        }
        for (name, list) in [("$select", &self.select), ("$expand", &self.expand)] {
            if !list.is_empty() {
                add(name, &list.join(","));
            }
        }
        for (name, value) in [("$orderby", &self.order), ("$search", &self.search)] {
            if let Some(value) = value {
                add(name, value);
            }
        }
        for (name, value) in [("$top", self.top), ("$skip", self.skip)] {
            if let Some(value) = value {
                add(name, &value.to_string());
            }
        }
        if self.count {
            add("$count", "true");
        }
        text
    }
}

/// A condition on objects, with every literal quoted. `Debug` leaves out what was asked for, which may be a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Filter(String);

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter(..)")
    }
}

impl Filter {
    /// The member is this text.
    pub fn eq(member: &str, value: impl fmt::Display) -> Self {
        Self(format!("{member} eq {}", quoted(value)))
    }

    /// The member is not this text.
    pub fn ne(member: &str, value: impl fmt::Display) -> Self {
        Self(format!("{member} ne {}", quoted(value)))
    }

    /// The flag is set or not set.
    pub fn is(member: &str, value: bool) -> Self {
        Self(format!("{member} eq {value}"))
    }

    /// The member is one of these texts. At most 15 fit into one filter on directory objects.
    pub fn one_of(member: &str, values: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        let values: Vec<_> = values.into_iter().map(quoted).collect();
        Self(format!("{member} in ({})", values.join(",")))
    }

    /// The text holds this.
    pub fn contains(member: &str, part: impl fmt::Display) -> Self {
        Self(format!("contains({member}, {})", quoted(part)))
    }

    /// The text begins with this.
    pub fn starts_with(member: &str, part: impl fmt::Display) -> Self {
        Self(format!("startswith({member},{})", quoted(part)))
    }

    /// At this instant or later.
    pub fn from(member: &str, time: Timestamp) -> Self {
        Self(format!("{member} ge {time}"))
    }

    /// Before this instant.
    pub fn before(member: &str, time: Timestamp) -> Self {
        Self(format!("{member} lt {time}"))
    }

    /// A condition of another form, as OData writes it. Its literals must be quoted already.
    pub fn raw(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(format!("{} and {}", self.0, other.0))
    }

    /// All of them hold; `None` where there are none.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(Self::and)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text literal: quotes inside are doubled.
fn quoted(value: impl fmt::Display) -> String {
    format!("'{}'", value.to_string().replace('\'', "''"))
}

/// What the value of a query option cannot hold as it is.
const VALUE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_cannot_leave_its_quotes() {
        let filter = Filter::eq("displayName", "O'Neil' or 1 eq 1 & x=#%+é");
        assert_eq!(filter.to_string(), "displayName eq 'O''Neil'' or 1 eq 1 & x=#%+é'");
        assert_eq!(
            Query::filter(filter).text(),
            "?$filter=displayName%20eq%20'O''Neil''%20or%201%20eq%201%20%26%20x=%23%25%2B%C3%A9'"
        );
    }

    #[test]
    fn options_come_in_one_order_and_only_when_set() {
        assert_eq!(Query::default().text(), "");
        let query = Query {
            filter: Filter::all([Filter::eq("scopeId", "/"), Filter::is("isEnabled", true)]),
            expand: vec!["policy($expand=rules)".into()],
            top: Some(5),
            count: true,
            ..Query::default()
        };
        assert_eq!(
            query.text(),
            "?$filter=scopeId%20eq%20'/'%20and%20isEnabled%20eq%20true&$expand=policy($expand=rules)&$top=5&$count=true"
        );
        assert_eq!(Filter::one_of("id", ["a", "b"]).to_string(), "id in ('a','b')");
        assert_eq!(Filter::all([]), None);
    }
}
