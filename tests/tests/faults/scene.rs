//! A tenant behind an emulator, with something to show for every operation, and clients that try again fast.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, OnceLock},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use http::{Method, Request, Response};
use pim_core::{
    alert::{AlertChange, AlertKind},
    audit::SignIn,
    backend::{Alerts, Backend, BackendInfo, Operation, Reviews, View},
    conditional_access::{ConditionalAccessPolicy, ConditionalAccessState, NamedLocation},
    directory::Sku,
    error::Result,
    id::{CatalogId, ConditionalAccessId, LocationId, PackageAssignmentId, PackageId, SignInId, SkuId},
    package::{AccessPackage, Carried, PackageAssignment, PackageState},
    page::Batches,
    principal::PrincipalKind,
    privilege::Privilege,
    review::{NewVerdict, Verdict},
    schedule::Level,
    time::{Period, Window},
};
use pim_embedded::{
    catalogue,
    engine::{Caller, Command},
    seed::{Seed, SeedBuilder, group_of, id_of},
};
use pim_emulator::{Emulator, Logged, NewToken, Options};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    retry::RetryOptions,
    transport::{Body, ReqwestTransport, Transport, TransportError},
};
use pim_tests::{
    NOW,
    acts::{REASON, Ready, activation, review},
    duty, global, settings,
};
use tokio::runtime::Runtime;

/// What must never be told: names of people, sign-in names, reasons, tickets, tokens.
pub(crate) const SECRETS: [&str; 6] =
    ["Nomen", "@contoso", "because Nemo asked", "INC-4711", "emulated.", "203.0.113"];

/// The one runtime of these tests, on which the one HTTP client lives: a new client reads all roots of the machine.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        crate::told::listen();
        Runtime::new().expect("a runtime")
    })
}

pub(crate) fn reqwest() -> ReqwestTransport {
    static CLIENT: OnceLock<ReqwestTransport> = OnceLock::new();
    CLIENT.get_or_init(|| ReqwestTransport::new().expect("a transport")).clone()
}

pub(crate) struct Scene {
    pub(crate) emulator: Emulator,
    wire: Arc<Wire>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let options = Options { page: 2, ..Options::default() };
        let emulator = Emulator::start(seed(), options).await.expect("a free port");
        let command = Command::AssignOutsidePim(id_of("erin"), duty());
        emulator.service().execute(&Caller::with_mfa(id_of("root")), &command).await.expect("a command");
        Self { emulator, wire: Arc::default() }
    }

    /// A person's access.
    pub(crate) fn backend(&self, name: &str) -> GraphBackend {
        self.backend_with(name, fast())
    }

    pub(crate) fn backend_with(&self, name: &str, options: ServiceOptions) -> GraphBackend {
        let token = NewToken { principal: Some(id_of(name)), mfa: true, ..NewToken::default() };
        let token = self.emulator.token(token).expect("a token");
        let transport = Watched { inner: reqwest(), wire: Arc::clone(&self.wire) };
        backend(self.emulator.graph(), Arc::new(transport), token, name, options)
    }

    /// What was asked since so many requests.
    pub(crate) fn since(&self, before: usize) -> Vec<Logged> {
        self.emulator.requests().split_off(before)
    }

    /// What was answered since this was asked.
    pub(crate) fn answers(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.wire.answers.lock().unwrap())
    }

    /// The addresses whose answers led to a next page since this was asked.
    pub(crate) fn led_on(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.wire.led_on.lock().unwrap())
    }
}

/// Brings about what an operation needs.
pub(crate) async fn prepare(operation: Operation, scene: &Scene) -> Result<Ready> {
    use Operation as O;
    let root = scene.backend("root");
    let pending = matches!(
        operation,
        O::ListRequests | O::GetRequest | O::Cancel | O::GetApproval | O::Decide | O::ListAudit
    );
    let request = match pending {
        true => scene.backend("alice").submit(&activation()).await?,
        false => Ready::nowhere().request,
    };
    if matches!(operation, O::ListAlerts | O::ListIncidents) {
        root.change_alert(&AlertKind::AssignedOutsidePim, &AlertChange::Refresh).await?;
    }
    let review = first(root.list_reviews(&View::Everyone, None)).await?.id;
    let round = first(root.list_rounds(&review, None)).await?.key;
    let mut verdicts = Vec::new();
    let mut items = root.list_items(&round, None);
    while let Some(batch) = items.next().await {
        for item in batch?.items {
            let justification = Some(REASON.into());
            verdicts.push(NewVerdict { item: item.id, verdict: Verdict::Deny, justification });
        }
    }
    if matches!(operation, O::ApplyRound | O::ResetRound) {
        scene.backend("dave").record_verdicts(&round, &verdicts).await?;
    }
    if operation == O::ApplyRound {
        root.stop_round(&round).await?;
    }
    Ok(Ready { request, review, round, verdicts })
}

async fn first<T>(mut list: Batches<T>) -> Result<T> {
    loop {
        let batch = list.next().await.expect("a list with something in it")?;
        if let Some(item) = batch.items.into_iter().next() {
            return Ok(item);
        }
    }
}

/// A backend over any way to any service.
pub(crate) fn backend(
    address: &str,
    transport: Arc<dyn Transport>,
    token: String,
    name: &str,
    options: ServiceOptions,
) -> GraphBackend {
    let token = StaticToken::new(token, None, Access::Delegated);
    let endpoint = address.parse().expect("an address");
    let service = Service::new(endpoint, transport, Arc::new(token), vec!["graph".into()], options);
    let mut info = BackendInfo::new("graph");
    info.caller = Some(id_of(name));
    info.caller_kind = Some(PrincipalKind::User);
    GraphBackend::known(service, info, TokenKind::Delegated).expect("an address of Graph's form")
}

