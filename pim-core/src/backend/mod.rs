//! The contract between the model and a service.
//!
//! [`Backend`] is what every service offers; a workflow that a service may lack is a facet behind an `Option`.
//! There are no default methods: conveniences live on `Client`, and a wrapper that
//! forgets a method does not compile.

mod query;

use std::{collections::BTreeSet, fmt, sync::Arc};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

pub use query::{
    AssignmentQuery, AuditQuery, EligibilityQuery, Filter, MembershipQuery, PolicyQuery, RequestQuery,
    RoleQuery, SignInQuery, UserQuery, View, When,
};

use crate::{
    alert::{Alert, AlertChange, AlertIncident, AlertKind},
    approval::{Approval, ApprovalKey, NewDecision},
    audit::{AuditRecord, SignIn},
    clock::Clock,
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    error::Result,
    id::{PrincipalId, ReviewId, StageId, TenantId},
    package::{AccessPackage, PackageAssignment},
    page::{Batches, Continuation},
    policy::{Policy, Rule, RuleKind},
    principal::PrincipalKind,
    privilege::{Privilege, RoleDefinition, Surface},
    request::{Action, NewRequest, Request, RequestKey},
    review::{AccessReview, NewReview, NewVerdict, ReviewItem, ReviewRound, RoundKey},
    schedule::{Assignment, Eligibility},
    time::Period,
};

macro_rules! operations {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)+) => {
        /// Everything that can be asked of a backend.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Operation {
            $($(#[$meta])* $variant,)+
        }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The operation's canonical name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

operations! {
    /// [`Backend::list_roles`].
    ListRoles = "list_roles",
    /// [`Backend::list_eligibilities`].
    ListEligibilities = "list_eligibilities",
    /// [`Backend::list_assignments`].
    ListAssignments = "list_assignments",
    /// [`Backend::list_requests`].
    ListRequests = "list_requests",
    /// [`Backend::get_request`].
    GetRequest = "get_request",
    /// [`Backend::submit`].
    Submit = "submit",
    /// [`Backend::submit_all`].
    SubmitAll = "submit_all",
    /// [`Backend::cancel`].
    Cancel = "cancel",
    /// [`Backend::get_policy`].
    GetPolicy = "get_policy",
    /// [`PolicyAdmin::list_policies`].
    ListPolicies = "list_policies",
    /// [`PolicyAdmin::update_policy`].
    UpdatePolicy = "update_policy",
    /// [`Approvals::get_approval`].
    GetApproval = "get_approval",
    /// [`Approvals::decide`].
    Decide = "decide",
    /// [`Reviews::list_reviews`].
    ListReviews = "list_reviews",
    /// [`Reviews::get_review`].
    GetReview = "get_review",
    /// [`Reviews::create_review`].
    CreateReview = "create_review",
    /// [`Reviews::delete_review`].
    DeleteReview = "delete_review",
    /// [`Reviews::list_rounds`].
    ListRounds = "list_rounds",
    /// [`Reviews::list_items`].
    ListItems = "list_items",
    /// [`Reviews::record_verdicts`].
    RecordVerdicts = "record_verdicts",
    /// [`Reviews::stop_round`].
    StopRound = "stop_round",
    /// [`Reviews::apply_round`].
    ApplyRound = "apply_round",
    /// [`Reviews::reset_round`].
    ResetRound = "reset_round",
    /// [`Reviews::remind_round`].
    RemindRound = "remind_round",
    /// [`Directory::list_users`].
    ListUsers = "list_users",
    /// [`Directory::list_groups`].
    ListGroups = "list_groups",
    /// [`Directory::list_memberships`].
    ListMemberships = "list_memberships",
    /// [`Directory::list_service_principals`].
    ListServicePrincipals = "list_service_principals",
    /// [`Directory::list_units`].
    ListUnits = "list_units",
    /// [`Directory::list_skus`].
    ListSkus = "list_skus",
    /// [`AuditLog::list_audit`].
    ListAudit = "list_audit",
    /// [`AuditLog::list_sign_ins`].
    ListSignIns = "list_sign_ins",
    /// [`ConditionalAccess::list_conditional_access`].
    ListConditionalAccess = "list_conditional_access",
    /// [`ConditionalAccess::list_contexts`].
    ListContexts = "list_contexts",
    /// [`ConditionalAccess::list_locations`].
    ListLocations = "list_locations",
    /// [`Alerts::list_alerts`].
    ListAlerts = "list_alerts",
    /// [`Alerts::list_incidents`].
    ListIncidents = "list_incidents",
    /// [`Alerts::change_alert`].
    ChangeAlert = "change_alert",
    /// [`Packages::list_packages`].
    ListPackages = "list_packages",
    /// [`Packages::list_package_assignments`].
    ListPackageAssignments = "list_package_assignments",
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a backend is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BackendInfo {
    /// A short name, such as `embedded` or `graph`.
    pub name: String,
    /// The tenant, where known.
    pub tenant: Option<TenantId>,
    /// On whose behalf it acts; `None` where the credential does not tell.
    pub caller: Option<PrincipalId>,
    /// What the caller is; `None` where the credential does not tell.
    pub caller_kind: Option<PrincipalKind>,
}

impl BackendInfo {
    /// A backend by name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), tenant: None, caller: None, caller_kind: None }
    }
}

/// What works *through this client with this credential*: what the service can do and the caller may not is
/// left out as far as the backend can tell beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Capabilities {
    /// Operations that work.
    pub operations: BTreeSet<Operation>,
    /// Which actions work where. Self-service needs a delegated token.
    pub actions: BTreeSet<(Surface, Action)>,
    /// The policy rules that can be written.
    pub rules: BTreeSet<RuleKind>,
    /// Whether requests can be tried without effect ([`NewRequest::dry_run`]).
    pub dry_run: bool,
}

impl Capabilities {
    /// The surfaces on which at least one action works.
    pub fn surfaces(&self) -> BTreeSet<&Surface> {
        self.actions.iter().map(|(surface, _)| surface).collect()
    }
}

/// How many requests are sent together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct BulkOptions {
    /// How many calls may be under way at once, at least one; a call carries as many requests as the service takes
    /// in one. Default 4. More is faster until the service asks to slow down.
    pub in_flight: usize,
}

