//! What Conditional Access leaves open for administrators.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    conditional_access::{ConditionalAccessPolicy, ConditionalAccessState, GrantControl},
    id::{ContextId, PrincipalId, RoleId},
    policy::StrongAuthentication,
    privilege::{DirectoryScope, Privilege, Surface},
};

use super::{
    Code, Evidence, Finding, Judged, Severity, SignIn,
    access::Access,
    context::{Context, subject_of},
    policies::source_of,
    severity::{Weight, eased, severity},
};
use crate::{resolve::Standing, snapshot::SourceKind};

pub(super) fn check(context: &Context<'_>) -> Judged {
    // A policy that was not read may close any of these gaps.
    if !context.read(&[SourceKind::ConditionalAccess]) {
        return Judged::default();
    }
    let mut findings = roles(context);
    findings.extend(contexts(context));
    findings.extend(excluded(context));
    findings.into()
}

/// True for a policy in force that blocks or demands something, by sign-in and not by an authentication context.
pub(super) fn demands_something(policy: &ConditionalAccessPolicy) -> bool {
    policy.state == ConditionalAccessState::Enabled
        && !policy.controls.is_empty()
        && (policy.contexts.is_empty() || policy.all_applications)
}

/// True where a policy is for somebody who holds these roles.
pub(super) fn includes(
    context: &Context<'_>,
    policy: &ConditionalAccessPolicy,
    id: &PrincipalId,
    roles: &[RoleId],
) -> bool {
    let whom = &policy.include;
    whom.everyone
        || whom.users.contains(id)
        || whom.roles.iter().any(|role| roles.contains(role))
        || whom.groups.iter().any(|group| is_in(context, id, group))
}

/// By which name or group a policy leaves somebody out.
pub(super) fn exclusion(
    context: &Context<'_>,
    policy: &ConditionalAccessPolicy,
    id: &PrincipalId,
) -> Option<String> {
    let whom = &policy.exclude;
    if whom.everyone || whom.users.contains(id) {
        return Some("by name".to_owned());
    }
    let group = whom.groups.iter().find(|group| is_in(context, id, group))?;
    Some(format!("through group {group}"))
}

fn is_in(context: &Context<'_>, id: &PrincipalId, group: &pim_core::id::GroupId) -> bool {
    context.members(group).get(id).is_some_and(Standing::is_now)
}

/// How strong a sign-in an authentication context takes: by the strongest policy in force that targets it. `None`
/// where there is none.
pub(super) fn context_strength(context: &Context<'_>, id: &ContextId) -> Option<SignIn> {
    let policies = context.snapshot.conditional_access.iter();
    let on = policies.filter(|policy| policy.state == ConditionalAccessState::Enabled);
    let on = on.filter(|policy| policy.contexts.contains(id) && !policy.controls.is_empty());
    on.map(|policy| strength(context, policy)).max()
}

fn strength(context: &Context<'_>, policy: &ConditionalAccessPolicy) -> SignIn {
    let resists = policy.strength.as_deref().is_some_and(|name| context.options.resists_phishing(name));
    let has = |control| policy.controls.contains(&control);
    if has(GrantControl::AuthenticationStrength) && resists {
        SignIn::PhishingResistant
    } else if has(GrantControl::Mfa) || has(GrantControl::AuthenticationStrength) {
        SignIn::Mfa
    } else {
        SignIn::Any
    }
}

/// A policy that counts wherever its people sign in: for all applications, from everywhere.
fn is_wide(policy: &ConditionalAccessPolicy) -> bool {
    policy.all_applications && policy.locations.is_empty() && policy.excluded_locations.is_empty()
}

fn is_for(policy: &ConditionalAccessPolicy, role: &RoleId) -> bool {
    (policy.include.everyone || policy.include.roles.contains(role)) && !policy.exclude.roles.contains(role)
}

