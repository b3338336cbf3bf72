//! Access reviews, alerts and entitlement management.

use pim_core::review::RoundKey;
use pim_graph::{
    endpoints::{
        alerts, packages,
        reviews::{self, RoundAct},
    },
    wire,
};

use super::{Answer, Table, id};

pub(super) fn add(table: &mut Table) {
    reviews(table);
    rounds(table);
    histories(table);
    alerts(table);
    packages(table);
}

fn round(ids: &[&str]) -> Result<RoundKey, String> {
    Ok(RoundKey { review: id(ids[0])?, round: id(ids[1])? })
}

fn reviews(table: &mut Table) {
    let of = "accessReviewScheduleDefinition";
    table.many::<wire::ReviewDefinition>(
        "/identityGovernance/accessReviews/definitions/filterByCurrentUser(on='reviewer')",
        of,
        |_, _| Ok(reviews::my_definitions()),
    );
    table.many::<wire::ReviewDefinition>("/identityGovernance/accessReviews/definitions", of, |_, _| {
        Ok(reviews::definitions())
    });
    table.one::<wire::ReviewDefinition>("/identityGovernance/accessReviews/definitions/*", of, |p, _| {
        Ok(reviews::definition(&id(p[0])?))
    });
    table.many::<wire::ReviewDecision>(
        "/identityGovernance/accessReviews/decisions/filterByCurrentUser(on='reviewer')",
        "accessReviewInstanceDecisionItem",
        |_, _| Ok(reviews::all_my_decisions()),
    );
}

/// The part of a path that names a round.
macro_rules! round {
    ($rest:literal) => {
        concat!("/identityGovernance/accessReviews/definitions/*/instances", $rest)
    };
}

fn rounds(table: &mut Table) {
    let of = "accessReviewInstance";
    table.many::<wire::ReviewInstance>(round!("/filterByCurrentUser(on='reviewer')"), of, |p, _| {
        Ok(reviews::my_instances(&id(p[0])?))
    });
    table.many::<wire::ReviewInstance>(round!(""), of, |p, _| Ok(reviews::instances(&id(p[0])?)));
    table.one::<wire::ReviewInstance>(round!("/*"), of, |p, _| Ok(reviews::instance(&round(p)?)));
    table.many::<wire::ContactedReviewer>(round!("/*/contactedReviewers"), "accessReviewReviewer", |p, _| {
        Ok(reviews::contacted_reviewers(&round(p)?))
    });
    table.one::<wire::ContactedReviewer>(
        round!("/*/contactedReviewers/*"),
        "accessReviewReviewer",
        |p, _| Ok(reviews::contacted_reviewers(&round(p)?).id(p[2])),
    );
    let of = "accessReviewStage";
    table.many::<wire::ReviewStage>(round!("/*/stages"), of, |p, _| Ok(reviews::stages(&round(p)?)));
    table.one::<wire::ReviewStage>(round!("/*/stages/*"), of, |p, _| Ok(reviews::stage(&round(p)?, p[2])));
    table.act(round!("/*/stages/*/stop"), |p, _| Ok(reviews::stop_stage(&round(p)?, p[2])));
    let of = "accessReviewInstanceDecisionItem";
    table.many::<wire::ReviewDecision>(round!("/*/stages/*/decisions"), of, |p, _| {
        Ok(reviews::stage_decisions(&round(p)?, p[2]))
    });
    table.one::<wire::ReviewDecision>(round!("/*/stages/*/decisions/*"), of, |p, _| {
        Ok(reviews::stage_decisions(&round(p)?, p[2]).id(p[3]))
    });
    table.many::<wire::ReviewDecision>(
        round!("/*/decisions/filterByCurrentUser(on='reviewer')"),
        of,
        |p, _| Ok(reviews::my_decisions(&round(p)?)),
    );
    table.many::<wire::ReviewDecision>(round!("/*/decisions"), of, |p, _| Ok(reviews::decisions(&round(p)?)));
    table.one::<wire::ReviewDecision>(round!("/*/decisions/*"), of, |p, _| {
        Ok(reviews::decision(&round(p)?, &id(p[2])?))
    });
    table.act_with::<wire::BatchDecision>(
        round!("/*/batchRecordDecisions"),
        |p, _| Ok(reviews::act(&round(p)?, RoundAct::RecordDecisions)),
        None,
    );
    table.act(round!("/*/stop"), |p, _| Ok(reviews::act(&round(p)?, RoundAct::Stop)));
    table.act(round!("/*/applyDecisions"), |p, _| Ok(reviews::act(&round(p)?, RoundAct::Apply)));
    table.act(round!("/*/resetDecisions"), |p, _| Ok(reviews::act(&round(p)?, RoundAct::Reset)));
    table.act(round!("/*/sendReminder"), |p, _| Ok(reviews::act(&round(p)?, RoundAct::Remind)));
    table.act(round!("/*/acceptRecommendations"), |p, _| {
        Ok(reviews::act(&round(p)?, RoundAct::AcceptRecommendations))
    });
}

