mod tampered;

use std::sync::{Arc, Mutex};

use futures::executor::block_on;
use pim_core::{
    backend::{AssignmentQuery, RequestQuery},
    client::{Assign, Client, Safeguards},
    error::ErrorKind,
    id::{PrincipalId, RoleId},
    policy::{ApprovalSetting, Approver, StrongAuthentication},
    privilege::{Privilege, Surface},
    request::Phase,
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::{
    Embedded, catalogue,
    clock::VirtualClock,
    engine::Caller,
    seed::{id_of, sample},
};

use self::tampered::{Fault, Tampered};
use super::*;

/// The sample tenant, with a pilot who may activate one role alone and another with approval.
struct World {
    service: Embedded,
    clock: VirtualClock,
}

const PILOT: &str = "yara.aziz";
const APPROVER: &str = "emma.clarke";

fn role(name: &str) -> Privilege {
    Privilege::role(catalogue::role_named(name).unwrap().id.clone())
}

fn plain() -> Privilege {
    role("Printer Administrator")
}

fn approved() -> Privilege {
    role("Message Center Reader")
}

impl World {
    fn new() -> Self {
        let clock = VirtualClock::automatic(sample::NOW);
        let service = Embedded::new(sample::tenant(), clock.clone());
        let world = Self { service, clock };
        let admin = world.client(APPROVER);
        for privilege in [plain(), approved()] {
            let until = Expiry::At(sample::NOW + Period::days(90));
            let ask = Assign::new(Level::Eligibility, id_of(PILOT), privilege, until);
            block_on(admin.assign(Assign { justification: Some("pilot".into()), ..ask })).unwrap();
        }
        world.set_policy(&plain(), StrongAuthentication::Mfa, None);
        // The pilot is an approver too: only being the requestor stands in the way.
        let approvers = [APPROVER, "daniel.frost", PILOT].map(|name| Approver::user(id_of(name)));
        world.set_policy(&approved(), StrongAuthentication::Mfa, Some(ApprovalSetting::by(approvers)));
        world
    }

    fn set_policy(
        &self,
        privilege: &Privilege,
        strong: StrongAuthentication,
        approval: Option<ApprovalSetting>,
    ) {
        let admin = self.client(APPROVER);
        let mut wanted = block_on(admin.policy(privilege)).unwrap().activation();
        (wanted.strong_authentication, wanted.approval) = (strong, approval);
        block_on(admin.update_policy(privilege, &wanted.rules())).unwrap();
    }

    fn client(&self, name: &str) -> Client {
        self.service.client(Caller::with_mfa(id_of(name)), Safeguards::default())
    }

    fn tampered(&self, name: &str, fault: Fault) -> Client {
        let inner = Arc::new(self.service.backend(Caller::with_mfa(id_of(name))));
        let other = Arc::new(self.service.backend(Caller::with_mfa(id_of(APPROVER))));
        Client::new(Tampered::new(inner, other, fault), Safeguards::default())
    }

    fn actors(&self) -> Actors {
        let caller = Caller::without_mfa(id_of(PILOT));
        Actors {
            admin: Some(self.client("priya.raman")),
            requestor: Some(self.client(PILOT)),
            approver: Some(self.client(APPROVER)),
            unverified: Some(self.service.client(caller, Safeguards::default())),
        }
    }

    fn verify(&self, actors: &Actors) -> Verification {
        block_on(verify(actors, &options(), |_| ())).unwrap()
    }

    /// Nothing of the pilot's is pending or in force.
    fn assert_clean(&self) {
        let admin = self.client(APPROVER);
        let requests = block_on(admin.requests(&RequestQuery::default(), None).collect_all()).unwrap();
        let of_pilot = |who: &PrincipalId| *who == id_of(PILOT);
        let open = requests.iter().filter(|r| of_pilot(&r.asked.principal) && r.phase() == Phase::Pending);
        assert_eq!(open.count(), 0);
        let held = block_on(admin.assignments(&AssignmentQuery::default(), None).collect_all()).unwrap();
        assert_eq!(held.iter().filter(|row| of_pilot(&row.principal)).count(), 0);
    }
}

fn options() -> VerifyOptions {
    VerifyOptions { approved_privilege: Some(approved()), ..VerifyOptions::new(plain()) }
}

#[track_caller]
fn assert_failed(verification: &Verification, test: Test, words: &str) {
    let verdict = verification.verdict(test);
    assert!(verdict.is_failed() && verdict.reason().is_some_and(|why| why.contains(words)), "{verdict:?}");
}

#[track_caller]
fn assert_not_run(verification: &Verification, test: Test, words: &str) {
    let verdict = verification.verdict(test);
    let told = verdict.reason().is_some_and(|why| why.contains(words));
    assert!(matches!(verdict, Verdict::NotRun(_)) && told, "{verdict:?}");
}

#[test]
fn a_tenant_that_works_passes_every_test_with_evidence() {
    let world = World::new();
    let told = Mutex::new(Vec::new());
    let observe = |progress: &Progress| told.lock().unwrap().push(progress.clone());
    let verification = block_on(verify(&world.actors(), &options(), observe)).unwrap();
    assert!(verification.is_passed() && !verification.is_failed(), "{verification:#?}");
    world.assert_clean();

    for check in &verification.checks {
        assert!(!check.evidence.is_empty(), "{}", check.test);
        assert!(check.evidence.is_sorted_by_key(|seen| seen.at));
    }
    let audit = &verification.checks[Test::ALL.len() - 1];
    assert_eq!(audit.test, Test::Audit);
    // Asked for, in force and ended, twice; and approved once.
    assert_eq!(audit.evidence.iter().filter(|seen| seen.record.is_some()).count(), 7);
    let seen: usize = verification.checks.iter().map(|check| check.evidence.len()).sum();
    let told = told.into_inner().unwrap();
    assert_eq!(told.iter().filter(|progress| progress.seen.is_some()).count(), seen);
    assert!(verification.ended.since(verification.began) >= Period::minutes(5));
    let text = serde_json::to_string(&verification).unwrap();
    assert_eq!(serde_json::from_str::<Verification>(&text).unwrap(), verification);
    for personal in ["yara", "Yara", "Verification of"] {
        assert!(!text.contains(personal), "{personal}");
    }
}

#[test]
fn what_a_missing_actor_would_show_is_not_run() {
    let world = World::new();
    let all = world.actors();
    let nobody = block_on(verify(&Actors::default(), &options(), |_| ())).unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::InvalidInput);

    let verification = world.verify(&Actors { requestor: None, unverified: None, ..all.clone() });
    for test in Test::ALL {
        assert!(matches!(verification.verdict(*test), Verdict::NotRun(_)), "{test}");
    }

    let verification = world.verify(&Actors { approver: None, ..all.clone() });
    assert_not_run(&verification, Test::Approval, "add an approver");
    assert!(verification.verdict(Test::OwnApproval).is_passed());
    assert!(verification.verdict(Test::Audit).is_passed());
    assert!(!verification.is_passed() && !verification.is_failed());
    world.assert_clean();

    let verification = world.verify(&Actors { approver: all.requestor.clone(), ..all.clone() });
    assert_not_run(&verification, Test::Approval, "the approver is the requestor");

    let verification = world.verify(&Actors { unverified: None, ..all.clone() });
    assert_not_run(&verification, Test::Mfa, "as unverified");

    // The pilot may read neither the policy nor the log.
    let verification = world.verify(&Actors { requestor: all.requestor.clone(), ..Actors::default() });
    assert!(verification.verdict(Test::Activation).is_passed());
    assert_not_run(&verification, Test::Audit, "add an admin");
    world.assert_clean();
}

