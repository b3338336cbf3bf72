//! Long lists: in parts, joined, from a continuation, and never with a row lost.

use futures::{StreamExt, TryStreamExt};
use pim_core::{
    backend::{AssignmentQuery, Backend, Filter},
    page::{Batch, Continuation},
    privilege::Surface,
    schedule::Assignment,
};
use pim_graph::{
    GraphBackend,
    backend::{Details, ReadOptions, Split},
    capability::TokenKind,
};
use pim_http::transport::ScriptedTransport;

use super::{
    asked,
    long::{Ne, Tenant},
    over,
};

const DETAILS: [Details; 3] = [Details::Automatic, Details::WithRows, Details::LookedUp];
const SPLITS: [Split; 3] = [Split::Never, Split::WhenLong, Split::Always];

/// 40 pages of 17 roles.
fn tenant() -> Tenant {
    Tenant { rows: 995, roles: 17, page: 25, hidden: false, ne: Ne::Filters, top: true, look_ups: true }
}

fn backend(tenant: &Tenant, options: ReadOptions) -> (GraphBackend, ScriptedTransport) {
    let tenant = tenant.clone();
    let transport = ScriptedTransport::by(move |request| tenant.answer(request));
    let (backend, transport) = over(transport, TokenKind::Application);
    (backend.reading(options), transport)
}

async fn read(backend: &GraphBackend, from: Option<Continuation>) -> Vec<Batch<Assignment>> {
    let filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
    let query = AssignmentQuery { filter, ..AssignmentQuery::default() };
    backend.list_assignments(&query, from).try_collect().await.unwrap()
}

fn rows(batches: Vec<Batch<Assignment>>) -> Vec<Assignment> {
    assert!(batches.last().unwrap().resume.is_none());
    batches.into_iter().flat_map(|batch| batch.items).collect()
}

fn count(transport: &ScriptedTransport, what: &str) -> usize {
    asked(transport).iter().filter(|line| line.contains(what)).count()
}

#[tokio::test]
async fn every_way_of_reading_gives_every_row_once() {
    for (details, split) in DETAILS.into_iter().flat_map(|d| SPLITS.map(|s| (d, s))) {
        for (ne, top) in
            [(Ne::Filters, true), (Ne::Refused, true), (Ne::Refused, false), (Ne::PassedOver, true)]
        {
            for (hidden, look_ups) in [(false, true), (true, true), (true, false)] {
                let tenant = Tenant { hidden, ne, top, look_ups, ..tenant() };
                let options = ReadOptions { details, split, ..ReadOptions::default() };
                let case = format!("{tenant:?} {options:?}");
                let (backend, _) = backend(&tenant, options);
                tenant.check(&rows(read(&backend, None).await), &case);
            }
        }
    }
}

#[tokio::test]
async fn a_short_list_is_one_chain_and_nothing_else() {
    for (rows, requests) in [(0, 1), (25, 1), (30, 2), (375, 15)] {
        let (backend, transport) = backend(&Tenant { rows, ..tenant() }, ReadOptions::default());
        read(&backend, None).await;
        assert_eq!(transport.seen().len(), requests, "{:?}", asked(&transport));
    }
}

#[tokio::test]
async fn parts_begin_once_more_pages_than_roles_are_certain() {
    let options = ReadOptions { details: Details::WithRows, ..ReadOptions::default() };
    let (backend, transport) = backend(&tenant(), options);
    let list = rows(read(&backend, None).await);
    tenant().check(&list, "");
    let sent = asked(&transport);
    let first_part = sent.iter().position(|line| line.contains("$filter")).unwrap();
    assert!(first_part > 18, "18 pages and the roles come first: {sent:#?}");
    assert_eq!(count(&transport, "roleDefinitions"), 1);
    // What one chain would have asked for, a first page for each role, and what was asked ahead.
    assert!(sent.len() < 18 + 6 + 17 * 3 + 2, "{}", sent.len());
}

