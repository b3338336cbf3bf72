//! Who is told what.

use pim_core::{
    policy::Requirement,
    principal::{Principal, PrincipalKind},
};

use super::*;
use crate::{
    desired::Day,
    snapshot::{Coverage, SourceKind},
};

#[test]
fn a_conversion_is_told_with_all_that_it_takes_to_activate() {
    let snapshot =
        tenant().assignments([standing(1, &helpdesk())]).policies([policy(&helpdesk(), vec![])]).build();
    let rules = vec![
        longest(2),
        demanding(&[Requirement::Mfa, Requirement::Justification, Requirement::Ticketing]),
        approved_by(vec![Approver::user(who(3)), Approver::user(who(4))]),
    ];
    let mut steps = vec![settings(&helpdesk(), rules)];
    steps.extend(converted(1, &helpdesk()));
    let starts = [("pilot".to_owned(), "2026-10-05".parse::<Day>().unwrap())].into();
    let contact = Some("the PIM desk, extension 4711".to_owned());
    let options = MessageOptions { contact, starts, ..MessageOptions::default() };
    let told = messages(&plan(steps), &snapshot, &options).unwrap();
    let message = told.to(1);
    assert_eq!(message.effects.len(), 1);
    let effect = &message.effects[0];
    assert_eq!((effect.before, effect.after, effect.steps.len()), (Held::Active, Held::Eligible, 3));
    for text in [message.text.expose(), message.html.as_ref().unwrap().expose()] {
        for part in [
            "person 1",
            "Helpdesk Administrator",
            "activate it when you need it",
            "at most 2 hours at a time",
            "multi-factor",
            "say why",
            "ticket",
            "person 3, person 4",
            "24 hours",
            "pilot, from 2026-10-05",
            "extension 4711",
            "entra.microsoft.com",
            "Ticket::new(",
            "client.activate(ask)",
        ] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }
    for approver in [3, 4] {
        let text = told.to(approver).text.expose();
        assert!(text.contains("WHAT YOU APPROVE") && text.contains("You have 24 hours"), "{text}");
        assert!(!text.contains("WHAT CHANGES FOR YOU"), "{text}");
    }
    assert_eq!(told.told().len(), 3);
}

#[test]
fn the_client_reads_what_the_message_says() {
    let unit = Privilege::DirectoryRole {
        role: HELPDESK.parse().unwrap(),
        scope: "/administrativeUnits/11111111-1111-1111-1111-111111111111".into(),
    };
    let steps = vec![grant(Action::AdminAssign, Level::Eligibility, 1, &unit)];
    let told = tell(&plan(steps), &tenant().build());
    let text = told.to(1).text.expose();
    let json = text.split("from_str(r#\"").nth(1).unwrap().split("\"#)").next().unwrap();
    assert_eq!(serde_json::from_str::<Privilege>(json).unwrap(), unit);
}

#[test]
fn members_of_nested_groups_are_told_once_each() {
    let snapshot = tenant()
        .assignments([standing(10, &helpdesk()), standing(1, &helpdesk())])
        // A circle, and somebody who is in both.
        .memberships([member(10, 11), member(11, 10), member(11, 1), member(10, 1), member(11, 2)])
        .build();
    let mut steps = converted(10, &helpdesk());
    steps.extend(converted(1, &helpdesk()));
    let told = tell(&plan(steps), &snapshot);
    assert_eq!(told.told(), [&who(1), &who(2)]);
    assert_eq!(told.to(1).effects.len(), 1);
    let effect = &told.to(2).effects[0];
    assert_eq!((effect.before, effect.after), (Held::Active, Held::Eligible));
    assert_eq!(effect.through, [who(10)]);
    assert!(told.to(2).text.expose().contains("It comes with membership of group 10"));
    assert!(told.unknown.is_empty());
}

#[test]
fn who_loses_one_of_two_grants_reads_that_they_keep_it() {
    let snapshot = tenant()
        .assignments([standing(1, &helpdesk()), standing(10, &helpdesk())])
        .memberships([member(10, 1)])
        .build();
    let remove = grant(Action::AdminRemove, Level::Assignment, 1, &helpdesk());
    let told = tell(&plan(vec![remove]), &snapshot);
    let effect = &told.to(1).effects[0];
    assert_eq!((effect.before, effect.after), (Held::Active, Held::Active));
    assert!(
        told.to(1)
            .text
            .expose()
            .contains("You keep it, all the time as now. It comes with membership of group 10")
    );
}

