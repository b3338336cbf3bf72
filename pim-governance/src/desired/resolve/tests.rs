use std::collections::BTreeSet;

use futures::executor::block_on;
use pim_core::{
    client::Safeguards,
    directory::AdministrativeUnit,
    id::RoleId,
    policy::{ApproverKind, Policy, StrongAuthentication},
    privilege::{Privilege, RoleDefinition, RoleOrigin, Surface},
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{group_of, id_of, sample},
};

use super::*;
use crate::{
    discover::{DiscoverOptions, discover},
    snapshot::SourceKind,
};

const SAMPLE: &str = include_str!("../../../samples/fernhill.yaml");

fn snapshot() -> Snapshot {
    let service = Embedded::new(sample::tenant(), VirtualClock::at(sample::NOW));
    let client = service.client(Caller::with_mfa(id_of("emma.clarke")), Safeguards::default());
    block_on(discover(&client, &DiscoverOptions::default())).unwrap()
}

fn after(target: &Target, snapshot: &Snapshot, privilege: &Privilege) -> Policy {
    let start =
        Policy::new("p".parse().unwrap(), privilege.clone(), Policy::default_rules(&privilege.surface()));
    let standing = snapshot.policies.iter().find(|policy| policy.subject == *privilege).unwrap_or(&start);
    standing.apply(&target.policies[privilege])
}

/// What is wrong with these rows and whatever else is written before them.
fn faults(text: &str) -> Vec<String> {
    let design = Design::from_yaml(&format!(
        "version: 1\nbreak_glass: [breakglass-1@fernhill.onmicrosoft.com]\n{text}"
    ));
    let design = design.unwrap_or_else(|error| panic!("{error}"));
    design.check(&snapshot()).iter().map(|fault| format!("{} {fault}", fault.kind.as_str())).collect()
}

#[test]
fn the_sample_says_what_its_comments_say() {
    let snapshot = snapshot();
    let design = Design::from_yaml(SAMPLE).unwrap_or_else(|error| panic!("{error}"));
    let target = design.resolve(&snapshot).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let told: Vec<_> = design.check(&snapshot).iter().map(ToString::to_string).collect();
    assert_eq!(told, Vec::<String>::new());

    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let activation = after(&target, &snapshot, &global).activation();
    assert_eq!(activation.max, Period::hours(1));
    assert_eq!(activation.strong_authentication, StrongAuthentication::Context("c1".parse().unwrap()));
    assert!(activation.ticket && activation.justification, "inherited and its own");
    let approvers: Vec<_> = activation.approval.iter().flat_map(|setting| setting.approvers()).collect();
    assert_eq!((approvers.len(), &approvers[0].kind), (1, &ApproverKind::Group));
    assert!(after(&target, &snapshot, &global).faults().is_empty());
    assert!(target.exclusive.contains(&global));

    let grant = |who: &str, privilege: &Privilege| {
        let found =
            target.grants.iter().find(|grant| grant.principal == id_of(who) && grant.privilege == *privilege);
        let found = found.unwrap_or_else(|| panic!("{who}"));
        (found.level.clone(), found.expiry)
    };
    let handover = Expiry::At("2027-04-01T00:00:00Z".parse().unwrap());
    assert_eq!(grant("daniel.frost", &global), (Level::Eligibility, handover));
    assert_eq!(grant("breakglass-1", &global), (Level::Assignment, Expiry::Never));
    let team = Privilege::member(group_of("identity-team"));
    assert_eq!(grant("sofia.rossi", &team), (Level::Eligibility, Expiry::After(Period::days(180))));
    assert_eq!(after(&target, &snapshot, &team).activation().max, Period::hours(8));

    assert_eq!(target.protected, BTreeSet::from([id_of("hr-sync")]));
    let waves: Vec<_> = target.waves.iter().map(|wave| (&*wave.name, wave.principals.len())).collect();
    assert_eq!(waves, [("pilot", 2), ("identity", 3), ("services", 3)]);
    let names: Vec<_> = target.reviews.iter().map(|review| &*review.name).collect();
    assert_eq!(names.len(), 6);
    assert_eq!(names[0], "Quarterly review: Global Administrator");
    assert_eq!(names[3], "Quarterly review: User Administrator (Europe, Middle East, Africa)");
    assert!(target.reviews.iter().all(|review| review.settings.duration_days == 14));
    // Nobody named anything of reviews for mail: it is left alone.
    assert!(
        !target
            .policies
            .contains_key(&Privilege::role("f2ef992c-3afb-46b9-b7cf-a126ee74c451".parse().unwrap()))
    );
}

