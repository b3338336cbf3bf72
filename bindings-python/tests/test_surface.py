"""Everything of `tests/surface.json` exists, under the spelling of Python."""

import dataclasses
import inspect
import json
import subprocess
import sys
import typing
from pathlib import Path

import pimkit
import pytest

SURFACE = json.loads((Path(__file__).parents[2] / "tests" / "surface.json").read_text())
METHODS = {method["name"]: method for method in SURFACE["methods"]}

# Where Python spells a field otherwise, and why.
RENAMED = {
    ("Activate", "privilege"): "a positional argument",
    ("AuditQuery", "from"): "start",
    ("SignInQuery", "from"): "start",
}

# Options that are the keyword arguments of a method.
ARGUMENTS = {
    "Activate": "activate",
    "Assign": "assign",
    "Update": "update",
    "Extend": "extend",
    "Renew": "renew",
    "Revoke": "revoke",
    "BulkOptions": "submit_all",
    "RoleQuery": "roles",
    "EligibilityQuery": "eligibilities",
    "AssignmentQuery": "assignments",
    "RequestQuery": "requests",
    "PolicyQuery": "policies",
    "AuditQuery": "audit",
    "SignInQuery": "sign_ins",
    "MembershipQuery": "memberships",
}


@pytest.mark.parametrize("client", [pimkit.Client, pimkit.AsyncClient])
def test_every_method_is_there(client: type) -> None:
    for name, method in METHODS.items():
        function = getattr(client, name)
        assert inspect.getdoc(function), name
        # A list is opened, and another client made, at once; what is asked of the service is awaited.
        at_once = method["gives"] == "list" or name == "guarding"
        assert inspect.iscoroutinefunction(function) == (client is pimkit.AsyncClient and not at_once), name


def test_both_clients_are_alike() -> None:
    def public(client: type) -> dict[str, list[str]]:
        members = inspect.getmembers(client, inspect.isfunction)
        return {name: list(inspect.signature(f).parameters) for name, f in members if not name.startswith("_")}

    assert public(pimkit.Client) == public(pimkit.AsyncClient)


def test_every_option_is_there() -> None:
    for option in SURFACE["options"]:
        name = option["name"]
        if name in ARGUMENTS:
            known = set(inspect.signature(getattr(pimkit.Client, ARGUMENTS[name])).parameters)
        else:
            known = {field.name for field in dataclasses.fields(getattr(pimkit.models, name))}
        for member in option["members"]:
            assert RENAMED.get((name, member), member) in known | {"a positional argument"}, (name, member)


def test_every_kind_of_error_is_there() -> None:
    assert set(pimkit.KINDS) == set(SURFACE["error_kinds"])
    for kind, error in pimkit.KINDS.items():
        assert issubclass(error, pimkit.PimError) and getattr(pimkit, error.__name__) is error
        assert error.__name__.lower() == kind.replace("_", "")


def test_every_value_is_there() -> None:
    for enumeration in SURFACE["open_enums"] + SURFACE["closed_enums"]:
        if enumeration["name"] == "Outlook":  # what a condition of one's own answers: Rust only
            continue
        known = getattr(pimkit.enums, enumeration["name"])
        assert [member.value for member in known] == enumeration["members"]


def test_every_condition_can_be_waited_for() -> None:
    hints = typing.get_type_hints(pimkit.Client.wait_for)
    assert list(typing.get_args(hints["condition"])) == SURFACE["conditions"]


def test_importing_loads_no_more_than_is_asked_for() -> None:
    script = "import sys, pimkit; print('pimkit.models' in sys.modules); pimkit.Client; print('Client' in dir(pimkit))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["False", "True"]
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        pimkit.nonsense  # type: ignore[attr-defined]  # noqa: B018
