//! One tenant for each thing that a plan must do, or must not.

use std::collections::BTreeSet;

use pim_core::{
    client::Safeguards,
    directory::{Group, Membership, User},
    error::ErrorKind,
    guard::{BREAK_GLASS, LAST_ADMINISTRATORS, NO_APPROVER, POLICY_TRAP},
    id::{AppId, PrincipalId, RoleId, ScheduleId},
    policy::{ActivationPolicy, ApprovalSetting, Approver, GrantPolicy, Policy, Rule, StrongAuthentication},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
    request::Action,
    review::{DefaultDecision, NewReview, Population, ReviewScope, ReviewSettings, Reviewed},
    schedule::{Assignment, Condition, Eligibility, Level, Origin, Via},
    time::{Expiry, Period, Window},
};

use super::model::carry_out;
use crate::{
    desired::{Grant, Target, Wave},
    plan::{Change, DriftKind, Fact, Plan, PlanOptions, Risk, codes, drift, plan},
    snapshot::{
        Coverage, Snapshot, SnapshotBuilder, SourceKind,
        strategies::{NOW, group_id, person, who},
    },
};

/// Stands for Global Administrator among the roles of [`role`].
pub(super) const ADMIN: u8 = 0;

pub(super) fn role(n: u8) -> Privilege {
    Privilege::role(if n == ADMIN { RoleId::GLOBAL_ADMINISTRATOR } else { RoleId::from_guid([n + 100; 16]) })
}

pub(super) fn at(n: u8) -> PrincipalId {
    who(n)
}

/// Nine people and two groups, 21 and 22, that may hold roles.
pub(super) fn tenant() -> SnapshotBuilder {
    let group = |n| {
        let mut group = Group::new(group_id(n), format!("group {n}"));
        group.role_assignable = true;
        group
    };
    Snapshot::builder(NOW).users((1..10).map(person).collect::<Vec<User>>()).groups([group(21), group(22)])
}

pub(super) fn standing(n: u8, what: u8) -> Assignment {
    Assignment::new(ScheduleId::from_guid([n; 16]), who(n), role(what))
}

fn may(n: u8, what: u8) -> Eligibility {
    Eligibility::new(ScheduleId::from_guid([n; 16]), who(n), role(what))
}

fn member(group: u8, n: u8) -> Membership {
    let kind = if n > 20 { PrincipalKind::Group } else { PrincipalKind::User };
    Membership { group: group_id(group), principal: who(n), kind, access: GroupAccess::Member }
}

fn listed(group: u8, n: u8) -> Assignment {
    Assignment::new(ScheduleId::from_guid([n; 16]), who(n), Privilege::member(group_id(group)))
}

pub(super) fn eligible(n: u8, what: u8) -> Grant {
    Grant::new(Level::Eligibility, who(n), role(what))
}

fn holds(n: u8, what: u8) -> Grant {
    Grant::new(Level::Assignment, who(n), role(what))
}

/// These grants, and at least one administrator.
pub(super) fn wanting(grants: impl IntoIterator<Item = Grant>) -> Target {
    let safeguards = Safeguards { min_administrators: 1, ..Safeguards::default() };
    Target { grants: grants.into_iter().collect(), safeguards, ..Target::default() }
}

fn only(grants: impl IntoIterator<Item = Grant>, privileges: impl IntoIterator<Item = Privilege>) -> Target {
    Target { exclusive: privileges.into_iter().collect(), ..wanting(grants) }
}

fn activation(approval: Option<ApprovalSetting>) -> Vec<Rule> {
    let policy = ActivationPolicy {
        max: Period::hours(2),
        strong_authentication: StrongAuthentication::Mfa,
        justification: true,
        ticket: false,
        approval,
    };
    policy.rules()
}

fn approved_by(n: &[u8]) -> ApprovalSetting {
    ApprovalSetting::by(
        n.iter().map(|n| if *n > 20 { Approver::group(who(*n)) } else { Approver::user(who(*n)) }),
    )
}

fn policy(subject: Privilege, rules: &[Rule]) -> Policy {
    let usual = Policy::default_rules(&subject.surface());
    Policy::new(format!("policy of {subject}").parse().unwrap(), subject, usual).apply(rules)
}

