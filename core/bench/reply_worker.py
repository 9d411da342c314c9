"""Our own replies, in the protocol of turns.py: `python -m core.bench.reply_worker KIND SHAPE NEW SECONDS`.

The weights are random and the ids too: speed does not depend on what they say.
"""

import sys
import time
from typing import Final, TextIO

import torch

from core.bench.task import REPLYING
from core.bench.turns import PROMPT
from core.bench.worker import Weather, tell
from core.generate.reader import Reader
from core.models.decoder import Decoder
from core.models.packed import pack
from core.shape import Shape

SHORT: Final = 64  # tokens of the prompt before a reply


def main(arguments: list[str]) -> int:
    kind, shape, new, seconds = arguments
    answer(sys.stdin, sys.stdout, prepared(kind, REPLYING[shape]), int(new), float(seconds))
    return 0


def prepared(kind: str, shape: Shape) -> Decoder:
    """The model in the form that `kind` names: "int8", "int4", "bf16" or "fp32"."""
    model = Decoder(shape).requires_grad_(False)
    model.initialise(1)
    match kind:
        case "int8":
            return pack(model, 8)
        case "int4":
            return pack(model, 4)
        case "bf16":
            return model.to(torch.bfloat16)
        case _:
            return model


def answer(orders: TextIO, replies: TextIO, model: Decoder, new: int, seconds: float) -> None:
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


def reply(model: Decoder, new: int) -> float:
    """Seconds of a whole reply: a prompt is read, then each token follows from the one before."""
    start, reader = time.perf_counter(), Reader(model)
    unread = torch.randint(model.shape.vocab, (SHORT,)).tolist()
    for _ in range(new):
        unread = [int(reader.read(unread).argmax())]
    return time.perf_counter() - start


def read(model: Decoder, length: int) -> float:
    """Seconds until a prompt of so many tokens is read."""
    ids = torch.randint(model.shape.vocab, (length,)).tolist()
    start = time.perf_counter()
    Reader(model).read(ids)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
