//! A small tenant in which nothing is wrong: each test breaks one thing.

use std::collections::BTreeSet;

use pim_core::{
    client::Safeguards,
    conditional_access::{
        AuthenticationContext, ConditionalAccessPolicy, ConditionalAccessState, GrantControl, Whom,
    },
    directory::{
        AdministrativeUnit, AppPermission, AuthenticationMethod, Group, Membership, ServicePrincipal, Sku,
        User,
    },
    id::{ConditionalAccessId, PrincipalId, RoleId, ScheduleId, SkuId},
    policy::{ActivationPolicy, ApprovalSetting, Approver, GrantPolicy, Policy, StrongAuthentication},
    principal::{Principal, PrincipalKind},
    privilege::{GroupAccess, Privilege},
    schedule::{Assignment, Eligibility, Level, Origin},
    time::{Period, Window},
};

use crate::{
    analysis::AnalysisOptions,
    snapshot::{
        Activated, LastActivation, Snapshot,
        strategies::{NOW, application, group_id, kind, known, person, unit_id, who},
    },
};

/// The people: two break-glass accounts, an administrator, two approvers, and one without anything.
pub(super) const EMERGENCY: [u8; 2] = [1, 2];
pub(super) const ADMIN: u8 = 3;
pub(super) const APPROVERS: [u8; 2] = [4, 5];
pub(super) const NOBODY: u8 = 6;
/// Groups that hold nothing, an application, and a unit that keeps nobody out.
pub(super) const GROUP: u8 = 10;
pub(super) const INNER: u8 = 11;
pub(super) const APPLICATION: u8 = 20;
pub(super) const UNIT: u8 = 30;

pub(super) fn user_administrator() -> RoleId {
    known("fe930be7-5e62-47db-91af-98c3a49a38b1")
}

/// What the administrator may activate.
pub(super) fn role() -> Privilege {
    Privilege::role(user_administrator())
}

pub(super) fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

pub(super) fn options() -> AnalysisOptions {
    let break_glass: BTreeSet<PrincipalId> = EMERGENCY.map(who).into();
    AnalysisOptions {
        safeguards: Safeguards { break_glass, ..Safeguards::default() },
        ..AnalysisOptions::default()
    }
}

pub(super) fn tenant() -> Snapshot {
    let mut users: Vec<User> = (1..=6).map(account).collect();
    for user in users.iter_mut().take(2) {
        user.sign_in_name = "emergency@contoso.onmicrosoft.com".into();
        user.licences.clear();
    }
    Snapshot::builder(NOW)
        .users(users)
        .groups([GROUP, INNER].map(group))
        .service_principals([application(APPLICATION)])
        .units([AdministrativeUnit::new(unit_id(UNIT), "unit".into())])
        .assignments([holds(1, 1, global()), holds(2, 2, global())])
        .eligibilities([may(3, ADMIN, role())])
        .policies([policy(global()), policy(role())])
        .skus([Sku {
            id: licence(),
            part_number: "AAD_PREMIUM_P2".into(),
            service_plans: Vec::new(),
            bought: 10,
            consumed: 4,
        }])
        .conditional_access([conditional_access()])
        .contexts([AuthenticationContext { id: "c1".parse().unwrap(), name: "c".into(), published: true }])
        .last_activations([LastActivation::new(
            who(ADMIN),
            Activated::DirectoryRole(user_administrator()),
            NOW - Period::days(10),
        )])
        .build()
}

fn account(n: u8) -> User {
    let mut user = person(n);
    user.methods = Some(vec![AuthenticationMethod::Fido2]);
    user.licences = vec![licence()];
    user.last_sign_in = Some(NOW - Period::days(20));
    user.password_changed = Some(NOW - Period::days(100));
    user
}

fn licence() -> SkuId {
    SkuId::from_guid([50; 16])
}

pub(super) fn group(n: u8) -> Group {
    let mut group = Group::new(group_id(n), format!("group {n}"));
    group.role_assignable = true;
    group.under_pim = Some(true);
    group
}

