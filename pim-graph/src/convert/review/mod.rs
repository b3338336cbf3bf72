//! Access reviews: definitions, rounds, decisions.

mod recurrence;
mod scope;

use pim_core::{
    error::{Error, ErrorKind, Result},
    id::{ReviewId, ReviewInstanceId},
    privilege::Privilege,
    review::{
        AccessReview, ApplyAction, ApplyResult, DefaultDecision, NewReview, NewVerdict, Population,
        Recommendation, ReviewItem, ReviewRound, ReviewScope, ReviewSettings, ReviewStage, ReviewStatus,
        RoundKey, Verdict,
    },
    schedule::Level,
    time::{Period, Timestamp, Window},
};
use serde_json::Number;

use super::{
    field::{id, malformed, maybe_id, parse, period, secret, text, time},
    word::{self, type_name},
};
use crate::wire::{self, Member, Text};

/// A review.
///
/// # Errors
/// `Malformed` where it cannot be read, `Unsupported` where it asks about something the model does not have,
/// such as all guests of all teams.
pub fn review(read: &wire::ReviewDefinition) -> Result<AccessReview> {
    let status = ReviewStatus::from(read.status.text().unwrap_or_default());
    let mut review = AccessReview::new(id(&read.id, "id")?, status, definition(read)?);
    review.created_by = read.created_by.get().map_or(Ok(None), |by| maybe_id(&by.id, "createdBy"))?;
    review.created = time(&read.created_date_time, "createdDateTime")?;
    Ok(review)
}

/// What a review was asked to be.
///
/// # Errors
/// As [`review`].
pub fn definition(read: &wire::ReviewDefinition) -> Result<NewReview> {
    let settings = read.settings.get().ok_or_else(|| malformed("settings"))?;
    Ok(NewReview {
        name: text(&read.display_name),
        scope: scope::read(read.scope.get().ok_or_else(|| malformed("scope"))?)?,
        reviewers: scope::reviewers(&read.reviewers)?,
        fallback_reviewers: scope::reviewers(&read.fallback_reviewers)?,
        start: recurrence::start(settings)?,
        settings: self::settings(settings)?,
        stages: read.stage_settings.items().iter().map(stage).collect::<Result<_>>()?,
    })
}

/// The body that creates a review. Graph wants the day of the first round, so `now` is needed where none is given.
///
/// # Errors
/// `Unsupported` for a scope that Graph's reviews do not have; `InvalidInput` where reviewers contradict.
pub fn body(review: &NewReview, now: Timestamp) -> Result<wire::ReviewDefinition> {
    let settings = &review.settings;
    let flag = Member::Value;
    let reviewers = scope::reviewers_body(&review.reviewers)?;
    Ok(wire::ReviewDefinition {
        display_name: review.name.as_str().into(),
        description_for_admins: review.name.as_str().into(),
        scope: Member::Value(Box::new(scope::body(&review.scope)?)),
        reviewers: if review.stages.is_empty() { Member::Value(reviewers) } else { Member::Absent },
        fallback_reviewers: some(scope::reviewers_body(&review.fallback_reviewers)?),
        stage_settings: some(stages(review)?),
        settings: Member::Value(Box::new(wire::ReviewSettings {
            mail_notifications_enabled: flag(settings.mail),
            reminder_notifications_enabled: flag(settings.reminders),
            justification_required_on_approval: flag(settings.justification_required),
            default_decision_enabled: flag(settings.default_decision != DefaultDecision::None),
            default_decision: word::upper(settings.default_decision.as_str()).into(),
            instance_duration_in_days: Member::Value(Number::from(settings.duration_days)),
            auto_apply_decisions_enabled: flag(settings.auto_apply),
            recommendations_enabled: flag(settings.recommendations.is_some()),
            recommendation_look_back_duration: settings
                .recommendations
                .map(|back| Text::from(back.to_string()))
                .into(),
            recurrence: Member::Value(Box::new(recurrence::body(review, now))),
            apply_actions: Member::Value(vec![wire::ReviewApplyAction {
                odata_type: format!(
                    "#microsoft.graph.{}ApplyAction",
                    match &settings.apply_action {
                        ApplyAction::DisableAndDeleteUser => "disableAndDeleteUser".to_owned(),
                        other => word::lower(other.as_str()),
                    }
                )
                .into(),
                ..wire::ReviewApplyAction::default()
            }]),
            ..wire::ReviewSettings::default()
        })),
        ..wire::ReviewDefinition::default()
    })
}

/// A round of a review.
///
/// # Errors
/// `Malformed` without an id, or where it ends before it begins.
pub fn round(review: &ReviewId, read: &wire::ReviewInstance) -> Result<ReviewRound> {
    let key = RoundKey { review: review.clone(), round: id::<ReviewInstanceId>(&read.id, "id")? };
    let (start, end) =
        (time(&read.start_date_time, "startDateTime")?, time(&read.end_date_time, "endDateTime")?);
    let window = Window::new(start, end).map_err(|_| malformed("endDateTime"))?;
    let mut round = ReviewRound::new(key, ReviewStatus::from(read.status.text().unwrap_or_default()), window);
    let open = read.stages.items().iter().position(|s| s.status.text() == Some("InProgress"));
    round.stage = open.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    Ok(round)
}

