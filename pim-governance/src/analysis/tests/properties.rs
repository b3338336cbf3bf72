//! What holds of the findings of any tenant.

use std::collections::BTreeSet;

use pim_core::{
    conditional_access::{ConditionalAccessPolicy, ConditionalAccessState, GrantControl, Whom},
    directory::{AuthenticationMethod, Sku},
    id::{ConditionalAccessId, PrincipalId, SkuId},
    privilege::Privilege,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::{
    analysis::{AnalysisOptions, Code, Findings, analyse},
    reference::Reference,
    snapshot::{
        Coverage, Reading, Reason, Snapshot, SourceKind,
        strategies::{group_id, tenant, who},
    },
};

const LICENCE: SkuId = SkuId::from_guid([50; 16]);

/// The strategies' tenants, with what surrounds people.
fn surrounded() -> impl Strategy<Value = Snapshot> {
    let method = select(vec![
        AuthenticationMethod::Fido2,
        AuthenticationMethod::Phone,
        AuthenticationMethod::Email,
        AuthenticationMethod::Unknown("retina".into()),
    ]);
    let people = vec((option::of(vec(method, 0..2)), any::<bool>(), any::<bool>()), 6);
    let whom =
        (any::<bool>(), vec(0_u8..6, 0..3), vec(10_u8..14, 0..2)).prop_map(|(everyone, users, groups)| {
            Whom {
                everyone,
                users: users.into_iter().map(who).collect(),
                groups: groups.into_iter().map(group_id).collect(),
                roles: Vec::new(),
            }
        });
    let state = select(vec![ConditionalAccessState::Enabled, ConditionalAccessState::ReportOnly]);
    let control = select(vec![GrantControl::Mfa, GrantControl::Block, GrantControl::CompliantDevice]);
    let policy = (state, whom.clone(), whom, control, any::<bool>(), any::<[u8; 16]>());
    (tenant(), people, vec(policy, 0..4), option::of(any::<bool>())).prop_map(
        |(mut snapshot, people, policies, licence)| {
            for (user, (methods, licensed, cloud)) in snapshot.users.iter_mut().zip(people) {
                user.methods = methods;
                user.licences = if licensed { vec![LICENCE] } else { Vec::new() };
                if !cloud {
                    user.source = pim_core::directory::Source::OnPremises;
                }
            }
            for (state, include, exclude, control, wide, id) in policies {
                let id = ConditionalAccessId::from_guid(id);
                let mut policy = ConditionalAccessPolicy::new(id, "p".into(), state);
                policy.include = include;
                policy.exclude = Whom { everyone: false, ..exclude };
                policy.controls = vec![control];
                policy.all_applications = wide;
                snapshot.conditional_access.push(policy);
            }
            snapshot.skus.extend(licence.map(|covers| Sku {
                id: LICENCE,
                part_number: if covers { "AAD_PREMIUM_P2" } else { "SPE_E3" }.into(),
                service_plans: Vec::new(),
                bought: 1,
                consumed: 1,
            }));
            crate::snapshot::count(&mut snapshot);
            snapshot
        },
    )
}

/// Break-glass accounts are named: which are recognised hangs on what was read.
fn options() -> AnalysisOptions {
    let mut options = AnalysisOptions::default();
    options.safeguards.break_glass = BTreeSet::from([who(0)]);
    options
}

fn judged(snapshot: &Snapshot) -> Findings {
    analyse(snapshot, Reference::builtin(), &options())
}

type Key = (Code, Option<PrincipalId>, Option<Privilege>);

fn keys(findings: &Findings) -> BTreeSet<Key> {
    findings.findings.iter().map(|f| (f.code, f.principal.clone(), f.privilege.clone())).collect()
}

/// The same tenant, read without one source.
fn without(snapshot: &Snapshot, source: SourceKind, some: bool) -> Snapshot {
    use pim_core::privilege::Surface;
    let mut less = snapshot.clone();
    let reason = Reason::new(pim_core::error::ErrorKind::PermissionDenied, "no");
    let coverage = if some { Coverage::Partial(reason) } else { Coverage::Denied(reason) };
    less.coverage.insert(source, Reading::new(coverage, 0));
    let mut at = 0;
    let mut keep = |of: bool| {
        at += 1;
        !of || some && at % 2 == 0
    };
    let assigned = |surface: &Surface| SourceKind::assignments(surface) == Some(source);
    let eligible = |surface: &Surface| SourceKind::eligibilities(surface) == Some(source);
    let settings = |surface: &Surface| SourceKind::policies(surface) == Some(source);
    less.assignments.retain(|row| keep(assigned(&row.privilege.surface())));
    less.eligibilities.retain(|row| keep(eligible(&row.privilege.surface())));
    less.policies.retain(|row| keep(settings(&row.subject.surface())));
    less.roles.retain(|row| keep(SourceKind::roles(&row.surface) == Some(source)));
    less.users.retain(|_| keep(source == SourceKind::Users));
    less.groups.retain(|_| keep(source == SourceKind::Groups));
    less.memberships.retain(|_| keep(source == SourceKind::Memberships));
    less.service_principals.retain(|_| keep(source == SourceKind::ServicePrincipals));
    less.units.retain(|_| keep(source == SourceKind::Units));
    less.skus.retain(|_| keep(source == SourceKind::Skus));
    less.conditional_access.retain(|_| keep(source == SourceKind::ConditionalAccess));
    less.last_activations.retain(|_| keep(source == SourceKind::LastActivations));
    less.holders.clear();
    less.link();
    less
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_order_of_rows_does_not_matter(tenant in surrounded()) {
        let found = judged(&tenant);
        let mut turned = tenant.clone();
        turned.assignments.reverse();
        turned.eligibilities.reverse();
        turned.policies.reverse();
        turned.users.reverse();
        turned.groups.reverse();
        turned.memberships.reverse();
        turned.service_principals.reverse();
        turned.conditional_access.reverse();
        turned.last_activations.reverse();
        let again = judged(&turned);
        prop_assert_eq!(&found.unjudged, &again.unjudged);
        prop_assert_eq!(found.findings.len(), again.findings.len());
        for (one, other) in found.findings.iter().zip(&again.findings) {
            let mut one = one.clone();
            // Of several paths that take as much, any is told.
            if matches!(one.code, Code::RiskyApplication | Code::OwnerPath) {
                one.evidence.clone_from(&other.evidence);
            }
            prop_assert_eq!(&one, other);
        }
        prop_assert_eq!(keys(&found).len(), found.findings.len(), "two of the same");
        let sorted = found.findings.is_sorted_by(|a, b| {
            (b.severity, a.code, &a.privilege, &a.principal) <= (a.severity, b.code, &b.privilege, &b.principal)
        });
        prop_assert!(sorted);
        let json = serde_json::to_string(&found).unwrap();
        prop_assert_eq!(serde_json::from_str::<Findings>(&json).unwrap(), found);
    }

    #[test]
    fn what_was_not_read_is_neither_in_order_nor_at_fault(
        tenant in surrounded(),
        source in select(SourceKind::ALL),
        some: bool,
    ) {
        let (all, less) = (judged(&tenant), judged(&without(&tenant, source, some)));
        let unjudged: BTreeSet<_> = less.unjudged.iter().map(|unjudged| unjudged.code).collect();
        let (all, less) = (keys(&all), keys(&less));
        let silent: Vec<_> = all.difference(&less).filter(|key| !unjudged.contains(&key.0)).collect();
        prop_assert!(silent.is_empty(), "without {source}, in silence: {silent:?}");
        // Who owns what has power may hold it anyway, which nobody could see: the path is there all the same.
        let made_up: Vec<_> = less.difference(&all).filter(|key| key.0 != Code::OwnerPath).collect();
        prop_assert!(made_up.is_empty(), "without {source}, made up: {made_up:?}");
    }

    #[test]
    fn every_finding_is_proved_and_told(tenant in surrounded()) {
        for finding in judged(&tenant).findings {
            prop_assert!(finding.message.ends_with('.') && finding.remedy.ends_with('.'), "{finding:?}");
            let tells = !finding.evidence.is_empty()
                || matches!(finding.code, Code::BreakGlass | Code::TooFewGlobalAdministrators | Code::ConditionalAccessGap);
            prop_assert!(tells, "{finding:?}");
        }
    }
}

#[test]
fn of_what_nothing_was_read_nothing_is_said() {
    let nothing = Snapshot::unread(crate::snapshot::strategies::NOW);
    let found = analyse(&nothing, Reference::builtin(), &AnalysisOptions::default());
    assert!(found.findings.is_empty(), "{found:?}");
    assert_eq!(found.unjudged.len(), Code::ALL.len());
}
