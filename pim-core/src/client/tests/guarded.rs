use super::*;
use crate::{
    directory::{Membership, User},
    guard,
    id::{GroupId, ReviewItemId},
    policy::{ApprovalSetting, Approver},
    principal::PrincipalKind,
    privilege::GroupAccess,
    review::{
        AccessReview, DefaultDecision, NewReview, NewVerdict, Population, ReviewItem, ReviewRound,
        ReviewScope, ReviewSettings, ReviewStatus, Reviewed, RoundKey, Verdict,
    },
};

/// 2 and 3 are Global Administrators, 4 is one through group 20, in which 5 is for the moment only; 6 is
/// disabled. 8 is a break-glass account, a member of group 30, which is in group 31.
fn tenant() -> Stage {
    let stage = Stage::new(Safeguards {
        break_glass: [who(8)].into(),
        min_administrators: 3,
        ..Safeguards::default()
    });
    {
        let mut world = stage.world();
        world.assignments = vec![held(2), held(3), held(6), held(20)];
        let mut passing = Assignment::new(ScheduleId::from_guid([5; 16]), who(5), member(20));
        passing.window = Window::new(Some(NOW), Some(NOW + Period::hours(1))).unwrap();
        world.assignments.push(passing);
        world.memberships = vec![is_in(4, 20), is_in(5, 20), is_in(8, 30), is_group_in(30, 31)];
        world.users = (2..9).map(person).collect();
        world.users[4].enabled = false;
        world.on_submit = Box::new(|ask, now| Ok(taken(ask, RequestStatus::Revoked, now)));
    }
    stage
}

fn held(n: u8) -> Assignment {
    Assignment::new(ScheduleId::from_guid([n; 16]), who(n), global())
}

fn group(n: u8) -> GroupId {
    GroupId::from_guid([n; 16])
}

fn member(n: u8) -> Privilege {
    Privilege::member(group(n))
}

fn is_in(n: u8, of: u8) -> Membership {
    Membership { group: group(of), principal: who(n), kind: PrincipalKind::User, access: GroupAccess::Member }
}

fn is_group_in(n: u8, of: u8) -> Membership {
    Membership { kind: PrincipalKind::Group, ..is_in(n, of) }
}

fn person(n: u8) -> User {
    User::new(who(n), "n".into(), "n@example.com".into())
}

fn revoke(n: u8, privilege: Privilege) -> Revoke {
    Revoke::new(Level::Assignment, who(n), privilege)
}

fn code(error: &Error) -> &str {
    assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
    assert!(error.operation().is_some(), "{error}");
    error.code().unwrap()
}

#[test]
fn the_last_administrators_stay_however_they_would_go() {
    let stage = tenant();
    let refused = |ask| block_on(stage.client.revoke(ask)).unwrap_err();
    for (n, privilege) in [(2, global()), (3, global()), (20, global()), (4, member(20))] {
        assert_eq!(code(&refused(revoke(n, privilege))), guard::LAST_ADMINISTRATORS);
    }
    let until = Expiry::After(Period::days(30));
    let error = block_on(stage.client.update(Update::new(Level::Assignment, who(2), global(), until)));
    assert_eq!(code(&error.unwrap_err()), guard::LAST_ADMINISTRATORS);
    assert_eq!(stage.calls(Operation::Submit), 0);

    // What makes no administrator may go: another role, a disabled one, a passing membership, an eligibility.
    for ask in [
        revoke(2, role()),
        revoke(6, global()),
        revoke(5, member(20)),
        revoke(4, Privilege::owner(group(20))),
        Revoke::new(Level::Eligibility, who(2), global()),
    ] {
        assert!(block_on(stage.client.revoke(ask.clone())).is_ok(), "{ask:?}");
    }
    let lasting = Update::new(Level::Assignment, who(2), global(), Expiry::Never);
    assert!(block_on(stage.client.update(lasting)).is_ok());
}

