//! Every state that small worlds can get into, one after the other.
//!
//! Time is seen from the clock's present: two states are the same when what is open, what is granted and what
//! the policies say is the same at the same distance, whenever it is. What is closed does not count, since it
//! can have no effect any more. So the worlds are finite but for their depth, which is bounded.

use std::{
    collections::BTreeSet,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use pim_core::{
    approval::Decision,
    id::PrincipalId,
    policy::Rule,
    privilege::{Privilege, Surface},
    request::{Action, NewRequest, RequestStatus},
    schedule::Level,
    time::{Expiry, Period, Timestamp, Window},
};
use pim_embedded::{
    engine::{AdminAnswer, Caller, Command, Engine, Fact, PolicyWrite},
    seed::{Seed, SeedBuilder, group_of},
};
use stateright::{Checker, Model, Property};

use crate::{
    watch::{Noted, Watch, wrong_with},
    world::{
        BEGIN, approved_by, ask, ask_for, at_most, decide, eligible, global, mfa, role, role_at, unapproved,
        with_roles,
    },
};

/// A world: who is there, what they may ask for, and how far it is followed.
struct World {
    seed: Seed,
    /// Requests with the time from now to their start.
    asks: Vec<(Caller, NewRequest, Option<Period>)>,
    policies: Vec<(Privilege, Rule)>,
    deciders: Vec<Caller>,
    /// Whether requests are withdrawn, and requests to extend answered.
    withdraw: Vec<Caller>,
    waits: Vec<Period>,
    depth: usize,
}

/// What is done in a step.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Wait(Period),
    WaitForDue,
    Do(Caller, Command),
}

#[derive(Clone)]
struct State {
    engine: Arc<Engine>,
    now: Timestamp,
    watch: Watch,
    wrong: Option<String>,
    seen: Seen,
}

/// What distinguishes states.
#[allow(clippy::type_complexity)] // only compared
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Seen {
    open: Vec<(Action, Option<Noted>, Privilege, i64, Option<i64>, Option<(u8, i64)>, bool)>,
    grants: Vec<(Level, PrincipalId, Privilege, bool, bool, i64, Option<i64>)>,
    policies: Vec<(Period, bool)>,
    /// The statuses that requests got in the last step.
    reached: BTreeSet<RequestStatus>,
    wrong: bool,
}

impl State {
    fn new(
        world: &World,
        engine: Engine,
        now: Timestamp,
        watch: Watch,
        reached: BTreeSet<RequestStatus>,
    ) -> Self {
        let wrong = watch.faults.first().cloned().or_else(|| wrong_with(&engine, now));
        let mut seen = Seen { reached, wrong: wrong.is_some(), ..Seen::default() };
        let from_now = |time: Timestamp| time.ticks() - now.ticks();
        let alive: BTreeSet<_> = engine.eligibilities().map(|grant| grant.id).collect();
        for request in engine.requests().filter(|request| !request.status.is_final()) {
            let expiry = request.asked.expiry.map(|expiry| match expiry {
                Expiry::Never => (0, 0),
                Expiry::At(end) => (1, from_now(end)),
                Expiry::After(length) => (2, length.ticks() as i64),
            });
            seen.open.push((
                request.asked.action.clone(),
                watch.noted.get(&request.id).cloned(),
                request.asked.privilege.clone(),
                request.created.map_or(0, from_now),
                request.asked.start.map(from_now),
                expiry,
                request.asked.using.is_some_and(|using| alive.contains(&using)),
            ));
        }
        // All that matters of a past start is whether the five minutes are over.
        let start = |window: &Window| {
            window.start().map_or(i64::MIN, |start| from_now(start).max(-(Period::minutes(5).ticks() as i64)))
        };
        for grant in engine.eligibilities() {
            let (start, end) = (start(&grant.window), grant.window.end().map(from_now));
            seen.grants.push((Level::Eligibility, grant.principal, grant.privilege, false, true, start, end));
        }
        for grant in engine.assignments() {
            let (start, end) = (start(&grant.window), grant.window.end().map(from_now));
            let activated = grant.origin.is_activated();
            let rests = matches!(
                &grant.origin,
                pim_core::schedule::Origin::Activated { using: Some(using) } if alive.contains(using)
            );
            seen.grants.push((
                Level::Assignment,
                grant.principal,
                grant.privilege,
                activated,
                rests,
                start,
                end,
            ));
        }
        seen.open.sort_by(|a, b| format!("{a:?}").cmp(&format!("{b:?}")));
        seen.grants.sort();
        for (privilege, _) in &world.policies {
            let activation = engine.policy(privilege).activation();
            seen.policies.push((activation.max, activation.approval.is_some()));
        }
        Self { engine: Arc::new(engine), now, watch, wrong, seen }
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.seen == other.seen
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.seen.hash(state);
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {:?} {:?}", self.now, self.wrong, self.seen)
    }
}

