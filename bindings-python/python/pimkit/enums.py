"""Every enumeration of the model.

Enumerations that a service may extend are open: a word that this version does not know becomes a member of its own, which
keeps the word and equals only itself. All members are texts too: ``Level.ELIGIBILITY == "eligibility"``.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

_E = TypeVar("_E", bound="OpenEnum")


class OpenEnum(str, Enum):
    """An enumeration that may grow."""

    @classmethod
    def _missing_(cls: type[_E], value: object) -> _E | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value.upper()
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version knows the word."""
        return self._name_ in type(self).__members__

    def __str__(self) -> str:
        return str(self.value)

    def __hash__(self) -> int:
        return hash(self.value)


class ClosedEnum(str, Enum):
    """An enumeration that is complete."""

    def __str__(self) -> str:
        return str(self.value)

    def __hash__(self) -> int:
        return hash(self.value)


class AlertKind(OpenEnum):
    """What an alert looks for."""

    TOO_MANY_GLOBAL_ADMINS_ASSIGNED_TO_TENANT_ALERT = "too_many_global_admins_assigned_to_tenant_alert"
    """Too many Global Administrators."""
    REDUNDANT_ASSIGNMENT_ALERT = "redundant_assignment_alert"
    """Eligible, but not activated for long."""
    STALE_SIGN_IN_ALERT = "stale_sign_in_alert"
    """Privileged, but not signed in for long."""
    SEQUENTIAL_ACTIVATION_RENEWALS_ALERT = "sequential_activation_renewals_alert"
    """The same role activated again and again."""
    NO_MFA_ON_ROLE_ACTIVATION_ALERT = "no_mfa_on_role_activation_alert"
    """A role that activates without multi-factor sign-in."""
    ROLES_ASSIGNED_OUTSIDE_PIM_ALERT = "roles_assigned_outside_pim_alert"
    """An assignment made behind PIM's back."""
    INVALID_LICENSE_ALERT = "invalid_license_alert"
    """No licence for PIM."""


class AlertSeverity(OpenEnum):
    """How grave an alert is, as the API says; the portal shows other words for some."""

    INFORMATIONAL = "informational"
    """For information."""
    LOW = "low"
    """Low."""
    MEDIUM = "medium"
    """Medium."""
    HIGH = "high"
    """High."""


class Decision(OpenEnum):
    """An approver's answer."""

    APPROVE = "approve"
    """Yes."""
    DENY = "deny"
    """No."""


class StageStatus(OpenEnum):
    """Where a stage stands."""

    INITIALIZING = "initializing"
    """Not open yet."""
    IN_PROGRESS = "in_progress"
    """Waits for a decision."""
    COMPLETED = "completed"
    """Decided."""
    EXPIRED = "expired"
    """Nobody decided in time."""


class AuditCategory(OpenEnum):
    """What a record is about."""

    ROLE_MANAGEMENT = "role_management"
    """Directory roles."""
    GROUP_MANAGEMENT = "group_management"
    """Groups."""
    RESOURCE_MANAGEMENT = "resource_management"
    """Azure resources."""
    APPLICATION_MANAGEMENT = "application_management"
    """Applications."""
    POLICY = "policy"
    """Policies."""
    USER_MANAGEMENT = "user_management"
    """People."""


class AuditResult(OpenEnum):
    """How it ended."""

    SUCCESS = "success"
    """Done."""
    FAILURE = "failure"
    """Refused or failed."""


class AuditService(OpenEnum):
    """Which service wrote a record."""

    PIM = "pim"
    """Privileged Identity Management."""
    CORE_DIRECTORY = "core_directory"
    """The directory itself."""
    ACCESS_REVIEWS = "access_reviews"
    """Access reviews."""


class TargetKind(OpenEnum):
    """What a target of a record is. Find targets by this, never by position: the number of targets varies."""

    ROLE = "role"
    """The role."""
    REQUEST = "request"
    """The request."""
    USER = "user"
    """A person."""
    GROUP = "group"
    """A group."""
    SERVICE_PRINCIPAL = "service_principal"
    """An application."""
    DIRECTORY = "directory"
    """The directory."""
    POLICY = "policy"
    """A policy."""
    OTHER = "other"
    """Something else."""