fn planned(snapshot: &Snapshot, target: &Target) -> Plan {
    plan(snapshot, target, &PlanOptions::default()).unwrap()
}

/// The actions of a plan, with the wave and whose they are.
fn told(plan: &Plan) -> Vec<(usize, String)> {
    let told = |change: &Change| match change {
        Change::Grant(ask) => {
            format!("{} {} {}", ask.action, ask.level, ask.principal.to_string().split_at(2).0)
        }
        Change::Policy { .. } => "policy".to_owned(),
        _ => "review".to_owned(),
    };
    plan.steps.iter().map(|step| (step.wave, told(&step.change))).collect()
}

fn codes_of(plan: &Plan) -> Vec<&str> {
    plan.refused.iter().map(|refused| &*refused.code).collect()
}

fn notices_of(plan: &Plan) -> Vec<&str> {
    plan.notices.iter().map(|notice| &*notice.code).collect()
}

#[test]
fn standing_access_goes_once_what_replaces_it_was_seen_in_its_wave() {
    let tenant = tenant().assignments([standing(1, 1), standing(2, 1), standing(3, 1)]).build();
    let mut target = only([eligible(1, 1), eligible(2, 1)], [role(1)]);
    target.waves = vec![Wave { name: "pilot".into(), principals: [who(2)].into() }];
    target.policies.insert(role(1), activation(None));
    let plan = planned(&tenant, &target);
    assert_eq!(plan.waves, ["settings", "pilot", "rest"]);
    let text = |wave, text: &str| (wave, text.to_owned());
    assert_eq!(
        told(&plan),
        [
            text(0, "policy"),
            text(1, "admin_assign eligibility 02"),
            text(1, "admin_remove assignment 02"),
            text(2, "admin_assign eligibility 01"),
            text(2, "admin_remove assignment 01"),
            text(2, "admin_remove assignment 03"),
        ]
    );
    // Who may activate meets the new demands from the first day.
    assert_eq!(plan.steps[1].after, [plan.steps[0].id]);
    assert_eq!(plan.steps[2].after, [plan.steps[1].id]);
    assert_eq!(plan.steps[4].after, [plan.steps[3].id]);
    assert!(plan.steps[5].after.is_empty());
    let risks: Vec<_> = plan.steps.iter().map(|step| step.risk).collect();
    assert_eq!(risks[1..4], [Risk::Low, Risk::High, Risk::Low]);
    assert!(matches!(&plan.steps[1].rests_on[..], [Fact::NoGrant { .. }]));
    assert!(matches!(&plan.steps[2].rests_on[..], [Fact::Grant { .. }]));
}

#[test]
fn a_person_keeps_what_a_group_is_to_give_them_until_it_does() {
    let rows = [standing(1, 1)];
    let tenant = tenant().assignments(rows).build();
    let target = only(
        [
            Grant::new(Level::Assignment, who(21), role(1)),
            Grant {
                expiry: Expiry::After(Period::days(90)),
                ..Grant::new(Level::Eligibility, who(1), Privilege::member(group_id(21)))
            },
        ],
        [role(1)],
    );
    let target = Target { waves: vec![Wave { name: "pilot".into(), principals: [who(1)].into() }], ..target };
    let plan = planned(&tenant, &target);
    let last = plan.steps.last().unwrap();
    assert_eq!(told(&plan).last().unwrap(), &(2, "admin_remove assignment 01".to_owned()));
    let others: BTreeSet<_> = plan.steps[..2].iter().map(|step| step.id).collect();
    assert_eq!(last.after.iter().copied().collect::<BTreeSet<_>>(), others);
}

#[test]
fn activations_are_neither_duplicates_nor_substitutes() {
    let mut running = standing(1, 1);
    running.origin = Origin::Activated { using: None };
    running.window = Window::new(None, Some(NOW + Period::hours(2))).unwrap();
    let mut inherited = standing(2, 1);
    inherited.via = Via::Inherited;
    let tenant = tenant().assignments([running, inherited]).build();
    assert!(planned(&tenant, &only([], [role(1)])).steps.is_empty());
    let plan = planned(&tenant, &only([holds(1, 1)], [role(1)]));
    assert_eq!(told(&plan), [(1, "admin_assign assignment 01".to_owned())]);
    assert!(plan.steps[0].why.contains("An activation runs"));
}

