use futures::FutureExt;

use super::*;

#[test]
fn a_lost_reply_is_found_again_and_an_older_twin_is_not_taken_for_it() {
    let stage = Stage::new(unguarded());
    let twin = taken(assign().request(), RequestStatus::Denied, NOW - Period::minutes(10));
    let mut other = taken(assign().request(), RequestStatus::Provisioned, NOW + Period::seconds(1));
    other.asked.justification = Some("another".into());
    let mut anothers = taken(assign().request(), RequestStatus::Provisioned, NOW + Period::seconds(1));
    anothers.requestor = Some(who(9));
    stage.world().requests = vec![twin, other, anothers];
    let mut mine = taken(assign().request(), RequestStatus::Provisioned, NOW + Period::seconds(2));
    mine.id = RequestId::from_guid([0x22; 16]);
    stage.world().requests.push(mine);
    stage.world().on_submit = Box::new(lost);
    let made = block_on(stage.client.assign(assign())).unwrap();
    assert_eq!(made.id, RequestId::from_guid([0x22; 16]));
    assert_eq!((stage.calls(Operation::Submit), stage.passed()), (1, Period::seconds(3)));
}

#[test]
fn what_stays_lost_is_told_and_never_sent_again() {
    let stage = Stage::new(unguarded());
    let twin = taken(assign().request(), RequestStatus::Provisioned, NOW - Period::minutes(10));
    stage.world().requests = vec![twin];
    stage.world().on_submit = Box::new(lost);
    let error = block_on(stage.client.assign(assign())).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::OutcomeUnknown, Some(Operation::Submit)));
    assert_eq!(stage.calls(Operation::Submit), 1);
    assert_eq!(stage.passed(), Period::minutes(2));
}

/// A grant of the ask, made by the request of this number.
fn grant(n: u8, from: Timestamp) -> Assignment {
    let mut row = Assignment::new(ScheduleId::from_guid([n; 16]), who(2), role());
    row.window = Window::new(Some(from), Some(from + Period::days(1))).unwrap();
    row
}

/// The request of this number, by this person.
fn request(n: u8, by: u8, at: Timestamp) -> Request {
    let mut request = taken(assign().request(), RequestStatus::Provisioned, at);
    request.id = RequestId::from_guid([n; 16]);
    request.schedule = Some(ScheduleId::from_guid([n; 16]));
    request.requestor = Some(who(by));
    request
}

/// A service on which requests can't be listed, but read by id.
fn unlisted(readable: Vec<Request>) -> Stage {
    let mut fake = Fake::new(Some(who(1)), NOW);
    fake.capabilities.operations.remove(&Operation::ListRequests);
    let stage = Stage::with(fake, unguarded());
    stage.world().on_submit = Box::new(lost);
    stage.world().on_get = Box::new(move |key, _| readable.iter().find(|seen| seen.id == key.id).cloned());
    stage
}

#[test]
fn a_grant_leads_to_the_request_behind_it() {
    let stage = unlisted(vec![request(2, 1, NOW + Period::seconds(1))]);
    stage.world().assignments = vec![grant(2, NOW + Period::seconds(1))];
    let made = block_on(stage.client.assign(assign())).unwrap();
    assert_eq!((made.id, stage.calls(Operation::Submit)), (RequestId::from_guid([2; 16]), 1));
}

#[test]
fn a_grant_without_a_request_proves_nothing() {
    let stage = unlisted(Vec::new());
    stage.world().assignments = vec![grant(2, NOW + Period::seconds(1))];
    let error = block_on(stage.client.assign(assign())).unwrap_err();
    assert_eq!((error.kind(), stage.calls(Operation::Submit)), (ErrorKind::OutcomeUnknown, 1));
}

