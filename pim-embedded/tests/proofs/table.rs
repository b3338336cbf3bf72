//! What the engine does with each action, against a table written by hand.
//!
//! The expected column is not taken from the SDK: every row is an observation or a documented statement about
//! the service, or a choice that `docs/open-questions.md` names (Q3 for requests to extend and renew, Q13 for
//! late approvals).

use pim_core::{
    approval::Decision,
    privilege::{Privilege, Surface},
    request::{Action, NewRequest, Request, RequestStatus},
    schedule::Level,
    time::{Expiry, Period, Timestamp, Window},
};
use pim_embedded::{
    engine::{AdminAnswer, Answer, Caller, Command, Engine},
    seed::{Seed, group_of},
};

use crate::world::{
    BEGIN, approved_by, ask, ask_for, decide, eligible, global, mfa, role, starting, with_roles,
};

const HOUR: Period = Period::hours(1);

/// What follows the reply.
enum Then {
    Nothing,
    Wait(Period),
    Decide(Decision, Period),
    Answer(AdminAnswer),
    Cancel(&'static str),
}

/// What is there for the triple afterwards: nothing, a schedule to come, or one in force.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Access {
    None,
    Schedule,
    Instance,
}

use Access::{Instance, None as No, Schedule};
use RequestStatus::{
    AdminDenied, Canceled, Denied, Granted, PendingAdminDecision, PendingApproval,
    PendingApprovalProvisioning, Provisioned, Revoked, TimedOut,
};

struct Row {
    what: &'static str,
    /// Made earlier, by whom it takes, and the time that passes then.
    given: Vec<(Caller, NewRequest)>,
    passed: Period,
    ask: NewRequest,
    /// The reply, and the grant right after it.
    reply: RequestStatus,
    grant: Access,
    then: Then,
    /// The request's status, and the grant, in the end.
    status: RequestStatus,
    access: Access,
    /// From when to when the grant lasts in the end, in minutes from the request.
    window: Option<(Option<i64>, Option<i64>)>,
}

impl Row {
    fn new(what: &'static str, ask: NewRequest, reply: RequestStatus, grant: Access) -> Self {
        let status = reply.clone();
        Self {
            what,
            given: vec![],
            passed: Period::ZERO,
            ask,
            reply,
            grant,
            then: Then::Nothing,
            status,
            access: grant,
            window: None,
        }
    }

    fn given(mut self, given: NewRequest, passed: Period) -> Self {
        self.given.push((by(&given), given));
        self.passed = passed;
        self
    }

    fn then(self, then: Then, status: RequestStatus, access: Access) -> Self {
        Self { then, status, access, ..self }
    }

    fn lasts(self, from: i64, until: i64) -> Self {
        Self { window: Some((Some(from), Some(until))), ..self }
    }
}

/// Administrators' requests are root's, all others the holder's.
fn by(ask: &NewRequest) -> Caller {
    if ask.action.is_administrative() { mfa("root") } else { Caller::with_mfa(ask.principal.clone()) }
}

