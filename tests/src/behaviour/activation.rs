//! Activating and deactivating. A1-A4, A6-A10, P2, X3.

use pim_core::{
    backend::{AssignmentQuery, View, When},
    client::{Activate, conditions},
    error::{ErrorKind, Retry, StepUp, ViolatedRule},
    id::UnitId,
    policy::{Requirement, Session},
    privilege::{DirectoryScope, Privilege},
    request::{Action, NewRequest, RequestStatus, Ticket},
    schedule::{Level, Origin},
    time::{Expiry, Period, Timestamp, Window},
};
use pim_embedded::{
    engine::Caller,
    seed::{guid_of, id_of},
};

use crate::{Harness, NOW, World, duty, global, refused, settings, small, with_context};

const POLICY: &str = "RoleAssignmentRequestPolicyValidationFailed";

fn window(start: Timestamp, length: Period) -> Window {
    Window::new(Some(start), Some(start + length)).unwrap()
}

fn in_unit(name: &str) -> Privilege {
    let scope = DirectoryScope::AdministrativeUnit(UnitId::from_guid(guid_of(name)));
    Privilege::DirectoryRole { role: duty().role_id().unwrap().clone(), scope }
}

/// A2, A3, A6: without approval it is in force at once, and the eligibility stays.
pub(super) async fn starts_at_once_and_leaves_the_eligibility(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let before = world.eligible("alice", &duty()).await;
    let ask = Activate { ticket: Some(Ticket::new("7", "desk")), ..world.activation(&duty()) };
    let request = world.client("alice").activate(ask).await.unwrap();
    assert_eq!(request.status, RequestStatus::Provisioned);
    assert_eq!(
        (request.asked.start, request.asked.expiry),
        (Some(NOW), Some(Expiry::After(Period::hours(2))))
    );
    assert_eq!(request.asked.justification.as_ref().unwrap().expose(), "planned work");
    assert_eq!(request.asked.ticket, Some(Ticket::new("7", "desk")));
    assert_eq!((request.approval.as_ref(), request.requestor.clone()), (None, Some(id_of("alice"))));
    assert!(request.created.is_some() && request.completed.is_some() && request.schedule.is_some());
    let held = world.holding("alice", &duty()).await;
    assert_eq!(held.window, window(NOW, Period::hours(2)));
    assert_eq!(held.origin, Origin::Activated { using: Some(before[0].id.clone()) });
    assert_eq!((Some(&held.id), held.instance.is_some()), (request.schedule.as_ref(), true));
    assert_eq!(world.eligible("alice", &duty()).await, before, "an eligibility is not used up");
    assert_eq!(world.seen(&request).await, request);
}

/// A9: at its end it is gone, by itself, without another request; the eligibility can be used again.
pub(super) async fn ends_by_itself(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::hours(2) - Period::seconds(1)).await;
    assert!(world.holds("alice", &duty()).await);
    world.advance(Period::seconds(1)).await;
    assert!(!world.holds("alice", &duty()).await, "the end is not part of the window");
    assert!(world.planned(&duty()).await.is_empty());
    assert_eq!(world.status(&request).await, RequestStatus::Provisioned, "the request does not tell");
    assert_eq!(world.requests().await.len(), 1);
    assert_eq!(world.eligible("alice", &duty()).await.len(), 1);
    world.activate("alice", &duty()).await.unwrap();
    assert!(world.holds("alice", &duty()).await);
}

/// A7: accepted is not active; at its start it comes into force for its full length.
pub(super) async fn can_start_later(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let start = NOW + Period::hours(3);
    let ask = Activate { start: Some(start), ..world.activation(&duty()) };
    let request = world.client("alice").activate(ask).await.unwrap();
    assert_eq!(request.status, RequestStatus::Granted);
    assert_eq!((request.asked.start, request.completed), (Some(start), Some(start)));
    let planned = world.planned(&duty()).await;
    assert_eq!((planned.len(), planned[0].window), (1, window(start, Period::hours(2))));
    assert_eq!(planned[0].instance, None, "a schedule is no instance");
    world.advance(Period::hours(3) - Period::seconds(1)).await;
    assert!(!world.holds("alice", &duty()).await);
    assert_eq!(world.status(&request).await, RequestStatus::Granted);
    world.advance(Period::seconds(1)).await;
    assert_eq!(world.holding("alice", &duty()).await.window, window(start, Period::hours(2)));
    assert_eq!(world.status(&request).await, RequestStatus::Provisioned);
    world.advance(Period::hours(2)).await;
    assert!(!world.holds("alice", &duty()).await);
}

