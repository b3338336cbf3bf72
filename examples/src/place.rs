//! Where an example runs: on a service in this process, or through Graph's wire to an emulator of it.

use std::sync::Arc;

use pim_core::{
    backend::BackendInfo,
    client::{Client, Safeguards},
    principal::PrincipalKind,
    time::Timestamp,
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{Records, Seed},
};
use pim_emulator::{Emulator, NewToken, Options};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    transport::ReqwestTransport,
};

/// What the chapters run over. They do not know which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum Over {
    /// The service in this process.
    #[default]
    Embedded,
    /// The backend for Microsoft Graph, over HTTP to an emulator of Graph in this process.
    Emulator,
}

/// A tenant somewhere, and how to sign in to it. Only this differs between what [`Over`] names.
#[derive(Debug)]
pub(crate) enum Place {
    Embedded(Embedded, VirtualClock),
    Emulator(Box<Emulator>, ReqwestTransport),
}

impl Place {
    pub(crate) async fn new(over: Over, seed: Seed, began: Timestamp) -> Result<Self, String> {
        if over == Over::Embedded {
            let clock = VirtualClock::automatic(began);
            return Ok(Self::Embedded(Embedded::new(seed, clock.clone()), clock));
        }
        let mut records = seed.into_records();
        records.now = Some(began);
        let seed = Seed::try_from(records).map_err(|error| error.to_string())?;
        let emulator = Emulator::start(seed, Options::default()).await;
        let emulator = emulator.map_err(|error| format!("the emulator can't start: {error}"))?;
        let transport = ReqwestTransport::new().map_err(|error| error.to_string())?;
        Ok(Self::Emulator(Box::new(emulator), transport))
    }

    /// The clock, which whoever waits moves on.
    pub(crate) fn clock(&self) -> VirtualClock {
        match self {
            Self::Embedded(_, clock) => clock.clone(),
            Self::Emulator(emulator, _) => emulator.clock(),
        }
    }

    /// The tenant as it was at the beginning.
    pub(crate) fn records(&self) -> Records {
        match self {
            Self::Embedded(service, _) => service.seed().records().clone(),
            Self::Emulator(emulator, _) => emulator.service().seed().records().clone(),
        }
    }

    /// What somebody can do after this sign-in.
    ///
    /// # Errors
    /// In words, where the emulator gives out no token.
    pub(crate) fn sign_in(&self, caller: Caller, safeguards: Safeguards) -> Result<Client, String> {
        match self {
            Self::Embedded(service, _) => Ok(service.client(caller, safeguards)),
            Self::Emulator(emulator, transport) => {
                let backend = over_graph(emulator, transport, caller)?;
                let clock = Arc::new(emulator.clock().moved_by_waiting());
                Ok(Client::new(backend.with_clock(clock), safeguards))
            }
        }
    }
}

/// As over a real tenant, but for the address and where the token comes from.
fn over_graph(
    emulator: &Emulator,
    transport: &ReqwestTransport,
    caller: Caller,
) -> Result<GraphBackend, String> {
    let mut info = BackendInfo::new("graph");
    info.caller = Some(caller.principal.clone());
    info.caller_kind = Some(PrincipalKind::User);
    let token = NewToken {
        principal: Some(caller.principal),
        mfa: caller.session.mfa,
        contexts: caller.session.contexts,
        ..NewToken::default()
    };
    let token = emulator.token(token).map_err(|error| error.to_string())?;
    let address = emulator.graph().parse().map_err(|error| format!("{error}"))?;
    let service = Service::new(
        address,
        Arc::new(transport.clone()),
        Arc::new(StaticToken::new(token, None, Access::Delegated)),
        vec!["https://graph.microsoft.com/.default".into()],
        ServiceOptions::default(),
    );
    GraphBackend::known(service, info, TokenKind::Delegated).map_err(|error| error.to_string())
}
