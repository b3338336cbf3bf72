//! Lists of the published examples, held against what the emulator shows of the sample tenant: every member of a
//! published row is there, with a type that fits. Runs where `PIM_CORPUS` names the directory of the examples.

#![allow(clippy::unwrap_used)] // a helper of tests is a test

mod common;

use std::{collections::BTreeSet, path::Path};

use common::World;
use pim_core::{id::RoleId, privilege::Privilege};
use pim_embedded::seed::sample;
use pim_emulator::{NewToken, Options};
use reqwest::Method;
use serde_json::{Value, json};

/// Slips of the documentation, kept in the corpus on purpose, and members of things that no seed has.
const SLIPS: &[&str] = &[
    "odata.type",
    "createdDateTIme",
    "memberEligibilityScheduleId",
    "mailNickname",
    "signInAudience",
    "Type",
];

/// Lists that must be covered, so that this test can't pass by skipping.
const MUST: &[&str] = &[
    "/roleManagement/directory/roleDefinitions",
    "/roleManagement/directory/roleAssignmentScheduleInstances",
    "/roleManagement/directory/roleEligibilitySchedules",
    "/roleManagement/directory/roleAssignmentScheduleRequests",
    "/identityGovernance/privilegedAccess/group/eligibilitySchedules",
    "/policies/roleManagementPolicyAssignments",
    "/users",
    "/subscribedSkus",
];

#[tokio::test]
async fn published_lists_have_no_member_that_the_emulator_lacks() {
    let Some(directory) = std::env::var_os("PIM_CORPUS") else {
        println!("skipped: corpus not present");
        return;
    };
    let world = World::with(sample::tenant(), Options::default()).await;
    let records = sample::tenant().into_records();
    let privilege = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let admin = records.assignments.iter().find(|grant| {
        grant.privilege == privilege && records.users.iter().any(|user| user.id == grant.principal)
    });
    let principal = admin.map(|grant| grant.principal.clone());
    let token = world.emulator.token(NewToken { principal, mfa: true, ..NewToken::default() }).unwrap();
    let managed = records.groups.iter().find(|group| group.group.under_pim == Some(true)).unwrap();
    let group = managed.group.id.to_string();
    let holder = records.users.last().unwrap().id.to_string();
    for (path, body) in written(&holder, &group) {
        let reply = world.send(Method::POST, &token, &format!("/v1.0{path}"), Some(body)).await;
        assert_eq!(reply.status, 201, "{reply:?}");
    }

    let (mut covered, mut failures) = (BTreeSet::new(), Vec::new());
    for (page, api, url, body) in examples(Path::new(&directory)) {
        let Some((path, query)) = adapted(&url, &group) else { continue };
        let reply = world.send(Method::GET, &token, &format!("/{api}{path}{query}"), None).await;
        let Some(own) = reply.body["value"].as_array().filter(|rows| !rows.is_empty()) else {
            println!("not covered  {page}  {path}: {} and no rows", reply.status);
            continue;
        };
        let mut missing = Vec::new();
        for row in body["value"].as_array().into_iter().flatten() {
            compare(row, own, &path, &mut missing);
        }
        missing.sort_unstable();
        missing.dedup();
        println!("{}  {page}  {path}  {missing:?}", if missing.is_empty() { "passed" } else { "failed" });
        if !missing.is_empty() {
            failures.push((page, missing));
        }
        covered.insert(path);
    }
    println!("{} lists covered, {} pages failed", covered.len(), failures.len());
    assert!(failures.is_empty(), "{failures:#?}");
    for path in MUST {
        assert!(covered.contains(*path), "{path} was not covered");
    }
}

