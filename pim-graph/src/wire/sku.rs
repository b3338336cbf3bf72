use serde_json::Number;

use super::{Text, wire};

wire! {
    /// A licence that the tenant bought.
    ///
    /// Source: [subscribedSku](https://learn.microsoft.com/graph/api/resources/subscribedsku).
    SubscribedSku {
        id: Text,
        account_id: Text,
        account_name: Text,
        applies_to: Text,
        capability_status: Text,
        consumed_units: Number,
        prepaid_units: Box<LicenseUnits>,
        service_plans: Vec<ServicePlan>,
        sku_id: Text,
        sku_part_number: Text,
        subscription_ids: Vec<Text>,
    }

    /// What a licence contains.
    ///
    /// Source: [servicePlanInfo](https://learn.microsoft.com/graph/api/resources/serviceplaninfo).
    ServicePlan {
        applies_to: Text,
        provisioning_status: Text,
        service_plan_id: Text,
        service_plan_name: Text,
    }

    /// How many were bought.
    ///
    /// Source: [licenseUnitsDetail](https://learn.microsoft.com/graph/api/resources/licenseunitsdetail).
    LicenseUnits {
        enabled: Number,
        locked_out: Number,
        suspended: Number,
        warning: Number,
    }
}
