//! Applications that could take the tenant, and people who could become what nobody granted them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use pim_core::{
    directory::ServicePrincipal,
    id::{GroupId, PrincipalId, RoleId},
    privilege::Privilege,
};

use super::{
    Code, Evidence, Finding, Judged,
    access::{Access, Grant},
    context::{Context, Who},
    severity::{Weight, severity},
};
use crate::{
    reference::{PathToGlobalAdministrator, PermissionFacts, Tier},
    resolve::{Path, Reach, ResolveOptions, Resolver, Standing, Step, Target},
    snapshot::SourceKind,
};

/// What one application could do.
struct Risk<'a> {
    application: &'a ServicePrincipal,
    weight: Weight,
    /// The privilege that weighs most.
    privilege: Option<Privilege>,
    reasons: Vec<String>,
    evidence: Vec<Evidence>,
}

pub(super) fn check(context: &Context<'_>) -> Judged {
    let risks = risks(context);
    let mut findings: Vec<_> = risks.values().map(|risk| risky(risk)).collect();
    findings.extend(owners_of_applications(context, &risks));
    findings.extend(owners_of_groups(context));
    findings.into()
}

fn risky(risk: &Risk<'_>) -> Finding {
    let message = format!("An application that nobody activates {}.", risk.reasons.join("; it "));
    let remedy = "Take from it what it can do without, let few or none own it, and watch its sign-ins.";
    let seen = risk.application.last_sign_in.map(|at| {
        Evidence::new(SourceKind::ServicePrincipals, &risk.application.id, "last signed in").at(at)
    });
    Finding::new(Code::RiskyApplication, severity(Code::RiskyApplication, risk.weight), message, remedy)
        .about(&risk.application.id)
        .by(risk.evidence.iter().cloned().chain(seen))
}

/// Every application that is enabled and weighs more than ordinary use.
fn risks<'a>(context: &Context<'a>) -> BTreeMap<PrincipalId, Risk<'a>> {
    let mut paths = paths(context);
    let applications = context.snapshot.service_principals.iter();
    let applications = applications.filter(|app| app.enabled && app.app != *PIM_ITSELF);
    let risks = applications.filter_map(|application| {
        let mut risk = Risk {
            application,
            weight: Weight::User,
            privilege: None,
            reasons: Vec::new(),
            evidence: Vec::new(),
        };
        if let Some(path) = paths.remove(&application.id) {
            risk.path(&path);
        }
        risk.roles(context);
        risk.permissions(context);
        (risk.weight > Weight::User).then(|| (application.id.clone(), risk))
    });
    risks.collect()
}

/// How applications become Global Administrator, by what they may do to others too.
fn paths(context: &Context<'_>) -> BTreeMap<PrincipalId, Path> {
    if context.snapshot.service_principals.is_empty() {
        return BTreeMap::new();
    }
    let options = ResolveOptions { reach: Reach::Managed, ..ResolveOptions::default() };
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let resolver = Resolver::with(context.snapshot, options);
    let applications = |id: &PrincipalId| context.application(id).is_some_and(|app| app.enabled);
    let paths = resolver.paths_of_some(&global, applications);
    paths.into_iter().map(|path| (path.principal.clone(), path)).collect()
}

