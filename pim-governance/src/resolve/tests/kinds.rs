//! One tenant for each kind of path.

use pim_core::{
    directory::{AdministrativeUnit, AppPermission, Group, Membership},
    error::ErrorKind,
    id::{GroupId, RoleId, ScheduleId},
    policy::{ApprovalSetting, Approver, Policy, Requirement, Rule, RuleKind, Setting, StrongAuthentication},
    privilege::{DirectoryScope, GroupAccess, Privilege},
    schedule::{Assignment, Condition, Eligibility, Origin},
    time::{Period, Window},
};

use crate::{
    resolve::{
        Effort, Path, Power, Reach, ResolveOptions, Resolver, Standing, Step, Target, administrators,
        usable_administrators,
    },
    snapshot::{
        Coverage, Reason, Snapshot, SnapshotBuilder, SourceKind,
        strategies::{NOW, application, group_id, kind, known, person, unit_id, who},
    },
};

const PAA: &str = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";

fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

fn duty() -> Privilege {
    Privilege::role(RoleId::from_guid([77; 16]))
}

fn schedule(n: u8) -> ScheduleId {
    ScheduleId::from_guid([n; 16])
}

fn holds(id: u8, holder: u8, privilege: Privilege) -> Assignment {
    Assignment::new(schedule(id), who(holder), privilege)
}

fn may(id: u8, holder: u8, privilege: Privilege) -> Eligibility {
    Eligibility::new(schedule(id), who(holder), privilege)
}

fn within(group: u8, member: u8, access: GroupAccess) -> Membership {
    Membership { group: group_id(group), principal: who(member), kind: kind(member), access }
}

fn group(n: u8) -> Group {
    let mut group = Group::new(group_id(n), format!("group {n}"));
    group.role_assignable = true;
    group
}

fn policy(subject: Privilege, rules: Vec<Rule>) -> Policy {
    Policy::new("policy".parse().unwrap(), subject, rules)
}

fn approved_by(approvers: impl IntoIterator<Item = Approver>) -> Rule {
    let setting = Setting::Approval(ApprovalSetting::by(approvers));
    Rule { kind: RuleKind::ApprovalEndUserAssignment, setting }
}

/// Six people, four role-assignable groups, three applications; nobody has anything.
fn tenant() -> SnapshotBuilder {
    Snapshot::builder(NOW)
        .users((0..6).map(person))
        .groups((10..14).map(group))
        .service_principals((20..23).map(application))
}

fn only(tenant: &Snapshot, reach: Reach, n: u8, privilege: &Privilege) -> Path {
    let resolver = Resolver::with(tenant, ResolveOptions { reach, ..ResolveOptions::default() });
    let mut paths = resolver.can_become(&who(n), privilege);
    assert_eq!(paths.len(), 1, "{paths:?}");
    let of_all = resolver.paths_to(privilege);
    assert_eq!(of_all.iter().find(|path| path.principal == who(n)), paths.first());
    paths.remove(0)
}

fn nobody(tenant: &Snapshot, reach: Reach, n: u8, privilege: &Privilege) {
    let resolver = Resolver::with(tenant, ResolveOptions { reach, ..ResolveOptions::default() });
    assert_eq!(resolver.can_become(&who(n), privilege), []);
}

#[test]
fn a_direct_assignment_is_held() {
    let mut ending = holds(2, 2, global());
    ending.window = Window::new(None, Some(NOW + Period::hours(3))).unwrap();
    ending.origin = Origin::Activated { using: None };
    let tenant = tenant().assignments([holds(1, 1, global()), ending]).build();
    let standing = only(&tenant, Reach::Granted, 1, &global());
    assert_eq!(standing.standing, Standing::Permanent);
    assert_eq!(standing.effort, Effort { steps: 1, ..Effort::default() });
    assert!(matches!(&standing.steps[..], [Step::Hold { grant, .. }] if *grant == schedule(1)));
    let passing = only(&tenant, Reach::Granted, 2, &global());
    assert_eq!(passing.standing, Standing::Activated(Some(NOW + Period::hours(3))));
}

