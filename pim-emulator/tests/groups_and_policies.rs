//! PIM for Groups, policies and their rules.

mod common;

use common::{GROUPS, HELPDESK, World, id};
use pim_embedded::seed::group_of;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn groups_are_listed_by_group_or_principal_only() {
    let world = World::start().await;
    let bare = world.get("root", &format!("{GROUPS}/eligibilitySchedules")).await;
    assert_eq!((bare.status.as_u16(), bare.code()), (400, "MissingParameters"));
    let group = group_of("ops");
    let named = format!("{GROUPS}/eligibilitySchedules?$filter=groupId eq '{group}'");
    let listed = world.get("root", &named).await;
    let row = &listed.rows()[0];
    assert_eq!(row["accessId"], "member");
    assert_eq!(row["memberType"], "direct", "groups write in lower case");
    assert!(row["id"].as_str().unwrap().starts_with(&format!("{group}_member_")));
    let one =
        world.get("root", &format!("{GROUPS}/eligibilitySchedules/{}", row["id"].as_str().unwrap())).await;
    assert_eq!(one.body["principalId"], id("bob").to_string());
}

#[tokio::test]
async fn membership_is_activated_and_shows_among_members() {
    let world = World::start().await;
    let group = group_of("ops");
    let body = json!({
        "accessId": "member", "principalId": id("bob"), "groupId": group, "action": "selfActivate",
        "scheduleInfo": { "startDateTime": null, "expiration": { "type": "afterDuration", "duration": "PT2H" } },
        "justification": "on call",
    });
    let made = world.post("bob", &format!("{GROUPS}/assignmentScheduleRequests"), body).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.text("targetScheduleId"), format!("{group}_member_{}", made.text("id")));
    let own = format!(
        "{GROUPS}/assignmentScheduleInstances/filterByCurrentUser(on='principal')?$expand=activatedUsing,group"
    );
    let listed = world.get("bob", &own).await;
    let row = &listed.rows()[0];
    assert_eq!(row["assignmentType"], "activated");
    assert_eq!(row["activatedUsing"]["accessId"], "member");
    assert_eq!(row["group"]["id"], group.to_string());
    for (path, expected) in [("members", 2), ("transitiveMembers", 2)] {
        let members = world.get("root", &format!("/v1.0/groups/{group}/{path}")).await;
        assert_eq!(members.rows().len(), expected, "{path}");
    }
    let outer = world
        .get("root", &format!("/v1.0/groups/{}/transitiveMembers/microsoft.graph.user", group_of("outer")))
        .await;
    assert_eq!(outer.rows().len(), 2);
    let wrong =
        world.get("bob", &format!("{GROUPS}/assignmentSchedules/filterByCurrentUser(on='approver')")).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn policies_are_read_and_written_in_both_ways() {
    let world = World::start().await;
    let bare = world.get("root", "/v1.0/policies/roleManagementPolicyAssignments").await;
    assert_eq!((bare.status.as_u16(), bare.code()), (400, "UnknownError"));
    let filter = format!(
        "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '{HELPDESK}'"
    );
    let list = world
        .get(
            "root",
            &format!("/v1.0/policies/roleManagementPolicyAssignments?{filter}&$expand=policy($expand=rules)"),
        )
        .await;
    let assignment = &list.rows()[0];
    assert_eq!(assignment["policy"]["rules"].as_array().unwrap().len(), 17);
    let policy_id = assignment["policyId"].as_str().unwrap();
    assert_eq!(assignment["id"], format!("{policy_id}_{HELPDESK}"));

    let rule =
        format!("/v1.0/policies/roleManagementPolicies/{policy_id}/rules/Expiration_EndUser_Assignment");
    let untyped = json!({ "maximumDuration": "PT1H45M", "isExpirationRequired": true });
    assert_eq!(world.patch("root", &rule, untyped).await.status, 400);
    let typed = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
        "id": "Expiration_EndUser_Assignment", "isExpirationRequired": true, "maximumDuration": "PT1H45M",
    });
    assert_eq!(world.patch("root", &rule, typed).await.status, 204);
    let read = world.get("root", &rule).await;
    assert_eq!(read.text("maximumDuration"), "PT1H45M");
    assert_eq!(read.body["target"]["operations"], json!(["all"]));

    let whole = format!("/v1.0/policies/roleManagementPolicies/{policy_id}");
    let approval = json!({ "rules": [{
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
        "id": "Approval_EndUser_Assignment",
        "setting": {
            "isApprovalRequired": true, "approvalMode": "SingleStage",
            "approvalStages": [{ "approvalStageTimeOutInDays": 1, "primaryApprovers": [
                { "@odata.type": "#microsoft.graph.singleUser", "userId": id("carol") },
            ]}],
        },
    }]});
    let written = world.patch("root", &whole, approval).await;
    assert_eq!(written.status, 200, "{written:?}");
    assert!(written.body.get("rules").is_none());
    assert!(written.body["lastModifiedDateTime"].is_string());
    let rules = world.get("root", &format!("{whole}/rules/Approval_EndUser_Assignment")).await;
    let approvers = &rules.body["setting"]["approvalStages"][0]["primaryApprovers"];
    assert_eq!(approvers[0]["userId"], id("carol").to_string());
    let malformed = world.get("root", "/v1.0/policies/roleManagementPolicies/nonsense").await;
    assert!(malformed.body["error"]["message"].as_str().unwrap().contains("MissingProvider"));
}

#[tokio::test]
async fn a_groups_policy_id_changes_when_it_comes_under_pim() {
    let world = World::start().await;
    let group = group_of("outer");
    let list = format!(
        "/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId eq '{group}' and scopeType eq 'Group'"
    );
    let before = world.get("root", &list).await;
    assert_eq!(before.rows()[1]["roleDefinitionId"], "owner");
    let body = json!({
        "accessId": "member", "principalId": id("alice"), "groupId": group, "action": "adminAssign",
        "justification": "x",
        "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "P10D" } },
    });
    let made = world.post("root", &format!("{GROUPS}/eligibilityScheduleRequests"), body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let after = world.get("root", &list).await;
    assert_ne!(before.rows()[0]["policyId"], after.rows()[0]["policyId"]);
    let written = world.send(Method::DELETE, &world.token("root"), &list, None).await;
    assert_eq!(written.status, 501, "what is only read here is not written");
    assert_eq!(written.code(), "NotEmulated");
}
