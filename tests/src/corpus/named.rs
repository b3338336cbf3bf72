/// The paths that must be covered: what the client and the emulator promise to speak. Kept apart from the routes of
/// both, so that a forgotten route shows. `*` stands for one step, `**` at the end for everything below.
const NAMED: &[&str] = &[
    "/$batch",
    "/auditLogs/directoryAudits",
    "/auditLogs/directoryAudits/*",
    "/auditLogs/signIns",
    "/auditLogs/signIns/*",
    "/directory/administrativeUnits",
    "/directory/administrativeUnits/*",
    "/directory/administrativeUnits/*/members",
    "/directory/administrativeUnits/*/members/$ref",
    "/directory/administrativeUnits/*/scopedRoleMembers",
    "/directory/administrativeUnits/*/scopedRoleMembers/*",
    "/directoryObjects/delta",
    "/directoryObjects/getByIds",
    "/groups",
    "/groups/*",
    "/groups/*/appRoleAssignments",
    "/groups/*/members",
    "/groups/*/owners",
    "/groups/*/transitiveMembers",
    "/groups/*/transitiveMembers/*",
    "/identity/conditionalAccess/authenticationContextClassReferences/**",
    "/identity/conditionalAccess/namedLocations/**",
    "/identity/conditionalAccess/policies/**",
    "/identityGovernance/accessReviews/**",
    "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/**",
    "/identityGovernance/entitlementManagement/accessPackages",
    "/identityGovernance/entitlementManagement/accessPackages/*",
    "/identityGovernance/entitlementManagement/accessPackages/*/resourceRoleScopes/**",
    "/identityGovernance/entitlementManagement/assignmentPolicies/**",
    "/identityGovernance/entitlementManagement/assignmentRequests",
    "/identityGovernance/entitlementManagement/assignmentRequests/*",
    "/identityGovernance/entitlementManagement/assignmentRequests/*/cancel",
    "/identityGovernance/entitlementManagement/assignments",
    "/identityGovernance/entitlementManagement/assignments/*",
    "/identityGovernance/entitlementManagement/catalogs",
    "/identityGovernance/entitlementManagement/catalogs/*",
    "/identityGovernance/entitlementManagement/resourceRequests",
    "/identityGovernance/privilegedAccess/group/**",
    "/identityGovernance/roleManagementAlerts/**",
    "/me",
    "/oauth2PermissionGrants/**",
    "/policies/roleManagementPolicies/**",
    "/policies/roleManagementPolicyAssignments/**",
    "/reports/authenticationMethods/userRegistrationDetails/**",
    "/roleManagement/directory/roleAssignmentApprovals/**",
    "/roleManagement/directory/roleAssignmentScheduleInstances/**",
    "/roleManagement/directory/roleAssignmentScheduleRequests/**",
    "/roleManagement/directory/roleAssignmentSchedules/**",
    "/roleManagement/directory/roleAssignments/**",
    "/roleManagement/directory/roleDefinitions/**",
    "/roleManagement/directory/roleEligibilityScheduleInstances/**",
    "/roleManagement/directory/roleEligibilityScheduleRequests/**",
    "/roleManagement/directory/roleEligibilitySchedules/**",
    "/roleManagement/directory/transitiveRoleAssignments",
    "/roleManagement/entitlementManagement/roleAssignments/**",
    "/roleManagement/entitlementManagement/roleDefinitions/**",
    "/servicePrincipals",
    "/servicePrincipals/*",
    "/servicePrincipals/*/appRoleAssignedTo",
    "/servicePrincipals/*/appRoleAssignments",
    "/servicePrincipals/*/owners",
    "/subscribedSkus",
    "/users",
    "/users/*",
    "/users/*/appRoleAssignments",
];

/// Whether a path is one that both sides must cover.
pub fn is_named(path: &str) -> bool {
    NAMED.iter().any(|named| {
        let (mut wanted, mut given) = (named.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) | (Some("**"), _) => return true,
                (Some("*"), Some(_)) => {}
                (a, b) if a == b => {}
                _ => return false,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_step_and_two_are_all_below() {
        assert!(is_named("/users") && is_named("/users/1/appRoleAssignments") && is_named("/$batch"));
        assert!(!is_named("/users/1/messages") && !is_named("/usersettings") && !is_named("/teams"));
        assert!(is_named("/policies/roleManagementPolicies"));
        assert!(is_named("/policies/roleManagementPolicies/1/rules/2") && !is_named("/policies"));
    }
}
