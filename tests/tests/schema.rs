//! What the client sends and what the emulator answers, held against Graph's published types: every member is one
//! that the type has, and its value is of the member's type. Runs where `PIM_CORPUS` names the directory of pages,
//! with `graph-schema.json` beside it (or named by `PIM_SCHEMA`).

#![allow(clippy::expect_used)] // a helper of tests is a test

use std::{collections::BTreeSet, path::Path, sync::Arc};

use http::Method;
use pim_core::{
    id::{PrincipalId, RoleId},
    privilege::Privilege,
};
use pim_embedded::seed::sample;
use pim_emulator::{Emulator, NewToken, Options};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Call, Service, ServiceOptions},
    transport::ReqwestTransport,
};
use pim_tests::{
    GraphHarness,
    corpus::{
        Folder, graph,
        schema::{Member, Schema},
    },
};
use serde_json::{Value, json};

/// Members that the published file of v1.0 does not declare, by type, each with its reason.
const BESIDE: &[(&str, &str)] = &[
    // Beta's name of the stages; approvals of roles are beta only.
    ("approval", "steps"),
    // An open type: the published pages of reviews print both.
    ("userIdentity", "lastUserSignInDateTime"),
    ("userIdentity", "type"),
];

/// Types that only beta has: nothing is published to hold them against.
const BETA_TYPES: &[&str] = &[
    "unifiedRoleManagementAlert",
    "unifiedRoleManagementAlertConfiguration",
    "unifiedRoleManagementAlertDefinition",
    "unifiedRoleManagementAlertIncident",
];

/// Types of v1.0 that the published file leaves out.
const LEFT_OUT: &[&str] = &[
    "countryNamedLocation",
    "disableAndDeleteUserApplyAction",
    "ipNamedLocation",
    "organization",
    "principalResourceMembershipsScope",
    "removeAccessApplyAction",
];

fn schema() -> Option<(Schema, std::path::PathBuf)> {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(std::path::PathBuf::from);
    let corpus = named("PIM_CORPUS")?;
    let file = named("PIM_SCHEMA")
        .or_else(|| Some(corpus.canonicalize().ok()?.parent()?.join("graph-schema.json")))?;
    let text: Value = serde_json::from_slice(&std::fs::read(file).ok()?).expect("JSON");
    Some((Schema::read(&text).expect("a schema"), corpus))
}

/// Complaints about one value.
fn complaints(schema: &Schema, of: &str, value: &Value, place: &str, found: &mut BTreeSet<String>) -> usize {
    let mut seen = 0;
    schema.walk(of, value, &mut |step| {
        seen += 1;
        let is_beside = BESIDE.contains(&(step.of, step.name))
            || step.name == "@odata.type" && LEFT_OUT.contains(&step.of);
        match step.member {
            Member::Undeclared if !is_beside => {
                found.insert(format!("{place} {}.{}: no such member", step.of, step.name));
            }
            Member::Misfits(kind) => {
                found.insert(format!("{place} {}.{}: {} is no {kind}", step.of, step.name, step.value));
            }
            _ => {}
        }
    });
    seen
}