#[test]
fn ends_are_compared_by_meaning_and_changed_in_place() {
    let until = |days: u32| Window::new(None, Some(NOW + Period::days(days))).unwrap();
    let case = |window: Window, expiry: Expiry| {
        let mut row = standing(1, 1);
        row.window = window;
        let tenant = tenant().assignments([row]).build();
        let plan = planned(&tenant, &wanting([Grant { expiry, ..holds(1, 1) }]));
        let steps = plan.steps.first().map(|step| match &step.change {
            Change::Grant(ask) => (ask.action.clone(), ask.expiry, step.risk),
            other => panic!("{other:?}"),
        });
        assert!(planned(&carry_out(&tenant, &plan), &wanting([Grant { expiry, ..holds(1, 1) }])).is_empty());
        steps
    };
    let (days, moment) = (|n| Expiry::After(Period::days(n)), |n| Expiry::At(NOW + Period::days(n)));
    assert_eq!(case(Window::ALWAYS, Expiry::Never), None);
    assert_eq!(case(until(30), days(30)), None);
    assert_eq!(case(until(3), days(30)), None);
    assert_eq!(case(until(30), Expiry::At(NOW + Period::days(30) + Period::seconds(40))), None);
    assert_eq!(case(until(3), moment(30)), Some((Action::AdminExtend, Some(moment(30)), Risk::Medium)));
    assert_eq!(case(until(60), moment(90)), Some((Action::AdminUpdate, Some(moment(90)), Risk::Medium)));
    assert_eq!(case(until(60), days(30)), Some((Action::AdminUpdate, Some(days(30)), Risk::High)));
    assert_eq!(case(Window::ALWAYS, days(30)), Some((Action::AdminUpdate, Some(days(30)), Risk::High)));
    let later = Window::new(Some(NOW + Period::days(5)), Some(NOW + Period::days(9))).unwrap();
    assert_eq!(case(later, days(4)), None);
    // Its start stays where it is.
    assert_eq!(case(later, days(2)), Some((Action::AdminUpdate, Some(moment(7)), Risk::High)));
}

#[test]
fn what_begins_later_replaces_nothing_yet() {
    let mut later = may(1, 1);
    later.window = Window::from(NOW + Period::days(3));
    let tenant = tenant().assignments([standing(1, 1)]).eligibilities([later]).build();
    let plan = planned(&tenant, &only([eligible(1, 1)], [role(1)]));
    assert_eq!((plan.steps.len(), codes_of(&plan)), (0, vec![codes::NOT_YET]));
}

#[test]
fn conditions_are_put_on_in_place_and_never_taken_off() {
    let scope =
        Privilege::AzureRole { role: RoleId::from_guid([9; 16]), scope: "/subscriptions/a".parse().unwrap() };
    let narrow = || Some(Box::new(Condition { expression: "@x".into(), version: "2.0".into() }));
    let mut row = standing(1, 1);
    row.privilege = scope.clone();
    let bare = tenant().assignments([row.clone()]).build();
    row.condition = narrow();
    let narrowed = tenant().assignments([row]).build();
    let wanted = |condition| {
        wanting([Grant {
            condition,
            expiry: Expiry::Never,
            ..Grant::new(Level::Assignment, who(1), scope.clone())
        }])
    };
    let mut allowing = wanted(narrow());
    let grants = GrantPolicy { permanent: true, max: Period::days(90), mfa: false, justification: false };
    allowing.policies.insert(scope.clone(), grants.rules(&Level::Assignment));
    let plan = planned(&bare, &allowing);
    assert_eq!(plan.steps[1].risk, Risk::High);
    assert!(plan.steps[1].inverse.is_none());
    assert!(planned(&narrowed, &wanted(narrow())).is_empty());
    assert_eq!(codes_of(&planned(&narrowed, &wanted(None))), [codes::UNSUPPORTED]);
}

