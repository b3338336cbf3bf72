//! Roles, groups, policies and approvals.

use pim_core::backend::View;
use pim_graph::{
    endpoints::{
        Version,
        approvals::ApprovalArea,
        policies,
        roles::{self, Provider},
        schedules::{Area, Family, Grant, Record},
    },
    wire,
};

use super::{Table, id};

pub(super) fn add(table: &mut Table) {
    definitions(table);
    requests(table);
    schedules(table);
    policies(table);
    approvals(table);
}

fn definitions(table: &mut Table) {
    let of = "unifiedRoleDefinition";
    table.many::<wire::RoleDefinition>("/roleManagement/directory/roleDefinitions", of, |_, _| {
        Ok(roles::definitions(Provider::Directory))
    });
    table.one::<wire::RoleDefinition>("/roleManagement/directory/roleDefinitions/*", of, |p, _| {
        Ok(roles::definition(&id(p[0])?))
    });
    table.many::<wire::RoleDefinition>(
        "/roleManagement/entitlementManagement/roleDefinitions",
        of,
        |_, _| Ok(roles::definitions(Provider::EntitlementManagement)),
    );
    table.one::<wire::RoleDefinition>(
        "/roleManagement/entitlementManagement/roleDefinitions/*",
        of,
        |p, _| Ok(roles::definitions(Provider::EntitlementManagement).id(p[0])),
    );
    let of = "unifiedRoleAssignment";
    table.many::<wire::RoleAssignment>("/roleManagement/directory/roleAssignments", of, |_, _| {
        Ok(roles::assignments())
    });
    table.one::<wire::RoleAssignment>("/roleManagement/directory/roleAssignments/*", of, |p, _| {
        Ok(roles::assignment(p[0]))
    });
    table.many::<wire::RoleAssignment>(
        "/roleManagement/entitlementManagement/roleAssignments",
        of,
        |_, _| Ok(roles::package_assignments()),
    );
    table.one::<wire::RoleAssignment>(
        "/roleManagement/entitlementManagement/roleAssignments/*",
        of,
        |p, _| Ok(roles::package_assignments().id(p[0])),
    );
    table.many::<wire::RoleAssignment>("/roleManagement/directory/transitiveRoleAssignments", of, |_, _| {
        Ok(roles::transitive_assignments())
    });
}

/// One of the twelve collections, with what concerns the caller.
macro_rules! collection {
    ($table:ident, $root:literal, $area:ident $grant:ident $record:ident, $shape:ty, $of:literal) => {{
        const FAMILY: Family = Family { area: Area::$area, grant: Grant::$grant, record: Record::$record };
        $table.many::<$shape>(concat!($root, "/filterByCurrentUser(on='principal')"), $of, |_, _| {
            FAMILY.by_current_user(&View::Mine).ok_or_else(unheard)
        });
        $table.many::<$shape>(concat!($root, "/filterByCurrentUser(on='createdBy')"), $of, |_, _| {
            FAMILY.by_current_user(&View::AskedByMe).ok_or_else(unheard)
        });
        $table.many::<$shape>(concat!($root, "/filterByCurrentUser(on='approver')"), $of, |_, _| {
            FAMILY.by_current_user(&View::ForMyDecision).ok_or_else(unheard)
        });
        $table.many::<$shape>($root, $of, |_, _| Ok(FAMILY.list()));
        $table.one::<$shape>(concat!($root, "/*"), $of, |p, _| Ok(FAMILY.one(p[0])));
        $table.act(concat!($root, "/*/cancel"), |p, _| Ok(FAMILY.cancel(p[0])));
    }};
}

fn unheard() -> String {
    "path: the collection does not offer what concerns the caller so".to_owned()
}

#[rustfmt::skip]
fn requests(table: &mut Table) {
    collection!(table, "/roleManagement/directory/roleAssignmentScheduleRequests",
        Roles Assignment Request, wire::RoleAssignmentRequest, "unifiedRoleAssignmentScheduleRequest");
    collection!(table, "/roleManagement/directory/roleEligibilityScheduleRequests",
        Roles Eligibility Request, wire::RoleEligibilityRequest, "unifiedRoleEligibilityScheduleRequest");
    collection!(table, "/identityGovernance/privilegedAccess/group/assignmentScheduleRequests",
        Groups Assignment Request, wire::GroupAssignmentRequest, "privilegedAccessGroupAssignmentScheduleRequest");
    collection!(table, "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests",
        Groups Eligibility Request, wire::GroupEligibilityRequest, "privilegedAccessGroupEligibilityScheduleRequest");
}

