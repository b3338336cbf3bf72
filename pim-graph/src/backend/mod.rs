//! The backend: Microsoft Graph as the model sees it.

mod alerts;
mod approvals;
mod connection;
mod directory;
mod grants;
mod held;
mod join;
mod list;
mod mail;
mod options;
mod parts;
mod policies;
mod reading;
mod reviews;
mod surroundings;

use std::sync::Arc;

use async_trait::async_trait;
use futures::TryStreamExt;
use pim_core::{
    backend::{
        Alerts, Approvals, AssignmentQuery, AuditLog, Backend, BackendInfo, BulkOptions, Capabilities,
        ConditionalAccess, Directory, EligibilityQuery, Packages, PolicyAdmin, RequestQuery, Reviews,
        RoleQuery,
    },
    clock::Clock,
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, TenantId},
    page::{Batches, Continuation},
    policy::Policy,
    principal::PrincipalKind,
    privilege::{Privilege, RoleDefinition},
    request::{NewRequest, Request, RequestKey},
    schedule::{Assignment, Eligibility},
};
use pim_http::{auth::TokenFacts, clock::SystemClock, pipeline::Service};

use self::{connection::Connection, list::chain};
pub use self::{
    mail::GraphMail,
    options::{Details, ReadOptions, Split, UsedEligibility},
};
use crate::{
    capability::{TokenKind, capabilities},
    convert,
    endpoints::{
        self, Query, Repeat,
        schedules::{Area, Family, Grant, Record},
    },
    preflight::{Licence, Preflight},
    wire,
};

/// Microsoft Graph: Entra roles and groups. Azure roles are `Unsupported`.
///
/// Lists read pages ahead on tasks of their own, so a tokio runtime is needed. Lists over all groups ask for each
/// group that can be under PIM, in batches: no stable endpoint tells which are. A group that the caller may not read
/// is a rejected row.
#[derive(Clone, Debug)]
pub struct GraphBackend {
    connection: Connection,
    info: BackendInfo,
    capabilities: Capabilities,
    clock: Arc<dyn Clock>,
}

impl GraphBackend {
    /// Graph at the other end of this service. The caller is who the token speaks for; a token that does not tell
    /// is asked about at `/me`.
    ///
    /// # Errors
    /// What getting a token reports; `InvalidInput` where nothing tells whether the token speaks for a person or
    /// for an application: say so with [`GraphBackend::known`].
    pub async fn new(service: Service) -> Result<Self> {
        let facts = service.token().await?.and_then(|token| token.facts()).unwrap_or_default();
        let access = facts.access.or_else(|| service.provider()?.access()).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                "the token does not tell whether it speaks for a person or for an application: say which",
            )
        })?;
        let token = TokenKind::from(access);
        let mut info = BackendInfo::new("graph");
        info.caller_kind = Some(match token {
            TokenKind::Delegated => PrincipalKind::User,
            TokenKind::Application => PrincipalKind::ServicePrincipal,
        });
        (info.tenant, info.caller) = told(&facts);
        let mut backend = Self::known(service, info, token)?;
        if backend.info.caller.is_none() && token == TokenKind::Delegated {
            backend.info.caller = Some(backend.ask_who().await?);
        }
        Ok(backend)
    }

    /// The same where the caller is known beforehand; nothing is sent.
    ///
    /// # Errors
    /// `InvalidInput` where the service's address is not one of Graph's form.
    pub fn known(service: Service, info: BackendInfo, token: TokenKind) -> Result<Self> {
        let connection = Connection::new(service, token)?;
        let capabilities = capabilities(token);
        Ok(Self { connection, info, capabilities, clock: Arc::new(SystemClock) })
    }

    /// With another clock than the machine's, such as an emulator's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// What this token, the tenant's licences and the cloud do not allow, before anything is done. Reads the token and,
    /// where it may, the licences; nothing is changed.
    ///
    /// # Errors
    /// What getting a token reports, and a service that cannot be reached.
    pub async fn preflight(&self) -> Result<Preflight> {
        let service = self.connection.service();
        let facts = service.token().await?.and_then(|token| token.facts());
        let batches: Result<Vec<_>> = self.list_skus(None).try_collect().await;
        let licence =
            Licence::of(batches.map(|batches| batches.into_iter().flat_map(|b| b.items).collect()))?;
        let token = self.connection.token();
        Ok(Preflight::judge(token, facts.as_ref(), licence, service.endpoint().as_str()))
    }

    /// With another way of reading long lists.
    #[must_use]
    pub const fn reading(mut self, options: ReadOptions) -> Self {
        self.connection.reading = options;
        self
    }

    /// Sends mail as somebody, with the permission `Mail.Send`. A person sends as themselves; an application as
    /// whom it may, which an administrator of Exchange can
    /// [limit to some mailboxes](https://learn.microsoft.com/exchange/permissions-exo/application-rbac).
    pub fn mail_from(&self, sender: PrincipalId) -> GraphMail {
        GraphMail::new(self.connection.clone(), sender)
    }

    async fn ask_who(&self) -> Result<PrincipalId> {
        let query = Query { select: vec!["id".into()], ..Query::default() };
        let me: wire::DirectoryObject = self.connection.read(&endpoints::directory::me(), &query).await?;
        convert::directory::object_id(&me)
    }
}

