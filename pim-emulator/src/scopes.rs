//! Which permission each endpoint asks for, least first. Source: the permission tables of the pages.

use crate::{call::Call, refusal::Refusal};

/// The permissions of which one is enough; an empty list means that this kind of token can't call it at all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scopes {
    pub(crate) delegated: &'static [&'static str],
    pub(crate) application: &'static [&'static str],
    /// In whose words a lack is told.
    pub(crate) words: Words,
}

/// The services word a missing permission differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    Directory,
    Roles,
    Groups,
}

impl Scopes {
    const fn same(list: &'static [&'static str], words: Words) -> Self {
        Self { delegated: list, application: list, words }
    }

    const fn delegated(list: &'static [&'static str], words: Words) -> Self {
        Self { delegated: list, application: &[], words }
    }

    /// Refuses a token without one of the permissions.
    pub(crate) fn check(&self, call: &Call) -> Result<(), Refusal> {
        let accepted = if call.bearer.is_delegated() { self.delegated } else { self.application };
        if !accepted.is_empty() && call.bearer.has_any(accepted) {
            return Ok(());
        }
        let told = if accepted.is_empty() { self.delegated } else { accepted };
        Err(match self.words {
            Words::Directory => Refusal::insufficient(),
            Words::Roles => Refusal::missing_scope(told, false),
            Words::Groups => Refusal::missing_scope(told, true),
        })
    }
}

