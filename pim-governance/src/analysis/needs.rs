//! What each kind of finding rests on.

use super::{Code, Unjudged};
use crate::snapshot::{Snapshot, SourceKind};

/// The codes that could not wholly be judged. `more` are sources that were read and did not tell, by code.
pub(super) fn unjudged(snapshot: &Snapshot, more: &[(Code, SourceKind)]) -> Vec<Unjudged> {
    let missing = |code: Code| {
        let mut missing = snapshot.incomplete(needs(code));
        missing.extend(more.iter().filter(|(about, _)| *about == code).map(|(_, source)| *source));
        missing.sort_unstable();
        missing.dedup();
        missing
    };
    let codes = Code::ALL.iter().map(|code| Unjudged::new(*code, missing(*code)));
    codes.filter(|unjudged| !unjudged.missing.is_empty()).collect()
}

/// The sources without which something of this kind may go unnoticed.
fn needs(code: Code) -> Vec<SourceKind> {
    use SourceKind::{
        ConditionalAccess, Contexts, LastActivations, Operations, ServicePrincipals, Skus, Units, Users,
    };
    let access = [HELD, ELIGIBLE, GROUPS];
    let (parts, own): (&[&[SourceKind]], &[SourceKind]) = match code {
        Code::StandingAccess => (&[HELD, GROUPS], &[Users, ServicePrincipals]),
        Code::SeveralRoles
        | Code::NoMfa
        | Code::PhishableMfa
        | Code::SyncedAdministrator
        | Code::GuestAdministrator
        | Code::DisabledAdministrator => (&access, &[Users, ServicePrincipals]),
        Code::StaleEligibility | Code::UnusedEligibility => (&access, &[LastActivations, Users]),
        Code::RedundantGrant => (&access, &[Units]),
        Code::OverPrivileged => (&access, &[Operations]),
        Code::OrphanedGrant => (&access, &[Users, ServicePrincipals]),
        Code::RiskyApplication | Code::OwnerPath => {
            (&[HELD, ELIGIBLE, GROUPS, ROLES], &[ServicePrincipals, Units, Users])
        }
        Code::TooManyGlobalAdministrators => (&[ENTRA, GROUPS], &[Users]),
        Code::TooFewGlobalAdministrators => (&[ENTRA, GROUPS], &[Users]),
        Code::BreakGlass => (&[ENTRA, GROUPS], &[Users, ConditionalAccess]),
        Code::WeakPolicy => (&[HELD, ELIGIBLE, GROUPS, ROLES, POLICIES], &[ConditionalAccess]),
        Code::BrokenPolicy => (&[POLICIES], &[]),
        Code::NoApprover => (&[HELD, ELIGIBLE, GROUPS, POLICIES], &[Users]),
        Code::ConditionalAccessGap => {
            (&[HELD, ELIGIBLE, GROUPS, POLICIES], &[Users, ConditionalAccess, Contexts])
        }
        Code::MissingLicence => (&[HELD, ELIGIBLE, GROUPS, POLICIES], &[Users, Skus]),
    };
    parts.iter().copied().flatten().chain(own).copied().collect()
}

const HELD: &[SourceKind] = &[SourceKind::DirectoryAssignments, SourceKind::AzureAssignments];
const ELIGIBLE: &[SourceKind] = &[SourceKind::DirectoryEligibilities, SourceKind::AzureEligibilities];
const ENTRA: &[SourceKind] = &[SourceKind::DirectoryAssignments, SourceKind::DirectoryEligibilities];
const ROLES: &[SourceKind] = &[SourceKind::DirectoryRoles, SourceKind::AzureRoles];
const GROUPS: &[SourceKind] = &[
    SourceKind::GroupAssignments,
    SourceKind::GroupEligibilities,
    SourceKind::Groups,
    SourceKind::Memberships,
];
const POLICIES: &[SourceKind] =
    &[SourceKind::DirectoryPolicies, SourceKind::GroupPolicies, SourceKind::AzurePolicies];