#[async_trait]
impl Backend for GraphBackend {
    fn info(&self) -> &BackendInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    fn list_roles(&self, query: &RoleQuery, from: Option<Continuation>) -> Batches<RoleDefinition> {
        chain(&self.connection, grants::roles(&self.connection, query), from)
    }

    fn list_eligibilities(
        &self,
        query: &EligibilityQuery,
        from: Option<Continuation>,
    ) -> Batches<Eligibility> {
        chain(&self.connection, grants::eligibilities(&self.connection, query), from)
    }

    fn list_assignments(&self, query: &AssignmentQuery, from: Option<Continuation>) -> Batches<Assignment> {
        chain(&self.connection, grants::assignments(&self.connection, query), from)
    }

    fn list_requests(&self, query: &RequestQuery, from: Option<Continuation>) -> Batches<Request> {
        chain(&self.connection, grants::requests(&self.connection, query), from)
    }

    async fn get_request(&self, key: &RequestKey) -> Result<Request> {
        let family = family(key)?;
        let call = family.one(&key.id).read(self.connection.root(), &Query::default())?;
        grants::request(family, &self.connection.send(call).await?.body)
    }

    async fn submit(&self, request: &NewRequest) -> Result<Request> {
        let (family, body) = convert::request::new(request)?;
        self.connection.create(&family.list(), &body, |answer| grants::request(family, answer)).await
    }

    async fn submit_all(&self, requests: &[NewRequest], options: BulkOptions) -> Vec<Result<Request>> {
        // Alone, a request needs no envelope, which can get lost.
        if let [request] = requests {
            return vec![self.submit(request).await];
        }
        let calls = requests.iter().map(|request| {
            let (family, body) = convert::request::new(request)?;
            Ok((family, family.list().create(self.connection.root(), &body)?))
        });
        self.connection.create_all(calls.collect(), options.in_flight, grants::request).await
    }

    async fn cancel(&self, key: &RequestKey) -> Result<()> {
        let place = family(key)?.cancel(&key.id);
        let error = match self.connection.act(place.act(self.connection.root(), Repeat::Never)).await {
            Err(error) if error.kind() == ErrorKind::InvalidTransition => error,
            outcome => return outcome,
        };
        // The answer does not tell what became of the request; the request does.
        Err(match self.get_request(key).await {
            Ok(request) => error.with_context("status", &request.status),
            Err(_) => error,
        })
    }

    async fn get_policy(&self, privilege: &Privilege) -> Result<Policy> {
        policies::read(&self.connection, privilege).await
    }

    fn policies(&self) -> Option<&dyn PolicyAdmin> {
        Some(self)
    }

    fn approvals(&self) -> Option<&dyn Approvals> {
        (self.connection.token() == TokenKind::Delegated).then_some(self)
    }

    fn reviews(&self) -> Option<&dyn Reviews> {
        Some(self)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        Some(self)
    }

    fn audit(&self) -> Option<&dyn AuditLog> {
        Some(self)
    }

    fn conditional_access(&self) -> Option<&dyn ConditionalAccess> {
        Some(self)
    }

    fn alerts(&self) -> Option<&dyn Alerts> {
        Some(self)
    }

    fn packages(&self) -> Option<&dyn Packages> {
        Some(self)
    }
}

/// What a token tells of tenant and caller. It proves nothing, so what cannot be read is not told.
fn told(facts: &TokenFacts) -> (Option<TenantId>, Option<PrincipalId>) {
    let tenant = facts.tenant.as_deref().and_then(|id| id.parse().ok());
    (tenant, facts.caller.as_deref().and_then(|id| id.parse().ok()))
}

fn family(key: &RequestKey) -> Result<Family> {
    Ok(Family {
        area: Area::try_from(&key.privilege.surface())?,
        grant: Grant::try_from(&key.level)?,
        record: Record::Request,
    })
}
