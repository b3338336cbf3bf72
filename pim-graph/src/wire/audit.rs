use super::{Identity, Text, wire};

wire! {
    /// One audit record.
    ///
    /// Source: [directoryAudit](https://learn.microsoft.com/graph/api/resources/directoryaudit).
    DirectoryAudit {
        id: Text,
        activity_date_time: Text,
        activity_display_name: Text,
        additional_details: Vec<KeyValue>,
        category: Text,
        correlation_id: Text,
        initiated_by: Box<AuditInitiator>,
        logged_by_service: Text,
        operation_type: Text,
        result: Text,
        result_reason: Text,
        target_resources: Vec<TargetResource>,
    }

    /// Who caused it.
    ///
    /// Source: [auditActivityInitiator](https://learn.microsoft.com/graph/api/resources/auditactivityinitiator).
    AuditInitiator {
        app: Box<AppIdentity>,
        user: Box<Identity>,
    }

    /// An application that caused it.
    ///
    /// Source: [appIdentity](https://learn.microsoft.com/graph/api/resources/appidentity).
    AppIdentity {
        app_id: Text,
        display_name: Text,
        service_principal_id: Text,
        service_principal_name: Text,
    }

    /// What it was done to.
    ///
    /// Source: [targetResource](https://learn.microsoft.com/graph/api/resources/targetresource).
    TargetResource {
        display_name: Text,
        group_type: Text,
        id: Text,
        modified_properties: Vec<ModifiedProperty>,
        r#type: Text,
        user_principal_name: Text,
    }

    /// What changed.
    ///
    /// Source: [modifiedProperty](https://learn.microsoft.com/graph/api/resources/modifiedproperty).
    ModifiedProperty {
        display_name: Text,
        new_value: Text,
        old_value: Text,
    }

    /// A detail.
    ///
    /// Source: [keyValue](https://learn.microsoft.com/graph/api/resources/keyvalue).
    KeyValue {
        key: Text,
        value: Text,
    }
}
