use super::{Text, wire};

wire! {
    /// A directory role.
    ///
    /// Source: [unifiedRoleDefinition](https://learn.microsoft.com/graph/api/resources/unifiedroledefinition).
    RoleDefinition {
        id: Text,
        description: Text,
        display_name: Text,
        is_built_in: bool,
        is_enabled: bool,
        resource_scopes: Vec<Text>,
        role_permissions: Vec<RolePermission>,
        template_id: Text,
        version: Text,
        inherits_permissions_from: Vec<RoleDefinition>,
    }

    /// One block of a role's permissions.
    ///
    /// Source: [unifiedRolePermission](https://learn.microsoft.com/graph/api/resources/unifiedrolepermission).
    RolePermission {
        allowed_resource_actions: Vec<Text>,
        condition: Text,
        excluded_resource_actions: Vec<Text>,
    }
}
