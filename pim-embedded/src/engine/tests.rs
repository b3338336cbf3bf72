//! What becomes of activations when the eligibility below them changes, and groups in groups.

use pim_core::{
    approval::{Decision, NewDecision},
    backend::{AssignmentQuery, EligibilityQuery, RequestQuery},
    error::ErrorKind,
    id::{RoleId, StageId},
    policy::{ApprovalSetting, Approver, Rule, RuleKind, Setting},
    privilege::{Privilege, RoleDefinition, RoleOrigin, Surface},
    request::{Action, NewRequest, Request, RequestStatus},
    schedule::{Condition, Level},
    time::{Expiry, Period, Timestamp, Window},
};

use super::{AdminAnswer, Answer, Caller, Command, Engine, trial::Trial};
use crate::{
    seed::{Seed, SeedBuilder, group_of, guid_of, id_of},
    switches::RunningWithoutEligibility,
};

fn at(scope: &str) -> Privilege {
    Privilege::AzureRole { role: RoleId::from_guid(guid_of("builder")), scope: scope.parse().unwrap() }
}

/// Alice may build in a subscription that the administrator owns; what runs ends with its eligibility.
fn azure() -> SeedBuilder {
    let owner = Privilege::AzureRole {
        role: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635".parse().unwrap(),
        scope: "/subscriptions/s".parse().unwrap(),
    };
    Seed::builder()
        .user("admin")
        .user("alice")
        .edit(|records| {
            records.switches.running_activation_on_removed_eligibility = RunningWithoutEligibility::Ends;
            for (id, name) in [
                (RoleId::from_guid(guid_of("builder")), "builder"),
                (owner.role_id().unwrap().clone(), "Owner"),
            ] {
                records.roles.push(RoleDefinition::new(
                    id,
                    Surface::AzureRoles,
                    name.into(),
                    RoleOrigin::BuiltIn,
                ));
            }
        })
        .standing("admin", owner)
        .standing("admin", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
        .eligible("alice", at("/subscriptions/s"))
}

fn ask(action: Action, level: Level, who: &str, privilege: Privilege, expiry: Option<Expiry>) -> Command {
    let mut ask = NewRequest::new(action, level, id_of(who), privilege);
    ask.justification = Some("needed".into());
    ask.expiry = expiry;
    Command::Submit(ask)
}

#[test]
fn what_rests_on_an_eligibility_ends_with_it_below_its_scope_and_after_its_id_changed() {
    let mut trial = Trial::new(azure());
    let below = at("/subscriptions/s/resourceGroups/g");
    let hours = Some(Expiry::After(Period::hours(8)));
    trial.run("alice", &ask(Action::SelfActivate, Level::Assignment, "alice", below.clone(), hours)).unwrap();
    let year = Some(Expiry::After(Period::days(300)));
    let eligibility = at("/subscriptions/s");
    let update = ask(Action::AdminUpdate, Level::Eligibility, "alice", eligibility.clone(), year);
    trial.run("admin", &update).unwrap();
    assert!(trial.is_active("alice", &below), "a change does not end it");
    trial.run("admin", &ask(Action::AdminRemove, Level::Eligibility, "alice", eligibility, None)).unwrap();
    assert!(!trial.is_active("alice", &below));
    trial.assert_replays();
}

#[test]
fn a_group_can_be_eligible_for_a_role_assignable_group_but_no_active_member() {
    let seed = Seed::builder()
        .user("admin")
        .standing("admin", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
        .group("inner", [])
        .group_with("outer", [], |group| group.group.role_assignable = true);
    let mut trial = Trial::new(seed);
    let member = Privilege::member(group_of("outer"));
    let month = Some(Expiry::After(Period::days(30)));
    let active = ask(Action::AdminAssign, Level::Assignment, "inner", member.clone(), month);
    assert_eq!(trial.refused("admin", &active).kind(), ErrorKind::InvalidInput);
    trial.run("admin", &ask(Action::AdminAssign, Level::Eligibility, "inner", member, month)).unwrap();
}

const fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

fn duty() -> Privilege {
    Privilege::role("fe930be7-5e62-47db-91af-98c3a49a38b1".parse().unwrap())
}

fn people() -> SeedBuilder {
    Seed::builder().users(["admin", "alice", "bob"]).standing("admin", global())
}

fn request(answer: Answer) -> Request {
    match answer {
        Answer::Request(request) => *request,
        other => panic!("{other:?}"),
    }
}

fn condition(text: &str) -> Condition {
    Condition { expression: text.into(), version: "2.0".into() }
}

/// A start far ahead would make a late end look near.
#[test]
fn an_extension_is_as_long_as_its_end_is_late_whatever_start_it_names() {
    let started: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
    let month = Window::new(Some(started), Some(started + Period::days(30))).unwrap();
    let limit = Rule {
        kind: RuleKind::ExpirationAdminEligibility,
        setting: Setting::Expiration { required: true, max: Some(Period::days(90)) },
    };
    let seed = people().eligible_in("alice", duty(), month).policy(duty(), [limit]);
    let (far, days) = (started + Period::days(3000), Period::days(80));
    let late = |action, who| {
        let mut ask = NewRequest::new(action, Level::Eligibility, id_of(who), duty());
        ask.justification = Some("needed".into());
        ask.start = Some(far);
        ask.expiry = Some(Expiry::At(far + days));
        Command::Submit(ask)
    };
    let mut trial = Trial::new(seed);
    let refused = trial.refused("admin", &late(Action::AdminExtend, "alice"));
    assert_eq!(refused.kind(), ErrorKind::PolicyViolation);

    let waiting = request(trial.run("alice", &late(Action::SelfExtend, "alice")).unwrap());
    let answer = Command::Answer(waiting.key(), AdminAnswer::Approve(None));
    assert_eq!(trial.refused("admin", &answer).kind(), ErrorKind::PolicyViolation);
    assert!(trial.is_eligible("alice", &duty()));
    let caller = Caller::with_mfa(id_of("admin"));
    let held = trial.engine.reader(&caller).eligibilities(&EligibilityQuery::default(), 0, 10).unwrap().0;
    assert_eq!(held[0].window, month);
}

/// An activation never allows more than its eligibility.
#[test]
fn who_activates_cannot_write_another_condition_than_the_eligibility_has() {
    let narrow = condition("@Resource[name] StringEquals 'logs'");
    let narrowed = narrow.clone();
    let seed = azure().edit(|records| records.eligibilities[0].condition = Some(narrowed));
    let mut trial = Trial::new(seed);
    let mut wide =
        NewRequest::new(Action::SelfActivate, Level::Assignment, id_of("alice"), at("/subscriptions/s"));
    wide.justification = Some("needed".into());
    wide.expiry = Some(Expiry::After(Period::hours(1)));
    wide.condition = Some(Box::new(condition("1 NumericEquals 1")));
    trial.run("alice", &Command::Submit(wide)).unwrap();
    let caller = Caller::with_mfa(id_of("alice"));
    let mine = AssignmentQuery { view: pim_core::backend::View::Mine, ..AssignmentQuery::default() };
    let held = trial.engine.reader(&caller).assignments(&mine, 0, 10).unwrap().0;
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].condition.as_deref(), Some(&narrow));
}

