//! How far a snapshot can be relied upon.

use pim_core::{id::PrincipalId, principal::PrincipalKind, privilege::Surface};

use super::web::Set;
use crate::snapshot::{Coverage, Snapshot, SourceKind};

/// A snapshot, and what its gaps leave open.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) snapshot: &'a Snapshot,
    groups_known: bool,
    groups: Set<PrincipalId>,
    /// Who is certainly no group; filled only where groups were not all read.
    others: Set<&'a PrincipalId>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let groups_known = snapshot.is_complete(SourceKind::Groups);
        let groups = snapshot.groups.iter().map(|group| group.id.as_principal()).collect();
        let mut others = Set::default();
        if !groups_known {
            others.extend(snapshot.users.iter().map(|user| &user.id));
            others.extend(snapshot.service_principals.iter().map(|app| &app.id));
            let told = snapshot.holders.iter();
            let told =
                told.filter(|h| matches!(h.kind, PrincipalKind::User | PrincipalKind::ServicePrincipal));
            others.extend(told.map(|holder| &holder.id));
        }
        Self { snapshot, groups_known, groups, others }
    }

    /// Those of these sources that were not wholly read.
    pub(super) fn incomplete(&self, sources: &[SourceKind]) -> Vec<SourceKind> {
        self.snapshot.incomplete(sources.iter().copied())
    }

    /// The same for what tells who is in which group, and for these.
    pub(super) fn unread_groups(&self, more: &[SourceKind]) -> Vec<SourceKind> {
        let mut missing = self.incomplete(&[SourceKind::Groups, SourceKind::Memberships]);
        // Where PIM for Groups is not offered, nobody is in a group by activation.
        let told = &self.snapshot.reading(SourceKind::GroupAssignments).coverage;
        if !matches!(told, Coverage::Read | Coverage::Unsupported(_)) {
            missing.push(SourceKind::GroupAssignments);
        }
        missing.extend(self.incomplete(more));
        missing
    }

    /// The same for what tells who is in which group and can sign in, and for these.
    pub(super) fn unread_people(&self, more: &[SourceKind]) -> Vec<SourceKind> {
        let mut missing = self.unread_groups(more);
        missing.extend(self.incomplete(&[SourceKind::Users]));
        missing
    }

    /// Those of what tells who may ask for something of a surface, through groups too.
    pub(super) fn unread_eligibilities(&self, surface: &Surface) -> Vec<SourceKind> {
        let sources = SourceKind::eligibilities(surface).into_iter().chain([SourceKind::GroupEligibilities]);
        let unknown = |source: &SourceKind| {
            !matches!(self.snapshot.reading(*source).coverage, Coverage::Read | Coverage::Unsupported(_))
        };
        sources.filter(unknown).collect()
    }

    /// True for a person or an application; false too where nobody knows.
    pub(super) fn is_no_group(&self, id: &PrincipalId) -> bool {
        !self.groups.contains(id) && (self.groups_known || self.others.contains(id))
    }
}
