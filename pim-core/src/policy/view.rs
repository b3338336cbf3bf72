//! What the rules mean, as one value for each thing they govern, and back.

use std::collections::BTreeSet;

use super::{
    ActivationPolicy, ApprovalSetting, GrantPolicy, Policy, Requirement, Rule, RuleKind, Setting,
    StrongAuthentication, defaults,
};
use crate::{id::ContextId, schedule::Level, time::Period};

impl Policy {
    /// What an activation demands.
    ///
    /// A rule that the policy lacks, or holds in a form this version does not know, counts as the surface's
    /// default: see [`Policy::default_rules`]; so does a maximum that the service does not give. Where a
    /// policy stores MFA and an authentication context, the context counts; where a context is switched on
    /// without saying which, it does not. [`Policy::faults`] reports both.
    pub fn activation(&self) -> ActivationPolicy {
        let demands = self.activation_demands();
        ActivationPolicy {
            max: self.activation_max(),
            strong_authentication: match self.context() {
                Some(context) => StrongAuthentication::Context(context.clone()),
                None if demands.mfa => StrongAuthentication::Mfa,
                None => StrongAuthentication::None,
            },
            justification: demands.justification,
            ticket: demands.ticket,
            approval: self.approval().cloned(),
        }
    }

    /// What an administrator must observe when granting at this level.
    ///
    /// Rules that are missing count as the surface's default, as with [`Policy::activation`]. A level that
    /// this version does not know is read as an active assignment, the stricter of the two.
    pub fn grants(&self, level: &Level) -> GrantPolicy {
        let kinds = GrantKinds::of(level);
        let (required, max) = self.expiration(kinds.expiration);
        let demands = self.demands(kinds.enablement);
        GrantPolicy { permanent: !required, max, mfa: demands.mfa, justification: demands.justification }
    }

    pub(super) fn activation_max(&self) -> Period {
        self.expiration(&RuleKind::ExpirationEndUserAssignment).1
    }

    pub(super) fn activation_demands(&self) -> Demands {
        self.demands(&RuleKind::EnablementEndUserAssignment)
    }

    /// The authentication context that an activation needs.
    pub(super) fn context(&self) -> Option<&ContextId> {
        match self.setting(&RuleKind::AuthenticationContextEndUserAssignment) {
            Some(Setting::AuthenticationContext { enabled: true, context }) => context.as_ref(),
            _ => None,
        }
    }

    /// The approval that an activation needs.
    pub(super) fn approval(&self) -> Option<&ApprovalSetting> {
        match self.setting(&RuleKind::ApprovalEndUserAssignment) {
            Some(Setting::Approval(setting)) if setting.required => Some(setting),
            _ => None,
        }
    }

    fn expiration(&self, kind: &RuleKind) -> (bool, Period) {
        let usual = defaults::expiration(&self.subject.surface(), kind);
        match self.setting(kind) {
            Some(Setting::Expiration { required, max }) => (*required, max.unwrap_or(usual.1)),
            _ => usual,
        }
    }

    fn demands(&self, kind: &RuleKind) -> Demands {
        match self.setting(kind) {
            Some(Setting::Enablement { required }) => Demands::among(required),
            _ => Demands::among(defaults::required(&self.subject.surface(), kind)),
        }
    }
}

impl ActivationPolicy {
    /// The four rules that say this, to be given to
    /// [`PolicyAdmin::update_policy`](crate::backend::PolicyAdmin::update_policy).
    ///
    /// They say this and nothing else: a requirement of a newer kind that the policy held is dropped, which
    /// [`Policy::diff`] shows.
    pub fn rules(&self) -> Vec<Rule> {
        let context = match &self.strong_authentication {
            StrongAuthentication::Context(context) => Some(context.clone()),
            StrongAuthentication::None | StrongAuthentication::Mfa => None,
        };
        let demands = Demands {
            mfa: self.strong_authentication == StrongAuthentication::Mfa,
            justification: self.justification,
            ticket: self.ticket,
        };
        vec![
            Rule {
                kind: RuleKind::ExpirationEndUserAssignment,
                setting: Setting::Expiration { required: true, max: Some(self.max) },
            },
            Rule {
                kind: RuleKind::EnablementEndUserAssignment,
                setting: Setting::Enablement { required: demands.requirements() },
            },
            Rule {
                kind: RuleKind::ApprovalEndUserAssignment,
                setting: Setting::Approval(self.approval.clone().unwrap_or_else(ApprovalSetting::none)),
            },
            Rule {
                kind: RuleKind::AuthenticationContextEndUserAssignment,
                setting: Setting::AuthenticationContext { enabled: context.is_some(), context },
            },
        ]
    }
}

impl GrantPolicy {
    /// The two rules that say this for grants at `level`; none for a level that this version does not know.
    pub fn rules(&self, level: &Level) -> Vec<Rule> {
        if matches!(level, Level::Unknown(_)) {
            return Vec::new();
        }
        let kinds = GrantKinds::of(level);
        let demands = Demands { mfa: self.mfa, justification: self.justification, ticket: false };
        vec![
            Rule {
                kind: kinds.expiration.clone(),
                setting: Setting::Expiration { required: !self.permanent, max: Some(self.max) },
            },
            Rule {
                kind: kinds.enablement.clone(),
                setting: Setting::Enablement { required: demands.requirements() },
            },
        ]
    }
}

/// What an enablement rule demands; requirements of kinds we do not know are for the service to judge.
#[derive(Clone, Copy)]
pub(super) struct Demands {
    pub(super) mfa: bool,
    pub(super) justification: bool,
    pub(super) ticket: bool,
}

impl Demands {
    fn among<'a>(required: impl IntoIterator<Item = &'a Requirement>) -> Self {
        let mut demands = Self { mfa: false, justification: false, ticket: false };
        for requirement in required {
            match requirement {
                Requirement::Mfa => demands.mfa = true,
                Requirement::Justification => demands.justification = true,
                Requirement::Ticketing => demands.ticket = true,
                Requirement::Unknown(_) => {}
            }
        }
        demands
    }

    fn requirements(self) -> BTreeSet<Requirement> {
        [
            (self.mfa, Requirement::Mfa),
            (self.justification, Requirement::Justification),
            (self.ticket, Requirement::Ticketing),
        ]
        .into_iter()
        .filter_map(|(demanded, requirement)| demanded.then_some(requirement))
        .collect()
    }
}

struct GrantKinds {
    expiration: &'static RuleKind,
    enablement: &'static RuleKind,
}

impl GrantKinds {
    const fn of(level: &Level) -> Self {
        match level {
            Level::Eligibility => Self {
                expiration: &RuleKind::ExpirationAdminEligibility,
                enablement: &RuleKind::EnablementAdminEligibility,
            },
            _ => Self {
                expiration: &RuleKind::ExpirationAdminAssignment,
                enablement: &RuleKind::EnablementAdminAssignment,
            },
        }
    }
}
