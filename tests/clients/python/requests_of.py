"""The bodies that the stories send."""

import datetime

from msgraph.generated.models.expiration_pattern import ExpirationPattern
from msgraph.generated.models.expiration_pattern_type import ExpirationPatternType
from msgraph.generated.models.privileged_access_group_assignment_schedule_request import (
    PrivilegedAccessGroupAssignmentScheduleRequest,
)
from msgraph.generated.models.privileged_access_group_eligibility_schedule_request import (
    PrivilegedAccessGroupEligibilityScheduleRequest,
)
from msgraph.generated.models.privileged_access_group_relationships import (
    PrivilegedAccessGroupRelationships,
)
from msgraph.generated.models.request_schedule import RequestSchedule
from msgraph.generated.models.schedule_request_actions import ScheduleRequestActions
from msgraph.generated.models.ticket_info import TicketInfo
from msgraph.generated.models.unified_role_assignment_schedule_request import (
    UnifiedRoleAssignmentScheduleRequest,
)
from msgraph.generated.models.unified_role_eligibility_schedule_request import (
    UnifiedRoleEligibilityScheduleRequest,
)
from msgraph.generated.models.unified_role_schedule_request_actions import (
    UnifiedRoleScheduleRequestActions,
)

from conftest import PEOPLE

HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
GUARDED = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
OPERATIONS = "b0000000-0000-4000-8000-000000000001"
NOW = datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.timezone.utc)


def lasting(duration: str) -> RequestSchedule:
    """For a length in ISO 8601: the library sends a timedelta as Python prints it, which Graph does not read
    (https://github.com/microsoftgraph/msgraph-sdk-python/issues/1262). It lets a text pass."""
    return RequestSchedule(
        expiration=ExpirationPattern(type=ExpirationPatternType.AfterDuration, duration=duration)
    )


def until(end: datetime.datetime) -> RequestSchedule:
    return RequestSchedule(
        start_date_time=NOW,
        expiration=ExpirationPattern(type=ExpirationPatternType.AfterDateTime, end_date_time=end),
    )


def activation(
    name: str, role: str, duration: str = "PT2H", ticket: str | None = "INC-1"
) -> UnifiedRoleAssignmentScheduleRequest:
    return UnifiedRoleAssignmentScheduleRequest(
        action=UnifiedRoleScheduleRequestActions.SelfActivate,
        principal_id=PEOPLE[name],
        role_definition_id=role,
        directory_scope_id="/",
        justification="printer on fire",
        schedule_info=lasting(duration),
        ticket_info=TicketInfo(ticket_number=ticket, ticket_system="Desk") if ticket else None,
    )


def deactivation(name: str, role: str) -> UnifiedRoleAssignmentScheduleRequest:
    return UnifiedRoleAssignmentScheduleRequest(
        action=UnifiedRoleScheduleRequestActions.SelfDeactivate,
        principal_id=PEOPLE[name],
        role_definition_id=role,
        directory_scope_id="/",
    )


def eligibility(
    action: UnifiedRoleScheduleRequestActions, name: str, role: str, schedule: RequestSchedule | None
) -> UnifiedRoleEligibilityScheduleRequest:
    return UnifiedRoleEligibilityScheduleRequest(
        action=action,
        principal_id=PEOPLE[name],
        role_definition_id=role,
        directory_scope_id="/",
        justification="as agreed",
        schedule_info=schedule,
    )


def group_eligibility(
    action: ScheduleRequestActions, name: str, end: datetime.datetime | None
) -> PrivilegedAccessGroupEligibilityScheduleRequest:
    return PrivilegedAccessGroupEligibilityScheduleRequest(
        action=action,
        access_id=PrivilegedAccessGroupRelationships.Member,
        principal_id=PEOPLE[name],
        group_id=OPERATIONS,
        justification="on call",
        schedule_info=until(end) if end else None,
    )


def group_activation(
    action: ScheduleRequestActions, name: str, schedule: RequestSchedule | None
) -> PrivilegedAccessGroupAssignmentScheduleRequest:
    return PrivilegedAccessGroupAssignmentScheduleRequest(
        action=action,
        access_id=PrivilegedAccessGroupRelationships.Member,
        principal_id=PEOPLE[name],
        group_id=OPERATIONS,
        justification="on call",
        schedule_info=schedule,
    )
