//! What must have happened before a request, by the template of its path, and which ids it then has.

use serde_json::{Value, json};

use super::{
    call::{Call, Caller},
    compare::Referee,
    needs::{Needs, is_guid},
    reviews, schedules,
    stage::{Stage, asker, root},
};
use crate::corpus::options;

const PACKAGES: &str = "identityGovernance/entitlementManagement";

/// Fills in what a fragment of a body leaves out.
pub(super) fn complete(call: &mut Call) {
    if call.method == "POST" && call.segments().ends_with(&["accessReviews", "definitions"]) {
        let mut whole = reviews::plain(&super::stage::group());
        let given = call.body.as_object().cloned().unwrap_or_default();
        whole.as_object_mut().into_iter().for_each(|whole| whole.extend(given.clone()));
        call.body = whole;
    }
}

/// A request inside a batch.
pub(super) fn part(part: &Value, version: &str) -> Call {
    let url = part["url"].as_str().unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let headers = part["headers"].as_object().into_iter().flatten();
    Call {
        method: part["method"].as_str().unwrap_or("GET").to_owned(),
        version: version.to_owned(),
        path: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        options: options(query),
        headers: headers.filter_map(|(n, v)| Some((n.to_lowercase(), v.as_str()?.to_owned()))).collect(),
        body: part["body"].clone(),
        caller: Caller::Root,
    }
}

/// What a read shows must be there to be read: ids of the answer that the seed decides about.
pub(super) fn as_printed(needs: &mut Needs, printed: &Value) {
    match printed {
        Value::Array(all) => all.iter().for_each(|one| as_printed(needs, one)),
        Value::Object(members) => {
            let mut plain = members.clone();
            plain.retain(|name, _| {
                matches!(
                    name.as_str(),
                    "principalId"
                        | "groupId"
                        | "roleDefinitionId"
                        | "directoryScopeId"
                        | "id"
                        | "@odata.type"
                )
            });
            needs.read_body(&Value::Object(plain));
            members.values().filter(|value| value.is_array()).for_each(|inner| as_printed(needs, inner));
            members.get("value").into_iter().for_each(|inner| as_printed(needs, inner));
        }
        _ => {}
    }
}

/// Whether activations are to wait for an approver.
pub(super) fn waits(call: &Call, printed: &Value) -> bool {
    let path = call.path.join("/");
    path.contains("Approvals") || path.contains("on='approver'") || printed["status"] == "PendingApproval"
}

