/**
 * The values that are asked with and that come back: plain objects.
 *
 * Instants are `Date` (exact to a millisecond), lengths of time ISO 8601 texts (`PT8H`, `P365D`), ids texts. Where an instant is
 * asked for, an ISO 8601 text will do too.
 */
import type {
  Action,
  AlertKind,
  AlertSeverity,
  ApplyAction,
  ApplyResult,
  ApprovalMode,
  ApproverKind,
  AuditCategory,
  AuditResult,
  AuditService,
  AuthenticationMethod,
  ConditionalAccessState,
  Decision,
  DefaultDecision,
  Frequency,
  GrantControl,
  GroupAccess,
  Level,
  NotificationLevel,
  PackageState,
  Population,
  PrincipalKind,
  Recommendation,
  RequestStatus,
  Requirement,
  ReviewStatus,
  Reviewed,
  RoleOrigin,
  RuleKind,
  Source,
  StageStatus,
  Surface,
  TargetKind,
  UserType,
  Verdict,
  Via,
  View,
  ViolatedRule,
  When,
} from './enums';

/** A length of time in ISO 8601: days, hours, minutes and seconds, such as `PT8H`, `P365D`, `P1DT12H`. */
export type Period = string;

/** One thing that can be held, and so activated, approved and reviewed. */
export type Privilege = DirectoryRole | GroupRole | AzureRole;

/** A Microsoft Entra role. */
export interface DirectoryRole {
  readonly type: 'directory_role';
  /** The role's id. */
  readonly role: string;
  /** Where it applies: `/` for the tenant, `/administrativeUnits/{id}`, or `/{id}` for one application. */
  readonly scope: string;
}

/** Membership or ownership of a group under PIM. */
export interface GroupRole {
  readonly type: 'group';
  /** The group's id. */
  readonly group: string;
  /** As member or owner. */
  readonly access: GroupAccess;
}

/** A role on Azure resources. */
export interface AzureRole {
  readonly type: 'azure_role';
  /** The trailing GUID of the role's definition, whatever the scope before it. */
  readonly role: string;
  /** Where it applies: a management group, a subscription, or below. */
  readonly scope: string;
}

/** When a grant is to end. */
export type Expiry = 'never' | { readonly at: Date | string } | { readonly after: Period };

/** When a recurrence ends: not, at an instant, after so many rounds. */
export type RecurrenceEnd = 'never' | { readonly at: Date | string } | { readonly rounds: number };

/** How an assignment came about: standing, activated (by which eligibility, where told), or a word this version does not know. */
export type Origin = 'assigned' | { readonly activated: { readonly using?: string } } | { readonly unknown: string };

/** Who reviews: a person, every member of a group, the holder's manager, the holder. */
export type Reviewer = 'manager' | 'holder' | { readonly user: string } | { readonly group: string };

/** What a rule says. */
export type Setting =
  | { readonly expiration: { readonly required: boolean; readonly max?: Period } }
  | { readonly enablement: { readonly required: readonly Requirement[] } }
  | { readonly approval: ApprovalSetting }
  | { readonly authenticationContext: { readonly enabled: boolean; readonly context?: string } }
  | { readonly notification: NotificationSetting }
  | { readonly unknown: { readonly typeName: string; readonly raw: unknown } };

/** A change to an alert: look again, put it away, or set what makes it fire. */
export type AlertChange = 'refresh' | 'dismiss' | { readonly configure: AlertThresholds };

/** What sign-in the service wants before it goes on. */
export type StepUp = 'mfa' | { readonly context: string } | { readonly claims: string };

/** Who administers the tenant whatever happens to PIM. */
export interface Administrators {
  /** Who holds Global Administrator for the tenant without end and not by activation: people and groups. */
  readonly holders: readonly string[];
  /** The people who can work as one, directly or through groups. */
  readonly working: readonly string[];
}

/**
 * From one instant up to, and without, another. Either end may be open: a grant made outside PIM has no start, a permanent
 * one has no end.
 */
export interface Window {
  readonly start?: Date;
  readonly end?: Date;
}

/** An Azure attribute-based condition that narrows a grant. */
export interface Condition {
  /** The condition, in Azure's own language. */
  readonly expression: string;
  /** The version of that language; `2.0` today. */
  readonly version: string;
}

/** A reference into a ticket system. Stored by the service, never checked. */
export interface Ticket {
  /** The ticket's number. */
  readonly number?: string;
  /** The system it is in. */
  readonly system?: string;
}

/** A holder of privileges, as lists show it. Who it is in full: `directory`. */
export interface Principal {
  /** Object id. */
  readonly id: string;
  /** User, group or service principal. */
  readonly kind: PrincipalKind;
  /** Display name. Personal data for a user. */
  readonly name?: string;
  /** Sign-in name of a user. */
  readonly signInName?: string;
}

