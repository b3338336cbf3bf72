//! A roll-out from discovery to the empty plan: over both backends the same, and over an emulator where everything goes
//! wrong still the same, with nothing made twice.
#![allow(clippy::unwrap_used)] // helpers of tests panic too

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use pim_core::{
    backend::BackendInfo,
    client::{Client, Safeguards},
    clock::Clock,
    directory::AuthenticationMethod,
    id::{PrincipalId, RoleId},
    policy::Policy,
    privilege::Privilege,
    schedule::Origin,
    time::{Period, Timestamp},
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{Seed, id_of},
};
use pim_emulator::{Emulator, Fault, FaultKind, NewToken, Options};
use pim_governance::{
    apply::{ApplyOptions, Journal, Outcome, apply, resume, undo},
    desired::{DesignOptions, design_from},
    discover::{DiscoverOptions, discover},
    plan::{PlanOptions, plan},
    reference::Reference,
    snapshot::Snapshot,
};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    retry::RetryOptions,
    transport::ReqwestTransport,
};
use pim_tests::{NOW, duty, global};
use tokio::runtime::Runtime;

const PEOPLE: [&str; 6] = ["alice", "bob", "carol", "dave", "erin", "frank"];

fn seed() -> Seed {
    let mut builder = Seed::builder().now(NOW).user("root").user("deputy");
    for name in PEOPLE {
        builder = builder
            .user_with(name, |user| user.methods = Some(vec![AuthenticationMethod::AuthenticatorPush]));
    }
    let helpdesk = Privilege::role("729827e3-9c14-49f7-bb1b-9608f156bbb8".parse::<RoleId>().unwrap());
    let builder = ["root", "deputy", "alice"].into_iter().fold(builder, |b, name| b.standing(name, global()));
    let builder = ["alice", "bob", "carol"].into_iter().fold(builder, |b, name| b.standing(name, duty()));
    let builder =
        ["dave", "erin", "frank"].into_iter().fold(builder, |b, name| b.standing(name, helpdesk.clone()));
    builder.build().unwrap()
}

/// What a roll-out leaves: who may activate or holds what, and what the policies say.
type Left = (BTreeSet<(String, PrincipalId, Privilege)>, BTreeMap<Privilege, String>);

fn left(snapshot: &Snapshot) -> Left {
    let eligible = snapshot.eligibilities.iter().map(|row| ("eligible", &row.principal, &row.privilege));
    let held = snapshot.assignments.iter().filter(|row| row.origin == Origin::Assigned);
    let held = held.map(|row| ("held", &row.principal, &row.privilege));
    let grants = eligible.chain(held).map(|(how, who, what)| (how.to_owned(), who.clone(), what.clone()));
    let says = |policy: &Policy| format!("{:?}", policy.activation());
    let policies = snapshot.policies.iter().map(|policy| (policy.subject.clone(), says(policy)));
    (grants.collect(), policies.collect())
}

fn safeguards() -> Safeguards {
    Safeguards { break_glass: [id_of("root"), id_of("deputy")].into(), ..Safeguards::default() }
}

async fn read(client: &Client) -> Snapshot {
    discover(client, &DiscoverOptions::default()).await.unwrap()
}

/// From what stands to the last step. What is not done the first time is tried again from the journal.
async fn roll_out(client: &Client, journal: &mut Journal) -> (Outcome, usize) {
    let before = read(client).await;
    let options = DesignOptions { break_glass: safeguards().break_glass, ..DesignOptions::default() };
    let target = design_from(&before, Reference::builtin(), &options).resolve(&before).unwrap();
    let made = plan(&before, &target, &PlanOptions::default()).unwrap();
    assert!(made.steps.len() > 10, "{} steps", made.steps.len());
    let mut outcome = apply(client, &made, journal, &ApplyOptions::default(), &()).await.unwrap();
    let mut again = 0;
    while !outcome.is_complete() && again < 10 {
        again += 1;
        outcome = resume(client, journal, &ApplyOptions::default(), &()).await.unwrap();
    }
    let now = read(client).await;
    let next = plan(&now, &target, &PlanOptions::default()).unwrap();
    assert_eq!(next.steps, [], "after it nothing is left: {}", outcome.summary());
    (outcome, again)
}

fn embedded() -> Client {
    let service = Embedded::new(seed(), VirtualClock::automatic(NOW));
    service.client(Caller::with_mfa(id_of("root")), safeguards())
}

