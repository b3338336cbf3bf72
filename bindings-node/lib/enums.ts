/**
 * Every enumeration, as an object of its words and a type.
 *
 * Enumerations that a service may extend are open: their type takes any text, and knows these.
 */

/** What an alert looks for. */
export const AlertKind = {
  /** Too many Global Administrators. */
  TooManyGlobalAdminsAssignedToTenantAlert: 'too_many_global_admins_assigned_to_tenant_alert',
  /** Eligible, but not activated for long. */
  RedundantAssignmentAlert: 'redundant_assignment_alert',
  /** Privileged, but not signed in for long. */
  StaleSignInAlert: 'stale_sign_in_alert',
  /** The same role activated again and again. */
  SequentialActivationRenewalsAlert: 'sequential_activation_renewals_alert',
  /** A role that activates without multi-factor sign-in. */
  NoMfaOnRoleActivationAlert: 'no_mfa_on_role_activation_alert',
  /** An assignment made behind PIM's back. */
  RolesAssignedOutsidePimAlert: 'roles_assigned_outside_pim_alert',
  /** No licence for PIM. */
  InvalidLicenseAlert: 'invalid_license_alert',
} as const;
/** What an alert looks for. */
export type AlertKind = (typeof AlertKind)[keyof typeof AlertKind] | (string & {});

/** How grave an alert is, as the API says; the portal shows other words for some. */
export const AlertSeverity = {
  /** For information. */
  Informational: 'informational',
  /** Low. */
  Low: 'low',
  /** Medium. */
  Medium: 'medium',
  /** High. */
  High: 'high',
} as const;
/** How grave an alert is, as the API says; the portal shows other words for some. */
export type AlertSeverity = (typeof AlertSeverity)[keyof typeof AlertSeverity] | (string & {});

/** An approver's answer. */
export const Decision = {
  /** Yes. */
  Approve: 'approve',
  /** No. */
  Deny: 'deny',
} as const;
/** An approver's answer. */
export type Decision = (typeof Decision)[keyof typeof Decision] | (string & {});

/** Where a stage stands. */
export const StageStatus = {
  /** Not open yet. */
  Initializing: 'initializing',
  /** Waits for a decision. */
  InProgress: 'in_progress',
  /** Decided. */
  Completed: 'completed',
  /** Nobody decided in time. */
  Expired: 'expired',
} as const;
/** Where a stage stands. */
export type StageStatus = (typeof StageStatus)[keyof typeof StageStatus] | (string & {});

/** What a record is about. */
export const AuditCategory = {
  /** Directory roles. */
  RoleManagement: 'role_management',
  /** Groups. */
  GroupManagement: 'group_management',
  /** Azure resources. */
  ResourceManagement: 'resource_management',
  /** Applications. */
  ApplicationManagement: 'application_management',
  /** Policies. */
  Policy: 'policy',
  /** People. */
  UserManagement: 'user_management',
} as const;
/** What a record is about. */
export type AuditCategory = (typeof AuditCategory)[keyof typeof AuditCategory] | (string & {});

/** How it ended. */
export const AuditResult = {
  /** Done. */
  Success: 'success',
  /** Refused or failed. */
  Failure: 'failure',
} as const;
/** How it ended. */
export type AuditResult = (typeof AuditResult)[keyof typeof AuditResult] | (string & {});

/** Which service wrote a record. */
export const AuditService = {
  /** Privileged Identity Management. */
  Pim: 'pim',
  /** The directory itself. */
  CoreDirectory: 'core_directory',
  /** Access reviews. */
  AccessReviews: 'access_reviews',
} as const;
/** Which service wrote a record. */
export type AuditService = (typeof AuditService)[keyof typeof AuditService] | (string & {});

/** What a target of a record is. Find targets by this, never by position: the number of targets varies. */
export const TargetKind = {
  /** The role. */
  Role: 'role',
  /** The request. */
  Request: 'request',
  /** A person. */
  User: 'user',
  /** A group. */
  Group: 'group',
  /** An application. */
  ServicePrincipal: 'service_principal',
  /** The directory. */
  Directory: 'directory',
  /** A policy. */
  Policy: 'policy',
  /** Something else. */
  Other: 'other',
} as const;
/** What a target of a record is. Find targets by this, never by position: the number of targets varies. */
export type TargetKind = (typeof TargetKind)[keyof typeof TargetKind] | (string & {});