/** One block of a role's permissions. */
export interface Permission {
  /** Allowed actions, such as `microsoft.directory/users/password/update`. */
  readonly actions?: readonly string[];
  /** Actions taken out again (Azure `notActions`). */
  readonly excluded?: readonly string[];
  /** Allowed data actions (Azure). */
  readonly dataActions?: readonly string[];
  /** Data actions taken out again (Azure `notDataActions`). */
  readonly excludedData?: readonly string[];
  /** The condition under which the block applies, such as `$ResourceIsSelf`. */
  readonly condition?: string;
}

/**
 * What a role is and what it allows.  Source: unifiedRoleDefinition
 * (https://learn.microsoft.com/graph/api/resources/unifiedroledefinition).
 */
export interface RoleDefinition {
  /** The id that assignments name; for built-in Entra roles the template id, equal in all tenants. */
  readonly id: string;
  /** Which surface it belongs to. */
  readonly surface: Surface;
  /** Display name. Differs between portal, API and documentation: match by id. */
  readonly name: string;
  /** Built in or custom. */
  readonly origin: RoleOrigin;
  /** The directory's own flag for high-risk roles; `None` where the source does not tell (Graph v1.0). */
  readonly privileged?: boolean;
  /** What it allows. */
  readonly permissions?: readonly Permission[];
}

/** Proof that a grant is in force: the instance that a service lists for it. */
export interface Instance {
  /** The instance's own id. */
  readonly id: string;
  /** The schedule it belongs to. */
  readonly schedule: string;
  /** The request that made the schedule, where the service tells or the ids are equal. */
  readonly request?: string;
  /** From when to when. */
  readonly window: Window;
}

/**
 * The right to activate: not the privilege itself.  One value stands for a *schedule* (now or later) or for an *instance*
 * (in force now), as the query asked; `instance` tells which. Source: unifiedRoleEligibilityScheduleInstance
 * (https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityscheduleinstance).
 */
export interface Eligibility {
  /** The schedule behind it. Not a lasting identity: an update may replace it. */
  readonly id: string;
  /** The instance, where one was listed. */
  readonly instance?: string;
  /** Who may activate; a group's members each for themselves. */
  readonly principal: string;
  /** What may be activated. */
  readonly privilege: Privilege;
  /** From when to when. */
  readonly window: Window;
  /** How it reaches the holder. */
  readonly via: Via;
  /** A condition that narrows it (Azure). */
  readonly condition?: Condition;
  /** What is known of the holder, where the service told; one value shared by all rows of a list. */
  readonly holder?: Principal;
  /** What the role is called, where the list told. */
  readonly roleName?: string;
}

/**
 * A privilege held, standing or activated.  One value stands for a *schedule* or an *instance*, as with `Eligibility`. Only
 * an instance proves that access is in force. Source: unifiedRoleAssignmentScheduleInstance
 * (https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentscheduleinstance).
 */
export interface Assignment {
  /** The schedule behind it. */
  readonly id: string;
  /** The instance, where one was listed. */
  readonly instance?: string;
  /** Who holds it. */
  readonly principal: string;
  /** What is held. */
  readonly privilege: Privilege;
  /** From when to when; both ends are open for one made outside PIM. */
  readonly window: Window;
  /** Standing or activated. */
  readonly origin: Origin;
  /** How it reaches the holder. */
  readonly via: Via;
  /** A condition that narrows it (Azure). */
  readonly condition?: Condition;
  /** What is known of the holder, where the service told; one value shared by all rows of a list. */
  readonly holder?: Principal;
  /** What the role is called, where the list told. */
  readonly roleName?: string;
}

/**
 * What to ask for. `Client` builds it for the common cases.  Source: unifiedRoleAssignmentScheduleRequest
 * (https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests).
 */
export interface NewRequest {
  /** What to do. */
  readonly action: Action;
  /** To which family of grants. */
  readonly level: Level;
  /** Whose grant it is. */
  readonly principal: string;
  /** The privilege meant. */
  readonly privilege: Privilege;
  /** When it is to begin; absent or past means now. */
  readonly start?: Date | string;
  /** When it is to end. A removal has none. */
  readonly expiry?: Expiry;
  /** Why. */
  readonly justification?: string;
  /** Where it is tracked. */
  readonly ticket?: Ticket;
  /** The eligibility to activate, where a service wants it named (Azure). */
  readonly using?: string;
  /** A condition that narrows the grant (Azure). */
  readonly condition?: Condition;
  /** Run the rules, change nothing. */
  readonly dryRun?: boolean;
}

