"""Our own replies, in the protocol of turns.py: `python -m core.bench.reply_worker KIND SHAPE NEW SECONDS`.

The weights are random and the ids too: speed does not depend on what they say.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO, TypeAlias

import torch

from core.bench.task import REPLYING
from core.bench.turns import PROMPT
from core.bench.worker import Weather, tell
from core.bot import Bot
from core.events import drain, never
from core.generate.reader import Reader
from core.models.decoder import Decoder
from core.models.packed import pack
from core.replies import Sampling
from core.shape import Shape

SHORT: Final = 64  # tokens of the prompt before a reply

Replier: TypeAlias = Callable[[Decoder, int], float]  # seconds of a whole reply of so many tokens


@dataclass(frozen=True, slots=True)
class Numbers:
    """Stands in for a tokenizer of any size: a letter is its number, and every id but the last is an "a"."""

    vocab: int

    @property
    def end(self) -> int:
        return self.vocab - 1

    def encode(self, text: str) -> list[int]:
        return [ord(letter) % self.vocab for letter in text]

    def decode_bytes(self, ids: Sequence[int]) -> bytes:
        return b"a" * sum(each != self.end for each in ids)

    def save(self, path: Path) -> None:
        """Nothing: nobody reads it again."""


def main(arguments: list[str]) -> int:
    kind, shape, new, seconds = arguments
    model, how = prepared(kind, REPLYING[shape]), say if kind == "chat" else likeliest
    answer(sys.stdin, sys.stdout, model, int(new), float(seconds), how)
    return 0


def prepared(kind: str, shape: Shape) -> Decoder:
    """The model in the form that `kind` names: "int8", "chat" (the same), "int4", "bf16" or "fp32"."""
    model = Decoder(shape).requires_grad_(False)
    model.initialise(1)
    match kind:
        case "int8" | "chat":
            return pack(model, 8)
        case "int4":
            return pack(model, 4)
        case "bf16":
            return model.to(torch.bfloat16)
        case _:
            return model


def answer(orders: TextIO, replies: TextIO, model: Decoder, new: int, seconds: float, reply: Replier) -> None:
    """Replies and readings of prompts for each "go", each kind `seconds` long or once; end with the orders."""
    reply(model, 8)
    tell(replies, {"ready": True})
    for _ in iter(orders.readline, ""):
        with Weather() as weather:
            times = [reply(model, new)]
            while sum(times) < seconds:
                times.append(reply(model, new))
        prompts = [read(model, PROMPT)]
        tell(
            replies,
            {"n": new, "times": times, "ptimes": prompts, "cpu": weather.own, "foreign": weather.foreign},
        )


def likeliest(model: Decoder, new: int) -> float:
    """Seconds of a whole reply: a prompt is read, then each token follows from the one before."""
    start, reader = time.perf_counter(), Reader(model)
    unread = torch.randint(model.shape.vocab, (SHORT,)).tolist()
    for _ in range(new):
        unread = [int(reader.read(unread).argmax())]
    return time.perf_counter() - start


def say(model: Decoder, new: int) -> float:
    """The same as people get it: from a bot, each id drawn with the usual settings, and as text."""
    start, bot = time.perf_counter(), Bot(model, Numbers(model.shape.vocab))
    drain(bot.reply("m" * (SHORT - 1), Sampling(length=new, seed=1), never))
    return time.perf_counter() - start


def read(model: Decoder, length: int) -> float:
    """Seconds until a prompt of so many tokens is read."""
    ids = torch.randint(model.shape.vocab, (length,)).tolist()
    start = time.perf_counter()
    Reader(model).read(ids)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
