//! Holding an answer against the printed one: every printed member is there, with the same type.
//!
//! What pages print and the service can't have sent is passed over by rules, never by page:
//!
//! 1. Annotations, also misspelt ones (`odata.type`), are no members; of links and counts only those that were
//!    asked for are looked for.
//! 2. An object that is printed inside `value` is taken out of it.
//! 3. A member that the schema does not have for this type (v1.0 only) is passed over, and one that a tenant
//!    added to its directory, which is told by an underscore.
//! 4. A member that differs from one of ours by case, or by a missing ending, is that one.
//! 5. Where another derived type is printed than the tenant has, only members of both are compared; elements of
//!    a list are compared with elements of the same type where there are any.
//! 6. A person in a list that selects nothing has the members that the service documents as its default.
//!
//! Two more mend the request, see `call.rs`.

use serde_json::Value;

use super::schema::Types;
use crate::corpus::schema::{Member, Step};

/// What a person has in a list without `$select`. Source: the page of the resource.
const DEFAULT_OF_USERS: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

/// How answers are held against what is printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Referee<'s> {
    pub(super) types: Types<'s>,
    pub(super) beta: bool,
    pub(super) selects: bool,
}

impl Referee<'_> {
    /// The first place where a whole answer lacks something.
    pub(super) fn body(&self, printed: &Value, own: &Value, kind: Option<&str>) -> Result<(), String> {
        let printed = match printed.get("value") {
            Some(inner @ Value::Object(_)) if own.get("value").is_none() => inner,
            _ => printed,
        };
        match (printed.get("value"), own.get("value")) {
            (Some(Value::Array(rows)), Some(Value::Array(own))) => {
                if own.is_empty() && !rows.is_empty() {
                    return Err("$.value: the list is empty".to_owned());
                }
                self.elements(rows, own, kind, "$.value")
            }
            (Some(Value::Array(_)), _) => Err("$.value: missing, printed is a list".to_owned()),
            _ => self.value(printed, own, kind, "$"),
        }
    }

    /// The first member of an answer that its type does not have, or has with another type.
    pub(super) fn declared(&self, own: &Value, kind: Option<&str>) -> Result<(), String> {
        let (Some(schema), Some(kind)) = (self.types.0, kind) else { return Ok(()) };
        let mut first = Ok(());
        let mut note = |step: &Step<'_>| {
            let why = match step.member {
                Member::Undeclared if self.types.is_closed(step.of) => {
                    format!("{} has no such member", step.of)
                }
                Member::Misfits(kind) => format!("{} is no {kind}", step.value),
                _ => return,
            };
            if first.is_ok() {
                first = Err(format!("{}.{}: {why}", step.at, step.name));
            }
        };
        schema.walk(kind, &self.of_known_types(own), &mut note);
        first
    }

    /// Without what stands under the name of a type that the schema does not have: anything may.
    fn of_known_types(&self, value: &Value) -> Value {
        let is_known = |value: &&Value| type_named(value).is_none_or(|name| self.types.named(name).is_some());
        match value {
            Value::Array(all) => all.iter().filter(is_known).map(|one| self.of_known_types(one)).collect(),
            Value::Object(members) => {
                let known = members.iter().filter(|(_, value)| is_known(value));
                known.map(|(name, value)| (name.clone(), self.of_known_types(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// How far one object is from what is printed, to choose among several.
    pub(super) fn distance(&self, printed: &Value, own: &Value, kind: Option<&str>) -> usize {
        let mut wrong = 0;
        for (name, value) in printed.as_object().into_iter().flatten() {
            match own.get(name) {
                Some(same) if same == value => {}
                Some(other) if self.value(value, other, kind, "$").is_ok() => wrong += 1,
                _ => wrong += 3,
            }
        }
        wrong
    }

    fn value(&self, printed: &Value, own: &Value, kind: Option<&str>, at: &str) -> Result<(), String> {
        match (printed, own) {
            (Value::Object(_), Value::Object(_)) => self.object(printed, own, kind, at),
            (Value::Array(printed), Value::Array(own)) => self.elements(printed, own, kind, at),
            // Whether null may stand here is judged where the member is known.
            (Value::Null, _) | (_, Value::Null) => Ok(()),
            _ if name_of(printed) == name_of(own) => Ok(()),
            _ => Err(format!("{at}: {}, printed is {}", name_of(own), name_of(printed))),
        }
    }

    fn object(&self, printed: &Value, own: &Value, kind: Option<&str>, at: &str) -> Result<(), String> {
        let (theirs, ours) = (type_named(printed), type_named(own));
        let kind = ours.and_then(|name| self.types.named(name)).or_else(|| kind.map(str::to_owned));
        let differs = match (theirs, ours) {
            (Some(theirs), Some(ours)) => last(theirs) != last(ours),
            (Some(theirs), None) => kind.as_deref().is_some_and(|kind| kind.to_lowercase() != last(theirs)),
            _ => false,
        };
        let Some(members) = printed.as_object() else { return Ok(()) };
        for (name, value) in members {
            if name.contains(['@', '.']) {
                continue;
            }
            let place = format!("{at}.{name}");
            let member = kind.as_deref().and_then(|kind| self.types.member(kind, name));
            let Some(mine) = own.get(name).or_else(|| misspelt(own, name)) else {
                let unknown = !self.beta && member.is_none();
                let no_such = unknown && kind.as_deref().is_some_and(|kind| self.types.is_closed(kind));
                let not_shown = kind.as_deref() == Some("user")
                    && !self.selects
                    && !DEFAULT_OF_USERS.contains(&name.as_str());
                if no_such || differs || not_shown || name.contains('_') {
                    continue;
                }
                return Err(format!("{place}: missing, printed is {}", name_of(value)));
            };
            if member.is_some_and(|(_, nullable)| !nullable) && value.is_null() != mine.is_null() {
                return Err(format!(
                    "{place}: {}, printed is {}, and null is not allowed",
                    name_of(mine),
                    name_of(value)
                ));
            }
            self.value(value, mine, member.map(|(kind, _)| kind), &place)?;
        }
        Ok(())
    }

    /// Each printed element has one of ours that has all of its members.
    fn elements(&self, printed: &[Value], own: &[Value], kind: Option<&str>, at: &str) -> Result<(), String> {
        if own.is_empty() {
            return Ok(());
        }
        for (number, one) in printed.iter().enumerate() {
            let place = format!("{at}[{number}]");
            let of_type = |other: &&Value| match (type_named(one), type_named(other)) {
                (Some(theirs), Some(ours)) => last(theirs) == last(ours),
                _ => true,
            };
            let mut alike: Vec<&Value> = own.iter().filter(of_type).collect();
            if alike.is_empty() {
                alike.extend(own);
            }
            let mut first = None;
            for other in alike {
                match self.value(one, other, kind, &place) {
                    Ok(()) => {
                        first = None;
                        break;
                    }
                    Err(why) => first = first.or(Some(why)),
                }
            }
            if let Some(why) = first {
                return Err(why);
            }
        }
        Ok(())
    }
}

/// Our member that a printed one is a misspelling of.
fn misspelt<'v>(own: &'v Value, name: &str) -> Option<&'v Value> {
    let lower = name.to_lowercase();
    let mut members = own.as_object()?.iter();
    let found = members.find(|(ours, _)| {
        let ours = ours.to_lowercase();
        ours == lower || (lower.len() > 5 && ours.strip_prefix(&lower) == Some("time"))
    });
    found.map(|(_, value)| value)
}

fn type_named(value: &Value) -> Option<&str> {
    value.get("@odata.type").or_else(|| value.get("odata.type")).and_then(Value::as_str)
}

fn last(name: &str) -> String {
    name.rsplit(['.', '#']).next().unwrap_or_default().to_lowercase()
}

const fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Schema;
    use serde_json::json;

    fn referee(schema: Option<&Schema>) -> Referee<'_> {
        Referee { types: Types(schema), beta: false, selects: false }
    }

    #[test]
    fn what_is_missing_or_of_another_type_is_told_with_its_place() {
        let referee = referee(None);
        let told = |printed: Value, own: Value| referee.body(&printed, &own, None);
        assert_eq!(told(json!({ "a": 1, "b": null }), json!({ "a": 2, "b": "x", "c": 3 })), Ok(()));
        let missing = told(json!({ "a": { "b": true } }), json!({ "a": {} }));
        assert_eq!(missing, Err("$.a.b: missing, printed is true or false".to_owned()));
        let other = told(json!({ "value": [{ "a": "1" }] }), json!({ "value": [{ "a": 1 }] }));
        assert_eq!(other, Err("$.value[0].a: a number, printed is a text".to_owned()));
        let empty = told(json!({ "value": [1] }), json!({ "value": [] }));
        assert_eq!(empty, Err("$.value: the list is empty".to_owned()));
    }

    #[test]
    fn one_of_ours_must_have_everything_of_one_of_theirs() {
        let printed = json!({ "value": [{ "a": "x", "b": 1 }] });
        let split = json!({ "value": [{ "a": "x" }, { "b": 1 }] });
        assert!(referee(None).body(&printed, &split, None).is_err());
    }

    #[test]
    fn the_schema_tells_slips_from_gaps_and_where_null_may_stand() {
        let schema = json!({ "enums": {}, "types": { "microsoft.graph.thing": { "base": null, "open": false,
            "navigation": {}, "properties": { "name": { "type": "Edm.String", "nullable": false } } } } });
        let schema = Schema::read(&schema).unwrap();
        let referee = referee(Some(&schema));
        let told = |printed: Value, own: Value| referee.body(&printed, &own, Some("thing"));
        assert_eq!(told(json!({ "colour": "red" }), json!({})), Ok(()), "no such member");
        assert!(told(json!({ "name": "red" }), json!({})).is_err());
        assert!(told(json!({ "name": "red" }), json!({ "name": null })).is_err());
    }
}
