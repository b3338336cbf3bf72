"""The scenarios of `tests/scenarios`, which Rust and Node run too: on the embedded service and on Graph over the emulator."""

import json
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pimkit
import pytest
from pimkit import models as m
from pimkit._codec import decode, encode, instant, period

FOLDER = Path(os.environ.get("PIM_SCENARIOS", Path(__file__).parents[2] / "tests" / "scenarios"))
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
CASES = [
    pytest.param(service, file, scenario, id=f"{service}-{name}-{scenario['name']}")
    for name, file in FILES.items()
    for scenario in file["scenarios"]
    for service in scenario.get("on", ["embedded", "emulator"])
]

# What the arguments are, where their names are not what they are called in JSON.
TYPES: dict[str, Any] = {
    "privilege": m.Privilege,
    "round": m.RoundKey,
    "rules": tuple[m.Rule, ...],
    "verdicts": tuple[m.NewVerdict, ...],
    "ticket": m.Ticket,
    "expiry": m.Expiry,
    "filter": m.Filter,
    "start": datetime,
    "duration": timedelta,
    "deadline": timedelta,
}
NAMES = {"deadline": "timeout"}


def arguments(method: str, given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a method as somebody would write them in Python."""
    if method == "create_review":
        return [decode(m.NewReview, given)], {}
    given = {**given, **given.get("query", {})}
    given.pop("query", None)
    named = {}
    for name, value in given.items():
        if name == "key":
            key: Any = m.ApprovalKey if method in ("approve", "deny", "get_approval") else m.RequestKey
            value = decode(key, value)
            name = "approval" if method in ("approve", "deny") else "key"
        elif name in TYPES and value is not None:
            value = decode(TYPES[name], value)
        named[NAMES.get(name, name)] = value
    return [], named


def told(value: Any) -> Any:
    """An answer as the SDK's JSON."""
    if isinstance(value, pimkit.Activation):
        value = value.request
    if isinstance(value, m.Origin):
        return value.kind if value.kind == "assigned" else {value.kind: {"using": value.using}}
    if isinstance(value, (list, tuple)):
        return [told(one) for one in value]
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        plain = encode(value)
        if isinstance(plain, dict) and "origin" in plain:
            plain["origin"] = told(value.origin)
        return plain
    return encode(value)


def failed(error: pimkit.PimError) -> Any:
    violations = [told(one) for one in error.violations]
    return {
        "kind": str(error.kind.value if hasattr(error.kind, "value") else error.kind),
        "code": error.code,
        "violations": violations,
        "step_up": told(getattr(error, "step_up", None)),
        "exhausted": error.exhausted,
    }


def same(there: Any, wanted: Any) -> bool:
    """Instants and lengths may be written in several ways."""
    if there == wanted:
        return True
    if isinstance(there, str) and isinstance(wanted, str):
        for read in (instant, period):
            try:
                return bool(read(there) == read(wanted))
            except (ValueError, pimkit.InvalidInput):
                continue
    return False


def holds(there: Any, wanted: Any) -> bool:
    if isinstance(there, dict) and isinstance(wanted, dict):
        return all(holds(there.get(name), value) for name, value in wanted.items())
    if isinstance(there, list) and isinstance(wanted, list):
        return len(wanted) <= len(there) and all(holds(*both) for both in zip(there, wanted, strict=False))
    return same(there, wanted)


def filled(value: Any, kept: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return kept[value[1:]] if value.startswith("$") else value
    if isinstance(value, list):
        return [filled(one, kept) for one in value]
    if isinstance(value, dict):
        return {name: filled(one, kept) for name, one in value.items()}
    return value


def part(value: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        value = value[int(step)] if re.fullmatch(r"\d+", step) else value[step]
    assert value is not None
    return value


def client_of(service: Any, who: Any) -> pimkit.Client:
    named: dict[str, Any] = {"user": who} if isinstance(who, str) else dict(who)
    if "safeguards" in named:
        named["safeguards"] = m.Safeguards(**named["safeguards"])
    if "lifetime" in named:
        named["lifetime"] = period(named["lifetime"])
    client = service.client(named.pop("user"), **named)
    assert isinstance(client, pimkit.Client)
    return client


def done(client: pimkit.Client, step: dict[str, Any], given: dict[str, Any]) -> Any:
    method = step.get("call") or step["list"]
    plain, named = arguments(method, given)
    answer = getattr(client, method)(*plain, **named)
    return told(answer.to_list() if "list" in step else answer)


@pytest.mark.parametrize(("service", "file", "scenario"), CASES)
def test_scenario(service: str, file: dict[str, Any], scenario: dict[str, Any]) -> None:
    seed = pimkit.Tenant()
    seed._parts = file["tenant"]
    made = pimkit.embedded(seed) if service == "embedded" else pimkit.emulator(seed, page=2)
    kept: dict[str, Any] = {}
    clients: dict[str, pimkit.Client] = {}
    with made as running:
        for number, step in enumerate(scenario["steps"]):
            if "advance" in step:
                running.advance(period(step["advance"]))
                continue
            if "fault" in step:
                running.fault(**step["fault"])  # type: ignore[union-attr]
                continue
            who = filled(step["as"], kept)
            name = json.dumps(who)
            if name not in clients:
                clients[name] = client_of(running, who)
            client = clients[name]
            given = filled(step.get("with", {}), kept)
            if "fails" in step:
                with pytest.raises((pimkit.PimError, TypeError)) as refused:
                    done(client, step, given)
                if isinstance(refused.value, pimkit.PimError):
                    assert holds(failed(refused.value), step["fails"]), number
                else:
                    # A name that there is not is Python's own error.
                    assert "unexpected keyword argument" in str(refused.value), number
                    assert step["fails"]["kind"] == "invalid_input", number
                continue
            answer = done(client, step, given)
            if "gives" in step:
                assert holds(answer, filled(step["gives"], kept)), (number, answer)
            if "count" in step:
                assert len(answer) == step["count"], number
            for word, path in step.get("keep", {}).items():
                kept[word] = part(answer, path)
        if any("fault" in step for step in scenario["steps"]):
            # A fault that nothing ran into would prove nothing.
            assert isinstance(running, pimkit.Emulator)
            assert any(asked["fault"] is not None for asked in running.requests())
