//! Where no guard is needed, but a client that knows the service.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use futures::executor::block_on;
use pim_core::{
    backend::Operation,
    client::{Activate, Assign, Client, conditions},
    error::ErrorKind,
    id::RoleId,
    privilege::Privilege,
    request::RequestStatus,
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::{Caller, Command, Event},
    journal::{Journal, JournalError, MemoryJournal},
    seed::id_of,
};
use pim_tests::{Counting, Counts, NOW, duty, small, unguarded};

use super::Stage;

/// `Granted` is accepted, not active, and for a group that may hold no role it never will be.
#[test]
fn taking_granted_for_active_runs_without_rights() {
    let seed = small().group_with("club", ["alice"], |group| group.group.role_assignable = false);
    let stage = Stage::new(seed, &[]);
    let ask = Assign {
        justification: Some("planned work".into()),
        ..Assign::new(Level::Assignment, id_of("club"), duty(), Expiry::Never)
    };
    let request = block_on(stage.client.assign(ask)).unwrap();
    assert_eq!(request.status, RequestStatus::Granted, "it looks like success");
    let key = request.key();
    let waited = stage.client.wait_for(&key, conditions::active, Period::hours(1));
    let error = block_on(waited).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.context().any(|fact| fact == ("status", "granted")));
    assert!(!block_on(stage.world.holds("alice", &duty())));
}

/// A request that is gone says nothing about its grant; who takes it for the resource creates it again.
#[test]
fn taking_the_request_for_the_resource_loses_the_grant() {
    let stage = Stage::new(small(), &[]);
    let ask = Assign::new(Level::Eligibility, id_of("alice"), duty(), Expiry::Never);
    let request = block_on(stage.client.assign(ask.clone())).unwrap();
    block_on(stage.world.advance(Period::days(46)));
    let gone = block_on(stage.client.get_request(&request.key())).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    let again = block_on(stage.client.assign(ask)).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::AlreadyExists);
    let eligible = block_on(stage.world.eligible("alice", &duty()));
    assert_eq!((eligible.len(), Some(&eligible[0].id)), (1, request.schedule.as_ref()));
    let key = request.key();
    for client in [&stage.world.client("alice"), &stage.client] {
        let seen = client.wait_for(&key, conditions::active, Period::minutes(1));
        assert!(block_on(seen).unwrap().instance.is_some(), "the client looks at the grant");
    }
}

