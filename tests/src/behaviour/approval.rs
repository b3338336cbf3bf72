//! Approval of activations. A5, A6, P3.

use pim_core::{
    approval::{ApprovalKey, Decision, NewDecision, StageStatus},
    client::{Activate, Revoke},
    error::ErrorKind,
    id::{ApprovalId, RoleId, StageId},
    policy::Approver,
    privilege::Privilege,
    request::{Request, RequestStatus},
    schedule::Level,
    time::{Expiry, Period, Timestamp, Window},
};
use pim_embedded::{
    engine::{Audience, Caller, MailKind},
    seed::{SeedBuilder, group_of, id_of},
};

use crate::{Harness, NOW, World, duty, global, refused, settings, small};

fn window(start: Timestamp) -> Window {
    Window::new(Some(start), Some(start + Period::hours(2))).unwrap()
}

/// `alice` may activate with the approval of these.
fn approved_by<'a>(people: impl IntoIterator<Item = &'a str>) -> SeedBuilder {
    small().eligible("alice", duty()).policy(duty(), [settings::approval(people)])
}

fn stage(request: &Request) -> StageId {
    StageId::from_guid(request.id.guid().unwrap())
}

fn answer(decision: Decision) -> NewDecision {
    NewDecision { decision, justification: Some("checked".into()) }
}

/// A5: it waits, without a start, and its approvers find it.
pub(super) async fn waits_for_a_decision(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob", "carol"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    assert_eq!(request.status, RequestStatus::PendingApproval);
    assert_eq!(request.asked.start, None, "it is to begin when it is approved");
    assert_eq!(request.approval.as_ref(), Some(&request.id.as_approval()));
    assert!(!world.holds("alice", &duty()).await && world.planned(&duty()).await.is_empty());
    for name in ["bob", "carol"] {
        assert_eq!(world.to_decide(name).await, vec![request.clone()], "{name}");
    }
    for name in ["alice", "root", "dave"] {
        assert!(world.to_decide(name).await.is_empty(), "{name}");
    }
    let approval = world.client("bob").get_approval(&request.approval_key().unwrap()).await.unwrap();
    assert_eq!(approval.stages.len(), 1);
    assert_eq!(approval.stages[0].status, StageStatus::InProgress);
    assert_eq!(approval.stages[0].assigned_to_me, Some(true));
}

/// A5, A6: the window begins at the approval and keeps its full length.
pub(super) async fn begins_when_approved_and_keeps_its_length(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let approved = world.advance(Period::hours(5)).await;
    world.approve("bob", &request).await.unwrap();
    let seen = world.seen(&request).await;
    assert_eq!((seen.status, seen.asked.start), (RequestStatus::Provisioned, Some(approved)));
    assert_eq!(world.holding("alice", &duty()).await.window, window(approved));
    let key = request.approval_key().unwrap();
    let approval = world.client("bob").get_approval(&key).await.unwrap();
    let decided = approval.stages[0].decided.as_ref().unwrap();
    assert_eq!((&decided.decision, decided.by.clone()), (&Decision::Approve, Some(id_of("bob"))));
    assert_eq!((decided.at, approval.stages[0].status.clone()), (Some(approved), StageStatus::Completed));
    assert_eq!(decided.justification.as_ref().unwrap().expose(), "checked");
    assert!(world.to_decide("bob").await.is_empty());
    world.until(approved + Period::hours(2)).await;
    assert!(!world.holds("alice", &duty()).await);
}

/// A5: a denial ends it, with its reason; another request may follow.
pub(super) async fn ends_when_denied(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let key = request.approval_key().unwrap();
    world.client("bob").deny(&key, Some("not today".into())).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Denied);
    assert!(!world.holds("alice", &duty()).await);
    let approval = world.client("alice").get_approval(&key).await.unwrap();
    let decided = approval.stages[0].decided.as_ref().unwrap();
    assert_eq!(decided.decision, Decision::Deny);
    assert_eq!(decided.justification.as_ref().unwrap().expose(), "not today");
    let again = world.activate("alice", &duty()).await.unwrap();
    assert_eq!(again.status, RequestStatus::PendingApproval);
}

/// P3: after 24 hours nobody can approve any more, and a new request is needed.
pub(super) async fn times_out_after_a_day(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::hours(24) - Period::seconds(1)).await;
    assert_eq!(world.status(&request).await, RequestStatus::PendingApproval);
    world.advance(Period::seconds(1)).await;
    assert_eq!(world.status(&request).await, RequestStatus::TimedOut);
    assert!(world.to_decide("bob").await.is_empty());
    let key = request.approval_key().unwrap();
    let backend = world.backend("bob");
    let late = backend.approvals().unwrap().decide(&key, &stage(&request), &answer(Decision::Approve)).await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Conflict);
    let approval = world.client("bob").get_approval(&key).await.unwrap();
    assert_eq!(approval.stages[0].status, StageStatus::Expired);
    assert!(!world.holds("alice", &duty()).await);
    let again = world.activate("alice", &duty()).await.unwrap();
    world.approve("bob", &again).await.unwrap();
    assert!(world.holds("alice", &duty()).await);
}