#[test]
fn both_backends_end_in_the_same_state_and_undo_gives_back_the_first() {
    runtime().block_on(async {
        let client = embedded();
        let first = left(&read(&client).await);
        let mut journal = Journal::in_memory();
        let (outcome, _) = roll_out(&client, &mut journal).await;
        assert!(outcome.is_complete(), "{}", outcome.summary());
        let over_embedded = left(&read(&client).await);
        assert!(over_embedded != first);

        let emulator = Emulator::start(seed(), Options::default()).await.unwrap();
        let graph = over_graph(&emulator);
        assert_eq!(left(&read(&graph).await), first);
        let mut graph_journal = Journal::in_memory();
        roll_out(&graph, &mut graph_journal).await;
        assert_eq!(left(&read(&graph).await), over_embedded);

        for (client, journal) in [(&client, &mut journal), (&graph, &mut graph_journal)] {
            let back = undo(client, journal, &mut Journal::in_memory(), &ApplyOptions::default(), &())
                .await
                .unwrap();
            assert!(back.is_complete(), "{}", back.summary());
            assert_eq!(left(&read(client).await), first);
        }
    });
}

#[test]
fn whatever_goes_wrong_on_the_way_the_end_is_the_same_and_nothing_is_made_twice() {
    let every = |kind, method: Option<&str>, every| Fault {
        kind,
        method: method.map(str::to_owned),
        path: None,
        times: None,
        every: Some(every),
    };
    let throttled = || FaultKind::Throttle { retry_after: Some("0".into()) };
    let runs = [
        ("throttled", vec![every(throttled(), None, 5)]),
        ("unavailable", vec![every(FaultKind::Unavailable { retry_after: None }, None, 7)]),
        ("lost replies", vec![every(FaultKind::ResetAfter, Some("POST"), 4)]),
        ("lost requests", vec![every(FaultKind::ResetBefore, Some("POST"), 4)]),
        ("lost settings", vec![every(FaultKind::ResetAfter, Some("PATCH"), 4)]),
        ("seen late", vec![every(FaultKind::DelayedVisibility { millis: 40 }, Some("POST"), 2)]),
        (
            "all of it",
            vec![
                every(throttled(), None, 11),
                every(FaultKind::ResetAfter, Some("POST"), 5),
                every(FaultKind::DelayedVisibility { millis: 40 }, Some("POST"), 3),
            ],
        ),
    ];
    runtime().block_on(async {
        let client = embedded();
        roll_out(&client, &mut Journal::in_memory()).await;
        let expected = left(&read(&client).await);
        for (name, faults) in runs {
            let emulator = Emulator::start(seed(), Options::default()).await.unwrap();
            let client = over_graph(&emulator);
            faults.into_iter().for_each(|fault| emulator.fault(fault));
            let (outcome, again) = roll_out(&client, &mut Journal::in_memory()).await;
            assert!(outcome.is_complete(), "{name}: {}", outcome.summary());
            assert_eq!(left(&read(&client).await), expected, "{name}");
            let requests = emulator.requests();
            let mut made: BTreeMap<String, usize> = BTreeMap::new();
            let grants = requests.iter().filter(|request| {
                request.method == "POST"
                    && request.took_effect
                    && request.address.contains("ScheduleRequests")
            });
            for request in grants {
                let body = request.body.as_ref().unwrap();
                let key = ["action", "principalId", "roleDefinitionId", "directoryScopeId"]
                    .map(|k| body[k].to_string());
                let kind = request.address.contains("Eligib");
                *made.entry(format!("{kind} {}", key.join(" "))).or_default() += 1;
            }
            assert!(made.len() > 5, "{name}: {made:?}");
            assert!(made.values().all(|times| *times == 1), "{name}: {made:?}");
            let faulty = requests.iter().filter(|request| request.fault.is_some()).count();
            assert!(faulty > 0, "{name}: nothing went wrong");
            println!(
                "{name}: {} requests, {faulty} of them faulty, taken up again {again} times",
                requests.len()
            );
        }
    });
}

fn over_graph(emulator: &Emulator) -> Client {
    let token = NewToken { principal: Some(id_of("root")), mfa: true, ..NewToken::default() };
    let wait = Period::from_std(Duration::from_millis(1));
    let retry = RetryOptions { first_wait: wait, longest_wait: wait, ..RetryOptions::default() };
    let service = Service::new(
        emulator.graph().parse().unwrap(),
        Arc::new(ReqwestTransport::new().unwrap()),
        Arc::new(StaticToken::new(emulator.token(token).unwrap(), None, Access::Delegated)),
        vec!["graph".into()],
        ServiceOptions { retry, ..ServiceOptions::default() },
    );
    let mut info = BackendInfo::new("graph");
    info.caller = Some(id_of("root"));
    let backend = GraphBackend::known(service, info, TokenKind::Delegated).unwrap();
    Client::new(backend.with_clock(Arc::new(Both(emulator.clock()))), safeguards())
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// Waiting moves the emulator's clock, and takes a little real time: what is seen late is late in that.
#[derive(Debug)]
struct Both(VirtualClock);

impl Clock for Both {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        let clock = self.0.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            _ = clock.advance(length);
        }
        .boxed()
    }
}
