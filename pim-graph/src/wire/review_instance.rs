use super::{ReviewDecision, ReviewScope, ReviewerScope, Text, wire};

wire! {
    /// One round of a review.
    ///
    /// Source: [accessReviewInstance](https://learn.microsoft.com/graph/api/resources/accessreviewinstance).
    ReviewInstance {
        id: Text,
        end_date_time: Text,
        fallback_reviewers: Vec<ReviewerScope>,
        reviewers: Vec<ReviewerScope>,
        scope: Box<ReviewScope>,
        start_date_time: Text,
        status: Text,
        contacted_reviewers: Vec<ContactedReviewer>,
        decisions: Vec<ReviewDecision>,
        stages: Vec<ReviewStage>,
    }

    /// One stage of a round.
    ///
    /// Source: [accessReviewStage](https://learn.microsoft.com/graph/api/resources/accessreviewstage).
    ReviewStage {
        id: Text,
        end_date_time: Text,
        fallback_reviewers: Vec<ReviewerScope>,
        reviewers: Vec<ReviewerScope>,
        start_date_time: Text,
        status: Text,
        decisions: Vec<ReviewDecision>,
    }

    /// Someone who got mail.
    ///
    /// Source: [accessReviewReviewer](https://learn.microsoft.com/graph/api/resources/accessreviewreviewer).
    ContactedReviewer {
        id: Text,
        created_date_time: Text,
        display_name: Text,
        user_principal_name: Text,
    }
}
