/// The paths that must be covered, each with all that lies below it: what the client and the emulator promise to
/// speak. Kept apart from the routes of both, so that a forgotten route shows.
const NAMED: &[&str] = &[
    "/auditLogs/directoryAudits",
    "/auditLogs/signIns",
    "/directory/administrativeUnits",
    "/directoryObjects/delta",
    "/directoryObjects/getByIds",
    "/groups",
    "/identity/conditionalAccess/authenticationContextClassReferences",
    "/identity/conditionalAccess/namedLocations",
    "/identity/conditionalAccess/policies",
    "/identityGovernance/accessReviews",
    "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals",
    "/identityGovernance/entitlementManagement/accessPackages",
    "/identityGovernance/entitlementManagement/assignmentPolicies",
    "/identityGovernance/entitlementManagement/assignmentRequests",
    "/identityGovernance/entitlementManagement/assignments",
    "/identityGovernance/entitlementManagement/catalogs",
    "/identityGovernance/entitlementManagement/resourceRequests",
    "/identityGovernance/privilegedAccess/group",
    "/identityGovernance/roleManagementAlerts",
    "/me",
    "/oauth2PermissionGrants",
    "/policies/roleManagementPolicies",
    "/policies/roleManagementPolicyAssignments",
    "/reports/authenticationMethods/userRegistrationDetails",
    "/roleManagement",
    "/servicePrincipals",
    "/subscribedSkus",
    "/users",
];

/// Whether a path is one that both sides must cover.
pub fn is_named(path: &str) -> bool {
    NAMED
        .iter()
        .any(|named| path.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_covers_what_is_below_it_and_not_what_only_begins_alike() {
        assert!(is_named("/users") && is_named("/users/1/appRoleAssignments"));
        assert!(!is_named("/usersettings") && !is_named("/teams") && !is_named("/mentions"));
    }
}