#[test]
fn a_role_in_a_unit_is_kept_by_who_has_it_everywhere() {
    let unit = Privilege::DirectoryRole {
        role: HELPDESK.parse().unwrap(),
        scope: "/administrativeUnits/11111111-1111-1111-1111-111111111111".into(),
    };
    let snapshot = tenant().assignments([standing(1, &helpdesk()), standing(1, &unit)]).build();
    let told = tell(&plan(vec![grant(Action::AdminRemove, Level::Assignment, 1, &unit)]), &snapshot);
    assert_eq!(told.to(1).effects[0].after, Held::Active);
    let told = tell(&plan(vec![grant(Action::AdminRemove, Level::Assignment, 1, &helpdesk())]), &snapshot);
    assert_eq!(told.to(1).effects[0].after, Held::Not, "the unit is less than the tenant");
}

#[test]
fn break_glass_accounts_are_told_nothing() {
    let snapshot = tenant()
        .assignments([standing(10, &helpdesk())])
        .memberships([member(10, 1), member(10, 5)])
        .policies([policy(&helpdesk(), vec![])])
        .build();
    let mut steps = converted(10, &helpdesk());
    steps
        .push(settings(&helpdesk(), vec![approved_by(vec![Approver::user(who(5)), Approver::user(who(2))])]));
    let told = tell(&guarding(plan(steps), &[5]), &snapshot);
    assert_eq!(told.told(), [&who(1), &who(2)]);
    assert!(told.to(2).duties[0].others.is_empty());
}

#[test]
fn who_can_not_be_told_is_listed_with_the_reason() {
    let snapshot = tenant()
        .assignments([standing(10, &helpdesk()), standing(20, &helpdesk()), standing(99, &helpdesk())])
        .memberships([member(10, 1)])
        .coverage(SourceKind::Memberships, Coverage::NotAsked)
        .build();
    let mut snapshot = snapshot;
    snapshot.holders.push(Principal::new(who(20), PrincipalKind::ServicePrincipal).into());
    let steps = [10, 20, 99].iter().flat_map(|n| converted(*n, &helpdesk())).collect();
    let told = tell(&plan(steps), &snapshot);
    assert_eq!(told.told(), [&who(1)], "members that are known are told");
    let unknown: Vec<_> = told.unknown.iter().map(|row| (row.principal.clone(), row.why)).collect();
    let expected =
        [(who(10), WhyUnknown::Members), (who(20), WhyUnknown::Application), (who(99), WhyUnknown::Kind)];
    assert_eq!(unknown, expected);
    assert!(told.unknown.iter().all(|row| row.privileges == [helpdesk()]));
}

#[test]
fn new_settings_are_told_to_whoever_activates_and_to_nobody_else() {
    let snapshot = tenant()
        .eligibilities([eligible(1, &helpdesk())])
        .assignments([standing(2, &helpdesk())])
        .policies([policy(&helpdesk(), vec![longest(8)])])
        .build();
    let told = tell(&plan(vec![settings(&helpdesk(), vec![longest(1)])]), &snapshot);
    assert_eq!(told.told(), [&who(1)]);
    assert_eq!(told.to(1).effects[0].changed, [RuleKind::ExpirationEndUserAssignment]);
    assert!(told.to(1).text.expose().contains("What an activation demands changes."));
    let mail = Rule {
        kind: RuleKind::ExpirationAdminEligibility,
        setting: Setting::Expiration { required: true, max: Some(Period::days(90)) },
    };
    assert!(tell(&plan(vec![settings(&helpdesk(), vec![mail])]), &snapshot).messages.is_empty());
}

#[test]
fn approvers_read_what_begins_and_what_ends() {
    let before = policy(&helpdesk(), vec![approved_by(vec![Approver::user(who(3)), Approver::user(who(4))])]);
    let snapshot = tenant().policies([before]).memberships([member(10, 5)]).build();
    let rules = vec![approved_by(vec![Approver::user(who(4)), Approver::group(who(10))])];
    let told = tell(&plan(vec![settings(&helpdesk(), rules)]), &snapshot);
    let change = |n: u8| told.to(n).duties[0].change;
    assert_eq!((change(3), change(4), change(5)), (DutyChange::Ends, DutyChange::Stays, DutyChange::Begins));
    assert_eq!(told.to(5).duties[0].others, [who(4)]);
    assert!(told.to(3).text.expose().contains("you will no longer be asked"));
    assert!(!told.to(3).text.expose().contains("HOW TO DECIDE"));
}

