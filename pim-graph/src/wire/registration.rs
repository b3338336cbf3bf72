use super::{Text, wire};

wire! {
    /// What means of stronger sign-in a user has registered.
    ///
    /// Source: [userRegistrationDetails](https://learn.microsoft.com/graph/api/resources/userregistrationdetails).
    RegistrationDetails {
        id: Text,
        is_admin: bool,
        is_mfa_capable: bool,
        is_mfa_registered: bool,
        is_passwordless_capable: bool,
        is_sspr_capable: bool,
        is_sspr_enabled: bool,
        is_sspr_registered: bool,
        is_system_preferred_authentication_method_enabled: bool,
        last_updated_date_time: Text,
        methods_registered: Vec<Text>,
        system_preferred_authentication_methods: Vec<Text>,
        user_display_name: Text,
        user_preferred_method_for_secondary_authentication: Text,
        user_principal_name: Text,
        user_type: Text,
    }
}
