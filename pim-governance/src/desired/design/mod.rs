//! A design: the roles table and what surrounds it, as people write it.

mod around;
mod file;
mod settings;
mod table;
mod tiers;
pub(crate) mod values;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{
    around::{
        AzureScopeFacts, Every, GroupFacts, Named, NamingRule, ReviewBy, ReviewDesign, ReviewOf, Silence,
        TenantFacts, UnitFacts, WaveDesign,
    },
    settings::{ActivationSettings, GrantSettings, Mail, MailLevel, Mails, Notifications, Settings},
    table::{Access, AssignmentType, Holder, Row},
    tiers::{Demands, MayHold, Template, Tier},
    values::{Context, Day, InvalidText, Length, Longest, Until, Who},
};
use super::fault::Places;
use settings::is_default;

/// Everything that is wanted of a tenant, in names or ids that are looked up later:
/// [`resolve`](Self::resolve).
///
/// What a design does not name stays as it is. Names of people are in it: keep it as safe as the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Design {
    /// The version of the format.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// Facts of the tenant.
    #[serde(skip_serializing_if = "is_default")]
    pub tenant: TenantFacts,
    /// How many working administrators must always be left: enabled people who are Global Administrator
    /// without end.
    #[schemars(range(min = 1, max = 1000))]
    pub min_administrators: u32,
    /// The accounts for emergencies. Nothing of theirs is ever taken away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub break_glass: Vec<Who>,
    /// People and groups whose grants are never removed or shortened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protected: Vec<Who>,
    /// Lists of mail addresses, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub recipients: BTreeMap<String, Vec<Who>>,
    /// Tiers, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tiers: BTreeMap<String, Tier>,
    /// Templates of settings, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<String, Template>,
    /// Groups that it relies on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupFacts>,
    /// Administrative units that it relies on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitFacts>,
    /// Azure scopes, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub azure_scopes: BTreeMap<String, AzureScopeFacts>,
    /// The roles table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Row>,
    /// Who is changed first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pilot: Vec<Who>,
    /// Who is changed after the pilot, wave by wave; whoever is in none comes last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waves: Vec<WaveDesign>,
    /// Reviews.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<ReviewDesign>,
    /// Rules for names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub naming: Vec<NamingRule>,
    /// Where everything stands in the file that it was read from; empty for one that was not.
    #[serde(skip)]
    pub places: Places,
}

impl Default for Design {
    /// Nothing is wanted; two administrators must be left.
    fn default() -> Self {
        Self {
            version: 1,
            tenant: TenantFacts::default(),
            min_administrators: 2,
            break_glass: Vec::new(),
            protected: Vec::new(),
            recipients: BTreeMap::new(),
            tiers: BTreeMap::new(),
            templates: BTreeMap::new(),
            groups: Vec::new(),
            units: Vec::new(),
            azure_scopes: BTreeMap::new(),
            roles: Vec::new(),
            pilot: Vec::new(),
            waves: Vec::new(),
            reviews: Vec::new(),
            naming: Vec::new(),
            places: Places::default(),
        }
    }
}

#[cfg(test)]
mod tests;