class ConditionalAccessState(OpenEnum):
    """Whether a policy bites."""

    ENABLED = "enabled"
    """It does."""
    DISABLED = "disabled"
    """It does not."""
    ENABLED_FOR_REPORTING_BUT_NOT_ENFORCED = "enabled_for_reporting_but_not_enforced"
    """It only reports; PIM treats it as off."""


class GrantControl(OpenEnum):
    """What a policy demands."""

    BLOCK = "block"
    """No access."""
    MFA = "mfa"
    """Multi-factor sign-in."""
    COMPLIANT_DEVICE = "compliant_device"
    """A managed device."""
    DOMAIN_JOINED_DEVICE = "domain_joined_device"
    """A domain-joined device."""
    AUTHENTICATION_STRENGTH = "authentication_strength"
    """A means of sign-in of a given strength."""
    PASSWORD_CHANGE = "password_change"
    """A changed password."""


class AuthenticationMethod(OpenEnum):
    """A registered means of stronger sign-in."""

    FIDO2 = "fido2"
    """FIDO2 passkey or security key. Resists phishing."""
    WINDOWS_HELLO_FOR_BUSINESS = "windows_hello_for_business"
    """Windows Hello for Business. Resists phishing."""
    CERTIFICATE = "certificate"
    """Certificate. Resists phishing."""
    MICROSOFT_AUTHENTICATOR_PUSH = "microsoft_authenticator_push"
    """Microsoft Authenticator, push."""
    MICROSOFT_AUTHENTICATOR_PASSWORDLESS = "microsoft_authenticator_passwordless"
    """Microsoft Authenticator, without password."""
    ONE_TIME_CODE = "one_time_code"
    """One-time code of an app or token."""
    PHONE = "phone"
    """Text message or call."""
    EMAIL = "email"
    """Mail; for password reset only, no second factor."""


class Source(OpenEnum):
    """Where an object is mastered."""

    CLOUD = "cloud"
    """In the cloud."""
    ON_PREMISES = "on_premises"
    """Synchronised from an on-premises directory."""


class UserType(OpenEnum):
    """Whether an account belongs to the organisation."""

    MEMBER = "member"
    """It does."""
    GUEST = "guest"
    """It was invited."""


class ViolatedRule(OpenEnum):
    """Which of a policy's demands a request failed. The service's names for them end in `Rule`."""

    ELIGIBILITY = "eligibility"
    """No eligibility for this principal, privilege and scope (`EligibilityRule`)."""
    EXPIRATION = "expiration"
    """Too long, too short, or without an end where one is needed (`ExpirationRule`)."""
    JUSTIFICATION = "justification"
    """No justification (`JustificationRule`)."""
    MFA = "mfa"
    """The session has no multi-factor sign-in (`MfaRule`)."""
    TICKETING = "ticketing"
    """No ticket (`TicketingRule`)."""
    AUTHENTICATION_CONTEXT = "authentication_context"
    """The session lacks the authentication context."""


class PackageState(OpenEnum):
    """Where the assignment of a package stands."""

    DELIVERING = "delivering"
    """Being given."""
    PARTIALLY_DELIVERED = "partially_delivered"
    """Given in part."""
    DELIVERED = "delivered"
    """Given."""
    EXPIRED = "expired"
    """Over."""
    DELIVERY_FAILED = "delivery_failed"
    """Could not be given."""


class ApprovalMode(OpenEnum):
    """How several stages of approval go together."""

    NO_APPROVAL = "no_approval"
    """No approval."""
    SINGLE_STAGE = "single_stage"
    """One stage: what PIM offers."""
    SERIAL = "serial"
    """Stages one after the other."""
    PARALLEL = "parallel"
    """Stages at once."""


class ApproverKind(OpenEnum):
    """What an approver is."""

    USER = "user"
    """A person."""
    GROUP = "group"
    """Every member of a group."""
    MANAGER = "manager"
    """The requestor's manager."""


class NotificationLevel(OpenEnum):
    """Which mails are sent."""

    NONE = "none"
    """None."""
    CRITICAL = "critical"
    """Those that ask for an act."""
    ALL = "all"
    """All."""