#[test]
fn what_the_client_sends_is_of_the_published_types() {
    let Some((schema, corpus)) = schema() else {
        println!("skipped: corpus not present");
        return;
    };
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let (mut found, mut bodies, mut members) = (BTreeSet::new(), 0, 0);
    for directory in [corpus, own.join("pages"), own.join("wire")] {
        let folder = Folder::read(&directory, None).expect("pages");
        for page in &folder.pages {
            for printed in page.examples.iter().filter_map(|example| example.request.as_ref()) {
                let Some((of, Ok(body))) = graph::written(printed) else { continue };
                if BETA_TYPES.contains(&of) {
                    continue;
                }
                assert!(schema.has(of), "{of}");
                bodies += 1;
                members += complaints(&schema, of, &body, &page.name, &mut found);
            }
        }
    }
    println!("{bodies} bodies with {members} members");
    assert!(bodies >= 20 && members >= 200, "{bodies} bodies, {members} members");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_the_emulator_answers_is_of_the_published_types() {
    let Some((schema, _)) = schema() else {
        println!("skipped: corpus not present");
        return;
    };
    let _runtime = GraphHarness::enter();
    futures::executor::block_on(crawl(&schema));
}

async fn crawl(schema: &Schema) {
    let asker = Asker::start().await;
    let (mut found, mut members, mut empty) = (BTreeSet::new(), 0, Vec::new());
    for (path, body, of) in asker.writes() {
        let answer = asker.send(Method::POST, &path, Some(body)).await;
        members += complaints(schema, of, &answer, &format!("POST {path}"), &mut found);
    }
    for (path, of) in asker.lists().await {
        let answer = asker.send(Method::GET, &path, None).await;
        let rows = answer.get("value").unwrap_or(&answer);
        if rows.as_array().is_some_and(Vec::is_empty) {
            empty.push(path);
            continue;
        }
        let is_beta = BETA_TYPES.contains(&of);
        assert_eq!(
            schema.has(of),
            !is_beta && !LEFT_OUT.contains(&of),
            "{of} is published, or listed as not"
        );
        if is_beta {
            continue;
        }
        members += complaints(schema, of, rows, &path, &mut found);
    }
    println!("{members} members; without rows: {empty:?}");
    assert!(members > 10_000, "{members}");
    assert!(empty.len() < 6, "{empty:?}");
    assert!(found.is_empty(), "{found:#?}");
}

/// An administrator of the sample tenant.
struct Asker {
    _emulator: Emulator,
    service: Service,
    user: String,
    group: String,
    application: String,
}

impl Asker {
    async fn start() -> Self {
        let emulator = Emulator::start(sample::tenant(), Options::default()).await.expect("a free port");
        let records = sample::tenant().into_records();
        let privilege = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
        let is_user = |id: &PrincipalId| records.users.iter().any(|user| user.id == *id);
        let admin = records
            .assignments
            .iter()
            .find(|grant| grant.privilege == privilege && is_user(&grant.principal));
        let principal = Some(admin.expect("an administrator").principal.clone());
        let token =
            emulator.token(NewToken { principal, mfa: true, ..NewToken::default() }).expect("a token");
        let service = Service::new(
            emulator.graph().parse().expect("an address"),
            Arc::new(ReqwestTransport::new().expect("a transport")),
            Arc::new(StaticToken::new(token, None, Access::Delegated)),
            vec!["graph".into()],
            ServiceOptions::default(),
        );
        let group = records.groups.iter().find(|group| group.group.under_pim == Some(true)).expect("a group");
        let application = records.service_principals.first().expect("an application");
        Self {
            _emulator: emulator,
            service,
            user: records.users.last().expect("a user").id.to_string(),
            group: group.group.id.to_string(),
            application: application.id.to_string(),
        }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let path = path.replace(' ', "%20");
        let body = body.map_or_else(String::new, |body| body.to_string());
        let mut call = Call::write(method, path.clone(), body).idempotent();
        call = call.header(
            http::HeaderName::from_static("consistencylevel"),
            http::HeaderValue::from_static("eventual"),
        );
        let reply = self.service.call(call).await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(
            reply.status.is_success(),
            "{path}: {} {}",
            reply.status,
            String::from_utf8_lossy(&reply.body)
        );
        reply.json().unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// What the sample tenant lacks: a request of each family, and a review.
    fn writes(&self) -> Vec<(String, Value, &'static str)> {
        const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
        let schedule = json!({ "expiration": { "type": "afterDuration", "duration": "P5D" } });
        let role = json!({
            "action": "adminAssign", "principalId": self.user, "roleDefinitionId": HELPDESK,
            "directoryScopeId": "/", "justification": "for a list", "scheduleInfo": schedule,
        });
        let group = json!({
            "action": "adminAssign", "principalId": self.user, "groupId": self.group, "accessId": "member",
            "justification": "for a list", "scheduleInfo": schedule,
        });
        let review = json!({
            "displayName": "for a list",
            "scope": {
                "query": format!(
                    "/roleManagement/directory/roleEligibilityScheduleInstances?$filter=roleDefinitionId eq '{HELPDESK}'"
                ),
                "queryType": "MicrosoftGraph",
            },
            "reviewers": [{ "query": format!("/users/{}", self.user), "queryType": "MicrosoftGraph" }],
            "settings": { "instanceDurationInDays": 3 },
        });
        let (roles, groups) =
            ("/v1.0/roleManagement/directory", "/v1.0/identityGovernance/privilegedAccess/group");
        vec![
            (
                format!("{roles}/roleAssignmentScheduleRequests"),
                role.clone(),
                "unifiedRoleAssignmentScheduleRequest",
            ),
            (
                format!("{roles}/roleEligibilityScheduleRequests"),
                role,
                "unifiedRoleEligibilityScheduleRequest",
            ),
            (
                format!("{groups}/eligibilityScheduleRequests"),
                group,
                "privilegedAccessGroupEligibilityScheduleRequest",
            ),
            (
                "/v1.0/identityGovernance/accessReviews/definitions".into(),
                review,
                "accessReviewScheduleDefinition",
            ),
        ]
    }

    /// Every list, and the type of its rows.
    async fn lists(&self) -> Vec<(String, &'static str)> {
        let mut lists: Vec<(String, &'static str)> = Vec::new();
        let mut add = |path: &str, of| lists.push((path.to_owned(), of));
        for (name, of) in [
            ("roleDefinitions", "unifiedRoleDefinition"),
            ("roleAssignments", "unifiedRoleAssignment"),
            ("roleAssignmentSchedules", "unifiedRoleAssignmentSchedule"),
            (
                "roleAssignmentScheduleInstances?$expand=principal,roleDefinition",
                "unifiedRoleAssignmentScheduleInstance",
            ),
            ("roleAssignmentScheduleRequests", "unifiedRoleAssignmentScheduleRequest"),
            ("roleEligibilitySchedules?$expand=principal,roleDefinition", "unifiedRoleEligibilitySchedule"),
            ("roleEligibilityScheduleInstances", "unifiedRoleEligibilityScheduleInstance"),
            ("roleEligibilityScheduleRequests", "unifiedRoleEligibilityScheduleRequest"),
        ] {
            add(&format!("/v1.0/roleManagement/directory/{name}"), of);
        }
        for (name, of) in [
            ("assignmentSchedules", "privilegedAccessGroupAssignmentSchedule"),
            ("assignmentScheduleInstances", "privilegedAccessGroupAssignmentScheduleInstance"),
            ("assignmentScheduleRequests", "privilegedAccessGroupAssignmentScheduleRequest"),
            ("eligibilitySchedules", "privilegedAccessGroupEligibilitySchedule"),
            ("eligibilityScheduleInstances", "privilegedAccessGroupEligibilityScheduleInstance"),
            ("eligibilityScheduleRequests", "privilegedAccessGroupEligibilityScheduleRequest"),
        ] {
            let root = "/v1.0/identityGovernance/privilegedAccess/group";
            add(&format!("{root}/{name}?$filter=groupId eq '{}'", self.group), of);
        }
        for scope in [
            "'/' and scopeType eq 'DirectoryRole'".to_owned(),
            format!("'{}' and scopeType eq 'Group'", self.group),
        ] {
            let filter = format!("$filter=scopeId eq {scope}");
            add(
                &format!("/v1.0/policies/roleManagementPolicies?{filter}&$expand=rules"),
                "unifiedRoleManagementPolicy",
            );
            add(
                &format!(
                    "/v1.0/policies/roleManagementPolicyAssignments?{filter}&$expand=policy($expand=rules)"
                ),
                "unifiedRoleManagementPolicyAssignment",
            );
        }
        for (name, of) in [
            ("alerts", "unifiedRoleManagementAlert"),
            ("alertDefinitions", "unifiedRoleManagementAlertDefinition"),
            ("alertConfigurations", "unifiedRoleManagementAlertConfiguration"),
        ] {
            let filter = "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'";
            add(&format!("/beta/identityGovernance/roleManagementAlerts/{name}?{filter}"), of);
        }
        for (path, of) in [
            ("/users", "user"),
            ("/groups", "group"),
            ("/servicePrincipals", "servicePrincipal"),
            ("/me", "user"),
            ("/organization", "organization"),
            ("/subscribedSkus", "subscribedSku"),
            ("/oauth2PermissionGrants", "oAuth2PermissionGrant"),
            ("/directory/administrativeUnits", "administrativeUnit"),
            ("/reports/authenticationMethods/userRegistrationDetails", "userRegistrationDetails"),
            ("/auditLogs/directoryAudits", "directoryAudit"),
            ("/auditLogs/signIns", "signIn"),
            ("/identity/conditionalAccess/policies", "conditionalAccessPolicy"),
            (
                "/identity/conditionalAccess/authenticationContextClassReferences",
                "authenticationContextClassReference",
            ),
            ("/identity/conditionalAccess/namedLocations", "namedLocation"),
            ("/identityGovernance/entitlementManagement/catalogs", "accessPackageCatalog"),
            ("/identityGovernance/entitlementManagement/accessPackages", "accessPackage"),
            ("/identityGovernance/entitlementManagement/assignments", "accessPackageAssignment"),
            ("/identityGovernance/accessReviews/definitions", "accessReviewScheduleDefinition"),
        ] {
            add(&format!("/v1.0{path}"), of);
        }
        for name in ["members", "transitiveMembers", "owners"] {
            add(&format!("/v1.0/groups/{}/{name}", self.group), "directoryObject");
        }
        add(&format!("/v1.0/servicePrincipals/{}/appRoleAssignments", self.application), "appRoleAssignment");
        self.below(&mut lists).await;
        lists
    }

    /// Rounds and decisions of the review that was made.
    async fn below(&self, lists: &mut Vec<(String, &'static str)>) {
        let reviews = "/v1.0/identityGovernance/accessReviews/definitions".to_owned();
        let first = |answer: Value| answer["value"][0]["id"].as_str().map(str::to_owned);
        let Some(review) = first(self.send(Method::GET, &reviews, None).await) else { return };
        let rounds = format!("{reviews}/{review}/instances");
        if let Some(round) = first(self.send(Method::GET, &rounds, None).await) {
            lists.push((format!("{rounds}/{round}/decisions"), "accessReviewInstanceDecisionItem"));
        }
        lists.push((rounds, "accessReviewInstance"));
    }
}