#[test]
fn where_nobody_is_named_those_approve_who_are_administrators_afterwards() {
    let admin = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let snapshot = tenant()
        .assignments([standing(1, &admin), standing(2, &admin)])
        .policies([policy(&helpdesk(), vec![approved_by(vec![])])])
        .build();
    let mut steps = converted(1, &admin);
    steps.push(grant(Action::AdminAssign, Level::Eligibility, 3, &helpdesk()));
    let told = tell(&plan(steps), &snapshot);
    assert_eq!(told.to(1).duties[0].change, DutyChange::Ends, "who is eligible has to activate first");
    assert_eq!(told.to(2).duties[0].change, DutyChange::Stays);
    assert!(told.to(2).text.expose().contains("Nobody else approves it"));
    assert!(told.to(3).text.expose().contains("approval by an administrator of roles"));
}

#[test]
fn a_membership_says_what_comes_with_it() {
    let group = Privilege::member(group_id(10));
    let snapshot = tenant()
        .assignments([standing(10, &helpdesk()), standing(1, &group)])
        .memberships([member(10, 1)])
        .build();
    let told = tell(&plan(converted(1, &group)), &snapshot);
    let effect = &told.to(1).effects[0];
    assert_eq!((effect.before, effect.after), (Held::Active, Held::Eligible));
    assert_eq!(effect.gives, [helpdesk()]);
    assert!(told.to(1).text.expose().contains("With it comes: Helpdesk Administrator."));
}

#[test]
fn who_may_activate_membership_is_told_of_what_the_group_loses() {
    let group = Privilege::member(group_id(10));
    let snapshot =
        tenant().assignments([standing(10, &helpdesk())]).eligibilities([eligible(1, &group)]).build();
    let remove = grant(Action::AdminRemove, Level::Assignment, 10, &helpdesk());
    let told = tell(&plan(vec![remove]), &snapshot);
    let effect = &told.to(1).effects[0];
    assert_eq!((effect.before, effect.after), (Held::Eligible, Held::Not));
}

#[test]
fn addresses_given_count_before_those_of_the_directory() {
    let mut snapshot = tenant().build();
    snapshot.users[2].mail = None;
    snapshot.users[3].mail = Some("Zoë <z@contoso.example>".into());
    let grants = [1, 2, 3].map(|n| grant(Action::AdminAssign, Level::Eligibility, n, &helpdesk()));
    let addresses = [(who(1), "elsewhere@contoso.example".parse().unwrap())].into();
    let options = MessageOptions { addresses, ..MessageOptions::default() };
    let told = messages(&plan(grants.to_vec()), &snapshot, &options).unwrap();
    assert_eq!(told.to(1).address.as_ref().unwrap().expose(), "elsewhere@contoso.example");
    assert_eq!((&told.to(2).address, &told.to(3).address), (&None, &None));
    assert_eq!(told.to(2).mail().unwrap(), None);
}

#[test]
fn the_same_message_has_the_same_id_and_another_another() {
    let grants = |hours| {
        let mut steps = converted(1, &helpdesk());
        steps.push(settings(&helpdesk(), vec![longest(hours)]));
        plan(steps)
    };
    let snapshot =
        tenant().assignments([standing(1, &helpdesk())]).policies([policy(&helpdesk(), vec![])]).build();
    let id = |plan: &Plan| tell(plan, &snapshot).to(1).id.clone();
    let mut later = grants(1);
    later.taken_at = NOW + Period::days(1);
    assert_eq!(id(&grants(1)), id(&later));
    assert_ne!(id(&grants(1)), id(&grants(2)));
}

#[test]
fn a_template_of_your_own_speaks_your_language() {
    let text = "Hallo {{ name }}: {% for e in effects %}{{ e.what.name }}, höchstens {{ e.demands.minutes }} Minuten\
                {% endfor %}";
    let snapshot = tenant().policies([policy(&helpdesk(), vec![longest(2)])]).build();
    let steps = vec![grant(Action::AdminAssign, Level::Eligibility, 1, &helpdesk())];
    let with = |text: &str| {
        let templates = Templates::default().with(Template::MessageText, text);
        messages(&plan(steps.clone()), &snapshot, &MessageOptions { templates, ..MessageOptions::default() })
    };
    assert_eq!(
        with(text).unwrap().to(1).text.expose(),
        "Hallo person 1: Helpdesk Administrator, höchstens 120 Minuten"
    );
    for wrong in ["{{ nme }}", "{{ effects[0].wat }}", "{% for"] {
        let error = with(wrong).unwrap_err().to_string();
        assert!(error.contains("message.txt") && !error.contains("person 1"), "{error}");
    }
}
