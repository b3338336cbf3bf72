//! Requests, policies, approvals: one call each, and what its answer means.

use pim_core::{
    approval::{ApprovalKey, Decision, NewDecision},
    backend::{Backend, BackendInfo, BulkOptions},
    error::{Error, ErrorKind, StepUp},
    policy::{Rule, RuleKind, Setting},
    privilege::Privilege,
    request::{Action, NewRequest, Phase, RequestKey},
    schedule::Level,
    time::{Expiry, Period},
};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::transport::{Answer, ScriptedTransport};

use super::{alice, asked, duty, over, scripted, service, team};

const REQUESTS: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests";

fn activation() -> NewRequest {
    NewRequest {
        expiry: Some(Expiry::After(Period::hours(2))),
        justification: Some("planned".into()),
        ..NewRequest::new(Action::SelfActivate, Level::Assignment, alice(), duty())
    }
}

fn answer(status: &str) -> String {
    format!(
        r#"{{"id":"r1","status":"{status}","action":"SelfActivate","principalId":"{}",
        "roleDefinitionId":"62e90394-69f5-4237-9190-012177145e10","directoryScopeId":"/"}}"#,
        alice()
    )
}

#[tokio::test]
async fn an_accepted_activation_is_not_an_active_one() {
    let (backend, transport) = scripted([Answer::json(201, answer("Granted"))]);
    let request = backend.submit(&activation()).await.unwrap();
    assert_eq!(request.phase(), Phase::Scheduled);
    let sent = asked(&transport);
    let body = sent[0].strip_prefix(&format!("POST {REQUESTS} ")).unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["action"], &body["justification"]), (&"selfActivate".into(), &"planned".into()));
    assert_eq!(body["scheduleInfo"]["expiration"]["duration"], "PT2H");
    assert_eq!(body["directoryScopeId"], "/");
}

