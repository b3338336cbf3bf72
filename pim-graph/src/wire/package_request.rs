use serde_json::Value;

use super::{AccessPackage, PackageAssignment, PackageSchedule, PackageSubject, Text, wire};

wire! {
    /// A request for a package.
    ///
    /// Source: [accessPackageAssignmentRequest](https://learn.microsoft.com/graph/api/resources/accesspackageassignmentrequest).
    PackageRequest {
        id: Text,
        answers: Vec<Value>,
        completed_date_time: Text,
        created_date_time: Text,
        custom_extension_callout_instances: Vec<Value>,
        justification: Text,
        request_type: Text,
        schedule: Box<PackageSchedule>,
        state: Text,
        status: Text,
        access_package: Box<AccessPackage>,
        assignment: Box<PackageAssignment>,
        requestor: Box<PackageSubject>,
    }
}