impl Model for World {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        let engine = Engine::new(self.seed.clone(), BEGIN);
        vec![State::new(self, engine, BEGIN, Watch::default(), BTreeSet::new())]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        actions.extend(self.waits.iter().map(|length| Step::Wait(*length)));
        actions.push(Step::WaitForDue);
        for (caller, ask, lead) in &self.asks {
            let start = lead.map(|lead| state.now + lead);
            actions.push(Step::Do(caller.clone(), Command::Submit(NewRequest { start, ..ask.clone() })));
        }
        if let Some(((admin, ..), policies)) = self.asks.first().zip(Some(&self.policies)) {
            for (privilege, rule) in policies {
                let change =
                    Command::UpdatePolicy(privilege.clone(), vec![rule.clone()], PolicyWrite::Single);
                actions.push(Step::Do(admin.clone(), change));
            }
        }
        for request in state.engine.requests().filter(|request| !request.status.is_final()) {
            for caller in &self.deciders {
                for decision in [Decision::Approve, Decision::Deny] {
                    let command = decide(&request, decision);
                    actions.extend(command.map(|command| Step::Do(caller.clone(), command)));
                }
            }
            for caller in &self.withdraw {
                actions.push(Step::Do(caller.clone(), Command::Cancel(request.key())));
            }
            if request.status == RequestStatus::PendingAdminDecision {
                for answer in [AdminAnswer::Approve(None), AdminAnswer::Deny] {
                    for caller in &self.withdraw {
                        actions
                            .push(Step::Do(caller.clone(), Command::Answer(request.key(), answer.clone())));
                    }
                }
            }
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let now = match &step {
            Step::Wait(length) => last.now + *length,
            Step::WaitForDue => last.engine.next_due().filter(|due| *due > last.now)?,
            Step::Do(..) => last.now,
        };
        if let Step::Do(caller, command) = &step {
            // A refusal changes nothing, so there is nowhere to go.
            if last.engine.handle(caller, command, now).events.is_empty() {
                return None;
            }
        }
        let mut engine = Engine::clone(&last.engine);
        let (command, events) = match &step {
            Step::Do(caller, command) => (Some(command), engine.execute(caller, command, now).0),
            _ => (None, engine.advance(now)),
        };
        let mut watch = last.watch.clone();
        watch.take(&last.engine, command, &events);
        let reached = events.iter().filter_map(|event| match &event.fact {
            Fact::RequestMade(made) => Some(made.status.clone()),
            Fact::RequestMoved { to, .. } => Some(to.clone()),
            _ => None,
        });
        let reached = reached.collect();
        Some(State::new(self, engine, now, watch, reached))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            // No access outside a window, no self-approval, nothing beyond the maximum at the time of the
            // request, nothing without eligibility, nothing in force for a request that failed: see `watch`.
            Property::always("nothing is wrong", |_: &Self, state: &State| state.wrong.is_none()),
        ]
    }
}

