//! Directory roles: requests, schedules, instances, definitions, assignments, approvals.

mod common;

use common::{GUARDED, HELPDESK, ROLES, World, activation, id};
use pim_emulator::{Dialect, NewToken, Options};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn an_activation_runs_from_request_to_end() {
    let world = World::start().await;
    let path = format!("{ROLES}/roleAssignmentScheduleRequests/");
    let made = world.post("alice", &path, activation("alice", HELPDESK, "PT2H")).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.text("status"), "Provisioned");
    assert_eq!(made.text("action"), "selfActivate");
    assert_eq!(made.text("targetScheduleId"), made.text("id"));
    assert_eq!(made.body["scheduleInfo"]["expiration"]["type"], "afterDuration");
    assert_eq!(made.body["scheduleInfo"]["recurrence"], json!(null));
    assert_eq!(made.body["createdBy"]["user"]["id"], id("alice").to_string());
    assert_eq!(made.body["ticketInfo"]["ticketNumber"], "INC-1");

    let own = format!("{ROLES}/roleAssignmentScheduleInstances/filterByCurrentUser(on='principal')");
    let instances = world.get("alice", &own).await;
    let instance = &instances.rows()[0];
    assert_eq!(instance["assignmentType"], "Activated");
    assert_eq!(instance["memberType"], "Direct");
    assert_eq!(instance["@odata.type"], "#microsoft.graph.unifiedRoleAssignmentScheduleInstance");
    assert_eq!(instance["roleAssignmentScheduleId"], made.body["id"]);
    assert_eq!(instance["roleAssignmentOriginId"], instance["id"]);
    assert!(instance["id"].as_str().unwrap().ends_with("-1"), "an opaque id, no GUID");

    let again = world.post("alice", &path, activation("alice", HELPDESK, "PT2H")).await;
    assert_eq!((again.status.as_u16(), again.code()), (400, "RoleAssignmentExists"));

    world.advance("PT2H").await;
    assert!(world.get("alice", &own).await.rows().is_empty());
    let read =
        world.get("alice", &format!("{ROLES}/roleAssignmentScheduleRequests/{}", made.text("id"))).await;
    assert_eq!(read.text("status"), "Provisioned", "a request stays so after its grant has ended");
}

#[tokio::test]
async fn refusals_by_policy_come_in_two_dialects() {
    for (dialect, message) in [
        (
            Dialect::New,
            "ExpirationRule - The duration in the request is greater than maximum allowed duration",
        ),
        (Dialect::Old, "[\"ExpirationRule\"]"),
    ] {
        let seed = common::seed().build().unwrap();
        let world = World::with(seed, Options { dialect, ..Options::default() }).await;
        let path = format!("{ROLES}/roleAssignmentScheduleRequests");
        let long = world.post("alice", &path, activation("alice", HELPDESK, "PT9H")).await;
        assert_eq!((long.status.as_u16(), long.code()), (400, "RoleAssignmentRequestPolicyValidationFailed"));
        let told = format!("The following policy rules failed: {message}");
        assert_eq!(long.body["error"]["message"], told);
        assert!(long.body["error"]["innerError"]["request-id"].is_string());
    }
}