/// What the sample tenant lacks and some lists show: a request of each family, and a review.
fn written(holder: &str, group: &str) -> [(&'static str, Value); 4] {
    let request = json!({
        "action": "adminAssign",
        "principalId": holder,
        "roleDefinitionId": common::HELPDESK,
        "directoryScopeId": "/",
        "justification": "for a list",
        "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "P5D" } },
    });
    let membership = json!({
        "action": "adminAssign",
        "principalId": holder,
        "groupId": group,
        "accessId": "member",
        "justification": "for a list",
        "scheduleInfo": { "expiration": { "type": "afterDuration", "duration": "P5D" } },
    });
    let review = json!({
        "displayName": "for a list",
        "scope": {
            "query": format!(
                "/roleManagement/directory/roleEligibilityScheduleInstances?$filter=roleDefinitionId eq '{}'",
                common::HELPDESK
            ),
            "queryType": "MicrosoftGraph",
        },
        "reviewers": [{ "query": format!("/users/{holder}"), "queryType": "MicrosoftGraph" }],
        "settings": { "instanceDurationInDays": 3 },
    });
    [
        ("/roleManagement/directory/roleAssignmentScheduleRequests", request.clone()),
        ("/roleManagement/directory/roleEligibilityScheduleRequests", request),
        ("/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests", membership),
        ("/identityGovernance/accessReviews/definitions", review),
    ]
}

/// Page, version, address and answer of every list in the corpus.
fn examples(directory: &Path) -> Vec<(String, String, String, Value)> {
    let mut names: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort_unstable();
    let mut found = Vec::new();
    for name in names.iter().filter(|name| name.extension().is_some_and(|ending| ending == "json")) {
        let page: Value = serde_json::from_str(&std::fs::read_to_string(name).unwrap()).unwrap();
        for example in page["examples"].as_array().into_iter().flatten() {
            let body = &example["response"]["body"];
            let (Some("GET"), Some(url), true) = (
                example["request"]["method"].as_str(),
                example["request"]["url"].as_str(),
                body["value"].is_array(),
            ) else {
                continue;
            };
            let api = example["api"].as_str().or_else(|| page["api"].as_str()).unwrap_or("v1.0");
            let title = name.file_stem().unwrap().to_string_lossy().into_owned();
            found.push((title, api.to_owned(), url.to_owned(), body.clone()));
        }
    }
    found
}

/// The path, and a query that fits the sample tenant; `None` where the path or the query names one object of the
/// example's own tenant.
fn adapted(url: &str, group: &str) -> Option<(String, String)> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let names_one = path.split('/').any(|part| part.len() == 36 && part.matches('-').count() == 4);
    if names_one || path.contains(['(', '{']) || path.contains("delta") || path.contains("transitive") {
        return None;
    }
    let kept: Vec<&str> =
        query.split('&').filter(|pair| pair.starts_with("$expand") || pair.starts_with("$select")).collect();
    let filter = if path.contains("privilegedAccess/group") {
        format!("$filter=groupId eq '{group}'")
    } else if path.contains("roleManagementPolic") || path.contains("roleManagementAlerts") {
        "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'".to_owned()
    } else {
        String::new()
    };
    let query: Vec<&str> =
        kept.into_iter().chain([filter.as_str()]).filter(|part| !part.is_empty()).collect();
    Some((path.to_owned(), if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }))
}

/// Every member of a published object must be in one of ours, with a type that fits; null fits everything.
fn compare(published: &Value, own: &[Value], path: &str, missing: &mut Vec<String>) {
    for (name, value) in published.as_object().into_iter().flatten() {
        if name.contains("@odata.") || SLIPS.contains(&name.as_str()) {
            continue;
        }
        let place = format!("{path}/{name}");
        let values: Vec<&Value> = own.iter().filter_map(|object| object.get(name)).collect();
        let fits = |other: &&&Value| {
            value.is_null()
                || other.is_null()
                || std::mem::discriminant(value) == std::mem::discriminant(**other)
        };
        if values.is_empty() {
            missing.push(place);
        } else if !values.iter().any(|other| fits(&other)) {
            missing.push(format!("{place}: another type"));
        } else if value.is_object() {
            let inner: Vec<Value> = values.into_iter().filter(|value| value.is_object()).cloned().collect();
            if !inner.is_empty() {
                compare(value, &inner, &place, missing);
            }
        }
    }
}
