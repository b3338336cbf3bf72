//! The workflows beside requests: policies, approvals, reviews, and what discovery reads.

use async_trait::async_trait;
use pim_core::{
    alert::{Alert, AlertChange, AlertIncident, AlertKind},
    approval::{Approval, ApprovalKey, NewDecision},
    audit::{AuditRecord, SignIn},
    backend::{
        Alerts, Approvals, AuditLog, AuditQuery, ConditionalAccess, Directory, MembershipQuery, Packages,
        PolicyAdmin, PolicyQuery, Reviews, SignInQuery, UserQuery, View,
    },
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    error::Result,
    id::{ReviewId, StageId},
    package::{AccessPackage, PackageAssignment},
    page::{Batches, Continuation},
    policy::{Policy, Rule},
    privilege::Privilege,
    review::{AccessReview, NewReview, NewVerdict, ReviewItem, ReviewRound, RoundKey},
};

use super::{EmbeddedBackend, odd};
use crate::engine::{Answer, Command, PolicyWrite};

#[async_trait]
impl PolicyAdmin for EmbeddedBackend {
    fn list_policies(&self, query: &PolicyQuery, from: Option<Continuation>) -> Batches<Policy> {
        let query = query.clone();
        self.list(from, move |reader, at, limit| reader.policies(&query, at.unwrap_or(0), limit))
    }

    async fn update_policy(&self, privilege: &Privilege, rules: &[Rule]) -> Result<Policy> {
        let command = Command::UpdatePolicy(privilege.clone(), rules.to_vec(), PolicyWrite::Whole);
        match self.execute(command).await? {
            Answer::Policy(policy) => Ok(*policy),
            other => Err(odd(&other)),
        }
    }
}

#[async_trait]
impl Approvals for EmbeddedBackend {
    async fn get_approval(&self, key: &ApprovalKey) -> Result<Approval> {
        self.service.read(|engine| engine.reader(&self.caller).approval(key)).await?
    }

    async fn decide(&self, key: &ApprovalKey, stage: &StageId, decision: &NewDecision) -> Result<()> {
        self.execute(Command::Decide(key.clone(), stage.clone(), decision.clone())).await.map(|_| ())
    }
}

#[async_trait]
impl Reviews for EmbeddedBackend {
    fn list_reviews(&self, view: &View, from: Option<Continuation>) -> Batches<AccessReview> {
        let view = view.clone();
        self.list(from, move |reader, at, limit| reader.reviews(&view, at.unwrap_or(0), limit))
    }

    async fn get_review(&self, review: &ReviewId) -> Result<AccessReview> {
        self.service.read(|engine| engine.reader(&self.caller).get_review(review)).await?
    }

    async fn create_review(&self, review: &NewReview) -> Result<AccessReview> {
        match self.execute(Command::CreateReview(review.clone())).await? {
            Answer::Review(review) => Ok(*review),
            other => Err(odd(&other)),
        }
    }

    async fn delete_review(&self, review: &ReviewId) -> Result<()> {
        self.execute(Command::DeleteReview(review.clone())).await.map(|_| ())
    }

    fn list_rounds(&self, review: &ReviewId, from: Option<Continuation>) -> Batches<ReviewRound> {
        let review = review.clone();
        self.list(from, move |reader, at, limit| reader.rounds(&review, at.unwrap_or(0), limit))
    }

    fn list_items(&self, round: &RoundKey, from: Option<Continuation>) -> Batches<ReviewItem> {
        let round = round.clone();
        self.list(from, move |reader, at, limit| reader.items(&round, at.unwrap_or(0), limit))
    }

    async fn record_verdicts(&self, round: &RoundKey, verdicts: &[NewVerdict]) -> Result<()> {
        self.execute(Command::RecordVerdicts(round.clone(), verdicts.to_vec())).await.map(|_| ())
    }

    async fn stop_round(&self, round: &RoundKey) -> Result<()> {
        self.execute(Command::StopRound(round.clone())).await.map(|_| ())
    }

    async fn apply_round(&self, round: &RoundKey) -> Result<()> {
        self.execute(Command::ApplyRound(round.clone())).await.map(|_| ())
    }

    async fn reset_round(&self, round: &RoundKey) -> Result<()> {
        self.execute(Command::ResetRound(round.clone())).await.map(|_| ())
    }

    async fn remind_round(&self, round: &RoundKey) -> Result<()> {
        self.execute(Command::RemindRound(round.clone())).await.map(|_| ())
    }
}

impl AuditLog for EmbeddedBackend {
    fn list_audit(&self, query: &AuditQuery, from: Option<Continuation>) -> Batches<AuditRecord> {
        let query = query.clone();
        self.list(from, move |reader, at, limit| reader.audit(&query, at, limit))
    }

    fn list_sign_ins(&self, query: &SignInQuery, from: Option<Continuation>) -> Batches<SignIn> {
        let query = query.clone();
        self.list(from, move |reader, at, limit| reader.sign_ins(&query, at, limit))
    }
}

#[async_trait]
impl Alerts for EmbeddedBackend {
    fn list_alerts(&self, from: Option<Continuation>) -> Batches<Alert> {
        self.list(from, move |reader, at, limit| reader.alerts(at.unwrap_or(0), limit))
    }

    fn list_incidents(&self, kind: &AlertKind, from: Option<Continuation>) -> Batches<AlertIncident> {
        let kind = kind.clone();
        self.list(from, move |reader, at, limit| reader.incidents(&kind, at.unwrap_or(0), limit))
    }

    async fn change_alert(&self, kind: &AlertKind, change: &AlertChange) -> Result<()> {
        self.execute(Command::ChangeAlert(kind.clone(), change.clone())).await.map(|_| ())
    }
}

/// A list of records that the engine has no rules for.
macro_rules! sections {
    ($($name:ident: $section:ident, $item:ty;)+) => {$(
        fn $name(&self, from: Option<Continuation>) -> Batches<$item> {
            self.list(from, move |reader, at, limit| {
                Ok(reader.records(&reader.state.directory.records.$section, at.unwrap_or(0), limit))
            })
        }
    )+};
}

impl Directory for EmbeddedBackend {
    fn list_users(&self, query: &UserQuery, from: Option<Continuation>) -> Batches<User> {
        let query = query.clone();
        self.list(from, move |reader, at, limit| Ok(reader.users(&query, at.unwrap_or(0), limit)))
    }

    sections! {
        list_service_principals: service_principals, ServicePrincipal;
        list_units: units, AdministrativeUnit;
        list_skus: skus, Sku;
    }

    fn list_groups(&self, from: Option<Continuation>) -> Batches<Group> {
        self.list(from, move |reader, at, limit| Ok(reader.groups(at.unwrap_or(0), limit)))
    }

    fn list_memberships(&self, query: &MembershipQuery, from: Option<Continuation>) -> Batches<Membership> {
        let query = query.clone();
        self.list(from, move |reader, at, limit| Ok(reader.memberships(&query, at.unwrap_or(0), limit)))
    }
}

impl ConditionalAccess for EmbeddedBackend {
    sections! {
        list_conditional_access: conditional_access, ConditionalAccessPolicy;
        list_contexts: contexts, AuthenticationContext;
        list_locations: locations, NamedLocation;
    }
}

impl Packages for EmbeddedBackend {
    sections! {
        list_packages: packages, AccessPackage;
        list_package_assignments: package_assignments, PackageAssignment;
    }
}
