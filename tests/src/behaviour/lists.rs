//! Lists: filters, pages, continuations. A1, D1.

use std::collections::BTreeSet;

use pim_core::{
    backend::{AssignmentQuery, AuditQuery, EligibilityQuery, Filter, RequestQuery, RoleQuery, View, When},
    error::ErrorKind,
    id::PrincipalId,
    page::Continuation,
    privilege::{Privilege, Surface},
    request::RequestStatus,
    schedule::Level,
    time::Expiry,
};
use pim_embedded::seed::{SeedBuilder, group_of, id_of};

use crate::{Harness, World, duty, global, refused, settings, small};

/// `root` and 250 people with the role.
fn crowd() -> SeedBuilder {
    (0..250).fold(small(), |seed, n| {
        let name = format!("person {n}");
        seed.user(&name).standing(&name, duty()).eligible(&name, duty())
    })
}

fn of_role() -> AssignmentQuery {
    let filter = Filter { privilege: Some(duty()), ..Filter::default() };
    AssignmentQuery { filter, ..AssignmentQuery::default() }
}

/// D1: a long list is whole, each item once, with holder and role.
pub(super) async fn are_whole(h: &dyn Harness) {
    let world = World::of(h, crowd()).await;
    let root = world.client("root");
    let rows = root.assignments(&of_role(), None).collect_all().await.unwrap();
    let holders: BTreeSet<PrincipalId> = rows.iter().map(|row| row.principal.clone()).collect();
    assert_eq!((rows.len(), holders.len()), (250, 250));
    for row in &rows {
        assert_eq!(row.holder.as_ref().unwrap().id, row.principal);
        assert_eq!(row.role.as_ref().map(|role| &role.id), duty().role_id());
    }
    let eligible = root.eligibilities(&EligibilityQuery::default(), None).collect_all().await.unwrap();
    assert_eq!(eligible.len(), 250);
}

/// D1: a list goes on where it stopped, with another client, and neither skips nor repeats.
pub(super) async fn go_on_where_they_stopped(h: &dyn Harness) {
    let world = World::of(h, crowd()).await;
    let whole = world.client("root").assignments(&of_role(), None).collect_all().await.unwrap();
    let (mut rows, mut from, mut pages) = (Vec::new(), None, 0);
    loop {
        let mut pager = world.client("root").assignments(&of_role(), from.take());
        rows.extend(pager.next_page().await.unwrap().unwrap().items);
        pages += 1;
        from = pager.continuation().cloned();
        if from.is_none() {
            break;
        }
    }
    assert!(pages > 1, "250 do not fit on one page");
    assert_eq!(rows, whole);
}

/// D1: while the list is read others come and go; who is there all the time is seen once.
pub(super) async fn bear_changes_while_they_are_read(h: &dyn Harness) {
    let world = World::of(h, crowd()).await;
    let mut pager = world.client("root").assignments(&of_role(), None);
    let mut rows = pager.next_page().await.unwrap().unwrap().items;
    let (early, late) = (rows[3].principal.clone(), id_of("person 240"));
    for principal in [early, late.clone()] {
        let revoke = pim_core::client::Revoke::new(Level::Assignment, principal, duty());
        world.client("root").revoke(revoke).await.unwrap();
    }
    world.assign("alice", Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    while let Some(page) = pager.next_page().await.unwrap() {
        rows.extend(page.items);
    }
    let mut seen: Vec<_> = rows.iter().map(|row| row.principal.clone()).collect();
    seen.retain(|id| *id != id_of("alice"));
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "nobody twice");
    // A page may have been asked for ahead, so whoever went meanwhile may stand there once more.
    seen.retain(|id| *id != late);
    assert_eq!(seen.len(), 249, "nobody skipped");
}

/// D1: what is gone before its page is taken does not stand on it.
pub(super) async fn leave_out_what_is_gone_before_its_page(h: &dyn Harness) {
    let world = World::of(h, crowd()).await;
    let mut pager = world.client("root").assignments(&of_role(), None);
    let mut rows = pager.next_page().await.unwrap().unwrap().items;
    world.revoke("person 240", Level::Assignment, &duty()).await.unwrap();
    while let Some(page) = pager.next_page().await.unwrap() {
        rows.extend(page.items);
    }
    assert_eq!(rows.len(), 249);
    assert!(rows.iter().all(|row| row.principal != id_of("person 240")));
}

/// D1: a continuation belongs to its list.
pub(super) async fn refuse_foreign_continuations(h: &dyn Harness) {
    let world = World::of(h, crowd()).await;
    let root = world.client("root");
    let mut pager = root.assignments(&of_role(), None);
    pager.next_page().await.unwrap();
    let place = pager.continuation().unwrap().clone();
    let other = root.assignments(&AssignmentQuery::default(), Some(place.clone())).collect_all().await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::InvalidInput);
    let other = root.eligibilities(&EligibilityQuery::default(), Some(place)).collect_all().await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::InvalidInput);
    let nonsense =
        world.backend("root").list_roles(&RoleQuery::default(), Some(Continuation::new("nonsense")));
    let nonsense = pim_core::page::Pager::new(nonsense, None).collect_all().await;
    assert_eq!(nonsense.unwrap_err().kind(), ErrorKind::InvalidInput);
}

