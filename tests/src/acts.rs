//! A small call for every operation of the contract, for tests of what goes wrong on the way.

use std::fmt::Debug;

use futures::StreamExt;
use pim_core::{
    alert::{AlertChange, AlertKind},
    approval::{ApprovalKey, Decision, NewDecision},
    backend::{
        AssignmentQuery, AuditQuery, Backend, BulkOptions, EligibilityQuery, MembershipQuery, Operation,
        PolicyQuery, RequestQuery, RoleQuery, SignInQuery, UserQuery, View,
    },
    error::Result,
    id::{ApprovalId, RequestId, ReviewId, ReviewInstanceId, ReviewItemId, StageId},
    page::Batches,
    request::{Action, NewRequest, Request, RequestStatus, Ticket},
    review::{
        NewReview, NewVerdict, Population, ReviewScope, ReviewSettings, Reviewed, Reviewer, RoundKey, Verdict,
    },
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::seed::id_of;

use crate::{duty, settings};

/// The reason that these calls give. It must not be told.
pub const REASON: &str = "because Nemo asked";

/// What an operation does to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Effect {
    /// Nothing.
    None,
    /// A change that would be made twice if it were sent twice.
    Once,
    /// A change that is the same however often it is sent.
    Same,
}

/// What each operation does, and who does it here; `None` for one that has no row yet.
pub fn row(operation: Operation) -> Option<(Effect, &'static str)> {
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
        O::Submit | O::SubmitAll | O::Cancel => (Effect::Once, "alice"),
        O::CreateReview | O::StopRound | O::ApplyRound | O::ResetRound | O::RemindRound => {
            (Effect::Once, "root")
        }
        O::UpdatePolicy | O::DeleteReview | O::ChangeAlert => (Effect::Same, "root"),
        O::RecordVerdicts => (Effect::Same, "dave"),
        _ => return None,
    })
}

/// What has to be there before.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)] // written as a literal
pub struct Ready {
    /// A request that waits for a decision.
    pub request: Request,
    /// A review.
    pub review: ReviewId,
    /// A round of it.
    pub round: RoundKey,
    /// Answers to the round's items.
    pub verdicts: Vec<NewVerdict>,
}

impl Ready {
    /// Ids of things that are nowhere.
    pub fn nowhere() -> Self {
        let review = ReviewId::from_guid([1; 16]);
        let mut request =
            Request::new(RequestId::from_guid([2; 16]), RequestStatus::PendingApproval, activation());
        request.approval = Some(ApprovalId::from_guid([2; 16]));
        let verdict = NewVerdict {
            item: ReviewItemId::from_guid([4; 16]),
            verdict: Verdict::Deny,
            justification: Some(REASON.into()),
        };
        let round = RoundKey { review: review.clone(), round: ReviewInstanceId::from_guid([3; 16]) };
        Self { request, review, round, verdicts: vec![verdict] }
    }
}

