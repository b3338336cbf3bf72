//! A small call for every operation.

use std::fmt::Debug;

use futures::StreamExt;
use pim_core::{
    alert::{AlertChange, AlertKind},
    approval::{ApprovalKey, Decision, NewDecision},
    backend::{
        Alerts, Approvals, AssignmentQuery, AuditLog, AuditQuery, Backend, ConditionalAccess, Directory,
        EligibilityQuery, MembershipQuery, Operation, Packages, PolicyAdmin, PolicyQuery, RequestQuery,
        Reviews, RoleQuery, SignInQuery, UserQuery, View,
    },
    error::Result,
    id::{ReviewId, StageId},
    page::Batches,
    request::{Action, NewRequest, Request, Ticket},
    review::{NewVerdict, RoundKey, Verdict},
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::seed::id_of;
use pim_graph::GraphBackend;
use pim_tests::{duty, settings};

use crate::scene::{REASON, Scene, review};

/// What an operation does to the service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// A change that would be made twice if it were sent twice.
    Once,
    /// A change that is the same however often it is sent.
    Same,
}

/// What each operation does, and who does it here; `None` for one that has no row yet.
pub(crate) fn row(operation: Operation) -> Option<(Effect, &'static str)> {
    use Operation as O;
    Some(match operation {
        O::ListRoles
        | O::ListEligibilities
        | O::ListAssignments
        | O::ListRequests
        | O::GetRequest
        | O::GetPolicy
        | O::ListPolicies
        | O::ListReviews
        | O::GetReview
        | O::ListRounds
        | O::ListItems
        | O::ListUsers
        | O::ListGroups
        | O::ListMemberships
        | O::ListServicePrincipals
        | O::ListUnits
        | O::ListSkus
        | O::ListAudit
        | O::ListSignIns
        | O::ListConditionalAccess
        | O::ListContexts
        | O::ListLocations
        | O::ListAlerts
        | O::ListIncidents
        | O::ListPackages
        | O::ListPackageAssignments => (Effect::None, "root"),
        O::GetApproval => (Effect::None, "bob"),
        O::Decide => (Effect::Once, "bob"),
        O::Submit | O::Cancel => (Effect::Once, "alice"),
        O::CreateReview | O::StopRound | O::ApplyRound | O::ResetRound | O::RemindRound => {
            (Effect::Once, "root")
        }
        O::UpdatePolicy | O::DeleteReview | O::ChangeAlert => (Effect::Same, "root"),
        O::RecordVerdicts => (Effect::Same, "dave"),
        _ => return None,
    })
}

/// What has to be there before.
#[derive(Clone)]
pub(crate) struct Ready {
    request: Option<Request>,
    review: ReviewId,
    round: RoundKey,
    verdicts: Vec<NewVerdict>,
}

/// Brings about what an operation needs.
pub(crate) async fn prepare(operation: Operation, scene: &Scene) -> Result<Ready> {
    use Operation as O;
    let root = scene.backend("root");
    let pending = matches!(
        operation,
        O::ListRequests | O::GetRequest | O::Cancel | O::GetApproval | O::Decide | O::ListAudit
    );
    let request = match pending {
        true => Some(scene.backend("alice").submit(&activation()).await?),
        false => None,
    };
    if matches!(operation, O::ListAlerts | O::ListIncidents) {
        root.change_alert(&AlertKind::AssignedOutsidePim, &AlertChange::Refresh).await?;
    }
    let review = first(root.list_reviews(&View::Everyone, None)).await?.id;
    let round = first(root.list_rounds(&review, None)).await?.key;
    let mut verdicts = Vec::new();
    let mut items = root.list_items(&round, None);
    while let Some(batch) = items.next().await {
        for item in batch?.items {
            let justification = Some(REASON.into());
            verdicts.push(NewVerdict { item: item.id, verdict: Verdict::Deny, justification });
        }
    }
    if matches!(operation, O::ApplyRound | O::ResetRound) {
        scene.backend("dave").record_verdicts(&round, &verdicts).await?;
    }
    if operation == O::ApplyRound {
        root.stop_round(&round).await?;
    }
    Ok(Ready { request, review, round, verdicts })
}

