//! What a caller asks of a list or an object: `$filter`, `$search`, `$select`, `$expand`, `$orderby`, `$top`, `$skip`,
//! `$count` and the tokens of a next page and of changes.

mod filter;
mod order;
mod page;
mod search;
mod text;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

pub(crate) use self::{
    filter::Filter,
    order::Order,
    page::{Page, Place, list, of_positions},
    search::Search,
    text::parts,
};
use crate::{entity::Entity, refusal::Refusal};

/// The largest page; what the service's directory endpoints allow.
const LARGEST_PAGE: usize = 999;

/// The kinds of directory objects that can be searched and have members of the tenant's own.
const SEARCHED: &[&str] = &["user", "group", "servicePrincipal", "administrativeUnit", "directoryObject"];

/// The query options of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pub(crate) filter: Option<Filter>,
    pub(crate) select: Vec<String>,
    pub(crate) expand: Vec<Expand>,
    pub(crate) top: Option<usize>,
    pub(crate) skip: usize,
    pub(crate) count: bool,
    pub(crate) token: Option<Place>,
    /// What has changed since is asked for.
    pub(crate) delta: Option<String>,
    pub(crate) search: Option<Search>,
    pub(crate) order: Option<Order>,
}

/// One relationship to be shown with an object, and what of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expand {
    pub(crate) name: String,
    pub(crate) select: Vec<String>,
    pub(crate) expand: Vec<Self>,
}

impl Query {
    /// Reads the part of an address behind `?`.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (name, value) in pairs(text) {
            // The dollar sign may be left out, as the service allows.
            let name = name.strip_prefix('$').unwrap_or(&name).to_ascii_lowercase();
            match name.as_str() {
                "filter" => query.filter = Some(Filter::parse(&value)?),
                "select" => query.select = names(&value),
                "expand" => query.expand = expands(&value)?,
                "top" => query.top = Some(number("$top", &value)?.clamp(1, LARGEST_PAGE)),
                "skip" => query.skip = number("$skip", &value)?,
                "count" => query.count = value.eq_ignore_ascii_case("true"),
                "skiptoken" => query.token = Some(Place::read(&value)?),
                "deltatoken" => query.delta = Some(value),
                "search" => query.search = Some(Search::parse(&value)?),
                "orderby" => query.order = Some(Order::parse(&value)?),
                "format" | "api-version" => {}
                other if text.contains(&format!("${other}")) => {
                    let message = format!("The query parameter '${other}' is not supported.");
                    return Err(Refusal::bad_request(message));
                }
                _ => {}
            }
        }
        Ok(query)
    }

    /// Refuses what this kind of object does not have, and says so where only the emulator lacks it.
    pub(crate) fn check(&self, entity: &Entity) -> Result<(), Refusal> {
        if self.search.is_some() && !SEARCHED.contains(&entity.name) {
            return Err(Refusal::not_emulated("$search here"));
        }
        if let Some(order) = &self.order {
            order.check(entity)?;
        }
        if let Some(filter) = &self.filter {
            filter.check(entity)?;
        }
        for name in &self.select {
            // Members that a tenant added to its directory carry an underscore; none of ours does.
            let added = name.contains('_') && SEARCHED.contains(&entity.name);
            if !entity.has(name) && !added {
                return Err(Refusal::no_property(name, entity.name));
            }
        }
        for expand in &self.expand {
            if !entity.links.iter().any(|link| link.eq_ignore_ascii_case(&expand.name)) && expand.name != "*"
            {
                let message = format!(
                    "Parsing OData Select and Expand failed: Could not find a property named '{}' on type \
                     'microsoft.graph.{}'.",
                    expand.name, entity.name
                );
                return Err(Refusal::bad_request(message));
            }
        }
        Ok(())
    }

    /// Whether nothing is asked for but a list as it is shown unasked.
    pub(crate) fn is_plain(&self) -> bool {
        let names = self.select.is_empty() && self.filter.is_none();
        names && self.order.is_none() && self.search.is_none()
    }

    /// Whether an object is among those asked for.
    pub(crate) fn admits(&self, object: &Value) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.admits(object))
            && self.search.as_ref().is_none_or(|search| search.finds(object))
    }

    /// Leaves of an object what was asked for.
    pub(crate) fn project(&self, object: Value, entity: &Entity) -> Value {
        if self.select.is_empty() {
            match entity.shown {
                None => object,
                Some(shown) => keep(object, |name| shown.contains(&name) || self.expands(name)),
            }
        } else {
            keep(object, |name| has_name(&self.select, name) || self.expands(name))
        }
    }

    /// The relationship of this name, if it is to be shown.
    pub(crate) fn expansion(&self, name: &str) -> Option<&Expand> {
        self.expand.iter().find(|expand| expand.name == "*" || expand.name.eq_ignore_ascii_case(name))
    }

    fn expands(&self, name: &str) -> bool {
        self.expansion(name).is_some()
    }

    /// The part of `@odata.context` that tells what was left in and what was added.
    pub(crate) fn shape(&self) -> String {
        let mut parts = self.select.clone();
        parts.extend(self.expand.iter().map(Expand::shape));
        if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
    }
}

