//! A backend that plays a script and writes down what it was asked.

use std::{
    sync::{Arc, Mutex},
    task::Poll,
};

use async_trait::async_trait;
use futures::{StreamExt, future::BoxFuture, stream};

use crate::{
    backend::{
        Alerts, Approvals, AssignmentQuery, AuditLog, Backend, BackendInfo, BulkOptions, Capabilities,
        ConditionalAccess, Directory, EligibilityQuery, MembershipQuery, Operation, Packages, PolicyAdmin,
        PolicyQuery, RequestQuery, Reviews, RoleQuery, UserQuery, View,
    },
    clock::Clock,
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, ReviewId},
    page::{Batch, Batches, Continuation},
    policy::{Policy, Rule, RuleKind},
    privilege::{Privilege, RoleDefinition, Surface},
    request::{Action, NewRequest, Request, RequestKey},
    review::{AccessReview, NewReview, NewVerdict, ReviewItem, ReviewRound, RoundKey},
    schedule::{Assignment, Eligibility},
    time::{Period, Timestamp},
};

/// Time that passes only by sleeping.
#[derive(Debug)]
pub(super) struct FakeClock(Arc<Mutex<Timestamp>>);

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, length: Period) -> BoxFuture<'static, ()> {
        let now = self.0.clone();
        Box::pin(async move {
            let_others_go().await;
            let mut now = now.lock().unwrap();
            *now = *now + length;
        })
    }
}

/// What a network does between question and answer.
async fn let_others_go() {
    let mut gone = false;
    std::future::poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if std::mem::replace(&mut gone, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

type Script<A, B> = Box<dyn FnMut(A, Timestamp) -> B + Send>;

/// What the fake holds and does.
pub(super) struct World {
    pub(super) calls: Vec<Operation>,
    pub(super) assignments: Vec<Assignment>,
    /// Each is seen once its time has come.
    pub(super) requests: Vec<Request>,
    pub(super) users: Vec<User>,
    pub(super) memberships: Vec<Membership>,
    pub(super) applications: Vec<ServicePrincipal>,
    pub(super) reviews: Vec<AccessReview>,
    pub(super) rounds: Vec<ReviewRound>,
    pub(super) items: Vec<ReviewItem>,
    pub(super) policy: Option<Policy>,
    pub(super) on_submit: Script<NewRequest, Result<Request>>,
    /// What one request looks like at this time; `None` for not found.
    pub(super) on_get: Script<RequestKey, Option<Request>>,
}

pub(super) struct Fake {
    pub(super) world: Arc<Mutex<World>>,
    info: BackendInfo,
    pub(super) capabilities: Capabilities,
    now: Arc<Mutex<Timestamp>>,
}

impl std::fmt::Debug for Fake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fake")
    }
}

impl Fake {
    /// Everything offered, nothing there; the caller is `caller`.
    pub(super) fn new(caller: Option<PrincipalId>, now: Timestamp) -> Self {
        let mut info = BackendInfo::new("fake");
        info.caller = caller;
        let capabilities = Capabilities {
            operations: Operation::ALL.iter().copied().collect(),
            actions: Surface::KNOWN
                .iter()
                .flat_map(|surface| Action::KNOWN.iter().map(|action| (surface.clone(), action.clone())))
                .collect(),
            rules: RuleKind::KNOWN.iter().cloned().collect(),
            dry_run: true,
        };
        let world = World {
            calls: Vec::new(),
            assignments: Vec::new(),
            requests: Vec::new(),
            users: Vec::new(),
            memberships: Vec::new(),
            applications: Vec::new(),
            reviews: Vec::new(),
            rounds: Vec::new(),
            items: Vec::new(),
            policy: None,
            on_submit: Box::new(|_, _| Err(Error::new(ErrorKind::Unexpected, "no script"))),
            on_get: Box::new(|_, _| None),
        };
        Self { world: Arc::new(Mutex::new(world)), info, capabilities, now: Arc::new(Mutex::new(now)) }
    }

    pub(super) fn time(&self) -> Arc<Mutex<Timestamp>> {
        self.now.clone()
    }

