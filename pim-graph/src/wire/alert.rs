use serde_json::Number;

use super::{Text, wire};

wire! {
    /// A PIM alert (beta).
    Alert {
        id: Text,
        alert_definition_id: Text,
        scope_id: Text,
        scope_type: Text,
        incident_count: Number,
        is_active: bool,
        last_modified_date_time: Text,
        last_scanned_date_time: Text,
        alert_definition: Box<AlertDefinition>,
        alert_configuration: Box<AlertConfiguration>,
        alert_incidents: Vec<AlertIncident>,
    }

    /// What an alert is about (beta).
    AlertDefinition {
        id: Text,
        display_name: Text,
        scope_type: Text,
        scope_id: Text,
        description: Text,
        severity_level: Text,
        security_impact: Text,
        mitigation_steps: Text,
        how_to_prevent: Text,
        is_remediatable: bool,
        is_configurable: bool,
    }

    /// How an alert is set (beta); `odata_type` tells which alert.
    AlertConfiguration {
        id: Text,
        alert_definition_id: Text,
        scope_type: Text,
        scope_id: Text,
        is_enabled: bool,
        global_admin_count_threshold: Number,
        percentage_of_global_admins_out_of_roles_threshold: Number,
        duration: Text,
        sequential_activation_counter_threshold: Number,
        time_interval_between_activations: Text,
        alert_definition: Box<AlertDefinition>,
    }

    /// What an alert found (beta); `odata_type` tells which alert.
    AlertIncident {
        id: Text,
        assignee_id: Text,
        assignee_display_name: Text,
        assignee_user_principal_name: Text,
        role_definition_id: Text,
        role_display_name: Text,
        role_template_id: Text,
        assignment_created_date_time: Text,
        last_sign_in_date_time: Text,
        activation_count: Number,
        sequence_start_date_time: Text,
        sequence_end_date_time: Text,
        tenant_license_status: Text,
    }

    /// The body of a refresh of all alerts (beta).
    AlertRefresh {
        scope_id: Text,
        scope_type: Text,
    }
}
