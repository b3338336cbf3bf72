use proptest::prelude::*;

use super::*;
use crate::{
    arbitrary,
    backend::MINIMUM_ACTIVE,
    error::{Error, ErrorKind, ViolatedRule},
    id::{ApprovalId, InstanceId, RequestId, RoleId, ScheduleId},
    policy::{ActivationPolicy, ApprovalSetting, StrongAuthentication},
    request::{Action, Phase, Request, RequestStatus},
    schedule::{Instance, Level},
    time::{Expiry, Period, Timestamp, Window},
    transition::{self, Trigger},
};

const HOUR: Period = Period::hours(1);

fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn policy() -> ActivationPolicy {
    ActivationPolicy {
        max: Period::hours(8),
        strong_authentication: StrongAuthentication::Mfa,
        justification: true,
        ticket: true,
        approval: None,
    }
}

fn draft() -> Activation<Draft> {
    let role = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    Activation::draft(PrincipalId::from_guid([1; 16]), role)
        .lasting(HOUR)
        .because("restore")
        .tracked_by(Ticket::new("7", "desk"))
}

fn answered(status: RequestStatus) -> Request {
    let asked = draft().starting(noon()).check(&policy(), noon()).unwrap().into_request();
    Request::new(RequestId::from_guid([2; 16]), status, asked)
}

fn instance(request: &Request, end: Timestamp) -> Instance {
    let id: InstanceId = "5wuT_mJe-1".parse().unwrap();
    let window = Window::new(Some(noon()), Some(end)).unwrap();
    let instance = Instance::new(id, ScheduleId::from_guid([3; 16]), window);
    Instance { request: Some(request.id.clone()), ..instance }
}

fn active(request: &Request) -> Activation<Active> {
    match AnyActivation::from(request) {
        AnyActivation::Active(active) => active,
        other => panic!("not active: {other:?}"),
    }
}

#[test]
fn a_refusal_tells_every_reason_and_gives_the_draft_back() {
    let bare =
        Activation::draft(PrincipalId::from_guid([1; 16]), Privilege::role(RoleId::GLOBAL_ADMINISTRATOR));
    let refused = bare.clone().lasting(Period::hours(10)).check(&policy(), noon()).unwrap_err();
    let rules: Vec<_> = refused.violations().iter().map(|v| v.rule.clone()).collect();
    assert_eq!(rules, [ViolatedRule::Expiration, ViolatedRule::Justification, ViolatedRule::Ticketing]);
    assert_eq!(refused.violations()[0].limit, Some(Period::hours(8)));
    assert_eq!(refused.proposal(), Some(Expiry::After(Period::hours(8))));
    assert!(refused.to_string().contains("PT10H is too long: ask for PT8H or less"));

    let error = Error::from(refused.clone());
    assert_eq!(error.kind(), ErrorKind::PolicyViolation);
    assert_eq!(error.violations(), refused.violations());

    let amended = refused.into_draft().lasting(HOUR).because("why").tracked_by(Ticket::new("1", ""));
    assert!(amended.check(&policy(), noon()).is_ok());
    assert_eq!(bare.clone().check(&policy(), noon()).unwrap_err().into_draft(), bare);
}

#[test]
fn an_activation_lasts_five_minutes_to_the_maximum_and_has_an_end() {
    let second = Period::seconds(1);
    let outcome = |expiry: Option<Expiry>, start: Option<Timestamp>| {
        let mut draft = draft();
        draft.header.asked.expiry = expiry;
        draft.header.asked.start = start;
        draft.check(&policy(), noon()).map(|checked| checked.window()).map_err(|r| r.violations().len())
    };
    let noon_for = |length| Ok(Window::new(Some(noon()), Some(noon() + length)).unwrap());
    let max = Period::hours(8);
    assert_eq!(outcome(Some(Expiry::After(MINIMUM_ACTIVE)), None), noon_for(MINIMUM_ACTIVE));
    assert_eq!(outcome(Some(Expiry::After(MINIMUM_ACTIVE - second)), None), Err(1));
    assert_eq!(outcome(Some(Expiry::After(max)), None), noon_for(max));
    assert_eq!(outcome(Some(Expiry::After(max + second)), None), Err(1));
    assert_eq!(outcome(Some(Expiry::Never), None), Err(1));
    assert_eq!(outcome(None, None), Err(1));
    // A past start means now, for the length as well.
    assert_eq!(outcome(Some(Expiry::At(noon() + max)), Some(noon() - HOUR)), noon_for(max));
    assert_eq!(outcome(Some(Expiry::At(noon() + HOUR)), Some(noon() + HOUR)), Err(1));
    assert_eq!(outcome(Some(Expiry::At(noon() - HOUR)), None), Err(1));
    assert_eq!(outcome(Some(Expiry::After(HOUR)), Some(Timestamp::MAX - Period::minutes(1))), Err(1));
}

