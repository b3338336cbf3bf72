//! A tenant of many people behind the emulator, two administrators, and what the emulator was asked.

use std::{
    collections::HashMap,
    fmt::{self, Debug},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use pim_core::{
    backend::{Backend, BackendInfo, Filter, RequestQuery},
    client::{Assign, Client, Safeguards},
    clock::Clock,
    id::PrincipalId,
    principal::PrincipalKind,
    request::Request,
    schedule::Level,
    time::{Expiry, Period, Timestamp},
};
use pim_embedded::{
    clock::VirtualClock,
    engine::Caller,
    seed::{Seed, id_of},
};
use pim_emulator::{Emulator, Fault, FaultKind, NewToken, Options};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    transport::ReqwestTransport,
};
use pim_tests::{NOW, duty, global};

/// The collection that the tests write to.
pub(crate) const WRITES: &str = "roleEligibilityScheduleRequests";

pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
}

/// One write as the emulator saw it.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) took_effect: bool,
    pub(crate) fault: Option<String>,
}

impl Stage {
    /// `people` named `p0`, `p1`, …, and the administrators `root` and `other`.
    pub(crate) async fn new(people: usize, running_clock: bool) -> Self {
        let names: Vec<_> = (0..people).map(name).collect();
        let seed = Seed::builder()
            .now(NOW)
            .users(["root", "other"])
            .users(names.iter().map(String::as_str))
            .standing("root", global())
            .standing("other", global());
        let options = Options { running_clock, ..Options::default() };
        let emulator = Emulator::start(seed.build().unwrap(), options).await.unwrap();
        Self { emulator }
    }

    /// `root`, who looks for so long for what was lost.
    pub(crate) fn client(&self, settle: Period, clock: impl Clock + 'static) -> Client {
        let token = NewToken { principal: Some(id_of("root")), mfa: true, ..NewToken::default() };
        let service = Service::new(
            self.emulator.graph().parse().unwrap(),
            Arc::new(ReqwestTransport::new().unwrap()),
            Arc::new(StaticToken::new(self.emulator.token(token).unwrap(), None, Access::Delegated)),
            vec!["graph".into()],
            ServiceOptions::default(),
        );
        let mut info = BackendInfo::new("graph");
        info.caller = Some(id_of("root"));
        info.caller_kind = Some(PrincipalKind::User);
        let backend = GraphBackend::known(service, info, TokenKind::Delegated).unwrap();
        let safeguards = Safeguards { min_administrators: 0, settle, ..Safeguards::default() };
        Client::new(backend.with_clock(Arc::new(clock)), safeguards)
    }

    /// What goes wrong with the writes from now on.
    pub(crate) fn fault(&self, kind: FaultKind, every: Option<u32>) {
        self.fault_at(WRITES, kind, every);
    }

    pub(crate) fn fault_at(&self, path: &str, kind: FaultKind, every: Option<u32>) {
        let (method, path) = (Some("POST".into()), Some(path.into()));
        self.emulator.fault(Fault { method, path, every, ..Fault::new(kind) });
    }

    /// Every write that arrived, by whom it is for, in the order of arrival.
    pub(crate) fn posts(&self) -> HashMap<PrincipalId, Vec<Post>> {
        let mut posts: HashMap<_, Vec<_>> = HashMap::new();
        for seen in self.emulator.requests() {
            if seen.method != "POST" || !seen.address.contains(WRITES) {
                continue;
            }
            let whose = seen.body.unwrap()["principalId"].as_str().unwrap().parse().unwrap();
            posts.entry(whose).or_default().push(Post { took_effect: seen.took_effect, fault: seen.fault });
        }
        posts
    }

    /// What the service holds, asked behind Graph's back.
    pub(crate) async fn stored(&self) -> HashMap<PrincipalId, Vec<Request>> {
        let backend = self.emulator.service().backend(Caller::with_mfa(id_of("root")));
        let client = Client::new(backend, Safeguards::default());
        let query = RequestQuery {
            filter: Filter { privilege: Some(duty()), ..Filter::default() },
            ..RequestQuery::default()
        };
        let mut stored: HashMap<_, Vec<_>> = HashMap::new();
        for request in client.requests(&query, None).collect_all().await.unwrap() {
            stored.entry(request.asked.principal.clone()).or_default().push(request);
        }
        stored
    }
}

pub(crate) fn name(n: usize) -> String {
    format!("p{n}")
}

pub(crate) fn ask(n: usize) -> Assign {
    let expiry = Expiry::After(Period::days(30));
    Assign {
        justification: Some("planned work".into()),
        ..Assign::new(Level::Eligibility, id_of(&name(n)), duty(), expiry)
    }
}

/// The emulator's clock where it runs by itself: waiting really takes its time.
#[derive(Debug)]
pub(crate) struct Running(pub(crate) VirtualClock);

impl Clock for Running {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        tokio::time::sleep(Duration::from_micros(length.to_std().as_micros() as u64)).boxed()
    }
}

/// The emulator's clock, moved by whoever waits on it; the first wait is used for something.
pub(crate) struct Jumping {
    clock: VirtualClock,
    meanwhile: Mutex<Option<BoxFuture<'static, ()>>>,
}

impl Jumping {
    pub(crate) fn new(stage: &Stage) -> Self {
        Self { clock: stage.emulator.clock(), meanwhile: Mutex::new(None) }
    }

    pub(crate) fn meanwhile(self, deed: impl Future<Output = ()> + Send + 'static) -> Self {
        *self.meanwhile.lock().unwrap() = Some(deed.boxed());
        self
    }
}

impl Debug for Jumping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Jumping").field(&self.clock).finish()
    }
}

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        let (clock, deed) = (self.clock.clone(), self.meanwhile.lock().unwrap().take());
        async move {
            if let Some(deed) = deed {
                deed.await;
            }
            _ = clock.advance(length);
        }
        .boxed()
    }
}

/// Somebody else makes the grant that [`ask`] asks for.
pub(crate) fn somebody_else(stage: &Stage, n: usize) -> impl Future<Output = ()> + Send + 'static {
    let backend: Arc<dyn Backend> =
        Arc::new(stage.emulator.service().backend(Caller::with_mfa(id_of("other"))));
    let client = Client::shared(backend, Safeguards::default());
    async move { drop(client.assign(ask(n)).await.unwrap()) }
}