#[tokio::test]
async fn a_session_without_mfa_and_a_permanent_grant_are_named() {
    let world = World::start().await;
    let path = format!("{ROLES}/roleAssignmentScheduleRequests");
    let plain =
        world.emulator.token(NewToken { principal: Some(id("alice")), ..NewToken::default() }).unwrap();
    let refused = world.send(Method::POST, &plain, &path, Some(activation("alice", HELPDESK, "PT1H"))).await;
    assert!(refused.body["error"]["message"].as_str().unwrap().contains("MfaRule"), "{refused:?}");
    let mut endless = activation("alice", HELPDESK, "PT1H");
    endless["scheduleInfo"]["expiration"] = json!({ "type": "noExpiration" });
    let refused = world.post("alice", &path, endless).await;
    let message = refused.body["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("The policy does not allow permanent assignment"), "{message}");
}

#[tokio::test]
async fn approval_is_given_in_beta_only_and_by_others_only() {
    let world = World::start().await;
    let requests = format!("{ROLES}/roleAssignmentScheduleRequests");
    let made = world.post("alice", &requests, activation("alice", GUARDED, "PT1H")).await;
    assert_eq!((made.status.as_u16(), made.text("status")), (201, "PendingApproval"));
    assert_eq!(made.text("approvalId"), made.text("id"));
    assert_eq!(made.body["scheduleInfo"]["startDateTime"], json!(null));

    let waiting = world.get("carol", &format!("{requests}/filterByCurrentUser(on='approver')")).await;
    assert_eq!(waiting.rows()[0]["id"], made.body["id"]);
    let approval = format!("roleManagement/directory/roleAssignmentApprovals/{}", made.text("id"));
    let old = world.get("carol", &format!("/v1.0/{approval}")).await;
    assert_eq!((old.status.as_u16(), old.code()), (400, "BadRequest"));
    let steps = world.get("carol", &format!("/beta/{approval}/steps")).await;
    let step = &steps.rows()[0];
    assert_eq!(step["reviewResult"], "NotReviewed");
    assert_eq!(step["assignedToMe"], true);
    let step = format!("/beta/{approval}/steps/{}", step["id"].as_str().unwrap());
    let answer = json!({ "reviewResult": "Approve", "justification": "go" });
    assert_eq!(world.patch("alice", &step, answer.clone()).await.status, 403);
    assert_eq!(world.patch("carol", &step, answer.clone()).await.status, 204);
    assert_eq!(world.patch("carol", &step, answer).await.status, 409);
    let read = world.get("alice", &format!("{requests}/{}", made.text("id"))).await;
    assert_eq!(read.text("status"), "Provisioned");
}

#[tokio::test]
async fn administrators_assign_list_filter_expand_and_remove() {
    let world = World::start().await;
    let requests = format!("{ROLES}/roleEligibilityScheduleRequests");
    let body = json!({
        "action": "AdminAssign", "principalId": id("bob"), "roleDefinitionId": HELPDESK, "directoryScopeId": "/",
        "justification": "new colleague",
        "scheduleInfo": { "startDateTime": "2020-01-01T00:00:00Z", "expiration": { "type": "NoExpiration" } },
    });
    let denied = world.post("alice", &requests, body.clone()).await;
    assert_eq!((denied.status.as_u16(), denied.code()), (403, "UnauthorizedAccessException"));
    let made = world.post("root", &requests, body).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert!(made.body["scheduleInfo"]["startDateTime"].as_str().unwrap().starts_with("2026-09-01"));

    let schedules = format!(
        "{ROLES}/roleEligibilitySchedules?$filter=principalId eq '{}' and roleDefinitionId eq '{HELPDESK}'\
         &$expand=principal($select=id),roleDefinition&$select=id,principalId",
        id("bob")
    );
    let found = world.get("root", &schedules).await;
    let row = &found.rows()[0];
    assert_eq!(row["principal"]["id"], id("bob").to_string());
    assert!(row["principal"].get("displayName").is_none());
    assert_eq!(row["roleDefinition"]["isBuiltIn"], true);
    assert!(row.get("roleDefinitionId").is_none());
    assert!(found.text("@odata.context").contains("(id,principalId,principal(id),roleDefinition())"));

    let removal = json!({
        "action": "adminRemove", "principalId": id("bob"), "roleDefinitionId": HELPDESK, "directoryScopeId": "/",
    });
    let removed = world.post("root", &requests, removal).await;
    assert_eq!(removed.text("status"), "Revoked");
    for empty in ["targetScheduleId", "scheduleInfo", "completedDateTime"] {
        assert_eq!(removed.body[empty], json!(null), "{empty}");
    }
    assert!(world.get("root", &schedules).await.rows().is_empty());
}

#[tokio::test]
async fn a_future_request_can_be_cancelled_once() {
    let world = World::start().await;
    let requests = format!("{ROLES}/roleAssignmentScheduleRequests");
    let mut body = activation("alice", HELPDESK, "PT1H");
    body["scheduleInfo"]["startDateTime"] = json!("2026-09-02T08:00:00.000Z");
    let made = world.post("alice", &requests, body).await;
    assert_eq!(made.text("status"), "Granted");
    assert_eq!(made.text("completedDateTime"), "2026-09-02T08:00:00Z");
    let cancel = format!("{requests}/{}/cancel", made.text("id"));
    let empty = world.send(Method::POST, &world.token("alice"), &cancel, None).await;
    assert_eq!(empty.status, 204, "{empty:?}");
    let again = world.send(Method::POST, &world.token("alice"), &cancel, None).await;
    assert_eq!((again.status.as_u16(), again.code()), (400, "RequestCannotBeCancelled"));
}

#[tokio::test]
async fn role_definitions_refuse_or_and_unknown_members() {
    let world = World::start().await;
    let one = world.get("root", &format!("{ROLES}/roleDefinitions/{HELPDESK}")).await;
    assert_eq!(one.text("displayName"), "Helpdesk Administrator");
    assert!(one.body.get("isPrivileged").is_none(), "beta only");
    let two =
        world.get("root", &format!("{ROLES}/roleDefinitions?$filter=id in ('{HELPDESK}','{GUARDED}')")).await;
    assert_eq!(two.rows().len(), 2);
    let or = format!("{ROLES}/roleDefinitions?$filter=id eq '{HELPDESK}' or id eq '{GUARDED}'");
    assert_eq!(world.get("root", &or).await.code(), "Request_UnsupportedQuery");
    let unknown = world.get("root", &format!("{ROLES}/roleDefinitions?$filter=colour eq 'red'")).await;
    assert_eq!(unknown.code(), "BadRequest");
    let create = world.post("root", &format!("{ROLES}/roleDefinitions"), json!({})).await;
    assert_eq!((create.status.as_u16(), create.code()), (400, "BadRequest"));
}

#[tokio::test]
async fn a_custom_role_is_made_assigned_changed_and_deleted() {
    let world = World::start().await;
    let path = format!("{ROLES}/roleDefinitions");
    let body = json!({ "displayName": "Key keeper", "description": "Keeps keys", "isEnabled": true,
        "rolePermissions": [{ "allowedResourceActions": ["microsoft.directory/users/basic/update"] }] });
    assert_eq!(world.post("alice", &path, body.clone()).await.status, 403, "no administrator");
    let made = world.post("root", &path, body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let role = made.text("id").to_owned();
    assert_eq!((&made.body["isBuiltIn"], &made.body["description"]), (&json!(false), &json!("Keeps keys")));

    let request = |name: &str| {
        json!({ "action": "adminAssign", "principalId": id(name), "roleDefinitionId": role,
            "directoryScopeId": "/", "justification": "keys",
            "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "P5D" } } })
    };
    let requests = format!("{ROLES}/roleEligibilityScheduleRequests");
    assert_eq!(world.post("root", &requests, request("bob")).await.status, 201);

    let one = format!("{path}/{role}");
    assert_eq!(world.patch("root", &one, json!({ "displayName": "Keeper" })).await.status, 204);
    let shown = world.get("root", &one).await;
    assert_eq!((shown.text("displayName"), shown.text("description")), ("Keeper", "Keeps keys"));
    let built_in = format!("{path}/{HELPDESK}");
    assert_eq!(world.patch("root", &built_in, json!({ "displayName": "x" })).await.status, 400);
    let delete = world.send(Method::DELETE, &world.token("root"), &one, None).await;
    assert_eq!(delete.status, 204, "{delete:?}");
    assert_eq!(world.get("root", &one).await.status, 404);
    assert_eq!(world.post("root", &requests, request("carol")).await.status, 404, "the role is gone");
}

#[tokio::test]
async fn plain_assignments_go_past_pim() {
    let world = World::start().await;
    let path = format!("{ROLES}/roleAssignments");
    let body = json!({ "principalId": id("bob"), "roleDefinitionId": HELPDESK, "directoryScopeId": "/" });
    let made = world.post("root", &path, body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let instances = world
        .get(
            "root",
            &format!("{ROLES}/roleAssignmentScheduleInstances?$filter=principalId eq '{}'", id("bob")),
        )
        .await;
    let row = &instances.rows()[0];
    assert_eq!(row["startDateTime"], json!(null));
    assert_eq!(row["roleAssignmentScheduleId"], row["id"], "made outside PIM: one id for all");
    let one = format!("{path}/{}", made.text("id"));
    let shown = world.get("root", &format!("{one}?$expand=roleDefinition")).await;
    assert_eq!(shown.body["roleDefinition"]["displayName"], "Helpdesk Administrator");
    assert_eq!(world.send(Method::DELETE, &world.token("root"), &one, None).await.status, 204);
    assert_eq!(world.get("root", &one).await.status, 404);
}
