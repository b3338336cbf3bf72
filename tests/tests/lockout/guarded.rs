//! What a guard stops: first that it is stopped, then that the very same raw command succeeds on the service.

use futures::executor::block_on;
use pim_core::{
    backend::Backend,
    client::{Assign, Revoke, Update},
    directory::AppPermission,
    guard::{BREAK_GLASS, LAST_ADMINISTRATORS, NO_APPROVER, POLICY_TRAP},
    id::RoleId,
    policy::{Approver, Requirement, Rule, RuleKind},
    privilege::Privilege,
    request::{Action, NewRequest, RequestStatus},
    review::{
        DefaultDecision, NewReview, NewVerdict, Population, ReviewScope, ReviewSettings, Reviewed, Reviewer,
        Verdict,
    },
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::{
    engine::Caller,
    seed::{SeedBuilder, group_of, id_of},
};
use pim_tests::{NOW, duty, global, justified, settings, small};

use super::Stage;

fn update(backend: &dyn Backend, privilege: &Privilege, rules: &[Rule]) {
    block_on(backend.policies().unwrap().update_policy(privilege, rules)).unwrap();
}

fn remove(name: &str, privilege: Privilege) -> NewRequest {
    NewRequest::new(Action::AdminRemove, Level::Assignment, id_of(name), privilege)
}

/// Two break-glass accounts beside `root`.
fn with_emergency_accounts() -> SeedBuilder {
    small().users(["fire", "flood"]).standing("fire", global()).standing("flood", global())
}

/// Drift removal of assignments that nobody declared takes the break-glass accounts too.
#[test]
fn removing_what_is_not_declared_takes_break_glass_accounts() {
    let stage = Stage::new(with_emergency_accounts(), &["fire", "flood"]);
    let revoke = Revoke::new(Level::Assignment, id_of("fire"), global());
    stage.stopped(block_on(stage.client.revoke(revoke)), BREAK_GLASS);
    let request = block_on(stage.raw.submit(&remove("fire", global()))).unwrap();
    assert_eq!(request.status, RequestStatus::Revoked);
    assert!(!block_on(stage.world.holds("fire", &global())));
}

/// Nor may a break-glass account's assignment get an end, or be turned into an eligibility.
#[test]
fn shortening_or_converting_takes_break_glass_accounts() {
    let stage = Stage::new(with_emergency_accounts(), &["fire", "flood"]);
    let expiry = Expiry::After(Period::days(1));
    let ask = Update {
        justification: Some("tidy".into()),
        ..Update::new(Level::Assignment, id_of("fire"), global(), expiry)
    };
    stage.stopped(block_on(stage.client.update(ask)), BREAK_GLASS);
    let eligible = Assign::new(Level::Eligibility, id_of("fire"), global(), Expiry::Never);
    stage.stopped(block_on(stage.client.assign(eligible)), BREAK_GLASS);
    let raw = NewRequest {
        expiry: Some(expiry),
        ..NewRequest::new(Action::AdminUpdate, Level::Assignment, id_of("fire"), global())
    };
    block_on(stage.raw.submit(&justified(raw))).unwrap();
    block_on(stage.world.advance(Period::days(1)));
    assert!(!block_on(stage.world.holds("fire", &global())), "in force no longer when it is needed");
}

/// A group's assignment taken away takes it from the break-glass account in the group.
#[test]
fn removing_a_group_takes_the_break_glass_account_in_it() {
    let seed = with_emergency_accounts().group("keepers", ["flood"]).standing("keepers", duty());
    let stage = Stage::new(seed, &["fire", "flood"]);
    let revoke = Revoke::new(Level::Assignment, id_of("keepers"), duty());
    stage.stopped(block_on(stage.client.revoke(revoke)), BREAK_GLASS);
    assert!(block_on(stage.world.holds("flood", &duty())));
    block_on(stage.raw.submit(&remove("keepers", duty()))).unwrap();
    assert!(!block_on(stage.world.holds("flood", &duty())));
}

/// The service keeps one Global Administrator only, and takes a disabled account for one.
#[test]
fn removing_administrators_leaves_only_one_who_cannot_sign_in() {
    let seed = small().user_with("ghost", |user| user.enabled = false).standing("ghost", global());
    let stage = Stage::new(seed.standing("alice", global()), &[]);
    let revoke = Revoke::new(Level::Assignment, id_of("alice"), global());
    let error = stage.stopped(block_on(stage.client.revoke(revoke)), LAST_ADMINISTRATORS);
    let facts: Vec<_> = error.context().collect();
    assert!(facts.contains(&("now", "2")) && facts.contains(&("left", "1")), "{facts:?}");
    block_on(stage.raw.submit(&remove("alice", global()))).unwrap();
    block_on(stage.raw.submit(&remove("root", global()))).unwrap();
    let left = block_on(stage.world.backend("ghost").submit(&remove("bob", duty())));
    assert!(left.is_err(), "the one who is left can do nothing");
}

/// Membership of the group through which administrators are administrators counts as well.
#[test]
fn emptying_the_administrators_group_leaves_nobody() {
    let admins = Privilege::member(group_of("admins"));
    let seed = small().group("admins", ["alice", "bob"]).standing("admins", global());
    let stage = Stage::new(seed, &[]);
    let revoke = |name| Revoke::new(Level::Assignment, id_of(name), admins.clone());
    block_on(stage.client.revoke(revoke("alice"))).unwrap();
    let error = block_on(stage.client.revoke(revoke("bob"))).unwrap_err();
    assert_eq!(error.code(), Some(LAST_ADMINISTRATORS));
    block_on(stage.raw.submit(&remove("bob", admins))).unwrap();
    assert!(!block_on(stage.world.holds("bob", &global())));
}

/// Many clients at once can't each count on the administrator whom another is taking away.
#[test]
fn administrators_are_not_taken_away_two_at_a_time() {
    let people = ["alice", "bob", "carol", "dave"];
    let seed = people.iter().fold(small(), |seed, name| seed.standing(name, global()));
    let stage = Stage::new(seed, &[]);
    let revoke = |name: &&str| {
        let client = stage.client.clone();
        let ask = Revoke::new(Level::Assignment, id_of(name), global());
        async move { client.revoke(ask).await }
    };
    let answers = block_on(futures::future::join_all(people.iter().map(revoke)));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3, "root and one more are left");
}

