//! Reading access reviews that are created.

use pim_core::{
    privilege::Privilege,
    review::{
        ApplyAction, DefaultDecision, Frequency, NewReview, Population, Recurrence, RecurrenceEnd,
        ReviewScope, ReviewSettings, ReviewStage, Reviewed, Reviewer, Verdict,
    },
    time::{Period, Timestamp},
};
use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// Reads a definition.
///
/// # Errors
/// `NotEmulated` for scopes that the engine has no reviews for: applications, guests across teams, packages.
pub(super) fn read(body: &Map<String, Value>) -> Result<NewReview, Refusal> {
    let name = body.get("displayName").and_then(Value::as_str);
    let settings = body.get("settings").cloned().unwrap_or_default();
    let scope = body.get("scope").ok_or_else(|| Refusal::bad_request("The property 'scope' is needed."))?;
    let stages = body.get("stageSettings").and_then(Value::as_array).into_iter().flatten();
    Ok(NewReview {
        name: name.ok_or_else(|| Refusal::bad_request("The property 'displayName' is needed."))?.to_owned(),
        scope: read_scope(scope)?,
        reviewers: reviewers(body.get("reviewers"))?,
        fallback_reviewers: reviewers(body.get("fallbackReviewers").or_else(|| body.get("backupReviewers")))?,
        start: start(&settings)?,
        settings: read_settings(&settings)?,
        stages: stages.map(stage).collect::<Result<_, _>>()?,
    })
}

fn read_scope(scope: &Value) -> Result<ReviewScope, Refusal> {
    let inactive_for = scope.get("inactiveDuration").and_then(Value::as_str).map(str::parse).transpose()?;
    let text = |value: &Value| value.get("query").and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |name: &str| scope.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut read = match list("resourceScopes").first() {
        Some(resource) => {
            let applications =
                list("principalScopes").iter().any(|one| text(one).contains("servicePrincipals"));
            let privilege = privilege(&text(resource))?;
            let reviewed = if applications { Reviewed::ServicePrincipals } else { Reviewed::UsersAndGroups };
            ReviewScope { privilege, population: Population::EligibleAndActive, reviewed, inactive_for: None }
        }
        None => {
            let query = text(scope);
            let population = if query.contains("roleEligibilityScheduleInstances") {
                Population::Eligible
            } else if query.contains("roleAssignmentScheduleInstances") || query.contains("/groups/") {
                Population::Active
            } else {
                Population::EligibleAndActive
            };
            let applications = query.contains("microsoft.graph.servicePrincipal");
            let reviewed = if applications { Reviewed::ServicePrincipals } else { Reviewed::UsersAndGroups };
            ReviewScope { privilege: privilege(&query)?, population, reviewed, inactive_for: None }
        }
    };
    read.inactive_for = inactive_for;
    Ok(read)
}

/// What a query is about: a role or a group.
fn privilege(query: &str) -> Result<Privilege, Refusal> {
    let unknown = || Refusal::not_emulated(&format!("reviews of '{query}'"));
    let after = |marker: &str| {
        query
            .split(marker)
            .nth(1)
            .map(|rest| rest.split(['\'', '/', '?', '&', ')']).next().unwrap_or_default())
    };
    if let Some(role) = after("roleDefinitions/").or_else(|| after("roleDefinitionId eq '")) {
        return Ok(Privilege::role(role.parse().map_err(|_| unknown())?));
    }
    match after("/groups/") {
        Some(group) if query.contains("/owners") => {
            Ok(Privilege::owner(group.parse().map_err(|_| unknown())?))
        }
        Some(group) => Ok(Privilege::member(group.parse().map_err(|_| unknown())?)),
        None => Err(unknown()),
    }
}

pub(super) fn reviewers(list: Option<&Value>) -> Result<Vec<Reviewer>, Refusal> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.map(|one| {
        let query = one.get("query").and_then(Value::as_str).unwrap_or_default();
        let unknown = || Refusal::not_emulated(&format!("reviewers '{query}'"));
        let plain = query.trim_start_matches("/v1.0").trim_start_matches("/beta");
        let parts: Vec<&str> = plain.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["users", id] => Ok(Reviewer::User(id.parse().map_err(|_| unknown())?)),
            ["groups", id, ..] => Ok(Reviewer::Group(id.parse().map_err(|_| unknown())?)),
            [".", "manager"] => Ok(Reviewer::Manager),
            _ => Err(unknown()),
        }
    })
    .collect()
}

