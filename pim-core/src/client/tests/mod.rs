mod bulk;
mod fake;
mod guarded;
mod settling;
mod waiting;

use std::sync::{Arc, Mutex};

use futures::executor::block_on;

use self::fake::{Fake, World};
use super::*;
use crate::{
    backend::{AssignmentQuery, EligibilityQuery, Filter, RoleQuery},
    id::{PrincipalId, RequestId, RoleId, ScheduleId},
    page::Continuation,
    policy::{Policy, Rule, RuleKind, Setting},
    privilege::{DirectoryScope, Privilege},
    request::{NewRequest, Request, RequestStatus},
    schedule::{Assignment, Level},
    time::{Expiry, Window},
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);
const ROLE: RoleId = RoleId::from_guid([0xaa; 16]);

fn who(n: u8) -> PrincipalId {
    PrincipalId::from_guid([n; 16])
}

fn role() -> Privilege {
    Privilege::role(ROLE)
}

fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

struct Stage {
    client: Client,
    world: Arc<Mutex<World>>,
    time: Arc<Mutex<Timestamp>>,
}

impl Stage {
    /// The caller is number 1.
    fn new(safeguards: Safeguards) -> Self {
        Self::with(Fake::new(Some(who(1)), NOW), safeguards)
    }

    fn with(fake: Fake, safeguards: Safeguards) -> Self {
        let (world, time) = (fake.world.clone(), fake.time());
        Self { client: Client::new(fake, safeguards), world, time }
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    fn calls(&self, operation: Operation) -> usize {
        self.world().calls.iter().filter(|call| **call == operation).count()
    }

    fn passed(&self) -> Period {
        self.time.lock().unwrap().since(NOW)
    }
}

fn unguarded() -> Safeguards {
    Safeguards { min_administrators: 0, ..Safeguards::default() }
}

fn taken(ask: NewRequest, status: RequestStatus, at: Timestamp) -> Request {
    let mut request = Request::new(RequestId::from_guid([0x11; 16]), status, ask);
    request.created = Some(at);
    request.requestor = Some(who(1));
    request
}

#[test]
fn what_a_backend_lacks_stops_before_anything_is_read() {
    let mut fake = Fake::new(Some(who(1)), NOW);
    fake.capabilities.actions.retain(|(_, action)| crate::guard::is_administrative(action));
    fake.capabilities.operations.remove(&Operation::ListRoles);
    fake.capabilities.operations.remove(&Operation::StopRound);
    fake.capabilities.rules.remove(&RuleKind::ExpirationEndUserAssignment);
    fake.capabilities.dry_run = false;
    let stage = Stage::with(fake, Safeguards::default());
    let (client, rule) = (&stage.client, RuleKind::ExpirationEndUserAssignment);
    let round = crate::review::RoundKey { review: "r".parse().unwrap(), round: "i".parse().unwrap() };
    let key = crate::approval::ApprovalKey { id: "a".parse().unwrap(), privilege: role() };
    let setting = Setting::Expiration { required: true, max: None };
    let errors = block_on(async {
        vec![
            client.activate(Activate::new(role())).await.unwrap_err(),
            client.deactivate(&role()).await.unwrap_err(),
            client.extend(Extend::new(Level::Eligibility, role(), Expiry::Never)).await.unwrap_err(),
            client.roles(&RoleQuery::default(), None).collect_all().await.unwrap_err(),
            client.stop(&round).await.unwrap_err(),
            client.approve(&key, None).await.unwrap_err(),
            client.update_policy(&role(), &[Rule { kind: rule, setting }]).await.unwrap_err(),
            client
                .revoke(Revoke { dry_run: true, ..Revoke::new(Level::Assignment, who(2), role()) })
                .await
                .unwrap_err(),
        ]
    });
    for error in &errors {
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.operation().is_some(), "{error}");
    }
    assert_eq!(stage.world().calls, []);
    let text = errors[0].to_string();
    assert!(text.contains("self_activate") && text.contains("directory_roles") && text.contains("sign-in"));
}

