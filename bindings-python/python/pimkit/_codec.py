"""Values to and from the SDK's canonical JSON, by their type hints.

Only this module knows that values cross as JSON. A field that this version does not know is passed over, as a service may
tell more tomorrow.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import types
import typing
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast

from . import models
from ._errors import InvalidInput
from .enums import GroupAccess

T = TypeVar("T")

_PERIOD = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?")
_OFFSET = re.compile(r"\.(\d+)")


def instant(text: str) -> datetime:
    """An instant as the SDK prints it; what is finer than a microsecond is cut off."""
    text = text.replace("Z", "+00:00", 1)
    text = _OFFSET.sub(lambda digits: "." + digits.group(1)[:6].ljust(6, "0"), text)
    return datetime.fromisoformat(text)


def period(text: str) -> timedelta:
    """A length as the SDK prints it."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise InvalidInput(f"{text[:40]!r} is not a length of time such as PT8H")
    days, hours, minutes, seconds, fraction = match.groups()
    return timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "")[:6].ljust(6, "0") or 0),
    )


def instant_text(value: datetime) -> str:
    """An instant for the SDK. One without a time zone is refused: nobody can tell which instant it is."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise InvalidInput(
            "a datetime without a time zone stands for no instant: give it one, such as datetime(..., tzinfo=timezone.utc)"
        )
    return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def period_text(value: timedelta) -> str:
    """A length for the SDK."""
    if value < timedelta(0):
        raise InvalidInput("a length of time can't be negative")
    seconds = value.seconds
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    return f"P{value.days}DT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}{fraction}S"


# --- out ---


def dumps(value: object) -> str:
    """Arguments as JSON text."""
    return json.dumps(encode(value), separators=(",", ":"), allow_nan=False)


def encode(value: Any) -> Any:
    """A value as what :mod:`json` takes; fields that are `None` are left out."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise InvalidInput("a text holds half a character (a lone surrogate), which is no Unicode")
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, timedelta):
        return period_text(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidInput("a number must be finite")
        return value
    special = _OUT.get(type(value))
    if special is not None:
        return special(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {_wire_name(name): encode(field) for name, field in fields if field is not None}
    if isinstance(value, Mapping):
        return {str(key): encode(field) for key, field in value.items() if field is not None}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [encode(item) for item in value]
    raise InvalidInput(f"a value of type {type(value).__name__} can't be given here")


def expiry(value: models.Expiry | None) -> Any:
    """When a grant is to end."""
    if value is None or value == "never":
        return value
    if isinstance(value, datetime):
        return {"at": instant_text(value)}
    if isinstance(value, timedelta):
        return {"after": period_text(value)}
    raise InvalidInput("an end is a datetime, a timedelta, or 'never'")


def _wire_name(name: str) -> str:
    return name.rstrip("_")


def _reviewer(value: models.Reviewer) -> Any:
    return {value.kind: value.id} if value.kind in ("user", "group") else value.kind


def _recurrence(value: models.Recurrence) -> Any:
    until: Any = value.until
    if isinstance(until, datetime):
        until = {"at": instant_text(until)}
    elif isinstance(until, int):
        until = {"rounds": until}
    return {"every": encode(value.every), "interval": value.interval, "until": until}


def _review_settings(value: models.ReviewSettings) -> Any:
    fields = {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    # Left out, it would be the default and not "none".
    return {name: field for name, field in fields.items() if field is not None or name == "recommendations"}


def _new_request(value: models.NewRequest) -> Any:
    fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    fields["expiry"] = expiry(value.expiry)
    return {name: encode(field) for name, field in fields.items() if field is not None}


def _setting(name: str) -> Callable[[Any], Any]:
    def out(value: Any) -> Any:
        fields = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {name: {_wire_name(key): encode(field) for key, field in fields if field is not None}}

    return out


_OUT: dict[type, Callable[[Any], Any]] = {
    models.DirectoryRole: lambda p: {"type": "directory_role", "role": p.role, "scope": p.scope},
    models.GroupRole: lambda p: {"type": "group", "group": p.group, "access": encode(p.access)},
    models.AzureRole: lambda p: {"type": "azure_role", "role": p.role, "scope": p.scope},
    models.Reviewer: _reviewer,
    models.Recurrence: _recurrence,
    models.ReviewSettings: _review_settings,
    models.NewRequest: _new_request,
    models.ExpirationSetting: _setting("expiration"),
    models.EnablementSetting: _setting("enablement"),
    models.ApprovalSetting: _setting("approval"),
    models.AuthenticationContextSetting: _setting("authentication_context"),
    models.NotificationSetting: _setting("notification"),
    models.UnknownSetting: _setting("unknown"),
}


# --- in ---


def decode(kind: type[T], value: Any) -> T:
    """What :func:`json.loads` gave, as a value of a type."""
    return cast(T, _reader(cast(Any, kind))(value))


def loads(kind: type[T], text: str) -> T:
    """JSON text as a value of a type."""
    return decode(kind, json.loads(text))


def _privilege(value: Any) -> models.Privilege:
    kind = value["type"]
    if kind == "directory_role":
        return models.DirectoryRole(value["role"], value["scope"])
    if kind == "group":
        return models.GroupRole(value["group"], GroupAccess(value["access"]))
    return models.AzureRole(value["role"], value["scope"])


def _tagged(value: Any) -> tuple[str, Any]:
    if isinstance(value, str):
        return value, None
    ((tag, inner),) = value.items()
    return tag, inner


def _origin(value: Any) -> models.Origin:
    tag, inner = _tagged(value)
    if tag == "unknown":
        return models.Origin(inner)
    return models.Origin(tag, (inner or {}).get("using"))


def _read_expiry(value: Any) -> models.Expiry:
    tag, inner = _tagged(value)
    if tag == "never":
        return "never"
    return instant(inner) if tag == "at" else period(inner)


def _read_end(value: Any) -> models.RecurrenceEnd:
    tag, inner = _tagged(value)
    if tag == "never":
        return "never"
    return instant(inner) if tag == "at" else int(inner)


_SETTINGS: dict[str, type] = {
    "expiration": models.ExpirationSetting,
    "enablement": models.EnablementSetting,
    "approval": models.ApprovalSetting,
    "authentication_context": models.AuthenticationContextSetting,
    "notification": models.NotificationSetting,
    "unknown": models.UnknownSetting,
}


def _read_setting(value: Any) -> models.Setting:
    tag, inner = _tagged(value)
    return cast(models.Setting, decode(_SETTINGS[tag], inner))


_IN: dict[Any, Callable[[Any], Any]] = {
    str: lambda value: value,
    bool: lambda value: value,
    int: lambda value: value,
    float: lambda value: value,
    Any: lambda value: value,
    datetime: instant,
    timedelta: period,
    models.Privilege: _privilege,
    models.Origin: _origin,
    models.Setting: _read_setting,
    models.Reviewer: lambda value: models.Reviewer(*cast(Any, _tagged(value))),
    models.Expiry: _read_expiry,
    models.RecurrenceEnd: _read_end,
}


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    known = _IN.get(kind)
    if known is not None:
        return known
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        rest = tuple(one for one in inner if one is not type(None))
        read = _reader(rest[0] if len(rest) == 1 else Union[rest])  # noqa: UP007
        return lambda value: None if value is None else read(value)
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        read = _reader(inner[0])
        return lambda value: tuple(read(item) for item in value)
    if origin is tuple:
        readers = tuple(_reader(one) for one in inner)
        return lambda value: tuple(read(item) for read, item in zip(readers, value, strict=True))
    if origin is frozenset:
        read = _reader(inner[0])
        return lambda value: frozenset(read(item) for item in value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _dataclass(kind)


def _dataclass(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = [(f.name, _wire_name(f.name), _reader(hints[f.name])) for f in dataclasses.fields(kind)]

    def read(value: Any) -> Any:
        return kind(**{name: read(value[wire]) for name, wire, read in readers if wire in value})

    return read