#[test]
fn no_approved_privilege_leaves_approval_out() {
    let world = World::new();
    let options = VerifyOptions::new(plain());
    let verification = block_on(verify(&world.actors(), &options, |_| ())).unwrap();
    assert_not_run(&verification, Test::Approval, "approved_privilege");
    assert!(verification.verdict(Test::Activation).is_passed());

    // One that needs approval serves for both.
    let options = VerifyOptions::new(approved());
    let verification = block_on(verify(&world.actors(), &options, |_| ())).unwrap();
    assert!(verification.is_passed(), "{verification:#?}");
}

#[test]
fn a_policy_without_a_second_factor_or_approval_fails() {
    let world = World::new();
    world.set_policy(&plain(), StrongAuthentication::None, None);
    world.set_policy(&approved(), StrongAuthentication::Mfa, None);
    let verification = world.verify(&world.actors());
    assert_failed(&verification, Test::Mfa, "neither multi-factor");
    assert_failed(&verification, Test::Approval, "nobody approved it");
    assert!(verification.verdict(Test::Activation).is_passed());
    world.assert_clean();
}

#[test]
fn who_is_not_eligible_fails_and_who_lacks_the_sign_in_tests_nothing() {
    let world = World::new();
    let actors = world.actors();
    let ineligible = Actors { requestor: Some(world.client("oscar.nilsson")), ..actors.clone() };
    assert_failed(&world.verify(&ineligible), Test::Activation, "eligib");
    let careless = Actors { requestor: actors.unverified.clone(), ..actors };
    let verification = world.verify(&careless);
    assert_not_run(&verification, Test::Activation, "");
    assert!(verification.verdict(Test::Mfa).is_passed());
}