/// A6, A7: waiting for access ends when access is there, not before.
pub(super) async fn can_be_waited_for(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let start = NOW + Period::minutes(20);
    let client = world.client("alice");
    let ask = Activate { start: Some(start), ..world.activation(&duty()) };
    let request = client.activate(ask).await.unwrap();
    let early = client.wait_for(&request.key(), conditions::active, Period::minutes(10)).await;
    assert_eq!(early.unwrap_err().kind(), ErrorKind::Timeout);
    let seen = client.wait_for(&request.key(), conditions::active, Period::hours(1)).await.unwrap();
    assert!(seen.at >= start && world.holds("alice", &duty()).await);
    assert_eq!(seen.instance.unwrap().window, window(start, Period::hours(2)));
    let seen = client.wait_for(&request.key(), conditions::ended, Period::hours(3)).await.unwrap();
    assert!(seen.at >= start + Period::hours(2) && seen.instance.is_none());
}

/// A2: a start in the past means now, and costs nothing of the length.
pub(super) async fn takes_a_past_start_for_now(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let ask = Activate { start: Some(NOW - Period::hours(1)), ..world.activation(&duty()) };
    let request = world.client("alice").activate(ask).await.unwrap();
    assert_eq!((request.status, request.asked.start), (RequestStatus::Provisioned, Some(NOW)));
    assert_eq!(world.holding("alice", &duty()).await.window, window(NOW, Period::hours(2)));
}

/// A10: not in the first five minutes; then at once, and a new activation may follow.
pub(super) async fn ends_early_after_five_minutes(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::minutes(3)).await;
    let client = world.client("alice");
    let error =
        refused(client.deactivate(&duty()).await, ErrorKind::InvalidTransition, "ActiveDurationTooShort");
    let Retry::After(wait) = error.retry() else { panic!("waiting helps: {error}") };
    assert!(
        wait >= Period::minutes(2) && wait <= Period::minutes(5),
        "{wait} is enough, and no more than ever"
    );
    world.advance(Period::minutes(2) - Period::seconds(1)).await;
    refused(client.deactivate(&duty()).await, ErrorKind::InvalidTransition, "ActiveDurationTooShort");
    assert!(world.holds("alice", &duty()).await);
    world.advance(Period::seconds(1)).await;
    let request = client.deactivate(&duty()).await.unwrap();
    assert_eq!(request.status, RequestStatus::Revoked);
    let asked = &request.asked;
    assert_eq!((asked.start, asked.expiry, request.schedule.as_ref()), (None, None, None));
    assert!(!world.holds("alice", &duty()).await && world.planned(&duty()).await.is_empty());
    assert_eq!(world.eligible("alice", &duty()).await.len(), 1);
    let again = client.deactivate(&duty()).await;
    refused(again, ErrorKind::NotFound, "RoleAssignmentDoesNotExist");
    assert_eq!(world.activate("alice", &duty()).await.unwrap().status, RequestStatus::Provisioned);
}

/// A10: whoever is too early is told how much.
pub(super) async fn tells_when_it_can_be_ended(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::minutes(3)).await;
    let error = world.client("alice").deactivate(&duty()).await.unwrap_err();
    assert_eq!(error.retry(), Retry::After(Period::minutes(2)));
}

/// A10: what an administrator assigned is not the holder's to end.
pub(super) async fn does_not_end_a_standing_assignment(h: &dyn Harness) {
    let world = World::of(h, small().standing("alice", duty())).await;
    let ended = world.client("alice").deactivate(&duty()).await;
    refused(ended, ErrorKind::NotFound, "RoleAssignmentDoesNotExist");
    assert!(world.holds("alice", &duty()).await);
}

