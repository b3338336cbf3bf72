use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    error::ErrorKind,
    id::{GroupId, PrincipalId, RoleId},
    policy::{ApprovalSetting, Approver, NotificationSetting, Policy, Requirement, Rule, RuleKind, Setting},
    principal::PrincipalKind,
    privilege::Privilege,
    request::{Action, NewRequest},
    schedule::Level,
    time::{Expiry, Timestamp},
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

fn who(n: u8) -> PrincipalId {
    PrincipalId::from_guid([n; 16])
}

fn group(n: u8) -> GroupId {
    GroupId::from_guid([n; 16])
}

fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

fn ask(action: Action, expiry: Option<Expiry>) -> NewRequest {
    NewRequest { expiry, ..NewRequest::new(action, Level::Assignment, who(1), global()) }
}

fn lose(n: u8, privilege: Privilege) -> Loss {
    Loss { principal: who(n), privilege }
}

#[test]
fn only_what_ends_or_narrows_takes_away() {
    let week = Some(Expiry::After(Period::days(7)));
    for (action, expiry, expected) in [
        (Action::AdminRemove, None, true),
        (Action::AdminUpdate, week, true),
        (Action::AdminUpdate, None, true),
        (Action::AdminUpdate, Some(Expiry::Never), false),
        (Action::AdminExtend, week, true),
        (Action::AdminRenew, week, true),
        (Action::AdminAssign, week, false),
        (Action::SelfDeactivate, None, false),
        (Action::from("adminObliterate"), None, true),
    ] {
        assert_eq!(takes_away(&ask(action.clone(), expiry), NOW), expected, "{action}");
    }
    let later =
        NewRequest { start: Some(NOW + Period::days(1)), ..ask(Action::AdminUpdate, Some(Expiry::Never)) };
    assert!(takes_away(&later, NOW));
}

#[test]
fn below_the_minimum_only_a_further_loss_is_refused() {
    let facts = Administrators {
        holders: [who(1), who(2)].into(),
        groups: Groups::default(),
        enabled: [who(1)].into(),
    };
    let safeguards = Safeguards { min_administrators: 5, ..Safeguards::default() };
    assert!(keep_administrators(&facts, &[lose(2, global())], &safeguards).is_ok());
    let error = keep_administrators(&facts, &[lose(1, global())], &safeguards).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::PermissionDenied, Some(LAST_ADMINISTRATORS)));
    let context: Vec<_> = error.context().collect();
    assert_eq!(context, [("minimum", "5"), ("now", "1"), ("left", "0")]);
}

#[test]
fn groups_in_a_circle_end() {
    let mut groups = Groups::default();
    groups.add(group(10), [who(11), who(1)]);
    groups.add(group(11), [who(10), who(2)]);
    assert_eq!(groups.people(&who(10)), [who(1), who(2)].into());
    assert_eq!(groups.people(&who(3)), [who(3)].into());
    let safeguards = Safeguards { break_glass: [who(2)].into(), ..Safeguards::default() };
    let mut remove = ask(Action::AdminRemove, None);
    remove.principal = who(10);
    let error = keep_break_glass_group(&remove, &groups, &safeguards, NOW).unwrap_err();
    assert_eq!(error.code(), Some(BREAK_GLASS));
    remove.level = Level::Eligibility;
    assert!(keep_break_glass_group(&remove, &groups, &safeguards, NOW).is_ok());
}

fn policy(rules: Vec<Rule>) -> Policy {
    Policy::new("p".parse().unwrap(), global(), rules)
}

fn mfa(kind: RuleKind, on: bool) -> Rule {
    let required = if on { [Requirement::Mfa].into() } else { BTreeSet::new() };
    Rule { kind, setting: Setting::Enablement { required } }
}

fn context(enabled: bool) -> Rule {
    let setting = Setting::AuthenticationContext { enabled, context: Some("c1".parse().unwrap()) };
    Rule { kind: RuleKind::AuthenticationContextEndUserAssignment, setting }
}

fn mail(recipients: &[&str]) -> Rule {
    let recipients = recipients.iter().map(|text| (*text).into()).collect();
    let setting = Setting::Notification(NotificationSetting { recipients, ..NotificationSetting::default() });
    Rule { kind: RuleKind::NotificationApproverEndUserAssignment, setting }
}

fn approvers(named: &[u8]) -> Rule {
    let named = named.iter().map(|n| Approver::user(who(*n)));
    let setting = Setting::Approval(ApprovalSetting::by(named));
    Rule { kind: RuleKind::ApprovalEndUserAssignment, setting }
}

