use serde_json::Value;

use super::{Identity, Text, wire};

wire! {
    /// One question of a round, and its answer.
    ///
    /// Source: [accessReviewInstanceDecisionItem](https://learn.microsoft.com/graph/api/resources/accessreviewinstancedecisionitem).
    ReviewDecision {
        target: Value,
        id: Text,
        access_review_id: Text,
        applied_by: Box<Identity>,
        applied_date_time: Text,
        apply_result: Text,
        decision: Text,
        justification: Text,
        principal: Box<Identity>,
        principal_link: Text,
        recommendation: Text,
        resource: Box<ReviewResource>,
        resource_link: Text,
        reviewed_by: Box<Identity>,
        reviewed_date_time: Text,
        insights: Vec<Value>,
    }

    /// What the question is about.
    ///
    /// Source: [accessReviewInstanceDecisionItemResource](https://learn.microsoft.com/graph/api/resources/accessreviewinstancedecisionitemresource).
    ReviewResource {
        display_name: Text,
        id: Text,
        r#type: Text,
        access_package_display_name: Text,
        access_package_id: Text,
        scope: Box<ReviewResource>,
        app_id: Text,
    }

    /// The body of `batchRecordDecisions`.
    BatchDecision {
        decision: Text,
        justification: Text,
        principal_id: Text,
        resource_id: Text,
    }
}
