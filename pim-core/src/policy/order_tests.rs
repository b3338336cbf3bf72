use proptest::prelude::*;

use super::{
    super::{
        ActivationPolicy, ApprovalSetting, Approver, NotificationSetting, Policy, PolicyFault, RuleChange,
        StrongAuthentication,
    },
    *,
};
use crate::{
    id::{PrincipalId, RoleId},
    privilege::{Privilege, Surface},
};

/// A service that takes one rule at a time, with the habits that were seen.
struct Service {
    policy: Policy,
}

impl Service {
    fn write(&mut self, rule: &Rule) -> Result<(), &'static str> {
        if self.policy.faults().contains(&PolicyFault::ApproverMail) {
            return Err("ActivationCustomApproversNotEmpty");
        }
        let next = self.policy.apply(std::slice::from_ref(rule));
        if rule.kind == RuleKind::EnablementEndUserAssignment
            && next.faults().contains(&PolicyFault::MfaAndContext)
        {
            return Err("MfaAndAcrsConflict");
        }
        self.policy = next;
        Ok(())
    }

    /// Writes them all, and tells whether activation ever went without a stronger sign-in.
    fn write_all(&mut self, rules: &[Rule]) -> Result<bool, &'static str> {
        let mut bare = false;
        for rule in rules {
            self.write(rule)?;
            bare |= strong(&self.policy) == StrongAuthentication::None;
        }
        Ok(bare)
    }
}

fn strong(policy: &Policy) -> StrongAuthentication {
    policy.activation().strong_authentication
}

fn context() -> StrongAuthentication {
    StrongAuthentication::Context("c1".parse().unwrap())
}

/// The rules of an activation with this sign-in, approved by so many, with so many addresses for their mail.
fn rules(strong_authentication: StrongAuthentication, approvers: u8, addresses: usize) -> Vec<Rule> {
    let approvers = (0..approvers).map(|n| Approver::user(PrincipalId::from_guid([n; 16])));
    let start = policy().activation();
    let approval = Some(ApprovalSetting::by(approvers));
    let mut rules = ActivationPolicy { strong_authentication, approval, ..start }.rules();
    let recipients = vec!["desk@x.example".into(); addresses];
    rules.push(Rule {
        kind: RuleKind::NotificationApproverEndUserAssignment,
        setting: Setting::Notification(NotificationSetting { recipients, ..NotificationSetting::default() }),
    });
    rules
}

fn policy() -> Policy {
    let rules = Policy::default_rules(&Surface::DirectoryRoles);
    Policy::new("p".parse().unwrap(), Privilege::role(RoleId::GLOBAL_ADMINISTRATOR), rules)
}

/// What the service says to the rules in the worst order, and in the safe one.
fn write(from: Vec<Rule>, to: &[Rule], worst: [RuleKind; 2]) -> [Result<bool, &'static str>; 2] {
    let start = policy().apply(&from);
    let mut naive: Vec<Rule> = start.diff(to).iter().map(RuleChange::rule).collect();
    naive.sort_by_key(|rule| worst.iter().position(|kind| *kind == rule.kind));
    [safe_order(&naive), naive].map(|rules| {
        let mut service = Service { policy: start.clone() };
        let outcome = service.write_all(&rules);
        assert!(outcome.is_err() || service.policy.diff(to).is_empty());
        outcome
    })
}

#[test]
fn a_context_goes_before_mfa_comes() {
    let worst = [RuleKind::EnablementEndUserAssignment, RuleKind::AuthenticationContextEndUserAssignment];
    let [safe, naive] = write(rules(context(), 0, 0), &rules(StrongAuthentication::Mfa, 0, 0), worst);
    assert_eq!(naive, Err("MfaAndAcrsConflict"));
    assert_eq!(safe, Ok(true), "the gap that no order avoids");
}

#[test]
fn mfa_goes_only_after_a_context_has_come() {
    let worst = [RuleKind::EnablementEndUserAssignment, RuleKind::AuthenticationContextEndUserAssignment];
    let [safe, naive] = write(rules(StrongAuthentication::Mfa, 0, 0), &rules(context(), 0, 0), worst);
    assert_eq!((safe, naive), (Ok(false), Ok(true)));
}

#[test]
fn addresses_go_before_approvers_come() {
    let worst = [RuleKind::ApprovalEndUserAssignment, RuleKind::NotificationApproverEndUserAssignment];
    let mfa = || StrongAuthentication::Mfa;
    let [safe, naive] = write(rules(mfa(), 0, 2), &rules(mfa(), 2, 0), worst);
    assert_eq!((safe, naive), (Ok(false), Err("ActivationCustomApproversNotEmpty")));
}

#[test]
fn addresses_come_after_approvers_have_gone() {
    let worst = [RuleKind::NotificationApproverEndUserAssignment, RuleKind::ApprovalEndUserAssignment];
    let mfa = || StrongAuthentication::Mfa;
    let [safe, naive] = write(rules(mfa(), 2, 0), &rules(mfa(), 0, 2), worst);
    assert_eq!((safe, naive), (Ok(false), Err("ActivationCustomApproversNotEmpty")));
}

#[test]
fn what_need_not_move_stays() {
    let kinds = [
        RuleKind::ExpirationAdminAssignment,
        RuleKind::EnablementEndUserAssignment,
        RuleKind::NotificationAdminAdminAssignment,
        RuleKind::AuthenticationContextEndUserAssignment,
        RuleKind::ExpirationEndUserAssignment,
    ];
    let of = |kind: &RuleKind| policy().rules.into_iter().find(|rule| rule.kind == *kind).unwrap();
    let mut given: Vec<Rule> = kinds.iter().map(of).collect();
    given.push(of(&kinds[0]));
    let ordered: Vec<RuleKind> = safe_order(&given).into_iter().map(|rule| rule.kind).collect();
    let [a, b, c, d, e] = kinds;
    assert_eq!(ordered, [a, d, b, c, e]);
}

fn state() -> impl Strategy<Value = Vec<Rule>> {
    let strong = prop::sample::select(vec![
        StrongAuthentication::None,
        StrongAuthentication::Mfa,
        context(),
        StrongAuthentication::Context("c2".parse().unwrap()),
    ]);
    (strong, 0..3u8, 0..3usize)
        .prop_map(|(strong, approvers, addresses)| {
            rules(strong, approvers, if approvers == 0 { addresses } else { 0 })
        })
        .prop_shuffle()
}

proptest! {
    #[test]
    fn every_write_is_taken_and_no_step_goes_without_the_sign_in(
        from in state(), to in state(), all in any::<bool>(),
    ) {
        let start = policy().apply(&from);
        let needed: Vec<Rule> = start.diff(&to).iter().map(RuleChange::rule).collect();
        let mut service = Service { policy: start.clone() };
        let bare = service.write_all(&safe_order(if all { &to } else { &needed }));
        let end = service.policy;
        prop_assert!(bare.is_ok(), "{:?}", bare);
        prop_assert!(end.diff(&to).is_empty());
        // From a context to MFA the service leaves no way around the gap.
        let gap = matches!(strong(&start), StrongAuthentication::Context(_))
            && strong(&end) == StrongAuthentication::Mfa;
        let asked = [strong(&start), strong(&end)].iter().all(|s| *s != StrongAuthentication::None);
        prop_assert!(!asked || gap || bare == Ok(false));
    }
}