/// Approval demanded of groups without an approver: nobody can ever activate.
#[test]
fn demanding_approval_that_nobody_can_give_shuts_the_privilege() {
    let team = Privilege::member(group_of("team"));
    let seed = small().group("team", []).group("board", []).eligible("alice", team.clone());
    let stage = Stage::new(seed, &[]);
    let empty = settings::by([Approver::group(group_of("board").as_principal())]);
    for rule in [settings::approval([]), empty] {
        let written = block_on(stage.client.update_policy(&team, std::slice::from_ref(&rule)));
        stage.stopped(written, NO_APPROVER);
        update(&*stage.raw, &team, &[rule]);
        let request = block_on(stage.world.activate("alice", &team)).unwrap();
        assert_eq!(request.status, RequestStatus::PendingApproval);
        for name in ["root", "bob", "carol"] {
            assert!(block_on(stage.world.to_decide(name)).is_empty(), "{name}");
        }
        block_on(stage.world.advance(Period::hours(24)));
        assert_eq!(block_on(stage.world.status(&request)), RequestStatus::TimedOut);
        update(&*stage.raw, &team, &[settings::approval(["bob"])]);
    }
}

/// With every administrator merely eligible and approval demanded there is nobody to approve the first one.
#[test]
fn demanding_approval_with_no_administrator_active_locks_the_tenant() {
    let seed = small().eligible("alice", global()).eligible("bob", global());
    let stage = Stage::new(seed.user_with("gone", |user| user.enabled = false), &[]);
    let named = settings::approval(["gone"]);
    let written = block_on(stage.client.update_policy(&global(), std::slice::from_ref(&named)));
    stage.stopped(written, NO_APPROVER);
    update(&*stage.raw, &global(), &[named]);
    let request = block_on(stage.world.activate("alice", &global())).unwrap();
    assert!(block_on(stage.world.approve("bob", &request)).is_err(), "who is eligible can't approve");
    block_on(stage.world.advance(Period::hours(24)));
    assert_eq!(block_on(stage.world.status(&request)), RequestStatus::TimedOut);
}

