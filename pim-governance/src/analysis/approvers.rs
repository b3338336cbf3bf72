//! Approval that nobody, or nobody else, could give.

use std::collections::BTreeSet;

use pim_core::{
    id::{PrincipalId, RoleId},
    policy::{ApprovalSetting, Approver, ApproverKind, Policy},
    privilege::{Privilege, Surface},
};

use super::{
    Code, Evidence, Finding, Judged,
    access::Kind,
    context::{Context, Who, subject_of},
    policies::source_of,
    severity::severity,
};
use crate::fast::FastMap;
use crate::{resolve::Standing, snapshot::SourceKind};

pub(super) fn check(context: &Context<'_>) -> Judged {
    let actors = actors(context);
    let mut judged = Judged::default();
    for policy in &context.snapshot.policies {
        let Some(setting) = policy.activation().approval else { continue };
        let stages = stages(context, policy, &setting);
        let Some(stages) = stages.into_iter().collect::<Option<Vec<Stage>>>() else {
            judged.doubt(&[Code::NoApprover], SourceKind::Users);
            continue;
        };
        let nobody = BTreeSet::new();
        let actors = actors.get(&policy.subject).unwrap_or(&nobody);
        judged.findings.extend(stages.iter().find_map(|stage| finding(context, policy, stage, actors)));
    }
    judged
}

/// Who could approve at one stage.
#[derive(Default)]
struct Stage {
    /// Enabled people who are approvers without activating anything.
    able: BTreeSet<PrincipalId>,
    /// Enabled people who must first activate what makes them approvers.
    activating: BTreeSet<PrincipalId>,
    /// What was named, and what came of it.
    facts: Vec<(PrincipalId, &'static str)>,
}

/// Who may activate under each policy.
fn actors(context: &Context<'_>) -> FastMap<Privilege, BTreeSet<PrincipalId>> {
    let mut actors: FastMap<Privilege, BTreeSet<PrincipalId>> = FastMap::default();
    for (user, access) in context.people() {
        let eligible = access.iter().map(|access| context.grant(access));
        for grant in eligible.filter(|grant| grant.kind == Kind::Eligible) {
            actors.entry(subject_of(grant.privilege)).or_default().insert(user.id.clone());
        }
    }
    actors
}

/// The stages; `None` for one of which not all that matters was read.
fn stages(context: &Context<'_>, policy: &Policy, setting: &ApprovalSetting) -> Vec<Option<Stage>> {
    let entra = policy.subject.surface() == Surface::DirectoryRoles;
    let of = |approvers: &[Approver]| {
        if approvers.is_empty() && entra { by_default(context) } else { named(context, approvers) }
    };
    if setting.stages.is_empty() {
        return vec![of(&[])];
    }
    setting.stages.iter().map(|stage| of(&stage.approvers)).collect()
}

/// Global and Privileged Role Administrators stand in where an Entra role names nobody.
fn by_default(context: &Context<'_>) -> Option<Stage> {
    let sources = [
        SourceKind::DirectoryAssignments,
        SourceKind::Users,
        SourceKind::Groups,
        SourceKind::Memberships,
        SourceKind::GroupAssignments,
    ];
    if !context.read(&sources) {
        return None;
    }
    let roles = [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR].map(Privilege::role);
    let mut stage = Stage::default();
    for (id, access) in &context.access {
        let of_role = access.iter().filter(|access| roles.contains(context.grant(access).privilege));
        if let Some(strongest) = of_role.map(|access| &access.standing).min()
            && matches!(context.who(id), Who::Person(user) if user.enabled)
        {
            stage.add(id, strongest);
        }
    }
    Some(stage)
}

fn named(context: &Context<'_>, approvers: &[Approver]) -> Option<Stage> {
    let mut stage = Stage::default();
    for approver in approvers {
        let id = &approver.id;
        match (&approver.kind, context.who(id)) {
            // PIM offers no managers; who that would be is not known here.
            (ApproverKind::Manager | ApproverKind::Unknown(_), _) | (_, Who::Unread) => return None,
            (_, Who::Person(user)) if user.enabled => {
                stage.able.insert(id.clone());
            }
            (_, Who::Person(_)) => stage.facts.push((id.clone(), "approver is disabled")),
            (_, Who::Gone) => stage.facts.push((id.clone(), "approver does not exist any more")),
            (_, Who::Application(_)) => stage.facts.push((id.clone(), "approver is an application")),
            (_, Who::Group) => {
                let sources = [SourceKind::Memberships, SourceKind::Users, SourceKind::GroupAssignments];
                if !context.read(&sources) {
                    return None;
                }
                let members = context.members(&id.as_group());
                let enabled =
                    |id: &&PrincipalId| matches!(context.who(id), Who::Person(user) if user.enabled);
                let before = stage.able.len() + stage.activating.len();
                for (member, standing) in members.iter().filter(|(id, _)| enabled(id)) {
                    stage.add(member, standing);
                }
                if stage.able.len() + stage.activating.len() == before {
                    stage.facts.push((id.clone(), "no enabled person is in this group of approvers"));
                }
            }
        }
    }
    Some(stage)
}

impl Stage {
    fn add(&mut self, id: &PrincipalId, standing: &Standing) {
        match standing {
            Standing::Permanent | Standing::Until(_) => self.able.insert(id.clone()),
            Standing::Activated(_) | Standing::CanActivate => self.activating.insert(id.clone()),
            Standing::CanTake => false,
        };
    }
}

fn finding(
    context: &Context<'_>,
    policy: &Policy,
    stage: &Stage,
    actors: &BTreeSet<PrincipalId>,
) -> Option<Finding> {
    let label = context.label(&policy.subject);
    let weight = context.weigh(&policy.subject);
    let stuck: Vec<_> =
        actors.iter().filter(|id| stage.able.len() == 1 && stage.able.contains(*id)).collect();
    let (message, evidence): (String, Vec<(&PrincipalId, &str)>) = if stage.able.is_empty() {
        let reasons = stage.facts.iter().map(|(id, fact)| (id, *fact));
        if stage.activating.is_empty() {
            (format!("Activating {label} takes an approval, and nobody could give it."), reasons.collect())
        } else {
            let activating = stage.activating.iter().map(|id| (id, "approver only after an activation"));
            (
                format!(
                    "Activating {label} takes an approval, and whoever could give it must activate first."
                ),
                reasons.chain(activating).collect(),
            )
        }
    } else if !stuck.is_empty() && stage.activating.iter().all(|id| stuck.contains(&id)) {
        let evidence = stuck.into_iter().map(|id| (id, "is the only approver, and may activate it"));
        (
            format!(
                "Who may activate {label} is the only one to approve it, and nobody approves themselves."
            ),
            { evidence.collect() },
        )
    } else {
        return None;
    };
    let source = source_of(policy);
    let policy_says = Evidence::new(source, &policy.id, "activation takes approval");
    let people = evidence.into_iter().map(|(id, fact)| Evidence::new(source, id, fact));
    Some(
        Finding::new(
            Code::NoApprover,
            severity(Code::NoApprover, weight),
            message,
            "Name at least two enabled people who do not need this approval themselves, or a group of them.",
        )
        .on(&policy.subject)
        .by(std::iter::once(policy_says).chain(people)),
    )
}