/// A2: a running or a planned activation can't be prolonged, not even from its end on.
pub(super) async fn does_not_overlap(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    world.activate("alice", &duty()).await.unwrap();
    let exists = |result| refused(result, ErrorKind::AlreadyExists, "RoleAssignmentExists");
    exists(world.activate("alice", &duty()).await);
    let later = Activate { start: Some(NOW + Period::hours(5)), ..world.activation(&duty()) };
    exists(world.client("alice").activate(later.clone()).await);
    world.advance(Period::hours(3)).await;
    world.client("alice").activate(later).await.unwrap();
    exists(world.activate("alice", &duty()).await);
    assert_eq!(world.requests().await.len(), 2, "a refused request leaves nothing");
}

/// A2, A3, A4, P2: every demand that is not met is told at once, and nothing is kept of the request.
pub(super) async fn names_every_unmet_demand(h: &dyn Harness) {
    let demands = [Requirement::Mfa, Requirement::Justification, Requirement::Ticketing];
    let seed = small().eligible("alice", duty());
    let world =
        World::of(h, seed.policy(duty(), [settings::demands(demands), settings::longest(Period::hours(1))]))
            .await;
    let ask = Activate { duration: Some(Period::hours(2)), ..Activate::new(duty()) };
    let weak = world.client_of(Caller::without_mfa(id_of("alice")));
    let error = refused(weak.activate(ask.clone()).await, ErrorKind::PolicyViolation, POLICY);
    let mut rules: Vec<_> = error.violations().iter().map(|v| v.rule.clone()).collect();
    rules.sort_by_key(|rule| rule.as_str().to_owned());
    use ViolatedRule::{Expiration, Justification, Mfa, Ticketing};
    assert_eq!(rules, [Expiration, Justification, Mfa, Ticketing]);
    assert_eq!(error.step_up(), Some(&StepUp::Mfa));
    assert!(world.requests().await.is_empty() && world.planned(&duty()).await.is_empty());
    let proper = Activate {
        duration: Some(Period::hours(1)),
        justification: Some("planned work".into()),
        ticket: Some(Ticket::new("7", "desk")),
        ..ask
    };
    refused(weak.activate(proper.clone()).await, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(world.client("alice").activate(proper).await.unwrap().status, RequestStatus::Provisioned);
}

/// A2, P2: whoever asks for too long is told the longest.
pub(super) async fn names_the_longest_that_is_allowed(h: &dyn Harness) {
    let seed = small().eligible("alice", duty()).policy(duty(), [settings::longest(Period::hours(1))]);
    let world = World::of(h, seed).await;
    let error = refused(world.activate("alice", &duty()).await, ErrorKind::PolicyViolation, POLICY);
    let longest = error.violations().iter().find_map(|v| v.limit);
    assert_eq!(longest, Some(Period::hours(1)));
}

/// A2, P2: up to the policy's maximum and not a tick more; five minutes and not a tick less.
pub(super) async fn keeps_to_the_limits_of_length(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty()).eligible("bob", duty())).await;
    let tick = Period::from_ticks(1);
    for length in [Period::hours(8) + tick, Period::minutes(5) - tick] {
        let ask = Activate { duration: Some(length), ..world.activation(&duty()) };
        let error = refused(world.client("alice").activate(ask).await, ErrorKind::PolicyViolation, POLICY);
        let rules: Vec<_> = error.violations().iter().map(|v| v.rule.clone()).collect();
        assert_eq!(rules, [ViolatedRule::Expiration], "{length}");
    }
    let longest = Activate { duration: None, ..world.activation(&duty()) };
    world.client("alice").activate(longest).await.unwrap();
    assert_eq!(world.holding("alice", &duty()).await.window, window(NOW, Period::hours(8)));
    let shortest = Activate { duration: Some(Period::minutes(5)), ..world.activation(&duty()) };
    world.client("bob").activate(shortest).await.unwrap();
    assert_eq!(world.holding("bob", &duty()).await.window, window(NOW, Period::minutes(5)));
}