/// When the licence runs out, what was just in time stands for good, and what was eligible is gone: a tool that
/// takes the tenant for the truth writes that down as wanted.
#[test]
fn mirroring_a_tenant_without_licence_makes_the_damage_permanent() {
    let stage = Stage::new(small(), &[]);
    let until = Expiry::After(Period::days(30));
    let bounded = Assign {
        justification: Some("for a month".into()),
        ..Assign::new(Level::Assignment, id_of("alice"), duty(), until)
    };
    block_on(stage.client.assign(bounded)).unwrap();
    let may = Assign::new(Level::Eligibility, id_of("bob"), duty(), Expiry::Never);
    block_on(stage.client.assign(may)).unwrap();
    let root = Caller::with_mfa(id_of("root"));
    let lapsed = stage.world.service().execute(&root, &Command::LapseLicence);
    block_on(lapsed).unwrap();
    assert!(block_on(stage.world.holding("alice", &duty())).is_standing(), "it had an end before");
    assert_eq!(block_on(stage.world.eligible("bob", &duty())), []);
    let again = Assign::new(Level::Eligibility, id_of("bob"), duty(), Expiry::Never);
    let error = block_on(stage.client.assign(again)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!(error.code(), Some("AadPremiumLicenseRequired"), "the client says why, and changes nothing");
}

/// A journal that loses replies: it keeps the events, and says that it does not know.
#[derive(Debug, Default)]
struct Losing {
    kept: MemoryJournal,
    lose: AtomicBool,
}

#[async_trait]
impl Journal for Losing {
    async fn append(&self, at: u64, events: &[Event]) -> Result<(), JournalError> {
        self.kept.append(at, events).await?;
        if self.lose.swap(false, Ordering::Relaxed) {
            return Err(JournalError::Storage("the line went dead".into()));
        }
        Ok(())
    }

    async fn read(&self, from: u64) -> Result<Vec<Event>, JournalError> {
        self.kept.read(from).await
    }
}

/// After a lost reply a naive client sends again, and takes the refusal for failure or deletes what it finds.
#[test]
fn sending_again_after_a_lost_reply_is_wrong_either_way() {
    let journal = Arc::new(Losing::default());
    let clock = Arc::new(VirtualClock::automatic(NOW));
    let seed = small().eligible("alice", duty()).build().unwrap();
    let shared = Arc::clone(&journal) as Arc<dyn Journal>;
    let service = block_on(Embedded::open(seed, clock, shared, NOW)).unwrap();
    let raw = service.backend(Caller::with_mfa(id_of("alice")));
    let counts = Counts::default();
    let client = Client::new(Counting::new(Arc::new(raw), counts.clone()), unguarded());
    let ask = Activate {
        duration: Some(Period::hours(1)),
        justification: Some("planned work".into()),
        ..Activate::new(duty())
    };
    journal.lose.store(true, Ordering::Relaxed);
    let request = block_on(client.activate(ask.clone())).unwrap();
    assert_eq!(request.status, RequestStatus::Provisioned);
    assert_eq!(counts.of(Operation::Submit), 1, "it looked for the outcome instead of asking again");
    let held = block_on(client.my_assignments().collect_all()).unwrap();
    assert_eq!((held.len(), Some(&held[0].id)), (1, request.schedule.as_ref()));
    let again = block_on(client.activate(ask)).unwrap_err();
    assert_eq!(again.code(), Some("RoleAssignmentExists"), "which is what the naive client would see");
}

/// A running activation can't be prolonged, and ending it to begin anew costs the approval again.
#[test]
fn ending_to_begin_anew_loses_access_where_approval_is_needed() {
    let rules = [pim_tests::settings::approval(["bob"])];
    let stage = Stage::new(small().eligible("alice", duty()).policy(duty(), rules), &[]);
    let request = block_on(stage.world.activate("alice", &duty())).unwrap();
    block_on(stage.world.approve("bob", &request)).unwrap();
    block_on(stage.world.advance(Period::hours(1)));
    let longer = block_on(stage.world.activate("alice", &duty())).unwrap_err();
    assert_eq!(longer.kind(), ErrorKind::AlreadyExists);
    assert!(longer.message().contains("cannot be prolonged"), "the refusal says so: {longer}");
    assert!(block_on(stage.world.holds("alice", &duty())), "and nothing was ended for it");
    block_on(stage.world.client("alice").deactivate(&duty())).unwrap();
    let anew = block_on(stage.world.activate("alice", &duty())).unwrap();
    assert_eq!(anew.status, RequestStatus::PendingApproval);
    assert!(!block_on(stage.world.holds("alice", &duty())));
}

/// Group policies change their ids when the group comes under PIM; the client asks by privilege.
#[test]
fn keeping_the_id_of_a_group_policy_misses_it_later() {
    let seed = small().group_with("team", [], |group| group.group.under_pim = None);
    let stage = Stage::new(seed, &[]);
    let team = Privilege::member(pim_embedded::seed::group_of("team"));
    let kept = block_on(stage.client.policy(&team)).unwrap().id;
    let hour = pim_tests::settings::longest(Period::hours(1));
    block_on(stage.client.update_policy(&team, std::slice::from_ref(&hour))).unwrap();
    let now = block_on(stage.client.policy(&team)).unwrap();
    assert!(now.id != kept && now.rules.contains(&hour));
}

/// Calls that the backend can't do fail before anything is sent.
#[test]
fn asking_for_what_is_not_offered_sends_nothing() {
    let seed = small().application("robot");
    let stage = Stage::of(seed, &[], Caller::application(id_of("robot")));
    let kinds = Mutex::new(Vec::new());
    let note = |error: pim_core::error::Error| kinds.lock().unwrap().push(error.kind());
    let role = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    note(block_on(stage.client.activate(Activate::new(role.clone()))).unwrap_err());
    note(block_on(stage.client.deactivate(&role)).unwrap_err());
    let key =
        pim_core::approval::ApprovalKey { id: pim_core::id::ApprovalId::from_guid([1; 16]), privilege: role };
    note(block_on(stage.client.approve(&key, None)).unwrap_err());
    assert_eq!(kinds.into_inner().unwrap(), [ErrorKind::Unsupported; 3]);
    assert_eq!(stage.counts.total(), 0);
}
