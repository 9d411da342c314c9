"""Imports made-up exports, each in a process of its own, and says how fast that was and how much memory it took."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from core.bench.reports import ImportSpeed
from core.errors import Trouble
from core.events import Progress, Stop, Work
from importers.bench.exports import MAKERS, ME

MEGABYTE: Final = 1_000_000


def measure(megabytes: int, only: str | None, stop: Stop) -> Work[list[ImportSpeed]]:
    """Each kind with `megabytes`, or one of them. Raises Trouble when an import fails."""
    speeds: list[ImportSpeed] = []
    names = [only] if only else list(MAKERS)
    for number, name in enumerate(names):
        yield Progress(number, len(names), note=f"Making {megabytes} megabytes of {name}")
        if stop():
            break
        with tempfile.TemporaryDirectory() as folder:
            export = Path(folder) / name
            MAKERS[name](export, megabytes * MEGABYTE)
            yield Progress(number, len(names), note=f"Importing {name}")
            speeds.append(one(name, export))
    return speeds


def one(name: str, export: Path) -> ImportSpeed:
    size = sum(path.stat().st_size for path in export.rglob("*") if path.is_file()) / MEGABYTE
    read, whole = run(export, name, "--read"), run(export, name)
    return ImportSpeed(
        source=name,
        megabytes=round(size),
        documents=int(whole["documents"]),
        read_mb_per_second=round(size / read["seconds"], 1),
        import_mb_per_second=round(size / whole["seconds"], 1),
        read_mb_per_cpu_second=round(size / read["cpu"], 1),
        import_mb_per_cpu_second=round(size / whole["cpu"], 1),
        peak_megabytes=round(max(read["peak"], whole["peak"]) / MEGABYTE),
        seconds=round(read["seconds"] + whole["seconds"], 1),
    )


def run(export: Path, name: str, *options: str) -> dict[str, float]:
    command = [sys.executable, "-m", "importers.bench.child", *options, str(export), *ME.get(name, ())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(
            f"The import of {name} broke off.", fix=f"See what happens with mynah bench import --only {name}."
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found
