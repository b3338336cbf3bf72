//! Access reviews: definitions, instances, decisions.

use pim_core::{
    id::PrincipalId,
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
    review::{
        AccessReview, ApplyAction, DefaultDecision, Frequency, Population, RecurrenceEnd, ReviewItem,
        ReviewRound, ReviewScope, ReviewSettings, ReviewStage, Reviewed, Reviewer,
    },
    time::Timestamp,
};
use serde_json::{Value, json};

use super::words::{millis, pascal};
use crate::{
    body,
    entity::{Entity, entities},
    world::Tenant,
};

/// Stands for nobody yet.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

pub(crate) const DEFINITION: Entity = Entity {
    name: "accessReviewScheduleDefinition",
    members: MEMBERS,
    shown: None,
    links: &["instances"],
    filter: MEMBERS,
    or: true,
    order: Some("createdDateTime"),
};

const MEMBERS: &[&str] = &[
    "id",
    "displayName",
    "createdDateTime",
    "lastModifiedDateTime",
    "status",
    "descriptionForAdmins",
    "descriptionForReviewers",
    "createdBy",
    "scope",
    "instanceEnumerationScope",
    "reviewers",
    "fallbackReviewers",
    "backupReviewers",
    "settings",
    "stageSettings",
    "additionalNotificationRecipients",
    "instances",
];

entities! {
    INSTANCE = "accessReviewInstance", [
        "id", "startDateTime", "endDateTime", "status", "scope", "reviewers", "fallbackReviewers"
    ], ["definition"];
    STAGE = "accessReviewStage", [
        "id", "startDateTime", "endDateTime", "status", "reviewers", "fallbackReviewers"
    ], [];
    CONTACTED = "accessReviewReviewer", ["id", "displayName", "userPrincipalName", "createdDateTime"], [];
    DECISION = "accessReviewInstanceDecisionItem", [
        "id", "accessReviewId", "reviewedDateTime", "decision", "justification", "appliedDateTime",
        "applyResult", "recommendation", "principalLink", "resourceLink", "reviewedBy", "appliedBy", "resource",
        "principal", "target"
    ], ["insights", "instance"];
    HISTORY = "accessReviewHistoryDefinition", [
        "id", "displayName", "reviewHistoryPeriodStartDateTime", "reviewHistoryPeriodEndDateTime", "decisions",
        "status", "createdDateTime", "createdBy", "scopes", "scheduleSettings"
    ], ["instances"];
    HISTORY_INSTANCE = "accessReviewHistoryInstance", [
        "id", "reviewHistoryPeriodStartDateTime", "reviewHistoryPeriodEndDateTime", "status", "runDateTime",
        "fulfilledDateTime", "downloadUri", "expirationDateTime"
    ], [];
}

/// A definition with nothing in it.
pub(crate) fn blank(start: Timestamp) -> Value {
    let mut settings = settings(&ReviewSettings::default(), Some(start));
    body::set(&mut settings, "decisionHistoriesForReviewersEnabled", false);
    json!({
        "descriptionForAdmins": null,
        "descriptionForReviewers": null,
        "scope": null,
        "instanceEnumerationScope": null,
        "reviewers": [],
        "fallbackReviewers": [],
        "settings": settings,
        "stageSettings": [],
        "additionalNotificationRecipients": [],
        "instances": [],
    })
}

/// What the service has seen of an item's holder.
pub(crate) fn insights(tenant: &Tenant, item: &ReviewItem) -> Value {
    let last = tenant.user(&item.principal).and_then(|user| user.last_sign_in);
    json!([{
        "@odata.type": "#microsoft.graph.userSignInInsight",
        "id": NOBODY,
        "insightCreatedDateTime": null,
        "lastSignInDateTime": millis(last),
    }])
}

pub(crate) fn definition(tenant: &Tenant, review: &AccessReview) -> Value {
    let asked = &review.definition;
    let creator = review.created_by.as_ref().and_then(|id| tenant.user(id));
    json!({
        "id": review.id,
        "displayName": asked.name,
        "createdDateTime": millis(review.created),
        "lastModifiedDateTime": millis(review.created),
        "status": pascal(review.status.as_str()),
        "descriptionForAdmins": asked.name,
        "descriptionForReviewers": null,
        "createdBy": {
            "id": review.created_by,
            "displayName": creator.map(|user| user.name.expose()),
            "type": null,
            "userPrincipalName": creator.map(|user| user.sign_in_name.expose()),
        },
        "scope": scope(&asked.scope, ""),
        "instanceEnumerationScope": null,
        "reviewers": reviewers(&asked.reviewers, ""),
        "fallbackReviewers": reviewers(&asked.fallback_reviewers, ""),
        "settings": settings(&asked.settings, asked.start.or(review.created)),
        "stageSettings": asked.stages.iter().enumerate().map(|(at, one)| stage(at, one)).collect::<Vec<_>>(),
        "additionalNotificationRecipients": [],
        // The service leaves this empty too; rounds have a collection of their own.
        "instances": [],
    })
}