/// Does it, and tells what came back.
pub(crate) async fn act(operation: Operation, by: &GraphBackend, ready: &Ready) -> Result<String> {
    use Operation as O;
    let key = || ready.request.as_ref().expect("prepared").key();
    let approval = || ready.request.as_ref().and_then(Request::approval_key).expect("prepared");
    match operation {
        O::ListRoles => rows(by.list_roles(&RoleQuery::default(), None)).await,
        O::ListEligibilities => rows(by.list_eligibilities(&EligibilityQuery::default(), None)).await,
        O::ListAssignments => rows(by.list_assignments(&AssignmentQuery::default(), None)).await,
        O::ListRequests => rows(by.list_requests(&RequestQuery::default(), None)).await,
        O::GetRequest => by.get_request(&key()).await.map(told),
        O::Submit => by.submit(&activation()).await.map(told),
        O::Cancel => by.cancel(&key()).await.map(told),
        O::GetPolicy => by.get_policy(&duty()).await.map(told),
        O::ListPolicies => rows(by.list_policies(&PolicyQuery::default(), None)).await,
        O::UpdatePolicy => {
            let rules = [settings::longest(Period::hours(4)), settings::approval(["bob", "carol"])];
            by.update_policy(&duty(), &rules).await.map(told)
        }
        O::GetApproval => by.get_approval(&approval()).await.map(told),
        O::Decide => decide(by, &approval()).await.map(told),
        O::ListReviews => rows(by.list_reviews(&View::Everyone, None)).await,
        O::GetReview => by.get_review(&ready.review).await.map(told),
        O::CreateReview => by.create_review(&review("Another")).await.map(told),
        O::DeleteReview => by.delete_review(&ready.review).await.map(told),
        O::ListRounds => rows(by.list_rounds(&ready.review, None)).await,
        O::ListItems => rows(by.list_items(&ready.round, None)).await,
        O::RecordVerdicts => by.record_verdicts(&ready.round, &ready.verdicts).await.map(told),
        O::StopRound => by.stop_round(&ready.round).await.map(told),
        O::ApplyRound => by.apply_round(&ready.round).await.map(told),
        O::ResetRound => by.reset_round(&ready.round).await.map(told),
        O::RemindRound => by.remind_round(&ready.round).await.map(told),
        O::ListUsers => rows(by.list_users(&UserQuery::default(), None)).await,
        O::ListGroups => rows(by.list_groups(None)).await,
        O::ListMemberships => rows(by.list_memberships(&MembershipQuery::default(), None)).await,
        O::ListServicePrincipals => rows(by.list_service_principals(None)).await,
        O::ListUnits => rows(by.list_units(None)).await,
        O::ListSkus => rows(by.list_skus(None)).await,
        O::ListAudit => rows(by.list_audit(&AuditQuery::default(), None)).await,
        O::ListSignIns => rows(by.list_sign_ins(&SignInQuery::default(), None)).await,
        O::ListConditionalAccess => rows(by.list_conditional_access(None)).await,
        O::ListContexts => rows(by.list_contexts(None)).await,
        O::ListLocations => rows(by.list_locations(None)).await,
        O::ListAlerts => rows(by.list_alerts(None)).await,
        O::ListIncidents => rows(by.list_incidents(&AlertKind::AssignedOutsidePim, None)).await,
        O::ChangeAlert => {
            by.change_alert(&AlertKind::AssignedOutsidePim, &AlertChange::Refresh).await.map(told)
        }
        O::ListPackages => rows(by.list_packages(None)).await,
        O::ListPackageAssignments => rows(by.list_package_assignments(None)).await,
        other => panic!("{other} has no row"),
    }
}

/// An activation that somebody has to approve.
fn activation() -> NewRequest {
    let mut ask = NewRequest::new(Action::SelfActivate, Level::Assignment, id_of("alice"), duty());
    ask.expiry = Some(Expiry::After(Period::hours(2)));
    ask.justification = Some(REASON.into());
    ask.ticket = Some(Ticket::new("INC-4711", "desk"));
    ask
}

async fn decide(by: &GraphBackend, key: &ApprovalKey) -> Result<()> {
    let decision = NewDecision { decision: Decision::Approve, justification: Some(REASON.into()) };
    let stage = StageId::from_guid(key.id.guid().expect("a GUID"));
    by.decide(key, &stage, &decision).await
}

/// Every row of a list.
async fn rows<T: Debug>(mut list: Batches<T>) -> Result<String> {
    let mut all = Vec::new();
    while let Some(batch) = list.next().await {
        let batch = batch?;
        all.extend(batch.items.iter().map(told));
        all.extend(batch.rejected.iter().map(|row| format!("rejected: {}", row.reason)));
    }
    Ok(format!("{} rows: {}", all.len(), all.join("\n")))
}

async fn first<T>(mut list: Batches<T>) -> Result<T> {
    loop {
        let batch = list.next().await.expect("a list with something in it")?;
        if let Some(item) = batch.items.into_iter().next() {
            return Ok(item);
        }
    }
}

fn told(value: impl Debug) -> String {
    format!("{value:?}")
}
