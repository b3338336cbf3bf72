//! Small tenants with something to change, and what might be wanted of them.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    client::Safeguards,
    id::{RoleId, ScheduleId},
    policy::{ApprovalSetting, Approver, GrantPolicy, Rule, RuleKind, Setting},
    privilege::Privilege,
    review::{DefaultDecision, NewReview, Population, ReviewScope, ReviewSettings, Reviewed},
    schedule::{Assignment, Condition, Level},
    time::{Expiry, Period},
};
use proptest::{collection::vec, option, prelude::*, sample::Index, sample::select};

use super::model::subject;
use crate::{
    desired::{Grant, Target, Wave},
    snapshot::{
        Snapshot,
        strategies::{NOW, kind, privilege, tenant, who},
    },
};

/// A tenant as a service would keep it, often with administrators, and a target that concerns it.
pub(super) fn tenant_and_target() -> impl Strategy<Value = (Snapshot, Target)> {
    let administrators = vec((0_u8..14, any::<bool>(), any::<bool>()), 0..6);
    let caller = option::of(0_u8..6);
    (tenant(), administrators, caller, raw()).prop_map(|(mut snapshot, administrators, caller, raw)| {
        for (at, (n, global, eligible)) in administrators.into_iter().enumerate() {
            let role =
                if global { RoleId::GLOBAL_ADMINISTRATOR } else { RoleId::PRIVILEGED_ROLE_ADMINISTRATOR };
            let id = ScheduleId::from_guid([u8::try_from(at).unwrap(); 16]);
            if eligible && !global {
                let role = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
                snapshot.eligibilities.push(pim_core::schedule::Eligibility::new(id, who(n), role));
            } else {
                snapshot.assignments.push(Assignment::new(id, who(n), Privilege::role(role)));
            }
        }
        snapshot.caller = caller.map(who);
        one_of_each(&mut snapshot);
        let target = target(&snapshot, &raw);
        (snapshot, target)
    })
}

/// No service keeps two grants, or two policies, under one key.
fn one_of_each(snapshot: &mut Snapshot) {
    let mut seen = BTreeSet::new();
    snapshot
        .assignments
        .retain(|row| seen.insert((row.principal.clone(), row.privilege.clone(), row.origin.is_activated())));
    let mut seen = BTreeSet::new();
    snapshot.eligibilities.retain(|row| seen.insert((row.principal.clone(), row.privilege.clone())));
    let mut seen = BTreeSet::new();
    snapshot.policies.retain(|policy| seen.insert(subject(&policy.subject)));
}

#[derive(Clone, Debug)]
enum Fate {
    Keep,
    Drop,
    Eligible,
    End(u32),
}

#[derive(Clone, Debug)]
struct Raw {
    fates: Vec<(Index, Fate)>,
    grants: Vec<Wish>,
    exclusive: Vec<Privilege>,
    policies: Vec<Settings>,
    break_glass: Vec<u8>,
    protected: Vec<u8>,
    min: usize,
    waves: Vec<Vec<u8>>,
    review: Option<(Privilege, bool)>,
}

fn expiry() -> impl Strategy<Value = Expiry> {
    prop_oneof![
        4 => Just(Expiry::Never),
        2 => (1_u32..400).prop_map(|days| Expiry::After(Period::days(days))),
        2 => (1_u32..400).prop_map(|days| Expiry::At(NOW + Period::days(days))),
        1 => (1_u32..400).prop_map(|days| Expiry::At(NOW - Period::days(days))),
    ]
}

fn raw() -> impl Strategy<Value = Raw> {
    let fate = prop_oneof![
        2 => Just(Fate::Keep),
        3 => Just(Fate::Drop),
        3 => Just(Fate::Eligible),
        1 => (1_u32..90).prop_map(Fate::End),
    ];
    let anyone = || select(vec![0_u8, 1, 2, 3, 4, 5, 10, 11, 12, 13, 20, 21]);
    let grant = (any::<bool>(), anyone(), privilege(), expiry(), prop::bool::weighted(0.1));
    let policy = (privilege(), option::of(vec(anyone(), 0..3)), option::of((any::<bool>(), 10_u32..200)));
    let people = (
        vec(0_u8..6, 0..2),
        vec(anyone(), 0..2),
        0_usize..3,
        vec(vec(anyone(), 0..4), 0..3),
        option::weighted(0.3, (privilege(), any::<bool>())),
    );
    (vec((any::<Index>(), fate), 0..10), vec(grant, 0..6), vec(privilege(), 0..3), vec(policy, 0..4), people)
        .prop_map(|(fates, grants, exclusive, policies, people)| {
            let (break_glass, protected, min, waves, review) = people;
            Raw { fates, grants, exclusive, policies, break_glass, protected, min, waves, review }
        })
}