class Requirement(OpenEnum):
    """Something that must be given with a request."""

    MULTI_FACTOR_AUTHENTICATION = "multi_factor_authentication"
    """A multi-factor sign-in."""
    JUSTIFICATION = "justification"
    """A reason."""
    TICKETING = "ticketing"
    """A ticket; on activation only."""


class RuleCaller(OpenEnum):
    """Whose act a rule governs."""

    ADMIN = "admin"
    """An administrator's."""
    END_USER = "end_user"
    """The holder's."""


class RuleKind(OpenEnum):
    """Which rule. Named `{kind}_{caller}_{level}`, notifications `notification_{recipient}_{caller}_{level}`; reading
    accepts the service's own ids, such as `Expiration_EndUser_Assignment`."""

    EXPIRATION_ADMIN_ELIGIBILITY = "expiration_admin_eligibility"
    """Longest eligibility."""
    ENABLEMENT_ADMIN_ELIGIBILITY = "enablement_admin_eligibility"
    """What an administrator must give to make someone eligible."""
    EXPIRATION_ADMIN_ASSIGNMENT = "expiration_admin_assignment"
    """Longest active assignment."""
    ENABLEMENT_ADMIN_ASSIGNMENT = "enablement_admin_assignment"
    """What an administrator must give to assign."""
    EXPIRATION_END_USER_ASSIGNMENT = "expiration_end_user_assignment"
    """Longest activation."""
    ENABLEMENT_END_USER_ASSIGNMENT = "enablement_end_user_assignment"
    """What an activation must come with."""
    APPROVAL_END_USER_ASSIGNMENT = "approval_end_user_assignment"
    """Whose approval an activation needs."""
    AUTHENTICATION_CONTEXT_END_USER_ASSIGNMENT = "authentication_context_end_user_assignment"
    """Which authentication context an activation needs."""
    NOTIFICATION_ADMIN_ADMIN_ELIGIBILITY = "notification_admin_admin_eligibility"
    """Mail to administrators: someone became eligible."""
    NOTIFICATION_REQUESTOR_ADMIN_ELIGIBILITY = "notification_requestor_admin_eligibility"
    """Mail to the holder: you became eligible."""
    NOTIFICATION_APPROVER_ADMIN_ELIGIBILITY = "notification_approver_admin_eligibility"
    """Mail to approvers: an eligibility is to be renewed or extended."""
    NOTIFICATION_ADMIN_ADMIN_ASSIGNMENT = "notification_admin_admin_assignment"
    """Mail to administrators: someone was assigned."""
    NOTIFICATION_REQUESTOR_ADMIN_ASSIGNMENT = "notification_requestor_admin_assignment"
    """Mail to the holder: you were assigned."""
    NOTIFICATION_APPROVER_ADMIN_ASSIGNMENT = "notification_approver_admin_assignment"
    """Mail to approvers: an assignment is to be renewed or extended."""
    NOTIFICATION_ADMIN_END_USER_ASSIGNMENT = "notification_admin_end_user_assignment"
    """Mail to administrators: someone activated."""
    NOTIFICATION_REQUESTOR_END_USER_ASSIGNMENT = "notification_requestor_end_user_assignment"
    """Mail to the holder: your activation."""
    NOTIFICATION_APPROVER_END_USER_ASSIGNMENT = "notification_approver_end_user_assignment"
    """Mail to approvers: an activation waits."""


class PrincipalKind(OpenEnum):
    """What a principal is."""

    USER = "user"
    """A person's account, a guest's included."""
    GROUP = "group"
    """A group: its members hold what it holds."""
    SERVICE_PRINCIPAL = "service_principal"
    """An application's identity in the tenant, a managed identity included."""


class GroupAccess(OpenEnum):
    """In what way a group is held."""

    MEMBER = "member"
    """Member of the group."""
    OWNER = "owner"
    """Owner of the group."""


class RoleOrigin(OpenEnum):
    """Who made a role definition."""

    BUILT_IN = "built_in"
    """Comes with the service."""
    CUSTOM = "custom"
    """Made in this tenant."""


class Surface(OpenEnum):
    """The three places in which PIM manages privileges. Each has endpoints, policies and habits of its own."""

    DIRECTORY_ROLES = "directory_roles"
    """Microsoft Entra roles."""
    GROUPS = "groups"
    """PIM for Groups."""
    AZURE_ROLES = "azure_roles"
    """Azure resource roles."""


