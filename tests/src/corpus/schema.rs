//! The published types, and values held against them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Graph's published types: which members each has, and of which type.
#[derive(Debug)]
#[non_exhaustive]
pub struct Schema {
    types: BTreeMap<String, Shape>,
    enums: BTreeMap<String, Vec<String>>,
}

#[derive(Debug)]
struct Shape {
    base: Option<String>,
    /// Type by member; navigation included.
    members: BTreeMap<String, String>,
    /// The members that can't be null.
    fixed: BTreeSet<String>,
    /// Whether objects may have members that are not declared.
    is_open: bool,
}

/// What the schema says of one member of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Member<'a> {
    /// It is declared, and its value is of the declared type.
    Fits,
    /// It is declared with this type, and its value is of another.
    Misfits(&'a str),
    /// The type has no such member.
    Undeclared,
}

/// A member that a walk comes by.
#[derive(Debug)]
#[non_exhaustive]
pub struct Step<'a> {
    /// The place of the object, as a JSON path.
    pub at: &'a str,
    /// The object's type, without namespace.
    pub of: &'a str,
    /// The member's name.
    pub name: &'a str,
    /// Its value.
    pub value: &'a Value,
    /// What the schema says.
    pub member: Member<'a>,
}

impl Schema {
    /// Reads the published file.
    ///
    /// # Errors
    /// In words, where it is of another form.
    pub fn read(file: &Value) -> Result<Self, String> {
        let types = file["types"].as_object().ok_or("the schema has no object `types`")?;
        let enums = file["enums"].as_object().ok_or("the schema has no object `enums`")?;
        let shape = |shape: &Value| Shape {
            base: shape["base"].as_str().map(|base| short(base).to_owned()),
            members: declared(&shape["properties"]).chain(declared(&shape["navigation"])).collect(),
            fixed: fixed(&shape["properties"]),
            is_open: shape["open"] == true,
        };
        let words = |value: &Value| -> Vec<String> {
            value["members"].as_object().into_iter().flatten().map(|(name, _)| name.to_lowercase()).collect()
        };
        Ok(Self {
            types: types.iter().map(|(name, value)| (short(name).to_owned(), shape(value))).collect(),
            enums: enums.iter().map(|(name, value)| (short(name).to_owned(), words(value))).collect(),
        })
    }

    /// Whether the schema has this type.
    pub fn has(&self, of: &str) -> bool {
        self.types.contains_key(short(of))
    }

