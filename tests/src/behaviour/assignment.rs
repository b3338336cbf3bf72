//! What administrators grant and take away. C2, D1, X3.

use pim_core::{
    audit::AuditResult,
    backend::{AuditQuery, Filter, RequestQuery},
    client::{Assign, BulkOptions, Revoke, Update},
    error::{ErrorKind, Retry, ViolatedRule},
    id::{PrincipalId, RoleId, UnitId},
    policy::{Requirement, RuleKind},
    privilege::{DirectoryScope, Privilege},
    request::{RequestKey, RequestStatus},
    schedule::{Level, Origin, Via},
    time::{Expiry, Period, Window},
};
use pim_embedded::{
    engine::{Caller, Command},
    seed::{SeedBuilder, guid_of, id_of},
};

use crate::{Harness, NOW, World, duty, global, refused, settings, small};

const POLICY: &str = "RoleAssignmentRequestPolicyValidationFailed";
const LAST: &str = "LastAdministratorCannotBeRemoved";

fn week() -> Expiry {
    Expiry::After(Period::days(7))
}

fn assign(name: &str, level: Level, expiry: Expiry) -> Assign {
    Assign { justification: Some("planned work".into()), ..Assign::new(level, id_of(name), duty(), expiry) }
}

/// An application that may administer role assignments.
fn with_robot(seed: SeedBuilder) -> SeedBuilder {
    let graph = "00000003-0000-0000-c000-000000000000";
    seed.application("robot").edit(|records| {
        let robot = records.service_principals.last_mut().unwrap();
        robot.permissions.push(pim_core::directory::AppPermission {
            resource: graph.parse().unwrap(),
            role: RoleId::from_guid([1; 16]),
            name: Some("RoleManagement.ReadWrite.Directory".into()),
        });
    })
}

/// An assignment for now is in force at once, with a start of the service's own.
pub(super) async fn is_in_force_at_once(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let past =
        Assign { start: Some(NOW - Period::days(30)), ..assign("alice", Level::Assignment, Expiry::Never) };
    let request = world.client("root").assign(past).await.unwrap();
    assert_eq!((request.status.clone(), request.approval.clone()), (RequestStatus::Provisioned, None));
    assert_eq!((request.asked.start, request.completed.is_some()), (Some(NOW), true));
    assert_eq!(request.requestor, Some(id_of("root")));
    let held = world.holding("alice", &duty()).await;
    assert_eq!((held.window, held.origin.clone()), (Window::from(NOW), Origin::Assigned));
    assert!(held.is_standing() && Some(&held.id) == request.schedule.as_ref());
    assert!(world.eligible("alice", &duty()).await.is_empty());
}

/// An assignment for later is a schedule until its start, and ends by itself.
pub(super) async fn comes_into_force_at_its_start(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let (start, length) = (NOW + Period::days(2), Period::days(7));
    let ask = Assign { start: Some(start), ..assign("alice", Level::Assignment, week()) };
    let request = world.client("root").assign(ask).await.unwrap();
    assert_eq!((&request.status, request.completed), (&RequestStatus::Granted, Some(start)));
    assert!(!world.holds("alice", &duty()).await);
    assert_eq!(world.planned(&duty()).await.len(), 1);
    world.until(start).await;
    assert_eq!(world.status(&request).await, RequestStatus::Provisioned);
    assert_eq!(
        world.holding("alice", &duty()).await.window,
        Window::new(Some(start), Some(start + length)).unwrap()
    );
    world.until(start + length).await;
    assert!(world.planned(&duty()).await.is_empty());
}

/// The same twice is refused, per family and scope; beside it the other family and other scopes are not.
pub(super) async fn exists_once_for_each_family_and_scope(h: &dyn Harness) {
    let unit = UnitId::from_guid(guid_of("sales"));
    let world = World::of(h, small().unit("sales", [])).await;
    for level in [Level::Assignment, Level::Eligibility] {
        world.assign("alice", level.clone(), &duty(), Expiry::Never).await.unwrap();
        for expiry in [Expiry::Never, week()] {
            let again = world.assign("alice", level.clone(), &duty(), expiry).await;
            refused(again, ErrorKind::AlreadyExists, "RoleAssignmentExists");
        }
    }
    let role = duty().role_id().unwrap().clone();
    let narrow = Privilege::DirectoryRole { role, scope: DirectoryScope::AdministrativeUnit(unit) };
    world.assign("alice", Level::Assignment, &narrow, Expiry::Never).await.unwrap();
    assert_eq!(world.holding("alice", &narrow).await.privilege, narrow);
    assert_eq!(world.requests().await.len(), 3);
}