#[test]
fn one_may_go_while_enough_are_left_and_lists_that_lag_do_not_let_a_second_go() {
    let stage = tenant();
    stage.world().assignments.push(held(7));
    assert!(block_on(stage.client.revoke(revoke(7, global()))).is_ok());
    // The list still shows 7; without a memory 2 could go too.
    let error = block_on(stage.client.revoke(revoke(2, global()))).unwrap_err();
    assert_eq!(code(&error), guard::LAST_ADMINISTRATORS);
    let back = Assign::new(Level::Assignment, who(7), global(), Expiry::Never);
    assert!(block_on(stage.client.assign(back)).is_ok());
    assert!(block_on(stage.client.revoke(revoke(2, global()))).is_ok());
}

#[test]
fn two_at_once_do_not_count_on_each_other() {
    let stage = tenant();
    stage.world().assignments.push(held(7));
    let (client, other) = (stage.client.clone(), stage.client.clone());
    let both =
        async { futures::join!(client.revoke(revoke(7, global())), other.revoke(revoke(2, global()))) };
    let (a, b) = block_on(both);
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
}

#[test]
fn a_client_that_guards_more_guards_together_with_the_one_it_came_of() {
    let stage = tenant();
    stage.world().assignments.push(held(7));
    let careful = stage.client.guarding(Safeguards { break_glass: [who(9)].into(), ..Safeguards::default() });
    assert_eq!(careful.safeguards().break_glass.len(), stage.client.safeguards().break_glass.len() + 1);
    assert!(block_on(stage.client.revoke(revoke(7, global()))).is_ok());
    // The list still shows 7, and only the other client knows better.
    let error = block_on(careful.revoke(revoke(2, global()))).unwrap_err();
    assert_eq!(code(&error), guard::LAST_ADMINISTRATORS);

    let stage = tenant();
    stage.world().assignments.push(held(7));
    let careful = stage.client.guarding(Safeguards::default());
    let both = async {
        futures::join!(careful.revoke(revoke(7, global())), stage.client.revoke(revoke(2, global())))
    };
    let (a, b) = block_on(both);
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1);
}

#[test]
fn a_break_glass_account_is_left_alone() {
    let stage = tenant();
    let never = Expiry::Never;
    let refused = [
        block_on(stage.client.revoke(revoke(8, role()))),
        block_on(stage.client.revoke(Revoke::new(Level::Eligibility, who(8), role()))),
        block_on(stage.client.revoke(revoke(8, member(30)))),
        block_on(stage.client.update(Update::new(Level::Assignment, who(8), global(), never))),
        block_on(stage.client.assign(Assign::new(Level::Eligibility, who(8), global(), never))),
        block_on(stage.client.assign(Assign::new(
            Level::Assignment,
            who(8),
            global(),
            Expiry::After(Period::days(1)),
        ))),
        // Through the group, and through the group around it.
        block_on(stage.client.revoke(revoke(30, role()))),
        block_on(stage.client.revoke(revoke(31, role()))),
        block_on(stage.client.revoke(revoke(30, member(31)))),
    ];
    for answer in refused {
        assert_eq!(code(&answer.unwrap_err()), guard::BREAK_GLASS);
    }
    assert_eq!(stage.calls(Operation::Submit), 0);
    let restore = Assign::new(Level::Assignment, who(8), global(), never);
    assert!(block_on(stage.client.assign(restore)).is_ok());
    assert!(block_on(stage.client.revoke(revoke(20, role()))).is_ok());
}

#[test]
fn what_cannot_be_read_refuses_only_where_it_matters() {
    let mut fake = Fake::new(Some(who(1)), NOW);
    fake.capabilities.operations.remove(&Operation::ListMemberships);
    fake.capabilities.operations.remove(&Operation::ListUsers);
    let safeguards = Safeguards { break_glass: [who(8)].into(), ..Safeguards::default() };
    let stage = Stage::with(fake, safeguards);
    stage.world().on_submit = Box::new(|ask, now| Ok(taken(ask, RequestStatus::Revoked, now)));
    let error = block_on(stage.client.revoke(revoke(2, role()))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("list_memberships"), "{error}");

    let mut row = Assignment::new(ScheduleId::from_guid([2; 16]), who(2), role());
    row.holder = Some(Arc::new(crate::principal::Principal::new(who(2), PrincipalKind::User)));
    stage.world().assignments = vec![row];
    assert!(block_on(stage.client.revoke(revoke(2, role()))).is_ok());
    let grant = Assign::new(Level::Assignment, who(2), role(), Expiry::Never);
    assert!(block_on(stage.client.assign(grant)).is_ok());
}

