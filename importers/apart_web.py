"""The web read in a process of its own: a page on which the reader hangs or breaks costs only itself.

Knows no page and no site; apart.py does the same for files.
"""

from dataclasses import replace
from typing import Final

import msgspec

from core.documents import Skipped
from core.errors import NetworkTrouble
from core.events import Progress, Stop, Work
from core.sources import Choice, People
from importers import apart
from importers.base import Step
from importers.fetch import LEFT_OUT
from importers.pull_web import Asked
from importers.web import Connection

NOBODY: Final = "blog"  # whose page it was, where nobody had begun to read


def events(asked: Asked, choice: Choice, stop: Stop, connection: Connection) -> Work[None]:
    """What `pull_web.events` tells, from another process, by the rules of `connection` and with a clock of its own.

    Raises Stopped, and what that raises.
    """
    request = {
        "address": asked.address,
        "store": str(asked.store) if asked.store else "",
        "is_glance": asked.is_glance,
        "choice": msgspec.to_builtins(choice),
        "rules": msgspec.to_builtins(connection.rules),
    }
    source = NOBODY
    try:
        for event in apart.insisted(apart.Job("importers.web_reader", request), stop):
            source = event.source if isinstance(event, People) else source
            if isinstance(event, apart.LeftOut):
                yield Step(source, [Skipped(event.name, event.reason)], Progress(0, 0))
            else:
                yield without_left_out(event) if isinstance(event, Step) else event
    except apart.GivenUp as error:
        raise NetworkTrouble(
            "Mynah cannot read what this site answers.",
            fix="What was read until then stays. Try its export or its feed.",
        ) from error


def without_left_out(step: Step) -> Step:
    """A step without the pages that were told of already, with what happened to them."""
    items = [one for one in step.items if not (isinstance(one, Skipped) and one.reason == LEFT_OUT)]
    return replace(step, items=items)
