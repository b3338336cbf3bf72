//! PIM for Groups. X1, P7.

use pim_core::{
    backend::{AssignmentQuery, Filter, MembershipQuery, PolicyQuery},
    client::{Activate, Assign, Revoke},
    directory::Source,
    error::{ErrorKind, ViolatedRule},
    privilege::{GroupAccess, Privilege, Surface},
    request::RequestStatus,
    schedule::{Level, Via},
    time::{Expiry, Period, Window},
};
use pim_embedded::{
    engine::Caller,
    seed::{SeedBuilder, group_of, id_of},
};

use crate::{Harness, NOW, World, duty, refused, settings, small};

const POLICY: &str = "RoleAssignmentRequestPolicyValidationFailed";
const LAST: &str = "LastAdministratorCannotBeRemoved";

fn member(name: &str) -> Privilege {
    Privilege::member(group_of(name))
}

fn owner(name: &str) -> Privilege {
    Privilege::owner(group_of(name))
}

/// A group that PIM does not know yet.
fn plain(name: &str) -> SeedBuilder {
    small().group_with(name, ["bob"], |group| {
        group.group.role_assignable = false;
        group.group.under_pim = None;
        group.owners = vec![id_of("carol")];
    })
}

fn month() -> Expiry {
    Expiry::After(Period::days(30))
}

/// X1: the first request brings a group under PIM: its lists fill, and its policies go by new ids.
pub(super) async fn come_under_pim_with_the_first_request(h: &dyn Harness) {
    let world = World::of(h, plain("team")).await;
    let root = world.client("root");
    let query = PolicyQuery { surface: Some(Surface::Groups) };
    assert!(world.planned(&member("team")).await.is_empty());
    let membership = MembershipQuery { group: Some(group_of("team")) };
    let members = root.memberships(&membership, None).collect_all().await.unwrap();
    assert_eq!(members.len(), 2, "the directory shows them all the same");
    let before = [root.policy(&member("team")).await.unwrap(), root.policy(&owner("team")).await.unwrap()];
    world.assign("alice", Level::Eligibility, &member("team"), month()).await.unwrap();
    let after = [root.policy(&member("team")).await.unwrap(), root.policy(&owner("team")).await.unwrap()];
    for (before, after) in before.iter().zip(&after) {
        assert_ne!(before.id, after.id);
        assert_eq!(before.rules, after.rules);
    }
    assert_ne!(after[0].id, after[1].id);
    assert_eq!(root.policies(&query, None).collect_all().await.unwrap(), after);
    assert_eq!(world.planned(&member("team")).await[0].principal, id_of("bob"));
    assert_eq!(world.planned(&owner("team")).await[0].principal, id_of("carol"));
}

/// X1: which groups are under PIM is told, and only theirs are listed as policies.
pub(super) async fn are_told_from_those_outside_pim(h: &dyn Harness) {
    let world = World::of(h, plain("team")).await;
    let root = world.client("root");
    let query = PolicyQuery { surface: Some(Surface::Groups) };
    let policies = async || root.policies(&query, None).collect_all().await.unwrap().len();
    let under_pim = async || root.groups(None).collect_all().await.unwrap()[0].under_pim;
    assert_eq!((policies().await, under_pim().await), (0, Some(false)));
    world.assign("alice", Level::Eligibility, &member("team"), month()).await.unwrap();
    assert_eq!((policies().await, under_pim().await), (2, Some(true)));
}

/// X1: so does a change of its settings.
pub(super) async fn come_under_pim_with_their_settings(h: &dyn Harness) {
    let world = World::of(h, plain("team")).await;
    let root = world.client("root");
    let before = root.policy(&member("team")).await.unwrap().id;
    root.update_policy(&owner("team"), &[settings::longest(Period::hours(2))]).await.unwrap();
    assert_ne!(root.policy(&member("team")).await.unwrap().id, before);
    assert_eq!(world.planned(&member("team")).await.len(), 1);
}

