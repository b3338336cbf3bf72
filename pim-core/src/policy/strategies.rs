//! Policies, requests and sessions as they may come, for the property tests.

use std::collections::BTreeSet;

use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::{select, subsequence},
};

use super::{
    ActivationPolicy, ApprovalMode, ApprovalSetting, Approver, GrantPolicy, NotificationLevel,
    NotificationSetting, Policy, Requirement, Rule, RuleKind, Session, SessionKind, Setting,
    StrongAuthentication,
};
use crate::{
    id::{ContextId, GroupId, PrincipalId, RoleId},
    privilege::Privilege,
    request::{Action, NewRequest, Ticket},
    schedule::Level,
    time::{Expiry, Period, Timestamp, Window},
};

pub(super) fn now() -> Timestamp {
    "2026-09-06T12:00:00Z".parse().unwrap()
}

pub(super) fn context() -> impl Strategy<Value = ContextId> {
    select(vec!["c1", "c2"]).prop_map(|text| text.parse().unwrap())
}

/// Lengths on either side of the five minutes and of every default maximum.
pub(super) fn period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (0..12u32).prop_map(Period::minutes),
        (0..30u32).prop_map(Period::hours),
        (0..400u32).prop_map(Period::days),
    ]
}

pub(super) fn privilege() -> impl Strategy<Value = Privilege> {
    select(vec![
        Privilege::role(RoleId::GLOBAL_ADMINISTRATOR),
        Privilege::member(GroupId::from_guid([2; 16])),
        Privilege::AzureRole { role: RoleId::from_guid([3; 16]), scope: "/subscriptions/a".parse().unwrap() },
    ])
}

fn requirements() -> impl Strategy<Value = BTreeSet<Requirement>> {
    btree_set(
        select(vec![
            Requirement::Mfa,
            Requirement::Justification,
            Requirement::Ticketing,
            Requirement::from("Telepathy"),
        ]),
        0..4,
    )
}

pub(super) fn approvers() -> impl Strategy<Value = Vec<Approver>> {
    let approver = (0..4u8, any::<bool>()).prop_map(|(id, group)| {
        let id = PrincipalId::from_guid([id; 16]);
        if group { Approver::group(id) } else { Approver::user(id) }
    });
    vec(approver, 0..4)
}

pub(super) fn approval() -> impl Strategy<Value = ApprovalSetting> {
    (approvers(), any::<[bool; 3]>(), select(ApprovalMode::KNOWN)).prop_map(|(approvers, flags, mode)| {
        ApprovalSetting {
            required: flags[0],
            required_for_extension: flags[1],
            requestor_justification: flags[2],
            mode,
            ..ApprovalSetting::by(approvers)
        }
    })
}

pub(super) fn mail() -> impl Strategy<Value = NotificationSetting> {
    let addresses = vec(select(vec!["a@x.example", "A@x.example", "b@x.example"]), 0..3);
    (select(NotificationLevel::KNOWN), any::<bool>(), addresses).prop_map(|(level, usual, addresses)| {
        NotificationSetting {
            level,
            default_recipients: usual,
            recipients: addresses.into_iter().map(Into::into).collect(),
        }
    })
}

/// A setting of the type that the rule has, or one that cannot be read.
pub(super) fn setting(kind: &RuleKind) -> BoxedStrategy<Setting> {
    let raw = (0..3u8).prop_map(|n| Setting::Unknown { type_name: "new".into(), raw: n.into() });
    let usual = match kind.as_str().split('_').next() {
        Some("expiration") => (any::<bool>(), option::of(period()))
            .prop_map(|(required, max)| Setting::Expiration { required, max })
            .boxed(),
        Some("enablement") => requirements().prop_map(|required| Setting::Enablement { required }).boxed(),
        Some("approval") => approval().prop_map(Setting::Approval).boxed(),
        Some("authentication") => (any::<bool>(), option::of(context()))
            .prop_map(|(enabled, context)| Setting::AuthenticationContext { enabled, context })
            .boxed(),
        Some("notification") => mail().prop_map(Setting::Notification).boxed(),
        _ => return raw.boxed(),
    };
    prop_oneof![9 => usual, 1 => raw].boxed()
}

