//! What must come before reviews can be read, changed and answered.

use serde_json::{Value, json};

use super::{
    before::pick,
    call::{Call, Caller},
    compare::Referee,
    needs::is_guid,
    stage::{ROLES, Stage, asker, group, root},
};

const ROOT: &str = "identityGovernance/accessReviews";

/// A review of a group's members by the administrator.
pub(super) fn plain(group: &str) -> Value {
    json!({
        "displayName": "fits",
        "descriptionForAdmins": "fits",
        "scope": {
            "@odata.type": "#microsoft.graph.accessReviewQueryScope",
            "query": format!("/groups/{group}/transitiveMembers"),
            "queryType": "MicrosoftGraph",
        },
        "reviewers": [{ "query": format!("/users/{}", root()), "queryType": "MicrosoftGraph" }],
        "settings": {
            "mailNotificationsEnabled": true,
            "reminderNotificationsEnabled": true,
            "justificationRequiredOnApproval": false,
            "defaultDecisionEnabled": false,
            "defaultDecision": "None",
            "instanceDurationInDays": 3,
            "autoApplyDecisionsEnabled": false,
            "recommendationsEnabled": true,
            "recurrence": { "pattern": { "type": "weekly", "interval": 1 }, "range": { "type": "noEnd" } },
        },
    })
}

/// Makes what the request is about, and puts the ids in.
pub(super) async fn prepare(
    stage: &Stage,
    call: &mut Call,
    printed: &Value,
    referee: &Referee<'_>,
) -> Result<(), String> {
    let path = call.path.clone();
    let segments: Vec<&str> = path.iter().skip(2).map(String::as_str).collect();
    match segments.as_slice() {
        ["historyDefinitions", ..] if call.method == "GET" || segments.len() > 1 => {
            let body = json!({ "displayName": "fits", "decisions": ["approve"], "scopes": [] });
            let made = stage
                .first("POST", "v1.0", &format!("{ROOT}/historyDefinitions"), body, Caller::Root)
                .await?;
            for place in [3, 5] {
                if call.path.len() > place {
                    made["id"].as_str().unwrap_or_default().clone_into(&mut call.path[place]);
                }
            }
            Ok(())
        }
        ["definitions"] if call.method == "POST" => Ok(()),
        ["definitions"] => {
            for row in printed["value"].as_array().into_iter().flatten() {
                create(stage, again(row)).await?;
            }
            create(stage, plain(&group())).await.map(drop)
        }
        ["definitions", on] if on.starts_with("filterByCurrentUser") => {
            for row in printed["value"].as_array().into_iter().flatten() {
                let mut body = again(row);
                body["reviewers"] = plain("")["reviewers"].clone();
                create(stage, body).await?;
            }
            create(stage, plain(&group())).await.map(drop)
        }
        ["definitions", _] => {
            let body = if call.method == "GET" { again(printed) } else { plain(&group()) };
            call.path[3] = create(stage, body).await?;
            Ok(())
        }
        ["definitions", _, "instances", rest @ ..] => {
            call.path[3] = create(stage, fitting(stage, call, printed).await?).await?;
            below(stage, call, rest, printed, referee).await
        }
        ["decisions", ..] => create(stage, plain(&group())).await.map(drop),
        _ => Ok(()),
    }
}

