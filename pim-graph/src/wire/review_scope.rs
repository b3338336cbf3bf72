use super::{Text, wire};

wire! {
    /// What a review asks about; `odata_type` tells how it is written.
    ///
    /// Source: [accessReviewScope](https://learn.microsoft.com/graph/api/resources/accessreviewscope).
    ReviewScope {
        query: Text,
        query_root: Text,
        query_type: Text,
        inactive_duration: Text,
        principal_scopes: Vec<ReviewScope>,
        resource_scopes: Vec<ReviewScope>,
    }

    /// Who reviews, as a query.
    ///
    /// Source: [accessReviewReviewerScope](https://learn.microsoft.com/graph/api/resources/accessreviewreviewerscope).
    ReviewerScope {
        query: Text,
        query_root: Text,
        query_type: Text,
    }
}
