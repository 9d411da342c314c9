"""The same as reader.py for the web: `python -m importers.web_reader` asks a site and reads what it answers.

Says which page it has before it reads it. What was answered is on disk, so that whoever comes after it asks for
nothing twice. Knows no corpus.
"""

from pathlib import Path
from typing import Any

import msgspec

from core.events import Work
from core.sources import Choice
from importers.fetch import Rules
from importers.members import Watch
from importers.pull_web import Asked, events
from importers.reader import Voice, serve
from importers.web import Connection


def of_address(request: dict[str, Any], voice: Voice) -> Work[None]:
    store = Path(request["store"]) if request["store"] else None
    asked = Asked(request["address"], store, is_glance=request["is_glance"])
    watch = Watch(voice.opened, frozenset(request["left_out"]))
    connection = Connection(msgspec.convert(request["rules"], Rules), watch=watch)
    return events(asked, msgspec.convert(request["choice"], Choice), voice.beat, connection)


if __name__ == "__main__":
    serve(of_address)
