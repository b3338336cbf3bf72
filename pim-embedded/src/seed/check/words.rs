//! Words of open enumerations. A service may use words we do not know; a person's file should not: there an
//! unknown word is a slip.

use pim_core::{
    audit::{AuditCategory, AuditResult, AuditService, TargetKind},
    conditional_access::{ConditionalAccessState, GrantControl},
    directory::{AuthenticationMethod, Source, UserType},
    package::PackageState,
    policy::{ApprovalMode, Approver, ApproverKind, NotificationLevel, Requirement, Rule, RuleKind, Setting},
    privilege::{GroupAccess, Privilege, RoleOrigin, Surface},
    review::{ApplyAction, DefaultDecision, Frequency, NewReview, Population, Reviewed, Verdict},
    schedule::Level,
};

use super::{Found, Records};
use crate::seed::{error::ProblemKind, nearest::choices};

/// Refuses the unknown variant of an open enumeration.
macro_rules! word {
    ($found:expr, $kind:ident, $value:expr, $($path:tt)+) => {
        if let $kind::Unknown(text) = $value {
            let known: Vec<&str> = $kind::KNOWN.iter().map($kind::as_str).collect();
            let message = format!("`{}` is not possible here; {}", short(text), choices(text, &known));
            $found.add(ProblemKind::UnknownWord, format!($($path)+), message);
        }
    };
}

pub(super) fn check(records: &Records, found: &mut Found) {
    for (i, role) in records.roles.iter().enumerate() {
        word!(found, Surface, &role.surface, "roles[{i}].surface");
        word!(found, RoleOrigin, &role.origin, "roles[{i}].origin");
    }
    for (i, user) in records.users.iter().enumerate() {
        word!(found, UserType, &user.user_type, "users[{i}].user_type");
        word!(found, Source, &user.source, "users[{i}].source");
        for (j, method) in user.methods.iter().flatten().enumerate() {
            word!(found, AuthenticationMethod, method, "users[{i}].methods[{j}]");
        }
    }
    for (i, seed) in records.groups.iter().enumerate() {
        word!(found, Source, &seed.group.source, "groups[{i}].source");
    }
    for (i, policy) in records.conditional_access.iter().enumerate() {
        word!(found, ConditionalAccessState, &policy.state, "conditional_access[{i}].state");
        for (j, control) in policy.controls.iter().enumerate() {
            word!(found, GrantControl, control, "conditional_access[{i}].controls[{j}]");
        }
    }
    for (i, package) in records.packages.iter().enumerate() {
        for (j, carried) in package.carries.iter().enumerate() {
            word!(found, Level, &carried.level, "packages[{i}].carries[{j}].level");
            privilege(&carried.privilege, &format!("packages[{i}].carries[{j}].privilege"), found);
        }
    }
    for (i, held) in records.package_assignments.iter().enumerate() {
        word!(found, PackageState, &held.state, "package_assignments[{i}].state");
    }
    for (i, policy) in records.policies.iter().enumerate() {
        privilege(&policy.subject, &format!("policies[{i}].subject"), found);
        for (j, item) in policy.rules.iter().enumerate() {
            rule(item, &format!("policies[{i}].rules[{j}]"), found);
        }
    }
    for (section, grants) in
        [("eligibilities", &records.eligibilities), ("assignments", &records.assignments)]
    {
        for (i, grant) in grants.iter().enumerate() {
            privilege(&grant.privilege, &format!("{section}[{i}].privilege"), found);
        }
    }
    for (i, item) in records.reviews.iter().enumerate() {
        review(item, &format!("reviews[{i}]"), found);
    }
    for (i, record) in records.audit.iter().enumerate() {
        word!(found, AuditService, &record.service, "audit[{i}].service");
        word!(found, AuditCategory, &record.category, "audit[{i}].category");
        word!(found, AuditResult, &record.result, "audit[{i}].result");
        for (j, target) in record.targets.iter().enumerate() {
            word!(found, TargetKind, &target.kind, "audit[{i}].targets[{j}].kind");
        }
    }
}

fn privilege(privilege: &Privilege, path: &str, found: &mut Found) {
    let Privilege::Group { access, .. } = privilege else { return };
    word!(found, GroupAccess, access, "{path}.access");
}

fn rule(rule: &Rule, path: &str, found: &mut Found) {
    match &rule.setting {
        // A rule kept verbatim has a name of its own.
        Setting::Unknown { .. } => return,
        Setting::Enablement { required } => {
            for requirement in required {
                word!(found, Requirement, requirement, "{path}.setting.enablement.required");
            }
        }
        Setting::Approval(approval) => {
            word!(found, ApprovalMode, &approval.mode, "{path}.setting.approval.mode");
            for (s, stage) in approval.stages.iter().enumerate() {
                let stage_path = format!("{path}.setting.approval.stages[{s}]");
                approvers(&stage.approvers, &format!("{stage_path}.approvers"), found);
                approvers(&stage.escalation_approvers, &format!("{stage_path}.escalation_approvers"), found);
            }
        }
        Setting::Notification(mail) => {
            word!(found, NotificationLevel, &mail.level, "{path}.setting.notification.level");
        }
        _ => {}
    }
    word!(found, RuleKind, &rule.kind, "{path}.kind");
}

fn approvers(approvers: &[Approver], path: &str, found: &mut Found) {
    for (i, approver) in approvers.iter().enumerate() {
        word!(found, ApproverKind, &approver.kind, "{path}[{i}].kind");
    }
}

fn review(review: &NewReview, path: &str, found: &mut Found) {
    privilege(&review.scope.privilege, &format!("{path}.scope.privilege"), found);
    word!(found, Population, &review.scope.population, "{path}.scope.population");
    word!(found, Reviewed, &review.scope.reviewed, "{path}.scope.reviewed");
    let settings = &review.settings;
    word!(found, DefaultDecision, &settings.default_decision, "{path}.settings.default_decision");
    word!(found, ApplyAction, &settings.apply_action, "{path}.settings.apply_action");
    if let Some(recurrence) = &settings.recurrence {
        word!(found, Frequency, &recurrence.every, "{path}.settings.recurrence.every");
    }
    for (s, stage) in review.stages.iter().enumerate() {
        for (j, verdict) in stage.goes_on_with.iter().enumerate() {
            word!(found, Verdict, verdict, "{path}.stages[{s}].goes_on_with[{j}]");
        }
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}