/// P3: the first decision counts for everybody.
pub(super) async fn counts_the_first_decision(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob", "carol"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let key = request.approval_key().unwrap();
    world.client("bob").deny(&key, None).await.unwrap();
    let backend = world.backend("carol");
    let late = backend.approvals().unwrap().decide(&key, &stage(&request), &answer(Decision::Approve)).await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(world.approve("carol", &request).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(world.status(&request).await, RequestStatus::Denied);
    assert!(!world.holds("alice", &duty()).await);
}

/// P3: nobody approves their own request, named as approver or in a group of approvers.
pub(super) async fn is_never_given_to_oneself(h: &dyn Harness) {
    let approvers =
        settings::by([Approver::user(id_of("alice")), Approver::group(group_of("board").as_principal())]);
    let seed = small().group("board", ["alice", "bob"]).eligible("alice", duty()).policy(duty(), [approvers]);
    let world = World::of(h, seed).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    assert!(world.to_decide("alice").await.is_empty());
    assert_eq!(world.approve("alice", &request).await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(world.status(&request).await, RequestStatus::PendingApproval);
    world.approve("bob", &request).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Provisioned);
}

/// P3: only approvers decide; being Global Administrator is not enough where others are named, and approvers
/// need no role.
pub(super) async fn is_for_approvers_alone(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    for name in ["root", "carol"] {
        let key = request.approval_key().unwrap();
        let backend = world.backend(name);
        let decided =
            backend.approvals().unwrap().decide(&key, &stage(&request), &answer(Decision::Approve)).await;
        assert_eq!(decided.unwrap_err().kind(), ErrorKind::PermissionDenied, "{name}");
    }
    assert!(world.client("bob").my_assignments().collect_all().await.unwrap().is_empty());
    world.approve("bob", &request).await.unwrap();
}

/// P3: where nobody is named, the Global and Privileged Role Administrators who are active approve for
/// directory roles; those who are merely eligible do not.
pub(super) async fn falls_back_on_active_administrators(h: &dyn Harness) {
    let privileged = Privilege::role(RoleId::PRIVILEGED_ROLE_ADMINISTRATOR);
    let seed = approved_by([]).standing("bob", privileged).eligible("carol", global());
    let world = World::of(h, seed).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    assert_eq!(request.status, RequestStatus::PendingApproval);
    assert_eq!(world.to_decide("root").await.len(), 1);
    assert!(world.to_decide("carol").await.is_empty());
    assert_eq!(world.approve("carol", &request).await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    world.approve("bob", &request).await.unwrap();
    assert!(world.holds("alice", &duty()).await);
}

/// P3, X1: for a group nobody stands in; the request runs into its time-out.
pub(super) async fn has_no_default_approvers_for_groups(h: &dyn Harness) {
    let team = Privilege::member(group_of("team"));
    let seed = small().group("team", []).eligible("alice", team.clone());
    let world = World::of(h, seed.policy(team.clone(), [settings::approval([])])).await;
    let request = world.activate("alice", &team).await.unwrap();
    assert_eq!(request.status, RequestStatus::PendingApproval);
    assert!(world.to_decide("root").await.is_empty());
    assert_eq!(world.approve("root", &request).await.unwrap_err().kind(), ErrorKind::PermissionDenied);
    world.advance(Period::hours(24)).await;
    assert_eq!(world.status(&request).await, RequestStatus::TimedOut);
}

/// A5, A7: with a start to come it waits in a status of its own, keeps the start, and comes into force then.
pub(super) async fn keeps_a_start_to_come(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let start = NOW + Period::hours(3);
    let ask = Activate { start: Some(start), ..world.activation(&duty()) };
    let request = world.client("alice").activate(ask).await.unwrap();
    assert_eq!(request.status, RequestStatus::PendingApprovalProvisioning);
    assert_eq!((request.asked.start, request.completed), (Some(start), Some(start)));
    assert_eq!(world.to_decide("bob").await, vec![request.clone()], "it waits for a decision like any other");
    world.advance(Period::hours(1)).await;
    world.approve("bob", &request).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Granted);
    assert!(!world.holds("alice", &duty()).await);
    world.until(start).await;
    assert_eq!(world.status(&request).await, RequestStatus::Provisioned);
    assert_eq!(world.holding("alice", &duty()).await.window, window(start));
}

/// A5, A7: approved after the start asked for, it begins at the approval.
pub(super) async fn begins_when_approved_late(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let ask = Activate { start: Some(NOW + Period::hours(1)), ..world.activation(&duty()) };
    let request = world.client("alice").activate(ask).await.unwrap();
    let approved = world.advance(Period::hours(4)).await;
    assert!(!world.holds("alice", &duty()).await, "its start alone brings nothing");
    world.approve("bob", &request).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Provisioned);
    assert_eq!(world.holding("alice", &duty()).await.window, window(approved));
}

