"""The asynchronous client. `_client.py` is made from this file by `tools/make_sync.py`."""

from __future__ import annotations

import asyncio
import json
import os
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Generic, Literal, TypeVar

from . import models as m
from ._codec import decode, dumps, encode, expiry, instant, loads
from ._errors import KINDS, InvalidInput, InvalidTransition, Malformed, NotFound, PimError
from ._governance import ApprovalDemand, Outcome, Plan, Progress, Snapshot
from ._native import NativeCursor, NativeSession, NativeTenant, act_async
from ._table import AsyncFrames, Table
from .enums import AlertKind, AuditService, Level, RequestStatus, Surface, View, When

T = TypeVar("T")

Condition = Literal["active", "decided", "ended"]
"""What can be waited for: access is there, it is decided, it is over."""

OnExit = Literal["deactivate", "wait", "leave"]
"""What leaving an activation does: try to end it now, wait until the service lets it end, or let it run out."""


@dataclass(frozen=True)
class Rejected:
    """A row of a list that could not be read."""

    id: str | None
    """The row's id, if that much could be read."""
    reason: str
    """What was wrong, with the place in the row."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """A piece of a list."""

    items: Sequence[T]
    """The items, in the service's order."""
    rejected: Sequence[Rejected]
    """Rows that could not be read. They do not end the list."""
    continuation: str | None
    """Where to go on after this page, later or in another process; `None` after the last."""


class AsyncPager(AsyncFrames[T]):
    """A list: item by item, or page by page. It is read as it is used, and once."""

    def __init__(self, cursor: NativeCursor, kind: type[T]) -> None:
        self._cursor = cursor
        self._kind = kind
        self._continuation: str | None = None
        self._made: Table[T] | None = None

    @property
    def continuation(self) -> str | None:
        """Where to go on behind the pages that were read: give it as `continuation` to the method that gave the list.
        `None` before the first page and after the last."""
        return self._continuation

    async def pages(self) -> AsyncIterator[Page[T]]:
        """The list page by page. An empty page is not the end."""
        while (told := await self._cursor.next_page_async()) is not None:
            rows, rejected, self._continuation = told
            items = tuple(decode(self._kind, row) for row in json.loads(rows))
            yield Page(items, tuple(Rejected(*row) for row in rejected), self._continuation)

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item
            for row in page.rejected:
                place = [] if row.id is None else [("row", row.id)]
                raise Malformed(f"a row of the list can't be read: {row.reason}", context=place)

    async def to_list(self) -> list[T]:
        """All items that are left."""
        return [item async for item in self]

    async def to_table(self) -> Table[T]:
        """All items that are left, as Arrow columns: for `polars.DataFrame(…)`, `pyarrow.table(…)` and their like. Asked for again,
        it is the same table: the list is read once.

        :raises Malformed: where a row can't be read.
        """
        if self._made is None:
            self._made = Table(await self._cursor.rest_async(), self._kind)
        return self._made


class AsyncActivation:
    """An activation that was asked for.

    As a context manager it waits until the access is there, and ends it when it is left.
    """

    def __init__(self, client: AsyncClient, request: m.Request, timeout: timedelta, on_exit: OnExit) -> None:
        self._client = client
        self._timeout = timeout
        self._on_exit = on_exit
        self.request = request
        """The request, as the service answered it."""
        self.instance: m.Instance | None = None
        """The proof that the access is in force, once it was waited for."""

    @property
    def key(self) -> m.RequestKey:
        """How to find the request again."""
        return key_of(self.request)

    async def wait(self, timeout: timedelta | None = None) -> AsyncActivation:
        """Waits until the access is in force.

        :raises Timeout: when it is not in time; while approval is pending the request stands, and `context` names it.
        :raises InvalidTransition: when it can't come to be any more: denied, withdrawn, failed.
        """
        seen = await self._client.wait_for(self.key, "active", timeout or self._timeout)
        self.instance = seen.instance
        return self

    async def deactivate(self) -> m.Request:
        """Ends it now. In its first five minutes the service refuses that."""
        return await self._client.deactivate(self.request.asked.privilege)

    async def __aenter__(self) -> AsyncActivation:
        return await self.wait()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_exit == "leave":
            return
        try:
            await self._end()
        except PimError as late:
            if error is None and not isinstance(late, NotFound):
                raise
            # The body's own error is the one to see.
            warnings.warn(f"the activation could not be ended: {late}", stacklevel=2)

    async def _end(self) -> None:
        while True:
            try:
                await self.deactivate()
                return
            except InvalidTransition as early:
                if early.code != "ActiveDurationTooShort":
                    raise
                if self._on_exit != "wait":
                    end = self.instance.window.end if self.instance else None
                    until = f"by itself at {end.isoformat()}" if end else "by itself"
                    warnings.warn(
                        f"too early to end the activation (the service asks for five minutes): it ends {until}. "
                        "on_exit='wait' waits, on_exit='leave' says nothing",
                        stacklevel=3,
                    )
                    return
            await asyncio.sleep(15)


