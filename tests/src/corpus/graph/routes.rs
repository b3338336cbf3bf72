use pim_core::review::RoundKey;
use pim_graph::{
    endpoints::{
        Place, alerts,
        approvals::ApprovalArea,
        audit, conditional_access, directory, packages, policies,
        reviews::{self, RoundAct},
        roles,
        schedules::{Area, Family, Grant, Record},
    },
    wire::{self, Extras, Page},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

type Found<'a> = &'a mut dyn FnMut(&str, &str);
/// Reads a body and writes it again.
type Shape = fn(&Value, Found<'_>) -> Result<Value, String>;

pub(super) enum Body {
    None,
    Shape(Shape),
}

/// One documented path: how we build it, and what goes in and comes out.
pub(super) struct Route {
    pub(super) method: &'static str,
    path: &'static str,
    pub(super) place: fn(&[&str]) -> Result<Place, String>,
    pub(super) body: Body,
    pub(super) answer: Option<Shape>,
}

/// The route of a printed path, and the ids in it.
pub(super) fn find(method: &str, path: &str) -> Option<(&'static Route, Vec<String>)> {
    // A page of alerts prints `incident` where the type has `alertIncidents`.
    let path = path.replace("/incident/", "/alertIncidents/");
    routes().iter().find_map(|route| {
        let (mut wanted, mut given, mut ids) = (route.path.split('/'), path.split('/'), Vec::new());
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return (method == route.method).then_some((route, ids)),
                (Some("*"), Some(id)) => ids.push(id.to_owned()),
                (a, b) if a == b => {}
                _ => return None,
            }
        }
    })
}

fn again<T: Serialize + Extras>(value: &T, found: Found<'_>) -> Result<Value, String> {
    value.extras(found);
    serde_json::to_value(value).map_err(|e| e.to_string())
}

fn page<T: DeserializeOwned + Serialize + Extras>(body: &Value, found: Found<'_>) -> Result<Value, String> {
    let page: Page<T> = wire::read(body.to_string().as_bytes()).map_err(|e| e.to_string())?;
    again(&page, found)
}

fn one<T: DeserializeOwned + Serialize + Extras>(body: &Value, found: Found<'_>) -> Result<Value, String> {
    let one = wire::read_entity::<T>(body.to_string().as_bytes()).map_err(|e| e.to_string())?;
    again(&one, found)
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| format!("the id `{text}` in the path: {error}"))
}

fn round(ids: &[&str]) -> Result<RoundKey, String> {
    Ok(RoundKey { review: id(ids[0])?, round: id(ids[1])? })
}

const fn family(area: Area, grant: Grant, record: Record) -> Family {
    Family { area, grant, record }
}