fn histories(table: &mut Table) {
    let of = "accessReviewHistoryDefinition";
    table.many::<wire::ReviewHistory>("/identityGovernance/accessReviews/historyDefinitions", of, |_, _| {
        Ok(reviews::histories())
    });
    table.one::<wire::ReviewHistory>("/identityGovernance/accessReviews/historyDefinitions/*", of, |p, _| {
        Ok(reviews::history(p[0]))
    });
    let of = "accessReviewHistoryInstance";
    table.many::<wire::ReviewHistoryInstance>(
        "/identityGovernance/accessReviews/historyDefinitions/*/instances",
        of,
        |p, _| Ok(reviews::history_instances(p[0])),
    );
    table.one::<wire::ReviewHistoryInstance>(
        "/identityGovernance/accessReviews/historyDefinitions/*/instances/*",
        of,
        |p, _| Ok(reviews::history_instances(p[0]).id(p[1])),
    );
    table.add(
        "POST",
        "/identityGovernance/accessReviews/historyDefinitions/*/instances/*/generateDownloadUri",
        |p, _| Ok(reviews::history_download(p[0], p[1])),
        super::Body::None,
        Some(Answer::object::<wire::ReviewHistoryInstance>(of)),
    );
}

macro_rules! alert {
    ($rest:literal) => {
        concat!("/identityGovernance/roleManagementAlerts", $rest)
    };
}

fn alerts(table: &mut Table) {
    table.many::<wire::Alert>(alert!("/alerts"), "unifiedRoleManagementAlert", |_, _| Ok(alerts::alerts()));
    table.act_with::<wire::AlertRefresh>(alert!("/alerts/refresh"), |_, _| Ok(alerts::refresh_all()), None);
    table.one::<wire::Alert>(alert!("/alerts/*"), "unifiedRoleManagementAlert", |p, _| {
        Ok(alerts::alert(&id(p[0])?))
    });
    table.act(alert!("/alerts/*/refresh"), |p, _| Ok(alerts::refresh(&id(p[0])?)));
    let of = "unifiedRoleManagementAlertIncident";
    table.many::<wire::AlertIncident>(alert!("/alerts/*/alertIncidents"), of, |p, _| {
        Ok(alerts::incidents(&id(p[0])?))
    });
    table.one::<wire::AlertIncident>(alert!("/alerts/*/alertIncidents/*"), of, |p, _| {
        Ok(alerts::incident(&id(p[0])?, &id(p[1])?))
    });
    table.act(alert!("/alerts/*/alertIncidents/*/remediate"), |p, _| {
        Ok(alerts::remediate(&id(p[0])?, &id(p[1])?))
    });
    let of = "unifiedRoleManagementAlertDefinition";
    table.many::<wire::AlertDefinition>(alert!("/alertDefinitions"), of, |_, _| Ok(alerts::definitions()));
    table.one::<wire::AlertDefinition>(alert!("/alertDefinitions/*"), of, |p, _| {
        Ok(alerts::definitions().id(p[0]))
    });
    let of = "unifiedRoleManagementAlertConfiguration";
    table.many::<wire::AlertConfiguration>(alert!("/alertConfigurations"), of, |_, _| {
        Ok(alerts::configurations())
    });
    table.one::<wire::AlertConfiguration>(alert!("/alertConfigurations/*"), of, |p, _| {
        Ok(alerts::configuration(&id(p[0])?))
    });
}

