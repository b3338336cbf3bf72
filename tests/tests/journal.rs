//! Several services on one journal, and journals that fail: what was acknowledged is kept, nothing is done
//! twice, and the journal alone tells what is so.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests panic too

#[path = "journal/faulty.rs"]
mod faulty;

use std::sync::{Arc, atomic::Ordering};

use faulty::{Fault, Faulty};
use futures::{
    FutureExt,
    executor::block_on,
    future::{join_all, poll_immediate},
};
use pim_core::{
    backend::{AssignmentQuery, AuditQuery, Backend, EligibilityQuery, PolicyQuery, RequestQuery},
    client::Client,
    clock::Clock,
    error::{ErrorKind, Result},
    page::{Batches, Pager},
    request::{Action, NewRequest, RequestStatus},
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::{Caller, Engine},
    journal::{Journal, JournalError, MemoryJournal},
    seed::{Seed, SeedBuilder, id_of},
};
use pim_tests::{NOW, duty, global, justified, settings, small, strategies};
use proptest::prelude::*;

fn person(name: &str) -> Caller {
    Caller::with_mfa(id_of(name))
}

/// Everybody may activate.
fn tenant() -> SeedBuilder {
    let people = ["alice", "bob", "carol", "dave", "erin"];
    people.iter().fold(small(), |seed, name| seed.eligible(name, duty()))
}

fn open(seed: &Seed, clock: &VirtualClock, journal: Arc<dyn Journal>) -> Result<Embedded> {
    block_on(Embedded::open(seed.clone(), Arc::new(clock.clone()), journal, NOW))
}

fn activation(name: &str, length: Period) -> NewRequest {
    let ask = NewRequest::new(Action::SelfActivate, Level::Assignment, id_of(name), duty());
    justified(NewRequest { expiry: Some(Expiry::After(length)), ..ask })
}

fn assignment(name: &str) -> NewRequest {
    let ask = NewRequest::new(Action::AdminAssign, Level::Assignment, id_of(name), global());
    justified(NewRequest { expiry: Some(Expiry::Never), ..ask })
}

/// Everything that a service shows of its state, as text.
fn shown(service: &Embedded) -> Vec<String> {
    fn all<T: std::fmt::Debug>(list: Batches<T>) -> Vec<String> {
        let items = block_on(Pager::new(list, None).collect_all()).unwrap();
        items.iter().map(|item| format!("{item:?}")).collect()
    }
    let root = service.backend(person("root"));
    let when = pim_core::backend::When::NowOrLater;
    let mut text =
        all(root.list_eligibilities(&EligibilityQuery { when, ..EligibilityQuery::default() }, None));
    text.extend(all(root.list_assignments(&AssignmentQuery { when, ..AssignmentQuery::default() }, None)));
    text.extend(all(root.list_assignments(&AssignmentQuery::default(), None)));
    text.extend(all(root.list_requests(&RequestQuery::default(), None)));
    text.extend(all(root.policies().unwrap().list_policies(&PolicyQuery::default(), None)));
    text.extend(all(root.audit().unwrap().list_audit(&AuditQuery::default(), None)));
    text.extend(block_on(service.outbox(0)).unwrap().iter().map(|mail| format!("{mail:?}")));
    text
}

/// A service that is started on the journal now shows the same as those that wrote it.
fn assert_replays(service: &Embedded, seed: &Seed, clock: &VirtualClock, journal: &Arc<dyn Journal>) {
    block_on(service.refresh()).unwrap();
    let fresh = open(seed, clock, Arc::clone(journal)).unwrap();
    assert_eq!(shown(service), shown(&fresh));
}

fn active(service: &Embedded, name: &str) -> usize {
    let client = Client::new(service.backend(person(name)), pim_tests::unguarded());
    let mine = block_on(client.my_assignments().collect_all()).unwrap();
    mine.iter().filter(|row| row.privilege == duty()).count()
}

/// What one service does the next sees when it writes or refreshes, and the same act succeeds only once.
#[test]
fn services_on_one_journal_are_one_service() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let services: Vec<_> = (0..4).map(|_| open(&seed, &clock, Arc::clone(&journal)).unwrap()).collect();
    let ask = activation("alice", Period::hours(1));
    let answers = block_on(join_all(services.iter().map(|service| {
        let (backend, ask) = (service.backend(person("alice")), ask.clone());
        async move { backend.submit(&ask).await }
    })));
    let (done, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 3), "carried out once");
    for error in refused.into_iter().map(Result::unwrap_err) {
        assert_eq!(error.code(), Some("RoleAssignmentExists"));
    }
    for service in &services {
        block_on(service.refresh()).unwrap();
        assert_eq!(active(service, "alice"), 1);
        assert_replays(service, &seed, &clock, &journal);
    }
}

