//! Where approval is demanded, somebody can give it.
//!
//! Nobody approves their own request, so one approver alone can't activate themselves; the guard is content
//! with one, and tells more than that to findings. Source:
//! [Approve or deny requests](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-approval-workflow).

use std::collections::BTreeSet;

use super::{Groups, NO_APPROVER, refusal};
use crate::{
    error::Error,
    id::PrincipalId,
    policy::{ApprovalSetting, ApproverKind},
    privilege::{Privilege, Surface},
};

/// The facts that tell who could approve.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // facts: written as a literal
pub struct Approval {
    /// Who holds Global or Privileged Role Administrator without end and not by activation: they approve for
    /// a directory role that names nobody. People and groups.
    pub default_approvers: BTreeSet<PrincipalId>,
    /// The members of the groups among all of these, and of the groups in them.
    pub groups: Groups,
    /// Which people may sign in.
    pub enabled: BTreeSet<PrincipalId>,
}

impl Approval {
    /// The people who would approve one stage after another if all accounts were enabled. A manager can't be
    /// counted on: PIM offers none.
    pub fn candidates(&self, privilege: &Privilege, setting: &ApprovalSetting) -> Vec<BTreeSet<PrincipalId>> {
        let people = |ids: &BTreeSet<PrincipalId>| -> BTreeSet<_> {
            ids.iter().flat_map(|id| self.groups.people(id)).collect()
        };
        let mut stages: Vec<_> = setting
            .stages
            .iter()
            .map(|stage| {
                let named = stage
                    .approvers
                    .iter()
                    .filter(|approver| matches!(approver.kind, ApproverKind::User | ApproverKind::Group));
                if stage.approvers.is_empty() && has_default_approvers(privilege) {
                    people(&self.default_approvers)
                } else {
                    people(&named.map(|approver| approver.id.clone()).collect())
                }
            })
            .collect();
        if stages.is_empty() {
            let nobody_named = has_default_approvers(privilege).then(|| people(&self.default_approvers));
            stages.push(nobody_named.unwrap_or_default());
        }
        stages
    }
}

/// Refuses approval that nobody could give: at every stage at least one enabled person must be an approver.
///
/// # Errors
/// `PermissionDenied` with code [`NO_APPROVER`].
pub fn keep_approver(
    privilege: &Privilege,
    setting: &ApprovalSetting,
    facts: &Approval,
) -> Result<(), Error> {
    if !setting.required {
        return Ok(());
    }
    let stages = facts.candidates(privilege, setting);
    match stages.iter().position(|people| people.is_disjoint(&facts.enabled)) {
        None => Ok(()),
        Some(stage) => Err(nobody(privilege, setting).with_context("stage", stage + 1)),
    }
}

/// True where the service falls back on administrators when nobody is named.
pub(super) fn has_default_approvers(privilege: &Privilege) -> bool {
    privilege.surface() == Surface::DirectoryRoles
}

fn nobody(privilege: &Privilege, setting: &ApprovalSetting) -> Error {
    let message = if setting.approvers().next().is_some() {
        "none of the approvers is an enabled person or a group with one: requests could never be approved; \
         name others"
    } else if has_default_approvers(privilege) {
        "nobody is named as approver, and no enabled person is Global or Privileged Role Administrator without \
         end to stand in: name approvers"
    } else {
        "nobody is named as approver, and groups and Azure roles have no default ones: name approvers"
    };
    refusal(NO_APPROVER, message).with_context("privilege", privilege)
}
