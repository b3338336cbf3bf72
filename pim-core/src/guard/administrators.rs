//! The last administrators stay.

use std::collections::BTreeSet;

use super::{Groups, LAST_ADMINISTRATORS, Safeguards, break_glass::is_administrative, refusal};
use crate::{
    error::Error,
    id::{GroupId, PrincipalId, RoleId},
    privilege::{DirectoryScope, GroupAccess, Privilege},
    request::{Action, NewRequest},
    schedule::{Assignment, Level},
    time::{Expiry, Timestamp},
};

/// The facts that tell who administers the tenant whatever happens to PIM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // facts: written as a literal
pub struct Administrators {
    /// Who holds Global Administrator for the tenant without end and not by activation: people and groups.
    pub holders: BTreeSet<PrincipalId>,
    /// The memberships without end, from activation free, of those groups and of all groups in them.
    pub groups: Groups,
    /// Which people may sign in.
    pub enabled: BTreeSet<PrincipalId>,
}

/// One grant that a change would take away.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::exhaustive_structs)] // complete by definition: who loses what
pub struct Loss {
    /// Whose.
    pub principal: PrincipalId,
    /// What.
    pub privilege: Privilege,
}

impl Administrators {
    /// The holders among these assignments, which may be of any role and state.
    pub fn holders_of(role: &RoleId, assignments: &[Assignment], now: Timestamp) -> BTreeSet<PrincipalId> {
        let tenant = Privilege::role(role.clone());
        let counts = |a: &&Assignment| a.privilege == tenant && a.is_standing() && a.is_in_force(now);
        assignments.iter().filter(counts).map(|a| a.principal.clone()).collect()
    }

    /// The people who would be administrators if all accounts were enabled.
    pub fn candidates(&self) -> BTreeSet<PrincipalId> {
        self.holders.iter().flat_map(|holder| self.groups.people(holder)).collect()
    }

    /// The administrators who can work.
    pub fn working(&self) -> BTreeSet<PrincipalId> {
        self.candidates().intersection(&self.enabled).cloned().collect()
    }

    /// True when a membership of this group makes someone administrator.
    pub fn depend_on(&self, group: &GroupId) -> bool {
        self.holders.iter().any(|holder| self.groups.reached(holder).contains(&group.as_principal()))
    }

    /// The same facts after these grants are gone.
    #[must_use]
    pub fn after<'a>(&self, losses: impl IntoIterator<Item = &'a Loss>) -> Self {
        let mut left = self.clone();
        for loss in losses {
            match &loss.privilege {
                Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant }
                    if *role == RoleId::GLOBAL_ADMINISTRATOR =>
                {
                    left.holders.remove(&loss.principal);
                }
                Privilege::Group { group, access: GroupAccess::Member } => {
                    left.groups = left.groups.without(group, &loss.principal);
                }
                _ => {}
            }
        }
        left
    }
}

/// Refuses what leaves fewer working administrators than there must be, unless it lowers nothing.
///
/// # Errors
/// `PermissionDenied` with code [`LAST_ADMINISTRATORS`].
pub fn keep_administrators<'a>(
    facts: &Administrators,
    losses: impl IntoIterator<Item = &'a Loss>,
    safeguards: &Safeguards,
) -> Result<(), Error> {
    let (before, after) = (facts.working().len(), facts.after(losses).working().len());
    if after >= before || after >= safeguards.min_administrators {
        return Ok(());
    }
    Err(too_few(safeguards).with_context("now", before).with_context("left", after))
}

/// True when a request would end, shorten, narrow or postpone what its holder has: a removal, or a change
/// after which the grant is no longer unconditional and without end from now on.
pub fn takes_away(ask: &NewRequest, now: Timestamp) -> bool {
    let stays = ask.expiry == Some(Expiry::Never)
        && ask.condition.is_none()
        && ask.start.is_none_or(|start| start <= now);
    is_administrative(&ask.action)
        && match ask.action {
            Action::AdminAssign => false,
            Action::AdminUpdate | Action::AdminExtend | Action::AdminRenew => !stays,
            _ => true,
        }
}

pub(super) fn too_few(safeguards: &Safeguards) -> Error {
    refusal(
        LAST_ADMINISTRATORS,
        "too few working administrators would be left: first make another enabled person Global Administrator \
         without end",
    )
    .with_context("minimum", safeguards.min_administrators)
}

/// What a request would take from the administrators, if it concerns them at all.
pub(crate) fn loss(ask: &NewRequest, now: Timestamp) -> Option<Loss> {
    (ask.level != Level::Eligibility && takes_away(ask, now) && can_matter(&ask.privilege))
        .then(|| Loss { principal: ask.principal.clone(), privilege: ask.privilege.clone() })
}

/// True for the privileges through which one can be administrator.
pub(super) fn can_matter(privilege: &Privilege) -> bool {
    match privilege {
        Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant } => {
            *role == RoleId::GLOBAL_ADMINISTRATOR
        }
        Privilege::Group { access: GroupAccess::Member, .. } => true,
        _ => false,
    }
}
