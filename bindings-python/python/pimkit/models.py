"""The values that are asked with and that come back: frozen, comparable, and without personal data in their ``repr``.

Instants are :class:`datetime.datetime` in UTC, exact to a microsecond; lengths are :class:`datetime.timedelta`; ids are
texts. Names of people, justifications, tickets and addresses are in their fields and left out of ``repr``, so that a log of
values gives nobody away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Union

from .enums import (
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
    Reviewed,
    ReviewStatus,
    RoleOrigin,
    RuleKind,
    Source,
    StageStatus,
    Surface,
    TargetKind,
    UserType,
    Verdict,
    Via,
)

Expiry = Union[datetime, timedelta, Literal["never"]]  # noqa: UP007
"""When a grant is to end: at an instant, so long after it began, or never."""

RecurrenceEnd = Union[datetime, int, Literal["never"]]  # noqa: UP007
"""When a recurrence ends: no round starts at or after an instant, after so many rounds, or never."""


class Privilege:
    """One thing that can be held, and so activated, approved and reviewed: a `DirectoryRole`, a `GroupRole`, or an
    `AzureRole`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class DirectoryRole(Privilege):
    """A Microsoft Entra role."""

    role: str
    """The role's id."""
    scope: str = "/"
    """Where it applies: `/` for the tenant, `/administrativeUnits/{id}`, or `/{id}` for one application."""


@dataclass(frozen=True, slots=True)
class GroupRole(Privilege):
    """Membership or ownership of a group under PIM."""

    group: str
    """The group's id."""
    access: GroupAccess = GroupAccess.MEMBER
    """As member or owner."""


@dataclass(frozen=True, slots=True)
class AzureRole(Privilege):
    """A role on Azure resources."""

    role: str
    """The trailing GUID of the role's definition, whatever the scope before it."""
    scope: str
    """Where it applies: a management group, a subscription, or below."""


@dataclass(frozen=True, slots=True)
class Origin:
    """How an assignment came about."""

    kind: str
    """`assigned` for standing access, `activated` for access just in time, or a word this version does not know."""
    using: str | None = None
    """Of an activation: the eligibility's schedule, where the service names it."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who reviews."""

    kind: Literal["user", "group", "manager", "holder"]
    """A person, every member of a group, the holder's manager, or the holder."""
    id: str | None = None
    """Which person or group."""


class Setting:
    """What a rule says: one of the classes that end in `Setting`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpirationSetting(Setting):
    """How long at most."""

    required: bool
    """Whether there must be an end at all."""
    max: timedelta | None = None
    """The longest time; `None` where the service gives none."""


@dataclass(frozen=True, slots=True)
class EnablementSetting(Setting):
    """What must be given."""

    required: frozenset[Requirement] = frozenset()
    """All that must be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationContextSetting(Setting):
    """Which authentication context is needed."""

    enabled: bool
    """Whether the rule is on."""
    context: str | None = None
    """Which context; kept by the service while the rule is off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSetting(Setting):
    """A rule of a type this version does not know, verbatim."""

    type_name: str
    """The service's name of the type."""
    raw: Any = field(default=None, hash=False)
    """The rest of the rule as it came."""