/// Recipients of approver mail beside named approvers shut the policy.
#[test]
fn recipients_beside_approvers_shut_the_policy() {
    let stage = Stage::new(small().policy(duty(), [settings::approval(["bob"])]), &[]);
    let trap = settings::approver_mail(&["soc@contoso.example"]);
    let written = block_on(stage.client.update_policy(&duty(), std::slice::from_ref(&trap)));
    stage.stopped(written, POLICY_TRAP);
    update(&*stage.raw, &duty(), &[trap]);
    let single = pim_embedded::engine::Command::UpdatePolicy(
        duty(),
        vec![settings::longest(Period::hours(1))],
        pim_embedded::engine::PolicyWrite::Single,
    );
    let root = Caller::with_mfa(id_of("root"));
    let shut = block_on(stage.world.service().execute(&root, &single));
    assert_eq!(shut.unwrap_err().code(), Some("ActivationCustomApproversNotEmpty"));
}

/// A context beside a second factor is stored and not honoured; switched in one write it is.
#[test]
fn switching_from_mfa_to_a_context_in_the_wrong_order_loses_both() {
    let stage = Stage::new(small().eligible("alice", duty()), &[]);
    let context = settings::context(true);
    let written = block_on(stage.client.update_policy(&duty(), std::slice::from_ref(&context)));
    stage.stopped(written, POLICY_TRAP);
    update(&*stage.raw, &duty(), std::slice::from_ref(&context));
    let back = settings::demands([Requirement::Mfa, Requirement::Justification]);
    let both = block_on(stage.raw.get_policy(&duty())).unwrap();
    assert!(both.rules.contains(&back) && both.rules.contains(&context));

    let stage = Stage::new(small(), &[]);
    let off = settings::demands([Requirement::Justification]);
    for rules in [[off.clone(), context.clone()], [settings::context(false), back]] {
        let after = block_on(stage.client.update_policy(&duty(), &rules)).unwrap();
        assert!(rules.iter().all(|rule| after.rules.contains(rule)), "the client finds the safe order");
    }
}

/// A second factor demanded of administrators shuts out the application that demands it.
#[test]
fn mfa_for_administrators_shuts_out_the_application_that_asks_for_it() {
    let graph = "00000003-0000-0000-c000-000000000000";
    let permission = |name: &str| AppPermission {
        resource: graph.parse().unwrap(),
        role: RoleId::from_guid([1; 16]),
        name: Some(name.into()),
    };
    let seed = small().application("robot").edit(|records| {
        let robot = records.service_principals.last_mut().unwrap();
        robot.permissions = vec![
            permission("RoleManagement.ReadWrite.Directory"),
            permission("RoleManagementPolicy.ReadWrite.Directory"),
        ];
    });
    let stage = Stage::of(seed, &[], Caller::application(id_of("robot")));
    let rule = settings::enablement(RuleKind::EnablementAdminEligibility, [Requirement::Mfa]);
    let written = block_on(stage.client.update_policy(&duty(), std::slice::from_ref(&rule)));
    stage.stopped(written, POLICY_TRAP);
    let grant = NewRequest {
        expiry: Some(Expiry::Never),
        ..NewRequest::new(Action::AdminAssign, Level::Eligibility, id_of("alice"), duty())
    };
    let grant = justified(grant);
    update(&*stage.raw, &duty(), &[rule]);
    assert_eq!(block_on(stage.raw.submit(&grant)).unwrap_err().violations().len(), 1);
    let at = block_on(stage.world.requests());
    assert!(at.is_empty() && stage.world.now() == NOW);
}