/// Follows a world through and gives the statuses reached.
fn explore(name: &str, world: World) -> BTreeSet<RequestStatus> {
    let reached = Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let note = Arc::clone(&reached);
    let depth = world.depth;
    let visitor = move |path: stateright::Path<State, Step>| {
        note.lock().unwrap().extend(path.last_state().seen.reached.iter().cloned());
    };
    let began = std::time::Instant::now();
    let checker = world.checker().target_max_depth(depth).visitor(visitor).spawn_bfs().join();
    println!(
        "{name}: {} states, {} distinct, depth {}, {:.1?}",
        checker.state_count(),
        checker.unique_state_count(),
        checker.max_depth(),
        began.elapsed()
    );
    if let Some(path) = checker.discovery("nothing is wrong") {
        let wrong = path.last_state().wrong.clone();
        panic!("{name}: {wrong:?} after {:#?}", path.into_actions());
    }
    std::mem::take(&mut reached.lock().unwrap())
}

const HOUR: Period = Period::hours(1);

fn base() -> SeedBuilder {
    with_roles(Seed::builder(), &Surface::DirectoryRoles, &["keeper"])
        .users(["root", "alice", "bob"])
        .standing("root", global())
}

/// One role that needs approval, by the asker among others; its eligibility comes and goes.
fn approval() -> World {
    let keeper = role("keeper");
    World {
        seed: base()
            .eligible_in("alice", keeper.clone(), Window::new(None, Some(BEGIN + Period::hours(26))).unwrap())
            .policy(keeper.clone(), [approved_by(&["alice", "bob"])])
            .build()
            .unwrap(),
        asks: vec![
            (mfa("root"), eligible(ask(Action::AdminRemove, "alice", &keeper)), None),
            (mfa("root"), eligible(ask_for(Action::AdminAssign, "alice", &keeper, Period::days(1))), None),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, HOUR), None),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, HOUR), Some(HOUR)),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, Period::hours(9)), None),
            (mfa("alice"), ask(Action::SelfDeactivate, "alice", &keeper), None),
        ],
        policies: vec![],
        deciders: vec![mfa("alice"), mfa("bob")],
        withdraw: vec![mfa("alice")],
        waits: vec![Period::minutes(5), HOUR, Period::days(1)],
        depth: 10,
    }
}

/// One role whose policy changes all the time, with an administrator who assigns it as well.
fn policy() -> World {
    let keeper = role("keeper");
    World {
        seed: base().eligible("alice", keeper.clone()).build().unwrap(),
        asks: vec![
            (mfa("root"), ask_for(Action::AdminAssign, "alice", &keeper, HOUR), None),
            (mfa("root"), ask_for(Action::AdminAssign, "alice", &keeper, HOUR), Some(HOUR)),
            (mfa("root"), ask_for(Action::AdminExtend, "alice", &keeper, Period::hours(3)), None),
            (mfa("root"), ask(Action::AdminRemove, "alice", &keeper), None),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, HOUR), None),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, HOUR), Some(HOUR)),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, Period::minutes(30)), None),
            (mfa("alice"), ask(Action::SelfDeactivate, "alice", &keeper), None),
        ],
        policies: vec![
            (keeper.clone(), at_most(Period::minutes(30))),
            (keeper.clone(), at_most(HOUR)),
            (keeper.clone(), approved_by(&[])),
            (keeper.clone(), unapproved()),
        ],
        deciders: vec![mfa("alice"), mfa("root")],
        withdraw: vec![mfa("root")],
        waits: vec![Period::minutes(5), HOUR],
        depth: 7,
    }
}

