//! Policies that demand too little, or don't work.

use pim_core::{
    policy::{Policy, PolicyFault, StrongAuthentication},
    privilege::Privilege,
    schedule::Level,
    time::Period,
};

use super::{
    Code, Evidence, Finding, Judged, Severity, SignIn,
    access::Kind,
    conditional_access::context_strength,
    context::{Context, subject_of},
    severity::{Weight, eased, severity},
};
use crate::{fast::FastMap, snapshot::SourceKind};

pub(super) fn source_of(policy: &Policy) -> SourceKind {
    SourceKind::policies(&policy.subject.surface()).unwrap_or(SourceKind::DirectoryPolicies)
}

/// Policies of what somebody holds or may activate, and of what gives any role, against what their tier demands.
pub(super) fn weak(context: &Context<'_>) -> Judged {
    let mut used: FastMap<Privilege, bool> = FastMap::default();
    for grant in &context.grants {
        *used.entry(subject_of(grant.privilege)).or_default() |= grant.kind == Kind::Eligible;
    }
    let mut judged = Judged::default();
    for policy in &context.snapshot.policies {
        let weight = context.weigh(&policy.subject);
        // A group that holds nothing known is nobody's way to anything.
        if policy.subject.group_id().is_some() && context.tier(&policy.subject).is_none() {
            continue;
        }
        let eligible = used.get(&policy.subject).copied();
        // Whether nobody has it can't be told where not all grants were read.
        if eligible.is_none()
            && !(gives_all(context, &policy.subject) && grants_read(context, &policy.subject))
        {
            continue;
        }
        let weaknesses = weaknesses(context, policy, weight, eligible.unwrap_or(true), &mut judged);
        let Some(worst) = weaknesses.iter().map(|(severity, _)| *severity).max() else { continue };
        let facts: Vec<_> = weaknesses.iter().map(|(_, fact)| fact.as_str()).collect();
        let message =
            format!("The settings of {} {}.", context.label(&policy.subject), facts.join("; they "));
        let remedy = "Tighten them to what the tier demands; what runs already is not cut off by it.";
        judged.findings.push(
            Finding::new(Code::WeakPolicy, worst, message, remedy)
                .on(&policy.subject)
                .by(weaknesses.iter().map(|(_, fact)| Evidence::new(source_of(policy), &policy.id, fact))),
        );
    }
    judged
}

/// True for what gives any role, which the next grant must find in order; roles that nobody is to be given apart.
fn gives_all(context: &Context<'_>, subject: &Privilege) -> bool {
    let reserved = |role| context.reference.role(role).is_some_and(|facts| facts.reserved);
    context.weigh(subject) == Weight::Tenant && !subject.role_id().is_some_and(reserved)
}

fn grants_read(context: &Context<'_>, subject: &Privilege) -> bool {
    let surface = subject.surface();
    let sources = [SourceKind::assignments(&surface), SourceKind::eligibilities(&surface)];
    sources.iter().flatten().all(|source| context.snapshot.is_complete(*source))
}

/// What a policy lacks: the sign-in and the approval weigh fully, the rest one step less.
fn weaknesses(
    context: &Context<'_>,
    policy: &Policy,
    weight: Weight,
    eligible: bool,
    judged: &mut Judged,
) -> Vec<(Severity, String)> {
    let options = context.options;
    let own = match &policy.subject {
        Privilege::DirectoryRole { role, .. } => options.role_demands.get(role),
        _ => None,
    };
    let Some(demands) = own.or_else(|| options.demands.get(&weight.tier())) else { return Vec::new() };
    let bad = severity(Code::WeakPolicy, weight);
    let mut found = Vec::new();
    if eligible {
        let activation = policy.activation();
        match strength(context, &activation.strong_authentication) {
            Some(strength) if strength < demands.sign_in => {
                found.push((bad, format!("let one activate with {}", words(strength))));
            }
            Some(_) => {}
            None if demands.sign_in > SignIn::Mfa => {
                judged.doubt(&[Code::WeakPolicy], SourceKind::ConditionalAccess);
            }
            None => {}
        }
        if demands.approval && activation.approval.is_none() {
            found.push((bad, "ask nobody to approve".to_owned()));
        }
        if activation.max > demands.max_activation {
            let (max, most) = (words_of(activation.max), words_of(demands.max_activation));
            found
                .push((eased(bad), format!("let an activation last {max}, where {most} should be the most")));
        }
        if demands.justification && !activation.justification {
            found.push((eased(bad), "ask for no justification".to_owned()));
        }
        if demands.ticket && !activation.ticket {
            found.push((eased(bad), "ask for no ticket".to_owned()));
        }
        if !demands.permanent_eligible && policy.grants(&Level::Eligibility).permanent {
            found.push((eased(bad), "allow eligibilities without end".to_owned()));
        }
    }
    if !demands.permanent_active && policy.grants(&Level::Assignment).permanent {
        found.push((eased(bad), "allow active assignments without end".to_owned()));
    }
    found
}

/// How strong a sign-in an activation takes. A context is as strong as the policies behind it, and MFA where there
/// are none: that is what PIM falls back to. `None` where they were not read.
fn strength(context: &Context<'_>, demanded: &StrongAuthentication) -> Option<SignIn> {
    match demanded {
        StrongAuthentication::None => Some(SignIn::Any),
        StrongAuthentication::Mfa => Some(SignIn::Mfa),
        StrongAuthentication::Context(_) if !context.read(&[SourceKind::ConditionalAccess]) => None,
        StrongAuthentication::Context(id) => Some(context_strength(context, id).unwrap_or(SignIn::Mfa)),
    }
}

const fn words(strength: SignIn) -> &'static str {
    match strength {
        SignIn::Any => "a password alone",
        SignIn::Mfa => "a second factor that can be phished",
        SignIn::PhishingResistant => "a means that resists phishing",
    }
}

fn words_of(period: Period) -> String {
    match period.as_seconds() {
        seconds if seconds % 3600 == 0 => format!("{} hours", seconds / 3600),
        seconds => format!("{} minutes", seconds / 60),
    }
}

/// Settings that contradict each other, or can't be honoured. Approval that nobody can give is told elsewhere.
pub(super) fn broken(context: &Context<'_>) -> Judged {
    let mut findings = Vec::new();
    for policy in &context.snapshot.policies {
        let faults: Vec<_> =
            policy.faults().into_iter().filter(|fault| *fault != PolicyFault::NoApprover).collect();
        if faults.is_empty() {
            continue;
        }
        let worst = if faults.iter().all(|fault| fault.is_warning()) {
            Severity::Info
        } else {
            severity(Code::BrokenPolicy, context.weigh(&policy.subject))
        };
        let words: Vec<_> = faults.iter().map(ToString::to_string).collect();
        let label = context.label(&policy.subject);
        findings.push(
            Finding::new(
                Code::BrokenPolicy,
                worst,
                format!("The settings of {label} do not work as they look: {}.", words.join("; ")),
                "Change the settings that are named.",
            )
            .on(&policy.subject)
            .by(faults.iter().map(|fault| {
                let rule = fault.rule();
                Evidence::new(source_of(policy), &policy.id, format!("{}: {rule}", fault.code()))
            })),
        );
    }
    findings.into()
}