/** Whether a policy bites. */
export const ConditionalAccessState = {
  /** It does. */
  Enabled: 'enabled',
  /** It does not. */
  Disabled: 'disabled',
  /** It only reports; PIM treats it as off. */
  EnabledForReportingButNotEnforced: 'enabled_for_reporting_but_not_enforced',
} as const;
/** Whether a policy bites. */
export type ConditionalAccessState = (typeof ConditionalAccessState)[keyof typeof ConditionalAccessState] | (string & {});

/** What a policy demands. */
export const GrantControl = {
  /** No access. */
  Block: 'block',
  /** Multi-factor sign-in. */
  Mfa: 'mfa',
  /** A managed device. */
  CompliantDevice: 'compliant_device',
  /** A domain-joined device. */
  DomainJoinedDevice: 'domain_joined_device',
  /** A means of sign-in of a given strength. */
  AuthenticationStrength: 'authentication_strength',
  /** A changed password. */
  PasswordChange: 'password_change',
} as const;
/** What a policy demands. */
export type GrantControl = (typeof GrantControl)[keyof typeof GrantControl] | (string & {});

/** A registered means of stronger sign-in. */
export const AuthenticationMethod = {
  /** FIDO2 passkey or security key. Resists phishing. */
  Fido2: 'fido2',
  /** Windows Hello for Business. Resists phishing. */
  WindowsHelloForBusiness: 'windows_hello_for_business',
  /** Certificate. Resists phishing. */
  Certificate: 'certificate',
  /** Microsoft Authenticator, push. */
  MicrosoftAuthenticatorPush: 'microsoft_authenticator_push',
  /** Microsoft Authenticator, without password. */
  MicrosoftAuthenticatorPasswordless: 'microsoft_authenticator_passwordless',
  /** One-time code of an app or token. */
  OneTimeCode: 'one_time_code',
  /** Text message or call. */
  Phone: 'phone',
  /** Mail; for password reset only, no second factor. */
  Email: 'email',
} as const;
/** A registered means of stronger sign-in. */
export type AuthenticationMethod = (typeof AuthenticationMethod)[keyof typeof AuthenticationMethod] | (string & {});

/** Where an object is mastered. */
export const Source = {
  /** In the cloud. */
  Cloud: 'cloud',
  /** Synchronised from an on-premises directory. */
  OnPremises: 'on_premises',
} as const;
/** Where an object is mastered. */
export type Source = (typeof Source)[keyof typeof Source] | (string & {});

/** Whether an account belongs to the organisation. */
export const UserType = {
  /** It does. */
  Member: 'member',
  /** It was invited. */
  Guest: 'guest',
} as const;
/** Whether an account belongs to the organisation. */
export type UserType = (typeof UserType)[keyof typeof UserType] | (string & {});

/** Which of a policy's demands a request failed. The service's names for them end in `Rule`. */
export const ViolatedRule = {
  /** No eligibility for this principal, privilege and scope (`EligibilityRule`). */
  Eligibility: 'eligibility',
  /** Too long, too short, or without an end where one is needed (`ExpirationRule`). */
  Expiration: 'expiration',
  /** No justification (`JustificationRule`). */
  Justification: 'justification',
  /** The session has no multi-factor sign-in (`MfaRule`). */
  Mfa: 'mfa',
  /** No ticket (`TicketingRule`). */
  Ticketing: 'ticketing',
  /** The session lacks the authentication context. */
  AuthenticationContext: 'authentication_context',
} as const;
/** Which of a policy's demands a request failed. The service's names for them end in `Rule`. */
export type ViolatedRule = (typeof ViolatedRule)[keyof typeof ViolatedRule] | (string & {});

/** Where the assignment of a package stands. */
export const PackageState = {
  /** Being given. */
  Delivering: 'delivering',
  /** Given in part. */
  PartiallyDelivered: 'partially_delivered',
  /** Given. */
  Delivered: 'delivered',
  /** Over. */
  Expired: 'expired',
  /** Could not be given. */
  DeliveryFailed: 'delivery_failed',
} as const;
/** Where the assignment of a package stands. */
export type PackageState = (typeof PackageState)[keyof typeof PackageState] | (string & {});

