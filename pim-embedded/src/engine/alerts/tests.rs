use pim_core::{
    alert::{AlertChange, AlertKind, AlertSeverity, AlertThresholds},
    audit::SignIn,
    conditional_access::AuthenticationContext,
    directory::Sku,
    error::ErrorKind,
    id::{PrincipalId, RoleId, SignInId, SkuId},
    policy::{Requirement, Rule, RuleKind, Setting},
    privilege::Privilege,
    request::{Action, NewRequest},
    schedule::Level,
    time::{Expiry, Period, Timestamp, Window},
};

use crate::{
    engine::{Command, Fact, trial::Trial},
    seed::{Seed, SeedBuilder, id_of},
};

const DAY: Period = Period::days(1);
/// The service under test begins then.
const BEGAN: &str = "2026-01-05T09:00:00Z";

fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

/// User Administrator, a privileged role.
fn users() -> Privilege {
    Privilege::role("fe930be7-5e62-47db-91af-98c3a49a38b1".parse().unwrap())
}

/// Reports Reader, not a privileged role.
fn reports() -> Privilege {
    Privilege::role("4a5d8f65-41da-4de4-8968-e035b65339cf".parse().unwrap())
}

fn before(period: Period) -> Timestamp {
    BEGAN.parse::<Timestamp>().unwrap() - period
}

fn seed() -> SeedBuilder {
    Seed::builder()
        .user_with("admin", |user| user.last_sign_in = Some(before(DAY)))
        .users(["alice", "bob", "carol"])
        .standing("admin", global())
}

fn sorted(names: &[&str]) -> Vec<PrincipalId> {
    let mut ids: Vec<_> = names.iter().map(|name| id_of(name)).collect();
    ids.sort();
    ids
}

fn change(kind: &AlertKind, change: AlertChange) -> Command {
    Command::ChangeAlert(kind.clone(), change)
}

fn configure(kind: &AlertKind, thresholds: AlertThresholds) -> Command {
    change(kind, AlertChange::Configure(AlertThresholds { enabled: true, ..thresholds }))
}

#[test]
fn too_many_global_administrators_takes_number_and_share() {
    let kind = AlertKind::TooManyGlobalAdmins;
    let with = |globals: &[&str], others: u32| {
        let names: Vec<String> = (0..others).map(|n| format!("other{n}")).collect();
        let seed = globals.iter().fold(seed(), |seed, name| seed.standing(name, global()));
        let seed = names.iter().fold(seed, |seed, name| seed.user(name).standing(name, users()));
        let trial = Trial::new(seed.standing("carol", reports()));
        (trial.alert(&kind).active, trial.named(&kind))
    };
    assert_eq!(with(&["alice"], 0), (false, vec![]), "two are below three");
    assert_eq!(with(&["alice", "bob"], 0), (true, sorted(&["admin", "alice", "bob"])));
    assert!(with(&["alice", "bob"], 27).0, "three of thirty are ten percent");
    assert!(!with(&["alice", "bob"], 28).0, "three of thirty-one are less");
}

#[test]
fn redundant_is_what_was_not_activated_within_the_period() {
    let kind = AlertKind::Redundant;
    let used = |time: Option<Timestamp>, granted: Option<Timestamp>| {
        let window = granted.map_or(Window::ALWAYS, Window::from);
        let seed = seed().eligible_in("alice", users(), window);
        let trial = Trial::new(seed.edit(|records| records.eligibilities[0].last_activated = time));
        trial.alert(&kind).active
    };
    let month = Period::days(30);
    assert!(used(None, None));
    assert!(!used(Some(before(month)), None));
    assert!(used(Some(before(month + Period::seconds(1))), None));
    assert!(!used(None, Some(before(month))), "not yet eligible for longer than the period");
    assert!(used(None, Some(before(month + Period::seconds(1)))));
}

#[test]
fn a_group_is_in_use_when_a_member_uses_it() {
    let mut trial = Trial::new(seed().group("ops", ["alice"]).eligible("ops", users()));
    assert_eq!(trial.named(&AlertKind::Redundant), sorted(&["ops"]));
    activate(&mut trial, "alice");
    trial.run("admin", &change(&AlertKind::Redundant, AlertChange::Refresh)).unwrap();
    assert_eq!(trial.named(&AlertKind::Redundant), sorted(&[]));
}

