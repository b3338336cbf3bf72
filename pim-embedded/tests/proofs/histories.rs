//! Random histories of raw commands: what must never be is not, and the journal tells it all.

use pim_core::{
    approval::Decision,
    audit::SignIn,
    id::SignInId,
    policy::{Requirement, Rule, RuleKind, Setting},
    privilege::{Privilege, Surface},
    request::{Action, NewRequest, Request, RequestStatus},
    schedule::{Assignment, Eligibility, Level},
    time::{Expiry, Period, Timestamp, Window},
};
use pim_embedded::{
    engine::{AdminAnswer, Caller, Command, Engine, Event, Mail, PolicyWrite},
    seed::{Seed, group_of, id_of},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    watch::{Watch, wrong_with},
    world::{
        BEGIN, approved_by, ask, ask_for, at_most, azure, decide, global, mfa, role, role_at, unapproved,
        with_roles,
    },
};

const PEOPLE: [&str; 6] = ["root", "alice", "bob", "carol", "team", "robot"];

fn seed() -> Seed {
    let roles = with_roles(Seed::builder(), &Surface::DirectoryRoles, &["reader", "keeper"]);
    with_roles(roles, &Surface::AzureRoles, &["builder"])
        .users(["root", "alice", "bob"])
        .user_with("carol", |user| user.enabled = false)
        .application("robot")
        .unit("north", ["alice"])
        .group("team", ["bob"])
        .standing("root", global())
        .eligible("alice", role("reader"))
        .eligible("bob", role_at("keeper", "north"))
        .eligible_in(
            "alice",
            role_at("keeper", "north"),
            Window::new(None, Some(BEGIN + Period::hours(30))).unwrap(),
        )
        .eligible("team", role("keeper"))
        .eligible("carol", role("reader"))
        .eligible("alice", azure("builder", "/subscriptions/one"))
        .eligible("alice", Privilege::member(group_of("team")))
        .standing_in("bob", role("keeper"), Window::new(None, Some(BEGIN + Period::days(2))).unwrap())
        .policy(role("keeper"), [approved_by(&["alice", "bob", "root"])])
        .policy(Privilege::member(group_of("team")), [approved_by(&["alice", "bob"])])
        .build()
        .unwrap()
}

fn privileges() -> Vec<Privilege> {
    vec![
        global(),
        role("reader"),
        role("keeper"),
        role_at("keeper", "north"),
        role_at("reader", "north"),
        Privilege::member(group_of("team")),
        Privilege::owner(group_of("team")),
        azure("builder", "/subscriptions/one"),
        azure("builder", "/subscriptions/one/resourceGroups/two"),
        role("nothing"),
    ]
}