/// The instance, and the stage or decision below it.
async fn below(
    stage: &Stage,
    call: &mut Call,
    rest: &[&str],
    printed: &Value,
    referee: &Referee<'_>,
) -> Result<(), String> {
    if rest.first().is_none_or(|first| first.starts_with("filterByCurrentUser")) {
        return Ok(());
    }
    pick(stage, call, 5, &Value::Null, referee).await?;
    match rest {
        [_, "applyDecisions"] => {
            let round = call.path[..6].join("/");
            let body = json!({ "decision": "Deny", "justification": "fits" });
            stage.first("POST", "v1.0", &format!("{round}/batchRecordDecisions"), body, Caller::Root).await?;
            stage.first("POST", "v1.0", &format!("{round}/stop"), Value::Null, Caller::Root).await.map(drop)
        }
        [_, "decisions", id] if !id.starts_with("filterByCurrentUser") => {
            pick(stage, call, 7, printed, referee).await
        }
        [_, "stages", id, rest @ ..] if !id.starts_with("filterByCurrentUser") => {
            pick(stage, call, 7, printed, referee).await?;
            match rest {
                ["decisions", id] if !id.starts_with("filterByCurrentUser") => {
                    pick(stage, call, 9, printed, referee).await
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// A review with an instance, of what the request or the printed answer speaks of: a role, or a group.
async fn fitting(stage: &Stage, call: &Call, printed: &Value) -> Result<Value, String> {
    let told = format!("{printed} {}", call.body);
    let behind =
        |word: &str| told.split(word).nth(1).and_then(|rest| rest.get(..36)).filter(|id| is_guid(id));
    let mut body = plain(&group());
    if let Some(id) = call.body["resourceId"].as_str().or_else(|| behind("/groups/")) {
        let known = stage.rows("v1.0", "groups").await?.iter().any(|row| row["id"].as_str() == Some(id));
        if known {
            body = plain(id);
        }
    }
    if told.contains("roleDefinitions/") || told.contains("directoryRole") {
        let role = behind("roleDefinitions/").unwrap_or(ROLES[1]);
        for who in [asker(), group()] {
            let ask = json!({ "principalId": who, "roleDefinitionId": role, "directoryScopeId": "/" });
            stage
                .first("POST", "v1.0", "roleManagement/directory/roleAssignments", ask, Caller::Root)
                .await?;
        }
        let query = |text: String| json!({ "query": text, "queryType": "MicrosoftGraph" });
        body["scope"] = json!({
            "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
            "principalScopes": [query("/users".to_owned()), query("/groups".to_owned())],
            "resourceScopes": [query(format!("/roleManagement/directory/roleDefinitions/{role}"))],
        });
    }
    if call.path.iter().any(|part| part == "stages") {
        let reviewers = body["reviewers"].clone();
        body["stageSettings"] = json!([
            { "stageId": "1", "durationInDays": 2, "recommendationsEnabled": true, "reviewers": reviewers,
              "decisionsThatWillMoveToNextStage": ["NotReviewed", "Approve"] },
            { "stageId": "2", "dependsOn": ["1"], "durationInDays": 1, "reviewers": reviewers },
        ]);
    }
    Ok(body)
}

/// What would have to be posted for such a definition to be there.
fn again(printed: &Value) -> Value {
    let mut body = plain(&group());
    for name in [
        "displayName",
        "descriptionForAdmins",
        "descriptionForReviewers",
        "instanceEnumerationScope",
        "stageSettings",
        "additionalNotificationRecipients",
    ] {
        if let Some(value) = printed.get(name).filter(|value| !value.is_null()) {
            body[name] = value.clone();
        }
    }
    if let Some(scope) = printed.get("scope").filter(|scope| scope.is_object()) {
        body["scope"] =
            serde_json::from_str(&scope.to_string().replace("\"/v1.0/", "\"/")).unwrap_or_default();
        // Who is named in a scope need not be there: it is a record of what was asked for.
        if scope.to_string().contains("/groups/") {
            body["scope"] = plain(&group())["scope"].clone();
        }
    }
    if let Some(settings) = printed.get("settings").and_then(Value::as_object) {
        for (name, value) in settings {
            body["settings"][name] = value.clone();
        }
        let days = settings.get("instanceDurationInDays").and_then(Value::as_u64).filter(|days| *days > 0);
        body["settings"]["instanceDurationInDays"] = days.unwrap_or(3).into();
        // A pattern that is printed is kept; it goes on without end, so that there is an instance now.
        let pattern = settings.get("recurrence").map(|all| all["pattern"].clone()).unwrap_or_default();
        body["settings"]["recurrence"] = json!({ "pattern": pattern, "range": { "type": "noEnd" } });
    }
    body
}

async fn create(stage: &Stage, body: Value) -> Result<String, String> {
    let made = stage.first("POST", "v1.0", &format!("{ROOT}/definitions"), body, Caller::Root).await?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}
