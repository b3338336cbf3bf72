//! Administrators whose account or sign-in is not fit for it.

use std::collections::BTreeSet;

use pim_core::{
    directory::{AuthenticationMethod, Source, User, UserType},
    privilege::Privilege,
};

use super::{
    Code, Evidence, Finding, Judged, Severity,
    access::Access,
    context::Context,
    severity::{Weight, eased, severity},
};
use crate::snapshot::SourceKind;

/// Second factors, and those that can be phished.
pub(super) fn sign_in(context: &Context<'_>) -> Judged {
    let mut judged = Judged::default();
    for (user, access) in administrators(context) {
        let Some(methods) = &user.methods else {
            judged.doubt(&[Code::NoMfa, Code::PhishableMfa], SourceKind::Users);
            continue;
        };
        if methods.iter().any(AuthenticationMethod::resists_phishing) {
            continue;
        }
        // What this version does not know may be the strongest of all.
        if methods.iter().any(|method| matches!(method, AuthenticationMethod::Unknown(_))) {
            let code = if user.has_second_factor() == Some(true) { Code::PhishableMfa } else { Code::NoMfa };
            judged.doubt(&[code], SourceKind::Users);
            continue;
        }
        let registered = methods.iter().map(AuthenticationMethod::as_str).collect::<Vec<_>>().join(", ");
        let (code, what, remedy) = if user.has_second_factor() == Some(true) {
            (
                Code::PhishableMfa,
                "has registered only second factors that a false sign-in page can relay",
                "Let the person register a passkey, Windows Hello or a certificate, and demand it by \
                 Conditional Access.",
            )
        } else {
            (
                Code::NoMfa,
                "has no second factor registered",
                "Let the person register a passkey before they keep or activate any role.",
            )
        };
        let fact = if registered.is_empty() { "nothing is registered".to_owned() } else { registered };
        let evidence = Evidence::new(SourceKind::Users, &user.id, fact);
        judged.findings.extend(finding(context, code, user, &access, what, remedy, evidence));
    }
    judged
}

/// Accounts that others than this tenant's administrators are masters of.
pub(super) fn origin(context: &Context<'_>) -> Judged {
    let mut findings = Vec::new();
    for (user, access) in administrators(context) {
        if user.source == Source::OnPremises {
            findings.extend(finding(
                context,
                Code::SyncedAdministrator,
                user,
                &access,
                "comes from on premises, so that whoever rules there rules it",
                "Give the role to a cloud-only account of the person's.",
                Evidence::new(SourceKind::Users, &user.id, "synchronised from on premises"),
            ));
        }
        if user.user_type == UserType::Guest {
            findings.extend(finding(
                context,
                Code::GuestAdministrator,
                user,
                &access,
                "is a guest, whose account another organisation looks after",
                "Give the role to an account of this tenant, or end it.",
                Evidence::new(SourceKind::Users, &user.id, "invited from outside"),
            ));
        }
    }
    findings.into()
}

/// Many administrator roles in one hand: Entra roles above tier 2.
pub(super) fn several_roles(context: &Context<'_>) -> Judged {
    let mut findings = Vec::new();
    for (user, access) in administrators(context) {
        let counted: Vec<&Access> =
            access.into_iter().filter(|access| context.grant(access).weight > Weight::User).collect();
        let of = |now: bool| -> BTreeSet<_> {
            let access = counted.iter().filter(|access| !now || access.standing.is_now());
            access.filter_map(|access| entra_role(context.grant(access).privilege)).collect()
        };
        let (all, now) = (of(false).len(), of(true).len());
        if all < context.options.several_roles.max(2) {
            continue;
        }
        let Some(most) = context.weightiest(counted.iter().copied()) else { continue };
        let worst = severity(Code::SeveralRoles, context.grant(most).weight);
        findings.push(
            Finding::new(
                Code::SeveralRoles,
                if now < context.options.several_roles { eased(worst) } else { worst },
                format!("Has {all} administrator roles, {now} of them at this moment."),
                "Keep the roles that the person's work takes, and find one that covers the rest or none.",
            )
            .about(&user.id)
            .by(counted.iter().flat_map(|access| context.evidence(access))),
        );
    }
    findings.into()
}

const fn entra_role(privilege: &Privilege) -> Option<&pim_core::id::RoleId> {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Some(role),
        _ => None,
    }
}

fn administrators<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (&'c User, Vec<&'c Access>)> {
    let people = context.people().map(|(user, access)| (user, context.administrative(access)));
    people.filter(|(_, access)| !access.is_empty())
}

/// What is the matter with somebody who has all this. One step less bad where it must be activated first.
fn finding(
    context: &Context<'_>,
    code: Code,
    user: &User,
    access: &[&Access],
    what: &str,
    remedy: &str,
    evidence: Evidence,
) -> Option<Finding> {
    let bad = |access: &Access| -> Severity {
        let severity = severity(code, context.grant(access).weight);
        if access.standing.is_now() { severity } else { eased(severity) }
    };
    let worst = access.iter().map(|access| bad(access)).max()?;
    let most = context.weightiest(access.iter().copied().filter(|access| bad(access) == worst))?;
    let has = if most.standing.is_now() { "holds" } else { "may activate" };
    let label = context.label(context.grant(most).privilege);
    Some(
        Finding::new(code, worst, format!("The account {has} {label} and {what}."), remedy)
            .about(&user.id)
            .by(std::iter::once(evidence).chain(context.evidence(most))),
    )
}
