use serde_json::Number;

use super::{DirectoryObject, SubjectSet, Text, wire};

wire! {
    /// One rule of any type; `odata_type` tells which, and so which members count.
    ///
    /// Source: [unifiedRoleManagementPolicyRule](https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyrule).
    PolicyRule {
        id: Text,
        target: Box<RuleTarget>,
        setting: Box<ApprovalSettings>,
        claim_value: Text,
        is_enabled: bool,
        enabled_rules: Vec<Text>,
        is_expiration_required: bool,
        maximum_duration: Text,
        is_default_recipients_enabled: bool,
        notification_level: Text,
        notification_recipients: Vec<Text>,
        notification_type: Text,
        recipient_type: Text,
    }

    /// What a rule governs.
    ///
    /// Source: [unifiedRoleManagementPolicyRuleTarget](https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyruletarget).
    RuleTarget {
        caller: Text,
        enforced_settings: Vec<Text>,
        inheritable_settings: Vec<Text>,
        level: Text,
        operations: Vec<Text>,
        target_objects: Vec<DirectoryObject>,
    }

    /// Whether and how approval is needed.
    ///
    /// Source: [approvalSettings](https://learn.microsoft.com/graph/api/resources/approvalsettings).
    ApprovalSettings {
        approval_mode: Text,
        approval_stages: Vec<UnifiedApprovalStage>,
        is_approval_required: bool,
        is_approval_required_for_extension: bool,
        is_requestor_justification_required: bool,
    }

    /// One stage of an approval setting.
    ///
    /// Source: [unifiedApprovalStage](https://learn.microsoft.com/graph/api/resources/unifiedapprovalstage).
    UnifiedApprovalStage {
        approval_stage_time_out_in_days: Number,
        escalation_approvers: Vec<SubjectSet>,
        escalation_time_in_minutes: Number,
        is_approver_justification_required: bool,
        is_escalation_enabled: bool,
        primary_approvers: Vec<SubjectSet>,
    }
}