/// A1, D1: every filter narrows, and together they narrow further.
pub(super) async fn are_narrowed_by_filters(h: &dyn Harness) {
    let team = Privilege::member(group_of("team"));
    let seed = small().group("team", ["alice"]).standing("alice", duty()).standing("bob", duty());
    let world = World::of(h, seed).await;
    let root = world.client("root");
    let count = async |filter: Filter| {
        let query = AssignmentQuery { filter, ..AssignmentQuery::default() };
        root.assignments(&query, None).collect_all().await.unwrap().len()
    };
    let none = Filter::default();
    assert_eq!(count(none.clone()).await, 4);
    assert_eq!(count(Filter { surface: Some(Surface::Groups), ..none.clone() }).await, 1);
    assert_eq!(count(Filter { principal: Some(id_of("alice")), ..none.clone() }).await, 2);
    assert_eq!(count(Filter { role: duty().role_id().cloned(), ..none.clone() }).await, 2);
    assert_eq!(count(Filter { group: Some(group_of("team")), ..none.clone() }).await, 1);
    assert_eq!(count(Filter { privilege: Some(global()), ..none.clone() }).await, 1);
    let both = Filter { principal: Some(id_of("alice")), privilege: Some(team), ..none.clone() };
    assert_eq!(count(both).await, 1);
    assert_eq!(count(Filter { principal: Some(id_of("nobody")), ..none }).await, 0);
}

/// A5, A12: requests by status, by requestor, by holder.
pub(super) async fn show_requests_by_view_and_status(h: &dyn Harness) {
    let seed = small().eligible("alice", duty()).policy(duty(), [settings::approval(["carol"])]);
    let world = World::of(h, seed).await;
    world.activate("alice", &duty()).await.unwrap();
    world.assign("alice", Level::Assignment, &global(), Expiry::Never).await.unwrap();
    world.assign("bob", Level::Eligibility, &global(), Expiry::Never).await.unwrap();
    let count = async |name: &str, view, status: &[RequestStatus]| {
        let query = RequestQuery { view, status: status.to_vec(), ..RequestQuery::default() };
        world.client(name).requests(&query, None).collect_all().await.unwrap().len()
    };
    assert_eq!(count("root", View::Everyone, &[]).await, 3);
    assert_eq!(count("root", View::Everyone, &[RequestStatus::Provisioned]).await, 2);
    let pending = [RequestStatus::PendingApproval, RequestStatus::Canceled];
    assert_eq!(count("root", View::Everyone, &pending).await, 1);
    assert_eq!(count("root", View::AskedByMe, &[]).await, 2);
    assert_eq!(count("root", View::Mine, &[]).await, 0);
    assert_eq!(count("alice", View::Mine, &[]).await, 2);
    assert_eq!(count("alice", View::AskedByMe, &[]).await, 1);
    assert_eq!(count("carol", View::ForMyDecision, &[]).await, 1);
    let all = world.client("bob").requests(&RequestQuery::default(), None).collect_all().await;
    refused(all, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
}

/// D1: an empty list is one page without items or none, and no error.
pub(super) async fn may_be_empty(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let query = EligibilityQuery { when: When::NowOrLater, ..EligibilityQuery::default() };
    assert!(world.client("root").eligibilities(&query, None).collect_all().await.unwrap().is_empty());
    assert!(world.client("alice").my_assignments().collect_all().await.unwrap().is_empty());
}

/// X6: the audit log pages from the newest on, and what is written meanwhile moves nothing.
pub(super) async fn page_the_log_from_the_newest_on(h: &dyn Harness) {
    let seed = (0..60).fold(small(), |seed, n| seed.user(&format!("person {n}")));
    let world = World::of(h, seed).await;
    for n in 0..60 {
        world.assign(&format!("person {n}"), Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    }
    let root = world.client("root");
    let whole = root.audit(&AuditQuery::default(), None).collect_all().await.unwrap();
    let mut pager = root.audit(&AuditQuery::default(), None);
    let mut rows = pager.next_page().await.unwrap().unwrap().items;
    assert!(rows.len() < whole.len());
    let place = pager.continuation().cloned();
    world.assign("alice", Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    rows.extend(root.audit(&AuditQuery::default(), place).collect_all().await.unwrap());
    assert_eq!(rows, whole);
}

/// A0, D7: roles by surface; what they are is no secret.
pub(super) async fn show_the_roles(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let query = RoleQuery { surface: Some(Surface::DirectoryRoles) };
    let roles = world.client("alice").roles(&query, None).collect_all().await.unwrap();
    let role = roles.iter().find(|role| Some(&role.id) == global().role_id()).unwrap();
    assert!(role.privileged == Some(true) && roles.len() > 100);
    let ids: BTreeSet<_> = roles.iter().map(|role| &role.id).collect();
    assert_eq!(ids.len(), roles.len());
}
