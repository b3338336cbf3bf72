//! Keys of an object, whatever their case, and their values, whatever their form.

use super::{NoticeKind, reader::Reader};
use crate::desired::{
    FaultKind,
    document::{Body, Mark, Node, join, words},
};

/// A value and where it is.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    pub(super) node: &'a Node,
    pub(super) path: String,
}

/// Whether a boolean that is written as text is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    No,
    Yes,
    /// In settings of mails, EasyPIM reads them wrongly.
    Mails,
}

/// The keys of an object, once each.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    pub(super) mark: Mark,
    pub(super) path: String,
    members: Vec<Field<'a>>,
}

#[derive(Clone, Debug)]
struct Field<'a> {
    key: &'a str,
    mark: Mark,
    item: Item<'a>,
}

impl<'a> Item<'a> {
    pub(super) const fn new(node: &'a Node, path: String) -> Self {
        Self { node, path }
    }

    pub(super) const fn mark(&self) -> Mark {
        self.node.mark
    }

    pub(super) const fn is_list(&self) -> bool {
        matches!(self.node.body, Body::List(_))
    }

    pub(super) const fn is_object(&self) -> bool {
        matches!(self.node.body, Body::Map(_))
    }

    /// The keys of an object. A key that is there twice is a fault, whatever its case: EasyPIM's parser refuses
    /// it, too.
    pub(super) fn fields(&self, reader: &mut Reader) -> Option<Fields<'a>> {
        let Body::Map(members) = &self.node.body else {
            self.expected("an object, { ... }", reader);
            return None;
        };
        let mut fields = Fields { mark: self.mark(), path: self.path.clone(), members: Vec::new() };
        for member in members {
            let path = join(&self.path, &member.key);
            if let Some(other) = fields.find(&member.key) {
                let (line, column) = other.mark;
                let message =
                    format!("this key is there twice; the other one is at line {line}, column {column}");
                reader.fault(FaultKind::DuplicateKey, member.mark, &path, message);
                continue;
            }
            let item = Item::new(&member.value, path);
            fields.members.push(Field { key: &member.key, mark: member.mark, item });
        }
        Some(fields)
    }

    pub(super) fn items(&self, reader: &mut Reader) -> Vec<Self> {
        let Body::List(items) = &self.node.body else {
            self.expected("a list, [ ... ]", reader);
            return Vec::new();
        };
        let item = |(at, node)| Self::new(node, format!("{}[{at}]", self.path));
        items.iter().enumerate().map(item).collect()
    }

    /// A text that says something.
    pub(super) fn text(&self, reader: &mut Reader) -> Option<&'a str> {
        match &self.node.body {
            Body::Text(text) if !text.trim().is_empty() => Some(text.trim()),
            Body::Text(_) => {
                reader.fault(
                    FaultKind::Value,
                    self.mark(),
                    &self.path,
                    "is empty: write a value, or leave the key out",
                );
                None
            }
            _ => {
                self.expected("text, in quotes", reader);
                None
            }
        }
    }

    /// Several texts: a list, or one text with commas.
    pub(super) fn texts(&self, reader: &mut Reader) -> Option<Vec<(&'a str, Mark, String)>> {
        match &self.node.body {
            Body::Text(text) => {
                let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
                Some(parts.map(|part| (part, self.mark(), self.path.clone())).collect())
            }
            Body::List(_) => {
                let items = self.items(reader);
                let texts =
                    items.iter().map(|item| Some((item.text(reader)?, item.mark(), item.path.clone())));
                texts.collect::<Vec<_>>().into_iter().collect()
            }
            _ => {
                self.expected("a list of texts, or one text with commas", reader);
                None
            }
        }
    }

    /// A boolean in any of the forms that EasyPIM takes.
    pub(super) fn boolean(&self, told: Told, reader: &mut Reader) -> Option<bool> {
        let value = match &self.node.body {
            Body::Bool(value) => return Some(*value),
            Body::Integer(number @ (0 | 1)) => return Some(*number == 1),
            Body::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "1" => Some(true),
                "false" | "f" | "no" | "n" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        };
        let Some(value) = value else {
            self.expected("true or false", reader);
            return None;
        };
        let there = match told {
            Told::No => return Some(value),
            Told::Mails if !value => ", where EasyPIM takes any text for true",
            Told::Yes | Told::Mails => "",
        };
        let message = format!("true or false in quotes; taken as {value}{there}");
        reader.notice(NoticeKind::TextBoolean, self.mark(), &self.path, message);
        Some(value)
    }

    pub(super) fn expected(&self, what: &str, reader: &mut Reader) {
        let message = format!("expected {what}, found {}", self.node.kind());
        reader.fault(FaultKind::Value, self.mark(), &self.path, message);
    }
}

impl<'a> Fields<'a> {
    /// The value of the first of these keys that is there and not null.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&Item<'a>> {
        keys.iter().find_map(|key| self.find(key).map(|field| &field.item)).filter(|item| !is_null(item))
    }

    /// As [`get`](Self::get); a fault where there is none.
    pub(super) fn need(&self, keys: &[&str], reader: &mut Reader) -> Option<&Item<'a>> {
        let found = self.get(keys);
        if found.is_none() {
            let message = format!("the key `{}` is missing", keys.first().copied().unwrap_or_default());
            reader.fault(FaultKind::MissingKey, self.mark, &self.path, message);
        }
        found
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.get(&[key]).is_some()
    }

    /// Keys as they are written, with their values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, Mark, &Item<'a>)> {
        self.members.iter().map(|field| (field.key, field.mark, &field.item))
    }

    /// No keys at all, at the same place.
    pub(super) fn none(at: &Self) -> Self {
        Self { mark: at.mark, path: at.path.clone(), members: Vec::new() }
    }

    /// These, in place of those of the same name below them, without `passed_over`.
    pub(super) fn over(&self, below: &Self, passed_over: &[&str]) -> Self {
        let mut members = below.members.clone();
        let own = self.members.iter().filter(|field| !passed_over.iter().any(|key| same(key, field.key)));
        for field in own {
            match members.iter_mut().find(|other| same(other.key, field.key)) {
                Some(other) => *other = field.clone(),
                None => members.push(field.clone()),
            }
        }
        Self { mark: self.mark, path: self.path.clone(), members }
    }

    /// Tells of keys that mean nothing. What begins with `_` or `$` is a remark.
    pub(super) fn tell_unknown(&self, known: &[&str], reader: &mut Reader) {
        for field in &self.members {
            let remark = field.key.starts_with(['_', '$']) || field.key.eq_ignore_ascii_case("comment");
            if remark || known.iter().any(|key| same(key, field.key)) {
                continue;
            }
            let near = words::nearest(field.key, known.iter().copied());
            let advice = near.map(|near| format!(": `{near}`?")).unwrap_or_default();
            let message = format!("this key means nothing here and is passed over{advice}");
            reader.notice(NoticeKind::UnknownKey, field.mark, &field.item.path, message);
        }
    }

    fn find(&self, key: &str) -> Option<&Field<'a>> {
        self.members.iter().find(|field| same(field.key, key))
    }
}

/// EasyPIM is written in PowerShell, to which names are the same in any case.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

const fn is_null(item: &Item<'_>) -> bool {
    matches!(item.node.body, Body::Null)
}