/// Two approvers on two services: the first decision counts, also where the second service had not seen it.
#[test]
fn the_first_decision_counts_across_services() {
    let seed = tenant().policy(duty(), [settings::approval(["bob", "carol"])]).build().unwrap();
    let clock = VirtualClock::automatic(NOW);
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let one = open(&seed, &clock, Arc::clone(&journal)).unwrap();
    let request =
        block_on(one.backend(person("alice")).submit(&activation("alice", Period::hours(1)))).unwrap();
    let two = open(&seed, &clock, Arc::clone(&journal)).unwrap();
    let key = request.approval_key().unwrap();
    let client =
        |service: &Embedded, name| Client::new(service.backend(person(name)), pim_tests::unguarded());
    block_on(client(&one, "bob").deny(&key, None)).unwrap();
    let late = block_on(client(&two, "carol").approve(&key, None)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Conflict);
    block_on(two.refresh()).unwrap();
    let seen = block_on(client(&two, "alice").get_request(&request.key())).unwrap();
    assert_eq!(seen.status, RequestStatus::Denied);
    assert_eq!(active(&two, "alice"), 0);
}

/// What falls due is taken in once, whichever service looks first.
#[test]
fn what_falls_due_is_taken_in_once() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::default());
    let services: Vec<_> = (0..3).map(|_| open(&seed, &clock, Arc::clone(&journal)).unwrap()).collect();
    block_on(services[0].backend(person("alice")).submit(&activation("alice", Period::hours(1)))).unwrap();
    services.iter().for_each(|service| block_on(service.refresh()).unwrap());
    clock.advance(Period::hours(1));
    for service in &services {
        assert_eq!(active(service, "alice"), 0);
    }
    let events = block_on(journal.read(0)).unwrap();
    let ended = |event: &&pim_embedded::engine::Event| {
        matches!(event.fact, pim_embedded::engine::Fact::GrantEnded { .. })
    };
    assert_eq!(events.iter().filter(ended).count(), 1);
    assert_replays(&services[2], &seed, &clock, &journal);
}

/// Somebody else keeps being first: the command is tried again on the new state, and given up at last.
#[test]
fn a_conflict_reloads_and_tries_again() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    for (conflicts, succeeds) in [(1, true), (15, true), (16, false)] {
        let journal = Arc::new(Faulty::new((0..conflicts).map(|_| Fault::Conflict)));
        let shared = Arc::clone(&journal) as Arc<dyn Journal>;
        let service = open(&seed, &clock, Arc::clone(&shared)).unwrap();
        let answer =
            block_on(service.backend(person("alice")).submit(&activation("alice", Period::hours(1))));
        assert_eq!(answer.is_ok(), succeeds, "after {conflicts} conflicts: {answer:?}");
        if let Err(error) = answer {
            assert_eq!(error.kind(), ErrorKind::Unavailable);
        }
        assert_eq!(active(&service, "alice"), usize::from(succeeds));
        assert!(journal.reads.load(Ordering::Relaxed) > 1, "it looked again before it tried again");
        assert_replays(&service, &seed, &clock, &shared);
    }
}

/// A journal that fails says nothing of the outcome: the service says so too, and then shows what is kept.
#[test]
fn a_failing_journal_leaves_the_outcome_open_and_the_state_true() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    for (fault, kept) in [(Fault::FailBefore, 0), (Fault::FailAfter, 1)] {
        let journal: Arc<dyn Journal> = Arc::new(Faulty::new([fault]));
        let service = open(&seed, &clock, Arc::clone(&journal)).unwrap();
        let backend = service.backend(person("alice"));
        let error = block_on(backend.submit(&activation("alice", Period::hours(1)))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{fault:?}");
        assert!(std::error::Error::source(&error).is_some(), "the cause is told");
        assert_eq!(active(&service, "alice"), kept, "{fault:?}");
        let again = block_on(backend.submit(&activation("alice", Period::hours(1))));
        assert_eq!(again.is_ok(), kept == 0, "{fault:?}: {again:?}");
        assert_eq!(active(&service, "alice"), 1);
        assert_replays(&service, &seed, &clock, &journal);
    }
}