#[test]
fn an_eligibility_tells_what_it_demands_and_whose_approval() {
    let mfa = Setting::Enablement { required: [Requirement::Mfa, Requirement::Justification].into() };
    let mfa = Rule { kind: RuleKind::EnablementEndUserAssignment, setting: mfa };
    let mut gone = person(4);
    gone.enabled = false;
    let approvers = [Approver::group(who(10)), Approver::user(who(4))];
    let tenant = Snapshot::builder(NOW)
        .users((0..4).map(person).chain([gone]))
        .groups([group(10)])
        .memberships([within(10, 1, GroupAccess::Member), within(10, 2, GroupAccess::Member)])
        .eligibilities([may(1, 1, duty())])
        .policies([policy(duty(), vec![mfa, approved_by(approvers)])])
        .build();
    let path = only(&tenant, Reach::Granted, 1, &duty());
    assert_eq!(path.effort, Effort { takes: 0, approvals: 1, activations: 1, steps: 1 });
    assert_eq!(path.standing, Standing::CanActivate);
    let [Step::Activate { demands: Some(demands), actor, .. }] = &path.steps[..] else { panic!("{path:?}") };
    assert_eq!(*actor, who(1));
    assert_eq!(demands.strong_authentication, StrongAuthentication::Mfa);
    assert!(demands.justification);
    assert_eq!(demands.approval, Some(vec![[who(1), who(2)].into()]), "the disabled approver can't");
    assert_eq!(path.unapprovable(), None);
}

#[test]
fn nobody_approves_their_own_request() {
    let tenant = tenant()
        .eligibilities([may(1, 1, duty())])
        .policies([policy(duty(), vec![approved_by([Approver::user(who(1))])])])
        .build();
    let path = only(&tenant, Reach::Granted, 1, &duty());
    assert_eq!(path.unapprovable(), path.steps.first());
}

#[test]
fn a_policy_that_was_not_read_is_no_freedom() {
    let tenant = tenant().eligibilities([may(1, 1, duty())]).build();
    let path = only(&tenant, Reach::Granted, 1, &duty());
    assert!(matches!(&path.steps[..], [Step::Activate { demands: None, .. }]));
}

#[test]
fn members_have_what_their_group_has_at_any_depth_and_in_circles() {
    let member = GroupAccess::Member;
    let tenant = tenant()
        .assignments([holds(1, 10, global())])
        .memberships([
            within(10, 11, member.clone()),
            within(11, 12, member.clone()),
            within(12, 10, member.clone()),
            within(12, 1, member),
        ])
        .build();
    let path = only(&tenant, Reach::Granted, 1, &global());
    assert_eq!(path.steps.len(), 4);
    assert_eq!(path.standing, Standing::Permanent);
    let holders = Resolver::new(&tenant).holders_of(&global());
    assert_eq!(holders.holders.len(), 1, "groups don't act");
    let of_group = Resolver::new(&tenant).can_become(&who(11), &global());
    assert_eq!(of_group[0].steps.len(), 2, "what each member of the group can become");
}

#[test]
fn members_of_an_eligible_group_activate_for_themselves() {
    let tenant = tenant()
        .eligibilities([may(1, 10, duty())])
        .memberships([within(10, 1, GroupAccess::Member), within(10, 20, GroupAccess::Member)])
        .build();
    let path = only(&tenant, Reach::Granted, 1, &duty());
    assert!(
        matches!(&path.steps[..], [Step::Belong { .. }, Step::Activate { actor, holder, .. }]
            if *actor == who(1) && *holder == who(10)),
        "{path:?}"
    );
    nobody(&tenant, Reach::Managed, 20, &duty());
}

#[test]
fn who_may_activate_a_group_may_become_what_it_has() {
    let tenant = tenant()
        .assignments([holds(1, 10, global())])
        .eligibilities([
            may(2, 1, Privilege::member(group_id(10))),
            may(3, 11, Privilege::member(group_id(10))),
        ])
        .memberships([within(11, 2, GroupAccess::Member)])
        .build();
    let path = only(&tenant, Reach::Granted, 1, &global());
    assert!(matches!(&path.steps[..], [Step::Activate { .. }, Step::Hold { .. }]), "{path:?}");
    assert_eq!(path.standing, Standing::CanActivate);
    let nested = only(&tenant, Reach::Granted, 2, &global());
    assert_eq!((nested.effort.activations, nested.effort.steps), (1, 3));
}

#[test]
fn an_activated_membership_is_told_by_pim_and_does_not_stand() {
    let mut activated = holds(2, 1, Privilege::member(group_id(10)));
    activated.origin = Origin::Activated { using: None };
    activated.window = Window::new(Some(NOW - Period::hours(1)), Some(NOW + Period::hours(1))).unwrap();
    let tenant = tenant()
        .assignments([holds(1, 10, global()), activated])
        .memberships([within(10, 1, GroupAccess::Member)])
        .build();
    let path = only(&tenant, Reach::Granted, 1, &global());
    assert_eq!(path.standing, Standing::Activated(Some(NOW + Period::hours(1))));
}