/// Tries again as often as usual, and without the usual waits.
pub(crate) fn fast() -> ServiceOptions {
    let wait = Period::from_std(std::time::Duration::from_millis(1));
    let retry = RetryOptions { first_wait: wait, longest_wait: wait, refusals: 3, ..RetryOptions::default() };
    ServiceOptions { retry, ..ServiceOptions::default() }
}

/// The body of a request, in whatever order its members were written.
pub(crate) fn asked(request: &Request<Bytes>) -> serde_json::Value {
    serde_json::from_slice(request.body()).unwrap_or_default()
}

/// Remembers which answers led to a next page.
#[derive(Debug, Default)]
struct Wire {
    led_on: Mutex<BTreeSet<String>>,
    answers: Mutex<Vec<Recorded>>,
}

/// An answer that came, to be given again.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) address: String,
    /// The request's body.
    pub(crate) asked: serde_json::Value,
    pub(crate) status: u16,
    pub(crate) body: String,
}

#[derive(Debug)]
struct Watched {
    inner: ReqwestTransport,
    wire: Arc<Wire>,
}

#[async_trait]
impl Transport for Watched {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let address = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let (method, asked) = (request.method().clone(), asked(&request));
        let (head, body) = self.inner.send(request).await?.into_parts();
        let body = body.collect(usize::MAX).await?.unwrap_or_default();
        self.wire.answers.lock().unwrap().push(Recorded {
            method,
            asked,
            address: address.clone(),
            status: head.status.as_u16(),
            body: String::from_utf8_lossy(&body).into_owned(),
        });
        let read: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        if read.get("@odata.nextLink").is_some() {
            self.wire.led_on.lock().unwrap().insert(address);
        }
        Ok(Response::from_parts(head, Body::full(body)))
    }
}

fn seed() -> Seed {
    let people = ["root", "alice", "bob", "carol", "dave", "erin"];
    let seed = people.iter().fold(Seed::builder().now(NOW), |seed, name| {
        seed.user_with(name, |user| {
            user.name = format!("Nomen {name}").into();
            user.department = Some("Sales".into());
        })
    });
    let team = Privilege::member(group_of("team"));
    let seed = ["alice", "bob", "carol"].iter().fold(seed, |seed, name| {
        seed.eligible(name, duty()).eligible(name, team.clone()).standing(name, other())
    });
    let seed = seed
        .standing("root", global())
        .group("team", ["dave"])
        .group("board", ["bob", "carol"])
        .group("desk", ["erin"])
        .policy(duty(), [settings::approval(["bob"])]);
    let seed = ["robot", "robot 2", "robot 3"].iter().fold(seed, |seed, name| seed.application(name));
    let seed =
        ["sales", "sales 2", "sales 3"].iter().fold(seed, |seed, name| seed.unit(name, ["alice", "bob"]));
    // A handful of roles instead of the whole catalogue: lists of roles and policies have a few pages, not seventy.
    let seed = seed.edit(|records| {
        records.built_in_roles = false;
        let names = ["Global Administrator", "User Administrator", "Groups Administrator"];
        records.roles = names.iter().filter_map(|name| catalogue::role_named(name).cloned()).collect();
    });
    surroundings(seed).build().expect("a sound seed")
}

/// A role that is not guarded: Groups Administrator.
fn other() -> Privilege {
    Privilege::role("fdd7a751-b60b-444a-984c-02652fe8fa1c".parse().expect("an id"))
}

/// Three of each, so that lists have two pages.
fn surroundings(seed: SeedBuilder) -> SeedBuilder {
    seed.edit(|records| {
        for n in 1..=3_u8 {
            let guid = [n; 16];
            let mut policy = ConditionalAccessPolicy::new(
                ConditionalAccessId::from_guid(guid),
                format!("Policy {n}"),
                ConditionalAccessState::Enabled,
            );
            policy.all_applications = true;
            records.conditional_access.push(policy);
            records.contexts.push(pim_core::conditional_access::AuthenticationContext {
                id: format!("c{n}").parse().expect("an id"),
                name: format!("Context {n}"),
                published: true,
            });
            records.locations.push(NamedLocation {
                id: LocationId::from_guid(guid),
                name: format!("Office {n}"),
                trusted: true,
                ranges: vec![format!("203.0.113.{n}/32")],
                countries: Vec::new(),
            });
            records.skus.push(Sku {
                id: SkuId::from_guid(guid),
                part_number: "AAD_PREMIUM_P2".into(),
                service_plans: Vec::new(),
                bought: 5,
                consumed: 1,
            });
            records.packages.push(AccessPackage {
                id: PackageId::from_guid(guid),
                name: format!("Package {n}"),
                catalog: CatalogId::from_guid([9; 16]),
                carries: vec![Carried { privilege: duty(), level: Level::Eligibility }],
            });
            records.package_assignments.push(PackageAssignment {
                id: PackageAssignmentId::from_guid(guid),
                package: PackageId::from_guid(guid),
                principal: id_of("alice"),
                state: PackageState::Delivered,
                window: Window::ALWAYS,
            });
            let mut sign_in = SignIn::new(SignInId::from_guid(guid), NOW - Period::hours(1), id_of("alice"));
            sign_in.address = Some(format!("203.0.113.{n}").into());
            records.sign_ins.push(sign_in);
            records.reviews.push(review(&format!("Review {n}")));
        }
    })
}
