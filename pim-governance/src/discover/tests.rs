use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use futures::{StreamExt, executor::block_on};
use pim_core::{
    audit::AuditResult,
    backend::{
        Alerts, Approvals, AssignmentQuery, AuditLog, AuditQuery, Backend, BackendInfo, BulkOptions,
        Capabilities, ConditionalAccess, Directory, EligibilityQuery, Operation, Packages, PolicyAdmin,
        RequestQuery, Reviews, RoleQuery, When,
    },
    client::{Activate, Safeguards},
    clock::Clock,
    id::RoleId,
    page::{Batch, Batches, Continuation, Rejected},
    policy::Policy,
    privilege::{Privilege, RoleDefinition, Surface},
    request::{NewRequest, Request, RequestKey},
    schedule::{Assignment, Eligibility},
    time::Window,
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{Seed, id_of, sample},
};

use super::*;
use crate::snapshot::Activated;

fn sample_service() -> Embedded {
    Embedded::new(sample::tenant(), VirtualClock::at(sample::NOW))
}

fn client(service: &Embedded, name: &str) -> Client {
    service.client(Caller::with_mfa(id_of(name)), Safeguards::default())
}

fn read(client: &Client) -> Snapshot {
    block_on(discover(client, &DiscoverOptions::default())).unwrap()
}

#[test]
fn a_whole_tenant_is_read() {
    let service = sample_service();
    let snapshot = read(&client(&service, "emma.clarke"));
    let records = service.seed().records();
    for source in &DiscoverOptions::default().sources {
        assert!(snapshot.is_complete(*source), "{source}: {}", snapshot.reading(*source).coverage);
    }
    assert_eq!((snapshot.taken_at, &snapshot.caller), (sample::NOW, &Some(id_of("emma.clarke"))));
    let related: usize = records.groups.iter().map(|group| group.members.len() + group.owners.len()).sum();
    let managed = |a: &&Assignment| a.privilege.surface() == Surface::Groups;
    assert_eq!(snapshot.assignments.len() - snapshot.assignments.iter().filter(managed).count(), 154);
    assert_eq!(snapshot.eligibilities.len(), 11);
    assert_eq!(snapshot.memberships.len(), related);
    assert_eq!((snapshot.users.len(), snapshot.groups.len(), snapshot.service_principals.len()), (60, 10, 8));
    assert_eq!((snapshot.units.len(), snapshot.skus.len(), snapshot.conditional_access.len()), (3, 2, 4));
    assert_eq!(snapshot.alerts.len(), 7);
    assert_eq!(snapshot.reading(SourceKind::Users).count, 60);
    let shared = snapshot.assignments.iter().find(|a| a.principal == id_of("emma.clarke")).unwrap();
    let holder = shared.holder.as_ref().unwrap();
    assert!(Arc::strong_count(holder) > 2, "one value for all rows");
}

#[test]
fn reading_twice_gives_the_same() {
    let service = sample_service();
    let one = DiscoverOptions { concurrency: 1, ..DiscoverOptions::default() };
    let client = client(&service, "emma.clarke");
    assert_eq!(block_on(discover(&client, &one)).unwrap(), read(&client));
}

#[test]
fn the_log_tells_the_last_activation_as_far_back_as_was_asked() {
    let service = sample_service();
    let snapshot = read(&client(&service, "emma.clarke"));
    let role = |name| Privilege::role(pim_embedded::catalogue::role_named(name).unwrap().id.clone());
    let last = |name, privilege| {
        snapshot.last_activation(&id_of(name), &role(privilege)).map(|at| sample::NOW.since(at).as_days())
    };
    assert_eq!(last("ivan.petrov", "Security Administrator"), Some(11));
    assert_eq!(last("liam.okafor", "Global Administrator"), Some(70));
    assert_eq!(last("chloe.dubois", "Security Administrator"), None);
    let month = DiscoverOptions { activations: Period::days(30), ..DiscoverOptions::default() };
    let month = block_on(discover(&client(&service, "emma.clarke"), &month)).unwrap();
    assert!(
        month
            .last_activations
            .iter()
            .all(|a| a.what != Activated::DirectoryRole(RoleId::GLOBAL_ADMINISTRATOR))
    );
}

