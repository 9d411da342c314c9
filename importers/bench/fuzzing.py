"""Fuzzing every importer, each in a process of its own, from seeds: a folder for each kind with `given` in it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from core.bench.reports import Fuzzed
from core.errors import Trouble
from core.events import Note, Progress, Stop, Work

GRACE: Final = 60.0  # seconds beyond its time, in which the last trial ends
MEGABYTE: Final = 1_000_000
ROOT: Final = Path(__file__).resolve().parents[2]
SEEDS: Final = ROOT / "tests" / "fixtures"


def kinds(seeds: Path) -> list[str]:
    return sorted(path.parent.name for path in seeds.glob("*/given") if path.is_dir())


def fuzz(seeds: Path, only: str | None, seconds: float, seed: int, stop: Stop) -> Work[list[Fuzzed]]:
    """Each kind for so many seconds. Yields a Note for everything that broke. Raises Trouble without seeds."""
    found = kinds(seeds)
    if only is not None and only not in found:
        raise Trouble(f"There are no seeds called {only}.", fix=f"There are: {', '.join(found) or 'none at all'}.")
    if not found:
        raise Trouble("There are no seeds.", fix="Name a folder of them with --seeds; a checkout has tests/fixtures.")
    outcomes: list[Fuzzed] = []
    names = [only] if only else found
    for number, name in enumerate(names):
        yield Progress(number, len(names), note=f"Fuzzing {name}")
        if stop():
            break
        outcome, told = one(seeds / name / "given", name, seconds, seed)
        yield from map(Note, told)
        outcomes.append(outcome)
    return outcomes


def one(given: Path, name: str, seconds: float, seed: int) -> tuple[Fuzzed, list[str]]:
    """The outcome, and what broke."""
    command = [sys.executable, "-m", "importers.bench.fuzzer", str(given), str(seconds), str(seed)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + GRACE, check=False)
    except subprocess.TimeoutExpired:
        return lost(name), [f"{name} never came back."]
    if done.returncode:
        return Fuzzed(source=name, trials=0, broke=1, slowest_ms=0, peak_megabytes=0), [
            f"{name}: {done.stderr[-2_000:]}"
        ]
    said = json.loads(done.stdout)
    return Fuzzed(
        source=name,
        trials=said["trials"],
        broke=len(said["broke"]),
        slowest_ms=round(1_000 * said["slowest"]),
        peak_megabytes=round(said["peak"] / MEGABYTE),
    ), [f"{name}, {trace}" for trace in said["broke"]]


def lost(name: str) -> Fuzzed:
    """Of a process that hung or fell nobody knows how far it had come."""
    return Fuzzed(source=name, trials=0, broke=1, slowest_ms=0, peak_megabytes=0)
