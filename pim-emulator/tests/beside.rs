//! What is written beside PIM's own: Conditional Access, entitlement management, review history; and what tells of
//! changes.

#![allow(clippy::unwrap_used)] // a helper of tests is a test

mod common;

use common::{GROUPS, World, id};
use pim_core::package::AccessPackage;
use pim_embedded::seed::{group_of, guid_of};
use pim_emulator::Options;
use reqwest::Method;
use serde_json::{Value, json};

const PACKAGES: &str = "/v1.0/identityGovernance/entitlementManagement";

fn package() -> AccessPackage {
    AccessPackage {
        id: pim_core::id::PackageId::from_guid(guid_of("package")),
        name: "Plant".to_owned(),
        catalog: pim_core::id::CatalogId::from_guid(guid_of("catalog")),
        carries: Vec::new(),
    }
}

async fn with_package() -> World {
    let seed = common::seed().edit(|records| records.packages.push(package())).build().unwrap();
    World::with(seed, Options::default()).await
}

#[tokio::test]
async fn a_package_is_asked_for_approved_in_stages_and_taken_back() {
    let world = with_package().await;
    let by = |name: &str| json!({ "primaryApprovers": [{ "@odata.type": "#microsoft.graph.singleUser", "userId": id(name) }] });
    let policy = json!({
        "displayName": "on request",
        "accessPackage": { "id": package().id },
        "requestorSettings": { "enableTargetsToSelfAddAccess": true },
        "requestApprovalSettings": { "isApprovalRequiredForAdd": true, "stages": [by("carol"), by("root")] },
    });
    let policy = world.post("root", &format!("{PACKAGES}/assignmentPolicies"), policy).await;
    assert_eq!(policy.status, 201, "{policy:?}");
    let ask = json!({ "requestType": "userAdd", "assignment": {
        "accessPackageId": package().id, "assignmentPolicyId": policy.text("id") } });
    let requests = format!("{PACKAGES}/assignmentRequests");
    let asked = world.post("alice", &requests, ask.clone()).await;
    assert_eq!((asked.status.as_u16(), asked.text("state")), (201, "pendingApproval"));

    let approval = format!("{PACKAGES}/accessPackageAssignmentApprovals/{}", asked.text("id"));
    let stages = world.get("carol", &format!("{approval}/stages")).await.rows().clone();
    assert_eq!((stages.len(), &stages[0]["assignedToMe"]), (2, &json!(true)));
    let path = |at: usize| format!("{approval}/stages/{}", stages[at]["id"].as_str().unwrap());
    let yes = json!({ "reviewResult": "Approve", "justification": "fine" });
    assert_eq!(world.patch("alice", &path(0), yes.clone()).await.status, 403, "no approver");
    assert_eq!(world.patch("root", &path(1), yes.clone()).await.status, 409, "not open yet");
    assert_eq!(world.patch("carol", &path(0), yes.clone()).await.status, 204);
    assert_eq!(world.patch("root", &path(1), yes).await.status, 204);
    let held =
        format!("{PACKAGES}/assignments?$expand=target&$filter=accessPackage/id eq '{}'", package().id);
    let held = world.get("root", &held).await.rows().clone();
    assert_eq!((held.len(), &held[0]["target"]["objectId"]), (1, &json!(id("alice"))));

    let cancel = format!("{requests}/{}/cancel", asked.text("id"));
    assert_eq!(
        world.send(Method::POST, &world.token("alice"), &cancel, None).await.status,
        400,
        "it is over"
    );
    let again = world.post("alice", &requests, ask).await;
    let cancel = format!("{requests}/{}/cancel", again.text("id"));
    assert_eq!(world.send(Method::POST, &world.token("alice"), &cancel, None).await.status, 204);
    let remove = json!({ "requestType": "adminRemove", "assignment": { "id": held[0]["id"] } });
    assert_eq!(world.post("root", &requests, remove).await.status, 201);
    let one = format!("{PACKAGES}/assignments/{}", held[0]["id"].as_str().unwrap());
    assert_eq!(world.get("root", &one).await.text("state"), "expired");
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused() {
    let world = with_package().await;
    let nowhere = json!({ "displayName": "x", "accessPackage": { "id": id("nobody") } });
    assert_eq!(world.post("root", &format!("{PACKAGES}/assignmentPolicies"), nowhere).await.status, 404);
    let strange = json!({ "displayName": "x", "colour": "red" });
    assert_eq!(world.post("root", &format!("{PACKAGES}/catalogs"), strange).await.status, 400);
    let catalog = format!("{PACKAGES}/catalogs/{}", package().catalog);
    let used = world.send(Method::DELETE, &world.token("root"), &catalog, None).await;
    assert_eq!(used.status, 400, "a package is in it");
    let empty = json!({ "displayName": "nobody asked", "state": "enabled", "conditions": {} });
    let policies = "/v1.0/identity/conditionalAccess/policies";
    assert_eq!(world.post("root", policies, empty).await.status, 400);
}

#[tokio::test]
async fn a_conditional_access_policy_is_written_changed_and_deleted() {
    let world = World::start().await;
    let policies = "/v1.0/identity/conditionalAccess/policies";
    let body = json!({ "displayName": "strict", "state": "enabled",
        "conditions": { "applications": { "includeApplications": ["All"] }, "users": { "includeUsers": ["All"] } },
        "grantControls": { "operator": "OR", "builtInControls": ["mfa"] } });
    let made = world.post("root", policies, body).await;
    assert_eq!((made.status.as_u16(), &made.body["conditions"]["users"]["excludeUsers"]), (201, &json!([])));
    let one = format!("{policies}/{}", made.text("id"));
    assert_eq!(world.patch("root", &one, json!({ "state": "disabled" })).await.status, 204);
    let shown = world.get("root", &one).await;
    assert_eq!((shown.text("state"), shown.text("displayName")), ("disabled", "strict"));
    assert_eq!(world.send(Method::DELETE, &world.token("root"), &one, None).await.status, 204);
    assert_eq!(world.get("root", &one).await.status, 404);
}

#[tokio::test]
async fn a_delta_link_tells_who_came_and_who_went() {
    let world = World::start().await;
    let first = world.get("root", "/v1.0/groups/delta?$select=id,displayName").await;
    assert_eq!(first.rows().len(), 2);
    let link = first.text("@odata.deltaLink").to_owned();
    assert!(world.get("root", &link).await.rows().is_empty(), "nothing has changed");

    let activate = json!({ "action": "selfActivate", "principalId": id("bob"), "groupId": group_of("ops"),
        "accessId": "member", "justification": "needed",
        "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "PT1H" } } });
    let made = world.post("bob", &format!("{GROUPS}/assignmentScheduleRequests"), activate).await;
    assert_eq!(made.status, 201, "{made:?}");
    let then = world.get("root", &link.replace("$select=id,displayName&", "")).await;
    let came = &then.rows()[0]["members@delta"];
    assert_eq!(
        (came[0]["id"].as_str(), came[0].get("@removed")),
        (Some(id("bob").to_string().as_str()), None)
    );
    world.advance("PT2H").await;
    let last = world.get("root", then.text("@odata.deltaLink")).await;
    assert_eq!(last.rows()[0]["members@delta"][0]["@removed"], json!({ "reason": "deleted" }));
    let old = world.get("root", "/v1.0/groups/delta?$deltatoken=made-up").await;
    assert_eq!(old.status, 410);
}

#[tokio::test]
async fn review_history_is_there_for_thirty_days() {
    let world = World::start().await;
    let path = "/v1.0/identityGovernance/accessReviews/historyDefinitions";
    let made =
        world.post("root", path, json!({ "displayName": "h", "decisions": ["deny"], "scopes": [] })).await;
    assert_eq!((made.status.as_u16(), made.text("status")), (201, "requested"));
    let one = format!("{path}/{}", made.text("id"));
    assert_eq!(world.get("root", &one).await.text("status"), "done");
    let instance = world.get("root", &format!("{one}/instances")).await.rows()[0].clone();
    assert_eq!(instance["downloadUri"], Value::Null);
    let generate = format!("{one}/instances/{}/generateDownloadUri", instance["id"].as_str().unwrap());
    let link = world.send(Method::POST, &world.token("root"), &generate, None).await;
    assert!(link.text("downloadUri").ends_with(".csv"));
    world.advance("P31D").await;
    assert_eq!(world.get("root", &one).await.status, 404);
}

#[tokio::test]
async fn lists_are_sorted_and_searched() {
    let world = World::start().await;
    let names = |reply: &common::Reply| -> Vec<String> {
        reply.rows().iter().map(|row| row["displayName"].as_str().unwrap().to_owned()).collect()
    };
    let (mut all, mut next) = (Vec::new(), Some("/v1.0/users?$orderby=displayName desc&$top=2".to_owned()));
    while let Some(link) = next {
        let page = world.get("root", &link).await;
        all.extend(names(&page));
        next = page.body["@odata.nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(all, ["root", "guest", "carol", "bob", "alice"]);
    let found = world.get("root", "/v1.0/users?$search=\"displayName:al\" OR \"displayName:ro\"").await;
    assert_eq!(names(&found), ["root", "alice"]);
    let unknown = world.get("root", "/v1.0/users?$orderby=colour").await;
    assert_eq!(unknown.status, 400);
}