#[test]
fn owners_of_a_group_can_join_it_unless_a_rule_or_another_directory_fills_it() {
    let owned = |change: fn(&mut Group)| {
        let mut group = group(10);
        change(&mut group);
        Snapshot::builder(NOW)
            .users([person(1)])
            .groups([group])
            .assignments([holds(1, 10, global())])
            .memberships([within(10, 1, GroupAccess::Owner)])
            .build()
    };
    let path = only(&owned(|_| ()), Reach::Owned, 1, &global());
    assert!(
        matches!(&path.steps[..], [Step::Belong { .. }, Step::Join { .. }, Step::Hold { .. }]),
        "{path:?}"
    );
    assert_eq!((path.standing, path.effort.takes), (Standing::CanTake, 1));
    nobody(&owned(|_| ()), Reach::Granted, 1, &global());
    nobody(&owned(|group| group.membership_rule = Some("true".into())), Reach::Owned, 1, &global());
    nobody(
        &owned(|group| group.source = pim_core::directory::Source::OnPremises),
        Reach::Owned,
        1,
        &global(),
    );
}

#[test]
fn owners_of_an_application_can_act_as_it() {
    let owned = |change: fn(&mut pim_core::directory::ServicePrincipal)| {
        let mut application = application(20);
        application.owners = vec![who(1)];
        change(&mut application);
        Snapshot::builder(NOW)
            .users([person(1)])
            .service_principals([application])
            .assignments([holds(1, 20, global())])
            .build()
    };
    let path = only(&owned(|_| ()), Reach::Owned, 1, &global());
    assert!(matches!(&path.steps[..], [Step::Impersonate { .. }, Step::Hold { .. }]), "{path:?}");
    nobody(&owned(|_| ()), Reach::Granted, 1, &global());
    nobody(&owned(|application| application.enabled = false), Reach::Owned, 1, &global());
    nobody(&owned(|application| application.managed_identity = true), Reach::Owned, 1, &global());
}

#[test]
fn an_application_permission_leads_to_any_role() {
    let mut bridge = application(20);
    bridge.owners = vec![who(1)];
    bridge.permissions = vec![AppPermission {
        resource: "00000003-0000-0000-c000-000000000000".parse().unwrap(),
        role: known("06b708a9-e830-4db3-a914-8e69da51d44f"),
        name: Some("AppRoleAssignment.ReadWrite.All".into()),
    }];
    let tenant = Snapshot::builder(NOW).users([person(1)]).service_principals([bridge]).build();
    nobody(&tenant, Reach::Owned, 1, &global());
    let resolver =
        Resolver::with(&tenant, ResolveOptions { reach: Reach::Managed, ..ResolveOptions::default() });
    let path = &resolver.can_become(&who(1), &global())[0];
    let assign = Power::AssignDirectoryRoles;
    assert!(
        matches!(&path.steps[..], [
            Step::Impersonate { .. },
            Step::Permission { .. },
            Step::Wield { power: Power::GrantPermissions, target: Target::Power(granted) },
            Step::Wield { power, target: Target::Privilege(_) },
        ] if *granted == assign && *power == assign),
        "{path:?}"
    );
    assert_eq!(path.effort.takes, 3);
}

#[test]
fn who_resets_sign_ins_becomes_anybody_but_those_of_a_restricted_unit() {
    let unit = |restricted| {
        let mut unit = AdministrativeUnit::new(unit_id(30), "unit".into());
        unit.restricted = restricted;
        unit.members = vec![who(2)];
        unit
    };
    let scope = DirectoryScope::AdministrativeUnit(unit_id(30));
    let local = Privilege::DirectoryRole { role: known(PAA), scope };
    let grants =
        || [holds(1, 1, Privilege::role(known(PAA))), holds(2, 2, duty()), holds(3, 3, local.clone())];
    let open = tenant().units([unit(false)]).assignments(grants()).build();
    let path = only(&open, Reach::Managed, 3, &duty());
    assert!(
        matches!(&path.steps[..], [Step::Hold { .. }, Step::Wield { target: Target::Principal(id), .. }, Step::Hold { .. }]
            if *id == who(2)),
        "{path:?}"
    );
    let resolver = |tenant| {
        Resolver::with(tenant, ResolveOptions { reach: Reach::Managed, ..ResolveOptions::default() })
    };
    assert!(!resolver(&open).can_become(&who(1), &duty()).is_empty());
    let shut = tenant().units([unit(true)]).assignments(grants()).build();
    // The tenant's own administrator first has to become the unit's.
    assert!(resolver(&shut).can_become(&who(1), &duty())[0].effort.takes > 1);
    nobody(&shut, Reach::Granted, 1, &local);
    assert_eq!(only(&open, Reach::Granted, 1, &local).standing, Standing::Permanent);
}

