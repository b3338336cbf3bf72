//! The daily work on the embedded service, by name: what both bindings do.
#![allow(clippy::unwrap_used)]

use futures::executor::block_on;
use pim_bridge::{Session, World};
use pim_core::{error::ErrorKind, time::Period};
use serde_json::{Value, json};

const ROLE: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1"; // User Administrator

fn world() -> World {
    let privilege = json!({"type": "directory_role", "role": ROLE, "scope": "/"});
    let seed = json!([
        {"user": "alice"}, {"user": "bob"}, {"eligible": {"holder": "alice", "privilege": privilege}},
    ]);
    World::embedded(&json!({ "seed": seed, "now": "2026-09-01T08:00:00Z" }).to_string()).unwrap()
}

fn call(session: &Session, method: &str, arguments: Value) -> Value {
    let answer = block_on(session.call(method, &arguments.to_string())).unwrap();
    serde_json::from_str(&answer).unwrap()
}

fn list(session: &Session, method: &str) -> Vec<Value> {
    let mut cursor = session.list(method, "{}").unwrap();
    let mut all = Vec::new();
    while let Some(page) = block_on(cursor.next_page()).unwrap() {
        assert!(page.rejected.is_empty());
        all.extend(serde_json::from_str::<Vec<Value>>(&page.rows.json()).unwrap());
    }
    assert!(cursor.continuation().is_none());
    all
}

#[test]
fn a_role_is_activated_and_ends_by_itself() {
    let world = world();
    let alice = world.session(r#"{"user": "alice"}"#).unwrap();
    let eligible = list(&alice, "my_eligibilities");
    assert_eq!(eligible.len(), 1);
    assert_eq!(eligible[0]["role_name"], "User Administrator");
    let privilege = eligible[0]["privilege"].clone();

    let refused =
        block_on(alice.call("activate", &json!({"privilege": privilege, "duration": "PT12H"}).to_string()));
    let error = refused.unwrap_err();
    assert_eq!((error.kind(), error.violations().len()), (ErrorKind::PolicyViolation, 2));

    let ask = json!({"privilege": privilege, "justification": "Starters of this week",
        "ticket": {"number": "REQ-1042", "system": "Service desk"}});
    let request = call(&alice, "activate", ask);
    let key = json!({"id": request["id"], "level": "assignment", "privilege": privilege});
    let seen = call(&alice, "wait_for", json!({"key": key, "condition": "active", "deadline": "PT5M"}));
    assert!(seen["instance"]["id"].is_string());
    assert_eq!(list(&alice, "my_assignments").len(), 1);
    world.advance(Period::hours(9)).unwrap();
    assert!(list(&alice, "my_assignments").is_empty());
    assert_eq!(call(&alice, "clock", json!({}))["now"], world.now().to_string());
}

#[test]
fn names_become_ids() {
    let world = world();
    let alice = world.session(r#"{"user": "alice"}"#).unwrap();
    assert_eq!(call(&alice, "role_named", json!({"name": " user administrator"}))["id"], ROLE);
    assert_eq!(call(&alice, "role_named", json!({ "name": ROLE }))["name"], "User Administrator");
    let bob = call(&alice, "principal_named", json!({"name": "Bob"}));
    assert_eq!(bob, call(&alice, "principal_named", json!({ "name": bob })));
    let error = block_on(alice.call("role_named", r#"{"name": "User Admin"}"#)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("did_you_mean User Administrator"), "{error}");
    for slip in ["Usr Administrator", "user adminstrator", "Uesr Administrator"] {
        let error = block_on(alice.call("role_named", &json!({ "name": slip }).to_string())).unwrap_err();
        assert!(error.to_string().contains("did_you_mean User Administrator"), "{slip}: {error}");
    }
    let error = block_on(alice.call("role_named", r#"{"name": "Wizard"}"#)).unwrap_err();
    assert!(!error.to_string().contains("did_you_mean"), "{error}");
    let error = block_on(alice.call("principal_named", r#"{"name": "carol"}"#)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    let wrong = |setup: &str| World::embedded(setup).unwrap_err().to_string();
    assert!(wrong("{}").contains("missing field `seed`"));
    assert!(wrong(r#"{"seed": "sampel"}"#).contains("expected `sample`"));
    assert!(wrong(r#"{"seed": {"users": 1}}"#).contains("users"));
    assert!(wrong(r#"{"seed": [{"usr": "alice"}]}"#).contains("unknown variant `usr`"));
    assert!(
        wrong(r#"{"seed": [{"user": "alice"}, {"eligible": {"holder": "alice"}}]}"#).contains("[1].eligible")
    );
    assert!(wrong(r#"{"seed": "sample", "clock": "sundial"}"#).contains("sundial"));
    let world = world();
    assert!(world.session(r#"{"user": "a", "id": "b"}"#).is_err() && world.session("{}").is_err());
    let alice = world.session(r#"{"user": "alice"}"#).unwrap();
    for (method, arguments, says) in [
        ("activat", "{}", "did you mean `activate`?"),
        ("my_eligibilities", "{}", "there is no such method"),
        ("policy", "[]", "expected an object"),
        ("policy", "nonsense", "expected"),
        ("cancel", r#"{"key": {"id": "x", "level": "assignment"}}"#, "key: missing field `privilege`"),
        ("wait_for", r#"{"key": 1}"#, "key: expected"),
    ] {
        let error = block_on(alice.call(method, arguments)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(says), "{error}");
    }
    let error = alice.list("my_eligibility", "{}").unwrap_err().to_string();
    assert!(error.contains("did you mean `my_eligibilities`?"), "{error}");
    let error = alice.list("requests", r#"{"query": {"statuses": []}}"#).unwrap_err().to_string();
    assert!(error.contains("query") && error.contains("`status`"), "{error}");
}

#[test]
fn the_machines_clock_is_not_moved() {
    let world = World::embedded(r#"{"seed": "sample", "clock": "system"}"#).unwrap();
    assert_eq!(world.advance(Period::hours(1)).unwrap_err().kind(), ErrorKind::Unsupported);
}
