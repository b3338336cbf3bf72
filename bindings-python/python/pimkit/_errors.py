"""Every error of the SDK.

One class for each kind, all below :class:`PimError`. The kind says what a caller can do about it; the rest is in attributes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar


@dataclass(frozen=True)
class Violation:
    """One demand of a policy that a request does not meet."""

    rule: str
    """Which demand: `eligibility`, `expiration`, `justification`, `mfa`, `ticketing`, `authentication_context`."""
    message: str
    """In plain words, with the remedy."""
    limit: str | None = None
    """The longest time allowed (ISO 8601), where that is what was exceeded."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


class PimError(Exception):
    """What went wrong, told by what can be done about it.

    Texts hold ids, and never names of people, justifications, tickets or tokens.
    """

    kind: ClassVar[str] = "unexpected"
    """The kind's name, the same in every language."""

    code: str | None
    """The service's own code, or that of a guard (`Guard.…`)."""
    retry_after: timedelta | None
    """After how long trying again can help; `None` where it can't."""
    exhausted: bool
    """Whether it was tried as often as allowed."""
    request_id: str | None
    """The id under which the service's support finds the call."""
    operation: str | None
    """The operation that failed."""
    violations: Sequence[Violation]
    """Every demand of the policy that was not met."""
    step_up: Any
    """The sign-in that is needed: `"mfa"`, `{"context": id}`, `{"claims": json}`, or `None`."""
    context: Sequence[tuple[str, str]]
    """Facts added on the way: ids, places in files."""

    def __init__(self, message: str, **known: Any) -> None:
        super().__init__(message)
        self.code = known.get("code")
        seconds = known.get("retry_after")
        self.retry_after = None if seconds is None else timedelta(seconds=seconds)
        self.exhausted = bool(known.get("exhausted"))
        self.request_id = known.get("request_id")
        self.operation = known.get("operation")
        self.violations = tuple(Violation(**violation) for violation in known.get("violations") or ())
        self.step_up = known.get("step_up")
        self.context = tuple((key, value) for key, value in known.get("context") or ())


class InvalidInput(PimError, ValueError):
    """An argument, a file or a field is wrong: mend it."""

    kind = "invalid_input"


class InvalidTransition(PimError):
    """The request's state does not allow the move: look at its state."""

    kind = "invalid_transition"


class PolicyViolation(PimError):
    """The role's policy forbids it: see `violations`."""

    kind = "policy_violation"


class NotFound(PimError, LookupError):
    """No such thing, or not visible yet."""

    kind = "not_found"


class AlreadyExists(PimError):
    """It is there already; nothing to do."""

    kind = "already_exists"


class Conflict(PimError):
    """Someone else was first, or the service's state contradicts: read again."""

    kind = "conflict"


class PermissionDenied(PimError, PermissionError):
    """The caller lacks a role or a permission, or a guard of this SDK said no (`code` begins with `Guard.`)."""

    kind = "permission_denied"


class Unauthenticated(PimError):
    """No valid sign-in: sign in again."""

    kind = "unauthenticated"


class StepUpRequired(PimError):
    """Stronger sign-in is needed: see `step_up`."""

    kind = "step_up_required"


class Throttled(PimError):
    """Too many requests: wait, see `retry_after`."""

    kind = "throttled"


class Timeout(PimError, TimeoutError):
    """The deadline passed."""

    kind = "timeout"


class Unavailable(PimError, ConnectionError):
    """The service or the way to it is down: try later."""

    kind = "unavailable"


class OutcomeUnknown(PimError):
    """A write was sent and its outcome could not be learned. It is not sent again: look before you do."""

    kind = "outcome_unknown"


class Unsupported(PimError, NotImplementedError):
    """This backend, surface or credential can't do it; nothing was sent."""

    kind = "unsupported"


class Malformed(PimError):
    """The service sent what can't be read."""

    kind = "malformed"


class Cancelled(PimError):
    """The caller gave up."""

    kind = "cancelled"


class Unexpected(PimError):
    """None of the others."""

    kind = "unexpected"


KINDS: dict[str, type[PimError]] = {
    error.kind: error
    for error in (
        InvalidInput,
        InvalidTransition,
        PolicyViolation,
        NotFound,
        AlreadyExists,
        Conflict,
        PermissionDenied,
        Unauthenticated,
        StepUpRequired,
        Throttled,
        Timeout,
        Unavailable,
        OutcomeUnknown,
        Unsupported,
        Malformed,
        Cancelled,
        Unexpected,
    )
}
"""Every kind and its class."""


def from_envelope(text: str) -> PimError:
    """The error that the native module tells of; it calls this."""
    known = json.loads(text)
    message = known.pop("message")
    return KINDS.get(known.pop("kind"), Unexpected)(message, **known)
