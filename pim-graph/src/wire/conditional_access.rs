use serde_json::{Number, Value};

use super::{Text, wire};

wire! {
    /// A Conditional Access policy.
    ///
    /// Source: [conditionalAccessPolicy](https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy).
    ConditionalAccessPolicy {
        deleted_date_time: Text,
        conditions: Box<ConditionSet>,
        created_date_time: Text,
        description: Text,
        display_name: Text,
        grant_controls: Box<GrantControls>,
        id: Text,
        modified_date_time: Text,
        session_controls: Box<SessionControls>,
        state: Text,
        template_id: Text,
    }

    /// When it applies.
    ///
    /// Source: [conditionalAccessConditionSet](https://learn.microsoft.com/graph/api/resources/conditionalaccessconditionset).
    ConditionSet {
        applications: Box<ConditionApplications>,
        authentication_flows: Value,
        client_applications: Box<ConditionClients>,
        client_app_types: Vec<Text>,
        devices: Box<ConditionDevices>,
        insider_risk_levels: Text,
        locations: Box<ConditionLocations>,
        platforms: Box<ConditionPlatforms>,
        service_principal_risk_levels: Vec<Text>,
        sign_in_risk_levels: Vec<Text>,
        user_risk_levels: Vec<Text>,
        users: Box<ConditionUsers>,
    }

    /// To which applications and acts.
    ///
    /// Source: [conditionalAccessApplications](https://learn.microsoft.com/graph/api/resources/conditionalaccessapplications).
    ConditionApplications {
        application_filter: Box<ConditionFilter>,
        exclude_applications: Vec<Text>,
        include_applications: Vec<Text>,
        include_authentication_context_class_references: Vec<Text>,
        include_user_actions: Vec<Text>,
    }

    /// To whom.
    ///
    /// Source: [conditionalAccessUsers](https://learn.microsoft.com/graph/api/resources/conditionalaccessusers).
    ConditionUsers {
        exclude_groups: Vec<Text>,
        exclude_guests_or_external_users: Box<GuestsOrExternalUsers>,
        exclude_roles: Vec<Text>,
        exclude_users: Vec<Text>,
        include_groups: Vec<Text>,
        include_guests_or_external_users: Box<GuestsOrExternalUsers>,
        include_roles: Vec<Text>,
        include_users: Vec<Text>,
    }

    /// To which guests.
    ///
    /// Source: [conditionalAccessGuestsOrExternalUsers](https://learn.microsoft.com/graph/api/resources/conditionalaccessguestsorexternalusers).
    GuestsOrExternalUsers {
        external_tenants: Box<ExternalTenants>,
        guest_or_external_user_types: Text,
    }

    /// Guests of which tenants.
    ///
    /// Source: [conditionalAccessExternalTenants](https://learn.microsoft.com/graph/api/resources/conditionalaccessexternaltenants).
    ExternalTenants {
        membership_kind: Text,
        members: Vec<Text>,
    }

    /// From where.
    ///
    /// Source: [conditionalAccessLocations](https://learn.microsoft.com/graph/api/resources/conditionalaccesslocations).
    ConditionLocations {
        exclude_locations: Vec<Text>,
        include_locations: Vec<Text>,
    }

    /// On which platforms.
    ///
    /// Source: [conditionalAccessPlatforms](https://learn.microsoft.com/graph/api/resources/conditionalaccessplatforms).
    ConditionPlatforms {
        exclude_platforms: Vec<Text>,
        include_platforms: Vec<Text>,
    }

    /// On which devices.
    ///
    /// Source: [conditionalAccessDevices](https://learn.microsoft.com/graph/api/resources/conditionalaccessdevices).
    ConditionDevices {
        device_filter: Box<ConditionFilter>,
        include_devices: Vec<Text>,
        exclude_devices: Vec<Text>,
    }

    /// A filter in words.
    ///
    /// Source: [conditionalAccessFilter](https://learn.microsoft.com/graph/api/resources/conditionalaccessfilter).
    ConditionFilter {
        mode: Text,
        rule: Text,
    }

    /// For which workloads.
    ///
    /// Source: [conditionalAccessClientApplications](https://learn.microsoft.com/graph/api/resources/conditionalaccessclientapplications).
    ConditionClients {
        exclude_service_principals: Vec<Text>,
        include_service_principals: Vec<Text>,
        service_principal_filter: Box<ConditionFilter>,
    }

    /// What it demands.
    ///
    /// Source: [conditionalAccessGrantControls](https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols).
    GrantControls {
        built_in_controls: Vec<Text>,
        custom_authentication_factors: Vec<Text>,
        operator: Text,
        terms_of_use: Vec<Text>,
        authentication_strength: Value,
    }

    /// How it limits the session.
    ///
    /// Source: [conditionalAccessSessionControls](https://learn.microsoft.com/graph/api/resources/conditionalaccesssessioncontrols).
    SessionControls {
        application_enforced_restrictions: Box<SessionControl>,
        cloud_app_security: Box<SessionControl>,
        disable_resilience_defaults: bool,
        persistent_browser: Box<SessionControl>,
        secure_sign_in_session: Box<SessionControl>,
        sign_in_frequency: Box<SessionControl>,
    }

    /// One such limit.
    ///
    /// Source: [conditionalAccessSessionControl](https://learn.microsoft.com/graph/api/resources/conditionalaccesssessioncontrol).
    SessionControl {
        is_enabled: bool,
        cloud_app_security_type: Text,
        mode: Text,
        authentication_type: Text,
        frequency_interval: Text,
        r#type: Text,
        value: Number,
    }

    /// An authentication context.
    ///
    /// Source: [authenticationContextClassReference](https://learn.microsoft.com/graph/api/resources/authenticationcontextclassreference).
    AuthenticationContext {
        id: Text,
        description: Text,
        display_name: Text,
        is_available: bool,
    }
}
