use serde_json::Value;

use super::{PackageCatalog, Text, wire};

wire! {
    /// A resource and the role in it that a package carries.
    ///
    /// Source: [accessPackageResourceRoleScope](https://learn.microsoft.com/graph/api/resources/accesspackageresourcerolescope).
    PackageRoleScope {
        id: Text,
        created_date_time: Text,
        role: Box<PackageRole>,
        scope: Box<PackageScope>,
    }

    /// A resource of a catalog.
    ///
    /// Source: [accessPackageResource](https://learn.microsoft.com/graph/api/resources/accesspackageresource).
    PackageResource {
        id: Text,
        attributes: Vec<Value>,
        created_date_time: Text,
        description: Text,
        display_name: Text,
        modified_date_time: Text,
        origin_id: Text,
        origin_system: Text,
        environment: Value,
        roles: Vec<PackageRole>,
        scopes: Vec<PackageScope>,
        upload_sessions: Vec<Value>,
        resource_type: Text,
        url: Text,
        is_pending_onboarding: bool,
    }

    /// A role in a resource.
    ///
    /// Source: [accessPackageResourceRole](https://learn.microsoft.com/graph/api/resources/accesspackageresourcerole).
    PackageRole {
        id: Text,
        description: Text,
        display_name: Text,
        origin_id: Text,
        origin_system: Text,
        r#type: Text,
        resource: Box<PackageResource>,
    }

    /// A part of a resource.
    ///
    /// Source: [accessPackageResourceScope](https://learn.microsoft.com/graph/api/resources/accesspackageresourcescope).
    PackageScope {
        id: Text,
        description: Text,
        display_name: Text,
        is_root_scope: bool,
        origin_id: Text,
        origin_system: Text,
        resource: Box<PackageResource>,
    }

    /// A request to add a resource to a catalog.
    ///
    /// Source: [accessPackageResourceRequest](https://learn.microsoft.com/graph/api/resources/accesspackageresourcerequest).
    PackageResourceRequest {
        id: Text,
        created_date_time: Text,
        request_type: Text,
        state: Text,
        catalog: Box<PackageCatalog>,
        resource: Box<PackageResource>,
        justification: Text,
        catalog_id: Text,
    }
}