#[tokio::test]
async fn what_no_listed_role_names_costs_one_request_where_the_service_can_tell() {
    let options = ReadOptions { split: Split::Always, ..ReadOptions::default() };
    let (one, transport) = backend(&tenant(), options.clone());
    read(&one, None).await;
    assert_eq!(count(&transport, " ne "), 1);
    assert_eq!(count(&transport, "$top"), 0);

    let (other, transport) = backend(&Tenant { ne: Ne::PassedOver, ..tenant() }, options);
    read(&other, None).await;
    assert_eq!(
        count(&transport, "$top=999"),
        1,
        "the whole list, one such page, is looked through for roles"
    );
    assert!(count(&transport, " ne ") < 12, "and the useless answer is not read to its end");
}

#[tokio::test]
async fn a_continuation_goes_on_in_all_parts_and_loses_nothing() {
    for (details, split) in DETAILS.into_iter().flat_map(|d| SPLITS.map(|s| (d, s))) {
        let tenant = Tenant { hidden: true, ..tenant() };
        let options = ReadOptions { details, split, chains: 3, ..ReadOptions::default() };
        let (one, _) = backend(&tenant, options.clone());
        let batches = read(&one, None).await;
        for stop in (1..batches.len()).step_by(5) {
            let mut list: Vec<_> = batches[..stop].iter().flat_map(|batch| batch.items.clone()).collect();
            let from = batches[stop - 1].resume.clone();
            // Elsewhere: nothing is remembered.
            let (other, _) = backend(&tenant, options.clone());
            list.extend(rows(read(&other, from).await));
            let case = format!("{details:?} {split:?} after {stop}");
            if split == Split::WhenLong {
                // Rows of the chain before the parts may come again, as after any continuation within a batch.
                list.sort_by_key(|row| row.instance.as_ref().unwrap().to_string());
                list.dedup_by_key(|row| row.instance.clone());
            }
            tenant.check(&list, &case);
        }
    }
}

#[tokio::test]
async fn a_refused_look_up_is_remembered() {
    let tenant = Tenant { look_ups: false, ..tenant() };
    let options = ReadOptions { details: Details::LookedUp, ..ReadOptions::default() };
    let (backend, transport) = backend(&tenant, options);
    for _ in 0..2 {
        tenant.check(&rows(read(&backend, None).await), "refused");
    }
    assert!((1..=2).contains(&count(&transport, "getByIds")), "{:#?}", asked(&transport));
}

#[tokio::test]
async fn holders_are_looked_up_a_thousand_at_a_time() {
    let options = ReadOptions { details: Details::LookedUp, split: Split::Never, ..ReadOptions::default() };
    let tenant = Tenant { rows: 1995, page: 50, ..tenant() };
    let (backend, transport) = backend(&tenant, options);
    tenant.check(&rows(read(&backend, None).await), "joined");
    assert!(count(&transport, "getByIds") <= 3);
    assert_eq!(count(&transport, "principal,"), 0);
}

#[tokio::test]
async fn who_takes_no_batch_keeps_the_reader_from_running_ahead() {
    for (split, most) in [(Split::Never, 8), (Split::Always, 3 * 8 + 2)] {
        let options = ReadOptions { split, chains: 3, details: Details::WithRows, ..ReadOptions::default() };
        let (backend, transport) = backend(&tenant(), options);
        let filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
        let query = AssignmentQuery { filter, ..AssignmentQuery::default() };
        let mut list = backend.list_assignments(&query, None);
        list.next().await.unwrap().unwrap();
        for _ in 0..10_000 {
            tokio::task::yield_now().await;
        }
        let waiting = transport.seen().len();
        assert!(waiting <= most, "{split:?}: {waiting} pages asked for, one taken");
        let left: Vec<_> = list.try_collect().await.unwrap();
        assert!(!left.is_empty() && transport.seen().len() > waiting);
    }
}