/// A4: an authentication context is asked for with an answer of its own, and met by the session.
pub(super) async fn asks_for_an_authentication_context(h: &dyn Harness) {
    let rules = [settings::context(true), settings::demands([Requirement::Justification])];
    let seed = with_context(small()).eligible("alice", duty()).policy(duty(), rules);
    let world = World::of(h, seed).await;
    let error = refused(
        world.activate("alice", &duty()).await,
        ErrorKind::StepUpRequired,
        "RoleAssignmentRequestAcrsValidationFailed",
    );
    assert_eq!(error.step_up(), Some(&StepUp::Context("c1".parse().unwrap())));
    assert!(error.violations().is_empty() && world.requests().await.is_empty());
    let with = |context: &str| {
        let session = Session { contexts: [context.parse().unwrap()].into(), ..Session::default() };
        world.client_of(Caller { principal: id_of("alice"), session })
    };
    let other = with("c2").activate(world.activation(&duty())).await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::StepUpRequired);
    let met = with("c1").activate(world.activation(&duty())).await.unwrap();
    assert_eq!(met.status, RequestStatus::Provisioned);
}

/// A2: without an eligibility, of one's own or in force, there is nothing to activate.
pub(super) async fn needs_an_eligibility_in_force(h: &dyn Harness) {
    let later = Window::new(Some(NOW + Period::days(1)), None).unwrap();
    let short = Window::new(None, Some(NOW + Period::hours(1))).unwrap();
    let seed = small().eligible_in("bob", duty(), later).eligible_in("carol", duty(), short);
    let world = World::of(h, seed).await;
    let rules = |error: pim_core::error::Error| -> Vec<ViolatedRule> {
        error.violations().iter().map(|v| v.rule.clone()).collect()
    };
    for name in ["alice", "bob"] {
        let error = refused(world.activate(name, &duty()).await, ErrorKind::PolicyViolation, POLICY);
        assert_eq!(rules(error), [ViolatedRule::Eligibility], "{name}");
    }
    // An activation does not outlast what it rests on.
    let error = refused(world.activate("carol", &duty()).await, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(rules(error), [ViolatedRule::Expiration]);
    let fits = Activate { duration: Some(Period::hours(1)), ..world.activation(&duty()) };
    world.client("carol").activate(fits).await.unwrap();
    world.advance(Period::days(1)).await;
    world.activate("bob", &duty()).await.unwrap();
    let gone = refused(world.activate("carol", &duty()).await, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(rules(gone), [ViolatedRule::Eligibility]);
}

/// A8, X3, P7: a role is activated at the scope of the eligibility, no wider and no other.
pub(super) async fn keeps_to_the_scope_of_the_eligibility(h: &dyn Harness) {
    let (sales, sites) = (in_unit("sales"), in_unit("sites"));
    let seed = small().unit("sales", []).unit("sites", []).eligible("alice", sales.clone());
    let world = World::of(h, seed.eligible("bob", duty())).await;
    for wrong in [&duty(), &sites] {
        refused(world.activate("alice", wrong).await, ErrorKind::InvalidInput, "InvalidScope");
    }
    refused(world.activate("bob", &sales).await, ErrorKind::InvalidInput, "InvalidScope");
    let request = world.activate("alice", &sales).await.unwrap();
    assert_eq!(request.asked.privilege, sales);
    assert_eq!(world.holding("alice", &sales).await.privilege, sales);
    assert!(!world.holds("alice", &duty()).await && !world.holds("alice", &sites).await);
    assert!(world.requests().await.len() == 1);
}

/// A1, P7: a member activates what the group is eligible for, and holds it alone.
pub(super) async fn works_through_a_group(h: &dyn Harness) {
    let seed = small().group("crew", ["alice"]).eligible("crew", duty());
    let world = World::of(h, seed).await;
    let eligible = world.eligible("alice", &duty()).await;
    assert_eq!((eligible.len(), eligible[0].principal.clone()), (1, id_of("crew")));
    assert_eq!(eligible[0].via, pim_core::schedule::Via::Group);
    let request = world.activate("alice", &duty()).await.unwrap();
    assert_eq!(request.asked.principal, id_of("alice"));
    assert_eq!(world.holding("alice", &duty()).await.principal, id_of("alice"));
    assert_eq!(world.planned(&duty()).await.len(), 1, "the group itself holds nothing");
    let error = refused(world.activate("bob", &duty()).await, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(error.violations()[0].rule, ViolatedRule::Eligibility);
}

/// A1: everybody sees their own without a right to read, and nobody else's.
pub(super) async fn shows_everybody_their_own(h: &dyn Harness) {
    let seed = small().eligible("alice", duty()).eligible("bob", duty()).standing("bob", duty());
    let world = World::of(h, seed).await;
    world.activate("alice", &duty()).await.unwrap();
    let client = world.client("alice");
    let eligible = client.my_eligibilities().collect_all().await.unwrap();
    assert!(eligible.len() == 1 && eligible[0].principal == id_of("alice"));
    let held = client.my_assignments().collect_all().await.unwrap();
    assert!(held.len() == 1 && held[0].origin.is_activated());
    let bob = world.holding("bob", &duty()).await;
    assert_eq!((bob.origin, bob.window), (Origin::Assigned, Window::ALWAYS));
    let all = client.assignments(&AssignmentQuery::default(), None).collect_all().await;
    refused(all, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
}

/// A2: a dry run says what would be, and nothing comes of it.
pub(super) async fn can_be_tried(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let client = world.client("alice");
    let dry = Activate { dry_run: true, ..world.activation(&duty()) };
    let tried = client.activate(dry.clone()).await.unwrap();
    assert_eq!((tried.status, tried.asked.dry_run), (RequestStatus::Granted, true));
    assert!(world.requests().await.is_empty() && world.planned(&duty()).await.is_empty());
    let long = Activate { duration: Some(Period::hours(9)), ..dry.clone() };
    refused(client.activate(long).await, ErrorKind::PolicyViolation, POLICY);
    world.activate("alice", &duty()).await.unwrap();
    refused(client.activate(dry).await, ErrorKind::AlreadyExists, "RoleAssignmentExists");
    assert_eq!(world.requests().await.len(), 1);
}

/// A2: self-service needs a person, and that person's own grant.
pub(super) async fn is_for_people_and_for_oneself(h: &dyn Harness) {
    let seed = small().application("robot").eligible("robot", duty()).eligible("alice", duty());
    let seed = seed.user_with("frank", |user| user.enabled = false).eligible("frank", duty());
    let world = World::of(h, seed).await;
    let robot = Caller::application(id_of("robot"));
    let error = world.client_of(robot.clone()).activate(world.activation(&duty())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let ask = |name: &str| NewRequest {
        expiry: Some(Expiry::After(Period::hours(1))),
        justification: Some("planned work".into()),
        ..NewRequest::new(Action::SelfActivate, Level::Assignment, id_of(name), duty())
    };
    let denied = |result| refused(result, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
    denied(world.backend_of(robot).submit(&ask("robot")).await);
    denied(world.backend("frank").submit(&ask("frank")).await);
    let other = world.backend("root").submit(&ask("alice")).await;
    refused(other, ErrorKind::InvalidInput, "InvalidRoleAssignmentRequest");
    let error = world.client("root").submit(&ask("alice")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(world.requests().await.is_empty());
}

/// A1: a holder's lists tell what is in force from what is to come.
pub(super) async fn tells_now_from_later(h: &dyn Harness) {
    let later = Window::new(Some(NOW + Period::days(1)), None).unwrap();
    let world = World::of(h, small().standing_in("alice", duty(), later)).await;
    let client = world.client("alice");
    assert!(client.my_assignments().collect_all().await.unwrap().is_empty());
    let query = AssignmentQuery { view: View::Mine, when: When::NowOrLater, ..AssignmentQuery::default() };
    let planned = client.assignments(&query, None).collect_all().await.unwrap();
    assert!(planned.len() == 1 && planned[0].window == later && planned[0].instance.is_none());
    world.advance(Period::days(1)).await;
    assert!(world.holding("alice", &duty()).await.instance.is_some());
    assert!(!world.holds("alice", &global()).await);
}
