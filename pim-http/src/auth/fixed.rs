//! Tokens that the program brings itself.

use std::fmt;

use async_trait::async_trait;
use futures::future::BoxFuture;
use pim_core::{error::Result, time::Timestamp};

use super::{Access, AccessToken, TokenProvider, TokenRequest};

/// One token for as long as it lasts, such as one from a command line or a test's server.
#[derive(Clone, Debug)]
pub struct StaticToken {
    token: AccessToken,
    access: Access,
}

impl StaticToken {
    /// A token and on whose behalf it speaks.
    pub fn new(token: impl Into<String>, expires: Option<Timestamp>, access: Access) -> Self {
        Self { token: AccessToken::new(token, expires), access }
    }
}

#[async_trait]
impl TokenProvider for StaticToken {
    fn access(&self) -> Option<Access> {
        Some(self.access)
    }

    fn can_step_up(&self) -> bool {
        false
    }

    async fn get_token(&self, _: &TokenRequest) -> Result<AccessToken> {
        Ok(self.token.clone())
    }
}

type GetToken = dyn Fn(TokenRequest) -> BoxFuture<'static, Result<AccessToken>> + Send + Sync;

/// Tokens from a function of the program's.
pub struct CallbackToken {
    get: Box<GetToken>,
    access: Access,
    steps_up: bool,
}

impl CallbackToken {
    /// A function that cannot answer claims challenges.
    pub fn new(
        access: Access,
        get: impl Fn(TokenRequest) -> BoxFuture<'static, Result<AccessToken>> + Send + Sync + 'static,
    ) -> Self {
        Self { get: Box::new(get), access, steps_up: false }
    }

    /// Says that the function answers claims challenges: it passes [`TokenRequest::claims_parameter`] on.
    #[must_use]
    pub fn stepping_up(mut self) -> Self {
        self.steps_up = true;
        self
    }
}

impl fmt::Debug for CallbackToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackToken").field("access", &self.access).finish_non_exhaustive()
    }
}

#[async_trait]
impl TokenProvider for CallbackToken {
    fn access(&self) -> Option<Access> {
        Some(self.access)
    }

    fn can_step_up(&self) -> bool {
        self.steps_up
    }

    async fn get_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        (self.get)(request.clone()).await
    }
}
