//! The checks of the baseline.

use std::fmt;

use serde::Serialize;

/// How much a check binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Criticality {
    /// It must be met.
    Shall,
    /// It had better be met.
    Should,
}

macro_rules! checks {
    ($($variant:ident = $id:literal, $criticality:ident, $demand:literal;)+) => {
        /// A check of the baseline.
        ///
        /// Source: [secure configuration baseline for Entra ID](https://github.com/cisagov/ScubaGear/blob/main/PowerShell/ScubaGear/baselines/aad.md).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[non_exhaustive]
        pub enum Check {
            $(#[doc = $demand] #[serde(rename = $id)] $variant,)+
        }

        impl Check {
            /// Every check, in the order of the baseline.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its id in the baseline, such as `MS.AAD.7.1v1`.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }

            /// How much it binds.
            pub const fn criticality(self) -> Criticality {
                match self {
                    $(Self::$variant => Criticality::$criticality,)+
                }
            }

            /// In one plain sentence, what it demands.
            pub const fn demand(self) -> &'static str {
                match self {
                    $(Self::$variant => $demand,)+
                }
            }
        }
    };
}

checks! {
    PhishingResistantMfa = "MS.AAD.3.6v1", Shall,
        "Conditional Access asks highly privileged roles for a sign-in that resists phishing.";
    GlobalAdministratorCount = "MS.AAD.7.1v1", Shall,
        "Two to eight people are Global Administrator or may become it.";
    FinerRoles = "MS.AAD.7.2v1", Shall,
        "No more people are Global Administrator than have another highly privileged role instead.";
    CloudOnly = "MS.AAD.7.3v1", Shall,
        "No account with a highly privileged role comes from on premises.";
    NoStandingAccess = "MS.AAD.7.4v1", Shall,
        "Nobody holds a highly privileged role without end.";
    OnlyThroughPim = "MS.AAD.7.5v1", Shall,
        "No highly privileged role was assigned past PIM.";
    GlobalAdministratorApproval = "MS.AAD.7.6v1", Shall,
        "Activating Global Administrator takes an approval.";
    AssignmentAlert = "MS.AAD.7.7v1", Shall,
        "Somebody is told when a highly privileged role is assigned, eligible or active.";
    GlobalAdministratorActivationAlert = "MS.AAD.7.8v1", Shall,
        "Somebody is told when Global Administrator is activated.";
    ActivationAlert = "MS.AAD.7.9v1", Should,
        "Somebody is told when another highly privileged role is activated.";
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}