/** A request as the service keeps it. */
export interface Request {
  /** The service's id. */
  readonly id: string;
  /** What became of it. */
  readonly status: RequestStatus;
  /** What was asked, as the service echoes it: it replaces a past start by its own time. */
  readonly asked: NewRequest;
  /** Who asked; absent where the service does not tell. */
  readonly requestor?: string;
  /** When it was made. */
  readonly created?: Date;
  /** When it was done; for `Granted` the future start. Services set it on pending ones too: no proof of anything. */
  readonly completed?: Date;
  /** The approval it needs or needed. */
  readonly approval?: string;
  /** The schedule it made or changes. */
  readonly schedule?: string;
}

/** How to find a request again. The id alone is not enough: each surface and family keeps its own, and Azure needs the scope. */
export interface RequestKey {
  /** The request's id. */
  readonly id: string;
  /** The family it belongs to. */
  readonly level: Level;
  /** The privilege it is about. */
  readonly privilege: Privilege;
}

/** What a service shows of a request at one moment. */
export interface Observed {
  /** The request; `None` where it is not visible yet, or no longer. */
  readonly request?: Request;
  /** The grant in force: the request's own where the ids tell. Not asked for while the request is pending. */
  readonly instance?: Instance;
  /** When this was so. */
  readonly at: Date;
}

/** How to find an approval again: its id, and the privilege whose service keeps it. */
export interface ApprovalKey {
  /** The approval's id. */
  readonly id: string;
  /** The privilege asked for. */
  readonly privilege: Privilege;
}

/** A decision, with who and why. */
export interface Decided {
  /** The answer. */
  readonly decision: Decision;
  /** Who gave it. */
  readonly by?: string;
  /** When. */
  readonly at?: Date;
  /** Why. */
  readonly justification?: string;
}

/** One stage of an approval. */
export interface Stage {
  /** The stage's id. */
  readonly id: string;
  /** Where it stands. */
  readonly status: StageStatus;
  /** Whether the caller is one of its approvers; `None` where the service does not say. */
  readonly assignedToMe?: boolean;
  /** What was decided. */
  readonly decided?: Decided;
}

/** The approval of one request.  Source: approval (https://learn.microsoft.com/graph/api/resources/approval). */
export interface Approval {
  /** Its id and the privilege asked for. */
  readonly key: ApprovalKey;
  /** The stages, in order. PIM has one. */
  readonly stages: readonly Stage[];
}

/** An approver. Two are the same when kind and id are; the service fills descriptions by itself. */
export interface Approver {
  /** A person or a group. */
  readonly kind: ApproverKind;
  /** Which. */
  readonly id: string;
}

/** One stage of an approval setting. */
export interface ApprovalStageSetting {
  /** After how many days it expires. The service holds to one day, whatever is written. */
  readonly timeoutDays: number;
  /** Whether approvers must say why. */
  readonly approverJustification: boolean;
  /**
   * Who may approve. Empty: Global and Privileged Role Administrators for directory roles, nobody for groups and Azure
   * roles.
   */
  readonly approvers: readonly Approver[];
  /** After how many minutes the next approvers are asked; the field exists, PIM does not act on it. */
  readonly escalationMinutes?: number;
  /** Who would be asked then. */
  readonly escalationApprovers?: readonly Approver[];
}

/**
 * Whether and how approval is needed.  Source: approvalSettings
 * (https://learn.microsoft.com/graph/api/resources/approvalsettings).
 */
export interface ApprovalSetting {
  /** Whether activation needs approval. */
  readonly required: boolean;
  /** Whether extension needs it. */
  readonly requiredForExtension: boolean;
  /** Whether the requestor must say why. */
  readonly requestorJustification: boolean;
  /** How stages go together. */
  readonly mode: ApprovalMode;
  /** The stages. The service keeps one even while approval is off. */
  readonly stages: readonly ApprovalStageSetting[];
}

/** Who gets mail. */
export interface NotificationSetting {
  /** Which mails. */
  readonly level: NotificationLevel;
  /** Whether the usual recipients get them. */
  readonly defaultRecipients: boolean;
  /** Further addresses. */
  readonly recipients?: readonly string[];
}

/** One rule: which, and what it says. */
export interface Rule {
  /** Which rule. */
  readonly kind: RuleKind;
  /** What it says. */
  readonly setting: Setting;
}

/**
 * The settings of one privilege: a role, a role at an Azure scope, or one way of holding a group.  Source:
 * unifiedRoleManagementPolicy (https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicy).
 */
