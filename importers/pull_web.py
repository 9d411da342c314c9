"""The loop of pull.py for the web: an import of an address, and the survey before it. Knows no service."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

from core.documents import ImportReport
from core.events import Stop, Work
from core.paths import Project
from core.sources import AS_IT_IS, Choice, Found
from importers.base import Ahead
from importers.live import LIVE
from importers.members import Stopped
from importers.pull import Tally, pulled, tallied
from importers.web import Connection, glanced, steps

DEFAULT: Final = Connection()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read: all of an address, or with `is_glance` only its beginning. Answers are kept at `store`, if any."""

    address: str
    store: Path | None
    is_glance: bool = False


Reading: TypeAlias = Callable[[Asked, Choice, Stop, Connection], Work[None]]  # events(), or that from another process


def import_address(
    address: str,
    project: Project,
    stop: Stop,
    choice: Choice = AS_IT_IS,
    connection: Connection = DEFAULT,
    reading: Reading | None = None,
) -> Work[ImportReport]:
    """Read what is at `address`, or behind a name such as @somebody@a.server, into the project's corpus.

    Yields Progress, Notes, People, each new or changed Document and each Skipped. Stopped or killed, the next import of
    the same address goes on where this one ended. Raises NetworkTrouble, WrongFile, WhoIsIt, DiskTrouble, Busy.
    """
    happening = (reading or events)(Asked(address, project.web), choice, stop, connection)
    return pulled(happening, project, stop, address)


def survey_address(
    address: str,
    project: Project | None,
    stop: Stop,
    choice: Choice = AS_IT_IS,
    connection: Connection = DEFAULT,
    reading: Reading | None = None,
) -> Work[tuple[Found, ...]]:
    """What an import of `address` would bring, reckoned from the newest items and from what the site says of itself.

    What was asked for is kept in the project, if there is one: the import does not ask again.
    """
    wide = replace(choice, private=True, guess=True)
    asked = Asked(address, project.web if project else None, is_glance=True)
    ahead = Ahead()

    def looking() -> Generator[object, None, None]:
        nonlocal ahead
        for event in (reading or events)(asked, wide, stop, connection):
            if isinstance(event, Ahead):
                ahead = event
            else:
                yield event

    tallies = yield from tallied(looking(), choice, stop)
    return tuple(reckoned(tally, source, ahead) for source, tally in tallies.items())


def events(asked: Asked, choice: Choice, stop: Stop, connection: Connection) -> Work[None]:
    """Steps, and what else there is to say on the way; at the end of a glance what lies Ahead, and then Stopped: the
    import of the same address is not done, and goes on from here."""
    with connection.web(asked.address, asked.store, choice, stop) as web:
        happening = steps(asked.address, web, LIVE)
        if asked.is_glance:
            yield (yield from glanced(happening, web))
            raise Stopped
        for event in happening:
            if not isinstance(event, Ahead):
                yield event


def reckoned(tally: Tally, source: str, ahead: Ahead) -> Found:
    """What was found, and how much of it there will be when only the beginning was seen."""
    found = replace(tally.found(source), how=ahead.how)
    if not found.items:
        return replace(found, about=True, items=ahead.items, first=ahead.first) if ahead.items else found
    if ahead.items <= found.items + found.skipped:
        return replace(found, about=bool(ahead.items))
    times = ahead.items / (found.items + found.skipped)
    return replace(
        found,
        about=True,
        items=round(found.items * times),
        tokens=round(found.tokens * times),
        first=min(filter(None, (ahead.first, found.first)), default=None),
    )