/// A review that applies itself and denies the silent takes everybody whom its reviewers forgot.
#[test]
fn a_review_that_denies_the_silent_takes_administrators_and_break_glass_accounts() {
    let stage = Stage::new(with_emergency_accounts(), &["fire", "flood"]);
    let review = NewReview {
        name: "Global Administrators".into(),
        scope: ReviewScope {
            privilege: global(),
            population: Population::Active,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: vec![Reviewer::User(id_of("alice"))],
        fallback_reviewers: Vec::new(),
        start: None,
        settings: ReviewSettings {
            auto_apply: true,
            default_decision: DefaultDecision::Deny,
            ..ReviewSettings::default()
        },
        stages: Vec::new(),
    };
    stage.stopped(block_on(stage.client.create_review(&review)), LAST_ADMINISTRATORS);
    block_on(stage.raw.reviews().unwrap().create_review(&review)).unwrap();
    block_on(stage.world.advance(Period::days(14)));
    let mut left = 0;
    for name in ["root", "fire", "flood"] {
        left += usize::from(block_on(stage.world.holds(name, &global())));
    }
    assert_eq!(left, 1, "the service itself keeps the last one and no more");
}

/// A restoring assignment that lies ahead is taken back as easily as one in force.
#[test]
fn withdrawing_an_assignment_to_come_takes_it_from_break_glass_accounts() {
    let seed = small()
        .users(["fire", "flood"])
        .group_with("keepers", ["flood"], |group| group.group.role_assignable = true);
    let stage = Stage::new(seed, &["fire", "flood"]);
    let ahead = |name: &str, privilege| {
        let ask = Assign::new(Level::Assignment, id_of(name), privilege, Expiry::Never);
        Assign { start: Some(NOW + Period::days(1)), justification: Some("planned".into()), ..ask }
    };
    let to_keepers = Assign { principal: group_of("keepers").as_principal(), ..ahead("fire", duty()) };
    for ask in [ahead("fire", global()), to_keepers] {
        let granted = block_on(stage.client.assign(ask)).unwrap();
        assert_eq!(granted.status, RequestStatus::Granted);
        let error = block_on(stage.client.cancel(&granted.key())).unwrap_err();
        assert_eq!(error.code(), Some(BREAK_GLASS), "{error}");
        block_on(stage.raw.cancel(&granted.key())).unwrap();
    }
    let other = block_on(stage.client.assign(ahead("alice", duty()))).unwrap();
    block_on(stage.client.cancel(&other.key())).unwrap();
    block_on(stage.world.advance(Period::days(2)));
    assert!(
        !block_on(stage.world.holds("fire", &global())) && !block_on(stage.world.holds("flood", &duty()))
    );
}

fn forgetful(privilege: Privilege) -> NewReview {
    NewReview {
        name: "forgetful".into(),
        scope: ReviewScope {
            privilege,
            population: Population::Active,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: vec![Reviewer::User(id_of("root"))],
        fallback_reviewers: Vec::new(),
        start: None,
        settings: ReviewSettings {
            auto_apply: true,
            default_decision: DefaultDecision::Deny,
            justification_required: false,
            ..ReviewSettings::default()
        },
        stages: Vec::new(),
    }
}

/// Somebody made a review that denies the silent. Taking its answers back makes everybody silent.
#[test]
fn taking_answers_back_takes_break_glass_accounts_that_were_kept() {
    let stage = Stage::new(with_emergency_accounts().standing("fire", duty()), &["fire", "flood"]);
    let reviews = stage.raw.reviews().unwrap();
    let made = block_on(reviews.create_review(&forgetful(duty()))).unwrap();
    let round = block_on(stage.client.rounds(&made.id, None).collect_all()).unwrap().remove(0);
    let items = block_on(stage.client.items(&round.key, None).collect_all()).unwrap();
    assert_eq!(items.len(), 1);
    let keep = NewVerdict { item: items[0].id.clone(), verdict: Verdict::Approve, justification: None };
    block_on(stage.client.record(&round.key, &[keep])).unwrap();
    let error = block_on(stage.client.reset(&round.key)).unwrap_err();
    assert_eq!(error.code(), Some(BREAK_GLASS), "{error}");
    block_on(reviews.reset_round(&round.key)).unwrap();
    block_on(stage.world.advance(Period::days(15)));
    assert!(!block_on(stage.world.holds("fire", &duty())));
}

/// Who will lose access to a review's silence is no administrator to count on, in its round or in a later one.
#[test]
fn administrators_whom_a_running_review_will_forget_are_not_counted_on() {
    for start in [None, Some(NOW + Period::days(1))] {
        let admins = Privilege::member(group_of("admins"));
        let seed = small().group_with("admins", ["alice", "bob"], |group| group.group.role_assignable = true);
        let stage = Stage::new(seed, &[]);
        // Nobody is administrator through the group yet.
        let review = NewReview { start, ..forgetful(admins.clone()) };
        block_on(stage.client.create_review(&review)).unwrap();
        let ask = Assign::new(Level::Assignment, group_of("admins").as_principal(), global(), Expiry::Never);
        block_on(stage.client.assign(Assign { justification: Some("planned".into()), ..ask })).unwrap();
        let revoke = Revoke::new(Level::Assignment, id_of("root"), global());
        let error = block_on(stage.client.revoke(revoke)).unwrap_err();
        assert_eq!(error.code(), Some(LAST_ADMINISTRATORS), "{error}");
        block_on(stage.raw.submit(&remove("root", global()))).unwrap();
        block_on(stage.world.advance(Period::days(20)));
        assert!(!block_on(stage.world.holds("alice", &global())));
        assert!(!block_on(stage.world.holds("bob", &global())));
    }
}