#[test]
fn stale_are_privileged_accounts_that_did_not_sign_in() {
    let kind = AlertKind::StaleSignIn;
    let month = Period::days(30);
    let longer = month + Period::seconds(1);
    let seed = seed()
        .user_with("fresh", |user| user.last_sign_in = Some(before(month)))
        .user_with("stale", |user| user.last_sign_in = Some(before(longer)))
        .user_with("new", |user| user.created = Some(before(DAY)))
        .user_with("member", |user| user.last_sign_in = Some(before(longer)))
        .user_with("reader", |user| user.last_sign_in = Some(before(longer)))
        .group("ops", ["member"])
        .eligible("fresh", users())
        .eligible("stale", users())
        .eligible("new", users())
        .standing("alice", users())
        .standing("ops", users())
        .standing("reader", reports());
    let mut trial = Trial::new(seed);
    assert_eq!(trial.named(&kind), sorted(&["stale", "alice", "member"]));
    let sign_in = |name: &str, now: Timestamp, error_code: u32| {
        let mut sign_in = SignIn::new(SignInId::from_guid([7; 16]), now, id_of(name));
        sign_in.error_code = error_code;
        Command::RecordSignIn(sign_in)
    };
    trial.run("stale", &sign_in("stale", trial.now, 0)).unwrap();
    trial.run("alice", &sign_in("alice", trial.now, 50126)).unwrap();
    trial.run("admin", &change(&kind, AlertChange::Refresh)).unwrap();
    assert_eq!(trial.named(&kind), sorted(&["alice", "member"]), "a failed sign-in does not count");
}

fn activate(trial: &mut Trial, who: &str) {
    let mut ask = NewRequest::new(Action::SelfActivate, Level::Assignment, id_of(who), users());
    ask.justification = Some("incident".into());
    ask.expiry = Some(Expiry::After(Period::hours(1)));
    trial.run(who, &Command::Submit(ask)).unwrap();
}

#[test]
fn the_same_role_again_and_again_is_noticed() {
    let kind = AlertKind::SequentialActivation;
    let mut trial = Trial::new(seed().eligible("alice", users()).eligible("bob", users()));
    let thresholds =
        AlertThresholds { count: Some(3), period: Some(Period::hours(4)), ..AlertThresholds::default() };
    trial.run("admin", &configure(&kind, thresholds)).unwrap();
    for _ in 0..2 {
        activate(&mut trial, "alice");
        activate(&mut trial, "bob");
        trial.wait(Period::hours(2));
    }
    trial.run("admin", &change(&kind, AlertChange::Refresh)).unwrap();
    assert!(!trial.alert(&kind).active, "twice is less than three times");
    activate(&mut trial, "alice");
    trial.wait(Period::seconds(1));
    activate(&mut trial, "bob");
    trial.run("admin", &change(&kind, AlertChange::Refresh)).unwrap();
    assert_eq!(trial.named(&kind), sorted(&["alice"]), "bob's third came a second too late");
    trial.assert_replays();
}

#[test]
fn a_role_in_use_that_activates_without_a_second_factor_is_noticed() {
    let kind = AlertKind::NoMfaOnActivation;
    let weak = |role: Privilege| {
        let setting = Setting::Enablement { required: [Requirement::Justification].into() };
        let rule = Rule { kind: RuleKind::EnablementEndUserAssignment, setting };
        seed().policy(role, [rule])
    };
    assert!(!Trial::new(seed().eligible("alice", users())).alert(&kind).active, "the default demands it");
    assert!(!Trial::new(weak(users())).alert(&kind).active, "nobody can activate it");
    let trial = Trial::new(weak(users()).eligible("alice", users()).eligible("bob", users()));
    let found = trial.incidents(&kind);
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].privilege, &found[0].principal), (&Some(users()), &None));
    let context = Setting::AuthenticationContext { enabled: true, context: Some("c1".parse().unwrap()) };
    let rule = Rule { kind: RuleKind::AuthenticationContextEndUserAssignment, setting: context };
    let seed = weak(users()).eligible("alice", users());
    let strong = seed.edit(|records| {
        let (id, name) = ("c1".parse().unwrap(), "Strong".to_owned());
        records.contexts.push(AuthenticationContext { id, name, published: true });
        records.policies[0].rules.push(rule);
    });
    assert!(!Trial::new(strong).alert(&kind).active, "a context does as well");
}