#[rustfmt::skip]
fn schedules(table: &mut Table) {
    collection!(table, "/roleManagement/directory/roleAssignmentSchedules",
        Roles Assignment Schedule, wire::RoleAssignmentSchedule, "unifiedRoleAssignmentSchedule");
    collection!(table, "/roleManagement/directory/roleAssignmentScheduleInstances",
        Roles Assignment Instance, wire::RoleAssignmentInstance, "unifiedRoleAssignmentScheduleInstance");
    collection!(table, "/roleManagement/directory/roleEligibilitySchedules",
        Roles Eligibility Schedule, wire::RoleEligibilitySchedule, "unifiedRoleEligibilitySchedule");
    collection!(table, "/roleManagement/directory/roleEligibilityScheduleInstances",
        Roles Eligibility Instance, wire::RoleEligibilityInstance, "unifiedRoleEligibilityScheduleInstance");
    collection!(table, "/identityGovernance/privilegedAccess/group/assignmentSchedules",
        Groups Assignment Schedule, wire::GroupAssignmentSchedule, "privilegedAccessGroupAssignmentSchedule");
    collection!(table, "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances",
        Groups Assignment Instance, wire::GroupAssignmentInstance, "privilegedAccessGroupAssignmentScheduleInstance");
    collection!(table, "/identityGovernance/privilegedAccess/group/eligibilitySchedules",
        Groups Eligibility Schedule, wire::GroupEligibilitySchedule, "privilegedAccessGroupEligibilitySchedule");
    collection!(table, "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances",
        Groups Eligibility Instance, wire::GroupEligibilityInstance, "privilegedAccessGroupEligibilityScheduleInstance");
}

fn policies(table: &mut Table) {
    let (of, rule) = ("unifiedRoleManagementPolicy", "unifiedRoleManagementPolicyRule");
    table.many::<wire::Policy>("/policies/roleManagementPolicies", of, |_, _| Ok(policies::policies()));
    table.one::<wire::Policy>("/policies/roleManagementPolicies/*", of, |p, _| {
        Ok(policies::policy(&id(p[0])?))
    });
    table.many::<wire::PolicyRule>("/policies/roleManagementPolicies/*/rules", rule, |p, _| {
        Ok(policies::rules(&id(p[0])?))
    });
    table.one::<wire::PolicyRule>("/policies/roleManagementPolicies/*/rules/*", rule, |p, _| {
        Ok(policies::rule(&id(p[0])?, p[1]))
    });
    table.many::<wire::PolicyRule>("/policies/roleManagementPolicies/*/effectiveRules", rule, |p, _| {
        Ok(policies::effective_rules(&id(p[0])?))
    });
    table.one::<wire::PolicyRule>("/policies/roleManagementPolicies/*/effectiveRules/*", rule, |p, _| {
        Ok(policies::effective_rules(&id(p[0])?).id(p[1]))
    });
    let of = "unifiedRoleManagementPolicyAssignment";
    table.many::<wire::PolicyAssignment>("/policies/roleManagementPolicyAssignments", of, |_, _| {
        Ok(policies::assignments())
    });
    table.one::<wire::PolicyAssignment>("/policies/roleManagementPolicyAssignments/*", of, |p, _| {
        Ok(policies::assignment(p[0]))
    });
}

/// The approvals of one area, under both names of their stages.
macro_rules! approvals {
    ($table:ident, $root:literal, $area:expr) => {{
        $table.many::<wire::Approval>($root, "approval", |_, v| Ok($area(v).list()));
        $table.one::<wire::Approval>(concat!($root, "/*"), "approval", |p, v| Ok($area(v).one(&id(p[0])?)));
        $table.many::<wire::ApprovalStage>(concat!($root, "/*/stages"), "approvalStage", |p, v| {
            Ok($area(v).stages(&id(p[0])?))
        });
        $table.many::<wire::ApprovalStage>(concat!($root, "/*/steps"), "approvalStage", |p, v| {
            Ok($area(v).stages(&id(p[0])?))
        });
        $table.one::<wire::ApprovalStage>(concat!($root, "/*/stages/*"), "approvalStage", |p, v| {
            Ok($area(v).stage(&id(p[0])?, &id(p[1])?))
        });
        $table.one::<wire::ApprovalStage>(concat!($root, "/*/steps/*"), "approvalStage", |p, v| {
            Ok($area(v).stage(&id(p[0])?, &id(p[1])?))
        });
    }};
}

fn approvals(table: &mut Table) {
    approvals!(table, "/roleManagement/directory/roleAssignmentApprovals", |_| ApprovalArea::Roles);
    approvals!(table, "/identityGovernance/privilegedAccess/group/assignmentApprovals", |_| {
        ApprovalArea::Groups
    });
    approvals!(table, "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals", |v| {
        match v {
            Version::V1 => ApprovalArea::Packages,
            Version::Beta => ApprovalArea::PackagesBeta,
        }
    });
}