#[test]
fn traps_are_refused_in_any_order_and_their_repair_is_not() {
    let end_user = RuleKind::EnablementEndUserAssignment;
    let trap = |before: Vec<Rule>, rules: &[Rule]| {
        keep_policy_sound(&policy(before), rules, None).is_err_and(|e| e.code() == Some(POLICY_TRAP))
    };
    let (on, off) = (mfa(end_user.clone(), true), mfa(end_user, false));
    assert!(trap(vec![on.clone(), context(false)], &[context(true)]));
    assert!(trap(vec![off.clone(), context(true)], std::slice::from_ref(&on)));
    assert!(!trap(vec![on.clone(), context(false)], &[context(true), off.clone()]));
    assert!(trap(vec![mail(&["a@example.com"]), approvers(&[])], &[approvers(&[1])]));
    assert!(trap(vec![mail(&[]), approvers(&[1])], &[mail(&["a@example.com"])]));
    // In the trap already: out of it, or past it.
    let caught = vec![on, context(true), mail(&["a@example.com"]), approvers(&[1])];
    assert!(!trap(caught.clone(), &[off]));
    assert!(!trap(caught.clone(), &[mail(&[])]));
    assert!(!trap(caught, &[mfa(RuleKind::EnablementAdminAssignment, false)]));
}

#[test]
fn an_application_must_not_shut_itself_out() {
    let rules = [mfa(RuleKind::EnablementAdminEligibility, true)];
    let sound = |caller: Option<PrincipalKind>| keep_policy_sound(&policy(vec![]), &rules, caller.as_ref());
    assert_eq!(sound(Some(PrincipalKind::ServicePrincipal)).unwrap_err().code(), Some(POLICY_TRAP));
    assert!(sound(Some(PrincipalKind::User)).is_ok() && sound(None).is_ok());
}

#[test]
fn every_stage_needs_an_approver_of_its_own() {
    let Setting::Approval(mut setting) = approvers(&[1]).setting else { unreachable!() };
    let mut second = setting.stages[0].clone();
    second.approvers = vec![Approver::user(who(2))];
    setting.stages.push(second);
    let mut facts = Approval { enabled: [who(1)].into(), ..Approval::default() };
    let error = keep_approver(&global(), &setting, &facts).unwrap_err();
    assert_eq!(error.code(), Some(NO_APPROVER));
    assert!(error.context().any(|fact| fact == ("stage", "2")));
    facts.enabled.insert(who(2));
    assert!(keep_approver(&global(), &setting, &facts).is_ok());
    setting.required = false;
    assert!(keep_approver(&global(), &setting, &Approval::default()).is_ok());
}

#[test]
fn only_directory_roles_have_default_approvers() {
    let Setting::Approval(setting) = approvers(&[]).setting else { unreachable!() };
    let facts =
        Approval { default_approvers: [who(1)].into(), enabled: [who(1)].into(), ..Approval::default() };
    assert!(keep_approver(&global(), &setting, &facts).is_ok());
    let member = Privilege::member(group(1));
    assert_eq!(keep_approver(&member, &setting, &facts).unwrap_err().code(), Some(NO_APPROVER));
}

proptest! {
    /// However changes follow each other, a tenant that had enough administrators keeps them.
    #[test]
    fn no_history_of_guarded_losses_goes_below_the_minimum(
        direct in proptest::collection::btree_set(0_u8..12, 0..8),
        edges in proptest::collection::vec((10_u8..14, 0_u8..14), 0..20),
        disabled in proptest::collection::btree_set(0_u8..10, 0..4),
        losses in proptest::collection::vec((0_u8..14, proptest::option::of(10_u8..14)), 0..40),
        min in 1_usize..4,
    ) {
        let mut groups = Groups::default();
        (10..14).for_each(|n| groups.add(group(n), []));
        for (of, n) in edges {
            groups.add(group(of), [who(n)]);
        }
        let enabled = (0..10).filter(|n| !disabled.contains(n)).map(who).collect();
        let holders = direct.into_iter().map(who).collect();
        let mut facts = Administrators { holders, groups, enabled };
        let safeguards = Safeguards { min_administrators: min, ..Safeguards::default() };
        let floor = min.min(facts.working().len());
        for (n, of) in losses {
            let loss = [lose(n, of.map_or_else(global, |of| Privilege::member(group(of))))];
            if keep_administrators(&facts, &loss, &safeguards).is_ok() {
                facts = facts.after(&loss);
            }
            prop_assert!(facts.working().len() >= floor);
        }
    }
}