/// While the journal can't be read nothing is shown and nothing done; afterwards all is there.
#[test]
fn an_unreachable_journal_is_unavailable_and_comes_back() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    let journal = Arc::new(Faulty::new([Fault::None, Fault::FailBefore]));
    let service = open(&seed, &clock, Arc::clone(&journal) as Arc<dyn Journal>).unwrap();
    block_on(service.backend(person("bob")).submit(&activation("bob", Period::hours(1)))).unwrap();
    block_on(service.backend(person("alice")).submit(&activation("alice", Period::hours(1)))).unwrap_err();
    journal.unreadable.store(true, Ordering::Relaxed);
    let backend = service.backend(person("alice"));
    let read = backend.list_assignments(&AssignmentQuery::default(), None);
    let read = block_on(Pager::new(read, None).collect_all()).unwrap_err();
    assert_eq!(read.kind(), ErrorKind::Unavailable);
    let write = block_on(backend.submit(&activation("alice", Period::hours(1)))).unwrap_err();
    assert_eq!(write.kind(), ErrorKind::Unavailable);
    journal.unreadable.store(false, Ordering::Relaxed);
    assert_eq!((active(&service, "alice"), active(&service, "bob")), (0, 1));
}

/// A call that is dropped half-way: before the journal has it nothing happened, after that all of it.
#[test]
fn a_dropped_call_leaves_what_the_journal_says() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    for (fault, kept) in [(Fault::StallBefore, 0), (Fault::StallAfter, 1)] {
        let journal: Arc<dyn Journal> = Arc::new(Faulty::new([fault]));
        let service = open(&seed, &clock, Arc::clone(&journal)).unwrap();
        let backend = service.backend(person("alice"));
        let ask = activation("alice", Period::hours(1));
        let mut call = backend.submit(&ask).boxed();
        assert!(block_on(poll_immediate(&mut call)).is_none(), "it waits for the journal");
        drop(call);
        assert_eq!(block_on(service.events(0)).unwrap().is_empty(), kept == 0);
        assert_eq!(active(&service, "alice"), kept, "{fault:?}");
        block_on(service.backend(person("bob")).submit(&activation("bob", Period::hours(1)))).unwrap();
        assert_eq!((active(&service, "alice"), active(&service, "bob")), (kept, 1));
        assert_replays(&service, &seed, &clock, &journal);
    }
}

/// Others wait for a call that waits for the journal, and see its outcome.
#[test]
fn reads_wait_for_a_write_on_its_way() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    let journal: Arc<dyn Journal> = Arc::new(Faulty::new([Fault::StallAfter]));
    let service = open(&seed, &clock, Arc::clone(&journal)).unwrap();
    let backend = service.backend(person("alice"));
    let ask = activation("alice", Period::hours(1));
    let mut call = backend.submit(&ask).boxed();
    assert!(block_on(poll_immediate(&mut call)).is_none());
    let reader = service.backend(person("bob"));
    let query = AssignmentQuery { view: pim_core::backend::View::Mine, ..AssignmentQuery::default() };
    let mut read = Pager::new(reader.list_assignments(&query, None), None).collect_all().boxed();
    assert!(block_on(poll_immediate(&mut read)).is_none(), "what is on its way may not be shown");
    drop(call);
    assert!(block_on(read).unwrap().is_empty());
}

/// A damaged entry is named, with its number; nothing is guessed.
#[test]
fn a_corrupt_journal_names_the_entry() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    let journal = Arc::new(MemoryJournal::default());
    let service = open(&seed, &clock, Arc::clone(&journal) as Arc<dyn Journal>).unwrap();
    for name in ["alice", "bob"] {
        block_on(service.backend(person(name)).submit(&activation(name, Period::hours(1)))).unwrap();
    }
    let text = String::from_utf8(journal.bytes()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for damaged in 0..lines.len() {
        for damage in ["", "{}", "nonsense", &lines[damaged][..lines[damaged].len() / 2]] {
            let mut changed = lines.clone();
            changed[damaged] = damage;
            let bytes = changed.join("\n") + "\n";
            let error = MemoryJournal::from_bytes(bytes.as_bytes()).unwrap_err();
            let JournalError::Corrupt { entry, .. } = &error else { panic!("{error}") };
            assert_eq!(*entry, damaged as u64 + 1, "{damage}");
            assert!(error.to_string().starts_with(&format!("entry {} of the journal", damaged + 1)));
        }
    }
    let corrupt: Arc<dyn Journal> = Arc::new(Faulty::corrupt(2));
    let error = open(&seed, &clock, corrupt).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert!(error.message().contains("entry 2"), "{error}");
}

