use super::{Identity, PatternedRecurrence, ReviewScope, Text, wire};

wire! {
    /// A report on reviews of the past.
    ///
    /// Source: [accessReviewHistoryDefinition](https://learn.microsoft.com/graph/api/resources/accessreviewhistorydefinition).
    ReviewHistory {
        id: Text,
        created_by: Box<Identity>,
        created_date_time: Text,
        decisions: Vec<Text>,
        display_name: Text,
        review_history_period_end_date_time: Text,
        review_history_period_start_date_time: Text,
        schedule_settings: Box<ReviewHistorySchedule>,
        scopes: Vec<ReviewScope>,
        status: Text,
        instances: Vec<ReviewHistoryInstance>,
    }

    /// One report.
    ///
    /// Source: [accessReviewHistoryInstance](https://learn.microsoft.com/graph/api/resources/accessreviewhistoryinstance).
    ReviewHistoryInstance {
        expiration: Text,
        id: Text,
        download_uri: Text,
        expiration_date_time: Text,
        fulfilled_date_time: Text,
        review_history_period_end_date_time: Text,
        review_history_period_start_date_time: Text,
        run_date_time: Text,
        status: Text,
    }

    /// How often a report is made.
    ///
    /// Source: [accessReviewHistoryScheduleSettings](https://learn.microsoft.com/graph/api/resources/accessreviewhistoryschedulesettings).
    ReviewHistorySchedule {
        recurrence: Box<PatternedRecurrence>,
        report_range: Text,
    }
}