/// A round. Its queries carry a version, unlike those of the definition.
pub(crate) fn instance(review: &AccessReview, round: &ReviewRound) -> Value {
    let asked = &review.definition;
    json!({
        "id": round.key.round,
        "startDateTime": millis(round.window.start()),
        "endDateTime": millis(round.window.end()),
        "status": pascal(round.status.as_str()),
        "scope": scope(&asked.scope, "/v1.0"),
        "reviewers": reviewers(&asked.reviewers, "/v1.0"),
        "fallbackReviewers": reviewers(&asked.fallback_reviewers, "/v1.0"),
    })
}

pub(crate) fn decision(tenant: &Tenant, item: &ReviewItem, service: &str) -> Value {
    let kind = tenant.kind_of(&item.principal);
    let collection = match kind {
        PrincipalKind::Group => "groups",
        PrincipalKind::ServicePrincipal => "servicePrincipals",
        _ => "users",
    };
    let (resource_link, resource) = resource(tenant, &item.privilege);
    json!({
        "id": item.id,
        "accessReviewId": item.round.round,
        "reviewedDateTime": millis(item.decided_at),
        "decision": pascal(item.verdict.as_str()),
        "justification": item.justification.as_ref().map_or("", |reason| reason.expose().as_str()),
        "appliedDateTime": null,
        "applyResult": pascal(item.applied.as_str()),
        "recommendation": pascal(item.recommendation.as_str()),
        "principalLink": format!("{service}/v1.0/{collection}/{}", item.principal),
        "resourceLink": format!("{service}{resource_link}"),
        "reviewedBy": identity(tenant, item.decided_by.as_ref()),
        "appliedBy": identity(tenant, item.applied_by.as_ref()),
        "resource": resource,
        "principal": principal(tenant, &item.principal, &kind),
    })
}

fn identity(tenant: &Tenant, id: Option<&PrincipalId>) -> Value {
    let user = id.and_then(|id| tenant.user(id));
    json!({
        "id": id.map_or_else(|| NOBODY.to_owned(), ToString::to_string),
        "displayName": user.map_or("", |user| user.name.expose().as_str()),
        "type": null,
        "userPrincipalName": user.map_or("", |user| user.sign_in_name.expose().as_str()),
    })
}

fn principal(tenant: &Tenant, id: &PrincipalId, kind: &PrincipalKind) -> Value {
    match (kind, tenant.user(id)) {
        (PrincipalKind::User, user) => json!({
            "@odata.type": "#microsoft.graph.userIdentity",
            "id": id,
            "displayName": user.map(|user| user.name.expose()),
            "type": "user",
            "userPrincipalName": user.map(|user| user.sign_in_name.expose()),
            "lastUserSignInDateTime": user.and_then(|user| user.last_sign_in)
                .map_or_else(String::new, |last| last.to_string()),
        }),
        (kind, _) => json!({
            "@odata.type": if *kind == PrincipalKind::ServicePrincipal {
                "#microsoft.graph.servicePrincipalIdentity"
            } else {
                "#microsoft.graph.identity"
            },
            "id": id,
            "displayName": null,
            "type": super::directory::type_of(kind),
        }),
    }
}

/// The older form of `principal`, which beta still has.
pub(crate) fn target(tenant: &Tenant, id: &PrincipalId) -> Value {
    let user = tenant.user(id);
    match tenant.kind_of(id) {
        PrincipalKind::ServicePrincipal => json!({
            "@odata.type": "#microsoft.graph.accessReviewInstanceDecisionItemServicePrincipalTarget",
            "servicePrincipalId": id,
            "servicePrincipalDisplayName": null,
            "appId": null,
        }),
        _ => json!({
            "@odata.type": "#microsoft.graph.accessReviewInstanceDecisionItemUserTarget",
            "userId": id,
            "userDisplayName": user.map(|user| user.name.expose()),
            "userPrincipalName": user.map(|user| user.sign_in_name.expose()),
        }),
    }
}

fn resource(tenant: &Tenant, privilege: &Privilege) -> (String, Value) {
    match privilege {
        Privilege::Group { group, .. } => {
            let name = match tenant.object(&group.as_principal()) {
                Some(crate::world::Object::Group(group)) => Value::from(group.name.clone()),
                _ => Value::Null,
            };
            let resource = json!({ "id": group, "displayName": name, "type": "group" });
            (format!("/v1.0/groups/{group}"), resource)
        }
        other => {
            let id = other.role_id().map(ToString::to_string).unwrap_or_default();
            let name = other.role_id().and_then(|role| tenant.role(role)).map(|role| role.name.clone());
            let resource = json!({ "id": id, "displayName": name, "type": "directoryRole" });
            (format!("/beta/roleManagement/directory/roleDefinitions/{id}"), resource)
        }
    }
}

