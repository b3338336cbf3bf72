//! What callers ask for, one struct for each verb: make it with `new`, set the rest in a literal.

use serde::{Deserialize, Serialize};

use crate::{
    id::{PrincipalId, ScheduleId},
    privilege::Privilege,
    request::{Action, NewRequest, Ticket},
    schedule::{Condition, Level},
    sensitive::Sensitive,
    time::{Expiry, Period, Timestamp},
};

/// Activating one's own eligibility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Activate {
    /// What to activate, at the scope of the eligibility.
    pub privilege: Privilege,
    /// For how long; `None` for the longest that the policy allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Period>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Sensitive<String>>,
    /// Where it is tracked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// From when; `None` for now, or for the moment of approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// Which eligibility, where a service wants it named (Azure).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<ScheduleId>,
    /// Run the rules, change nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

impl Activate {
    /// Now, for as long as the policy allows, without a reason.
    pub const fn new(privilege: Privilege) -> Self {
        Self {
            privilege,
            duration: None,
            justification: None,
            ticket: None,
            start: None,
            using: None,
            dry_run: false,
        }
    }

    pub(super) fn request(self, holder: PrincipalId, duration: Period) -> NewRequest {
        NewRequest {
            start: self.start,
            expiry: Some(Expiry::After(duration)),
            justification: self.justification,
            ticket: self.ticket,
            using: self.using,
            dry_run: self.dry_run,
            ..NewRequest::new(Action::SelfActivate, Level::Assignment, holder, self.privilege)
        }
    }
}

macro_rules! grants {
    ($($(#[$meta:meta])* $name:ident => $action:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
        pub struct $name {
            /// Eligible or active.
            pub level: Level,
            /// Whose it is.
            pub principal: PrincipalId,
            /// What is granted.
            pub privilege: Privilege,
            /// From when; `None` for now.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub start: Option<Timestamp>,
            /// Until when.
            pub expiry: Expiry,
            /// Why.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub justification: Option<Sensitive<String>>,
            /// Where it is tracked.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub ticket: Option<Ticket>,
            /// A condition that narrows it (Azure).
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub condition: Option<Box<Condition>>,
            /// Run the rules, change nothing.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            pub dry_run: bool,
        }

        impl $name {
            /// From now on until then, without a reason.
            pub const fn new(
                level: Level,
                principal: PrincipalId,
                privilege: Privilege,
                expiry: Expiry,
            ) -> Self {
                Self {
                    level,
                    principal,
                    privilege,
                    start: None,
                    expiry,
                    justification: None,
                    ticket: None,
                    condition: None,
                    dry_run: false,
                }
            }

            pub(super) fn request(self) -> NewRequest {
                NewRequest {
                    start: self.start,
                    expiry: Some(self.expiry),
                    justification: self.justification,
                    ticket: self.ticket,
                    condition: self.condition,
                    dry_run: self.dry_run,
                    ..NewRequest::new(Action::$action, self.level, self.principal, self.privilege)
                }
            }
        }
    )+};
}

grants! {
    /// Making someone eligible, or giving someone the privilege itself.
    Assign => AdminAssign,
    /// Changing the window, the reason or the condition of someone's grant.
    Update => AdminUpdate,
}

macro_rules! prolongations {
    ($($(#[$meta:meta])* $name:ident => $own:ident, $admin:ident,)+) => {$(
        $(#[$meta])*
        ///
        /// Without a principal the caller asks for their own grant, and an administrator decides, in the portal:
        /// no service has an API for that. With one the caller acts as administrator, and it is done at once.
        /// Activations can't be prolonged.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
        pub struct $name {
            /// Eligible or active.
            pub level: Level,
            /// Whose it is; `None` for the caller's own.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub principal: Option<PrincipalId>,
            /// What was granted.
            pub privilege: Privilege,
            /// From when; `None` for now.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub start: Option<Timestamp>,
            /// Until when.
            pub expiry: Expiry,
            /// Why.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub justification: Option<Sensitive<String>>,
            /// Where it is tracked.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub ticket: Option<Ticket>,
            /// Run the rules, change nothing.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            pub dry_run: bool,
        }

        impl $name {
            /// The caller's own, until then, without a reason.
            pub const fn new(level: Level, privilege: Privilege, expiry: Expiry) -> Self {
                Self {
                    level,
                    principal: None,
                    privilege,
                    start: None,
                    expiry,
                    justification: None,
                    ticket: None,
                    dry_run: false,
                }
            }

            pub(super) const fn action(&self) -> Action {
                if self.principal.is_some() { Action::$admin } else { Action::$own }
            }

            pub(super) fn request(self, holder: PrincipalId) -> NewRequest {
                NewRequest {
                    start: self.start,
                    expiry: Some(self.expiry),
                    justification: self.justification,
                    ticket: self.ticket,
                    dry_run: self.dry_run,
                    ..NewRequest::new(
                        if self.principal.is_some() { Action::$admin } else { Action::$own },
                        self.level,
                        holder,
                        self.privilege,
                    )
                }
            }
        }
    )+};
}

prolongations! {
    /// Prolonging a grant that has not ended.
    Extend => SelfExtend, AdminExtend,
    /// Granting again what has ended.
    Renew => SelfRenew, AdminRenew,
}

/// Taking a grant away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Revoke {
    /// Eligible or active.
    pub level: Level,
    /// Whose it is.
    pub principal: PrincipalId,
    /// What was granted.
    pub privilege: Privilege,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Sensitive<String>>,
    /// Where it is tracked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// Run the rules, change nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

impl Revoke {
    /// Now, without a reason.
    pub const fn new(level: Level, principal: PrincipalId, privilege: Privilege) -> Self {
        Self { level, principal, privilege, justification: None, ticket: None, dry_run: false }
    }

    pub(super) fn request(self) -> NewRequest {
        NewRequest {
            justification: self.justification,
            ticket: self.ticket,
            dry_run: self.dry_run,
            ..NewRequest::new(Action::AdminRemove, self.level, self.principal, self.privilege)
        }
    }
}