/// Entra roles that people have, whose holders no policy asks for a second factor; of those that weigh most also
/// where it may be one that can be phished. Those of tier 0 one by one, those of tier 1 in one finding.
fn roles(context: &Context<'_>) -> Vec<Finding> {
    let mut used: BTreeMap<&Privilege, Weight> = BTreeMap::new();
    for (_, access) in context.people() {
        for grant in access.iter().map(|access| context.grant(access)) {
            if matches!(grant.privilege, Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. }) {
                used.insert(grant.privilege, grant.weight);
            }
        }
    }
    let mut findings = Vec::new();
    let mut rest: Vec<Evidence> = Vec::new();
    for (privilege, weight) in used {
        let Some(role) = privilege.role_id().filter(|_| weight > Weight::User) else { continue };
        let label = context.label(privilege);
        let bad = severity(Code::ConditionalAccessGap, weight);
        let (severity, message) = match best_for(context, role) {
            SignIn::Any if weight == Weight::Management => {
                let source = SourceKind::DirectoryRoles;
                rest.push(Evidence::new(source, role, format!("{label}: no second factor demanded")));
                continue;
            }
            SignIn::Any => (
                bad,
                format!(
                    "No Conditional Access policy in force asks every holder of {label} for a second factor, \
                     for all applications and from everywhere."
                ),
            ),
            SignIn::Mfa if weight >= Weight::Control => (
                eased(bad),
                format!("Conditional Access is content with a second factor of {label} that can be phished."),
            ),
            _ => continue,
        };
        findings.push(
            Finding::new(Code::ConditionalAccessGap, severity, message, DEMAND)
                .on(privilege)
                .by(almost(context, role)),
        );
    }
    if !rest.is_empty() {
        let message = format!(
            "No Conditional Access policy in force asks every holder of {} roles of tier 1 for a second factor, \
             for all applications and from everywhere.",
            rest.len()
        );
        let severity = severity(Code::ConditionalAccessGap, Weight::Management);
        findings.push(Finding::new(Code::ConditionalAccessGap, severity, message, DEMAND).by(rest));
    }
    findings
}

const DEMAND: &str = "Demand a phishing-resistant sign-in of the holders of administrator roles by a Conditional \
                      Access policy for all applications.";

/// The strongest sign-in that a policy asks of every holder, wherever they sign in.
fn best_for(context: &Context<'_>, role: &RoleId) -> SignIn {
    let on = context.snapshot.conditional_access.iter();
    let on = on.filter(|policy| policy.state == ConditionalAccessState::Enabled);
    let wide = on.filter(|policy| is_wide(policy) && is_for(policy, role));
    wide.map(|policy| strength(context, policy)).max().unwrap_or_default()
}

/// Policies that are for a role and fall short.
fn almost(context: &Context<'_>, role: &RoleId) -> Vec<Evidence> {
    let policies = context.snapshot.conditional_access.iter().filter(|policy| is_for(policy, role));
    let short = policies.filter_map(|policy| {
        let fact = match &policy.state {
            ConditionalAccessState::ReportOnly => "only reports",
            ConditionalAccessState::Enabled if !is_wide(policy) && policy.contexts.is_empty() => {
                "not for all applications and places"
            }
            ConditionalAccessState::Enabled if is_wide(policy) => match strength(context, policy) {
                SignIn::Any => "demands something else",
                SignIn::Mfa => "content with any second factor",
                SignIn::PhishingResistant => return None,
            },
            _ => return None,
        };
        Some(Evidence::new(SourceKind::ConditionalAccess, &policy.id, fact))
    });
    short.collect()
}

