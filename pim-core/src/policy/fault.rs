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

#[cfg(test)]
mod tests {
    use super::{
        super::{ActivationPolicy, ApprovalSetting, Approver, GrantPolicy, NotificationSetting, Rule},
        *,
    };
    use crate::{
        id::{GroupId, PrincipalId, RoleId},
        privilege::Privilege,
        schedule::Level,
        time::Period,
    };

    fn of(subject: Privilege) -> Policy {
        let rules = Policy::default_rules(&subject.surface());
        Policy::new("p".parse().unwrap(), subject, rules)
    }

    fn role() -> Policy {
        of(Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
    }

    fn group() -> Policy {
        of(Privilege::owner(GroupId::from_guid([2; 16])))
    }

    fn with(policy: &Policy, kind: RuleKind, setting: Setting) -> Vec<PolicyFault> {
        policy.apply(&[Rule { kind, setting }]).faults()
    }

    fn approval(by: &[Approver]) -> Setting {
        Setting::Approval(ApprovalSetting::by(by.iter().cloned()))
    }

    #[test]
    fn no_policy_is_at_fault_as_it_starts() {
        assert_eq!((role().faults(), group().faults()), (vec![], vec![]));
    }

    #[test]
    fn a_context_needs_a_name_and_to_be_alone() {
        let kind = RuleKind::AuthenticationContextEndUserAssignment;
        let context = |enabled, text: Option<&str>| Setting::AuthenticationContext {
            enabled,
            context: text.map(|text| text.parse().unwrap()),
        };
        assert_eq!(with(&group(), kind.clone(), context(true, Some("c1"))), []);
        assert_eq!(with(&group(), kind.clone(), context(true, None)), [PolicyFault::ContextWithoutId]);
        assert_eq!(with(&role(), kind.clone(), context(true, Some("c1"))), [PolicyFault::MfaAndContext]);
        assert_eq!(with(&role(), kind, context(false, Some("c1"))), []);
    }

    #[test]
    fn approval_needs_an_approver_where_there_is_none_by_default() {
        let kind = RuleKind::ApprovalEndUserAssignment;
        let someone = Approver::user(PrincipalId::from_guid([9; 16]));
        assert_eq!(with(&role(), kind.clone(), approval(&[])), []);
        assert_eq!(with(&group(), kind.clone(), approval(&[])), [PolicyFault::NoApprover]);
        assert_eq!(with(&group(), kind.clone(), approval(std::slice::from_ref(&someone))), []);
        let mut stages = ApprovalSetting::by([someone]);
        stages.stages.push(ApprovalSetting::by([]).stages.remove(0));
        assert_eq!(with(&group(), kind.clone(), Setting::Approval(stages)), [PolicyFault::NoApprover]);
        let none = ApprovalSetting { stages: Vec::new(), ..ApprovalSetting::by([]) };
        assert_eq!(with(&group(), kind, Setting::Approval(none)), [PolicyFault::NoApprover]);
    }

    #[test]
    fn named_approvers_and_named_addresses_block_each_other() {
        let kind = RuleKind::NotificationApproverEndUserAssignment;
        let mail = Setting::Notification(NotificationSetting {
            recipients: vec!["desk@x.example".into()],
            ..NotificationSetting::default()
        });
        assert_eq!(with(&role(), kind.clone(), mail.clone()), []);
        let someone = Approver::group(PrincipalId::from_guid([9; 16]));
        let rule = Rule { kind: RuleKind::ApprovalEndUserAssignment, setting: approval(&[someone]) };
        let approved = role().apply(&[rule]);
        assert_eq!(with(&approved, kind, mail.clone()), [PolicyFault::ApproverMail]);
        assert_eq!(with(&approved, RuleKind::NotificationApproverAdminAssignment, mail), []);
    }

    #[test]
    fn mfa_for_administrators_is_a_warning() {
        let granting = GrantPolicy { mfa: true, ..role().grants(&Level::Eligibility) };
        let faults = role().apply(&granting.rules(&Level::Eligibility)).faults();
        assert_eq!(faults, [PolicyFault::MfaToMakeEligible]);
        let faults = role().apply(&granting.rules(&Level::Assignment)).faults();
        assert_eq!(faults, [PolicyFault::MfaToAssign]);
        assert!(faults[0].is_warning() && !PolicyFault::NoApprover.is_warning());
    }

    #[test]
    fn an_activation_that_nobody_can_make_is_a_fault() {
        let short = |max| role().apply(&ActivationPolicy { max, ..role().activation() }.rules()).faults();
        assert_eq!(short(Period::minutes(4)), [PolicyFault::ActivationTooShort]);
        assert_eq!(short(Period::minutes(5)), []);
    }

    #[test]
    fn codes_are_stable_names() {
        for fault in PolicyFault::ALL {
            assert_eq!(serde_json::to_string(fault).unwrap(), format!("\"{}\"", fault.code()));
            assert!(RuleKind::KNOWN.contains(&fault.rule()));
        }
    }
}