#[test]
fn a_role_reaches_below_its_scope() {
    let azure = |scope: &str| Privilege::AzureRole {
        role: RoleId::from_guid([5; 16]),
        scope: scope.parse().unwrap(),
    };
    let mut row = holds(1, 1, azure("/subscriptions/A"));
    row.condition = Some(Box::new(Condition { expression: "x".into(), version: "2.0".into() }));
    let tenant = tenant().assignments([row]).build();
    let path = only(&tenant, Reach::Granted, 1, &azure("/subscriptions/a/resourceGroups/r"));
    assert!(
        matches!(&path.steps[..], [Step::Hold { conditional: true, .. }, Step::Cover { .. }]),
        "{path:?}"
    );
    nobody(&tenant, Reach::Granted, 1, &azure("/subscriptions/ab"));
}

#[test]
fn owners_of_a_subscription_give_themselves_any_role_in_it() {
    let owner = known("8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
    let azure = |role: RoleId, scope: &str| Privilege::AzureRole { role, scope: scope.parse().unwrap() };
    let tenant = tenant().assignments([holds(1, 1, azure(owner, "/subscriptions/a"))]).build();
    let path = only(
        &tenant,
        Reach::Managed,
        1,
        &azure(RoleId::from_guid([6; 16]), "/subscriptions/a/resourceGroups/r"),
    );
    assert!(matches!(&path.steps[..], [Step::Hold { .. }, Step::Wield { .. }]), "{path:?}");
}

#[test]
fn all_ways_are_told_least_first() {
    let tenant = tenant()
        .assignments([holds(1, 10, duty())])
        .eligibilities([may(2, 1, duty()), may(3, 1, Privilege::member(group_id(10)))])
        .memberships([within(10, 1, GroupAccess::Owner)])
        .build();
    let ways = Resolver::new(&tenant).can_become(&who(1), &duty());
    let efforts: Vec<_> =
        ways.iter().map(|path| (path.effort.takes, path.effort.activations, path.effort.steps)).collect();
    assert_eq!(efforts, [(0, 1, 1), (0, 1, 2), (1, 0, 3)]);
    let one = ResolveOptions { max_paths: 1, ..ResolveOptions::default() };
    assert_eq!(Resolver::with(&tenant, one).can_become(&who(1), &duty()), ways[..1]);
}

#[test]
fn members_that_were_not_read_leave_their_group_opaque() {
    let cut = Coverage::Denied(Reason::new(ErrorKind::PermissionDenied, "ask for GroupMember.Read.All"));
    let tenant =
        tenant().assignments([holds(1, 10, global())]).coverage(SourceKind::Memberships, cut).build();
    let resolver = Resolver::new(&tenant);
    let holders = resolver.holders_of(&global());
    assert!(holders.holders.is_empty());
    assert_eq!(holders.opaque, [who(10)]);
    assert_eq!(resolver.unread(), [SourceKind::Memberships]);
}

#[test]
fn a_holder_that_the_directory_does_not_know_is_told_all_the_same() {
    let tenant = tenant().assignments([holds(1, 99, global())]).build();
    assert_eq!(Resolver::new(&tenant).holders_of(&global()).holders[0].principal, who(99));
}

#[test]
fn only_enabled_people_without_end_are_usable_administrators() {
    let mut gone = person(2);
    gone.enabled = false;
    let mut passing = holds(3, 3, global());
    passing.window = Window::new(None, Some(NOW + Period::days(1))).unwrap();
    let mut activated = holds(5, 4, Privilege::member(group_id(10)));
    activated.origin = Origin::Activated { using: None };
    let build = || {
        Snapshot::builder(NOW)
            .users([person(1), gone.clone(), person(3), person(4), person(5)])
            .groups([group(10)])
            .assignments([
                holds(1, 1, global()),
                holds(2, 2, global()),
                passing.clone(),
                holds(4, 10, global()),
                activated.clone(),
            ])
            .memberships([within(10, 4, GroupAccess::Member), within(10, 5, GroupAccess::Member)])
    };
    assert_eq!(usable_administrators(&build().build()), [who(1), who(5)].into());
    assert!(administrators(&build().build()).depend_on(&GroupId::from_guid([10; 16])));

    let denied = Coverage::Denied(Reason::new(ErrorKind::PermissionDenied, "consent is missing"));
    let blind = build().coverage(SourceKind::GroupAssignments, denied).build();
    assert_eq!(usable_administrators(&blind), [who(1)].into(), "who can't be told apart does not count");
}
