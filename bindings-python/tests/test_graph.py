"""The backend for Microsoft Graph over the emulator, and credentials of every kind."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pimkit
import pytest
from pimkit import models as m

from .conftest import USER_ADMINISTRATOR, tenant


@pytest.fixture(scope="module")
def stage() -> Iterator[pimkit.Emulator]:
    with pimkit.emulator(tenant()) as stage:
        yield stage


@dataclass
class Token:
    token: str
    expires_on: int


@dataclass
class Credential:
    """As azure-identity's."""

    secret: str
    asked: list[dict[str, Any]] = field(default_factory=list)

    def get_token(self, *scopes: str, claims: str | None = None, enable_cae: bool = False, **_: Any) -> Token:
        self.asked.append({"scopes": scopes, "claims": claims, "enable_cae": enable_cae})
        return Token(self.secret, int(time.time()) + 3600)


class AsyncCredential(Credential):
    """As azure-identity's asynchronous ones, whose connections belong to one loop."""

    loops: set[int] = set()

    async def get_token(self, *scopes: str, **options: Any) -> Token:  # type: ignore[override]
        await asyncio.sleep(0)
        self.loops.add(id(asyncio.get_running_loop()))
        return super().get_token(*scopes, **options)


def test_the_daily_work_is_the_same_over_the_wire(stage: pimkit.Emulator) -> None:
    alice = stage.client("alice")
    assert alice.info().name == "graph"
    (eligible,) = alice.my_eligibilities()
    assert eligible.role_name == "User Administrator" and eligible.privilege == USER_ADMINISTRATOR
    with alice.activate("User Administrator", justification="Starters", hours=2) as active:
        assert active.instance is not None
        stage.advance(minutes=6)
    assert alice.my_assignments().to_list() == []
    with pytest.raises(pimkit.PolicyViolation) as refused:
        alice.activate(USER_ADMINISTRATOR, hours=99, justification="x")
    assert refused.value.request_id
    told = alice.preflight()
    assert {"licence", "cloud", "checks"} <= set(told)
    with pytest.raises(pimkit.Unsupported), pimkit.embedded() as service:
        service.client("liam.okafor").preflight()


@pytest.mark.parametrize("kind", ["object", "async object", "function", "async function", "text"])
def test_every_kind_of_credential_will_do(stage: pimkit.Emulator, kind: str) -> None:
    secret = stage.token("alice")

    async def later() -> str:
        return secret

    credential: Any = {
        "object": Credential(secret),
        "async object": AsyncCredential(secret),
        "function": lambda: secret,
        "async function": later,
        "text": secret,
    }[kind]
    client = pimkit.graph(credential, base=stage.graph, speaks_for="delegated")
    assert len(client.my_eligibilities().to_list()) == 1

    async def work() -> int:
        async with await pimkit.graph_async(credential, base=stage.graph, speaks_for="delegated") as client:
            return len(await client.my_eligibilities().to_list())

    assert asyncio.run(work()) == 1
    if isinstance(credential, Credential):
        assert all(ask["enable_cae"] for ask in credential.asked)
        assert credential.asked[0]["scopes"] == ("https://graph.microsoft.com/.default",)
    assert len(AsyncCredential.loops) <= 1