#[test]
fn protected_people_keep_what_they_have() {
    let tenant = tenant().assignments([standing(1, 1), standing(2, 1)]).eligibilities([may(1, 2)]).build();
    let shorter = Grant { expiry: Expiry::After(Period::days(1)), ..eligible(1, 2) };
    let target = Target { protected: [who(1)].into(), ..only([shorter], [role(1)]) };
    let plan = planned(&tenant, &target);
    assert_eq!(told(&plan), [(1, "admin_remove assignment 02".to_owned())]);
    assert_eq!(notices_of(&plan), [codes::PROTECTED; 2]);
    assert!(plan.refused.is_empty());
}

#[test]
fn one_administrator_goes_when_another_has_come() {
    let tenant = tenant().assignments([standing(1, ADMIN)]).build();
    let mut target = only([holds(2, ADMIN)], [role(ADMIN)]);
    assert_eq!(planned(&tenant, &target).administrators.after, [who(2)].into());
    // The one who goes is of an earlier wave, and waits.
    target.waves = vec![Wave { name: "pilot".into(), principals: [who(1)].into() }];
    let plan = planned(&tenant, &target);
    assert_eq!(
        told(&plan),
        [(2, "admin_assign assignment 02".to_owned()), (2, "admin_remove assignment 01".to_owned())]
    );
    assert_eq!(plan.steps[1].after, [plan.steps[0].id]);
    // And stays where nobody comes who could work.
    let plan = planned(&tenant, &only([holds(7, ADMIN), eligible(1, ADMIN)], [role(ADMIN)]));
    assert_eq!(plan.steps.len(), 3);
    let plan = planned(&tenant, &only([eligible(1, ADMIN)], [role(ADMIN)]));
    assert_eq!((codes_of(&plan), plan.steps.len()), (vec![LAST_ADMINISTRATORS], 1));
}

#[test]
fn a_group_that_makes_administrators_stays_whole() {
    let rows = [Assignment::new(ScheduleId::from_guid([1; 16]), who(21), role(ADMIN)), listed(22, 1)];
    let inside = [member(21, 22), member(22, 1), member(22, 2)];
    let tenant = tenant().assignments(rows).memberships(inside).build();
    let mut target = only([], [role(ADMIN), Privilege::member(group_id(22))]);
    target.safeguards.min_administrators = 2;
    let plan = planned(&tenant, &target);
    assert_eq!(codes_of(&plan), [LAST_ADMINISTRATORS; 2]);
    assert_eq!(notices_of(&plan), [codes::OUTSIDE]);
    target.safeguards.min_administrators = 1;
    let plan = planned(&tenant, &target);
    assert_eq!((codes_of(&plan), plan.administrators.after.len()), (vec![LAST_ADMINISTRATORS], 1));
}

#[test]
fn break_glass_accounts_are_reached_by_nothing() {
    let group = Assignment::new(ScheduleId::from_guid([1; 16]), who(21), role(1));
    let rows = [standing(1, ADMIN), standing(2, ADMIN), group, standing(3, 1)];
    let tenant = tenant().assignments(rows).memberships([member(21, 22), member(22, 1)]).build();
    let mut target = only([eligible(1, 2), holds(2, ADMIN)], [role(ADMIN), role(1)]);
    target.safeguards.break_glass = [who(1)].into();
    target.policies.insert(Privilege::member(group_id(21)), activation(None));
    let plan = planned(&tenant, &target);
    assert_eq!(codes_of(&plan), [BREAK_GLASS; 4]);
    assert_eq!(told(&plan), [(1, "admin_remove assignment 03".to_owned())]);
    // What they must have may be given to them.
    let safeguards = target.safeguards.clone();
    let restored = planned(&tenant, &Target { safeguards, ..wanting([holds(1, 3)]) });
    assert_eq!(restored.steps.len(), 1);
}

