//! What a privilege demands, as far as somebody said.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::{Context, Length, Longest, Who};

/// Settings of a role, group or Azure role. What is left out is inherited; what nobody says stays as it is.
///
/// Source: [role settings](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Settings {
    /// What an activation demands.
    #[serde(skip_serializing_if = "is_default")]
    pub activation: ActivationSettings,
    /// What making somebody eligible demands.
    #[serde(skip_serializing_if = "is_default")]
    pub eligible: GrantSettings,
    /// What a standing assignment demands.
    #[serde(skip_serializing_if = "is_default")]
    pub active: GrantSettings,
    /// Who gets mail.
    #[serde(skip_serializing_if = "is_default")]
    pub notifications: Notifications,
}

/// What an activation demands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ActivationSettings {
    /// The longest activation: 30 minutes to 24 hours, in half hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Length>,
    /// Whether a multi-factor sign-in is demanded. Not together with an authentication context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa: Option<bool>,
    /// Which authentication context is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// Whether a justification is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justification: Option<bool>,
    /// Whether a ticket is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<bool>,
    /// Whether approval is demanded. Naming approvers demands it, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<bool>,
    /// Who may approve. None at all: for Entra roles, Global and Privileged Role Administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvers: Option<Vec<Who>>,
    /// Within which time approvers promise to answer. The service gives up after a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turnaround: Option<Length>,
}

/// What granting demands of an administrator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct GrantSettings {
    /// The longest that a grant may be made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest: Option<Longest>,
    /// Whether a multi-factor sign-in is demanded. No application can meet that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa: Option<bool>,
    /// Whether a justification is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justification: Option<bool>,
}

/// Who gets mail, by what happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Notifications {
    /// Somebody became eligible.
    #[serde(skip_serializing_if = "is_default")]
    pub eligible: Mails,
    /// Somebody was assigned.
    #[serde(skip_serializing_if = "is_default")]
    pub active: Mails,
    /// Somebody activated, or asks to.
    #[serde(skip_serializing_if = "is_default")]
    pub activation: Mails,
}

/// Who gets mail of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Mails {
    /// Mail to administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub administrators: Option<Mail>,
    /// Mail to whom it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<Mail>,
    /// Mail to approvers. Further addresses of approvers exclude named approvers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvers: Option<Mail>,
}

/// One mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Mail {
    /// Which mails are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<MailLevel>,
    /// Whether the usual recipients get it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_recipients: Option<bool>,
    /// Further recipients: mail addresses, or names of lists under `recipients`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<Who>>,
}

/// Which mails are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum MailLevel {
    /// None.
    None,
    /// Those that ask for an act.
    Critical,
    /// All.
    All,
}

impl Settings {
    /// These settings where they say something, `below` where they do not.
    #[must_use]
    pub fn over(&self, below: &Self) -> Self {
        Self {
            activation: self.activation.over(&below.activation),
            eligible: self.eligible.over(&below.eligible),
            active: self.active.over(&below.active),
            notifications: self.notifications.over(&below.notifications),
        }
    }

    /// True where nothing is said.
    pub fn is_empty(&self) -> bool {
        is_default(self)
    }
}

macro_rules! over {
    ($($name:ident { leaves: $($leaf:ident)*; parts: $($part:ident)* })+) => {$(
        impl $name {
            fn over(&self, below: &Self) -> Self {
                Self {
                    $($leaf: self.$leaf.clone().or_else(|| below.$leaf.clone()),)*
                    $($part: self.$part.over(&below.$part),)*
                }
            }
        }
    )+};
}

over! {
    ActivationSettings {
        leaves: max mfa context justification ticket approval approvers turnaround;
        parts:
    }
    GrantSettings { leaves: longest mfa justification; parts: }
    Notifications { leaves: ; parts: eligible active activation }
    Mail { leaves: level default_recipients to; parts: }
}

impl Mails {
    fn over(&self, below: &Self) -> Self {
        let over = |own: &Option<Mail>, below: &Option<Mail>| match (own, below) {
            (Some(own), Some(below)) => Some(own.over(below)),
            (own, below) => own.clone().or_else(|| below.clone()),
        };
        Self {
            administrators: over(&self.administrators, &below.administrators),
            holder: over(&self.holder, &below.holder),
            approvers: over(&self.approvers, &below.approvers),
        }
    }
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
