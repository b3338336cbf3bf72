"""Groups: assign an eligibility, activate it, have it approved in v1.0, extend, deactivate."""

import datetime

import pytest
from conftest import PEOPLE
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.identity_governance.privileged_access.group.eligibility_schedules.eligibility_schedules_request_builder import (
    EligibilitySchedulesRequestBuilder,
)
from msgraph.generated.models.approval_stage import ApprovalStage
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.privileged_access_group_relationships import (
    PrivilegedAccessGroupRelationships,
)
from msgraph.generated.models.schedule_request_actions import ScheduleRequestActions as Action
from requests_of import NOW, OPERATIONS, group_activation, group_eligibility, lasting, until

pytestmark = pytest.mark.anyio

WEEK = NOW + datetime.timedelta(days=7)


def group_of(client):
    return client.identity_governance.privileged_access.group


async def test_an_eligibility_is_assigned_and_listed_by_group_only(emulator):
    root = group_of(emulator.client("root"))
    made = await root.eligibility_schedule_requests.post(group_eligibility(Action.AdminAssign, "bob", WEEK))
    assert (made.status, made.action) == ("Provisioned", Action.AdminAssign)
    assert made.target_schedule_id == f"{OPERATIONS}_member_{made.id}"

    with pytest.raises(ODataError) as bare:
        await root.eligibility_schedules.get()
    assert (bare.value.response_status_code, bare.value.error.code) == (400, "MissingParameters")
    Query = EligibilitySchedulesRequestBuilder.EligibilitySchedulesRequestBuilderGetQueryParameters
    wanted = RequestConfiguration(
        query_parameters=Query(filter=f"groupId eq '{OPERATIONS}'", expand=["principal", "group"])
    )
    (schedule,) = (await root.eligibility_schedules.get(wanted)).value
    assert schedule.access_id == PrivilegedAccessGroupRelationships.Member
    assert (schedule.principal.display_name, schedule.group.display_name) == ("Bob", "Operations")
    one = root.eligibility_schedules.by_privileged_access_group_eligibility_schedule_id(schedule.id)
    assert (await one.get()).schedule_info.expiration.end_date_time == WEEK


async def test_an_activation_is_approved_and_ended(emulator):
    root = group_of(emulator.client("root"))
    await root.eligibility_schedule_requests.post(group_eligibility(Action.AdminAssign, "bob", WEEK))
    bob = group_of(emulator.client("bob"))
    asked = await bob.assignment_schedule_requests.post(
        group_activation(Action.SelfActivate, "bob", lasting("PT4H"))
    )
    assert asked.status == "PendingApproval"

    carol = group_of(emulator.client("carol"))
    (waiting,) = (
        await carol.assignment_schedule_requests.filter_by_current_user_with_on("approver").get()
    ).value
    assert waiting.id == asked.id
    approval = carol.assignment_approvals.by_approval_id(waiting.approval_id)
    (stage,) = (await approval.stages.get()).value
    assert (stage.review_result, stage.assigned_to_me) == ("NotReviewed", True)
    answer = ApprovalStage(review_result="Approve", justification="go ahead")
    await approval.stages.by_approval_stage_id(stage.id).patch(answer)
    with pytest.raises(ODataError) as again:
        await approval.stages.by_approval_stage_id(stage.id).patch(answer)
    assert again.value.response_status_code == 409

    mine = bob.assignment_schedule_instances.filter_by_current_user_with_on("principal")
    (instance,) = (await mine.get()).value
    assert instance.assignment_type.value == "activated"
    assert instance.end_date_time == NOW + datetime.timedelta(hours=4)
    members = await emulator.client("root").groups.by_group_id(OPERATIONS).members.get()
    assert [member.id for member in members.value] == [PEOPLE["bob"]]

    emulator.advance("PT6M")
    ended = await bob.assignment_schedule_requests.post(group_activation(Action.SelfDeactivate, "bob", None))
    assert ended.status == "Revoked"
    assert (await mine.get()).value == []


async def test_an_eligibility_is_extended_and_removed(emulator):
    root = group_of(emulator.client("root"))
    requests = root.eligibility_schedule_requests
    await requests.post(group_eligibility(Action.AdminAssign, "bob", WEEK))
    later = WEEK + datetime.timedelta(days=30)
    extended = await requests.post(group_eligibility(Action.AdminExtend, "bob", later))
    assert extended.status == "Provisioned"
    mine = group_of(emulator.client("bob")).eligibility_schedule_instances
    (instance,) = (await mine.filter_by_current_user_with_on("principal").get()).value
    assert instance.end_date_time == later
    removed = await requests.post(group_eligibility(Action.AdminRemove, "bob", None))
    assert removed.status == "Revoked"
    assert (await mine.filter_by_current_user_with_on("principal").get()).value == []


async def test_a_refusal_by_policy_is_the_librarys_own_error(emulator):
    root = group_of(emulator.client("root"))
    await root.eligibility_schedule_requests.post(group_eligibility(Action.AdminAssign, "bob", WEEK))
    with pytest.raises(ODataError) as long:
        await group_of(emulator.client("bob")).assignment_schedule_requests.post(
            group_activation(Action.SelfActivate, "bob", lasting("P2D"))
        )
    assert long.value.error.code == "RoleAssignmentRequestPolicyValidationFailed"
