use super::{Identity, PolicyRule, Text, wire};

wire! {
    /// The settings of one role or one way of holding a group.
    ///
    /// Source: [unifiedRoleManagementPolicy](https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicy).
    Policy {
        id: Text,
        description: Text,
        display_name: Text,
        is_organization_default: bool,
        last_modified_by: Box<Identity>,
        last_modified_date_time: Text,
        scope_id: Text,
        scope_type: Text,
        effective_rules: Vec<PolicyRule>,
        rules: Vec<PolicyRule>,
    }

    /// Which policy governs what.
    ///
    /// Source: [unifiedRoleManagementPolicyAssignment](https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyassignment).
    PolicyAssignment {
        id: Text,
        policy_id: Text,
        role_definition_id: Text,
        scope_id: Text,
        scope_type: Text,
        policy: Box<Policy>,
    }
}