#[test]
fn what_begins_later_is_there_once_and_what_runs_has_its_proof() {
    let now = sample::NOW;
    let tomorrow = Window::from(now + Period::days(1));
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let seed = Seed::builder().now(now).users(["root", "alice", "bob"]).standing("root", global.clone());
    let seed = seed.eligible("alice", global.clone()).eligible_in("bob", global.clone(), tomorrow);
    let clock = VirtualClock::at(now);
    let service = Embedded::new(seed.build().unwrap(), clock.clone());
    let ask = Activate { justification: Some("planned work".into()), ..Activate::new(global.clone()) };
    block_on(client(&service, "alice").activate(ask)).unwrap();
    clock.advance(Period::minutes(10));

    let snapshot = read(&client(&service, "root"));
    let begun: Vec<_> =
        snapshot.eligibilities.iter().map(|e| (e.principal.clone(), e.instance.is_some())).collect();
    assert_eq!(begun, [(id_of("alice"), true), (id_of("bob"), false)]);
    assert_eq!(snapshot.assignments.len(), 2);
    assert!(snapshot.assignments.iter().all(|a| a.instance.is_some()));
    assert_eq!(snapshot.last_activation(&id_of("alice"), &global), Some(now));
}

#[test]
fn what_the_caller_may_not_read_is_denied_and_not_empty() {
    let service = sample_service();
    // Privileged Role Administrators read grants, but no logs.
    let snapshot = read(&client(&service, "liam.okafor"));
    let reading = snapshot.reading(SourceKind::LastActivations);
    assert!(
        matches!(&reading.coverage, Coverage::Denied(reason) if reason.kind == ErrorKind::PermissionDenied)
    );
    assert!(!snapshot.is_complete(SourceKind::LastActivations) && snapshot.is_complete(SourceKind::Users));
}