class Action(OpenEnum):
    """What a request asks for. `Self*` actions are the holder's own and need a delegated token; `Admin*` actions are
    done to someone."""

    ADMIN_ASSIGN = "admin_assign"
    """Grant."""
    ADMIN_UPDATE = "admin_update"
    """Change a grant's window or reason."""
    ADMIN_REMOVE = "admin_remove"
    """Take a grant away."""
    ADMIN_EXTEND = "admin_extend"
    """Prolong a grant that has not ended."""
    ADMIN_RENEW = "admin_renew"
    """Grant again what has ended."""
    SELF_ACTIVATE = "self_activate"
    """Activate an eligibility."""
    SELF_DEACTIVATE = "self_deactivate"
    """End one's own activation early."""
    SELF_EXTEND = "self_extend"
    """Ask an administrator to prolong one's own grant."""
    SELF_RENEW = "self_renew"
    """Ask an administrator to grant again what has ended."""


class RequestStatus(OpenEnum):
    """What a service says of a request: Azure's superset. Graph documents fewer and sends more than it documents. Branch
    on `Phase`, not on this."""

    ACCEPTED = "accepted"
    """Received, not yet evaluated."""
    PENDING_EVALUATION = "pending_evaluation"
    """Rules are being evaluated."""
    PENDING_APPROVAL = "pending_approval"
    """Waits for an approver; starts when approved."""
    PENDING_APPROVAL_PROVISIONING = "pending_approval_provisioning"
    """Waits for an approver, and its start lies in the future."""
    PENDING_ADMIN_DECISION = "pending_admin_decision"
    """Waits for an administrator: a request to extend or renew."""
    ADMIN_APPROVED = "admin_approved"
    """An administrator agreed to extend or renew."""
    ADMIN_DENIED = "admin_denied"
    """An administrator declined to extend or renew."""
    GRANTED = "granted"
    """Rules and approval passed; not in force yet, and not certain ever to be."""
    PENDING_SCHEDULE_CREATION = "pending_schedule_creation"
    """The schedule is being written."""
    SCHEDULE_CREATED = "schedule_created"
    """The schedule was written."""
    PENDING_PROVISIONING = "pending_provisioning"
    """The grant is being written to the directory."""
    PROVISIONING_STARTED = "provisioning_started"
    """Writing to the directory has begun."""
    PENDING_EXTERNAL_PROVISIONING = "pending_external_provisioning"
    """A system outside the directory must act."""
    PROVISIONED = "provisioned"
    """In force when it was answered. Stays so after the grant has ended."""
    PENDING_REVOCATION = "pending_revocation"
    """A removal is under way."""
    REVOKED = "revoked"
    """The removal asked for was done."""
    DENIED = "denied"
    """An approver or a custom extension said no."""
    CANCELED = "canceled"
    """Withdrawn."""
    TIMED_OUT = "timed_out"
    """Nobody decided in time."""
    FAILED = "failed"
    """Processing failed."""
    FAILED_AS_RESOURCE_IS_LOCKED = "failed_as_resource_is_locked"
    """An Azure lock forbade the write."""
    INVALID = "invalid"
    """The request made no sense to the service."""


class ApplyAction(OpenEnum):
    """What is done with denied access."""

    REMOVE_ACCESS = "remove_access"
    """Take the access away."""
    DISABLE_AND_DELETE_USER = "disable_and_delete_user"
    """Also block a guest's account, and delete it later."""


class ApplyResult(OpenEnum):
    """What became of a decision when the round was applied."""

    NEW = "new"
    """Not applied yet."""
    APPLIED_SUCCESSFULLY = "applied_successfully"
    """Done."""
    APPLIED_WITH_UNKNOWN_FAILURE = "applied_with_unknown_failure"
    """Failed."""
    APPLIED_SUCCESSFULLY_BUT_OBJECT_NOT_FOUND = "applied_successfully_but_object_not_found"
    """The access or its holder was gone already."""
    APPLY_NOT_SUPPORTED = "apply_not_supported"
    """The access can't be removed by a review: a nested or synchronised group's member."""