/// A removal answers `Revoked`, without schedule and times, and takes away at once.
pub(super) async fn is_taken_away(h: &dyn Harness) {
    let seed = small().standing("alice", duty()).eligible("alice", duty());
    let world = World::of(h, seed).await;
    for level in [Level::Assignment, Level::Eligibility] {
        let request = world.revoke("alice", level.clone(), &duty()).await.unwrap();
        assert_eq!(request.status, RequestStatus::Revoked);
        let asked = &request.asked;
        assert_eq!((asked.start, asked.expiry, request.schedule.as_ref()), (None, None, None));
        assert_eq!(request.completed, None);
        let again = world.revoke("alice", level, &duty()).await;
        refused(again, ErrorKind::NotFound, "RoleAssignmentDoesNotExist");
    }
    assert!(!world.holds("alice", &duty()).await && world.eligible("alice", &duty()).await.is_empty());
}

/// An active assignment stays for five minutes; the refusal is on record, and an eligibility has no such rule.
pub(super) async fn stays_for_five_minutes(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    world.assign("alice", Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    world.assign("bob", Level::Eligibility, &duty(), Expiry::Never).await.unwrap();
    world.advance(Period::minutes(4)).await;
    let young = world.revoke("alice", Level::Assignment, &duty()).await;
    let error = refused(young, ErrorKind::InvalidTransition, "ActiveDurationTooShort");
    let Retry::After(wait) = error.retry() else { panic!("waiting helps: {error}") };
    assert!(
        wait >= Period::minutes(1) && wait <= Period::minutes(5),
        "{wait} is enough, and no more than ever"
    );
    world.revoke("bob", Level::Eligibility, &duty()).await.unwrap();
    let query = AuditQuery { activity: Some("Process role removal request".into()), ..AuditQuery::default() };
    let rows = world.client("root").audit(&query, None).collect_all().await.unwrap();
    assert_eq!((rows.len(), &rows[0].result), (1, &AuditResult::Failure));
    assert_eq!(rows[0].reason.as_ref().unwrap().expose(), "ActiveDurationTooShort");
    world.advance(Period::minutes(1)).await;
    world.revoke("alice", Level::Assignment, &duty()).await.unwrap();
}

/// Whoever is too early is told how much.
pub(super) async fn tells_when_it_can_be_taken_away(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    world.assign("alice", Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    world.advance(Period::minutes(4)).await;
    let error = world.revoke("alice", Level::Assignment, &duty()).await.unwrap_err();
    assert_eq!(error.retry(), Retry::After(Period::minutes(1)));
}

/// An update changes the window under a new id, and is judged by the rules for new grants.
pub(super) async fn is_updated_in_place(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let first = world.assign("alice", Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    world.advance(Period::hours(1)).await;
    let end = NOW + Period::days(30);
    let ask = Update::new(Level::Assignment, id_of("alice"), duty(), Expiry::At(end));
    refused(world.client("root").update(ask.clone()).await, ErrorKind::PolicyViolation, POLICY);
    let ask = Update { justification: Some("for the move".into()), ..ask };
    let request = world.client("root").update(ask.clone()).await.unwrap();
    assert_eq!(request.status, RequestStatus::Provisioned);
    assert_ne!(request.id, first.id);
    let held = world.holding("alice", &duty()).await;
    assert_eq!(held.window, Window::new(Some(NOW), Some(end)).unwrap());
    assert_eq!(Some(&held.id), request.schedule.as_ref());
    let none = Update { principal: id_of("bob"), ..ask };
    refused(world.client("root").update(none).await, ErrorKind::NotFound, "RoleAssignmentDoesNotExist");
    world.until(end).await;
    assert!(!world.holds("alice", &duty()).await);
}

/// What the admin rules demand: an end, a length, a reason.
pub(super) async fn keeps_to_the_rules_for_administrators(h: &dyn Harness) {
    let rules = [
        settings::expiration(RuleKind::ExpirationAdminAssignment, Period::days(15)),
        settings::expiration(RuleKind::ExpirationAdminEligibility, Period::days(90)),
        settings::enablement(RuleKind::EnablementAdminEligibility, [Requirement::Mfa]),
    ];
    let world = World::of(h, small().policy(duty(), rules)).await;
    let root = world.client("root");
    let rules_of = |error: pim_core::error::Error| -> Vec<ViolatedRule> {
        error.violations().iter().map(|v| v.rule.clone()).collect()
    };
    let bare = Assign { justification: None, ..assign("alice", Level::Assignment, Expiry::Never) };
    let error = refused(root.assign(bare).await, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(rules_of(error), [ViolatedRule::Expiration, ViolatedRule::Justification]);
    let long = assign("alice", Level::Eligibility, Expiry::After(Period::days(91)));
    let error = refused(root.assign(long).await, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(rules_of(error), [ViolatedRule::Expiration]);
    let weak = world.client_of(Caller::without_mfa(id_of("root")));
    let ask = assign("alice", Level::Eligibility, Expiry::After(Period::days(90)));
    let error = refused(weak.assign(ask.clone()).await, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(rules_of(error), [ViolatedRule::Mfa]);
    assert!(world.requests().await.is_empty());
    root.assign(ask).await.unwrap();
    weak.assign(assign("alice", Level::Assignment, Expiry::After(Period::days(15)))).await.unwrap();
}

/// Whoever grants for too long, or without an end, is told the longest.
pub(super) async fn names_the_longest_that_is_allowed(h: &dyn Harness) {
    let rules = [settings::expiration(RuleKind::ExpirationAdminAssignment, Period::days(15))];
    let world = World::of(h, small().policy(duty(), rules)).await;
    for expiry in [Expiry::Never, Expiry::After(Period::days(16))] {
        let error = world.assign("alice", Level::Assignment, &duty(), expiry).await;
        let error = refused(error, ErrorKind::PolicyViolation, POLICY);
        assert_eq!(error.violations()[0].limit, Some(Period::days(15)));
    }
}

/// Nonsense is refused: an end in the past, or before the start.
pub(super) async fn refuses_times_that_make_no_sense(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let bad = "InvalidRoleAssignmentRequestSchedule";
    for (start, end) in
        [(None, NOW), (None, NOW - Period::days(1)), (Some(NOW + Period::days(3)), NOW + Period::days(2))]
    {
        let ask = Assign { start, ..assign("alice", Level::Assignment, Expiry::At(end)) };
        let error = world.client("root").assign(ask).await.unwrap_err();
        let by_policy = error.kind() == ErrorKind::PolicyViolation;
        assert!(by_policy || error.code() == Some(bad), "{start:?} {end}: {error}");
    }
    let short = assign("alice", Level::Assignment, Expiry::After(Period::minutes(4)));
    refused(world.client("root").assign(short).await, ErrorKind::PolicyViolation, POLICY);
    assert!(world.requests().await.is_empty());
}

/// Only who may administer does; what does not exist is told.
pub(super) async fn is_for_administrators_and_what_exists(h: &dyn Harness) {
    let seed = small().user_with("frank", |user| user.enabled = false).standing("frank", global());
    let world = World::of(h, seed.eligible("alice", global())).await;
    for name in ["alice", "bob", "frank"] {
        let refusal = world.client(name).assign(assign("bob", Level::Eligibility, week())).await;
        refused(refusal, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
    }
    let root = world.client("root");
    let nobody =
        Assign { principal: PrincipalId::from_guid([9; 16]), ..assign("bob", Level::Eligibility, week()) };
    refused(root.assign(nobody).await, ErrorKind::NotFound, "SubjectNotFound");
    let nothing = Assign {
        privilege: Privilege::role(RoleId::from_guid([9; 16])),
        ..assign("bob", Level::Eligibility, week())
    };
    refused(root.assign(nothing).await, ErrorKind::NotFound, "RoleNotFound");
    let scope = DirectoryScope::AdministrativeUnit(UnitId::from_guid([9; 16]));
    let role = duty().role_id().unwrap().clone();
    let nowhere = Assign {
        privilege: Privilege::DirectoryRole { role, scope },
        ..assign("bob", Level::Eligibility, week())
    };
    refused(root.assign(nowhere).await, ErrorKind::InvalidInput, "InvalidScope");
    assert!(world.requests().await.is_empty());
}

/// An application administers by its permission, and never where the rules demand a second factor.
pub(super) async fn is_open_to_applications_with_permission(h: &dyn Harness) {
    let mfa = settings::enablement(RuleKind::EnablementAdminEligibility, [Requirement::Mfa]);
    let seed = with_robot(small()).application("spy").policy(duty(), [mfa]);
    let world = World::of(h, seed).await;
    let robot = world.client_of(Caller::application(id_of("robot")));
    let request = robot.assign(assign("alice", Level::Assignment, week())).await.unwrap();
    assert_eq!(request.requestor, Some(id_of("robot")));
    let blocked = robot.assign(assign("alice", Level::Eligibility, week())).await;
    let error = refused(blocked, ErrorKind::PolicyViolation, POLICY);
    assert_eq!((error.violations()[0].rule.clone(), error.step_up()), (ViolatedRule::Mfa, None));
    let spy = world.client_of(Caller::application(id_of("spy")));
    let denied = spy.assign(assign("bob", Level::Assignment, week())).await;
    refused(denied, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
}

/// The last active Global Administrator can't be removed through PIM, nor the last Privileged Role
/// Administrator, nor the last way to become Global Administrator.
pub(super) async fn keeps_the_last_administrator(h: &dyn Harness) {
    let privileged = Privilege::role(RoleId::PRIVILEGED_ROLE_ADMINISTRATOR);
    let seed = small().standing("alice", global()).standing("bob", privileged.clone());
    let world = World::of(h, seed.eligible("carol", global())).await;
    refused(world.revoke("bob", Level::Assignment, &privileged).await, ErrorKind::Conflict, LAST);
    world.revoke("alice", Level::Assignment, &global()).await.unwrap();
    refused(world.revoke("root", Level::Assignment, &global()).await, ErrorKind::Conflict, LAST);
    world.revoke("carol", Level::Eligibility, &global()).await.unwrap();
    assert!(world.holds("root", &global()).await && world.holds("bob", &privileged).await);
}

/// With no Global Administrator active, one who may become it keeps that, against removal and against time.
pub(super) async fn keeps_the_last_way_to_administer(h: &dyn Harness) {
    let privileged = Privilege::role(RoleId::PRIVILEGED_ROLE_ADMINISTRATOR);
    let month = Window::new(Some(NOW), Some(NOW + Period::days(30))).unwrap();
    let seed = small().standing("bob", privileged).eligible_in("carol", global(), month);
    let world = World::of(h, seed).await;
    let gone = Command::RemoveOutsidePim(id_of("root"), global());
    world.service().execute(&Caller::with_mfa(id_of("bob")), &gone).await.unwrap();
    let remove = Revoke::new(Level::Eligibility, id_of("carol"), global());
    refused(world.client("bob").revoke(remove).await, ErrorKind::Conflict, LAST);
    world.advance(Period::days(31)).await;
    let kept = world.eligible("carol", &global()).await;
    assert_eq!((kept.len(), kept[0].window.end()), (1, None), "it stays for good");
}

/// Outside PIM nobody guards the last administrator, and what is made there has no start.
pub(super) async fn is_made_and_removed_outside_pim(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let root = Caller::with_mfa(id_of("root"));
    let service = world.service().clone();
    service.execute(&root, &Command::AssignOutsidePim(id_of("alice"), duty())).await.unwrap();
    let held = world.holding("alice", &duty()).await;
    assert_eq!((held.window, held.origin.clone()), (Window::ALWAYS, Origin::Assigned));
    assert_eq!(held.id.to_string(), held.instance.as_ref().unwrap().to_string());
    let again = world.assign("alice", Level::Assignment, &duty(), week()).await;
    refused(again, ErrorKind::AlreadyExists, "RoleAssignmentExists");
    service.execute(&root, &Command::RemoveOutsidePim(id_of("root"), global())).await.unwrap();
    let nobody = world.client("root").roles(&Default::default(), None).collect_all().await;
    assert!(nobody.is_ok(), "what roles are is no secret");
    assert!(!world.holds("root", &global()).await);
}

/// A role given to a group that may not hold one is granted for ever and never in force.
pub(super) async fn can_stay_granted_for_ever(h: &dyn Harness) {
    let plain = |name: &str, seed: SeedBuilder| {
        seed.group_with(name, ["alice"], |group| group.group.role_assignable = false)
    };
    let world = World::of(h, plain("club", small()).group("staff", ["bob"])).await;
    let request = world.assign("club", Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    assert_eq!(request.status, RequestStatus::Granted);
    let fine = world.assign("staff", Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    assert_eq!(fine.status, RequestStatus::Provisioned);
    let held = world.holding("bob", &duty()).await;
    assert_eq!((held.principal, held.via), (id_of("staff"), Via::Group));
    world.advance(Period::days(20)).await;
    assert_eq!(world.status(&request).await, RequestStatus::Granted);
    assert!(!world.holds("alice", &duty()).await);
}

/// Many requests in one call are many requests: each its own, in order, and one that is refused stops no other.
pub(super) async fn is_made_for_many_at_once(h: &dyn Harness) {
    let names: Vec<_> = (0..45).map(|n| format!("p{n}")).collect();
    let seed = small().users(names.iter().map(String::as_str)).eligible("p21", duty());
    let world = World::of(h, seed).await;
    let asks = names.iter().map(|name| assign(name, Level::Eligibility, week())).collect();
    let root = world.client("root");
    let outcomes = root.assign_all(asks, BulkOptions { in_flight: 2 }).await;
    assert_eq!(outcomes.len(), names.len());
    for (name, outcome) in names.iter().zip(outcomes) {
        if name == "p21" {
            refused(outcome, ErrorKind::AlreadyExists, "RoleAssignmentExists");
            continue;
        }
        let made = outcome.unwrap();
        assert_eq!(made.asked.principal, id_of(name));
        let filter = Filter { principal: Some(id_of(name)), ..Filter::default() };
        let asked = |level| RequestQuery { filter: filter.clone(), level, ..RequestQuery::default() };
        let found = root.requests(&asked(Some(Level::Eligibility)), None).collect_all().await.unwrap();
        assert_eq!(found.iter().map(|seen| &seen.id).collect::<Vec<_>>(), [&made.id]);
        let other = root.requests(&asked(Some(Level::Assignment)), None).collect_all().await.unwrap();
        assert!(other.is_empty());
    }
}

/// Removing an eligibility leaves a running activation to its end, and bars the next one.
pub(super) async fn outlives_the_eligibility_behind_it(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    world.activate("alice", &duty()).await.unwrap();
    world.revoke("alice", Level::Eligibility, &duty()).await.unwrap();
    assert!(world.holds("alice", &duty()).await);
    world.advance(Period::hours(2)).await;
    assert!(!world.holds("alice", &duty()).await);
    refused(world.activate("alice", &duty()).await, ErrorKind::PolicyViolation, POLICY);
}

/// Requests are forgotten after 45 days, their grants are not: asking anew finds them there.
pub(super) async fn outlives_the_request_behind_it(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let request = world.assign("alice", Level::Eligibility, &duty(), Expiry::Never).await.unwrap();
    let key: RequestKey = request.key();
    world.advance(Period::days(45) - Period::seconds(1)).await;
    world.seen(&request).await;
    world.advance(Period::seconds(1)).await;
    let gone = world.client("root").get_request(&key).await;
    refused(gone, ErrorKind::NotFound, "RoleAssignmentRequestNotFound");
    assert!(world.requests().await.is_empty());
    assert_eq!(Some(&world.eligible("alice", &duty()).await[0].id), request.schedule.as_ref());
    let again = world.assign("alice", Level::Eligibility, &duty(), Expiry::Never).await;
    refused(again, ErrorKind::AlreadyExists, "RoleAssignmentExists");
}

/// A dry run of an administrator's request leaves nothing, and tells of duplicates.
pub(super) async fn can_be_tried(h: &dyn Harness) {
    let world = World::of(h, small().standing("alice", duty())).await;
    let root = world.client("root");
    let dry = |name| Assign { dry_run: true, ..assign(name, Level::Assignment, week()) };
    assert!(root.assign(dry("bob")).await.unwrap().asked.dry_run);
    refused(root.assign(dry("alice")).await, ErrorKind::AlreadyExists, "RoleAssignmentExists");
    let removal = Revoke { dry_run: true, ..Revoke::new(Level::Assignment, id_of("alice"), duty()) };
    root.revoke(removal).await.unwrap();
    assert!(world.holds("alice", &duty()).await && !world.holds("bob", &duty()).await);
    assert!(world.requests().await.is_empty());
}