/// X1: groups start stricter on length and looser on activation than roles; member and owner apart.
pub(super) async fn have_defaults_of_their_own(h: &dyn Harness) {
    let world = World::of(h, small().group("team", []).eligible("alice", member("team"))).await;
    let endless = world.assign("bob", Level::Eligibility, &member("team"), Expiry::Never).await;
    let error = refused(endless, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(error.violations()[0].rule, ViolatedRule::Expiration);
    world.assign("bob", Level::Eligibility, &member("team"), month()).await.unwrap();
    let weak = world.client_of(Caller::without_mfa(id_of("alice")));
    let request = weak.activate(world.activation(&member("team"))).await.unwrap();
    assert_eq!(request.status, RequestStatus::Provisioned);
    let root = world.client("root");
    root.update_policy(&owner("team"), &[settings::longest(Period::hours(1))]).await.unwrap();
    let longest = Activate { duration: None, ..world.activation(&member("team")) };
    world.client("bob").activate(longest).await.unwrap();
    assert_eq!(world.holding("bob", &member("team")).await.window.length(), Some(Period::hours(8)));
}

/// X1: whoever makes somebody eligible without an end is told the longest.
pub(super) async fn name_the_longest_that_is_allowed(h: &dyn Harness) {
    let world = World::of(h, small().group("team", [])).await;
    let endless = world.assign("bob", Level::Eligibility, &member("team"), Expiry::Never).await;
    let error = refused(endless, ErrorKind::PolicyViolation, POLICY);
    assert_eq!(error.violations()[0].limit, Some(Period::days(365)));
}

/// X1, P7: an activated membership gives what the group has, until it ends.
pub(super) async fn give_their_roles_to_activated_members(h: &dyn Harness) {
    let seed = small().group("team", []).eligible("alice", member("team")).standing("team", duty());
    let world = World::of(h, seed).await;
    assert!(!world.holds("alice", &duty()).await);
    let request = world.activate("alice", &member("team")).await.unwrap();
    let held = world.holding("alice", &duty()).await;
    assert_eq!((held.principal, held.via), (id_of("team"), Via::Group));
    let own = world.holding("alice", &member("team")).await;
    let (group, alice) = (group_of("team"), id_of("alice"));
    assert_eq!(own.id.to_string(), format!("{group}_member_{}", request.id));
    assert_eq!(own.instance.unwrap().to_string(), format!("{group}_member_{alice}"));
    world.advance(Period::hours(2)).await;
    assert!(!world.holds("alice", &duty()).await);
}

/// X1: through a group that is eligible one activates for oneself alone.
pub(super) async fn nest_as_eligible_members(h: &dyn Harness) {
    let seed = small().group("crew", ["alice", "bob"]).group("team", []).eligible("crew", member("team"));
    let world = World::of(h, seed).await;
    world.activate("alice", &member("team")).await.unwrap();
    let members = MembershipQuery { group: Some(group_of("team")) };
    let members = world.client("root").memberships(&members, None).collect_all().await.unwrap();
    assert!(members.len() == 1 && members[0].principal == id_of("alice"), "{members:?}");
    assert!(!world.holds("bob", &member("team")).await);
}

/// X1: a group keeps its last active owner against removal.
pub(super) async fn keep_their_last_owner(h: &dyn Harness) {
    let seed = small().group_with("team", [], |group| group.owners = vec![id_of("bob"), id_of("carol")]);
    let world = World::of(h, seed).await;
    world.revoke("bob", Level::Assignment, &owner("team")).await.unwrap();
    let last = world.revoke("carol", Level::Assignment, &owner("team")).await;
    refused(last, ErrorKind::Conflict, LAST);
    assert!(world.holds("carol", &owner("team")).await);
}

/// X1: an owner sees who holds the group, and nobody else's groups or roles.
pub(super) async fn show_their_owners_who_holds_them(h: &dyn Harness) {
    let seed = small()
        .group_with("team", ["bob"], |group| group.owners = vec![id_of("carol")])
        .group("other", ["bob"]);
    let world = World::of(h, seed).await;
    let carol = world.client("carol");
    let of = |group: &str| AssignmentQuery {
        filter: Filter { group: Some(group_of(group)), ..Filter::default() },
        ..AssignmentQuery::default()
    };
    let seen = carol.assignments(&of("team"), None).collect_all().await.unwrap();
    let mut holders: Vec<_> = seen.iter().map(|row| row.principal.clone()).collect();
    holders.sort_unstable();
    let mut expected = vec![id_of("bob"), id_of("carol")];
    expected.sort_unstable();
    assert_eq!(holders, expected);
    let other = carol.assignments(&of("other"), None).collect_all().await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::PermissionDenied);
    let roles = AssignmentQuery {
        filter: Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() },
        ..AssignmentQuery::default()
    };
    let roles = carol.assignments(&roles, None).collect_all().await.unwrap_err();
    assert_eq!(roles.kind(), ErrorKind::PermissionDenied);
}

