use pim_core::{
    error::ErrorKind,
    id::{RoleId, ScheduleId},
    privilege::{GroupAccess, Privilege},
    time::{Period, Window},
};
use proptest::prelude::*;

use super::*;
use crate::snapshot::{
    Reason,
    strategies::{self, NOW, group_id, kind, person, who},
};

fn grant(id: u8, holder: u8) -> Eligibility {
    Eligibility::new(
        ScheduleId::from_guid([id; 16]),
        who(holder),
        Privilege::role(RoleId::GLOBAL_ADMINISTRATOR),
    )
}

fn denied() -> Coverage {
    Coverage::Denied(Reason::new(ErrorKind::PermissionDenied, "ask for a reading role"))
}

/// The later list, made of the earlier one and what changed. Order is no part of a list's meaning.
fn applied<T: Keyed>(before: &[T], changes: &Changes<T>) -> Vec<String> {
    let mut rows = before.to_vec();
    for gone in changes.removed.iter().chain(changes.changed.iter().map(|changed| &changed.before)) {
        let at = rows.iter().position(|row| row == gone).expect("what is gone was there");
        rows.swap_remove(at);
    }
    rows.extend(changes.added.iter().chain(changes.changed.iter().map(|changed| &changed.after)).cloned());
    sorted(&rows)
}

fn sorted<T: Serialize>(rows: &[T]) -> Vec<String> {
    let mut texts: Vec<_> = rows.iter().map(|row| serde_json::to_string(row).unwrap()).collect();
    texts.sort();
    texts
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(snapshot in strategies::tenant()) {
        let diff = diff(&snapshot, &snapshot);
        prop_assert!(diff.is_empty() && diff.unsettled.is_empty(), "{diff:?}");
    }

    #[test]
    fn what_changed_makes_the_later_of_the_earlier(a in strategies::tenant(), b in strategies::tenant()) {
        let diff = diff(&a, &b);
        prop_assert_eq!(applied(&a.assignments, &diff.assignments), sorted(&b.assignments));
        prop_assert_eq!(applied(&a.eligibilities, &diff.eligibilities), sorted(&b.eligibilities));
        prop_assert_eq!(applied(&a.policies, &diff.policies), sorted(&b.policies));
        prop_assert_eq!(applied(&a.users, &diff.users), sorted(&b.users));
        prop_assert_eq!(applied(&a.groups, &diff.groups), sorted(&b.groups));
        prop_assert_eq!(applied(&a.memberships, &diff.memberships), sorted(&b.memberships));
        prop_assert_eq!(applied(&a.service_principals, &diff.service_principals), sorted(&b.service_principals));
        prop_assert_eq!(applied(&a.units, &diff.units), sorted(&b.units));
        prop_assert_eq!(applied(&a.last_activations, &diff.last_activations), sorted(&b.last_activations));
        prop_assert_eq!(applied(&a.operations, &diff.operations), sorted(&b.operations));
    }
}

#[test]
fn an_updated_grant_is_changed_and_not_replaced() {
    let mut updated = grant(2, 1);
    updated.window = Window::new(None, Some(NOW + Period::days(90))).unwrap();
    let a = Snapshot::builder(NOW).eligibilities([grant(1, 1), grant(3, 2)]).build();
    let b = Snapshot::builder(NOW).eligibilities([updated, grant(4, 5)]).build();
    let changes = diff(&a, &b).eligibilities;
    assert_eq!(changes.changed.len(), 1);
    assert_eq!(changes.changed[0].fields, ["id", "window"]);
    assert_eq!((changes.added.len(), changes.removed.len()), (1, 1));
}

#[test]
fn a_source_that_was_not_read_has_not_lost_everything() {
    let mut disabled = person(2);
    disabled.enabled = false;
    let full = Snapshot::builder(NOW).users([person(1), person(2)]).build();
    let none = Snapshot::builder(NOW).coverage(SourceKind::Users, denied()).build();
    let part = Coverage::Partial(Reason::new(ErrorKind::Timeout, "the list was cut: read again"));
    let part = Snapshot::builder(NOW).users([disabled, person(3)]).coverage(SourceKind::Users, part).build();

    for (before, after) in [(&full, &none), (&none, &full)] {
        let diff = diff(before, after);
        assert!(diff.users.is_empty(), "{:?}", diff.users);
        assert_eq!(diff.unsettled, [SourceKind::Users]);
        assert_eq!(diff.coverage.len(), 1);
        assert!(!diff.is_empty());
    }
    let cut = diff(&full, &part).users;
    assert_eq!(
        (cut.added.len(), cut.removed.len()),
        (1, 0),
        "what is new is new, what is missing may be there"
    );
    assert_eq!(cut.changed[0].fields, ["enabled"]);
    let back = diff(&part, &full).users;
    assert_eq!((back.added.len(), back.removed.len(), back.changed.len()), (0, 1, 1));
}

#[test]
fn one_surface_unread_does_not_silence_the_others() {
    let group = Privilege::Group { group: group_id(10), access: GroupAccess::Member };
    let member = Eligibility::new(ScheduleId::from_guid([8; 16]), who(1), group);
    let a = Snapshot::builder(NOW).eligibilities([grant(1, 1), member]).build();
    let b = Snapshot::builder(NOW).coverage(SourceKind::GroupEligibilities, denied()).build();
    let removed = diff(&a, &b).eligibilities.removed;
    assert_eq!(removed, [grant(1, 1)]);
    assert_eq!(kind(10), pim_core::principal::PrincipalKind::Group);
}
