//! Who uses PIM without the licence for it.

use std::collections::BTreeMap;

use pim_core::{
    directory::{Sku, UserType},
    id::{PrincipalId, SkuId},
    policy::ApproverKind,
};

use super::{
    Code, Evidence, Finding, Judged, Severity,
    access::Kind,
    context::{Context, approvers_of, subject_of},
};
use crate::{
    fast::{FastMap, FastSet},
    resolve::Standing,
    snapshot::SourceKind,
};

/// Everybody who may activate, holds something until a time, or approves needs Entra ID P2 or Entra ID Governance.
/// Guests are paid for by use.
///
/// Source: [licensing](https://learn.microsoft.com/entra/id-governance/licensing-fundamentals).
pub(super) fn check(context: &Context<'_>) -> Judged {
    let mut judged = Judged::default();
    if !context.read(&[SourceKind::Skus]) {
        return judged;
    }
    let using = using(context);
    let skus: FastMap<&SkuId, &Sku> = context.snapshot.skus.iter().map(|sku| (&sku.id, sku)).collect();
    let covering = skus.values().any(|sku| sku.covers_pim());
    if !covering && !using.is_empty() {
        let people = using.len();
        judged.findings.push(
            Finding::new(
                Code::MissingLicence,
                Severity::High,
                format!("PIM is in use by people ({people}), and the tenant has no licence for it."),
                "Buy Entra ID P2 or Entra ID Governance: without, eligibilities are removed and what was granted \
                 until a time stays for good.",
            )
            .by(context.snapshot.skus.iter().map(|sku| {
                Evidence::new(SourceKind::Skus, &sku.id, format!("{} does not cover PIM", sku.part_number))
            }))
            .by(using.into_values()),
        );
        return judged;
    }
    for (id, why) in using {
        let Some(user) = context.person(&id) else { continue };
        let covers = |licence: &SkuId| skus.get(licence).map(|sku| sku.covers_pim());
        let covered: Vec<_> = user.licences.iter().map(covers).collect();
        if covered.contains(&Some(true)) {
            continue;
        }
        // A licence that the list of licences does not have may be any.
        if covered.contains(&None) {
            judged.doubt(&[Code::MissingLicence], SourceKind::Skus);
            continue;
        }
        judged.findings.push(
            Finding::new(
                Code::MissingLicence,
                Severity::Low,
                "Uses PIM without Entra ID P2 or Entra ID Governance.",
                "Give the person a licence, or take PIM from them.",
            )
            .about(&id)
            .by([Evidence::new(SourceKind::Users, &id, "no licence that covers PIM"), why]),
        );
    }
    judged
}

/// Who uses PIM, and a proof for each.
fn using(context: &Context<'_>) -> BTreeMap<PrincipalId, Evidence> {
    let mut using: BTreeMap<PrincipalId, Evidence> = BTreeMap::new();
    let mut add = |id: &PrincipalId, why: Evidence| {
        let counts = context.person(id).is_some_and(|user| user.user_type != UserType::Guest);
        if counts {
            let known = using.entry(id.clone()).or_insert_with(|| why.clone());
            if (&why.source, &why.id) < (&known.source, &known.id) {
                *known = why;
            }
        }
    };
    for (id, access) in &context.access {
        let uses = access.iter().filter(|access| match context.surely(access) {
            Standing::CanActivate | Standing::Activated(_) => true,
            Standing::Until(_) => context.grant(access).kind == Kind::Held,
            Standing::Permanent | Standing::CanTake => false,
        });
        let grants = uses.map(|access| context.grant(access));
        if let Some(grant) = grants.min_by_key(|grant| (grant.kind, grant.id, grant.privilege)) {
            add(id, grant.evidence(&context.label(grant.privilege)));
        }
    }
    let eligible: FastSet<_> = context
        .grants
        .iter()
        .filter(|grant| grant.kind == Kind::Eligible)
        .map(|grant| subject_of(grant.privilege))
        .collect();
    for policy in context.snapshot.policies.iter().filter(|policy| eligible.contains(&policy.subject)) {
        if policy.activation().approval.is_none() {
            continue;
        }
        let source = SourceKind::policies(&policy.subject.surface()).unwrap_or(SourceKind::DirectoryPolicies);
        let why = || Evidence::new(source, &policy.id, "approves activations");
        for approver in approvers_of(policy) {
            match approver.kind {
                ApproverKind::User => add(&approver.id, why()),
                ApproverKind::Group => {
                    let members = context.members(&approver.id.as_group());
                    for (id, _) in members.iter().filter(|(_, standing)| **standing == Standing::Permanent) {
                        add(id, why());
                    }
                }
                _ => {}
            }
        }
    }
    using
}
