use serde_json::Value;

use super::{DirectoryObject, RoleDefinition, Text, wire};

wire! {
    /// A role held, made outside PIM or seen without it.
    ///
    /// Source: [unifiedRoleAssignment](https://learn.microsoft.com/graph/api/resources/unifiedroleassignment).
    RoleAssignment {
        id: Text,
        app_scope_id: Text,
        condition: Text,
        directory_scope_id: Text,
        principal_id: Text,
        principal_organization_id: Text,
        role_definition_id: Text,
        app_scope: Value,
        directory_scope: Box<DirectoryObject>,
        principal: Box<DirectoryObject>,
        role_definition: Box<RoleDefinition>,
    }
}
