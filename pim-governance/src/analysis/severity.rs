//! How bad what is, by how much hangs on it.

use pim_core::privilege::{DirectoryScope, Privilege};

use super::{Code, Severity};
use crate::{
    reference::{Reference, Tier, Tiers},
    resolve::{Power, Powers},
};

/// How much hangs on a privilege: coarser than its tier where the tier says more than the harm. The later the
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Weight {
    /// What ordinary use takes: tier 2.
    User,
    /// A service, a part of the tenant, or what nobody has classified: tier 1; of tier 0 what is held for a part of
    /// the directory only, what changes nothing of tier 0, and what the directory itself does not call privileged.
    Management,
    /// A step from the tenant: the rest of tier 0.
    Control,
    /// The tenant: gives any role, or signs in as anybody.
    Tenant,
}

impl Weight {
    /// The tier whose demands count.
    pub(super) const fn tier(self) -> Tier {
        match self {
            Self::User => Tier::User,
            Self::Management => Tier::Management,
            Self::Control | Self::Tenant => Tier::Control,
        }
    }
}

/// Weighs privileges.
#[derive(Debug)]
pub(super) struct Scale<'a> {
    reference: &'a Reference,
    tiers: Tiers<'a>,
    powers: Powers,
}

impl<'a> Scale<'a> {
    pub(super) fn new(reference: &'a Reference, tiers: Tiers<'a>) -> Self {
        Self { reference, tiers, powers: Powers::default() }
    }

    pub(super) fn tier(&self, privilege: &Privilege) -> Option<Tier> {
        self.tiers.of(privilege)
    }

    pub(super) fn weigh(&self, privilege: &Privilege) -> Weight {
        match (privilege, self.tiers.of(privilege)) {
            (_, Some(Tier::User)) => Weight::User,
            (Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant }, Some(Tier::Control)) => {
                let powers = self.powers.roles.get(role);
                let takes = |power| powers.is_some_and(|powers| powers.contains(&power));
                if takes(Power::AssignDirectoryRoles) || takes(Power::ResetSignIns) {
                    return Weight::Tenant;
                }
                // A role of the tenant's own is what its actions are.
                let matters = self.reference.role(role).is_none_or(|facts| facts.privileged);
                if matters && self.changes(role) { Weight::Control } else { Weight::Management }
            }
            (Privilege::DirectoryRole { .. }, _) => Weight::Management,
            (_, Some(Tier::Control)) => Weight::Control,
            (_, Some(Tier::Management) | None) => Weight::Management,
        }
    }

    fn changes(&self, role: &pim_core::id::RoleId) -> bool {
        let mut actions = self.reference.actions_of(role).peekable();
        let changes = |action: &str| {
            !action.ends_with("/read") && self.reference.tier_of_action(action) == Some(Tier::Control)
        };
        actions.peek().is_none() || actions.any(changes)
    }
}

/// How bad a finding about a privilege of this weight is: the table of the module, where the privilege is held.
pub(super) const fn severity(code: Code, weight: Weight) -> Severity {
    use Severity::{Critical, High, Info, Low, Medium};
    let by_weight = match code {
        Code::StandingAccess | Code::NoMfa | Code::OwnerPath => [Low, Medium, High, Critical],
        Code::PhishableMfa => [Info, Low, Medium, High],
        Code::SyncedAdministrator
        | Code::GuestAdministrator
        | Code::RiskyApplication
        | Code::ConditionalAccessGap
        | Code::NoApprover => [Low, Medium, High, High],
        Code::WeakPolicy => [Info, Low, Medium, High],
        Code::BrokenPolicy => [Low, Low, Medium, Medium],
        Code::StaleEligibility | Code::UnusedEligibility => [Info, Low, Medium, Medium],
        Code::DisabledAdministrator | Code::OrphanedGrant | Code::SeveralRoles | Code::OverPrivileged => {
            [Low, Low, Medium, Medium]
        }
        Code::RedundantGrant => [Info, Low, Low, Low],
        Code::MissingLicence => [Low, Low, Low, Low],
        Code::BreakGlass | Code::TooManyGlobalAdministrators | Code::TooFewGlobalAdministrators => {
            [Medium, Medium, Medium, Medium]
        }
    };
    by_weight[weight as usize]
}

/// One step less bad.
pub(super) const fn eased(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        Severity::Low | Severity::Info => Severity::Info,
    }
}
