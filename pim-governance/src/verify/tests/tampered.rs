//! Services that don't do as they should.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use pim_core::{
    approval::{Approval, ApprovalKey, NewDecision},
    audit::{AuditRecord, SignIn},
    backend::{
        Alerts, Approvals, AssignmentQuery, AuditLog, AuditQuery, Backend, BackendInfo, BulkOptions,
        Capabilities, ConditionalAccess, Directory, EligibilityQuery, Operation, Packages, PolicyAdmin,
        RequestQuery, Reviews, RoleQuery, SignInQuery,
    },
    clock::Clock,
    error::{Error, ErrorKind, Result},
    id::StageId,
    page::{Batch, Batches, Continuation},
    policy::Policy,
    privilege::{Privilege, RoleDefinition},
    request::{NewRequest, Request, RequestKey},
    schedule::{Assignment, Eligibility},
    time::{Period, Window},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// What was once activated stays.
    NeverEnds,
    /// What was activated is gone two minutes before its end.
    EndsEarly,
    /// Decisions of the requestor count as the approver's.
    OwnApproval,
    /// The log stays empty.
    NoAudit,
    /// The log tells of no end.
    NoExpiryAudit,
    /// There is no log.
    NoAuditFacet,
    /// Roles can't be read.
    NoRoles,
}

#[derive(Debug)]
pub(super) struct Tampered {
    inner: Arc<dyn Backend>,
    /// The same service for the approver.
    other: Arc<dyn Backend>,
    capabilities: Capabilities,
    fault: Fault,
    activated: Arc<Mutex<Vec<Assignment>>>,
}

impl Tampered {
    pub(super) fn new(inner: Arc<dyn Backend>, other: Arc<dyn Backend>, fault: Fault) -> Self {
        let mut capabilities = inner.capabilities().clone();
        if fault == Fault::NoAuditFacet {
            capabilities.operations.remove(&Operation::ListAudit);
        }
        Self { inner, other, capabilities, fault, activated: Arc::default() }
    }
}

#[async_trait]
impl Backend for Tampered {
    fn info(&self) -> &BackendInfo {
        self.inner.info()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.inner.clock()
    }

    fn list_roles(&self, query: &RoleQuery, from: Option<Continuation>) -> Batches<RoleDefinition> {
        if self.fault == Fault::NoRoles {
            let error = Error::new(ErrorKind::PermissionDenied, "not for you");
            return stream::iter([Err(error)]).boxed();
        }
        self.inner.list_roles(query, from)
    }

    fn list_eligibilities(
        &self,
        query: &EligibilityQuery,
        from: Option<Continuation>,
    ) -> Batches<Eligibility> {
        self.inner.list_eligibilities(query, from)
    }

    fn list_assignments(&self, query: &AssignmentQuery, from: Option<Continuation>) -> Batches<Assignment> {
        let list = self.inner.list_assignments(query, from);
        let (fault, now) = (self.fault, self.clock().now());
        let (activated, filter) = (Arc::clone(&self.activated), query.filter.clone());
        list.map(move |batch| {
            let mut batch: Batch<Assignment> = batch?;
            match fault {
                Fault::NeverEnds => {
                    let mut kept = activated.lock().unwrap();
                    for row in batch.items.iter().filter(|row| row.origin.is_activated()) {
                        if kept.iter().all(|known| known.id != row.id) {
                            kept.push(row.clone());
                        }
                    }
                    for row in kept.iter().filter(|row| filter.admits(&row.principal, &row.privilege)) {
                        if batch.items.iter().all(|listed| listed.id != row.id) {
                            let mut row = row.clone();
                            row.window = Window::from(row.window.start().unwrap());
                            batch.items.push(row);
                        }
                    }
                }
                Fault::EndsEarly => batch.items.retain(|row| {
                    let end = row.window.end().filter(|_| row.origin.is_activated());
                    end.is_none_or(|end| now + Period::minutes(2) < end)
                }),
                _ => {}
            }
            Ok(batch)
        })
        .boxed()
    }

    fn list_requests(&self, query: &RequestQuery, from: Option<Continuation>) -> Batches<Request> {
        self.inner.list_requests(query, from)
    }

    async fn get_request(&self, key: &RequestKey) -> Result<Request> {
        self.inner.get_request(key).await
    }

    async fn submit(&self, request: &NewRequest) -> Result<Request> {
        self.inner.submit(request).await
    }

    async fn submit_all(&self, requests: &[NewRequest], options: BulkOptions) -> Vec<Result<Request>> {
        self.inner.submit_all(requests, options).await
    }

    async fn cancel(&self, key: &RequestKey) -> Result<()> {
        self.inner.cancel(key).await
    }

    async fn get_policy(&self, privilege: &Privilege) -> Result<Policy> {
        self.inner.get_policy(privilege).await
    }

    fn policies(&self) -> Option<&dyn PolicyAdmin> {
        self.inner.policies()
    }

    fn approvals(&self) -> Option<&dyn Approvals> {
        Some(self)
    }

    fn reviews(&self) -> Option<&dyn Reviews> {
        self.inner.reviews()
    }

    fn directory(&self) -> Option<&dyn Directory> {
        self.inner.directory()
    }

    fn audit(&self) -> Option<&dyn AuditLog> {
        if self.fault == Fault::NoAuditFacet { None } else { Some(self) }
    }

    fn conditional_access(&self) -> Option<&dyn ConditionalAccess> {
        self.inner.conditional_access()
    }

    fn alerts(&self) -> Option<&dyn Alerts> {
        self.inner.alerts()
    }

    fn packages(&self) -> Option<&dyn Packages> {
        self.inner.packages()
    }
}

#[async_trait]
impl Approvals for Tampered {
    async fn get_approval(&self, key: &ApprovalKey) -> Result<Approval> {
        self.who_decides().approvals().unwrap().get_approval(key).await
    }

    async fn decide(&self, key: &ApprovalKey, stage: &StageId, decision: &NewDecision) -> Result<()> {
        self.who_decides().approvals().unwrap().decide(key, stage, decision).await
    }
}

impl Tampered {
    fn who_decides(&self) -> &dyn Backend {
        if self.fault == Fault::OwnApproval { &*self.other } else { &*self.inner }
    }
}

impl AuditLog for Tampered {
    fn list_audit(&self, query: &AuditQuery, from: Option<Continuation>) -> Batches<AuditRecord> {
        let list = self.inner.audit().unwrap().list_audit(query, from);
        let fault = self.fault;
        list.map(move |batch| {
            let mut batch = batch?;
            batch.items.retain(|record| match fault {
                Fault::NoAudit => false,
                Fault::NoExpiryAudit => !record.activity.contains("activation expired"),
                _ => true,
            });
            Ok(batch)
        })
        .boxed()
    }

    fn list_sign_ins(&self, query: &SignInQuery, from: Option<Continuation>) -> Batches<SignIn> {
        self.inner.audit().unwrap().list_sign_ins(query, from)
    }
}
