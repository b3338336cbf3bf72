//! What goes wrong on purpose, and the control port.

mod common;

use common::{HELPDESK, ROLES, World, activation, id};
use pim_emulator::{Fault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};

const REQUESTS: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleRequests";

async fn broken(world: &World) -> bool {
    let url = format!("{}{REQUESTS}", world.emulator.graph());
    let request = world.http.post(url).bearer_auth(world.token("alice"));
    match request.json(&activation("alice", HELPDESK, "PT1H")).send().await {
        Err(_) => true,
        Ok(response) => response.text().await.is_err(),
    }
}

async fn stored(world: &World) -> usize {
    world.get("alice", &format!("{REQUESTS}/filterByCurrentUser(on='principal')")).await.rows().len()
}

#[tokio::test]
async fn throttling_holds_until_it_is_used_up() {
    let world = World::start().await;
    let fault = json!({ "kind": "throttle", "retry_after": "2.128", "method": "POST", "times": 2 });
    assert_eq!(world.control(Method::POST, "/faults", Some(fault)).await.status, 204);
    for _ in 0..2 {
        let refused = world.post("alice", REQUESTS, activation("alice", HELPDESK, "PT1H")).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (429, "TooManyRequests"));
        assert_eq!(refused.headers["retry-after"], "2.128");
    }
    assert_eq!(stored(&world).await, 0);
    assert_eq!(world.post("alice", REQUESTS, activation("alice", HELPDESK, "PT1H")).await.status, 201);
    let log = world.control(Method::GET, "/requests", None).await;
    let posts: Vec<&Value> = log.body.as_array().unwrap().iter().filter(|r| r["method"] == "POST").collect();
    let effects: Vec<bool> = posts.iter().map(|r| r["took_effect"].as_bool().unwrap()).collect();
    assert_eq!(effects, [false, false, true]);
    assert!(!log.body.to_string().contains("emulated-"), "tokens stay out of the log");
}

#[tokio::test]
async fn connections_end_before_after_and_inside_an_answer() {
    for (kind, kept) in [(FaultKind::ResetBefore, 0), (FaultKind::ResetAfter, 1), (FaultKind::Truncate, 1)] {
        let world = World::start().await;
        world.emulator.fault(Fault { times: Some(1), ..Fault::new(kind.clone()) });
        assert!(broken(&world).await, "{kind:?}");
        assert_eq!(stored(&world).await, kept, "{kind:?}");
    }
}

#[tokio::test]
async fn links_lead_astray_and_pages_come_twice() {
    let world = World::start().await;
    let page = format!("{ROLES}/roleDefinitions?$top=5");
    let foreign = FaultKind::ForeignNextLink { origin: "https://graph.example".to_owned() };
    world.emulator.fault(Fault { times: Some(1), ..Fault::new(foreign) });
    let led = world.get("root", &page).await;
    assert!(led.text("@odata.nextLink").starts_with("https://graph.example/v1.0/roleManagement"));
    world.emulator.fault(Fault { times: Some(1), ..Fault::new(FaultKind::DuplicatePage) });
    let first = world.get("root", &page).await;
    let again = world.get("root", first.text("@odata.nextLink")).await;
    assert_eq!(first.rows(), again.rows());
    assert_ne!(first.body["@odata.nextLink"], again.body["@odata.nextLink"]);
}

#[tokio::test]
async fn a_write_can_stay_invisible_for_a_while() {
    let world = World::start().await;
    let late = Fault { times: Some(1), ..Fault::new(FaultKind::DelayedVisibility { millis: 400 }) };
    world.emulator.fault(late);
    let made = world.post("alice", REQUESTS, activation("alice", HELPDESK, "PT1H")).await;
    assert_eq!(made.status, 201);
    let one = format!("{REQUESTS}/{}", made.text("id"));
    assert_eq!((world.get("alice", &one).await.status.as_u16(), stored(&world).await), (404, 0));
    let instances =
        format!("{ROLES}/roleAssignmentScheduleInstances?$filter=principalId eq '{}'", id("alice"));
    assert!(world.get("root", &instances).await.rows().is_empty());
    for _ in 0..100 {
        if stored(&world).await == 1 {
            assert_eq!(world.get("root", &instances).await.rows().len(), 1);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the write never became visible");
}

#[tokio::test]
async fn every_third_request_and_a_reset_of_everything() {
    let world = World::start().await;
    let every = json!({ "kind": "unavailable", "every": 3, "path": "/roleDefinitions" });
    world.control(Method::POST, "/faults", Some(every)).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(world.get("root", &format!("{ROLES}/roleDefinitions?$top=1")).await.status.as_u16());
    }
    assert_eq!(statuses, [503, 200, 200, 503]);
    world.post("alice", REQUESTS, activation("alice", HELPDESK, "PT1H")).await;
    world.advance("P1D").await;
    let mails = world.control(Method::GET, "/outbox", None).await;
    assert!(!mails.body.as_array().unwrap().is_empty());
    assert_eq!(world.control(Method::POST, "/reset", None).await.status, 204);
    assert_eq!(stored(&world).await, 0);
    let clock = world.control(Method::GET, "/clock", None).await;
    assert_eq!(clock.body["now"], "2026-09-01T08:00:00Z");
    let seed = world.control(Method::GET, "/seed", None).await;
    assert_eq!(world.control(Method::POST, "/seed", Some(seed.body)).await.status, 204);
    let wrong = world.control(Method::POST, "/seed", Some(json!({ "people": [] }))).await;
    assert_eq!(wrong.status, 400);
    let back = json!({ "set": "2020-01-01T00:00:00Z" });
    assert_eq!(world.control(Method::POST, "/clock", Some(back)).await.status, 400);
}