#[test]
fn an_activation_that_stands_already_is_not_touched() {
    let world = World::new();
    let actors = world.actors();
    let requestor = actors.requestor.clone().unwrap();
    let ask = pim_core::client::Activate {
        duration: Some(Period::hours(2)),
        justification: Some("work".into()),
        ..pim_core::client::Activate::new(plain())
    };
    block_on(requestor.activate(ask)).unwrap();
    let verification = world.verify(&actors);
    assert_not_run(&verification, Test::Activation, "must not hold it");
    let mine = block_on(requestor.my_assignments().collect_all()).unwrap();
    assert!(mine.iter().any(|row| row.privilege == plain()), "it still runs");
}

#[test]
fn azure_roles_and_groups_are_tested_alike() {
    let world = World::new();
    let admin = world.client(APPROVER);
    let held = block_on(admin.assignments(&AssignmentQuery::default(), None).collect_all()).unwrap();
    let reader = held
        .iter()
        .find(|row| row.principal == id_of("siem-export") && row.privilege.surface() == Surface::AzureRoles);
    let group = Privilege::member(pim_embedded::seed::group_of("service-desk"));
    for privilege in [reader.unwrap().privilege.clone(), group] {
        let owner = match privilege.surface() {
            Surface::AzureRoles => world.client("jack.turner"),
            _ => world.client(APPROVER),
        };
        let until = Expiry::At(sample::NOW + Period::days(90));
        let ask = Assign::new(Level::Eligibility, id_of(PILOT), privilege.clone(), until);
        block_on(owner.assign(Assign { justification: Some("pilot".into()), ..ask })).unwrap();
        let options =
            VerifyOptions { highly_privileged: [privilege.clone()].into(), ..VerifyOptions::new(privilege) };
        let verification = block_on(verify(&world.actors(), &options, |_| ())).unwrap();
        for test in [Test::Activation, Test::Deactivation, Test::Audit] {
            assert!(verification.verdict(test).is_passed(), "{verification:#?}");
        }
        world.assert_clean();
    }
}

