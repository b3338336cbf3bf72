//! What `preflight` tells is what comes to pass: a token with few permissions, against the emulator.
#![allow(clippy::unwrap_used)] // a test: a panic is its report

use std::{collections::BTreeSet, sync::Arc};

use futures::TryStreamExt;
use pim_core::{
    backend::{
        AssignmentQuery, AuditQuery, Backend, EligibilityQuery, Filter, Operation, PolicyQuery, RequestQuery,
        RoleQuery, UserQuery, View,
    },
    error::{Error, ErrorKind},
    privilege::Surface,
};
use pim_embedded::seed::{Seed, group_of, id_of, sample};
use pim_emulator::{Emulator, NewToken, Options};
use pim_graph::{
    GraphBackend,
    preflight::{Licence, Preflight, Subject, Verdict},
};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    transport::ReqwestTransport,
};
use pim_tests::{duty, small};

const FEW: [&str; 4] = [
    "RoleManagement.Read.Directory",
    "PrivilegedAssignmentSchedule.Read.AzureADGroup",
    "GroupMember.Read.All",
    "LicenseAssignment.Read.All",
];

async fn over(emulator: &Emulator, new: NewToken) -> GraphBackend {
    let access = if new.app.is_some() { Access::Application } else { Access::Delegated };
    let service = Service::new(
        emulator.graph().parse().unwrap(),
        Arc::new(ReqwestTransport::new().unwrap()),
        Arc::new(StaticToken::new(emulator.token(new).unwrap(), None, access)),
        vec!["graph".into()],
        ServiceOptions::default(),
    );
    GraphBackend::new(service).await.unwrap()
}

fn verdict(told: &Preflight, operation: Operation, surface: Option<Surface>) -> &Verdict {
    let same = |subject: &Subject| *subject == Subject::Operation { operation, surface: surface.clone() };
    &told.checks.iter().find(|check| same(&check.subject)).unwrap().verdict
}

/// Calls an operation that reads. Only whether the token is enough counts.
async fn called(backend: &GraphBackend, operation: Operation, surface: Option<Surface>) -> Result<(), Error> {
    let filter = Filter {
        surface: surface.clone(),
        group: (surface == Some(Surface::Groups)).then(|| group_of("team")),
        ..Filter::default()
    };
    macro_rules! read {
        ($list:expr) => {
            $list.try_collect::<Vec<_>>().await.map(drop)
        };
    }
    let directory = backend.directory().unwrap();
    match operation {
        Operation::ListRoles => read!(backend.list_roles(&RoleQuery { surface }, None)),
        Operation::ListAssignments => {
            read!(backend.list_assignments(&AssignmentQuery { filter, ..AssignmentQuery::default() }, None))
        }
        Operation::ListEligibilities => {
            let query = EligibilityQuery { filter, ..EligibilityQuery::default() };
            read!(backend.list_eligibilities(&query, None))
        }
        Operation::ListRequests => {
            read!(backend.list_requests(&RequestQuery { filter, ..RequestQuery::default() }, None))
        }
        Operation::ListPolicies => {
            read!(backend.policies().unwrap().list_policies(&PolicyQuery { surface }, None))
        }
        Operation::ListReviews => read!(backend.reviews().unwrap().list_reviews(&View::Everyone, None)),
        Operation::ListUsers => read!(directory.list_users(&UserQuery::default(), None)),
        Operation::ListGroups => read!(directory.list_groups(None)),
        Operation::ListUnits => read!(directory.list_units(None)),
        Operation::ListSkus => read!(directory.list_skus(None)),
        Operation::ListAudit => read!(backend.audit().unwrap().list_audit(&AuditQuery::default(), None)),
        Operation::ListContexts => read!(backend.conditional_access().unwrap().list_contexts(None)),
        Operation::ListAlerts => read!(backend.alerts().unwrap().list_alerts(None)),
        Operation::ListPackages => read!(backend.packages().unwrap().list_packages(None)),
        other => panic!("{other} is not called here"),
    }
}