#[test]
fn a_check_tells_what_to_expect() {
    let approved = ActivationPolicy { approval: Some(ApprovalSetting::by([])), ..policy() };
    let kept_off = ActivationPolicy { approval: Some(ApprovalSetting::none()), ..policy() };
    let later = noon() + HOUR;
    for (policy, start, status) in [
        (policy(), noon(), RequestStatus::Provisioned),
        (policy(), later, RequestStatus::Granted),
        (kept_off, later, RequestStatus::Granted),
        (approved.clone(), noon(), RequestStatus::PendingApproval),
        (approved, later, RequestStatus::PendingApprovalProvisioning),
    ] {
        let checked = draft().starting(start).check(&policy, noon()).unwrap();
        assert_eq!(checked.expected(), &status);
        assert_eq!(checked.needs_approval(), status.phase() == Phase::Pending);
        assert_eq!(checked.strong_authentication(), &StrongAuthentication::Mfa);
        let dry = checked.clone().into_dry_run();
        assert!(dry.dry_run);
        assert_eq!(NewRequest { dry_run: false, ..dry }, checked.into_request());
    }
}

/// Written out by hand: which state each status is, and which moves its type offers.
#[test]
fn each_status_has_its_state_and_the_state_its_moves() {
    use AnyActivation as A;
    use RequestStatus as S;
    let expected = [
        (S::Accepted, "processing"),
        (S::PendingEvaluation, "processing"),
        (S::PendingApproval, "awaiting approval"),
        (S::PendingApprovalProvisioning, "awaiting approval"),
        (S::PendingAdminDecision, "awaiting approval"),
        (S::AdminApproved, "processing"),
        (S::AdminDenied, "closed: Denied"),
        (S::Granted, "scheduled"),
        (S::PendingScheduleCreation, "processing"),
        (S::ScheduleCreated, "processing"),
        (S::PendingProvisioning, "processing"),
        (S::ProvisioningStarted, "processing"),
        (S::PendingExternalProvisioning, "processing"),
        (S::Provisioned, "active"),
        (S::PendingRevocation, "active"),
        (S::Revoked, "closed: Revoked"),
        (S::Denied, "closed: Denied"),
        (S::Canceled, "closed: Canceled"),
        (S::TimedOut, "closed: TimedOut"),
        (S::Failed, "closed: Failed"),
        (S::FailedAsResourceIsLocked, "closed: Failed"),
        (S::Invalid, "closed: Failed"),
        (S::from("Levitating"), "unrecognised"),
    ];
    assert_eq!(expected.len(), S::KNOWN.len() + 1);
    for (status, name) in expected {
        let request = answered(status.clone());
        let any = A::from(&request);
        assert_eq!(any.phase(), status.phase(), "{status}");
        // The methods that each variant's type has; those it has not are in `illegal`.
        let (state, cancelled) = match any {
            A::Processing(_) => ("processing".to_owned(), None),
            A::AwaitingApproval(a) => ("awaiting approval".to_owned(), Some(a.cancel())),
            A::Scheduled(a) => ("scheduled".to_owned(), Some(a.cancel())),
            A::Active(a) => {
                assert_eq!(a.deactivate().action, Action::SelfDeactivate);
                ("active".to_owned(), None)
            }
            A::Closed(a) => (format!("closed: {:?}", a.outcome()), None),
            A::Unrecognised(a) => {
                assert_eq!(a.status(), &status);
                ("unrecognised".to_owned(), None)
            }
        };
        assert_eq!(state, name, "{status}");
        let table = transition::triggers(&status).contains(&Trigger::Canceled);
        assert_eq!(
            cancelled,
            table.then(|| request.key()),
            "the type offers what the table allows: {status}"
        );
    }
}