#[test]
fn names_that_lead_nowhere_are_told_with_the_nearest_and_their_place() {
    let told = faults(
        "\
tiers: { control: { template: strikt } }
templates: { strict: {} }
roles:
  - role: Global Administratr
    tier: contrl
  - role: User Administrator
    unit: Amerika
    eligible: [emma.clark@fernhill.example, 00000000-0000-0000-0000-00000000dead]
  - group: Identity Taem
  - role: Ownr
    azure: prod
  - role: Reader
    template: strct
    azure: /subscriptions/x
pilot: [Jack Turnr]
",
    );
    let emma = id_of("emma.clarke");
    let jack = id_of("jack.turner");
    let unit = &snapshot().units.iter().find(|unit| unit.name == "Americas").unwrap().id.clone();
    let team = group_of("identity-team");
    assert_eq!(
        told,
        [
            "unknown-name line 3, column 31: tiers.control.template: there is no template `strikt`; did you mean \
             `strict`?"
                .to_owned(),
            "unknown-name line 7, column 11: roles[0].tier: there is no tier `contrl`; did you mean `control`?".to_owned(),
            format!(
                "unknown-name line 6, column 11: roles[0].role: no Entra role is called `Global Administratr`; did you \
                 mean `Global Administrator` ({})?",
                RoleId::GLOBAL_ADMINISTRATOR
            ),
            format!(
                "unknown-name line 9, column 11: roles[1].unit: no administrative unit is called `Amerika`; did you mean \
                 `Americas` ({unit})?"
            ),
            format!(
                "unknown-name line 11, column 12: roles[2].group: no group is called `Identity Taem`; did you mean \
                 `Identity Team` ({team})?"
            ),
            "unknown-name line 12, column 11: roles[3].role: no Azure role is called `Ownr`; did you mean `Owner` \
             (8e3af657-a8ff-443c-a75c-2fe8c4bcb635)?"
                .to_owned(),
            "unknown-name line 13, column 12: roles[3].azure: there is no path or Azure scope `prod`; the design has none \
             at all"
                .to_owned(),
            "unknown-name line 15, column 15: roles[4].template: there is no template `strct`; did you mean `strict`?"
                .to_owned(),
            format!(
                "unknown-name line 17, column 9: pilot[0]: no person, group or application is called this; the nearest \
                 name is that of {jack}"
            ),
        ]
    );
    // A row whose scope is not known says nothing about its holders; one that is, does.
    let told = faults(
        "roles: [{ role: User Administrator, eligible: [emma.clark@fernhill.example, 00000000-0000-0000-0000-00000000dead] }]",
    );
    assert!(told[0].ends_with(&format!("is called this; the nearest name is that of {emma}")), "{}", told[0]);
    assert!(
        told[1].ends_with("`00000000-0000-0000-0000-00000000dead`; it may have been deleted"),
        "{}",
        told[1]
    );
}

#[test]
fn names_of_people_are_in_no_message() {
    let text = "roles: [{ role: User Administrator, eligible: [Xaver Unbekannt, Emma Clark] }]\npilot: [Emma Clarke]";
    for told in faults(text) {
        assert!(!told.contains("Xaver") && !told.contains("Emma") && !told.contains("clark"), "{told}");
    }
}

#[test]
fn a_name_of_two_is_decided_by_an_id() {
    let mut snapshot = snapshot();
    let unit = |n: u8| AdministrativeUnit::new(pim_core::id::UnitId::from_guid([n; 16]), "Branch".into());
    snapshot.units.extend([unit(1), unit(2)]);
    let custom = |n: u8| {
        RoleDefinition::new(
            RoleId::from_guid([n; 16]),
            Surface::DirectoryRoles,
            "Global reader".into(),
            RoleOrigin::Custom,
        )
    };
    snapshot.roles.push(custom(9).into());
    let design = Design {
        roles: vec![
            Row { role: Some("Teams Administrator".into()), unit: Some("branch".into()), ..Row::default() },
            Row { role: Some("GLOBAL READER".into()), ..Row::default() },
        ],
        ..Design::default()
    };
    let faults = design.resolve(&snapshot).unwrap_err();
    assert!(faults.iter().all(|fault| fault.kind == FaultKind::Ambiguous), "{faults:#?}");
    let ids = ["01010101-0101-0101-0101-010101010101", "02020202-0202-0202-0202-020202020202"];
    assert_eq!(faults[0].candidates, ids);
    assert_eq!(faults[1].candidates.len(), 2);
    let mut decided = design.clone();
    decided.roles[0].unit = Some(ids[1].into());
    decided.roles[1].role = Some("f2ef992c-3afb-46b9-b7cf-a126ee74c451".into());
    assert!(decided.resolve(&snapshot).is_ok());
}