/// One step. Numbers pick from what is there when the step is taken.
#[derive(Clone, Debug)]
enum Step {
    Wait(Period),
    WaitForDue,
    Do(Caller, Command),
    /// Activate, from so long from now, for so long.
    Activate(&'static str, Privilege, Period, Period),
    Decide(Caller, Decision, usize),
    Cancel(Caller, usize),
    Answer(Caller, AdminAnswer, usize),
}

fn caller() -> impl Strategy<Value = Caller> {
    prop_oneof![
        6 => select(&PEOPLE[..]).prop_map(mfa),
        1 => select(&PEOPLE[..]).prop_map(|name| Caller::without_mfa(id_of(name))),
        1 => select(&PEOPLE[..]).prop_map(|name| Caller::application(id_of(name))),
    ]
}

fn length() -> impl Strategy<Value = Period> {
    let minutes = [0, 3, 5, 30, 60, 479, 480, 481, 60 * 24, 60 * 24 * 200];
    select(minutes.map(Period::minutes).to_vec())
}

fn expiry() -> impl Strategy<Value = Option<Expiry>> {
    prop_oneof![
        1 => Just(None),
        2 => Just(Some(Expiry::Never)),
        6 => length().prop_map(|length| Some(Expiry::After(length))),
        1 => length().prop_map(|length| Some(Expiry::At(BEGIN + length))),
    ]
}

fn submit() -> impl Strategy<Value = (Caller, Command)> {
    let start = prop_oneof![
        6 => Just(None),
        1 => Just(Some(BEGIN - Period::hours(1))),
        3 => length().prop_map(|length| Some(BEGIN + length)),
    ];
    let actions = prop_oneof![
        4 => Just(Action::SelfActivate),
        6 => select(Action::KNOWN.to_vec()),
    ];
    let level = select(vec![Level::Assignment, Level::Assignment, Level::Eligibility]);
    let flags = (prop::bool::weighted(0.9), prop::bool::weighted(0.05), prop::bool::weighted(0.8));
    (caller(), actions, level, select(&PEOPLE[..]), select(privileges()), start, expiry(), flags).prop_map(
        |(caller, action, level, name, privilege, start, expiry, (justified, dry_run, sensible))| {
            let mut ask = NewRequest { level, start, expiry, dry_run, ..ask(action, name, &privilege) };
            if !justified {
                ask.justification = None;
            }
            let mut caller = caller;
            if sensible && ask.action.is_administrative() {
                caller = mfa("root");
            } else if sensible {
                ask.principal = caller.principal.clone();
            }
            (caller, Command::Submit(ask))
        },
    )
}

/// What the seed allows, at least at the beginning.
fn activate() -> impl Strategy<Value = Step> {
    let eligible = vec![
        ("alice", role("reader")),
        ("alice", role_at("keeper", "north")),
        ("bob", role_at("keeper", "north")),
        ("bob", role("keeper")),
        ("alice", Privilege::member(group_of("team"))),
        ("alice", azure("builder", "/subscriptions/one/resourceGroups/two")),
    ];
    let lead = select([0, 0, 60, 23 * 60, 25 * 60].map(Period::minutes).to_vec());
    let length = select([5, 60, 480].map(Period::minutes).to_vec());
    (select(eligible), lead, length)
        .prop_map(|((name, privilege), lead, length)| Step::Activate(name, privilege, lead, length))
}

/// Holders ask for more time, and administrators change or take away what there is.
fn prolong() -> impl Strategy<Value = Step> {
    let actions = select(vec![
        Action::SelfExtend,
        Action::SelfRenew,
        Action::AdminExtend,
        Action::AdminUpdate,
        Action::AdminRenew,
        Action::AdminRemove,
    ]);
    let held = select(vec![
        ("bob", role("keeper"), Level::Assignment),
        ("alice", role_at("keeper", "north"), Level::Eligibility),
        ("alice", role("reader"), Level::Eligibility),
    ]);
    (actions, held, select(vec![3, 90])).prop_map(|(action, (name, privilege, level), days)| {
        let caller = if action.is_administrative() { "root" } else { name };
        let expiry = (!action.is_removal()).then_some(Expiry::After(Period::days(days)));
        let ask = NewRequest { level, expiry, ..ask(action, name, &privilege) };
        Step::Do(mfa(caller), Command::Submit(ask))
    })
}

/// Someone who is likely to be allowed to decide.
fn decider() -> impl Strategy<Value = Caller> {
    prop_oneof![4 => select(vec!["root", "alice", "bob"]).prop_map(mfa), 1 => caller()]
}

fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![
        length().prop_map(at_most),
        Just(approved_by(&["alice", "bob"])),
        Just(approved_by(&[])),
        Just(unapproved()),
        any::<bool>().prop_map(|mfa| Rule {
            kind: RuleKind::EnablementEndUserAssignment,
            setting: Setting::Enablement { required: mfa.then_some(Requirement::Mfa).into_iter().collect() },
        }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let who = || select(&PEOPLE[..]).prop_map(id_of);
    let decision = || select(vec![Decision::Approve, Decision::Approve, Decision::Deny]);
    let answer = prop_oneof![
        2 => Just(AdminAnswer::Approve(None)),
        1 => Just(AdminAnswer::Approve(Some(Expiry::After(Period::days(3))))),
        1 => Just(AdminAnswer::Deny),
    ];
    let sign_in =
        (who(), length()).prop_map(|(who, ago)| SignIn::new(SignInId::from_guid([1; 16]), BEGIN - ago, who));
    prop_oneof![
        3 => length().prop_map(Step::Wait),
        2 => Just(Step::WaitForDue),
        8 => activate(),
        2 => prolong(),
        12 => submit().prop_map(|(caller, command)| Step::Do(caller, command)),
        6 => (decider(), decision(), any::<usize>()).prop_map(|(c, d, n)| Step::Decide(c, d, n)),
        2 => (decider(), any::<usize>()).prop_map(|(c, n)| Step::Cancel(c, n)),
        2 => (decider(), answer, any::<usize>()).prop_map(|(c, a, n)| Step::Answer(c, a, n)),
        1 => (caller(), select(privileges()), vec(rule(), 1..3), any::<bool>()).prop_map(
            |(caller, privilege, rules, whole)| {
                let write = if whole { PolicyWrite::Whole } else { PolicyWrite::Single };
                Step::Do(caller, Command::UpdatePolicy(privilege, rules, write))
            }
        ),
        1 => (caller(), who(), select(privileges()), any::<bool>()).prop_map(|(caller, who, privilege, add)| {
            let command = if add { Command::AssignOutsidePim } else { Command::RemoveOutsidePim };
            Step::Do(caller, command(who, privilege))
        }),
        1 => (caller(), sign_in).prop_map(|(caller, sign_in)| Step::Do(caller, Command::RecordSignIn(sign_in))),
    ]
}

/// Everything that can be read of an engine.
#[derive(Debug)]
struct Shown {
    sequence: u64,
    due: Option<Timestamp>,
    requests: Vec<Request>,
    eligibilities: Vec<Eligibility>,
    assignments: Vec<Assignment>,
    policies: Vec<pim_core::policy::Policy>,
    audit: Vec<pim_core::audit::AuditRecord>,
    mails: Vec<Mail>,
}

impl Shown {
    /// The first section that differs: whole states are too long to print.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let sections = [
            (self.sequence == other.sequence, "sequence"),
            (self.due == other.due, "due"),
            (self.requests == other.requests, "requests"),
            (self.eligibilities == other.eligibilities, "eligibilities"),
            (self.assignments == other.assignments, "assignments"),
            (self.policies == other.policies, "policies"),
            (self.audit == other.audit, "audit"),
            (self.mails == other.mails, "mails"),
        ];
        sections.into_iter().find(|(same, _)| !same).map(|(_, name)| name)
    }
}

