//! PIM's own alerts. M1.

use pim_core::{
    alert::{Alert, AlertChange, AlertKind, AlertThresholds},
    error::ErrorKind,
    time::Period,
};
use pim_embedded::{
    engine::{Caller, Command},
    seed::id_of,
};

use crate::{Harness, World, duty, global, refused, small};

async fn alert(world: &World, kind: &AlertKind) -> Alert {
    let all = world.client("root").alerts(None).collect_all().await.unwrap();
    all.into_iter().find(|alert| alert.kind == *kind).unwrap()
}

async fn look(world: &World, kind: &AlertKind) -> Alert {
    world.client("root").change_alert(kind, &AlertChange::Refresh).await.unwrap();
    alert(world, kind).await
}

/// M1: every kind is listed once, to those who may read.
pub(super) async fn are_listed_by_kind(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let all = world.client("root").alerts(None).collect_all().await.unwrap();
    for kind in AlertKind::KNOWN {
        assert_eq!(all.iter().filter(|alert| alert.kind == *kind).count(), 1, "{kind}");
    }
    let stranger = world.client("alice").alerts(None).collect_all().await;
    refused(stranger, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
    let change = world.client("alice").change_alert(&AlertKind::Redundant, &AlertChange::Refresh).await;
    refused(change, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
}

/// M1: an assignment behind PIM's back is found, and stays put away until there is another.
pub(super) async fn find_assignments_outside_pim(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let kind = AlertKind::AssignedOutsidePim;
    assert!(!look(&world, &kind).await.active);
    let outside = async |name| {
        let command = Command::AssignOutsidePim(id_of(name), duty());
        world.service().execute(&Caller::with_mfa(id_of("root")), &command).await.unwrap();
    };
    outside("alice").await;
    let found = look(&world, &kind).await;
    assert_eq!((found.active, found.incidents), (true, 1));
    let incidents = world.client("root").incidents(&kind, None).collect_all().await.unwrap();
    assert_eq!(incidents[0].principal, Some(id_of("alice")));
    assert_eq!((incidents[0].privilege.clone(), &incidents[0].alert), (Some(duty()), &found.id));
    world.client("root").change_alert(&kind, &AlertChange::Dismiss).await.unwrap();
    assert!(!look(&world, &kind).await.active);
    outside("bob").await;
    assert!(look(&world, &kind).await.active);
}

/// M1: too many Global Administrators, by count and share; a threshold that is set counts at once.
pub(super) async fn count_global_administrators(h: &dyn Harness) {
    let seed = small().standing("alice", global()).standing("bob", global());
    let world = World::of(h, seed).await;
    let kind = AlertKind::TooManyGlobalAdmins;
    assert!(look(&world, &kind).await.active, "three of three");
    let thresholds = AlertThresholds { enabled: true, count: Some(4), ..AlertThresholds::default() };
    let root = world.client("root");
    root.change_alert(&kind, &AlertChange::Configure(thresholds.clone())).await.unwrap();
    let set = look(&world, &kind).await;
    assert_eq!((set.active, set.thresholds.count), (false, Some(4)));
    let odd = AlertThresholds { count: Some(1), ..thresholds };
    let odd = root.change_alert(&kind, &AlertChange::Configure(odd)).await;
    assert_eq!(odd.unwrap_err().kind(), ErrorKind::InvalidInput);
}

/// M1: an eligibility that nobody used for thirty days is found by itself.
pub(super) async fn find_unused_eligibilities(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty()).eligible("bob", duty())).await;
    world.advance(Period::days(29)).await;
    world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::days(3)).await;
    let found = alert(&world, &AlertKind::Redundant).await;
    assert!(found.active && found.scanned.is_some());
    let incidents = world.client("root").incidents(&AlertKind::Redundant, None).collect_all().await.unwrap();
    let who: Vec<_> = incidents.into_iter().filter_map(|incident| incident.principal).collect();
    assert!(who.contains(&id_of("bob")) && !who.contains(&id_of("alice")), "{who:?}");
}
