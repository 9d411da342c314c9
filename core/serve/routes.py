"""The routes: OpenAI's, the simple ones, and the page for a phone. Knows no bot and no socket."""

import json
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from core.asking import Answer
from core.errors import Trouble
from core.replies import Piece, Reply
from core.serve import wishes
from core.serve.desk import Answerer, Desk, Full, Unknown
from core.serve.guard import Guard, Rules, refusal
from core.serve.phone import PAGE
from core.serve.wishes import Wish, Wrong

HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def application(answerer: Answerer, rules: Rules) -> Starlette:
    """The whole server as an ASGI application."""
    routes = Routes(answerer)
    listed = [
        Route("/v1/models", routes.models),
        Route("/v1/chat/completions", routes.chat, methods=["POST"]),
        Route("/v1/completions", routes.completion, methods=["POST"]),
        Route("/api/chat", routes.simple, methods=["POST"]),
        Route("/api/chat/stream", routes.simple_stream, methods=["POST"]),
    ]
    if "/" in rules.open_paths:
        listed.append(Route("/", routes.phone))
    return Starlette(
        routes=listed,
        middleware=[Middleware(Guard, rules)],
        exception_handlers={HTTPException: _http, Wrong: _wrong, Full: _full, Unknown: _unknown, Trouble: _trouble},
        lifespan=routes.lifespan,
    )


class Routes:
    """What each address does."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._desk: Desk | None = None

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        self._desk = Desk(self._answerer)
        try:
            yield
        finally:
            self._desk.close()

    @property
    def desk(self) -> Desk:
        assert self._desk is not None, "the server is not running"
        return self._desk

    async def models(self, request: Request) -> Response:
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": "you"} for name in await self.desk.models()]
        return JSONResponse({"object": "list", "data": listed}, headers=HEADERS)

    async def chat(self, request: Request) -> Response:
        return await self._answer(request, wishes.chat(await _fields(request)), ChatShape())

    async def completion(self, request: Request) -> Response:
        return await self._answer(request, wishes.completion(await _fields(request)), TextShape())

    async def simple(self, request: Request) -> Response:
        return await self._answer(request, wishes.simple(await _fields(request), stream=False), SimpleShape())

    async def simple_stream(self, request: Request) -> Response:
        return await self._answer(request, wishes.simple(await _fields(request), stream=True), SimpleShape())

    async def phone(self, request: Request) -> Response:
        policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
        return HTMLResponse(PAGE, headers={**HEADERS, "Content-Security-Policy": policy, "X-Frame-Options": "DENY"})

    async def _answer(self, request: Request, wish: Wish, shape: "Shape") -> Response:
        queue = self.desk.place()
        await queue.__aenter__()  # held until a stream has ended, which is after this function
        events = cut_at(self.desk.answer(wish.model, wish.ask), wish.stops)

        async def leave() -> None:
            await events.aclose()
            await queue.__aexit__(None, None, None)

        try:
            first = await anext(events)  # what goes wrong before the first word is an answer of its own
            if wish.stream:
                return StreamingResponse(
                    _streamed(first, events, shape, wish, leave), media_type="text/event-stream", headers=HEADERS
                )
            event = first
            while isinstance(event, Piece):
                if await request.is_disconnected():
                    raise ClientDisconnect
                event = await anext(events)
            whole = JSONResponse(shape.whole(wish, event), headers=HEADERS)
        except BaseException:
            await leave()
            raise
        await leave()
        return whole


async def _streamed(
    first: Piece | Answer,
    events: AsyncIterator[Piece | Answer],
    shape: "Shape",
    wish: Wish,
    leave: Callable[[], Any],
) -> AsyncIterator[str]:
    """Server-sent events. When the client leaves, this is closed, and the work with it."""
    try:
        for opening in shape.opening(wish):
            yield _event(opening)
        event = first
        while isinstance(event, Piece):
            yield _event(shape.piece(wish, event.text))
            event = await anext(events)
        for closing in shape.closing(wish, event):
            yield _event(closing)
        if shape.done:
            yield f"data: {shape.done}\n\n"
    finally:
        await leave()


async def cut_at(events: AsyncGenerator[Piece | Answer], stops: tuple[str, ...]) -> AsyncGenerator[Piece | Answer]:
    """The same events, ended before the first of `stops`. What may be the beginning of one waits."""
    said = sent = ""
    try:
        async for event in events:
            if isinstance(event, Piece) and not stops:
                yield event
                continue
            if isinstance(event, Answer):
                if len(said) > len(sent):
                    yield Piece(said[len(sent) :])
                yield event
                return
            said += event.text
            ends = [said.find(stop) for stop in stops if stop in said]
            if ends:
                text = said[: min(ends)]
                if len(text) > len(sent):
                    yield Piece(text[len(sent) :])
                yield Answer(reply=Reply(text, len(text.split()), 0.0, True, False))
                return
            safe = len(said) - max(_begun(said, stop) for stop in stops)
            if safe > len(sent):
                yield Piece(said[len(sent) : safe])
                sent = said[:safe]
    finally:
        await events.aclose()


def _begun(text: str, stop: str) -> int:
    """How many letters at the end of `text` may be the beginning of `stop`."""
    return next((n for n in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:n])), 0)


class Shape:
    """How an answer looks on the wire."""

    done = "[DONE]"

    def __init__(self) -> None:
        self.id = secrets.token_hex(12)
        self.created = int(time.time())

    def opening(self, wish: Wish) -> list[dict[str, Any]]:
        return []

    def piece(self, wish: Wish, text: str) -> dict[str, Any]:
        raise NotImplementedError

    def closing(self, wish: Wish, answer: Answer) -> list[dict[str, Any]]:
        raise NotImplementedError

    def whole(self, wish: Wish, answer: Answer) -> dict[str, Any]:
        raise NotImplementedError


class ChatShape(Shape):
    """OpenAI's chat.completion."""

    kind, prefix = "chat.completion", "chatcmpl"

    def _frame(self, wish: Wish, choice: dict[str, Any], *, chunk: bool) -> dict[str, Any]:
        kind = f"{self.kind}.chunk" if chunk else self.kind
        head = {"id": f"{self.prefix}-{self.id}", "object": kind, "created": self.created, "model": wish.model}
        return {**head, "choices": [{"index": 0, "logprobs": None, **choice}]}

    def opening(self, wish: Wish) -> list[dict[str, Any]]:
        return [self._frame(wish, {"delta": {"role": "assistant", "content": ""}, "finish_reason": None}, chunk=True)]

    def piece(self, wish: Wish, text: str) -> dict[str, Any]:
        return self._frame(wish, {"delta": {"content": text}, "finish_reason": None}, chunk=True)

    def closing(self, wish: Wish, answer: Answer) -> list[dict[str, Any]]:
        last = [self._frame(wish, {"delta": {}, "finish_reason": reason(answer)}, chunk=True)]
        if wish.usage:
            last.append({**self._frame(wish, {}, chunk=True), "choices": [], "usage": usage(answer)})
        return last

    def whole(self, wish: Wish, answer: Answer) -> dict[str, Any]:
        message = {"role": "assistant", "content": answer.reply.text}
        frame = self._frame(wish, {"message": message, "finish_reason": reason(answer)}, chunk=False)
        return {**frame, "usage": usage(answer)}


