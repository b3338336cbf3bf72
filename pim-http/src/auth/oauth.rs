//! Microsoft Entra's token endpoint.

use std::{collections::BTreeMap, fmt, sync::Arc};

use http::{HeaderValue, Method, header::CONTENT_TYPE};
use pim_core::{
    clock::Clock,
    error::{Error, ErrorKind, Result, StepUp},
    sensitive::Sensitive,
    time::Period,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::AccessToken;
use crate::{
    clock::SystemClock,
    cloud::Endpoint,
    odata::is_word,
    pipeline::{Call, Service, ServiceOptions},
    transport::Transport,
};

/// How an application proves what it is.
#[derive(Clone)]
#[non_exhaustive]
pub enum ClientAuth {
    /// It cannot: it runs on a person's machine.
    Public,
    /// With a secret.
    Secret(Sensitive<String>),
    /// With a signed assertion, made anew for each request.
    Assertion(Arc<dyn Fn() -> Result<Sensitive<String>> + Send + Sync>),
}

impl fmt::Debug for ClientAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "Public",
            Self::Secret(_) => "Secret",
            Self::Assertion(_) => "Assertion",
        })
    }
}

/// An application at the token endpoint of a tenant.
#[derive(Clone, Debug)]
pub struct OAuthClient {
    service: Service,
    tenant: Box<str>,
    client: Box<str>,
    auth: ClientAuth,
    clock: Arc<dyn Clock>,
}

impl OAuthClient {
    /// An application of a tenant; `login` is [`Cloud::login`](crate::cloud::Cloud).
    ///
    /// # Errors
    /// `InvalidInput` for a tenant that is no id or domain.
    pub fn new(
        login: Endpoint,
        tenant: &str,
        client: &str,
        auth: ClientAuth,
        transport: Arc<dyn Transport>,
    ) -> Result<Self> {
        let plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
        };
        if !plain(tenant) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the tenant has to be its id or one of its domains",
            ));
        }
        let service = Service::anonymous(login, transport, ServiceOptions::default());
        let (tenant, client) = (tenant.into(), client.into());
        Ok(Self { service, tenant, client, auth, clock: Arc::new(SystemClock) })
    }

    /// Asks for a token with the fields of one grant.
    pub(super) async fn token(
        &self,
        grant: &[(&str, &str)],
    ) -> Result<std::result::Result<Granted, Refusal>> {
        let answer: std::result::Result<TokenReply, Refusal> = self.post("token", grant).await?;
        Ok(answer.map(|reply| Granted {
            token: AccessToken::new(
                reply.access_token,
                Some(self.clock.now() + Period::seconds(reply.expires_in)),
            ),
            refresh: reply.refresh_token.map(Sensitive::new),
        }))
    }

    /// Posts a form to one of the tenant's endpoints.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        endpoint: &str,
        fields: &[(&str, &str)],
    ) -> Result<std::result::Result<T, Refusal>> {
        let form = self.form(fields)?;
        let path = format!("/{}/oauth2/v2.0/{endpoint}", self.tenant);
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        // A token asked for twice is two tokens, which harms nobody.
        let call = Call::write(Method::POST, path, form).header(CONTENT_TYPE, form_type).idempotent();
        let reply = self.service.call(call).await?;
        if reply.status.is_success() { reply.json().map(Ok) } else { reply.json().map(Err) }
    }

    fn form(&self, fields: &[(&str, &str)]) -> Result<String> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &self.client).extend_pairs(fields);
        match &self.auth {
            ClientAuth::Public => {}
            ClientAuth::Secret(secret) => drop(form.append_pair("client_secret", secret.expose())),
            ClientAuth::Assertion(sign) => {
                form.append_pair(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                )
                .append_pair("client_assertion", sign()?.expose());
            }
        }
        Ok(form.finish())
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    #[cfg(test)]
    pub(super) fn paused(transport: impl Transport, auth: ClientAuth) -> Self {
        let login = "https://login.example".parse().unwrap();
        let mut client = Self::new(login, "t1", "c1", auth, Arc::new(transport)).unwrap();
        client.clock = Arc::new(crate::clock::PausedClock::new());
        client
    }
}

/// What the endpoint gave.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) token: AccessToken,
    pub(super) refresh: Option<Sensitive<String>>,
}

#[derive(Deserialize)]
struct TokenReply {
    access_token: String,
    expires_in: u32,
    refresh_token: Option<String>,
}

/// Why the endpoint gave nothing. Its description names people and stays out.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) error: String,
    #[serde(default)]
    error_codes: Vec<u32>,
    correlation_id: Option<String>,
    claims: Option<String>,
    #[serde(flatten)]
    _rest: BTreeMap<String, serde::de::IgnoredAny>,
}

impl Refusal {
    pub(super) fn into_error(self) -> Error {
        let (kind, words) = match &*self.error {
            "interaction_required" | "login_required" | "consent_required" => {
                (ErrorKind::StepUpRequired, "the person has to sign in again")
            }
            "invalid_grant" | "expired_token" => {
                (ErrorKind::Unauthenticated, "the sign-in is no longer good; sign in again")
            }
            "authorization_declined" | "access_denied" => {
                (ErrorKind::Cancelled, "the person declined to sign in")
            }
            "invalid_client" | "unauthorized_client" => (
                ErrorKind::Unauthenticated,
                "the application's secret or certificate, or its registration, is not accepted",
            ),
            "invalid_request" | "invalid_scope" => (
                ErrorKind::InvalidInput,
                "the token request is not accepted; check application, tenant and scopes",
            ),
            _ => (ErrorKind::Unauthenticated, "no token was given"),
        };
        let code = self.error_codes.first().map_or(self.error, |code| format!("AADSTS{code}"));
        let mut error = Error::new(kind, words);
        if is_word(&code) {
            error = error.with_code(code);
        }
        if let Some(id) = self.correlation_id.filter(|id| is_word(id)) {
            error = error.with_request_id(id);
        }
        match self.claims {
            Some(claims) if kind == ErrorKind::StepUpRequired => {
                error.with_step_up(StepUp::Claims(claims.into()))
            }
            None if kind == ErrorKind::StepUpRequired => error.with_step_up(StepUp::Mfa),
            _ => error,
        }
    }
}
