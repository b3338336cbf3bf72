//! The least permission that each operation and each action needs, and which wider ones will do.
//!
//! Source: [Microsoft Graph permissions reference](https://learn.microsoft.com/graph/permissions-reference), and the
//! table of each operation's page.

use pim_core::{backend::Operation, request::Action, schedule::Level};

use crate::{capability::TokenKind, endpoints::schedules::Area};

/// The least permissions that an operation needs. `None`: not offered to that kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Least {
    /// Of a delegated token. All of them are needed.
    pub delegated: Option<&'static [&'static str]>,
    /// Of an application's token.
    pub application: Option<&'static [&'static str]>,
}

impl Least {
    /// For one kind of token.
    pub const fn of(&self, kind: TokenKind) -> Option<&'static [&'static str]> {
        match kind {
            TokenKind::Delegated => self.delegated,
            TokenKind::Application => self.application,
        }
    }
}

const fn both(list: &'static [&'static str]) -> Least {
    Least { delegated: Some(list), application: Some(list) }
}

const fn delegated(list: &'static [&'static str]) -> Least {
    Least { delegated: Some(list), application: None }
}

/// The least permissions for sending mail through [`GraphBackend::mail_from`](crate::GraphBackend::mail_from).
pub const SEND_MAIL: Least = both(&["Mail.Send"]);