#[test]
fn self_actions_are_for_a_known_caller_alone() {
    let stage = Stage::with(Fake::new(None, NOW), Safeguards::default());
    let error = block_on(stage.client.activate(Activate::new(role()))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let stage = Stage::new(Safeguards::default());
    let ask = NewRequest::new(Action::SelfDeactivate, Level::Assignment, who(2), role());
    let error = block_on(stage.client.submit(&ask)).unwrap_err();
    assert_eq!((error.kind(), stage.calls(Operation::Submit)), (ErrorKind::InvalidInput, 0));
}

#[test]
fn without_a_duration_the_longest_is_asked() {
    let stage = Stage::new(unguarded());
    let rule = Rule {
        kind: RuleKind::ExpirationEndUserAssignment,
        setting: Setting::Expiration { required: true, max: Some(Period::hours(3)) },
    };
    stage.world().policy = Some(Policy::new("p".parse().unwrap(), role(), vec![rule]));
    stage.world().on_submit = Box::new(|ask, now| Ok(taken(ask, RequestStatus::Provisioned, now)));
    let ask = Activate { justification: Some("why".into()), ..Activate::new(role()) };
    let made = block_on(stage.client.activate(ask)).unwrap();
    assert_eq!(made.asked.expiry, Some(Expiry::After(Period::hours(3))));
    assert_eq!((made.asked.action, made.asked.principal), (Action::SelfActivate, who(1)));
    let ask = Activate { duration: Some(Period::hours(1)), ..Activate::new(role()) };
    let made = block_on(stage.client.activate(ask)).unwrap();
    assert_eq!(made.asked.expiry, Some(Expiry::After(Period::hours(1))));
    assert_eq!(stage.calls(Operation::GetPolicy), 1);
}

#[test]
fn extending_ones_own_is_a_request_and_anothers_a_deed() {
    let stage = Stage::new(unguarded());
    stage.world().on_submit = Box::new(|ask, now| Ok(taken(ask, RequestStatus::Provisioned, now)));
    let own = Extend::new(Level::Eligibility, role(), Expiry::Never);
    let made = block_on(stage.client.extend(own.clone())).unwrap().asked;
    assert_eq!((made.action, made.principal), (Action::SelfExtend, who(1)));
    let made = block_on(stage.client.extend(Extend { principal: Some(who(4)), ..own })).unwrap().asked;
    assert_eq!((made.action, made.principal), (Action::AdminExtend, who(4)));
    let own = Renew::new(Level::Eligibility, role(), Expiry::Never);
    assert_eq!(block_on(stage.client.renew(own)).unwrap().asked.action, Action::SelfRenew);
}

#[test]
fn a_continuation_belongs_to_its_list() {
    let stage = Stage::new(unguarded());
    let rows = (2..4).map(|n| Assignment::new(ScheduleId::from_guid([n; 16]), who(n), role()));
    stage.world().assignments = rows.collect();
    let query = AssignmentQuery::default();
    block_on(async {
        let mut list = stage.client.assignments(&query, None);
        let start = list.continuation().cloned().unwrap();
        assert_eq!(list.next_page().await.unwrap().unwrap().items.len(), 1);
        let place = list.continuation().cloned().unwrap();

        let resumed = stage.client.assignments(&query, Some(place.clone()));
        assert_eq!(resumed.continuation(), Some(&place));
        let rest = resumed.collect_all().await.unwrap();
        assert_eq!(rest.iter().map(|row| &row.principal).collect::<Vec<_>>(), [&who(3)]);
        assert_eq!(
            stage.client.assignments(&query, Some(start.clone())).collect_all().await.unwrap().len(),
            2
        );
        let begin = Some(Continuation::start());
        assert_eq!(stage.client.assignments(&query, begin).collect_all().await.unwrap().len(), 2);

        let before = stage.world().calls.len();
        let narrower = Filter { principal: Some(who(3)), ..Filter::default() };
        let narrower = AssignmentQuery { filter: narrower, ..AssignmentQuery::default() };
        for from in [place.clone(), start, Continuation::new("second")] {
            let error = stage.client.assignments(&narrower, Some(from)).collect_all().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
        let query = EligibilityQuery::default();
        let error = stage.client.eligibilities(&query, Some(place)).collect_all().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::InvalidInput, Some(Operation::ListEligibilities))
        );
        assert_eq!(stage.world().calls.len(), before);
    });
}

/// A fingerprint that changed would make stored continuations useless.
#[test]
fn a_stored_continuation_stays_good() {
    let stage = Stage::new(unguarded());
    let list = stage.client.assignments(&AssignmentQuery::default(), None);
    assert_eq!(list.continuation().unwrap().as_str(), "8a56bedabb21ccb8.");
}

fn lost(_: NewRequest, _: Timestamp) -> Result<Request> {
    Err(Error::new(ErrorKind::OutcomeUnknown, "the reply was lost"))
}

fn assign() -> Assign {
    Assign {
        justification: Some("a project".into()),
        ..Assign::new(Level::Assignment, who(2), role(), Expiry::After(Period::days(1)))
    }
}

#[test]
fn a_client_goes_anywhere() {
    fn anywhere<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn sendable<T: Send>(_: T) {}
    let stage = Stage::new(Safeguards::default());
    anywhere(&stage.client);
    sendable(stage.client.assign(assign()));
    sendable(stage.client.assign_all(vec![assign()], BulkOptions::default()));
    sendable(stage.client.update_policy(&role(), &[]));
    let key =
        crate::request::RequestKey { id: "r".parse().unwrap(), level: Level::Assignment, privilege: role() };
    sendable(stage.client.wait_for(&key, conditions::active, Period::ZERO));
    assert!(matches!(role(), Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. }));
}