fn stage(stage: &Value) -> Result<ReviewStage, Refusal> {
    let verdicts =
        stage.get("decisionsThatWillMoveToNextStage").and_then(Value::as_array).into_iter().flatten();
    Ok(ReviewStage {
        reviewers: reviewers(stage.get("reviewers"))?,
        fallback_reviewers: reviewers(stage.get("fallbackReviewers"))?,
        duration_days: number(stage, "durationInDays").unwrap_or(1),
        goes_on_with: verdicts.filter_map(Value::as_str).map(Verdict::from).collect(),
    })
}

fn read_settings(settings: &Value) -> Result<ReviewSettings, Refusal> {
    let defaults = ReviewSettings::default();
    let flag = |name: &str, default| settings.get(name).and_then(Value::as_bool).unwrap_or(default);
    let text = |name: &str| settings.get(name).and_then(Value::as_str);
    let default_decision = if flag("defaultDecisionEnabled", false) {
        DefaultDecision::from(text("defaultDecision").unwrap_or("None"))
    } else {
        DefaultDecision::None
    };
    let look_back: Option<Period> = text("recommendationLookBackDuration").map(str::parse).transpose()?;
    let deletes =
        settings.get("applyActions").is_some_and(|actions| actions.to_string().contains("disableAndDelete"));
    Ok(ReviewSettings {
        duration_days: number(settings, "instanceDurationInDays").unwrap_or(defaults.duration_days),
        recurrence: recurrence(settings)?,
        default_decision,
        auto_apply: flag("autoApplyDecisionsEnabled", false),
        justification_required: flag("justificationRequiredOnApproval", false),
        mail: flag("mailNotificationsEnabled", false),
        reminders: flag("reminderNotificationsEnabled", false),
        recommendations: flag("recommendationsEnabled", false)
            .then(|| look_back.or(defaults.recommendations))
            .flatten(),
        apply_action: if deletes { ApplyAction::DisableAndDeleteUser } else { ApplyAction::RemoveAccess },
    })
}

fn recurrence(settings: &Value) -> Result<Option<Recurrence>, Refusal> {
    let Some(pattern) = settings.pointer("/recurrence/pattern").filter(|pattern| pattern.is_object()) else {
        return Ok(None);
    };
    let kind = pattern.get("type").and_then(Value::as_str).unwrap_or_default();
    let every = match kind.to_ascii_lowercase().as_str() {
        "weekly" => Frequency::Weekly,
        "absolutemonthly" | "monthly" => Frequency::Monthly,
        other => return Err(Refusal::not_emulated(&format!("the recurrence '{other}'"))),
    };
    let empty = Value::Null;
    let range = settings.pointer("/recurrence/range").unwrap_or(&empty);
    let until = match range.get("type").and_then(Value::as_str).unwrap_or("noEnd") {
        "endDate" => day(range, "endDate")?.map_or(RecurrenceEnd::Never, RecurrenceEnd::At),
        "numbered" => match number(range, "numberOfOccurrences") {
            Some(rounds) if rounds > 0 => RecurrenceEnd::Rounds(rounds),
            _ => day(range, "endDate")?.map_or(RecurrenceEnd::Never, RecurrenceEnd::At),
        },
        _ => RecurrenceEnd::Never,
    };
    Ok(Some(Recurrence { every, interval: number(pattern, "interval").unwrap_or(1).max(1), until }))
}

/// When the first round starts: a day, or an instant as some pages write it.
fn start(settings: &Value) -> Result<Option<Timestamp>, Refusal> {
    settings.pointer("/recurrence/range").map_or(Ok(None), |range| day(range, "startDate"))
}

fn day(range: &Value, member: &str) -> Result<Option<Timestamp>, Refusal> {
    match range.get(member).and_then(Value::as_str) {
        None => Ok(None),
        Some(text) if text.len() == 10 => Ok(Some(format!("{text}T00:00:00Z").parse()?)),
        Some(text) => Ok(Some(text.parse()?)),
    }
}

fn number(object: &Value, member: &str) -> Option<u32> {
    object.get(member).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok())
}