fn target(snapshot: &Snapshot, raw: &Raw) -> Target {
    let mut target = Target {
        exclusive: raw.exclusive.iter().cloned().collect(),
        protected: raw.protected.iter().map(|n| who(*n)).collect(),
        safeguards: Safeguards {
            break_glass: raw.break_glass.iter().map(|n| who(*n)).collect(),
            min_administrators: raw.min,
            ..Safeguards::default()
        },
        policies: policies(&raw.policies),
        ..Target::default()
    };
    let mut grants: BTreeMap<(Level, _, Privilege), Grant> = BTreeMap::new();
    let mut want = |grant: Grant| {
        let key = (grant.level.clone(), grant.principal.clone(), grant.privilege.clone());
        grants.entry(key).or_insert(grant);
    };
    let direct = snapshot.assignments.iter().filter(|row| row.origin == pim_core::schedule::Origin::Assigned);
    let direct: Vec<_> = direct.collect();
    for (index, fate) in raw.fates.iter().filter(|_| !direct.is_empty()) {
        let row = index.get(&direct);
        let grant = |level| Grant::new(level, row.principal.clone(), row.privilege.clone());
        target.exclusive.insert(row.privilege.clone());
        match fate {
            Fate::Keep => want(Grant {
                expiry: row.window.end().map_or(Expiry::Never, Expiry::At),
                ..grant(Level::Assignment)
            }),
            Fate::Drop => {}
            Fate::Eligible => want(grant(Level::Eligibility)),
            Fate::End(days) => {
                want(Grant { expiry: Expiry::After(Period::days(*days)), ..grant(Level::Assignment) });
            }
        }
    }
    for (standing, n, privilege, expiry, narrow) in &raw.grants {
        let level = if *standing { Level::Assignment } else { Level::Eligibility };
        let azure = matches!(privilege, Privilege::AzureRole { .. });
        let condition = (*narrow && azure)
            .then(|| Box::new(Condition { expression: "@x".into(), version: "2.0".into() }));
        want(Grant { expiry: *expiry, condition, ..Grant::new(level, who(*n), privilege.clone()) });
    }
    target.grants = grants.into_values().collect();
    target.waves = raw
        .waves
        .iter()
        .enumerate()
        .map(|(at, people)| Wave {
            name: format!("wave {at}"),
            principals: people.iter().map(|n| who(*n)).collect(),
        })
        .collect();
    target.reviews = raw.review.iter().map(|(privilege, harsh)| review(privilege, *harsh)).collect();
    target
}

fn review(privilege: &Privilege, harsh: bool) -> NewReview {
    NewReview {
        name: "review".into(),
        scope: ReviewScope {
            privilege: privilege.clone(),
            population: Population::EligibleAndActive,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: Vec::new(),
        fallback_reviewers: Vec::new(),
        start: None,
        settings: ReviewSettings {
            auto_apply: harsh,
            default_decision: if harsh { DefaultDecision::Deny } else { DefaultDecision::None },
            ..ReviewSettings::default()
        },
        stages: Vec::new(),
    }
}

/// Standing or eligible, who, what, until when, and whether under a condition.
type Wish = (bool, u8, Privilege, Expiry, bool);
/// Of what, approved by whom, and whether without end or for how many days.
type Settings = (Privilege, Option<Vec<u8>>, Option<(bool, u32)>);

fn policies(raw: &[Settings]) -> BTreeMap<Privilege, Vec<Rule>> {
    let mut policies = BTreeMap::new();
    for (privilege, approvers, grants) in raw {
        let mut rules = Vec::new();
        if let Some(approvers) = approvers {
            let approver = |n: &u8| match kind(*n) {
                pim_core::principal::PrincipalKind::Group => Approver::group(who(*n)),
                _ => Approver::user(who(*n)),
            };
            let setting = Setting::Approval(ApprovalSetting::by(approvers.iter().map(approver)));
            rules.push(Rule { kind: RuleKind::ApprovalEndUserAssignment, setting });
        }
        if let Some((permanent, days)) = grants {
            for level in [Level::Eligibility, Level::Assignment] {
                let max = Period::days(*days);
                let policy = GrantPolicy { permanent: *permanent, max, mfa: false, justification: true };
                rules.extend(policy.rules(&level));
            }
        }
        policies.entry(subject(privilege)).or_insert(rules);
    }
    policies
}
