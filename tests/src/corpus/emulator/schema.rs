//! Graph's types, as far as the file beside the pages declares them.

use serde_json::Value;

/// The declared types; every question can be answered with "not known".
#[derive(Clone, Copy, Debug)]
pub(super) struct Schema<'s> {
    types: Option<&'s Value>,
}

/// One member of a type.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// The name of its type, or of its elements' type.
    pub(super) kind: String,
    pub(super) nullable: bool,
}

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

impl<'s> Schema<'s> {
    pub(super) fn new(file: Option<&'s Value>) -> Self {
        Self { types: file.and_then(|file| file.get("types")) }
    }

    /// The type of what a path leads to.
    pub(super) fn type_at(&self, segments: &[&str]) -> Option<String> {
        let path = segments.join("/");
        let (root, start) = ROOTS.iter().find(|(root, _)| {
            path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })?;
        let mut kind = (*start).to_owned();
        for segment in path[root.len()..].split('/').filter(|segment| !segment.is_empty()) {
            if let Some(member) = self.member(&kind, segment) {
                kind = member.kind;
            }
        }
        self.shape(&kind).is_some().then_some(kind)
    }

    /// Whether the type is declared and closed, so that what it lacks does not exist.
    pub(super) fn is_closed(&self, kind: &str) -> bool {
        self.shape(kind).is_some_and(|shape| shape["open"] != true)
    }

    /// A member of a type, its own or inherited.
    pub(super) fn member(&self, kind: &str, name: &str) -> Option<Member> {
        let mut next = Some(kind.to_owned());
        while let Some(kind) = next {
            let shape = self.shape(&kind)?;
            if let Some(member) = shape["properties"].get(name) {
                let kind = plain(member["type"].as_str().unwrap_or_default());
                return Some(Member { kind, nullable: member["nullable"] != false });
            }
            if let Some(link) = shape["navigation"].get(name).and_then(Value::as_str) {
                return Some(Member { kind: plain(link), nullable: true });
            }
            next = shape["base"].as_str().map(plain);
        }
        (name == "id").then(|| Member { kind: "Edm.String".to_owned(), nullable: false })
    }

    /// The type that an annotation names, where it is declared.
    pub(super) fn named(&self, annotation: &str) -> Option<String> {
        let kind = plain(annotation.trim_start_matches('#'));
        self.shape(&kind).is_some().then_some(kind)
    }

    fn shape(&self, kind: &str) -> Option<&'s Value> {
        self.types?.get(format!("microsoft.graph.{kind}"))
    }
}

/// `Collection(graph.user)` as `user`.
fn plain(name: &str) -> String {
    let inner = name.strip_prefix("Collection(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(name);
    inner.trim_start_matches("microsoft.").trim_start_matches("graph.").to_owned()
}