    fn read<T>(&self, operation: Operation, read: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap();
        world.calls.push(operation);
        read(&mut world)
    }

    fn list<T: Send + 'static>(
        &self,
        operation: Operation,
        from: Option<Continuation>,
        read: impl FnOnce(&mut World) -> Vec<T>,
    ) -> Batches<T> {
        let mut items = self.read(operation, read);
        // Two pages wherever there are two items, so that continuations are at work.
        let rest = items.split_off(items.len().min(1));
        let second = Ok(Batch::last(rest));
        if let Some(from) = from {
            assert_eq!(from.as_str(), "second");
            return stream::iter([second]).boxed();
        }
        let resume = Some(Continuation::new("second"));
        stream::iter([Ok(Batch { items, rejected: Vec::new(), resume }), second]).boxed()
    }
}

#[async_trait]
impl Backend for Fake {
    fn info(&self) -> &BackendInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(FakeClock(self.now.clone()))
    }

    fn list_roles(&self, _: &RoleQuery, from: Option<Continuation>) -> Batches<RoleDefinition> {
        self.list(Operation::ListRoles, from, |_| Vec::new())
    }

    fn list_eligibilities(&self, _: &EligibilityQuery, from: Option<Continuation>) -> Batches<Eligibility> {
        self.list(Operation::ListEligibilities, from, |_| Vec::new())
    }

    fn list_assignments(&self, query: &AssignmentQuery, from: Option<Continuation>) -> Batches<Assignment> {
        let filter = &query.filter;
        self.list(Operation::ListAssignments, from, |world| {
            let rows = world.assignments.iter();
            rows.filter(|row| filter.admits(&row.principal, &row.privilege)).cloned().collect()
        })
    }

    fn list_requests(&self, query: &RequestQuery, from: Option<Continuation>) -> Batches<Request> {
        let (filter, now) = (&query.filter, *self.now.lock().unwrap());
        self.list(Operation::ListRequests, from, |world| {
            let rows = world.requests.iter().filter(|row| row.created <= Some(now));
            rows.filter(|row| filter.admits(&row.asked.principal, &row.asked.privilege)).cloned().collect()
        })
    }

    async fn get_request(&self, key: &RequestKey) -> Result<Request> {
        let now = *self.now.lock().unwrap();
        self.read(Operation::GetRequest, |world| (world.on_get)(key.clone(), now))
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "no such request"))
    }

    async fn submit(&self, request: &NewRequest) -> Result<Request> {
        let_others_go().await;
        let now = *self.now.lock().unwrap();
        self.read(Operation::Submit, |world| (world.on_submit)(request.clone(), now))
    }

    async fn submit_all(&self, requests: &[NewRequest], _: BulkOptions) -> Vec<Result<Request>> {
        let_others_go().await;
        let now = *self.now.lock().unwrap();
        self.read(Operation::SubmitAll, |world| {
            requests.iter().map(|request| (world.on_submit)(request.clone(), now)).collect()
        })
    }

    async fn cancel(&self, _: &RequestKey) -> Result<()> {
        self.read(Operation::Cancel, |_| Ok(()))
    }

    async fn get_policy(&self, _: &Privilege) -> Result<Policy> {
        self.read(Operation::GetPolicy, |world| world.policy.clone())
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "no policy"))
    }

    fn policies(&self) -> Option<&dyn PolicyAdmin> {
        Some(self)
    }

    fn approvals(&self) -> Option<&dyn Approvals> {
        None
    }

    fn reviews(&self) -> Option<&dyn Reviews> {
        Some(self)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        Some(self)
    }

    fn audit(&self) -> Option<&dyn AuditLog> {
        None
    }

    fn conditional_access(&self) -> Option<&dyn ConditionalAccess> {
        None
    }

    fn alerts(&self) -> Option<&dyn Alerts> {
        None
    }

    fn packages(&self) -> Option<&dyn Packages> {
        None
    }
}

#[async_trait]
impl PolicyAdmin for Fake {
    fn list_policies(&self, _: &PolicyQuery, from: Option<Continuation>) -> Batches<Policy> {
        self.list(Operation::ListPolicies, from, |world| world.policy.iter().cloned().collect())
    }