#[tokio::test]
async fn what_is_told_is_what_comes_to_pass() {
    let seed = small().group("team", ["bob"]).standing("alice", duty()).build().unwrap();
    let emulator = Emulator::start(seed, Options::default()).await.unwrap();
    let scopes: BTreeSet<String> = FEW.map(Into::into).into();
    let token =
        NewToken { principal: Some(id_of("root")), scopes: Some(scopes), mfa: true, ..NewToken::default() };
    let backend = over(&emulator, token).await;
    assert_eq!(backend.info().caller, Some(id_of("root")), "the token tells whose it is");
    let told = backend.preflight().await.unwrap();

    let (mut ready, mut lacking) = (0, 0);
    for check in &told.checks {
        let Subject::Operation { operation, surface } = &check.subject else { continue };
        let is_called = matches!(operation.as_str().split_once('_'), Some(("list", _)))
            && !matches!(
                operation,
                Operation::ListRounds
                    | Operation::ListItems
                    | Operation::ListMemberships
                    | Operation::ListServicePrincipals
                    | Operation::ListSignIns
                    | Operation::ListConditionalAccess
                    | Operation::ListLocations
                    | Operation::ListIncidents
                    | Operation::ListPackageAssignments
            );
        if !is_called {
            continue;
        }
        let outcome = called(&backend, *operation, surface.clone()).await;
        let denied = outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
        match &check.verdict {
            Verdict::Lacking { .. } => {
                // Some lists leave out what may not be read and say so, instead of failing.
                let spared =
                    matches!(operation, Operation::ListPolicies) && *surface == Some(Surface::Groups);
                assert!(denied || spared, "{check:?} and yet: {outcome:?}");
                lacking += 1;
            }
            Verdict::Ready | Verdict::Unlicensed => {
                assert!(outcome.is_ok(), "{check:?} and yet: {outcome:?}");
                ready += 1;
            }
            other => panic!("{check:?}: {other:?}"),
        }
    }
    println!("{ready} ready, {lacking} lacking");
    assert!(ready >= 5 && lacking >= 8);
}

#[tokio::test]
async fn consent_to_all_that_is_missing_leaves_nothing_lacking() {
    let emulator = Emulator::start(sample::tenant(), Options::default()).await.unwrap();
    let caller = emulator.service().seed().records().users[0].id.clone();
    let token = |scopes: BTreeSet<String>| NewToken {
        principal: Some(caller.clone()),
        scopes: Some(scopes),
        ..NewToken::default()
    };
    let nothing = over(&emulator, token(BTreeSet::new())).await.preflight().await.unwrap();
    assert_eq!(nothing.licence, Licence::Unknown, "nobody may read licences without permission");
    let missing: BTreeSet<String> = nothing.missing_permissions().into_iter().map(Into::into).collect();
    let all = over(&emulator, token(missing)).await.preflight().await.unwrap();
    assert_eq!(all.licence, Licence::Covered(vec!["AAD_PREMIUM_P2".into()]));
    assert!(all.missing_permissions().is_empty());
    assert!(all.blocked().all(|check| check.verdict == Verdict::Unsupported), "{:?}", all.blocked().next());
}

#[tokio::test]
async fn a_tenant_without_licences_is_told_so() {
    let seed: Seed = small().build().unwrap();
    let emulator = Emulator::start(seed, Options::default()).await.unwrap();
    let backend = over(&emulator, NewToken { principal: Some(id_of("root")), ..NewToken::default() }).await;
    let told = backend.preflight().await.unwrap();
    assert_eq!(told.licence, Licence::Missing);
    let list = verdict(&told, Operation::ListAssignments, Some(Surface::DirectoryRoles));
    assert_eq!(list, &Verdict::Unlicensed);
    assert_eq!(verdict(&told, Operation::ListUsers, None), &Verdict::Unknown, "this token cannot be read");
}
