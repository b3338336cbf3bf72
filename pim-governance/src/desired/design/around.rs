//! What surrounds the roles table: the tenant, groups, units, scopes, waves, reviews, names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    settings::is_default,
    values::{Day, Who},
};

/// Facts of the tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct TenantFacts {
    /// The organisation's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The tenant's id. A design that names it is refused for any other tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whom people ask: an address, a number, a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// A group that the design relies on. It must exist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct GroupFacts {
    /// Its name or id.
    pub group: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it must be able to hold Entra roles.
    #[serde(default, skip_serializing_if = "is_default")]
    pub role_assignable: bool,
}

/// An administrative unit that the design relies on. It must exist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct UnitFacts {
    /// Its name or id.
    pub unit: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An Azure scope with a name of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct AzureScopeFacts {
    /// Its path, such as `/subscriptions/{id}/resourceGroups/{name}`.
    pub scope: String,
    /// What is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// People who are changed together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct WaveDesign {
    /// What it is called.
    pub name: String,
    /// When it is planned for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Day>,
    /// Who is in it: people and groups that grants are made out to.
    pub members: Vec<Who>,
}

/// Reviews of some rows: one for each privilege.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ReviewDesign {
    /// What they are called; `{what}` stands for the role or group. A name without it gets it appended where
    /// several privileges are reviewed.
    pub name: String,
    /// The rows of these tiers. Where neither tiers nor rows are named: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// The rows of these roles and groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<String>,
    /// How often.
    #[serde(skip_serializing_if = "is_quarterly")]
    pub every: Every,
    /// How many days reviewers have.
    #[schemars(range(min = 1, max = 180))]
    #[serde(skip_serializing_if = "is_14")]
    pub days: u32,
    /// When the first round starts. Where it is left out: when the review is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<Day>,
    /// Which holders are asked about.
    #[serde(skip_serializing_if = "is_default")]
    pub of: ReviewOf,
    /// Who reviews.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<Who>,
    /// Who reviews where nobody is named under `reviewers`.
    #[serde(skip_serializing_if = "is_default")]
    pub by: ReviewBy,
    /// Who reviews where a holder has no manager.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<Who>,
    /// What is decided where reviewers stay silent.
    #[serde(skip_serializing_if = "is_default")]
    pub silence: Silence,
    /// Whether decisions are carried out by themselves at the end.
    #[serde(skip_serializing_if = "is_true")]
    pub apply: bool,
    /// Whether reviewers must say why they approve.
    #[serde(skip_serializing_if = "is_true")]
    pub justification: bool,
}

impl Default for ReviewDesign {
    /// Every quarter for 14 days, over eligible holders; silence changes nothing; decisions are carried out.
    fn default() -> Self {
        Self {
            name: String::new(),
            tiers: Vec::new(),
            rows: Vec::new(),
            every: Every::Quarter,
            days: 14,
            starts: None,
            of: ReviewOf::Eligible,
            reviewers: Vec::new(),
            by: ReviewBy::Named,
            fallback: Vec::new(),
            silence: Silence::Leave,
            apply: true,
            justification: true,
        }
    }
}

fn is_quarterly(every: &Every) -> bool {
    *every == Every::Quarter
}

const fn is_true(value: &bool) -> bool {
    *value
}

const fn is_14(days: &u32) -> bool {
    *days == 14
}

/// How often a review returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete: what the portal offers
pub enum Every {
    /// It does not return.
    Once,
    /// Every week.
    Week,
    /// Every month.
    Month,
    /// Every three months.
    Quarter,
    /// Every six months.
    HalfYear,
    /// Every twelve months.
    Year,
}

/// Which holders a review asks about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum ReviewOf {
    /// Those who may activate.
    #[default]
    Eligible,
    /// Those who hold it standing.
    Active,
    /// Both.
    Both,
}

/// Who reviews where nobody is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum ReviewBy {
    /// Those under `reviewers`.
    #[default]
    Named,
    /// Each holder's manager.
    Managers,
    /// Each holder for themselves.
    Holders,
}

/// What is decided where reviewers stay silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete: the service's default decisions
pub enum Silence {
    /// Nothing: access stays.
    #[default]
    Leave,
    /// Keep.
    Keep,
    /// Remove.
    Remove,
    /// What the service recommends.
    Recommended,
}

/// A rule for names and texts, so that audit logs can be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct NamingRule {
    /// What it is for.
    pub of: Named,
    /// A regular expression that the whole text must match.
    #[schemars(extend("format" = "regex"))]
    pub pattern: String,
    /// The rule in words, with an example.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Names that may differ, whatever their case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
}

/// What has a name, or is a text that somebody writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Named {
    /// Groups under PIM, and groups that may hold Entra roles.
    PrivilegedGroups,
    /// Administrative units.
    Units,
    /// Access reviews.
    Reviews,
    /// Templates of this design.
    Templates,
    /// Waves of this design.
    Waves,
    /// Justifications.
    Justifications,
    /// Ticket numbers.
    Tickets,
}
