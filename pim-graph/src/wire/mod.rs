//! Graph's own JSON, one file for each kind of resource.
//!
//! Reading is lossless: what was absent stays absent, `null` stays `null`, times and enumerations stay text,
//! and members that no shape declares are kept in `extra`, so that writing gives back what was read. Types
//! that Graph derives from one base share one shape; `odata_type` tells which of its members count. What
//! the model has no use for is declared as plain JSON.
//!
//! Nothing here is the model's JSON: [`convert`](crate::convert) stands between them.

mod alert;
mod approval;
mod audit;
mod conditional_access;
mod directory_object;
mod envelope;
mod grant;
mod group_instance;
mod group_request;
mod group_schedule;
mod identity;
mod mail;
mod member;
mod named_location;
mod package;
mod package_policy;
mod package_request;
mod package_resource;
mod policy;
mod policy_rule;
mod registration;
mod review_decision;
mod review_definition;
mod review_history;
mod review_instance;
mod review_scope;
mod role_assignment;
mod role_definition;
mod role_instance;
mod role_request;
mod role_schedule;
mod schedule;
mod sign_in;
mod sku;
mod subject_set;
mod unit;

pub use self::{
    alert::{Alert, AlertConfiguration, AlertDefinition, AlertIncident, AlertRefresh},
    approval::{Approval, ApprovalStage},
    audit::{AppIdentity, AuditInitiator, DirectoryAudit, KeyValue, ModifiedProperty, TargetResource},
    conditional_access::{
        AuthenticationContext, ConditionApplications, ConditionClients, ConditionDevices, ConditionFilter,
        ConditionLocations, ConditionPlatforms, ConditionSet, ConditionUsers, ConditionalAccessPolicy,
        ExternalTenants, GrantControls, GuestsOrExternalUsers, SessionControl, SessionControls,
    },
    directory_object::{
        AppRole, AssignedLicense, DirectoryObject, ObjectIds, PermissionScope, SignInActivity,
    },
    envelope::{Entity, Page, read, read_entity},
    grant::{AppRoleAssignment, PermissionGrant},
    group_instance::{GroupAssignmentInstance, GroupEligibilityInstance},
    group_request::{GroupAssignmentRequest, GroupEligibilityRequest},
    group_schedule::{GroupAssignmentSchedule, GroupEligibilitySchedule},
    identity::{Identity, IdentitySet},
    mail::{EmailAddress, Message, MessageBody, Recipient, SendMail},
    member::{Extras, Member, Text},
    named_location::{IpRange, NamedLocation},
    package::{AccessPackage, PackageAssignment, PackageCatalog, PackageSchedule, PackageSubject},
    package_policy::{
        PackageApproval, PackageApprovalStage, PackageAutomatic, PackagePolicy, PackageRequestor,
        PackageReview,
    },
    package_request::PackageRequest,
    package_resource::{
        PackageResource, PackageResourceRequest, PackageRole, PackageRoleScope, PackageScope,
    },
    policy::{Policy, PolicyAssignment},
    policy_rule::{ApprovalSettings, PolicyRule, RuleTarget, UnifiedApprovalStage},
    registration::RegistrationDetails,
    review_decision::{BatchDecision, ReviewDecision, ReviewResource},
    review_definition::{
        ReviewApplyAction, ReviewDefinition, ReviewInsightSetting, ReviewNotificationRecipient,
        ReviewNotificationScope, ReviewSettings, ReviewStageSettings,
    },
    review_history::{ReviewHistory, ReviewHistoryInstance, ReviewHistorySchedule},
    review_instance::{ContactedReviewer, ReviewInstance, ReviewStage},
    review_scope::{ReviewScope, ReviewerScope},
    role_assignment::RoleAssignment,
    role_definition::{RoleDefinition, RolePermission},
    role_instance::{RoleAssignmentInstance, RoleEligibilityInstance},
    role_request::{RoleAssignmentRequest, RoleEligibilityRequest},
    role_schedule::{RoleAssignmentSchedule, RoleEligibilitySchedule},
    schedule::{
        ExpirationPattern, PatternedRecurrence, RecurrencePattern, RecurrenceRange, RequestSchedule,
        TicketInfo,
    },
    sign_in::{AppliedPolicy, DeviceDetail, GeoCoordinates, SignIn, SignInLocation, SignInStatus},
    sku::{LicenseUnits, ServicePlan, SubscribedSku},
    subject_set::SubjectSet,
    unit::ScopedRoleMember,
};

use self::member::wire;
