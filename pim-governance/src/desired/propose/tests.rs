use std::collections::BTreeMap;

use futures::executor::block_on;
use pim_core::{
    client::Safeguards,
    guard::Loss,
    id::RoleId,
    privilege::Privilege,
    schedule::{Level, Via},
    time::Expiry,
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{id_of, sample},
};
use proptest::prelude::*;

use super::*;
use crate::{
    desired::Target,
    discover::{DiscoverOptions, discover},
    resolve::administrators,
    snapshot::strategies::tenant,
};

fn sample() -> Snapshot {
    let service = Embedded::new(sample::tenant(), VirtualClock::at(sample::NOW));
    let client = service.client(Caller::with_mfa(id_of("emma.clarke")), Safeguards::default());
    block_on(discover(&client, &DiscoverOptions::default())).unwrap()
}

/// The direct standing grants that a target ends: of exclusive privileges, those that it does not name.
fn lost(snapshot: &Snapshot, target: &Target) -> Vec<Loss> {
    let named = |principal: &PrincipalId, privilege: &Privilege| {
        let is = |grant: &&crate::desired::Grant| {
            grant.level == Level::Assignment && grant.principal == *principal && grant.privilege == *privilege
        };
        target.grants.iter().any(|grant| is(&grant))
    };
    let standing =
        snapshot.assignments.iter().filter(|grant| !grant.origin.is_activated() && grant.via == Via::Direct);
    standing
        .filter(|grant| {
            target.exclusive.contains(&grant.privilege) && !named(&grant.principal, &grant.privilege)
        })
        .map(|grant| Loss { principal: grant.principal.clone(), privilege: grant.privilege.clone() })
        .collect()
}

#[test]
fn the_sample_tenant_gets_a_design_that_a_reader_would_expect() {
    let snapshot = sample();
    let design = design_from(&snapshot, Reference::builtin(), &DesignOptions::default());
    let target = design.resolve(&snapshot).unwrap();
    let breakglass = BTreeSet::from([id_of("breakglass-1"), id_of("breakglass-2")]);
    assert_eq!(target.safeguards.break_glass, breakglass);

    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let holders = |level: Level| {
        let of = target.grants.iter().filter(|grant| grant.level == level && grant.privilege == global);
        of.map(|grant| grant.principal.clone()).collect::<BTreeSet<_>>()
    };
    assert_eq!(holders(Level::Assignment), breakglass);
    assert_eq!(holders(Level::Eligibility).len(), 10, "nine standing, and one who was eligible");
    let row = |name: &str| design.roles.iter().find(|row| row.role.as_deref() == Some(name)).unwrap();
    let top = row("Global Administrator");
    assert_eq!((top.template.as_deref(), top.exclusive), (Some("top"), true));
    for name in ["Global Reader", "Billing Administrator", "Reports Reader"] {
        let row = row(name);
        assert_eq!(row.assignment, crate::desired::AssignmentType::Static, "{name}");
        assert!(row.eligible.is_empty() && !row.exclusive, "{name}");
    }
    let policy = |privilege: &Privilege| {
        let standing = snapshot.policies.iter().find(|policy| policy.subject == *privilege).unwrap();
        standing.apply(&target.policies[privilege]).activation()
    };
    assert_eq!(policy(&global).max, Period::hours(1));
    assert!(policy(&global).approval.is_some_and(|approval| approval.approvers().count() >= 2));
    let exchange = Privilege::role("29232cdf-9323-42fd-ade2-1d097af3e4de".parse().unwrap());
    assert_eq!(policy(&exchange).max, Period::hours(10));
    // Applications stay where they are: they can't activate.
    let hr = target.grants.iter().find(|grant| grant.principal == id_of("hr-sync")).unwrap();
    assert_eq!((&hr.level, hr.expiry), (&Level::Assignment, Expiry::Never));
    let errors: Vec<_> = design.check(&snapshot).into_iter().filter(|fault| !fault.is_warning()).collect();
    assert_eq!(errors, []);
}

#[test]
fn where_break_glass_accounts_are_too_few_administrators_stay() {
    let mut snapshot = sample();
    snapshot.conditional_access.clear();
    snapshot.assignments.retain(|grant| !grant.principal.eq(&id_of("breakglass-1")));
    let options = DesignOptions { min_administrators: 3, ..DesignOptions::default() };
    let design = design_from(&snapshot, Reference::builtin(), &options);
    let target = design.resolve(&snapshot).unwrap();
    let facts = administrators(&snapshot);
    let left = facts.after(&lost(&snapshot, &target)).working();
    assert_eq!((design.break_glass.len(), left.len()), (0, 3));
    assert!(left.contains(&id_of("breakglass-2")), "its key resists phishing");
}

#[test]
fn a_surface_that_was_not_wholly_read_is_left_as_it_is() {
    let mut snapshot = sample();
    let whole = design_from(&snapshot, Reference::builtin(), &DesignOptions::default());
    for source in crate::snapshot::SourceKind::ALL {
        let mut kept = BTreeMap::new();
        std::mem::swap(&mut kept, &mut snapshot.coverage);
        let mut part = snapshot.clone();
        part.coverage = kept.clone();
        part.coverage.remove(source);
        let design = design_from(&part, Reference::builtin(), &DesignOptions::default());
        let resolved = design.resolve(&part);
        assert!(resolved.is_ok(), "{source}: {resolved:?}");
        snapshot.coverage = kept;
    }
    let mut blind = snapshot.clone();
    blind.coverage.clear();
    let design = design_from(&blind, Reference::builtin(), &DesignOptions::default());
    assert!(design.roles.iter().all(|row| !row.exclusive) && whole.roles.iter().any(|row| row.exclusive));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_proposed_can_be_used_and_leaves_administrators(snapshot in tenant(), least in 1_u32..4) {
        let options = DesignOptions { min_administrators: least, ..DesignOptions::default() };
        let design = design_from(&snapshot, Reference::builtin(), &options);
        let target = match design.resolve(&snapshot) {
            Ok(target) => target,
            Err(faults) => return Err(TestCaseError::fail(format!("{faults:#?}\n{}", design.to_yaml()))),
        };
        let again = Design::from_yaml(&design.to_yaml()).unwrap();
        prop_assert_eq!(&again, &design);
        prop_assert_eq!(again.resolve(&snapshot).unwrap(), target.clone());

        let facts = administrators(&snapshot);
        let losses = lost(&snapshot, &target);
        let (before, after) = (facts.working().len(), facts.after(&losses).working().len());
        prop_assert!(after >= before.min(least as usize), "{before} -> {after}");
        // Whoever loses what stands may activate it.
        for loss in &losses {
            let may = target.grants.iter().any(|grant| {
                grant.level == Level::Eligibility && grant.principal == loss.principal && grant.privilege == loss.privilege
            });
            let over = snapshot.assignments.iter().any(|grant| {
                grant.principal == loss.principal && grant.privilege == loss.privilege && grant.window.has_ended(snapshot.taken_at)
            });
            prop_assert!(may || over, "{loss:?}");
        }
    }
}