export interface Policy {
  /** The service's id. A group's changes when the group comes under PIM: never keep it across that. */
  readonly id: string;
  /** What it governs. Directory roles have one policy each, whatever the scope of an assignment. */
  readonly subject: Privilege;
  /** Its rules, in the order read; 17, or more where the service has learned new ones. */
  readonly rules: readonly Rule[];
  /** When it was last changed; `None` when never. */
  readonly modified?: Date;
}

/** What a review asks about. */
export interface ReviewScope {
  /** The privilege; a directory role at tenant scope stands for the role at every scope. */
  readonly privilege: Privilege;
  /** Which holders. */
  readonly population?: Population;
  /** Which kind of holder. */
  readonly reviewed?: Reviewed;
  /** Only those who have not signed in for so long. */
  readonly inactiveFor?: Period;
}

/** How often a review returns. */
export interface Recurrence {
  /** Weeks or months. */
  readonly every: Frequency;
  /** How many of them lie between two rounds; 3 months make a quarter. */
  readonly interval: number;
  /** When it ends. */
  readonly until?: RecurrenceEnd;
}

/** How a review runs. The defaults are the service's, but for the duration, which the portal proposes. */
export interface ReviewSettings {
  /** How many days reviewers have; 1 to 180. */
  readonly durationDays?: number;
  /** How often it returns; `None` for once. */
  readonly recurrence?: Recurrence;
  /** What is decided for items nobody answered. */
  readonly defaultDecision?: DefaultDecision;
  /**
   * Whether decisions are carried out by themselves at the end. Together with a default decision of `deny` this takes access
   * from everybody whom silent reviewers forgot.
   */
  readonly autoApply?: boolean;
  /** Whether an approval needs a justification. */
  readonly justificationRequired?: boolean;
  /** Whether reviewers get mail at the start. */
  readonly mail?: boolean;
  /** Whether silent reviewers get a reminder half-way. */
  readonly reminders?: boolean;
  /** Whether the service recommends, and over how long it looks back for sign-ins. */
  readonly recommendations?: Period | null;
  /** What is done with denied access. */
  readonly applyAction?: ApplyAction;
}

/** One stage of a review with several. Each later stage opens when the one before closes. */
export interface ReviewStage {
  /** Who reviews in this stage; empty means every holder for themselves. */
  readonly reviewers: readonly Reviewer[];
  /** Who reviews in this stage where there is no manager; counts instead of the review's own. */
  readonly fallbackReviewers?: readonly Reviewer[];
  /** How many days it lasts; counts instead of the settings' duration. */
  readonly durationDays: number;
  /** The verdicts with which an item goes on to the next stage; empty means all. */
  readonly goesOnWith?: readonly Verdict[];
}

/** A review to create. */
export interface NewReview {
  /** What it is called. */
  readonly name: string;
  /** What it asks about. */
  readonly scope: ReviewScope;
  /** Who reviews; empty means every holder for themselves. Ignored where there are stages. */
  readonly reviewers?: readonly Reviewer[];
  /** Who reviews where there is no manager. */
  readonly fallbackReviewers?: readonly Reviewer[];
  /** When the first round starts; absent means now. */
  readonly start?: Date | string;
  /** How it runs. */
  readonly settings?: ReviewSettings;
  /** The stages, where there are several. */
  readonly stages?: readonly ReviewStage[];
}

/** A review as the service keeps it. */
export interface AccessReview {
  /** The service's id. */
  readonly id: string;
  /** Where it stands. */
  readonly status: ReviewStatus;
  /** What was asked for. */
  readonly definition: NewReview;
  /** Who made it. */
  readonly createdBy?: string;
  /** When it was made. */
  readonly created?: Date;
}

/** How to find a round again. */
export interface RoundKey {
  /** The review. */
  readonly review: string;
  /** The round. */
  readonly round: string;
}

/** One round of a review. */
export interface ReviewRound {
  /** Its review and id. */
  readonly key: RoundKey;
  /** Where it stands. */
  readonly status: ReviewStatus;
  /** From when to when reviewers may answer. */
  readonly window: Window;
  /** The stage that is open, counted from 0; 0 where there are no stages. */
  readonly stage: number;
}

/** How one stage ended for an item. */
export interface StageAnswer {
  /** The answer. */
  readonly verdict: Verdict;
  /** Who answered; `None` for nobody. */
  readonly decidedBy?: string;
  /** When. */
  readonly decidedAt?: Date;
  /** Why. */
  readonly justification?: string;
}