/// Demands everything that tier 0 is asked for.
pub(super) fn policy(subject: Privilege) -> Policy {
    let approvers = APPROVERS.map(|n| Approver::user(who(n)));
    let activation = ActivationPolicy {
        max: Period::hours(1),
        strong_authentication: StrongAuthentication::Mfa,
        justification: true,
        ticket: false,
        approval: Some(ApprovalSetting::by(approvers)),
    };
    let bounded =
        |days| GrantPolicy { permanent: false, max: Period::days(days), mfa: false, justification: true };
    let rules = Policy::default_rules(&subject.surface());
    Policy::new(format!("policy of {subject}").parse().unwrap(), subject, rules)
        .apply(&activation.rules())
        .apply(&bounded(365).rules(&Level::Eligibility))
        .apply(&bounded(15).rules(&Level::Assignment))
}

/// Asks the holders of roles for a key, but for break-glass accounts.
fn conditional_access() -> ConditionalAccessPolicy {
    let id = ConditionalAccessId::from_guid([60; 16]);
    let mut policy =
        ConditionalAccessPolicy::new(id, "administrators".into(), ConditionalAccessState::Enabled);
    policy.include.roles = vec![RoleId::GLOBAL_ADMINISTRATOR, user_administrator()];
    policy.exclude = Whom { users: EMERGENCY.map(who).to_vec(), ..Whom::default() };
    policy.all_applications = true;
    policy.controls = vec![GrantControl::AuthenticationStrength];
    policy.strength = Some("Phishing-resistant MFA".into());
    policy
}

pub(super) fn holds(id: u8, holder: u8, privilege: Privilege) -> Assignment {
    let mut made = Assignment::new(ScheduleId::from_guid([id; 16]), who(holder), privilege);
    made.holder = Some(Principal::new(who(holder), kind_of(holder)).into());
    made
}

pub(super) fn activated(id: u8, holder: u8, privilege: Privilege) -> Assignment {
    let mut made = holds(id, holder, privilege);
    made.origin = Origin::Activated { using: None };
    made.window = Window::new(Some(NOW - Period::hours(1)), Some(NOW + Period::hours(1))).unwrap();
    made
}

pub(super) fn may(id: u8, holder: u8, privilege: Privilege) -> Eligibility {
    let mut made = Eligibility::new(ScheduleId::from_guid([id; 16]), who(holder), privilege);
    made.holder = Some(Principal::new(who(holder), kind_of(holder)).into());
    made
}

/// The strategies' numbers, where the last person's is one of theirs.
fn kind_of(n: u8) -> PrincipalKind {
    kind(n)
}

pub(super) fn within(group: u8, member: u8, access: GroupAccess) -> Membership {
    Membership { group: group_id(group), principal: who(member), kind: kind(member), access }
}

pub(super) fn graph_permission(id: &str) -> AppPermission {
    AppPermission {
        resource: "00000003-0000-0000-c000-000000000000".parse().unwrap(),
        role: known(id),
        name: None,
    }
}

/// Changes what the administrator is.
pub(super) fn admin(snapshot: &mut Snapshot) -> &mut User {
    user(snapshot, ADMIN)
}

pub(super) fn user(snapshot: &mut Snapshot, n: u8) -> &mut User {
    snapshot.users.iter_mut().find(|user| user.id == who(n)).unwrap()
}

pub(super) fn app(snapshot: &mut Snapshot) -> &mut ServicePrincipal {
    snapshot.service_principals.iter_mut().find(|app| app.id == who(APPLICATION)).unwrap()
}

/// Changes what activating the administrator's role demands.
pub(super) fn activation(snapshot: &mut Snapshot, change: impl FnOnce(&mut ActivationPolicy)) {
    let policy = snapshot.policies.iter_mut().find(|policy| policy.subject == role()).unwrap();
    let mut activation = policy.activation();
    change(&mut activation);
    *policy = policy.apply(&activation.rules());
}
