//! Who has highly privileged roles: 7.1 to 7.3.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    directory::Source,
    id::{PrincipalId, RoleId},
    principal::PrincipalKind,
    privilege::Privilege,
};

use super::{Judged, Offender, Tenant, Verdict, is_highly_privileged};
use crate::{
    fast::FastMap,
    reference::Reference,
    resolve::{Reach, ResolveOptions, Resolver},
    snapshot::{Snapshot, SourceKind},
};

const FEWEST: usize = 2;
const MOST: usize = 8;

/// The people who have a highly privileged role: active or eligible, directly or through groups.
pub(super) struct Holders {
    global: BTreeSet<PrincipalId>,
    others: BTreeSet<PrincipalId>,
    /// What was not wholly read and might tell of more.
    missing: Vec<SourceKind>,
}

impl Holders {
    pub(super) fn of(snapshot: &Snapshot, reference: &Reference, kinds: &Kinds<'_>) -> Self {
        let options = ResolveOptions { reach: Reach::Granted, ..ResolveOptions::default() };
        let resolver = Resolver::with(snapshot, options);
        let (mut global, mut others) = (BTreeSet::new(), BTreeSet::new());
        let (mut through_groups, mut unknown) = (false, false);
        for (role, privileges) in privileges(snapshot, reference) {
            let into = if role == RoleId::GLOBAL_ADMINISTRATOR { &mut global } else { &mut others };
            for privilege in privileges {
                let resolved = resolver.holders_of(privilege);
                through_groups |= !resolved.opaque.is_empty();
                for holder in resolved.holders {
                    match kinds.of_principal(&holder.principal) {
                        Some(PrincipalKind::User) => _ = into.insert(holder.principal),
                        Some(_) => {}
                        None => unknown = true,
                    }
                }
            }
        }
        others.retain(|id| !global.contains(id));
        let groups = granted(snapshot)
            .filter(|(_, privilege)| is_highly_privileged(reference, privilege))
            .any(|(holder, _)| kinds.of_principal(holder) == Some(&PrincipalKind::Group));
        let mut sources = vec![SourceKind::DirectoryAssignments, SourceKind::DirectoryEligibilities];
        if groups || through_groups {
            sources.extend([
                SourceKind::GroupAssignments,
                SourceKind::GroupEligibilities,
                SourceKind::Memberships,
            ]);
        }
        if unknown {
            // Whoever is not in lists that were read to their end is gone, and no person.
            sources.extend([SourceKind::Users, SourceKind::Groups]);
        }
        Self { global, others, missing: snapshot.incomplete(sources) }
    }

    fn all(&self) -> impl Iterator<Item = &PrincipalId> {
        self.global.iter().chain(&self.others)
    }
}

/// Each highly privileged role with the scopes at which anybody has it.
fn privileges<'a>(
    snapshot: &'a Snapshot,
    reference: &Reference,
) -> BTreeMap<RoleId, BTreeSet<&'a Privilege>> {
    let mut found: BTreeMap<RoleId, BTreeSet<&Privilege>> = BTreeMap::new();
    for privilege in granted(snapshot).map(|(_, privilege)| privilege) {
        if let Some(role) = privilege.role_id().filter(|_| is_highly_privileged(reference, privilege)) {
            found.entry(role.clone()).or_default().insert(privilege);
        }
    }
    found
}

/// Everything that anybody holds or may activate.
pub(super) fn granted(snapshot: &Snapshot) -> impl Iterator<Item = (&PrincipalId, &Privilege)> {
    let assignments = snapshot.assignments.iter().map(|grant| (&grant.principal, &grant.privilege));
    assignments.chain(snapshot.eligibilities.iter().map(|grant| (&grant.principal, &grant.privilege)))
}

/// What principals are, as far as the snapshot tells.
pub(super) struct Kinds<'a>(FastMap<PrincipalId, &'a PrincipalKind>);

impl<'a> Kinds<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let mut kinds = FastMap::default();
        kinds.extend(snapshot.memberships.iter().map(|row| (row.principal.clone(), &row.kind)));
        kinds.extend(snapshot.holders.iter().map(|holder| (holder.id.clone(), &holder.kind)));
        kinds.extend(snapshot.groups.iter().map(|group| (group.id.as_principal(), &PrincipalKind::Group)));
        let applications = snapshot.service_principals.iter();
        kinds.extend(applications.map(|row| (row.id.clone(), &PrincipalKind::ServicePrincipal)));
        kinds.extend(snapshot.users.iter().map(|user| (user.id.clone(), &PrincipalKind::User)));
        Self(kinds)
    }

    pub(super) fn of_principal(&self, id: &PrincipalId) -> Option<&PrincipalKind> {
        self.0.get(id).copied()
    }
}

pub(super) fn global_administrator_count(tenant: &Tenant<'_>) -> Judged {
    let Holders { global, missing, .. } = &tenant.holders;
    let count = global.len();
    let explanation = format!("{count} people are Global Administrator or may become it.");
    let offenders =
        || global.iter().map(|id| Offender::holder(id, "is Global Administrator or may become it"));
    if count > MOST {
        return Judged { verdict: Verdict::Fail, explanation, offenders: offenders().collect() };
    }
    if !missing.is_empty() {
        return Judged::unread(missing.clone());
    }
    let verdict = if count < FEWEST { Verdict::Fail } else { Verdict::Pass };
    Judged { verdict, explanation, offenders: Vec::new() }
}

pub(super) fn finer_roles(tenant: &Tenant<'_>) -> Judged {
    let Holders { global, others, missing } = &tenant.holders;
    let (few, many) = (others.len(), global.len());
    let explanation = format!(
        "{many} people are Global Administrator or may become it, {few} others have another highly privileged role."
    );
    let offenders: Vec<_> =
        global.iter().map(|id| Offender::holder(id, "is Global Administrator or may become it")).collect();
    // By the published criterion, whoever fails on the number of Global Administrators fails here too.
    if many > MOST {
        return Judged { verdict: Verdict::Fail, explanation, offenders };
    }
    if !missing.is_empty() {
        return Judged::unread(missing.clone());
    }
    if many < FEWEST || many > few {
        return Judged { verdict: Verdict::Fail, explanation, offenders };
    }
    Judged { verdict: Verdict::Pass, explanation, offenders: Vec::new() }
}

pub(super) fn cloud_only(tenant: &Tenant<'_>) -> Judged {
    let sources: FastMap<_, _> = tenant.snapshot.users.iter().map(|user| (&user.id, &user.source)).collect();
    let offenders: Vec<_> = tenant
        .holders
        .all()
        .filter(|id| sources.get(id).is_some_and(|source| **source == Source::OnPremises))
        .map(|id| Offender::holder(id, "comes from on premises"))
        .collect();
    tenant.judge(
        offenders,
        tenant.holders.missing.iter().copied().chain([SourceKind::Users]),
        |count| format!("{count} people with highly privileged roles have accounts from on premises."),
        "All people with highly privileged roles have accounts of the cloud's own.",
    )
}