/** One question of a round: does this holder still need this? */
export interface ReviewItem {
  /** The item's id. */
  readonly id: string;
  /** The round it belongs to. */
  readonly round: RoundKey;
  /** Who holds it. */
  readonly principal: string;
  /** What is held. */
  readonly privilege: Privilege;
  /** As eligibility or as assignment. */
  readonly level: Level;
  /** The answer so far. */
  readonly verdict: Verdict;
  /** Who answered; `None` for nobody yet and for default decisions. */
  readonly decidedBy?: string;
  /** When. */
  readonly decidedAt?: Date;
  /** Why. */
  readonly justification?: string;
  /** What the service recommends. */
  readonly recommendation: Recommendation;
  /** When the holder last activated it; `None` for never, or where the service does not tell. */
  readonly lastActivated?: Date;
  /** What became of the decision. */
  readonly applied: ApplyResult;
  /** Who carried it out, where not the service by itself. */
  readonly appliedBy?: string;
  /** How earlier stages ended, one entry for each; the fields above belong to the stage that the item has reached. */
  readonly earlier?: readonly StageAnswer[];
}

/** An answer to give. */
export interface NewVerdict {
  /** On which item. */
  readonly item: string;
  /** The answer. */
  readonly verdict: Verdict;
  /** Why. */
  readonly justification?: string;
}

/** A person's account. */
export interface User {
  /** Object id. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** User principal name. */
  readonly signInName: string;
  /** Whether it may sign in. */
  readonly enabled: boolean;
  /** Member or guest. */
  readonly userType: UserType;
  /** Cloud or on premises. */
  readonly source: Source;
  /** Mail address. */
  readonly mail?: string;
  /** Department. */
  readonly department?: string;
  /** Manager. */
  readonly manager?: string;
  /** When it was made. */
  readonly created?: Date;
  /** When it last signed in. */
  readonly lastSignIn?: Date;
  /** When its password was last changed. */
  readonly passwordChanged?: Date;
  /** Registered means of stronger sign-in; `None` where they could not be read. */
  readonly methods?: readonly AuthenticationMethod[];
  /** Licences. */
  readonly licences?: readonly string[];
}

/** A group. */
export interface Group {
  /** Object id. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** Whether it may hold directory roles. Set at creation, for good. */
  readonly roleAssignable: boolean;
  /** The rule that fills it, if a rule does; such a group can't come under PIM. */
  readonly membershipRule?: string;
  /** Cloud or on premises; the latter can't come under PIM. */
  readonly source: Source;
  /** Whether PIM manages it; `None` where that could not be read. */
  readonly underPim?: boolean;
}

/** Who belongs to a group now, standing or activated. */
export interface Membership {
  /** The group. */
  readonly group: string;
  /** Who. */
  readonly principal: string;
  /** What that is. */
  readonly kind: PrincipalKind;
  /** As member or owner. */
  readonly access: GroupAccess;
}

/** An application permission that was granted. */
export interface AppPermission {
  /** The API that it is for, by client id; Microsoft Graph is `00000003-0000-0000-c000-000000000000`. */
  readonly resource: string;
  /** The permission's id at that API. */
  readonly role: string;
  /** Its name, such as `RoleManagement.ReadWrite.Directory`, where known. */
  readonly name?: string;
}

/** Delegated permissions that were granted. */
export interface DelegatedGrant {
  /** The API that they are for, by client id. */
  readonly resource: string;
  /** The permissions' names. */
  readonly scopes: readonly string[];
  /** For whom; `None` for everybody (admin consent). */
  readonly principal?: string;
}

/** An application's identity in the tenant. */
export interface ServicePrincipal {
  /** Object id. */
  readonly id: string;
  /** Client id. */
  readonly app: string;
  /** Display name. */
  readonly name: string;
  /** Whether it may sign in. */
  readonly enabled: boolean;
  /** Whether Azure manages its credential. */
  readonly managedIdentity: boolean;
  /** Its owners: each can add a credential and so act as it. */
  readonly owners?: readonly string[];
  /** Permissions it holds by itself. */
  readonly permissions?: readonly AppPermission[];
  /** Permissions it may use for people. */
  readonly delegated?: readonly DelegatedGrant[];
  /** When it last signed in. */
  readonly lastSignIn?: Date;
}

/** A container that narrows a role's reach. */
export interface AdministrativeUnit {
  /** Object id. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** Whether tenant-wide administrators are kept out. */
  readonly restricted: boolean;
  /** Who is in it. */
  readonly members?: readonly string[];
}

/** A licence that the tenant bought. */
export interface Sku {
  /** The licence's id. */
  readonly id: string;
  /** Its short name, such as `AAD_PREMIUM_P2`. */
  readonly partNumber: string;
  /** The plans that it contains, by short name. */
  readonly servicePlans: readonly string[];
  /** How many were bought. */
  readonly bought: number;
  /** How many are given out. */
  readonly consumed: number;
}

/** Something a record is about. */
export interface AuditTarget {
  /** What it is. */
  readonly kind: TargetKind;
  /** Its id, as text: targets are of every kind. */
  readonly id: string;
  /** Its name, where the service tells. */
  readonly name?: string;
}

