"""Our own replies, in the protocol of turns.py: `python -m core.bench.reply_worker KIND SHAPE NEW SECONDS`.

The weights are random and the ids too: speed does not depend on what they say.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path
from typing import Final, TextIO, TypeAlias

import torch

import resources
from core.asking import Answer, Ask
from core.bench.talking import KNOWN, Talking
from core.bench.task import REPLYING
from core.bench.turns import PROMPT
from core.bench.worker import Weather, tell
from core.bot import Bot
from core.corpus import Corpus
from core.documents import Document
from core.events import Work, never
from core.generate.choose import choose
from core.generate.reader import Reader
from core.judge.copies import Copies, Original
from core.models.decoder import Decoder
from core.models.packed import pack, to_answer
from core.replies import Piece, Sampling, Turn
from core.shape import Shape
from core.talk import answer as answered
from core.voice import Voice

LIKELIEST: Final = Sampling(temperature=0, repetition=1.0)
SHORT: Final = 64  # tokens of the prompt before a reply
QUESTION: Final = (
    "What did you think about running after a hat in the windy day"  # so many letters, with what is around them
)

Replier: TypeAlias = Callable[[Decoder, int], tuple[float, float]]  # seconds of so many tokens, and until the first


@dataclass(frozen=True, slots=True)
class Numbers:
    """Stands in for a tokenizer of any size: a letter is its number, and every id but the last is a short word."""

    vocab: int

    @property
    def end(self) -> int:
        return self.vocab - 1

    def encode(self, text: str) -> list[int]:
        return [ord(letter) % self.vocab for letter in text]

    def decode_bytes(self, ids: Sequence[int]) -> bytes:
        return b"so, " * sum(each != self.end for each in ids)

    def save(self, path: Path) -> None:
        """Nothing: nobody reads it again."""


def main(arguments: list[str]) -> int:
    kind, shape, new, seconds = arguments
    model = prepared(kind, REPLYING[shape])
    usual: Replier = Saying() if kind == "chat" else likeliest
    usual = next((Talking(Numbers(model.shape.vocab), known) for known in KNOWN if known == kind), usual)
    with metered() if kind == "metered" else nullcontext(usual) as how:
        answer(sys.stdin, sys.stdout, model, int(new), float(seconds), how)
    return 0


def prepared(kind: str, shape: Shape) -> Decoder:
    """The model in the form that `kind` names: "int8", "int4", "bf16" or "fp32", or that of a bot."""
    model = Decoder(shape).requires_grad_(False)
    model.initialise(1)
    match kind:
        case "chat" | "metered" | "anew" | "later" | "ahead":
            return to_answer(model)
        case "int8":
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
            taken = [reply(model, new)]
            while sum(whole for whole, _ in taken) < seconds:
                taken.append(reply(model, new))
        prompts = [read(model, PROMPT)]
        tell(
            replies,
            {
                "n": new,
                "times": [whole for whole, _ in taken],
                "firsts": [first for _, first in taken],
                "ptimes": prompts,
                "cpu": weather.own,
                "foreign": weather.foreign,
            },
        )


def likeliest(model: Decoder, new: int) -> tuple[float, float]:
    """A whole reply: a prompt is read, then each token follows from the one before."""
    start, reader, generator, first = time.perf_counter(), Reader(model), torch.Generator(), 0.0
    unread = torch.randint(model.shape.vocab, (SHORT,)).tolist()
    for _ in range(new):
        unread = [choose(reader.read(unread), (), LIKELIEST, generator)]
        first = first or time.perf_counter() - start
    return time.perf_counter() - start, first


class Follower(Bot):
    """Has notes looked up, as bots that can follow them do; without a template it never reads them, so that its reply
    stays the same."""

    @property
    def follows(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Saying:
    """The same as people get it: a talk with a bot, each id drawn with the usual settings, and as text; with a corpus
    also notes and sources, the voice in the reply, and what of it was copied."""

    corpus: Path | None = None
    copies: Copies | None = None

    def __call__(self, model: Decoder, new: int) -> tuple[float, float]:
        bot, known = Follower(model, Numbers(model.shape.vocab)), some_voice(model.shape) if self.corpus else None
        ask = Ask(turns=(Turn("user", QUESTION),), sampling=Sampling(length=new, seed=1))
        start = time.perf_counter()
        first, answer = until_first(answered(bot, ask, self.corpus, never, known=known), start)
        if self.copies is not None:
            self.copies.find(answer.reply.text)
        return time.perf_counter() - start, first


def until_first(work: Work[Answer], start: float) -> tuple[float, Answer]:
    """Seconds until the first piece of an answer, and the answer."""
    first = 0.0
    while True:
        try:
            event = next(work)
        except StopIteration as done:
            return first, done.value
        if isinstance(event, Piece):
            first = first or time.perf_counter() - start


@contextmanager
def metered() -> Iterator[Saying]:
    """A talk about the bundled essays."""
    with tempfile.TemporaryDirectory() as folder, as_file(resources.sample_corpus()) as essays:
        texts = {path.stem: path.read_text("utf-8") for path in sorted(essays.rglob("*.md"))}
        place = Path(folder) / "corpus.sqlite"
        with Corpus(place) as corpus:
            corpus.add_all(Document(source="essays", key=name, title=name, text=text) for name, text in texts.items())
        yield Saying(place, Copies(Original(name, text) for name, text in texts.items()))


def some_voice(shape: Shape) -> Voice:
    """A voice of the right size, half-way up."""
    return Voice(
        layer=shape.layers // 2,
        direction=(shape.width**-0.5,) * shape.width,
        base=0.0,
        mine=1.0,
        deviation=1.0,
        floor=0.0,
        told_apart=1.0,
    )


def read(model: Decoder, length: int) -> float:
    """Seconds until a prompt of so many tokens is read."""
    ids = torch.randint(model.shape.vocab, (length,)).tolist()
    start = time.perf_counter()
    Reader(model).read(ids)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
