use super::{Identity, Text, wire};

wire! {
    /// The approval of a request. v1.0 has `stages`, beta `steps`.
    ///
    /// Source: [approval](https://learn.microsoft.com/graph/api/resources/approval).
    Approval {
        id: Text,
        stages: Vec<ApprovalStage>,
        steps: Vec<ApprovalStage>,
    }

    /// One stage or step of an approval.
    ///
    /// Source: [approvalStage](https://learn.microsoft.com/graph/api/resources/approvalstage).
    ApprovalStage {
        id: Text,
        assigned_to_me: bool,
        display_name: Text,
        justification: Text,
        reviewed_by: Box<Identity>,
        reviewed_date_time: Text,
        review_result: Text,
        status: Text,
    }
}
