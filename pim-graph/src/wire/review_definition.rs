use serde_json::Number;

use super::{Identity, PatternedRecurrence, ReviewInstance, ReviewScope, ReviewerScope, Text, wire};

wire! {
    /// A review.
    ///
    /// Source: [accessReviewScheduleDefinition](https://learn.microsoft.com/graph/api/resources/accessreviewscheduledefinition).
    ReviewDefinition {
        id: Text,
        additional_notification_recipients: Vec<ReviewNotificationRecipient>,
        created_by: Box<Identity>,
        created_date_time: Text,
        description_for_admins: Text,
        description_for_reviewers: Text,
        display_name: Text,
        fallback_reviewers: Vec<ReviewerScope>,
        instance_enumeration_scope: Box<ReviewScope>,
        last_modified_date_time: Text,
        reviewers: Vec<ReviewerScope>,
        scope: Box<ReviewScope>,
        settings: Box<ReviewSettings>,
        stage_settings: Vec<ReviewStageSettings>,
        status: Text,
        instances: Vec<ReviewInstance>,
    }

    /// How a review runs.
    ///
    /// Source: [accessReviewScheduleSettings](https://learn.microsoft.com/graph/api/resources/accessreviewschedulesettings).
    ReviewSettings {
        apply_actions: Vec<ReviewApplyAction>,
        auto_apply_decisions_enabled: bool,
        decision_histories_for_reviewers_enabled: bool,
        default_decision: Text,
        default_decision_enabled: bool,
        instance_duration_in_days: Number,
        justification_required_on_approval: bool,
        mail_notifications_enabled: bool,
        recommendation_insight_settings: Vec<ReviewInsightSetting>,
        recommendation_look_back_duration: Text,
        recommendations_enabled: bool,
        recurrence: Box<PatternedRecurrence>,
        reminder_notifications_enabled: bool,
    }

    /// How one stage of a review runs.
    ///
    /// Source: [accessReviewStageSettings](https://learn.microsoft.com/graph/api/resources/accessreviewstagesettings).
    ReviewStageSettings {
        decisions_that_will_move_to_next_stage: Vec<Text>,
        depends_on: Vec<Text>,
        duration_in_days: Number,
        fallback_reviewers: Vec<ReviewerScope>,
        recommendation_insight_settings: Vec<ReviewInsightSetting>,
        recommendations_enabled: bool,
        reviewers: Vec<ReviewerScope>,
        stage_id: Text,
    }

    /// What is done with denied access; `odata_type` tells.
    ///
    /// Source: [accessReviewApplyAction](https://learn.microsoft.com/graph/api/resources/accessreviewapplyaction).
    ReviewApplyAction {

    }

    /// What recommendations rest on.
    ///
    /// Source: [accessReviewRecommendationInsightSetting](https://learn.microsoft.com/graph/api/resources/accessreviewrecommendationinsightsetting).
    ReviewInsightSetting {
        recommendation_look_back_duration: Text,
        sign_in_scope: Text,
    }

    /// Who else gets mail.
    ///
    /// Source: [accessReviewNotificationRecipientItem](https://learn.microsoft.com/graph/api/resources/accessreviewnotificationrecipientitem).
    ReviewNotificationRecipient {
        notification_recipient_scope: Box<ReviewNotificationScope>,
        notification_template_type: Text,
    }

    /// Who that is.
    ///
    /// Source: [accessReviewNotificationRecipientScope](https://learn.microsoft.com/graph/api/resources/accessreviewnotificationrecipientscope).
    ReviewNotificationScope {
        query: Text,
        query_root: Text,
        query_type: Text,
    }
}