macro_rules! package {
    ($rest:literal) => {
        concat!("/identityGovernance/entitlementManagement", $rest)
    };
}

fn packages(table: &mut Table) {
    let of = "accessPackageCatalog";
    table.many::<wire::PackageCatalog>(package!("/catalogs"), of, |_, _| Ok(packages::catalogs()));
    table.one::<wire::PackageCatalog>(package!("/catalogs/*"), of, |p, _| Ok(packages::catalog(&id(p[0])?)));
    table.many::<wire::PackageResource>(
        package!("/catalogs/*/resources"),
        "accessPackageResource",
        |p, _| Ok(packages::resources(&id(p[0])?)),
    );
    table.many::<wire::PackageRole>(
        package!("/catalogs/*/resourceRoles"),
        "accessPackageResourceRole",
        |p, _| Ok(packages::resource_roles(&id(p[0])?)),
    );
    let of = "accessPackage";
    table.many::<wire::AccessPackage>(package!("/accessPackages"), of, |_, _| Ok(packages::packages()));
    table.one::<wire::AccessPackage>(package!("/accessPackages/*"), of, |p, _| {
        Ok(packages::package(&id(p[0])?))
    });
    let of = "accessPackageResourceRoleScope";
    table.many::<wire::PackageRoleScope>(package!("/accessPackages/*/resourceRoleScopes"), of, |p, _| {
        Ok(packages::role_scopes(&id(p[0])?))
    });
    table.one::<wire::PackageRoleScope>(package!("/accessPackages/*/resourceRoleScopes/*"), of, |p, _| {
        Ok(packages::role_scopes(&id(p[0])?).id(p[1]))
    });
    let of = "accessPackageAssignmentPolicy";
    table.many::<wire::PackagePolicy>(package!("/assignmentPolicies"), of, |_, _| Ok(packages::policies()));
    table
        .one::<wire::PackagePolicy>(package!("/assignmentPolicies/*"), of, |p, _| Ok(packages::policy(p[0])));
    let of = "accessPackageAssignment";
    table.many::<wire::PackageAssignment>(package!("/assignments"), of, |_, _| Ok(packages::assignments()));
    table.one::<wire::PackageAssignment>(package!("/assignments/*"), of, |p, _| {
        Ok(packages::assignments().id(p[0]))
    });
    table.act(package!("/assignments/*/reprocess"), |p, _| Ok(packages::reprocess_assignment(p[0])));
    let of = "accessPackageAssignmentRequest";
    table.many::<wire::PackageRequest>(package!("/assignmentRequests"), of, |_, _| Ok(packages::requests()));
    table.one::<wire::PackageRequest>(package!("/assignmentRequests/*"), of, |p, _| {
        Ok(packages::requests().id(p[0]))
    });
    table.act(package!("/assignmentRequests/*/cancel"), |p, _| Ok(packages::cancel_request(p[0])));
    table.act(package!("/assignmentRequests/*/reprocess"), |p, _| Ok(packages::reprocess_request(p[0])));
    let of = "accessPackageResourceRequest";
    table.many::<wire::PackageResourceRequest>(package!("/resourceRequests"), of, |_, _| {
        Ok(packages::resource_requests())
    });
    table.one::<wire::PackageResourceRequest>(package!("/resourceRequests/*"), of, |p, _| {
        Ok(packages::resource_requests().id(p[0]))
    });
}
