//! Governance at the size of a large tenant. Prints how long each part takes: `--nocapture` shows it, and
//! `--release` gives the figures that count.

#![allow(clippy::expect_used)] // helpers of tests, which fail by panicking

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use pim_core::{
    privilege::{Privilege, Surface},
    schedule::Level,
};
use pim_governance::{
    analysis::{AnalysisOptions, Code, analyse},
    compliance::assess,
    desired::{Grant, Target},
    plan::{PlanOptions, plan},
    reference::Reference,
    resolve::{Reach, ResolveOptions, Resolver, Standing, usable_administrators},
    snapshot::{Snapshot, diff},
};
use tenant::{self as large, Size};

mod tenant;

fn timed<T>(what: &str, act: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let made = act();
    println!("{what:<60} {:>7.0} ms", began.elapsed().as_secs_f64() * 1000.0);
    made
}

/// The most memory that this process has had, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned()
}

#[test]
fn a_large_tenant_is_resolved_saved_and_compared() {
    let size = Size::default();
    let tenant = timed("made up", || large::snapshot(size));
    println!("{} after making it up", peak());
    assert_eq!((tenant.assignments.len(), tenant.groups.len()), (100_000, 2_000));

    let began = Instant::now();
    let resolver = timed("indexed", || Resolver::new(&tenant));
    let roles: BTreeSet<Privilege> = (0..100).map(|n| Privilege::role(large::role(n))).collect();
    let holders: BTreeMap<_, _> = timed("who can become each of 100 Entra roles", || {
        roles.iter().map(|role| (role, resolver.holders_of(role).holders)).collect()
    });
    let azure: BTreeSet<_> = tenant
        .assignments
        .iter()
        .map(|row| &row.privilege)
        .filter(|privilege| privilege.surface() == Surface::AzureRoles)
        .collect();
    println!("{} Azure roles at scopes", azure.len());
    let counted: usize = timed("who can become one in 20 of them", || {
        azure.iter().step_by(20).map(|role| resolver.holders_of(role).holders.len()).sum()
    });
    let mut people = 0;
    timed("what each of 1,000 people can become", || {
        for n in 1_000..2_000 {
            people += resolver.paths_of(&large::principal(n)).len();
        }
    });
    let managed = ResolveOptions { reach: Reach::Managed, ..ResolveOptions::default() };
    let managed = timed("indexed, with what administrators can take", || Resolver::with(&tenant, managed));
    let global = Privilege::role(large::role(0));
    let taking = timed("who can become Global Administrator, by taking too", || managed.holders_of(&global));
    let paths = timed("how each who can becomes Global Administrator", || resolver.paths_to(&global));
    assert_eq!(paths.len(), holders[&global].len());
    let usable = timed("usable administrators", || usable_administrators(&tenant));
    println!("{:<60} {:>7.0} ms; {}", "all of the analysis", began.elapsed().as_secs_f64() * 1000.0, peak());

    let direct = tenant.assignments.iter().filter(|row| row.privilege == global).count();
    let can = &holders[&global];
    println!("{direct} assignments of Global Administrator, {} who can become it", can.len());
    println!(
        "{counted} holders of Azure roles, {people} of 1,000 people, {} by taking",
        taking.holders.len()
    );
    assert!(can.len() > direct && taking.holders.len() >= can.len());
    let now = can.iter().filter(|holder| holder.standing == Standing::Permanent);
    let now: BTreeSet<_> = now.map(|holder| &holder.principal).collect();
    assert!(usable.iter().all(|person| now.contains(person)), "what the guard counts, the resolver finds");

    let mut bytes = Vec::new();
    timed("saved", || tenant.write_to(&mut bytes)).expect("a buffer takes everything");
    let loaded = timed(&format!("loaded, {} KB", bytes.len() / 1024), || Snapshot::read_from(&*bytes));
    let loaded = loaded.expect("what was written can be read");
    assert!(timed("compared", || diff(&tenant, &loaded)).is_empty());
    println!("{} with both", peak());
}

/// Everything that is wrong with it, and by the published baseline.
#[test]
fn a_large_tenant_is_analysed() {
    let tenant = large::snapshot(Size::default());
    let before = peak();
    let began = Instant::now();
    let options = AnalysisOptions::default();
    let findings = timed("analysed", || analyse(&tenant, Reference::builtin(), &options));
    let assessed = timed("held against the baseline", || assess(&tenant, Reference::builtin()));
    println!(
        "{:<60} {:>7.0} ms; {before} before, {} after",
        "both",
        began.elapsed().as_secs_f64() * 1000.0,
        peak()
    );
    println!("{} findings", findings.findings.len());
    assert!(findings.findings.iter().any(|finding| finding.code == Code::TooManyGlobalAdministrators));
    assert!(assessed.results.len() > 5);
}

/// Five thousand standing assignments become eligibilities.
#[test]
fn ten_thousand_changes_are_planned() {
    let tenant = large::snapshot(Size::default());
    let mut wanted = Target::default();
    for row in &tenant.assignments {
        if wanted.grants.len() >= 5_000 {
            break;
        }
        if row.privilege.surface() == Surface::AzureRoles && row.is_standing() {
            let is_new = wanted.exclusive.insert(row.privilege.clone());
            if is_new {
                let holders = tenant
                    .assignments
                    .iter()
                    .filter(|other| other.privilege == row.privilege && other.is_standing());
                let mut seen = BTreeSet::new();
                let grants = holders.filter(|other| seen.insert(other.principal.clone()));
                wanted.grants.extend(grants.map(|other| {
                    Grant::new(Level::Eligibility, other.principal.clone(), other.privilege.clone())
                }));
            }
        }
    }
    let made = timed("planned", || plan(&tenant, &wanted, &PlanOptions::default())).expect("a sound target");
    println!("{} steps, {} refused; {}", made.steps.len(), made.refused.len(), peak());
    assert!(made.steps.len() >= 10_000, "{} steps, {} refused", made.steps.len(), made.refused.len());
}