#[test]
fn the_caller_keeps_what_the_plan_is_carried_out_by() {
    let tenant = |caller: u8, rows: Vec<Assignment>| {
        tenant().caller(who(caller)).assignments(rows).memberships([member(21, 1)]).build()
    };
    let others = || vec![standing(2, ADMIN), standing(3, ADMIN)];
    let held = |row: Assignment| others().into_iter().chain([row]).collect::<Vec<_>>();
    let just_in_time = || only([eligible(1, ADMIN), holds(2, ADMIN), holds(3, ADMIN)], [role(ADMIN)]);
    let plan = planned(&tenant(1, held(standing(1, ADMIN))), &just_in_time());
    assert_eq!(codes_of(&plan), [codes::OWN_ACCESS]);
    assert_eq!(planned(&tenant(2, held(standing(1, ADMIN))), &just_in_time()).refused, []);
    let group = Assignment::new(ScheduleId::from_guid([1; 16]), who(21), role(ADMIN));
    let plan = planned(&tenant(1, held(group)), &just_in_time());
    assert_eq!(codes_of(&plan), [codes::OWN_ACCESS]);
    let owner = Assignment::new(ScheduleId::from_guid([1; 16]), who(1), Privilege::owner(group_id(21)));
    let none_left = only([], [Privilege::owner(group_id(21))]);
    assert_eq!(codes_of(&planned(&tenant(1, held(owner.clone())), &none_left)), [codes::OWN_ACCESS]);
    assert_eq!(planned(&tenant(2, held(owner)), &none_left).steps.len(), 1);
}

#[test]
fn approval_is_demanded_once_somebody_can_give_it() {
    let tenant = tenant().assignments([standing(1, ADMIN), standing(2, ADMIN)]).build();
    let with = |setting, grants: Vec<Grant>| {
        let mut target = wanting(grants);
        target.policies.insert(role(1), activation(Some(setting)));
        planned(&tenant, &target)
    };
    let into = |n| Grant {
        expiry: Expiry::After(Period::days(90)),
        ..Grant::new(Level::Assignment, who(n), Privilege::member(group_id(21)))
    };
    // An empty group approves nothing, and nobody becomes eligible who was meant to be approved.
    let plan = with(approved_by(&[21]), vec![eligible(5, 1)]);
    assert_eq!(codes_of(&plan), [NO_APPROVER, codes::DEPENDS]);
    let plan = with(approved_by(&[21]), vec![eligible(5, 1), into(4)]);
    assert_eq!(
        told(&plan).into_iter().map(|(_, what)| what).collect::<Vec<_>>(),
        ["admin_assign assignment 04", "policy", "admin_assign eligibility 05"]
    );
    assert_eq!(plan.steps[1].after, [plan.steps[0].id]);
    // Nobody approves their own requests.
    assert_eq!(codes_of(&with(approved_by(&[5]), vec![eligible(5, 1)])), [NO_APPROVER]);
    assert!(with(approved_by(&[5, 6]), vec![eligible(5, 1)]).refused.is_empty());
    assert!(with(approved_by(&[]), vec![eligible(5, 1)]).refused.is_empty());
}

#[test]
fn those_who_approve_are_not_taken_away() {
    let inside = [member(21, 1), member(21, 2)];
    let rows = [listed(21, 1), listed(21, 2), standing(3, ADMIN)];
    let approval = policy(role(1), &activation(Some(approved_by(&[21]))));
    let tenant = tenant().assignments(rows).memberships(inside).policies([approval]);
    let none = only([], [Privilege::member(group_id(21))]);
    let plan = planned(&tenant.clone().build(), &none);
    assert_eq!((plan.steps.len(), codes_of(&plan)), (1, vec![NO_APPROVER]));
    let plan = planned(&tenant.eligibilities([may(2, 1)]).build(), &none);
    // The one who may ask too could not be left alone with it.
    let Change::Grant(ask) = &plan.refused[0].change else { panic!() };
    assert_eq!((plan.steps.len(), &ask.principal), (1, &who(1)));
}

#[test]
fn a_grant_waits_for_the_settings_that_allow_it() {
    let group = Privilege::member(group_id(21));
    let tenant = tenant().policies([policy(group.clone(), &[])]).build();
    let mut target = wanting([Grant::new(Level::Eligibility, who(1), group.clone())]);
    assert_eq!(codes_of(&planned(&tenant, &target)), [codes::POLICY]);
    let forever = GrantPolicy { permanent: true, max: Period::days(90), mfa: false, justification: false };
    target.policies.insert(group, forever.rules(&Level::Eligibility));
    let plan = planned(&tenant, &target);
    assert_eq!(told(&plan), [(0, "policy".to_owned()), (1, "admin_assign eligibility 01".to_owned())]);
    assert_eq!((plan.steps[0].risk, &plan.steps[1].after), (Risk::Medium, &vec![plan.steps[0].id]));
}

