//! Policies, eligibilities, assignments, reviews.

use std::collections::{HashMap, HashSet};

use pim_core::{
    directory::Source,
    policy::{Approver, ApproverKind, Setting},
    principal::PrincipalKind,
    privilege::{DirectoryScope, GroupAccess, Privilege},
    review::Reviewer,
    time::Window,
};

use super::{Found, Records, index::Index};
use crate::seed::{error::ProblemKind, records::SeedGrant};

pub(super) fn check(records: &Records, index: &Index<'_>, found: &mut Found) {
    policies(records, index, found);
    let mut ids = HashMap::new();
    for (section, grants) in
        [("eligibilities", &records.eligibilities), ("assignments", &records.assignments)]
    {
        let mut seen = HashMap::new();
        for (i, grant) in grants.iter().enumerate() {
            let path = format!("{section}[{i}]");
            index.principals.check(&grant.principal, || format!("{path}.principal"), found);
            index.check_privilege(&grant.privilege, &format!("{path}.privilege"), found);
            if let Some(first) = seen.insert((&grant.principal, &grant.privilege), i) {
                let message = format!("{section}[{first}] grants the same to the same principal; keep one");
                found.add(ProblemKind::Duplicate, &*path, message);
            }
            if let Some(first) = grant.id.as_ref().and_then(|id| ids.insert(id, path.clone())) {
                found.add(ProblemKind::Duplicate, format!("{path}.id"), format!("{first} has the same id"));
            }
            holder(records, grant, &path, index, found);
        }
    }
    eligibilities(records, found);
    assignments(records, index, found);
    reviews(records, index, found);
}

/// What the holder and the privilege of a grant can be together.
fn holder(records: &Records, grant: &SeedGrant, path: &str, index: &Index<'_>, found: &mut Found) {
    let holder = index.groups.get(&grant.principal.as_group()).map(|at| &records.groups[*at].group);
    match &grant.privilege {
        Privilege::DirectoryRole { .. } => found.expect(
            holder.is_none_or(|group| group.role_assignable),
            || format!("{path}.principal"),
            "this group can't hold a directory role: set its `role_assignable`",
        ),
        Privilege::Group { group, .. } => {
            found.expect(
                grant.principal != group.as_principal(),
                || format!("{path}.principal"),
                "a group can't hold itself",
            );
            let held = index.groups.get(group).map(|at| &records.groups[*at].group);
            found.expect(
                held.is_none_or(|g| g.membership_rule.is_none() && g.source != Source::OnPremises),
                || format!("{path}.privilege.group"),
                "a group that a rule fills, or that comes from on premises, can't come under PIM",
            );
        }
        _ => {}
    }
    let azure = matches!(grant.privilege, Privilege::AzureRole { .. });
    let path = || format!("{path}.condition");
    found.expect(azure || grant.condition.is_none(), path, "only grants of Azure roles have conditions");
}

fn eligibilities(records: &Records, found: &mut Found) {
    for (i, grant) in records.eligibilities.iter().enumerate() {
        let path = |field: &str| format!("eligibilities[{i}].{field}");
        found.expect(!grant.outside_pim, || path("outside_pim"), "an eligibility is always made through PIM");
        let past = grant.last_activated.is_none_or(|at| records.now.is_none_or(|now| at <= now));
        found.expect(past, || path("last_activated"), "lies after the seed's own `now`; history can't");
    }
}

fn assignments(records: &Records, index: &Index<'_>, found: &mut Found) {
    for (i, grant) in records.assignments.iter().enumerate() {
        let path = |field: &str| format!("assignments[{i}].{field}");
        found.expect(
            grant.last_activated.is_none(),
            || path("last_activated"),
            "only eligibilities are activated",
        );
        found.expect(
            !grant.outside_pim || grant.window == Window::ALWAYS,
            || path("window"),
            "an assignment made outside PIM has neither start nor end",
        );
        if let Privilege::Group { group, access } = &grant.privilege
            && let Some(at) = index.groups.get(group)
        {
            let seed = &records.groups[*at];
            let (field, list) = match access {
                GroupAccess::Owner => ("owners", &seed.owners),
                _ => ("members", &seed.members),
            };
            if list.contains(&grant.principal) {
                let message = format!("groups[{at}].{field} says the same already; keep one");
                found.add(ProblemKind::Duplicate, format!("assignments[{i}]"), message);
            }
        }
    }
}