fn shown(engine: &Engine) -> Shown {
    Shown {
        sequence: engine.sequence(),
        due: engine.next_due(),
        requests: engine.requests().collect(),
        eligibilities: engine.eligibilities().collect(),
        assignments: engine.assignments().collect(),
        policies: privileges().iter().map(|privilege| engine.policy(privilege)).collect(),
        audit: engine.audit().collect(),
        mails: engine.outbox(0),
    }
}

/// A step as a command, given what there is.
fn command(step: Step, engine: &Engine, now: Timestamp) -> Option<(Caller, Command)> {
    let pick = |n: usize, wanted: fn(&Request) -> bool| {
        let found: Vec<_> = engine.requests().filter(wanted).collect();
        // Once in a while any request, closed ones too.
        let found =
            if found.is_empty() || n.is_multiple_of(16) { engine.requests().collect() } else { found };
        found.get(n.checked_rem(found.len())?).cloned()
    };
    match step {
        Step::Do(caller, command) => Some((caller, command)),
        Step::Activate(name, privilege, lead, length) => {
            let start = (!lead.is_zero()).then(|| now + lead);
            let ask = ask_for(Action::SelfActivate, name, &privilege, length);
            Some((mfa(name), Command::Submit(NewRequest { start, ..ask })))
        }
        Step::Decide(caller, decision, n) => {
            let waits = |request: &Request| {
                use RequestStatus::{PendingApproval, PendingApprovalProvisioning};
                matches!(request.status, PendingApproval | PendingApprovalProvisioning)
            };
            Some((caller, decide(&pick(n, waits)?, decision)?))
        }
        Step::Cancel(caller, n) => Some((caller, Command::Cancel(pick(n, |r| !r.status.is_final())?.key()))),
        Step::Answer(caller, answer, n) => {
            let request = pick(n, |r| r.status == RequestStatus::PendingAdminDecision)?;
            Some((caller, Command::Answer(request.key(), answer)))
        }
        Step::Wait(_) | Step::WaitForDue => None,
    }
}

