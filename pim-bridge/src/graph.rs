//! Microsoft Graph, and the emulator that speaks as it does.

use std::sync::Arc;

use pim_core::{
    client::{Client, Safeguards},
    clock::Clock,
    error::{Error, ErrorKind, Result},
    time::Period,
};
use pim_graph::GraphBackend;
use pim_http::{
    auth::{Access, TokenProvider},
    cloud::{Cloud, Endpoint},
    pipeline::{Service, ServiceOptions},
    transport::ReqwestTransport,
};
use serde::Deserialize;

use crate::{arguments, session::Session};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    #[serde(default)]
    cloud: CloudName,
    /// Another address than the cloud's, such as an emulator's.
    #[serde(default)]
    base: Option<String>,
    #[serde(default)]
    safeguards: Safeguards,
    #[serde(default)]
    in_flight: Option<u32>,
    #[serde(default)]
    deadline: Option<Period>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CloudName {
    #[default]
    Global,
    UsGovL4,
    UsGovL5,
    China,
}

impl CloudName {
    const fn cloud(self) -> Cloud {
        match self {
            Self::Global => Cloud::GLOBAL,
            Self::UsGovL4 => Cloud::US_GOV_L4,
            Self::UsGovL5 => Cloud::US_GOV_L5,
            Self::China => Cloud::CHINA,
        }
    }
}

/// On whose behalf tokens speak, in a word: `delegated` or `application`.
///
/// # Errors
/// `InvalidInput` for any other word.
pub fn access(word: Option<&str>) -> Result<Option<Access>> {
    match word {
        None => Ok(None),
        Some("delegated") => Ok(Some(Access::Delegated)),
        Some("application") => Ok(Some(Access::Application)),
        Some(_) => Err(Error::new(ErrorKind::InvalidInput, "access: expected `delegated` or `application`")),
    }
}

impl Session {
    /// A caller's access to Microsoft Graph: `{"cloud": "global" | "us_gov_l4" | "us_gov_l5" | "china", "base": "…", "safeguards": {…},
    /// "in_flight": 32, "deadline": "PT5M"}`, all of it optional. Gets a token, to see who signed in. Needs a tokio runtime.
    ///
    /// # Errors
    /// `InvalidInput` where that can't be read, or the token does not tell on whose behalf it speaks; `Unauthenticated` where there is
    /// no token.
    pub async fn graph(setup: &str, tokens: Arc<dyn TokenProvider>) -> Result<Self> {
        let setup: Setup = arguments::read("graph", setup)?;
        connect(setup, tokens, None).await
    }

    /// What the token, the tenant's licences and the cloud do not allow, as JSON.
    ///
    /// # Errors
    /// `Unsupported` on other backends than Graph; what getting a token reports.
    pub async fn preflight(&self) -> Result<String> {
        let graph = self.over_graph().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "only a client of Microsoft Graph has a token to look at")
        })?;
        let preflight = graph.preflight().await?;
        serde_json::to_string(&preflight).map_err(|error| {
            Error::new(ErrorKind::Unexpected, "the answer can't be written as JSON").with_source(error)
        })
    }
}

async fn connect(
    setup: Setup,
    tokens: Arc<dyn TokenProvider>,
    clock: Option<Arc<dyn Clock>>,
) -> Result<Session> {
    let cloud = setup.cloud.cloud();
    let endpoint: Endpoint = setup.base.as_deref().unwrap_or(cloud.graph).parse()?;
    let options = ServiceOptions { deadline: setup.deadline, ..ServiceOptions::default() };
    let in_flight = setup.in_flight.unwrap_or(options.in_flight).max(1);
    let options = ServiceOptions { in_flight, ..options };
    let transport = Arc::new(ReqwestTransport::new()?);
    let service = Service::new(endpoint, transport, tokens, vec![cloud.graph_scope()], options);
    let mut backend = GraphBackend::new(service).await?;
    if let Some(clock) = clock {
        backend = backend.with_clock(clock);
    }
    let client = Client::new(backend.clone(), setup.safeguards);
    Ok(Session::new(client).with_graph(backend))
}

/// The same with what an emulator knows.
pub(crate) async fn emulated(
    base: &str,
    safeguards: Safeguards,
    tokens: Arc<dyn TokenProvider>,
    clock: Arc<dyn Clock>,
) -> Result<Session> {
    let setup = Setup {
        cloud: CloudName::Global,
        base: Some(base.to_owned()),
        safeguards,
        in_flight: None,
        deadline: None,
    };
    connect(setup, tokens, Some(clock)).await
}