#[tokio::test]
async fn a_lost_or_unreadable_answer_leaves_the_outcome_open_and_nothing_is_sent_again() {
    for lost in [Answer::reset(), Answer::json(201, r#"{"id":7}"#), Answer::json(201, "{").cut()] {
        let (backend, transport) = scripted([lost, Answer::json(201, answer("Provisioned"))]);
        let error = backend.submit(&activation()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(transport.seen().len(), 1);
    }
}

#[tokio::test]
async fn many_requests_go_in_one_call_and_each_has_its_own_outcome() {
    let part =
        |id: u8, status: u16, body: &str| format!(r#"{{"id":"{id}","status":{status},"body":{body}}}"#);
    let exists = r#"{"error":{"code":"RoleAssignmentExists","message":"It exists."}}"#;
    let parts =
        [part(2, 504, "{}"), part(1, 400, exists), part(3, 201, "7"), part(0, 201, &answer("Granted"))];
    let (backend, transport) =
        scripted([Answer::json(200, format!(r#"{{"responses":[{}]}}"#, parts.join(",")))]);
    let azure: Privilege =
        Privilege::AzureRole { role: "r".parse().unwrap(), scope: "/subscriptions/s".parse().unwrap() };
    let mut asks = vec![activation(); 6];
    asks[1].privilege = azure;
    let outcomes = backend.submit_all(&asks, BulkOptions::default()).await;
    let kinds: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().map(|made| made.id.to_string()).map_err(Error::kind))
        .collect();
    let unknown = || Err(ErrorKind::OutcomeUnknown);
    let expected = [
        Ok("r1".to_owned()),
        Err(ErrorKind::Unsupported),
        Err(ErrorKind::AlreadyExists),
        unknown(),
        unknown(),
        unknown(),
    ];
    assert_eq!(kinds, expected, "told, not sent, refused, lost, unreadable, left out");
    let sent = asked(&transport);
    assert_eq!(sent.len(), 1);
    let body = sent[0].strip_prefix("POST /v1.0/$batch ").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["requests"].as_array().unwrap().len(), 5);
    assert_eq!(body["requests"][0]["url"], REQUESTS.strip_prefix("/v1.0").unwrap());
}

#[tokio::test]
async fn one_request_alone_needs_no_batch() {
    let (backend, transport) = scripted([Answer::json(201, answer("Granted"))]);
    let outcomes = backend.submit_all(&[activation()], BulkOptions::default()).await;
    assert!(outcomes[0].is_ok());
    assert!(asked(&transport)[0].starts_with(&format!("POST {REQUESTS} ")));
}

#[tokio::test]
async fn refusals_have_kind_code_and_request_id() {
    let told = r#"{"error":{"code":"RoleAssignmentRequestPolicyValidationFailed",
        "message":"The following policy rules failed: [\"MfaRule\"]"}}"#;
    let refusal = Answer::json(400, told).header("request-id", "trace-1");
    let (backend, _) = scripted([refusal]);
    let error = backend.submit(&activation()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PolicyViolation);
    assert_eq!(error.code(), Some("RoleAssignmentRequestPolicyValidationFailed"));
    assert_eq!((error.step_up(), error.request_id()), (Some(&StepUp::Mfa), Some("trace-1")));
    assert_eq!(error.violations().len(), 1);
}

#[tokio::test]
async fn a_request_is_read_and_withdrawn_where_it_lives() {
    let key = RequestKey {
        id: "r1".parse().unwrap(),
        level: Level::Eligibility,
        privilege: Privilege::member(team()),
    };
    let (backend, transport) = scripted([
        Answer::json(404, r#"{"error":{"code":"RoleAssignmentRequestNotFound","message":""}}"#),
        Answer::status(204),
        Answer::json(400, r#"{"error":{"code":"RequestCannotBeCancelled","message":""}}"#),
    ]);
    assert_eq!(backend.get_request(&key).await.unwrap_err().kind(), ErrorKind::NotFound);
    backend.cancel(&key).await.unwrap();
    assert_eq!(backend.cancel(&key).await.unwrap_err().kind(), ErrorKind::InvalidTransition);
    let one = "/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests/r1";
    assert_eq!(asked(&transport)[..2], [format!("GET {one}"), format!("POST {one}/cancel")]);
}

#[tokio::test]
async fn a_policy_is_written_as_a_whole_else_rule_by_rule_and_read_back() {
    let found = r#"{"value":[{"id":"a","scopeId":"/","scopeType":"DirectoryRole",
        "roleDefinitionId":"62e90394-69f5-4237-9190-012177145e10","policy":{"id":"p1","rules":[]}}]}"#;
    let rule = Rule {
        kind: RuleKind::ExpirationEndUserAssignment,
        setting: Setting::Expiration { required: true, max: Some(Period::hours(4)) },
    };
    let read = "GET /v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId eq '/' and scopeType eq \
                'DirectoryRole' and roleDefinitionId eq '62e90394-69f5-4237-9190-012177145e10'&$expand=policy($expand=rules)";
    let policy = "PATCH /v1.0/policies/roleManagementPolicies/p1";

    let (backend, transport) =
        scripted([Answer::json(200, found), Answer::json(200, "{}"), Answer::json(200, found)]);
    let admin = backend.policies().unwrap();
    admin.update_policy(&duty(), std::slice::from_ref(&rule)).await.unwrap();
    let sent = asked(&transport);
    assert_eq!((&*sent[0], &*sent[2]), (read, read));
    assert!(sent[1].starts_with(&format!("{policy} {{\"rules\":[")), "{}", sent[1]);
    assert!(sent[1].contains("PT4H"));

    let (backend, transport) = scripted([
        Answer::json(200, found),
        Answer::json(405, "{}"),
        Answer::status(204),
        Answer::json(200, found),
    ]);
    backend.policies().unwrap().update_policy(&duty(), &[rule]).await.unwrap();
    assert!(asked(&transport)[2].starts_with(&format!("{policy}/rules/Expiration_EndUser_Assignment ")));

    let (backend, _) = scripted([Answer::json(200, super::ROWS)]);
    assert_eq!(backend.get_policy(&duty()).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn approvals_are_steps_of_roles_and_stages_of_groups() {
    let stages =
        r#"{"value":[{"id":"s1","status":"InProgress","assignedToMe":true,"reviewResult":"NotReviewed"}]}"#;
    let (backend, transport) = scripted([
        Answer::json(200, stages),
        Answer::status(204),
        Answer::json(409, r#"{"error":{"code":"Conflict","message":""}}"#),
    ]);
    let approvals = backend.approvals().unwrap();
    let of_role = ApprovalKey { id: "r1".parse().unwrap(), privilege: duty() };
    let of_group = ApprovalKey { privilege: Privilege::member(team()), ..of_role.clone() };
    let stage = approvals.get_approval(&of_role).await.unwrap().open_stage().unwrap().id.clone();
    let yes = NewDecision { decision: Decision::Approve, justification: Some("ok".into()) };
    approvals.decide(&of_role, &stage, &yes).await.unwrap();
    let error = approvals.decide(&of_group, &stage, &yes).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let roles = "/beta/roleManagement/directory/roleAssignmentApprovals/r1/steps";
    let groups = "/v1.0/identityGovernance/privilegedAccess/group/assignmentApprovals/r1/stages";
    let body = r#"{"justification":"ok","reviewResult":"Approve"}"#;
    let sent = asked(&transport);
    assert_eq!(sent[0], format!("GET {roles}"));
    for (line, place) in sent[1..].iter().zip([roles, groups]) {
        let told = line.strip_prefix(&format!("PATCH {place}/s1 ")).unwrap();
        let json: serde_json::Value = serde_json::from_str(told).unwrap();
        assert_eq!(json, serde_json::from_str::<serde_json::Value>(body).unwrap());
    }
    let (application, _) = over(ScriptedTransport::new([]), TokenKind::Application);
    assert!(application.approvals().is_none());
}

#[tokio::test]
async fn an_opaque_token_is_asked_about() {
    let me = format!(r#"{{"id":"{}"}}"#, alice());
    let transport = ScriptedTransport::new([Answer::json(200, me)]);
    let backend = GraphBackend::new(service(&transport, TokenKind::Delegated)).await.unwrap();
    assert_eq!(backend.info().caller, Some(alice()));
    assert_eq!(asked(&transport), ["GET /v1.0/me?$select=id"]);

    let transport = ScriptedTransport::new([]);
    let backend = GraphBackend::new(service(&transport, TokenKind::Application)).await.unwrap();
    assert_eq!(backend.info().caller, None);
    assert_ne!(backend.info(), &BackendInfo::new("graph"), "what kind of caller it is is known");
}