/// Does it, and tells what came back.
///
/// # Errors
/// What the backend reports.
pub async fn act(operation: Operation, by: &dyn Backend, ready: &Ready) -> Result<String> {
    use Operation as O;
    let key = || ready.request.key();
    let approval = || ready.request.approval_key().expect("a request that waits");
    let offered = "it is offered";
    match operation {
        O::ListRoles => rows(by.list_roles(&RoleQuery::default(), None)).await,
        O::ListEligibilities => rows(by.list_eligibilities(&EligibilityQuery::default(), None)).await,
        O::ListAssignments => rows(by.list_assignments(&AssignmentQuery::default(), None)).await,
        O::ListRequests => rows(by.list_requests(&RequestQuery::default(), None)).await,
        O::GetRequest => by.get_request(&key()).await.map(told),
        O::Submit => by.submit(&activation()).await.map(told),
        O::SubmitAll => {
            let mut ended = by.submit_all(&[activation()], BulkOptions::default()).await;
            ended.pop().expect("an answer for each").map(told)
        }
        O::Cancel => by.cancel(&key()).await.map(told),
        O::GetPolicy => by.get_policy(&duty()).await.map(told),
        O::ListPolicies => {
            rows(by.policies().expect(offered).list_policies(&PolicyQuery::default(), None)).await
        }
        O::UpdatePolicy => {
            let rules = [settings::longest(Period::hours(4)), settings::approval(["bob", "carol"])];
            by.policies().expect(offered).update_policy(&duty(), &rules).await.map(told)
        }
        O::GetApproval => by.approvals().expect(offered).get_approval(&approval()).await.map(told),
        O::Decide => decide(by, &approval()).await.map(told),
        O::ListReviews => rows(by.reviews().expect(offered).list_reviews(&View::Everyone, None)).await,
        O::GetReview => by.reviews().expect(offered).get_review(&ready.review).await.map(told),
        O::CreateReview => by.reviews().expect(offered).create_review(&review("Another")).await.map(told),
        O::DeleteReview => by.reviews().expect(offered).delete_review(&ready.review).await.map(told),
        O::ListRounds => rows(by.reviews().expect(offered).list_rounds(&ready.review, None)).await,
        O::ListItems => rows(by.reviews().expect(offered).list_items(&ready.round, None)).await,
        O::RecordVerdicts => {
            by.reviews().expect(offered).record_verdicts(&ready.round, &ready.verdicts).await.map(told)
        }
        O::StopRound => by.reviews().expect(offered).stop_round(&ready.round).await.map(told),
        O::ApplyRound => by.reviews().expect(offered).apply_round(&ready.round).await.map(told),
        O::ResetRound => by.reviews().expect(offered).reset_round(&ready.round).await.map(told),
        O::RemindRound => by.reviews().expect(offered).remind_round(&ready.round).await.map(told),
        O::ListUsers => rows(by.directory().expect(offered).list_users(&UserQuery::default(), None)).await,
        O::ListGroups => rows(by.directory().expect(offered).list_groups(None)).await,
        O::ListMemberships => {
            rows(by.directory().expect(offered).list_memberships(&MembershipQuery::default(), None)).await
        }
        O::ListServicePrincipals => rows(by.directory().expect(offered).list_service_principals(None)).await,
        O::ListUnits => rows(by.directory().expect(offered).list_units(None)).await,
        O::ListSkus => rows(by.directory().expect(offered).list_skus(None)).await,
        O::ListAudit => rows(by.audit().expect(offered).list_audit(&AuditQuery::default(), None)).await,
        O::ListSignIns => rows(by.audit().expect(offered).list_sign_ins(&SignInQuery::default(), None)).await,
        O::ListConditionalAccess => {
            rows(by.conditional_access().expect(offered).list_conditional_access(None)).await
        }
        O::ListContexts => rows(by.conditional_access().expect(offered).list_contexts(None)).await,
        O::ListLocations => rows(by.conditional_access().expect(offered).list_locations(None)).await,
        O::ListAlerts => rows(by.alerts().expect(offered).list_alerts(None)).await,
        O::ListIncidents => {
            rows(by.alerts().expect(offered).list_incidents(&AlertKind::AssignedOutsidePim, None)).await
        }
        O::ChangeAlert => by
            .alerts()
            .expect(offered)
            .change_alert(&AlertKind::AssignedOutsidePim, &AlertChange::Refresh)
            .await
            .map(told),
        O::ListPackages => rows(by.packages().expect(offered).list_packages(None)).await,
        O::ListPackageAssignments => rows(by.packages().expect(offered).list_package_assignments(None)).await,
        other => panic!("{other} has no row"),
    }
}

/// An activation that somebody has to approve.
pub fn activation() -> NewRequest {
    let mut ask = NewRequest::new(Action::SelfActivate, Level::Assignment, id_of("alice"), duty());
    ask.expiry = Some(Expiry::After(Period::hours(2)));
    ask.justification = Some(REASON.into());
    ask.ticket = Some(Ticket::new("INC-4711", "desk"));
    ask
}

async fn decide(by: &dyn Backend, key: &ApprovalKey) -> Result<()> {
    let decision = NewDecision { decision: Decision::Approve, justification: Some(REASON.into()) };
    let stage = StageId::from_guid(key.id.guid().expect("a GUID"));
    by.approvals().expect("it is offered").decide(key, &stage, &decision).await
}

/// A review of who may activate the duty, for one person to answer.
pub fn review(name: &str) -> NewReview {
    NewReview {
        name: name.into(),
        scope: ReviewScope {
            privilege: duty(),
            population: Population::Eligible,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: vec![Reviewer::User(id_of("dave"))],
        fallback_reviewers: Vec::new(),
        start: None,
        settings: ReviewSettings::default(),
        stages: Vec::new(),
    }
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

fn told(value: impl Debug) -> String {
    format!("{value:?}")
}
