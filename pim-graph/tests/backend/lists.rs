//! Lists: addresses, rows, continuations, groups one by one.

use futures::{StreamExt, TryStreamExt};
use pim_core::{
    backend::{AssignmentQuery, Backend, EligibilityQuery, Filter, RequestQuery, View, When},
    error::ErrorKind,
    page::Continuation,
    privilege::Surface,
    request::RequestStatus,
};
use pim_graph::capability::TokenKind;
use pim_http::transport::{Answer, ScriptedTransport};

use super::{ROWS, alice, asked, over, scripted, team};

const INSTANCES: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances";

fn row(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","principalId":"{}","roleDefinitionId":"62e90394-69f5-4237-9190-012177145e10",
        "directoryScopeId":"/","assignmentType":"Assigned","memberType":"Direct",
        "roleAssignmentScheduleId":"s-{id}","startDateTime":"2026-03-01T08:00:00Z","endDateTime":null}}"#,
        alice()
    )
}

fn of_roles() -> AssignmentQuery {
    let filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
    AssignmentQuery { filter, ..AssignmentQuery::default() }
}

#[tokio::test]
async fn a_bad_row_is_set_aside_and_a_list_goes_on_from_its_continuation() {
    let next = format!("https://graph.microsoft.com{INSTANCES}?$skiptoken=x%27y");
    let first = format!(
        r#"{{"value":[{},{{"id":"broken","principalId":7}}],"@odata.nextLink":"{next}"}}"#,
        row("one")
    );
    let second = format!(r#"{{"value":[{}]}}"#, row("two"));
    let (backend, transport) = scripted([Answer::json(200, first), Answer::json(200, second.clone())]);
    let batches: Vec<_> = backend.list_assignments(&of_roles(), None).try_collect().await.unwrap();
    assert_eq!(
        batches.iter().map(|b| (b.items.len(), b.rejected.len())).collect::<Vec<_>>(),
        [(1, 1), (1, 0)]
    );
    assert_eq!(batches[0].rejected[0].id.as_deref(), Some("broken"));
    assert_eq!(batches[1].resume, None);
    let fields = "id,principalId,roleDefinitionId,directoryScopeId,appScopeId,startDateTime,endDateTime,memberType,\
                  assignmentType,roleAssignmentScheduleId";
    let relations = format!("$select={fields}&$expand=principal,roleDefinition,activatedUsing");
    assert_eq!(asked(&transport)[0], format!("GET {INSTANCES}?{relations}"));

    let (backend, transport) = scripted([Answer::json(200, second)]);
    let resumed: Vec<_> =
        backend.list_assignments(&of_roles(), batches[0].resume.clone()).try_collect().await.unwrap();
    assert_eq!(resumed[0].items, batches[1].items);
    let sent = &transport.seen()[0].request;
    assert_eq!(sent.uri().to_string(), next, "followed whole");
    assert_eq!(sent.headers()["prefer"], "include-unknown-enum-members");
}

#[tokio::test]
async fn links_and_continuations_elsewhere_are_refused_unsent() {
    let first = r#"{"value":[],"@odata.nextLink":"https://evil.example/x"}"#;
    let (backend, transport) = scripted([Answer::json(200, first)]);
    let outcome: Result<Vec<_>, _> = backend.list_assignments(&of_roles(), None).try_collect().await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Malformed);
    assert_eq!(transport.seen().len(), 1);

    let foreign = r#"{"at":"roles assignment instance","next":"https://evil.example/x"}"#;
    for (text, kind) in [
        (foreign, ErrorKind::Malformed),
        (r#"{"at":"users"}"#, ErrorKind::InvalidInput),
        ("junk", ErrorKind::InvalidInput),
    ] {
        let (backend, transport) = scripted([]);
        let from = Some(Continuation::new(text));
        let mut list = backend.list_assignments(&of_roles(), from);
        assert_eq!(list.next().await.unwrap().unwrap_err().kind(), kind, "{text}");
        assert!(list.next().await.is_none() && transport.seen().is_empty());
    }
}

#[tokio::test]
async fn an_error_ends_a_list_of_several_collections() {
    let refusal = r#"{"error":{"code":"UnauthorizedAccessException","message":"Jane may not"}}"#;
    let (backend, transport) = scripted([Answer::json(403, refusal), Answer::json(200, ROWS)]);
    let query = EligibilityQuery { view: View::Mine, ..EligibilityQuery::default() };
    let seen: Vec<_> = backend.list_eligibilities(&query, None).collect().await;
    assert_eq!(seen.len(), 1);
    let error = seen[0].as_ref().unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::PermissionDenied, Some("UnauthorizedAccessException"))
    );
    assert!(!format!("{error:?}").contains("Jane"));
    assert_eq!(transport.seen().len(), 1);
}

