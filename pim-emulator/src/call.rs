//! One request as the routes see it, and what they answer.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value};

use crate::{
    entity::Entity,
    query::{Page, Query},
    refusal::Refusal,
    tokens::Bearer,
};

/// Which of Graph's two versions was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    Beta,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) version: Version,
    /// The path behind the version, decoded; words that the emulator knows in their own spelling.
    pub(crate) path: Vec<String>,
    /// The argument of a `filterByCurrentUser(on='..')` at the path's end.
    pub(crate) on: Option<String>,
    pub(crate) query: Query,
    /// The query as it was sent.
    pub(crate) query_text: String,
    /// The path as it was sent.
    pub(crate) path_text: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Scheme and authority as the caller sees them.
    pub(crate) origin: String,
    pub(crate) bearer: Bearer,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Option<Value>,
    /// The id of what a write made, for delayed visibility.
    pub(crate) made: Option<String>,
}

pub(crate) type Answer = Result<Reply, Refusal>;

impl Reply {
    pub(crate) const fn new(status: StatusCode, body: Option<Value>) -> Self {
        Self { status, headers: Vec::new(), body, made: None }
    }

    pub(crate) const fn done() -> Self {
        Self::new(StatusCode::NO_CONTENT, None)
    }
}

impl Call {
    /// The path in pieces, to be matched.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    /// Where the service's metadata would be.
    pub(crate) fn metadata(&self) -> String {
        format!("{}/{}/$metadata", self.origin, self.version.as_str())
    }

    /// An object as a whole answer, with what the query leaves of it.
    pub(crate) fn object(&self, context: &str, entity: &Entity, object: Value) -> Answer {
        self.query.check(entity)?;
        let context = format!("{}#{context}{}/$entity", self.metadata(), self.query.shape());
        Ok(Reply::new(StatusCode::OK, Some(with_context(self.query.project(object, entity), context))))
    }

    /// A page as a whole answer, with the link to the next.
    pub(crate) fn page(&self, context: &str, entity: &Entity, page: Page) -> Answer {
        let mut body = Map::new();
        let context = format!("{}#{context}{}", self.metadata(), self.query.shape());
        body.insert("@odata.context".to_owned(), context.into());
        if let Some(count) = page.count {
            body.insert("@odata.count".to_owned(), count.into());
        }
        if let Some(next) = page.next {
            body.insert("@odata.nextLink".to_owned(), self.next_link(&next.token()).into());
        }
        let items = page.items.into_iter().map(|item| self.query.project(item, entity));
        body.insert("value".to_owned(), Value::Array(items.collect()));
        Ok(Reply::new(StatusCode::OK, Some(Value::Object(body))))
    }

    /// The same address with another place in the list.
    fn next_link(&self, token: &str) -> String {
        let kept = self.query_text.split('&').filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
            let name = name.replace("%24", "$");
            !pair.is_empty() && !matches!(name.trim_start_matches('$'), "skiptoken" | "skip")
        });
        let mut pairs: Vec<String> = kept.map(str::to_owned).collect();
        pairs.push(format!("$skiptoken={token}"));
        format!("{}{}?{}", self.origin, self.path_text, pairs.join("&"))
    }

    /// The body as a JSON object.
    pub(crate) fn json(&self) -> Result<Map<String, Value>, Refusal> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json")) {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UnsupportedMediaType",
                "A body needs the header Content-Type: application/json.",
            ));
        }
        let read: Result<Value, _> = serde_json::from_slice(&self.body);
        match read {
            Ok(Value::Object(members)) => Ok(members),
            _ => Err(Refusal::bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of \
                 valid JSON format.",
            )),
        }
    }

    /// Whether the caller accepts answers that may lag behind, which advanced queries demand.
    pub(crate) fn is_eventual(&self) -> bool {
        self.headers
            .get("consistencylevel")
            .is_some_and(|level| level.as_bytes().eq_ignore_ascii_case(b"eventual"))
    }
}

impl Version {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// Puts `@odata.context` into an object.
pub(crate) fn with_context(object: Value, context: String) -> Value {
    match object {
        Value::Object(mut members) => {
            members.insert("@odata.context".to_owned(), context.into());
            Value::Object(members)
        }
        other => other,
    }
}

/// The segment as the emulator spells it, where it is one of its words; the service ignores case.
pub(crate) fn spelled(segment: &str) -> &str {
    WORDS.iter().find(|word| word.eq_ignore_ascii_case(segment)).copied().unwrap_or(segment)
}

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "$batch", "$count", "$ref", "acceptRecommendations", "accessPackageAssignmentApprovals",
    "accessPackages", "accessReviews", "administrativeUnits", "alertConfigurations", "alertDefinitions",
    "alertIncidents", "alerts", "applyDecisions", "appRoleAssignedTo", "appRoleAssignments",
    "assignmentApprovals", "assignmentPolicies", "assignmentRequests", "assignments",
    "assignmentScheduleInstances", "assignmentScheduleRequests", "assignmentSchedules", "auditLogs",
    "authenticationContextClassReferences", "authenticationMethods", "batchRecordDecisions", "cancel",
    "catalogs", "checkMemberGroups", "conditionalAccess", "contactedReviewers", "decisions", "definitions",
    "delta", "directory", "directoryAudits", "directoryObjects", "effectiveRules",
    "eligibilityScheduleInstances", "eligibilityScheduleRequests", "eligibilitySchedules",
    "entitlementManagement", "filterByCurrentUser", "generateDownloadUri", "getByIds", "group", "groups",
    "historyDefinitions", "identity", "identityGovernance", "incident", "insights", "instance", "instances",
    "me", "memberOf", "members", "namedLocations", "oauth2PermissionGrants", "operations", "organization",
    "owners", "policies", "privilegedAccess", "refresh", "remediate", "reports", "resetDecisions",
    "resourceRequests", "resourceRoleScopes", "resources", "roleAssignmentApprovals", "roleAssignments",
    "roleAssignmentScheduleInstances", "roleAssignmentScheduleRequests", "roleAssignmentSchedules",
    "roleDefinitions", "roleEligibilityScheduleInstances", "roleEligibilityScheduleRequests",
    "roleEligibilitySchedules", "roleManagement", "roleManagementAlerts", "roleManagementPolicies",
    "roleManagementPolicyAssignments", "rules", "scopedRoleMembers", "sendMail", "sendReminder", "servicePrincipals",
    "signIns", "stages", "steps", "stop", "subscribedSkus", "transitiveMemberOf", "transitiveMembers",
    "transitiveRoleAssignments", "userRegistrationDetails", "users",
];