#[test]
fn a_step_says_where_tighter_settings_forbid_to_undo_it() {
    let tenant = tenant().assignments([standing(1, 1)]).build();
    let mut target = only([], [role(1)]);
    assert!(!planned(&tenant, &target).steps[0].why.contains("undo"));
    let tight = GrantPolicy { permanent: false, max: Period::days(90), mfa: false, justification: false };
    target.policies.insert(role(1), tight.rules(&Level::Assignment));
    assert!(planned(&tenant, &target).steps[1].why.contains("forbid to undo"));
}

#[test]
fn settings_that_shut_a_policy_are_not_written() {
    let tenant = tenant().service_principals([pim_core::directory::ServicePrincipal::new(
        who(30),
        AppId::from_guid([1; 16]),
        "pipeline".into(),
    )]);
    let demand = GrantPolicy { permanent: true, max: Period::days(90), mfa: true, justification: false };
    let mut target = wanting([]);
    target.policies.insert(role(1), demand.rules(&Level::Assignment));
    assert!(planned(&tenant.clone().build(), &target).refused.is_empty());
    assert_eq!(codes_of(&planned(&tenant.clone().caller(who(30)).build(), &target)), [POLICY_TRAP]);
    let context = Rule {
        kind: pim_core::policy::RuleKind::AuthenticationContextEndUserAssignment,
        setting: pim_core::policy::Setting::AuthenticationContext {
            enabled: true,
            context: "c1".parse().ok(),
        },
    };
    target.policies.insert(role(1), vec![context]);
    assert_eq!(codes_of(&planned(&tenant.build(), &target)), [POLICY_TRAP]);
}

#[test]
fn what_was_not_read_is_left_and_named() {
    let rows = [standing(1, ADMIN), standing(2, ADMIN)];
    let part = |source| tenant().assignments(rows.clone()).coverage(source, Coverage::NotAsked).build();
    let target = only([eligible(1, ADMIN), holds(2, ADMIN)], [role(ADMIN)]);
    for source in [SourceKind::DirectoryEligibilities, SourceKind::DirectoryAssignments] {
        let plan = planned(&part(source), &target);
        assert_eq!((plan.unread.as_slice(), codes_of(&plan)), (&[source][..], vec![]));
        assert!(!told(&plan).iter().any(|(_, what)| what.contains("remove")), "{source}");
        assert_eq!(
            drift(&part(source), &target).unwrap().exit_status(),
            if plan.steps.is_empty() { 3 } else { 2 }
        );
    }
    // Two are seen, one is enough: nothing that is missing can make it worse.
    assert_eq!(planned(&part(SourceKind::Memberships), &target).steps.len(), 2);
    let mut nobody = part(SourceKind::Users);
    nobody.users.clear();
    let plan = planned(&nobody, &target);
    assert_eq!((plan.steps.len(), plan.unread.as_slice()), (1, &[SourceKind::Users][..]));
}