#[test]
fn assignments_behind_pims_back_are_found_by_the_daily_scan() {
    let kind = AlertKind::AssignedOutsidePim;
    let mut trial = Trial::new(seed());
    assert!(!trial.alert(&kind).active);
    trial.run("admin", &Command::AssignOutsidePim(id_of("bob"), reports())).unwrap();
    trial.wait(DAY - Period::seconds(1));
    assert!(!trial.alert(&kind).active);
    trial.wait(Period::seconds(1));
    let alert = trial.alert(&kind);
    assert!(alert.active && alert.remediable);
    assert_eq!(
        (alert.severity, alert.changed, alert.scanned),
        (AlertSeverity::High, Some(trial.now), Some(trial.now))
    );
    assert_eq!(
        alert.id.to_string(),
        format!("DirectoryRole_{}_RolesAssignedOutsidePimAlert", trial.engine.state.tenant)
    );
    trial.run("admin", &Command::RemoveOutsidePim(id_of("bob"), reports())).unwrap();
    trial.wait(DAY);
    assert_eq!(trial.alert(&kind).incidents, 0);
    assert_eq!((trial.noted("Triggered PIM alert"), trial.noted("Resolve PIM alert")), (1, 1));
    trial.assert_replays();
}

#[test]
fn the_standing_role_of_a_group_under_pim_is_listed_too() {
    let with = |under_pim: bool| {
        let group = seed().group_with("ops", ["alice"], |group| group.group.under_pim = Some(under_pim));
        Trial::new(group.standing("ops", users())).named(&AlertKind::AssignedOutsidePim)
    };
    assert_eq!(with(true), sorted(&["ops"]));
    assert_eq!(with(false), sorted(&[]));
}

#[test]
fn a_tenant_without_a_licence_is_told() {
    let with = |part_number: &str| {
        let sku = Sku {
            id: SkuId::from_guid([5; 16]),
            part_number: part_number.to_owned(),
            service_plans: Vec::new(),
            bought: 10,
            consumed: 0,
        };
        let trial = Trial::new(seed().edit(|records| records.skus.push(sku)));
        trial.incidents(&AlertKind::InvalidLicence).len()
    };
    assert_eq!(with("AAD_PREMIUM_P2"), 0);
    assert_eq!(with("AAD_PREMIUM"), 1);
}

#[test]
fn a_dismissed_alert_fires_again_only_for_something_new() {
    let kind = AlertKind::AssignedOutsidePim;
    let seed = seed().edit(|records| {
        let mut grant = crate::seed::SeedGrant::new(id_of("alice"), users());
        grant.outside_pim = true;
        records.assignments.push(grant);
    });
    let mut trial = Trial::new(seed);
    assert!(trial.alert(&kind).active);
    trial.run("admin", &change(&kind, AlertChange::Dismiss)).unwrap();
    trial.wait(DAY);
    trial.run("admin", &change(&kind, AlertChange::Refresh)).unwrap();
    assert!(!trial.alert(&kind).active && trial.alert(&kind).incidents == 1);
    trial.run("admin", &Command::AssignOutsidePim(id_of("bob"), users())).unwrap();
    trial.wait(DAY);
    assert!(trial.alert(&kind).active);
    trial.run("admin", &change(&kind, AlertChange::Dismiss)).unwrap();
    trial.run("admin", &Command::RemoveOutsidePim(id_of("bob"), users())).unwrap();
    trial.wait(DAY);
    assert!(!trial.alert(&kind).active, "fewer findings are nothing new");
    for (activity, times) in
        [("Deactivate PIM alert", 2), ("Refresh PIM alert", 1), ("Triggered PIM alert", 1)]
    {
        assert_eq!(trial.noted(activity), times, "{activity}");
    }
    trial.assert_replays();
}

#[test]
fn quiet_days_leave_no_events() {
    let mut trial = Trial::new(seed().eligible("alice", users()));
    trial.wait(Period::days(400));
    let scans = trial.events.iter().filter(|event| matches!(event.fact, Fact::AlertScanned { .. }));
    assert_eq!(scans.count(), 1, "only the administrator's last sign-in grew old");
    trial.assert_replays();
}

