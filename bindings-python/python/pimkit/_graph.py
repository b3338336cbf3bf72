"""Microsoft Graph, and an emulator of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Literal

from . import models as m
from ._async_client import AsyncClient
from ._client import Client
from ._codec import dumps, instant, period_text
from ._credentials import CredentialLike, TokenSource
from ._embedded import Tenant, length_of, seed_of
from ._errors import Unauthenticated
from ._native import NativeEmulator, NativeSession

Cloud = Literal["global", "us_gov_l4", "us_gov_l5", "china"]
"""Microsoft's clouds: the global one, the US government's L4 and L5 (DoD), and China's."""

SpeaksFor = Literal["delegated", "application"]
"""On whose behalf a token speaks: a person's, through an application, or an application's own."""


def graph(
    credential: CredentialLike,
    *,
    cloud: Cloud = "global",
    base: str | None = None,
    speaks_for: SpeaksFor | None = None,
    safeguards: m.Safeguards | None = None,
    in_flight: int | None = None,
    deadline: timedelta | None = None,
) -> Client:
    """A caller's access to Microsoft Graph. Gets a token, to see who signed in.

    Activations and approvals are a person's own: they need a delegated token.

    :param credential: an object of azure-identity, synchronous or not, a function that gives a token, or a token. Claims challenges,
        such as for an authentication context, are passed on to it.
    :param cloud: which of Microsoft's clouds.
    :param base: another address than the cloud's, such as an emulator's. Plain http is allowed to this machine alone.
    :param speaks_for: on whose behalf its tokens speak, where they do not tell.
    :param safeguards: what the client protects.
    :param in_flight: how many requests may be under way at once; 32 unless said.
    :param deadline: how long one call may take, repetitions included.
    :raises Unauthenticated: where the credential gives no token; its own error is the cause.
    """
    source = TokenSource(credential)
    setup = _setup(cloud, base, safeguards, in_flight, deadline)
    try:
        return Client(NativeSession.graph(setup, source, speaks_for))
    except Unauthenticated as error:
        raise error from source.failure


async def graph_async(
    credential: CredentialLike,
    *,
    cloud: Cloud = "global",
    base: str | None = None,
    speaks_for: SpeaksFor | None = None,
    safeguards: m.Safeguards | None = None,
    in_flight: int | None = None,
    deadline: timedelta | None = None,
) -> AsyncClient:
    """The same as :func:`graph`, for `await`."""
    source = TokenSource(credential)
    setup = _setup(cloud, base, safeguards, in_flight, deadline)
    try:
        return AsyncClient(await NativeSession.graph_async(setup, source, speaks_for))
    except Unauthenticated as error:
        raise error from source.failure


def _setup(
    cloud: Cloud,
    base: str | None,
    safeguards: m.Safeguards | None,
    in_flight: int | None,
    deadline: timedelta | None,
) -> str:
    options = {"base": base, "safeguards": safeguards, "in_flight": in_flight, "deadline": deadline}
    return dumps({"cloud": cloud, **options})


class Emulator:
    """A server on this machine that speaks Microsoft Graph's PIM endpoints, over a whole PIM service. Made by :func:`emulator`.

    Any program can be tested against it, in any language: `graph` is the address to give in place of Microsoft's.
    """

    def __init__(self, native: NativeEmulator) -> None:
        self._native = native

    def __enter__(self) -> Emulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops it."""
        self._native.close()

    @property
    def graph(self) -> str:
        """Where Graph is served, without a version."""
        return self._native.graph

    @property
    def control(self) -> str:
        """Where it is controlled by HTTP: faults, clock, tokens, log."""
        return self._native.control

    def token(
        self,
        user: str | None = None,
        *,
        id: str | None = None,
        mfa: bool = True,
        contexts: Sequence[str] = (),
        application: bool = False,
        permissions: Iterable[str] | None = None,
        lifetime: timedelta | None = None,
    ) -> str:
        """A bearer token for somebody: with all permissions unless some are named."""
        return self._native.token(dumps(_who(user, id, mfa, contexts, application, permissions, lifetime)))

    def client(
        self,
        user: str | None = None,
        *,
        id: str | None = None,
        mfa: bool = True,
        contexts: Sequence[str] = (),
        application: bool = False,
        permissions: Iterable[str] | None = None,
        lifetime: timedelta | None = None,
        safeguards: m.Safeguards | None = None,
    ) -> Client:
        """The access of somebody, over the wire. Waiting moves the emulator's clock."""
        who = _who(user, id, mfa, contexts, application, permissions, lifetime) | {"safeguards": safeguards}
        return Client(self._native.session(dumps(who)))

    def async_client(
        self,
        user: str | None = None,
        *,
        id: str | None = None,
        mfa: bool = True,
        contexts: Sequence[str] = (),
        application: bool = False,
        permissions: Iterable[str] | None = None,
        safeguards: m.Safeguards | None = None,
    ) -> AsyncClient:
        """The same, for `await`."""
        who = _who(user, id, mfa, contexts, application, permissions, None) | {"safeguards": safeguards}
        return AsyncClient(self._native.session(dumps(who)))

    def fault(self, kind: str, **fault: Any) -> None:
        """What goes wrong from now on: `fault("throttle", retry_after="1", times=3)`. The kinds are `throttle`, `unavailable`, `slow`
        (`millis`), `reset_before`, `reset_after`, `truncate` and the rest of the emulator's page; `method`, `path`, `times` and
        `every` say when."""
        self._native.fault(dumps({"kind": kind, **fault}))

    def requests(self) -> list[dict[str, Any]]:
        """What was asked so far, oldest first."""
        told: list[dict[str, Any]] = json.loads(self._native.requests())
        return told

    @property
    def now(self) -> datetime:
        """The service's time."""
        return instant(self._native.now())

    def advance(self, length: timedelta | None = None, **units: float) -> datetime:
        """Moves its clock on: `advance(hours=8)`, or by a timedelta."""
        return instant(self._native.advance(period_text(length_of(length, units))))


def _who(
    user: str | None,
    id: str | None,
    mfa: bool,
    contexts: Sequence[str],
    application: bool,
    permissions: Iterable[str] | None,
    lifetime: timedelta | None,
) -> dict[str, Any]:
    named = None if permissions is None else list(permissions)
    who: dict[str, Any] = {"user": user, "id": id, "mfa": mfa, "contexts": list(contexts)}
    return who | {"application": application, "permissions": named, "lifetime": lifetime}


def emulator(
    seed: Tenant | Mapping[str, Any] | str = "sample", *, page: int = 100, running_clock: bool = False
) -> Emulator:
    """Starts a server that speaks Microsoft Graph's PIM endpoints, on free ports of this machine.

    :param seed: `"sample"` for a company's tenant, a :class:`Tenant`, or a seed file's contents as text or mapping.
    :param page: how many objects a page holds that was asked without `$top`.
    :param running_clock: whether its clock moves with the machine's; else it stands until it is moved.
    :raises InvalidInput: with everything that is wrong with the seed, each at its place.
    """
    setup = {"seed": seed_of(seed), "page": page, "running_clock": running_clock}
    return Emulator(NativeEmulator(dumps(setup)))
