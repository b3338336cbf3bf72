//! Extending what has not ended, renewing what has. A11.

use pim_core::{
    client::{Extend, Renew},
    error::ErrorKind,
    id::PrincipalId,
    privilege::Privilege,
    request::{Action, NewRequest, Request, RequestStatus},
    schedule::Level,
    time::{Expiry, Period, Timestamp, Window},
};
use pim_embedded::{
    engine::{AdminAnswer, Answer, Caller, Command, MailKind},
    seed::{SeedBuilder, group_of, id_of},
};

use crate::{Harness, NOW, World, duty, global, refused, small};

fn month() -> Window {
    Window::new(Some(NOW), Some(NOW + Period::days(30))).unwrap()
}

/// `alice` is eligible for thirty days.
fn month_long() -> SeedBuilder {
    small().eligible_in("alice", duty(), month())
}

fn until(end: Timestamp) -> Extend {
    let expiry = Expiry::At(end);
    Extend { justification: Some("goes on".into()), ..Extend::new(Level::Eligibility, duty(), expiry) }
}

fn anew(principal: Option<PrincipalId>) -> Renew {
    let expiry = Expiry::After(Period::days(60));
    let ask = Renew::new(Level::Eligibility, duty(), expiry);
    Renew { principal, justification: Some("needed again".into()), ..ask }
}

async fn answer(
    world: &World,
    name: &str,
    request: &Request,
    answer: AdminAnswer,
) -> pim_core::error::Result<Answer> {
    let command = Command::Answer(request.key(), answer);
    world.service().execute(&Caller::with_mfa(id_of(name)), &command).await
}

/// A11: a holder asks, an administrator decides, and the end moves; the start stays.
pub(super) async fn waits_for_an_administrator(h: &dyn Harness) {
    let world = World::of(h, month_long()).await;
    world.advance(Period::days(20)).await;
    let end = NOW + Period::days(90);
    let request = world.client("alice").extend(until(end)).await.unwrap();
    assert_eq!(request.status, RequestStatus::PendingAdminDecision);
    assert_eq!(request.asked.action, Action::SelfExtend);
    assert_eq!(world.eligible("alice", &duty()).await[0].window, month());
    let second = world.client("alice").extend(until(end)).await;
    refused(second, ErrorKind::AlreadyExists, "PendingRoleAssignmentRequest");
    answer(&world, "root", &request, AdminAnswer::Approve(None)).await.unwrap();
    let seen = world.seen(&request).await;
    assert_eq!(seen.status, RequestStatus::Provisioned);
    let eligible = world.eligible("alice", &duty()).await;
    assert_eq!(eligible.len(), 1);
    assert_eq!(eligible[0].window, Window::new(Some(NOW), Some(end)).unwrap());
    assert_eq!(
        Some(&eligible[0].id),
        seen.schedule.as_ref(),
        "the schedule goes by the request that changed it"
    );
    world.until(end).await;
    assert!(world.eligible("alice", &duty()).await.is_empty());
}

/// A11: an administrator declines, and nothing changes; only an administrator may answer, and not their own.
pub(super) async fn can_be_declined(h: &dyn Harness) {
    let seed = month_long().eligible_in("erin", duty(), month()).standing("erin", global());
    let world = World::of(h, seed).await;
    let request = world.client("alice").extend(until(NOW + Period::days(60))).await.unwrap();
    let stranger = answer(&world, "bob", &request, AdminAnswer::Approve(None)).await;
    refused(stranger, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
    answer(&world, "root", &request, AdminAnswer::Deny).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::AdminDenied);
    assert_eq!(world.eligible("alice", &duty()).await[0].window, month());
    let late = answer(&world, "root", &request, AdminAnswer::Approve(None)).await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::InvalidTransition);
    let own = world.client("erin").extend(until(NOW + Period::days(60))).await.unwrap();
    let decided = answer(&world, "erin", &own, AdminAnswer::Approve(None)).await;
    refused(decided, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
}

/// A11: the administrator may grant another end than was asked for.
pub(super) async fn can_be_granted_otherwise(h: &dyn Harness) {
    let world = World::of(h, month_long()).await;
    let request = world.client("alice").extend(until(NOW + Period::days(300))).await.unwrap();
    let end = NOW + Period::days(45);
    answer(&world, "root", &request, AdminAnswer::Approve(Some(Expiry::At(end)))).await.unwrap();
    assert_eq!(world.eligible("alice", &duty()).await[0].window.end(), Some(end));
}

/// A11: an administrator's extension is done at once, moves the end later only, and needs something to extend.
pub(super) async fn is_done_at_once_by_an_administrator(h: &dyn Harness) {
    let world = World::of(h, month_long()).await;
    let root = world.client("root");
    let end = NOW + Period::days(90);
    let ask = Extend { principal: Some(id_of("alice")), ..until(end) };
    let request = root.extend(ask.clone()).await.unwrap();
    assert_eq!((&request.status, &request.asked.action), (&RequestStatus::Provisioned, &Action::AdminExtend));
    let eligible = world.eligible("alice", &duty()).await;
    assert_eq!(eligible[0].window, Window::new(Some(NOW), Some(end)).unwrap());
    assert_eq!(Some(&eligible[0].id), request.schedule.as_ref());
    let shorter = Extend { expiry: Expiry::At(NOW + Period::days(40)), ..ask.clone() };
    refused(root.extend(shorter).await, ErrorKind::InvalidInput, "InvalidRoleAssignmentRequestSchedule");
    let none = Extend { principal: Some(id_of("bob")), ..ask };
    refused(root.extend(none).await, ErrorKind::NotFound, "RoleAssignmentDoesNotExist");
    assert_eq!(world.eligible("alice", &duty()).await[0].window.end(), Some(end));
}