fn requires(approvers: impl IntoIterator<Item = Approver>) -> Rule {
    let setting = Setting::Approval(ApprovalSetting::by(approvers));
    Rule { kind: RuleKind::ApprovalEndUserAssignment, setting }
}

#[test]
fn approval_needs_somebody_who_can_give_it() {
    let stage = tenant();
    let write = |privilege: Privilege, rule: Rule| {
        let off = Rule { setting: Setting::Approval(ApprovalSetting::none()), kind: rule.kind.clone() };
        stage.world().policy = Some(Policy::new("p".parse().unwrap(), privilege.clone(), vec![off]));
        block_on(stage.client.update_policy(&privilege, &[rule]))
    };
    let empty = Approver::group(who(40));
    for (privilege, approvers) in [
        (member(20), vec![]),
        (role(), vec![Approver::user(who(6))]),
        (role(), vec![Approver::user(who(99)), empty.clone()]),
    ] {
        assert_eq!(code(&write(privilege, requires(approvers)).unwrap_err()), guard::NO_APPROVER);
    }
    assert_eq!(stage.calls(Operation::UpdatePolicy), 0);
    for (privilege, approvers) in [
        (role(), vec![]),
        (member(20), vec![Approver::user(who(2))]),
        (role(), vec![Approver::group(who(31)), empty]),
    ] {
        let after = write(privilege, requires(approvers)).unwrap();
        assert!(matches!(after.setting(&RuleKind::ApprovalEndUserAssignment),
            Some(Setting::Approval(setting)) if setting.required));
    }
    // Nobody stands in where every administrator must activate.
    stage.world().assignments.clear();
    assert_eq!(code(&write(role(), requires([])).unwrap_err()), guard::NO_APPROVER);
}