/// A journal written elsewhere goes on where it ended.
#[test]
fn a_journal_goes_on_in_another_process() {
    let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
    let journal = Arc::new(MemoryJournal::default());
    let service = open(&seed, &clock, Arc::clone(&journal) as Arc<dyn Journal>).unwrap();
    let request = block_on(service.backend(person("root")).submit(&assignment("alice"))).unwrap();
    block_on(service.backend(person("bob")).submit(&activation("bob", Period::hours(1)))).unwrap();
    let before = shown(&service);
    drop(service);
    let moved: Arc<dyn Journal> = Arc::new(MemoryJournal::from_bytes(&journal.bytes()).unwrap());
    let service = open(&seed, &clock, Arc::clone(&moved)).unwrap();
    assert_eq!(shown(&service), before);
    let again = block_on(service.backend(person("root")).submit(&assignment("alice"))).unwrap_err();
    assert_eq!(again.code(), Some("RoleAssignmentExists"));
    let next = block_on(service.backend(person("root")).submit(&assignment("carol"))).unwrap();
    assert_ne!(next.id, request.id, "ids are not given away twice");
    clock.advance(Period::hours(1));
    assert_eq!(active(&service, "bob"), 0, "what was to end, ends");
}

/// What happens in a history.
#[derive(Clone, Debug)]
enum Step {
    Activate(&'static str, Period),
    Deactivate(&'static str),
    Assign(&'static str),
    Wait(Period),
    Refresh,
}

fn step() -> impl Strategy<Value = Step> {
    let person = strategies::person;
    prop_oneof![
        4 => (person(), strategies::period()).prop_map(|(name, length)| Step::Activate(name, length)),
        2 => person().prop_map(Step::Deactivate),
        1 => person().prop_map(Step::Assign),
        2 => strategies::period().prop_map(Step::Wait),
        1 => Just(Step::Refresh),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        6 => Just(Fault::None),
        2 => Just(Fault::Conflict),
        1 => Just(Fault::FailBefore),
        1 => Just(Fault::FailAfter),
        1 => Just(Fault::StallBefore),
        1 => Just(Fault::StallAfter),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever two services do on a journal that fails, conflicts and is left hanging: every acknowledged
    /// request is in it exactly once, and all who read it see the same.
    #[test]
    fn nothing_acknowledged_is_lost(
        steps in prop::collection::vec((any::<bool>(), step()), 1..24),
        faults in prop::collection::vec(fault(), 0..24),
    ) {
        let (seed, clock) = (tenant().build().unwrap(), VirtualClock::automatic(NOW));
        let faulty = Arc::new(Faulty::new(faults));
        let journal = Arc::clone(&faulty) as Arc<dyn Journal>;
        let services = [(); 2].map(|()| open(&seed, &clock, Arc::clone(&journal)).unwrap());
        let mut acknowledged = Vec::new();
        for (second, step) in steps {
            let service = &services[usize::from(second)];
            let (name, ask) = match step {
                Step::Activate(name, length) => (name, activation(name, length)),
                Step::Deactivate(name) => {
                    (name, NewRequest::new(Action::SelfDeactivate, Level::Assignment, id_of(name), duty()))
                }
                Step::Assign(name) => ("root", assignment(name)),
                Step::Wait(length) => {
                    clock.advance(length);
                    continue;
                }
                Step::Refresh => {
                    block_on(service.refresh()).unwrap();
                    continue;
                }
            };
            let backend = service.backend(person(name));
            if let Some(Ok(request)) = block_on(poll_immediate(backend.submit(&ask))) {
                acknowledged.push((request, clock.now()));
            }
        }
        faulty.heal();
        let events = block_on(journal.read(0)).unwrap();
        for (request, at) in &acknowledged {
            let made = events.iter().filter(|event| match &event.fact {
                pim_embedded::engine::Fact::RequestMade(made) => made.id.request() == request.id,
                _ => false,
            });
            let times: Vec<_> = made.map(|event| event.at).collect();
            prop_assert_eq!(times, vec![*at], "an acknowledged request is kept once");
        }
        for service in &services {
            assert_replays(service, &seed, &clock, &journal);
        }
        // Taking in the events one by one on a bare engine gives the same too.
        let mut engine = Engine::new(seed.clone(), NOW);
        block_on(journal.read(0)).unwrap().iter().for_each(|event| engine.apply(event));
        prop_assert_eq!(engine.outbox(0), block_on(services[0].outbox(0)).unwrap());
    }
}
