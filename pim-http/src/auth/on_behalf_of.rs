//! A service that acts for the person who called it.

use async_trait::async_trait;
use pim_core::{error::Result, sensitive::Sensitive};

use super::{Access, AccessToken, OAuthClient, TokenProvider, TokenRequest};

/// Exchanges the token that a caller presented to an application for one to another service, on the caller's
/// behalf.
///
/// It cannot step up: nobody sits in front of it. The challenge comes out as `StepUpRequired`, and the application
/// passes it on to its own caller, who comes back with a better token.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow>.
#[derive(Debug)]
pub struct OnBehalfOf {
    client: OAuthClient,
    assertion: Sensitive<String>,
}

impl OnBehalfOf {
    /// Acts for the person whose token this is.
    pub fn new(client: OAuthClient, assertion: impl Into<String>) -> Self {
        Self { client, assertion: Sensitive::new(assertion.into()) }
    }
}

#[async_trait]
impl TokenProvider for OnBehalfOf {
    fn access(&self) -> Option<Access> {
        Some(Access::Delegated)
    }

    fn can_step_up(&self) -> bool {
        false
    }

    async fn get_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let grant = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("requested_token_use", "on_behalf_of"),
            ("assertion", self.assertion.expose()),
            ("scope", &request.scopes.join(" ")),
            ("claims", &request.claims_parameter()),
        ];
        let granted = self.client.token(&grant).await?;
        granted.map(|granted| granted.token).map_err(super::oauth::Refusal::into_error)
    }
}