#[test]
fn a_policy_that_says_so_already_is_not_written() {
    let stage = tenant();
    stage.world().policy = Some(Policy::new("p".parse().unwrap(), role(), vec![requires([])]));
    assert!(block_on(stage.client.update_policy(&role(), &[requires([])])).is_ok());
    assert_eq!(stage.calls(Operation::UpdatePolicy), 0);
    let error = block_on(stage.client.update_policy(&role(), &[requires([]), requires([])])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

fn review(privilege: Privilege, settings: ReviewSettings) -> NewReview {
    NewReview {
        name: "r".into(),
        scope: ReviewScope {
            privilege,
            population: Population::EligibleAndActive,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: Vec::new(),
        fallback_reviewers: Vec::new(),
        start: None,
        settings,
        stages: Vec::new(),
    }
}

#[test]
fn a_review_that_removes_the_silent_stays_away_from_those_who_must_stay() {
    let stage = tenant();
    stage.world().assignments.push(Assignment::new(ScheduleId::from_guid([31; 16]), who(31), role()));
    let harsh = ReviewSettings {
        auto_apply: true,
        default_decision: DefaultDecision::Deny,
        ..ReviewSettings::default()
    };
    let create = |privilege, settings| block_on(stage.client.create_review(&review(privilege, settings)));
    let error = |privilege| create(privilege, harsh.clone()).unwrap_err();
    assert_eq!(code(&error(global())), guard::LAST_ADMINISTRATORS);
    assert_eq!(code(&error(member(20))), guard::LAST_ADMINISTRATORS);
    assert_eq!(code(&error(role())), guard::BREAK_GLASS);
    assert_eq!(code(&error(member(31))), guard::BREAK_GLASS);
    assert_eq!(stage.calls(Operation::CreateReview), 0);
    assert!(create(global(), ReviewSettings { auto_apply: false, ..harsh.clone() }).is_ok());
    assert!(create(Privilege::role(RoleId::from_guid([0xbb; 16])), harsh.clone()).is_ok());
    let mut eligible = review(global(), harsh);
    eligible.scope.population = Population::Eligible;
    assert!(block_on(stage.client.create_review(&eligible)).is_ok());
}

fn item(n: u8, privilege: Privilege, verdict: Verdict) -> ReviewItem {
    let id = ReviewItemId::from_guid([n; 16]);
    let mut item = ReviewItem::new(id, round(), who(n), privilege, Level::Assignment);
    item.verdict = verdict;
    item
}

fn round() -> RoundKey {
    RoundKey { review: "r".parse().unwrap(), round: "i".parse().unwrap() }
}

#[test]
fn denials_add_up_to_the_last_administrator() {
    let stage = tenant();
    stage.world().assignments.push(held(7));
    stage.world().items = vec![
        item(7, global(), Verdict::NotReviewed),
        item(2, global(), Verdict::NotReviewed),
        item(8, global(), Verdict::NotReviewed),
        item(31, role(), Verdict::NotReviewed),
        item(4, role(), Verdict::NotReviewed),
    ];
    let deny = |n: u8| {
        let verdict = NewVerdict {
            item: ReviewItemId::from_guid([n; 16]),
            verdict: Verdict::Deny,
            justification: None,
        };
        block_on(stage.client.record(&round(), &[verdict]))
    };
    assert!(deny(7).is_ok() && deny(4).is_ok());
    stage.world().items[0].verdict = Verdict::Deny;
    assert_eq!(code(&deny(2).unwrap_err()), guard::LAST_ADMINISTRATORS);
    assert_eq!(code(&deny(8).unwrap_err()), guard::BREAK_GLASS);
    assert_eq!(code(&deny(31).unwrap_err()), guard::BREAK_GLASS);
    assert_eq!(deny(99).unwrap_err().kind(), ErrorKind::NotFound);
    assert!(deny(4).is_ok());
}

#[test]
fn closing_and_applying_count_the_silent_as_the_review_does() {
    let stage = tenant();
    stage.world().assignments.push(held(7));
    stage.world().items = vec![item(7, global(), Verdict::Deny), item(2, global(), Verdict::NotReviewed)];
    let reviews = |default_decision| {
        let settings = ReviewSettings { default_decision, ..ReviewSettings::default() };
        let made =
            AccessReview::new("r".parse().unwrap(), ReviewStatus::InProgress, review(global(), settings));
        stage.world().reviews = vec![made];
        [block_on(stage.client.stop(&round())), block_on(stage.client.apply(&round()))]
    };
    for answer in reviews(DefaultDecision::Deny) {
        assert_eq!(code(&answer.unwrap_err()), guard::LAST_ADMINISTRATORS);
    }
    assert!(reviews(DefaultDecision::None).iter().all(Result::is_ok));
    stage.world().items = vec![item(8, role(), Verdict::Deny)];
    assert_eq!(code(&block_on(stage.client.apply(&round())).unwrap_err()), guard::BREAK_GLASS);
    assert!(block_on(stage.client.reset(&round())).is_ok());
}

#[test]
fn what_an_open_round_will_take_counts_as_gone() {
    let stage = tenant();
    stage.world().assignments.push(held(7));
    stage.world().items = vec![item(7, global(), Verdict::Deny)];
    let settings = ReviewSettings { auto_apply: true, ..ReviewSettings::default() };
    let made = AccessReview::new("r".parse().unwrap(), ReviewStatus::InProgress, review(global(), settings));
    stage.world().reviews = vec![made];
    let window = Window::new(Some(NOW), Some(NOW + Period::days(3))).unwrap();
    stage.world().rounds = vec![ReviewRound::new(round(), ReviewStatus::InProgress, window)];
    let error = block_on(stage.client.revoke(revoke(2, global()))).unwrap_err();
    assert_eq!(code(&error), guard::LAST_ADMINISTRATORS);
    assert!(block_on(stage.client.stop(&round())).is_ok());
    stage.world().rounds[0].status = ReviewStatus::Applied;
    assert!(block_on(stage.client.revoke(revoke(2, global()))).is_ok());
}