/// The least permissions for an operation, on roles or on groups where that makes a difference; `None` for what
/// this backend does not do.
///
/// Requests are listed with a permission that can write: reading ones are refused, against what some pages say.
/// A signed-in person needs a directory role besides, as the pages of each operation tell.
pub fn least(operation: Operation, area: Area) -> Option<Least> {
    use Area::{Groups, Roles};
    use Operation as O;
    Some(match (operation, area) {
        (O::ListRoles, _) => both(&["RoleManagement.Read.Directory"]),
        (O::ListAssignments, Roles) => both(&["RoleAssignmentSchedule.Read.Directory"]),
        (O::ListAssignments, Groups) => both(&["PrivilegedAssignmentSchedule.Read.AzureADGroup"]),
        (O::ListEligibilities, Roles) => both(&["RoleEligibilitySchedule.Read.Directory"]),
        (O::ListEligibilities, Groups) => both(&["PrivilegedEligibilitySchedule.Read.AzureADGroup"]),
        (O::ListRequests | O::GetRequest | O::Submit | O::SubmitAll | O::Cancel, Roles) => both(&[
            "RoleAssignmentSchedule.ReadWrite.Directory",
            "RoleEligibilitySchedule.ReadWrite.Directory",
        ]),
        (O::ListRequests | O::GetRequest, Groups) => both(&[
            "PrivilegedAssignmentSchedule.Read.AzureADGroup",
            "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        ]),
        (O::Submit | O::SubmitAll | O::Cancel, Groups) => both(&[
            "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
            "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
        ]),
        (O::GetPolicy | O::ListPolicies, Roles) => Least {
            delegated: Some(&["RoleManagementPolicy.Read.Directory"]),
            application: Some(&["RoleManagement.Read.Directory"]),
        },
        (O::GetPolicy | O::ListPolicies, Groups) => both(&["RoleManagementPolicy.Read.AzureADGroup"]),
        (O::UpdatePolicy, Roles) => both(&["RoleManagementPolicy.ReadWrite.Directory"]),
        (O::UpdatePolicy, Groups) => both(&["RoleManagementPolicy.ReadWrite.AzureADGroup"]),
        (O::GetApproval, Roles) => delegated(&["RoleAssignmentSchedule.Read.Directory"]),
        (O::GetApproval, Groups) => delegated(&["PrivilegedAssignmentSchedule.Read.AzureADGroup"]),
        (O::Decide, Roles) => delegated(&["RoleAssignmentSchedule.ReadWrite.Directory"]),
        (O::Decide, Groups) => delegated(&["PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"]),
        (O::ListReviews | O::GetReview | O::ListRounds | O::ListItems, _) => both(&["AccessReview.Read.All"]),
        (
            O::CreateReview | O::DeleteReview | O::StopRound | O::ApplyRound | O::ResetRound | O::RemindRound,
            _,
        ) => both(&["AccessReview.ReadWrite.All"]),
        (O::RecordVerdicts, _) => both(&["AccessReview.ReadWrite.All"]),
        (O::ListUsers, _) => both(&["User.Read.All", "AuditLog.Read.All"]),
        (O::ListGroups, _) => both(&["GroupMember.Read.All"]),
        (O::ListMemberships, _) => both(&["GroupMember.Read.All"]),
        (O::ListServicePrincipals, _) => both(&["Application.Read.All", "Directory.Read.All"]),
        (O::ListUnits, _) => both(&["AdministrativeUnit.Read.All"]),
        (O::ListSkus, _) => both(&["LicenseAssignment.Read.All"]),
        (O::ListAudit | O::ListSignIns, _) => both(&["AuditLog.Read.All"]),
        (O::ListConditionalAccess | O::ListLocations, _) => both(&["Policy.Read.All"]),
        (O::ListContexts, _) => both(&["AuthenticationContext.Read.All"]),
        (O::ListAlerts | O::ListIncidents, _) => both(&["RoleManagementAlert.Read.Directory"]),
        (O::ChangeAlert, _) => both(&["RoleManagementAlert.ReadWrite.Directory"]),
        (O::ListPackages | O::ListPackageAssignments, _) => both(&["EntitlementManagement.Read.All"]),
        _ => return None,
    })
}

/// The least permissions to ask for an action on a kind of grant; `None` for a kind this backend does not know.
pub fn least_for(action: &Action, level: &Level, area: Area) -> Option<Least> {
    let list: &'static [&'static str] = match (area, level) {
        (Area::Roles, Level::Assignment) => &["RoleAssignmentSchedule.ReadWrite.Directory"],
        (Area::Roles, Level::Eligibility) => &["RoleEligibilitySchedule.ReadWrite.Directory"],
        (Area::Groups, Level::Assignment) => &["PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"],
        (Area::Groups, Level::Eligibility) => &["PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"],
        _ => return None,
    };
    Some(if action.is_administrative() { both(list) } else { delegated(list) })
}

/// Permissions that contain a least one, for this operation.
pub fn wider(operation: Operation, least: &str) -> &'static [&'static str] {
    use Operation as O;
    match (operation, least) {
        (O::ListRoles, "RoleManagement.Read.Directory") => &[
            "RoleManagement.Read.All",
            "RoleManagement.ReadWrite.Directory",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        (
            O::GetPolicy | O::ListPolicies,
            "RoleManagementPolicy.Read.Directory" | "RoleManagement.Read.Directory",
        ) => &[
            "RoleManagementPolicy.Read.Directory",
            "RoleManagement.Read.Directory",
            "RoleManagement.Read.All",
            "RoleManagementPolicy.ReadWrite.Directory",
            "RoleManagement.ReadWrite.Directory",
        ],
        (O::GetApproval, "RoleAssignmentSchedule.Read.Directory") => {
            &["RoleAssignmentSchedule.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory"]
        }
        (_, "RoleAssignmentSchedule.Read.Directory") => &[
            "RoleAssignmentSchedule.ReadWrite.Directory",
            "RoleManagement.Read.Directory",
            "RoleManagement.Read.All",
            "RoleManagement.ReadWrite.Directory",
        ],
        (_, "RoleEligibilitySchedule.Read.Directory") => &[
            "RoleEligibilitySchedule.ReadWrite.Directory",
            "RoleManagement.Read.Directory",
            "RoleManagement.Read.All",
            "RoleManagement.ReadWrite.Directory",
        ],
        (
            _,
            "RoleAssignmentSchedule.ReadWrite.Directory"
            | "RoleEligibilitySchedule.ReadWrite.Directory"
            | "RoleManagementPolicy.ReadWrite.Directory",
        ) => &["RoleManagement.ReadWrite.Directory"],
        // What is for directory roles does not cover groups.
        (_, "PrivilegedAssignmentSchedule.Read.AzureADGroup") => &[
            "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
            "PrivilegedAccess.Read.AzureADGroup",
            "PrivilegedAccess.ReadWrite.AzureADGroup",
        ],
        (_, "PrivilegedEligibilitySchedule.Read.AzureADGroup") => &[
            "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
            "PrivilegedAccess.Read.AzureADGroup",
            "PrivilegedAccess.ReadWrite.AzureADGroup",
        ],
        (
            _,
            "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"
            | "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
        ) => &["PrivilegedAccess.ReadWrite.AzureADGroup"],
        (_, "RoleManagementPolicy.Read.AzureADGroup") => &["RoleManagementPolicy.ReadWrite.AzureADGroup"],
        (_, "AccessReview.Read.All") => &["AccessReview.ReadWrite.All"],
        (_, "RoleManagementAlert.Read.Directory") => &["RoleManagementAlert.ReadWrite.Directory"],
        (_, "EntitlementManagement.Read.All") => &["EntitlementManagement.ReadWrite.All"],
        (_, "User.Read.All") => &["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
        (_, "GroupMember.Read.All") => &[
            "GroupMember.ReadWrite.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        (_, "Application.Read.All") => {
            &["Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
        }
        (_, "Directory.Read.All") => &["Directory.ReadWrite.All"],
        (_, "AdministrativeUnit.Read.All") => {
            &["AdministrativeUnit.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
        }
        (_, "LicenseAssignment.Read.All") => &[
            "LicenseAssignment.ReadWrite.All",
            "Organization.Read.All",
            "Organization.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
        (_, "AuthenticationContext.Read.All") => &[
            "AuthenticationContext.ReadWrite.All",
            "Policy.Read.ConditionalAccess",
            "Policy.ReadWrite.ConditionalAccess",
            "Policy.Read.All",
        ],
        _ => &[],
    }
}

/// Besides these, one that takes away alone is enough where that is what is asked.
pub fn removal(least: &str) -> Option<&'static str> {
    Some(match least {
        "RoleAssignmentSchedule.ReadWrite.Directory" => "RoleAssignmentSchedule.Remove.Directory",
        "RoleEligibilitySchedule.ReadWrite.Directory" => "RoleEligibilitySchedule.Remove.Directory",
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup" => {
            "PrivilegedAssignmentSchedule.Remove.AzureADGroup"
        }
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup" => {
            "PrivilegedEligibilitySchedule.Remove.AzureADGroup"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wider permission contains at least what it is said to contain: its name says so, or a page does.
    #[test]
    fn no_permission_to_read_is_said_to_allow_writing() {
        for operation in Operation::ALL {
            for area in [Area::Roles, Area::Groups] {
                let least = least(*operation, area).unwrap();
                let lists = [least.delegated, least.application];
                for name in lists.into_iter().flatten().flatten() {
                    for wide in wider(*operation, name) {
                        let writes = |name: &str| name.contains("ReadWrite");
                        assert!(
                            writes(wide) || !writes(name),
                            "{operation}: {wide} is not wider than {name}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn every_operation_says_what_it_needs() {
        for operation in Operation::ALL {
            for area in [Area::Roles, Area::Groups] {
                let least = least(*operation, area).unwrap_or_else(|| panic!("{operation} says nothing"));
                assert!(least.delegated.is_some_and(|list| !list.is_empty()), "{operation}");
            }
        }
    }

    /// The published pages name one least permission each; it has to be among ours.
    #[test]
    fn published_permissions_are_ours() {
        let Some(corpus) = std::env::var_os("PIM_CORPUS") else {
            println!("skipped: corpus not present");
            return;
        };
        let mut compared = 0;
        for entry in std::fs::read_dir(corpus).unwrap() {
            let page: serde_json::Value =
                serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
            let request = &page["examples"][0]["request"];
            let (Some(method), Some(url)) = (request["method"].as_str(), request["url"].as_str()) else {
                continue;
            };
            // A walk-through names the permissions of all its steps together.
            let examples = page["examples"].as_array().unwrap();
            if examples.iter().any(|example| example["request"]["method"] != method) {
                continue;
            }
            let Some((_, _, operation, area)) =
                PAGES.iter().find(|(verb, part, ..)| *verb == method && url.contains(part))
            else {
                continue;
            };
            let least = least(*operation, *area).unwrap();
            let published = &page["permissions"];
            for (list, name) in
                [(least.delegated, "delegated_least"), (least.application, "application_least")]
            {
                match published[name].as_str() {
                    // Pages and the published table disagree on who may read and write policies as an application.
                    _ if url.contains("roleManagementPolic") && name == "application_least" => {}
                    None | Some("Not supported") => {}
                    Some(wanted) => {
                        assert!(list.is_some_and(|own| own.contains(&wanted)), "{operation} {url}: {wanted}");
                        compared += 1;
                    }
                }
            }
        }
        println!("{compared} published permissions compared");
    }

    const PAGES: &[(&str, &str, Operation, Area)] = {
        use Area::{Groups, Roles};
        use Operation as O;
        &[
            ("GET", "directory/roleDefinitions", O::ListRoles, Roles),
            ("GET", "roleAssignmentScheduleRequests", O::ListRequests, Roles),
            ("GET", "roleEligibilityScheduleRequests", O::ListRequests, Roles),
            ("POST", "roleAssignmentScheduleRequests", O::Submit, Roles),
            ("POST", "roleEligibilityScheduleRequests", O::Submit, Roles),
            ("GET", "roleAssignmentSchedule", O::ListAssignments, Roles),
            ("GET", "roleEligibilitySchedule", O::ListEligibilities, Roles),
            ("GET", "group/assignmentScheduleRequests", O::ListRequests, Groups),
            ("GET", "group/eligibilityScheduleRequests", O::ListRequests, Groups),
            ("POST", "group/assignmentScheduleRequests", O::Submit, Groups),
            ("GET", "group/assignmentSchedule", O::ListAssignments, Groups),
            ("GET", "group/eligibilitySchedule", O::ListEligibilities, Groups),
            ("GET", "policies/roleManagementPolic", O::GetPolicy, Roles),
            ("PATCH", "policies/roleManagementPolic", O::UpdatePolicy, Roles),
            ("GET", "accessReviews/definitions", O::ListReviews, Roles),
            ("POST", "batchRecordDecisions", O::RecordVerdicts, Roles),
            ("POST", "sendReminder", O::RemindRound, Roles),
            ("POST", "/stop", O::StopRound, Roles),
            ("GET", "userRegistrationDetails", O::ListUsers, Roles),
            ("GET", "/servicePrincipals", O::ListServicePrincipals, Roles),
            ("GET", "/oauth2PermissionGrants", O::ListServicePrincipals, Roles),
            ("GET", "administrativeUnits", O::ListUnits, Roles),
            ("GET", "/subscribedSkus", O::ListSkus, Roles),
            ("GET", "auditLogs/directoryAudits", O::ListAudit, Roles),
            ("GET", "auditLogs/signIns", O::ListSignIns, Roles),
            ("GET", "conditionalAccess/policies", O::ListConditionalAccess, Roles),
            ("GET", "roleManagementAlerts/alerts", O::ListAlerts, Roles),
            ("PATCH", "roleManagementAlerts", O::ChangeAlert, Roles),
            ("GET", "entitlementManagement/accessPackages", O::ListPackages, Roles),
            ("GET", "entitlementManagement/assignments", O::ListPackageAssignments, Roles),
        ]
    };
}