/// The query that says what a review asks about.
fn scope(scope: &ReviewScope, version: &str) -> Value {
    let query = |text: String| {
        json!({
            "@odata.type": "#microsoft.graph.accessReviewQueryScope",
            "query": text,
            "queryType": "MicrosoftGraph",
            "queryRoot": null,
        })
    };
    let kind = match scope.reviewed {
        Reviewed::ServicePrincipals => "servicePrincipal",
        _ => "user",
    };
    match (&scope.privilege, &scope.population) {
        (Privilege::Group { group, access }, _) => {
            let part = if *access == GroupAccess::Owner { "owners" } else { "transitiveMembers" };
            query(format!("{version}/groups/{group}/{part}"))
        }
        (other, Population::EligibleAndActive) => {
            let role = other.role_id().map(ToString::to_string).unwrap_or_default();
            let holders: &[&str] =
                if kind == "user" { &["/users", "/groups"] } else { &["/servicePrincipals"] };
            json!({
                "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
                "principalScopes": holders.iter().map(|one| query(format!("{version}{one}"))).collect::<Vec<_>>(),
                "resourceScopes": [query(format!(
                    "{}/roleManagement/directory/roleDefinitions/{role}",
                    if version.is_empty() { "" } else { "/beta" },
                ))],
            })
        }
        (other, population) => {
            let role = other.role_id().map(ToString::to_string).unwrap_or_default();
            let (collection, assigned) = match population {
                Population::Active => {
                    ("roleAssignmentScheduleInstances", " and assignmentType eq 'Assigned'")
                }
                _ => ("roleEligibilityScheduleInstances", ""),
            };
            query(format!(
                "{version}/roleManagement/directory/{collection}?$expand=principal&$filter=(isof(principal,\
                 'microsoft.graph.{kind}') and roleDefinitionId eq '{role}'{assigned})"
            ))
        }
    }
}

pub(crate) fn reviewers(reviewers: &[Reviewer], version: &str) -> Value {
    let all = reviewers.iter().map(|reviewer| {
        let (query, root) = match reviewer {
            Reviewer::User(id) => (format!("{version}/users/{id}"), Value::Null),
            Reviewer::Group(id) => (format!("{version}/groups/{id}/transitiveMembers"), Value::Null),
            Reviewer::Manager => ("./manager".to_owned(), "decisions".into()),
            _ => ("./".to_owned(), Value::Null),
        };
        json!({ "query": query, "queryType": "MicrosoftGraph", "queryRoot": root })
    });
    all.collect()
}

fn stage(at: usize, stage: &ReviewStage) -> Value {
    json!({
        "stageId": (at + 1).to_string(),
        "dependsOn": if at == 0 { Vec::new() } else { vec![at.to_string()] },
        "durationInDays": stage.duration_days,
        "recommendationsEnabled": true,
        "decisionsThatWillMoveToNextStage":
            stage.goes_on_with.iter().map(|verdict| pascal(verdict.as_str())).collect::<Vec<_>>(),
        "reviewers": reviewers(&stage.reviewers, ""),
        "fallbackReviewers": reviewers(&stage.fallback_reviewers, ""),
    })
}

fn settings(settings: &ReviewSettings, start: Option<Timestamp>) -> Value {
    let action = match settings.apply_action {
        ApplyAction::DisableAndDeleteUser => "disableAndDeleteUserApplyAction",
        _ => "removeAccessApplyAction",
    };
    json!({
        "mailNotificationsEnabled": settings.mail,
        "reminderNotificationsEnabled": settings.reminders,
        "justificationRequiredOnApproval": settings.justification_required,
        "defaultDecisionEnabled": settings.default_decision != DefaultDecision::None,
        "defaultDecision": pascal(settings.default_decision.as_str()),
        "instanceDurationInDays": settings.duration_days,
        "autoApplyDecisionsEnabled": settings.auto_apply,
        "recommendationsEnabled": settings.recommendations.is_some(),
        "recommendationLookBackDuration": settings.recommendations.map(|length| length.to_string()),
        "recurrence": recurrence(settings, start),
        "applyActions": [{ "@odata.type": format!("#microsoft.graph.{action}") }],
    })
}

/// What a recurrence without detail shows.
pub(super) fn pattern(kind: &str, interval: u32) -> Value {
    json!({
        "type": kind,
        "interval": interval,
        "month": 0,
        "dayOfMonth": 0,
        "daysOfWeek": [],
        "firstDayOfWeek": "sunday",
        "index": "first",
    })
}

fn recurrence(settings: &ReviewSettings, start: Option<Timestamp>) -> Value {
    let day =
        |time: Option<Timestamp>| time.map(|time| time.to_string().chars().take(10).collect::<String>());
    let (pattern, kind, count, end) = match &settings.recurrence {
        None => (Value::Null, "numbered", 0, None),
        Some(recurrence) => {
            let kind = match recurrence.every {
                Frequency::Weekly => "weekly",
                _ => "absoluteMonthly",
            };
            let pattern = pattern(kind, recurrence.interval);
            match recurrence.until {
                RecurrenceEnd::Never => (pattern, "noEnd", 0, None),
                RecurrenceEnd::At(end) => (pattern, "endDate", 0, Some(end)),
                RecurrenceEnd::Rounds(rounds) => (pattern, "numbered", rounds, None),
            }
        }
    };
    json!({
        "pattern": pattern,
        "range": {
            "type": kind,
            "numberOfOccurrences": count,
            "recurrenceTimeZone": null,
            "startDate": day(start),
            "endDate": day(end),
        },
    })
}
