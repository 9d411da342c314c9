"""The web: which importer reads an address, what an importer of the web is, and its items in steps. Knows no service.

An importer is given an address and a `Web` to ask through. Pages it cannot get are skips; a host that wants to be
left alone ends the import for today, and the next one goes on from what was kept.
"""

import re
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from core.documents import Document, Item, Skipped
from core.errors import NetworkTrouble, Trouble, WrongFile
from core.events import Note, Progress, Stop, Work, changed
from core.sources import AS_IT_IS, Choice, Guide, People
from importers.answers import Answers
from importers.archive import UNWATCHED
from importers.base import Ahead, Step
from importers.fetch import LEFT_OUT, Fetcher, Room, Rules, Waiting, checked, joined
from importers.intake import who
from importers.members import Stopped, Watch
from importers.pace import Clock
from importers.page import Page, Parked, Unreached
from importers.peers import Peers
from importers.robots import Robots

SCHEME: Final = re.compile(r"https?://", re.IGNORECASE)
HOST: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?|localhost:\d+(?:/\S*)?", re.IGNORECASE)
HANDLE: Final = re.compile(r"@?[\w.-]+@(?:[\w-]+\.)+[a-z]{2,}|@[\w.-]{2,}", re.IGNORECASE)
SAID: Final = re.compile(r"(?:hn|bsky|bluesky|mastodon|youtube|medium|wayback):\S+", re.IGNORECASE)
FILES: Final = re.compile(
    r".*\.(?:md|markdown|txt|html?|docx?|odt|rtf|epub|pdf|zip|tar|t?gz|csv|jsonl?|xml|mbox|eml|vtt|srt|js|db|org|car)"
)
LOOKED_AT: Final = 40  # items that a survey reads; what it says of all the others is reckoned from these
ASKED: Final = 12  # pages that it asks for, when that gives anything: about as many seconds
TOGETHER: Final = 20  # items in one step
MOST: Final = 500_000  # items of one address: whoever shows more makes them up while we ask
GONE: Final = "Nobody answers at {} any more. Looking for copies in the Internet Archive, which is slow."
TOO_MUCH: Final = "This address shows more than {:,} items, and perhaps has no end. What was read until then stays."
FRAME: Final = 2.0  # seconds that a step may take to fill: each is one write to the disk


@dataclass(frozen=True, slots=True)
class Web:
    """What an importer of the web is handed: a way to ask, and nothing else."""

    fetcher: Fetcher
    choice: Choice = AS_IT_IS

    def get(
        self,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        room: Room | None = None,
        version: str = "",
        service: bool = False,
    ) -> Work[Page]:
        """See Fetcher.get."""
        return self.fetcher.get(address, headers=headers, body=body, room=room, version=version, service=service)

    def robots(self, address: str) -> Work[Robots]:
        return self.fetcher.robots(address)


Reading: TypeAlias = Work[None]  # yields Document, Skipped, Ahead, People, Note, Waiting


