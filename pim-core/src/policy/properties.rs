//! What holds of every policy and every request.

use proptest::prelude::*;

use super::{
    ActivationPolicy, Evaluation, GrantPolicy, MissingInput, Policy, Rule, Session, StrongAuthentication,
    evaluate,
    strategies::{
        activation_policy, approval, approvers, context, eligibility, grant_policy, now, period, policy,
        privilege, request, rules, session, some_of,
    },
};
use crate::{
    backend::MINIMUM_ACTIVE,
    error::{ErrorKind, StepUp, ViolatedRule},
    request::{NewRequest, Ticket},
    schedule::Level,
    time::Period,
};

fn violates(evaluation: &Evaluation<'_>, rule: &ViolatedRule) -> bool {
    evaluation.violations.iter().any(|violation| violation.rule == *rule)
}

/// Gives all that an evaluation says is lacking.
fn supply(evaluation: &Evaluation<'_>, ask: &NewRequest, session: &Session) -> (NewRequest, Session) {
    let mut ask = evaluation.proposal(ask).unwrap_or_else(|| ask.clone());
    let mut session = session.clone();
    for missing in &evaluation.missing {
        match missing {
            MissingInput::Duration => {}
            MissingInput::Justification => ask.justification = Some("because".into()),
            MissingInput::Ticket => ask.ticket = Some(Ticket::new("", "tracker")),
            MissingInput::MultiFactor => session.mfa = true,
            MissingInput::Context(context) => {
                session.contexts.insert(context.clone());
            }
        }
    }
    (ask, session)
}

/// What nobody can supply: an eligibility, time that is not there, a second factor for an application.
fn is_hopeless(evaluation: &Evaluation<'_>, session: &Session) -> bool {
    violates(evaluation, &ViolatedRule::Eligibility)
        || evaluation.longest.is_some_and(|longest| longest < MINIMUM_ACTIVE)
        || (!session.can_step_up()
            && (evaluation.step_up.is_some() || violates(evaluation, &ViolatedRule::Mfa)))
}

/// One step towards a stricter policy. A context in place of MFA is none: a session may satisfy the one
/// without the other.
#[derive(Clone, Debug)]
enum Tightening {
    ActivateFor(Period),
    AskWhy,
    AskForTicket,
    StrongerSignIn(StrongAuthentication),
    AskApproval(super::ApprovalSetting),
    GrantFor(Level, Period),
    NeverForever(Level),
    AskAdministratorWhy(Level),
    AskAdministratorForMfa(Level),
}

fn tightening() -> impl Strategy<Value = Tightening> {
    let level = || prop::sample::select(vec![Level::Eligibility, Level::Assignment]);
    prop_oneof![
        period().prop_map(Tightening::ActivateFor),
        Just(Tightening::AskWhy),
        Just(Tightening::AskForTicket),
        Just(Tightening::StrongerSignIn(StrongAuthentication::Mfa)),
        context().prop_map(|c| Tightening::StrongerSignIn(StrongAuthentication::Context(c))),
        approvers().prop_map(|by| Tightening::AskApproval(super::ApprovalSetting::by(by))),
        (level(), period()).prop_map(|(level, max)| Tightening::GrantFor(level, max)),
        level().prop_map(Tightening::NeverForever),
        level().prop_map(Tightening::AskAdministratorWhy),
        level().prop_map(Tightening::AskAdministratorForMfa),
    ]
}