impl Default for BulkOptions {
    fn default() -> Self {
        Self { in_flight: 4 }
    }
}

/// A PIM service, as one caller sees it.
///
/// Lists are streams that own what they need, so that they outlive the call. All methods report errors of
/// [`ErrorKind`](crate::error::ErrorKind); which ones is said where it is not obvious.
#[async_trait]
pub trait Backend: fmt::Debug + Send + Sync + 'static {
    /// What this backend is.
    fn info(&self) -> &BackendInfo;

    /// What works through it. Everything else fails with `Unsupported` before any I/O.
    fn capabilities(&self) -> &Capabilities;

    /// The service's time, and waiting on it.
    fn clock(&self) -> Arc<dyn Clock>;

    /// The roles that exist.
    fn list_roles(&self, query: &RoleQuery, from: Option<Continuation>) -> Batches<RoleDefinition>;

    /// Who may activate what.
    fn list_eligibilities(
        &self,
        query: &EligibilityQuery,
        from: Option<Continuation>,
    ) -> Batches<Eligibility>;

    /// Who holds what.
    fn list_assignments(&self, query: &AssignmentQuery, from: Option<Continuation>) -> Batches<Assignment>;

    /// What was asked for. Services purge requests after a while: a missing one says nothing about the grant.
    fn list_requests(&self, query: &RequestQuery, from: Option<Continuation>) -> Batches<Request>;

    /// One request. `NotFound` when unknown, purged, or not visible yet.
    async fn get_request(&self, key: &RequestKey) -> Result<Request>;

    /// Asks for something, once: never repeated by the backend unless nothing can have been stored.
    /// `OutcomeUnknown` when the reply was lost.
    async fn submit(&self, request: &NewRequest) -> Result<Request>;

    /// Asks for many things, each once and under the rules of [`submit`](Self::submit), and answers with each one's own
    /// outcome, in the order of the requests. They are carried out in any order, side by side where the service can.
    async fn submit_all(&self, requests: &[NewRequest], options: BulkOptions) -> Vec<Result<Request>>;

    /// Withdraws a request that has not been carried out. `InvalidTransition` when it has.
    async fn cancel(&self, key: &RequestKey) -> Result<()>;

    /// The policy that governs a privilege. The scope of a directory role does not matter.
    async fn get_policy(&self, privilege: &Privilege) -> Result<Policy>;

    /// Reading and changing policies.
    fn policies(&self) -> Option<&dyn PolicyAdmin>;
    /// Reading and deciding approvals.
    fn approvals(&self) -> Option<&dyn Approvals>;
    /// Access reviews.
    fn reviews(&self) -> Option<&dyn Reviews>;
    /// People, groups, applications.
    fn directory(&self) -> Option<&dyn Directory>;
    /// Audit records and sign-ins.
    fn audit(&self) -> Option<&dyn AuditLog>;
    /// Conditional Access.
    fn conditional_access(&self) -> Option<&dyn ConditionalAccess>;
    /// PIM's alerts.
    fn alerts(&self) -> Option<&dyn Alerts>;
    /// Access packages.
    fn packages(&self) -> Option<&dyn Packages>;
}

/// Changing policies.
#[async_trait]
pub trait PolicyAdmin: Send + Sync {
    /// The policies there are. For groups: of those under PIM.
    fn list_policies(&self, query: &PolicyQuery, from: Option<Continuation>) -> Batches<Policy>;