/// X1: an owner whose time is up stays for thirty days if there is no other, and then for good.
pub(super) async fn keep_their_last_owner_against_time(h: &dyn Harness) {
    let world = World::of(h, small().group("team", []).eligible("alice", owner("team"))).await;
    world.activate("alice", &owner("team")).await.unwrap();
    world.advance(Period::minutes(10)).await;
    refused(world.client("alice").deactivate(&owner("team")).await, ErrorKind::Conflict, LAST);
    world.advance(Period::hours(3)).await;
    let kept = world.holding("alice", &owner("team")).await;
    let end = NOW + Period::hours(2) + Period::days(30);
    assert_eq!(kept.window, Window::new(Some(NOW), Some(end)).unwrap());
    world.until(end).await;
    assert_eq!(world.holding("alice", &owner("team")).await.window.end(), None, "now for good");
}

/// X1: with another owner at the end of the thirty days the first one goes.
pub(super) async fn let_an_owner_go_when_there_is_another(h: &dyn Harness) {
    let world = World::of(h, small().group("team", []).eligible("alice", owner("team"))).await;
    world.activate("alice", &owner("team")).await.unwrap();
    world.advance(Period::hours(3)).await;
    assert!(world.holds("alice", &owner("team")).await);
    world.assign("bob", Level::Assignment, &owner("team"), month()).await.unwrap();
    world.advance(Period::days(29) + Period::hours(23)).await;
    assert!(!world.holds("alice", &owner("team")).await);
    assert!(world.holds("bob", &owner("team")).await);
}

/// X1: groups that a rule fills or that are synchronised can't come under PIM.
pub(super) async fn are_refused_where_pim_cannot_manage_them(h: &dyn Harness) {
    let seed = small()
        .group_with("all", [], |group| {
            group.group.role_assignable = false;
            group.group.membership_rule = Some("user.accountEnabled -eq true".into());
            group.group.under_pim = None;
        })
        .group_with("old", [], |group| {
            group.group.role_assignable = false;
            group.group.source = Source::OnPremises;
            group.group.under_pim = None;
        });
    let world = World::of(h, seed).await;
    for name in ["all", "old"] {
        let asked = world.assign("alice", Level::Eligibility, &member(name), month()).await;
        refused(asked, ErrorKind::InvalidInput, "InvalidResource");
    }
    let unknown = world.assign("alice", Level::Eligibility, &member("nowhere"), month()).await;
    refused(unknown, ErrorKind::NotFound, "Request_ResourceNotFound");
    let itself = world.assign("all", Level::Eligibility, &member("all"), month()).await;
    assert!(itself.is_err());
}

/// X1: who administers a group: its owners; a role-assignable one takes a Privileged Role Administrator beside.
pub(super) async fn are_administered_by_their_owners(h: &dyn Harness) {
    let groups_administrator = Privilege::role(pim_core::id::RoleId::from_guid(
        0xfdd7a751_b60b_444a_984c_02652fe8fa1c_u128.to_be_bytes(),
    ));
    let owned = |seed: SeedBuilder, name: &str, role_assignable| {
        seed.group_with(name, [], move |group| {
            group.group.role_assignable = role_assignable;
            group.owners = vec![id_of("carol")];
        })
    };
    let seed = owned(owned(small(), "high", true), "low", false).standing("dave", groups_administrator);
    let world = World::of(h, seed).await;
    let ask = |group: &str, name: &str| Assign {
        justification: Some("planned work".into()),
        ..Assign::new(Level::Eligibility, id_of(name), member(group), month())
    };
    for (caller, group, allowed) in [
        ("carol", "high", true),
        ("carol", "low", true),
        ("dave", "low", true),
        ("dave", "high", false),
        ("bob", "low", false),
    ] {
        let client = world.client(caller);
        let answer = client.assign(ask(group, "alice")).await;
        assert_eq!(answer.is_ok(), allowed, "{caller} for {group}: {answer:?}");
        if allowed {
            let revoke = Revoke::new(Level::Eligibility, id_of("alice"), member(group));
            client.revoke(revoke).await.unwrap();
        }
    }
}

/// X1: member and owner are two privileges; owning gives no membership.
pub(super) async fn tell_owners_from_members(h: &dyn Harness) {
    let seed = small().group("team", []).standing("team", duty()).eligible("alice", owner("team"));
    let world = World::of(h, seed).await;
    world.activate("alice", &owner("team")).await.unwrap();
    assert!(world.holds("alice", &owner("team")).await && !world.holds("alice", &member("team")).await);
    assert!(!world.holds("alice", &duty()).await);
    let all =
        world.client("root").memberships(&MembershipQuery::default(), None).collect_all().await.unwrap();
    assert!(all.len() == 1 && all[0].access == GroupAccess::Owner);
}
