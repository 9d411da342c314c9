"""The loop of pull.py for the web: an import of an address, and the survey before it. Knows no service."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from core.documents import ImportReport
from core.events import Stop, Work
from core.paths import Project
from core.sources import AS_IT_IS, Choice, Found
from importers.live import LIVE
from importers.members import Stopped
from importers.pull import Tally, pulled, tallied
from importers.web import Ahead, Connection, glanced, steps

DEFAULT: Final = Connection()


def import_address(
    address: str, project: Project, stop: Stop, choice: Choice = AS_IT_IS, connection: Connection = DEFAULT
) -> Work[ImportReport]:
    """Read what is at `address`, or behind a name such as @somebody@a.server, into the project's corpus.

    Yields Progress, Notes, People, each new or changed Document and each Skipped. Stopped or killed, the next import of
    the same address goes on where this one ended. Raises NetworkTrouble, WrongFile, WhoIsIt, DiskTrouble, Busy.
    """
    return pulled(everything(address, project, stop, choice, connection), project, stop, address)


def everything(address: str, project: Project, stop: Stop, choice: Choice, connection: Connection) -> Work[None]:
    with connection.web(address, project.web, choice, stop) as web:
        for event in steps(address, web, LIVE):
            if not isinstance(event, Ahead):
                yield event


def survey_address(
    address: str, project: Project | None, stop: Stop, choice: Choice = AS_IT_IS, connection: Connection = DEFAULT
) -> Work[tuple[Found, ...]]:
    """What an import of `address` would bring, reckoned from the newest items and from what the site says of itself.

    What was asked for is kept in the project, if there is one: the import does not ask again.
    """
    asked = replace(choice, private=True, guess=True)
    ahead = Ahead()

    def looking() -> Generator[object, None, None]:
        nonlocal ahead
        with suppress(Stopped), connection.web(address, project.web if project else None, asked, stop) as web:
            ahead = yield from glanced(steps(address, web, LIVE), web)
            raise Stopped  # the import is not done, and goes on from here

    tallies = yield from tallied(looking(), choice, stop)
    return tuple(reckoned(tally, source, ahead) for source, tally in tallies.items())


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