#[test]
fn the_instance_tells_what_is_in_force() {
    let end = noon() + HOUR;
    let provisioned = answered(RequestStatus::Provisioned);
    let proof = instance(&provisioned, end);
    let phase = |request: &Request, instance, now| AnyActivation::observe(request, instance, now).phase();

    assert_eq!(phase(&provisioned, Some(&proof), end - Period::seconds(1)), Phase::Active);
    assert_eq!(phase(&provisioned, Some(&proof), end), Phase::Ended);
    assert_eq!(phase(&provisioned, None, end - Period::seconds(1)), Phase::Active);
    assert_eq!(phase(&provisioned, None, end), Phase::Ended);

    // Access is in force although the request lags, or says what nobody knows; `Granted` alone proves nothing.
    for status in ["granted", "pending_provisioning", "levitating"].map(RequestStatus::from) {
        let request = answered(status.clone());
        assert_eq!(phase(&request, Some(&proof), noon()), Phase::Active, "{status}");
        assert_eq!(phase(&request, Some(&proof), end), Phase::Ended, "{status}");
        assert_eq!(phase(&request, None, noon()), status.phase());
    }

    // The end that counts is the instance's: the grant began 40 seconds late.
    let late = instance(&provisioned, end + Period::seconds(40));
    assert_eq!(phase(&provisioned, Some(&late), end), Phase::Active);

    // Another grant's instance proves nothing here.
    let other = Instance { request: Some(RequestId::from_guid([9; 16])), ..proof.clone() };
    assert_eq!(phase(&answered(RequestStatus::Granted), Some(&other), noon()), Phase::Scheduled);
    let mut request = answered(RequestStatus::Granted);
    request.schedule = Some(ScheduleId::from_guid([8; 16]));
    let unnamed = Instance { request: None, ..proof.clone() };
    assert_eq!(phase(&request, Some(&unnamed), noon()), Phase::Scheduled);

    // While the start is open, nobody can tell the end.
    let mut open = provisioned;
    open.asked.start = None;
    assert_eq!(phase(&open, None, end + Period::days(9)), Phase::Active);
    assert_eq!(active(&open).remaining(end), Period::MAX);
    assert_eq!(active(&open).may_deactivate_at(), None);
    open.asked.expiry = Some(Expiry::At(end));
    assert_eq!(phase(&open, None, end), Phase::Ended);

    // How a request was closed is not overwritten by an instance that has ended.
    let canceled = answered(RequestStatus::Canceled);
    let AnyActivation::Closed(closed) =
        AnyActivation::observe(&canceled, Some(&instance(&canceled, end)), end)
    else {
        panic!("it was withdrawn")
    };
    assert_eq!(closed.outcome(), Outcome::Canceled);
}

#[test]
fn what_is_granted_tells_its_start() {
    let starts = |request: &Request| match AnyActivation::from(request) {
        AnyActivation::Scheduled(scheduled) => scheduled.starts(),
        other => panic!("{other:?}"),
    };
    let mut request = answered(RequestStatus::Granted);
    request.completed = Some(noon() + HOUR);
    assert_eq!(starts(&request), Some(noon()));
    // Services give the future start as the time of completion.
    request.asked.start = None;
    assert_eq!(starts(&request), Some(noon() + HOUR));
}

