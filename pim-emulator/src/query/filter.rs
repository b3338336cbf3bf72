//! `$filter`: read into a tree, held against what a kind of object allows, and asked of rendered objects.

use std::cmp::Ordering;

use pim_core::time::Timestamp;
use serde_json::Value;

use super::parts;
use crate::{entity::Entity, refusal::Refusal};

/// How deep brackets may nest; more is nobody's filter.
const DEPTH: usize = 32;

/// A condition on an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    /// All of them.
    And(Vec<Self>),
    /// One of them.
    Or(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// A member compared with a literal.
    Compare(String, Comparison, Literal),
    /// A member is one of these.
    In(String, Vec<Literal>),
    /// A member's text begins with, ends with or contains this.
    Text(TextTest, String, String),
    /// The object, or a related one, is of this type.
    IsOf(Option<String>, String),
    /// One element of a list passes; the text is the variable's name.
    Any(String, String, Box<Self>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// A function on texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Number(f64),
    /// A text, or a bare word such as a GUID or an instant.
    Text(String),
}

impl Filter {
    /// Reads a filter.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        read(text, DEPTH)
            .ok_or_else(|| Refusal::bad_request(format!("Invalid filter clause: syntax error in '{text}'.")))
    }

    /// Whether an object passes.
    pub(crate) fn admits(&self, object: &Value) -> bool {
        match self {
            Self::And(all) => all.iter().all(|one| one.admits(object)),
            Self::Or(any) => any.iter().any(|one| one.admits(object)),
            Self::Not(one) => !one.admits(object),
            Self::Compare(path, comparison, literal) => compare(at(object, path), *comparison, literal),
            Self::In(path, literals) => {
                literals.iter().any(|literal| compare(at(object, path), Comparison::Equal, literal))
            }
            Self::Text(test, path, wanted) => {
                let text = at(object, path).and_then(Value::as_str).unwrap_or_default().to_lowercase();
                let wanted = wanted.to_lowercase();
                match test {
                    TextTest::StartsWith => text.starts_with(&wanted),
                    TextTest::EndsWith => text.ends_with(&wanted),
                    TextTest::Contains => text.contains(&wanted),
                }
            }
            Self::IsOf(path, wanted) => {
                let object = path.as_ref().map_or(Some(object), |path| at(object, path));
                let name = object.and_then(|object| object.get("@odata.type")).and_then(Value::as_str);
                name.is_some_and(|name| name.trim_start_matches('#').eq_ignore_ascii_case(wanted))
            }
            Self::Any(path, variable, inner) => match at(object, path) {
                Some(Value::Array(items)) => items.iter().any(|item| {
                    let bound = Value::Object([(variable.clone(), item.clone())].into_iter().collect());
                    inner.admits(&bound)
                }),
                _ => false,
            },
        }
    }

    /// The text that a member must equal, where the filter demands just that beside other things.
    pub(crate) fn demanded(&self, member: &str) -> Option<&str> {
        match self {
            Self::And(all) => all.iter().find_map(|one| one.demanded(member)),
            Self::Compare(path, Comparison::Equal, Literal::Text(text))
                if path.eq_ignore_ascii_case(member) =>
            {
                Some(text)
            }
            _ => None,
        }
    }

    /// Refuses members that this kind of object does not let itself be filtered by.
    pub(crate) fn check(&self, entity: &Entity) -> Result<(), Refusal> {
        match self {
            Self::Or(_) if !entity.or => {
                Err(Refusal::unsupported_query("Or operator not supported for this entity set."))
            }
            Self::And(all) | Self::Or(all) => all.iter().try_for_each(|one| one.check(entity)),
            Self::Not(one) => one.check(entity),
            Self::IsOf(..) => Ok(()),
            Self::Compare(path, ..) | Self::In(path, _) | Self::Text(_, path, _) | Self::Any(path, ..) => {
                let head = path.split('/').next().unwrap_or_default();
                // Entitlement management is filtered by what its objects belong to.
                let linked = entity.name.starts_with("accessPackage") && entity.links.contains(&head);
                if linked || entity.filter.iter().any(|name| name.eq_ignore_ascii_case(head)) {
                    Ok(())
                } else if entity.has(head) {
                    let message = format!("The filter on property '{head}' is not supported.");
                    Err(Refusal::unsupported_query(message))
                } else {
                    Err(Refusal::no_property(head, entity.name))
                }
            }
        }
    }
}

/// The member that a path such as `subject/id` leads to. Names are compared without regard to case; type casts
/// in the path are passed over.
pub(super) fn at<'v>(object: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('/').filter(|name| !name.starts_with("microsoft.graph.")).try_fold(object, |value, name| {
        let members = value.as_object()?;
        members.get(name).or_else(|| {
            members.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        })
    })
}

