//! Policies: what an activation, an eligibility or an assignment of one privilege demands.
//!
//! A [`Policy`] is its rules, kept as they were read, unknown ones included. Typed views tell what they
//! mean ([`Policy::activation`], [`Policy::grants`]) and write it back.

mod defaults;
mod diff;
mod evaluate;
mod fault;
mod order;
mod rule;
mod view;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod strategies;

use serde::{Deserialize, Serialize};

pub use diff::RuleChange;
pub use evaluate::{Evaluation, MissingInput, Session, SessionKind, evaluate};
pub use fault::PolicyFault;
pub use order::safe_order;
pub use rule::{
    ApprovalMode, ApprovalSetting, ApprovalStageSetting, Approver, ApproverKind, NotificationLevel,
    NotificationSetting, Requirement, Rule, RuleCaller, RuleKind, RuleTarget, Setting,
};

use crate::{
    id::{ContextId, PolicyId},
    privilege::Privilege,
    time::{Period, Timestamp},
};

/// The settings of one privilege: a role, a role at an Azure scope, or one way of holding a group.
///
/// Source: [unifiedRoleManagementPolicy](https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicy).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Policy {
    /// The service's id. A group's changes when the group comes under PIM: never keep it across that.
    pub id: PolicyId,
    /// What it governs. Directory roles have one policy each, whatever the scope of an assignment.
    pub subject: Privilege,
    /// Its rules, in the order read; 17, or more where the service has learned new ones.
    pub rules: Vec<Rule>,
    /// When it was last changed; `None` when never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Timestamp>,
}

/// The stronger sign-in that an activation demands. One value, because PIM honours no policy that demands
/// both: multi-factor authentication and an authentication context exclude each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum StrongAuthentication {
    /// None.
    #[default]
    None,
    /// A multi-factor sign-in in this session.
    Mfa,
    /// An authentication context, which Conditional Access enforces.
    Context(ContextId),
}

/// What an activation demands: the rules `*_EndUser_Assignment` in one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ActivationPolicy {
    /// The longest activation.
    pub max: Period,
    /// The stronger sign-in demanded.
    #[serde(default)]
    pub strong_authentication: StrongAuthentication,
    /// Whether a justification is demanded.
    #[serde(default)]
    pub justification: bool,
    /// Whether a ticket is demanded.
    #[serde(default)]
    pub ticket: bool,
    /// Whose approval is demanded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalSetting>,
}

/// What an administrator must observe when granting: the rules `*_Admin_Eligibility` or `*_Admin_Assignment`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct GrantPolicy {
    /// Whether a grant without end is allowed.
    pub permanent: bool,
    /// The longest grant where it is not.
    pub max: Period,
    /// Whether the administrator's session must be multi-factor. No application can meet that.
    #[serde(default)]
    pub mfa: bool,
    /// Whether a justification is demanded.
    #[serde(default)]
    pub justification: bool,
}

impl Policy {
    /// A policy with these rules.
    pub const fn new(id: PolicyId, subject: Privilege, rules: Vec<Rule>) -> Self {
        Self { id, subject, rules, modified: None }
    }

    /// The setting of a rule, if the policy has it.
    pub fn setting(&self, kind: &RuleKind) -> Option<&Setting> {
        self.rules.iter().find(|rule| rule.kind == *kind).map(|rule| &rule.setting)
    }

    /// This policy with these rules in place of its own of the same kind; rules of kinds it has not are
    /// added. Where `rules` names a kind twice the first counts.
    #[must_use]
    pub fn apply(&self, rules: &[Rule]) -> Self {
        let mut policy = self.clone();
        for (at, new) in rules.iter().enumerate() {
            if rules[..at].iter().any(|earlier| earlier.kind == new.kind) {
                continue;
            }
            match policy.rules.iter_mut().find(|rule| rule.kind == new.kind) {
                Some(rule) => rule.setting = new.setting.clone(),
                None => policy.rules.push(new.clone()),
            }
        }
        policy
    }
}