/**
 * One audit record.  Source: directoryAudit (https://learn.microsoft.com/graph/api/resources/directoryaudit), activities:
 * audit activity reference (https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities).
 */
export interface AuditRecord {
  /** The record's id. */
  readonly id: string;
  /** When. */
  readonly at: Date;
  /** Which service wrote it. One act can leave a record with each: join by `correlation`. */
  readonly service: AuditService;
  /** What it is about. */
  readonly category: AuditCategory;
  /** What was done, in the service's own words, such as `Add member to role completed (PIM activation)`. */
  readonly activity: string;
  /** How it ended. */
  readonly result: AuditResult;
  /** On success the justification, on failure the error code. */
  readonly reason?: string;
  /** Who did it; `None` for the service itself. */
  readonly actor?: string;
  /** Joins the records of one act. */
  readonly correlation?: string;
  /** What it is about. */
  readonly targets?: readonly AuditTarget[];
  /** Further detail by key, such as `StartTime`, `Justification`. The order of keys varies. */
  readonly details?: ReadonlyArray<[string, string]>;
}

/** One sign-in, or attempt.  Source: signIn (https://learn.microsoft.com/graph/api/resources/signin). */
export interface SignIn {
  /** The record's id. */
  readonly id: string;
  /** When. */
  readonly at: Date;
  /** Who. Compare this, never the sign-in name. */
  readonly principal: string;
  /** Into which application. */
  readonly app?: string;
  /** That application's name. */
  readonly appName?: string;
  /** From which address. */
  readonly address?: string;
  /** From which country or region, as a code. */
  readonly country?: string;
  /** Whether a person was at the keyboard. Token redemption is not, and counts for emergency accounts too. */
  readonly interactive: boolean;
  /** 0 for success, else the sign-in error. */
  readonly errorCode: number;
  /** Whether it was multi-factor. */
  readonly mfa: boolean;
  /** Joins the records of one act. */
  readonly correlation?: string;
}

/** For whom a policy holds. */
export interface Whom {
  /** Everybody. */
  readonly everyone: boolean;
  /** These people. */
  readonly users: readonly string[];
  /** The members of these groups. */
  readonly groups: readonly string[];
  /** The holders of these roles. */
  readonly roles: readonly string[];
}

/**
 * A Conditional Access policy.  Source: conditionalAccessPolicy
 * (https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy).
 */
export interface ConditionalAccessPolicy {
  /** The policy's id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Whether it bites. */
  readonly state: ConditionalAccessState;
  /** For whom it holds. */
  readonly include: Whom;
  /** For whom it does not. Emergency accounts belong here. */
  readonly exclude: Whom;
  /** For all applications. */
  readonly allApplications: boolean;
  /** For these applications. */
  readonly applications: readonly string[];
  /** For these authentication contexts. */
  readonly contexts: readonly string[];
  /** In these locations. */
  readonly locations: readonly string[];
  /** But not in these. */
  readonly excludedLocations: readonly string[];
  /** What it demands. */
  readonly controls: readonly GrantControl[];
  /** The strength demanded, by name, where one is. */
  readonly strength?: string;
  /** After how many hours a fresh sign-in is demanded; 0 for every time. */
  readonly signInFrequencyHours?: number;
}

/** An authentication context: a name that PIM demands and Conditional Access gives meaning to. */
export interface AuthenticationContext {
  /** `c1` to `c99`. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** Whether applications may use it. */
  readonly published: boolean;
}

/** A place known to Conditional Access. */
export interface NamedLocation {
  /** The location's id. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  /** Whether sign-ins from there count as safer. */
  readonly trusted: boolean;
  /** Address ranges (CIDR). */
  readonly ranges: readonly string[];
  /** Countries, as codes. */
  readonly countries: readonly string[];
}

/** What makes an alert fire. Only the members that its kind uses are set. */
export interface AlertThresholds {
  /** Whether the alert is on. */
  readonly enabled: boolean;
  /** From this number on. */
  readonly count?: number;
  /** From this share on, in percent. */
  readonly percent?: number;
  /** Without use, or between uses, for so long. */
  readonly period?: Period;
}

/** An alert and its state.  Source: PIM alerts (https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementalert). */
export interface Alert {
  /** The alert's id. */
  readonly id: string;
  /** What it looks for. */
  readonly kind: AlertKind;
  /** How grave it is. */
  readonly severity: AlertSeverity;
  /** Whether it fires now. */
  readonly active: boolean;
  /** How many findings it has. */
  readonly incidents: number;
  /** Whether the service offers to mend it. */
  readonly remediable: boolean;
  /** What makes it fire. */
  readonly thresholds: AlertThresholds;
  /** When its findings last changed; `None` when never. */
  readonly changed?: Date;
  /** When it last looked; `None` when never. */
  readonly scanned?: Date;
}

