"""What may happen between an importer and a server: each fault as a change of the server's good answers."""

import gzip
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from core.corpus import Corpus
from core.documents import Document, Skipped
from core.errors import Trouble
from core.events import Note, drain, never
from core.paths import Project
from core.sources import AS_IT_IS, Choice
from importers.archive import UNWATCHED
from importers.members import Watch
from importers.peers import Peers
from importers.pull_web import import_address
from tests.fakes.seven import ALL, Way, words
from tests.fakes.site import Answer, Asked, FakeClock, Reply, connection, serving

Spoil: TypeAlias = Callable[[Asked, Reply], Reply]
NUMBERS: Final = {" ".join(words(n).split()): n for n in (*ALL, *range(1_000, 1_100))}
LATIN: Final = "windows-1252"
MINUTE: Final = Reply(b"", 429, {"Retry-After": "60"})
WEEKS: Final = Reply(b"", 429, {"Retry-After": "9999999"})
A_PAGE: Final = Reply(b"<html><body><h1>Nothing to see</h1><p>This page has moved.</p></body></html>")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the user gets: the posts by number, what is said, what was skipped and why."""

    came: tuple[int, ...]
    said: list[str]
    skipped: dict[str, str]
    stopped: bool
    sources: frozenset[str]


class Everything(dict[str, Answer]):
    """A table that has the same answer for every address."""

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        super().__init__()
        self._answer = answer

    def get(self, address: str, default: object = None) -> Answer:
        return self._answer


def well(_: Asked, good: Reply) -> Reply:
    return good


class Server:
    """The web of a way, whose every answer goes through `spoil`. Good answers that went out whole are counted."""

    def __init__(self, way: Way, answers: Mapping[str, Answer] | None = None) -> None:
        self.way = way
        self.spoil: Spoil = well
        self.answers = way.web() if answers is None else dict(answers)
        self.good = Counter[str]()
        self.clock = FakeClock()
        self.asked: list[str] = []

    def answer(self, asked: Asked) -> Reply:
        found = self.answers.get(asked.url, Reply(b"nothing here", 404))
        while callable(found):
            found = found(asked)
        good = found if isinstance(found, Reply) else Reply(found.encode() if isinstance(found, str) else found)
        shown = self.spoil(asked, good)
        self.good[f"{asked.url} {asked.body!r}"] += shown is good and good.status == 200
        return shown

    def run(
        self,
        home: Path,
        clock: FakeClock | None = None,
        choice: Choice = AS_IT_IS,
        watch: Watch = UNWATCHED,
        peers: Peers | None = None,
    ) -> "Outcome":
        """One import of what is typed, as it is told to the user."""
        hosts: dict[str, Answer] = {f"https://{urlsplit(address).hostname}/": "" for address in self.answers}
        with serving(hosts) as site:
            through = replace(connection(site, clock or self.clock), watch=watch)
            through = replace(through, peers=peers or through.peers)
            site.answers = Everything(self.answer)
            try:
                events, report = drain(import_address(self.way.typed, Project(home), never, choice, through))
            except Trouble as trouble:
                events, report = [], None
                said = [trouble.what, trouble.fix]
            else:
                said = [one.text for one in events if isinstance(one, Note)]
            finally:
                self.asked = [one.url for one in site.asked]
        if said[: len(self.way.told)] == [*self.way.told]:
            said = said[len(self.way.told) :]
        return Outcome(
            came=tuple(NUMBERS[" ".join(one.text.split())] for one in events if isinstance(one, Document)),
            said=said,
            skipped={one.key: one.reason for one in events if isinstance(one, Skipped)},
            stopped=report is None or report.stopped,
            sources=frozenset(one.source for one in events if isinstance(one, Document)),
        )

    def asked_twice(self) -> dict[str, int]:
        """Good answers that went out more than once; rules for programs are asked for in every import."""
        return {one: n for one, n in self.good.items() if n > 1 and "/robots.txt" not in one}


class Killed(BaseException):
    """What happens to a process at any moment."""


class Killing(FakeClock):
    """Kills at the nth pause."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def sleep(self, seconds: float) -> None:
        if len(self.slept) == self.after:
            raise Killed
        super().sleep(seconds)


def there(home: Path) -> list[int]:
    """The posts in the corpus, by number."""
    with Corpus(Project(home).corpus) as corpus:
        return sorted(NUMBERS[" ".join(one.text.split())] for one in corpus.documents())


# ---- faults


def once(bad: Callable[[Reply], Reply]) -> Callable[[], Spoil]:
    """Every address answers badly the first time."""

    def make() -> Spoil:
        seen = set[str]()

        def spoil(asked: Asked, good: Reply) -> Reply:
            is_first = asked.url not in seen
            seen.add(asked.url)
            return bad(good) if is_first else good

        return spoil

    return make


def from_then_on(address: str, bad: Spoil) -> Spoil:
    """Everything is bad as soon as `address` was asked for; with "" from the beginning."""
    begun = [not address]

    def spoil(asked: Asked, good: Reply) -> Reply:
        begun[0] |= asked.url == address
        return bad(asked, good) if begun[0] else good

    return spoil


def half(good: Reply) -> Reply:
    return replace(good, cut=len(good.body) // 2) if good.body else good


def reset(good: Reply) -> Reply:
    return replace(half(good), is_reset=True)


def packed(_: Asked, good: Reply) -> Reply:
    return replace(good, body=gzip.compress(good.body), headers={**good.headers, "Content-Encoding": "gzip"})


def kind_of(reply: Reply) -> str:
    return reply.headers.get("Content-Type", "text/html").partition(";")[0]


def called_latin(_: Asked, good: Reply) -> Reply:
    """Letters of UTF-8 that the server calls Latin-1."""
    return replace(good, headers={**good.headers, "Content-Type": f"{kind_of(good)}; charset=iso-8859-1"})


def called_utf8(_: Asked, good: Reply) -> Reply:
    """Letters of Windows that the server calls UTF-8; JSON has no others than UTF-8."""
    if kind_of(good) not in ("text/html", "text/plain"):
        return good
    body = good.body.replace(b" encoding='utf-8'", b"").decode().encode(LATIN)
    return replace(good, body=body, headers={**good.headers, "Content-Type": f"{kind_of(good)}; charset=utf-8"})


def shut(_: Asked, good: Reply) -> Reply:
    return Reply(b"Forbidden", 403)


def login(asked: Asked, good: Reply) -> Reply:
    return A_PAGE if "/login" in asked.url else Reply(b"", 302, {"Location": "/login?next=here"})