macro_rules! scopes {
    ($($(#[$meta:meta])* $name:ident = $how:ident $words:ident [$($text:literal),+];)+) => {
        $($(#[$meta])* pub(crate) const $name: Scopes = Scopes::$how(&[$($text),+], Words::$words);)+
    };
}

scopes! {
    ROLE_READ = same Directory [
        "RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory",
        "Directory.Read.All", "Directory.ReadWrite.All"
    ];
    ROLE_WRITE = same Directory ["RoleManagement.ReadWrite.Directory"];
    ROLE_ASSIGNMENTS_READ = same Roles [
        "RoleAssignmentSchedule.Read.Directory", "RoleAssignmentSchedule.ReadWrite.Directory",
        "RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory"
    ];
    /// Requests ask for the writing permission even to be read, as the service does.
    ROLE_ASSIGNMENT_REQUESTS_READ = same Roles [
        "RoleAssignmentSchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"
    ];
    ROLE_ASSIGNMENTS_WRITE = same Roles [
        "RoleAssignmentSchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"
    ];
    ROLE_ASSIGNMENTS_REMOVE = same Roles [
        "RoleAssignmentSchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory",
        "RoleAssignmentSchedule.Remove.Directory"
    ];
    ROLE_ELIGIBILITIES_READ = same Roles [
        "RoleEligibilitySchedule.Read.Directory", "RoleEligibilitySchedule.ReadWrite.Directory",
        "RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory"
    ];
    /// As for assignments.
    ROLE_ELIGIBILITY_REQUESTS_READ = same Roles [
        "RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"
    ];
    ROLE_ELIGIBILITIES_WRITE = same Roles [
        "RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"
    ];
    ROLE_ELIGIBILITIES_REMOVE = same Roles [
        "RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory",
        "RoleEligibilitySchedule.Remove.Directory"
    ];
    GROUP_ASSIGNMENTS_READ = same Groups [
        "PrivilegedAssignmentSchedule.Read.AzureADGroup", "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
        "PrivilegedAccess.Read.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup"
    ];
    GROUP_ASSIGNMENTS_WRITE = same Groups [
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup"
    ];
    GROUP_ASSIGNMENTS_REMOVE = same Groups [
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup",
        "PrivilegedAssignmentSchedule.Remove.AzureADGroup"
    ];
    GROUP_ELIGIBILITIES_READ = same Groups [
        "PrivilegedEligibilitySchedule.Read.AzureADGroup", "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
        "PrivilegedAccess.Read.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup"
    ];
    GROUP_ELIGIBILITIES_WRITE = same Groups [
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup"
    ];
    GROUP_ELIGIBILITIES_REMOVE = same Groups [
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup",
        "PrivilegedEligibilitySchedule.Remove.AzureADGroup"
    ];
    ROLE_APPROVALS_READ = delegated Roles [
        "RoleAssignmentSchedule.Read.Directory", "RoleAssignmentSchedule.ReadWrite.Directory",
        "RoleManagement.ReadWrite.Directory", "PrivilegedAccess.Read.AzureAD", "PrivilegedAccess.ReadWrite.AzureAD"
    ];
    ROLE_APPROVALS_WRITE = delegated Roles [
        "RoleAssignmentSchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory",
        "PrivilegedAccess.ReadWrite.AzureAD"
    ];
    GROUP_APPROVALS_READ = delegated Groups [
        "PrivilegedAssignmentSchedule.Read.AzureADGroup", "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
        "PrivilegedAccess.ReadWrite.AzureADGroup"
    ];
    GROUP_APPROVALS_WRITE = delegated Groups [
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup"
    ];
    ROLE_POLICY_READ = same Directory [
        "RoleManagementPolicy.Read.Directory", "RoleManagementPolicy.ReadWrite.Directory",
        "RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory"
    ];
    ROLE_POLICY_WRITE = same Directory [
        "RoleManagementPolicy.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"
    ];
    /// A single rule of a directory role's policy takes a person.
    ROLE_RULE_WRITE = delegated Directory [
        "RoleManagementPolicy.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"
    ];
    GROUP_POLICY_READ = same Directory [
        "RoleManagementPolicy.Read.AzureADGroup", "RoleManagementPolicy.ReadWrite.AzureADGroup"
    ];
    GROUP_POLICY_WRITE = same Directory ["RoleManagementPolicy.ReadWrite.AzureADGroup"];
    REVIEWS_READ = same Directory [
        "AccessReview.Read.All", "AccessReview.ReadWrite.Membership", "AccessReview.ReadWrite.All"
    ];
    REVIEWS_WRITE = same Directory ["AccessReview.ReadWrite.All"];
    /// A reviewer's own acts take a person.
    REVIEWS_ANSWER = delegated Directory ["AccessReview.ReadWrite.All"];
    ALERTS_READ = same Directory [
        "RoleManagementAlert.Read.Directory", "RoleManagementAlert.ReadWrite.Directory"
    ];
    ALERTS_WRITE = same Directory ["RoleManagementAlert.ReadWrite.Directory"];
    USERS_READ = same Directory [
        "User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"
    ];
    ME_READ = delegated Directory [
        "User.Read", "User.ReadWrite", "User.ReadBasic.All", "User.Read.All", "Directory.Read.All"
    ];
    GROUPS_READ = same Directory [
        "GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"
    ];
    MEMBERS_READ = same Directory [
        "GroupMember.ReadBasic.All", "GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All",
        "Directory.Read.All", "Directory.ReadWrite.All"
    ];
    OBJECTS_READ = same Directory ["Directory.Read.All", "Directory.ReadWrite.All", "User.Read.All"];
    APPS_READ = same Directory [
        "Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"
    ];
    GRANTS_READ = same Directory ["Directory.Read.All", "Directory.ReadWrite.All", "DelegatedPermissionGrant.Read.All"];
    UNITS_READ = same Directory [
        "AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All", "Directory.Read.All"
    ];
    LICENCES_READ = same Directory [
        "LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"
    ];
    MAIL_SEND = same Directory ["Mail.Send"];
    LOGS_READ = same Directory ["AuditLog.Read.All"];
    CONDITIONAL_ACCESS_READ = same Directory ["Policy.Read.All", "Policy.Read.ConditionalAccess"];
    CONDITIONAL_ACCESS_WRITE = same Directory ["Policy.ReadWrite.ConditionalAccess"];
    CONTEXTS_WRITE = same Directory [
        "AuthenticationContext.ReadWrite.All", "Policy.ReadWrite.ConditionalAccess"
    ];
    CONTEXTS_READ = same Directory [
        "AuthenticationContext.Read.All", "AuthenticationContext.ReadWrite.All", "Policy.Read.ConditionalAccess",
        "Policy.Read.All"
    ];
    PACKAGES_WRITE = same Directory ["EntitlementManagement.ReadWrite.All"];
    PACKAGE_APPROVALS_READ = delegated Directory [
        "EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All"
    ];
    PACKAGE_APPROVALS_WRITE = delegated Directory ["EntitlementManagement.ReadWrite.All"];
    PACKAGES_READ = same Directory ["EntitlementManagement.Read.All", "EntitlementManagement.ReadWrite.All"];
}