/// A role that a group is eligible for, and its members after activating their membership.
fn group() -> World {
    let (keeper, member) = (role("keeper"), Privilege::member(group_of("team")));
    World {
        seed: base()
            .group("team", [])
            .eligible("team", keeper.clone())
            .eligible("alice", member.clone())
            .policy(member.clone(), [approved_by(&["bob"])])
            .build()
            .unwrap(),
        asks: vec![
            (mfa("root"), eligible(ask(Action::AdminRemove, "alice", &member)), None),
            (mfa("root"), eligible(ask(Action::AdminRemove, "team", &keeper)), None),
            (mfa("root"), ask_for(Action::AdminAssign, "bob", &member, HOUR), None),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &member, HOUR), None),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, HOUR), None),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, HOUR), Some(HOUR)),
            (mfa("bob"), ask_for(Action::SelfActivate, "bob", &keeper, HOUR), None),
            (mfa("alice"), ask(Action::SelfDeactivate, "alice", &member), None),
            (mfa("alice"), ask(Action::SelfDeactivate, "alice", &keeper), None),
        ],
        policies: vec![],
        deciders: vec![mfa("alice"), mfa("bob")],
        withdraw: vec![],
        waits: vec![Period::minutes(5), HOUR, Period::days(1)],
        depth: 8,
    }
}

/// A role at an administrative unit, with requests to extend what ends, and at the wrong scope.
fn unit() -> World {
    let (keeper, wide) = (role_at("keeper", "north"), role("keeper"));
    World {
        seed: base()
            .unit("north", ["alice"])
            .eligible_in("alice", keeper.clone(), Window::new(None, Some(BEGIN + Period::days(2))).unwrap())
            .policy(wide.clone(), [approved_by(&["bob"])])
            .build()
            .unwrap(),
        asks: vec![
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, HOUR), None),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &keeper, HOUR), Some(Period::days(1))),
            (mfa("alice"), ask_for(Action::SelfActivate, "alice", &wide, HOUR), None),
            (mfa("alice"), eligible(ask_for(Action::SelfExtend, "alice", &keeper, Period::days(3))), None),
            (mfa("alice"), eligible(ask_for(Action::SelfRenew, "alice", &keeper, Period::days(1))), None),
            (mfa("root"), eligible(ask_for(Action::AdminUpdate, "alice", &keeper, HOUR)), None),
        ],
        policies: vec![],
        deciders: vec![mfa("bob")],
        withdraw: vec![mfa("root"), mfa("alice")],
        waits: vec![HOUR, Period::days(1)],
        depth: 10,
    }
}

#[test]
fn the_worlds_are_safe_and_reach_every_status_of_the_engine() {
    let worlds = [("approval", approval()), ("policy", policy()), ("group", group()), ("unit", unit())];
    let reached: BTreeSet<_> = std::thread::scope(|scope| {
        let running: Vec<_> =
            worlds.map(|(name, world)| scope.spawn(move || explore(name, world))).into_iter().collect();
        running.into_iter().flat_map(|world| world.join().unwrap()).collect()
    });
    use RequestStatus::*;
    let expected = [
        Granted,
        Denied,
        Provisioned,
        Revoked,
        Canceled,
        Failed,
        PendingApprovalProvisioning,
        PendingApproval,
        PendingAdminDecision,
        AdminDenied,
        TimedOut,
    ];
    for status in &expected {
        assert!(reached.contains(status), "{status} was never reached");
    }
    // A service at work on its own shows these in between. The engine's work is done when it answers.
    let passing = [
        Accepted,
        PendingEvaluation,
        PendingProvisioning,
        PendingRevocation,
        ProvisioningStarted,
        PendingScheduleCreation,
        ScheduleCreated,
        PendingExternalProvisioning,
    ];
    // An approved extension begins at once, so there is no `AdminApproved` before it; no resource is ever
    // locked; what is not valid is refused and leaves no request.
    let never = [AdminApproved, FailedAsResourceIsLocked, Invalid];
    let known: BTreeSet<_> = RequestStatus::KNOWN.iter().cloned().collect();
    let told: BTreeSet<_> = expected.iter().chain(&passing).chain(&never).cloned().collect();
    assert_eq!(told, known, "each status is reached, or there is a reason why not");
    assert!(reached.iter().all(|status| expected.contains(status)), "{reached:?}");
}
