//! A tenant read, judged, planned for and changed by name and JSON.
#![allow(clippy::unwrap_used)] // a test: a panic is its report

use futures::executor::block_on;
use pim_bridge::{Session, Tell, Tenant, World, act, judge};
use pim_core::error::ErrorKind;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

fn sample() -> (World, Session) {
    let world = World::embedded(r#"{"seed": "sample"}"#).unwrap();
    let session = world.session(r#"{"user": "emma.clarke"}"#).unwrap();
    (world, session)
}

/// All but Azure, where she administers nothing.
const SOURCES: &str = r#"{"sources": ["directory_roles", "directory_assignments", "directory_eligibilities", "directory_policies",
    "group_assignments", "group_eligibilities", "group_policies", "users", "groups", "memberships", "service_principals",
    "units", "skus", "conditional_access", "contexts", "locations", "reviews", "alerts", "last_activations"]}"#;

fn read(session: &Session) -> Tenant {
    block_on(Tenant::discover(session, SOURCES, |_| ())).unwrap()
}

/// What a client must protect to carry out a plan.
fn guards(plan: &Value) -> String {
    let guarded = &plan["guarded"];
    json!({ "break_glass": guarded["break_glass"], "min_administrators": guarded["min_administrators"] })
        .to_string()
}

fn judged(verb: &str, arguments: Value, tenants: &[Tenant]) -> Value {
    serde_json::from_str(&judge(verb, &arguments.to_string(), tenants).unwrap()).unwrap()
}

fn done(verb: &str, arguments: Value, session: &Session) -> Value {
    let told = block_on(act(verb, &arguments.to_string(), std::slice::from_ref(session), Tell::default()));
    serde_json::from_str(&told.unwrap()).unwrap()
}