/** One finding of an alert. */
export interface AlertIncident {
  /** The finding's id. */
  readonly id: string;
  /** The alert that found it. */
  readonly alert: string;
  /** Whom it concerns. */
  readonly principal?: string;
  /** Which privilege it concerns. */
  readonly privilege?: Privilege;
  /** The last time of what the alert watches: use, sign-in, assignment. */
  readonly last?: Date;
}

/** A privilege that a package carries. */
export interface Carried {
  /** Which. */
  readonly privilege: Privilege;
  /** To be held, or to be activated. */
  readonly level: Level;
}

/** An access package.  Source: accessPackage (https://learn.microsoft.com/graph/api/resources/accesspackage). */
export interface AccessPackage {
  /** The package's id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** The catalog that it is in. */
  readonly catalog: string;
  /** What it carries. */
  readonly carries: readonly Carried[];
}

/** Who has a package. */
export interface PackageAssignment {
  /** The assignment's id. */
  readonly id: string;
  /** Which package. */
  readonly package: string;
  /** Who. */
  readonly principal: string;
  /** Where it stands. */
  readonly state: PackageState;
  /** From when to when. */
  readonly window: Window;
}

/** What a backend is. */
export interface BackendInfo {
  /** A short name, such as `embedded` or `graph`. */
  readonly name: string;
  /** The tenant, where known. */
  readonly tenant?: string;
  /** On whose behalf it acts; `None` where the credential does not tell. */
  readonly caller?: string;
  /** What the caller is; `None` where the credential does not tell. */
  readonly callerKind?: PrincipalKind;
}

/**
 * What works *through this client with this credential*: what the service can do and the caller may not is left out as far
 * as the backend can tell beforehand.
 */
export interface Capabilities {
  /** Operations that work. */
  readonly operations: readonly string[];
  /** Which actions work where. Self-service needs a delegated token. */
  readonly actions: ReadonlyArray<[Surface, Action]>;
  /** The policy rules that can be written. */
  readonly rules: readonly RuleKind[];
  /** Whether requests can be tried without effect (`NewRequest.dry_run`). */
  readonly dryRun: boolean;
}

/** What must stay whatever is asked, and how patient a client is. */
export interface Safeguards {
  /**
   * The accounts for emergencies, by object id. No administrative change reaches them, but for an assignment without end,
   * which restores what they must have.
   */
  readonly breakGlass?: readonly string[];
  /**
   * How many working administrators must be left: enabled people who are Global Administrator without end, directly or
   * through groups. Zero switches the guard off.
   */
  readonly minAdministrators?: number;
  /** How long to look for the outcome of a request whose reply was lost. */
  readonly settle?: Period;
}

/** How many requests are sent together. */
export interface BulkOptions {
  /**
   * How many calls may be under way at once, at least one; a call carries as many requests as the service takes in one.
   * Default 4. More is faster until the service asks to slow down.
   */
  readonly inFlight?: number;
}

/** One demand of a policy that a request does not meet. */
export interface Violation {
  /** Which demand. */
  readonly rule: ViolatedRule;
  /** In plain words, with the remedy. */
  readonly message: string;
  /** The longest time allowed, where that is what was exceeded. */
  readonly limit?: Period;
}

/** Narrows a list of grants or requests; every member set must match. */
export interface Filter {
  /** One surface; `None` for all that the backend has. */
  readonly surface?: Surface;
  /** One holder. */
  readonly principal?: string;
  /** One role, at any scope. */
  readonly role?: string;
  /** One group, in any way of holding it. */
  readonly group?: string;
  /** Exactly this privilege, scope included. */
  readonly privilege?: Privilege;
}

/** Activating one's own eligibility. */
export interface Activate {
  /** What to activate, at the scope of the eligibility. */
  readonly privilege: Privilege;
  /** For how long; `None` for the longest that the policy allows. */
  readonly duration?: Period;
  /** Why. */
  readonly justification?: string;
  /** Where it is tracked. */
  readonly ticket?: Ticket;
  /** From when; `None` for now, or for the moment of approval. */
  readonly start?: Date | string;
  /** Which eligibility, where a service wants it named (Azure). */
  readonly using?: string;
  /** Run the rules, change nothing. */
  readonly dryRun?: boolean;
}

