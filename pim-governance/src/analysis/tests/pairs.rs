//! Every kind of finding on a tenant that shows it, and not on the one that differs in that alone.

use pim_core::{
    conditional_access::{ConditionalAccessState, GrantControl},
    directory::{AuthenticationMethod, DelegatedGrant, Source, UserType},
    id::{AppId, RoleId},
    policy::{ApprovalSetting, Approver, Rule, RuleKind, Setting, StrongAuthentication},
    privilege::{DirectoryScope, GroupAccess, Privilege},
    schedule::{Condition, Level, Origin, Via},
    time::{Period, Window},
};

use super::sound::{
    ADMIN, APPLICATION, APPROVERS, EMERGENCY, GROUP, INNER, NOBODY, UNIT, activated, activation, admin, app,
    global, graph_permission, group, holds, may, options, policy, role, tenant, user, within,
};
use crate::{
    analysis::{
        Code::{self, *},
        Finding, Findings,
        Severity::{self, Critical, High, Info, Low, Medium},
        analyse,
    },
    reference::Reference,
    snapshot::{
        Snapshot,
        strategies::{NOW, application, group_id, known, unit_id, who},
    },
};

/// What shows a finding: of which code, how bad, what is the matter, and what to do to the sound tenant.
type Row = (Code, Severity, &'static str, fn(&mut Snapshot));

const PRIVILEGED_ROLE_ADMINISTRATOR: &str = "e8611ab8-c189-46e8-94e1-60213ab1f814";
const GUEST_INVITER: &str = "95e79109-95c0-4d8e-aee3-d01accf2d47b";
const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
/// RoleManagement.ReadWrite.Directory.
const ASSIGN_ROLES: &str = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8";

fn azure(role: &str, scope: &str) -> Privilege {
    Privilege::AzureRole { role: known(role), scope: scope.parse().unwrap() }
}

fn in_unit() -> Privilege {
    let Privilege::DirectoryRole { role, .. } = role() else { unreachable!() };
    Privilege::DirectoryRole { role, scope: DirectoryScope::AdministrativeUnit(unit_id(UNIT)) }
}

fn member(n: u8) -> Privilege {
    Privilege::member(group_id(n))
}

fn until(days: u32) -> Window {
    Window::new(None, Some(NOW + Period::days(days))).unwrap()
}

/// The administrator's role is the group's instead.
fn by_group(s: &mut Snapshot) {
    s.eligibilities[0] = may(3, GROUP, role());
}

fn ca(s: &mut Snapshot) -> &mut pim_core::conditional_access::ConditionalAccessPolicy {
    &mut s.conditional_access[0]
}

#[rustfmt::skip]
const SHOWN: &[Row] = &[
    (StandingAccess, High, "directly", |s| s.assignments.push(holds(9, ADMIN, role()))),
    (StandingAccess, Critical, "of the tenant", |s| s.assignments.push(holds(9, ADMIN, global()))),
    (StandingAccess, Low, "of little", |s| s.assignments.push(holds(9, ADMIN, Privilege::role(known(GUEST_INVITER))))),
    (StandingAccess, Low, "of little, through a group", |s| {
        s.assignments.push(holds(9, GROUP, Privilege::role(known(GUEST_INVITER))));
        s.memberships = vec![within(GROUP, NOBODY, GroupAccess::Member)];
    }),
    (StandingAccess, Medium, "of a part", |s| s.assignments.push(holds(9, ADMIN, in_unit()))),
    (StandingAccess, High, "through a group within a group", |s| {
        s.assignments.push(holds(9, GROUP, role()));
        s.memberships = vec![within(GROUP, INNER, GroupAccess::Member), within(INNER, NOBODY, GroupAccess::Member)];
    }),
    (StandingAccess, High, "through membership that PIM lists as assigned", |s| {
        s.assignments.extend([holds(8, GROUP, role()), holds(9, NOBODY, member(GROUP))]);
        s.memberships = vec![within(GROUP, NOBODY, GroupAccess::Member)];
    }),
    (StandingAccess, High, "though activated through another group", |s| {
        s.assignments.extend([holds(8, GROUP, role()), activated(9, NOBODY, member(GROUP))]);
        s.memberships = vec![within(GROUP, INNER, GroupAccess::Member), within(INNER, NOBODY, GroupAccess::Member)];
    }),
    (StandingAccess, High, "of an Azure subscription", |s| s.assignments.push(holds(9, ADMIN, azure(OWNER, "/subscriptions/a")))),
    (StandingAccess, Medium, "of an Azure resource group", |s| s.assignments.push(holds(9, ADMIN, azure(OWNER, "/subscriptions/a/resourceGroups/r")))),
    (StandingAccess, High, "of Azure through a group", |s| {
        s.assignments.push(holds(9, GROUP, azure(OWNER, "/subscriptions/a")));
        s.memberships = vec![within(GROUP, NOBODY, GroupAccess::Member)];
    }),
    (SeveralRoles, Medium, "held", |s| for (n, id) in (40..).zip(FIVE) { s.assignments.push(holds(n, ADMIN, Privilege::role(known(id)))) }),
    (SeveralRoles, Low, "to be activated", |s| for (n, id) in (40..).zip(FIVE) { s.eligibilities.push(may(n, ADMIN, Privilege::role(known(id)))) }),
    (NoMfa, Medium, "nothing, to be activated", |s| admin(s).methods = Some(Vec::new())),
    (NoMfa, Medium, "mail alone", |s| admin(s).methods = Some(vec![AuthenticationMethod::Email])),
    (NoMfa, Critical, "of who holds the tenant", |s| {
        s.assignments.push(holds(9, ADMIN, global()));
        admin(s).methods = Some(Vec::new());
    }),
    (NoMfa, Medium, "through a group that they may join", |s| {
        by_group(s);
        s.eligibilities.push(may(9, NOBODY, member(GROUP)));
        user(s, NOBODY).methods = Some(Vec::new());
    }),
    (PhishableMfa, Low, "to be activated", |s| admin(s).methods = Some(vec![AuthenticationMethod::Phone])),
    (PhishableMfa, High, "of who holds the tenant", |s| {
        s.assignments.push(holds(9, ADMIN, global()));
        admin(s).methods = Some(vec![AuthenticationMethod::AuthenticatorPush]);
    }),
    (SyncedAdministrator, Medium, "to be activated", |s| admin(s).source = Source::OnPremises),
    (GuestAdministrator, Medium, "to be activated", |s| admin(s).user_type = UserType::Guest),
    (DisabledAdministrator, Medium, "a person", |s| admin(s).enabled = false),
    (DisabledAdministrator, Low, "an application", |s| {
        s.assignments.push(holds(9, APPLICATION, Privilege::role(known(GUEST_INVITER))));
        app(s).enabled = false;
    }),
    (StaleEligibility, Medium, "for long", |s| s.last_activations[0].at = NOW - Period::days(61)),
    (StaleEligibility, Medium, "by any member of a group", |s| {
        by_group(s);
        s.memberships = vec![within(GROUP, ADMIN, GroupAccess::Member)];
        s.last_activations[0].at = NOW - Period::days(61);
    }),
    (UnusedEligibility, Medium, "never", |s| s.last_activations.clear()),
    (UnusedEligibility, Medium, "by others only", |s| s.last_activations[0].principal = who(NOBODY)),
    (RedundantGrant, Low, "standing and eligible", |s| s.assignments.push(holds(9, ADMIN, role()))),
    (RedundantGrant, Low, "at a unit below", |s| s.eligibilities.push(may(9, ADMIN, in_unit()))),
    (RedundantGrant, Low, "through a group too", |s| {
        s.eligibilities.push(may(9, GROUP, role()));
        s.memberships = vec![within(GROUP, ADMIN, GroupAccess::Member)];
    }),
    (RedundantGrant, Low, "at a resource group below", |s| s.eligibilities.extend([
        may(8, ADMIN, azure(OWNER, "/subscriptions/a")),
        may(9, ADMIN, azure(OWNER, "/subscriptions/A/resourceGroups/r")),
    ])),
    (RedundantGrant, Low, "twice the same", |s| s.eligibilities.push(may(9, ADMIN, role()))),
    (OrphanedGrant, Medium, "a person that was deleted", |s| s.users.retain(|user| user.id != who(ADMIN))),
    (RiskyApplication, High, "a permission to assign roles", |s| app(s).permissions = vec![graph_permission(ASSIGN_ROLES)]),
    (RiskyApplication, High, "a role", |s| s.assignments.push(holds(9, APPLICATION, role()))),
    (RiskyApplication, High, "a role through a group", |s| {
        s.assignments.push(holds(9, GROUP, role()));
        s.memberships = vec![within(GROUP, APPLICATION, GroupAccess::Member)];
    }),
    (RiskyApplication, High, "Azure", |s| s.assignments.push(holds(9, APPLICATION, azure(OWNER, "/subscriptions/a")))),
    (RiskyApplication, Medium, "a delegated permission for everybody", |s| app(s).delegated = vec![DelegatedGrant {
        resource: GRAPH.parse().unwrap(),
        scopes: vec!["RoleManagement.ReadWrite.Directory".into()],
        principal: None,
    }]),
    (OwnerPath, Critical, "of an application with a permission", |s| {
        app(s).permissions = vec![graph_permission(ASSIGN_ROLES)];
        app(s).owners = vec![who(NOBODY)];
    }),
    (OwnerPath, High, "of an application with a role", |s| {
        s.assignments.push(holds(9, APPLICATION, role()));
        app(s).owners = vec![who(NOBODY)];
    }),
    (OwnerPath, High, "of an application that owns it", |s| {
        s.assignments.push(holds(9, APPLICATION, role()));
        app(s).owners = vec![who(21)];
        let mut between = application(21);
        between.owners = vec![who(NOBODY)];
        s.service_principals.push(between);
    }),
    (OwnerPath, High, "of a group", |s| {
        s.eligibilities.push(may(9, GROUP, role()));
        s.memberships = vec![within(GROUP, NOBODY, GroupAccess::Owner)];
    }),
    (OwnerPath, High, "of a group, to be activated", |s| {
        s.assignments.push(holds(8, GROUP, role()));
        s.eligibilities.push(may(9, NOBODY, Privilege::owner(group_id(GROUP))));
    }),
    (TooManyGlobalAdministrators, Medium, "to be activated", |s| for n in 0..5 {
        s.users.push(sixth(n));
        s.eligibilities.push(may(40 + n, 70 + n, global()));
    }),
    (TooManyGlobalAdministrators, High, "through a group", |s| {
        s.assignments.push(holds(9, GROUP, global()));
        for n in 0..5 {
            s.users.push(sixth(n));
            s.memberships.push(within(GROUP, 70 + n, GroupAccess::Member));
        }
    }),
    (TooFewGlobalAdministrators, High, "one", |s| user(s, EMERGENCY[0]).enabled = false),
    (TooFewGlobalAdministrators, Critical, "none", |s| s.assignments.clear()),
    (TooFewGlobalAdministrators, High, "one stands, one activates", |s| s.assignments[0] = activated(1, EMERGENCY[0], global())),
    (BreakGlass, High, "disabled", |s| user(s, EMERGENCY[0]).enabled = false),
    (BreakGlass, High, "deleted", |s| s.users.retain(|user| user.id != who(EMERGENCY[0]))),
    (BreakGlass, High, "from on premises", |s| user(s, EMERGENCY[0]).source = Source::OnPremises),
    (BreakGlass, High, "a guest", |s| user(s, EMERGENCY[0]).user_type = UserType::Guest),
    (BreakGlass, Medium, "under a domain of its own", |s| user(s, EMERGENCY[0]).sign_in_name = "e@contoso.example".into()),
    (BreakGlass, High, "without a second factor", |s| user(s, EMERGENCY[0]).methods = Some(Vec::new())),
    (BreakGlass, Medium, "phishable", |s| user(s, EMERGENCY[0]).methods = Some(vec![AuthenticationMethod::OneTimeCode])),
    (BreakGlass, Medium, "on somebody's telephone", |s| {
        user(s, EMERGENCY[0]).methods = Some(vec![AuthenticationMethod::Fido2, AuthenticationMethod::Phone]);
    }),
    (BreakGlass, Low, "not tried for long", |s| user(s, EMERGENCY[0]).last_sign_in = Some(NOW - Period::days(91))),
    (BreakGlass, Medium, "never tried", |s| user(s, EMERGENCY[0]).last_sign_in = None),
    (BreakGlass, Low, "an old password", |s| user(s, EMERGENCY[0]).password_changed = Some(NOW - Period::days(366))),
    (BreakGlass, High, "eligible only", |s| {
        s.assignments.remove(0);
        s.eligibilities.push(may(9, EMERGENCY[0], global()));
    }),
    (BreakGlass, High, "until a time", |s| s.assignments[0].window = until(100)),
    (BreakGlass, High, "not Global Administrator", |s| { s.assignments.remove(0); }),
    (BreakGlass, High, "not spared", |s| ca(s).exclude.users.truncate(1)),
    (WeakPolicy, High, "of the tenant, no approval", |s| {
        s.eligibilities.push(may(9, NOBODY, global()));
        let mut activation = s.policies[0].activation();
        activation.approval = None;
        s.policies[0] = s.policies[0].apply(&activation.rules());
    }),
    (WeakPolicy, Medium, "no approval", |s| activation(s, |a| a.approval = None)),
    (WeakPolicy, Medium, "no second factor", |s| activation(s, |a| a.strong_authentication = StrongAuthentication::None)),
    (WeakPolicy, Low, "too long", |s| activation(s, |a| a.max = Period::hours(11))),
    (WeakPolicy, Low, "no justification", |s| activation(s, |a| a.justification = false)),
    (WeakPolicy, Low, "for ever active", |s| {
        let mut granting = s.policies[1].grants(&Level::Assignment);
        granting.permanent = true;
        s.policies[1] = s.policies[1].apply(&granting.rules(&Level::Assignment));
    }),
    (WeakPolicy, Medium, "of a group that holds the role", |s| {
        s.eligibilities.extend([may(8, GROUP, role()), may(9, NOBODY, member(GROUP))]);
        let mut weak = policy(member(GROUP));
        let mut activation = weak.activation();
        activation.approval = None;
        weak = weak.apply(&activation.rules());
        s.policies.push(weak);
    }),
    (BrokenPolicy, Medium, "a context and MFA", |s| {
        let kind = RuleKind::AuthenticationContextEndUserAssignment;
        let setting = Setting::AuthenticationContext { enabled: true, context: Some("c1".parse().unwrap()) };
        s.policies[1] = s.policies[1].apply(&[Rule { kind, setting }]);
    }),
    (BrokenPolicy, Info, "automation suffers", |s| {
        let mut granting = s.policies[1].grants(&Level::Assignment);
        granting.mfa = true;
        s.policies[1] = s.policies[1].apply(&granting.rules(&Level::Assignment));
    }),
    (NoApprover, High, "disabled", |s| for n in APPROVERS { user(s, n).enabled = false }),
    (NoApprover, High, "deleted", |s| s.users.retain(|user| !APPROVERS.map(who).contains(&user.id))),
    (NoApprover, High, "nobody but the requestor", |s| activation(s, |a| a.approval = Some(ApprovalSetting::by([Approver::user(who(ADMIN))])))),
    (NoApprover, High, "an empty group", |s| activation(s, |a| a.approval = Some(ApprovalSetting::by([Approver::group(who(GROUP))])))),
    (NoApprover, High, "a group that has to be activated", |s| {
        s.eligibilities.push(may(9, NOBODY, member(GROUP)));
        activation(s, |a| a.approval = Some(ApprovalSetting::by([Approver::group(who(GROUP))])));
    }),
    (NoApprover, High, "administrators who only may become it", |s| {
        s.assignments.clear();
        s.eligibilities.push(may(9, NOBODY, global()));
        activation(s, |a| a.approval = Some(ApprovalSetting::by([])));
    }),
    (ConditionalAccessGap, High, "no policy", |s| s.conditional_access.clear()),
    (ConditionalAccessGap, High, "report-only", |s| ca(s).state = ConditionalAccessState::ReportOnly),
    (ConditionalAccessGap, High, "some applications only", |s| ca(s).all_applications = false),
    (ConditionalAccessGap, High, "not from the office", |s| ca(s).excluded_locations.push("office".parse().unwrap())),
    (ConditionalAccessGap, High, "not this role", |s| { ca(s).include.roles.pop(); }),
    (ConditionalAccessGap, Medium, "phishable", |s| ca(s).controls = vec![GrantControl::Mfa]),
    (ConditionalAccessGap, Medium, "a role of tier 1", |s| {
        s.eligibilities.push(may(9, ADMIN, Privilege::role(known("69091246-20e8-4a56-aa4d-066075b2a7a8"))));
    }),
    (ConditionalAccessGap, Medium, "an administrator left out", |s| ca(s).exclude.users.push(who(ADMIN))),
    (ConditionalAccessGap, Medium, "an administrator left out through a group", |s| {
        s.memberships = vec![within(GROUP, ADMIN, GroupAccess::Member)];
        ca(s).exclude.groups.push(group_id(GROUP));
    }),
    (ConditionalAccessGap, Medium, "a context that nothing stands behind", |s| activation(s, |a| {
        a.strong_authentication = StrongAuthentication::Context("c1".parse().unwrap());
    })),
    (MissingLicence, Low, "who may activate", |s| admin(s).licences.clear()),
    (MissingLicence, Low, "who approves", |s| user(s, APPROVERS[0]).licences.clear()),
    (MissingLicence, High, "the whole tenant", |s| s.skus[0].part_number = "SPE_E3".into()),
];

const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Roles of tier 0 and 1.
const FIVE: [&str; 5] = [
    "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "69091246-20e8-4a56-aa4d-066075b2a7a8",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "194ae4cb-b126-40b2-bd5b-6091b380977d",
];

/// One more person, without anything.
fn sixth(n: u8) -> pim_core::directory::User {
    let mut user = tenant().users.pop().unwrap();
    user.id = who(70 + n);
    user
}

/// What is no finding of that code, though it looks like one.
type Harmless = (Code, &'static str, fn(&mut Snapshot));

#[rustfmt::skip]
const NOT_SHOWN: &[Harmless] = &[
    (StandingAccess, "until a time", |s| {
        s.assignments.push(holds(9, ADMIN, role()));
        s.assignments[2].window = until(1);
    }),
    (StandingAccess, "activated", |s| s.assignments.push(activated(9, ADMIN, role()))),
    (StandingAccess, "an application's", |s| s.assignments.push(holds(9, APPLICATION, role()))),
    (StandingAccess, "a group's that one has to join", |s| {
        s.assignments.push(holds(8, GROUP, role()));
        s.eligibilities.push(may(9, NOBODY, member(GROUP)));
    }),
    (StandingAccess, "a group's that one joined for a time", |s| {
        s.assignments.extend([holds(8, GROUP, role()), activated(9, NOBODY, member(GROUP))]);
        s.memberships = vec![within(GROUP, NOBODY, GroupAccess::Member)];
    }),
    (StandingAccess, "a group's of Azure that one has to join", |s| {
        s.assignments.push(holds(8, GROUP, azure(OWNER, "/subscriptions/a")));
        s.eligibilities.push(may(9, NOBODY, member(GROUP)));
    }),
    (StandingAccess, "a group's owner's", |s| {
        s.assignments.push(holds(8, GROUP, role()));
        s.memberships = vec![within(GROUP, NOBODY, GroupAccess::Owner)];
    }),
    (StandingAccess, "reading in Azure", |s| s.assignments.push(holds(9, ADMIN, azure(READER, "/subscriptions/a")))),
    (StandingAccess, "begins later", |s| {
        s.assignments.push(holds(9, ADMIN, role()));
        s.assignments[2].window = Window::from(NOW + Period::days(1));
    }),
    (SeveralRoles, "the same at several scopes", |s| s.assignments.extend([holds(8, ADMIN, role()), holds(9, ADMIN, in_unit())])),
    (SeveralRoles, "of tier 2", |s| for n in 40..50 {
        s.assignments.push(holds(n, ADMIN, Privilege::role(known(GUEST_INVITER))));
    }),
    (NoMfa, "of who has no role", |s| user(s, NOBODY).methods = Some(Vec::new())),
    (NoMfa, "a method that is not known", |s| admin(s).methods = Some(vec!["retina".into()])),
    (NoMfa, "not read", |s| admin(s).methods = None),
    (PhishableMfa, "beside a key", |s| admin(s).methods = Some(vec![AuthenticationMethod::Phone, AuthenticationMethod::Fido2])),
    (PhishableMfa, "beside one that is not known", |s| admin(s).methods = Some(vec![AuthenticationMethod::Phone, "retina".into()])),
    (StaleEligibility, "through activation that runs", |s| {
        s.last_activations.clear();
        s.assignments.push(activated(9, ADMIN, role()));
    }),
    (UnusedEligibility, "new", |s| {
        s.last_activations.clear();
        s.eligibilities[0].window = Window::from(NOW - Period::days(59));
    }),
    (UnusedEligibility, "of a group of which one member used it", |s| {
        by_group(s);
        s.memberships = vec![within(GROUP, ADMIN, GroupAccess::Member), within(GROUP, NOBODY, GroupAccess::Member)];
    }),
    (RedundantGrant, "at a restricted unit", |s| {
        s.eligibilities.push(may(9, ADMIN, in_unit()));
        s.units[0].restricted = true;
    }),
    (RedundantGrant, "standing below eligible", |s| s.assignments.push(holds(9, ADMIN, in_unit()))),
    (RedundantGrant, "that ends earlier", |s| {
        s.assignments.push(holds(9, ADMIN, role()));
        s.assignments[2].window = until(1);
    }),
    (RedundantGrant, "that is activated", |s| s.assignments.push(activated(9, ADMIN, role()))),
    (RedundantGrant, "through a group that one has to join", |s| {
        s.eligibilities.extend([may(8, GROUP, role()), may(9, ADMIN, member(GROUP))]);
    }),
    (RedundantGrant, "beside one that a condition narrows", |s| {
        let mut narrowed = may(8, ADMIN, azure(OWNER, "/subscriptions/a"));
        narrowed.condition = Some(Box::new(Condition { expression: "x".into(), version: "2.0".into() }));
        s.eligibilities.extend([narrowed, may(9, ADMIN, azure(OWNER, "/subscriptions/a/resourceGroups/r"))]);
    }),
    (RedundantGrant, "that is the same seen from below", |s| {
        s.eligibilities.extend([may(8, ADMIN, azure(OWNER, "/subscriptions/a")), may(8, ADMIN, azure(OWNER, "/subscriptions/a/resourceGroups/r"))]);
        s.eligibilities[2].via = Via::Inherited;
    }),
    (OrphanedGrant, "a group", |s| s.eligibilities.push(may(9, GROUP, role()))),
    (RiskyApplication, "disabled", |s| {
        app(s).permissions = vec![graph_permission(ASSIGN_ROLES)];
        app(s).enabled = false;
    }),
    (RiskyApplication, "PIM itself", |s| {
        s.assignments.push(holds(9, APPLICATION, azure(OWNER, "/subscriptions/a")));
        app(s).app = "01fc33a7-78ba-4d2f-a4b7-768e336e890e".parse::<AppId>().unwrap();
    }),
    (RiskyApplication, "a permission to read", |s| app(s).permissions = vec![graph_permission("df021288-bdef-4463-88db-98f22de89214")]),
    (OwnerPath, "of a managed identity", |s| {
        app(s).permissions = vec![graph_permission(ASSIGN_ROLES)];
        app(s).owners = vec![who(NOBODY)];
        app(s).managed_identity = true;
    }),
    (OwnerPath, "of who has it anyway", |s| {
        s.assignments.extend([holds(8, GROUP, role()), holds(9, NOBODY, role())]);
        s.memberships = vec![within(GROUP, NOBODY, GroupAccess::Owner)];
    }),
    (OwnerPath, "of a group that holds nothing", |s| s.memberships = vec![within(GROUP, NOBODY, GroupAccess::Owner)]),
    (TooManyGlobalAdministrators, "four", |s| for n in 0..4 {
        s.users.push(sixth(n));
        s.eligibilities.push(may(40 + n, 70 + n, global()));
    }),
    (BreakGlass, "left out through a group", |s| {
        ca(s).exclude.users.clear();
        ca(s).exclude.groups = vec![group_id(GROUP)];
        s.memberships = EMERGENCY.map(|n| within(GROUP, n, GroupAccess::Member)).into();
    }),
    (BreakGlass, "through a policy of their own", |s| {
        let mut own = ca(s).clone();
        own.id = "own".parse().unwrap();
        own.exclude.users.clear();
        own.include.roles.clear();
        own.include.users = EMERGENCY.map(who).into();
        s.conditional_access.push(own);
    }),
    (BreakGlass, "a policy that only reports", |s| {
        let mut other = ca(s).clone();
        other.id = "other".parse().unwrap();
        other.exclude.users.clear();
        other.state = ConditionalAccessState::ReportOnly;
        s.conditional_access.push(other);
    }),
    (WeakPolicy, "of what nobody has", |s| {
        let weak = policy(Privilege::role(known(FIVE[0])));
        let mut activation = weak.activation();
        activation.approval = None;
        activation.strong_authentication = StrongAuthentication::None;
        s.policies.push(weak.apply(&activation.rules()));
    }),
    (WeakPolicy, "a context in place of a second factor", |s| activation(s, |a| {
        a.strong_authentication = StrongAuthentication::Context("c9".parse().unwrap());
    })),
    (NoApprover, "one of two", |s| user(s, APPROVERS[0]).enabled = false),
    (NoApprover, "administrators stand in", |s| activation(s, |a| a.approval = Some(ApprovalSetting::by([])))),
    (NoApprover, "a group within the group", |s| {
        s.memberships = vec![within(GROUP, INNER, GroupAccess::Member), within(INNER, NOBODY, GroupAccess::Member)];
        activation(s, |a| a.approval = Some(ApprovalSetting::by([Approver::group(who(GROUP))])));
    }),
    (ConditionalAccessGap, "a context with a policy", |s| {
        activation(s, |a| a.strong_authentication = StrongAuthentication::Context("c1".parse().unwrap()));
        let mut context = ca(s).clone();
        context.id = "context".parse().unwrap();
        (context.all_applications, context.contexts) = (false, vec!["c1".parse().unwrap()]);
        context.include.everyone = true;
        s.conditional_access.push(context);
    }),
    (ConditionalAccessGap, "left out of one, taken in by another", |s| {
        let mut other = ca(s).clone();
        other.id = "other".parse().unwrap();
        s.conditional_access.push(other);
        ca(s).exclude.users.push(who(ADMIN));
    }),
    (ConditionalAccessGap, "who is no administrator is left out", |s| ca(s).exclude.users.push(who(NOBODY))),
    (MissingLicence, "a guest's", |s| {
        admin(s).licences.clear();
        admin(s).user_type = UserType::Guest;
    }),
    (MissingLicence, "of who only holds", |s| {
        user(s, NOBODY).licences.clear();
        s.assignments.push(holds(9, NOBODY, role()));
    }),
    (MissingLicence, "by a plan in another licence", |s| {
        s.skus[0].part_number = "SPE_E5".into();
        s.skus[0].service_plans = vec!["AAD_PREMIUM_P2".into()];
    }),
];

fn judged(change: impl FnOnce(&mut Snapshot)) -> Findings {
    let mut snapshot = tenant();
    change(&mut snapshot);
    snapshot.link();
    analyse(&snapshot, Reference::builtin(), &options())
}

fn of(findings: &Findings, code: Code) -> Vec<&Finding> {
    findings.findings.iter().filter(|finding| finding.code == code).collect()
}

#[test]
fn nothing_is_wrong_with_the_sound_tenant() {
    assert_eq!(judged(|_| ()), Findings::default());
}

#[test]
fn each_fault_is_found_and_weighed() {
    let mut wrong = Vec::new();
    for (code, severity, name, change) in SHOWN {
        let findings = judged(change);
        let found = of(&findings, *code);
        let worst = found.iter().map(|finding| finding.severity).max();
        if worst != Some(*severity) {
            wrong.push(format!("{code}, {name}: {worst:?} and not {severity}: {found:#?}"));
        }
        for finding in found {
            assert!(finding.message.ends_with('.') && finding.remedy.ends_with('.'), "{finding:?}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_only_looks_like_a_fault_is_none() {
    for (code, name, change) in NOT_SHOWN {
        let findings = judged(change);
        assert!(of(&findings, *code).is_empty(), "{code}, {name}: {findings:#?}");
    }
}

#[test]
fn every_code_has_a_tenant_that_shows_it() {
    // Over-privileged grants have tests of their own, beside what finds them.
    let missing = Code::ALL.iter().filter(|code| **code != OverPrivileged);
    let missing: Vec<_> = missing.filter(|code| !SHOWN.iter().any(|row| row.0 == **code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn break_glass_accounts_are_recognised_by_what_they_are_spared() {
    let unnamed = crate::analysis::AnalysisOptions::default();
    let mut snapshot = tenant();
    assert_eq!(analyse(&snapshot, Reference::builtin(), &unnamed), Findings::default());
    // An administrator who is not spared is none, and whoever spares everybody has none.
    snapshot.assignments.push(holds(9, ADMIN, global()));
    let findings = analyse(&snapshot, Reference::builtin(), &unnamed);
    let standing: Vec<_> = of(&findings, StandingAccess).iter().map(|f| f.principal.clone()).collect();
    assert_eq!(standing, [Some(who(ADMIN))]);
    ca(&mut snapshot).exclude.users.clear();
    let findings = analyse(&snapshot, Reference::builtin(), &unnamed);
    assert_eq!(of(&findings, StandingAccess).len(), 3);
    assert_eq!(of(&findings, BreakGlass).len(), 1);
}

#[test]
fn a_finding_about_a_group_is_about_whoever_stands_in_it() {
    let findings = judged(|s| {
        s.assignments.extend([holds(8, GROUP, role()), activated(9, ADMIN, member(GROUP))]);
        s.groups.push(group(12));
        s.memberships = vec![
            within(GROUP, ADMIN, GroupAccess::Member),
            within(GROUP, INNER, GroupAccess::Member),
            within(INNER, NOBODY, GroupAccess::Member),
            within(INNER, EMERGENCY[0], GroupAccess::Member),
        ];
    });
    let found = of(&findings, StandingAccess);
    let about: Vec<_> = found.iter().map(|finding| finding.principal.clone()).collect();
    assert_eq!(about, [Some(who(NOBODY))]);
    let ids: Vec<_> = found[0].evidence.iter().map(|evidence| evidence.id.as_str()).collect();
    assert!(ids.contains(&&*who(GROUP).to_string()) && ids.contains(&&*holds(8, 0, role()).id.to_string()));
}

#[test]
fn many_grants_of_one_role_are_held_against_each_other_as_few_are() {
    for many in [2, 100] {
        let found = judged(|s| {
            let scopes = (0..many).map(|n| format!("/subscriptions/A/resourceGroups/r{n}"));
            let scopes = scopes.chain(["/subscriptions/a".to_owned(), "/subscriptions/ab".to_owned()]);
            s.eligibilities.extend((100..).zip(scopes).map(|(n, scope)| may(n, ADMIN, azure(OWNER, &scope))));
        });
        assert_eq!(of(&found, RedundantGrant).len(), many);
    }
}

#[test]
fn words_hold_no_names_of_people() {
    for (_, _, name, change) in SHOWN {
        for finding in judged(change).findings {
            let words = format!("{} {} {:?}", finding.message, finding.remedy, finding.evidence);
            assert!(!(0..10).any(|n| words.contains(&format!("person {n}"))), "{name}: {words}");
            assert!(!words.contains('@'), "{name}: {words}");
        }
    }
}

#[test]
fn a_role_that_the_reference_does_not_know_counts_as_tier_1() {
    let found = judged(|s| s.assignments.push(holds(9, ADMIN, Privilege::role(RoleId::from_guid([99; 16])))));
    let standing = of(&found, StandingAccess);
    assert_eq!((standing.len(), standing[0].severity), (1, Medium));
    let unknown_origin = judged(|s| {
        s.assignments.push(holds(9, ADMIN, Privilege::role(known(PRIVILEGED_ROLE_ADMINISTRATOR))));
        s.assignments[2].origin = Origin::Unknown("granted by magic".into());
    });
    assert_eq!(of(&unknown_origin, StandingAccess)[0].severity, Critical);
}