class WebImporter(Protocol):
    """Turns what is behind an address into documents, the newest first."""

    @property
    def guide(self) -> Guide: ...

    def can_read(self, address: str) -> bool:
        """Whether an address, or a name such as @somebody@a.server, is its by its spelling alone."""
        ...

    def knows(self, page: Page) -> bool:
        """Whether a page, found at an address that says nothing, is its."""
        ...

    def read(self, address: str, web: Web) -> Reading:
        """Everything there. Yields People as soon as it is known who writes there, before the first Document."""
        ...


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach the web; tests bring servers and clocks of their own."""

    rules: Rules = field(default_factory=Rules)
    clock: Clock = field(default_factory=Clock)
    peers: Peers | None = None
    watch: Watch = UNWATCHED

    @contextmanager
    def web(self, address: str, store: Path | None, choice: Choice, stop: Stop) -> Generator[Web, None, None]:
        """A Web for one import of `address`, whose answers are kept at `store` until it is done."""
        kept = Answers(store, lambda: self.clock.now().timestamp())
        fetcher = Fetcher(kept, self.rules, self.clock, stop=stop, peers=self.peers, mine=choice.own_site)
        fetcher.watch = self.watch
        try:
            kept.begin(address)
            yield Web(fetcher, choice)
            kept.finish(address)
        except (NetworkTrouble, WrongFile) as error:
            if not isinstance(error.__cause__, (Parked, Unreached)) or not is_for_now(error.__cause__):
                kept.abandon(address)
            raise
        finally:
            fetcher.close()
            kept.close()


def is_for_now(reason: Parked | Unreached) -> bool:
    """Whether it is only not now that a host answers: what it has answered before is good."""
    return isinstance(reason, Parked) or reason.is_gone


def is_address(words: str) -> bool:
    """Whether somebody who typed this means something on the web, and not a file."""
    words = words.strip()
    if SCHEME.match(words) or SAID.fullmatch(words) or HANDLE.fullmatch(words):
        return True
    return HOST.fullmatch(words) is not None and not FILES.fullmatch(words.lower())


def whole(words: str) -> str:
    """An address as it was typed, with what is left out when people type: the scheme. Names stay names."""
    words = words.strip()
    bare = not SCHEME.match(words) and HOST.fullmatch(words)
    return f"https://{words}" if bare else words


def steps(words: str, web: Web, importers: tuple[WebImporter, ...]) -> Work[None]:
    """Everything at the address that was typed, as Steps, and what else there is to say on the way.

    Raises NetworkTrouble, WrongFile, WhoIsIt before the first Step; Stopped when the user or the host has had enough.
    """
    count = 0
    try:
        importer, address = yield from found_or_kept(words, web, importers)
        with closing(importer.read(address, web)) as reading:
            for event in gathered(reading, importer, web.choice):
                count += len(event.items) if isinstance(event, Step) else 0
                yield event
    except Parked as error:
        if not count:
            raise NetworkTrouble(error.sentence, fix="Nothing was lost.") from error
        yield Note(error.sentence)
        raise Stopped from error
    except Unreached as error:
        if not count:
            raise trouble(error) from error
        yield Note(f"{error.reason} What was read until then stays.")
        if error.is_gone:
            raise Stopped from error


def found_or_kept(words: str, web: Web, importers: tuple[WebImporter, ...]) -> Work[tuple[WebImporter, str]]:
    """The same as `found`; for a site that nobody answers for, whoever reads the copies that an archive keeps.

    The archive is told the address only then, and the user is told so.
    """
    try:
        return (yield from found(words, web, importers))
    except Unreached as error:
        kept = f"wayback:{SCHEME.sub('', whole(words))}"
        archive = next((one for one in importers if one.can_read(kept)), None)
        if not error.is_gone or archive is None or web.choice.kind not in (None, "blog"):
            raise
        yield Note(GONE.format(words.strip()))
        return archive, kept


def found(words: str, web: Web, importers: tuple[WebImporter, ...]) -> Work[tuple[WebImporter, str]]:
    """Who reads what was typed, and the whole address. Raises WrongFile, Unreached."""
    address = whole(words)
    asked = [one for one in importers if web.choice.kind in (None, one.guide.source)]
    if SCHEME.match(address):
        web.fetcher.name(checked(address))
    for importer in asked:
        if importer.can_read(address):
            return importer, address
    if SCHEME.match(address) and asked:
        yield Progress(0, 0, note="Looking at the address")
        page = yield from in_words(web.get(address))
        for importer in asked:
            if importer.knows(page):
                return importer, address
    raise WrongFile(
        "Nothing at this address can be read as writing.",
        fix="Give the address of a blog, a feed or a profile, or drop the export of your account.",
    )


def in_words(asking: Work[Page]) -> Work[Page]:
    """The same, with what nobody but importers knows said as progress."""
    return changed(asking, lambda event: Progress(0, 0, note=waiting(event)) if isinstance(event, Waiting) else event)


def waiting(event: Waiting) -> str:
    return f"waiting {event.seconds:.0f} seconds for {event.host}"


def trouble(error: Unreached) -> Trouble:
    if error.is_gone:
        return NetworkTrouble(error.reason, fix="Check the address and your connection, then try again.")
    fix = "Check the address."
    if "robots.txt" in error.reason:
        fix = "If it is your own site, say so."
    elif error.reason == LEFT_OUT:
        fix = "Give the address of its feed, or of one of its other pages."
    elif error.status in (401, 402, 403):
        fix = "Get the export of your account instead, and bring that in: the list of exports says how."
    return NetworkTrouble(error.reason, fix=fix)


def gathered(reading: Reading, importer: WebImporter, choice: Choice) -> Work[None]:
    """Items of the user in Steps, with how far that is; what others wrote is counted and left out."""
    steps = Gathered(importer.guide.source, importer.guide.title)
    yield People(importer.guide.source, importer.guide.title, ())  # until more is known
    try:
        for event in reading:
            match event:
                case Document() if steps.is_of_another(event):
                    steps.others[event.author] += 1
                case Document() | Skipped():
                    steps.take(event)
                case People():
                    steps.me = frozenset(one.casefold() for one in who(event.people, choice))
                    yield event
                case Ahead():
                    steps.total, steps.note = event.items or steps.total, event.how or steps.note
                    yield event
                case Waiting():
                    yield steps.progress(waiting(event))
                case _:
                    yield event
            if steps.is_due():
                yield steps.step()
            if steps.count >= MOST:
                yield Note(TOO_MUCH.format(MOST))
                break
    except (Parked, Unreached):
        yield steps.step()  # what was read until then
        raise
    steps.waiting += (Skipped(name, f"{n:,} by {name}, who is somebody else.") for name, n in steps.others.items())
    yield steps.step()


@dataclass(slots=True)
class Gathered:
    """Items that wait to become a Step."""

    source: str
    note: str
    total: int = 0
    count: int = 0
    me: frozenset[str] = frozenset()
    others: Counter[str] = field(default_factory=Counter)  # what they wrote, by name
    waiting: list[Item] = field(default_factory=list)
    due: float = field(default_factory=lambda: time.monotonic() + FRAME)

    def is_of_another(self, document: Document) -> bool:
        return bool(self.me and document.author and document.author.casefold() not in self.me)

    def take(self, item: Item) -> None:
        self.waiting.append(item)
        self.count += 1

    def is_due(self) -> bool:
        return bool(self.waiting) and (len(self.waiting) >= TOGETHER or time.monotonic() > self.due)

    def progress(self, note: str) -> Progress:
        return Progress(self.count, max(self.total, self.count), note=note)

    def step(self) -> Step:
        items, self.waiting, self.due = self.waiting, [], time.monotonic() + FRAME
        return Step(self.source, items, self.progress(self.note))


def glanced(happening: Work[None], web: Web) -> Work[Ahead]:
    """The beginning of what `steps` yields, which is enough for a survey; returns what was said to lie ahead."""
    ahead, seen = Ahead(), 0
    with closing(happening):
        for event in happening:
            if isinstance(event, Ahead):
                ahead = replace(
                    ahead,
                    how=event.how or ahead.how,
                    items=event.items or ahead.items,
                    first=event.first or ahead.first,
                )
                continue
            yield event
            seen += len(event.items) if isinstance(event, Step) else 0
            if seen >= LOOKED_AT or (seen and web.fetcher.requests >= ASKED):
                break
        else:
            ahead = replace(ahead, items=0)  # everything was seen
    return ahead


def link(base: str, address: object) -> str:
    """`address`, as it stands on the page `base`, in full; empty when it is none."""
    if not isinstance(address, str) or not address.strip():
        return ""
    try:
        return checked(joined(base, address))
    except Unreached:
        return ""