#[tokio::test]
async fn what_concerns_the_caller_needs_no_filter() {
    let (backend, transport) = scripted([Answer::json(200, ROWS), Answer::json(200, ROWS)]);
    let query = EligibilityQuery { view: View::Mine, when: When::NowOrLater, ..EligibilityQuery::default() };
    let batches: Vec<_> = backend.list_eligibilities(&query, None).try_collect().await.unwrap();
    assert_eq!(batches.len(), 2);
    assert!(batches[0].resume.is_some() && batches[1].resume.is_none());
    let mine = "filterByCurrentUser(on='principal')";
    assert_eq!(
        asked(&transport),
        [
            format!(
                "GET /v1.0/roleManagement/directory/roleEligibilitySchedules/{mine}?$expand=principal,roleDefinition"
            ),
            format!(
                "GET /v1.0/identityGovernance/privilegedAccess/group/eligibilitySchedules/{mine}?$expand=principal"
            ),
        ]
    );
    let (backend, transport) = scripted([]);
    let query = EligibilityQuery { view: View::AskedByMe, ..EligibilityQuery::default() };
    let error = backend.list_eligibilities(&query, None).next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(transport.seen().is_empty());
}

#[tokio::test]
async fn approvers_see_what_waits_whatever_its_start_and_nothing_decided() {
    let one = |id: &str, status: &str| {
        format!(
            r#"{{"id":"{id}","status":"{status}","action":"selfActivate","principalId":"{}",
            "roleDefinitionId":"62e90394-69f5-4237-9190-012177145e10","directoryScopeId":"/"}}"#,
            alice()
        )
    };
    let page = format!(
        r#"{{"value":[{},{},{}]}}"#,
        one("a", "PendingApproval"),
        one("b", "PendingApprovalProvisioning"),
        one("c", "Provisioned")
    );
    let (backend, _) = scripted([Answer::json(200, page), Answer::json(200, ROWS)]);
    let filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
    let query = RequestQuery { view: View::ForMyDecision, filter, ..RequestQuery::default() };
    let batches: Vec<_> = backend.list_requests(&query, None).try_collect().await.unwrap();
    let waiting: Vec<_> = batches.into_iter().flat_map(|b| b.items).map(|r| r.status).collect();
    assert_eq!(waiting, [RequestStatus::PendingApproval, RequestStatus::PendingApprovalProvisioning]);
}

#[tokio::test]
async fn groups_are_asked_for_one_by_one_and_one_that_is_denied_is_told() {
    let groups = format!(
        r#"{{"value":[{{"id":"{}"}},{{"id":"denied"}},{{"id":"dynamic","membershipRule":"x"}},
        {{"id":"synced","onPremisesSyncEnabled":true}},{{"id":"gone"}}]}}"#,
        team()
    );
    let held = format!(
        r#"{{"value":[{{"id":"i","principalId":"{}","groupId":"{}","accessId":"member","assignmentType":"assigned",
        "memberType":"direct","assignmentScheduleId":"s"}}]}}"#,
        alice(),
        team()
    );
    let transport = ScriptedTransport::by(move |request| {
        if request.uri().path() == "/v1.0/groups" {
            return Answer::json(200, groups.clone());
        }
        let batch: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let answers: Vec<_> = batch["requests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| {
                let url = part["url"].as_str().unwrap();
                let (status, body) = if url.contains("denied") {
                    (403, r#"{"error":{"code":"Forbidden","message":""}}"#.to_owned())
                } else if url.contains("gone") {
                    (404, r#"{"error":{"code":"ResourceNotFound","message":""}}"#.to_owned())
                } else {
                    (200, held.clone())
                };
                let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                serde_json::json!({ "id": part["id"], "status": status, "headers": {}, "body": body })
            })
            .collect();
        Answer::json(200, serde_json::json!({ "responses": answers }).to_string())
    });
    let (backend, transport) = over(transport, TokenKind::Application);
    let filter = Filter { surface: Some(Surface::Groups), ..Filter::default() };
    let query = AssignmentQuery { filter, ..AssignmentQuery::default() };
    let batches: Vec<_> = backend.list_assignments(&query, None).try_collect().await.unwrap();
    assert_eq!((batches.len(), batches[0].items.len()), (1, 1));
    assert_eq!(batches[0].rejected.len(), 1);
    assert_eq!(batches[0].rejected[0].id.as_deref(), Some("denied"));
    let sent = asked(&transport);
    assert_eq!(sent.len(), 2);
    assert!(sent[0].contains("$select=id,membershipRule,onPremisesSyncEnabled"));
    assert!(sent[1].starts_with("POST /v1.0/$batch"));
    assert!(sent[1].contains("group/assignmentScheduleInstances?$filter=groupId%20eq"));
    assert!(!sent[1].contains("dynamic") && !sent[1].contains("synced"));
}

#[tokio::test]
async fn azure_roles_are_somebody_elses() {
    let (backend, transport) = scripted([]);
    let filter = Filter { surface: Some(Surface::AzureRoles), ..Filter::default() };
    let query = AssignmentQuery { filter, ..AssignmentQuery::default() };
    let error = backend.list_assignments(&query, None).next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(transport.seen().is_empty());
}