#[test]
fn an_active_one_tells_its_time_and_how_to_end_it() {
    let mut request = answered(RequestStatus::Provisioned);
    request.asked.using = Some(ScheduleId::from_guid([4; 16]));
    let active = active(&request);
    assert_eq!(active.remaining(noon() + Period::minutes(45)), Period::minutes(15));
    assert_eq!(active.remaining(noon() + Period::hours(3)), Period::ZERO);
    assert_eq!(active.may_deactivate_at(), Some(noon() + Period::minutes(5)));

    let removal = active.clone().deactivate();
    let expected = NewRequest {
        using: request.asked.using.clone(),
        ..NewRequest::new(
            Action::SelfDeactivate,
            Level::Assignment,
            request.asked.principal.clone(),
            request.asked.privilege.clone(),
        )
    };
    assert_eq!(removal, expected, "a removal has neither times nor reasons");

    let mut done = Request::new(RequestId::from_guid([5; 16]), RequestStatus::Revoked, removal);
    let outcome = |done: &Request| match active.clone().after(done) {
        AnyActivation::Closed(closed) => Some(closed.outcome()),
        _ => None,
    };
    assert_eq!(outcome(&done), Some(Outcome::Deactivated));
    done.created = Some(noon() - HOUR);
    assert_eq!(outcome(&done), None, "an earlier activation was ended by it");
    done.created = Some(noon() + Period::minutes(6));
    assert_eq!(outcome(&done), Some(Outcome::Deactivated));
    done.asked.action = Action::AdminRemove;
    assert_eq!(outcome(&done), Some(Outcome::Revoked));
    done.asked.level = Level::Eligibility;
    assert_eq!(outcome(&done), None, "a running activation outlives its eligibility");
    done.asked.level = Level::Assignment;
    done.status = RequestStatus::Failed;
    assert_eq!(outcome(&done), None);
    done.status = RequestStatus::Revoked;
    done.asked.privilege = Privilege::role(RoleId::PRIVILEGED_ROLE_ADMINISTRATOR);
    assert_eq!(outcome(&done), None);
    done.asked.privilege = request.asked.privilege.clone();
    assert_eq!(outcome(&done), Some(Outcome::Revoked));
    done.asked.principal = PrincipalId::from_guid([6; 16]);
    assert_eq!(outcome(&done), None);
}

#[test]
fn what_waits_names_its_approval() {
    let approval = |request: &Request| match AnyActivation::from(request) {
        AnyActivation::AwaitingApproval(a) => a.approval().map(|key| key.id),
        other => panic!("{other:?}"),
    };
    let mut request = answered(RequestStatus::PendingApproval);
    assert_eq!(approval(&request), Some(ApprovalId::from_guid([2; 16])), "directory roles share one id");
    request.approval = Some(ApprovalId::from_guid([6; 16]));
    assert_eq!(approval(&request), Some(ApprovalId::from_guid([6; 16])));
    request.approval = None;
    request.status = RequestStatus::PendingAdminDecision;
    assert_eq!(approval(&request), None, "an administrator decides, there is no approval");
    request.status = RequestStatus::PendingApproval;
    let scope = "/subscriptions/a".parse().unwrap();
    request.asked.privilege = Privilege::AzureRole { role: RoleId::from_guid([1; 16]), scope };
    assert_eq!(approval(&request), None, "Azure gives approvals ids of their own");
}

#[test]
fn any_request_tells_all_nine_actions_apart() {
    let variant = |action: &Action| {
        let mut request = answered(RequestStatus::PendingAdminDecision);
        request.asked.action = action.clone();
        let (name, filed) = match AnyRequest::from(&request) {
            AnyRequest::Activate(_) => return "activate",
            AnyRequest::Deactivate(filed) => ("deactivate", filed),
            AnyRequest::AskToExtend(filed) => ("ask to extend", filed),
            AnyRequest::AskToRenew(filed) => ("ask to renew", filed),
            AnyRequest::Assign(filed) => ("assign", filed),
            AnyRequest::Update(filed) => ("update", filed),
            AnyRequest::Revoke(filed) => ("revoke", filed),
            AnyRequest::Extend(filed) => ("extend", filed),
            AnyRequest::Renew(filed) => ("renew", filed),
            AnyRequest::Unrecognised(filed) => ("unrecognised", filed),
        };
        assert_eq!(filed.cancel(), Some(request.key()));
        assert_eq!((filed.phase(), filed.request()), (Phase::Pending, &request));
        name
    };
    let variants: Vec<_> = Action::KNOWN.iter().map(variant).collect();
    assert_eq!(
        variants,
        [
            "assign",
            "update",
            "revoke",
            "extend",
            "renew",
            "activate",
            "deactivate",
            "ask to extend",
            "ask to renew"
        ]
    );
    assert_eq!(variant(&Action::from("selfLevitate")), "unrecognised");

    let mut done = answered(RequestStatus::Provisioned);
    done.asked.action = Action::AdminAssign;
    let AnyRequest::Assign(filed) = AnyRequest::from(&done) else { panic!("it is an assignment") };
    assert_eq!(filed.cancel(), None);
}