    /// Tells every member of a value of that type, at any depth; annotations are passed over. A value that names a
    /// type the schema does not have tells that name, as an undeclared `@odata.type`, and nothing else.
    pub fn walk(&self, of: &str, value: &Value, visit: &mut dyn FnMut(&Step<'_>)) {
        self.visit(short(of), value, "$", visit);
    }

    fn visit(&self, of: &str, value: &Value, at: &str, visit: &mut dyn FnMut(&Step<'_>)) {
        if let Value::Array(items) = value {
            for (n, item) in items.iter().enumerate() {
                self.visit(of, item, &format!("{at}[{n}]"), visit);
            }
            return;
        }
        let Some(object) = value.as_object() else { return };
        let own = object.get("@odata.type").and_then(Value::as_str).map(short);
        if let Some((own, value)) =
            own.filter(|own| !self.types.contains_key(*own)).zip(object.get("@odata.type"))
        {
            visit(&Step { at, of: own, name: "@odata.type", value, member: Member::Undeclared });
            return;
        }
        let of = own.unwrap_or(of);
        if !self.types.contains_key(of) {
            return;
        }
        // A base without a type name may be any of those that derive from it.
        let has_name = own.is_some();
        for (name, value) in object.iter().filter(|(name, _)| !name.contains('@')) {
            let kind =
                self.declared(of, name).or_else(|| (!has_name).then(|| self.derived(of, name)).flatten());
            let member = match kind {
                None => Member::Undeclared,
                Some(kind) if self.fits(kind, value) => Member::Fits,
                Some(kind) => Member::Misfits(kind),
            };
            visit(&Step { at, of, name, value, member });
            if let Some(kind) = kind {
                self.visit(short(element(kind)), value, &format!("{at}.{name}"), visit);
            }
        }
    }

    /// The type of a member, own or inherited, without what says that it is a list; and whether it may be null.
    pub(crate) fn member(&self, of: &str, name: &str) -> Option<(&str, bool)> {
        let shape = self.types.get(short(of))?;
        match shape.members.get(name) {
            Some(kind) => Some((short(element(kind)), !shape.fixed.contains(name))),
            None => self.member(shape.base.as_deref()?, name),
        }
    }

    /// Whether objects of the type have no members but those declared. An open type opens those that derive from it.
    pub(crate) fn is_closed(&self, of: &str) -> bool {
        self.types.get(short(of)).is_some_and(|shape| {
            !shape.is_open && shape.base.as_deref().is_none_or(|base| !self.has(base) || self.is_closed(base))
        })
    }

    /// The type of a member, own or inherited.
    fn declared(&self, of: &str, name: &str) -> Option<&str> {
        let shape = self.types.get(of)?;
        match shape.members.get(name) {
            Some(kind) => Some(kind),
            None => self.declared(shape.base.as_deref()?, name),
        }
    }

    fn derived(&self, of: &str, name: &str) -> Option<&str> {
        let below = self.types.iter().filter(|(_, shape)| shape.base.as_deref() == Some(of));
        below.into_iter().find_map(|(below, shape)| {
            shape.members.get(name).map(String::as_str).or_else(|| self.derived(below, name))
        })
    }

    fn fits(&self, kind: &str, value: &Value) -> bool {
        if value.is_null() {
            return true;
        }
        if let Some(element) = kind.strip_prefix("Collection(").and_then(|rest| rest.strip_suffix(')')) {
            return value.as_array().is_some_and(|items| items.iter().all(|item| self.fits(element, item)));
        }
        let text = value.as_str();
        match kind {
            "Edm.String" | "Edm.Binary" | "Edm.Stream" => text.is_some(),
            "Edm.Boolean" => value.is_boolean(),
            "Edm.Int16" | "Edm.Int32" | "Edm.Int64" | "Edm.Byte" => value.is_i64(),
            "Edm.Double" | "Edm.Single" | "Edm.Decimal" => value.is_number(),
            "Edm.DateTimeOffset" => text.is_some_and(is_instant),
            "Edm.Date" => text.is_some_and(|text| is_instant(&format!("{text}T00:00:00Z"))),
            "Edm.TimeOfDay" => text.is_some_and(|text| is_instant(&format!("2000-01-01T{text}Z"))),
            "Edm.Duration" => text.is_some_and(|text| text.starts_with(['P', '-'])),
            "Edm.Guid" => text.is_some_and(is_guid),
            _ if kind.starts_with("Edm.") => true,
            _ => match self.enums.get(short(kind)) {
                // Values of flags stand behind each other.
                Some(words) => text.is_some_and(|text| {
                    text.split(',').all(|word| words.contains(&word.trim().to_lowercase()))
                }),
                None => value.is_object(),
            },
        }
    }
}

fn declared(members: &Value) -> impl Iterator<Item = (String, String)> {
    members.as_object().into_iter().flatten().filter_map(|(name, value)| {
        // Properties say more than their type, navigation only that.
        let kind = value["type"].as_str().or(value.as_str())?;
        Some((name.clone(), kind.to_owned()))
    })
}

fn fixed(properties: &Value) -> BTreeSet<String> {
    let members = properties.as_object().into_iter().flatten();
    members.filter(|(_, value)| value["nullable"] == false).map(|(name, _)| name.clone()).collect()
}

/// `#microsoft.graph.user` and `graph.user` are `user`.
fn short(name: &str) -> &str {
    let name = name.trim_start_matches('#');
    name.strip_prefix("microsoft.graph.").or_else(|| name.strip_prefix("graph.")).unwrap_or(name)
}

fn element(kind: &str) -> &str {
    kind.strip_prefix("Collection(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(kind)
}

/// By form only: some instants, such as 9999-12-31, are beyond what clocks can say.
fn is_instant(text: &str) -> bool {
    let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    let Some((date, time)) = text.split_once('T') else { return false };
    let date: Vec<_> = date.split('-').collect();
    let time = time.strip_suffix('Z').or_else(|| time.rsplit_once(['+', '-']).map(|(time, _)| time));
    let Some(time) = time else { return false };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let clock: Vec<_> = clock.split(':').collect();
    matches!(&date[..], [y, m, d] if digits(y, 4) && digits(m, 2) && digits(d, 2))
        && matches!(&clock[..], [h, m, s] if digits(h, 2) && digits(m, 2) && digits(s, 2))
        && digits(fraction, fraction.len().clamp(1, 12))
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_found_in_bases_and_in_derived_types_and_held_to_their_type() {
        let file = json!({
            "types": {
                "microsoft.graph.entity": { "base": null, "properties": { "id": { "type": "Edm.String" } } },
                "microsoft.graph.thing": {
                    "base": "graph.entity",
                    "properties": { "since": { "type": "Edm.DateTimeOffset" }, "kind": { "type": "graph.word" } },
                    "navigation": { "parts": "Collection(graph.thing)" },
                },
                "microsoft.graph.lamp": { "base": "graph.thing", "properties": { "lit": { "type": "Edm.Boolean" } } },
            },
            "enums": { "microsoft.graph.word": { "members": { "Big": "0", "small": "1" } } },
        });
        let schema = Schema::read(&file).unwrap();
        let told = |value: Value| {
            let mut told = Vec::new();
            schema.walk("graph.thing", &value, &mut |step| {
                if step.member != Member::Fits {
                    told.push(format!("{}.{} {:?}", step.at, step.name, step.member));
                }
            });
            told
        };
        let none: [&str; 0] = [];
        assert_eq!(
            told(
                json!({ "@odata.type": "#microsoft.graph.lamp", "id": "1", "lit": true, "kind": "BIG,small",
                "since": "9999-12-31T23:59:59.9999999Z", "parts": [{ "lit": false, "id": null }] })
            ),
            none
        );
        assert_eq!(
            told(json!({ "since": "tomorrow", "kind": "middling", "parts": [{ "id": 7, "x": 1 }] })),
            [
                "$.kind Misfits(\"graph.word\")",
                "$.parts[0].id Misfits(\"Edm.String\")",
                "$.parts[0].x Undeclared",
                "$.since Misfits(\"Edm.DateTimeOffset\")",
            ]
        );
        assert_eq!(
            told(json!({ "@odata.type": "#microsoft.graph.thing", "lit": true })),
            ["$.lit Undeclared"]
        );
    }
}