/** How several stages of approval go together. */
export const ApprovalMode = {
  /** No approval. */
  NoApproval: 'no_approval',
  /** One stage: what PIM offers. */
  SingleStage: 'single_stage',
  /** Stages one after the other. */
  Serial: 'serial',
  /** Stages at once. */
  Parallel: 'parallel',
} as const;
/** How several stages of approval go together. */
export type ApprovalMode = (typeof ApprovalMode)[keyof typeof ApprovalMode] | (string & {});

/** What an approver is. */
export const ApproverKind = {
  /** A person. */
  User: 'user',
  /** Every member of a group. */
  Group: 'group',
  /** The requestor's manager. */
  Manager: 'manager',
} as const;
/** What an approver is. */
export type ApproverKind = (typeof ApproverKind)[keyof typeof ApproverKind] | (string & {});

/** Which mails are sent. */
export const NotificationLevel = {
  /** None. */
  None: 'none',
  /** Those that ask for an act. */
  Critical: 'critical',
  /** All. */
  All: 'all',
} as const;
/** Which mails are sent. */
export type NotificationLevel = (typeof NotificationLevel)[keyof typeof NotificationLevel] | (string & {});

/** Something that must be given with a request. */
export const Requirement = {
  /** A multi-factor sign-in. */
  MultiFactorAuthentication: 'multi_factor_authentication',
  /** A reason. */
  Justification: 'justification',
  /** A ticket; on activation only. */
  Ticketing: 'ticketing',
} as const;
/** Something that must be given with a request. */
export type Requirement = (typeof Requirement)[keyof typeof Requirement] | (string & {});

/** Whose act a rule governs. */
export const RuleCaller = {
  /** An administrator's. */
  Admin: 'admin',
  /** The holder's. */
  EndUser: 'end_user',
} as const;
/** Whose act a rule governs. */
export type RuleCaller = (typeof RuleCaller)[keyof typeof RuleCaller] | (string & {});

/**
 * Which rule. Named `{kind}_{caller}_{level}`, notifications `notification_{recipient}_{caller}_{level}`; reading accepts
 * the service's own ids, such as `Expiration_EndUser_Assignment`.
 */
export const RuleKind = {
  /** Longest eligibility. */
  ExpirationAdminEligibility: 'expiration_admin_eligibility',
  /** What an administrator must give to make someone eligible. */
  EnablementAdminEligibility: 'enablement_admin_eligibility',
  /** Longest active assignment. */
  ExpirationAdminAssignment: 'expiration_admin_assignment',
  /** What an administrator must give to assign. */
  EnablementAdminAssignment: 'enablement_admin_assignment',
  /** Longest activation. */
  ExpirationEndUserAssignment: 'expiration_end_user_assignment',
  /** What an activation must come with. */
  EnablementEndUserAssignment: 'enablement_end_user_assignment',
  /** Whose approval an activation needs. */
  ApprovalEndUserAssignment: 'approval_end_user_assignment',
  /** Which authentication context an activation needs. */
  AuthenticationContextEndUserAssignment: 'authentication_context_end_user_assignment',
  /** Mail to administrators: someone became eligible. */
  NotificationAdminAdminEligibility: 'notification_admin_admin_eligibility',
  /** Mail to the holder: you became eligible. */
  NotificationRequestorAdminEligibility: 'notification_requestor_admin_eligibility',
  /** Mail to approvers: an eligibility is to be renewed or extended. */
  NotificationApproverAdminEligibility: 'notification_approver_admin_eligibility',
  /** Mail to administrators: someone was assigned. */
  NotificationAdminAdminAssignment: 'notification_admin_admin_assignment',
  /** Mail to the holder: you were assigned. */
  NotificationRequestorAdminAssignment: 'notification_requestor_admin_assignment',
  /** Mail to approvers: an assignment is to be renewed or extended. */
  NotificationApproverAdminAssignment: 'notification_approver_admin_assignment',
  /** Mail to administrators: someone activated. */
  NotificationAdminEndUserAssignment: 'notification_admin_end_user_assignment',
  /** Mail to the holder: your activation. */
  NotificationRequestorEndUserAssignment: 'notification_requestor_end_user_assignment',
  /** Mail to approvers: an activation waits. */
  NotificationApproverEndUserAssignment: 'notification_approver_end_user_assignment',
} as const;
/**
 * Which rule. Named `{kind}_{caller}_{level}`, notifications `notification_{recipient}_{caller}_{level}`; reading accepts
 * the service's own ids, such as `Expiration_EndUser_Assignment`.
 */
