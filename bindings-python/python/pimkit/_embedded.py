"""A whole PIM service in this process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Literal

from . import models as m
from ._async_client import AsyncClient
from ._client import Client
from ._codec import dumps, encode, instant, period_text
from ._errors import InvalidInput
from ._native import NativeSession, NativeWorld

ClockKind = Literal["automatic", "manual", "system"]
"""Whose time it is: `automatic` moves on when somebody waits, `manual` is moved by `advance` alone, `system` is the machine's."""


class Tenant:
    """What a small tenant is built of, with names for ids.

    >>> import pimkit
    >>> tenant = pimkit.Tenant().user("alice").eligible("alice", pimkit.DirectoryRole("fe930be7-5e62-47db-91af-98c3a49a38b1"))
    >>> with pimkit.embedded(tenant) as service:
    ...     [row.role_name for row in service.client("alice").my_eligibilities()]
    ['User Administrator']
    """

    def __init__(self) -> None:
        self._parts: list[Any] = []

    def user(self, *names: str) -> Tenant:
        """Adds people."""
        self._parts.extend({"user": name} for name in names)
        return self

    def application(self, name: str) -> Tenant:
        """Adds an application."""
        self._parts.append({"application": name})
        return self

    def context(self, id: str) -> Tenant:
        """Adds an authentication context, `c1` to `c99`, that is published."""
        self._parts.append({"context": id})
        return self

    def group(self, name: str, members: Iterable[str] = ()) -> Tenant:
        """Adds a group, with members."""
        self._parts.append({"group": {"name": name, "members": list(members)}})
        return self

    def unit(self, name: str, members: Iterable[str] = ()) -> Tenant:
        """Adds an administrative unit, with members."""
        self._parts.append({"unit": {"name": name, "members": list(members)}})
        return self

    def eligible(self, holder: str, privilege: m.Privilege, window: m.Window | None = None) -> Tenant:
        """Makes somebody eligible, always or within a window."""
        grant = {"holder": holder, "privilege": privilege, "window": window}
        self._parts.append({"eligible": encode(grant)})
        return self

    def standing(self, holder: str, privilege: m.Privilege, window: m.Window | None = None) -> Tenant:
        """Gives somebody a privilege, always or within a window."""
        grant = {"holder": holder, "privilege": privilege, "window": window}
        self._parts.append({"standing": encode(grant)})
        return self

    def policy(self, subject: m.Privilege, rules: Iterable[m.Rule]) -> Tenant:
        """Sets rules of a privilege; the others are the service's defaults."""
        self._parts.append({"policy": {"subject": encode(subject), "rules": encode(list(rules))}})
        return self


class Embedded:
    """A PIM service in this process, with its clock. Made by :func:`embedded`."""

    def __init__(self, world: NativeWorld) -> None:
        self._world: NativeWorld | None = world

    def __enter__(self) -> Embedded:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the service; its clients keep it until they are closed."""
        self._world = None

    def _open(self) -> NativeWorld:
        if self._world is None:
            raise InvalidInput("the service is closed: make another one")
        return self._world

    def _session(self, who: str | None, **options: Any) -> NativeSession:
        return self._open().session(dumps({"user": who, **options}))

    def client(
        self,
        user: str | None = None,
        *,
        id: str | None = None,
        mfa: bool = True,
        application: bool = False,
        safeguards: m.Safeguards | None = None,
    ) -> Client:
        """The access of somebody: by a name of the tenant or an object id, signed in with a second factor or without."""
        return Client(self._session(user, id=id, mfa=mfa, application=application, safeguards=safeguards))

    def async_client(
        self,
        user: str | None = None,
        *,
        id: str | None = None,
        mfa: bool = True,
        application: bool = False,
        safeguards: m.Safeguards | None = None,
    ) -> AsyncClient:
        """The same, for `await`."""
        return AsyncClient(self._session(user, id=id, mfa=mfa, application=application, safeguards=safeguards))

    @property
    def now(self) -> datetime:
        """The service's time."""
        return instant(self._open().now())

    def advance(self, length: timedelta | None = None, **units: float) -> datetime:
        """Moves a virtual clock on: `advance(hours=8)`, or by a timedelta. What falls due happens with the next call."""
        return instant(self._open().advance(period_text(length_of(length, units))))


def embedded(
    seed: Tenant | Mapping[str, Any] | str = "sample", *, clock: ClockKind = "automatic", now: datetime | None = None
) -> Embedded:
    """A whole PIM service in this process: to try things out, to learn, and to test your own code.

    :param seed: `"sample"` for a company's tenant, a :class:`Tenant`, or a seed file's contents as text or mapping.
    :param clock: whose time it is.
    :param now: when a virtual clock begins.
    :raises InvalidInput: with everything that is wrong with the seed, each at its place.
    """
    return Embedded(NativeWorld(dumps({"seed": seed_of(seed), "clock": clock, "now": now})))


def seed_of(seed: Tenant | Mapping[str, Any] | str) -> Any:
    """A seed as the native module takes it."""
    if isinstance(seed, Tenant):
        return seed._parts
    if isinstance(seed, Mapping):
        return json.loads(json.dumps(seed))
    if isinstance(seed, str):
        return seed
    raise InvalidInput("a seed is 'sample', a Tenant, or a seed file's contents as text or mapping")


def length_of(length: timedelta | None, units: Mapping[str, float]) -> timedelta:
    """How far a clock is moved."""
    try:
        return timedelta(**units) if length is None else length + timedelta(**units)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput("say how far: advance(timedelta(hours=8)) or advance(hours=8)") from error
