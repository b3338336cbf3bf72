//! From text to records, element by element, so that one wrong element does not hide the next.

use serde::de::DeserializeOwned;

use super::{
    error::{Problem, ProblemKind, Problems, SeedError},
    nearest::choices,
    records::{Records, Version},
    tree::{Body, Member, Node, Step, place, plain},
};

/// Reads a seed file's text; references are not looked at.
pub(super) fn records(text: &str, tree: &Node) -> Result<Records, SeedError> {
    let mut decoder = Decoder { text, problems: Problems::default() };
    let records = decoder.records(tree);
    decoder.problems.check()?;
    Ok(records)
}

struct Decoder<'a> {
    text: &'a str,
    problems: Problems,
}

/// Goes through the sections: `one` for a single value, `list` for a list of elements.
macro_rules! sections {
    ($decoder:ident, $member:ident, $records:ident; one: $($one:ident)+; list: $($list:ident)+) => {
        match &*$member.name {
            $(stringify!($one) => {
                if let Some(value) = $decoder.value(stringify!($one), &$member.value) {
                    $records.$one = value;
                }
            })+
            $(stringify!($list) => $records.$list = $decoder.list(stringify!($list), &$member.value),)+
            other => {
                let known = [$(stringify!($one),)+ $(stringify!($list),)+];
                let message = format!("there is no section `{}`; {}", short(other), choices(other, &known));
                $decoder.problem(ProblemKind::UnknownField, short(other), $member.at, message);
            }
        }
    };
}

impl Decoder<'_> {
    fn records(&mut self, tree: &Node) -> Records {
        let mut records = Records::default();
        let Body::Object(members) = &tree.body else {
            self.problem(ProblemKind::Value, "", tree.at, "a seed is an object: { \"version\": 1, ... }");
            return records;
        };
        // A file of another version follows other rules: nothing more can be said about it.
        match tree.child(&Step::Name("version")) {
            None => self.problem(ProblemKind::Value, "", tree.at, "the field `version` is missing; it is 1"),
            Some(node) if self.value::<Version>("version", node).is_none() => return records,
            Some(_) => {}
        }
        self.duplicates("", tree);
        // `$schema` is for editors.
        for member in members.iter().filter(|member| member.name != "$schema") {
            sections! { self, member, records;
                one: version tenant now switches built_in_roles;
                list: roles skus users groups service_principals units contexts locations conditional_access
                    packages package_assignments policies eligibilities assignments reviews audit sign_ins
            }
        }
        records
    }

    fn list<T: DeserializeOwned>(&mut self, name: &str, node: &Node) -> Vec<T> {
        let Body::Array(items) = &node.body else {
            self.problem(ProblemKind::Value, name, node.at, "expected a list: [ ... ]");
            return Vec::new();
        };
        items.iter().enumerate().filter_map(|(i, item)| self.value(&format!("{name}[{i}]"), item)).collect()
    }

    /// One value; `None` after a problem.
    fn value<T: DeserializeOwned>(&mut self, path: &str, node: &Node) -> Option<T> {
        let before = self.problems.count();
        self.duplicates_below(path, node);
        if self.problems.count() > before {
            return None;
        }
        let mut ignored = Vec::new();
        let mut json = serde_json::Deserializer::from_str(&self.text[node.at..node.end]);
        let mut note = |at: serde_ignored::Path<'_>| ignored.push(steps_of(&at));
        let outcome =
            serde_path_to_error::deserialize(serde_ignored::Deserializer::new(&mut json, &mut note));
        match outcome {
            Ok(value) => {
                for steps in ignored {
                    self.unknown_field(path, node, &steps);
                }
                Some(value).filter(|_| self.problems.count() == before)
            }
            Err(error) => {
                let steps: Vec<String> = error.path().iter().filter_map(step_text).collect();
                self.refused(&follow(path, node, &steps), &plain(error.inner()));
                None
            }
        }
    }

    /// A field that no record has.
    fn unknown_field(&mut self, path: &str, node: &Node, steps: &[String]) {
        let found = follow(path, node, steps);
        let name = steps.last().map(|name| short(name)).unwrap_or_default();
        let message = format!("there is no field `{name}` here; see seed.schema.json for those there are");
        self.problem(ProblemKind::UnknownField, found.path, found.name_at, message);
    }

    /// What serde said, in words for whoever edits the file.
    fn refused(&mut self, found: &Found<'_>, message: &str) {
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let (path, at) = (&found.path, found.node.at);
        match (message.split(' ').next(), &*quoted) {
            (Some("unknown"), [name, known @ ..]) if message.starts_with("unknown field") => {
                let text = format!("there is no field `{}` here; {}", short(name), choices(name, known));
                // The path of a struct's unknown field ends with it, that of a tagged enum's does not.
                let inner = follow(path, found.node, &[(*name).to_owned()]);
                let (path, at) = if path.ends_with(&format!(".{}", short(name))) {
                    (path.clone(), found.name_at)
                } else {
                    (inner.path, inner.name_at)
                };
                self.problem(ProblemKind::UnknownField, path, at, text);
            }
            (Some("unknown"), [word, known @ ..]) => {
                let text = format!("`{}` is not possible here; {}", short(word), choices(word, known));
                self.problem(ProblemKind::UnknownWord, path, at, text);
            }
            (Some("missing"), [name]) => {
                self.problem(ProblemKind::Value, path, at, format!("the field `{name}` is missing"));
            }
            (Some("invalid"), _) => {
                let text = match message.split_once(", expected ") {
                    Some((what, expected)) => {
                        format!("expected {}, found {}", expected_words(expected), found_words(what))
                    }
                    None => short(message),
                };
                self.problem(ProblemKind::Value, path, at, text);
            }
            _ => self.problem(ProblemKind::Value, path, at, short(message)),
        }
    }

    fn duplicates_below(&mut self, path: &str, node: &Node) {
        self.duplicates(path, node);
        match &node.body {
            Body::Scalar => {}
            Body::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.duplicates_below(&format!("{path}[{i}]"), item);
                }
            }
            Body::Object(members) => {
                for member in members {
                    self.duplicates_below(&join(path, &short(&member.name)), &member.value);
                }
            }
        }
    }

    /// Members of one object with the same name: readers differ in which of them they take.
    fn duplicates(&mut self, path: &str, node: &Node) {
        let Body::Object(members) = &node.body else { return };
        let mut seen = std::collections::HashSet::new();
        for member in members {
            if !seen.insert(&*member.name) {
                let name = short(&member.name);
                let message = format!("the field `{name}` is there twice; keep one");
                self.problem(ProblemKind::Duplicate, join(path, &name), member.at, message);
            }
        }
    }

    fn problem(&mut self, kind: ProblemKind, path: impl Into<String>, at: usize, message: impl Into<String>) {
        self.problems
            .push(|| Problem { place: Some(place(self.text, at)), ..Problem::new(kind, path, message) });
    }
}

