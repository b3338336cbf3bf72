"""Lists of 2,500, batches, waiting when told to, and https."""

import json
import pathlib

import pytest
from conftest import PEOPLE, SEED, Emulator
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.unified_role_eligibility_schedule_collection_response import (
    UnifiedRoleEligibilityScheduleCollectionResponse,
)
from msgraph.generated.role_management.directory.role_eligibility_schedules.role_eligibility_schedules_request_builder import (
    RoleEligibilitySchedulesRequestBuilder,
)
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator
from requests_of import HELPDESK

pytestmark = pytest.mark.anyio

MANY = 2_500
Query = RoleEligibilitySchedulesRequestBuilder.RoleEligibilitySchedulesRequestBuilderGetQueryParameters


def person(number: int) -> str:
    return f"c0000000-0000-4000-8000-{number:012x}"


@pytest.fixture
def crowd(emulator):
    """2,500 people who may become helpdesk administrators, and nobody else."""
    seed = json.loads(SEED.read_text())
    seed["users"] += [
        {"id": person(n), "name": f"Person {n}", "sign_in_name": f"person{n}@contoso.example"}
        for n in range(MANY)
    ]
    helpdesk = {"type": "directory_role", "role": HELPDESK, "scope": "/"}
    seed["eligibilities"] = [{"principal": person(n), "privilege": helpdesk} for n in range(MANY)]
    emulator.control("POST", "/seed", seed)
    return emulator


def reads(emulator) -> int:
    return len([one for one in emulator.control("GET", "/requests") if one["method"] == "GET"])


async def test_2500_items_through_the_page_iterator(crowd):
    client = crowd.client("root")
    first = await client.role_management.directory.role_eligibility_schedules.get()
    assert len(first.value) == 100 and first.odata_next_link
    seen = []
    iterator = PageIterator(first, client.request_adapter)

    def remember(schedule) -> bool:
        seen.append(schedule.principal_id)
        return True

    await iterator.iterate(remember)
    assert sorted(seen) == [person(n) for n in range(MANY)]
    assert reads(crowd) == MANY // 100


async def test_2500_items_by_hand(crowd):
    client = crowd.client("root")
    query = Query(filter=f"roleDefinitionId eq '{HELPDESK}'", top=999)
    wanted = RequestConfiguration(query_parameters=query)
    page = await client.role_management.directory.role_eligibility_schedules.get(wanted)
    seen, pages = [], 1
    seen += page.value
    while page.odata_next_link:
        page = await client.role_management.directory.role_eligibility_schedules.with_url(
            page.odata_next_link
        ).get()
        assert isinstance(page, UnifiedRoleEligibilityScheduleCollectionResponse)
        seen += page.value
        pages += 1
    assert pages == 3
    assert sorted(one.principal_id for one in seen) == [person(n) for n in range(MANY)]


async def test_a_batch_answers_each_part(emulator):
    client = emulator.client("alice")
    directory = client.role_management.directory
    good = directory.role_definitions.by_unified_role_definition_id(HELPDESK).to_get_request_information()
    mine = directory.role_eligibility_schedule_instances.filter_by_current_user_with_on("principal")
    missing = directory.role_assignment_schedule_requests.by_unified_role_assignment_schedule_request_id(
        "00000000-0000-4000-8000-000000000000"
    ).to_get_request_information()
    content = BatchRequestContent()
    items = [BatchRequestItem(part) for part in (good, mine.to_get_request_information(), missing)]
    for item in items:
        content.add_request(item.id, item)
    answers = await client.batch.post(content)
    # The library drops bodies that are JSON (https://github.com/microsoft/kiota-python/issues/737).
    assert [answers.get_response_by_id(item.id).status for item in items] == [200, 200, 404]


async def test_the_library_waits_when_it_is_told_to(emulator):
    fault = {"kind": "throttle", "retry_after": "1", "method": "GET", "times": 2}
    emulator.control("POST", "/faults", fault)
    client = emulator.client("root")
    assert (await client.me.get()).id == PEOPLE["root"]
    statuses = [one["status"] for one in emulator.control("GET", "/requests")]
    assert statuses == [429, 429, 200]


async def test_a_token_that_has_ended_is_refused(emulator):
    client = emulator.client("root", lifetime="PT1H")
    assert (await client.me.get()).id == PEOPLE["root"]
    emulator.advance("PT2H")
    with pytest.raises(ODataError) as expired:
        await client.me.get()
    assert expired.value.response_status_code == 401
    assert expired.value.error.code == "InvalidAuthenticationToken"


async def test_https_with_the_file_that_the_first_line_names():
    emulator = Emulator("--tls", "--page", "1")
    try:
        assert emulator.graph.startswith("https://")
        client = emulator.client("root")
        first = await client.role_management.directory.role_eligibility_schedules.get()
        assert len(first.value) == 1 and first.odata_next_link.startswith("https://")
        seen = []
        await PageIterator(first, client.request_adapter).iterate(lambda one: seen.append(one.id) or True)
        assert len(seen) == 2
        file = pathlib.Path(emulator.ready["ca"])
        assert file.exists()
    finally:
        emulator.stop()
    assert not file.exists(), "ending the program takes its file with it"
