//! What surrounds privileges, as it was put there. D3-D5, D8-D10, P7, X2, X3.

use pim_core::{
    backend::{MembershipQuery, UserQuery},
    conditional_access::AuthenticationContext,
    directory::Sku,
    error::ErrorKind,
    id::{CatalogId, PackageAssignmentId, PackageId, SkuId},
    package::{AccessPackage, Carried, PackageAssignment, PackageState},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
    schedule::Level,
    time::Window,
};
use pim_embedded::seed::{group_of, id_of};

use crate::{Harness, World, duty, refused, small};

/// D3, D8, X3: people, applications and administrative units are listed as they are.
pub(super) async fn shows_people_applications_and_units(h: &dyn Harness) {
    let seed = small().application("robot").unit("sales", ["alice", "bob"]);
    let seed = seed.user_with("frank", |user| {
        user.enabled = false;
        user.methods = Some(Vec::new());
    });
    let records = seed.clone().build().unwrap().into_records();
    let world = World::of(h, seed).await;
    let root = world.client("root");
    let users = async |ids| root.users(&UserQuery { ids }, None).collect_all().await.unwrap();
    assert_eq!(users(Vec::new()).await, records.users);
    let named = users(vec![id_of("frank"), id_of("nobody")]).await;
    assert_eq!(named, records.users[records.users.len() - 1..]);
    assert_eq!(root.service_principals(None).collect_all().await.unwrap(), records.service_principals);
    assert_eq!(root.units(None).collect_all().await.unwrap(), records.units);
    assert!(root.skus(None).collect_all().await.unwrap().is_empty());
}

/// D1, P7: memberships are what is in force: direct, owners too, activated ones while they last.
pub(super) async fn shows_memberships_in_force(h: &dyn Harness) {
    let team = Privilege::member(group_of("team"));
    let seed = small().group("inner", ["bob"]).group_with("team", ["alice", "inner"], |group| {
        group.group.role_assignable = false;
        group.owners = vec![id_of("carol")];
    });
    let world = World::of(h, seed.eligible("dave", team.clone())).await;
    world.activate("dave", &team).await.unwrap();
    let query = MembershipQuery { group: Some(group_of("team")) };
    let list = async || {
        let mut rows = world.client("root").memberships(&query, None).collect_all().await.unwrap();
        rows.sort_by_key(|row| row.principal.clone());
        let row = |m: pim_core::directory::Membership| (m.principal, m.kind, m.access);
        rows.into_iter().map(row).collect::<Vec<_>>()
    };
    let mut expected = vec![
        (id_of("alice"), PrincipalKind::User, GroupAccess::Member),
        (id_of("inner"), PrincipalKind::Group, GroupAccess::Member),
        (id_of("carol"), PrincipalKind::User, GroupAccess::Owner),
        (id_of("dave"), PrincipalKind::User, GroupAccess::Member),
    ];
    expected.sort_by_key(|row| row.0.clone());
    assert_eq!(list().await, expected, "whoever is in a group within is that group's to show");
    world.advance(pim_core::time::Period::hours(2)).await;
    expected.retain(|row| row.0 != id_of("dave"));
    assert_eq!(list().await, expected);
}

/// C3, D9, X2: authentication contexts and access packages are listed as they are.
pub(super) async fn shows_contexts_and_packages(h: &dyn Harness) {
    let context = AuthenticationContext { id: "c1".parse().unwrap(), name: "Strong".into(), published: true };
    let package = AccessPackage {
        id: PackageId::from_guid([1; 16]),
        name: "Help desk".into(),
        catalog: CatalogId::from_guid([2; 16]),
        carries: vec![Carried { privilege: duty(), level: Level::Eligibility }],
    };
    let given = PackageAssignment {
        id: PackageAssignmentId::from_guid([3; 16]),
        package: package.id.clone(),
        principal: id_of("alice"),
        state: PackageState::Delivered,
        window: Window::ALWAYS,
    };
    let seed = small().edit(|records| {
        records.contexts.push(context.clone());
        records.packages.push(package.clone());
        records.package_assignments.push(given.clone());
    });
    let world = World::of(h, seed).await;
    let root = world.client("root");
    assert_eq!(root.contexts(None).collect_all().await.unwrap(), [context]);
    assert_eq!(root.packages(None).collect_all().await.unwrap(), [package]);
    assert_eq!(root.package_assignments(None).collect_all().await.unwrap(), [given]);
    assert!(root.conditional_access(None).collect_all().await.unwrap().is_empty());
    assert!(root.locations(None).collect_all().await.unwrap().is_empty());
}

/// D10: without a licence that covers PIM nothing is granted and nothing activated.
pub(super) async fn needs_a_licence(h: &dyn Harness) {
    let sku = |part_number: &str| Sku {
        id: SkuId::from_guid([1; 16]),
        part_number: part_number.into(),
        service_plans: Vec::new(),
        bought: 5,
        consumed: 1,
    };
    for (part_number, covered) in [("AAD_PREMIUM", false), ("AAD_PREMIUM_P2", true)] {
        let sku = sku(part_number);
        let seed = small().eligible("alice", duty());
        let world = World::of(h, seed.edit(|records| records.skus.push(sku.clone()))).await;
        assert_eq!(world.client("root").skus(None).collect_all().await.unwrap(), [sku]);
        let answer = world.activate("alice", &duty()).await;
        if covered {
            answer.unwrap();
        } else {
            refused(answer, ErrorKind::PermissionDenied, "AadPremiumLicenseRequired");
        }
    }
}
