use serde_json::Value;

use super::{AccessPackage, ExpirationPattern, PackageCatalog, PackageSchedule, SubjectSet, Text, wire};

wire! {
    /// Who may ask for a package, and whose approval that needs.
    ///
    /// Source: [accessPackageAssignmentPolicy](https://learn.microsoft.com/graph/api/resources/accesspackageassignmentpolicy).
    PackagePolicy {
        id: Text,
        allowed_target_scope: Text,
        automatic_request_settings: Box<PackageAutomatic>,
        created_date_time: Text,
        description: Text,
        display_name: Text,
        expiration: Box<ExpirationPattern>,
        modified_date_time: Text,
        notification_settings: Value,
        request_approval_settings: Box<PackageApproval>,
        requestor_settings: Box<PackageRequestor>,
        review_settings: Box<PackageReview>,
        specific_allowed_targets: Vec<SubjectSet>,
        access_package: Box<AccessPackage>,
        catalog: Box<PackageCatalog>,
        custom_extension_stage_settings: Vec<Value>,
        questions: Vec<Value>,
        access_package_id: Text,
    }

    /// Who may ask.
    ///
    /// Source: [accessPackageAssignmentRequestorSettings](https://learn.microsoft.com/graph/api/resources/accesspackageassignmentrequestorsettings).
    PackageRequestor {
        allow_custom_assignment_schedule: bool,
        enable_on_behalf_requestors_to_add_access: bool,
        enable_on_behalf_requestors_to_remove_access: bool,
        enable_on_behalf_requestors_to_update_access: bool,
        enable_targets_to_self_add_access: bool,
        enable_targets_to_self_remove_access: bool,
        enable_targets_to_self_update_access: bool,
        on_behalf_requestors: Vec<SubjectSet>,
    }

    /// Whose approval that needs.
    ///
    /// Source: [accessPackageAssignmentApprovalSettings](https://learn.microsoft.com/graph/api/resources/accesspackageassignmentapprovalsettings).
    PackageApproval {
        is_approval_required_for_add: bool,
        is_approval_required_for_update: bool,
        is_requestor_justification_required: bool,
        stages: Vec<PackageApprovalStage>,
    }

    /// One stage of it.
    ///
    /// Source: [accessPackageApprovalStage](https://learn.microsoft.com/graph/api/resources/accesspackageapprovalstage).
    PackageApprovalStage {
        approver_information_visibility: Text,
        duration_before_automatic_denial: Text,
        duration_before_escalation: Text,
        escalation_approvers: Vec<SubjectSet>,
        fallback_escalation_approvers: Vec<SubjectSet>,
        fallback_primary_approvers: Vec<SubjectSet>,
        is_approver_justification_required: bool,
        is_escalation_enabled: bool,
        primary_approvers: Vec<SubjectSet>,
    }

    /// How it is reviewed.
    ///
    /// Source: [accessPackageAssignmentReviewSettings](https://learn.microsoft.com/graph/api/resources/accesspackageassignmentreviewsettings).
    PackageReview {
        expiration_behavior: Text,
        fallback_reviewers: Vec<SubjectSet>,
        is_enabled: bool,
        is_recommendation_enabled: bool,
        is_reviewer_justification_required: bool,
        is_self_review: bool,
        primary_reviewers: Vec<SubjectSet>,
        schedule: Box<PackageSchedule>,
    }

    /// What is given and taken without asking.
    ///
    /// Source: [accessPackageAutomaticRequestSettings](https://learn.microsoft.com/graph/api/resources/accesspackageautomaticrequestsettings).
    PackageAutomatic {
        grace_period_before_access_removal: Text,
        remove_access_when_target_leaves_allowed_targets: bool,
        request_access_for_allowed_targets: bool,
    }
}