fn seed() -> Seed {
    let ends = |length: Period| Window::new(None, Some(BEGIN + length)).unwrap();
    with_roles(Seed::builder(), &Surface::DirectoryRoles, &["plain", "approved", "held", "past"])
        .users(["root", "alice", "bob"])
        .group("team", [])
        .standing("root", global())
        .eligible("alice", role("plain"))
        .eligible("alice", role("approved"))
        .eligible("alice", Privilege::member(group_of("team")))
        .standing_in("alice", role("held"), ends(Period::days(10)))
        .standing_in("alice", role("past"), ends(Period::minutes(1)))
        .policy(role("approved"), [approved_by(&["bob"])])
        .build()
        .unwrap()
}

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    let later = BEGIN + HOUR;
    let (plain, approved, held, past) = (role("plain"), role("approved"), role("held"), role("past"));
    let (bare, member) = (role("plain"), Privilege::member(group_of("team")));
    let assign = ask_for(Action::AdminAssign, "bob", &bare, HOUR);
    let activate = ask_for(Action::SelfActivate, "alice", &plain, HOUR);
    let approvable = ask_for(Action::SelfActivate, "alice", &approved, HOUR);
    let extend = ask_for(Action::SelfExtend, "alice", &held, Period::days(20));
    let renew = ask_for(Action::SelfRenew, "alice", &past, Period::days(5));
    let hours = Period::hours;
    vec![
        Row::new("assign now", assign.clone(), Provisioned, Instance).lasts(0, 60),
        Row::new("assign from the past", starting(assign.clone(), BEGIN - HOUR), Provisioned, Instance).lasts(0, 60),
        Row::new("assign later", starting(assign.clone(), later), Granted, Schedule).lasts(60, 120),
        Row::new("assign later, until the start", starting(assign.clone(), later), Granted, Schedule)
            .then(Then::Wait(HOUR), Provisioned, Instance).lasts(60, 120),
        Row::new("assign, until the end", assign.clone(), Provisioned, Instance)
            .then(Then::Wait(HOUR), Provisioned, No),
        Row::new("assign later, withdrawn", starting(assign.clone(), later), Granted, Schedule)
            .then(Then::Cancel("root"), Canceled, No),
        Row::new("make eligible now", eligible(assign.clone()), Provisioned, Instance).lasts(0, 60),
        Row::new("make eligible later", eligible(starting(assign.clone(), later)), Granted, Schedule)
            .then(Then::Wait(HOUR), Provisioned, Instance),
        Row::new("update", ask_for(Action::AdminUpdate, "alice", &held, hours(2)), Provisioned, Instance),
        Row::new("update to a later start", starting(ask_for(Action::AdminUpdate, "alice", &held, hours(2)), later), Granted, Schedule)
            .then(Then::Wait(HOUR), Provisioned, Instance).lasts(60, 180),
        Row::new("extend", ask_for(Action::AdminExtend, "alice", &held, Period::days(20)), Provisioned, Instance),
        Row::new("renew what ended", ask_for(Action::AdminRenew, "alice", &past, HOUR), Provisioned, Instance)
            .given(ask_for(Action::AdminAssign, "bob", &held, HOUR), Period::minutes(2)).lasts(0, 60),
        Row::new("remove", ask(Action::AdminRemove, "bob", &bare), Revoked, No)
            .given(assign.clone(), Period::minutes(5)),
        Row::new("remove what is to come", ask(Action::AdminRemove, "bob", &bare), Revoked, No)
            .given(starting(assign.clone(), later), Period::ZERO),
        Row::new("activate now", activate.clone(), Provisioned, Instance).lasts(0, 60),
        Row::new("activate, until the end", activate.clone(), Provisioned, Instance)
            .then(Then::Wait(HOUR), Provisioned, No),
        Row::new("activate later", starting(activate.clone(), later), Granted, Schedule)
            .then(Then::Wait(HOUR), Provisioned, Instance).lasts(60, 120),
        Row::new("activate later, withdrawn", starting(activate.clone(), later), Granted, Schedule)
            .then(Then::Cancel("alice"), Canceled, No),
        Row::new("activate with approval", approvable.clone(), PendingApproval, No)
            .then(Then::Decide(Decision::Approve, Period::minutes(30)), Provisioned, Instance).lasts(30, 90),
        Row::new("activate with approval, denied", approvable.clone(), PendingApproval, No)
            .then(Then::Decide(Decision::Deny, Period::minutes(30)), Denied, No),
        Row::new("activate with approval, undecided just yet", approvable.clone(), PendingApproval, No)
            .then(Then::Wait(Period::minutes(24 * 60 - 1)), PendingApproval, No),
        Row::new("activate with approval, undecided", approvable.clone(), PendingApproval, No)
            .then(Then::Wait(hours(24)), TimedOut, No),
        Row::new("activate with approval, withdrawn", approvable.clone(), PendingApproval, No)
            .then(Then::Cancel("alice"), Canceled, No),
        Row::new("activate later with approval", starting(approvable.clone(), later), PendingApprovalProvisioning, No)
            .then(Then::Decide(Decision::Approve, Period::minutes(30)), Granted, Schedule).lasts(60, 120),
        Row::new("activate later with late approval", starting(approvable.clone(), later), PendingApprovalProvisioning, No)
            .then(Then::Decide(Decision::Approve, hours(2)), Provisioned, Instance).lasts(120, 180),
        Row::new("activate later, denied", starting(approvable.clone(), later), PendingApprovalProvisioning, No)
            .then(Then::Decide(Decision::Deny, hours(2)), Denied, No),
        Row::new("activate later, undecided", starting(approvable.clone(), later), PendingApprovalProvisioning, No)
            .then(Then::Wait(hours(24)), TimedOut, No),
        Row::new("activate later, withdrawn by an administrator", starting(approvable, later), PendingApprovalProvisioning, No)
            .then(Then::Cancel("root"), Canceled, No),
        Row::new("activate a membership", ask_for(Action::SelfActivate, "alice", &member, HOUR), Provisioned, Instance).lasts(0, 60),
        Row::new("deactivate", ask(Action::SelfDeactivate, "alice", &plain), Revoked, No)
            .given(activate, Period::minutes(5)),
        Row::new("ask to extend", extend.clone(), PendingAdminDecision, Instance)
            .then(Then::Answer(AdminAnswer::Approve(None)), Provisioned, Instance),
        Row::new("ask to extend, denied", extend.clone(), PendingAdminDecision, Instance)
            .then(Then::Answer(AdminAnswer::Deny), AdminDenied, Instance),
        Row::new("ask to extend, withdrawn", extend, PendingAdminDecision, Instance)
            .then(Then::Cancel("alice"), Canceled, Instance),
        Row::new("ask to renew", renew.clone(), PendingAdminDecision, No)
            .given(ask_for(Action::AdminAssign, "bob", &held, HOUR), Period::minutes(2))
            .then(Then::Answer(AdminAnswer::Approve(None)), Provisioned, Instance),
        Row::new("ask to renew, denied", renew, PendingAdminDecision, No)
            .given(ask_for(Action::AdminAssign, "bob", &held, HOUR), Period::minutes(2))
            .then(Then::Answer(AdminAnswer::Deny), AdminDenied, No),
    ]
}