class TextShape(ChatShape):
    """OpenAI's text_completion, whose chunks are of the same kind."""

    kind, prefix = "text_completion", "cmpl"

    def _frame(self, wish: Wish, choice: dict[str, Any], *, chunk: bool) -> dict[str, Any]:
        return super()._frame(wish, choice, chunk=False)

    def opening(self, wish: Wish) -> list[dict[str, Any]]:
        return []

    def piece(self, wish: Wish, text: str) -> dict[str, Any]:
        return self._frame(wish, {"text": text, "finish_reason": None}, chunk=True)

    def closing(self, wish: Wish, answer: Answer) -> list[dict[str, Any]]:
        last = [self._frame(wish, {"text": "", "finish_reason": reason(answer)}, chunk=True)]
        if wish.usage:
            last.append({**self._frame(wish, {}, chunk=True), "choices": [], "usage": usage(answer)})
        return last

    def whole(self, wish: Wish, answer: Answer) -> dict[str, Any]:
        frame = self._frame(wish, {"text": answer.reply.text, "finish_reason": reason(answer)}, chunk=False)
        return {**frame, "usage": usage(answer)}


class SimpleShape(Shape):
    """{"text": …} for each piece, and at the end the whole reply with its sources."""

    done = ""

    def piece(self, wish: Wish, text: str) -> dict[str, Any]:
        return {"text": text}

    def closing(self, wish: Wish, answer: Answer) -> list[dict[str, Any]]:
        return [{**self.whole(wish, answer), "done": True}]

    def whole(self, wish: Wish, answer: Answer) -> dict[str, Any]:
        sources = [{"number": note.number, "title": note.title, "url": note.url} for note in answer.notes]
        return {
            "reply": answer.reply.text,
            "tokens": answer.reply.tokens,
            "seconds": round(answer.reply.seconds, 3),
            "sources": sources,
            "not_written_about": answer.unknown,
        }


def reason(answer: Answer) -> str:
    return "stop" if answer.reply.ended or answer.reply.stopped else "length"


def usage(answer: Answer) -> dict[str, int]:
    own = answer.reply.tokens
    return {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": own,
        "total_tokens": answer.prompt_tokens + own,
    }


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"


async def _fields(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":  # what a form of a page cannot send without asking first
        raise Wrong("content-type", "must be application/json")
    return wishes.body(await request.body())


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    return refusal(status, "There is nothing at this address, or not for this method.", "not_found")


async def _wrong(request: Request, error: Exception) -> Response:
    response = refusal(400, str(error), "invalid_value")
    return replace_param(response, error.field if isinstance(error, Wrong) else None)


def replace_param(response: JSONResponse, field: str | None) -> JSONResponse:
    content = json.loads(bytes(response.body))
    content["error"]["param"] = field
    return JSONResponse(content, response.status_code)


async def _full(request: Request, error: Exception) -> Response:
    return refusal(429, "Mynah is busy. Try again in a few seconds.", "busy")


async def _unknown(request: Request, error: Exception) -> Response:
    return refusal(404, "There is no model of this name. See /v1/models.", "model_not_found")


async def _trouble(request: Request, error: Exception) -> Response:
    return refusal(409, str(error), "trouble")