export type RuleKind = (typeof RuleKind)[keyof typeof RuleKind] | (string & {});

/** What a principal is. */
export const PrincipalKind = {
  /** A person's account, a guest's included. */
  User: 'user',
  /** A group: its members hold what it holds. */
  Group: 'group',
  /** An application's identity in the tenant, a managed identity included. */
  ServicePrincipal: 'service_principal',
} as const;
/** What a principal is. */
export type PrincipalKind = (typeof PrincipalKind)[keyof typeof PrincipalKind] | (string & {});

/** In what way a group is held. */
export const GroupAccess = {
  /** Member of the group. */
  Member: 'member',
  /** Owner of the group. */
  Owner: 'owner',
} as const;
/** In what way a group is held. */
export type GroupAccess = (typeof GroupAccess)[keyof typeof GroupAccess] | (string & {});

/** Who made a role definition. */
export const RoleOrigin = {
  /** Comes with the service. */
  BuiltIn: 'built_in',
  /** Made in this tenant. */
  Custom: 'custom',
} as const;
/** Who made a role definition. */
export type RoleOrigin = (typeof RoleOrigin)[keyof typeof RoleOrigin] | (string & {});

/** The three places in which PIM manages privileges. Each has endpoints, policies and habits of its own. */
export const Surface = {
  /** Microsoft Entra roles. */
  DirectoryRoles: 'directory_roles',
  /** PIM for Groups. */
  Groups: 'groups',
  /** Azure resource roles. */
  AzureRoles: 'azure_roles',
} as const;
/** The three places in which PIM manages privileges. Each has endpoints, policies and habits of its own. */
export type Surface = (typeof Surface)[keyof typeof Surface] | (string & {});

/**
 * What a request asks for. `Self*` actions are the holder's own and need a delegated token; `Admin*` actions are done to
 * someone.
 */
export const Action = {
  /** Grant. */
  AdminAssign: 'admin_assign',
  /** Change a grant's window or reason. */
  AdminUpdate: 'admin_update',
  /** Take a grant away. */
  AdminRemove: 'admin_remove',
  /** Prolong a grant that has not ended. */
  AdminExtend: 'admin_extend',
  /** Grant again what has ended. */
  AdminRenew: 'admin_renew',
  /** Activate an eligibility. */
  SelfActivate: 'self_activate',
  /** End one's own activation early. */
  SelfDeactivate: 'self_deactivate',
  /** Ask an administrator to prolong one's own grant. */
  SelfExtend: 'self_extend',
  /** Ask an administrator to grant again what has ended. */
  SelfRenew: 'self_renew',
} as const;
/**
 * What a request asks for. `Self*` actions are the holder's own and need a delegated token; `Admin*` actions are done to
 * someone.
 */
export type Action = (typeof Action)[keyof typeof Action] | (string & {});

/**
 * What a service says of a request: Azure's superset. Graph documents fewer and sends more than it documents. Branch on
 * `Phase`, not on this.
 */
