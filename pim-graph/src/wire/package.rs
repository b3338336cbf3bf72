use serde_json::Value;

use super::{
    DirectoryObject, ExpirationPattern, PackagePolicy, PackageResource, PackageRole, PackageRoleScope,
    PackageScope, PatternedRecurrence, Text, wire,
};

wire! {
    /// An access package.
    ///
    /// Source: [accessPackage](https://learn.microsoft.com/graph/api/resources/accesspackage).
    AccessPackage {
        id: Text,
        created_date_time: Text,
        description: Text,
        display_name: Text,
        is_hidden: bool,
        modified_date_time: Text,
        access_packages_incompatible_with: Vec<AccessPackage>,
        assignment_policies: Vec<PackagePolicy>,
        catalog: Box<PackageCatalog>,
        incompatible_access_packages: Vec<AccessPackage>,
        incompatible_groups: Vec<DirectoryObject>,
        resource_role_scopes: Vec<PackageRoleScope>,
        catalog_id: Text,
        is_role_scopes_visible: bool,
    }

    /// A catalog of packages.
    ///
    /// Source: [accessPackageCatalog](https://learn.microsoft.com/graph/api/resources/accesspackagecatalog).
    PackageCatalog {
        id: Text,
        catalog_type: Text,
        created_date_time: Text,
        description: Text,
        display_name: Text,
        is_externally_visible: bool,
        modified_date_time: Text,
        state: Text,
        access_packages: Vec<AccessPackage>,
        custom_workflow_extensions: Vec<Value>,
        resource_roles: Vec<PackageRole>,
        resources: Vec<PackageResource>,
        resource_scopes: Vec<PackageScope>,
    }

    /// Who has a package.
    ///
    /// Source: [accessPackageAssignment](https://learn.microsoft.com/graph/api/resources/accesspackageassignment).
    PackageAssignment {
        id: Text,
        custom_extension_callout_instances: Vec<Value>,
        expired_date_time: Text,
        schedule: Box<PackageSchedule>,
        state: Text,
        status: Text,
        access_package: Box<AccessPackage>,
        assignment_policy: Box<PackagePolicy>,
        target: Box<PackageSubject>,
        access_package_id: Text,
        target_id: Text,
    }

    /// Somebody to whom packages are given.
    ///
    /// Source: [accessPackageSubject](https://learn.microsoft.com/graph/api/resources/accesspackagesubject).
    PackageSubject {
        id: Text,
        display_name: Text,
        email: Text,
        object_id: Text,
        on_premises_security_identifier: Text,
        principal_name: Text,
        subject_lifecycle: Text,
        subject_type: Text,
        connected_organization: Value,
        cleanup_scheduled_date_time: Text,
    }

    /// From when to when.
    ///
    /// Source: [entitlementManagementSchedule](https://learn.microsoft.com/graph/api/resources/entitlementmanagementschedule).
    PackageSchedule {
        expiration: Box<ExpirationPattern>,
        recurrence: Box<PatternedRecurrence>,
        start_date_time: Text,
    }
}
