//! What the alerts look for.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    alert::{AlertKind, AlertThresholds},
    id::RoleId,
    policy::{Policy, Requirement, RuleKind, Setting},
    privilege::Privilege,
    request::{Action, RequestStatus},
    time::{Period, Timestamp},
};

use crate::engine::{
    event::{Found, GrantOrigin, Rank},
    grants::Grant,
    policies::subject_of,
    state::State,
};

/// What an alert finds now.
pub(super) fn scan(
    state: &State,
    kind: &AlertKind,
    thresholds: &AlertThresholds,
    now: Timestamp,
) -> Vec<Found> {
    let period = thresholds.period.unwrap_or_default();
    let count = thresholds.count.unwrap_or_default() as usize;
    let mut found = match kind {
        AlertKind::TooManyGlobalAdmins => {
            too_many_global_admins(state, count, thresholds.percent.unwrap_or_default() as usize)
        }
        AlertKind::Redundant => redundant(state, period, now),
        AlertKind::StaleSignIn => stale_sign_in(state, period, now),
        AlertKind::SequentialActivation => sequential(state, count, period),
        AlertKind::NoMfaOnActivation => no_mfa(state),
        AlertKind::AssignedOutsidePim => outside_pim(state),
        AlertKind::InvalidLicence if !state.licensed => {
            vec![Found { principal: None, privilege: None, last: None }]
        }
        _ => Vec::new(),
    };
    // In a fixed order, so that the same state gives the same list; a person can come in several ways.
    found.sort_unstable_by(|a, b| (&a.principal, &a.privilege).cmp(&(&b.principal, &b.privilege)));
    found.dedup_by(|a, b| a.principal == b.principal && a.privilege == b.privilege);
    found
}

/// Standing assignments, those of privileged roles; both the number and the share must be reached.
fn too_many_global_admins(state: &State, count: usize, percent: usize) -> Vec<Found> {
    let standing = in_force(state).filter(|grant| is_standing(grant) && is_privileged(state, grant));
    let mut all = 0;
    let mut found = Vec::new();
    for grant in standing {
        all += 1;
        if state.privileges.value(grant.privilege).role_id() == Some(&RoleId::GLOBAL_ADMINISTRATOR) {
            add(&mut found, state, grant.principal, grant, start(grant));
        }
    }
    if found.len() >= count && found.len() * 100 >= percent * all { found } else { Vec::new() }
}

/// Eligible for longer than the period, and not activated within it. A group is in use when a member uses it.
fn redundant(state: &State, period: Period, now: Timestamp) -> Vec<Found> {
    let mut found = Vec::new();
    for grant in in_force(state).filter(|grant| grant.rank == Rank::Eligibility) {
        let users = people(state, grant.principal);
        let used = users.iter().filter_map(|user| state.last_used.get(&(*user, grant.privilege)));
        let used = used.max().copied();
        if used.max(start(grant)).is_none_or(|last| last + period < now) {
            add(&mut found, state, grant.principal, grant, used);
        }
    }
    found
}

/// Holders of privileged roles, eligible or standing, own or through a group, who did not sign in within the
/// period. One who is not known ever to have signed in counts from the day the account was made.
fn stale_sign_in(state: &State, period: Period, now: Timestamp) -> Vec<Found> {
    let mut found = Vec::new();
    let recorded = state.last_sign_ins(now);
    let held = in_force(state).filter(|grant| grant.origin != GrantOrigin::Activated);
    for grant in held.filter(|grant| is_privileged(state, grant)) {
        for number in people(state, grant.principal) {
            let id = state.principals.value(number);
            let Some(user) = state.directory.user(id) else { continue };
            let last = recorded.get(id).copied().max(user.last_sign_in);
            if last.or(user.created).is_none_or(|last| last + period < now) {
                add(&mut found, state, number, grant, last);
            }
        }
    }
    found
}

