"""Bad input is answered with a typed error that names the place, and crashes nothing."""

import math
import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import pimkit
import pytest
from pimkit import models as m
from pimkit._codec import instant, instant_text, period, period_text

from .conftest import USER_ADMINISTRATOR


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        ({"hours": math.nan}, "hours is a number"),
        ({"hours": math.inf}, "hours is a number"),
        ({"hours": "two"}, "hours is a number"),
        ({"hours": -1}, "negative"),
        ({"hours": 1, "duration": timedelta(hours=1)}, "say the same"),
        ({"start": datetime(2026, 9, 1)}, "time zone"),
        ({"justification": 7}, "justification: expected a string"),
        ({"justification": "\ud800"}, "half a character"),
        ({"ticket": 7}, "ticket"),
        ({"dry_run": "yes"}, "dry_run: expected a boolean"),
        ({"using": "x" * 5000}, "using"),
        ({"justification": object()}, "type object"),
        ({"on_exit": "stay"}, "on_exit"),
    ],
)
def test_a_wrong_argument_names_its_place(service: pimkit.Embedded, ask: dict[str, Any], says: str) -> None:
    with pytest.raises(pimkit.InvalidInput, match=says):
        service.client("alice").activate(USER_ADMINISTRATOR, **ask)


def test_huge_texts_are_refused_or_kept_and_nothing_breaks(service: pimkit.Embedded) -> None:
    alice = service.client("alice")
    with pytest.raises(pimkit.PimError):
        alice.role_named("x" * 10_000_000)
    with pytest.raises(pimkit.NotFound):
        alice.role_named("Üser Ädministrator \U0001f600")
    with pytest.raises(pimkit.InvalidInput):
        alice.policy(3)  # type: ignore[arg-type]
    with pytest.raises(pimkit.InvalidInput):
        alice.get_review("")
    with pytest.raises(pimkit.NotFound):
        alice.get_review("00000000-0000-0000-0000-000000000009")


def test_a_typo_gets_the_nearest_names(service: pimkit.Embedded) -> None:
    with pytest.raises(pimkit.NotFound, match="did_you_mean User Administrator"):
        service.client("alice").activate("user admin", justification="x")


def test_all_reasons_come_at_once(service: pimkit.Embedded) -> None:
    with pytest.raises(pimkit.PolicyViolation) as refused:
        service.client("alice").activate(USER_ADMINISTRATOR, hours=12)
    rules = [violation.rule for violation in refused.value.violations]
    assert rules == ["expiration", "justification"]
    assert refused.value.violations[0].limit == "PT8H" and refused.value.kind == "policy_violation"
    assert refused.value.operation == "submit" and "secret" not in str(refused.value)


def test_closed_things_say_so(service: pimkit.Embedded) -> None:
    alice = service.client("alice")
    alice.close()
    with pytest.raises(pimkit.InvalidInput, match="the client is closed"):
        alice.info()
    service.close()
    with pytest.raises(pimkit.InvalidInput, match="the service is closed"):
        service.client("alice")


def test_wrong_services_are_refused() -> None:
    for seed, says in [("sampel", "expected `sample`"), ({"version": 2}, "version"), (7, "a seed is")]:
        with pytest.raises(pimkit.InvalidInput, match=says):
            pimkit.embedded(seed)  # type: ignore[arg-type]
    with pytest.raises(pimkit.InvalidInput, match="sundial"):
        pimkit.embedded(clock="sundial")  # type: ignore[arg-type]
    with pimkit.embedded(clock="system") as service, pytest.raises(pimkit.Unsupported, match="machine's clock"):
        service.advance(hours=1)
    with pimkit.embedded() as service:
        both: list[dict[str, Any]] = [{}, {"user": "alice", "id": "00000000-0000-0000-0000-000000000001"}]
        for who in both:
            with pytest.raises(pimkit.InvalidInput, match="say who it is"):
                service.client(**who)
        with pytest.raises(pimkit.InvalidInput, match="how far"):
            service.advance(fortnights=1)


def test_one_client_serves_many_threads(service: pimkit.Embedded) -> None:
    alice = service.client("alice")
    seen: list[int] = []

    def work() -> None:
        seen.extend(len(alice.my_eligibilities().to_list()) for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 400


def test_times_survive_the_way_there_and_back() -> None:
    for text in ["2026-09-06T17:53:52.042788Z", "2026-09-01T08:00:00Z"]:
        assert instant_text(instant(text)) == text
    assert instant("2026-09-06T17:53:52.0427885Z").microsecond == 42788
    assert instant_text(datetime(2026, 9, 1, 10, tzinfo=timezone(timedelta(hours=2)))) == "2026-09-01T08:00:00Z"
    for length in [timedelta(0), timedelta(hours=8), timedelta(days=365, microseconds=1), timedelta.max]:
        assert period(period_text(length)) == length
    with pytest.raises(pimkit.InvalidInput):
        period("PT-1H")


def test_values_are_frozen_comparable_and_discreet() -> None:
    ticket = pimkit.Ticket("REQ-1042", "Service desk")
    with pytest.raises(AttributeError):
        ticket.number = "other"  # type: ignore[misc]
    assert "REQ-1042" not in repr(ticket) and ticket == pimkit.Ticket("REQ-1042", "Service desk")
    assert len({ticket, pimkit.Ticket("REQ-1042", "Service desk")}) == 1
    assert repr(m.DirectoryRole("r")) == "DirectoryRole(role='r', scope='/')"


def test_words_of_tomorrow_are_kept() -> None:
    word = pimkit.enums.RequestStatus("pending_telepathy")
    assert word == "pending_telepathy" and not word.is_known and str(word) == "pending_telepathy"
    assert pimkit.enums.RequestStatus("denied").is_known
    with pytest.raises(ValueError):
        pimkit.enums.Phase("telepathic")