#[test]
fn reviews_are_known_by_their_name() {
    let review = |harsh, days| NewReview {
        name: "quarterly".into(),
        scope: ReviewScope {
            privilege: role(ADMIN),
            population: Population::Active,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: Vec::new(),
        fallback_reviewers: Vec::new(),
        start: None,
        settings: ReviewSettings {
            duration_days: days,
            auto_apply: harsh,
            default_decision: if harsh { DefaultDecision::Deny } else { DefaultDecision::None },
            ..ReviewSettings::default()
        },
        stages: Vec::new(),
    };
    let tenant = tenant().assignments([standing(1, ADMIN)]).build();
    let wanted = |review| Target { reviews: vec![review], ..wanting([]) };
    assert_eq!(codes_of(&planned(&tenant, &wanted(review(true, 7)))), [LAST_ADMINISTRATORS]);
    let mut careless = wanted(review(true, 7));
    careless.safeguards =
        Safeguards { break_glass: [who(1)].into(), min_administrators: 0, ..Safeguards::default() };
    assert_eq!(codes_of(&planned(&tenant, &careless)), [BREAK_GLASS]);
    let plan = planned(&tenant, &wanted(review(false, 7)));
    assert_eq!(told(&plan), [(0, "review".to_owned())]);
    let tenant = carry_out(&tenant, &plan);
    assert!(planned(&tenant, &wanted(review(false, 7))).is_empty());
    assert_eq!(codes_of(&planned(&tenant, &wanted(review(false, 14)))), [codes::UNSUPPORTED]);
}

#[test]
fn what_no_service_does_is_refused_before_it_is_asked() {
    let mut plain = Group::new(group_id(23), "plain".into());
    let mut ruled = Group::new(group_id(24), "ruled".into());
    (plain.under_pim, ruled.membership_rule) = (Some(false), Some("user.x -eq 1".into()));
    let tenant = tenant().groups([plain, ruled]).build();
    let into = |level, n, group| Grant {
        expiry: Expiry::After(Period::days(1)),
        ..Grant::new(level, who(n), Privilege::member(group_id(group)))
    };
    for grant in [
        eligible(23, 1),
        into(Level::Eligibility, 1, 24),
        into(Level::Assignment, 22, 21),
        into(Level::Eligibility, 21, 21),
    ] {
        let plan = planned(&tenant, &wanting([grant]));
        assert_eq!((plan.steps.len(), codes_of(&plan)), (0, vec![codes::UNSUPPORTED]));
    }
    let over = Grant { expiry: Expiry::At(NOW), ..eligible(1, 1) };
    assert_eq!(codes_of(&planned(&tenant, &wanting([over]))), [codes::ENDED]);
    let plan = planned(&tenant, &wanting([into(Level::Eligibility, 1, 23)]));
    assert!(plan.steps[0].why.contains("under PIM, for good"));
}

#[test]
fn a_target_that_contradicts_itself_is_no_target() {
    let tenant = tenant().build();
    let refused = |target: Target| plan(&tenant, &target, &PlanOptions::default()).unwrap_err().kind();
    let bounded = Grant { expiry: Expiry::After(Period::days(1)), ..eligible(1, 1) };
    assert_eq!(refused(wanting([eligible(1, 1), bounded])), ErrorKind::InvalidInput);
    let odd = Grant { level: Level::from("deputy"), ..eligible(1, 1) };
    assert_eq!(refused(wanting([odd])), ErrorKind::InvalidInput);
    let same = planned(&tenant, &wanting([eligible(1, 1), eligible(1, 1)]));
    assert_eq!(same.steps.len(), 1);
}

#[test]
fn drift_is_known_by_fingerprint_and_can_be_accepted() {
    let tenant = tenant().assignments([standing(1, 1), standing(2, ADMIN)]).build();
    let longer = Grant { expiry: Expiry::After(Period::days(9)), ..holds(2, ADMIN) };
    let target = only([eligible(3, 1), longer], [role(1)]);
    let found = drift(&tenant, &target).unwrap();
    let mut kinds: Vec<_> = found.rows.iter().map(|row| row.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [DriftKind::Missing, DriftKind::Extra, DriftKind::Refused]);
    let extra = found.rows.iter().find(|row| row.kind == DriftKind::Extra).unwrap();
    assert_eq!((extra.from.as_deref(), extra.to.as_deref()), (Some("has no end"), None));
    assert_eq!(found.exit_status(), 2);

    let mut accepted: BTreeSet<_> = found.rows.iter().map(|row| row.fingerprint).collect();
    let found = found.accepting(&accepted);
    assert_eq!((found.exit_status(), found.open().count(), found.settled.len()), (0, 0, 0));
    let gone = "0123456789abcdef".parse().unwrap();
    accepted.insert(gone);
    assert_eq!(drift(&tenant, &target).unwrap().accepting(&accepted).settled, [gone]);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<crate::plan::Drift>(&text).unwrap(), found);
}
