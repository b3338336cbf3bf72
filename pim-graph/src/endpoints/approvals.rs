//! Approvals. All of these calls need a delegated token.
//! Source: [approval](https://learn.microsoft.com/graph/api/resources/approval).

use pim_core::id::{ApprovalId, StageId};

use super::{Place, Version};

/// Whose approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApprovalArea {
    /// Of Entra roles. Beta only: v1.0 has no such path.
    Roles,
    /// Of groups.
    Groups,
    /// Of access packages.
    Packages,
    /// Of access packages, in the older form with steps.
    PackagesBeta,
}

impl ApprovalArea {
    /// The approvals. None of the areas but packages lists them other than by the caller.
    pub fn list(self) -> Place {
        match self {
            Self::Roles => Place::at(Version::Beta, "/roleManagement/directory/roleAssignmentApprovals"),
            Self::Groups => {
                Place::at(Version::V1, "/identityGovernance/privilegedAccess/group/assignmentApprovals")
            }
            Self::Packages => Place::at(Version::V1, PACKAGES),
            Self::PackagesBeta => Place::at(Version::Beta, PACKAGES),
        }
    }

    /// Those that wait for the caller.
    pub fn mine(self) -> Place {
        self.list().by_current_user("approver")
    }

    /// One approval. Its id is that of the request that waits for it.
    pub fn one(self, id: &ApprovalId) -> Place {
        self.list().id(id)
    }

    /// Its stages, which beta calls steps.
    pub fn stages(self, id: &ApprovalId) -> Place {
        self.one(id).then(match self {
            Self::Roles | Self::PackagesBeta => "steps",
            Self::Groups | Self::Packages => "stages",
        })
    }

    /// One stage, to read or decide.
    pub fn stage(self, id: &ApprovalId, stage: &StageId) -> Place {
        self.stages(id).id(stage)
    }
}

const PACKAGES: &str = "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals";