    async fn update_policy(&self, _: &Privilege, rules: &[Rule]) -> Result<Policy> {
        self.read(Operation::UpdatePolicy, |world| {
            let after = world.policy.as_ref().unwrap().apply(rules);
            world.policy = Some(after.clone());
            Ok(after)
        })
    }
}

impl Directory for Fake {
    fn list_users(&self, query: &UserQuery, from: Option<Continuation>) -> Batches<User> {
        self.list(Operation::ListUsers, from, |world| {
            let wanted = |user: &&User| query.ids.is_empty() || query.ids.contains(&user.id);
            world.users.iter().filter(wanted).cloned().collect()
        })
    }

    fn list_groups(&self, from: Option<Continuation>) -> Batches<Group> {
        self.list(Operation::ListGroups, from, |_| Vec::new())
    }

    fn list_memberships(&self, query: &MembershipQuery, from: Option<Continuation>) -> Batches<Membership> {
        self.list(Operation::ListMemberships, from, |world| {
            let rows = world.memberships.iter();
            rows.filter(|row| query.group.as_ref().is_none_or(|g| *g == row.group)).cloned().collect()
        })
    }

    fn list_service_principals(&self, from: Option<Continuation>) -> Batches<ServicePrincipal> {
        self.list(Operation::ListServicePrincipals, from, |world| world.applications.clone())
    }

    fn list_units(&self, from: Option<Continuation>) -> Batches<AdministrativeUnit> {
        self.list(Operation::ListUnits, from, |_| Vec::new())
    }

    fn list_skus(&self, from: Option<Continuation>) -> Batches<Sku> {
        self.list(Operation::ListSkus, from, |_| Vec::new())
    }
}

#[async_trait]
impl Reviews for Fake {
    fn list_reviews(&self, _: &View, from: Option<Continuation>) -> Batches<AccessReview> {
        self.list(Operation::ListReviews, from, |world| world.reviews.clone())
    }

    async fn get_review(&self, review: &ReviewId) -> Result<AccessReview> {
        let reviews = self.read(Operation::GetReview, |world| Ok::<_, Error>(world.reviews.clone()))?;
        let found = reviews.into_iter().find(|known| known.id == *review);
        found.ok_or_else(|| Error::new(ErrorKind::NotFound, "no such review"))
    }

    async fn create_review(&self, review: &NewReview) -> Result<AccessReview> {
        self.read(Operation::CreateReview, |world| {
            let id = ReviewId::from_guid([7; 16]);
            let made = AccessReview::new(id, crate::review::ReviewStatus::NotStarted, review.clone());
            world.reviews.push(made.clone());
            Ok(made)
        })
    }

    async fn delete_review(&self, _: &ReviewId) -> Result<()> {
        self.read(Operation::DeleteReview, |_| Ok(()))
    }

    fn list_rounds(&self, _: &ReviewId, from: Option<Continuation>) -> Batches<ReviewRound> {
        self.list(Operation::ListRounds, from, |world| world.rounds.clone())
    }

    fn list_items(&self, _: &RoundKey, from: Option<Continuation>) -> Batches<ReviewItem> {
        self.list(Operation::ListItems, from, |world| world.items.clone())
    }

    async fn record_verdicts(&self, _: &RoundKey, _: &[NewVerdict]) -> Result<()> {
        self.read(Operation::RecordVerdicts, |_| Ok(()))
    }

    async fn stop_round(&self, _: &RoundKey) -> Result<()> {
        self.read(Operation::StopRound, |_| Ok(()))
    }

    async fn apply_round(&self, _: &RoundKey) -> Result<()> {
        self.read(Operation::ApplyRound, |_| Ok(()))
    }

    async fn reset_round(&self, _: &RoundKey) -> Result<()> {
        self.read(Operation::ResetRound, |_| Ok(()))
    }

    async fn remind_round(&self, _: &RoundKey) -> Result<()> {
        self.read(Operation::RemindRound, |_| Ok(()))
    }
}
