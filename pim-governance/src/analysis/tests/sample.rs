//! The sample tenant, read as a real one is: what was found was held against its own table of faults.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{client::Safeguards, id::PrincipalId, privilege::Surface};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{id_of, sample},
};

use crate::{
    analysis::{
        AnalysisOptions, Code,
        Code::*,
        Findings,
        Severity::{Critical, High},
        analyse,
    },
    discover::{DiscoverOptions, discover},
    reference::Reference,
};

fn findings() -> Findings {
    let service = Embedded::new(sample::tenant(), VirtualClock::at(sample::NOW));
    let client = service.client(Caller::with_mfa(id_of("emma.clarke")), Safeguards::default());
    let snapshot = futures::executor::block_on(discover(&client, &DiscoverOptions::default())).unwrap();
    analyse(&snapshot, Reference::builtin(), &AnalysisOptions::default())
}

fn people(findings: &Findings, code: Code) -> BTreeSet<PrincipalId> {
    let of_code = findings.findings.iter().filter(|finding| finding.code == code);
    of_code.filter_map(|finding| finding.principal.clone()).collect()
}

fn ids(keys: &[&str]) -> BTreeSet<PrincipalId> {
    keys.iter().map(|key| id_of(key)).collect()
}

#[test]
fn the_faults_of_the_sample_tenant_are_found() {
    let found = findings();
    for (code, who) in [
        (NoMfa, &["peter.novak", "samuel.eze", "nora.lind", "tina.cole", "zoe.martin"][..]),
        (SyncedAdministrator, &["peter.novak", "jack.turner"]),
        (GuestAdministrator, &["dana.external", "rob.external"]),
        (DisabledAdministrator, &["ruth.adler", "device-inventory"]),
        (StaleEligibility, &["liam.okafor"]),
    ] {
        assert_eq!(people(&found, code), ids(who), "{code}");
    }
    let at_once = found.findings.iter().filter(|f| f.severity == Critical && f.code == StandingAccess);
    assert_eq!(at_once.count(), 9 + 3 + 2, "who rules the tenant, break-glass accounts left out");
    let owners = found.findings.iter().filter(|f| f.severity >= High && f.code == OwnerPath);
    let owners: BTreeSet<_> = owners.filter_map(|finding| finding.principal.clone()).collect();
    assert!(owners.is_superset(&ids(&["ella.wright", "kofi.mensah", "ryan.doyle"])));
    let applications = people(&found, RiskyApplication);
    assert!(applications.is_superset(&ids(&["provisioning-bridge", "ci-pipeline", "hr-sync"])));
    assert!(applications.is_disjoint(&ids(&["ticketing", "device-inventory"])));
    let azure = found.findings.iter().filter(|finding| {
        let surface = finding.privilege.as_ref().map(|privilege| privilege.surface());
        finding.code == StandingAccess && surface == Some(Surface::AzureRoles)
    });
    assert!(azure.count() >= 3);
}

#[test]
fn what_is_in_order_in_the_sample_tenant_is_left_alone() {
    let found = findings();
    let mut count: BTreeMap<Code, usize> = BTreeMap::new();
    for finding in &found.findings {
        *count.entry(finding.code).or_default() += 1;
    }
    for code in
        [BreakGlass, OrphanedGrant, TooFewGlobalAdministrators, BrokenPolicy, NoApprover, MissingLicence]
    {
        assert_eq!(count.get(&code), None, "{code}");
    }
    assert_eq!(count.get(&TooManyGlobalAdministrators), Some(&1));
    let emergency = sample::BREAK_GLASS.map(id_of);
    assert!(found.findings.iter().all(|f| f.principal.as_ref().is_none_or(|id| !emergency.contains(id))));
    let unjudged: Vec<_> = found.unjudged.iter().map(|unjudged| unjudged.code).collect();
    assert_eq!(unjudged, [OverPrivileged], "what everybody did is not read unless asked for");
}