/// Plays a history and gives what was watched, or what went wrong.
fn play(steps: Vec<Step>) -> Result<Watch, TestCaseError> {
    let seed = seed();
    let (mut now, mut engine) = (BEGIN, Engine::new(seed.clone(), BEGIN));
    let (mut watch, mut journal) = (Watch::default(), Vec::new());
    for step in steps {
        match &step {
            Step::Wait(length) => now = now + *length,
            Step::WaitForDue => now = engine.next_due().map_or(now, |due| due.max(now)),
            _ => {}
        }
        let before = engine.clone();
        let passed = engine.advance(now);
        watch.take(&before, None, &passed);
        journal.extend(passed);
        if let Some((caller, command)) = command(step, &engine, now) {
            let before = engine.clone();
            let outcome = engine.handle(&caller, &command, now);
            prop_assert_eq!(shown(&engine).differs(&shown(&before)), None, "handling changed the state");
            let (events, answer) = engine.execute(&caller, &command, now);
            prop_assert!(events.starts_with(&outcome.events));
            prop_assert_eq!(answer.is_ok(), outcome.answer.is_ok());
            watch.take(&before, Some(&command), &events);
            journal.extend(events);
        }
        prop_assert_eq!(wrong_with(&engine, now), None);
        prop_assert!(watch.faults.is_empty(), "{:?}", watch.faults);
        prop_assert_eq!(engine.sequence(), journal.len() as u64);
        prop_assert!(journal.is_sorted_by_key(|event| event.at));
    }
    let text = serde_json::to_string(&journal).unwrap();
    let mut again = Engine::new(seed, BEGIN);
    for event in serde_json::from_str::<Vec<Event>>(&text).unwrap() {
        again.apply(&event);
    }
    prop_assert_eq!(again.advance(now), [], "what fell due fell due again");
    prop_assert_eq!(shown(&again).differs(&shown(&engine)), None, "replay gave another state");
    Ok(watch)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 4000, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn no_history_gives_what_nobody_may_have(steps in vec(step(), 1..90)) {
        play(steps)?;
    }
}

/// The histories would prove nothing if they did nothing.
#[test]
fn histories_reach_every_move_the_engine_makes() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..150 {
        let steps = vec(step(), 90).new_tree(&mut runner).unwrap().current();
        seen.extend(play(steps).unwrap().moves);
    }
    for expected in EXPECTED {
        assert!(seen.contains(&expected), "{expected:?} was never seen; seen were {seen:?}");
    }
    assert_eq!(seen.len(), EXPECTED.len(), "{seen:?}");
}

const EXPECTED: [(Option<&str>, &str); 22] = [
    (None, "granted"),
    (None, "pending_admin_decision"),
    (None, "pending_approval"),
    (None, "pending_approval_provisioning"),
    (None, "provisioned"),
    (None, "revoked"),
    (Some("granted"), "canceled"),
    (Some("granted"), "failed"),
    (Some("granted"), "provisioned"),
    (Some("pending_admin_decision"), "admin_denied"),
    (Some("pending_admin_decision"), "canceled"),
    (Some("pending_admin_decision"), "provisioned"),
    (Some("pending_approval"), "canceled"),
    (Some("pending_approval"), "denied"),
    (Some("pending_approval"), "failed"),
    (Some("pending_approval"), "provisioned"),
    (Some("pending_approval"), "timed_out"),
    (Some("pending_approval_provisioning"), "canceled"),
    (Some("pending_approval_provisioning"), "denied"),
    (Some("pending_approval_provisioning"), "granted"),
    (Some("pending_approval_provisioning"), "provisioned"),
    (Some("pending_approval_provisioning"), "timed_out"),
];