/// Authentication contexts that PIM demands and that no policy in force gives a meaning.
fn contexts(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for policy in &context.snapshot.policies {
        let StrongAuthentication::Context(id) = policy.activation().strong_authentication else { continue };
        let targeting = || {
            let policies = context.snapshot.conditional_access.iter();
            policies.filter(|policy| policy.contexts.contains(&id))
        };
        let known = !context.read(&[SourceKind::Contexts])
            || context.snapshot.contexts.iter().any(|known| known.id == id && known.published);
        if known && context_strength(context, &id).is_some() {
            continue;
        }
        let (label, weight) = (context.label(&policy.subject), context.weigh(&policy.subject));
        let why = if known {
            "no Conditional Access policy in force says what that takes: PIM falls back to any second factor"
        } else {
            "that context does not exist or is not published"
        };
        let severity = eased(severity(Code::ConditionalAccessGap, weight));
        let message = format!("Activating {label} demands the authentication context {id}, and {why}.");
        let remedy = "Switch on a Conditional Access policy for the context that demands a phishing-resistant sign-in.";
        let evidence = Evidence::new(source_of(policy), &policy.id, format!("demands context {id}"));
        let off = targeting().map(|policy| {
            let fact = format!("for this context, {}", policy.state);
            Evidence::new(SourceKind::ConditionalAccess, &policy.id, fact)
        });
        findings.push(
            Finding::new(Code::ConditionalAccessGap, severity, message, remedy)
                .on(&policy.subject)
                .by(std::iter::once(evidence).chain(off)),
        );
    }
    findings
}

/// Administrators whom policies leave out, and whom none of the same strength takes in again.
fn excluded(context: &Context<'_>) -> Vec<Finding> {
    let demanding: Vec<_> = context
        .snapshot
        .conditional_access
        .iter()
        .filter(|policy| demands_something(policy) && strength(context, policy) > SignIn::Any)
        .collect();
    // Somebody whose groups were not read may be taken in by any policy for groups.
    let by_group = demanding.iter().any(|policy| !policy.include.groups.is_empty());
    if by_group && !context.read(&[SourceKind::Memberships]) {
        return Vec::new();
    }
    let leaving: Vec<_> = demanding
        .iter()
        .filter(|policy| !policy.exclude.users.is_empty() || !policy.exclude.groups.is_empty())
        .collect();
    let mut findings = Vec::new();
    for (user, access) in context.people() {
        let admin: Vec<&Access> = context.administrative(access);
        let Some(most) = context.weightiest(admin.iter().copied()) else { continue };
        let roles: Vec<RoleId> = admin
            .iter()
            .map(|access| context.grant(access).privilege)
            .filter(|privilege| privilege.surface() == Surface::DirectoryRoles)
            .filter_map(|privilege| subject_of(privilege).role_id().cloned())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let open: Vec<_> = leaving
            .iter()
            .filter(|policy| includes(context, policy, &user.id, &roles))
            .filter_map(|policy| Some((policy, exclusion(context, policy, &user.id)?)))
            .filter(|(left, _)| {
                !demanding.iter().any(|policy| {
                    strength(context, policy) >= strength(context, left)
                        && (is_wide(policy) || policy.id != left.id && same_reach(policy, left))
                        && includes(context, policy, &user.id, &roles)
                        && exclusion(context, policy, &user.id).is_none()
                        && !policy.exclude.roles.iter().any(|role| roles.contains(role))
                })
            })
            .collect();
        if open.is_empty() {
            continue;
        }
        let weight = context.grant(most).weight;
        let severity = severity(Code::ConditionalAccessGap, weight);
        let severity: Severity = if most.standing.is_now() { severity } else { eased(severity) };
        let evidence = open.iter().map(|(policy, how)| {
            Evidence::new(SourceKind::ConditionalAccess, &policy.id, format!("leaves the account out {how}"))
        });
        let label = context.label(context.grant(most).privilege);
        let has = if most.standing.is_now() { "holds" } else { "may activate" };
        findings.push(
            Finding::new(
                Code::ConditionalAccessGap,
                severity,
                format!("The account {has} {label}, and Conditional Access leaves it out of a demand for a second factor."),
                "Take the account from the policy's exclusions; they are for break-glass accounts.",
            )
            .about(&user.id)
            .by(evidence.chain(context.evidence(most))),
        );
    }
    findings
}

/// True where a policy covers all the sign-ins that another does.
fn same_reach(policy: &ConditionalAccessPolicy, other: &ConditionalAccessPolicy) -> bool {
    let applications = policy.all_applications
        || !other.all_applications && other.applications.iter().all(|app| policy.applications.contains(app));
    let places = policy.locations.is_empty() && policy.excluded_locations.is_empty()
        || policy.locations == other.locations && policy.excluded_locations == other.excluded_locations;
    applications && places
}
