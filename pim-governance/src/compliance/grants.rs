//! How highly privileged roles are held: 7.4 and 7.5.

use pim_core::schedule::Assignment;

use super::{Judged, Offender, Tenant, is_highly_privileged};
use crate::snapshot::SourceKind;

pub(super) fn no_standing_access(tenant: &Tenant<'_>) -> Judged {
    let offenders = active(tenant)
        .filter(|grant| grant.window.end().is_none() && !tenant.options.exempt.contains(&grant.principal))
        .map(|grant| Offender::grant(grant, "never ends"))
        .collect();
    tenant.judge(
        offenders,
        [SourceKind::DirectoryAssignments],
        |count| format!("{count} active assignments of highly privileged roles never end."),
        "Every active assignment of a highly privileged role ends, or is exempt.",
    )
}

/// What was assigned past PIM has no beginning there.
pub(super) fn only_through_pim(tenant: &Tenant<'_>) -> Judged {
    let offenders = active(tenant)
        .filter(|grant| grant.window.start().is_none())
        .map(|grant| Offender::grant(grant, "has no beginning: it was assigned past PIM"))
        .collect();
    tenant.judge(
        offenders,
        [SourceKind::DirectoryAssignments],
        |count| format!("{count} active assignments of highly privileged roles were made past PIM."),
        "Every active assignment of a highly privileged role was made through PIM.",
    )
}

/// What is in force when the snapshot was taken.
fn active<'a>(tenant: &'a Tenant<'_>) -> impl Iterator<Item = &'a Assignment> {
    tenant
        .snapshot
        .assignments
        .iter()
        .filter(|grant| is_highly_privileged(tenant.reference, &grant.privilege))
        .filter(|grant| grant.is_in_force(tenant.snapshot.taken_at))
}
