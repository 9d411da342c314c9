"""Requests as they come over the wire, checked field by field, as what is asked of a bot. Knows no socket."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from core.asking import Ask
from core.replies import Sampling, Turn

LENGTH: Final = 4_096  # tokens that may be asked for
TURNS: Final = 1_000
STOPS: Final = 4
MODEL: Final = 200  # letters of a name
OWN_MODEL: Final = "mynah"


class Wrong(Exception):
    """A request that cannot be granted, and which field is why. What was sent is not repeated."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to ask of which model, and how to send it back."""

    model: str
    ask: Ask
    stream: bool
    stops: tuple[str, ...] = ()
    usage: bool = False  # in a stream too


def body(data: bytes) -> dict[str, Any]:
    """The JSON object in a request."""
    try:
        found = json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Wrong("body", "must be JSON in UTF-8") from error
    if not isinstance(found, dict):
        raise Wrong("body", "must be a JSON object")
    return found


def chat(fields: Mapping[str, Any]) -> Wish:
    """POST /v1/chat/completions."""
    said = fields.get("messages")
    if not isinstance(said, list) or not 0 < len(said) <= TURNS:
        raise Wrong("messages", f"must be a list of 1 to {TURNS} messages")
    persona = ""
    turns: list[Turn] = []
    for message in said:
        role, text = _message(message)
        if role in ("system", "developer"):
            persona = f"{persona}\n\n{text}".strip()
        else:
            turns.append(Turn("user" if role == "user" else "assistant", text))
    return _wish(fields, turns, persona=persona)


def completion(fields: Mapping[str, Any]) -> Wish:
    """POST /v1/completions."""
    prompt = fields.get("prompt")
    if isinstance(prompt, list) and len(prompt) == 1:
        prompt = prompt[0]
    if not isinstance(prompt, str):
        raise Wrong("prompt", "must be a text")
    return _wish(fields, [Turn("user", prompt)], mode="continue")


def simple(fields: Mapping[str, Any], *, stream: bool) -> Wish:
    """POST /api/chat and /api/chat/stream."""
    message, history = fields.get("message"), fields.get("history", [])
    if not isinstance(message, str):
        raise Wrong("message", "must be a text")
    if not isinstance(history, list) or len(history) > TURNS:
        raise Wrong("history", f"must be a list of up to {TURNS} messages")
    return _wish({**fields, "stream": stream}, [*_history(history), Turn("user", message)])


def _history(history: list[Any]) -> list[Turn]:
    """Messages, or pairs of what was said and answered."""
    turns: list[Turn] = []
    for each in history:
        if isinstance(each, list):
            if len(each) != 2 or not all(isinstance(text, str) for text in each):
                raise Wrong("history", "must hold messages, or pairs of texts")
            turns += [Turn("user", each[0]), Turn("assistant", each[1])]
        else:
            role, text = _message(each)
            turns.append(Turn("user" if role == "user" else "assistant", text))
    return turns


def _wish(fields: Mapping[str, Any], turns: list[Turn], *, persona: str = "", mode: str = "talk") -> Wish:
    model = fields.get("model", OWN_MODEL)
    if not isinstance(model, str) or not 0 < len(model) <= MODEL:
        raise Wrong("model", "must be the name of a model")
    if _number(fields, "n", 1, 1, 1) != 1:
        raise Wrong("n", "only one reply is given")
    if not turns or turns[-1].role != "user":
        raise Wrong("messages", "must end with a message of the user")
    options = fields.get("stream_options") or {}
    if not isinstance(options, dict):
        raise Wrong("stream_options", "must be an object")
    ask = Ask(turns=tuple(turns), mode="continue" if mode == "continue" else "talk", sampling=_sampling(fields),
              persona=persona, notes=_flag(fields, "notes", True))  # fmt: skip
    return Wish(model=model, ask=ask, stream=_flag(fields, "stream", False), stops=_stops(fields),
                usage=bool(options.get("include_usage")))  # fmt: skip


def _sampling(fields: Mapping[str, Any]) -> Sampling:
    usual = Sampling()
    length = fields.get("max_completion_tokens", fields.get("max_tokens"))
    return Sampling(
        temperature=_number(fields, "temperature", usual.temperature, 0, 5),
        top_k=int(_number(fields, "top_k", usual.top_k, 0, 1_000_000, whole=True)),
        top_p=_number(fields, "top_p", usual.top_p, 1e-6, 1),
        min_p=_number(fields, "min_p", usual.min_p, 0, 0.999),
        repetition=_number(fields, "repetition_penalty", usual.repetition, 1, 10),
        length=int(_number({"max_tokens": length}, "max_tokens", usual.length, 1, LENGTH, whole=True)),
        seed=None
        if fields.get("seed") is None
        else int(_number(fields, "seed", 0, -(2**63), 2**63 - 1, whole=True)) % 2**31,
    )


def _number(
    fields: Mapping[str, Any], name: str, usual: float, low: float, high: float, *, whole: bool = False
) -> float:
    value = fields.get(name)
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, (int, float)) or (whole and value != int(value)):
        raise Wrong(name, "must be a whole number" if whole else "must be a number")
    if not low <= value <= high or not math.isfinite(value):
        raise Wrong(name, f"must be between {low:g} and {high:g}")
    return value


def _flag(fields: Mapping[str, Any], name: str, usual: bool) -> bool:
    value = fields.get(name, usual)
    if value is None:
        return usual
    if not isinstance(value, bool):
        raise Wrong(name, "must be true or false")
    return value


def _stops(fields: Mapping[str, Any]) -> tuple[str, ...]:
    value = fields.get("stop")
    found = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(found, list) or len(found) > STOPS or not all(isinstance(text, str) and text for text in found):
        raise Wrong("stop", f"must be a text, or up to {STOPS} of them")
    return tuple(found)


def _message(message: Any) -> tuple[str, str]:
    if not isinstance(message, dict) or message.get("role") not in ("system", "developer", "user", "assistant"):
        raise Wrong("messages", "must have a role: system, user or assistant")
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, dict) else None for part in content]
        content = "".join(parts) if all(isinstance(part, str) for part in parts) else None  # type: ignore[arg-type]  # all are texts
    if not isinstance(content, str):
        raise Wrong("messages", "must have a text as their content")
    return str(message["role"]), content


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
