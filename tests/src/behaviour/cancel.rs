//! Withdrawing requests. A12.

use pim_core::{
    client::{Activate, Extend},
    error::ErrorKind,
    request::{RequestKey, RequestStatus},
    schedule::Level,
    time::{Expiry, Period, Window},
};

use crate::{Harness, NOW, World, duty, refused, settings, small};

/// A12: a request that waits for approval is withdrawn, and nobody can approve it any more.
pub(super) async fn withdraws_what_waits_for_approval(h: &dyn Harness) {
    let seed = small().eligible("alice", duty()).policy(duty(), [settings::approval(["bob"])]);
    let world = World::of(h, seed).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let client = world.client("alice");
    client.cancel(&request.key()).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Canceled);
    assert!(world.to_decide("bob").await.is_empty());
    assert_eq!(world.approve("bob", &request).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert!(!world.holds("alice", &duty()).await);
    let again = client.cancel(&request.key()).await;
    refused(again, ErrorKind::InvalidTransition, "RequestCannotBeCancelled");
    let second = world.activate("alice", &duty()).await.unwrap();
    assert_eq!(second.status, RequestStatus::PendingApproval, "the way is free for another");
}

/// A12: an accepted request is withdrawn before its start, and its grant never begins.
pub(super) async fn withdraws_what_has_not_begun(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let ask = Activate { start: Some(NOW + Period::hours(1)), ..world.activation(&duty()) };
    let request = world.client("alice").activate(ask).await.unwrap();
    world.client("alice").cancel(&request.key()).await.unwrap();
    assert!(world.planned(&duty()).await.is_empty());
    world.advance(Period::hours(1)).await;
    assert_eq!(world.status(&request).await, RequestStatus::Canceled);
    assert!(!world.holds("alice", &duty()).await);
    world.activate("alice", &duty()).await.unwrap();
}

/// A12: what has been carried out is not withdrawn.
pub(super) async fn leaves_what_was_carried_out(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let error = world.client("alice").cancel(&request.key()).await;
    let error = refused(error, ErrorKind::InvalidTransition, "RequestCannotBeCancelled");
    assert!(error.context().any(|fact| fact == ("status", "provisioned")));
    assert!(world.holds("alice", &duty()).await);
}

/// A12: an administrator withdraws anybody's request, a stranger nobody's, and the approver's answer is to deny.
pub(super) async fn is_for_the_requestor_and_administrators(h: &dyn Harness) {
    let seed = small().eligible("alice", duty()).policy(duty(), [settings::approval(["bob"])]);
    let world = World::of(h, seed).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    for name in ["bob", "carol"] {
        let denied = world.client(name).cancel(&request.key()).await;
        refused(denied, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
    }
    let other = RequestKey { level: Level::Eligibility, ..request.key() };
    let unknown = world.client("alice").cancel(&other).await;
    refused(unknown, ErrorKind::NotFound, "RoleAssignmentRequestNotFound");
    world.client("root").cancel(&request.key()).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Canceled);
}

/// A11, A12: a request to extend is withdrawn, and the grant stays as it was.
pub(super) async fn withdraws_a_request_to_extend(h: &dyn Harness) {
    let month = Window::new(Some(NOW), Some(NOW + Period::days(30))).unwrap();
    let world = World::of(h, small().eligible_in("alice", duty(), month)).await;
    let ask = Extend::new(Level::Eligibility, duty(), Expiry::At(NOW + Period::days(60)));
    let request = world.client("alice").extend(ask).await.unwrap();
    world.client("alice").cancel(&request.key()).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Canceled);
    assert_eq!(world.eligible("alice", &duty()).await[0].window, month);
}

/// A12: the service forgets what was withdrawn after thirty days.
pub(super) async fn is_forgotten_after_thirty_days(h: &dyn Harness) {
    let seed = small().eligible("alice", duty()).policy(duty(), [settings::approval(["bob"])]);
    let world = World::of(h, seed).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::hours(1)).await;
    world.client("alice").cancel(&request.key()).await.unwrap();
    world.advance(Period::days(30) - Period::seconds(1)).await;
    assert_eq!(world.status(&request).await, RequestStatus::Canceled);
    world.advance(Period::seconds(1)).await;
    let gone = world.client("alice").get_request(&request.key()).await;
    refused(gone, ErrorKind::NotFound, "RoleAssignmentRequestNotFound");
}