/// The window moves with the approval, and must still lie within the eligibility.
#[test]
fn a_late_approval_does_not_let_an_activation_outlast_its_eligibility() {
    let began: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
    let ends = began + Period::hours(9);
    let approval = Rule {
        kind: RuleKind::ApprovalEndUserAssignment,
        setting: Setting::Approval(ApprovalSetting::by([Approver::user(id_of("bob"))])),
    };
    let window = Window::new(Some(began), Some(ends)).unwrap();
    let seed = people().eligible_in("alice", duty(), window).policy(duty(), [approval]);
    let mut trial = Trial::new(seed);
    let eight = Some(Expiry::After(Period::hours(8)));
    let ask = ask(Action::SelfActivate, Level::Assignment, "alice", duty(), eight);
    let waiting = request(trial.run("alice", &ask).unwrap());
    trial.wait(Period::hours(5));
    let key = waiting.approval_key().unwrap();
    let stage: StageId = waiting.id.to_string().parse().unwrap();
    let yes = NewDecision { decision: Decision::Approve, justification: Some("fine".into()) };
    trial.run("bob", &Command::Decide(key, stage, yes)).unwrap();
    assert!(trial.is_active("alice", &duty()));
    let caller = Caller::with_mfa(id_of("admin"));
    let held = trial.engine.reader(&caller).assignments(&AssignmentQuery::default(), 0, 10).unwrap().0;
    let held = held.into_iter().find(|held| held.principal == id_of("alice")).unwrap();
    assert_eq!(held.window.end(), Some(ends));
    trial.wait(Period::hours(4));
    assert!(!trial.is_active("alice", &duty()));
    trial.assert_replays();
}

