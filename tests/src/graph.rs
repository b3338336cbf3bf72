//! The Graph backend over HTTP against the emulator.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use pim_core::{
    backend::{Backend, BackendInfo},
    policy::SessionKind,
    principal::PrincipalKind,
    time::{Period, Timestamp},
};
use pim_embedded::{Embedded, engine::Caller, seed::Seed};
use pim_emulator::{Emulator, NewToken, Options};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    transport::ReqwestTransport,
};
use tokio::runtime::{EnterGuard, Runtime};

use crate::{Detail, Harness, Tenant};

/// Microsoft Graph's wire between the suite and the embedded service. Whoever runs it holds [`GraphHarness::enter`].
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct GraphHarness;

impl GraphHarness {
    /// Lets this thread use the runtime on which emulators and clients live.
    pub fn enter() -> EnterGuard<'static> {
        static RUNTIME: OnceLock<Runtime> = OnceLock::new();
        RUNTIME.get_or_init(|| Runtime::new().expect("a runtime")).enter()
    }
}

#[async_trait]
impl Harness for GraphHarness {
    fn name(&self) -> String {
        "graph over the emulator".into()
    }

    fn untold(&self) -> &[Detail] {
        use Detail::{FreshPages, GroupsUnderPim, LastUse, LongestAllowed, TimeToWait, WhatIsMissing};
        &[LongestAllowed, TimeToWait, LastUse, GroupsUnderPim, WhatIsMissing, FreshPages]
    }

    async fn seed(&self, seed: Seed) -> Arc<dyn Tenant> {
        let mut records = seed.into_records();
        records.now.get_or_insert(crate::NOW);
        let seed = Seed::try_from(records).expect("a sound seed with a time is sound");
        let emulator = Emulator::start(seed, Options::default()).await.expect("a free port");
        let service = emulator.service();
        Arc::new(GraphTenant { emulator, service })
    }
}

#[derive(Debug)]
struct GraphTenant {
    emulator: Emulator,
    service: Embedded,
}

#[async_trait]
impl Tenant for GraphTenant {
    fn backend(&self, caller: Caller) -> Arc<dyn Backend> {
        let is_person = caller.session.kind == SessionKind::Person;
        let mut info = BackendInfo::new("graph");
        info.caller = Some(caller.principal.clone());
        let (token, access, kind);
        if is_person {
            info.caller_kind = Some(PrincipalKind::User);
            (access, kind) = (Access::Delegated, TokenKind::Delegated);
            token = NewToken {
                principal: Some(caller.principal),
                mfa: caller.session.mfa,
                contexts: caller.session.contexts,
                ..NewToken::default()
            };
        } else {
            info.caller_kind = Some(PrincipalKind::ServicePrincipal);
            (access, kind) = (Access::Application, TokenKind::Application);
            token = NewToken { app: Some(caller.principal), ..NewToken::default() };
        }
        let token = self.emulator.token(token).expect("a token for somebody");
        let graph = Service::new(
            self.emulator.graph().parse().expect("an address"),
            Arc::new(ReqwestTransport::new().expect("a transport")),
            Arc::new(StaticToken::new(token, None, access)),
            vec!["graph".into()],
            ServiceOptions::default(),
        );
        let backend = GraphBackend::known(graph, info, kind).expect("an address of Graph's form");
        Arc::new(backend.with_clock(Arc::new(self.emulator.clock().moved_by_waiting())))
    }

    async fn advance(&self, length: Period) -> Timestamp {
        self.emulator.clock().advance(length)
    }

    fn service(&self) -> Option<&Embedded> {
        Some(&self.service)
    }
}