#[test]
fn debug_shows_no_reasons() {
    let text = format!("{:?} {:?}", draft(), active(&answered(RequestStatus::Provisioned)));
    assert!(!text.contains("restore") && !text.contains("desk"), "{text}");
}

fn activations() -> impl Strategy<Value = NewRequest> {
    arbitrary::new_request().prop_map(|ask| NewRequest {
        action: Action::SelfActivate,
        level: Level::Assignment,
        ..ask
    })
}

fn drafted(asked: &NewRequest) -> Activation<Draft> {
    Activation { header: Header { asked: asked.clone() }, ..draft() }
}

proptest! {
    #[test]
    fn a_request_survives_being_parsed(request in arbitrary::request(), now in arbitrary::instant()) {
        prop_assert_eq!(&Request::from(AnyActivation::from(&request)), &request);
        prop_assert_eq!(&Request::from(AnyRequest::from(&request)), &request);
        prop_assert_eq!(&Request::from(AnyActivation::observe(&request, None, now)), &request);
        let json = serde_json::to_string(&request).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Request>(&json).unwrap(), &request);
    }

    #[test]
    fn an_instance_changes_the_state_and_never_the_request(
        (request, instance) in arbitrary::request().prop_flat_map(|r| { let i = arbitrary::instance_of(&r); (Just(r), i) }),
        now in arbitrary::instant(),
    ) {
        let seen = AnyActivation::observe(&request, Some(&instance), now);
        if request.asked.action == Action::SelfActivate {
            let running = !instance.window.has_ended(now);
            prop_assert_eq!(seen.phase() == Phase::Active, running);
            if let AnyActivation::Active(active) = &seen {
                prop_assert_eq!(active.window(), instance.window);
                prop_assert!(instance.window.end().is_none() || active.remaining(now) > Period::ZERO);
            }
        } else {
            prop_assert_eq!(seen.phase(), Phase::Indeterminate);
        }
        prop_assert_eq!(Request::from(seen), request);
    }

    /// What a check lets pass is within the policy; what it refuses, it refuses with a reason.
    #[test]
    fn a_check_admits_nothing_that_the_policy_forbids(
        asked in activations(),
        max in arbitrary::length(),
        (justification, ticket) in any::<(bool, bool)>(),
        now in arbitrary::instant(),
    ) {
        let policy = ActivationPolicy { max, justification, ticket, ..policy() };
        match drafted(&asked).check(&policy, now) {
            Ok(checked) => {
                let window = checked.window();
                let length = window.length();
                prop_assert!(length.is_some_and(|l| l >= MINIMUM_ACTIVE && l <= max));
                prop_assert!(window.start() >= Some(now));
                prop_assert!(!justification || asked.is_justified());
                prop_assert!(!ticket || asked.has_ticket());
                prop_assert_eq!(checked.into_request(), asked);
            }
            Err(refused) => {
                prop_assert!(!refused.violations().is_empty());
                // At the end of time nothing lasts five minutes.
                let in_time = asked.starts(now) + MINIMUM_ACTIVE < Timestamp::MAX;
                if let Some(expiry) = refused.proposal().filter(|_| in_time) {
                    let mended = NewRequest { expiry: Some(expiry), ..asked.clone() };
                    let again = drafted(&mended).check(&policy, now);
                    let rules = again.err().map(|r| r.violations().to_vec()).unwrap_or_default();
                    prop_assert!(rules.iter().all(|v| v.rule != ViolatedRule::Expiration), "{rules:?}");
                }
                prop_assert_eq!(refused.into_draft().header.asked, asked);
            }
        }
    }

    #[test]
    fn a_tighter_policy_never_admits_more(
        asked in activations(),
        (loose, tight) in (arbitrary::length(), arbitrary::length()),
        (justification, ticket) in any::<(bool, bool)>(),
        now in arbitrary::instant(),
    ) {
        let check = |max, justification, ticket| {
            drafted(&asked).check(&ActivationPolicy { max, justification, ticket, ..policy() }, now).is_ok()
        };
        let tightened = check(tight.min(loose), true, true);
        prop_assert!(!tightened || check(loose, justification, ticket));
    }
}