impl Expand {
    fn shape(&self) -> String {
        let mut parts = self.select.clone();
        parts.extend(self.expand.iter().map(Self::shape));
        format!("{}({})", self.name, parts.join(","))
    }

    /// The relationship of this name below this one, if it is to be shown.
    pub(crate) fn expansion(&self, name: &str) -> Option<&Self> {
        self.expand.iter().find(|expand| expand.name == "*" || expand.name.eq_ignore_ascii_case(name))
    }

    /// Leaves of a related object what was asked for.
    pub(crate) fn project(&self, object: Value) -> Value {
        if self.select.is_empty() {
            return object;
        }
        keep(object, |name| has_name(&self.select, name) || self.expansion(name).is_some())
    }
}

fn has_name(names: &[String], name: &str) -> bool {
    names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
}

/// Annotations such as `@odata.type` stay.
fn keep(object: Value, wanted: impl Fn(&str) -> bool) -> Value {
    match object {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(name, _)| name.starts_with('@') || wanted(name))
                .collect::<Map<String, Value>>(),
        ),
        other => other,
    }
}

fn number(option: &str, text: &str) -> Result<usize, Refusal> {
    text.trim()
        .parse()
        .map_err(|_| Refusal::bad_request(format!("Invalid value '{text}' for {option} query option found.")))
}

fn names(text: &str) -> Vec<String> {
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// `principal($select=id),policy($expand=rules)`.
fn expands(text: &str) -> Result<Vec<Expand>, Refusal> {
    parts(text, ',')
        .into_iter()
        .filter(|part| !part.trim().is_empty())
        .map(|part| {
            let part = part.trim();
            let Some((name, inner)) = part.split_once('(') else {
                return Ok(Expand { name: part.to_owned(), select: Vec::new(), expand: Vec::new() });
            };
            let inner = inner.strip_suffix(')').ok_or_else(|| {
                Refusal::bad_request(
                    "Parsing OData Select and Expand failed: Found an unbalanced bracket expression.",
                )
            })?;
            let mut expand = Expand { name: name.trim().to_owned(), select: Vec::new(), expand: Vec::new() };
            for option in parts(inner, ';') {
                match option.trim().split_once('=') {
                    Some(("$select", value)) => expand.select = names(value),
                    Some(("$expand", value)) => expand.expand = expands(value)?,
                    _ => return Err(Refusal::not_emulated(&format!("the option '{option}' inside $expand"))),
                }
            }
            Ok(expand)
        })
        .collect()
}

/// The pairs of a query text, percent and plus signs decoded.
fn pairs(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}
