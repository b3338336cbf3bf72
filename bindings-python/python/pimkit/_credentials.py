"""Tokens from whatever a program signs in with."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from typing import Any, Protocol

from ._errors import InvalidInput


class Credential(Protocol):
    """What azure-identity's credentials are, synchronous or asynchronous ones."""

    def get_token(self, *scopes: str, **options: Any) -> Any:
        """A token, or an awaitable of one: an object with `token` and `expires_on`."""
        ...


CredentialLike = Credential | Callable[[], Any] | str
"""A credential of azure-identity or of its form, a function that gives a token, or a token itself."""


class TokenSource:
    """Asks a credential; called by the native module, on a thread that may wait."""

    def __init__(self, credential: CredentialLike) -> None:
        self.failure: BaseException | None = None
        if isinstance(credential, str):
            self._ask: Callable[[list[str], str | None], Any] = lambda scopes, claims: credential
        elif hasattr(credential, "get_token"):
            self._ask = _asked(credential)
        elif callable(credential):
            function = credential
            self._ask = lambda scopes, claims: function()
        else:
            raise InvalidInput(
                "a credential is an object with get_token (such as azure-identity's), a function that gives a token, or a token"
            )

    def __call__(self, scopes: list[str], claims: str | None) -> tuple[str, int | None]:
        try:
            answer = self._ask(scopes, claims)
            if inspect.isawaitable(answer):
                answer = _loop().run(answer)
            return _token(answer)
        except BaseException as error:
            self.failure = error
            raise


def _asked(credential: Any) -> Callable[[list[str], str | None], Any]:
    try:
        takes = inspect.signature(credential.get_token).parameters.values()
        anything = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in takes)
        known = {one.name for one in takes}
    except (TypeError, ValueError):
        anything, known = True, set()

    def ask(scopes: list[str], claims: str | None) -> Any:
        options: dict[str, Any] = {}
        if anything or "enable_cae" in known:
            options["enable_cae"] = True
        if claims is not None and (anything or "claims" in known):
            options["claims"] = claims
        return credential.get_token(*scopes, **options)

    return ask


def _token(answer: Any) -> tuple[str, int | None]:
    if isinstance(answer, str):
        return answer, None
    token, ends = getattr(answer, "token", None), getattr(answer, "expires_on", None)
    if not isinstance(token, str):
        raise TypeError("a token is a text, or an object with `token` and `expires_on`")
    return token, None if ends is None else int(ends)


class _Loop:
    """One event loop for asynchronous credentials, whose connections belong to the loop that they were made on."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="pimkit-credentials", daemon=True).start()

    def run(self, answer: Any) -> Any:
        async def wait() -> Any:
            return await answer

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result()


_lock = threading.Lock()
_shared: _Loop | None = None


def _loop() -> _Loop:
    global _shared
    with _lock:
        if _shared is None:
            _shared = _Loop()
        return _shared
