"""Who competes in `mynah bench`, and what becomes of their speeds. turns.py knows how they are measured."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from core.bench.reports import Limit, Row, Setup
from core.bench.task import TASKS, Task
from core.bench.turns import Contender, Speed, take_turns
from core.device import processor
from core.events import Stop, Work

READ: Final = "peak/read"
ONEDNN: Final = "peak/fp32, oneDNN"  # the other library that can multiply fp32 (core/train/products.py)
BUSY: Final = "all cores, one of them busy"


def limits(setup: Setup, stop: Stop) -> Work[list[Limit]]:
    """The peak of matrix products in each precision, and how fast memory is read."""
    kinds = ("peak/bf16", "peak/fp32", ONEDNN, READ)
    speeds = yield from take_turns([_ours(kind, setup) for kind in kinds], setup.rounds, stop)
    return [_limit(name, speed) for name, speed in speeds.items()]


def train(setup: Setup, stop: Stop) -> Work[list[Row]]:
    """Our training beside the peers'; shares are of the highest matrix-product speed seen in between, in the same
    precision."""
    task = TASKS[setup.task]
    precisions = ("bf16", "fp32") if processor().precision == "bf16" else ("fp32",)
    kinds = [*(f"{kind}/{bits}" for kind in ("ours", "peak") for bits in precisions), ONEDNN]
    contenders = [_ours(kind, setup) for kind in kinds] + _peers(setup, task, precisions)
    speeds = yield from take_turns(contenders, setup.rounds, stop)
    peaks: dict[str, float] = {}
    for name in [name for name in speeds if name.startswith("peak")]:
        bits = _precision(name)
        peaks[bits] = max(peaks.get(bits, 0.0), speeds.pop(name).highest)
    return _rows(speeds, {name: peaks.get(_precision(name), float("nan")) / task.flops for name in speeds}, task.flops)


def share(setup: Setup, stop: Stop) -> Work[list[Row]]:
    """Our training while another program keeps a core busy; shares are of our speed with one thread and nobody else."""
    bits = processor().precision
    contenders = [
        _ours(f"one thread/{bits}", setup, name="one thread"),
        _ours(f"ours/{bits}", setup, name="all cores"),
        _ours(f"ours/{bits}", setup, name=BUSY, beside_busy=True),
    ]
    speeds = yield from take_turns(contenders, setup.rounds, stop)
    alone = speeds["one thread"].median if "one thread" in speeds else float("nan")
    return _rows(speeds, dict.fromkeys(speeds, alone), TASKS["char"].flops)


def _ours(kind: str, setup: Setup, *, name: str = "", beside_busy: bool = False) -> Contender:
    """A worker of our own; the peaks get torch's own settings, which are the fastest when nothing else runs."""
    command = (sys.executable, "-m", "core.bench.worker", kind, str(setup.seconds), setup.task)
    environment = as_they_come() if kind.startswith("peak") else None
    return Contender(name=name or kind, command=command, environment=environment, beside_busy=beside_busy)


def _peers(setup: Setup, task: Task, precisions: Sequence[str]) -> list[Contender]:
    if setup.beside is None:
        return []
    known = precisions[:1] if setup.task == "char" else precisions  # 64 sequences in fp32 take a peer half a minute
    options = ("--setup", task.setup, "--secs", str(setup.seconds))
    return [
        Contender(
            name=name,
            command=(setup.python, str(setup.beside.absolute()), "--worker", name, *options),
            environment=as_they_come(),
        )
        for name in [f"{peer}{bits.replace('fp', 'f')}" for bits in known for peer in task.peers]
    ]


def ours_first(speeds: Mapping[str, Speed]) -> float:
    """The speed that the others are compared with."""
    return next(iter(speeds.values())).median if speeds else float("nan")


def as_they_come() -> Mapping[str, str]:
    """Our environment without what we set for our own threads."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "KMP_"))}


def _precision(name: str) -> str:
    return "bf16" if name.endswith("bf16") else "fp32"


def _limit(name: str, speed: Speed) -> Limit:
    return Limit(
        contender=name,
        unit="GB/s" if name == READ else "GFLOP/s",
        median=speed.median / 1e9,
        lowest=speed.lowest / 1e9,
        highest=speed.highest / 1e9,
        turns=speed.turns,
        other_load=speed.other_load,
    )


def _rows(speeds: Mapping[str, Speed], whole: Mapping[str, float], flops: float) -> list[Row]:
    """A row for each speed; `whole` is the tokens a second of which it is a share."""
    first = ours_first(speeds)
    return [
        Row(
            contender=name,
            tokens_per_second=speed.median,
            lowest=speed.lowest,
            highest=speed.highest,
            gflops=speed.median * flops / 1e9,
            share=speed.median / whole[name],
            lead=first / speed.median,
            turns=speed.turns,
            other_load=speed.other_load,
            per_cpu_second=speed.per_cpu_second,
            peak_megabytes=speed.peak / 1e6,
        )
        for name, speed in speeds.items()
    ]