def key_of(request: m.Request) -> m.RequestKey:
    """How to find a request again."""
    return m.RequestKey(id=request.id, level=request.asked.level, privilege=request.asked.privilege)


class AsyncClient:
    """One caller's access to a PIM service.

    The caller is whoever signed in; no method takes one. Where a privilege is asked for, the name or id of an Entra role
    will do, and where a principal is, a name or id too. Every method raises below :class:`PimError`:

    - `Unsupported`, before anything is sent, where backend or credential can't do it;
    - `PermissionDenied` with a code `Guard.…`, before anything is changed, where an administrative change would reach a
      break-glass account or leave the tenant without administrators or approvers;
    - whatever the service reports, with the operation named.
    """

    def __init__(self, session: NativeSession) -> None:
        self._session: NativeSession | None = session

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'closed' if self._session is None else 'open'}>"

    def close(self) -> None:
        """Lets go of the service. What is asked of a closed client is refused."""
        self._session = None

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    # --- how everything is asked ---

    def _open(self) -> NativeSession:
        if self._session is None:
            raise InvalidInput("the client is closed: make another one")
        return self._session

    async def _call(self, kind: Any, method: str, arguments: object = None) -> Any:
        text = await self._open().call_async(method, "{}" if arguments is None else dumps(arguments))
        return loads(kind, text)

    def _list(self, kind: type[T], method: str, **arguments: Any) -> AsyncPager[T]:
        return AsyncPager(self._open().list(method, dumps(arguments)), kind)

    async def _privilege(self, what: m.Privilege | str, scope: str | None = None) -> m.Privilege:
        if isinstance(what, m.Privilege):
            if scope is not None:
                raise InvalidInput("scope goes with a role's name or id; this privilege has its own")
            return what
        if not isinstance(what, str):
            raise InvalidInput(
                "a privilege is a DirectoryRole, a GroupRole, an AzureRole, or the name or id of an Entra role"
            )
        role = await self.role_named(what)
        return m.DirectoryRole(role.id, scope or "/")

    async def _principal(self, who: str) -> str:
        if not isinstance(who, str):
            raise InvalidInput("a principal is named by a text: an object id, a sign-in name or a display name")
        return await self.principal_named(who)

    # --- what is known without asking ---

    async def info(self) -> m.BackendInfo:
        """What the backend is, and whom it acts for."""
        return await self._call(m.BackendInfo, "info")  # type: ignore[no-any-return]

    async def capabilities(self) -> m.Capabilities:
        """What works through this client."""
        return await self._call(m.Capabilities, "capabilities")  # type: ignore[no-any-return]

    async def safeguards(self) -> m.Safeguards:
        """What this client protects."""
        return await self._call(m.Safeguards, "safeguards")  # type: ignore[no-any-return]

    async def clock(self) -> datetime:
        """The service's time: what "now" means for all that is read through this client."""
        return instant((await self._call(Any, "clock"))["now"])

    async def preflight(self) -> Any:
        """What the token, the tenant's licences and the cloud do not allow, before anything is done; of Microsoft Graph only. A
        mapping with `licence`, `cloud`, and `checks`, each with its `subject`, `verdict` and `remedy`.

        :raises Unsupported: on other backends.
        """
        return json.loads(await self._open().preflight_async())

    # --- names ---

    async def role_named(self, name: str) -> m.RoleDefinition:
        """The Entra role with this name or id.

        :raises NotFound: where no role is called so; `context` names roles that are alike.
        """
        return await self._call(m.RoleDefinition, "role_named", {"name": name})  # type: ignore[no-any-return]

    async def principal_named(self, name: str) -> str:
        """The id of the person, group or application with this sign-in name, name or id. An id is taken as it is;
        else the directory is read until everybody was seen: look ids up once, and keep them."""
        return await self._call(str, "principal_named", {"name": name})  # type: ignore[no-any-return]

    # --- lists ---

    def roles(
        self, *, surface: Surface | str | None = None, continuation: str | None = None
    ) -> AsyncPager[m.RoleDefinition]:
        """The roles there are, of one surface or of all."""
        return self._list(m.RoleDefinition, "roles", query={"surface": surface}, **_from(continuation))

    def eligibilities(
        self,
        *,
        view: View | str = View.EVERYONE,
        when: When | str = When.NOW,
        filter: m.Filter | None = None,
        continuation: str | None = None,
    ) -> AsyncPager[m.Eligibility]:
        """Who may activate what: in force now, or with `when="now_or_later"` as schedules."""
        query = {"view": view, "when": when, "filter": filter}
        return self._list(m.Eligibility, "eligibilities", query=query, **_from(continuation))

    def assignments(
        self,
        *,
        view: View | str = View.EVERYONE,
        when: When | str = When.NOW,
        filter: m.Filter | None = None,
        continuation: str | None = None,
    ) -> AsyncPager[m.Assignment]:
        """Who holds what, standing or activated."""
        query = {"view": view, "when": when, "filter": filter}
        return self._list(m.Assignment, "assignments", query=query, **_from(continuation))

    def requests(
        self,
        *,
        view: View | str = View.EVERYONE,
        filter: m.Filter | None = None,
        level: Level | str | None = None,
        status: Iterable[RequestStatus | str] = (),
        continuation: str | None = None,
    ) -> AsyncPager[m.Request]:
        """What was asked for, and what became of it."""
        query = {"view": view, "filter": filter, "level": level, "status": list(status)}
        return self._list(m.Request, "requests", query=query, **_from(continuation))

    def policies(
        self, *, surface: Surface | str | None = None, continuation: str | None = None
    ) -> AsyncPager[m.Policy]:
        """The settings of everything, of one surface or of all."""
        return self._list(m.Policy, "policies", query={"surface": surface}, **_from(continuation))

    def my_eligibilities(self) -> AsyncPager[m.Eligibility]:
        """What the caller may activate."""
        return self._list(m.Eligibility, "my_eligibilities")

    def my_assignments(self) -> AsyncPager[m.Assignment]:
        """What the caller holds now."""
        return self._list(m.Assignment, "my_assignments")

    def pending_approvals(self) -> AsyncPager[m.Request]:
        """The requests that wait for the caller's decision."""
        return self._list(m.Request, "pending_approvals")

    def reviews(
        self, *, view: View | str = View.EVERYONE, continuation: str | None = None
    ) -> AsyncPager[m.AccessReview]:
        """Access reviews: everybody's, or those that the caller reviews in (`view="for_my_decision"`)."""
        return self._list(m.AccessReview, "reviews", view=view, **_from(continuation))

    def rounds(self, review: str, *, continuation: str | None = None) -> AsyncPager[m.ReviewRound]:
        """The rounds of a review."""
        return self._list(m.ReviewRound, "rounds", review=review, **_from(continuation))

    def items(self, round: m.RoundKey, *, continuation: str | None = None) -> AsyncPager[m.ReviewItem]:
        """What is to be decided, or was, in a round."""
        return self._list(m.ReviewItem, "items", round=round, **_from(continuation))

    def users(self, *, ids: Iterable[str] = (), continuation: str | None = None) -> AsyncPager[m.User]:
        """People: these, as far as they exist, or all."""
        return self._list(m.User, "users", query={"ids": list(ids)}, **_from(continuation))

    def groups(self, *, continuation: str | None = None) -> AsyncPager[m.Group]:
        """Every group."""
        return self._list(m.Group, "groups", **_from(continuation))

    def memberships(self, *, group: str | None = None, continuation: str | None = None) -> AsyncPager[m.Membership]:
        """Who is in which group: of one, or of all."""
        return self._list(m.Membership, "memberships", query={"group": group}, **_from(continuation))

    def service_principals(self, *, continuation: str | None = None) -> AsyncPager[m.ServicePrincipal]:
        """Applications in the tenant."""
        return self._list(m.ServicePrincipal, "service_principals", **_from(continuation))

    def units(self, *, continuation: str | None = None) -> AsyncPager[m.AdministrativeUnit]:
        """Administrative units."""
        return self._list(m.AdministrativeUnit, "units", **_from(continuation))

    def skus(self, *, continuation: str | None = None) -> AsyncPager[m.Sku]:
        """The licences that were bought."""
        return self._list(m.Sku, "skus", **_from(continuation))

    def audit(
        self,
        *,
        start: datetime | None = None,
        until: datetime | None = None,
        service: AuditService | str | None = None,
        activity: str | None = None,
        actor: str | None = None,
        continuation: str | None = None,
    ) -> AsyncPager[m.AuditRecord]:
        """Audit records written at or after `start` and before `until`."""
        query = {"from": start, "until": until, "service": service, "activity": activity, "actor": actor}
        return self._list(m.AuditRecord, "audit", query=query, **_from(continuation))

    def sign_ins(
        self,
        *,
        start: datetime | None = None,
        until: datetime | None = None,
        principal: str | None = None,
        continuation: str | None = None,
    ) -> AsyncPager[m.SignIn]:
        """Sign-ins at or after `start` and before `until`."""
        query = {"from": start, "until": until, "principal": principal}
        return self._list(m.SignIn, "sign_ins", query=query, **_from(continuation))

    def conditional_access(self, *, continuation: str | None = None) -> AsyncPager[m.ConditionalAccessPolicy]:
        """Conditional Access policies."""
        return self._list(m.ConditionalAccessPolicy, "conditional_access", **_from(continuation))

    def contexts(self, *, continuation: str | None = None) -> AsyncPager[m.AuthenticationContext]:
        """Authentication contexts."""
        return self._list(m.AuthenticationContext, "contexts", **_from(continuation))

    def locations(self, *, continuation: str | None = None) -> AsyncPager[m.NamedLocation]:
        """Named locations."""
        return self._list(m.NamedLocation, "locations", **_from(continuation))

    def alerts(self, *, continuation: str | None = None) -> AsyncPager[m.Alert]:
        """PIM's own alerts."""
        return self._list(m.Alert, "alerts", **_from(continuation))

    def incidents(self, alert: AlertKind | str, *, continuation: str | None = None) -> AsyncPager[m.AlertIncident]:
        """What an alert found."""
        return self._list(m.AlertIncident, "incidents", alert=alert, **_from(continuation))

    def packages(self, *, continuation: str | None = None) -> AsyncPager[m.AccessPackage]:
        """Access packages that carry privileges."""
        return self._list(m.AccessPackage, "packages", **_from(continuation))

    def package_assignments(self, *, continuation: str | None = None) -> AsyncPager[m.PackageAssignment]:
        """Who was given which package."""
        return self._list(m.PackageAssignment, "package_assignments", **_from(continuation))

    # --- the holder's own work ---

    async def activate(
        self,
        privilege: m.Privilege | str,
        *,
        justification: str | None = None,
        hours: float | None = None,
        duration: timedelta | None = None,
        ticket: m.Ticket | str | None = None,
        start: datetime | None = None,
        scope: str | None = None,
        using: str | None = None,
        dry_run: bool = False,
        timeout: timedelta = timedelta(minutes=2),
        on_exit: OnExit = "deactivate",
    ) -> AsyncActivation:
        """Asks to activate an eligibility of the caller's: for `hours` or `duration`, or for as long as the policy allows.

        The answer is a context manager: entered, it waits until the access is there, up to `timeout`; left, it ends the
        activation as `on_exit` says.

        :raises PolicyViolation: with every demand that is not met, in `violations`.
        :raises StepUpRequired: where a stronger sign-in is needed.
        """
        if on_exit not in ("deactivate", "wait", "leave"):
            raise InvalidInput("on_exit is 'deactivate', 'wait' or 'leave'")
        ask = {
            "privilege": await self._privilege(privilege, scope),
            "duration": _duration(hours, duration),
            "justification": justification,
            "ticket": _ticket(ticket),
            "start": start,
            "using": using,
            "dry_run": dry_run,
        }
        request = await self._call(m.Request, "activate", ask)
        return AsyncActivation(self, request, timeout, on_exit)

    async def deactivate(self, privilege: m.Privilege | str, *, scope: str | None = None) -> m.Request:
        """Ends one's own activation early. In its first five minutes the service refuses that."""
        what = await self._privilege(privilege, scope)
        return await self._call(m.Request, "deactivate", {"privilege": what})  # type: ignore[no-any-return]

    # --- administration ---

    async def assign(
        self,
        principal: str,
        privilege: m.Privilege | str,
        *,
        level: Level | str = Level.ELIGIBILITY,
        expiry: m.Expiry,
        start: datetime | None = None,
        justification: str | None = None,
        ticket: m.Ticket | str | None = None,
        scope: str | None = None,
        condition: m.Condition | None = None,
        dry_run: bool = False,
    ) -> m.Request:
        """Makes someone eligible, or with `level="assignment"` gives someone the privilege itself."""
        ask = await self._grant(level, principal, privilege, scope, start, justification, ticket, dry_run)
        ask |= {"expiry": _expiry(expiry), "condition": condition}
        return await self._call(m.Request, "assign", ask)  # type: ignore[no-any-return]

    async def update(
        self,
        principal: str,
        privilege: m.Privilege | str,
        *,
        level: Level | str = Level.ELIGIBILITY,
        expiry: m.Expiry,
        start: datetime | None = None,
        justification: str | None = None,
        ticket: m.Ticket | str | None = None,
        scope: str | None = None,
        condition: m.Condition | None = None,
        dry_run: bool = False,
    ) -> m.Request:
        """Changes the window, the reason or the condition of someone's grant."""
        ask = await self._grant(level, principal, privilege, scope, start, justification, ticket, dry_run)
        ask |= {"expiry": _expiry(expiry), "condition": condition}
        return await self._call(m.Request, "update", ask)  # type: ignore[no-any-return]

    async def revoke(
        self,
        principal: str,
        privilege: m.Privilege | str,
        *,
        level: Level | str = Level.ELIGIBILITY,
        justification: str | None = None,
        ticket: m.Ticket | str | None = None,
        scope: str | None = None,
        dry_run: bool = False,
    ) -> m.Request:
        """Takes a grant away."""
        ask = await self._grant(level, principal, privilege, scope, None, justification, ticket, dry_run)
        return await self._call(m.Request, "revoke", ask)  # type: ignore[no-any-return]

    async def extend(
        self,
        privilege: m.Privilege | str,
        *,
        principal: str | None = None,
        level: Level | str = Level.ELIGIBILITY,
        expiry: m.Expiry,
        start: datetime | None = None,
        justification: str | None = None,
        ticket: m.Ticket | str | None = None,
        scope: str | None = None,
        dry_run: bool = False,
    ) -> m.Request:
        """Prolongs a grant that has not ended. Without `principal` the caller asks for their own."""
        ask = await self._grant(level, principal, privilege, scope, start, justification, ticket, dry_run)
        return await self._call(m.Request, "extend", ask | {"expiry": _expiry(expiry)})  # type: ignore[no-any-return]

    async def renew(
        self,
        privilege: m.Privilege | str,
        *,
        principal: str | None = None,
        level: Level | str = Level.ELIGIBILITY,
        expiry: m.Expiry,
        start: datetime | None = None,
        justification: str | None = None,
        ticket: m.Ticket | str | None = None,
        scope: str | None = None,
        dry_run: bool = False,
    ) -> m.Request:
        """Grants again what has ended. Without `principal` the caller asks for their own."""
        ask = await self._grant(level, principal, privilege, scope, start, justification, ticket, dry_run)
        return await self._call(m.Request, "renew", ask | {"expiry": _expiry(expiry)})  # type: ignore[no-any-return]

    async def submit(self, request: m.NewRequest) -> m.Request:
        """Asks for exactly this."""
        return await self._call(m.Request, "submit", request)  # type: ignore[no-any-return]

    async def submit_all(self, requests: Iterable[m.NewRequest], *, in_flight: int = 4) -> list[m.Request | PimError]:
        """Asks for many, each judged by the guards. Answers in order, with a request or an error for each; nothing is sent
        twice, whatever goes wrong."""
        ask = {"requests": list(requests), "options": {"in_flight": in_flight}}
        return _outcomes(await self._call(Any, "submit_all", ask))

    async def assign_all(self, grants: Iterable[m.NewRequest], *, in_flight: int = 4) -> list[m.Request | PimError]:
        """Makes many grants; each is a :class:`NewRequest` whose action is `admin_assign`."""
        keep = ("level", "principal", "privilege", "start", "expiry", "justification", "ticket", "condition", "dry_run")
        asks = [{name: field for name, field in encode(grant).items() if name in keep} for grant in grants]
        return _outcomes(await self._call(Any, "assign_all", {"grants": asks, "options": {"in_flight": in_flight}}))

    async def administrators(self) -> m.Administrators:
        """Who administers the tenant whatever happens to PIM, read as the guards read it."""
        return await self._call(m.Administrators, "administrators")  # type: ignore[no-any-return]

    # --- requests ---

    async def get_request(self, key: m.RequestKey) -> m.Request:
        """A request as it is now."""
        return await self._call(m.Request, "get_request", {"key": key})  # type: ignore[no-any-return]

    async def cancel(self, key: m.RequestKey) -> None:
        """Withdraws a request that waits."""
        await self._call(Any, "cancel", {"key": key})

    async def wait_for(self, key: m.RequestKey, condition: Condition, timeout: timedelta) -> m.Observed:
        """Waits until access is there (`active`), it is decided, or it has ended; and not for a word of the service.

        :raises Timeout: when it is not in time; the request stands.
        :raises InvalidTransition: when it can't come to be any more.
        """
        ask = {"key": key, "condition": condition, "deadline": timeout}
        return await self._call(m.Observed, "wait_for", ask)  # type: ignore[no-any-return]

    # --- approvals ---

    async def get_approval(self, key: m.ApprovalKey) -> m.Approval:
        """An approval with its stages."""
        return await self._call(m.Approval, "get_approval", {"key": key})  # type: ignore[no-any-return]

    async def approve(self, approval: m.ApprovalKey | m.Request, justification: str | None = None) -> None:
        """Says yes, at the stage that is open. A request that needs approval will do for its key."""
        await self._call(Any, "approve", {"key": _approval(approval), "justification": justification})

    async def deny(self, approval: m.ApprovalKey | m.Request, justification: str | None = None) -> None:
        """Says no, at the stage that is open. A request that needs approval will do for its key."""
        await self._call(Any, "deny", {"key": _approval(approval), "justification": justification})

    # --- settings ---

    async def policy(self, privilege: m.Privilege | str) -> m.Policy:
        """The settings that govern a privilege."""
        return await self._call(m.Policy, "policy", {"privilege": await self._privilege(privilege)})  # type: ignore[no-any-return]

    async def update_policy(self, privilege: m.Privilege | str, rules: Iterable[m.Rule]) -> m.Policy:
        """Writes these rules, leaves the others alone, and answers with what the service then holds."""
        ask = {"privilege": await self._privilege(privilege), "rules": list(rules)}
        return await self._call(m.Policy, "update_policy", ask)  # type: ignore[no-any-return]

    # --- reviews ---

    async def get_review(self, review: str) -> m.AccessReview:
        """A review."""
        return await self._call(m.AccessReview, "get_review", {"review": review})  # type: ignore[no-any-return]

    async def create_review(self, review: m.NewReview) -> m.AccessReview:
        """Schedules a review."""
        return await self._call(m.AccessReview, "create_review", review)  # type: ignore[no-any-return]

    async def delete_review(self, review: str) -> None:
        """Deletes a review with its rounds."""
        await self._call(Any, "delete_review", {"review": review})

    async def record(self, round: m.RoundKey, verdicts: Iterable[m.NewVerdict]) -> None:
        """Records what the caller decides."""
        await self._call(Any, "record", {"round": round, "verdicts": list(verdicts)})

    async def stop(self, round: m.RoundKey) -> None:
        """Ends a round before its time."""
        await self._call(Any, "stop", {"round": round})

    async def apply(self, round: m.RoundKey) -> None:
        """Applies what was decided."""
        await self._call(Any, "apply", {"round": round})

    async def reset(self, round: m.RoundKey) -> None:
        """Forgets what was decided in a round that runs."""
        await self._call(Any, "reset", {"round": round})

    async def remind(self, round: m.RoundKey) -> None:
        """Reminds the reviewers who have not answered."""
        await self._call(Any, "remind", {"round": round})

    # --- alerts ---

    async def change_alert(
        self, alert: AlertKind | str, change: m.AlertThresholds | Literal["refresh", "dismiss"]
    ) -> None:
        """Has an alert look again, puts it away, or sets what makes it fire."""
        wire = {"configure": change} if isinstance(change, m.AlertThresholds) else change
        await self._call(Any, "change_alert", {"alert": alert, "change": wire})

    # --- governance ---

    def guarding(self, safeguards: m.Safeguards) -> AsyncClient:
        """The same access with more protected, such as what a plan rests on. Nothing that is protected ceases to be."""
        return AsyncClient(self._open().guarding(dumps(safeguards)))

    async def discover(
        self,
        *,
        sources: Iterable[str] | None = None,
        concurrency: int | None = None,
        activations: timedelta | None = None,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> Snapshot:
        """Reads the tenant. A source that can't be read is told in the snapshot's coverage and does not stop the others.

        :param sources: which; all but the whole audit log (`operations`) unless named.
        :param concurrency: how many sources at once.
        :param activations: how far back to look in the audit log for activations.
        :param on_progress: told how far it is, between reads; what it raises is raised here at the end.
        """
        asked = {
            "sources": None if sources is None else list(sources),
            "concurrency": concurrency,
            "activations": activations,
        }
        observe = None if on_progress is None else lambda fact: on_progress(Progress(**json.loads(fact))) and None
        return Snapshot(await NativeTenant.discover_async(self._open(), dumps(asked), observe))

    async def rehearse(self, plan: Plan, *, dry_run: bool = False) -> Outcome:
        """Tries a plan: what would be done, and what no longer fits. With `dry_run` the service judges each grant without effect."""
        text = f'{{"plan":{_text_of(plan)},"dry_run":{json.dumps(dry_run)}}}'
        return Outcome(await act_async("rehearse", text, [self._open()], None))

    async def apply_plan(
        self,
        plan: Plan,
        *,
        journal: str | os.PathLike[str] | None = None,
        concurrency: int | None = None,
        up_to_wave: int | None = None,
        settle: timedelta | None = None,
        approval: ApprovalDemand | None = None,
        on_progress: Callable[[dict[str, Any]], bool | None] | None = None,
    ) -> Outcome:
        """Carries out a plan, and writes down in a journal what is intended and what came of it.

        The client must protect what the plan rests on: `client.guarding(plan.safeguards).apply_plan(plan)`. Applying it a second
        time changes nothing. Ctrl-C and cancelling stop it at once; the journal tells where to go on.

        :param journal: a new file, from which a run that broke off goes on and is taken back; without it neither can be.
        :param concurrency: how many steps at once; eight unless said.
        :param up_to_wave: only the waves up to this one, counted from zero.
        :param settle: how long to look for the effect of a step.
        :param approval: whose approval is demanded.
        :param on_progress: told of each wave and step, as mappings; where it answers `False`, nothing more is begun.
        :raises PermissionDenied: with a code `Apply.…`, before anything is sent.
        """
        options = _options(concurrency, up_to_wave, settle, approval)
        where = None if journal is None else os.fspath(journal)
        text = f'{{"plan":{_text_of(plan)},"journal":{json.dumps(where)},"options":{options}}}'
        return Outcome(await act_async("apply", text, [self._open()], _observer(on_progress)))

    async def resume_plan(
        self,
        journal: str | os.PathLike[str],
        *,
        concurrency: int | None = None,
        up_to_wave: int | None = None,
        settle: timedelta | None = None,
        approval: ApprovalDemand | None = None,
        on_progress: Callable[[dict[str, Any]], bool | None] | None = None,
    ) -> Outcome:
        """Goes on with what a journal tells of. What was about to be sent is looked for, and nothing is sent twice."""
        options = _options(concurrency, up_to_wave, settle, approval)
        text = f'{{"journal":{json.dumps(os.fspath(journal))},"options":{options}}}'
        return Outcome(await act_async("resume", text, [self._open()], _observer(on_progress)))

    async def undo_plan(
        self,
        done: str | os.PathLike[str],
        *,
        journal: str | os.PathLike[str],
        concurrency: int | None = None,
        settle: timedelta | None = None,
        approval: ApprovalDemand | None = None,
        on_progress: Callable[[dict[str, Any]], bool | None] | None = None,
    ) -> Outcome:
        """Takes back what the run of a journal did, and writes that down in a new one. What somebody changed since is left alone."""
        options = _options(concurrency, None, settle, approval)
        paths = f'"done":{json.dumps(os.fspath(done))},"journal":{json.dumps(os.fspath(journal))}'
        return Outcome(
            await act_async("undo", f'{{{paths},"options":{options}}}', [self._open()], _observer(on_progress))
        )

    async def watch(self, since: datetime) -> Any:
        """Activations that went wrong since then, by reason and person: a mapping."""
        return json.loads(await act_async("watch", dumps({"since": since}), [self._open()], None))

    async def _grant(
        self,
        level: Level | str,
        principal: str | None,
        privilege: m.Privilege | str,
        scope: str | None,
        start: datetime | None,
        justification: str | None,
        ticket: m.Ticket | str | None,
        dry_run: bool,
    ) -> dict[str, Any]:
        return {
            "level": level,
            "principal": None if principal is None else await self._principal(principal),
            "privilege": await self._privilege(privilege, scope),
            "start": start,
            "justification": justification,
            "ticket": _ticket(ticket),
            "dry_run": dry_run,
        }


def _text_of(plan: Plan) -> str:
    if not isinstance(plan, Plan):
        raise InvalidInput(f"plan: what Snapshot.plan or Plan.load gives, not {type(plan).__name__}")
    return plan.to_json()


def _options(
    concurrency: int | None, up_to_wave: int | None, settle: timedelta | None, approval: ApprovalDemand | None
) -> str:
    demanded = None if approval is None else approval._wire()
    return dumps({"concurrency": concurrency, "up_to_wave": up_to_wave, "settle": settle, "approval": demanded})


def _observer(tell: Callable[[dict[str, Any]], bool | None] | None) -> Callable[[str], object] | None:
    if tell is None:
        return None
    return lambda fact: tell(json.loads(fact)) is not False


def _from(continuation: str | None) -> dict[str, str]:
    return {} if continuation is None else {"from": continuation}


def _duration(hours: float | None, duration: timedelta | None) -> timedelta | None:
    if hours is None:
        return duration
    if duration is not None:
        raise InvalidInput("hours and duration say the same: give one of them")
    try:
        return timedelta(hours=hours)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput("hours is a number, such as 2 or 1.5") from None


def _expiry(value: m.Expiry) -> Any:
    if value is None:
        raise InvalidInput("say when it ends: a datetime, a timedelta, or 'never'")
    return expiry(value)


def _ticket(ticket: m.Ticket | str | None) -> m.Ticket | None:
    return m.Ticket(number=ticket) if isinstance(ticket, str) else ticket


def _approval(of: m.ApprovalKey | m.Request) -> m.ApprovalKey:
    if isinstance(of, m.Request):
        if of.approval is None:
            raise InvalidInput("this request needs no approval")
        return m.ApprovalKey(id=of.approval, privilege=of.asked.privilege)
    return of


def _outcomes(told: list[dict[str, Any]]) -> list[m.Request | PimError]:
    def one(outcome: dict[str, Any]) -> m.Request | PimError:
        if "request" in outcome:
            return decode(m.Request, outcome["request"])
        known = dict(outcome["error"])
        message = known.pop("message")
        return KINDS.get(known.pop("kind"), PimError)(message, **known)

    return [one(outcome) for outcome in told]