/// So many activations of the same role by the same person, the last within the period after the first. Only
/// requests that the service still remembers are looked at.
fn sequential(state: &State, count: usize, period: Period) -> Vec<Found> {
    let mut starts: BTreeMap<(u32, u32), Vec<Timestamp>> = BTreeMap::new();
    for (_, record) in state.requests.from(0) {
        let activated = record.action == Action::SelfActivate && record.status == RequestStatus::Provisioned;
        if let (true, Some(at)) = (activated, record.start.or(record.completed)) {
            starts.entry((record.principal, record.privilege)).or_default().push(at);
        }
    }
    let mut found = Vec::new();
    for ((principal, privilege), mut times) in starts {
        let held = state.privileges.value(privilege);
        times.sort_unstable();
        let mut last = times.windows(count.max(1)).filter(|run| run[run.len() - 1] <= run[0] + period);
        if let (Some(run), Privilege::DirectoryRole { .. }) = (last.next_back(), held) {
            let who = state.principals.value(principal).clone();
            found.push(Found {
                principal: Some(who),
                privilege: Some(held.clone()),
                last: run.last().copied(),
            });
        }
    }
    found
}

/// Roles that someone can activate without a second factor and without an authentication context.
fn no_mfa(state: &State) -> Vec<Found> {
    let usable = in_force(state).filter(|grant| grant.rank == Rank::Eligibility);
    let roles = usable.map(|grant| state.privileges.value(grant.privilege));
    let weak = roles.filter(|role| !demands_step_up(state.policies.governing(role)));
    let roles: BTreeSet<Privilege> = weak.map(subject_of).collect();
    roles.into_iter().map(|role| Found { principal: None, privilege: Some(role), last: None }).collect()
}

/// Assignments written behind PIM's back. The standing role of a group under PIM, though made through PIM, is
/// reported as one on the service again and again.
fn outside_pim(state: &State) -> Vec<Found> {
    let mut found = Vec::new();
    for grant in in_force(state).filter(|grant| is_standing(grant)) {
        let holder = state.principals.value(grant.principal).as_group();
        if grant.origin == GrantOrigin::OutsidePim || state.policies.is_onboarded(&holder) {
            add(&mut found, state, grant.principal, grant, start(grant));
        }
    }
    found
}

/// Grants of directory roles in force.
fn in_force(state: &State) -> impl Iterator<Item = &Grant> {
    let directory =
        |grant: &&Grant| matches!(state.privileges.value(grant.privilege), Privilege::DirectoryRole { .. });
    state.grants.from(0).map(|(_, grant)| grant).filter(|grant| grant.started).filter(directory)
}

fn is_standing(grant: &Grant) -> bool {
    grant.rank == Rank::Assignment && grant.origin != GrantOrigin::Activated
}

fn is_privileged(state: &State, grant: &Grant) -> bool {
    let role = state.directory.role_of(state.privileges.value(grant.privilege));
    role.is_some_and(|role| role.privileged == Some(true))
}

/// A holder, and the people behind it where it is a group.
fn people(state: &State, holder: u32) -> Vec<u32> {
    if state.directory.user(state.principals.value(holder)).is_some() {
        return vec![holder];
    }
    let behind = state.people_behind(state.principals.value(holder));
    let mut people: Vec<u32> = behind.iter().filter_map(|id| state.principals.find(id)).collect();
    people.push(holder);
    people
}

fn start(grant: &Grant) -> Option<Timestamp> {
    grant.window().start()
}

fn add(found: &mut Vec<Found>, state: &State, who: u32, grant: &Grant, last: Option<Timestamp>) {
    let principal = Some(state.principals.value(who).clone());
    let privilege = Some(state.privileges.value(grant.privilege).clone());
    found.push(Found { principal, privilege, last });
}

fn demands_step_up(policy: &Policy) -> bool {
    let mfa = match policy.setting(&RuleKind::EnablementEndUserAssignment) {
        Some(Setting::Enablement { required }) => required.contains(&Requirement::Mfa),
        _ => false,
    };
    let context = policy.setting(&RuleKind::AuthenticationContextEndUserAssignment);
    mfa || matches!(context, Some(Setting::AuthenticationContext { enabled: true, .. }))
}
