//! Conditional Access, as far as PIM leans on it: who is asked for what on activation, and who is left out.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AppId, ConditionalAccessId, ContextId, GroupId, LocationId, PrincipalId, RoleId},
    open_enum::open_enum,
};

open_enum! {
    /// Whether a policy bites.
    pub enum ConditionalAccessState {
        /// It does.
        Enabled = "enabled",
        /// It does not.
        Disabled = "disabled",
        /// It only reports; PIM treats it as off.
        ReportOnly = "enabled_for_reporting_but_not_enforced",
    }
}

open_enum! {
    /// What a policy demands.
    pub enum GrantControl {
        /// No access.
        Block = "block",
        /// Multi-factor sign-in.
        Mfa = "mfa",
        /// A managed device.
        CompliantDevice = "compliant_device",
        /// A domain-joined device.
        DomainJoinedDevice = "domain_joined_device",
        /// A means of sign-in of a given strength.
        AuthenticationStrength = "authentication_strength",
        /// A changed password.
        PasswordChange = "password_change",
    }
}

/// For whom a policy holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Whom {
    /// Everybody.
    pub everyone: bool,
    /// These people.
    pub users: Vec<PrincipalId>,
    /// The members of these groups.
    pub groups: Vec<GroupId>,
    /// The holders of these roles.
    pub roles: Vec<RoleId>,
}

/// A Conditional Access policy.
///
/// Source: [conditionalAccessPolicy](https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConditionalAccessPolicy {
    /// The policy's id.
    pub id: ConditionalAccessId,
    /// Its name.
    pub name: String,
    /// Whether it bites.
    pub state: ConditionalAccessState,
    /// For whom it holds.
    #[serde(default)]
    pub include: Whom,
    /// For whom it does not. Emergency accounts belong here.
    #[serde(default)]
    pub exclude: Whom,
    /// For all applications.
    #[serde(default)]
    pub all_applications: bool,
    /// For these applications.
    #[serde(default)]
    pub applications: Vec<AppId>,
    /// For these authentication contexts.
    #[serde(default)]
    pub contexts: Vec<ContextId>,
    /// In these locations.
    #[serde(default)]
    pub locations: Vec<LocationId>,
    /// But not in these.
    #[serde(default)]
    pub excluded_locations: Vec<LocationId>,
    /// What it demands.
    #[serde(default)]
    pub controls: Vec<GrantControl>,
    /// The strength demanded, by name, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<String>,
    /// After how many hours a fresh sign-in is demanded; 0 for every time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in_frequency_hours: Option<u32>,
}

impl ConditionalAccessPolicy {
    /// A policy that holds for nobody and demands nothing.
    pub fn new(id: ConditionalAccessId, name: String, state: ConditionalAccessState) -> Self {
        Self {
            id,
            name,
            state,
            include: Whom::default(),
            exclude: Whom::default(),
            all_applications: false,
            applications: Vec::new(),
            contexts: Vec::new(),
            locations: Vec::new(),
            excluded_locations: Vec::new(),
            controls: Vec::new(),
            strength: None,
            sign_in_frequency_hours: None,
        }
    }
}

/// An authentication context: a name that PIM demands and Conditional Access gives meaning to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // a record users write in seeds
pub struct AuthenticationContext {
    /// `c1` to `c99`.
    pub id: ContextId,
    /// Display name.
    pub name: String,
    /// Whether applications may use it.
    #[serde(default)]
    pub published: bool,
}

/// A place known to Conditional Access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // a record users write in seeds
pub struct NamedLocation {
    /// The location's id.
    pub id: LocationId,
    /// Display name.
    pub name: String,
    /// Whether sign-ins from there count as safer.
    #[serde(default)]
    pub trusted: bool,
    /// Address ranges (CIDR).
    #[serde(default)]
    pub ranges: Vec<String>,
    /// Countries, as codes.
    #[serde(default)]
    pub countries: Vec<String>,
}