/// Whatever is only tried leaves nothing, and so does its refusal.
#[test]
fn a_refused_trial_leaves_no_record() {
    let mut trial = Trial::new(people());
    let month = Some(Expiry::After(Period::days(30)));
    trial.run("admin", &ask(Action::AdminAssign, Level::Assignment, "alice", duty(), month)).unwrap();
    let before = trial.events.len();
    let mut remove = NewRequest::new(Action::AdminRemove, Level::Assignment, id_of("alice"), duty());
    remove.dry_run = true;
    let error = trial.refused("admin", &Command::Submit(remove));
    assert_eq!(error.kind(), ErrorKind::InvalidTransition);
    assert_eq!(trial.events.len(), before);
}

#[test]
fn a_place_past_every_row_is_an_empty_page() {
    let trial = Trial::new(people());
    let caller = Caller::with_mfa(id_of("admin"));
    let reader = trial.engine.reader(&caller);
    for place in [u64::from(u32::MAX) - 1, u32::MAX.into(), 1 << 32, u64::MAX] {
        assert_eq!(reader.assignments(&AssignmentQuery::default(), place, 10).unwrap(), (vec![], None));
        assert_eq!(reader.eligibilities(&EligibilityQuery::default(), place, 10).unwrap(), (vec![], None));
        assert_eq!(reader.requests(&RequestQuery::default(), place, 10).unwrap(), (vec![], None));
        assert_eq!(reader.memberships(&Default::default(), place, 10), (vec![], None));
    }
}

/// A sign-in may come on record late, while somebody reads the older ones.
#[test]
fn a_sign_in_recorded_late_hides_no_other_from_a_reader() {
    use pim_core::{audit::SignIn, backend::SignInQuery};
    let mut trial = Trial::new(people());
    let began = trial.now;
    let signed = |n: u32| {
        let when = began - Period::days(n);
        Command::RecordSignIn(SignIn::new(format!("s{n}").parse().unwrap(), when, id_of("alice")))
    };
    for n in [1, 2, 3, 4] {
        trial.run("admin", &signed(n)).unwrap();
    }
    let caller = Caller::with_mfa(id_of("admin"));
    let read = |trial: &Trial, from| {
        trial.engine.reader(&caller).sign_ins(&SignInQuery::default(), from, 2).unwrap()
    };
    let (mut seen, next) = read(&trial, None);
    trial.run("admin", &signed(9)).unwrap();
    seen.extend(read(&trial, next).0);
    let mut days: Vec<_> = seen.iter().map(|sign_in| began.since(sign_in.at).as_days()).collect();
    days.retain(|day| *day < 9);
    assert_eq!(days, [1, 2, 3, 4]);
}

/// The last instant there is comes without end.
#[test]
fn time_can_run_to_its_end() {
    let seed = people().build().unwrap();
    let mut engine = Engine::new(seed, Timestamp::MAX - Period::days(2));
    let started = std::thread::spawn(move || engine.advance(Timestamp::MAX).len());
    for _ in 0..100 {
        if started.is_finished() {
            started.join().unwrap();
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the agenda never ends");
}

#[test]
fn a_request_that_is_withdrawn_moves_once() {
    let mut trial = Trial::new(people());
    let mut ask = NewRequest::new(Action::AdminAssign, Level::Assignment, id_of("alice"), duty());
    ask.justification = Some("needed".into());
    ask.start = Some(trial.now + Period::days(1));
    ask.expiry = Some(Expiry::After(Period::days(3)));
    let granted = request(trial.run("admin", &Command::Submit(ask)).unwrap());
    assert_eq!(granted.status, RequestStatus::Granted);
    trial.run("admin", &Command::Cancel(granted.key())).unwrap();
    assert_eq!(trial.refused("admin", &Command::Cancel(granted.key())).kind(), ErrorKind::InvalidTransition);
    trial.wait(Period::days(2));
    assert!(!trial.is_active("alice", &duty()));
}

#[test]
fn an_activation_rests_on_the_eligibility_that_lasts_longest() {
    let role = Privilege::role(RoleId::PRIVILEGED_ROLE_ADMINISTRATOR);
    let soon = Window::new(None, Some("2026-01-05T10:00:00Z".parse().unwrap())).unwrap();
    let seed = Seed::builder()
        .user("alice")
        .group_with("team", ["alice"], |group| group.group.role_assignable = true)
        .eligible_in("alice", role.clone(), soon)
        .eligible("team", role.clone());
    let mut trial = Trial::new(seed);
    let hours = Some(Expiry::After(Period::hours(8)));
    trial.run("alice", &ask(Action::SelfActivate, Level::Assignment, "alice", role.clone(), hours)).unwrap();
    trial.wait(Period::hours(4));
    assert!(trial.is_active("alice", &role), "her own ended after an hour, the group's did not");
}