#[test]
fn what_lasts_too_long_to_wait_for_is_ended_early() {
    let world = World::new();
    let options = VerifyOptions { duration: Period::hours(4), ..options() };
    let verification = block_on(verify(&world.actors(), &options, |_| ())).unwrap();
    assert_not_run(&verification, Test::Deactivation, "max_wait");
    assert_not_run(&verification, Test::Audit, "no activation came to its end");
    assert!(verification.verdict(Test::Approval).is_passed());
    assert!(verification.left_behind.is_empty());
    assert!(verification.ended.since(verification.began) < Period::hours(1));
    world.assert_clean();
}

#[test]
fn highly_privileged_ones_must_be_named() {
    let world = World::new();
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let azure = block_on(world.client(APPROVER).assignments(&AssignmentQuery::default(), None).collect_all())
        .unwrap()
        .into_iter()
        .filter(|row| matches!(row.privilege, Privilege::AzureRole { .. }))
        .map(|row| row.privilege);
    let group = |key| Privilege::member(pim_embedded::seed::group_of(key));
    let mighty =
        [global.clone(), role("User Administrator"), group("service-desk"), group("azure-operations")];
    let unknown = Privilege::role(RoleId::from_guid([7; 16]));
    let before =
        block_on(world.client(APPROVER).requests(&RequestQuery::default(), None).collect_all()).unwrap();
    let mut readers = 0;
    for privilege in mighty.into_iter().chain([unknown]).chain(azure) {
        let options = VerifyOptions::new(privilege.clone());
        match block_on(verify(&world.actors(), &options, |_| ())) {
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidInput, "{privilege}: {error}"),
            // Reader, of all Azure roles in the tenant.
            Ok(_) => readers += 1,
        }
    }
    assert_eq!(readers, 1);
    let after =
        block_on(world.client(APPROVER).requests(&RequestQuery::default(), None).collect_all()).unwrap();
    assert_eq!(before.len(), after.len());

    let named = VerifyOptions { highly_privileged: [global.clone()].into(), ..VerifyOptions::new(global) };
    let actors = Actors { requestor: Some(world.client("liam.okafor")), ..world.actors() };
    let verification = block_on(verify(&actors, &named, |_| ())).unwrap();
    assert!(verification.verdict(Test::Activation).is_passed(), "{verification:#?}");
    // Who may not read the roles can't tell.
    let alone = Actors { requestor: Some(world.tampered(PILOT, Fault::NoRoles)), ..Actors::default() };
    let error = block_on(verify(&alone, &options(), |_| ())).unwrap_err();
    assert!(error.to_string().contains("can't be told"), "{error}");
}

#[test]
fn activations_that_never_end_or_end_too_early_fail() {
    for (fault, words) in [(Fault::NeverEnds, "still in force"), (Fault::EndsEarly, "before its end")] {
        let world = World::new();
        let actors = Actors { requestor: Some(world.tampered(PILOT, fault)), ..world.actors() };
        let verification = world.verify(&actors);
        assert_failed(&verification, Test::Deactivation, words);
        assert!(verification.verdict(Test::Activation).is_passed());
        // What can't be ended is told.
        assert_eq!(verification.left_behind.len(), if fault == Fault::NeverEnds { 2 } else { 0 });
    }
}

#[test]
fn a_service_that_takes_the_requestors_own_approval_fails() {
    let world = World::new();
    let actors = Actors { requestor: Some(world.tampered(PILOT, Fault::OwnApproval)), ..world.actors() };
    let verification = world.verify(&actors);
    assert_failed(&verification, Test::OwnApproval, "own request");
    assert!(!verification.verdict(Test::Approval).is_passed());
    world.assert_clean();
}

#[test]
fn a_log_without_rows_or_without_the_end_fails() {
    for (fault, missing) in [(Fault::NoAudit, "requested"), (Fault::NoExpiryAudit, "activation expired")] {
        let world = World::new();
        let actors = Actors { admin: Some(world.tampered("priya.raman", fault)), ..world.actors() };
        let verification = world.verify(&actors);
        assert_failed(&verification, Test::Audit, missing);
        assert!(verification.verdict(Test::Deactivation).is_passed());
    }
    let world = World::new();
    let none = |name| Some(world.tampered(name, Fault::NoAuditFacet));
    let actors = Actors {
        admin: none("priya.raman"),
        requestor: none(PILOT),
        approver: none(APPROVER),
        ..world.actors()
    };
    assert_not_run(&world.verify(&actors), Test::Audit, "can read the audit log");
}

