"""The daily work, on the embedded service."""

import json
import warnings
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pimkit
import pytest
from pimkit import models as m
from pimkit.enums import Action, Decision, Level, RequestStatus, RuleKind, Verdict, Via

from .conftest import NOW, USER_ADMINISTRATOR


def test_a_role_is_activated_and_ended_by_a_context_manager(service: pimkit.Embedded) -> None:
    alice = service.client("alice")
    (eligible,) = alice.my_eligibilities()
    assert eligible.role_name == "User Administrator" and eligible.via is Via.DIRECT
    assert eligible.privilege == USER_ADMINISTRATOR

    with alice.activate("User Administrator", justification="Starters", hours=2) as active:
        assert active.request.status is RequestStatus.PROVISIONED
        assert active.instance is not None and active.instance.window.end == NOW + timedelta(hours=2)
        (held,) = alice.my_assignments()
        assert held.origin.kind == "activated" and held.principal == eligible.principal
        service.advance(minutes=6)
    assert alice.my_assignments().to_list() == []


def test_leaving_too_early_warns_with_the_end_and_hides_nothing(service: pimkit.Embedded) -> None:
    alice = service.client("alice")
    with pytest.warns(UserWarning, match="ends by itself at 2026-09-01T10:00:00"):
        with alice.activate(USER_ADMINISTRATOR, justification="Starters", hours=2):
            pass
    service.advance(hours=3)
    with pytest.raises(KeyError), pytest.warns(UserWarning, match="too early"):
        with alice.activate(USER_ADMINISTRATOR, justification="Starters", hours=2):
            raise KeyError("the body's own")
    service.advance(hours=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with alice.activate(USER_ADMINISTRATOR, justification="Starters", hours=2, on_exit="leave"):
            pass
    assert len(alice.my_assignments().to_list()) == 1


def test_what_ended_meanwhile_is_no_error(service: pimkit.Embedded) -> None:
    alice = service.client("alice")
    with pytest.warns(UserWarning, match="could not be ended"):
        with alice.activate(USER_ADMINISTRATOR, justification="Starters", hours=1) as active:
            service.advance(hours=2)
            with pytest.raises(pimkit.PimError):
                active.deactivate()
            raise_nothing = True
    assert raise_nothing


def test_entering_an_activation_that_waits_for_approval_tells_the_request(service: pimkit.Embedded) -> None:
    admin, alice, bob = service.client("ada"), service.client("alice"), service.client("bob")
    setting = m.ApprovalSetting(
        required=True,
        required_for_extension=False,
        requestor_justification=True,
        mode="single_stage",  # type: ignore[arg-type]  # a text of the enumeration will do
        stages=(
            m.ApprovalStageSetting(
                timeout_days=1,
                approver_justification=True,
                approvers=(m.Approver(kind="user", id=bob.principal_named("bob")),),  # type: ignore[arg-type]
            ),
        ),
    )
    rule = m.Rule(kind=RuleKind.APPROVAL_END_USER_ASSIGNMENT, setting=setting)
    policy = admin.update_policy("User Administrator", [rule])
    assert rule in policy.rules

    activation = alice.activate("User Administrator", justification="Starters", timeout=timedelta(minutes=1))
    with pytest.raises(pimkit.Timeout) as pending:
        activation.wait()
    assert ("request", activation.request.id) in pending.value.context
    (waiting,) = bob.pending_approvals()
    assert waiting.id == activation.request.id
    bob.approve(waiting, "fine")
    approval = bob.get_approval(m.ApprovalKey(id=waiting.approval or "", privilege=USER_ADMINISTRATOR))
    decided = approval.stages[0].decided
    assert decided is not None and decided.decision is Decision.APPROVE
    assert activation.wait().instance is not None


def test_an_administrator_grants_extends_and_revokes(service: pimkit.Embedded) -> None:
    ada = service.client("ada")
    made = ada.assign("bob", "User Administrator", expiry=timedelta(days=90), justification="Joins the desk")
    assert made.asked.action is Action.ADMIN_ASSIGN and made.asked.expiry == timedelta(days=90)
    until = NOW + timedelta(days=120)
    ada.extend("User Administrator", principal="bob", expiry=until, justification="Stays")
    bob = ada.principal_named("bob")
    (row,) = ada.eligibilities(filter=m.Filter(principal=bob))
    assert row.window.end == until
    ada.revoke("bob", "User Administrator", justification="Left the desk")
    assert ada.eligibilities(filter=m.Filter(principal=bob)).to_list() == []


def test_guards_say_no_with_a_code(service: pimkit.Embedded) -> None:
    ada = service.client("ada", safeguards=pimkit.Safeguards(min_administrators=2))
    with pytest.raises(pimkit.PermissionDenied) as refused:
        ada.revoke("ben", "Global Administrator", level="assignment", justification="Too many")
    assert refused.value.code == "Guard.LastAdministrators"
    assert len(ada.administrators().working) == 2


def test_many_at_once_answer_in_order(service: pimkit.Embedded) -> None:
    ada = service.client("ada")
    grants = [
        m.NewRequest(
            action=Action.ADMIN_ASSIGN,
            level=Level.ELIGIBILITY,
            principal=ada.principal_named(who),
            privilege=USER_ADMINISTRATOR,
            expiry=timedelta(days=30),
            justification="Desk",
        )
        for who in ("bob", "alice", "ben")
    ]
    outcomes = ada.submit_all(grants)
    assert [type(outcome) for outcome in outcomes] == [m.Request, pimkit.AlreadyExists, m.Request]
    again = ada.assign_all(grants)
    assert all(isinstance(outcome, pimkit.AlreadyExists) for outcome in again)


def test_a_review_is_made_decided_and_applied(service: pimkit.Embedded) -> None:
    ada = service.client("ada")
    settings = m.ReviewSettings(recommendations=None, recurrence=m.Recurrence(every="monthly", interval=3))  # type: ignore[arg-type]
    review = ada.create_review(
        m.NewReview(
            name="Quarterly",
            scope=m.ReviewScope(privilege=USER_ADMINISTRATOR),
            reviewers=(m.Reviewer("user", ada.principal_named("ada")),),
            settings=settings,
        )
    )
    assert review.definition.settings == settings
    service.advance(hours=1)
    (round,) = ada.rounds(review.id)
    (item,) = ada.items(round.key)
    ada.record(round.key, [m.NewVerdict(item=item.id, verdict=Verdict.DENY, justification="Not needed")])
    ada.stop(round.key)
    service.advance(hours=1)
    ada.apply(round.key)
    assert service.client("alice").my_eligibilities().to_list() == []


def test_lists_go_on_from_where_they_stopped() -> None:
    with pimkit.embedded() as service:
        client = service.client("emma.clarke")
        everybody = client.users().to_list()
        pages = list(client.users().pages())
        assert sum(len(page.items) for page in pages) == len(everybody) > 10
        assert pages[-1].continuation is None
        with pytest.raises(pimkit.InvalidInput, match="another list"):
            client.groups(continuation="nonsense.1").to_list()


def test_every_list_of_the_sample_tenant_is_read(service: pimkit.Embedded) -> None:
    with pimkit.embedded() as sample:
        client = sample.client("emma.clarke")
        alert = client.alerts().to_list()[0]
        lists: list[pimkit.Pager[Any]] = [
            client.roles(), client.eligibilities(), client.assignments(), client.requests(), client.policies(),
            client.my_eligibilities(), client.my_assignments(), client.pending_approvals(), client.reviews(),
            client.users(), client.groups(), client.memberships(), client.service_principals(), client.units(),
            client.skus(), client.audit(), client.sign_ins(), client.conditional_access(), client.contexts(),
            client.locations(), client.alerts(), client.incidents(alert.kind), client.packages(),
            client.package_assignments(),
        ]  # fmt: skip
        read = [pager.to_list() for pager in lists]
    assert sum(bool(rows) for rows in read) > 14
    for rows in read:
        assert len({hash(row) for row in rows}) <= len(rows) and rows == list(rows)


def test_a_seed_file_is_taken_as_text_or_mapping(tmp_path: Path) -> None:
    seed = {"version": 1, "users": [{"id": "00000000-0000-0000-0000-000000000001", "name": "Zoë"}]}
    with pytest.raises(pimkit.InvalidInput, match="users\\[0\\]"):
        pimkit.embedded(seed)
    for form in ({"version": 1}, json.dumps({"version": 1})):
        with pimkit.embedded(form) as service:
            assert isinstance(service.now, datetime)