fn compare(value: Option<&Value>, comparison: Comparison, literal: &Literal) -> bool {
    let order = match (value.unwrap_or(&Value::Null), literal) {
        (Value::Null, Literal::Null) => Some(Ordering::Equal),
        (Value::Bool(own), Literal::Bool(other)) => Some(own.cmp(other)),
        (Value::Number(own), Literal::Number(other)) => own.as_f64().and_then(|own| own.partial_cmp(other)),
        (Value::String(own), Literal::Text(other)) => Some(order_of_texts(own, other)),
        _ => None,
    };
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}

/// Instants by time, other texts without regard to case, as the directory compares them.
fn order_of_texts(own: &str, other: &str) -> Ordering {
    if own.eq_ignore_ascii_case(other) {
        return Ordering::Equal;
    }
    match (own.parse::<Timestamp>(), other.parse::<Timestamp>()) {
        (Ok(own), Ok(other)) => own.cmp(&other),
        _ => own.to_lowercase().cmp(&other.to_lowercase()),
    }
}

fn read(text: &str, depth: usize) -> Option<Filter> {
    let depth = depth.checked_sub(1)?;
    let text = text.trim();
    let choices = split(text, " or ");
    if choices.len() > 1 {
        return choices.into_iter().map(|one| read(one, depth)).collect::<Option<_>>().map(Filter::Or);
    }
    let demands = split(text, " and ");
    if demands.len() > 1 {
        return demands.into_iter().map(|one| read(one, depth)).collect::<Option<_>>().map(Filter::And);
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return read(inner, depth);
    }
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("not ") || lower.starts_with("not(") {
        return read(&text[3..], depth).map(|one| Filter::Not(Box::new(one)));
    }
    function(text, depth).or_else(|| comparison(text))
}

/// Splits at a word outside brackets and quotations.
fn split<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    let (mut depth, mut quoted, mut from) = (0_u32, false, 0);
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && !quoted && at >= from => {
                let end = at + word.len();
                if text.get(at..end).is_some_and(|here| here.eq_ignore_ascii_case(word)) {
                    found.push(&text[from..at]);
                    from = end;
                }
            }
            _ => {}
        }
    }
    found.push(&text[from..]);
    found
}

fn function(text: &str, depth: usize) -> Option<Filter> {
    let (name, rest) = text.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    if let Some(path) = name.strip_suffix("/any").or_else(|| name.strip_suffix("/Any")) {
        let (variable, condition) = inner.split_once(':')?;
        let inner = read(condition, depth)?;
        return Some(Filter::Any(path.to_owned(), variable.trim().to_owned(), Box::new(inner)));
    }
    let arguments: Vec<&str> = parts(inner, ',').into_iter().map(str::trim).collect();
    let test = match name.to_ascii_lowercase().as_str() {
        "startswith" => TextTest::StartsWith,
        "endswith" => TextTest::EndsWith,
        "contains" => TextTest::Contains,
        "isof" => {
            return match arguments.as_slice() {
                [name] => Some(Filter::IsOf(None, unquoted(name)?)),
                [path, name] => Some(Filter::IsOf(Some((*path).to_owned()), unquoted(name)?)),
                _ => None,
            };
        }
        _ => return None,
    };
    match arguments.as_slice() {
        [path, wanted] => Some(Filter::Text(test, (*path).to_owned(), unquoted(wanted)?)),
        _ => None,
    }
}

fn comparison(text: &str) -> Option<Filter> {
    let (path, rest) = text.split_once(' ')?;
    let (operator, literal) = rest.trim_start().split_once(' ')?;
    if path.contains(['(', ')', '\'']) {
        return None;
    }
    let comparison = match operator.to_ascii_lowercase().as_str() {
        "eq" => Comparison::Equal,
        "ne" => Comparison::NotEqual,
        "gt" => Comparison::Greater,
        "ge" => Comparison::GreaterOrEqual,
        "lt" => Comparison::Less,
        "le" => Comparison::LessOrEqual,
        "in" => {
            let inner = literal.trim().strip_prefix('(')?.strip_suffix(')')?;
            let literals = parts(inner, ',').into_iter().map(constant).collect::<Option<_>>()?;
            return Some(Filter::In(path.to_owned(), literals));
        }
        _ => return None,
    };
    Some(Filter::Compare(path.to_owned(), comparison, constant(literal)?))
}

fn constant(text: &str) -> Option<Literal> {
    let text = text.trim();
    if text.starts_with('\'') {
        return unquoted(text).map(Literal::Text);
    }
    let bare = !text.is_empty() && !text.contains([' ', '(', ')', '\'']);
    match text {
        "null" => Some(Literal::Null),
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        _ if !bare => None,
        _ => Some(text.parse().map_or_else(|_| Literal::Text(text.to_owned()), Literal::Number)),
    }
}

/// The text between quotation marks; doubled ones inside stand for one.
fn unquoted(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    let plain = inner.replace("''", "\u{0}");
    if plain.contains('\'') { None } else { Some(plain.replace('\u{0}', "'")) }
}
