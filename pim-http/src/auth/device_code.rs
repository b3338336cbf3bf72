//! A person signs in on another device.

use std::{fmt, sync::Mutex, sync::PoisonError};

use async_trait::async_trait;
use pim_core::{
    error::{Error, ErrorKind, Result},
    sensitive::Sensitive,
    time::Period,
};
use serde::Deserialize;

use super::{Access, AccessToken, OAuthClient, TokenProvider, TokenRequest};

/// What to show the person.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DevicePrompt {
    /// Where to go.
    pub address: String,
    /// What to enter there.
    pub code: String,
    /// For how long.
    pub lifetime: Period,
}

/// Asks a person to enter a code in a browser, once; later tokens come without asking as long as the sign-in lasts.
/// A claims challenge asks again.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>.
pub struct DeviceCode {
    client: OAuthClient,
    show: Box<dyn Fn(DevicePrompt) + Send + Sync>,
    refresh: Mutex<Option<Sensitive<String>>>,
}

impl DeviceCode {
    /// `show` tells the person where to go and what to enter.
    pub fn new(client: OAuthClient, show: impl Fn(DevicePrompt) + Send + Sync + 'static) -> Self {
        Self { client, show: Box::new(show), refresh: Mutex::default() }
    }

    async fn silently(&self, scope: &str, request: &TokenRequest) -> Result<Option<AccessToken>> {
        let refresh = self.refresh.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(refresh) = refresh.filter(|_| request.claims.is_none()) else { return Ok(None) };
        let grant = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
            ("scope", scope),
            ("claims", &request.claims_parameter()),
        ];
        // A refusal means that the person has to come back.
        Ok(self.client.token(&grant).await?.ok().map(|granted| self.keep(granted)))
    }

    fn keep(&self, granted: super::oauth::Granted) -> AccessToken {
        if let Some(refresh) = granted.refresh {
            *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = Some(refresh);
        }
        granted.token
    }
}

#[async_trait]
impl TokenProvider for DeviceCode {
    fn access(&self) -> Option<Access> {
        Some(Access::Delegated)
    }

    fn can_step_up(&self) -> bool {
        true
    }

    async fn get_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        let scope = format!("{} offline_access", request.scopes.join(" "));
        if let Some(token) = self.silently(&scope, request).await? {
            return Ok(token);
        }
        let claims = request.claims_parameter();
        let asked = self.client.post("devicecode", &[("scope", &scope), ("claims", &claims)]).await?;
        let device: Device = asked.map_err(super::oauth::Refusal::into_error)?;
        let lifetime = Period::seconds(device.expires_in);
        let until = self.client.clock().now() + lifetime;
        (self.show)(DevicePrompt { address: device.verification_uri, code: device.user_code, lifetime });
        let mut interval = Period::seconds(device.interval.max(1));
        let grant = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", device.device_code.expose().as_str()),
            ("claims", &claims),
        ];
        while self.client.clock().now() < until {
            self.client.clock().sleep(interval).await;
            match self.client.token(&grant).await? {
                Ok(granted) => return Ok(self.keep(granted)),
                Err(refusal) => match &*refusal.error {
                    "authorization_pending" => {}
                    "slow_down" => interval = interval + Period::seconds(5),
                    _ => return Err(refusal.into_error()),
                },
            }
        }
        Err(Error::new(ErrorKind::Unauthenticated, "nobody entered the code in time; sign in again"))
    }
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCode").field("client", &self.client).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Device {
    device_code: Sensitive<String>,
    user_code: String,
    #[serde(alias = "verification_url")]
    verification_uri: String,
    expires_in: u32,
    #[serde(default = "five")]
    interval: u32,
}

fn five() -> u32 {
    5
}

#[cfg(test)]
#[path = "oauth_tests.rs"]
mod tests;
