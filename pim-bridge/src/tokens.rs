//! Tokens from a foreign credential.

use std::fmt;

use async_trait::async_trait;
use futures::future::BoxFuture;
use pim_core::error::Result;
use pim_http::auth::{Access, AccessToken, TokenProvider, TokenRequest};

type Ask = dyn Fn(TokenRequest) -> BoxFuture<'static, Result<AccessToken>> + Send + Sync;

/// Asks a credential of the foreign language for tokens, and passes claims challenges on to it.
pub struct ForeignTokens {
    ask: Box<Ask>,
    access: Option<Access>,
}

impl ForeignTokens {
    /// Tokens from a function; `access` where it is known on whose behalf they speak, else the token tells.
    pub fn new(
        access: Option<Access>,
        ask: impl Fn(TokenRequest) -> BoxFuture<'static, Result<AccessToken>> + Send + Sync + 'static,
    ) -> Self {
        Self { ask: Box::new(ask), access }
    }
}

impl fmt::Debug for ForeignTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignTokens").field("access", &self.access).finish_non_exhaustive()
    }
}

#[async_trait]
impl TokenProvider for ForeignTokens {
    fn access(&self) -> Option<Access> {
        self.access
    }

    fn can_step_up(&self) -> bool {
        true
    }

    async fn get_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        (self.ask)(request.clone()).await
    }
}
