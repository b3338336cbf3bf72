//! Policy evaluation and the transition table: `cargo bench -p pim-core`.

use std::hint::black_box;

use divan::{Bencher, counter::ItemsCount};
use pim_core::{
    id::{PolicyId, PrincipalId, RoleId},
    policy::{Policy, Session, evaluate},
    privilege::{Privilege, Surface},
    request::{Action, NewRequest, RequestStatus},
    schedule::Level,
    time::{Expiry, Period, Timestamp, Window},
    transition::{self, NeedsApproval, Start, Trigger},
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

fn main() {
    divan::main();
}

fn policy() -> Policy {
    let subject = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    Policy::new(PolicyId::from_guid([1; 16]), subject, Policy::default_rules(&Surface::DirectoryRoles))
}

fn activation(length: Period) -> NewRequest {
    let role = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    NewRequest {
        expiry: Some(Expiry::After(length)),
        justification: Some("an outage to be looked into".into()),
        ..NewRequest::new(Action::SelfActivate, Level::Assignment, PrincipalId::from_guid([2; 16]), role)
    }
}

/// An activation that the default policy of a directory role admits.
#[divan::bench]
fn evaluate_admitted(bencher: Bencher<'_, '_>) {
    let (policy, ask, until) = (policy(), activation(Period::hours(1)), NOW + Period::days(90));
    let session = Session { mfa: true, ..Session::default() };
    let window = Window::new(None, Some(until)).unwrap_or_default();
    bencher.counter(ItemsCount::new(1_u32)).bench_local(|| {
        evaluate(black_box(&policy), black_box(&ask), &session, Some(&window), NOW).is_admitted()
    });
}

/// One that breaks three rules, each with a message that names the remedy.
#[divan::bench]
fn evaluate_refused(bencher: Bencher<'_, '_>) {
    let (policy, mut ask) = (policy(), activation(Period::hours(12)));
    ask.justification = None;
    bencher.counter(ItemsCount::new(1_u32)).bench_local(|| {
        evaluate(black_box(&policy), black_box(&ask), &Session::default(), Some(&Window::ALWAYS), NOW)
            .violations
            .len()
    });
}

/// The reply to a request, and three moves of it.
#[divan::bench]
fn transitions(bencher: Bencher<'_, '_>) {
    let later = Some(NOW + Period::hours(1));
    bencher.counter(ItemsCount::new(4_u32)).bench_local(|| {
        let asked = transition::reply(black_box(&Action::SelfActivate), NeedsApproval::Yes, Start::Later);
        let approved = asked.and_then(|from| transition::apply(from, Trigger::Approved, later, NOW).ok());
        let start = NOW + Period::hours(2);
        let started =
            approved.and_then(|from| transition::apply(&from, Trigger::StartReached, later, start).ok());
        let waits = black_box(RequestStatus::PendingApproval);
        (started, transition::apply(&waits, Trigger::Denied, None, NOW).ok())
    });
}

/// A move that the table does not have: the error says what would be possible.
#[divan::bench]
fn transition_refused(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(1_u32)).bench_local(|| {
        transition::apply(black_box(&RequestStatus::Provisioned), Trigger::Approved, None, NOW).is_err()
    });
}
