//! Grants that should not be: standing, of nobody, of who may not sign in.

use std::collections::BTreeMap;

use pim_core::{id::PrincipalId, privilege::Privilege};

use super::{
    Code, Evidence, Finding, Judged,
    access::{Access, Grant, Kind},
    context::{Context, Who},
    severity::{Weight, severity},
};
use crate::{resolve::Standing, snapshot::SourceKind};

/// Entra roles by person, also through groups; Azure roles by holder, where somebody stands behind it.
pub(super) fn standing(context: &Context<'_>) -> Judged {
    let mut findings = Vec::new();
    for (user, access) in context.people() {
        let mut by_role: BTreeMap<&Privilege, Vec<&Access>> = BTreeMap::new();
        for access in access.iter().filter(|access| access.standing == Standing::Permanent) {
            let grant = context.grant(access);
            if grant.is_entra() {
                by_role.entry(grant.privilege).or_default().push(access);
            }
        }
        for (privilege, access) in by_role {
            let weight = context.grant(access[0]).weight;
            let group = access.iter().all(|access| access.through.is_some());
            let remedy = if group {
                "Make the group eligible for the role, or its members eligible for the group, and let them \
                 activate it when they need it."
            } else {
                "Make the person eligible instead, and let them activate the role when they need it."
            };
            findings.push(
                Finding::new(
                    Code::StandingAccess,
                    severity(Code::StandingAccess, weight),
                    format!(
                        "Holds {} without end{}, whether it is needed or not.",
                        context.label(privilege),
                        if group { " through a group" } else { "" }
                    ),
                    remedy,
                )
                .about(&user.id)
                .on(privilege)
                .by(access.iter().flat_map(|access| context.evidence(access))),
            );
        }
    }
    let azure = context.grants.iter().filter(|grant| {
        grant.is_azure()
            && grant.direct
            && grant.weight > Weight::User
            && grant.standing() == Standing::Permanent
    });
    findings.extend(azure.filter_map(|grant| of_azure(context, grant)));
    findings.into()
}

fn of_azure(context: &Context<'_>, grant: &Grant<'_>) -> Option<Finding> {
    let (words, behind) = match context.who(grant.principal) {
        Who::Person(_) => {
            context.person(grant.principal)?;
            (String::new(), None)
        }
        Who::Group => {
            let group = grant.principal.as_group();
            let members = context.members(&group);
            let standing = members.iter().filter(|(_, standing)| **standing == Standing::Permanent);
            let people = standing.filter(|(id, _)| context.person(id).is_some()).count();
            let fact = format!("people who are in it without end: {people}");
            let evidence = Evidence::new(SourceKind::Memberships, &group, fact);
            if people == 0 {
                return None;
            }
            (format!(" through a group of {people}"), Some(evidence))
        }
        Who::Application(_) | Who::Gone | Who::Unread => return None,
    };
    let label = context.label(grant.privilege);
    Some(
        Finding::new(
            Code::StandingAccess,
            severity(Code::StandingAccess, grant.weight),
            format!("Holds {label} without end{words}, whether it is needed or not."),
            "Make it an eligibility, to be activated when it is needed.",
        )
        .about(grant.principal)
        .on(grant.privilege)
        .by(std::iter::once(grant.evidence(&label)).chain(behind)),
    )
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