/// A value that was found by its path.
struct Found<'a> {
    path: String,
    node: &'a Node,
    /// Where its name stands, or the value itself where it has none.
    name_at: usize,
}

impl<'a> Found<'a> {
    fn into_member(self, member: &'a Member) -> Self {
        Self { path: join(&self.path, &short(&member.name)), node: &member.value, name_at: member.at }
    }
}

/// Follows the steps of a deserializer. Those know nothing of an enum's outer object, such as
/// `{ "expiration": { .. } }`: an object's only member is stepped into where a name is missing.
fn follow<'a>(path: &str, node: &'a Node, steps: &[String]) -> Found<'a> {
    let mut found = Found { path: path.to_owned(), node, name_at: node.at };
    for step in steps {
        match &found.node.body {
            Body::Scalar => {}
            Body::Array(items) => {
                let Some((index, item)) = step.parse().ok().and_then(|i: usize| Some((i, items.get(i)?)))
                else {
                    break;
                };
                found = Found { path: format!("{}[{index}]", found.path), node: item, name_at: item.at };
            }
            Body::Object(members) => {
                if let Some(member) = members.iter().find(|member| member.name == *step) {
                    found = found.into_member(member);
                } else if let [only] = &**members
                    && let Body::Object(inner) = &only.value.body
                    && let Some(member) = inner.iter().find(|member| member.name == *step)
                {
                    found = found.into_member(only).into_member(member);
                }
            }
        }
    }
    found
}

fn step_text(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    }
}

fn steps_of(path: &serde_ignored::Path<'_>) -> Vec<String> {
    use serde_ignored::Path;
    let (parent, step) = match path {
        Path::Root => return Vec::new(),
        Path::Seq { parent, index } => (parent, Some(index.to_string())),
        Path::Map { parent, key } => (parent, Some(key.clone())),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            (parent, None)
        }
    };
    let mut steps = steps_of(parent);
    steps.extend(step);
    steps
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The file's own words, cut to a length that a line of output bears.
fn short(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn expected_words(expected: &str) -> String {
    match expected {
        "u32" | "u64" | "usize" => "a whole number, not negative".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list: [ ... ]".to_owned(),
        "a map" => "an object: { ... }".to_owned(),
        _ if expected.starts_with("struct ") || expected.starts_with("internally tagged") => {
            "an object: { ... }".to_owned()
        }
        _ => short(expected),
    }
}

/// Only what sort of value it was: the value may be anybody's name.
fn found_words(what: &str) -> String {
    let what = what.split_once(": ").map_or(what, |(_, what)| what);
    let sort = what.split([' ', '`', '"']).next().unwrap_or_default();
    match sort {
        "string" => "a string".to_owned(),
        "integer" | "floating" => {
            format!("the number {}", what.split('`').nth(1).map(short).unwrap_or_default())
        }
        "boolean" => what.split('`').nth(1).map(short).unwrap_or_default(),
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        _ => short(what),
    }
}
