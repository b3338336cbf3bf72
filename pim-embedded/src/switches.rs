//! Switches for what is not known about the service.
//!
//! Each stands for an entry of `docs/open-questions.md`. The default is the likelier behaviour; a test that
//! depends on it can be run both ways.

use serde::{Deserialize, Serialize};

/// How the service behaves where no evidence tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Switches {
    /// An approval is given after the start that was asked for. Q13.
    pub late_approval: LateApproval,
    /// A request waits for approval and its eligibility is removed. Q10.
    pub removed_eligibility_pending: PendingWithoutEligibility,
    /// An activation runs and its eligibility is removed. Q11.
    pub running_activation_on_removed_eligibility: RunningWithoutEligibility,
    /// Whether a request refused by policy leaves an audit record. Q17.
    pub audit_refused_requests: AuditRefused,
    /// Whether a duplicate is found before or after the policy's rules are applied. Q6.
    pub order_of_checks: OrderOfChecks,
    /// An application administers, and the rules demand a justification it did not give. Q35.
    pub app_admin_justification: AppJustification,
    /// The status of a request that was withdrawn. Q5.
    pub canceled_status: CanceledStatus,
    /// The error code when the last administrator would go. Q4.
    pub last_administrator_code: ErrorCode,
}

macro_rules! switch {
    ($($(#[$meta:meta])* $name:ident { $(#[$first_meta:meta])* $first:ident, $($(#[$other_meta:meta])* $other:ident,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum $name {
            $(#[$first_meta])*
            #[default]
            $first,
            $($(#[$other_meta])* $other,)+
        }
    )+};
}

switch! {
    /// What happens when an approval is given after the start that was asked for.
    LateApproval {
        /// The activation starts at the approval and keeps its full length.
        StartsAtApproval,
        /// The request expires.
        Expires,
    }
    /// What happens to a request that waits for approval when its eligibility is removed.
    PendingWithoutEligibility {
        /// It fails.
        Fails,
        /// It goes on and can be approved.
        Survives,
    }
    /// What happens to a running activation when its eligibility is removed.
    RunningWithoutEligibility {
        /// It runs to its end.
        Continues,
        /// It ends at once.
        Ends,
    }
    /// Whether a request refused by policy leaves an audit record.
    AuditRefused {
        /// It does not.
        No,
        /// It leaves one that tells of the failure.
        Yes,
    }
    /// Which of two refusals a request gets that deserves both.
    OrderOfChecks {
        /// That the grant exists already.
        DuplicatesFirst,
        /// That the policy forbids it.
        RulesFirst,
    }
    /// Whether an application may leave out a justification that the rules demand of administrators.
    AppJustification {
        /// It may; seen once, promised nowhere.
        Tolerated,
        /// It may not.
        Demanded,
    }
    /// The status of a request that was withdrawn.
    CanceledStatus {
        /// `Canceled`.
        Canceled,
        /// `Revoked`, as one page shows for eligibilities.
        Revoked,
    }
}

/// A service's error code.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[allow(clippy::exhaustive_structs)] // a name for text
pub struct ErrorCode(pub Box<str>);

impl Default for ErrorCode {
    /// A code of our own: the service's is not public.
    fn default() -> Self {
        Self("LastAdministratorCannotBeRemoved".into())
    }
}