export const RequestStatus = {
  /** Received, not yet evaluated. */
  Accepted: 'accepted',
  /** Rules are being evaluated. */
  PendingEvaluation: 'pending_evaluation',
  /** Waits for an approver; starts when approved. */
  PendingApproval: 'pending_approval',
  /** Waits for an approver, and its start lies in the future. */
  PendingApprovalProvisioning: 'pending_approval_provisioning',
  /** Waits for an administrator: a request to extend or renew. */
  PendingAdminDecision: 'pending_admin_decision',
  /** An administrator agreed to extend or renew. */
  AdminApproved: 'admin_approved',
  /** An administrator declined to extend or renew. */
  AdminDenied: 'admin_denied',
  /** Rules and approval passed; not in force yet, and not certain ever to be. */
  Granted: 'granted',
  /** The schedule is being written. */
  PendingScheduleCreation: 'pending_schedule_creation',
  /** The schedule was written. */
  ScheduleCreated: 'schedule_created',
  /** The grant is being written to the directory. */
  PendingProvisioning: 'pending_provisioning',
  /** Writing to the directory has begun. */
  ProvisioningStarted: 'provisioning_started',
  /** A system outside the directory must act. */
  PendingExternalProvisioning: 'pending_external_provisioning',
  /** In force when it was answered. Stays so after the grant has ended. */
  Provisioned: 'provisioned',
  /** A removal is under way. */
  PendingRevocation: 'pending_revocation',
  /** The removal asked for was done. */
  Revoked: 'revoked',
  /** An approver or a custom extension said no. */
  Denied: 'denied',
  /** Withdrawn. */
  Canceled: 'canceled',
  /** Nobody decided in time. */
  TimedOut: 'timed_out',
  /** Processing failed. */
  Failed: 'failed',
  /** An Azure lock forbade the write. */
  FailedAsResourceIsLocked: 'failed_as_resource_is_locked',
  /** The request made no sense to the service. */
  Invalid: 'invalid',
} as const;
/**
 * What a service says of a request: Azure's superset. Graph documents fewer and sends more than it documents. Branch on
 * `Phase`, not on this.
 */
export type RequestStatus = (typeof RequestStatus)[keyof typeof RequestStatus] | (string & {});

/** What is done with denied access. */
export const ApplyAction = {
  /** Take the access away. */
  RemoveAccess: 'remove_access',
  /** Also block a guest's account, and delete it later. */
  DisableAndDeleteUser: 'disable_and_delete_user',
} as const;
/** What is done with denied access. */
export type ApplyAction = (typeof ApplyAction)[keyof typeof ApplyAction] | (string & {});

/** What became of a decision when the round was applied. */
export const ApplyResult = {
  /** Not applied yet. */
  New: 'new',
  /** Done. */
  AppliedSuccessfully: 'applied_successfully',
  /** Failed. */
  AppliedWithUnknownFailure: 'applied_with_unknown_failure',
  /** The access or its holder was gone already. */
  AppliedSuccessfullyButObjectNotFound: 'applied_successfully_but_object_not_found',
  /** The access can't be removed by a review: a nested or synchronised group's member. */
  ApplyNotSupported: 'apply_not_supported',
} as const;
/** What became of a decision when the round was applied. */
export type ApplyResult = (typeof ApplyResult)[keyof typeof ApplyResult] | (string & {});

/** What is decided for items nobody answered. */
export const DefaultDecision = {
  /** Nothing: access stays. */
  None: 'none',
  /** Keep. */
  Approve: 'approve',
  /** Remove. */
  Deny: 'deny',
  /** What the service recommends. */
  Recommendation: 'recommendation',
} as const;
/** What is decided for items nobody answered. */
export type DefaultDecision = (typeof DefaultDecision)[keyof typeof DefaultDecision] | (string & {});

/** The unit of a recurrence. The service knows no other. */
export const Frequency = {
  /** Weeks. */
  Weekly: 'weekly',
  /** Months, on the day of the month of the first round. */
  Monthly: 'monthly',
} as const;
/** The unit of a recurrence. The service knows no other. */
export type Frequency = (typeof Frequency)[keyof typeof Frequency] | (string & {});

/** Which holders a review asks about. */
export const Population = {
  /** Those who may activate. */
  Eligible: 'eligible',
  /** Those who hold it standing; activations are left out. */
  Active: 'active',
  /** Both. */
  EligibleAndActive: 'eligible_and_active',
} as const;
/** Which holders a review asks about. */
export type Population = (typeof Population)[keyof typeof Population] | (string & {});

/** What the service recommends. */
export const Recommendation = {
  /** Signed in of late: keep. */
  Approve: 'approve',
  /** Not signed in within the look-back time: remove. */
  Deny: 'deny',
  /** Nothing is known. */
  NoInfoAvailable: 'no_info_available',
} as const;
/** What the service recommends. */
export type Recommendation = (typeof Recommendation)[keyof typeof Recommendation] | (string & {});