fn tighten(policy: &Policy, step: &Tightening) -> Policy {
    let own = policy.activation();
    let granting = |level: &Level, change: &dyn Fn(GrantPolicy) -> GrantPolicy| {
        change(policy.grants(level)).rules(level)
    };
    let rules: Vec<Rule> = match step {
        Tightening::ActivateFor(max) => ActivationPolicy { max: own.max.min(*max), ..own }.rules(),
        Tightening::AskWhy => ActivationPolicy { justification: true, ..own }.rules(),
        Tightening::AskForTicket => ActivationPolicy { ticket: true, ..own }.rules(),
        Tightening::StrongerSignIn(strong) if own.strong_authentication == StrongAuthentication::None => {
            ActivationPolicy { strong_authentication: strong.clone(), ..own }.rules()
        }
        Tightening::StrongerSignIn(_) => Vec::new(),
        Tightening::AskApproval(setting) => {
            ActivationPolicy { approval: Some(setting.clone()), ..own }.rules()
        }
        Tightening::GrantFor(level, max) => {
            granting(level, &|own| GrantPolicy { max: own.max.min(*max), ..own })
        }
        Tightening::NeverForever(level) => granting(level, &|own| GrantPolicy { permanent: false, ..own }),
        Tightening::AskAdministratorWhy(level) => {
            granting(level, &|own| GrantPolicy { justification: true, ..own })
        }
        Tightening::AskAdministratorForMfa(level) => granting(level, &|own| GrantPolicy { mfa: true, ..own }),
    };
    policy.apply(&rules)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn a_tighter_policy_never_admits_more(
        policy in policy(), steps in prop::collection::vec(tightening(), 1..4),
        ask in request(), session in session(), eligibility in eligibility(),
    ) {
        let tight = steps.iter().fold(policy.clone(), |policy, step| tighten(&policy, step));
        let judge = |policy, ask: &NewRequest, session: &Session| {
            let said: Evaluation<'_> = evaluate(policy, ask, session, eligibility.as_ref(), now());
            (said.is_admitted(), said.approval.is_some(), said.longest)
        };
        // As asked, and mended until the tighter policy admits it: chance alone rarely passes.
        let first = evaluate(&tight, &ask, &session, eligibility.as_ref(), now());
        for (ask, session) in [supply(&first, &ask, &session), (ask, session)] {
            let (tight_admits, tight_approval, tight_longest) = judge(&tight, &ask, &session);
            let (admits, approval, longest) = judge(&policy, &ask, &session);
            prop_assert!(admits || !tight_admits);
            prop_assert!(tight_approval || !approval);
            prop_assert!(tight_longest.unwrap_or(Period::MAX) <= longest.unwrap_or(Period::MAX));
        }
    }

    #[test]
    fn a_request_with_the_proposed_end_and_all_that_was_missing_is_admitted(
        policy in policy(), ask in request(), session in session(), eligibility in eligibility(),
    ) {
        let first = evaluate(&policy, &ask, &session, eligibility.as_ref(), now());
        let (mended, stronger) = supply(&first, &ask, &session);
        let second = evaluate(&policy, &mended, &stronger, eligibility.as_ref(), now());
        prop_assert_eq!(second.is_admitted(), !is_hopeless(&first, &session), "{:?} then {:?}", first, second);
        prop_assert!(second.missing.is_empty() || is_hopeless(&first, &session));
    }

    #[test]
    fn only_the_end_is_proposed_and_only_where_it_was_wrong(
        policy in policy(), ask in request(), session in session(), eligibility in eligibility(),
    ) {
        let first = evaluate(&policy, &ask, &session, eligibility.as_ref(), now());
        let proposal = first.proposal(&ask);
        let hopeless = first.longest.is_some_and(|longest| longest < MINIMUM_ACTIVE);
        prop_assert_eq!(proposal.is_some(), violates(&first, &ViolatedRule::Expiration) && !hopeless);
        if let Some(proposal) = proposal {
            let second = evaluate(&policy, &proposal, &session, eligibility.as_ref(), now());
            prop_assert!(!violates(&second, &ViolatedRule::Expiration));
            prop_assert_eq!(second.longest, first.longest);
            let length = proposal.expiry.unwrap().length(proposal.starts(now())).unwrap();
            prop_assert!(length >= MINIMUM_ACTIVE && length <= first.longest.unwrap_or(Period::MAX));
            prop_assert_eq!(NewRequest { expiry: ask.expiry, ..proposal }, ask);
        }
    }

    #[test]
    fn a_refusal_tells_all_and_an_admission_nothing(
        policy in policy(), ask in request(), session in session(), eligibility in eligibility(),
    ) {
        let said = evaluate(&policy, &ask, &session, eligibility.as_ref(), now());
        for (missing, rule) in [
            (MissingInput::Duration, ViolatedRule::Expiration),
            (MissingInput::Justification, ViolatedRule::Justification),
            (MissingInput::Ticket, ViolatedRule::Ticketing),
            (MissingInput::MultiFactor, ViolatedRule::Mfa),
        ] {
            prop_assert!(!said.missing.contains(&missing) || violates(&said, &rule));
        }
        prop_assert!(!violates(&said, &ViolatedRule::AuthenticationContext));
        let dry = NewRequest { dry_run: !ask.dry_run, ..ask.clone() };
        prop_assert_eq!(&evaluate(&policy, &dry, &session, eligibility.as_ref(), now()), &said);

        let (admitted, violations, step_up) = (said.is_admitted(), said.violations.clone(), said.step_up.clone());
        match said.into_error() {
            None => prop_assert!(admitted),
            Some(error) => {
                prop_assert!(!admitted);
                prop_assert_eq!(error.violations(), &*violations);
                prop_assert_eq!(error.step_up(), step_up.as_ref());
                let only_step_up = violations.is_empty();
                prop_assert_eq!(error.kind() == ErrorKind::StepUpRequired, only_step_up);
                prop_assert!(!only_step_up || matches!(step_up, Some(StepUp::Context(_))));
            }
        }
    }

    #[test]
    fn views_round_trip(
        policy in policy(), activation in activation_policy(), grant in grant_policy(),
    ) {
        let changed = policy.apply(&activation.rules());
        prop_assert_eq!(changed.activation(), activation);
        prop_assert_eq!(changed.grants(&Level::Eligibility), policy.grants(&Level::Eligibility));
        for level in [Level::Eligibility, Level::Assignment] {
            let changed = policy.apply(&grant.rules(&level));
            prop_assert_eq!(&changed.grants(&level), &grant);
            prop_assert_eq!(changed.activation(), policy.activation());
        }
        // Writing back what was read changes no meaning, whatever the policy held.
        let same = policy.apply(&policy.activation().rules());
        prop_assert_eq!(same.activation(), policy.activation());
    }

    #[test]
    fn what_a_diff_says_makes_the_policy_as_wanted(
        policy in policy(), wanted in rules(), subject in privilege(),
    ) {
        prop_assert!(policy.diff(&policy.rules).is_empty());
        let changes: Vec<Rule> = policy.diff(&wanted).iter().map(super::RuleChange::rule).collect();
        let changed = policy.apply(&changes);
        prop_assert!(changed.diff(&wanted).is_empty());
        // Nothing but what was said has changed.
        for rule in &policy.rules {
            let named = changes.iter().any(|change| change.kind == rule.kind);
            prop_assert!(named || changed.setting(&rule.kind) == Some(&rule.setting));
        }
        // Equal by value means equal in effect.
        let full = Policy { subject, ..policy.apply(&wanted) };
        let changed = Policy { subject: full.subject.clone(), ..changed };
        let effect = |policy: &Policy| {
            let own = policy.activation();
            (own.max, own.strong_authentication, own.justification, own.ticket, own.approval.is_some())
        };
        prop_assert_eq!(effect(&changed), effect(&full));
        prop_assert_eq!(changed.grants(&Level::Assignment), full.grants(&Level::Assignment));
    }

    #[test]
    fn of_a_kind_named_twice_the_first_counts(policy in policy(), wanted in rules(), again in rules()) {
        let twice = [&*wanted, &*again].concat();
        let applied = policy.apply(&twice);
        prop_assert!(applied.diff(&twice).is_empty());
        prop_assert!(applied.diff(&wanted).is_empty());
        prop_assert!(policy.apply(&super::safe_order(&twice)).diff(&twice).is_empty());
    }

    #[test]
    fn the_order_of_approvers_and_stages_that_are_off_make_no_difference(
        policy in policy(), setting in approval(),
    ) {
        let kind = super::RuleKind::ApprovalEndUserAssignment;
        let rule = |setting| Rule { kind: kind.clone(), setting: super::Setting::Approval(setting) };
        let policy = policy.apply(&[rule(setting.clone())]);
        let mut turned = setting.clone();
        turned.stages[0].approvers.reverse();
        prop_assert!(policy.diff(&[rule(turned)]).is_empty());
        let mut without = setting.clone();
        without.stages.clear();
        let on = setting.required || setting.required_for_extension;
        prop_assert_eq!(policy.diff(&[rule(without)]).len(), usize::from(on));
    }

    #[test]
    fn an_order_keeps_every_rule(rules in rules().prop_flat_map(some_of)) {
        let ordered = super::safe_order(&rules);
        prop_assert_eq!(ordered.len(), rules.len());
        prop_assert!(rules.iter().all(|rule| ordered.contains(rule)));
    }
}
