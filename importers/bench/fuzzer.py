"""Harms one kind of export over and over and reads it: `python -m importers.bench.fuzzer FOLDER SECONDS SEED`.

A trial that takes longer than 10 seconds ends the process, with a traceback of where it was. Says last, as one JSON
object, how many trials there were, which of them broke and how, the longest, and the most memory.
"""

import faulthandler
import json
import random
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Final

from core.errors import Trouble
from core.events import drain, never
from core.sources import Choice
from importers.bench.child import peak
from importers.bench.harm import harmed
from importers.pull import events

HANGS: Final = 10.0  # seconds
MOST: Final = 5  # broken trials that are told; more say nothing new


def main(folder: Path, seconds: float, seed: int) -> None:
    given = {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    broke: list[str] = []
    trials, slowest, end = 0, 0.0, time.monotonic() + seconds
    while time.monotonic() < end and len(broke) < MOST:
        started = time.monotonic()
        sys.stderr.write(f"trial {seed} {trials}\n" if trials % 100 == 0 else "")
        faulthandler.dump_traceback_later(HANGS, exit=True)
        try:
            trial(given, random.Random(f"{folder.parent.name} {seed} {trials}"))
        except Exception:  # noqa: BLE001 - whatever it is, it is what this is looking for
            broke.append(f"trial {trials}: {traceback.format_exc(limit=-4)}")
        faulthandler.cancel_dump_traceback_later()
        slowest = max(slowest, time.monotonic() - started)
        trials += 1
    sys.stdout.write(json.dumps({"trials": trials, "broke": broke, "slowest": slowest, "peak": peak()}))


def trial(given: dict[Path, bytes], chance: random.Random) -> None:
    """The whole export with one file of it harmed."""
    victim = chance.choice(sorted(given))
    with tempfile.TemporaryDirectory() as home:
        for name, data in given.items():
            path = Path(home) / "export" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(harmed(data, chance) if name == victim else data)
        with suppress(Trouble):  # a sentence for the user
            drain(events(Path(home) / "export", Choice(private=True, guess=True), never))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