/** Making someone eligible, or giving someone the privilege itself. */
export interface Assign {
  /** Eligible or active. */
  readonly level: Level;
  /** Whose it is. */
  readonly principal: string;
  /** What is granted. */
  readonly privilege: Privilege;
  /** From when; `None` for now. */
  readonly start?: Date | string;
  /** Until when. */
  readonly expiry: Expiry;
  /** Why. */
  readonly justification?: string;
  /** Where it is tracked. */
  readonly ticket?: Ticket;
  /** A condition that narrows it (Azure). */
  readonly condition?: Condition;
  /** Run the rules, change nothing. */
  readonly dryRun?: boolean;
}

/** Changing the window, the reason or the condition of someone's grant. */
export interface Update {
  /** Eligible or active. */
  readonly level: Level;
  /** Whose it is. */
  readonly principal: string;
  /** What is granted. */
  readonly privilege: Privilege;
  /** From when; `None` for now. */
  readonly start?: Date | string;
  /** Until when. */
  readonly expiry: Expiry;
  /** Why. */
  readonly justification?: string;
  /** Where it is tracked. */
  readonly ticket?: Ticket;
  /** A condition that narrows it (Azure). */
  readonly condition?: Condition;
  /** Run the rules, change nothing. */
  readonly dryRun?: boolean;
}

/** Prolonging a grant that has not ended. Without a principal the caller asks for their own. */
export interface Extend {
  /** Eligible or active. */
  readonly level: Level;
  /** Whose it is; `None` for the caller's own. */
  readonly principal?: string;
  /** What was granted. */
  readonly privilege: Privilege;
  /** From when; `None` for now. */
  readonly start?: Date | string;
  /** Until when. */
  readonly expiry: Expiry;
  /** Why. */
  readonly justification?: string;
  /** Where it is tracked. */
  readonly ticket?: Ticket;
  /** Run the rules, change nothing. */
  readonly dryRun?: boolean;
}

/** Granting again what has ended. Without a principal the caller asks for their own. */
export interface Renew {
  /** Eligible or active. */
  readonly level: Level;
  /** Whose it is; `None` for the caller's own. */
  readonly principal?: string;
  /** What was granted. */
  readonly privilege: Privilege;
  /** From when; `None` for now. */
  readonly start?: Date | string;
  /** Until when. */
  readonly expiry: Expiry;
  /** Why. */
  readonly justification?: string;
  /** Where it is tracked. */
  readonly ticket?: Ticket;
  /** Run the rules, change nothing. */
  readonly dryRun?: boolean;
}

/** Taking a grant away. */
export interface Revoke {
  /** Eligible or active. */
  readonly level: Level;
  /** Whose it is. */
  readonly principal: string;
  /** What was granted. */
  readonly privilege: Privilege;
  /** Why. */
  readonly justification?: string;
  /** Where it is tracked. */
  readonly ticket?: Ticket;
  /** Run the rules, change nothing. */
  readonly dryRun?: boolean;
}

/** Which roles. */
export interface RoleQuery {
  /** One surface; `None` for all that the backend has. */
  readonly surface?: Surface;
}

/** Which eligibilities. */
export interface EligibilityQuery {
  /** Everybody's or the caller's. */
  readonly view?: View;
  /** In force now, or later too. */
  readonly when?: When;
  /** Narrows it. */
  readonly filter?: Filter;
}

/** Which assignments. */
export interface AssignmentQuery {
  /** Everybody's or the caller's. */
  readonly view?: View;
  /** In force now, or later too. */
  readonly when?: When;
  /** Narrows it. */
  readonly filter?: Filter;
}

/** Which requests. */
export interface RequestQuery {
  /** Whose, or waiting for whom. */
  readonly view?: View;
  /** Narrows it. */
  readonly filter?: Filter;
  /** Only for this family of grants. Services keep one list for each and want a permission for each. */
  readonly level?: Level;
  /** In one of these states; empty for any. */
  readonly status?: readonly RequestStatus[];
}

/** Which policies. */
export interface PolicyQuery {
  /** One surface; `None` for all that the backend has. */
  readonly surface?: Surface;
}

/** Which audit records. */
export interface AuditQuery {
  /** Written at or after this. */
  readonly from?: Date | string;
  /** Written before this. */
  readonly until?: Date | string;
  /** By one service. */
  readonly service?: AuditService;
  /** Of one activity, word for word. */
  readonly activity?: string;
  /** By one actor. */
  readonly actor?: string;
}

/** Which sign-ins. */
export interface SignInQuery {
  /** At or after this. */
  readonly from?: Date | string;
  /** Before this. */
  readonly until?: Date | string;
  /** Of one account. */
  readonly principal?: string;
}

/** Which groups, for their members. */
export interface MembershipQuery {
  /** One group; `None` for all. */
  readonly group?: string;
}

/** Which people. */
export interface UserQuery {
  /** These, as far as they exist; empty for all. */
  readonly ids?: readonly string[];
}
