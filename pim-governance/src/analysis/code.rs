//! The kinds of findings.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)+) => {
        /// A kind of finding. Its name is stable: reports, alerts and suppressions speak of it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$meta])* #[serde(rename = $text)] $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

codes! {
    /// Holds a role without end, not by activation.
    StandingAccess = "standing-access",
    /// Holds, or may activate, several administrator roles.
    SeveralRoles = "several-roles",
    /// No second factor is registered.
    NoMfa = "no-mfa",
    /// Only second factors that can be phished are registered.
    PhishableMfa = "phishable-mfa",
    /// The account comes from on premises.
    SyncedAdministrator = "synced-administrator",
    /// A guest holds or may activate a role.
    GuestAdministrator = "guest-administrator",
    /// The account is disabled and still holds or may activate a role.
    DisabledAdministrator = "disabled-administrator",
    /// An eligibility that was not used for long.
    StaleEligibility = "stale-eligibility",
    /// An eligibility that was never used as far as the log goes back.
    UnusedEligibility = "unused-eligibility",
    /// A grant that another one, at the same scope or above, makes superfluous.
    RedundantGrant = "redundant-grant",
    /// What the holder did would take a lesser role.
    OverPrivileged = "over-privileged",
    /// The holder does not exist any more.
    OrphanedGrant = "orphaned-grant",
    /// An application has permissions or roles with which it can take the tenant.
    RiskyApplication = "risky-application",
    /// Who owns an application or group can become by it what nobody granted them.
    OwnerPath = "owner-path",
    /// More Global Administrators than there should be.
    TooManyGlobalAdministrators = "too-many-global-administrators",
    /// Fewer Global Administrators than it takes to recover a tenant.
    TooFewGlobalAdministrators = "too-few-global-administrators",
    /// The accounts for emergencies are not as they should be.
    BreakGlass = "break-glass",
    /// A policy asks for less than the tier of its role demands.
    WeakPolicy = "weak-policy",
    /// A policy contradicts itself, or can't be honoured.
    BrokenPolicy = "broken-policy",
    /// Approval is demanded that nobody, or nobody else, could give.
    NoApprover = "no-approver",
    /// Conditional Access leaves a gap for administrators.
    ConditionalAccessGap = "conditional-access-gap",
    /// Uses PIM without the licence for it.
    MissingLicence = "missing-licence",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