#[test]
fn what_was_not_read_is_not_called_unknown() {
    let mut snapshot = snapshot();
    snapshot.users.clear();
    snapshot.coverage.remove(&SourceKind::Users);
    snapshot.coverage.remove(&SourceKind::DirectoryPolicies);
    snapshot.policies.clear();
    let text = "version: 1\nroles: [{ role: Teams Administrator, eligible: [nobody@x.example], settings: { activation: { max: 1h } } }]";
    let faults = Design::from_yaml(text).unwrap().resolve(&snapshot).unwrap_err();
    let kinds: Vec<_> = faults.iter().map(|fault| fault.kind).collect();
    assert_eq!(
        kinds,
        [FaultKind::NotRead(SourceKind::DirectoryPolicies), FaultKind::NotRead(SourceKind::Users)]
    );
    // An id needs no list.
    let text = "version: 1\nroles: [{ role: Teams Administrator, eligible: [00000000-0000-0000-0000-00000000beef] }]";
    assert!(Design::from_yaml(text).unwrap().resolve(&snapshot).is_ok());
}

#[test]
fn what_cannot_work_is_refused() {
    let start = |text: &str| {
        text.split_once(": ").map(|(kind, _)| kind.split(' ').next().unwrap_or_default().to_owned())
    };
    let kind_of = |text: &str| faults(text).first().and_then(|told| start(told)).unwrap_or_default();
    let row = |rest: &str| format!("roles: [{{ role: Teams Administrator, {rest} }}]");
    let group = |rest: &str| format!("roles: [{{ group: Identity Team, {rest} }}]");
    for (text, kind) in [
        (row("settings: { activation: { max: 20min } }"), "impossible"),
        (row("settings: { activation: { max: 25h } }"), "impossible"),
        (row("settings: { activation: { max: 45min } }"), "doubtful"),
        (row("settings: { activation: { mfa: true, context: c1 } }"), "contradiction"),
        (row("settings: { activation: { turnaround: 2d } }"), "impossible"),
        (group("settings: { activation: { approval: true } }"), "impossible"),
        (group("approvers: []\n, settings: { activation: { approval: true } }"), "impossible"),
        (row("approvers: [Build Pipeline]"), "value"),
        (row("approvers: [Emma Clarke]"), "doubtful"),
        (row("approvers: [Emma Clarke, Liam Okafor], settings: { activation: { approval: false } }"), "contradiction"),
        (
            row("approvers: [PIM Approvers], settings: { notifications: { activation: { approvers: { to: [a@b.example] } } } }"),
            "impossible",
        ),
        (row("settings: { notifications: { active: { holder: { to: [everybody] } } } }"), "unknown-name"),
        (row("settings: { eligible: { mfa: true } }"), "doubtful"),
        (row("eligible: [{ who: Emma Clarke, until: 2020-01-01 }]"), "contradiction"),
        (row("eligible: [{ who: Emma Clarke, until: 1min }]"), "impossible"),
        (row("settings: { eligible: { longest: 30d } }, eligible: [{ who: Emma Clarke, until: 31d }]"), "impossible"),
        (row("settings: { eligible: { longest: 30d } }, eligible: [{ who: Emma Clarke, until: never }]"), "impossible"),
        (row("eligible: [{ who: Emma Clarke, condition: x }]"), "impossible"),
        (row("eligible: [Emma Clarke, emma.clarke@fernhill.example]"), "contradiction"),
        (row("eligible: [breakglass-1@fernhill.onmicrosoft.com]"), "contradiction"),
        (row("eligible: [Engineering]"), "impossible"),
        (row("eligible: [Build Pipeline]"), "doubtful"),
        (row("assignment: static, eligible: [Emma Clarke]"), "doubtful"),
        (row("active: [Emma Clarke]"), "doubtful"),
        (row("access: owner"), "contradiction"),
        (row("unit: Americas, azure: /subscriptions/x"), "contradiction"),
        (row("group: Identity Team"), "contradiction"),
        (group("unit: Americas"), "contradiction"),
        ("roles: [{ tier: x }]".into(), "unknown-name"),
        ("roles: [{ description: x }]".into(), "missing-key"),
        ("roles: [{ group: All Sales, eligible: [Emma Clarke] }]".into(), "impossible"),
        ("roles: [{ group: Identity Team, eligible: [Identity Team] }]".into(), "impossible"),
        ("roles: [{ role: Teams Administrator }, { role: teams administrator }]".into(), "contradiction"),
        (
            "roles: [{ role: Teams Administrator, settings: { activation: { max: 1h } } }, { role: Teams Administrator, \
             unit: Americas, settings: { activation: { max: 2h } } }]"
                .into(),
            "contradiction",
        ),
        ("tenant: { id: 00000000-0000-0000-0000-000000000001 }".into(), "contradiction"),
        ("tenant: { id: fernhill }".into(), "value"),
        ("protected: [Nobody Whatsoever]".into(), "unknown-name"),
        ("pilot: [Emma Clarke]".into(), "doubtful"),
        ("waves: [{ name: pilot, members: [] }]".into(), "contradiction"),
        ("waves: [{ name: a, starts: 2026-10-02, members: [] }, { name: b, starts: 2026-10-01, members: [] }]".into(), "contradiction"),
        ("groups: [{ group: Engineering, role_assignable: true }]".into(), "impossible"),
        ("azure_scopes: { prod: { scope: subscriptions/x } }".into(), "value"),
        ("recipients: { soc: [nobody] }".into(), "value"),
        ("roles: [{ role: Teams Administrator }]\nreviews: [{ name: x }]".into(), "missing-key"),
        ("roles: [{ role: Teams Administrator }]\nreviews: [{ name: x, by: managers, every: week, days: 20 }]".into(), "impossible"),
        ("roles: [{ role: Teams Administrator }]\nreviews: [{ name: x, by: managers, silence: remove }]".into(), "doubtful"),
        ("roles: [{ role: Teams Administrator }]\nreviews: [{ name: x, by: managers, rows: [Nothing] }]".into(), "unknown-name"),
        ("templates: { a: { extends: b }, b: { extends: c }, c: { extends: b } }".into(), "cycle"),
        ("templates: { a: { extends: a } }".into(), "cycle"),
        ("templates: { a: { extends: z } }".into(), "unknown-name"),
    ] {
        assert_eq!(kind_of(&text), kind, "{text}: {:#?}", faults(&text));
    }
}