fn access(engine: &Engine, ask: &NewRequest) -> (Access, Option<Window>) {
    let eligibilities =
        engine.eligibilities().map(|g| (g.principal, g.privilege, Level::Eligibility, g.instance, g.window));
    let assignments =
        engine.assignments().map(|g| (g.principal, g.privilege, Level::Assignment, g.instance, g.window));
    let mut of_triple = eligibilities.chain(assignments).filter(|(principal, privilege, level, ..)| {
        *principal == ask.principal && *privilege == ask.privilege && *level == ask.level
    });
    match of_triple.next() {
        None => (No, None),
        Some((.., instance, window)) => (if instance.is_some() { Instance } else { Schedule }, Some(window)),
    }
}

fn run(engine: &mut Engine, caller: &Caller, command: Command, now: Timestamp) -> Option<Request> {
    match engine.execute(caller, &command, now).1.unwrap() {
        Answer::Request(request) => Some(*request),
        _ => None,
    }
}

#[test]
fn each_row_is_answered_and_followed_up_as_written() {
    for row in rows() {
        let what = row.what;
        let mut engine = Engine::new(seed(), BEGIN);
        for (caller, given) in row.given {
            run(&mut engine, &caller, Command::Submit(given), BEGIN);
        }
        let asked = BEGIN + row.passed;
        let request = run(&mut engine, &by(&row.ask), Command::Submit(row.ask.clone()), asked).unwrap();
        assert_eq!(request.status, row.reply, "{what}: the reply");
        assert_eq!(access(&engine, &row.ask).0, row.grant, "{what}: the grant after the reply");
        match row.then {
            Then::Nothing => {}
            Then::Wait(length) => drop(engine.advance(asked + length)),
            Then::Decide(decision, after) => {
                let command = decide(&request, decision).unwrap();
                run(&mut engine, &mfa("bob"), command, asked + after);
            }
            Then::Answer(answer) => {
                run(&mut engine, &mfa("root"), Command::Answer(request.key(), answer), asked);
            }
            Then::Cancel(name) => drop(run(&mut engine, &mfa(name), Command::Cancel(request.key()), asked)),
        }
        let now = engine.requests().find(|r| r.id == request.id).unwrap();
        assert_eq!(now.status, row.status, "{what}: the status in the end");
        let (found, window) = access(&engine, &row.ask);
        assert_eq!(found, row.access, "{what}: the grant in the end");
        let minutes = |time: Timestamp| (time.ticks() - asked.ticks()) / 600_000_000;
        if let Some(expected) = row.window {
            let window = window.unwrap();
            assert_eq!((window.start().map(minutes), window.end().map(minutes)), expected, "{what}");
        }
    }
}

