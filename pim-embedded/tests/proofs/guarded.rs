//! Random histories of guarded calls: no break-glass account loses its role, and enough administrators stay.
//!
//! Who still works is counted here a second time, from the journal and without the guards' code.

use std::collections::BTreeSet;

use futures::executor::block_on;
use pim_core::{
    backend::View,
    client::{Client, Safeguards},
    id::PrincipalId,
    privilege::{Privilege, Surface},
    request::{Action, NewRequest},
    review::{
        DefaultDecision, NewReview, NewVerdict, Population, ReviewScope, ReviewSettings, Reviewed, Reviewer,
        Verdict,
    },
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Engine,
    seed::{Seed, group_of, id_of},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::world::{BEGIN, approved_by, ask, at_most, global, mfa, role, unapproved, with_roles};

/// Six accounts that work as administrators: two directly, two through a group, two for emergencies. One more
/// is disabled.
fn seed() -> Seed {
    with_roles(Seed::builder(), &Surface::DirectoryRoles, &["reader"])
        .users(["root", "dora", "emil", "glass", "spare", "alice"])
        .user_with("gone", |user| user.enabled = false)
        .group("nested", ["emil"])
        .group("admins", ["emil", "alice"])
        .standing("root", global())
        .standing("dora", global())
        .standing("gone", global())
        .standing("admins", global())
        .standing("glass", global())
        .standing("spare", global())
        .standing("root", role("reader"))
        .eligible("dora", role("reader"))
        .build()
        .unwrap()
}

/// Who is Global Administrator without end, enabled and a person, directly or through groups.
fn working(engine: &Engine) -> BTreeSet<PrincipalId> {
    let held: Vec<_> = engine
        .assignments()
        .filter(|held| held.instance.is_some() && held.window.end().is_none() && !held.origin.is_activated())
        .collect();
    let mut found: BTreeSet<_> =
        held.iter().filter(|held| held.privilege == global()).map(|held| held.principal.clone()).collect();
    loop {
        let members = held.iter().filter(|held| match &held.privilege {
            Privilege::Group { group, access } => {
                access.as_str() == "member" && found.contains(&group.as_principal())
            }
            _ => false,
        });
        let more: Vec<_> = members.map(|held| held.principal.clone()).collect();
        let before = found.len();
        found.extend(more);
        if found.len() == before {
            break;
        }
    }
    let enabled = ["root", "dora", "emil", "glass", "spare", "alice"].map(id_of);
    found.into_iter().filter(|id| enabled.contains(id)).collect()
}

/// The break-glass accounts that hold the role themselves, for good.
fn unbroken(engine: &Engine) -> BTreeSet<PrincipalId> {
    let held = engine.assignments().filter(|held| {
        held.privilege == global()
            && held.instance.is_some()
            && held.window.end().is_none()
            && held.condition.is_none()
    });
    held.map(|held| held.principal).collect()
}

#[derive(Clone, Debug)]
enum Step {
    Wait(Period),
    Submit(usize, Box<NewRequest>),
    Policy(usize, Privilege, usize),
    Review(usize, Privilege, DefaultDecision, bool),
    /// Deny everything that open rounds ask, or all but the first, then close and apply them.
    Deny(usize, bool),
}

fn privileges() -> Vec<Privilege> {
    let member = |name| Privilege::member(group_of(name));
    vec![global(), global(), global(), member("admins"), member("nested"), role("reader")]
}

fn submit() -> impl Strategy<Value = Step> {
    let actions = select(vec![
        Action::AdminRemove,
        Action::AdminRemove,
        Action::AdminRemove,
        Action::AdminUpdate,
        Action::AdminAssign,
        Action::AdminExtend,
        Action::AdminRenew,
        Action::SelfActivate,
        Action::SelfDeactivate,
    ]);
    let who = select(vec!["root", "dora", "emil", "glass", "spare", "gone", "admins", "nested", "alice"]);
    let expiry = select(vec![
        None,
        Some(Expiry::Never),
        Some(Expiry::After(Period::hours(1))),
        Some(Expiry::After(Period::days(30))),
    ]);
    let level = select(vec![Level::Assignment, Level::Assignment, Level::Eligibility]);
    let start = select(vec![None, None, Some(BEGIN + Period::days(1))]);
    (0..2_usize, actions, who, select(privileges()), expiry, level, start).prop_map(
        |(client, action, who, privilege, expiry, level, start)| {
            let ask = NewRequest { expiry, level, start, ..ask(action, who, &privilege) };
            Step::Submit(client, Box::new(ask))
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let defaults =
        select(vec![DefaultDecision::None, DefaultDecision::Deny, DefaultDecision::Recommendation]);
    prop_oneof![
        2 => select([6, 60, 60 * 24 * 9].map(Period::minutes).to_vec()).prop_map(Step::Wait),
        12 => submit(),
        1 => (0..2_usize, select(privileges()), 0..4_usize).prop_map(|(c, p, n)| Step::Policy(c, p, n)),
        2 => (0..2_usize, select(privileges()), defaults, any::<bool>())
            .prop_map(|(c, p, default, apply)| Step::Review(c, p, default, apply)),
        2 => (0..2_usize, any::<bool>()).prop_map(|(c, all)| Step::Deny(c, all)),
    ]
}

async fn take(step: Step, clients: &[Client; 2], clock: &VirtualClock) {
    // What is refused is refused; what must not happen is looked for afterwards.
    match step {
        Step::Wait(length) => drop(clock.advance(length)),
        Step::Submit(client, ask) => drop(clients[client].submit(&ask).await),
        Step::Policy(client, privilege, n) => {
            let rules =
                [at_most(Period::hours(1)), approved_by(&["gone"]), approved_by(&["dora"]), unapproved()];
            drop(clients[client].update_policy(&privilege, &rules[n..=n]).await);
        }
        Step::Review(client, privilege, default, auto_apply) => {
            let scope = ReviewScope {
                privilege,
                population: Population::Active,
                reviewed: Reviewed::UsersAndGroups,
                inactive_for: None,
            };
            let review = NewReview {
                name: "who still needs it".into(),
                scope,
                fallback_reviewers: vec![],
                start: None,
                stages: vec![],
                settings: ReviewSettings {
                    duration_days: 3,
                    default_decision: default,
                    auto_apply,
                    justification_required: false,
                    ..ReviewSettings::default()
                },
                reviewers: ["root", "dora"].map(|name| Reviewer::User(id_of(name))).to_vec(),
            };
            drop(clients[client].create_review(&review).await);
        }
        Step::Deny(client, all) => drop(deny(&clients[client], all).await),
    }
}

async fn deny(client: &Client, all: bool) -> pim_core::error::Result<()> {
    for review in client.reviews(&View::Everyone, None).collect_all().await? {
        for round in client.rounds(&review.id, None).collect_all().await? {
            let items = client.items(&round.key, None).collect_all().await?;
            for item in items.iter().skip(usize::from(!all)) {
                let verdict = NewVerdict {
                    item: item.id.clone(),
                    verdict: Verdict::Deny,
                    justification: Some("no need".into()),
                };
                drop(client.record(&round.key, &[verdict]).await);
            }
            drop(client.stop(&round.key).await);
            drop(client.apply(&round.key).await);
        }
    }
    Ok(())
}

/// Plays a history and gives how many events it led to.
fn play(steps: Vec<Step>, minimum: usize, glass: bool) -> Result<u64, TestCaseError> {
    let break_glass: BTreeSet<_> = if glass { ["glass", "spare"].map(id_of).into() } else { BTreeSet::new() };
    let safeguards =
        Safeguards { break_glass: break_glass.clone(), min_administrators: minimum, ..Safeguards::default() };
    let clock = VirtualClock::at(BEGIN);
    let service = Embedded::new(seed(), clock.clone());
    let clients = ["root", "dora"].map(|name| service.client(mfa(name), safeguards.clone()));
    let mut engine = Engine::new(seed(), BEGIN);
    for step in steps {
        let told = format!("{step:?}");
        block_on(take(step, &clients, &clock));
        for event in block_on(service.events(engine.sequence())).unwrap() {
            engine.apply(&event);
            let left = working(&engine);
            prop_assert!(left.len() >= minimum, "{} administrators left after {}", left.len(), told);
            prop_assert!(
                unbroken(&engine).is_superset(&break_glass),
                "a break-glass account lost after {}",
                told
            );
        }
    }
    Ok(engine.sequence())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2000, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_guarded_history_leaves_too_few(
        steps in vec(step(), 1..60),
        minimum in 2_usize..4,
        glass in any::<bool>(),
    ) {
        play(steps, minimum, glass)?;
    }
}

/// Without guards the same histories go wrong, so the guards are what keeps them right.
#[test]
fn unguarded_histories_do_leave_too_few() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let broken = (0..40).any(|_| {
        let steps = vec(step(), 60).new_tree(&mut runner).unwrap().current();
        let clock = VirtualClock::at(BEGIN);
        let service = Embedded::new(seed(), clock.clone());
        let free = Safeguards { min_administrators: 0, ..Safeguards::default() };
        let clients = ["root", "dora"].map(|name| service.client(mfa(name), free.clone()));
        let mut engine = Engine::new(seed(), BEGIN);
        for step in steps {
            block_on(take(step, &clients, &clock));
            block_on(service.events(engine.sequence())).unwrap().iter().for_each(|event| engine.apply(event));
        }
        working(&engine).len() < 2
    });
    assert!(broken);
}
