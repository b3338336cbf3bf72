//! Credentials of Azure's own crate.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use azure_core::{
    cloud::{CloudConfiguration, CustomConfiguration},
    credentials::{Secret, TokenCredential},
    http::ClientOptions,
};
use azure_identity::{
    AzureCliCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use pim_core::{
    error::{Error, ErrorKind, Result, StepUp},
    sensitive::Sensitive,
    time::Timestamp,
};

use super::{Access, AccessToken, TokenProvider, TokenRequest};
use crate::cloud::Cloud;

/// A credential of `azure_identity`. That crate passes no claims on and declares no capability, so it cannot answer a
/// claims challenge, nor meet an authentication context.
#[derive(Clone)]
pub struct AzureCredential {
    credential: Arc<dyn TokenCredential>,
    access: Option<Access>,
}

impl AzureCredential {
    /// Any credential of that kind.
    pub fn new(credential: Arc<dyn TokenCredential>, access: Option<Access>) -> Self {
        Self { credential, access }
    }

    /// An application with a secret.
    ///
    /// # Errors
    /// `InvalidInput` for a tenant, application or secret that can't be one.
    pub fn client_secret(
        cloud: &Cloud,
        tenant: &str,
        client: &str,
        secret: Sensitive<String>,
    ) -> Result<Self> {
        let options = ClientSecretCredentialOptions { client_options: client_options(cloud) };
        let secret = Secret::new(secret.into_inner());
        let made = ClientSecretCredential::new(tenant, client.to_owned(), secret, Some(options));
        Ok(Self::new(made.map_err(unusable)?, Some(Access::Application)))
    }

    /// A workload whose platform hands it a token file, as the environment names it (`AZURE_TENANT_ID`,
    /// `AZURE_CLIENT_ID`, `AZURE_FEDERATED_TOKEN_FILE`).
    ///
    /// # Errors
    /// `InvalidInput` when the environment does not name them.
    pub fn workload_identity(cloud: &Cloud) -> Result<Self> {
        let credential_options = ClientAssertionCredentialOptions { client_options: client_options(cloud) };
        let options = WorkloadIdentityCredentialOptions { credential_options, ..Default::default() };
        let made = WorkloadIdentityCredential::new(Some(options));
        Ok(Self::new(made.map_err(unusable)?, Some(Access::Application)))
    }

    /// The identity of the machine or service this runs on; with a client id, the user-assigned one.
    ///
    /// # Errors
    /// `InvalidInput` where the platform does not offer such a one.
    pub fn managed_identity(client: Option<&str>) -> Result<Self> {
        let user_assigned_id = client.map(|id| UserAssignedId::ClientId(id.to_owned()));
        let options = ManagedIdentityCredentialOptions { user_assigned_id, ..Default::default() };
        let made = ManagedIdentityCredential::new(Some(options));
        Ok(Self::new(made.map_err(unusable)?, Some(Access::Application)))
    }

    /// Whoever is signed in to the Azure CLI: a person or an application.
    ///
    /// # Errors
    /// `InvalidInput` where that can't be set up.
    pub fn azure_cli() -> Result<Self> {
        Ok(Self::new(AzureCliCredential::new(None).map_err(unusable)?, None))
    }
}

#[async_trait]
impl TokenProvider for AzureCredential {
    fn access(&self) -> Option<Access> {
        self.access
    }

    fn can_step_up(&self) -> bool {
        false
    }

    async fn get_token(&self, request: &TokenRequest) -> Result<AccessToken> {
        if let Some(claims) = &request.claims {
            let words =
                "this credential can't meet the service's demand; sign in with one that passes claims on";
            return Err(
                Error::new(ErrorKind::StepUpRequired, words).with_step_up(StepUp::Claims(claims.clone()))
            );
        }
        let scopes: Vec<_> = request.scopes.iter().map(String::as_str).collect();
        match self.credential.get_token(&scopes, None).await {
            Ok(token) => {
                let expires = Timestamp::from_unix_seconds(token.expires_on.unix_timestamp());
                Ok(AccessToken::new(token.token.secret().to_owned(), Some(expires)))
            }
            // Its text quotes the issuer's, which names people.
            Err(_) => Err(Error::new(
                ErrorKind::Unauthenticated,
                "the credential gives no token; check that it is set up and signed in",
            )),
        }
    }
}

impl fmt::Debug for AzureCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AzureCredential").field("access", &self.access).finish_non_exhaustive()
    }
}

fn client_options(cloud: &Cloud) -> ClientOptions {
    let mut custom = CustomConfiguration::default();
    custom.authority_host = cloud.login.to_owned();
    ClientOptions { cloud: Some(Arc::new(CloudConfiguration::Custom(custom))), ..Default::default() }
}

fn unusable(_: azure_core::Error) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        "the credential can't be set up; check tenant, application, secret and environment",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_states_on_whose_behalf_it_speaks_and_none_steps_up() {
        let tenant = "8777b4c4-5eff-4f8d-a1ef-4d1a3c4e6a3b";
        let secret =
            AzureCredential::client_secret(&Cloud::CHINA, tenant, "app", "s3cret".to_owned().into()).unwrap();
        assert_eq!((secret.access(), secret.can_step_up()), (Some(Access::Application), false));
        assert!(!format!("{secret:?}").contains("s3cret"));
        assert_eq!(AzureCredential::azure_cli().unwrap().access(), None);
        let error =
            AzureCredential::client_secret(&Cloud::GLOBAL, "no tenant!", "app", "s3cret".to_owned().into());
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
