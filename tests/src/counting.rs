//! A backend around another that counts what is asked of it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use pim_core::{
    alert::{Alert, AlertChange, AlertIncident, AlertKind},
    approval::{Approval, ApprovalKey, NewDecision},
    audit::{AuditRecord, SignIn},
    backend::{
        Alerts, Approvals, AssignmentQuery, AuditLog, AuditQuery, Backend, BackendInfo, BulkOptions,
        Capabilities, ConditionalAccess, Directory, EligibilityQuery, MembershipQuery, Operation, Packages,
        PolicyAdmin, PolicyQuery, RequestQuery, Reviews, RoleQuery, SignInQuery, UserQuery, View,
    },
    clock::Clock,
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    error::{Error, ErrorKind, Result},
    id::{ReviewId, StageId},
    package::{AccessPackage, PackageAssignment},
    page::{Batches, Continuation},
    policy::{Policy, Rule},
    privilege::{Privilege, RoleDefinition},
    request::{NewRequest, Request, RequestKey},
    review::{AccessReview, NewReview, NewVerdict, ReviewItem, ReviewRound, RoundKey},
    schedule::{Assignment, Eligibility},
};

/// How often each operation was asked. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Counts(Arc<Mutex<BTreeMap<Operation, u32>>>);

impl Counts {
    /// How often this one was asked.
    pub fn of(&self, operation: Operation) -> u32 {
        self.0.lock().unwrap().get(&operation).copied().unwrap_or(0)
    }

    /// How often any was.
    pub fn total(&self) -> u32 {
        self.0.lock().unwrap().values().sum()
    }

    fn add(&self, operation: Operation) {
        *self.0.lock().unwrap().entry(operation).or_default() += 1;
    }
}

/// Passes everything on to another backend, and counts it.
#[derive(Clone, Debug)]
pub struct Counting {
    inner: Arc<dyn Backend>,
    counts: Counts,
}

impl Counting {
    /// Around this backend.
    pub const fn new(inner: Arc<dyn Backend>, counts: Counts) -> Self {
        Self { inner, counts }
    }

    /// A facet that the backend offered a moment ago, when this one was asked for it.
    fn through<T>(&self, operation: Operation, facet: Option<T>) -> Result<T> {
        self.counts.add(operation);
        facet.ok_or_else(|| Error::new(ErrorKind::Unsupported, "the backend took back what it offered"))
    }
}

fn listed<T: Send + 'static>(list: Result<Batches<T>>) -> Batches<T> {
    list.unwrap_or_else(|error| stream::iter([Err(error)]).boxed())
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Backend for Counting {
    fn info(&self) -> &BackendInfo {
        self.inner.info()
    }

    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.inner.clock()
    }

    fn list_roles(&self, query: &RoleQuery, from: Option<Continuation>) -> Batches<RoleDefinition> {
        self.counts.add(Operation::ListRoles);
        self.inner.list_roles(query, from)
    }

    fn list_eligibilities(
        &self,
        query: &EligibilityQuery,
        from: Option<Continuation>,
    ) -> Batches<Eligibility> {
        self.counts.add(Operation::ListEligibilities);
        self.inner.list_eligibilities(query, from)
    }

    fn list_assignments(&self, query: &AssignmentQuery, from: Option<Continuation>) -> Batches<Assignment> {
        self.counts.add(Operation::ListAssignments);
        self.inner.list_assignments(query, from)
    }

    fn list_requests(&self, query: &RequestQuery, from: Option<Continuation>) -> Batches<Request> {
        self.counts.add(Operation::ListRequests);
        self.inner.list_requests(query, from)
    }

    async fn get_request(&self, key: &RequestKey) -> Result<Request> {
        self.counts.add(Operation::GetRequest);
        self.inner.get_request(key).await
    }

    async fn submit(&self, request: &NewRequest) -> Result<Request> {
        self.counts.add(Operation::Submit);
        self.inner.submit(request).await
    }

    async fn submit_all(&self, requests: &[NewRequest], options: BulkOptions) -> Vec<Result<Request>> {
        self.counts.add(Operation::SubmitAll);
        self.inner.submit_all(requests, options).await
    }

    async fn cancel(&self, key: &RequestKey) -> Result<()> {
        self.counts.add(Operation::Cancel);
        self.inner.cancel(key).await
    }

    async fn get_policy(&self, privilege: &Privilege) -> Result<Policy> {
        self.counts.add(Operation::GetPolicy);
        self.inner.get_policy(privilege).await
    }

    fn policies(&self) -> Option<&dyn PolicyAdmin> {
        self.inner.policies().map(|_| self as _)
    }

    fn approvals(&self) -> Option<&dyn Approvals> {
        self.inner.approvals().map(|_| self as _)
    }

    fn reviews(&self) -> Option<&dyn Reviews> {
        self.inner.reviews().map(|_| self as _)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        self.inner.directory().map(|_| self as _)
    }

    fn audit(&self) -> Option<&dyn AuditLog> {
        self.inner.audit().map(|_| self as _)
    }

    fn conditional_access(&self) -> Option<&dyn ConditionalAccess> {
        self.inner.conditional_access().map(|_| self as _)
    }

    fn alerts(&self) -> Option<&dyn Alerts> {
        self.inner.alerts().map(|_| self as _)
    }

    fn packages(&self) -> Option<&dyn Packages> {
        self.inner.packages().map(|_| self as _)
    }
}