/** Where a review or one of its rounds stands. */
export const ReviewStatus = {
  /** Being made. */
  Initializing: 'initializing',
  /** Its start lies in the future. */
  NotStarted: 'not_started',
  /** The population is being read. */
  Starting: 'starting',
  /** Reviewers decide. */
  InProgress: 'in_progress',
  /** Being closed. */
  Completing: 'completing',
  /** Closed; decisions stand. */
  Completed: 'completed',
  /** Default decisions are being filled in. */
  AutoReviewing: 'auto_reviewing',
  /** Default decisions were filled in. */
  AutoReviewed: 'auto_reviewed',
  /** Decisions are being carried out. */
  Applying: 'applying',
  /** Decisions were carried out. */
  Applied: 'applied',
} as const;
/** Where a review or one of its rounds stands. */
export type ReviewStatus = (typeof ReviewStatus)[keyof typeof ReviewStatus] | (string & {});

/** Which kind of holder a review asks about. */
export const Reviewed = {
  /** People; a role-assignable group that holds the role is one item. */
  UsersAndGroups: 'users_and_groups',
  /** Applications. */
  ServicePrincipals: 'service_principals',
} as const;
/** Which kind of holder a review asks about. */
export type Reviewed = (typeof Reviewed)[keyof typeof Reviewed] | (string & {});

/** A reviewer's answer on one item. */
export const Verdict = {
  /** Still needed: keep. */
  Approve: 'approve',
  /** No longer needed: remove. */
  Deny: 'deny',
  /** The reviewer can't tell: kept. */
  DontKnow: 'dont_know',
  /** No answer yet. */
  NotReviewed: 'not_reviewed',
} as const;
/** A reviewer's answer on one item. */
export type Verdict = (typeof Verdict)[keyof typeof Verdict] | (string & {});

/** The two families of grants. Each has requests, schedules and policy rules of its own. */
export const Level = {
  /** May activate. */
  Eligibility: 'eligibility',
  /** Holds it. */
  Assignment: 'assignment',
} as const;
/** The two families of grants. Each has requests, schedules and policy rules of its own. */
export type Level = (typeof Level)[keyof typeof Level] | (string & {});

/** How a grant reaches its holder. */
export const Via = {
  /** Made out to the holder. */
  Direct: 'direct',
  /** Comes from a scope above. */
  Inherited: 'inherited',
  /** Comes with membership of a group; the holder listed is the group, except where a service resolves it. */
  Group: 'group',
} as const;
/** How a grant reaches its holder. */
export type Via = (typeof Via)[keyof typeof Via] | (string & {});

/** Where a request stands, as a caller needs to know it. */
export const Phase = {
  /** Someone or something has to decide. */
  Pending: 'pending',
  /** Decided for; not in force yet. `Granted` is here: it is no proof of access. */
  Scheduled: 'scheduled',
  /** The service says it is in force. */
  Active: 'active',
  /** Over, whether done, refused or withdrawn. */
  Ended: 'ended',
  /** A status this version does not know: keep asking. */
  Indeterminate: 'indeterminate',
} as const;
/** Where a request stands, as a caller needs to know it. */
export type Phase = (typeof Phase)[keyof typeof Phase];

/** Whose entries a list shows. */
export const View = {
  /** Everybody's: needs a reading role. */
  Everyone: 'everyone',
  /** The caller's own: needs none. */
  Mine: 'mine',
  /** Those the caller asked for, for whomever. Requests only. */
  AskedByMe: 'asked_by_me',
  /** Those that wait for the caller's decision, whatever their start. Requests only. */
  ForMyDecision: 'for_my_decision',
} as const;
/** Whose entries a list shows. */
export type View = (typeof View)[keyof typeof View];

/** From which part of a service's records a list is taken. */
export const When = {
  /** What is in force now (instances): the proof of access. */
  Now: 'now',
  /** What is or will be (schedules). */
  NowOrLater: 'now_or_later',
} as const;
/** From which part of a service's records a list is taken. */
export type When = (typeof When)[keyof typeof When];
