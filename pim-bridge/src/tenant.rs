//! Tenants for the embedded service.

use pim_core::{
    conditional_access::AuthenticationContext,
    error::{Error, ErrorKind, Result},
    id::ContextId,
    policy::Rule,
    privilege::Privilege,
    time::Window,
};
use pim_embedded::seed::{Seed, SeedBuilder, sample};
use serde::Deserialize;

use crate::arguments;

/// One part of a small tenant, with names for ids.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Part {
    User(String),
    Application(String),
    /// An authentication context that is published.
    Context(ContextId),
    Group(Members),
    Unit(Members),
    Eligible(Grant),
    Standing(Grant),
    Policy {
        subject: Privilege,
        rules: Vec<Rule>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    name: String,
    #[serde(default)]
    members: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Grant {
    holder: String,
    privilege: Privilege,
    #[serde(default)]
    window: Window,
}

/// `"sample"`, a seed as an object or a text of one, or a list of parts.
pub(crate) fn read(json: &str) -> Result<Seed> {
    if json.starts_with('[') {
        let parts: Vec<Part> = arguments::read("embedded", json)?;
        return parts
            .into_iter()
            .fold(Seed::builder(), add)
            .build()
            .map_err(|error| wrong(&error.to_string()));
    }
    match serde_json::from_str::<String>(json) {
        Ok(name) if name == "sample" => Ok(sample::tenant()),
        Ok(text) if text.trim_start().starts_with('{') => written(&text),
        Err(_) if json.starts_with('{') => written(json),
        _ => Err(wrong("expected `sample`, a seed as a JSON object, or a list of what a tenant is built of")),
    }
}

fn written(text: &str) -> Result<Seed> {
    Seed::from_json(text).map_err(|error| wrong(&error.to_string()))
}

fn wrong(problem: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("seed: {problem}"))
}

fn add(seed: SeedBuilder, part: Part) -> SeedBuilder {
    match part {
        Part::User(name) => seed.user(&name),
        Part::Application(name) => seed.application(&name),
        Part::Context(id) => {
            let context = AuthenticationContext { name: id.to_string(), id, published: true };
            seed.edit(|records| records.contexts.push(context))
        }
        Part::Group(Members { name, members }) => seed.group(&name, members.iter().map(String::as_str)),
        Part::Unit(Members { name, members }) => seed.unit(&name, members.iter().map(String::as_str)),
        Part::Eligible(Grant { holder, privilege, window }) => seed.eligible_in(&holder, privilege, window),
        Part::Standing(Grant { holder, privilege, window }) => seed.standing_in(&holder, privilege, window),
        Part::Policy { subject, rules } => seed.policy(subject, rules),
    }
}
