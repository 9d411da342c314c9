"""A real server on this computer, with somebody behind it who answers what he is told to."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from core.asking import Answer, Ask
from core.events import Stop, Work
from core.replies import Piece, Reply
from core.serve.running import Server

TOKEN = "t" * 43


@dataclass
class Parrot:
    """Says `words`, one a step, and remembers what it was asked. `hold` lets a test keep it at a word."""

    words: list[str] = field(default_factory=lambda: ["Hello", " there", ", you", "."])
    asked: list[Ask] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    def models(self) -> Sequence[str]:
        return ["mynah", "2026-01-01 00.00.00"]

    def work(self, model: str, ask: Ask, stop: Stop) -> Work[Answer]:
        if model not in self.models():
            raise KeyError(model)
        self.asked.append(ask)
        return self._work(stop)

    def _work(self, stop: Stop) -> Work[Answer]:
        written = list[str]()
        for word in self.words:
            if stop():
                break
            self.hold.wait(60)
            written.append(word)
            self.said.append(word)
            yield Piece(word)
        reply = Reply("".join(written), len(written), 0.1, len(written) == len(self.words), stop())
        return Answer(reply=reply, prompt_tokens=5)


@dataclass
class Running:
    """A server and who is behind it."""

    server: Server
    parrot: Parrot

    @property
    def address(self) -> str:
        return self.server.serving.address

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


Start = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[Start]:
    begun: list[Running] = []

    def started(*, phone: str = "", held: bool = False) -> Running:
        parrot = Parrot()
        if not held:
            parrot.hold.set()
        running = Running(Server(parrot, TOKEN, 0, phone=phone), parrot)
        running.server.start()
        begun.append(running)
        return running

    yield started
    for running in begun:
        running.parrot.hold.set()
        running.server.stop()
