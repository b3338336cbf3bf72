//! Hand-outs.

use pim_core::policy::Requirement;

use super::*;
use crate::{
    desired::{Grant, Target},
    reference::{Reference, Tier},
};

fn pages(target: &Target, snapshot: &Snapshot) -> Vec<HandOut> {
    hand_outs(target, snapshot, Reference::builtin(), &HandOutOptions::default())
}

#[test]
fn a_page_says_what_the_target_demands() {
    let snapshot = tenant()
        .policies([policy(&helpdesk(), vec![longest(8), demanding(&[Requirement::Justification])])])
        .build();
    let target = Target {
        grants: vec![Grant::new(Level::Eligibility, who(1), helpdesk())],
        policies: [(helpdesk(), vec![longest(1), approved_by(vec![Approver::user(who(2))])])].into(),
        ..Target::default()
    };
    let pages = pages(&target, &snapshot);
    assert_eq!(pages.len(), 1);
    let page = &pages[0];
    assert_eq!((page.name(), &page.privilege), ("Helpdesk Administrator", &helpdesk()));
    assert_eq!(page.demands.as_ref().unwrap().max, Period::hours(1));
    let templates = Templates::default();
    let texts = [page.markdown(&templates), page.html(&templates), page.text(&templates)].map(Result::unwrap);
    for text in &texts {
        for part in [
            "Helpdesk Administrator",
            "1 hour",
            "person 2",
            "needed",
            "five minutes",
            "14 days",
            "Extend",
            "24 hours",
            "It is about microsoft.",
        ] {
            assert!(text.replace('\\', "").contains(part), "{part} is missing in:\n{text}");
        }
        assert!(
            text.to_lowercase().contains("my responsibilities")
                && text.to_lowercase().contains("accountable")
        );
        assert!(!text.contains("{%") && !text.contains("{{"));
    }
    // Every row of a table has as many cells as its head.
    let rows: Vec<_> = texts[0].lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.iter().all(|row| [3, 6].contains(&row.matches('|').count())), "{rows:#?}");
}

#[test]
fn there_is_one_page_for_a_role_at_all_its_scopes() {
    let at = |unit: &str| Privilege::DirectoryRole { role: HELPDESK.parse().unwrap(), scope: unit.into() };
    let unit = at("/administrativeUnits/11111111-1111-1111-1111-111111111111");
    let other = at("/administrativeUnits/22222222-2222-2222-2222-222222222222");
    let snapshot = tenant().eligibilities([eligible(1, &unit), eligible(2, &other)]).build();
    let found = pages(&Target::default(), &snapshot);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].scopes, BTreeSet::from([unit.clone(), other]));
    assert!(found[0].demands.is_none(), "nothing was read");
    assert!(found[0].text(&Templates::default()).unwrap().contains("The settings could not be read"));
    let snapshot = tenant().eligibilities([eligible(1, &unit), eligible(2, &helpdesk())]).build();
    assert!(pages(&Target::default(), &snapshot)[0].scopes.is_empty(), "it counts everywhere");
}

#[test]
fn the_limits_follow_the_tier_and_what_a_group_gives() {
    let admin = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let group = Privilege::member(group_id(10));
    let snapshot = tenant()
        .eligibilities([eligible(1, &admin), eligible(1, &group)])
        .assignments([standing(10, &helpdesk())])
        .build();
    let found = pages(&Target::default(), &snapshot);
    let text = |privilege: &Privilege| {
        let page = found.iter().find(|page| page.privilege == *privilege).unwrap();
        page.text(&Templates::default()).unwrap()
    };
    assert!(text(&admin).contains("can take over the tenant"));
    assert!(text(&group).contains("With membership comes: Helpdesk Administrator; nothing else."));
    assert!(found.iter().any(|page| page.privilege == admin && page.tier == Some(Tier::Control)));
}