#[test]
fn an_alert_that_is_off_does_not_fire() {
    let kind = AlertKind::InvalidLicence;
    let sku = |records: &mut crate::seed::Records| {
        records.skus.push(Sku {
            id: SkuId::from_guid([5; 16]),
            part_number: "AAD_PREMIUM".to_owned(),
            service_plans: Vec::new(),
            bought: 10,
            consumed: 0,
        });
    };
    let mut trial = Trial::new(seed().edit(sku));
    trial.run("admin", &change(&kind, AlertChange::Configure(AlertThresholds::default()))).unwrap();
    trial.wait(DAY);
    trial.run("admin", &change(&kind, AlertChange::Refresh)).unwrap();
    assert!(!trial.alert(&kind).active);
    trial.run("admin", &configure(&kind, AlertThresholds::default())).unwrap();
    assert!(trial.alert(&kind).active);
    for (activity, times) in [
        ("Disable PIM alert", 1),
        ("Enable PIM alert", 1),
        ("Resolve PIM alert", 0),
        ("Update PIM alert setting", 0),
    ] {
        assert_eq!(trial.noted(activity), times, "{activity}");
    }
}

#[test]
fn thresholds_keep_to_their_ranges() {
    let mut trial = Trial::new(seed());
    let count = |n| AlertThresholds { count: Some(n), ..AlertThresholds::default() };
    let percent = |n| AlertThresholds { percent: Some(n), ..AlertThresholds::default() };
    let period = |period| AlertThresholds { period: Some(period), ..AlertThresholds::default() };
    for (kind, thresholds, fits) in [
        (AlertKind::TooManyGlobalAdmins, count(1), false),
        (AlertKind::TooManyGlobalAdmins, count(2), true),
        (AlertKind::TooManyGlobalAdmins, count(100), true),
        (AlertKind::TooManyGlobalAdmins, count(101), false),
        (AlertKind::TooManyGlobalAdmins, percent(0), true),
        (AlertKind::TooManyGlobalAdmins, percent(100), true),
        (AlertKind::TooManyGlobalAdmins, percent(101), false),
        (AlertKind::TooManyGlobalAdmins, period(DAY), false),
        (AlertKind::Redundant, period(Period::ZERO), true),
        (AlertKind::Redundant, period(Period::days(100)), true),
        (AlertKind::Redundant, period(Period::days(100) + Period::seconds(1)), false),
        (AlertKind::Redundant, count(3), false),
        (AlertKind::StaleSignIn, period(Period::hours(23)), false),
        (AlertKind::StaleSignIn, period(DAY), true),
        (AlertKind::StaleSignIn, period(Period::days(365)), true),
        (AlertKind::StaleSignIn, period(Period::days(366)), false),
        (AlertKind::SequentialActivation, count(1), false),
        (AlertKind::SequentialActivation, count(100), true),
        (AlertKind::SequentialActivation, period(Period::ZERO), false),
        (AlertKind::SequentialActivation, period(Period::seconds(1)), true),
        (AlertKind::NoMfaOnActivation, count(3), false),
        (AlertKind::AssignedOutsidePim, period(DAY), false),
    ] {
        let before = trial.alert(&kind).thresholds;
        let answer = trial.run("admin", &configure(&kind, thresholds.clone()));
        assert_eq!(answer.is_ok(), fits, "{kind} {thresholds:?}");
        if let Err(error) = answer {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(trial.alert(&kind).thresholds, before);
        }
    }
    let now = trial.alert(&AlertKind::TooManyGlobalAdmins).thresholds;
    assert_eq!((now.count, now.percent), (Some(100), Some(100)), "what is not said stays");
    trial.assert_replays();
}

#[test]
fn who_may_not_is_refused() {
    let mut trial = Trial::new(seed());
    let kind = AlertKind::Redundant;
    let error = trial.refused("alice", &change(&kind, AlertChange::Refresh));
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let error = trial.refused("admin", &change(&"no_such_alert".into(), AlertChange::Refresh));
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let caller = crate::engine::Caller::with_mfa(id_of("alice"));
    let reader = trial.engine.reader(&caller);
    assert_eq!(reader.alerts(0, 10).unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(reader.incidents(&kind, 0, 10).unwrap_err().kind(), ErrorKind::PermissionDenied);
}
