use serde_json::{Number, Value};

use super::{Text, wire};

wire! {
    /// One sign-in.
    ///
    /// Source: [signIn](https://learn.microsoft.com/graph/api/resources/signin).
    SignIn {
        id: Text,
        app_display_name: Text,
        app_id: Text,
        applied_conditional_access_policies: Vec<AppliedPolicy>,
        authentication_app_device_details: Value,
        client_app_used: Text,
        conditional_access_status: Text,
        correlation_id: Text,
        created_date_time: Text,
        device_detail: Box<DeviceDetail>,
        home_tenant_id: Text,
        ip_address: Text,
        is_interactive: bool,
        location: Box<SignInLocation>,
        resource_display_name: Text,
        resource_id: Text,
        resource_tenant_id: Text,
        risk_detail: Text,
        risk_event_types: Vec<Text>,
        #[serde(rename = "riskEventTypes_v2")] risk_event_types_v2: Vec<Text>,
        risk_level_aggregated: Text,
        risk_level_during_sign_in: Text,
        risk_state: Text,
        service_principal_id: Text,
        service_principal_name: Text,
        status: Box<SignInStatus>,
        user_agent: Text,
        user_display_name: Text,
        user_id: Text,
        user_principal_name: Text,
        authentication_requirement: Text,
        sign_in_event_types: Vec<Text>,
    }

    /// How it ended.
    ///
    /// Source: [signInStatus](https://learn.microsoft.com/graph/api/resources/signinstatus).
    SignInStatus {
        additional_details: Text,
        error_code: Number,
        failure_reason: Text,
    }

    /// Where from.
    ///
    /// Source: [signInLocation](https://learn.microsoft.com/graph/api/resources/signinlocation).
    SignInLocation {
        city: Text,
        country_or_region: Text,
        geo_coordinates: Box<GeoCoordinates>,
        state: Text,
    }

    /// A place on the map.
    ///
    /// Source: [geoCoordinates](https://learn.microsoft.com/graph/api/resources/geocoordinates).
    GeoCoordinates {
        altitude: Number,
        latitude: Number,
        longitude: Number,
    }

    /// The device.
    ///
    /// Source: [deviceDetail](https://learn.microsoft.com/graph/api/resources/devicedetail).
    DeviceDetail {
        browser: Text,
        device_id: Text,
        display_name: Text,
        is_compliant: bool,
        is_managed: bool,
        operating_system: Text,
        trust_type: Text,
    }

    /// A Conditional Access policy that was looked at.
    ///
    /// Source: [appliedConditionalAccessPolicy](https://learn.microsoft.com/graph/api/resources/appliedconditionalaccesspolicy).
    AppliedPolicy {
        display_name: Text,
        enforced_grant_controls: Vec<Text>,
        enforced_session_controls: Vec<Text>,
        id: Text,
        result: Text,
    }
}
