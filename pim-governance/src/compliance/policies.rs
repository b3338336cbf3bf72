//! What the policies of highly privileged roles, and of groups that hold them, demand and tell: 7.6 to 7.9.

use std::collections::BTreeSet;

use pim_core::{
    id::{PrincipalId, RoleId},
    policy::{Policy, RuleKind, Setting},
    principal::PrincipalKind::{ServicePrincipal, User},
    privilege::{Privilege, Surface},
};

use super::{Judged, Offender, Tenant, Verdict, holders::granted};
use crate::snapshot::SourceKind;

pub(super) fn approval(tenant: &Tenant<'_>) -> Judged {
    let subjects = Subjects::of(tenant, |role| *role == RoleId::GLOBAL_ADMINISTRATOR, Groups::Too);
    let unapproved = |policy: &Policy| match policy.setting(&RuleKind::ApprovalEndUserAssignment) {
        Some(Setting::Approval(setting)) if setting.required => None,
        _ => Some("takes no approval".to_owned()),
    };
    subjects.judge(
        tenant,
        unapproved,
        |count| format!("{count} policies let Global Administrator be activated without approval."),
        "Activating Global Administrator takes an approval.",
    )
}

pub(super) fn assignment_alert(tenant: &Tenant<'_>) -> Judged {
    let subjects = Subjects::of(tenant, |_| true, Groups::Too);
    let silent = |policy: &Policy| {
        let eligible = has_recipient(policy, &RuleKind::NotificationAdminAdminEligibility);
        let active = has_recipient(policy, &RuleKind::NotificationAdminAdminAssignment);
        match (eligible, active) {
            (true, true) => None,
            (true, false) => Some("nobody named is told of active assignments".to_owned()),
            (false, true) => Some("nobody named is told of eligible assignments".to_owned()),
            (false, false) => Some("nobody named is told of assignments".to_owned()),
        }
    };
    subjects.judge(
        tenant,
        silent,
        |count| format!("{count} policies of highly privileged roles name nobody to be told of assignments."),
        "Somebody is named to be told of every assignment of a highly privileged role.",
    )
}

pub(super) fn global_administrator_activation_alert(tenant: &Tenant<'_>) -> Judged {
    Subjects::of(tenant, |role| *role == RoleId::GLOBAL_ADMINISTRATOR, Groups::Not).judge(
        tenant,
        untold_activation,
        |_| "Nobody is named to be told when Global Administrator is activated.".to_owned(),
        "Somebody is named to be told when Global Administrator is activated.",
    )
}

pub(super) fn activation_alert(tenant: &Tenant<'_>) -> Judged {
    Subjects::of(tenant, |role| *role != RoleId::GLOBAL_ADMINISTRATOR, Groups::Not).judge(
        tenant,
        untold_activation,
        |count| format!("{count} policies of highly privileged roles name nobody to be told of activations."),
        "Somebody is named to be told when another highly privileged role is activated.",
    )
}

fn untold_activation(policy: &Policy) -> Option<String> {
    let told = has_recipient(policy, &RuleKind::NotificationAdminEndUserAssignment);
    (!told).then(|| "nobody named is told of activations".to_owned())
}

/// By the published criterion the default recipients do not count: only addresses that somebody entered.
fn has_recipient(policy: &Policy, kind: &RuleKind) -> bool {
    matches!(policy.setting(kind), Some(Setting::Notification(setting)) if !setting.recipients.is_empty())
}

/// Whether the policies of groups that hold the roles are judged with theirs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Groups {
    Too,
    Not,
}

/// The policies to be judged.
struct Subjects<'a> {
    policies: Vec<&'a Policy>,
    /// Policies that should be there and are not.
    absent: usize,
    sources: Vec<SourceKind>,
}

impl<'a> Subjects<'a> {
    fn of(tenant: &Tenant<'a>, wanted: impl Fn(&RoleId) -> bool, groups: Groups) -> Self {
        let roles: BTreeSet<&RoleId> =
            tenant.reference.highly_privileged().map(|role| &role.id).filter(|id| wanted(id)).collect();
        let mut subjects =
            Self { policies: Vec::new(), absent: 0, sources: vec![SourceKind::DirectoryPolicies] };
        for role in &roles {
            subjects.add(tenant, &Privilege::role((*role).clone()), true);
        }
        if groups == Groups::Too {
            subjects.add_groups(tenant, &roles);
        }
        subjects
    }

    fn add(&mut self, tenant: &Tenant<'a>, subject: &Privilege, is_managed: bool) {
        match tenant.snapshot.policies.iter().find(|policy| policy.subject == *subject) {
            Some(policy) => self.policies.push(policy),
            None => self.absent += usize::from(is_managed),
        }
    }

    /// Which groups hold a role is told by grants. Who is neither a person nor an application may be one.
    fn add_groups(&mut self, tenant: &Tenant<'a>, roles: &BTreeSet<&RoleId>) {
        let holders: BTreeSet<&PrincipalId> = granted(tenant.snapshot)
            .filter(|(_, privilege)| privilege.surface() == Surface::DirectoryRoles)
            .filter(|(_, privilege)| privilege.role_id().is_some_and(|role| roles.contains(role)))
            .map(|(holder, _)| holder)
            .filter(|holder| !matches!(tenant.kinds.of_principal(holder), Some(User | ServicePrincipal)))
            .collect();
        self.sources.extend([SourceKind::DirectoryAssignments, SourceKind::DirectoryEligibilities]);
        if !holders.is_empty() {
            self.sources.push(SourceKind::GroupPolicies);
        }
        for holder in holders {
            let group = tenant.snapshot.groups.iter().find(|group| group.id.as_principal() == *holder);
            let is_managed = group.is_some_and(|group| group.under_pim == Some(true));
            self.add(tenant, &Privilege::member(holder.as_group()), is_managed);
        }
    }

    fn judge(
        self,
        tenant: &Tenant<'_>,
        fault: impl Fn(&Policy) -> Option<String>,
        found: impl FnOnce(usize) -> String,
        clean: &str,
    ) -> Judged {
        let faulty = |policy: &&Policy| Some(Offender::policy(policy, fault(policy)?));
        let offenders: Vec<_> = self.policies.iter().filter_map(faulty).collect();
        let judged = tenant.judge(offenders, self.sources, found, clean);
        if judged.verdict == Verdict::Pass && self.absent > 0 {
            let why = format!("{} roles or groups under PIM have no policy among those read", self.absent);
            return Judged::cannot_tell(Vec::new(), why);
        }
        judged
    }
}
