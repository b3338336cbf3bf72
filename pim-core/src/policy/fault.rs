//! Policies that the service stores and that do not work as they look.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Policy, Requirement, RuleKind, Setting};
use crate::{backend::MINIMUM_ACTIVE, privilege::Surface};

/// Something in a policy that does not work as it looks. Prints in plain words, with the remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PolicyFault {
    /// Activation demands MFA and an authentication context. The service stores the pair when the context
    /// is switched on last, and cannot honour it.
    MfaAndContext,
    /// An authentication context is switched on, and none is named.
    ContextWithoutId,
    /// Activation needs approval and a stage names nobody, on a surface that has no approvers by default.
    NoApprover,
    /// Approvers' mail goes to named addresses while approvers are named too. On Graph every later write of
    /// a single rule fails; Azure refuses to store it.
    ApproverMail,
    /// The longest activation is shorter than the shortest that the service makes.
    ActivationTooShort,
    /// Granting eligibility demands MFA, which no application can have.
    MfaToMakeEligible,
    /// Assigning demands MFA, which no application can have.
    MfaToAssign,
}

impl PolicyFault {
    /// Every fault.
    pub const ALL: &'static [Self] = &[
        Self::MfaAndContext,
        Self::ContextWithoutId,
        Self::NoApprover,
        Self::ApproverMail,
        Self::ActivationTooShort,
        Self::MfaToMakeEligible,
        Self::MfaToAssign,
    ];

    /// The stable name, as it serialises.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MfaAndContext => "mfa_and_context",
            Self::ContextWithoutId => "context_without_id",
            Self::NoApprover => "no_approver",
            Self::ApproverMail => "approver_mail",
            Self::ActivationTooShort => "activation_too_short",
            Self::MfaToMakeEligible => "mfa_to_make_eligible",
            Self::MfaToAssign => "mfa_to_assign",
        }
    }

    /// The rule to mend.
    pub const fn rule(self) -> RuleKind {
        match self {
            Self::MfaAndContext => RuleKind::EnablementEndUserAssignment,
            Self::ContextWithoutId => RuleKind::AuthenticationContextEndUserAssignment,
            Self::NoApprover => RuleKind::ApprovalEndUserAssignment,
            Self::ApproverMail => RuleKind::NotificationApproverEndUserAssignment,
            Self::ActivationTooShort => RuleKind::ExpirationEndUserAssignment,
            Self::MfaToMakeEligible => RuleKind::EnablementAdminEligibility,
            Self::MfaToAssign => RuleKind::EnablementAdminAssignment,
        }
    }

    /// True where the policy works for people and only automation suffers.
    pub const fn is_warning(self) -> bool {
        matches!(self, Self::MfaToMakeEligible | Self::MfaToAssign)
    }
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::MfaAndContext => {
                "activation demands both MFA and an authentication context, which cannot be honoured: keep one"
            }
            Self::ContextWithoutId => {
                "an authentication context is switched on without saying which: name it, or switch it off"
            }
            Self::NoApprover => {
                "activation needs approval and nobody can give it, since groups and Azure roles have no \
                 approvers by default: name some who hold their own access without this approval"
            }
            Self::ApproverMail => {
                "approvers' mail has named addresses while approvers are named too, which blocks every later \
                 change of a single rule: empty the addresses by writing the policy as a whole"
            }
            Self::ActivationTooShort => {
                "the longest activation is under the five minutes that every activation lasts: raise it"
            }
            Self::MfaToMakeEligible => {
                "granting eligibility demands MFA, which no application can have: automation will be refused"
            }
            Self::MfaToAssign => {
                "assigning demands MFA, which no application can have: automation will be refused"
            }
        })
    }
}

impl Policy {
    /// What in this policy does not work as it looks, worst first.
    ///
    /// Sources: [role settings](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings),
    /// [group settings](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/groups-role-settings).
    pub fn faults(&self) -> Vec<PolicyFault> {
        PolicyFault::ALL.iter().copied().filter(|fault| self.has(*fault)).collect()
    }

    fn has(&self, fault: PolicyFault) -> bool {
        match fault {
            PolicyFault::MfaAndContext => {
                self.has_context_on() && self.requires_mfa(&RuleKind::EnablementEndUserAssignment)
            }
            PolicyFault::ContextWithoutId => self.has_context_on() && self.context().is_none(),
            PolicyFault::NoApprover => {
                self.subject.surface() != Surface::DirectoryRoles
                    && self.approval().is_some_and(|setting| {
                        setting.stages.is_empty() || setting.stages.iter().any(|s| s.approvers.is_empty())
                    })
            }
            PolicyFault::ApproverMail => {
                self.has_custom_approvers()
                    && matches!(
                        self.setting(&RuleKind::NotificationApproverEndUserAssignment),
                        Some(Setting::Notification(mail)) if !mail.recipients.is_empty()
                    )
            }
            PolicyFault::ActivationTooShort => self.activation_max() < MINIMUM_ACTIVE,
            PolicyFault::MfaToMakeEligible => self.requires_mfa(&RuleKind::EnablementAdminEligibility),
            PolicyFault::MfaToAssign => self.requires_mfa(&RuleKind::EnablementAdminAssignment),
        }
    }

    fn has_context_on(&self) -> bool {
        matches!(
            self.setting(&RuleKind::AuthenticationContextEndUserAssignment),
            Some(Setting::AuthenticationContext { enabled: true, .. })
        )
    }

    fn requires_mfa(&self, kind: &RuleKind) -> bool {
        matches!(self.setting(kind), Some(Setting::Enablement { required }) if required.contains(&Requirement::Mfa))
    }

    /// Named approvers count even while approval is off: the service's check looks at the list alone.
    fn has_custom_approvers(&self) -> bool {
        matches!(
            self.setting(&RuleKind::ApprovalEndUserAssignment),
            Some(Setting::Approval(setting)) if setting.approvers().next().is_some()
        )
    }
}
