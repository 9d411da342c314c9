"""Who competes in `mynah bench tokenize`: learning pieces of words, and cutting text into them."""

import sys
from collections.abc import Mapping
from typing import Final

from core.bench.reports import CutRow, Setup
from core.bench.rows import as_they_come, ours_first
from core.bench.turns import Contender, Speed, take_turns
from core.events import Stop, Work

PEERS: Final = {
    "learn": ("hf-tokenizers/train-8192", "rustbpe/train-8192"),
    "cut": ("hf-tokenizers/encode_batch", "tiktoken/batch", "rustbpe/encode"),
}


def tokenize(setup: Setup, stop: Stop) -> Work[list[CutRow]]:
    """Megabytes a second of learning 8,192 pieces, and of cutting text into them."""
    found: list[CutRow] = []
    for part in PEERS:
        command = (sys.executable, "-m", "core.bench.cut_worker", part, str(setup.megabytes))
        contenders = [Contender(name=f"ours/{part}", command=command), *_peers(setup, PEERS[part])]
        speeds = yield from take_turns(contenders, setup.rounds, stop)
        found += rows(part, speeds)
    return found


def _peers(setup: Setup, names: tuple[str, ...]) -> list[Contender]:
    if setup.beside is None:
        return []
    options = ("--mb", str(setup.megabytes))
    return [
        Contender(
            name=name,
            command=(setup.python, str(setup.beside.absolute()), "--worker", name, *options),
            environment=as_they_come(),
        )
        for name in names
    ]


def rows(part: str, speeds: Mapping[str, Speed]) -> list[CutRow]:
    """A row for each speed; `lead` is how many times as fast the first is."""
    first = ours_first(speeds)
    return [
        CutRow(
            contender=name,
            part=part,
            megabytes_per_second=speed.median,
            lowest=speed.lowest,
            highest=speed.highest,
            lead=first / speed.median,
            turns=speed.turns,
            other_load=speed.other_load,
            per_cpu_second=speed.per_cpu_second,
        )
        for name, speed in speeds.items()
    ]