#[test]
fn without_any_grants_there_is_no_snapshot() {
    let service = sample_service();
    let error =
        block_on(discover(&client(&service, "fiona.blake"), &DiscoverOptions::default())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(
        error.context().any(|(key, source)| key == "source" && source == "directory_assignments"),
        "{error}"
    );
    // People were asked for, and people may be read.
    let people = DiscoverOptions { sources: [SourceKind::Users].into(), ..DiscoverOptions::default() };
    let snapshot = block_on(discover(&client(&service, "fiona.blake"), &people)).unwrap();
    assert_eq!((snapshot.users.len(), snapshot.coverage.len()), (60, 1));
    assert_eq!(snapshot.reading(SourceKind::Groups).coverage, Coverage::NotAsked);
}

#[test]
fn a_backend_without_something_says_so() {
    let service = sample_service();
    let mut faulty = Faulty::over(&service, Fault::None);
    faulty.capabilities.operations.remove(&Operation::ListAlerts);
    faulty.capabilities.operations.remove(&Operation::ListReviews);
    let snapshot = read(&Client::new(faulty, Safeguards::default()));
    for source in [SourceKind::Alerts, SourceKind::Incidents, SourceKind::Reviews, SourceKind::Rounds] {
        let coverage = &snapshot.reading(source).coverage;
        assert!(matches!(coverage, Coverage::Unsupported(_)), "{source}: {coverage}");
    }
}

#[test]
fn a_list_that_breaks_keeps_what_came_before() {
    let service = sample_service();
    let snapshot = read(&Client::new(Faulty::over(&service, Fault::Cut), Safeguards::default()));
    let reading = snapshot.reading(SourceKind::DirectoryAssignments);
    assert!(matches!(&reading.coverage, Coverage::Partial(reason) if reason.kind == ErrorKind::Unavailable));
    assert!(reading.count > 0);
    assert!(snapshot.is_complete(SourceKind::AzureAssignments));
}

#[test]
fn a_row_that_nobody_can_read_is_kept_in_sight() {
    let service = sample_service();
    let snapshot = read(&Client::new(Faulty::over(&service, Fault::Row), Safeguards::default()));
    let reading = snapshot.reading(SourceKind::DirectoryAssignments);
    assert!(matches!(&reading.coverage, Coverage::Partial(_)), "{}", reading.coverage);
    assert_eq!(reading.rejected[0].id.as_deref(), Some("7"));
    assert_eq!(reading.count, 148);
}

#[test]
fn no_sign_in_ends_it_at_once() {
    let service = sample_service();
    let client = Client::new(Faulty::over(&service, Fault::SignIn), Safeguards::default());
    let error = block_on(discover(&client, &DiscoverOptions::default())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
}

#[test]
fn progress_is_told_from_beginning_to_end() {
    let service = sample_service();
    let seen = Mutex::new(Vec::new());
    let options = DiscoverOptions::default();
    let client = client(&service, "liam.okafor");
    let snapshot =
        block_on(discover_with(&client, &options, |progress| seen.lock().unwrap().push(progress.clone())))
            .unwrap();
    let seen = seen.into_inner().unwrap();
    for source in &options.sources {
        let of: Vec<_> = seen.iter().filter(|progress| progress.source == *source).collect();
        assert_eq!((of[0].done, &of[0].coverage), (0, &None), "{source}");
        let last = of[of.len() - 1];
        assert_eq!(last.coverage.as_ref(), Some(&snapshot.reading(*source).coverage), "{source}");
        assert_eq!(last.total.is_some(), snapshot.is_complete(*source), "{source}");
        assert!(of.is_sorted_by_key(|progress| progress.done));
    }
}

#[test]
fn who_did_what_is_read_where_it_is_asked_for() {
    let service = sample_service();
    let client = client(&service, "emma.clarke");
    assert_eq!(read(&client).reading(SourceKind::Operations).coverage, Coverage::NotAsked);
    let options = DiscoverOptions { sources: [SourceKind::Operations].into(), ..DiscoverOptions::default() };
    let snapshot = block_on(discover(&client, &options)).unwrap();
    assert!(snapshot.is_complete(SourceKind::Operations));
    let query = AuditQuery { from: Some(sample::NOW - options.activations), ..AuditQuery::default() };
    let log: Vec<_> = block_on(client.audit(&query, None).collect_all()).unwrap();
    let log: Vec<_> = log
        .into_iter()
        .filter(|record| record.actor.is_some() && record.result == AuditResult::Success)
        .collect();
    let times: u32 = snapshot.operations.iter().map(|operation| operation.times).sum();
    assert!(times > 0);
    assert_eq!(usize::try_from(times).unwrap(), log.len());
    for operation in &snapshot.operations {
        let own = log.iter().filter(|record| {
            record.actor.as_ref() == Some(&operation.principal) && record.activity == operation.activity
        });
        assert_eq!(own.clone().count(), usize::try_from(operation.times).unwrap());
        assert_eq!(own.map(|record| record.at).max(), Some(operation.at));
    }
}

#[test]
fn one_list_that_hangs_holds_up_no_other_and_can_be_dropped() {
    let service = sample_service();
    let client = Client::new(Faulty::over(&service, Fault::Never), Safeguards::default());
    let done = Mutex::new(BTreeSet::new());
    let observe = |progress: &Progress| {
        if progress.coverage.is_some() {
            done.lock().unwrap().insert(progress.source);
        }
    };
    let options = DiscoverOptions::default();
    let mut reading = Box::pin(discover_with(&client, &options, observe));
    block_on(async {
        for _ in 0..1000 {
            if futures::poll!(reading.as_mut()).is_ready() {
                panic!("it can't be done");
            }
        }
    });
    drop(reading);
    let mut left = options.sources.clone();
    left.retain(|source| !done.lock().unwrap().contains(source));
    assert_eq!(left, [SourceKind::DirectoryAssignments].into());
}

/// What goes wrong with the assignments of Entra roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// The list breaks after the first batch.
    Cut,
    /// One row can't be read.
    Row,
    /// The token has expired.
    SignIn,
    /// The service never answers.
    Never,
}

/// Another backend, with faults.
#[derive(Debug)]
struct Faulty {
    inner: Arc<dyn Backend>,
    capabilities: Capabilities,
    fault: Fault,
}

impl Faulty {
    fn over(service: &Embedded, fault: Fault) -> Self {
        let inner = Arc::new(service.backend(Caller::with_mfa(id_of("emma.clarke"))));
        let capabilities = inner.capabilities().clone();
        Self { inner, capabilities, fault }
    }
}

#[async_trait]
impl Backend for Faulty {
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
        if query.filter.surface != Some(Surface::DirectoryRoles) || query.when != When::Now {
            return list;
        }
        let end = |kind| stream::iter([Err(Error::new(kind, "it broke: try again"))]);
        match self.fault {
            Fault::None => list,
            Fault::Cut => list.take(1).chain(end(ErrorKind::Unavailable)).boxed(),
            Fault::SignIn => end(ErrorKind::Unauthenticated).boxed(),
            Fault::Never => stream::pending().boxed(),
            Fault::Row => {
                let rejected =
                    vec![Rejected { id: Some("7".into()), reason: "status: expected a text".into() }];
                let last = Batch { rejected, ..Batch::last(Vec::new()) };
                list.chain(stream::iter([Ok(last)])).boxed()
            }
        }
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
        self.inner.approvals()
    }

    fn reviews(&self) -> Option<&dyn Reviews> {
        self.inner.reviews()
    }

    fn directory(&self) -> Option<&dyn Directory> {
        self.inner.directory()
    }

    fn audit(&self) -> Option<&dyn AuditLog> {
        self.inner.audit()
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
