//! How far privileges reach.

use pim_core::{
    directory::Membership,
    id::{GroupId, PrincipalId},
    principal::PrincipalKind,
    privilege::{GroupAccess, Permission, RoleDefinition, RoleOrigin, Surface},
    schedule::{Assignment, Eligibility},
    time::Timestamp,
};

use super::*;
use crate::reference::Reference;

fn group(n: u8) -> GroupId {
    GroupId::from_guid([n; 16])
}

fn role(name: &str) -> Privilege {
    Privilege::role(Reference::builtin().roles().find(|role| role.name == name).unwrap().id.clone())
}

fn azure(role: &str, scope: &str) -> Privilege {
    Privilege::AzureRole { role: role.parse().unwrap(), scope: scope.parse().unwrap() }
}

fn custom(surface: Surface, actions: &[&str]) -> (RoleDefinition, RoleId) {
    let id = RoleId::from_guid([200; 16]);
    let mut role = RoleDefinition::new(id.clone(), surface, "own".into(), RoleOrigin::Custom);
    let actions = actions.iter().map(|action| (*action).into()).collect();
    role.permissions = vec![Permission { actions, ..Permission::default() }];
    (role, id)
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_790_000_000)
}

#[test]
fn a_group_reaches_as_far_as_the_furthest_of_what_it_leads_to() {
    let holds = |n: u8, what: Privilege| {
        Assignment::new(format!("a{n}{what}").parse().unwrap(), group(n).as_principal(), what)
    };
    let may = |n: u8, what: Privilege| {
        Eligibility::new(format!("e{n}{what}").parse().unwrap(), group(n).as_principal(), what)
    };
    let member = |of: u8, who: PrincipalId, access: GroupAccess| Membership {
        group: group(of),
        principal: who,
        kind: PrincipalKind::Group,
        access,
    };
    let snapshot = Snapshot::builder(now())
        .assignments([holds(1, role("Reports Reader")), holds(2, role("Reports Reader"))])
        .eligibilities([
            may(2, role("Global Administrator")),
            may(3, Privilege::member(group(1))),
            // Round and round.
            may(4, Privilege::owner(group(5))),
            may(5, Privilege::member(group(4))),
        ])
        .memberships([
            member(2, group(6).as_principal(), GroupAccess::Member),
            member(6, group(7).as_principal(), GroupAccess::Member),
            member(2, group(8).as_principal(), GroupAccess::Owner),
        ])
        .build();
    let reference = Reference::builtin();
    let tiers = reference.tiers(&snapshot);
    let of = |n| tiers.of(&Privilege::member(group(n)));
    assert_eq!(of(1), Some(Tier::Management));
    assert_eq!(of(2), Some(Tier::Control), "the furthest counts");
    assert_eq!(of(3), Some(Tier::Management), "through what it may become a member of");
    assert_eq!((of(4), of(5)), (None, None), "they hold nothing but each other");
    assert_eq!((of(6), of(7)), (Some(Tier::Control), Some(Tier::Control)), "through groups within groups");
    assert_eq!(of(8), Some(Tier::Control), "owners let themselves in");
    assert_eq!(reference.tier_of(&Privilege::owner(group(2)), &snapshot), Some(Tier::Control));
}

#[test]
fn an_azure_role_of_tier_0_is_one_down_to_a_subscription() {
    const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    let snapshot = Snapshot::unread(now());
    let tier = |role, scope| Reference::builtin().tier_of(&azure(role, scope), &snapshot);
    for scope in ["/", "/providers/Microsoft.Management/managementGroups/root", "/subscriptions/s"] {
        assert_eq!(tier(OWNER, scope), Some(Tier::Control), "{scope}");
    }
    let below = [
        "/subscriptions/s/resourceGroups/g",
        "/providers/Microsoft.Management/managementGroups/root/x/y",
        "/providers/Microsoft.Capacity/reservationOrders/o",
    ];
    for scope in below {
        assert_eq!(tier(OWNER, scope), Some(Tier::Management), "{scope}");
    }
    assert_eq!(tier(READER, "/"), Some(Tier::User));
    assert_eq!(tier("11111111-0000-0000-0000-000000000000", "/"), None);
}

#[test]
fn a_role_of_the_tenants_own_counts_by_its_actions() {
    let tier = |actions: &[&str]| {
        let (role, id) = custom(Surface::DirectoryRoles, actions);
        let snapshot = Snapshot::builder(now()).roles([role]).build();
        Reference::builtin().tier_of(&Privilege::role(id), &snapshot)
    };
    let (control, management) = (
        "microsoft.directory/applications/credentials/update",
        "microsoft.directory/auditLogs/allProperties/read",
    );
    assert_eq!(tier(&[management, control]), Some(Tier::Control));
    assert_eq!(tier(&[management]), Reference::builtin().tier_of_action(management));
    assert_ne!(tier(&[management]), Some(Tier::Control));
    assert_eq!(tier(&[management, "microsoft.directory/teapots/brew"]), None, "the unknown may be worse");
    assert_eq!(tier(&["microsoft.directory/teapots/brew", control]), Some(Tier::Control));

    let (owner, id) = custom(Surface::AzureRoles, &["Microsoft.Authorization/roleAssignments/write"]);
    let snapshot = Snapshot::builder(now()).roles([owner]).build();
    let privilege = azure(&id.to_string(), "/subscriptions/s");
    assert_eq!(Reference::builtin().tier_of(&privilege, &snapshot), Some(Tier::Control));
}