/// What is refused is answered with the service's code and leaves neither request nor grant.
#[test]
fn refusals_leave_nothing() {
    let plain = role("plain");
    let activate = ask_for(Action::SelfActivate, "alice", &plain, HOUR);
    let young = ask(Action::SelfDeactivate, "alice", &plain);
    let member = Privilege::member(group_of("team"));
    let rows: Vec<(&str, Option<NewRequest>, NewRequest, &str)> = vec![
        (
            "not eligible",
            None,
            ask_for(Action::SelfActivate, "bob", &plain, HOUR),
            "RoleAssignmentRequestPolicyValidationFailed",
        ),
        (
            "too long",
            None,
            ask_for(Action::SelfActivate, "alice", &plain, Period::hours(9)),
            "RoleAssignmentRequestPolicyValidationFailed",
        ),
        (
            "without end",
            None,
            NewRequest { expiry: Some(Expiry::Never), ..activate.clone() },
            "RoleAssignmentRequestPolicyValidationFailed",
        ),
        (
            "shorter than five minutes",
            None,
            ask_for(Action::SelfActivate, "alice", &plain, Period::minutes(4)),
            "RoleAssignmentRequestPolicyValidationFailed",
        ),
        (
            "unjustified",
            None,
            NewRequest { justification: None, ..activate.clone() },
            "RoleAssignmentRequestPolicyValidationFailed",
        ),
        ("twice", Some(activate.clone()), activate.clone(), "RoleAssignmentExists"),
        (
            "twice, dated after the end",
            Some(activate.clone()),
            starting(activate.clone(), BEGIN + Period::hours(2)),
            "RoleAssignmentExists",
        ),
        (
            "assigned twice",
            None,
            ask_for(Action::AdminAssign, "alice", &role("held"), HOUR),
            "RoleAssignmentExists",
        ),
        (
            "asked twice",
            Some(ask_for(Action::SelfActivate, "alice", &role("approved"), HOUR)),
            ask_for(Action::SelfActivate, "alice", &role("approved"), HOUR),
            "PendingRoleAssignmentRequest",
        ),
        ("ended too early", Some(activate), young.clone(), "ActiveDurationTooShort"),
        ("ended though not active", None, young, "RoleAssignmentDoesNotExist"),
        (
            "removed though not there",
            None,
            ask(Action::AdminRemove, "bob", &plain),
            "RoleAssignmentDoesNotExist",
        ),
        (
            "renewed though it never was",
            None,
            ask_for(Action::AdminRenew, "bob", &plain, HOUR),
            "RoleAssignmentDoesNotExist",
        ),
        (
            "a membership to be extended",
            None,
            ask_for(Action::SelfExtend, "alice", &member, HOUR),
            "InvalidRoleAssignmentRequest",
        ),
        (
            "the last administrator",
            None,
            ask(Action::AdminRemove, "root", &global()),
            "LastAdministratorCannotBeRemoved",
        ),
    ];
    for (what, given, refused, code) in rows {
        let mut engine = Engine::new(seed(), BEGIN);
        if let Some(given) = given {
            run(&mut engine, &by(&given), Command::Submit(given), BEGIN);
        }
        let before = (engine.requests().count(), engine.grants());
        let (_, answer) =
            engine.execute(&by(&refused), &Command::Submit(refused.clone()), BEGIN + Period::minutes(4));
        assert_eq!(answer.unwrap_err().code(), Some(code), "{what}");
        // The role that ends in the first minute is gone by now, whatever is asked.
        assert_eq!((engine.requests().count(), engine.grants()), (before.0, before.1 - 1), "{what}");
    }
}
