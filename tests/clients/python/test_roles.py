"""Directory roles: list, activate, be refused, be approved, extend, deactivate."""

import datetime

import pytest
from conftest import PEOPLE
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.unified_role_schedule_request_actions import (
    UnifiedRoleScheduleRequestActions as Action,
)
from msgraph.generated.role_management.directory.role_definitions.role_definitions_request_builder import (
    RoleDefinitionsRequestBuilder,
)
from msgraph.generated.role_management.directory.role_eligibility_schedules.role_eligibility_schedules_request_builder import (
    RoleEligibilitySchedulesRequestBuilder,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph_beta.generated.models.approval_step import ApprovalStep
from requests_of import GUARDED, HELPDESK, NOW, activation, deactivation, eligibility, until

pytestmark = pytest.mark.anyio


async def test_an_administrator_lists_what_there_is(emulator):
    directory = emulator.client("root").role_management.directory
    roles = (await directory.role_definitions.get()).value
    assert any(role.id == HELPDESK and role.display_name == "Helpdesk Administrator" for role in roles)
    assert (await directory.role_definitions.by_unified_role_definition_id(HELPDESK).get()).is_built_in

    Query = RoleDefinitionsRequestBuilder.RoleDefinitionsRequestBuilderGetQueryParameters
    wanted = RequestConfiguration(query_parameters=Query(filter="displayName eq 'Helpdesk Administrator'"))
    assert [role.id for role in (await directory.role_definitions.get(wanted)).value] == [HELPDESK]

    Query = RoleEligibilitySchedulesRequestBuilder.RoleEligibilitySchedulesRequestBuilderGetQueryParameters
    wanted = RequestConfiguration(
        query_parameters=Query(
            filter=f"principalId eq '{PEOPLE['alice']}' and roleDefinitionId eq '{HELPDESK}'",
            expand=["principal", "roleDefinition"],
        )
    )
    (schedule,) = (await directory.role_eligibility_schedules.get(wanted)).value
    assert schedule.principal.odata_type == "#microsoft.graph.user"
    assert schedule.principal.display_name == "Alice"
    assert schedule.role_definition.display_name == "Helpdesk Administrator"
    assert schedule.schedule_info.expiration.end_date_time == NOW + datetime.timedelta(days=7)

    instances = (await directory.role_eligibility_schedule_instances.get()).value
    assert {instance.principal_id for instance in instances} == {PEOPLE["alice"]}
    assert len((await directory.role_assignment_schedules.get()).value) == 1
    assert len((await directory.role_assignment_schedule_instances.get()).value) == 1
    assert len((await directory.role_assignments.get()).value) == 1
    # What the seed holds was never asked for.
    assert (await directory.role_assignment_schedule_requests.get()).value == []


async def test_the_caller_is_told_who_and_what(emulator):
    client = emulator.client("alice")
    assert (await client.me.get()).id == PEOPLE["alice"]
    directory = client.role_management.directory
    mine = directory.role_eligibility_schedule_instances.filter_by_current_user_with_on("principal")
    assert {one.role_definition_id for one in (await mine.get()).value} == {HELPDESK, GUARDED}


async def test_an_activation_runs_until_it_is_ended(emulator):
    directory = emulator.client("alice").role_management.directory
    made = await directory.role_assignment_schedule_requests.post(activation("alice", HELPDESK))
    assert (made.status, made.action) == ("Provisioned", Action.SelfActivate)
    assert made.schedule_info.expiration.duration == datetime.timedelta(hours=2)
    assert made.ticket_info.ticket_number == "INC-1"
    assert made.created_by.user.id == PEOPLE["alice"]

    mine = directory.role_assignment_schedule_instances.filter_by_current_user_with_on("principal")
    (instance,) = (await mine.get()).value
    assert (instance.assignment_type, instance.role_definition_id) == ("Activated", HELPDESK)
    assert instance.end_date_time == NOW + datetime.timedelta(hours=2)

    with pytest.raises(ODataError) as early:
        await directory.role_assignment_schedule_requests.post(deactivation("alice", HELPDESK))
    assert early.value.error.code == "ActiveDurationTooShort"
    emulator.advance("PT6M")
    ended = await directory.role_assignment_schedule_requests.post(deactivation("alice", HELPDESK))
    assert (ended.status, ended.action) == ("Revoked", Action.SelfDeactivate)
    assert (await mine.get()).value == []
    asked = directory.role_assignment_schedule_requests.filter_by_current_user_with_on("principal")
    assert len((await asked.get()).value) == 2


async def test_a_refusal_is_the_librarys_own_error(emulator):
    directory = emulator.client("alice").role_management.directory
    with pytest.raises(ODataError) as long:
        await directory.role_assignment_schedule_requests.post(activation("alice", HELPDESK, "PT9H"))
    assert long.value.response_status_code == 400
    assert long.value.error.code == "RoleAssignmentRequestPolicyValidationFailed"
    assert "ExpirationRule" in long.value.error.message
    assert long.value.error.inner_error.request_id

    with pytest.raises(ODataError) as nobody:
        await directory.role_assignment_schedule_requests.post(activation("alice", "00000000-0000-4000-8000-000000000000"))
    assert nobody.value.error.code == "RoleNotFound"
    with pytest.raises(ODataError) as missing:
        await directory.role_assignment_schedule_requests.by_unified_role_assignment_schedule_request_id(
            "00000000-0000-4000-8000-000000000000"
        ).get()
    assert missing.value.response_status_code == 404

    reader = emulator.client("alice", scopes=["RoleManagement.Read.Directory"])
    with pytest.raises(ODataError) as powerless:
        await reader.role_management.directory.role_assignment_schedule_requests.post(
            activation("alice", HELPDESK)
        )
    assert powerless.value.response_status_code == 403


async def test_a_length_as_the_library_writes_it_is_refused_as_by_graph(emulator):
    requests = emulator.client("alice").role_management.directory.role_assignment_schedule_requests
    new = activation("alice", HELPDESK)
    new.schedule_info.expiration.duration = datetime.timedelta(hours=2)
    with pytest.raises(ODataError) as unread:
        await requests.post(new)
    assert (unread.value.response_status_code, unread.value.error.code) == (400, "BadRequest")


async def test_another_approves_in_beta(emulator):
    requests = emulator.client("alice").role_management.directory.role_assignment_schedule_requests
    made = await requests.post(activation("alice", GUARDED))
    assert made.status == "PendingApproval"

    carol = emulator.client("carol").role_management.directory.role_assignment_schedule_requests
    (waiting,) = (await carol.filter_by_current_user_with_on("approver").get()).value
    assert waiting.approval_id == made.approval_id

    def approval(name):
        approvals = emulator.beta(name).role_management.directory.role_assignment_approvals
        return approvals.by_approval_id(made.approval_id)

    (step,) = (await approval("carol").steps.get()).value
    assert (step.review_result, step.assigned_to_me) == ("NotReviewed", True)
    answer = ApprovalStep(review_result="Approve", justification="go ahead")
    await approval("carol").steps.by_approval_step_id(step.id).patch(answer)
    decided = await approval("carol").steps.by_approval_step_id(step.id).get()
    assert (decided.review_result, decided.reviewed_by.id) == ("Approve", PEOPLE["carol"])

    granted = await requests.by_unified_role_assignment_schedule_request_id(made.id).get()
    assert granted.status == "Provisioned"


async def test_a_waiting_request_is_withdrawn(emulator):
    requests = emulator.client("alice").role_management.directory.role_assignment_schedule_requests
    made = await requests.post(activation("alice", GUARDED))
    one = requests.by_unified_role_assignment_schedule_request_id(made.id)
    await one.cancel.post()
    assert (await one.get()).status == "Canceled"


async def test_an_eligibility_is_assigned_extended_and_removed(emulator):
    directory = emulator.client("root").role_management.directory
    requests = directory.role_eligibility_schedule_requests
    week = NOW + datetime.timedelta(days=7)
    made = await requests.post(eligibility(Action.AdminAssign, "bob", HELPDESK, until(week)))
    assert made.status == "Provisioned"
    emulator.advance("P3D")
    later = week + datetime.timedelta(days=30)
    extended = await requests.post(eligibility(Action.AdminExtend, "bob", HELPDESK, until(later)))
    assert (extended.status, extended.action) == ("Provisioned", Action.AdminExtend)
    instances = (await directory.role_eligibility_schedule_instances.get()).value
    (bobs,) = [one for one in instances if one.principal_id == PEOPLE["bob"]]
    assert bobs.end_date_time == later
    removed = await requests.post(eligibility(Action.AdminRemove, "bob", HELPDESK, None))
    assert removed.status == "Revoked"
    instances = (await directory.role_eligibility_schedule_instances.get()).value
    assert PEOPLE["bob"] not in {one.principal_id for one in instances}


async def test_a_person_asks_for_an_extension(emulator):
    requests = emulator.client("alice").role_management.directory.role_eligibility_schedule_requests
    longer = until(NOW + datetime.timedelta(days=60))
    asked = await requests.post(eligibility(Action.SelfExtend, "alice", HELPDESK, longer))
    assert asked.status == "PendingAdminDecision"