impl Risk<'_> {
    fn weigh(&mut self, weight: Weight) {
        self.weight = self.weight.max(weight);
    }

    fn path(&mut self, path: &Path) {
        self.privilege = Some(Privilege::role(RoleId::GLOBAL_ADMINISTRATOR));
        self.weigh(if path.effort.takes <= 1 { Weight::Tenant } else { Weight::Control });
        self.reasons.push(match path.effort.takes {
            0 => "is Global Administrator".to_owned(),
            1 => "can make itself Global Administrator".to_owned(),
            n => format!("can become Global Administrator in {n} acts"),
        });
        self.evidence.extend(path.steps.iter().filter_map(step));
    }

    fn roles(&mut self, context: &Context<'_>) {
        let access = context.access.get(&self.application.id).map_or(&[][..], Vec::as_slice);
        let held: Vec<&Access> = access
            .iter()
            .filter(|access| access.standing.is_now())
            .filter(|access| context.grant(access).weight > Weight::User)
            .filter(|access| {
                let grant = context.grant(access);
                grant.is_entra() || grant.is_azure() && context.tier(grant.privilege).is_some()
            })
            .collect();
        let Some(most) = context.weightiest(held.iter().copied()) else { return };
        let grant = context.grant(most);
        self.weigh(grant.weight);
        self.privilege.get_or_insert_with(|| grant.privilege.clone());
        let more = match held.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        self.reasons.push(format!("holds {}{more}", context.label(grant.privilege)));
        self.evidence.extend(held.iter().flat_map(|access| context.evidence(access)));
    }

    fn permissions(&mut self, context: &Context<'_>) {
        let mut strong = Vec::new();
        for held in &self.application.permissions {
            let Some(facts) = context.reference.permission(&held.resource, &held.role.to_string()) else {
                continue;
            };
            let weight = weight_of(facts);
            if weight > Weight::User {
                strong.push((weight, facts.value.clone(), held.role.to_string()));
            }
        }
        for grant in self.application.delegated.iter().filter(|grant| grant.principal.is_none()) {
            for scope in &grant.scopes {
                let facts = context.reference.delegated(&grant.resource, scope);
                // It reaches as far as whoever uses the application.
                if facts.is_some_and(|facts| facts.tier == Some(Tier::Control)) {
                    strong.push((Weight::Management, format!("{scope} for everybody"), scope.clone()));
                }
            }
        }
        strong.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let Some((weight, value, _)) = strong.first() else { return };
        let more = match strong.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        self.reasons.push(format!("has the permission {value}{more}"));
        self.weight = self.weight.max(*weight);
        self.evidence.extend(strong.iter().map(|(_, value, id)| {
            Evidence::new(SourceKind::ServicePrincipals, id, format!("the permission {value}"))
        }));
    }
}

/// Permissions that lead to Global Administrator weigh as that; of the rest of tier 0 those that Microsoft calls
/// most privileged are tier 0 here.
const fn weight_of(facts: &PermissionFacts) -> Weight {
    match (facts.path, facts.tier, facts.level) {
        (Some(PathToGlobalAdministrator::Direct), ..) => Weight::Tenant,
        (Some(PathToGlobalAdministrator::Indirect), ..) | (_, Some(Tier::Control), Some(4..)) => {
            Weight::Control
        }
        (_, Some(Tier::Control), _) | (_, Some(Tier::Management), Some(4..)) => Weight::Management,
        _ => Weight::User,
    }
}

fn step(step: &Step) -> Option<Evidence> {
    Some(match step {
        Step::Permission { permission, .. } => {
            let name = permission.name.clone().unwrap_or_else(|| permission.role.to_string());
            Evidence::new(SourceKind::ServicePrincipals, &permission.role, format!("the permission {name}"))
        }
        Step::Impersonate { application, .. } => {
            Evidence::new(SourceKind::ServicePrincipals, application, "owns it and can sign in as it")
        }
        Step::Join { group } => Evidence::new(SourceKind::Memberships, group, "owns it and can join it"),
        Step::Belong { group, .. } => Evidence::new(SourceKind::Memberships, group, "belongs to it"),
        Step::Hold { grant, privilege, .. } => {
            let source = SourceKind::assignments(&privilege.surface())?;
            Evidence::new(source, grant, format!("holds {privilege}"))
        }
        Step::Wield { target: Target::Principal(id), .. } => {
            Evidence::new(SourceKind::ServicePrincipals, id, "can sign in as it")
        }
        _ => return None,
    })
}