/// Lets happen what must come before, and puts the ids in that came of it.
pub(super) async fn prepare(
    stage: &Stage,
    call: &mut Call,
    printed: &Value,
    referee: &Referee<'_>,
) -> Result<(), String> {
    let path = call.path.clone();
    let segments: Vec<&str> = path.iter().map(String::as_str).collect();
    let printed = printed.get("value").filter(|inner| inner.is_object()).unwrap_or(printed);
    match segments.as_slice() {
        ["roleManagement", "directory", "roleAssignmentApprovals", rest @ ..]
        | ["identityGovernance", "privilegedAccess", "group", "assignmentApprovals", rest @ ..] => {
            let of_group = segments[0] == "identityGovernance";
            let request = schedules::waiting(stage, call, of_group).await?;
            approval(stage, call, segments.len() - rest.len(), &request).await
        }
        ["identityGovernance", "entitlementManagement", "accessPackageAssignmentApprovals", ..] => {
            let request = package_request(stage).await?;
            approval(stage, call, 3, &request).await
        }
        ["roleManagement", "directory", "roleAssignments", id] if !id.starts_with('$') => {
            schedules::standing(stage, printed).await?;
            pick(stage, call, 3, printed, referee).await
        }
        ["roleManagement", "directory", "roleAssignments" | "transitiveRoleAssignments"] => {
            schedules::transitive(stage, call, printed).await
        }
        ["roleManagement", "directory", collection, ..] if collection.contains("Schedule") => {
            schedules::prepare(stage, call, printed, referee, false).await
        }
        ["identityGovernance", "privilegedAccess", "group", ..] => {
            schedules::prepare(stage, call, printed, referee, true).await
        }
        ["policies", collection, id, ..] => policy(stage, call, collection, id).await,
        ["identityGovernance", "accessReviews", ..] => reviews::prepare(stage, call, printed, referee).await,
        ["identityGovernance", "roleManagementAlerts", rest @ ..] => alert(stage, call, rest).await,
        ["identityGovernance", "entitlementManagement", collection, rest @ ..] => {
            package(stage, call, collection, rest, printed, referee).await
        }
        ["identity", "conditionalAccess", _, _]
        | ["oauth2PermissionGrants" | "subscribedSkus" | "auditLogs", ..]
        | ["roleManagement", "entitlementManagement", "roleDefinitions", _] => {
            let place = segments.len() - 1;
            let is_one = !matches!(segments[place], "delta" | "$count") && segments.len() > 1;
            let is_list = segments[0] == "auditLogs" && segments.len() < 3;
            if is_one && !is_list { pick(stage, call, place, printed, referee).await } else { Ok(()) }
        }
        ["users"] => {
            own_issuer(call);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Which issuer signs people in, the tenant decides: the part of their names behind the at sign.
fn own_issuer(call: &mut Call) {
    let (issuer, name) = (call.demanded("issuer"), call.demanded("issuerAssignedId"));
    if let (Some(issuer), Some(name), Some(filter)) = (issuer, name, call.options.get_mut("$filter")) {
        let domain = name.split('@').nth(1).unwrap_or_default();
        *filter = filter.replace(&format!("'{issuer}'"), &format!("'{domain}'"));
    }
}

/// What a filter on ids asks for among objects of all kinds: what is printed.
pub(super) fn of_any_kind(needs: &mut Needs, call: &Call, printed: &Value) {
    let Some(id) =
        call.demanded("id").filter(|_| call.path.first().is_some_and(|one| one == "directoryObjects"))
    else {
        return;
    };
    let kind = printed["value"][0]["@odata.type"].as_str().unwrap_or_default().to_owned();
    match kind.trim_start_matches("#microsoft.graph.") {
        "group" => needs.groups.insert(id),
        "servicePrincipal" => needs.apps.insert(id),
        _ => needs.users.insert(id),
    };
}

/// Puts the id of the row in that is most like what is printed, out of the list that the path names before it.
pub(super) async fn pick(
    stage: &Stage,
    call: &mut Call,
    place: usize,
    printed: &Value,
    referee: &Referee<'_>,
) -> Result<(), String> {
    let list = call.path[..place].join("/");
    let rows = stage.rows(&call.version, &list).await?;
    // What is there under the printed id needs no other.
    if rows.iter().any(|row| row["id"].as_str() == call.path.get(place).map(String::as_str)) {
        return Ok(());
    }
    let best = rows.iter().min_by_key(|row| referee.distance(printed, row, None));
    let id = best.and_then(|row| row["id"].as_str());
    call.path[place] =
        id.ok_or_else(|| format!("{list} is empty, and nothing can be read from it"))?.to_owned();
    Ok(())
}

/// The ids of an approval, whose own is that of the request, and of its first stage.
async fn approval(stage: &Stage, call: &mut Call, place: usize, request: &str) -> Result<(), String> {
    if call.path.get(place).is_none_or(|part| part.starts_with("filterByCurrentUser")) {
        return Ok(());
    }
    request.clone_into(&mut call.path[place]);
    if call.path.len() > place + 2 {
        let list = call.path[..place + 2].join("/");
        let rows = stage.rows(&call.version, &list).await?;
        let first = rows.first().and_then(|row| row["id"].as_str());
        call.path[place + 2] = first.ok_or_else(|| "the approval has no stage".to_owned())?.to_owned();
    }
    Ok(())
}

/// A request for a package that waits for the administrator.
async fn package_request(stage: &Stage) -> Result<String, String> {
    let list = format!("{PACKAGES}/accessPackages");
    let package = stage.rows("v1.0", &list).await?.first().map(|row| row["id"].clone());
    let body = json!({
        "displayName": "on request",
        "accessPackage": { "id": package },
        "requestorSettings": { "enableTargetsToSelfAddAccess": true },
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": true,
            "stages": [{
                "primaryApprovers": [{ "@odata.type": "#microsoft.graph.singleUser", "userId": root() }],
            }],
        },
    });
    let policies = format!("{PACKAGES}/assignmentPolicies");
    let policy = stage.first("POST", "v1.0", &policies, body, Caller::Root).await?;
    let body = json!({
        "requestType": "userAdd",
        "assignment": { "accessPackageId": package, "assignmentPolicyId": policy["id"] },
    });
    let requests = format!("{PACKAGES}/assignmentRequests");
    let request = stage.first("POST", "v1.0", &requests, body, Caller::Person(asker())).await?;
    Ok(request["id"].as_str().unwrap_or_default().to_owned())
}

async fn package(
    stage: &Stage,
    call: &mut Call,
    collection: &str,
    rest: &[&str],
    printed: &Value,
    referee: &Referee<'_>,
) -> Result<(), String> {
    // Policies get their ids from the service: that of the package which the body names.
    for pointer in ["/assignment/assignmentPolicyId", "/assignmentPolicy/id"] {
        let package = call.body.pointer("/assignment/accessPackageId").and_then(Value::as_str);
        let query = package.map_or_else(String::new, |id| format!("?$filter=accessPackage/id eq '{id}'"));
        if call.body.pointer(pointer).is_some() {
            let rows = stage.rows("v1.0", &format!("{PACKAGES}/assignmentPolicies{query}")).await?;
            if let (Some(id), Some(place)) = (rows.first(), call.body.pointer_mut(pointer)) {
                *place = id["id"].clone();
            }
        }
    }
    match (collection, rest) {
        ("assignmentRequests", []) if call.method == "GET" => package_request(stage).await.map(drop),
        ("assignmentRequests", [id, ..]) => {
            let request = package_request(stage).await?;
            if !id.starts_with("filterByCurrentUser") {
                call.path[3] = request;
            }
            Ok(())
        }
        ("resourceRequests", rest) if call.method == "GET" => {
            resource(stage).await?;
            if rest.is_empty() { Ok(()) } else { pick(stage, call, 3, printed, referee).await }
        }
        ("accessPackages", [_, "resourceRoleScopes", rest @ ..]) if call.method != "POST" => {
            let body = json!({
                "role": { "displayName": "Member", "originSystem": "AadGroup", "originId": "Member_x" },
                "scope": { "displayName": "Root", "originSystem": "AadGroup", "originId": "x", "isRootScope": true },
            });
            let list = call.path[..5].join("/");
            stage.first("POST", "v1.0", &list, body, Caller::Root).await?;
            if rest.is_empty() { Ok(()) } else { pick(stage, call, 5, printed, referee).await }
        }
        ("catalogs", [_, "resources", ..]) => resource(stage).await,
        (_, [id, ..]) if !id.starts_with("filterByCurrentUser") => {
            pick(stage, call, 3, printed, referee).await
        }
        _ => Ok(()),
    }
}

/// A group in every catalog.
async fn resource(stage: &Stage) -> Result<(), String> {
    for catalog in stage.rows("v1.0", &format!("{PACKAGES}/catalogs")).await? {
        let body = json!({
            "requestType": "adminAdd",
            "resource": { "originId": super::stage::group(), "originSystem": "AadGroup" },
            "catalog": { "id": catalog["id"] },
        });
        stage.first("POST", "v1.0", &format!("{PACKAGES}/resourceRequests"), body, Caller::Root).await?;
    }
    Ok(())
}

/// Policies get their ids from the service: that of the role that the path names, or of the first one.
async fn policy(stage: &Stage, call: &mut Call, collection: &str, id: &str) -> Result<(), String> {
    let mut parts = id.splitn(3, '_');
    let (kind, scope) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let last = id.rsplit('_').next().unwrap_or_default();
    let scope = if kind == "Group" { scope } else { "/" };
    let list = format!(
        "policies/roleManagementPolicyAssignments?$filter=scopeId eq '{scope}' and scopeType eq '{kind}'"
    );
    let rows = stage.rows(&call.version, &list).await?;
    let named = rows.iter().find(|row| {
        collection == "roleManagementPolicyAssignments" && row["roleDefinitionId"].as_str() == Some(last)
    });
    let row = named.or_else(|| rows.first()).ok_or("the scope has no policies")?;
    let member = if collection == "roleManagementPolicies" { "policyId" } else { "id" };
    row[member].as_str().unwrap_or_default().clone_into(&mut call.path[2]);
    Ok(())
}

/// Alerts are found by looking; incidents get their ids from the service.
async fn alert(stage: &Stage, call: &mut Call, rest: &[&str]) -> Result<(), String> {
    const ROOT: &str = "identityGovernance/roleManagementAlerts/alerts";
    if rest.last() != Some(&"refresh") {
        let body = json!({ "scopeId": "/", "scopeType": "DirectoryRole" });
        stage.first("POST", "beta", &format!("{ROOT}/refresh"), body, Caller::Root).await?;
    }
    if let ["alerts", id, "incident" | "alertIncidents", _, ..] = rest {
        let rows = stage.rows("beta", &format!("{ROOT}/{id}/alertIncidents")).await?;
        // Whoever asks is no incident to be mended: the last ones named are others.
        let other = rows.iter().rev().find(|row| row["assigneeId"].as_str() != Some(root().as_str()));
        let other = other.and_then(|row| row["id"].as_str()).ok_or("the alert has no incident")?;
        other.clone_into(&mut call.path[5]);
    }
    Ok(())
}

/// The id in a member of the first printed object that has it.
pub(super) fn printed_text(printed: &Value, member: &str) -> Option<String> {
    let rows = printed["value"].as_array().cloned().unwrap_or_default();
    let own = [printed.clone()].into_iter().chain(rows);
    own.filter_map(|row| row[member].as_str().map(str::to_owned)).next()
}

/// Whether a printed id can be that of a principal or group.
pub(super) fn usable(id: Option<String>) -> Option<String> {
    id.filter(|id| is_guid(id))
}
