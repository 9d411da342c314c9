"""Who may speak to the server: this computer, with the token, from no page of anybody else. Knows no bot.

A page in a browser can send requests to programs on the same computer. It cannot choose the Host and Origin that the
browser writes, and it does not know the token: so each of the three is asked for, on every route, reading included.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY: Final = 1 << 20  # bytes of a request: a long talk is a tenth of it
BEARER: Final = "bearer "
CLOSE: Final = (b"connection", b"close")  # or the rest of a body that nobody wants is read to its end


@dataclass(frozen=True, slots=True)
class Rules:
    """`hosts` are what a request may be addressed to, with the port; `open_paths` are pages that hold nothing."""

    token: str
    hosts: frozenset[str]
    open_paths: frozenset[str] = frozenset()


def hosts(names: Iterable[str], port: int) -> frozenset[str]:
    """What an honest client writes as Host."""
    return frozenset(f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in names)


class TooLarge(Exception):
    """A body above the cap. Never leaves this file."""


class Guard:
    """Asked before any route. What is refused reads no body and starts no work."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app, self._rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no route speaks anything else
            await send({"type": "websocket.close", "code": 1008})
            return
        refused = self._refused(scope)
        if refused is not None:
            refused.raw_headers.append(CLOSE)
            await refused(scope, receive, send)
            return
        await self._with_a_cap(scope, receive, send)

    def _refused(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope)
        if headers.one("host").lower() not in self._rules.hosts:
            return refusal(403, "This address is not one that Mynah answers to.")
        origin = headers.one("origin")
        if headers.count("origin") and origin.removeprefix("http://").lower() not in self._rules.hosts:
            return refusal(403, "Pages of other sites may not talk to Mynah.")
        if headers.one("sec-fetch-site") not in ("", "same-origin", "none"):
            return refusal(403, "Pages of other sites may not talk to Mynah.")
        if scope["path"] in self._rules.open_paths and scope["method"] in ("GET", "HEAD"):
            return None
        given = headers.one("authorization")
        token = given[len(BEARER) :] if given[: len(BEARER)].lower() == BEARER else ""
        if not hmac.compare_digest(token.encode("latin-1", "replace"), self._rules.token.encode("ascii")):
            return refusal(401, "The token is missing or wrong.")
        length = headers.one("content-length")
        if length and (not length.isdecimal() or len(length) > 12 or int(length) > BODY):
            return refusal(413, "The request is too large.")
        return None

    async def _with_a_cap(self, scope: Scope, receive: Receive, send: Send) -> None:
        read, begun, is_whole = 0, False, not has_body(scope)

        async def receive_some() -> Message:
            nonlocal read, is_whole
            message = await receive()
            read += len(message.get("body", b""))
            is_whole = is_whole or not message.get("more_body", False)
            if read > BODY:
                raise TooLarge
            return message

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and not is_whole:
                message = {**message, "headers": [*message["headers"], CLOSE]}
            begun = True
            await send(message)

        try:
            await self._app(scope, receive_some, send_and_note)
        except TooLarge:
            if not begun:
                await refusal(413, "The request is too large.")(scope, receive, send_and_note)


def has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


class Headers:
    """The headers of a request; one that is given twice counts as none, as nobody honest does that."""

    def __init__(self, scope: Scope) -> None:
        self._all: list[tuple[bytes, bytes]] = scope["headers"]

    def count(self, name: str) -> int:
        return sum(key == name.encode("ascii") for key, _ in self._all)

    def one(self, name: str) -> str:
        found = [value for key, value in self._all if key == name.encode("ascii")]
        return found[0].decode("latin-1") if len(found) == 1 else ""


def refusal(status: int, why: str, code: str = "refused") -> JSONResponse:
    """An error as OpenAI's clients expect it. It never repeats what was sent."""
    kind = "invalid_request_error" if status != 429 else "rate_limit_error"
    error = {"message": why, "type": kind, "param": None, "code": code}
    headers = {"Retry-After": "5"} if status == 429 else {}
    return JSONResponse({"error": error}, status, headers)