class DefaultDecision(OpenEnum):
    """What is decided for items nobody answered."""

    NONE = "none"
    """Nothing: access stays."""
    APPROVE = "approve"
    """Keep."""
    DENY = "deny"
    """Remove."""
    RECOMMENDATION = "recommendation"
    """What the service recommends."""


class Frequency(OpenEnum):
    """The unit of a recurrence. The service knows no other."""

    WEEKLY = "weekly"
    """Weeks."""
    MONTHLY = "monthly"
    """Months, on the day of the month of the first round."""


class Population(OpenEnum):
    """Which holders a review asks about."""

    ELIGIBLE = "eligible"
    """Those who may activate."""
    ACTIVE = "active"
    """Those who hold it standing; activations are left out."""
    ELIGIBLE_AND_ACTIVE = "eligible_and_active"
    """Both."""


class Recommendation(OpenEnum):
    """What the service recommends."""

    APPROVE = "approve"
    """Signed in of late: keep."""
    DENY = "deny"
    """Not signed in within the look-back time: remove."""
    NO_INFO_AVAILABLE = "no_info_available"
    """Nothing is known."""


class ReviewStatus(OpenEnum):
    """Where a review or one of its rounds stands."""

    INITIALIZING = "initializing"
    """Being made."""
    NOT_STARTED = "not_started"
    """Its start lies in the future."""
    STARTING = "starting"
    """The population is being read."""
    IN_PROGRESS = "in_progress"
    """Reviewers decide."""
    COMPLETING = "completing"
    """Being closed."""
    COMPLETED = "completed"
    """Closed; decisions stand."""
    AUTO_REVIEWING = "auto_reviewing"
    """Default decisions are being filled in."""
    AUTO_REVIEWED = "auto_reviewed"
    """Default decisions were filled in."""
    APPLYING = "applying"
    """Decisions are being carried out."""
    APPLIED = "applied"
    """Decisions were carried out."""


class Reviewed(OpenEnum):
    """Which kind of holder a review asks about."""

    USERS_AND_GROUPS = "users_and_groups"
    """People; a role-assignable group that holds the role is one item."""
    SERVICE_PRINCIPALS = "service_principals"
    """Applications."""


class Verdict(OpenEnum):
    """A reviewer's answer on one item."""

    APPROVE = "approve"
    """Still needed: keep."""
    DENY = "deny"
    """No longer needed: remove."""
    DONT_KNOW = "dont_know"
    """The reviewer can't tell: kept."""
    NOT_REVIEWED = "not_reviewed"
    """No answer yet."""


class Level(OpenEnum):
    """The two families of grants. Each has requests, schedules and policy rules of its own."""

    ELIGIBILITY = "eligibility"
    """May activate."""
    ASSIGNMENT = "assignment"
    """Holds it."""


class Via(OpenEnum):
    """How a grant reaches its holder."""

    DIRECT = "direct"
    """Made out to the holder."""
    INHERITED = "inherited"
    """Comes from a scope above."""
    GROUP = "group"
    """Comes with membership of a group; the holder listed is the group, except where a service resolves it."""


class Phase(ClosedEnum):
    """Where a request stands, as a caller needs to know it."""

    PENDING = "pending"
    """Someone or something has to decide."""
    SCHEDULED = "scheduled"
    """Decided for; not in force yet. `Granted` is here: it is no proof of access."""
    ACTIVE = "active"
    """The service says it is in force."""
    ENDED = "ended"
    """Over, whether done, refused or withdrawn."""
    INDETERMINATE = "indeterminate"
    """A status this version does not know: keep asking."""


class View(ClosedEnum):
    """Whose entries a list shows."""

    EVERYONE = "everyone"
    """Everybody's: needs a reading role."""
    MINE = "mine"
    """The caller's own: needs none."""
    ASKED_BY_ME = "asked_by_me"
    """Those the caller asked for, for whomever. Requests only."""
    FOR_MY_DECISION = "for_my_decision"
    """Those that wait for the caller's decision, whatever their start. Requests only."""


class When(ClosedEnum):
    """From which part of a service's records a list is taken."""

    NOW = "now"
    """What is in force now (instances): the proof of access."""
    NOW_OR_LATER = "now_or_later"
    """What is or will be (schedules)."""
