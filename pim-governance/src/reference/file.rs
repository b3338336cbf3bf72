//! The files: those of this program, and a user's own.

use std::path::Path;

use pim_core::{
    error::{Error, ErrorKind, Result},
    id::{AppId, RoleId},
};
use serde::Deserialize;

use super::{
    ActivityFacts, AzureRoleFacts, LimitedOn, PathToGlobalAdministrator, PermissionFacts, PermissionKind,
    Reference, RoleFacts, Sufficient, TaskFacts, Tier,
};

pub(super) const FILES: [&str; 5] = [
    include_str!("../../data/activities.json"),
    include_str!("../../data/roles.json"),
    include_str!("../../data/azure-roles.json"),
    include_str!("../../data/permissions.json"),
    include_str!("../../data/tasks.json"),
];

pub(super) fn read(path: &Path) -> Result<Reference> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let (kind, problem) = match error.kind() {
            std::io::ErrorKind::NotFound => (ErrorKind::NotFound, "there is no such file: check the path"),
            std::io::ErrorKind::InvalidData => (ErrorKind::InvalidInput, "the file is not text in UTF-8"),
            _ => (ErrorKind::InvalidInput, "the file can't be read: check that you may"),
        };
        Error::new(kind, problem).with_source(error).with_context("file", path.display())
    })?;
    from_json(&text).map_err(|error| error.with_context("file", path.display()))
}

pub(super) fn from_json(text: &str) -> Result<Reference> {
    let file = parse(text)?;
    let base = match file.base {
        Base::BuiltIn => Reference::builtin().clone(),
        Base::None => Reference::default(),
    };
    Ok(base.with(file))
}

impl Reference {
    pub(super) fn with_json(self, text: &str) -> Result<Self> {
        Ok(self.with(parse(text)?))
    }

    fn with(mut self, file: File) -> Self {
        for row in file.roles {
            row.write(self.roles.entry(row.id.clone()).or_insert_with_key(|id| RoleFacts::new(id.clone())));
        }
        for row in file.azure_roles {
            let facts = self.azure_roles.entry(row.id.clone());
            row.write(facts.or_insert_with_key(|id| AzureRoleFacts::new(id.clone())));
        }
        self.actions.extend(file.actions.into_iter().map(|row| (row.action, row.tier)));
        for row in file.permissions {
            let key = (row.resource.clone(), row.kind(), row.id.clone());
            let facts = self.permissions.entry(key).or_insert_with_key(|(resource, kind, id)| {
                PermissionFacts::new(resource.clone(), id.clone(), *kind)
            });
            row.write(facts);
            let value = facts.value.to_ascii_lowercase().into();
            self.by_value.insert((facts.resource.clone(), facts.kind, value), facts.id.clone());
        }
        for row in file.activities {
            let facts =
                ActivityFacts { activity: row.activity, actions: row.actions, limited_on: row.limited_on };
            self.activities.insert(facts.activity.to_lowercase().into(), facts);
        }
        self.tasks.extend(file.tasks.into_iter().map(TaskFacts::from));
        self
    }
}

fn parse(text: &str) -> Result<File> {
    // Editors on Windows begin files with a mark that JSON does not know.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // An array would be read as the fields of an object in their order.
    if !text.trim_start().starts_with('{') {
        let problem = "the reference file is wrong: it is no JSON object; it begins with `{`";
        return Err(Error::new(ErrorKind::InvalidInput, problem).with_context("line", 1));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let file = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| wrong(error.inner()).with_context("field", error.path()))?;
    reader.end().map_err(|error| wrong(&error))?;
    Ok(file)
}

fn wrong(error: &serde_json::Error) -> Error {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let problem = format!("the reference file is wrong: {said}; `Reference::from_json` tells its form");
    Error::new(ErrorKind::InvalidInput, problem)
        .with_context("line", error.line())
        .with_context("column", error.column())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    base: Base,
    /// For people: where the facts come from.
    #[serde(default, rename = "about")]
    _about: serde::de::IgnoredAny,
    #[serde(default, rename = "sources")]
    _sources: serde::de::IgnoredAny,
    #[serde(default)]
    roles: Vec<RoleRow>,
    #[serde(default)]
    actions: Vec<ActionRow>,
    #[serde(default)]
    activities: Vec<ActivityRow>,
    #[serde(default)]
    azure_roles: Vec<AzureRow>,
    #[serde(default)]
    permissions: Vec<PermissionRow>,
    #[serde(default)]
    tasks: Vec<TaskRow>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Base {
    #[default]
    BuiltIn,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleRow {
    id: RoleId,
    name: Option<String>,
    tier: Option<Tier>,
    privileged: Option<bool>,
    highly_privileged: Option<bool>,
    power_not_in_actions: Option<bool>,
    reserved: Option<bool>,
    actions: Option<Vec<Box<str>>>,
    inherits: Option<Vec<RoleId>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionRow {
    action: Box<str>,
    tier: Tier,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActivityRow {
    activity: Box<str>,
    #[serde(default)]
    actions: Vec<Box<str>>,
    limited_on: Option<LimitedOn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AzureRow {
    id: RoleId,
    name: Option<String>,
    tier: Option<Tier>,
    narrowed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PermissionRow {
    resource: AppId,
    id: RoleId,
    value: Option<String>,
    #[serde(default)]
    delegated: bool,
    tier: Option<Tier>,
    path: Option<PathToGlobalAdministrator>,
    level: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskRow {
    #[serde(default)]
    area: Vec<String>,
    words: Vec<String>,
    least: String,
    #[serde(default)]
    others: Vec<String>,
}

impl RoleRow {
    fn write(&self, facts: &mut RoleFacts) {
        set(&mut facts.name, &self.name);
        facts.tier = self.tier.or(facts.tier);
        set(&mut facts.privileged, &self.privileged);
        set(&mut facts.highly_privileged, &self.highly_privileged);
        set(&mut facts.power_not_in_actions, &self.power_not_in_actions);
        set(&mut facts.reserved, &self.reserved);
        set(&mut facts.actions, &self.actions);
        set(&mut facts.inherits, &self.inherits);
    }
}

impl AzureRow {
    fn write(&self, facts: &mut AzureRoleFacts) {
        set(&mut facts.name, &self.name);
        facts.tier = self.tier.or(facts.tier);
        set(&mut facts.narrowed, &self.narrowed);
    }
}

impl PermissionRow {
    const fn kind(&self) -> PermissionKind {
        if self.delegated { PermissionKind::Delegated } else { PermissionKind::Application }
    }

    fn write(&self, facts: &mut PermissionFacts) {
        set(&mut facts.value, &self.value);
        facts.tier = self.tier.or(facts.tier);
        facts.path = self.path.or(facts.path);
        facts.level = self.level.or(facts.level);
    }
}

fn set<T: Clone>(fact: &mut T, new: &Option<T>) {
    if let Some(new) = new {
        fact.clone_from(new);
    }
}

impl From<TaskRow> for TaskFacts {
    fn from(row: TaskRow) -> Self {
        Self {
            area: row.area,
            words: row.words,
            least: sufficient(row.least),
            others: row.others.into_iter().map(sufficient).collect(),
        }
    }
}

/// Ids of roles are GUIDs; whatever else is written there is no Entra role.
fn sufficient(text: String) -> Sufficient {
    match text.parse::<RoleId>() {
        Ok(id) if id.guid().is_some() => Sufficient::Role(id),
        _ => Sufficient::Other(text),
    }
}