@dataclass(frozen=True, slots=True)
class Window:
    """From one instant up to, and without, another. Either end may be open: a grant made outside PIM has no start, a
    permanent one has no end."""

    start: datetime | None = None
    """The first instant in it."""
    end: datetime | None = None
    """The first instant behind it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An Azure attribute-based condition that narrows a grant."""

    expression: str
    """The condition, in Azure's own language."""
    version: str
    """The version of that language; `2.0` today."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A reference into a ticket system. Stored by the service, never checked."""

    number: str | None = field(default=None, repr=False)
    """The ticket's number."""
    system: str | None = field(default=None, repr=False)
    """The system it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A holder of privileges, as lists show it. Who it is in full: `directory`."""

    id: str
    """Object id."""
    kind: PrincipalKind
    """User, group or service principal."""
    name: str | None = field(default=None, repr=False)
    """Display name. Personal data for a user."""
    sign_in_name: str | None = field(default=None, repr=False)
    """Sign-in name of a user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One block of a role's permissions."""

    actions: tuple[str, ...] = ()
    """Allowed actions, such as `microsoft.directory/users/password/update`."""
    excluded: tuple[str, ...] = ()
    """Actions taken out again (Azure `notActions`)."""
    data_actions: tuple[str, ...] = ()
    """Allowed data actions (Azure)."""
    excluded_data: tuple[str, ...] = ()
    """Data actions taken out again (Azure `notDataActions`)."""
    condition: str | None = None
    """The condition under which the block applies, such as `$ResourceIsSelf`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDefinition:
    """What a role is and what it allows. Source: unifiedRoleDefinition
    (https://learn.microsoft.com/graph/api/resources/unifiedroledefinition)."""

    id: str
    """The id that assignments name; for built-in Entra roles the template id, equal in all tenants."""
    surface: Surface
    """Which surface it belongs to."""
    name: str
    """Display name. Differs between portal, API and documentation: match by id."""
    origin: RoleOrigin
    """Built in or custom."""
    privileged: bool | None = None
    """The directory's own flag for high-risk roles; `None` where the source does not tell (Graph v1.0)."""
    permissions: tuple[Permission, ...] = ()
    """What it allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Proof that a grant is in force: the instance that a service lists for it."""

    id: str
    """The instance's own id."""
    schedule: str
    """The schedule it belongs to."""
    request: str | None = None
    """The request that made the schedule, where the service tells or the ids are equal."""
    window: Window = Window()
    """From when to when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The right to activate: not the privilege itself. One value stands for a *schedule* (now or later) or for an
    *instance* (in force now), as the query asked; `instance` tells which. Source:
    unifiedRoleEligibilityScheduleInstance
    (https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityscheduleinstance)."""

    id: str
    """The schedule behind it. Not a lasting identity: an update may replace it."""
    instance: str | None = None
    """The instance, where one was listed."""
    principal: str
    """Who may activate; a group's members each for themselves."""
    privilege: Privilege
    """What may be activated."""
    window: Window = Window()
    """From when to when."""
    via: Via
    """How it reaches the holder."""
    condition: Condition | None = None
    """A condition that narrows it (Azure)."""
    holder: Principal | None = None
    """What is known of the holder, where the service told; one value shared by all rows of a list."""
    role_name: str | None = None
    """What the role is called, where the list told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A privilege held, standing or activated. One value stands for a *schedule* or an *instance*, as with
    `Eligibility`. Only an instance proves that access is in force. Source: unifiedRoleAssignmentScheduleInstance
    (https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentscheduleinstance)."""

    id: str
    """The schedule behind it."""
    instance: str | None = None
    """The instance, where one was listed."""
    principal: str
    """Who holds it."""
    privilege: Privilege
    """What is held."""
    window: Window = Window()
    """From when to when; both ends are open for one made outside PIM."""
    origin: Origin
    """Standing or activated."""
    via: Via
    """How it reaches the holder."""
    condition: Condition | None = None
    """A condition that narrows it (Azure)."""
    holder: Principal | None = None
    """What is known of the holder, where the service told; one value shared by all rows of a list."""
    role_name: str | None = None
    """What the role is called, where the list told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What to ask for. `Client` builds it for the common cases. Source: unifiedRoleAssignmentScheduleRequest
    (https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests)."""

    action: Action
    """What to do."""
    level: Level
    """To which family of grants."""
    principal: str
    """Whose grant it is."""
    privilege: Privilege
    """The privilege meant."""
    start: datetime | None = None
    """When it is to begin; absent or past means now."""
    expiry: Expiry | None = None
    """When it is to end. A removal has none."""
    justification: str | None = field(default=None, repr=False)
    """Why."""
    ticket: Ticket | None = None
    """Where it is tracked."""
    using: str | None = None
    """The eligibility to activate, where a service wants it named (Azure)."""
    condition: Condition | None = None
    """A condition that narrows the grant (Azure)."""
    dry_run: bool = False
    """Run the rules, change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as the service keeps it."""

    id: str
    """The service's id."""
    status: RequestStatus
    """What became of it."""
    asked: NewRequest
    """What was asked, as the service echoes it: it replaces a past start by its own time."""
    requestor: str | None = None
    """Who asked; absent where the service does not tell."""
    created: datetime | None = None
    """When it was made."""
    completed: datetime | None = None
    """When it was done; for `Granted` the future start. Services set it on pending ones too: no proof of anything."""
    approval: str | None = None
    """The approval it needs or needed."""
    schedule: str | None = None
    """The schedule it made or changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """How to find a request again. The id alone is not enough: each surface and family keeps its own, and Azure needs
    the scope."""

    id: str
    """The request's id."""
    level: Level
    """The family it belongs to."""
    privilege: Privilege
    """The privilege it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a service shows of a request at one moment."""

    request: Request | None = None
    """The request; `None` where it is not visible yet, or no longer."""
    instance: Instance | None = None
    """The grant in force: the request's own where the ids tell. Not asked for while the request is pending."""
    at: datetime
    """When this was so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalKey:
    """How to find an approval again: its id, and the privilege whose service keeps it."""

    id: str
    """The approval's id."""
    privilege: Privilege
    """The privilege asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision, with who and why."""

    decision: Decision
    """The answer."""
    by: str | None = None
    """Who gave it."""
    at: datetime | None = None
    """When."""
    justification: str | None = field(default=None, repr=False)
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of an approval."""

    id: str
    """The stage's id."""
    status: StageStatus
    """Where it stands."""
    assigned_to_me: bool | None = None
    """Whether the caller is one of its approvers; `None` where the service does not say."""
    decided: Decided | None = None
    """What was decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The approval of one request. Source: approval (https://learn.microsoft.com/graph/api/resources/approval)."""

    key: ApprovalKey
    """Its id and the privilege asked for."""
    stages: tuple[Stage, ...] = ()
    """The stages, in order. PIM has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """An approver. Two are the same when kind and id are; the service fills descriptions by itself."""

    kind: ApproverKind
    """A person or a group."""
    id: str
    """Which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStageSetting:
    """One stage of an approval setting."""

    timeout_days: int
    """After how many days it expires. The service holds to one day, whatever is written."""
    approver_justification: bool
    """Whether approvers must say why."""
    approvers: tuple[Approver, ...] = ()
    """Who may approve. Empty: Global and Privileged Role Administrators for directory roles, nobody for groups and Azure
    roles."""
    escalation_minutes: int | None = None
    """After how many minutes the next approvers are asked; the field exists, PIM does not act on it."""
    escalation_approvers: tuple[Approver, ...] = ()
    """Who would be asked then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSetting(Setting):
    """Whether and how approval is needed. Source: approvalSettings
    (https://learn.microsoft.com/graph/api/resources/approvalsettings)."""

    required: bool
    """Whether activation needs approval."""
    required_for_extension: bool
    """Whether extension needs it."""
    requestor_justification: bool
    """Whether the requestor must say why."""
    mode: ApprovalMode
    """How stages go together."""
    stages: tuple[ApprovalStageSetting, ...] = ()
    """The stages. The service keeps one even while approval is off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSetting(Setting):
    """Who gets mail."""

    level: NotificationLevel = NotificationLevel.ALL
    """Which mails."""
    default_recipients: bool = True
    """Whether the usual recipients get them."""
    recipients: tuple[str, ...] = field(default=(), repr=False)
    """Further addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: which, and what it says."""

    kind: RuleKind
    """Which rule."""
    setting: Setting
    """What it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The settings of one privilege: a role, a role at an Azure scope, or one way of holding a group. Source:
    unifiedRoleManagementPolicy (https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicy)."""

    id: str
    """The service's id. A group's changes when the group comes under PIM: never keep it across that."""
    subject: Privilege
    """What it governs. Directory roles have one policy each, whatever the scope of an assignment."""
    rules: tuple[Rule, ...] = ()
    """Its rules, in the order read; 17, or more where the service has learned new ones."""
    modified: datetime | None = None
    """When it was last changed; `None` when never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewScope:
    """What a review asks about."""

    privilege: Privilege
    """The privilege; a directory role at tenant scope stands for the role at every scope."""
    population: Population = Population.ELIGIBLE
    """Which holders."""
    reviewed: Reviewed = Reviewed.USERS_AND_GROUPS
    """Which kind of holder."""
    inactive_for: timedelta | None = None
    """Only those who have not signed in for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """How often a review returns."""

    every: Frequency
    """Weeks or months."""
    interval: int
    """How many of them lie between two rounds; 3 months make a quarter."""
    until: RecurrenceEnd = "never"
    """When it ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """How a review runs. The defaults are the service's, but for the duration, which the portal proposes."""

    duration_days: int = 14
    """How many days reviewers have; 1 to 180."""
    recurrence: Recurrence | None = None
    """How often it returns; `None` for once."""
    default_decision: DefaultDecision = DefaultDecision.NONE
    """What is decided for items nobody answered."""
    auto_apply: bool = False
    """Whether decisions are carried out by themselves at the end. Together with a default decision of `deny` this takes
    access from everybody whom silent reviewers forgot."""
    justification_required: bool = False
    """Whether an approval needs a justification."""
    mail: bool = True
    """Whether reviewers get mail at the start."""
    reminders: bool = True
    """Whether silent reviewers get a reminder half-way."""
    recommendations: timedelta | None = timedelta(days=30)
    """Whether the service recommends, and over how long it looks back for sign-ins."""
    apply_action: ApplyAction = ApplyAction.REMOVE_ACCESS
    """What is done with denied access."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStage:
    """One stage of a review with several. Each later stage opens when the one before closes."""

    reviewers: tuple[Reviewer, ...] = ()
    """Who reviews in this stage; empty means every holder for themselves."""
    fallback_reviewers: tuple[Reviewer, ...] = ()
    """Who reviews in this stage where there is no manager; counts instead of the review's own."""
    duration_days: int
    """How many days it lasts; counts instead of the settings' duration."""
    goes_on_with: tuple[Verdict, ...] = ()
    """The verdicts with which an item goes on to the next stage; empty means all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    """A review to create."""

    name: str
    """What it is called."""
    scope: ReviewScope
    """What it asks about."""
    reviewers: tuple[Reviewer, ...] = ()
    """Who reviews; empty means every holder for themselves. Ignored where there are stages."""
    fallback_reviewers: tuple[Reviewer, ...] = ()
    """Who reviews where there is no manager."""
    start: datetime | None = None
    """When the first round starts; absent means now."""
    settings: ReviewSettings = ReviewSettings()
    """How it runs."""
    stages: tuple[ReviewStage, ...] = ()
    """The stages, where there are several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReview:
    """A review as the service keeps it."""

    id: str
    """The service's id."""
    status: ReviewStatus
    """Where it stands."""
    definition: NewReview
    """What was asked for."""
    created_by: str | None = None
    """Who made it."""
    created: datetime | None = None
    """When it was made."""


@dataclass(frozen=True, slots=True)
class RoundKey:
    """How to find a round again."""

    review: str
    """The review."""
    round: str
    """The round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRound:
    """One round of a review."""

    key: RoundKey
    """Its review and id."""
    status: ReviewStatus
    """Where it stands."""
    window: Window = Window()
    """From when to when reviewers may answer."""
    stage: int
    """The stage that is open, counted from 0; 0 where there are no stages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAnswer:
    """How one stage ended for an item."""

    verdict: Verdict
    """The answer."""
    decided_by: str | None = None
    """Who answered; `None` for nobody."""
    decided_at: datetime | None = None
    """When."""
    justification: str | None = field(default=None, repr=False)
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """One question of a round: does this holder still need this?"""

    id: str
    """The item's id."""
    round: RoundKey
    """The round it belongs to."""
    principal: str
    """Who holds it."""
    privilege: Privilege
    """What is held."""
    level: Level
    """As eligibility or as assignment."""
    verdict: Verdict
    """The answer so far."""
    decided_by: str | None = None
    """Who answered; `None` for nobody yet and for default decisions."""
    decided_at: datetime | None = None
    """When."""
    justification: str | None = field(default=None, repr=False)
    """Why."""
    recommendation: Recommendation
    """What the service recommends."""
    last_activated: datetime | None = None
    """When the holder last activated it; `None` for never, or where the service does not tell."""
    applied: ApplyResult
    """What became of the decision."""
    applied_by: str | None = None
    """Who carried it out, where not the service by itself."""
    earlier: tuple[StageAnswer, ...] = ()
    """How earlier stages ended, one entry for each; the fields above belong to the stage that the item has reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVerdict:
    """An answer to give."""

    item: str
    """On which item."""
    verdict: Verdict
    """The answer."""
    justification: str | None = field(default=None, repr=False)
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person's account."""

    id: str
    """Object id."""
    name: str = field(repr=False)
    """Display name."""
    sign_in_name: str = field(repr=False)
    """User principal name."""
    enabled: bool
    """Whether it may sign in."""
    user_type: UserType
    """Member or guest."""
    source: Source
    """Cloud or on premises."""
    mail: str | None = field(default=None, repr=False)
    """Mail address."""
    department: str | None = None
    """Department."""
    manager: str | None = None
    """Manager."""
    created: datetime | None = None
    """When it was made."""
    last_sign_in: datetime | None = None
    """When it last signed in."""
    password_changed: datetime | None = None
    """When its password was last changed."""
    methods: tuple[AuthenticationMethod, ...] | None = None
    """Registered means of stronger sign-in; `None` where they could not be read."""
    licences: tuple[str, ...] = ()
    """Licences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group."""

    id: str
    """Object id."""
    name: str
    """Display name."""
    role_assignable: bool
    """Whether it may hold directory roles. Set at creation, for good."""
    membership_rule: str | None = None
    """The rule that fills it, if a rule does; such a group can't come under PIM."""
    source: Source
    """Cloud or on premises; the latter can't come under PIM."""
    under_pim: bool | None = None
    """Whether PIM manages it; `None` where that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Who belongs to a group now, standing or activated."""

    group: str
    """The group."""
    principal: str
    """Who."""
    kind: PrincipalKind
    """What that is."""
    access: GroupAccess
    """As member or owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppPermission:
    """An application permission that was granted."""

    resource: str
    """The API that it is for, by client id; Microsoft Graph is `00000003-0000-0000-c000-000000000000`."""
    role: str
    """The permission's id at that API."""
    name: str | None = None
    """Its name, such as `RoleManagement.ReadWrite.Directory`, where known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatedGrant:
    """Delegated permissions that were granted."""

    resource: str
    """The API that they are for, by client id."""
    scopes: tuple[str, ...] = ()
    """The permissions' names."""
    principal: str | None = None
    """For whom; `None` for everybody (admin consent)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal:
    """An application's identity in the tenant."""

    id: str
    """Object id."""
    app: str
    """Client id."""
    name: str
    """Display name."""
    enabled: bool
    """Whether it may sign in."""
    managed_identity: bool
    """Whether Azure manages its credential."""
    owners: tuple[str, ...] = ()
    """Its owners: each can add a credential and so act as it."""
    permissions: tuple[AppPermission, ...] = ()
    """Permissions it holds by itself."""
    delegated: tuple[DelegatedGrant, ...] = ()
    """Permissions it may use for people."""
    last_sign_in: datetime | None = None
    """When it last signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrativeUnit:
    """A container that narrows a role's reach."""

    id: str
    """Object id."""
    name: str
    """Display name."""
    restricted: bool
    """Whether tenant-wide administrators are kept out."""
    members: tuple[str, ...] = ()
    """Who is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sku:
    """A licence that the tenant bought."""

    id: str
    """The licence's id."""
    part_number: str
    """Its short name, such as `AAD_PREMIUM_P2`."""
    service_plans: tuple[str, ...] = ()
    """The plans that it contains, by short name."""
    bought: int
    """How many were bought."""
    consumed: int
    """How many are given out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTarget:
    """Something a record is about."""

    kind: TargetKind
    """What it is."""
    id: str
    """Its id, as text: targets are of every kind."""
    name: str | None = field(default=None, repr=False)
    """Its name, where the service tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One audit record. Source: directoryAudit (https://learn.microsoft.com/graph/api/resources/directoryaudit),
    activities: audit activity reference (https://learn.microsoft.com/entra/identity/monitoring-health/reference-
    audit-activities)."""

    id: str
    """The record's id."""
    at: datetime
    """When."""
    service: AuditService
    """Which service wrote it. One act can leave a record with each: join by `correlation`."""
    category: AuditCategory
    """What it is about."""
    activity: str
    """What was done, in the service's own words, such as `Add member to role completed (PIM activation)`."""
    result: AuditResult
    """How it ended."""
    reason: str | None = field(default=None, repr=False)
    """On success the justification, on failure the error code."""
    actor: str | None = None
    """Who did it; `None` for the service itself."""
    correlation: str | None = None
    """Joins the records of one act."""
    targets: tuple[AuditTarget, ...] = ()
    """What it is about."""
    details: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Further detail by key, such as `StartTime`, `Justification`. The order of keys varies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One sign-in, or attempt. Source: signIn (https://learn.microsoft.com/graph/api/resources/signin)."""

    id: str
    """The record's id."""
    at: datetime
    """When."""
    principal: str
    """Who. Compare this, never the sign-in name."""
    app: str | None = None
    """Into which application."""
    app_name: str | None = None
    """That application's name."""
    address: str | None = field(default=None, repr=False)
    """From which address."""
    country: str | None = None
    """From which country or region, as a code."""
    interactive: bool
    """Whether a person was at the keyboard. Token redemption is not, and counts for emergency accounts too."""
    error_code: int
    """0 for success, else the sign-in error."""
    mfa: bool
    """Whether it was multi-factor."""
    correlation: str | None = None
    """Joins the records of one act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """For whom a policy holds."""

    everyone: bool
    """Everybody."""
    users: tuple[str, ...] = ()
    """These people."""
    groups: tuple[str, ...] = ()
    """The members of these groups."""
    roles: tuple[str, ...] = ()
    """The holders of these roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalAccessPolicy:
    """A Conditional Access policy. Source: conditionalAccessPolicy
    (https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy)."""

    id: str
    """The policy's id."""
    name: str
    """Its name."""
    state: ConditionalAccessState
    """Whether it bites."""
    include: Whom
    """For whom it holds."""
    exclude: Whom
    """For whom it does not. Emergency accounts belong here."""
    all_applications: bool
    """For all applications."""
    applications: tuple[str, ...] = ()
    """For these applications."""
    contexts: tuple[str, ...] = ()
    """For these authentication contexts."""
    locations: tuple[str, ...] = ()
    """In these locations."""
    excluded_locations: tuple[str, ...] = ()
    """But not in these."""
    controls: tuple[GrantControl, ...] = ()
    """What it demands."""
    strength: str | None = None
    """The strength demanded, by name, where one is."""
    sign_in_frequency_hours: int | None = None
    """After how many hours a fresh sign-in is demanded; 0 for every time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationContext:
    """An authentication context: a name that PIM demands and Conditional Access gives meaning to."""

    id: str
    """`c1` to `c99`."""
    name: str
    """Display name."""
    published: bool
    """Whether applications may use it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLocation:
    """A place known to Conditional Access."""

    id: str
    """The location's id."""
    name: str
    """Display name."""
    trusted: bool
    """Whether sign-ins from there count as safer."""
    ranges: tuple[str, ...] = ()
    """Address ranges (CIDR)."""
    countries: tuple[str, ...] = ()
    """Countries, as codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertThresholds:
    """What makes an alert fire. Only the members that its kind uses are set."""

    enabled: bool = False
    """Whether the alert is on."""
    count: int | None = None
    """From this number on."""
    percent: int | None = None
    """From this share on, in percent."""
    period: timedelta | None = None
    """Without use, or between uses, for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert and its state. Source: PIM alerts
    (https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementalert)."""

    id: str
    """The alert's id."""
    kind: AlertKind
    """What it looks for."""
    severity: AlertSeverity
    """How grave it is."""
    active: bool
    """Whether it fires now."""
    incidents: int
    """How many findings it has."""
    remediable: bool
    """Whether the service offers to mend it."""
    thresholds: AlertThresholds
    """What makes it fire."""
    changed: datetime | None = None
    """When its findings last changed; `None` when never."""
    scanned: datetime | None = None
    """When it last looked; `None` when never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertIncident:
    """One finding of an alert."""

    id: str
    """The finding's id."""
    alert: str
    """The alert that found it."""
    principal: str | None = None
    """Whom it concerns."""
    privilege: Privilege | None = None
    """Which privilege it concerns."""
    last: datetime | None = None
    """The last time of what the alert watches: use, sign-in, assignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A privilege that a package carries."""

    privilege: Privilege
    """Which."""
    level: Level
    """To be held, or to be activated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPackage:
    """An access package. Source: accessPackage (https://learn.microsoft.com/graph/api/resources/accesspackage)."""

    id: str
    """The package's id."""
    name: str
    """Its name."""
    catalog: str
    """The catalog that it is in."""
    carries: tuple[Carried, ...] = ()
    """What it carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageAssignment:
    """Who has a package."""

    id: str
    """The assignment's id."""
    package: str
    """Which package."""
    principal: str
    """Who."""
    state: PackageState
    """Where it stands."""
    window: Window = Window()
    """From when to when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendInfo:
    """What a backend is."""

    name: str
    """A short name, such as `embedded` or `graph`."""
    tenant: str | None = None
    """The tenant, where known."""
    caller: str | None = None
    """On whose behalf it acts; `None` where the credential does not tell."""
    caller_kind: PrincipalKind | None = None
    """What the caller is; `None` where the credential does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What works *through this client with this credential*: what the service can do and the caller may not is left out
    as far as the backend can tell beforehand."""

    operations: frozenset[str] = frozenset()
    """Operations that work."""
    actions: frozenset[tuple[Surface, Action]] = frozenset()
    """Which actions work where. Self-service needs a delegated token."""
    rules: frozenset[RuleKind] = frozenset()
    """The policy rules that can be written."""
    dry_run: bool
    """Whether requests can be tried without effect (`NewRequest.dry_run`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguards:
    """What must stay whatever is asked, and how patient a client is."""

    break_glass: frozenset[str] = frozenset()
    """The accounts for emergencies, by object id. No administrative change reaches them, but for an assignment without
    end, which restores what they must have."""
    min_administrators: int = 2
    """How many working administrators must be left: enabled people who are Global Administrator without end, directly or
    through groups. Zero switches the guard off."""
    settle: timedelta = timedelta(minutes=2)
    """How long to look for the outcome of a request whose reply was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Narrows a list of grants or requests; every member set must match."""

    surface: Surface | None = None
    """One surface; `None` for all that the backend has."""
    principal: str | None = None
    """One holder."""
    role: str | None = None
    """One role, at any scope."""
    group: str | None = None
    """One group, in any way of holding it."""
    privilege: Privilege | None = None
    """Exactly this privilege, scope included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrators:
    """Who administers the tenant whatever happens to PIM."""

    holders: frozenset[str]
    """Who holds Global Administrator for the tenant without end and not by activation: people and groups."""
    working: frozenset[str]
    """The people who can work as one, directly or through groups."""