/// Lists that a facet gives.
macro_rules! lists {
    ($facet:ident: $($name:ident($($arg:ident: $ty:ty)?) -> $item:ty = $op:ident;)+) => {$(
        fn $name(&self, $($arg: $ty,)? from: Option<Continuation>) -> Batches<$item> {
            let facet = self.through(Operation::$op, self.inner.$facet());
            listed(facet.map(|facet| facet.$name($($arg,)? from)))
        }
    )+};
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl PolicyAdmin for Counting {
    lists! { policies: list_policies(query: &PolicyQuery) -> Policy = ListPolicies; }

    async fn update_policy(&self, privilege: &Privilege, rules: &[Rule]) -> Result<Policy> {
        self.through(Operation::UpdatePolicy, self.inner.policies())?.update_policy(privilege, rules).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Approvals for Counting {
    async fn get_approval(&self, key: &ApprovalKey) -> Result<Approval> {
        self.through(Operation::GetApproval, self.inner.approvals())?.get_approval(key).await
    }

    async fn decide(&self, key: &ApprovalKey, stage: &StageId, decision: &NewDecision) -> Result<()> {
        self.through(Operation::Decide, self.inner.approvals())?.decide(key, stage, decision).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Reviews for Counting {
    lists! {
        reviews:
        list_reviews(view: &View) -> AccessReview = ListReviews;
        list_rounds(review: &ReviewId) -> ReviewRound = ListRounds;
        list_items(round: &RoundKey) -> ReviewItem = ListItems;
    }

    async fn get_review(&self, review: &ReviewId) -> Result<AccessReview> {
        self.through(Operation::GetReview, self.inner.reviews())?.get_review(review).await
    }

    async fn create_review(&self, review: &NewReview) -> Result<AccessReview> {
        self.through(Operation::CreateReview, self.inner.reviews())?.create_review(review).await
    }

    async fn delete_review(&self, review: &ReviewId) -> Result<()> {
        self.through(Operation::DeleteReview, self.inner.reviews())?.delete_review(review).await
    }

    async fn record_verdicts(&self, round: &RoundKey, verdicts: &[NewVerdict]) -> Result<()> {
        self.through(Operation::RecordVerdicts, self.inner.reviews())?.record_verdicts(round, verdicts).await
    }

    async fn stop_round(&self, round: &RoundKey) -> Result<()> {
        self.through(Operation::StopRound, self.inner.reviews())?.stop_round(round).await
    }

    async fn apply_round(&self, round: &RoundKey) -> Result<()> {
        self.through(Operation::ApplyRound, self.inner.reviews())?.apply_round(round).await
    }

    async fn reset_round(&self, round: &RoundKey) -> Result<()> {
        self.through(Operation::ResetRound, self.inner.reviews())?.reset_round(round).await
    }

    async fn remind_round(&self, round: &RoundKey) -> Result<()> {
        self.through(Operation::RemindRound, self.inner.reviews())?.remind_round(round).await
    }
}

#[deny(clippy::missing_trait_methods)]
impl Directory for Counting {
    lists! {
        directory:
        list_users(query: &UserQuery) -> User = ListUsers;
        list_groups() -> Group = ListGroups;
        list_memberships(query: &MembershipQuery) -> Membership = ListMemberships;
        list_service_principals() -> ServicePrincipal = ListServicePrincipals;
        list_units() -> AdministrativeUnit = ListUnits;
        list_skus() -> Sku = ListSkus;
    }
}

#[deny(clippy::missing_trait_methods)]
impl AuditLog for Counting {
    lists! {
        audit:
        list_audit(query: &AuditQuery) -> AuditRecord = ListAudit;
        list_sign_ins(query: &SignInQuery) -> SignIn = ListSignIns;
    }
}

#[deny(clippy::missing_trait_methods)]
impl ConditionalAccess for Counting {
    lists! {
        conditional_access:
        list_conditional_access() -> ConditionalAccessPolicy = ListConditionalAccess;
        list_contexts() -> AuthenticationContext = ListContexts;
        list_locations() -> NamedLocation = ListLocations;
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Alerts for Counting {
    lists! {
        alerts:
        list_alerts() -> Alert = ListAlerts;
        list_incidents(kind: &AlertKind) -> AlertIncident = ListIncidents;
    }

    async fn change_alert(&self, kind: &AlertKind, change: &AlertChange) -> Result<()> {
        self.through(Operation::ChangeAlert, self.inner.alerts())?.change_alert(kind, change).await
    }
}

#[deny(clippy::missing_trait_methods)]
impl Packages for Counting {
    lists! {
        packages:
        list_packages() -> AccessPackage = ListPackages;
        list_package_assignments() -> PackageAssignment = ListPackageAssignments;
    }
}
