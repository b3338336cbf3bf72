//! Tokens: where they come from, how long they are kept, and what happens when the service wants a better one.

#[cfg(feature = "azure-identity")]
mod azure;
mod cache;
mod challenge;
mod device_code;
mod facts;
mod fixed;
mod oauth;
mod on_behalf_of;

use std::fmt;

use async_trait::async_trait;
use pim_core::{error::Result, sensitive::Sensitive, time::Timestamp};

#[cfg(feature = "azure-identity")]
pub use self::azure::AzureCredential;
pub(crate) use self::{
    cache::{TokenCache, copy},
    challenge::Challenge,
};
pub use self::{
    device_code::{DeviceCode, DevicePrompt},
    facts::TokenFacts,
    fixed::{CallbackToken, StaticToken},
    oauth::{ClientAuth, OAuthClient},
    on_behalf_of::OnBehalfOf,
};

/// Gives tokens. It need not keep them: that is done for every provider alike, with one request in flight.
#[async_trait]
pub trait TokenProvider: fmt::Debug + Send + Sync + 'static {
    /// On whose behalf its tokens speak; `None` where only a token tells.
    fn access(&self) -> Option<Access>;

    /// Whether it can answer a claims challenge: by asking somebody to sign in more strongly, or by passing the
    /// claims on to one who does. It then sends [`TokenRequest::claims`] with its next request.
    fn can_step_up(&self) -> bool;

    /// Gets a token.
    ///
    /// # Errors
    /// `Unauthenticated` when there is no sign-in, `StepUpRequired` with what is wanted when it takes one that
    /// this provider can't bring about, `Unavailable` when the issuer can't be reached.
    async fn get_token(&self, request: &TokenRequest) -> Result<AccessToken>;
}

/// On whose behalf a token speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Access {
    /// A person, through an application. Self-service and approvals need this.
    Delegated,
    /// An application itself.
    Application,
}

/// What token is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRequest {
    /// The scopes, such as `https://graph.microsoft.com/.default`.
    pub scopes: Vec<String>,
    /// The claims that a service demanded, as JSON.
    pub claims: Option<Box<str>>,
}

impl TokenRequest {
    /// The client capability to declare in every request: `cp1` says that claims challenges are understood.
    /// Without it PIM repeats the challenge for an authentication context for ever.
    pub const CAPABILITY: &'static str = "cp1";

    /// A token for these scopes.
    pub fn new(scopes: Vec<String>, claims: Option<Box<str>>) -> Self {
        Self { scopes, claims }
    }

    /// The value of OAuth's `claims` parameter: what the service demanded, and the capability.
    pub fn claims_parameter(&self) -> String {
        challenge::with_capability(self.claims.as_deref())
    }
}

/// A token and when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token.
    pub secret: Sensitive<String>,
    /// When it ends; `None` where that is not known.
    pub expires: Option<Timestamp>,
}

impl AccessToken {
    /// A token that ends then.
    pub fn new(secret: impl Into<String>, expires: Option<Timestamp>) -> Self {
        Self { secret: Sensitive::new(secret.into()), expires }
    }
}
