use super::{super::*, *};
use crate::{
    id::{GroupId, PrincipalId, RoleId},
    privilege::Privilege,
    request::Ticket,
    schedule::Level,
};

fn now() -> Timestamp {
    "2026-09-06T12:00:00Z".parse().unwrap()
}

fn c1() -> ContextId {
    "c1".parse().unwrap()
}

fn of(subject: Privilege) -> Policy {
    let rules = Policy::default_rules(&subject.surface());
    Policy::new("p".parse().unwrap(), subject, rules)
}

fn role() -> Policy {
    of(Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
}

fn group() -> Policy {
    of(Privilege::member(GroupId::from_guid([2; 16])))
}

/// Everything on: one hour, approval, justification, ticket and a sign-in.
fn strict(strong_authentication: StrongAuthentication) -> Policy {
    let activation = ActivationPolicy {
        max: Period::hours(1),
        strong_authentication,
        justification: true,
        ticket: true,
        approval: Some(ApprovalSetting::by([Approver::user(PrincipalId::from_guid([9; 16]))])),
    };
    role().apply(&activation.rules())
}

fn ask(action: Action, level: Level, policy: &Policy, expiry: impl Into<Option<Expiry>>) -> NewRequest {
    let principal = PrincipalId::from_guid([1; 16]);
    NewRequest { expiry: expiry.into(), ..NewRequest::new(action, level, principal, policy.subject.clone()) }
}

fn activate(policy: &Policy, expiry: impl Into<Option<Expiry>>) -> NewRequest {
    NewRequest {
        justification: Some("because".into()),
        ..ask(Action::SelfActivate, Level::Assignment, policy, expiry)
    }
}

fn hours(n: u32) -> Expiry {
    Expiry::After(Period::hours(n))
}

fn at(offset: Period) -> Expiry {
    Expiry::At(now() + offset)
}

fn with_mfa() -> Session {
    Session { mfa: true, ..Session::default() }
}

fn application() -> Session {
    // The claim is set on purpose: it must not count.
    Session { kind: SessionKind::Application, mfa: true, contexts: BTreeSet::from([c1()]), delegated: false }
}

fn rules(evaluation: &Evaluation<'_>) -> Vec<ViolatedRule> {
    evaluation.violations.iter().map(|violation| violation.rule.clone()).collect()
}

fn expiration<'a>(evaluation: &'a Evaluation<'_>) -> &'a str {
    let found = evaluation.violations.iter().find(|v| v.rule == ViolatedRule::Expiration);
    found.map_or("", |violation| &*violation.message)
}

#[test]
fn every_reason_is_told_at_once() {
    let policy = strict(StrongAuthentication::Mfa);
    let ask = ask(Action::SelfActivate, Level::Assignment, &policy, hours(10));
    let said = evaluate(&policy, &ask, &Session::default(), None, now());
    assert_eq!(
        rules(&said),
        [
            ViolatedRule::Eligibility,
            ViolatedRule::Expiration,
            ViolatedRule::Justification,
            ViolatedRule::Mfa,
            ViolatedRule::Ticketing
        ]
    );
    assert_eq!(said.missing, [MissingInput::Justification, MissingInput::MultiFactor, MissingInput::Ticket]);
    assert_eq!(said.longest, Some(Period::hours(1)));
    assert_eq!(said.violations[1].limit, Some(Period::hours(1)));
    assert_eq!(expiration(&said), "PT10H is too long: ask for PT1H or less");
    let error = said.into_error().unwrap();
    assert_eq!((error.kind(), error.step_up()), (ErrorKind::PolicyViolation, Some(&StepUp::Mfa)));
}

#[test]
fn approval_is_no_reason_against() {
    let policy = strict(StrongAuthentication::Mfa);
    let ask = NewRequest { ticket: Some(Ticket::new("1", "")), ..activate(&policy, hours(1)) };
    let said = evaluate(&policy, &ask, &with_mfa(), Some(&Window::ALWAYS), now());
    assert!(said.is_admitted());
    assert_eq!(said.approval, policy.activation().approval.as_ref());
    assert!(said.into_error().is_none());
    let assign = NewRequest { action: Action::AdminAssign, ..ask };
    assert_eq!(evaluate(&policy, &assign, &with_mfa(), None, now()).approval, None);
}

#[test]
fn a_missing_context_is_a_step_up_and_no_violation() {
    let policy = strict(StrongAuthentication::Context(c1()));
    let ask = NewRequest { ticket: Some(Ticket::new("1", "")), ..activate(&policy, hours(1)) };
    let judge = |session: &Session| evaluate(&policy, &ask, session, Some(&Window::ALWAYS), now());
    for session in
        [with_mfa(), application(), Session { contexts: ["c2".parse().unwrap()].into(), ..with_mfa() }]
    {
        let said = judge(&session);
        assert_eq!((rules(&said), &said.missing), (vec![], &vec![MissingInput::Context(c1())]));
        let error = said.into_error().unwrap();
        assert_eq!(error.kind(), ErrorKind::StepUpRequired);
        assert_eq!(error.step_up(), Some(&StepUp::Context(c1())));
    }
    assert!(judge(&Session { contexts: [c1()].into(), ..Session::default() }).is_admitted());
}

#[test]
fn of_mfa_and_context_stored_together_the_context_counts() {
    let mut policy = strict(StrongAuthentication::Mfa);
    let context = ActivationPolicy {
        strong_authentication: StrongAuthentication::Context(c1()),
        ..policy.activation()
    };
    policy = policy.apply(&context.rules()[3..]);
    assert_eq!(policy.faults(), [PolicyFault::MfaAndContext]);
    assert_eq!(policy.activation().strong_authentication, StrongAuthentication::Context(c1()));
    let ask = NewRequest { ticket: Some(Ticket::new("1", "")), ..activate(&policy, hours(1)) };
    let met = Session { contexts: [c1()].into(), ..Session::default() };
    assert!(evaluate(&policy, &ask, &met, Some(&Window::ALWAYS), now()).is_admitted());
    assert!(!evaluate(&policy, &ask, &with_mfa(), Some(&Window::ALWAYS), now()).is_admitted());
}

#[test]
fn the_bounds_themselves_are_legal() {
    let policy = role();
    let tick = Period::from_ticks(1);
    for (length, legal) in [
        (Period::minutes(5), true),
        (Period::minutes(5) - tick, false),
        (Period::hours(8), true),
        (Period::hours(8) + tick, false),
        (Period::ZERO, false),
        (Period::MAX, false),
    ] {
        for expiry in [Expiry::After(length), at(length)] {
            let ask = activate(&policy, expiry);
            let said = evaluate(&policy, &ask, &with_mfa(), Some(&Window::ALWAYS), now());
            assert_eq!(said.is_admitted(), legal, "{expiry:?}");
        }
    }
}

#[test]
fn time_counts_from_the_start_and_a_past_start_is_now() {
    let policy = role();
    let judge = |start, expiry| {
        let ask = NewRequest { start: Some(start), ..activate(&policy, expiry) };
        let said = evaluate(&policy, &ask, &with_mfa(), Some(&Window::ALWAYS), now());
        (said.is_admitted(), said.proposal(&ask).and_then(|proposal| proposal.expiry))
    };
    let (yesterday, tomorrow) = (now() - Period::days(1), now() + Period::days(1));
    assert_eq!(judge(yesterday, at(Period::hours(8))), (true, None));
    assert_eq!(judge(yesterday, at(Period::hours(9))), (false, Some(at(Period::hours(8)))));
    assert_eq!(judge(tomorrow, at(Period::hours(32))), (true, None));
    assert_eq!(judge(tomorrow, at(Period::hours(33))), (false, Some(at(Period::hours(32)))));
    // Ends before it begins.
    assert_eq!(
        judge(tomorrow, at(Period::hours(1))),
        (false, Some(at(Period::hours(24) + Period::minutes(5))))
    );
}

#[test]
fn an_activation_needs_an_end() {
    let policy = role();
    let judge = |expiry: Option<Expiry>| {
        let ask = activate(&policy, expiry);
        let said = evaluate(&policy, &ask, &with_mfa(), Some(&Window::ALWAYS), now());
        let proposed = said.proposal(&ask).and_then(|proposal| proposal.expiry);
        (rules(&said), said.missing.clone(), proposed)
    };
    let proposed = Some(hours(8));
    assert_eq!(judge(None), (vec![ViolatedRule::Expiration], vec![MissingInput::Duration], proposed));
    assert_eq!(judge(Some(Expiry::Never)), (vec![ViolatedRule::Expiration], vec![], proposed));
}

#[test]
fn an_activation_rests_on_an_eligibility_for_its_whole_length() {
    let policy = role();
    let judge = |start: Option<Timestamp>, window: Window, expiry| {
        let ask = NewRequest { start, ..activate(&policy, expiry) };
        let said = evaluate(&policy, &ask, &with_mfa(), Some(&window), now());
        (rules(&said), said.longest, said.proposal(&ask).and_then(|proposal| proposal.expiry))
    };
    let until = |length| Window::new(None, Some(now() + length)).unwrap();
    let (three, eight) = (Period::hours(3), Some(Period::hours(8)));
    assert_eq!(judge(None, until(three), hours(3)), (vec![], Some(three), None));
    // An instant, not a length: a length would outlast the eligibility a moment later.
    assert_eq!(
        judge(None, until(three), hours(4)),
        (vec![ViolatedRule::Expiration], Some(three), Some(at(three)))
    );
    let left = Period::minutes(3);
    assert_eq!(judge(None, until(left), hours(4)), (vec![ViolatedRule::Expiration], Some(left), None));
    // Over at the start, or not begun.
    let later = Some(now() + three);
    assert_eq!(judge(later, until(three), hours(1)), (vec![ViolatedRule::Eligibility], eight, None));
    let begins = Window::from(now() + three);
    assert_eq!(judge(None, begins, hours(1)), (vec![ViolatedRule::Eligibility], eight, None));
    assert_eq!(judge(later, begins, hours(1)), (vec![], eight, None));
}

#[test]
fn administrators_grant_for_ever_only_where_the_policy_lets_them() {
    let judge = |policy: &Policy, level: Level, expiry: Option<Expiry>| {
        let mut ask = ask(Action::AdminAssign, level, policy, expiry);
        ask.justification = Some("because".into());
        let said = evaluate(policy, &ask, &Session::default(), None, now());
        (said.is_admitted(), said.longest, said.proposal(&ask).and_then(|proposal| proposal.expiry))
    };
    let (year, half) = (Period::days(365), Period::days(180));
    let after = |length| Some(Expiry::After(length));
    let never = Some(Expiry::Never);
    assert_eq!(judge(&role(), Level::Eligibility, never), (true, None, None));
    assert_eq!(judge(&role(), Level::Assignment, never), (true, None, None));
    assert_eq!(judge(&role(), Level::Eligibility, after(Period::days(400))), (true, None, None));
    assert_eq!(judge(&group(), Level::Eligibility, never), (false, Some(year), after(year)));
    assert_eq!(judge(&group(), Level::Assignment, never), (false, Some(half), after(half)));
    assert_eq!(judge(&group(), Level::Assignment, after(half)), (true, Some(half), None));
    assert_eq!(judge(&group(), Level::Assignment, after(year)), (false, Some(half), after(half)));
    // Silence is not "for ever", even where that would be allowed.
    assert_eq!(judge(&role(), Level::Assignment, None), (false, None, after(half)));
    assert_eq!(
        judge(&role(), Level::Assignment, after(Period::minutes(4))),
        (false, None, after(Period::minutes(5)))
    );
}

#[test]
fn an_application_can_justify_itself_but_has_no_second_factor() {
    let demanding = GrantPolicy { permanent: true, max: Period::days(1), mfa: true, justification: true };
    let policy = role().apply(&demanding.rules(&Level::Assignment));
    for action in [Action::AdminAssign, Action::AdminUpdate, Action::AdminExtend, Action::AdminRenew] {
        let ask = ask(action, Level::Assignment, &policy, Expiry::Never);
        let said = evaluate(&policy, &ask, &application(), None, now());
        assert_eq!(rules(&said), [ViolatedRule::Justification, ViolatedRule::Mfa]);
        assert_eq!((&said.missing, &said.step_up), (&vec![MissingInput::Justification], &None));
        let justified = NewRequest { justification: Some("because".into()), ..ask };
        assert!(evaluate(&policy, &justified, &with_mfa(), None, now()).is_admitted());
        let undelegated = Session { delegated: false, ..with_mfa() };
        assert_eq!(rules(&evaluate(&policy, &justified, &undelegated, None, now())), [ViolatedRule::Mfa]);
        // The other level has rules of its own.
        let eligible = NewRequest { level: Level::Eligibility, ..justified };
        assert!(evaluate(&policy, &eligible, &application(), None, now()).is_admitted());
    }
}

#[test]
fn taking_access_away_is_always_admitted_and_the_holder_extends_with_mfa() {
    let policy = strict(StrongAuthentication::Context(c1()));
    for action in [Action::AdminRemove, Action::SelfDeactivate] {
        let ask = ask(action, Level::Assignment, &policy, None);
        assert!(evaluate(&policy, &ask, &application(), None, now()).is_admitted());
    }
    for action in [Action::SelfExtend, Action::SelfRenew] {
        let ask = ask(action, Level::Eligibility, &policy, hours(24 * 900));
        assert!(evaluate(&policy, &ask, &with_mfa(), None, now()).is_admitted());
        let said = evaluate(&policy, &ask, &Session::default(), None, now());
        assert_eq!(
            (rules(&said), &said.missing),
            (vec![ViolatedRule::Mfa], &vec![MissingInput::MultiFactor])
        );
    }
}

#[test]
fn rules_that_are_missing_count_as_the_default() {
    for full in [role(), group()] {
        let bare = Policy::new(full.id.clone(), full.subject.clone(), Vec::new());
        assert_eq!(bare.activation(), full.activation());
        for level in Level::KNOWN {
            assert_eq!(bare.grants(level), full.grants(level));
        }
    }
    assert_eq!(role().activation().strong_authentication, StrongAuthentication::Mfa);
    assert_eq!(group().activation().strong_authentication, StrongAuthentication::None);
}