/// One question of a round. An item does not tell whether it is about an eligibility or an assignment, so the
/// review's scope does; a review of both cannot tell them apart, and they count as assignments.
///
/// # Errors
/// `Malformed` without id or holder, or where what is held cannot be told.
pub fn item(round: &RoundKey, scope: &ReviewScope, read: &wire::ReviewDecision) -> Result<ReviewItem> {
    let level = match scope.population {
        Population::Eligible => Level::Eligibility,
        _ => Level::Assignment,
    };
    let holder = read.principal.get().ok_or_else(|| malformed("principal"))?;
    let held = held(read, scope)?;
    let mut item =
        ReviewItem::new(id(&read.id, "id")?, round.clone(), id(&holder.id, "principal.id")?, held, level);
    item.verdict = Verdict::from(read.decision.text().unwrap_or_default());
    item.decided_by = read.reviewed_by.get().map_or(Ok(None), |by| maybe_id(&by.id, "reviewedBy"))?;
    item.decided_at = time(&read.reviewed_date_time, "reviewedDateTime")?;
    item.justification = secret(&read.justification);
    item.recommendation =
        read.recommendation.text().map_or(Recommendation::NoInfoAvailable, Recommendation::from);
    item.applied = read.apply_result.text().map_or(ApplyResult::New, ApplyResult::from);
    item.applied_by = read.applied_by.get().map_or(Ok(None), |by| maybe_id(&by.id, "appliedBy"))?;
    Ok(item)
}

/// The body that answers one item.
pub fn verdict(answer: &NewVerdict) -> wire::ReviewDecision {
    wire::ReviewDecision {
        decision: word::upper(answer.verdict.as_str()).into(),
        justification: answer.justification.as_ref().map(|why| why.expose().as_str().into()).into(),
        ..wire::ReviewDecision::default()
    }
}

fn held(read: &wire::ReviewDecision, scope: &ReviewScope) -> Result<Privilege> {
    let Some(resource) = read.resource.get() else { return Ok(scope.privilege.clone()) };
    let kind = resource.r#type.text().unwrap_or_default().to_ascii_lowercase();
    match (&*kind, &scope.privilege) {
        ("directoryrole", Privilege::DirectoryRole { scope, .. }) => {
            Ok(Privilege::DirectoryRole { role: id(&resource.id, "resource.id")?, scope: scope.clone() })
        }
        ("group", Privilege::Group { access, .. }) => {
            Ok(Privilege::Group { group: id(&resource.id, "resource.id")?, access: access.clone() })
        }
        (_, of_review) => Ok(of_review.clone()),
    }
}

fn settings(read: &wire::ReviewSettings) -> Result<ReviewSettings> {
    let apply = read.apply_actions.items().first().and_then(|action| action.odata_type.text());
    let apply = type_name(apply.unwrap_or("removeAccessApplyAction"));
    let default =
        read.default_decision.text().filter(|_| read.default_decision_enabled.get() != Some(&false));
    let recommends = read.recommendations_enabled.is_true();
    let back = period(&read.recommendation_look_back_duration, "recommendationLookBackDuration")?;
    Ok(ReviewSettings {
        duration_days: read.instance_duration_in_days.count().unwrap_or(0),
        recurrence: recurrence::read(read)?,
        default_decision: default.map_or(DefaultDecision::None, DefaultDecision::from),
        auto_apply: read.auto_apply_decisions_enabled.is_true(),
        justification_required: read.justification_required_on_approval.is_true(),
        mail: read.mail_notifications_enabled.is_true(),
        reminders: read.reminder_notifications_enabled.is_true(),
        recommendations: recommends.then(|| back.unwrap_or(Period::days(30))),
        apply_action: ApplyAction::from(apply.strip_suffix("ApplyAction").unwrap_or(apply)),
    })
}

fn stage(read: &wire::ReviewStageSettings) -> Result<ReviewStage> {
    let goes_on = read.decisions_that_will_move_to_next_stage.items();
    Ok(ReviewStage {
        reviewers: scope::reviewers(&read.reviewers)?,
        fallback_reviewers: scope::reviewers(&read.fallback_reviewers)?,
        duration_days: read.duration_in_days.count().unwrap_or(0),
        goes_on_with: goes_on.iter().map(|word| Verdict::from(&**word)).collect(),
    })
}

fn stages(review: &NewReview) -> Result<Vec<wire::ReviewStageSettings>> {
    let written = review.stages.iter().enumerate().map(|(n, stage)| {
        let words = stage.goes_on_with.iter().map(|v| Text::from(word::upper(v.as_str())));
        Ok(wire::ReviewStageSettings {
            stage_id: (n + 1).to_string().into(),
            depends_on: some(if n == 0 { Vec::new() } else { vec![n.to_string().into()] }),
            duration_in_days: Member::Value(Number::from(stage.duration_days)),
            reviewers: Member::Value(scope::reviewers_body(&stage.reviewers)?),
            fallback_reviewers: some(scope::reviewers_body(&stage.fallback_reviewers)?),
            decisions_that_will_move_to_next_stage: some(words.collect()),
            recommendations_enabled: Member::Value(review.settings.recommendations.is_some()),
            ..wire::ReviewStageSettings::default()
        })
    });
    written.collect()
}

/// A list that is left out when it is empty.
fn some<T>(list: Vec<T>) -> Member<Vec<T>> {
    if list.is_empty() { Member::Absent } else { Member::Value(list) }
}

fn unsupported(what: &'static str) -> Error {
    Error::new(ErrorKind::Unsupported, what)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
