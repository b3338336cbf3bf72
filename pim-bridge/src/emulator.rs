//! A server that speaks as Microsoft Graph does, in this process.

use std::sync::Arc;

use pim_core::{
    client::Safeguards,
    error::{Error, ErrorKind, Result},
    id::{ContextId, PrincipalId},
    time::{Period, Timestamp},
};
use pim_embedded::seed::{id_of, sample};
use pim_emulator::{Emulator, Fault, NewToken, Options};
use pim_http::auth::{Access, StaticToken};
use serde::Deserialize;

use crate::{arguments, graph, session::Session, tenant};

/// An emulator that runs until it is dropped.
#[derive(Debug)]
pub struct Stage {
    emulator: Emulator,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    seed: Box<serde_json::value::RawValue>,
    /// How many objects a page holds that was asked without `$top`.
    #[serde(default)]
    page: Option<usize>,
    /// Whether its clock moves with the machine's.
    #[serde(default)]
    running_clock: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    /// A name of the seed.
    #[serde(default)]
    user: Option<String>,
    /// An object id.
    #[serde(default)]
    id: Option<PrincipalId>,
    #[serde(default = "yes")]
    mfa: bool,
    /// The authentication contexts that the sign-in satisfied.
    #[serde(default)]
    contexts: Vec<ContextId>,
    #[serde(default)]
    application: bool,
    /// The permissions of the token; absent for all.
    #[serde(default)]
    permissions: Option<Vec<String>>,
    #[serde(default)]
    lifetime: Option<Period>,
    #[serde(default)]
    safeguards: Safeguards,
}

const fn yes() -> bool {
    true
}

impl Stage {
    /// Starts one: `{"seed": "sample" | {…} | […], "page": 100, "running_clock": false}`. Needs a tokio runtime.
    ///
    /// # Errors
    /// `InvalidInput` where that can't be read; `Unavailable` where there is no free port.
    pub async fn start(setup: &str) -> Result<Self> {
        let setup: Setup = arguments::read("emulator", setup)?;
        let seed = tenant::read(setup.seed.get())?;
        let records = seed.records().now.is_some();
        let seed = if records { seed } else { at(seed, sample::NOW)? };
        let page = setup.page.unwrap_or(Options::default().page).max(1);
        let options = Options { page, running_clock: setup.running_clock, ..Options::default() };
        let emulator = Emulator::start(seed, options).await.map_err(|error| {
            Error::new(ErrorKind::Unavailable, "the emulator gets no port on this machine").with_source(error)
        })?;
        Ok(Self { emulator })
    }

    /// Where Graph is served, without a version.
    pub fn graph(&self) -> &str {
        self.emulator.graph()
    }

    /// Where it is controlled: faults, clock, tokens.
    pub fn control(&self) -> &str {
        self.emulator.control()
    }

    /// A bearer token: `{"user": "alice"}` or `{"id": "…"}`, with `mfa` (default true), `contexts`, `application`, `permissions`,
    /// `lifetime`.
    ///
    /// # Errors
    /// `InvalidInput` where that can't be read.
    pub fn token(&self, who: &str) -> Result<String> {
        self.give(&arguments::read("token", who)?)
    }

    /// A caller's access over Graph's wire, with `safeguards` besides. Waiting moves the emulator's clock.
    ///
    /// # Errors
    /// As for [`token`](Self::token).
    pub async fn session(&self, who: &str) -> Result<Session> {
        let who: Who = arguments::read("client", who)?;
        let access = if who.application { Access::Application } else { Access::Delegated };
        let token = StaticToken::new(self.give(&who)?, None, access);
        let clock = Arc::new(self.emulator.clock().moved_by_waiting());
        graph::emulated(self.emulator.graph(), who.safeguards, Arc::new(token), clock).await
    }

    fn give(&self, who: &Who) -> Result<String> {
        let principal = match (&who.user, &who.id) {
            (Some(name), None) => id_of(name),
            (None, Some(id)) => id.clone(),
            _ => {
                let message =
                    "say who it is: `user`, a name of the seed, or `id`, an object id, and not both";
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
        };
        let permissions: Option<std::collections::BTreeSet<_>> =
            who.permissions.as_ref().map(|all| all.iter().cloned().collect());
        let contexts = who.contexts.iter().cloned().collect();
        let new = if who.application {
            NewToken {
                app: Some(principal),
                roles: permissions,
                lifetime: who.lifetime,
                ..NewToken::default()
            }
        } else {
            let (scopes, lifetime) = (permissions, who.lifetime);
            NewToken {
                principal: Some(principal),
                mfa: who.mfa,
                contexts,
                scopes,
                lifetime,
                ..NewToken::default()
            }
        };
        self.emulator.token(new).map_err(|error| Error::new(ErrorKind::InvalidInput, error.to_string()))
    }

    /// What goes wrong from now on, as the emulator's page on faults describes it.
    ///
    /// # Errors
    /// `InvalidInput` where that can't be read.
    pub fn fault(&self, fault: &str) -> Result<()> {
        self.emulator.fault(arguments::read::<Fault>("fault", fault)?);
        Ok(())
    }

    /// What was asked so far, oldest first, as JSON.
    pub fn requests(&self) -> String {
        serde_json::to_string(&self.emulator.requests()).unwrap_or_else(|_| "[]".to_owned())
    }

    /// The service's time.
    pub fn now(&self) -> Timestamp {
        use pim_core::clock::Clock;
        self.emulator.clock().now()
    }

    /// Moves its clock on.
    pub fn advance(&self, length: Period) -> Timestamp {
        self.emulator.clock().advance(length)
    }
}

fn at(seed: pim_embedded::seed::Seed, now: Timestamp) -> Result<pim_embedded::seed::Seed> {
    let mut records = seed.into_records();
    records.now = Some(now);
    records.try_into().map_err(|error: pim_embedded::seed::SeedError| {
        Error::new(ErrorKind::InvalidInput, format!("seed: {error}"))
    })
}
