//! Tokens, batches, paging, the directory, logs, reviews, alerts.

mod common;

use common::{HELPDESK, ROLES, World, activation, id};
use pim_core::privilege::Privilege;
use pim_embedded::seed::group_of;
use pim_emulator::{NewToken, Options};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn tokens_are_known_last_and_carry_permissions() {
    let world = World::start().await;
    let path = format!("{ROLES}/roleAssignmentScheduleInstances");
    let unknown = world.send(Method::GET, "made.up", &path, None).await;
    assert_eq!((unknown.status.as_u16(), unknown.code()), (401, "InvalidAuthenticationToken"));
    assert!(unknown.headers.contains_key("www-authenticate"));

    let body = json!({ "principal": id("root"), "mfa": true, "lifetime": "PT1H",
        "scopes": ["RoleAssignmentSchedule.Read.Directory"] });
    let made = world.control(Method::POST, "/tokens", Some(body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let token = made.text("token").to_owned();
    assert_eq!(world.send(Method::GET, &token, &path, None).await.status, 200);
    let requests = format!("{ROLES}/roleAssignmentScheduleRequests");
    let lacking = world.send(Method::GET, &token, &requests, None).await;
    assert_eq!((lacking.status.as_u16(), lacking.text("errorCode")), (403, "PermissionScopeNotGranted"));
    let groups = format!("{}/eligibilitySchedules?$filter=groupId eq '{}'", common::GROUPS, group_of("ops"));
    let wrapped = world.send(Method::GET, &token, &groups, None).await;
    assert_eq!((wrapped.status.as_u16(), wrapped.code()), (403, "UnknownError"));
    world.advance("PT1H").await;
    assert_eq!(world.send(Method::GET, &token, &path, None).await.status, 401);
    for wrong in [json!({}), json!({ "principal": id("root"), "app": id("root") }), json!({ "scope": [] })] {
        assert_eq!(world.control(Method::POST, "/tokens", Some(wrong)).await.status, 400);
    }
}

#[tokio::test]
async fn no_application_decides_or_activates() {
    let seed = common::seed().application("robot").build().unwrap();
    let world = World::with(seed, Options::default()).await;
    let token = world.emulator.token(NewToken { app: Some(id("robot")), ..NewToken::default() }).unwrap();
    let path = format!("/beta/roleManagement/directory/roleAssignmentApprovals/{}", id("alice"));
    assert_eq!(world.send(Method::GET, &token, &path, None).await.status, 403);
    assert_eq!(world.send(Method::GET, &token, "/v1.0/me", None).await.status, 403);
}

#[tokio::test]
async fn pages_hold_everything_once() {
    let mut seed = common::seed();
    let names: Vec<String> = (0..257).map(|n| format!("user{n}")).collect();
    seed = seed.users(names.iter().map(String::as_str));
    for name in &names {
        seed = seed.standing(name, common::role(HELPDESK));
    }
    let world = World::with(seed.build().unwrap(), Options::default()).await;
    for (path, expected) in [
        (
            format!(
                "{ROLES}/roleAssignmentScheduleInstances?$filter=roleDefinitionId eq '{HELPDESK}'&$top=60"
            ),
            257,
        ),
        (format!("{ROLES}/roleAssignmentScheduleInstances?$select=principalId,id"), 259),
        ("/v1.0/users?$top=100&$count=true&$select=id".to_owned(), 262),
    ] {
        let (mut seen, mut next, mut pages) = (Vec::new(), Some(path.clone()), 0);
        while let Some(link) = next {
            let page = world.get("root", &link).await;
            assert_eq!(
                page.body.get("@odata.count").is_some(),
                pages == 0 && path.contains("$count"),
                "{path}"
            );
            seen.extend(page.rows().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            next = page.body["@odata.nextLink"].as_str().map(str::to_owned);
            pages += 1;
        }
        seen.sort_unstable();
        let length = seen.len();
        seen.dedup();
        assert_eq!((length, seen.len()), (expected, expected), "{path}");
        assert!(pages >= 3, "{path}: {pages} pages");
    }
    let text = world
        .http
        .get(format!("{}/v1.0/users?$top=1", world.emulator.graph()))
        .bearer_auth(world.token("root"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(text.find("@odata.nextLink").unwrap() < text.find("\"value\"").unwrap());
}

#[tokio::test]
async fn a_batch_answers_each_part_on_its_own() {
    let world = World::start().await;
    let body = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/me?$select=id" },
        { "id": "2", "method": "GET", "url": "users/00000000-0000-0000-0000-000000000001" },
        { "id": "3", "method": "GET", "url": "/me", "dependsOn": ["2"] },
        { "id": "4", "method": "POST", "url": "/roleManagement/directory/roleAssignmentScheduleRequests",
          "headers": { "Content-Type": "application/json" }, "body": activation("alice", HELPDESK, "PT1H") },
    ]});
    let reply = world.post("alice", "/v1.0/$batch", body).await;
    let responses = reply.body["responses"].as_array().unwrap();
    let statuses: Vec<u64> = responses.iter().map(|part| part["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 404, 424, 201], "{reply:?}");
    assert_eq!(responses[0]["body"]["id"], id("alice").to_string());
    let many: Vec<Value> =
        (0..21).map(|n| json!({ "id": n.to_string(), "method": "GET", "url": "/me" })).collect();
    assert_eq!(world.post("alice", "/v1.0/$batch", json!({ "requests": many })).await.status, 400);
}

#[tokio::test]
async fn the_directory_is_there_and_the_rest_is_not_pretended() {
    let world = World::start().await;
    let ids = json!({ "ids": [id("alice"), group_of("ops"), "00000000-0000-0000-0000-000000000001"],
        "types": ["user", "group"] });
    let found = world.post("root", "/v1.0/directoryObjects/getByIds", ids).await;
    let kinds: Vec<&str> = found.rows().iter().map(|row| row["@odata.type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["#microsoft.graph.user", "#microsoft.graph.group"]);
    let user = world.get("root", &format!("/v1.0/users/{}", id("alice"))).await;
    assert!(user.body.get("accountEnabled").is_none(), "shown only when asked for");
    let asked = world.get("root", &format!("/v1.0/users/{}?$select=accountEnabled", id("alice"))).await;
    assert_eq!(asked.body["accountEnabled"], true);
    let count = world.get("root", "/v1.0/users/$count").await;
    assert_eq!(count.body, json!(5));
    let units = world.get("root", "/v1.0/directory/administrativeUnits").await;
    assert_eq!(units.rows().len(), 1);
    let elsewhere = world.get("root", "/v1.0/teams").await;
    assert_eq!((elsewhere.status.as_u16(), elsewhere.code()), (501, "NotEmulated"));
    assert_eq!(world.get("root", "/v3/users").await.status, 400);
}

#[tokio::test]
async fn acts_leave_audit_records_newest_first() {
    let world = World::start().await;
    let path = format!("{ROLES}/roleAssignmentScheduleRequests");
    world.post("alice", &path, activation("alice", HELPDESK, "PT1H")).await;
    let audit = world.get("carol", "/v1.0/auditLogs/directoryAudits?$filter=loggedByService eq 'PIM'").await;
    let rows = audit.rows();
    assert!(!rows.is_empty());
    assert!(rows.iter().any(|row| row["initiatedBy"]["user"]["id"] == id("alice").to_string()));
    let times: Vec<&str> = rows.iter().map(|row| row["activityDateTime"].as_str().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]));
    assert_eq!(world.get("alice", "/v1.0/auditLogs/directoryAudits").await.status, 403);
}

#[tokio::test]
async fn a_review_is_made_answered_and_applied() {
    let world = World::start().await;
    let body = json!({
        "displayName": "Quarterly", "reviewers": [{ "query": format!("/users/{}", id("carol")), "queryType": "MicrosoftGraph" }],
        "scope": { "@odata.type": "#microsoft.graph.accessReviewQueryScope", "queryType": "MicrosoftGraph",
            "query": format!("/roleManagement/directory/roleEligibilityScheduleInstances?$expand=principal&$filter=(isof(principal,'microsoft.graph.user') and roleDefinitionId eq '{HELPDESK}')") },
        "settings": { "instanceDurationInDays": 3, "autoApplyDecisionsEnabled": false, "recommendationsEnabled": true },
    });
    let base = "/v1.0/identityGovernance/accessReviews/definitions";
    let made = world.post("root", base, body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let instances = world.get("root", &format!("{base}/{}/instances", made.text("id"))).await;
    let instance =
        format!("{base}/{}/instances/{}", made.text("id"), instances.rows()[0]["id"].as_str().unwrap());
    let items = world.get("carol", &format!("{instance}/decisions")).await;
    let item = &items.rows()[0];
    assert_eq!(item["principal"]["id"], id("alice").to_string());
    assert_eq!(
        (&item["decision"], &item["resource"]["type"]),
        (&json!("NotReviewed"), &json!("directoryRole"))
    );
    let answer = json!({ "decision": "Deny", "justification": "left the desk" });
    let one = format!("{instance}/decisions/{}", item["id"].as_str().unwrap());
    assert_eq!(world.patch("alice", &one, answer.clone()).await.status, 403);
    assert_eq!(world.patch("carol", &one, answer).await.status, 204);
    let stopped = world.send(Method::POST, &world.token("root"), &format!("{instance}/stop"), None).await;
    assert_eq!(stopped.status, 204, "{stopped:?}");
    let applied =
        world.send(Method::POST, &world.token("root"), &format!("{instance}/applyDecisions"), None).await;
    assert!(applied.status == 204 || applied.status == 400, "{applied:?}");
    let left = format!("{ROLES}/roleEligibilitySchedules?$filter=principalId eq '{}'", id("alice"));
    let rows = world.get("root", &left).await;
    assert!(rows.rows().iter().all(|row| row["roleDefinitionId"] != HELPDESK), "{rows:?}");
}

#[tokio::test]
async fn alerts_are_beta_and_demand_their_scope() {
    let world = World::with(
        common::seed()
            .standing("bob", Privilege::role(pim_core::id::RoleId::GLOBAL_ADMINISTRATOR))
            .build()
            .unwrap(),
        Options::default(),
    )
    .await;
    let base = "identityGovernance/roleManagementAlerts";
    assert_eq!(world.get("root", &format!("/v1.0/{base}/alerts")).await.code(), "BadRequest");
    assert_eq!(world.get("root", &format!("/beta/{base}/alerts")).await.code(), "UnknownError");
    let scoped = format!(
        "/beta/{base}/alerts?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'&$expand=alertDefinition,alertIncidents"
    );
    let alerts = world.get("root", &scoped).await;
    assert_eq!(alerts.rows().len(), 7);
    assert!(alerts.rows()[0]["alertDefinition"]["severityLevel"].is_string());
    let id = alerts.rows()[0]["id"].as_str().unwrap().to_owned();
    let typed = json!({
        "@odata.type": "#microsoft.graph.tooManyGlobalAdminsAssignedToTenantAlertConfiguration",
        "isEnabled": "true", "globalAdminCountThreshold": 7, "percentageOfGlobalAdminsOutOfRolesThreshold": 70,
    });
    let configuration = format!("/beta/{base}/alertConfigurations/{id}");
    assert_eq!(world.patch("root", &configuration, typed).await.status, 204);
    assert_eq!(world.get("root", &configuration).await.body["globalAdminCountThreshold"], 7);
    let refreshed = world
        .send(Method::POST, &world.token("root"), &format!("/beta/{base}/alerts/{id}/refresh"), None)
        .await;
    assert_eq!(refreshed.status, 202);
    assert!(refreshed.headers.contains_key("location"));
}