#[test]
fn a_service_that_lets_a_password_through_fails_and_is_cleared_away() {
    let world = World::new();
    let lax = world.tampered(PILOT, Fault::None);
    let verification = world.verify(&Actors { unverified: Some(lax), ..world.actors() });
    assert_failed(&verification, Test::Mfa, "with a password only");
    assert!(verification.left_behind.is_empty(), "{:?}", verification.left_behind);
    world.assert_clean();
    // A refusal for another reason proves nothing.
    let caller = Caller::with_mfa(id_of("oscar.nilsson"));
    let ineligible = Some(world.service.client(caller, Safeguards::default()));
    let verification = world.verify(&Actors { unverified: ineligible, ..world.actors() });
    assert_not_run(&verification, Test::Mfa, "not for the sign-in");
}

#[test]
fn an_approver_who_is_not_asked_fails_and_the_request_is_taken_back() {
    let world = World::new();
    let actors = Actors { approver: Some(world.client("grace.nolan")), ..world.actors() };
    let verification = world.verify(&actors);
    assert_failed(&verification, Test::Approval, "among those that wait");
    assert!(verification.left_behind.is_empty());
    world.assert_clean();
}

#[test]
fn trouble_is_told_by_what_and_whose() {
    let world = World::new();
    let (pilot, approver) = (world.client(PILOT), world.client(APPROVER));
    let ask = || pim_core::client::Activate {
        duration: Some(Period::hours(1)),
        justification: Some("work".into()),
        ..pim_core::client::Activate::new(approved())
    };
    let since = world.service.clock().now();
    for _ in 0..2 {
        let request = block_on(pilot.activate(ask())).unwrap();
        block_on(approver.deny(&request.approval_key().unwrap(), Some("not now".into()))).unwrap();
    }
    let request = block_on(pilot.activate(ask())).unwrap();
    world.clock.advance(Period::hours(25));
    let refused = pilot.activate(pim_core::client::Activate { justification: None, ..ask() });
    let refused = block_on(refused).unwrap_err();

    let mut trouble = block_on(watch(&world.client("priya.raman"), since)).unwrap();
    trouble.note(world.service.clock().now(), id_of(PILOT), approved(), &refused);
    assert!(trouble.requests.is_complete() && trouble.audit.is_complete());
    assert_eq!(trouble.asked, 3);
    let by_kind = trouble.by_kind();
    let by_kind: Vec<_> = by_kind.iter().map(|(wrong, times)| (format!("{wrong:?}"), *times)).collect();
    assert_eq!(trouble.failures.iter().filter(|f| f.request.as_ref() == Some(&request.id)).count(), 1);
    assert_eq!(
        by_kind,
        [
            ("Ended(Denied)".to_owned(), 2),
            ("Ended(TimedOut)".to_owned(), 1),
            ("Refused(PolicyViolation)".to_owned(), 1)
        ]
    );
    assert_eq!(trouble.by_person()[&id_of(PILOT)], 4);
    assert!(trouble.failures.is_sorted_by_key(|failure| failure.at));

    let later = block_on(watch(&world.client("priya.raman"), world.service.clock().now())).unwrap();
    assert_eq!((later.asked, later.failures.len()), (0, 0));
    assert_eq!(block_on(watch(&pilot, since)).unwrap_err().kind(), ErrorKind::PermissionDenied);
    let deaf = world.tampered("priya.raman", Fault::NoAuditFacet);
    let partial = block_on(watch(&deaf, since)).unwrap();
    assert!(!partial.audit.is_complete() && partial.failures.len() == 3);
}