fn policies(records: &Records, index: &Index<'_>, found: &mut Found) {
    let mut subjects = HashSet::new();
    for (i, policy) in records.policies.iter().enumerate() {
        let path = format!("policies[{i}]");
        index.check_privilege(&policy.subject, &format!("{path}.subject"), found);
        if !subjects.insert(&policy.subject) {
            let message = "another element has the same subject; put the rules together";
            found.add(ProblemKind::Duplicate, format!("{path}.subject"), message);
        }
        let narrowed = matches!(&policy.subject, Privilege::DirectoryRole { scope, .. } if *scope != DirectoryScope::Tenant);
        let message = "a directory role has one policy, whatever the scope: write `/`";
        found.expect(!narrowed, || format!("{path}.subject.scope"), message);
        let mut kinds = HashSet::new();
        for (j, rule) in policy.rules.iter().enumerate() {
            let path = format!("{path}.rules[{j}]");
            if !kinds.insert(&rule.kind) {
                let message = format!("another element of this policy is about `{}`", rule.kind);
                found.add(ProblemKind::Duplicate, format!("{path}.kind"), message);
            }
            rule_setting(rule.kind.as_str(), &rule.setting, &path, index, found);
        }
    }
}

/// That a rule says what its name promises, about what is there.
fn rule_setting(kind: &str, setting: &Setting, path: &str, index: &Index<'_>, found: &mut Found) {
    let (form, stages) = match setting {
        Setting::Expiration { .. } => ("expiration", None),
        Setting::Enablement { .. } => ("enablement", None),
        Setting::Approval(approval) => ("approval", Some(&approval.stages)),
        Setting::AuthenticationContext { context, .. } => {
            if let Some(context) = context {
                index.contexts.check(
                    context,
                    || format!("{path}.setting.authentication_context.context"),
                    found,
                );
            }
            ("authentication_context", None)
        }
        Setting::Notification(_) => ("notification", None),
        _ => return,
    };
    if !kind.starts_with(form) {
        found.conflict(format!("{path}.setting"), format!("a rule `{kind}` can't hold the setting `{form}`"));
    }
    for (s, stage) in stages.into_iter().flatten().enumerate() {
        let stage_path = format!("{path}.setting.approval.stages[{s}]");
        approvers(&stage.approvers, &format!("{stage_path}.approvers"), index, found);
        approvers(&stage.escalation_approvers, &format!("{stage_path}.escalation_approvers"), index, found);
    }
}

fn approvers(approvers: &[Approver], path: &str, index: &Index<'_>, found: &mut Found) {
    for (i, approver) in approvers.iter().enumerate() {
        let path = || format!("{path}[{i}].id");
        match approver.kind {
            ApproverKind::User => index.check_user(&approver.id, path, found),
            ApproverKind::Group => index.check_kind(&approver.id, &PrincipalKind::Group, path, found),
            _ => {}
        }
    }
}

fn reviews(records: &Records, index: &Index<'_>, found: &mut Found) {
    for (i, review) in records.reviews.iter().enumerate() {
        let path = format!("reviews[{i}]");
        index.check_privilege(&review.scope.privilege, &format!("{path}.scope.privilege"), found);
        reviewers(&review.reviewers, &format!("{path}.reviewers"), index, found);
        reviewers(&review.fallback_reviewers, &format!("{path}.fallback_reviewers"), index, found);
        for (s, stage) in review.stages.iter().enumerate() {
            let path = format!("{path}.stages[{s}]");
            reviewers(&stage.reviewers, &format!("{path}.reviewers"), index, found);
            reviewers(&stage.fallback_reviewers, &format!("{path}.fallback_reviewers"), index, found);
        }
        let days = review.settings.duration_days;
        let path = || format!("{path}.settings.duration_days");
        found.expect((1..=180).contains(&days), path, "expected 1 to 180 days");
    }
}

fn reviewers(reviewers: &[Reviewer], path: &str, index: &Index<'_>, found: &mut Found) {
    for (i, reviewer) in reviewers.iter().enumerate() {
        match reviewer {
            Reviewer::User(id) => index.check_user(id, || format!("{path}[{i}].user"), found),
            Reviewer::Group(id) => {
                index.check_kind(id, &PrincipalKind::Group, || format!("{path}[{i}].group"), found);
            }
            _ => {}
        }
    }
}
