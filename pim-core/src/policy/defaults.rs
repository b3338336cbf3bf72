//! What a policy says before anyone has changed it.

use super::{ApprovalSetting, NotificationSetting, Policy, Requirement, Rule, RuleKind, Setting};
use crate::{privilege::Surface, time::Period};

impl Policy {
    /// The 17 rules that a privilege of this surface starts with. A surface that this version does not know
    /// is taken to start like a group.
    ///
    /// Sources: [Entra roles](https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicy-list-rules),
    /// [groups](https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicies). Those of Azure
    /// roles come from an older interface. Tenants of other years may start otherwise.
    pub fn default_rules(surface: &Surface) -> Vec<Rule> {
        RuleKind::KNOWN
            .iter()
            .map(|kind| Rule { kind: kind.clone(), setting: default_setting(surface, kind) })
            .collect()
    }
}

/// Whether an end is required, and the longest time; for the three expiration rules.
pub(super) const fn expiration(surface: &Surface, kind: &RuleKind) -> (bool, Period) {
    let bounded = !matches!(surface, Surface::DirectoryRoles);
    match kind {
        RuleKind::ExpirationAdminEligibility => (bounded, Period::days(365)),
        RuleKind::ExpirationAdminAssignment => (bounded, Period::days(180)),
        _ => (true, Period::hours(8)),
    }
}

/// What must be given; for the three enablement rules.
pub(super) const fn required(surface: &Surface, kind: &RuleKind) -> &'static [Requirement] {
    match (kind, surface) {
        (RuleKind::EnablementAdminAssignment, _) => &[Requirement::Justification],
        (RuleKind::EnablementEndUserAssignment, Surface::DirectoryRoles) => {
            &[Requirement::Mfa, Requirement::Justification]
        }
        (RuleKind::EnablementEndUserAssignment, _) => &[Requirement::Justification],
        _ => &[],
    }
}

fn default_setting(surface: &Surface, kind: &RuleKind) -> Setting {
    match kind {
        RuleKind::ExpirationAdminEligibility
        | RuleKind::ExpirationAdminAssignment
        | RuleKind::ExpirationEndUserAssignment => {
            let (required, max) = expiration(surface, kind);
            Setting::Expiration { required, max: Some(max) }
        }
        RuleKind::EnablementAdminEligibility
        | RuleKind::EnablementAdminAssignment
        | RuleKind::EnablementEndUserAssignment => {
            Setting::Enablement { required: required(surface, kind).iter().cloned().collect() }
        }
        RuleKind::ApprovalEndUserAssignment => Setting::Approval(ApprovalSetting::none()),
        RuleKind::AuthenticationContextEndUserAssignment => {
            Setting::AuthenticationContext { enabled: false, context: None }
        }
        _ => Setting::Notification(NotificationSetting::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of defaults, row by row, in the words a reader would check it with.
    #[test]
    fn each_surface_starts_as_documented() {
        let row = |surface: &Surface, kind: RuleKind| {
            let rules = Policy::default_rules(surface);
            let rule = rules.into_iter().find(|rule| rule.kind == kind).unwrap();
            match rule.setting {
                Setting::Expiration { required, max } => format!("{required} {}", max.unwrap()),
                Setting::Enablement { required } => {
                    required.iter().map(Requirement::as_str).collect::<Vec<_>>().join(" ")
                }
                Setting::Approval(setting) => format!("{} {}", setting.required, setting.stages.len()),
                Setting::AuthenticationContext { enabled, context } => format!("{enabled} {context:?}"),
                other => format!("{other:?}"),
            }
        };
        let mfa = "multi_factor_authentication justification";
        for (kind, entra, group, azure) in [
            (RuleKind::ExpirationAdminEligibility, "false P365D", "true P365D", "true P365D"),
            (RuleKind::EnablementAdminEligibility, "", "", ""),
            (RuleKind::ExpirationAdminAssignment, "false P180D", "true P180D", "true P180D"),
            (RuleKind::EnablementAdminAssignment, "justification", "justification", "justification"),
            (RuleKind::ExpirationEndUserAssignment, "true PT8H", "true PT8H", "true PT8H"),
            (RuleKind::EnablementEndUserAssignment, mfa, "justification", "justification"),
            (RuleKind::ApprovalEndUserAssignment, "false 1", "false 1", "false 1"),
            (RuleKind::AuthenticationContextEndUserAssignment, "false None", "false None", "false None"),
        ] {
            assert_eq!(row(&Surface::DirectoryRoles, kind.clone()), entra, "{kind}");
            assert_eq!(row(&Surface::Groups, kind.clone()), group, "{kind}");
            assert_eq!(row(&Surface::AzureRoles, kind.clone()), azure, "{kind}");
        }
    }

    #[test]
    fn there_are_17_rules_nine_of_them_about_mail_to_the_usual_recipients() {
        for surface in Surface::KNOWN {
            let rules = Policy::default_rules(surface);
            assert_eq!(rules.len(), 17);
            let mail = Setting::Notification(NotificationSetting::default());
            assert_eq!(rules.iter().filter(|rule| rule.setting == mail).count(), 9);
        }
    }
}