/// A11: activations are not prolonged, by nobody, nor is what has no end.
pub(super) async fn is_not_for_activations(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    world.activate("alice", &duty()).await.unwrap();
    let ask = Extend { level: Level::Assignment, ..until(NOW + Period::hours(6)) };
    let own = world.client("alice").extend(ask.clone()).await;
    refused(own, ErrorKind::InvalidInput, "InvalidRoleAssignmentRequest");
    let admin = world.client("root").extend(Extend { principal: Some(id_of("alice")), ..ask }).await;
    refused(admin, ErrorKind::InvalidInput, "InvalidRoleAssignmentRequest");
    let endless = world.client("alice").extend(until(NOW + Period::days(60))).await;
    refused(endless, ErrorKind::InvalidInput, "InvalidRoleAssignmentRequest");
    assert_eq!(world.holding("alice", &duty()).await.window.length(), Some(Period::hours(2)));
}

/// A11, X1: groups know no extension by the holder.
pub(super) async fn is_not_for_group_members_to_ask(h: &dyn Harness) {
    let team = Privilege::member(group_of("team"));
    let world = World::of(h, small().group("team", []).eligible_in("alice", team.clone(), month())).await;
    let ask = Extend { privilege: team.clone(), ..until(NOW + Period::days(60)) };
    let error = world.client("alice").extend(ask.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let raw = NewRequest {
        expiry: Some(Expiry::At(NOW + Period::days(60))),
        ..NewRequest::new(Action::SelfExtend, Level::Eligibility, id_of("alice"), team.clone())
    };
    let raw = world.backend("alice").submit(&raw).await;
    refused(raw, ErrorKind::InvalidInput, "InvalidRoleAssignmentRequest");
    world.client("root").extend(Extend { principal: Some(id_of("alice")), ..ask }).await.unwrap();
    assert_eq!(world.eligible("alice", &team).await[0].window.end(), Some(NOW + Period::days(60)));
}

/// A11: what has ended can be renewed for thirty days, from the renewal on.
pub(super) async fn renews_for_thirty_days(h: &dyn Harness) {
    let world = World::of(h, month_long().eligible_in("bob", duty(), month())).await;
    let root = world.client("root");
    let running = root.renew(anew(Some(id_of("alice")))).await;
    refused(running, ErrorKind::AlreadyExists, "RoleAssignmentExists");
    let never = root.renew(anew(Some(id_of("carol")))).await;
    refused(never, ErrorKind::NotFound, "RoleAssignmentDoesNotExist");
    world.advance(Period::days(60) - Period::seconds(1)).await;
    assert!(world.eligible("alice", &duty()).await.is_empty());
    let now = world.now();
    let request = root.renew(anew(Some(id_of("alice")))).await.unwrap();
    assert_eq!(request.status, RequestStatus::Provisioned);
    let window = world.eligible("alice", &duty()).await[0].window;
    assert_eq!(window, Window::new(Some(now), Some(now + Period::days(60))).unwrap());
    world.advance(Period::seconds(1)).await;
    let late = root.renew(anew(Some(id_of("bob")))).await;
    refused(late, ErrorKind::NotFound, "RoleAssignmentDoesNotExist");
}

/// A11: a former holder asks for renewal, and an administrator decides.
pub(super) async fn renews_on_request(h: &dyn Harness) {
    let world = World::of(h, month_long()).await;
    world.advance(Period::days(40)).await;
    let request = world.client("alice").renew(anew(None)).await.unwrap();
    assert_eq!(
        (&request.status, &request.asked.action),
        (&RequestStatus::PendingAdminDecision, &Action::SelfRenew)
    );
    assert!(world.eligible("alice", &duty()).await.is_empty());
    answer(&world, "root", &request, AdminAnswer::Approve(None)).await.unwrap();
    let window = world.eligible("alice", &duty()).await[0].window;
    let now = world.now();
    assert_eq!(window, Window::new(Some(now), Some(now + Period::days(60))).unwrap());
    let stranger = world.client("bob").renew(anew(None)).await;
    refused(stranger, ErrorKind::NotFound, "RoleAssignmentDoesNotExist");
}

/// A11: holders are told 14 days and a day before the end, and when it has come.
pub(super) async fn is_announced(h: &dyn Harness) {
    let world = World::of(h, month_long()).await;
    let mut told = Vec::new();
    for day in 1..=31 {
        world.until(NOW + Period::days(day)).await;
        // Reading is what makes the service look at its clock.
        world.requests().await;
        let mail = world.mail().await;
        told.extend(mail[told.len()..].iter().map(|mail| (day, mail.kind)).collect::<Vec<_>>());
    }
    assert_eq!(told, [(16, MailKind::EndsSoon), (29, MailKind::EndsSoon), (30, MailKind::Ended)]);
}
