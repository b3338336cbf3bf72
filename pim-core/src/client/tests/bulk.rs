use std::collections::BTreeSet;

use super::*;

fn people(numbers: impl IntoIterator<Item = u8>) -> Vec<NewRequest> {
    let ask = |n| Assign { principal: who(n), ..assign() }.request();
    numbers.into_iter().map(ask).collect()
}

/// The request that one's ask makes, by its holder.
fn made(ask: NewRequest, now: Timestamp) -> Request {
    let holder = ask.principal.clone();
    let mut request = taken(ask, RequestStatus::Provisioned, now);
    request.id = holder.to_string().parse().unwrap();
    request
}

fn together(stage: &Stage, asks: &[NewRequest]) -> Vec<Result<Request>> {
    block_on(stage.client.submit_all(asks, BulkOptions::default()))
}

#[test]
fn each_ask_has_its_own_outcome_in_order() {
    let stage = Stage::new(unguarded());
    stage.world().on_submit = Box::new(|ask, now| {
        let refused = ask.principal == who(4);
        if refused { Err(Error::new(ErrorKind::PolicyViolation, "too long")) } else { Ok(made(ask, now)) }
    });
    let mut asks = people(2..7);
    asks[3].action = Action::SelfActivate;
    let outcomes = together(&stage, &asks);
    let told: Vec<_> = outcomes.iter().map(|o| o.as_ref().map(|r| r.asked.principal.clone())).collect();
    assert_eq!(*told[0].as_ref().unwrap(), who(2));
    assert_eq!(*told[1].as_ref().unwrap(), who(3));
    assert_eq!(told[2].as_ref().unwrap_err().kind(), ErrorKind::PolicyViolation);
    assert_eq!(told[3].as_ref().unwrap_err().kind(), ErrorKind::InvalidInput, "somebody else's self action");
    assert_eq!(*told[4].as_ref().unwrap(), who(6));
    assert_eq!((stage.calls(Operation::SubmitAll), stage.calls(Operation::Submit)), (1, 0));
}

#[test]
fn lost_replies_are_looked_for_together_and_never_sent_again() {
    let stage = Stage::new(unguarded());
    stage.world().on_submit =
        Box::new(|ask, now| if ask.principal == who(2) { Ok(made(ask, now)) } else { lost(ask, now) });
    let asks = people(2..12);
    // All but the last show after a while.
    stage.world().requests =
        asks[..9].iter().map(|ask| made(ask.clone(), NOW + Period::seconds(20))).collect();
    let outcomes = together(&stage, &asks);
    let ids: BTreeSet<_> = outcomes[..9].iter().map(|outcome| outcome.as_ref().unwrap().id.clone()).collect();
    assert_eq!(ids.len(), 9);
    assert_eq!(outcomes[9].as_ref().unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!((stage.calls(Operation::SubmitAll), stage.calls(Operation::Submit)), (1, 0));
}

#[test]
fn guards_stop_one_without_stopping_the_others() {
    let safeguards = Safeguards { break_glass: BTreeSet::from([who(3)]), ..unguarded() };
    let stage = Stage::new(safeguards);
    stage.world().on_submit = Box::new(|ask, now| Ok(made(ask, now)));
    let outcomes = together(&stage, &people(2..5));
    assert!(outcomes[0].is_ok() && outcomes[2].is_ok());
    let error = outcomes[1].as_ref().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::PermissionDenied, Some(crate::guard::BREAK_GLASS)));
}

/// Two removals together must not count on each other's administrator.
#[test]
fn administrators_go_one_by_one_behind_the_guard() {
    let stage = Stage::new(Safeguards { min_administrators: 2, ..Safeguards::default() });
    let holders = [1, 5, 6].map(|n| {
        let mut row = Assignment::new(ScheduleId::from_guid([n; 16]), who(n), global());
        row.window = Window::new(Some(NOW - Period::days(9)), None).unwrap();
        row
    });
    stage.world().users =
        [1, 5, 6].map(|n| crate::directory::User::new(who(n), "n".into(), "s".into())).to_vec();
    stage.world().assignments = holders.to_vec();
    stage.world().on_submit = Box::new(|ask, now| Ok(made(ask, now)));
    let revoke = |n| Revoke::new(Level::Assignment, who(n), global()).request();
    let asks = [revoke(5), people([2]).remove(0), revoke(6)];
    let outcomes = together(&stage, &asks);
    assert!(outcomes[0].is_ok() && outcomes[1].is_ok());
    let error = outcomes[2].as_ref().unwrap_err();
    assert_eq!(error.code(), Some(crate::guard::LAST_ADMINISTRATORS));
    assert_eq!((stage.calls(Operation::SubmitAll), stage.calls(Operation::Submit)), (1, 1));
}

#[test]
fn a_backend_without_it_is_not_asked() {
    let mut fake = Fake::new(Some(who(1)), NOW);
    fake.capabilities.operations.remove(&Operation::SubmitAll);
    let stage = Stage::with(fake, unguarded());
    let outcomes = together(&stage, &people(2..4));
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().unwrap_err().kind() == ErrorKind::Unsupported));
    assert!(stage.world().calls.is_empty());
    assert!(together(&stage, &[]).is_empty());
}
