//! The roles table: one row for each thing that can be held.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    settings::{Settings, is_default},
    values::{Until, Who},
};

/// A row of the roles table: one privilege, who holds it, and what it demands.
///
/// It names a `role`, which counts in the whole tenant unless `unit`, `application` or `scope` narrows it, and
/// on Azure where `azure` says; or it names a `group`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Row {
    /// A role, by name or id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// A group, by name or id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// In what way the group is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// Only in this administrative unit, by name or id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Only for this application, by name or object id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// Only at this scope, as the directory writes it, such as `/administrativeUnits/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// On Azure: a name under `azure_scopes`, or a path such as `/subscriptions/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure: Option<String>,
    /// How it is meant to be held.
    #[serde(skip_serializing_if = "is_default")]
    pub assignment: AssignmentType,
    /// Its tier, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who it is for, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The template of its settings; the tier's where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// What differs from the template.
    #[serde(skip_serializing_if = "is_default")]
    pub settings: Settings,
    /// Who approves activations; counts instead of the template's approvers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvers: Option<Vec<Who>>,
    /// Who may activate it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub eligible: Vec<Holder>,
    /// Who holds it all the time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub active: Vec<Holder>,
    /// Whether grants that are not named here are removed.
    #[serde(skip_serializing_if = "is_default")]
    pub exclusive: bool,
}

/// In what way a group is held.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Access {
    /// As member.
    #[default]
    Member,
    /// As owner.
    Owner,
}

/// How something is meant to be held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: the two of PIM
pub enum AssignmentType {
    /// Activated when needed.
    #[default]
    Eligible,
    /// Held all the time.
    Static,
}

/// Who holds something: a name or id, or one with an end or a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Holder {
    /// Who.
    pub who: Who,
    /// Until when. Where it is left out: without end if the settings allow that, else as long as they do.
    pub until: Option<Until>,
    /// A condition that narrows the grant, in Azure's language. Azure roles only.
    pub condition: Option<String>,
}

impl<T: Into<Who>> From<T> for Holder {
    fn from(who: T) -> Self {
        Self { who: who.into(), until: None, condition: None }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Holder")]
/// Who holds something: a name or id, or one with an end or a condition.
enum Written {
    /// Only who.
    Plain(Who),
    /// Who and more.
    Full(FullHolder),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FullHolder {
    /// Who.
    who: Who,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Until>,
    /// A condition that narrows the grant, in Azure's language. Azure roles only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
}

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { who, until, condition } = self.clone();
        let written = match (until, condition) {
            (None, None) => Written::Plain(who),
            (until, condition) => Written::Full(FullHolder { who, until, condition }),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Written::deserialize(deserializer)? {
            Written::Plain(who) => who.into(),
            Written::Full(FullHolder { who, until, condition }) => Self { who, until, condition },
        })
    }
}

impl JsonSchema for Holder {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Holder".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}
