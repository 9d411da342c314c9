"""`mynah bench memory`: what trainings take, beside what core/footprint.py says that they will."""

import json
import subprocess
import sys

from core import footprint
from core.bench.reports import MemoryRow, Setup
from core.bench.task import POINTS
from core.device import processor
from core.events import Note, Progress, Stop, Work


def memory(setup: Setup, stop: Stop) -> Work[list[MemoryRow]]:
    """Each point once, in a process of its own; `setup` has nothing to say here."""
    rows: list[MemoryRow] = []
    for done, (name, recipe) in enumerate(POINTS.items()):
        if stop():
            break
        yield Progress(done, len(POINTS), name)
        measured = taken(name)
        if measured is None:
            yield Note(f"{name} did not come to its end and is left out.")
            continue
        predicted = footprint.of(recipe, "cpu", processor().cores).total
        rows.append(
            MemoryRow(
                training=name,
                predicted_megabytes=predicted / 1e6,
                measured_megabytes=measured / 1e6,
                ratio=predicted / measured,
            )
        )
    return rows


def taken(name: str) -> int | None:
    """Bytes by which a process grows that trains so; None when it broke."""
    command = (sys.executable, "-m", "core.bench.memory_worker", name)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return int(json.loads(done.stdout)["bytes"]) if done.returncode == 0 else None
