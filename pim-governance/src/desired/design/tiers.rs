//! Tiers and templates: what rows have in common.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    settings::{Settings, is_default},
    values::Length,
};

/// A tier: how much harm its roles can do, who may hold them, what they demand at least.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Tier {
    /// What it comprises.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who may hold its roles, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Who may hold its roles, as far as that is checked.
    #[serde(skip_serializing_if = "is_default")]
    pub may_hold: MayHold,
    /// What each of its rows must demand at least.
    #[serde(skip_serializing_if = "is_default")]
    pub demands: Demands,
    /// The template of rows that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

/// Who may hold the roles of a tier. What is left out is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct MayHold {
    /// People.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<bool>,
    /// Groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<bool>,
    /// Applications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applications: Option<bool>,
    /// Guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guests: Option<bool>,
    /// Accounts from on premises.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub synced: Option<bool>,
}

/// What the rows of a tier must demand at least. What is left out is not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Demands {
    /// No activation is longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_activation: Option<Length>,
    /// Activation takes a multi-factor sign-in or an authentication context.
    #[serde(skip_serializing_if = "is_default")]
    pub strong_authentication: bool,
    /// Activation takes a justification.
    #[serde(skip_serializing_if = "is_default")]
    pub justification: bool,
    /// Activation takes a ticket.
    #[serde(skip_serializing_if = "is_default")]
    pub ticket: bool,
    /// Activation takes approval.
    #[serde(skip_serializing_if = "is_default")]
    pub approval: bool,
    /// Nobody holds it without end but break-glass accounts.
    #[serde(skip_serializing_if = "is_default")]
    pub no_standing: bool,
}

/// Settings that rows share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Template {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The template that it differs from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// What differs.
    #[serde(skip_serializing_if = "is_default")]
    pub settings: Settings,
}