#[test]
fn from_what_stands_to_what_is_wanted_and_back() {
    let (_world, session) = sample();
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let tenant =
        block_on(Tenant::discover(&session, SOURCES, move |fact| seen.lock().unwrap().push(fact))).unwrap();
    assert!(told.lock().unwrap().iter().any(|fact| fact.contains("\"coverage\":\"")));
    let about: Value = serde_json::from_str(&tenant.about()).unwrap();
    assert_eq!(about["backend"], "embedded");
    assert!(tenant.table("users").unwrap().len() > 10 && tenant.table("roles").unwrap().len() > 50);
    assert!(tenant.table("user").unwrap_err().to_string().contains("did you mean `users`?"));

    let findings = judged("findings", json!({}), std::slice::from_ref(&tenant));
    assert!(findings["findings"].as_array().unwrap().len() > 10);
    let design = judged("propose_design", json!({}), std::slice::from_ref(&tenant));
    let wanted = json!({ "design": { "text": design } });
    let faults = judged("check_design", wanted.clone(), std::slice::from_ref(&tenant));
    assert!(faults.as_array().unwrap().iter().all(|fault| fault["warning"] == true), "{faults}");
    let plan = judged("plan", wanted.clone(), std::slice::from_ref(&tenant));
    let steps = plan["steps"].as_array().unwrap().len();
    assert!(steps > 100);
    let careless = json!({ "plan": plan });
    let refused =
        block_on(act("apply", &careless.to_string(), std::slice::from_ref(&session), Tell::default()));
    assert_eq!(refused.unwrap_err().code(), Some("Apply.WeakerGuards"));
    let session = session.guarding(&guards(&plan)).unwrap();

    let folder = std::env::temp_dir().join(format!("pim-bridge-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str| folder.join(name).display().to_string();
    let tried = done("rehearse", json!({ "plan": plan }), &session);
    assert_eq!(tried["rows"].as_array().unwrap().len(), steps);
    let outcome = done("apply", json!({ "plan": plan, "journal": file("one") }), &session);
    let failed: Vec<_> =
        outcome["rows"].as_array().unwrap().iter().filter(|row| row["status"] == "failed").collect();
    assert!(failed.is_empty(), "{} of {steps}: {:?}", failed.len(), failed.first());
    let after = read(&session);
    assert_eq!(judged("plan", wanted, std::slice::from_ref(&after))["steps"], json!([]));
    let changed = judged("diff", json!({}), &[tenant.clone(), after.clone()]);
    assert!(changed.as_object().is_some_and(|diff| !diff.is_empty()));

    let report = json!({ "format": "html", "findings": findings, "compliance": true, "plan": plan, "outcome": outcome });
    let page = judged("report", report, &[after.clone(), tenant.clone()]);
    assert!(
        page.as_str().unwrap().starts_with("<!doctype html>")
            || page.as_str().unwrap().starts_with("<!DOCTYPE html>")
    );
    let csv =
        judged("report", json!({ "format": "csv", "table": "permanent" }), std::slice::from_ref(&after));
    assert!(csv.as_str().unwrap().lines().count() > 1);
    let mails =
        judged("messages", json!({ "plan": plan, "contact": "the desk" }), std::slice::from_ref(&tenant));
    assert!(!mails["messages"].as_array().unwrap().is_empty());

    let undone = done("undo", json!({ "done": file("one"), "journal": file("two") }), &session);
    // What the settings then in place forbid to give back was said at its step; all else is taken back.
    let rows = undone["rows"].as_array().unwrap();
    let count = |status: &str| rows.iter().filter(|row| row["status"] == status).count();
    assert!(count("done") > rows.len() / 2, "{undone}");
    assert_eq!(undone["mode"], "undo");
    let back = read(&session);
    let rights = |tenant: &Tenant| tenant.table("assignments").unwrap().len();
    assert!(rights(&back) > rights(&after));
    back.save(file("kept")).unwrap();
    assert_eq!(Tenant::load(file("kept")).unwrap().about(), back.about());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_run_ends_where_it_is_told_to_and_goes_on_later() {
    let (_world, session) = sample();
    let tenant = read(&session);
    let design = judged("propose_design", json!({}), std::slice::from_ref(&tenant));
    let plan = judged("plan", json!({ "design": { "text": design } }), std::slice::from_ref(&tenant));
    let steps = plan["steps"].as_array().unwrap().len();
    let session = session.guarding(&guards(&plan)).unwrap();
    let journal = std::env::temp_dir().join(format!("pim-bridge-stopped-{}", std::process::id()));
    let journal = journal.display().to_string();
    let stop = Tell::new(|fact| !fact.contains("\"done\":5,"));
    let arguments = json!({ "plan": plan, "journal": journal }).to_string();
    let stopped = block_on(act("apply", &arguments, std::slice::from_ref(&session), stop)).unwrap();
    let stopped: Value = serde_json::from_str(&stopped).unwrap();
    assert!(!stopped["stopped"].is_null(), "{stopped}");
    let whole = done("resume", json!({ "journal": journal }), &session);
    assert_eq!(whole["rows"].as_array().unwrap().len(), steps);
    assert!(whole["stopped"].is_null());
    std::fs::remove_file(journal).unwrap();
}

#[test]
fn what_cannot_be_read_is_refused() {
    let (_world, session) = sample();
    let tenant = read(&session);
    let wrong = |verb: &str, arguments: Value, tenants: &[Tenant]| {
        let error = judge(verb, &arguments.to_string(), tenants).unwrap_err();
        (error.kind(), error.to_string())
    };
    let (kind, says) = wrong("finding", json!({}), &[]);
    assert!(kind == ErrorKind::InvalidInput && says.contains("did you mean `findings`?"), "{says}");
    assert!(wrong("findings", json!({}), &[]).1.contains("a snapshot is needed"));
    let typo = json!({ "design": { "text": "version: 1\nroles:\n  - roel: Global Reader" } });
    assert!(wrong("plan", typo, std::slice::from_ref(&tenant)).1.contains("line 3, column 5"));
    let unknown =
        json!({ "design": { "text": "version: 1\nroles:\n  - { role: Global Raeder, eligible: [] }" } });
    assert!(wrong("plan", unknown, std::slice::from_ref(&tenant)).1.contains("Global Reader"));
    let report = |arguments: Value| wrong("report", arguments, std::slice::from_ref(&tenant)).1;
    assert!(report(json!({ "format": "htlm" })).contains("did you mean `html`?"));
    assert!(report(json!({ "format": "csv" })).contains("which table"));
    assert!(report(json!({ "format": "csv", "table": "finding" })).contains("did you mean `findings`?"));
    assert!(wrong("least_role_for", json!({}), &[]).1.contains("missing field `what`"));
    let error = block_on(act("aply", "{}", std::slice::from_ref(&session), Tell::default())).unwrap_err();
    assert!(error.to_string().contains("did you mean `apply`?"));
    let error = block_on(act("apply", r#"{"plan": {}}"#, std::slice::from_ref(&session), Tell::default()))
        .unwrap_err();
    assert_ne!(error.kind(), ErrorKind::Unexpected);
    assert!(judged("least_role_for", json!({ "what": "reset password of non-admins" }), &[])[0].is_object());
}
