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

#[cfg(test)]
mod tests {
    use super::{
        super::{Approver, NotificationLevel, Requirement},
        *,
    };
    use crate::{
        id::{PrincipalId, RoleId},
        privilege::{Privilege, Surface},
    };

    fn policy() -> Policy {
        let rules = Policy::default_rules(&Surface::DirectoryRoles);
        Policy::new("p".parse().unwrap(), Privilege::role(RoleId::GLOBAL_ADMINISTRATOR), rules)
    }

    /// Whether a policy that says the first needs a change to say the second.
    fn differ(kind: RuleKind, now: Setting, wanted: Setting) -> bool {
        let policy = policy().apply(&[Rule { kind: kind.clone(), setting: now }]);
        !policy.diff(&[Rule { kind, setting: wanted }]).is_empty()
    }

    fn approver(n: u8) -> Approver {
        Approver::user(PrincipalId::from_guid([n; 16]))
    }

    #[test]
    fn a_change_in_each_of_the_17_rules_is_seen() {
        for kind in RuleKind::KNOWN {
            let wanted = match policy().setting(kind).unwrap() {
                Setting::Expiration { required, max } => {
                    Setting::Expiration { required: !required, max: *max }
                }
                Setting::Enablement { .. } => Setting::Enablement { required: [Requirement::Mfa].into() },
                Setting::Approval(_) => Setting::Approval(ApprovalSetting::by([])),
                Setting::AuthenticationContext { .. } => {
                    Setting::AuthenticationContext { enabled: true, context: "c1".parse().ok() }
                }
                Setting::Notification(mail) => {
                    Setting::Notification(NotificationSetting { default_recipients: false, ..mail.clone() })
                }
                Setting::Unknown { .. } => panic!("defaults are known"),
            };
            let rule = Rule { kind: kind.clone(), setting: wanted.clone() };
            let changes = policy().diff(std::slice::from_ref(&rule));
            assert_eq!(changes.len(), 1, "{kind}");
            assert_eq!(changes[0].from.as_ref(), policy().setting(kind));
            assert_eq!(changes[0].rule(), rule);
            let rules = [rule];
            assert!(policy().apply(&rules).diff(&rules).is_empty());
        }
    }

    #[test]
    fn approvers_are_who_they_are_in_whatever_order() {
        let kind = || RuleKind::ApprovalEndUserAssignment;
        let by = |ids: &[u8]| ApprovalSetting::by(ids.iter().map(|id| approver(*id)));
        let setting = Setting::Approval;
        assert!(!differ(kind(), setting(by(&[1, 2])), setting(by(&[2, 1, 2]))));
        assert!(differ(kind(), setting(by(&[1, 2])), setting(by(&[1, 3]))));
        let group = ApprovalSetting::by([Approver::group(PrincipalId::from_guid([1; 16]))]);
        assert!(differ(kind(), setting(by(&[1])), setting(group)));
        let mut later = by(&[1]);
        later.stages[0].escalation_approvers.push(approver(4));
        assert!(!differ(kind(), setting(by(&[1])), setting(later)));
    }

    #[test]
    fn what_is_off_is_not_compared() {
        let approval = |required, id| {
            Setting::Approval(ApprovalSetting { required, ..ApprovalSetting::by([approver(id)]) })
        };
        let kind = || RuleKind::ApprovalEndUserAssignment;
        assert!(!differ(kind(), approval(false, 1), approval(false, 2)));
        assert!(differ(kind(), approval(false, 1), approval(true, 1)));
        let extension =
            Setting::Approval(ApprovalSetting { required_for_extension: true, ..ApprovalSetting::none() });
        assert!(differ(kind(), Setting::Approval(ApprovalSetting::none()), extension));

        let context =
            |enabled, text: &str| Setting::AuthenticationContext { enabled, context: text.parse().ok() };
        let kind = || RuleKind::AuthenticationContextEndUserAssignment;
        assert!(!differ(kind(), context(false, "c1"), context(false, "")));
        assert!(differ(kind(), context(true, "c1"), context(true, "c2")));
        assert!(differ(kind(), context(true, "c1"), context(false, "c1")));
    }

    #[test]
    fn addresses_are_a_set_without_case() {
        let mail = |level, addresses: &[&str]| {
            Setting::Notification(NotificationSetting {
                level,
                default_recipients: true,
                recipients: addresses.iter().map(|address| (*address).into()).collect(),
            })
        };
        let kind = || RuleKind::NotificationAdminEndUserAssignment;
        let all = |addresses| mail(NotificationLevel::All, addresses);
        assert!(!differ(kind(), all(&["A@x.example", "b@x.example"]), all(&["b@x.example", "a@X.example"])));
        assert!(differ(kind(), all(&["a@x.example"]), all(&[])));
        assert!(differ(kind(), all(&[]), mail(NotificationLevel::Critical, &[])));
    }

    #[test]
    fn rules_of_unknown_type_are_compared_as_they_came() {
        let raw = |n: u8| Setting::Unknown { type_name: "new".into(), raw: n.into() };
        let kind = || RuleKind::from("CustomExtension_PreApproval_EndUser_Assignment");
        assert!(!differ(kind(), raw(1), raw(1)));
        assert!(differ(kind(), raw(1), raw(2)));
        let added = policy().diff(&[Rule { kind: kind(), setting: raw(1) }]);
        assert_eq!((added.len(), &added[0].from), (1, &None));
    }
}
