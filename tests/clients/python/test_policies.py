"""Policies: find one, write one rule, write the whole."""

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.unified_role_management_policy import UnifiedRoleManagementPolicy
from msgraph.generated.models.unified_role_management_policy_approval_rule import (
    UnifiedRoleManagementPolicyApprovalRule,
)
from msgraph.generated.models.unified_role_management_policy_enablement_rule import (
    UnifiedRoleManagementPolicyEnablementRule,
)
from msgraph.generated.models.unified_role_management_policy_expiration_rule import (
    UnifiedRoleManagementPolicyExpirationRule,
)
from msgraph.generated.models.unified_role_management_policy_rule_target import (
    UnifiedRoleManagementPolicyRuleTarget,
)
from msgraph.generated.policies.role_management_policy_assignments.role_management_policy_assignments_request_builder import (
    RoleManagementPolicyAssignmentsRequestBuilder,
)
from requests_of import GUARDED, HELPDESK, OPERATIONS, activation

pytestmark = pytest.mark.anyio

Query = RoleManagementPolicyAssignmentsRequestBuilder.RoleManagementPolicyAssignmentsRequestBuilderGetQueryParameters


async def policy_of(client, scope: str, kind: str, role: str):
    wanted = RequestConfiguration(
        query_parameters=Query(
            filter=f"scopeId eq '{scope}' and scopeType eq '{kind}' and roleDefinitionId eq '{role}'",
            expand=["policy($expand=rules)"],
        )
    )
    (assignment,) = (await client.policies.role_management_policy_assignments.get(wanted)).value
    assert assignment.policy.id == assignment.policy_id
    return assignment.policy


def rule_of(policy, rule: str):
    (found,) = [one for one in policy.rules if one.id == rule]
    return found


async def test_a_policy_is_found_with_its_rules_typed(emulator):
    client = emulator.client("root")
    policy = await policy_of(client, "/", "DirectoryRole", GUARDED)
    assert len(policy.rules) == 17
    approval = rule_of(policy, "Approval_EndUser_Assignment")
    assert isinstance(approval, UnifiedRoleManagementPolicyApprovalRule)
    assert approval.setting.is_approval_required
    (stage,) = approval.setting.approval_stages
    assert stage.primary_approvers[0].odata_type == "#microsoft.graph.singleUser"
    one = client.policies.role_management_policies.by_unified_role_management_policy_id(policy.id)
    assert len((await one.rules.get()).value) == 17
    of_group = await policy_of(client, OPERATIONS, "Group", "member")
    assert of_group.scope_id == OPERATIONS

    with pytest.raises(ODataError) as bare:
        await client.policies.role_management_policy_assignments.get()
    assert bare.value.response_status_code == 400


async def test_one_rule_is_written_and_holds(emulator):
    client = emulator.client("root")
    policy = await policy_of(client, "/", "DirectoryRole", HELPDESK)
    one = client.policies.role_management_policies.by_unified_role_management_policy_id(policy.id)
    old = rule_of(policy, "Expiration_EndUser_Assignment")
    rule = UnifiedRoleManagementPolicyExpirationRule(
        id=old.id,
        is_expiration_required=True,
        maximum_duration="PT1H",
        target=UnifiedRoleManagementPolicyRuleTarget(
            caller="EndUser", operations=["All"], level="Assignment", inheritable_settings=[], enforced_settings=[]
        ),
    )
    await one.rules.by_unified_role_management_policy_rule_id(old.id).patch(rule)
    read = await one.rules.by_unified_role_management_policy_rule_id(old.id).get()
    assert isinstance(read, UnifiedRoleManagementPolicyExpirationRule)
    assert read.maximum_duration.total_seconds() == 3600

    requests = emulator.client("alice").role_management.directory.role_assignment_schedule_requests
    with pytest.raises(ODataError) as long:
        await requests.post(activation("alice", HELPDESK, "PT2H"))
    assert "ExpirationRule" in long.value.error.message
    assert (await requests.post(activation("alice", HELPDESK, "PT1H"))).status == "Provisioned"


async def test_a_whole_policy_is_written(emulator):
    client = emulator.client("root")
    policy = await policy_of(client, "/", "DirectoryRole", HELPDESK)
    new = UnifiedRoleManagementPolicy(
        rules=[
            UnifiedRoleManagementPolicyExpirationRule(
                id="Expiration_EndUser_Assignment", is_expiration_required=True, maximum_duration="PT30M"
            ),
            UnifiedRoleManagementPolicyEnablementRule(
                id="Enablement_EndUser_Assignment",
                enabled_rules=["MultiFactorAuthentication", "Justification", "Ticketing"],
            ),
        ]
    )
    one = client.policies.role_management_policies.by_unified_role_management_policy_id(policy.id)
    await one.patch(new)
    policy = await policy_of(client, "/", "DirectoryRole", HELPDESK)
    assert rule_of(policy, "Expiration_EndUser_Assignment").maximum_duration.total_seconds() == 1800
    assert "Ticketing" in rule_of(policy, "Enablement_EndUser_Assignment").enabled_rules

    requests = emulator.client("alice").role_management.directory.role_assignment_schedule_requests
    with pytest.raises(ODataError) as refused:
        await requests.post(activation("alice", HELPDESK, "PT30M", ticket=None))
    assert "TicketingRule" in refused.value.error.message
