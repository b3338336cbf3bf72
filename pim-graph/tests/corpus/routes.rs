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

pub(crate) enum Body {
    None,
    Shape(Shape),
}

/// One documented path: how we build it, and what goes in and comes out.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    path: &'static str,
    pub(crate) place: fn(&[&str]) -> Place,
    pub(crate) body: Body,
    pub(crate) answer: Option<Shape>,
}

/// The route of a printed path, and the ids in it.
pub(crate) fn find(method: &str, path: &str) -> Option<(&'static Route, Vec<String>)> {
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

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn round(ids: &[&str]) -> RoundKey {
    RoundKey { review: id(ids[0]), round: id(ids[1]) }
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
                routes.push(Route { method: $method, path: $path, place: $place, body: $body, answer: $answer })
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
                list!($mine, |_| family(Area::$area, Grant::$grant, Record::$record)
                    .by_current_user(&pim_core::backend::View::Mine).unwrap(), $shape);
                list!($list, |_| family(Area::$area, Grant::$grant, Record::$record).list(), $shape);
                get!($one, |p| family(Area::$area, Grant::$grant, Record::$record).one(p[0]), $shape);
            };
        }
        macro_rules! requests {
            ($list:literal, $one:literal, $cancel:literal, $area:ident $grant:ident, $shape:ty) => {
                send!("POST" $list, |_| family(Area::$area, Grant::$grant, Record::Request).list(), $shape);
                act!("POST" $cancel, |p| family(Area::$area, Grant::$grant, Record::Request).cancel(p[0]));
            };
        }

        // Entra roles.
        list!("/roleManagement/directory/roleDefinitions", |_| roles::definitions(roles::Provider::Directory), wire::RoleDefinition);
        list!("/roleManagement/entitlementManagement/roleDefinitions", |_| roles::definitions(roles::Provider::EntitlementManagement), wire::RoleDefinition);
        send!("POST" "/roleManagement/directory/roleDefinitions", |_| roles::definitions(roles::Provider::Directory), wire::RoleDefinition);
        get!("/roleManagement/directory/roleDefinitions/*", |p| roles::definition(&id(p[0])), wire::RoleDefinition);
        send!("PATCH" "/roleManagement/directory/roleDefinitions/*", |p| roles::definition(&id(p[0])), wire::RoleDefinition);
        act!("DELETE" "/roleManagement/directory/roleDefinitions/*", |p| roles::definition(&id(p[0])));
        list!("/roleManagement/directory/roleAssignments", |_| roles::assignments(), wire::RoleAssignment);
        send!("POST" "/roleManagement/directory/roleAssignments", |_| roles::assignments(), wire::RoleAssignment);
        get!("/roleManagement/directory/roleAssignments/*", |p| roles::assignment(p[0]), wire::RoleAssignment);
        act!("DELETE" "/roleManagement/directory/roleAssignments/*", |p| roles::assignment(p[0]));
        list!("/roleManagement/directory/transitiveRoleAssignments", |_| roles::transitive_assignments(), wire::RoleAssignment);
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
        list!("/policies/roleManagementPolicies", |_| policies::policies(), wire::Policy);
        get!("/policies/roleManagementPolicies/*", |p| policies::policy(&id(p[0])), wire::Policy);
        send!("PATCH" "/policies/roleManagementPolicies/*", |p| policies::policy(&id(p[0])), wire::Policy);
        list!("/policies/roleManagementPolicies/*/rules", |p| policies::rules(&id(p[0])), wire::PolicyRule);
        get!("/policies/roleManagementPolicies/*/rules/*", |p| policies::rule(&id(p[0]), p[1]), wire::PolicyRule);
        send!("PATCH" "/policies/roleManagementPolicies/*/rules/*", |p| policies::rule(&id(p[0]), p[1]), wire::PolicyRule);
        list!("/policies/roleManagementPolicyAssignments", |_| policies::assignments(), wire::PolicyAssignment);
        get!("/policies/roleManagementPolicyAssignments/*", |p| policies::assignment(p[0]), wire::PolicyAssignment);

        // Approvals.
        list!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/filterByCurrentUser(on='approver')", |_| ApprovalArea::Packages.mine(), wire::Approval);
        get!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*", |p| ApprovalArea::PackagesBeta.one(&id(p[0])), wire::Approval);
        list!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/stages", |p| ApprovalArea::Packages.stages(&id(p[0])), wire::ApprovalStage);
        list!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/steps", |p| ApprovalArea::PackagesBeta.stages(&id(p[0])), wire::ApprovalStage);
        get!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/steps/*", |p| ApprovalArea::PackagesBeta.stage(&id(p[0]), &id(p[1])), wire::ApprovalStage);
        get!("/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/stages/*", |p| ApprovalArea::Packages.stage(&id(p[0]), &id(p[1])), wire::ApprovalStage);
        send!("PATCH" "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/stages/*", |p| ApprovalArea::Packages.stage(&id(p[0]), &id(p[1])), wire::ApprovalStage);
        send!("PATCH" "/identityGovernance/entitlementManagement/accessPackageAssignmentApprovals/*/steps/*", |p| ApprovalArea::PackagesBeta.stage(&id(p[0]), &id(p[1])), wire::ApprovalStage);
        get!("/roleManagement/directory/roleAssignmentApprovals/*", |p| ApprovalArea::Roles.one(&id(p[0])), wire::Approval);
        list!("/roleManagement/directory/roleAssignmentApprovals/*/steps", |p| ApprovalArea::Roles.stages(&id(p[0])), wire::ApprovalStage);
        get!("/roleManagement/directory/roleAssignmentApprovals/*/steps/*", |p| ApprovalArea::Roles.stage(&id(p[0]), &id(p[1])), wire::ApprovalStage);
        send!("PATCH" "/roleManagement/directory/roleAssignmentApprovals/*/steps/*", |p| ApprovalArea::Roles.stage(&id(p[0]), &id(p[1])), wire::ApprovalStage);
        get!("/identityGovernance/privilegedAccess/group/assignmentApprovals/*", |p| ApprovalArea::Groups.one(&id(p[0])), wire::Approval);
        list!("/identityGovernance/privilegedAccess/group/assignmentApprovals/*/stages", |p| ApprovalArea::Groups.stages(&id(p[0])), wire::ApprovalStage);
        get!("/identityGovernance/privilegedAccess/group/assignmentApprovals/*/stages/*", |p| ApprovalArea::Groups.stage(&id(p[0]), &id(p[1])), wire::ApprovalStage);
        send!("PATCH" "/identityGovernance/privilegedAccess/group/assignmentApprovals/*/stages/*", |p| ApprovalArea::Groups.stage(&id(p[0]), &id(p[1])), wire::ApprovalStage);

        // Access reviews.
        list!("/identityGovernance/accessReviews/definitions/filterByCurrentUser(on='reviewer')", |_| reviews::my_definitions(), wire::ReviewDefinition);
        list!("/identityGovernance/accessReviews/decisions/filterByCurrentUser(on='reviewer')", |_| reviews::all_my_decisions(), wire::ReviewDecision);
        list!("/identityGovernance/accessReviews/definitions", |_| reviews::definitions(), wire::ReviewDefinition);
        send!("POST" "/identityGovernance/accessReviews/definitions", |_| reviews::definitions(), wire::ReviewDefinition);
        get!("/identityGovernance/accessReviews/definitions/*", |p| reviews::definition(&id(p[0])), wire::ReviewDefinition);
        send!("PUT" "/identityGovernance/accessReviews/definitions/*", |p| reviews::definition(&id(p[0])), wire::ReviewDefinition);
        act!("DELETE" "/identityGovernance/accessReviews/definitions/*", |p| reviews::definition(&id(p[0])));
        list!("/identityGovernance/accessReviews/definitions/*/instances", |p| reviews::instances(&id(p[0])), wire::ReviewInstance);
        list!("/identityGovernance/accessReviews/definitions/*/instances/filterByCurrentUser(on='reviewer')", |p| reviews::my_instances(&id(p[0])), wire::ReviewInstance);
        get!("/identityGovernance/accessReviews/definitions/*/instances/*", |p| reviews::instance(&round(p)), wire::ReviewInstance);
        send!("PUT" "/identityGovernance/accessReviews/definitions/*/instances/*", |p| reviews::instance(&round(p)), wire::ReviewInstance);
        send!("PATCH" "/identityGovernance/accessReviews/definitions/*/instances/*", |p| reviews::instance(&round(p)), wire::ReviewInstance);
        list!("/identityGovernance/accessReviews/definitions/*/instances/*/contactedReviewers", |p| reviews::contacted_reviewers(&round(p)), wire::ContactedReviewer);
        list!("/identityGovernance/accessReviews/definitions/*/instances/*/stages", |p| reviews::stages(&round(p)), wire::ReviewStage);
        list!("/identityGovernance/accessReviews/definitions/*/instances/*/decisions", |p| reviews::decisions(&round(p)), wire::ReviewDecision);
        list!("/identityGovernance/accessReviews/definitions/*/instances/*/decisions/filterByCurrentUser(on='reviewer')", |p| reviews::my_decisions(&round(p)), wire::ReviewDecision);
        get!("/identityGovernance/accessReviews/definitions/*/instances/*/decisions/*", |p| reviews::decision(&round(p), &id(p[2])), wire::ReviewDecision);
        send!("PATCH" "/identityGovernance/accessReviews/definitions/*/instances/*/decisions/*", |p| reviews::decision(&round(p), &id(p[2])), wire::ReviewDecision);
        // A tutorial prints POST where the reference has PATCH.
        send!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/decisions/*", |p| reviews::decision(&round(p), &id(p[2])), wire::ReviewDecision);
        send!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/batchRecordDecisions", |p| reviews::act(&round(p), RoundAct::RecordDecisions), wire::BatchDecision);
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/stop", |p| reviews::act(&round(p), RoundAct::Stop));
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/applyDecisions", |p| reviews::act(&round(p), RoundAct::Apply));
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/resetDecisions", |p| reviews::act(&round(p), RoundAct::Reset));
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/sendReminder", |p| reviews::act(&round(p), RoundAct::Remind));
        act!("POST" "/identityGovernance/accessReviews/definitions/*/instances/*/acceptRecommendations", |p| reviews::act(&round(p), RoundAct::AcceptRecommendations));
        list!("/identityGovernance/accessReviews/historyDefinitions", |_| reviews::histories(), wire::ReviewHistory);
        send!("POST" "/identityGovernance/accessReviews/historyDefinitions", |_| reviews::histories(), wire::ReviewHistory);
        get!("/identityGovernance/accessReviews/historyDefinitions/*", |p| reviews::history(p[0]), wire::ReviewHistory);
        list!("/identityGovernance/accessReviews/historyDefinitions/*/instances", |p| reviews::history_instances(p[0]), wire::ReviewHistoryInstance);
        route!("POST" "/identityGovernance/accessReviews/historyDefinitions/*/instances/*/generateDownloadUri", |p| reviews::history_download(p[0], p[1]), Body::None, Some(one::<wire::ReviewHistoryInstance>));

        // The directory. What changed comes first, or `delta` would be taken for an id.
        list!("/users/delta", |_| directory::users().changes(), wire::DirectoryObject);
        list!("/groups/delta", |_| directory::groups().changes(), wire::DirectoryObject);
        list!("/servicePrincipals/delta", |_| directory::service_principals().changes(), wire::DirectoryObject);
        list!("/oauth2PermissionGrants/delta", |_| directory::permission_grants().changes(), wire::PermissionGrant);
        list!("/directoryObjects/delta", |_| directory::objects().changes(), wire::DirectoryObject);
        route!("GET" "/users/$count", |_| directory::users().count(), Body::None, None);
        list!("/users", |_| directory::users(), wire::DirectoryObject);
        get!("/users/*", |p| directory::user(&id(p[0])), wire::DirectoryObject);
        list!("/users/*/appRoleAssignments", |p| directory::app_roles_of_user(&id(p[0])), wire::AppRoleAssignment);
        list!("/groups", |_| directory::groups(), wire::DirectoryObject);
        list!("/groups/*/transitiveMembers", |p| directory::transitive_members(&id(p[0])), wire::DirectoryObject);
        list!("/groups/*/members", |p| directory::members(&id(p[0])), wire::DirectoryObject);
        list!("/groups/*/owners", |p| directory::owners(&id(p[0])), wire::DirectoryObject);
        route!("GET" "/servicePrincipals/$count", |_| directory::service_principals().count(), Body::None, None);
        list!("/servicePrincipals", |_| directory::service_principals(), wire::DirectoryObject);
        get!("/servicePrincipals/*", |p| directory::service_principal(&id(p[0])), wire::DirectoryObject);
        list!("/servicePrincipals/*/owners", |p| directory::service_principal_owners(&id(p[0])), wire::DirectoryObject);
        list!("/servicePrincipals/*/appRoleAssignments", |p| directory::app_roles_of(&id(p[0])), wire::AppRoleAssignment);
        list!("/servicePrincipals/*/appRoleAssignedTo", |p| directory::app_roles_at(&id(p[0])), wire::AppRoleAssignment);
        list!("/oauth2PermissionGrants", |_| directory::permission_grants(), wire::PermissionGrant);
        list!("/directory/administrativeUnits", |_| directory::units(), wire::DirectoryObject);
        get!("/directory/administrativeUnits/*", |p| directory::unit(&id(p[0])), wire::DirectoryObject);
        list!("/directory/administrativeUnits/*/members", |p| directory::unit_members(&id(p[0])), wire::DirectoryObject);
        list!("/directory/administrativeUnits/*/members/$ref", |p| directory::unit_members(&id(p[0])).links(), wire::DirectoryObject);
        list!("/directory/administrativeUnits/*/scopedRoleMembers", |p| directory::unit_administrators(&id(p[0])), wire::ScopedRoleMember);
        list!("/reports/authenticationMethods/userRegistrationDetails", |_| directory::registrations(), wire::RegistrationDetails);
        get!("/reports/authenticationMethods/userRegistrationDetails/*", |p| directory::registration(&id(p[0])), wire::RegistrationDetails);
        list!("/subscribedSkus", |_| directory::skus(), wire::SubscribedSku);

        // Records, Conditional Access, alerts.
        list!("/auditLogs/directoryAudits", |_| audit::audits(), wire::DirectoryAudit);
        list!("/auditLogs/signIns", |_| audit::sign_ins(), wire::SignIn);
        list!("/identity/conditionalAccess/policies", |_| conditional_access::policies(), wire::ConditionalAccessPolicy);
        send!("POST" "/identity/conditionalAccess/policies", |_| conditional_access::policies(), wire::ConditionalAccessPolicy);
        get!("/identity/conditionalAccess/policies/*", |p| conditional_access::policy(&id(p[0])), wire::ConditionalAccessPolicy);
        list!("/identity/conditionalAccess/authenticationContextClassReferences", |_| conditional_access::contexts(), wire::AuthenticationContext);
        list!("/identity/conditionalAccess/namedLocations", |_| conditional_access::locations(), wire::NamedLocation);
        list!("/identityGovernance/roleManagementAlerts/alerts", |_| alerts::alerts(), wire::Alert);
        send!("POST" "/identityGovernance/roleManagementAlerts/alerts/refresh", |_| alerts::refresh_all(), wire::AlertRefresh);
        get!("/identityGovernance/roleManagementAlerts/alerts/*", |p| alerts::alert(&id(p[0])), wire::Alert);
        send!("PATCH" "/identityGovernance/roleManagementAlerts/alerts/*", |p| alerts::alert(&id(p[0])), wire::Alert);
        act!("POST" "/identityGovernance/roleManagementAlerts/alerts/*/refresh", |p| alerts::refresh(&id(p[0])));
        list!("/identityGovernance/roleManagementAlerts/alerts/*/alertIncidents", |p| alerts::incidents(&id(p[0])), wire::AlertIncident);
        get!("/identityGovernance/roleManagementAlerts/alerts/*/alertIncidents/*", |p| alerts::incident(&id(p[0]), &id(p[1])), wire::AlertIncident);
        act!("POST" "/identityGovernance/roleManagementAlerts/alerts/*/alertIncidents/*/remediate", |p| alerts::remediate(&id(p[0]), &id(p[1])));
        list!("/identityGovernance/roleManagementAlerts/alertDefinitions", |_| alerts::definitions(), wire::AlertDefinition);
        list!("/identityGovernance/roleManagementAlerts/alertConfigurations", |_| alerts::configurations(), wire::AlertConfiguration);
        send!("PATCH" "/identityGovernance/roleManagementAlerts/alertConfigurations/*", |p| alerts::configuration(&id(p[0])), wire::AlertConfiguration);

        // Entitlement management.
        list!("/identityGovernance/entitlementManagement/catalogs", |_| packages::catalogs(), wire::PackageCatalog);
        get!("/identityGovernance/entitlementManagement/catalogs/*", |p| packages::catalog(&id(p[0])), wire::PackageCatalog);
        list!("/identityGovernance/entitlementManagement/accessPackages", |_| packages::packages(), wire::AccessPackage);
        send!("POST" "/identityGovernance/entitlementManagement/accessPackages", |_| packages::packages(), wire::AccessPackage);
        get!("/identityGovernance/entitlementManagement/accessPackages/*", |p| packages::package(&id(p[0])), wire::AccessPackage);
        send!("POST" "/identityGovernance/entitlementManagement/accessPackages/*/resourceRoleScopes", |p| packages::role_scopes(&id(p[0])), wire::PackageRoleScope);
        list!("/identityGovernance/entitlementManagement/assignmentPolicies", |_| packages::policies(), wire::PackagePolicy);
        send!("POST" "/identityGovernance/entitlementManagement/assignmentPolicies", |_| packages::policies(), wire::PackagePolicy);
        get!("/identityGovernance/entitlementManagement/assignmentPolicies/*", |p| packages::policy(p[0]), wire::PackagePolicy);
        send!("PUT" "/identityGovernance/entitlementManagement/assignmentPolicies/*", |p| packages::policy(p[0]), wire::PackagePolicy);
        list!("/identityGovernance/entitlementManagement/assignments", |_| packages::assignments(), wire::PackageAssignment);
        list!("/identityGovernance/entitlementManagement/assignmentRequests", |_| packages::requests(), wire::PackageRequest);
        send!("POST" "/identityGovernance/entitlementManagement/assignmentRequests", |_| packages::requests(), wire::PackageRequest);
        act!("POST" "/identityGovernance/entitlementManagement/assignmentRequests/*/cancel", |p| packages::cancel_request(p[0]));
        send!("POST" "/identityGovernance/entitlementManagement/resourceRequests", |_| packages::resource_requests(), wire::PackageResourceRequest);
        routes
    })
}
