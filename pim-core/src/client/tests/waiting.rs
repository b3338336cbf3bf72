use super::*;
use crate::{id::InstanceId, request::RequestKey, schedule::Origin};

fn key() -> RequestKey {
    RequestKey { id: RequestId::from_guid([0x11; 16]), level: Level::Assignment, privilege: role() }
}

fn activation() -> NewRequest {
    NewRequest {
        start: Some(NOW),
        expiry: Some(Expiry::After(Period::hours(8))),
        ..NewRequest::new(Action::SelfActivate, Level::Assignment, who(1), role())
    }
}

/// A request whose status is what `status` says at a number of seconds from now.
fn showing(schedule: Option<u8>, status: impl Fn(u64) -> &'static str + Send + 'static) -> Stage {
    let stage = Stage::new(unguarded());
    stage.world().on_get = Box::new(move |_, now| {
        let status = status(now.since(NOW).as_seconds());
        let mut request = taken(activation(), RequestStatus::from(status), NOW);
        request.schedule = schedule.map(|n| ScheduleId::from_guid([n; 16]));
        (request.status != RequestStatus::from("hidden")).then_some(request)
    });
    stage
}

fn instance(schedule: u8, origin: Origin, start: Timestamp) -> Assignment {
    let mut row = Assignment::new(ScheduleId::from_guid([schedule; 16]), who(1), role());
    row.instance = Some(InstanceId::from_guid([schedule; 16]));
    row.origin = origin;
    row.window = Window::new(Some(start), Some(start + Period::hours(8))).unwrap();
    row
}

const ACTIVATED: Origin = Origin::Activated { using: None };

#[test]
fn granted_for_ever_is_never_active() {
    for status in ["Granted", "Provisioned", "ScheduleCreated"] {
        let stage = showing(None, move |_| status);
        let error =
            block_on(stage.client.wait_for(&key(), conditions::active, Period::minutes(10))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{status}");
        assert!(error.to_string().contains(&key().id.to_string()), "{error}");
        assert_eq!(stage.passed(), Period::minutes(10));
        // Asked at growing intervals and not in a tight loop.
        assert!((20..40).contains(&stage.calls(Operation::GetRequest)));
    }
}

#[test]
fn active_means_an_instance_of_this_very_request() {
    let stage = showing(Some(0x11), |_| "Provisioned");
    stage.world().assignments = vec![instance(0x99, ACTIVATED, NOW)];
    let wait = || block_on(stage.client.wait_for(&key(), conditions::active, Period::minutes(1)));
    assert_eq!(wait().unwrap_err().kind(), ErrorKind::Timeout);
    stage.world().assignments.push(instance(0x11, ACTIVATED, NOW));
    let seen = wait().unwrap().instance.unwrap();
    assert_eq!(seen.schedule, ScheduleId::from_guid([0x11; 16]));
    assert_eq!(seen.request, Some(key().id));
}

#[test]
fn without_ids_kind_and_time_tell() {
    let stage = showing(None, |_| "Provisioned");
    let wait = || block_on(stage.client.wait_for(&key(), conditions::active, Period::minutes(1)));
    for other in [
        instance(0x90, Origin::Assigned, NOW),
        instance(0x91, ACTIVATED, NOW - Period::hours(1)),
        instance(0x92, ACTIVATED, NOW + Period::hours(1)),
    ] {
        stage.world().assignments = vec![other];
        assert_eq!(wait().unwrap_err().kind(), ErrorKind::Timeout);
    }
    stage.world().assignments = vec![instance(0x11, ACTIVATED, NOW)];
    assert!(wait().is_ok());
}

#[test]
fn the_unknown_and_the_unseen_keep_it_asking() {
    let stage = showing(Some(0x11), |second| match second {
        0..3 => "hidden",
        3..9 => "PendingTelepathy",
        _ => "Provisioned",
    });
    stage.world().assignments = vec![instance(0x11, ACTIVATED, NOW + Period::seconds(6))];
    assert!(block_on(stage.client.wait_for(&key(), conditions::active, Period::minutes(5))).is_ok());
    assert!(stage.passed() >= Period::seconds(6));
    let stage = showing(None, |_| "PendingTelepathy");
    let error = block_on(stage.client.wait_for(&key(), conditions::decided, Period::minutes(5))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[test]
fn a_refusal_ends_the_waiting_and_is_named() {
    for status in ["Denied", "Canceled", "TimedOut", "Failed", "AdminDenied", "Invalid"] {
        let stage = showing(None, move |second| if second < 5 { "PendingApproval" } else { status });
        let wait = |condition: fn(&Observed) -> Outlook| {
            block_on(stage.client.wait_for(&key(), condition, Period::hours(24)))
        };
        let error = wait(conditions::active).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidTransition);
        let named = RequestStatus::from(status);
        assert!(error.context().any(|(key, value)| (key, value) == ("status", named.as_str())), "{error}");
        assert!(stage.passed() < Period::minutes(1));
        assert!(wait(conditions::decided).is_ok() && wait(conditions::ended).is_ok());
    }
}

#[test]
fn ended_waits_for_the_grant_and_not_for_the_request() {
    let stage = showing(Some(0x11), |_| "Provisioned");
    stage.world().assignments = vec![instance(0x11, ACTIVATED, NOW)];
    let wait = |deadline| block_on(stage.client.wait_for(&key(), conditions::ended, deadline));
    assert_eq!(wait(Period::hours(1)).unwrap_err().kind(), ErrorKind::Timeout);
    assert!(wait(Period::hours(9)).is_ok());
    assert!(stage.passed() >= Period::hours(8));
}

#[test]
fn without_a_way_to_see_access_there_is_no_waiting_for_it() {
    let mut fake = Fake::new(Some(who(1)), NOW);
    fake.capabilities.operations.remove(&Operation::ListAssignments);
    let stage = Stage::with(fake, unguarded());
    let error = block_on(stage.client.wait_for(&key(), conditions::active, Period::hours(1))).unwrap_err();
    assert_eq!((error.kind(), stage.calls(Operation::GetRequest)), (ErrorKind::Unsupported, 0));
}