/// Any of the 17 rules and one of a kind we do not know, in any order.
pub(super) fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let kinds: Vec<RuleKind> = RuleKind::KNOWN
        .iter()
        .cloned()
        .chain([RuleKind::from("CustomExtension_EndUser_Assignment")])
        .collect();
    let rules: Vec<_> = kinds
        .into_iter()
        .map(|kind| {
            let setting = setting(&kind);
            option::weighted(0.8, setting.prop_map(move |setting| Rule { kind: kind.clone(), setting }))
        })
        .collect();
    rules.prop_map(|rules| rules.into_iter().flatten().collect::<Vec<_>>()).prop_shuffle()
}

pub(super) fn policy() -> impl Strategy<Value = Policy> {
    (privilege(), rules()).prop_map(|(subject, rules)| Policy::new("p".parse().unwrap(), subject, rules))
}

pub(super) fn activation_policy() -> impl Strategy<Value = ActivationPolicy> {
    let strong = prop_oneof![
        Just(StrongAuthentication::None),
        Just(StrongAuthentication::Mfa),
        context().prop_map(StrongAuthentication::Context),
    ];
    let approval = option::of(approvers().prop_map(ApprovalSetting::by));
    (period(), strong, any::<bool>(), any::<bool>(), approval).prop_map(
        |(max, strong_authentication, justification, ticket, approval)| ActivationPolicy {
            max,
            strong_authentication,
            justification,
            ticket,
            approval,
        },
    )
}

pub(super) fn grant_policy() -> impl Strategy<Value = GrantPolicy> {
    (any::<[bool; 3]>(), period()).prop_map(|(flags, max)| GrantPolicy {
        permanent: flags[0],
        max,
        mfa: flags[1],
        justification: flags[2],
    })
}

pub(super) fn instant() -> impl Strategy<Value = Timestamp> {
    (period(), any::<bool>()).prop_map(|(p, past)| if past { now() - p } else { now() + p })
}

pub(super) fn request() -> impl Strategy<Value = NewRequest> {
    let expiry = prop_oneof![
        1 => Just(Expiry::Never),
        3 => instant().prop_map(Expiry::At),
        6 => period().prop_map(Expiry::After),
    ];
    let actions: Vec<Action> = Action::KNOWN.iter().cloned().chain([Action::from("selfDestruct")]).collect();
    (
        prop_oneof![Just(Action::SelfActivate), select(actions)],
        select(vec![Level::Eligibility, Level::Assignment, Level::from("Dream")]),
        privilege(),
        option::of(instant()),
        option::weighted(0.9, expiry),
        any::<[bool; 3]>(),
    )
        .prop_map(|(action, level, privilege, start, expiry, [reason, ticket, dry_run])| NewRequest {
            start,
            expiry,
            justification: reason.then(|| "because".into()),
            ticket: ticket.then(|| Ticket::new("1", "")),
            dry_run,
            ..NewRequest::new(action, level, PrincipalId::from_guid([1; 16]), privilege)
        })
}

pub(super) fn session() -> impl Strategy<Value = Session> {
    (prop::bool::weighted(0.2), any::<bool>(), btree_set(context(), 0..2), prop::bool::weighted(0.8))
        .prop_map(|(application, mfa, contexts, delegated)| Session {
            kind: if application { SessionKind::Application } else { SessionKind::Person },
            mfa,
            contexts,
            delegated,
        })
}

pub(super) fn eligibility() -> impl Strategy<Value = Option<Window>> {
    let window = (option::of(instant()), option::of(instant()))
        .prop_map(|(start, end)| Window::new(start, end).unwrap_or(Window::ALWAYS));
    option::weighted(0.9, prop_oneof![Just(Window::ALWAYS), window])
}

/// The same rules in any order, or some of them.
pub(super) fn some_of(rules: Vec<Rule>) -> impl Strategy<Value = Vec<Rule>> {
    let len = rules.len();
    subsequence(rules, 0..=len).prop_shuffle()
}
