"""The process that reads strangers' files, and may be ended at any moment: `python -m importers.reader`.

Gets one request on its input, and answers with a line for every event, for every file that it opens, and for every
second in which it came further. Writes nowhere else. Knows no corpus.
"""

import json
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from core.errors import Trouble
from core.events import Work
from core.sources import Choice
from importers import parcels
from importers.members import Stopped, Watch
from importers.parcels import Alive, Bug, End, Opened
from importers.pull import events

BEAT: Final = 1.0  # seconds between two signs of life


class Voice:
    """Says lines, and while nothing else is to be said that it is alive."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._due = 0.0

    def say(self, line: bytes) -> None:
        self._output.write(line + b"\n")
        self._output.flush()
        self._due = time.monotonic() + BEAT

    def opened(self, name: str, size: int) -> None:
        self.say(parcels.packed(Opened(name, size)))

    def beat(self) -> bool:
        """Asked by whoever reads whether to stop; nobody stops this process but by ending it."""
        if time.monotonic() > self._due:
            self.say(parcels.packed(Alive()))
        return False


def main() -> None:
    serve(of_path)


def of_path(request: dict[str, Any], voice: Voice) -> Work[None]:
    watch = Watch(voice.opened, frozenset(request["left_out"]))
    return events(Path(request["path"]), msgspec.convert(request["choice"], Choice), voice.beat, watch)


def serve(answer: Callable[[dict[str, Any], Voice], Work[None]]) -> None:
    """Take one request, and say what happens while it is answered."""
    request = json.loads(sys.stdin.readline())
    voice = Voice(sys.stdout.buffer)
    try:
        for event in answer(request, voice):
            voice.say(parcels.packed(event))
    except Trouble as trouble:
        voice.say(parcels.packed(trouble))
    except Stopped:
        voice.say(parcels.packed(End(is_stopped=True)))
    except Exception:  # noqa: BLE001 - the process that asked tells the bug; nothing of it is hidden
        voice.say(parcels.packed(Bug(traceback.format_exc())))
    voice.say(parcels.packed(End()))


if __name__ == "__main__":
    main()