/// People who own, also by way of others, an application with power: each can sign in as it.
fn owners_of_applications(context: &Context<'_>, risks: &BTreeMap<PrincipalId, Risk<'_>>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for risk in risks.values() {
        let (mut seen, mut open) = (BTreeSet::new(), vec![risk.application]);
        while let Some(application) = open.pop() {
            // A managed identity has no credential that one could add.
            if application.managed_identity || !application.enabled {
                continue;
            }
            for owner in application.owners.iter().filter(|owner| seen.insert((*owner).clone())) {
                match context.who(owner) {
                    Who::Application(between) => open.push(between),
                    Who::Person(_) => findings.extend(owner_of(context, owner, risk)),
                    _ => {}
                }
            }
        }
    }
    findings
}

fn owner_of(context: &Context<'_>, owner: &PrincipalId, risk: &Risk<'_>) -> Option<Finding> {
    context.person(owner)?;
    if risk.weight <= Weight::User || has_anyway(context, owner, risk.privilege.as_ref()) {
        return None;
    }
    let what = match &risk.privilege {
        Some(privilege) => format!("become {}", context.label(privilege)),
        None => "use its permissions".to_owned(),
    };
    let mut finding = Finding::new(
        Code::OwnerPath,
        severity(Code::OwnerPath, risk.weight),
        format!("Owns an application, can sign in as it, and so {what}."),
        "Take the ownership from the person, or give the application less.",
    )
    .about(owner)
    .by([Evidence::new(SourceKind::ServicePrincipals, &risk.application.id, "owned, by way of others too")])
    .by(risk.evidence.iter().cloned());
    finding.privilege.clone_from(&risk.privilege);
    Some(finding)
}

/// People who own, also by way of others, a group with power: each can join it.
fn owners_of_groups(context: &Context<'_>) -> Vec<Finding> {
    let mut weightiest: BTreeMap<GroupId, usize> = BTreeMap::new();
    for (at, grant) in context.grants.iter().enumerate() {
        let counts = grant.weight > Weight::User && (grant.is_entra() || grant.is_administrative());
        if counts && matches!(context.who(grant.principal), Who::Group) {
            let best = weightiest.entry(grant.principal.as_group()).or_insert(at);
            let known = &context.grants[*best];
            let order = |grant: &Grant<'_>| {
                (Reverse(grant.weight), grant.kind, grant.privilege.clone(), grant.id.clone())
            };
            if order(grant) < order(known) {
                *best = at;
            }
        }
    }
    let mut findings = Vec::new();
    for (group, at) in weightiest {
        let grant = &context.grants[at];
        let members = context.members(&group);
        for (owner, _) in members.iter().filter(|(_, standing)| **standing == Standing::CanTake) {
            if context.person(owner).is_none() || has_anyway(context, owner, Some(grant.privilege)) {
                continue;
            }
            let label = context.label(grant.privilege);
            findings.push(
                Finding::new(
                    Code::OwnerPath,
                    severity(Code::OwnerPath, grant.weight),
                    format!("Owns a group, can make themselves a member, and so become {label}."),
                    "Take the ownership from the person, or let the ownership be activated with approval.",
                )
                .about(owner)
                .on(grant.privilege)
                .by([
                    Evidence::new(SourceKind::Memberships, &group, "owned, by way of others too"),
                    grant.evidence(&label),
                ]),
            );
        }
    }
    findings
}

/// True for who holds it, or all, without end: such a path gives them nothing.
fn has_anyway(context: &Context<'_>, id: &PrincipalId, privilege: Option<&Privilege>) -> bool {
    let access = context.access.get(id).map_or(&[][..], Vec::as_slice);
    access.iter().filter(|access| access.standing == Standing::Permanent).any(|access| {
        let grant = context.grant(access);
        Some(grant.privilege) == privilege || grant.weight == Weight::Tenant && grant.is_entra()
    })
}

/// PIM's own application, which must hold User Access Administrator wherever PIM manages Azure.
///
/// Source: [troubleshoot PIM](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-troubleshoot).
const PIM_ITSELF: &str = "01fc33a7-78ba-4d2f-a4b7-768e336e890e";
