//! What has to change for a policy to say what is wanted, told by value and not by spelling.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ApprovalSetting, ApprovalStageSetting, NotificationSetting, Policy, Rule, RuleKind, Setting};

/// One rule that has to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RuleChange {
    /// Which rule.
    pub kind: RuleKind,
    /// What it says now; `None` where the policy does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Setting>,
    /// What it is to say.
    pub to: Setting,
}

impl RuleChange {
    /// A change of a rule.
    pub const fn new(kind: RuleKind, from: Option<Setting>, to: Setting) -> Self {
        Self { kind, from, to }
    }

    /// The rule as it is to be.
    pub fn rule(&self) -> Rule {
        Rule { kind: self.kind.clone(), setting: self.to.clone() }
    }
}

impl Policy {
    /// The rules among `wanted` that say something else than this policy, in the order given. Rules that
    /// `wanted` does not name stay as they are; where it names one twice the first counts.
    ///
    /// Approvers are compared by kind and id, mail addresses without regard to case, both without regard to
    /// order. What has no effect is not compared: the stages of an approval that is off, the context that
    /// is kept while the rule is off, and escalation, which PIM neither acts on nor reliably stores. Rules of
    /// unknown type are compared as they came.
    pub fn diff(&self, wanted: &[Rule]) -> Vec<RuleChange> {
        let mut changes = Vec::new();
        for (at, rule) in wanted.iter().enumerate() {
            let from = self.setting(&rule.kind);
            let repeated = wanted[..at].iter().any(|earlier| earlier.kind == rule.kind);
            if !repeated && !from.is_some_and(|from| says_the_same(from, &rule.setting)) {
                changes.push(RuleChange::new(rule.kind.clone(), from.cloned(), rule.setting.clone()));
            }
        }
        changes
    }
}

fn says_the_same(a: &Setting, b: &Setting) -> bool {
    match (a, b) {
        (
            Setting::AuthenticationContext { enabled: a_on, context: a },
            Setting::AuthenticationContext { enabled: b_on, context: b },
        ) => a_on == b_on && (!a_on || a == b),
        (Setting::Approval(a), Setting::Approval(b)) => same_approval(a, b),
        (Setting::Notification(a), Setting::Notification(b)) => same_notification(a, b),
        _ => a == b,
    }
}

fn same_approval(a: &ApprovalSetting, b: &ApprovalSetting) -> bool {
    if (a.required, a.required_for_extension) != (b.required, b.required_for_extension) {
        return false;
    }
    let off = !a.required && !a.required_for_extension;
    off || (a.requestor_justification == b.requestor_justification
        && a.mode == b.mode
        && a.stages.len() == b.stages.len()
        && a.stages.iter().zip(&b.stages).all(|(a, b)| same_stage(a, b)))
}

fn same_stage(a: &ApprovalStageSetting, b: &ApprovalStageSetting) -> bool {
    a.timeout_days == b.timeout_days
        && a.approver_justification == b.approver_justification
        && a.approvers.iter().collect::<BTreeSet<_>>() == b.approvers.iter().collect::<BTreeSet<_>>()
}

fn same_notification(a: &NotificationSetting, b: &NotificationSetting) -> bool {
    a.level == b.level && a.default_recipients == b.default_recipients && addresses(a) == addresses(b)
}

fn addresses(setting: &NotificationSetting) -> BTreeSet<String> {
    setting.recipients.iter().map(|address| address.expose().trim().to_lowercase()).collect()
}