fn routes() -> &'static [Route] {
    static ROUTES: std::sync::OnceLock<Vec<Route>> = std::sync::OnceLock::new();
    ROUTES.get_or_init(|| {
        let mut routes = Vec::new();
        macro_rules! route {
            ($method:literal $path:literal, $place:expr, $body:expr, $answer:expr) => {
                {
                    let place: fn(&[&str]) -> Result<Place, String> = $place;
                    routes.push(Route { method: $method, path: $path, place, body: $body, answer: $answer });
                }
            };
        }
        macro_rules! list {
            ($path:literal, $place:expr, $shape:ty) => {
                route!("GET" $path, $place, Body::None, Some(page::<$shape>))
            };
        }
        macro_rules! get {
            ($path:literal, $place:expr, $shape:ty) => {
                route!("GET" $path, $place, Body::None, Some(one::<$shape>))
            };
        }
        macro_rules! send {
            ($method:literal $path:literal, $place:expr, $shape:ty) => {
                route!($method $path, $place, Body::Shape(one::<$shape>), Some(one::<$shape>))
            };
        }
        macro_rules! act {
            ($method:literal $path:literal, $place:expr) => {
                route!($method $path, $place, Body::None, None)
            };
        }
        macro_rules! grants {
            ($list:literal, $one:literal, $mine:literal, $area:ident $grant:ident $record:ident, $shape:ty) => {
                const _: Family = family(Area::$area, Grant::$grant, Record::$record);
                list!($mine, |_| Ok(family(Area::$area, Grant::$grant, Record::$record)
                    .by_current_user(&pim_core::backend::View::Mine).unwrap()), $shape);
                list!($list, |_| Ok(family(Area::$area, Grant::$grant, Record::$record).list()), $shape);
                get!($one, |p| Ok(family(Area::$area, Grant::$grant, Record::$record).one(p[0])), $shape);
            };
        }
        macro_rules! requests {
            ($list:literal, $one:literal, $cancel:literal, $area:ident $grant:ident, $shape:ty) => {
                send!("POST" $list, |_| Ok(family(Area::$area, Grant::$grant, Record::Request).list()), $shape);
                act!("POST" $cancel, |p| Ok(family(Area::$area, Grant::$grant, Record::Request).cancel(p[0])));
            };
        }

        // Entra roles.
        list!("/roleManagement/directory/roleDefinitions", |_| Ok(roles::definitions(roles::Provider::Directory)), wire::RoleDefinition);
        list!("/roleManagement/entitlementManagement/roleDefinitions", |_| Ok(roles::definitions(roles::Provider::EntitlementManagement)), wire::RoleDefinition);
        send!("POST" "/roleManagement/directory/roleDefinitions", |_| Ok(roles::definitions(roles::Provider::Directory)), wire::RoleDefinition);
        get!("/roleManagement/directory/roleDefinitions/*", |p| Ok(roles::definition(&id(p[0])?)), wire::RoleDefinition);
        send!("PATCH" "/roleManagement/directory/roleDefinitions/*", |p| Ok(roles::definition(&id(p[0])?)), wire::RoleDefinition);
        act!("DELETE" "/roleManagement/directory/roleDefinitions/*", |p| Ok(roles::definition(&id(p[0])?)));
        list!("/roleManagement/directory/roleAssignments", |_| Ok(roles::assignments()), wire::RoleAssignment);
        send!("POST" "/roleManagement/directory/roleAssignments", |_| Ok(roles::assignments()), wire::RoleAssignment);
        get!("/roleManagement/directory/roleAssignments/*", |p| Ok(roles::assignment(p[0])), wire::RoleAssignment);
        act!("DELETE" "/roleManagement/directory/roleAssignments/*", |p| Ok(roles::assignment(p[0])));
        list!("/roleManagement/directory/transitiveRoleAssignments", |_| Ok(roles::transitive_assignments()), wire::RoleAssignment);
        grants!("/roleManagement/directory/roleAssignmentScheduleRequests", "/roleManagement/directory/roleAssignmentScheduleRequests/*", "/roleManagement/directory/roleAssignmentScheduleRequests/filterByCurrentUser(on='principal')", Roles Assignment Request, wire::RoleAssignmentRequest);
        grants!("/roleManagement/directory/roleAssignmentSchedules", "/roleManagement/directory/roleAssignmentSchedules/*", "/roleManagement/directory/roleAssignmentSchedules/filterByCurrentUser(on='principal')", Roles Assignment Schedule, wire::RoleAssignmentSchedule);
        grants!("/roleManagement/directory/roleAssignmentScheduleInstances", "/roleManagement/directory/roleAssignmentScheduleInstances/*", "/roleManagement/directory/roleAssignmentScheduleInstances/filterByCurrentUser(on='principal')", Roles Assignment Instance, wire::RoleAssignmentInstance);
        grants!("/roleManagement/directory/roleEligibilityScheduleRequests", "/roleManagement/directory/roleEligibilityScheduleRequests/*", "/roleManagement/directory/roleEligibilityScheduleRequests/filterByCurrentUser(on='principal')", Roles Eligibility Request, wire::RoleEligibilityRequest);
        grants!("/roleManagement/directory/roleEligibilitySchedules", "/roleManagement/directory/roleEligibilitySchedules/*", "/roleManagement/directory/roleEligibilitySchedules/filterByCurrentUser(on='principal')", Roles Eligibility Schedule, wire::RoleEligibilitySchedule);
        grants!("/roleManagement/directory/roleEligibilityScheduleInstances", "/roleManagement/directory/roleEligibilityScheduleInstances/*", "/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')", Roles Eligibility Instance, wire::RoleEligibilityInstance);
        requests!("/roleManagement/directory/roleAssignmentScheduleRequests", "", "/roleManagement/directory/roleAssignmentScheduleRequests/*/cancel", Roles Assignment, wire::RoleAssignmentRequest);
        requests!("/roleManagement/directory/roleEligibilityScheduleRequests", "", "/roleManagement/directory/roleEligibilityScheduleRequests/*/cancel", Roles Eligibility, wire::RoleEligibilityRequest);

        // Groups.
        grants!("/identityGovernance/privilegedAccess/group/assignmentScheduleRequests", "/identityGovernance/privilegedAccess/group/assignmentScheduleRequests/*", "/identityGovernance/privilegedAccess/group/assignmentScheduleRequests/filterByCurrentUser(on='principal')", Groups Assignment Request, wire::GroupAssignmentRequest);
        grants!("/identityGovernance/privilegedAccess/group/assignmentSchedules", "/identityGovernance/privilegedAccess/group/assignmentSchedules/*", "/identityGovernance/privilegedAccess/group/assignmentSchedules/filterByCurrentUser(on='principal')", Groups Assignment Schedule, wire::GroupAssignmentSchedule);
        grants!("/identityGovernance/privilegedAccess/group/assignmentScheduleInstances", "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances/*", "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances/filterByCurrentUser(on='principal')", Groups Assignment Instance, wire::GroupAssignmentInstance);
        grants!("/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests", "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests/*", "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests/filterByCurrentUser(on='principal')", Groups Eligibility Request, wire::GroupEligibilityRequest);
        grants!("/identityGovernance/privilegedAccess/group/eligibilitySchedules", "/identityGovernance/privilegedAccess/group/eligibilitySchedules/*", "/identityGovernance/privilegedAccess/group/eligibilitySchedules/filterByCurrentUser(on='principal')", Groups Eligibility Schedule, wire::GroupEligibilitySchedule);
        grants!("/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances", "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances/*", "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances/filterByCurrentUser(on='principal')", Groups Eligibility Instance, wire::GroupEligibilityInstance);
        requests!("/identityGovernance/privilegedAccess/group/assignmentScheduleRequests", "", "/identityGovernance/privilegedAccess/group/assignmentScheduleRequests/*/cancel", Groups Assignment, wire::GroupAssignmentRequest);
        requests!("/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests", "", "/identityGovernance/privilegedAccess/group/eligibilityScheduleRequests/*/cancel", Groups Eligibility, wire::GroupEligibilityRequest);

        // Policies.
        list!("/policies/roleManagementPolicies", |_| Ok(policies::policies()), wire::Policy);
        get!("/policies/roleManagementPolicies/*", |p| Ok(policies::policy(&id(p[0])?)), wire::Policy);
        send!("PATCH" "/policies/roleManagementPolicies/*", |p| Ok(policies::policy(&id(p[0])?)), wire::Policy);
        list!("/policies/roleManagementPolicies/*/rules", |p| Ok(policies::rules(&id(p[0])?)), wire::PolicyRule);
        get!("/policies/roleManagementPolicies/*/rules/*", |p| Ok(policies::rule(&id(p[0])?, p[1])), wire::PolicyRule);
        send!("PATCH" "/policies/roleManagementPolicies/*/rules/*", |p| Ok(policies::rule(&id(p[0])?, p[1])), wire::PolicyRule);
        list!("/policies/roleManagementPolicyAssignments", |_| Ok(policies::assignments()), wire::PolicyAssignment);
        get!("/policies/roleManagementPolicyAssignments/*", |p| Ok(policies::assignment(p[0])), wire::PolicyAssignment);

        // Approvals.
        list!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/filterByCurrentUser(on='approver')", |_| Ok(ApprovalArea::Packages.mine()), wire::Approval);
        get!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*", |p| Ok(ApprovalArea::PackagesBeta.one(&id(p[0])?)), wire::Approval);
        list!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/stages", |p| Ok(ApprovalArea::Packages.stages(&id(p[0])?)), wire::ApprovalStage);
        list!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/steps", |p| Ok(ApprovalArea::PackagesBeta.stages(&id(p[0])?)), wire::ApprovalStage);
        get!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/steps/*", |p| Ok(ApprovalArea::PackagesBeta.stage(&id(p[0])?, &id(p[1])?)), wire::ApprovalStage);
        get!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/stages/*", |p| Ok(ApprovalArea::Packages.stage(&id(p[0])?, &id(p[1])?)), wire::ApprovalStage);
        send!("PATCH" "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/stages/*", |p| Ok(ApprovalArea::Packages.stage(&id(p[0])?, &id(p[1])?)), wire::ApprovalStage);
        send!("PATCH" "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/steps/*", |p| Ok(ApprovalArea::PackagesBeta.stage(&id(p[0])?, &id(p[1])?)), wire::ApprovalStage);
        get!("/roleManagement/directory/roleAssignmentApprovals/*", |p| Ok(ApprovalArea::Roles.one(&id(p[0])?)), wire::Approval);
        list!("/roleManagement/directory/roleAssignmentApprovals/*/steps", |p| Ok(ApprovalArea::Roles.stages(&id(p[0])?)), wire::ApprovalStage);
        get!("/roleManagement/directory/roleAssignmentApprovals/*/steps/*", |p| Ok(ApprovalArea::Roles.stage(&id(p[0])?, &id(p[1])?)), wire::ApprovalStage);
        send!("PATCH" "/roleManagement/directory/roleAssignmentApprovals/*/steps/*", |p| Ok(ApprovalArea::Roles.stage(&id(p[0])?, &id(p[1])?)), wire::ApprovalStage);
        get!("/identityGovernance/privilegedAccess/group/assignmentApprovals/*", |p| Ok(ApprovalArea::Groups.one(&id(p[0])?)), wire::Approval);
        list!("/identityGovernance/privilegedAccess/group/assignmentApprovals/*/stages", |p| Ok(ApprovalArea::Groups.stages(&id(p[0])?)), wire::ApprovalStage);
        get!("/identityGovernance/privilegedAccess/group/assignmentApprovals/*/stages/*", |p| Ok(ApprovalArea::Groups.stage(&id(p[0])?, &id(p[1])?)), wire::ApprovalStage);
        send!("PATCH" "/identityGovernance/privilegedAccess/group/assignmentApprovals/*/stages/*", |p| Ok(ApprovalArea::Groups.stage(&id(p[0])?, &id(p[1])?)), wire::ApprovalStage);

        // Access reviews.
        list!("/identityGovernance/accessReviews/definitions/filterByCurrentUser(on='reviewer')", |_| Ok(reviews::my_definitions()), wire::ReviewDefinition);
        list!("/identityGovernance/accessReviews/decisions/filterByCurrentUser(on='reviewer')", |_| Ok(reviews::all_my_decisions()), wire::ReviewDecision);
        list!("/identityGovernance/accessReviews/definitions", |_| Ok(reviews::definitions()), wire::ReviewDefinition);
        send!("POST" "/identityGovernance/accessReviews/definitions", |_| Ok(reviews::definitions()), wire::ReviewDefinition);
        get!("/identityGovernance/accessReviews/definitions/*", |p| Ok(reviews::definition(&id(p[0])?)), wire::ReviewDefinition);
        send!("PUT" "/identityGovernance/accessReviews/definitions/*", |p| Ok(reviews::definition(&id(p[0])?)), wire::ReviewDefinition);
        act!("DELETE" "/identityGovernance/accessReviews/definitions/*", |p| Ok(reviews::definition(&id(p[0])?)));
        list!("/identityGovernance/accessReviews/definitions/*/instances", |p| Ok(reviews::instances(&id(p[0])?)), wire::ReviewInstance);
        list!("/identityGovernance/accessReviews/definitions/*/instances/filterByCurrentUser(on='reviewer')", |p| Ok(reviews::my_instances(&id(p[0])?)), wire::ReviewInstance);
        get!("/identityGovernance/accessReviews/definitions/*/instances/*", |p| Ok(reviews::instance(&round(p)?)), wire::ReviewInstance);
        send!("PUT" "/identityGovernance/accessReviews/definitions/*/instances/*", |p| Ok(reviews::instance(&round(p)?)), wire::ReviewInstance);
        send!("PATCH" "/identityGovernance/accessReviews/definitions/*/instances/*", |p| Ok(reviews::instance(&round(p)?)), wire::ReviewInstance);
        list!("/identityGovernance/accessReviews/definitions/*/instances/*/contactedReviewers", |p| Ok(reviews::contacted_reviewers(&round(p)?)), wire::ContactedReviewer);
        list!("/identityGovernance/accessReviews/definitions/*/instances/*/stages", |p| Ok(reviews::stages(&round(p)?)), wire::ReviewStage);
        list!("/identityGovernance/accessReviews/definitions/*/instances/*/decisions", |p| Ok(reviews::decisions(&round(p)?)), wire::ReviewDecision);
        list!("/identityGovernance/accessReviews/definitions/*/instances/*/decisions/filterByCurrentUser(on='reviewer')", |p| Ok(reviews::my_decisions(&round(p)?)), wire::ReviewDecision);
        get!("/identityGovernance/accessReviews/definitions/*/instances/*/decisions/*", |p| Ok(reviews::decision(&round(p)?, &id(p[2])?)), wire::ReviewDecision);
        send!("PATCH" "/identityGovernance/accessReviews/definitions/*/instances/*/decisions/*", |p| Ok(reviews::decision(&round(p)?, &id(p[2])?)), wire::ReviewDecision);
        // A tutorial prints POST where the reference has PATCH.
        send!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/decisions/*", |p| Ok(reviews::decision(&round(p)?, &id(p[2])?)), wire::ReviewDecision);
        send!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/batchRecordDecisions", |p| Ok(reviews::act(&round(p)?, RoundAct::RecordDecisions)), wire::BatchDecision);
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/stop", |p| Ok(reviews::act(&round(p)?, RoundAct::Stop)));
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/applyDecisions", |p| Ok(reviews::act(&round(p)?, RoundAct::Apply)));
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/resetDecisions", |p| Ok(reviews::act(&round(p)?, RoundAct::Reset)));
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/sendReminder", |p| Ok(reviews::act(&round(p)?, RoundAct::Remind)));
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/acceptRecommendations", |p| Ok(reviews::act(&round(p)?, RoundAct::AcceptRecommendations)));
        list!("/identityGovernance/accessReviews/historyDefinitions", |_| Ok(reviews::histories()), wire::ReviewHistory);
        send!("POST" "/identityGovernance/accessReviews/historyDefinitions", |_| Ok(reviews::histories()), wire::ReviewHistory);
        get!("/identityGovernance/accessReviews/historyDefinitions/*", |p| Ok(reviews::history(p[0])), wire::ReviewHistory);
        list!("/identityGovernance/accessReviews/historyDefinitions/*/instances", |p| Ok(reviews::history_instances(p[0])), wire::ReviewHistoryInstance);
        route!("POST" "/identityGovernance/accessReviews/historyDefinitions/*/instances/*/generateDownloadUri", |p| Ok(reviews::history_download(p[0], p[1])), Body::None, Some(one::<wire::ReviewHistoryInstance>));

        // The directory. What changed comes first, or `delta` would be taken for an id.
        list!("/users/delta", |_| Ok(directory::users().changes()), wire::DirectoryObject);
        list!("/groups/delta", |_| Ok(directory::groups().changes()), wire::DirectoryObject);
        list!("/servicePrincipals/delta", |_| Ok(directory::service_principals().changes()), wire::DirectoryObject);
        list!("/oauth2PermissionGrants/delta", |_| Ok(directory::permission_grants().changes()), wire::PermissionGrant);
        list!("/directoryObjects/delta", |_| Ok(directory::objects().changes()), wire::DirectoryObject);
        route!("GET" "/users/$count", |_| Ok(directory::users().count()), Body::None, None);
        list!("/users", |_| Ok(directory::users()), wire::DirectoryObject);
        get!("/users/*", |p| Ok(directory::user(&id(p[0])?)), wire::DirectoryObject);
        list!("/users/*/appRoleAssignments", |p| Ok(directory::app_roles_of_user(&id(p[0])?)), wire::AppRoleAssignment);
        list!("/groups", |_| Ok(directory::groups()), wire::DirectoryObject);
        list!("/groups/*/transitiveMembers", |p| Ok(directory::transitive_members(&id(p[0])?)), wire::DirectoryObject);
        list!("/groups/*/members", |p| Ok(directory::members(&id(p[0])?)), wire::DirectoryObject);
        list!("/groups/*/owners", |p| Ok(directory::owners(&id(p[0])?)), wire::DirectoryObject);
        route!("GET" "/servicePrincipals/$count", |_| Ok(directory::service_principals().count()), Body::None, None);
        list!("/servicePrincipals", |_| Ok(directory::service_principals()), wire::DirectoryObject);
        get!("/servicePrincipals/*", |p| Ok(directory::service_principal(&id(p[0])?)), wire::DirectoryObject);
        list!("/servicePrincipals/*/owners", |p| Ok(directory::service_principal_owners(&id(p[0])?)), wire::DirectoryObject);
        list!("/servicePrincipals/*/appRoleAssignments", |p| Ok(directory::app_roles_of(&id(p[0])?)), wire::AppRoleAssignment);
        list!("/servicePrincipals/*/appRoleAssignedTo", |p| Ok(directory::app_roles_at(&id(p[0])?)), wire::AppRoleAssignment);
        list!("/oauth2PermissionGrants", |_| Ok(directory::permission_grants()), wire::PermissionGrant);
        list!("/directory/administrativeUnits", |_| Ok(directory::units()), wire::DirectoryObject);
        get!("/directory/administrativeUnits/*", |p| Ok(directory::unit(&id(p[0])?)), wire::DirectoryObject);
        list!("/directory/administrativeUnits/*/members", |p| Ok(directory::unit_members(&id(p[0])?)), wire::DirectoryObject);
        list!("/directory/administrativeUnits/*/members/$ref", |p| Ok(directory::unit_members(&id(p[0])?).links()), wire::DirectoryObject);
        list!("/directory/administrativeUnits/*/scopedRoleMembers", |p| Ok(directory::unit_administrators(&id(p[0])?)), wire::ScopedRoleMember);
        list!("/reports/authenticationMethods/userRegistrationDetails", |_| Ok(directory::registrations()), wire::RegistrationDetails);
        get!("/reports/authenticationMethods/userRegistrationDetails/*", |p| Ok(directory::registration(&id(p[0])?)), wire::RegistrationDetails);
        list!("/subscribedSkus", |_| Ok(directory::skus()), wire::SubscribedSku);

        // Records, Conditional Access, alerts.
        list!("/auditLogs/directoryAudits", |_| Ok(audit::audits()), wire::DirectoryAudit);
        list!("/auditLogs/signIns", |_| Ok(audit::sign_ins()), wire::SignIn);
        list!("/identity/conditionalAccess/policies", |_| Ok(conditional_access::policies()), wire::ConditionalAccessPolicy);
        send!("POST" "/identity/conditionalAccess/policies", |_| Ok(conditional_access::policies()), wire::ConditionalAccessPolicy);
        get!("/identity/conditionalAccess/policies/*", |p| Ok(conditional_access::policy(&id(p[0])?)), wire::ConditionalAccessPolicy);
        list!("/identity/conditionalAccess/authenticationContextClassReferences", |_| Ok(conditional_access::contexts()), wire::AuthenticationContext);
        list!("/identity/conditionalAccess/namedLocations", |_| Ok(conditional_access::locations()), wire::NamedLocation);
        list!("/identityGovernance/roleManagementAlerts/alerts", |_| Ok(alerts::alerts()), wire::Alert);
        send!("POST" "/identityGovernance/roleManagementAlerts/alerts/refresh", |_| Ok(alerts::refresh_all()), wire::AlertRefresh);
        get!("/identityGovernance/roleManagementAlerts/alerts/*", |p| Ok(alerts::alert(&id(p[0])?)), wire::Alert);
        send!("PATCH" "/identityGovernance/roleManagementAlerts/alerts/*", |p| Ok(alerts::alert(&id(p[0])?)), wire::Alert);
        act!("POST" "/identityGovernance/roleManagementAlerts/alerts/*/refresh", |p| Ok(alerts::refresh(&id(p[0])?)));
        list!("/identityGovernance/roleManagementAlerts/alerts/*/alertIncidents", |p| Ok(alerts::incidents(&id(p[0])?)), wire::AlertIncident);
        get!("/identityGovernance/roleManagementAlerts/alerts/*/alertIncidents/*", |p| Ok(alerts::incident(&id(p[0])?, &id(p[1])?)), wire::AlertIncident);
        act!("POST" "/identityGovernance/roleManagementAlerts/alerts/*/alertIncidents/*/remediate", |p| Ok(alerts::remediate(&id(p[0])?, &id(p[1])?)));
        list!("/identityGovernance/roleManagementAlerts/alertDefinitions", |_| Ok(alerts::definitions()), wire::AlertDefinition);
        list!("/identityGovernance/roleManagementAlerts/alertConfigurations", |_| Ok(alerts::configurations()), wire::AlertConfiguration);
        send!("PATCH" "/identityGovernance/roleManagementAlerts/alertConfigurations/*", |p| Ok(alerts::configuration(&id(p[0])?)), wire::AlertConfiguration);

        // Entitlement management.
        list!("/identityGovernance/entitlementManagement/catalogs", |_| Ok(packages::catalogs()), wire::PackageCatalog);
        get!("/identityGovernance/entitlementManagement/catalogs/*", |p| Ok(packages::catalog(&id(p[0])?)), wire::PackageCatalog);
        list!("/identityGovernance/entitlementManagement/accessPackages", |_| Ok(packages::packages()), wire::AccessPackage);
        send!("POST" "/identityGovernance/entitlementManagement/accessPackages", |_| Ok(packages::packages()), wire::AccessPackage);
        get!("/identityGovernance/entitlementManagement/accessPackages/*", |p| Ok(packages::package(&id(p[0])?)), wire::AccessPackage);
        send!("POST" "/identityGovernance/entitlementManagement/accessPackages/*/resourceRoleScopes", |p| Ok(packages::role_scopes(&id(p[0])?)), wire::PackageRoleScope);
        list!("/identityGovernance/entitlementManagement/assignmentPolicies", |_| Ok(packages::policies()), wire::PackagePolicy);
        send!("POST" "/identityGovernance/entitlementManagement/assignmentPolicies", |_| Ok(packages::policies()), wire::PackagePolicy);
        get!("/identityGovernance/entitlementManagement/assignmentPolicies/*", |p| Ok(packages::policy(p[0])), wire::PackagePolicy);
        send!("PUT" "/identityGovernance/entitlementManagement/assignmentPolicies/*", |p| Ok(packages::policy(p[0])), wire::PackagePolicy);
        list!("/identityGovernance/entitlementManagement/assignments", |_| Ok(packages::assignments()), wire::PackageAssignment);
        list!("/identityGovernance/entitlementManagement/assignmentRequests", |_| Ok(packages::requests()), wire::PackageRequest);
        send!("POST" "/identityGovernance/entitlementManagement/assignmentRequests", |_| Ok(packages::requests()), wire::PackageRequest);
        act!("POST" "/identityGovernance/entitlementManagement/assignmentRequests/*/cancel", |p| Ok(packages::cancel_request(p[0])));
        send!("POST" "/identityGovernance/entitlementManagement/resourceRequests", |_| Ok(packages::resource_requests()), wire::PackageResourceRequest);
        routes
    })
}
