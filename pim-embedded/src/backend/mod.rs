//! The service behind the contract of `pim-core`.

mod facets;

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use pim_core::{
    backend::{
        Alerts, Approvals, AssignmentQuery, AuditLog, Backend, BackendInfo, BulkOptions, Capabilities,
        ConditionalAccess, Directory, EligibilityQuery, Operation, Packages, PolicyAdmin, RequestQuery,
        Reviews, RoleQuery,
    },
    clock::Clock,
    error::{Error, ErrorKind, Result},
    page::{Batch, Batches, Continuation},
    policy::{Policy, RuleKind, SessionKind},
    principal::PrincipalKind,
    privilege::{Privilege, RoleDefinition, Surface},
    request::{Action, NewRequest, Request, RequestKey},
    schedule::{Assignment, Eligibility},
};

use crate::{
    engine::{Answer, Caller, Command, Page, Reader},
    service::Embedded,
};

/// How many items a batch holds; as many as the service's pages.
const BATCH: usize = 100;

/// One caller's unguarded access to an [`Embedded`] service.
#[derive(Clone, Debug)]
pub struct EmbeddedBackend {
    service: Embedded,
    caller: Arc<Caller>,
    info: BackendInfo,
    capabilities: Arc<Capabilities>,
}

impl EmbeddedBackend {
    pub(crate) fn new(service: Embedded, caller: Caller) -> Self {
        let mut info = BackendInfo::new("embedded");
        info.tenant = Some(service.seed().records().tenant.id.clone());
        info.caller = Some(caller.principal.clone());
        info.caller_kind = Some(match caller.session.kind {
            SessionKind::Person => PrincipalKind::User,
            SessionKind::Application => PrincipalKind::ServicePrincipal,
        });
        let capabilities = Arc::new(capabilities(&caller));
        Self { service, caller: Arc::new(caller), info, capabilities }
    }

    async fn execute(&self, command: Command) -> Result<Answer> {
        self.service.execute(&self.caller, &command).await
    }

    /// A list, read page by page, each from the state of its moment. `read` gets the place to begin at;
    /// `None` for the beginning.
    fn list<T: Send + 'static>(
        &self,
        from: Option<Continuation>,
        read: impl Fn(Reader<'_>, Option<u64>, usize) -> Result<Page<T>> + Send + Sync + 'static,
    ) -> Batches<T> {
        let start = match place(from) {
            Ok(start) => start,
            Err(error) => return stream::iter([Err(error)]).boxed(),
        };
        let (service, caller, read) = (self.service.clone(), Arc::clone(&self.caller), Arc::new(read));
        stream::try_unfold(Some(start), move |at| {
            let (service, caller, read) = (service.clone(), Arc::clone(&caller), Arc::clone(&read));
            async move {
                let Some(at) = at else { return Ok(None) };
                let (items, next) = service.read(|engine| read(engine.reader(&caller), at, BATCH)).await??;
                let resume = next.map(|next| Continuation::new(next.to_string()));
                Ok(Some((Batch { items, rejected: Vec::new(), resume }, next.map(Some))))
            }
        })
        .boxed()
    }
}

/// The place that a continuation of ours names.
fn place(from: Option<Continuation>) -> Result<Option<u64>> {
    match from.as_ref().map(Continuation::as_str) {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            Error::new(
                ErrorKind::InvalidInput,
                "the continuation is not one of this list; begin the list anew",
            )
        }),
    }
}

/// All that the engine does; without a person behind the token, neither self-service nor decisions.
fn capabilities(caller: &Caller) -> Capabilities {
    let person = caller.session.kind == SessionKind::Person && caller.session.delegated;
    let decisions = [Operation::GetApproval, Operation::Decide];
    let mut capabilities = Capabilities::default();
    capabilities.operations =
        Operation::ALL.iter().copied().filter(|operation| person || !decisions.contains(operation)).collect();
    let works = |surface: &Surface, action: &Action| {
        let portal = matches!(action, Action::SelfExtend | Action::SelfRenew);
        (person || action.is_administrative()) && !(portal && *surface == Surface::Groups)
    };
    capabilities.actions = Surface::KNOWN
        .iter()
        .flat_map(|surface| Action::KNOWN.iter().map(move |action| (surface.clone(), action.clone())))
        .filter(|(surface, action)| works(surface, action))
        .collect();
    capabilities.rules = RuleKind::KNOWN.iter().cloned().collect::<BTreeSet<_>>();
    capabilities.dry_run = true;
    capabilities
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Backend for EmbeddedBackend {
    fn info(&self) -> &BackendInfo {
        &self.info
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.service.clock()
    }

    fn list_roles(&self, query: &RoleQuery, from: Option<Continuation>) -> Batches<RoleDefinition> {
        let surface = query.surface.clone();
        self.list(from, move |reader, at, limit| Ok(reader.roles(surface.as_ref(), at.unwrap_or(0), limit)))
    }

    fn list_eligibilities(
        &self,
        query: &EligibilityQuery,
        from: Option<Continuation>,
    ) -> Batches<Eligibility> {
        let query = query.clone();
        self.list(from, move |reader, at, limit| reader.eligibilities(&query, at.unwrap_or(0), limit))
    }

    fn list_assignments(&self, query: &AssignmentQuery, from: Option<Continuation>) -> Batches<Assignment> {
        let query = query.clone();
        self.list(from, move |reader, at, limit| reader.assignments(&query, at.unwrap_or(0), limit))
    }

    fn list_requests(&self, query: &RequestQuery, from: Option<Continuation>) -> Batches<Request> {
        let query = query.clone();
        self.list(from, move |reader, at, limit| reader.requests(&query, at.unwrap_or(0), limit))
    }

    async fn get_request(&self, key: &RequestKey) -> Result<Request> {
        self.service.read(|engine| engine.reader(&self.caller).request(key)).await?
    }

    async fn submit(&self, request: &NewRequest) -> Result<Request> {
        match self.execute(Command::Submit(request.clone())).await? {
            Answer::Request(request) => Ok(*request),
            other => Err(odd(&other)),
        }
    }

    async fn submit_all(&self, requests: &[NewRequest], _: BulkOptions) -> Vec<Result<Request>> {
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests {
            outcomes.push(self.submit(request).await);
        }
        outcomes
    }

    async fn cancel(&self, key: &RequestKey) -> Result<()> {
        self.execute(Command::Cancel(key.clone())).await.map(|_| ())
    }

    async fn get_policy(&self, privilege: &Privilege) -> Result<Policy> {
        self.service.read(|engine| engine.reader(&self.caller).policy(privilege)).await?
    }

    fn policies(&self) -> Option<&dyn PolicyAdmin> {
        Some(self)
    }

    fn approvals(&self) -> Option<&dyn Approvals> {
        let person = self.capabilities.operations.contains(&Operation::Decide);
        if person { Some(self) } else { None }
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

/// An answer that does not go with its command: a fault of the engine's own.
fn odd(answer: &Answer) -> Error {
    let shape = match answer {
        Answer::Done => "nothing",
        Answer::Request(_) => "a request",
        Answer::Policy(_) => "a policy",
        Answer::Review(_) => "a review",
    };
    Error::new(ErrorKind::Unexpected, format!("the engine answered with {shape}; please report this"))
}
