//! On which way a right stands strongest.

use std::collections::BTreeSet;

use pim_core::{
    directory::{Group, Membership},
    id::{RoleId, ScheduleId},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
    schedule::{Assignment, Origin},
    time::{Period, Window},
};
use proptest::prelude::*;

use crate::{
    resolve::{Reach, ResolveOptions, Resolver, Standing},
    snapshot::{
        Snapshot,
        strategies::{NOW, group_id, person, privilege, tenant, who},
    },
};

const fn rank(standing: &Standing) -> u8 {
    match standing {
        Standing::Permanent => 0,
        Standing::Until(_) => 1,
        Standing::Activated(_) => 2,
        Standing::CanActivate => 3,
        Standing::CanTake => 4,
    }
}

#[test]
fn a_short_way_by_activation_does_not_hide_a_longer_one_that_stands() {
    let role = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let within = |group, member, kind| Membership {
        group: group_id(group),
        principal: who(member),
        kind,
        access: GroupAccess::Member,
    };
    let mut activated =
        Assignment::new(ScheduleId::from_guid([2; 16]), who(1), Privilege::member(group_id(10)));
    activated.origin = Origin::Activated { using: None };
    activated.window = Window::new(None, Some(NOW + Period::hours(1))).unwrap();
    let snapshot = Snapshot::builder(NOW)
        .users([person(1)])
        .groups([10, 11].map(|n| Group::new(group_id(n), "g".into())))
        .assignments([Assignment::new(ScheduleId::from_guid([1; 16]), who(10), role.clone()), activated])
        .memberships([within(10, 11, PrincipalKind::Group), within(11, 1, PrincipalKind::User)])
        .build();
    let resolver = Resolver::new(&snapshot);
    let by_effort = resolver.holders_of(&role).holders;
    assert_eq!(by_effort[0].standing, Standing::Activated(Some(NOW + Period::hours(1))));
    assert_eq!(resolver.standings_of(&role)[&who(1)], Standing::Permanent);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_strongest_standing_is_that_of_the_strongest_path(
        tenant in tenant(),
        asked in privilege(),
        reach in prop::sample::select(vec![Reach::Granted, Reach::Owned, Reach::Managed]),
    ) {
        let options = ResolveOptions { reach, max_paths: 2_000, max_steps: 40, ..ResolveOptions::default() };
        let resolver = Resolver::with(&tenant, options);
        let found = resolver.standings_of(&asked);
        let holders: BTreeSet<_> = resolver.holders_of(&asked).holders.into_iter().map(|h| h.principal).collect();
        prop_assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), holders);
        for (id, standing) in &found {
            let paths = resolver.can_become(id, &asked);
            let strongest = paths.iter().map(|path| rank(&path.standing)).min();
            // Where there are more paths than are told, the strongest may be among the rest.
            if paths.len() < 2_000 {
                prop_assert_eq!(Some(rank(standing)), strongest);
            }
        }
    }
}
