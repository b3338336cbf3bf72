"""Whether a deployment works, tried out by its own people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from . import models as m
from ._async_client import AsyncClient
from ._client import Client
from ._codec import dumps
from ._errors import InvalidInput
from ._governance import Verification
from ._native import NativeSession, act, act_async


def verify(
    privilege: m.Privilege | str,
    *,
    admin: Client | None = None,
    requestor: Client | None = None,
    approver: Client | None = None,
    unverified: Client | None = None,
    approved_privilege: m.Privilege | None = None,
    highly_privileged: Iterable[m.Privilege] = (),
    duration: timedelta | None = None,
    max_wait: timedelta | None = None,
    justification: str | None = None,
    ticket: m.Ticket | None = None,
) -> Verification:
    """Tests activation, approval, second factors, the end of activations and the audit log, with evidence.

    Each takes part signed in by themselves, since nobody may approve what they asked for; what a missing one would test is
    `not_run`, never passed. What was asked for is taken back before this returns. It waits on the service's clock: minutes on
    a tenant.

    :param privilege: what the requestor activates; best one that matters little.
    :param admin: reads policies and the audit log; Global Reader is enough.
    :param requestor: eligible for it.
    :param approver: approves for `approved_privilege`; somebody else than the requestor.
    :param unverified: eligible too, but signed in with a password only.
    :param highly_privileged: highly privileged ones among the two that may be used all the same.
    :raises InvalidInput: before anything is done, for a privilege that is highly privileged and not named.
    """
    clients = _actors(admin, requestor, approver, unverified)
    subject = _known(privilege, clients)
    asked = _asked(subject, clients, approved_privilege, highly_privileged, duration, max_wait, justification, ticket)
    return Verification(act("verify", asked, [_native(client) for _, client in clients], None))


async def verify_async(
    privilege: m.Privilege | str,
    *,
    admin: AsyncClient | None = None,
    requestor: AsyncClient | None = None,
    approver: AsyncClient | None = None,
    unverified: AsyncClient | None = None,
    approved_privilege: m.Privilege | None = None,
    highly_privileged: Iterable[m.Privilege] = (),
    duration: timedelta | None = None,
    max_wait: timedelta | None = None,
    justification: str | None = None,
    ticket: m.Ticket | None = None,
) -> Verification:
    """The same as :func:`verify`, for `await`."""
    clients = _actors(admin, requestor, approver, unverified)
    subject = privilege
    if isinstance(subject, str) and clients:
        subject = m.DirectoryRole((await clients[0][1].role_named(subject)).id)
    asked = _asked(subject, clients, approved_privilege, highly_privileged, duration, max_wait, justification, ticket)
    return Verification(await act_async("verify", asked, [_native(client) for _, client in clients], None))


def _actors(*clients: Any) -> list[tuple[str, Any]]:
    names = ("admin", "requestor", "approver", "unverified")
    return [(name, client) for name, client in zip(names, clients, strict=True) if client is not None]


def _known(privilege: m.Privilege | str, clients: list[tuple[str, Any]]) -> m.Privilege | str:
    if isinstance(privilege, str) and clients:
        return m.DirectoryRole(clients[0][1].role_named(privilege).id)
    return privilege


def _asked(
    privilege: m.Privilege | str,
    clients: list[tuple[str, Any]],
    approved: m.Privilege | None,
    highly: Iterable[m.Privilege],
    duration: timedelta | None,
    max_wait: timedelta | None,
    justification: str | None,
    ticket: m.Ticket | None,
) -> str:
    if not clients:
        raise InvalidInput("nobody takes part: give at least one of admin, requestor, approver and unverified")
    asked: dict[str, Any] = {
        "actors": [name for name, _ in clients],
        "privilege": privilege,
        "approved_privilege": approved,
    }
    asked |= {"highly_privileged": list(highly), "duration": duration, "max_wait": max_wait}
    return dumps(asked | {"justification": justification, "ticket": ticket})


def _native(client: Client | AsyncClient) -> NativeSession:
    return client._open()