#[test]
fn a_tier_is_held_to_what_it_says() {
    let text = |rest: &str| {
        format!(
            "tiers: {{ top: {{ may_hold: {{ guests: false, synced: false, applications: false, groups: false }}, demands: {{ \
             max_activation: 1h, ticket: true, approval: true, no_standing: true }} }} }}\nroles: [{{ role: Global \
             Administrator, tier: top, {rest} }}]"
        )
    };
    let enough = "settings: { activation: { max: 1h, ticket: true } }, approvers: [PIM Approvers], eligible: [Emma Clarke], \
                  active: [breakglass-1@fernhill.onmicrosoft.com]";
    assert_eq!(faults(&text(enough)), Vec::<String>::new());
    let weak = "eligible: [Jack Turner, Build Pipeline, Identity Team], active: [Emma Clarke]";
    let told: Vec<_> = faults(&text(weak)).into_iter().filter(|told| told.starts_with("tier ")).collect();
    assert_eq!(told.len(), 3 + 4, "{told:#?}");
}

#[test]
fn circles_of_templates_are_told_once() {
    let told =
        faults("templates: { a: { extends: b }, b: { extends: c }, c: { extends: a }, d: { extends: a } }");
    assert_eq!(
        told,
        [
            "cycle line 3, column 28: templates.a.extends: `a` extends `b` extends `c` extends `a`: let one of them extend nothing"
        ]
    );
}

#[test]
fn rules_that_nobody_named_are_not_written() {
    let snapshot = snapshot();
    let text = "version: 1\nroles: [{ role: Teams Administrator, settings: { activation: { justification: false } } }]";
    let target = Design::from_yaml(text).unwrap().resolve(&snapshot).unwrap();
    let (subject, rules) = target.policies.first_key_value().unwrap();
    let kinds: Vec<_> = rules.iter().map(|rule| rule.kind.as_str()).collect();
    assert_eq!(kinds, ["enablement_end_user_assignment"]);
    // What the rule says besides stays: the role asks for MFA.
    let standing = snapshot.policies.iter().find(|policy| policy.subject == *subject).unwrap();
    assert_eq!(
        standing.apply(rules).activation().strong_authentication,
        standing.activation().strong_authentication
    );
    assert!(!standing.apply(rules).activation().justification);
}

#[test]
fn approval_that_a_template_asks_for_can_be_taken_back() {
    let text = "version: 1\ntemplates: { t: { settings: { activation: { approvers: [PIM Approvers] } } } }\nroles: [{ role: Teams \
                Administrator, template: t, settings: { activation: { approval: false } } }, { role: Teams Devices \
                Administrator, template: t, approvers: [Emma Clarke, Liam Okafor] }]";
    let snapshot = snapshot();
    let target = Design::from_yaml(text).unwrap().resolve(&snapshot).unwrap();
    let approvals: Vec<_> = target
        .policies
        .keys()
        .map(|subject| {
            after(&target, &snapshot, subject)
                .activation()
                .approval
                .map(|setting| setting.approvers().count())
        })
        .collect();
    assert!(approvals.contains(&None) && approvals.contains(&Some(2)), "{approvals:?}");
}
