//! Where in Graph's types a path leads.

use crate::corpus::Schema;

/// The declared types; every question can be answered with "not known".
#[derive(Clone, Copy, Debug)]
pub(super) struct Types<'s>(pub(super) Option<&'s Schema>);

/// Where the paths begin that no declared container holds.
const ROOTS: &[(&str, &str)] = &[
    ("identityGovernance/entitlementManagement/accessPackageAssignmentApprovals", "approval"),
    ("identityGovernance/entitlementManagement/accessPackages", "accessPackage"),
    ("identityGovernance/entitlementManagement/assignmentPolicies", "accessPackageAssignmentPolicy"),
    ("identityGovernance/entitlementManagement/assignmentRequests", "accessPackageAssignmentRequest"),
    ("identityGovernance/entitlementManagement/assignments", "accessPackageAssignment"),
    ("identityGovernance/entitlementManagement/catalogs", "accessPackageCatalog"),
    ("identityGovernance/entitlementManagement/resourceRequests", "accessPackageResourceRequest"),
    ("identityGovernance/accessReviews/decisions", "accessReviewInstanceDecisionItem"),
    ("identityGovernance", "identityGovernance"),
    ("identity/conditionalAccess", "conditionalAccessRoot"),
    ("roleManagement", "roleManagement"),
    ("policies", "policyRoot"),
    ("auditLogs/directoryAudits", "directoryAudit"),
    ("auditLogs/signIns", "signIn"),
    ("reports/authenticationMethods/userRegistrationDetails", "userRegistrationDetails"),
    ("directory/administrativeUnits", "administrativeUnit"),
    ("directoryObjects", "directoryObject"),
    ("users", "user"),
    ("me", "user"),
    ("groups", "group"),
    ("servicePrincipals", "servicePrincipal"),
    ("oauth2PermissionGrants", "oAuth2PermissionGrant"),
    ("subscribedSkus", "subscribedSku"),
];

impl<'s> Types<'s> {
    /// The type of what a path leads to.
    pub(super) fn at(self, segments: &[&str]) -> Option<String> {
        let path = segments.join("/");
        let (root, start) = ROOTS.iter().find(|(root, _)| {
            path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })?;
        let mut kind = (*start).to_owned();
        for segment in path[root.len()..].split('/').filter(|segment| !segment.is_empty()) {
            if let Some((next, _)) = self.member(&kind, segment) {
                kind = next.to_owned();
            }
        }
        self.0?.has(&kind).then_some(kind)
    }

    /// Whether the type is declared and closed, so that what it lacks does not exist.
    pub(super) fn is_closed(self, kind: &str) -> bool {
        self.0.is_some_and(|schema| schema.is_closed(kind))
    }

    /// The type of a member, or of its elements, and whether it may be null.
    pub(super) fn member(self, kind: &str, name: &str) -> Option<(&'s str, bool)> {
        self.0?.member(kind, name)
    }

    /// The type that an annotation names, where it is declared.
    pub(super) fn named(self, annotation: &str) -> Option<String> {
        let kind = annotation.rsplit('.').next().unwrap_or_default().trim_start_matches('#');
        self.0?.has(kind).then(|| kind.to_owned())
    }
}
