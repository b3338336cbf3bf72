//! Grants that should not be: standing, of nobody, of who may not sign in.

use std::collections::BTreeMap;

use pim_core::{id::PrincipalId, privilege::Privilege};

use super::{
    Code, Evidence, Finding, Judged,
    access::{Access, Grant, Kind},
    context::{Context, Who},
    severity::{Weight, severity},
};
use crate::{reference::Tier, resolve::Standing, snapshot::SourceKind};

/// Roles of tier 0 by person, also through groups; the rest by holder, where a group only counts when somebody stands
/// in it, and Azure roles of tier 1 in one finding for each holder.
pub(super) fn standing(context: &Context<'_>) -> Judged {
    let mut findings = Vec::new();
    for (user, access) in context.people() {
        let mut by_role: BTreeMap<&Privilege, Vec<&Access>> = BTreeMap::new();
        for access in access.iter().filter(|access| access.standing == Standing::Permanent) {
            let grant = context.grant(access);
            if grant.is_entra() && (access.through.is_none() || grant.weight >= Weight::Control) {
                by_role.entry(grant.privilege).or_default().push(access);
            }
        }
        findings.extend(by_role.into_values().map(|access| of_person(context, &user.id, &access)));
    }
    let mut azure: BTreeMap<&PrincipalId, Vec<&Grant<'_>>> = BTreeMap::new();
    for grant in context.grants.iter().filter(|grant| grant.direct && grant.standing() == Standing::Permanent)
    {
        let group = matches!(context.who(grant.principal), Who::Group);
        if group && grant.is_entra() && grant.weight < Weight::Control || is_great_in_azure(grant) {
            findings.extend(of_holder(context, grant.principal, &[grant]));
        } else if grant.is_azure() && context.tier(grant.privilege) == Some(Tier::Management) {
            azure.entry(grant.principal).or_default().push(grant);
        }
    }
    findings.extend(azure.into_iter().filter_map(|(holder, grants)| of_holder(context, holder, &grants)));
    findings.into()
}

fn is_great_in_azure(grant: &Grant<'_>) -> bool {
    grant.is_azure() && grant.weight >= Weight::Control
}

fn of_person(context: &Context<'_>, id: &PrincipalId, access: &[&Access]) -> Finding {
    let grant = context.grant(access[0]);
    let (through, remedy) = if access.iter().all(|access| access.through.is_some()) {
        (
            " through a group",
            "Make the group eligible for the role, or its members eligible for the group, and let them activate \
             it when they need it.",
        )
    } else {
        ("", "Make the person eligible instead, and let them activate the role when they need it.")
    };
    let label = context.label(grant.privilege);
    let message = format!("Holds {label} without end{through}, whether it is needed or not.");
    Finding::new(Code::StandingAccess, severity(Code::StandingAccess, grant.weight), message, remedy)
        .about(id)
        .on(grant.privilege)
        .by(access.iter().flat_map(|access| context.evidence(access)))
}

/// About a person or a group with people who stand in it; applications can't activate.
fn of_holder(context: &Context<'_>, holder: &PrincipalId, grants: &[&Grant<'_>]) -> Option<Finding> {
    let (words, behind) = match context.who(holder) {
        Who::Person(_) => {
            context.person(holder)?;
            (String::new(), None)
        }
        Who::Group => {
            let group = holder.as_group();
            let standing = context.members(&group).iter().filter(|(_, s)| **s == Standing::Permanent);
            let people = standing.filter(|(id, _)| context.person(id).is_some()).count();
            let fact = format!("people who are in it without end: {people}");
            let evidence = Evidence::new(SourceKind::Memberships, &group, fact);
            if people == 0 {
                return None;
            }
            (format!(" for a group; in it without end: {people}"), Some(evidence))
        }
        Who::Application(_) | Who::Gone | Who::Unread => return None,
    };
    let first = grants.iter().min_by_key(|grant| (grant.privilege, grant.id))?;
    let what = match grants {
        [_] => context.label(first.privilege),
        more => format!("{} Azure roles of tier 1", more.len()),
    };
    let mut finding = Finding::new(
        Code::StandingAccess,
        severity(Code::StandingAccess, first.weight),
        format!("Holds {what} without end{words}, whether needed or not."),
        "Make it an eligibility, to be activated when it is needed.",
    )
    .about(holder)
    .by(grants.iter().map(|grant| grant.evidence(&context.label(grant.privilege))))
    .by(behind);
    if first.is_entra() || is_great_in_azure(first) {
        finding.privilege = Some(first.privilege.clone());
    }
    Some(finding)
}

/// Grants whose holder the directory does not have any more.
pub(super) fn orphaned(context: &Context<'_>) -> Judged {
    let gone = context.grants.iter().filter(|grant| grant.direct && grant.kind != Kind::Activated);
    let gone = gone.filter(|grant| matches!(context.who(grant.principal), Who::Gone));
    let finding = |grant: &Grant<'_>| {
        let label = context.label(grant.privilege);
        Finding::new(
            Code::OrphanedGrant,
            severity(Code::OrphanedGrant, grant.weight),
            format!("{label} is granted to something that does not exist any more."),
            "Remove the grant.",
        )
        .about(grant.principal)
        .on(grant.privilege)
        .by([grant.evidence(&label)])
    };
    gone.map(finding).collect::<Vec<_>>().into()
}

/// Accounts that may not sign in, until somebody enables them.
pub(super) fn disabled(context: &Context<'_>) -> Judged {
    let disabled = |id: &PrincipalId| match context.who(id) {
        Who::Person(user) => !user.enabled && !context.emergency.accounts.contains(id),
        Who::Application(application) => !application.enabled,
        _ => false,
    };
    let mut findings = Vec::new();
    for (id, access) in context.access.iter().filter(|(id, _)| disabled(id)) {
        let Some(most) = context.weightiest(access.iter()) else { continue };
        let grant = context.grant(most);
        findings.push(
            Finding::new(
                Code::DisabledAdministrator,
                severity(Code::DisabledAdministrator, grant.weight),
                format!(
                    "The account is disabled, and would have {} again the moment that somebody enables it.",
                    context.label(grant.privilege)
                ),
                "Remove its grants.",
            )
            .about(id)
            .by(access.iter().flat_map(|access| context.evidence(access))),
        );
    }
    findings.into()
}
