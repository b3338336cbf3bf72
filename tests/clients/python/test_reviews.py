"""Access reviews: create, list, decide, stop, apply."""

import datetime

import pytest
from conftest import PEOPLE
from msgraph.generated.models.access_review_instance_decision_item import (
    AccessReviewInstanceDecisionItem,
)
from msgraph.generated.models.access_review_query_scope import AccessReviewQueryScope
from msgraph.generated.models.access_review_reviewer_scope import AccessReviewReviewerScope
from msgraph.generated.models.access_review_schedule_definition import AccessReviewScheduleDefinition
from msgraph.generated.models.access_review_schedule_settings import AccessReviewScheduleSettings
from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
from msgraph.generated.models.principal_resource_memberships_scope import (
    PrincipalResourceMembershipsScope,
)
from msgraph.generated.models.recurrence_range import RecurrenceRange
from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
from msgraph.generated.models.user_identity import UserIdentity
from msgraph.generated.identity_governance.access_reviews.definitions.item.instances.item.batch_record_decisions.batch_record_decisions_post_request_body import (
    BatchRecordDecisionsPostRequestBody,
)
from requests_of import GUARDED, HELPDESK

pytestmark = pytest.mark.anyio


def review_of(role: str) -> AccessReviewScheduleDefinition:
    return AccessReviewScheduleDefinition(
        display_name="Who may help",
        description_for_admins="Twice a year",
        scope=PrincipalResourceMembershipsScope(
            principal_scopes=[AccessReviewQueryScope(query="/v1.0/users", query_type="MicrosoftGraph")],
            resource_scopes=[
                AccessReviewQueryScope(
                    query=f"/beta/roleManagement/directory/roleDefinitions/{role}",
                    query_type="MicrosoftGraph",
                )
            ],
        ),
        reviewers=[
            AccessReviewReviewerScope(query=f"/v1.0/users/{PEOPLE['carol']}", query_type="MicrosoftGraph")
        ],
        settings=AccessReviewScheduleSettings(
            instance_duration_in_days=3,
            justification_required_on_approval=True,
            recommendations_enabled=False,
            recurrence=PatternedRecurrence(
                range=RecurrenceRange(
                    type=RecurrenceRangeType.Numbered,
                    number_of_occurrences=0,
                    start_date=datetime.date(2026, 9, 1),
                )
            ),
        ),
    )


async def test_a_review_runs_from_creation_to_removal(emulator):
    root = emulator.client("root")
    definitions = root.identity_governance.access_reviews.definitions
    made = await definitions.post(review_of(HELPDESK))
    assert made.display_name == "Who may help"
    assert made.settings.instance_duration_in_days == 3
    assert [one.id for one in (await definitions.get()).value] == [made.id]

    (instance,) = (
        await definitions.by_access_review_schedule_definition_id(made.id).instances.get()
    ).value
    assert instance.status == "InProgress"

    mine = emulator.client("carol").identity_governance.access_reviews.definitions
    round_ = mine.by_access_review_schedule_definition_id(
        made.id
    ).instances.by_access_review_instance_id(instance.id)
    (item,) = (await round_.decisions.get()).value
    assert (item.decision, item.principal.id) == ("NotReviewed", PEOPLE["alice"])
    assert isinstance(item.principal, UserIdentity)
    decision = AccessReviewInstanceDecisionItem(decision="Deny", justification="left the desk")
    await round_.decisions.by_access_review_instance_decision_item_id(item.id).patch(decision)
    read = await round_.decisions.by_access_review_instance_decision_item_id(item.id).get()
    assert (read.decision, read.reviewed_by.id) == ("Deny", PEOPLE["carol"])

    ours = definitions.by_access_review_schedule_definition_id(
        made.id
    ).instances.by_access_review_instance_id(instance.id)
    await ours.stop.post()
    assert (await ours.get()).status == "Completed"
    await ours.apply_decisions.post()
    assert (await ours.get()).status == "Applied"
    left = (await root.role_management.directory.role_eligibility_schedule_instances.get()).value
    assert {one.role_definition_id for one in left} == {GUARDED}


async def test_everything_is_decided_at_once(emulator):
    root = emulator.client("root")
    definitions = root.identity_governance.access_reviews.definitions
    made = await definitions.post(review_of(HELPDESK))
    (instance,) = (
        await definitions.by_access_review_schedule_definition_id(made.id).instances.get()
    ).value
    mine = emulator.client("carol").identity_governance.access_reviews.definitions
    round_ = mine.by_access_review_schedule_definition_id(
        made.id
    ).instances.by_access_review_instance_id(instance.id)
    await round_.batch_record_decisions.post(
        BatchRecordDecisionsPostRequestBody(
            decision="Approve", justification="still needed", principal_id=PEOPLE["alice"]
        )
    )
    assert [item.decision for item in (await round_.decisions.get()).value] == ["Approve"]
