use super::{Text, wire};

wire! {
    /// An application permission that was granted.
    ///
    /// Source: [appRoleAssignment](https://learn.microsoft.com/graph/api/resources/approleassignment).
    AppRoleAssignment {
        id: Text,
        deleted_date_time: Text,
        app_role_id: Text,
        created_date_time: Text,
        principal_display_name: Text,
        principal_id: Text,
        principal_type: Text,
        resource_display_name: Text,
        resource_id: Text,
    }

    /// Delegated permissions that were granted.
    ///
    /// Source: [oAuth2PermissionGrant](https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant).
    PermissionGrant {
        id: Text,
        client_id: Text,
        consent_type: Text,
        principal_id: Text,
        resource_id: Text,
        scope: Text,
    }
}