/// A5: a request that waits bars a second one for the same, and no other.
pub(super) async fn bars_a_second_request(h: &dyn Harness) {
    let seed = approved_by(["bob"]).eligible("carol", duty());
    let world = World::of(h, seed).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let second = world.activate("alice", &duty()).await;
    refused(second, ErrorKind::AlreadyExists, "PendingRoleAssignmentRequest");
    world.activate("carol", &duty()).await.unwrap();
    assert_eq!(world.requests().await.len(), 2);
    world.approve("bob", &request).await.unwrap();
    let third = world.activate("alice", &duty()).await;
    refused(third, ErrorKind::AlreadyExists, "RoleAssignmentExists");
}

/// P3: of a group its members approve, those of groups in it too, as they are when they decide.
pub(super) async fn can_be_given_by_members_of_a_group(h: &dyn Harness) {
    let board = Privilege::member(group_of("board"));
    let approvers = settings::by([Approver::group(group_of("board").as_principal())]);
    let seed = small().group("inner", ["carol"]).group_with("board", ["bob", "inner"], |group| {
        group.group.role_assignable = false;
    });
    let seed = seed.eligible("alice", duty()).eligible("dave", duty()).policy(duty(), [approvers]);
    let world = World::of(h, seed).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    assert_eq!(world.to_decide("carol").await.len(), 1);
    world.approve("carol", &request).await.unwrap();
    let second = world.activate("dave", &duty()).await.unwrap();
    world.revoke("bob", Level::Assignment, &board).await.unwrap();
    assert!(world.to_decide("bob").await.is_empty());
    assert_eq!(world.approve("bob", &second).await.unwrap_err().kind(), ErrorKind::PermissionDenied);
}

/// A5: with its eligibility removed a waiting request comes to nothing.
pub(super) async fn fails_without_its_eligibility(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let revoke = Revoke::new(Level::Eligibility, id_of("alice"), duty());
    world.client("root").revoke(revoke).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Failed);
    assert_eq!(world.approve("bob", &request).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert!(!world.holds("alice", &duty()).await);
}

/// A5: an approved request for what was assigned meanwhile takes nothing from the assignment.
pub(super) async fn does_not_replace_an_assignment(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let assigned = world.assign("alice", Level::Assignment, &duty(), Expiry::Never).await;
    if assigned.is_err() {
        // A service may as well refuse the assignment while the request waits.
        refused(assigned, ErrorKind::AlreadyExists, "PendingRoleAssignmentRequest");
        return;
    }
    world.approve("bob", &request).await.unwrap();
    assert_eq!(world.status(&request).await, RequestStatus::Failed);
    assert_eq!(world.holding("alice", &duty()).await.window.end(), None);
}

/// A5: what does not exist can't be decided, and applications decide nothing.
pub(super) async fn is_refused_to_applications(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"]).application("robot")).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    let key = request.approval_key().unwrap();
    let robot = world.client_of(Caller::application(id_of("robot")));
    assert_eq!(robot.approve(&key, None).await.unwrap_err().kind(), ErrorKind::Unsupported);
    let unknown = ApprovalKey { id: ApprovalId::from_guid([7; 16]), ..key };
    let error = world.client("bob").approve(&unknown, None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

/// A5: a dry run says that it would be evaluated by somebody, and asks nobody.
pub(super) async fn is_not_asked_for_by_a_dry_run(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let dry = Activate { dry_run: true, ..world.activation(&duty()) };
    let tried = world.client("alice").activate(dry).await.unwrap();
    assert_eq!(tried.status, RequestStatus::PendingEvaluation);
    assert!(world.to_decide("bob").await.is_empty() && world.requests().await.is_empty());
}

/// A5, R2: approvers are told of the request, the requestor of the decision or of the time-out.
pub(super) async fn tells_approvers_and_requestor(h: &dyn Harness) {
    let world = World::of(h, approved_by(["bob"])).await;
    let request = world.activate("alice", &duty()).await.unwrap();
    world.approve("bob", &request).await.unwrap();
    let to_alice = Audience::Principal(id_of("alice"));
    let told: Vec<_> = world.mail().await.into_iter().map(|mail| (mail.kind, mail.to)).collect();
    assert_eq!(
        told,
        [
            (MailKind::DecisionNeeded, Audience::Approvers(vec![Approver::user(id_of("bob"))])),
            (MailKind::Approved, to_alice.clone()),
            (MailKind::Activated, Audience::Administrators),
            (MailKind::Activated, to_alice.clone()),
        ]
    );
    world.advance(Period::hours(2)).await;
    world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::hours(24)).await;
    let mail = world.mail().await;
    assert_eq!((mail.last().unwrap().kind, &mail.last().unwrap().to), (MailKind::TimedOut, &to_alice));
}