def test_claims_are_passed_on_and_a_better_token_goes_through() -> None:
    rule = m.Rule(
        kind=pimkit.enums.RuleKind.AUTHENTICATION_CONTEXT_END_USER_ASSIGNMENT,
        setting=m.AuthenticationContextSetting(enabled=True, context="c1"),
    )
    people = tenant().context("c1").policy(USER_ADMINISTRATOR, [rule])
    with pimkit.emulator(people) as stage:
        plain, strong = stage.token("alice"), stage.token("alice", contexts=["c1"])

        with pytest.raises(pimkit.StepUpRequired) as needed:
            fixed = pimkit.graph(lambda: plain, base=stage.graph, speaks_for="delegated")
            fixed.activate(USER_ADMINISTRATOR, justification="Starters", hours=1)
        assert needed.value.step_up == {"context": "c1"}

        class StepsUp(Credential):
            def get_token(self, *scopes: str, claims: str | None = None, **options: Any) -> Token:
                self.secret = plain if claims is None else strong
                return super().get_token(*scopes, claims=claims, **options)

        credential = StepsUp(plain)
        client = pimkit.graph(credential, base=stage.graph, speaks_for="delegated")
        client.activate(USER_ADMINISTRATOR, justification="Starters", hours=1)
        claims = [ask["claims"] for ask in credential.asked if ask["claims"]]
        assert claims and "c1" in claims[0]


class Throws:
    def get_token(self, *scopes: str, **_: Any) -> Token:
        raise RuntimeError("secret-of-the-credential")


@pytest.mark.parametrize(
    ("credential", "error"),
    [(Throws(), pimkit.Unauthenticated), (lambda: 7, pimkit.Unauthenticated), (lambda: None, pimkit.Unauthenticated)],
)
def test_a_credential_that_fails_is_the_cause_and_not_the_message(
    stage: pimkit.Emulator, credential: Any, error: type[pimkit.PimError]
) -> None:
    with pytest.raises(error) as failed:
        pimkit.graph(credential, base=stage.graph)
    assert "secret-of-the-credential" not in str(failed.value)
    assert failed.value.__cause__ is not None


def test_wrong_settings_are_refused(stage: pimkit.Emulator) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"credential": 7}, "a credential is"),
        ({"cloud": "mars"}, "mars"),
        ({"base": "http://example.com"}, "http"),
        ({"base": "no address"}, "address|URL|url"),
        ({"speaks_for": "everybody"}, "delegated"),
        ({"in_flight": -1}, "in_flight"),
        ({"deadline": timedelta(-1)}, "negative"),
    ]
    for arguments, says in wrong:
        settings: dict[str, Any] = {"credential": "token", "base": stage.graph} | arguments
        with pytest.raises(pimkit.InvalidInput, match=says):
            pimkit.graph(**settings)
    with pytest.raises(pimkit.PimError):
        pimkit.graph("no token of ours", base=stage.graph, speaks_for="delegated")


def test_an_application_cannot_activate(stage: pimkit.Emulator) -> None:
    with pimkit.emulator(tenant().application("robot")) as other:
        robot = other.client("robot", application=True)
        with pytest.raises(pimkit.Unsupported):
            robot.activate(USER_ADMINISTRATOR, justification="x")


def test_faults_are_ridden_out_and_nothing_is_done_twice() -> None:
    with pimkit.emulator(tenant()) as stage:
        ada = stage.client("ada")
        bob = ada.principal_named("bob")
        stage.fault("throttle", retry_after="0.1", times=2)
        stage.fault("reset_after", method="POST", times=1)
        ada.assign(bob, USER_ADMINISTRATOR, expiry=timedelta(days=30), justification="Desk")
        assert len(ada.eligibilities(filter=m.Filter(principal=bob)).to_list()) == 1
        posts = [asked for asked in stage.requests() if asked["method"] == "POST" and "Schedule" in asked["address"]]
        # Two were refused; the reply to the third was lost, and it was not sent again.
        assert [post["status"] for post in posts] == [429, 429, None]
        with pytest.raises(pimkit.InvalidInput, match="unknown variant `gremlins`"):
            stage.fault("gremlins")


def test_a_closed_emulator_says_so() -> None:
    stage = pimkit.emulator(page=2)
    client = stage.client("emma.clarke")
    assert len(client.users().to_list()) > 10
    stage.close()
    stage.close()
    with pytest.raises(pimkit.InvalidInput, match="closed"):
        stage.token("emma.clarke")
    with pytest.raises(pimkit.PimError):
        client.users().to_list()