#[test]
fn an_equal_grant_by_somebody_else_is_not_ones_own() {
    let beaten = request(2, 9, NOW + Period::seconds(1));
    for stage in [unlisted(vec![beaten.clone()]), Stage::new(unguarded())] {
        stage.world().on_submit = Box::new(lost);
        stage.world().requests = vec![beaten.clone()];
        stage.world().assignments = vec![grant(2, NOW + Period::seconds(1))];
        let error = block_on(stage.client.assign(assign())).unwrap_err();
        assert_eq!((error.kind(), stage.calls(Operation::Submit)), (ErrorKind::AlreadyExists, 1));
        assert!(stage.passed() <= Period::seconds(1), "nothing more is to be learnt");
    }
}

/// Lists may still show what was removed a moment before, so only what stays there counts.
#[test]
fn an_older_grant_is_told_once_one_s_own_had_time_to_show() {
    for asker in [9, 1] {
        let old = NOW - Period::hours(1);
        let stage = unlisted(vec![request(2, asker, old)]);
        stage.world().assignments = vec![grant(2, old)];
        let error = block_on(stage.client.assign(assign())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists, "by {asker}");
        assert_eq!(stage.passed(), Period::minutes(2));
    }
    let stage = unlisted(Vec::new());
    stage.world().assignments = vec![grant(2, NOW - Period::days(90))];
    let error = block_on(stage.client.assign(assign())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "its request was purged");
}

#[test]
fn clocks_that_differ_leave_it_open() {
    let stage = unlisted(vec![request(2, 1, NOW - Period::minutes(1))]);
    stage.world().assignments = vec![grant(2, NOW - Period::minutes(1))];
    assert_eq!(block_on(stage.client.assign(assign())).unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[test]
fn who_asked_must_be_known() {
    let mut anonymous = request(2, 1, NOW + Period::seconds(1));
    anonymous.requestor = None;
    let stage = Stage::new(unguarded());
    let nobody = Stage::with(Fake::new(None, NOW), unguarded());
    stage.world().requests = vec![anonymous];
    nobody.world().requests = vec![request(2, 1, NOW + Period::seconds(1))];
    for stage in [stage, nobody] {
        stage.world().on_submit = Box::new(lost);
        assert_eq!(block_on(stage.client.assign(assign())).unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    }
}

/// The second of two equal asks is refused, and its refusal is lost.
#[test]
fn one_request_is_never_two_asks_outcome() {
    for first_is_quick in [true, false] {
        let stage = Stage::new(unguarded());
        let world = stage.world.clone();
        let made = request(2, 1, NOW);
        let mut asked = 0;
        stage.world().on_submit = Box::new(move |ask, now| {
            asked += 1;
            if (asked == 1) == first_is_quick { Ok(made.clone()) } else { lost(ask, now) }
        });
        world.lock().unwrap().requests = vec![request(2, 1, NOW)];
        world.lock().unwrap().assignments = vec![grant(2, NOW)];
        let both = async { futures::join!(stage.client.assign(assign()), stage.client.assign(assign())) };
        let (a, b) = block_on(both);
        let kinds: Vec<_> = [a, b].into_iter().filter_map(Result::err).map(|error| error.kind()).collect();
        assert_eq!(kinds, [ErrorKind::AlreadyExists]);
    }
}

#[test]
fn two_lost_asks_share_no_request() {
    let stage = Stage::new(unguarded());
    stage.world().on_submit = Box::new(lost);
    stage.world().requests = vec![request(2, 1, NOW), request(3, 1, NOW)];
    let both = async { futures::join!(stage.client.assign(assign()), stage.client.assign(assign())) };
    let (a, b) = block_on(both);
    assert_ne!(a.unwrap().id, b.unwrap().id);
}

/// What was sent and not waited for may have made what is found.
#[test]
fn an_ask_that_was_dropped_is_not_forgotten() {
    let stage = Stage::new(unguarded());
    stage.world().on_submit = Box::new(lost);
    assert!(stage.client.assign(assign()).now_or_never().is_none());
    stage.world().requests = vec![request(2, 1, NOW)];
    assert_eq!(block_on(stage.client.assign(assign())).unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}