    /// Replaces these rules of the policy that governs `privilege`, in an order that is safe at every step,
    /// and answers with what the service then holds.
    async fn update_policy(&self, privilege: &Privilege, rules: &[Rule]) -> Result<Policy>;
}

/// Deciding on requests. Delegated use only: no service lets an application decide.
#[async_trait]
pub trait Approvals: Send + Sync {
    /// One approval.
    async fn get_approval(&self, key: &ApprovalKey) -> Result<Approval>;

    /// Decides a stage. `Conflict` when someone else did, `PermissionDenied` for anyone who is no approver and
    /// for the requestor.
    async fn decide(&self, key: &ApprovalKey, stage: &StageId, decision: &NewDecision) -> Result<()>;
}

/// Access reviews.
#[async_trait]
pub trait Reviews: Send + Sync {
    /// The reviews there are: the caller's to review for [`View::ForMyDecision`], else all.
    fn list_reviews(&self, view: &View, from: Option<Continuation>) -> Batches<AccessReview>;

    /// One review.
    async fn get_review(&self, review: &ReviewId) -> Result<AccessReview>;

    /// Creates a review.
    async fn create_review(&self, review: &NewReview) -> Result<AccessReview>;

    /// Deletes a review with all its rounds.
    async fn delete_review(&self, review: &ReviewId) -> Result<()>;

    /// A review's rounds.
    fn list_rounds(&self, review: &ReviewId, from: Option<Continuation>) -> Batches<ReviewRound>;

    /// A round's items.
    fn list_items(&self, round: &RoundKey, from: Option<Continuation>) -> Batches<ReviewItem>;

    /// Answers items, as one of the round's reviewers. All or none.
    async fn record_verdicts(&self, round: &RoundKey, verdicts: &[NewVerdict]) -> Result<()>;

    /// Closes a round early, for good. Later rounds still start.
    async fn stop_round(&self, round: &RoundKey) -> Result<()>;

    /// Carries out the decisions of a completed round.
    async fn apply_round(&self, round: &RoundKey) -> Result<()>;

    /// Takes back every answer of an open round.
    async fn reset_round(&self, round: &RoundKey) -> Result<()>;

    /// Reminds the reviewers who have not answered.
    async fn remind_round(&self, round: &RoundKey) -> Result<()>;
}

/// What surrounds privileges in the directory.
pub trait Directory: Send + Sync {
    /// People.
    fn list_users(&self, query: &UserQuery, from: Option<Continuation>) -> Batches<User>;
    /// Groups.
    fn list_groups(&self, from: Option<Continuation>) -> Batches<Group>;
    /// Who belongs to groups now: direct members and owners; follow groups among them for the rest.
    fn list_memberships(&self, query: &MembershipQuery, from: Option<Continuation>) -> Batches<Membership>;
    /// Applications.
    fn list_service_principals(&self, from: Option<Continuation>) -> Batches<ServicePrincipal>;
    /// Administrative units.
    fn list_units(&self, from: Option<Continuation>) -> Batches<AdministrativeUnit>;
    /// Licences.
    fn list_skus(&self, from: Option<Continuation>) -> Batches<Sku>;
}

/// Records of what happened.
pub trait AuditLog: Send + Sync {
    /// Audit records, newest first.
    fn list_audit(&self, query: &AuditQuery, from: Option<Continuation>) -> Batches<AuditRecord>;
    /// Sign-ins, newest first.
    fn list_sign_ins(&self, query: &SignInQuery, from: Option<Continuation>) -> Batches<SignIn>;
}

/// Conditional Access, read only.
pub trait ConditionalAccess: Send + Sync {
    /// Policies.
    fn list_conditional_access(&self, from: Option<Continuation>) -> Batches<ConditionalAccessPolicy>;
    /// Authentication contexts.
    fn list_contexts(&self, from: Option<Continuation>) -> Batches<AuthenticationContext>;
    /// Named locations.
    fn list_locations(&self, from: Option<Continuation>) -> Batches<NamedLocation>;
}

/// PIM's alerts.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// The alerts and their state.
    fn list_alerts(&self, from: Option<Continuation>) -> Batches<Alert>;
    /// What an alert found.
    fn list_incidents(&self, kind: &AlertKind, from: Option<Continuation>) -> Batches<AlertIncident>;
    /// Refreshes, dismisses or configures an alert.
    async fn change_alert(&self, kind: &AlertKind, change: &AlertChange) -> Result<()>;
}

/// Access packages, read only.
pub trait Packages: Send + Sync {
    /// Packages and what they carry.
    fn list_packages(&self, from: Option<Continuation>) -> Batches<AccessPackage>;
    /// Who has them.
    fn list_package_assignments(&self, from: Option<Continuation>) -> Batches<PackageAssignment>;
}

/// The shortest time that a grant must have been active before it can be ended, and the shortest grant.
///
/// Source: [Assign roles](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-add-role-to-user).
pub const MINIMUM_ACTIVE: Period = Period::minutes(5);
