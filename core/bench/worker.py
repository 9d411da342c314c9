"""Our own contenders: `python -m core.bench.worker NAME SECONDS [TASK]`.

Speaks the protocol of turns.py; compares nothing.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, Self, TextIO, TypeAlias

import torch

from core.bench.task import TASKS
from core.device import processor
from core.models import lora
from core.models.decoder import Decoder
from core.recipe import Precision, Recipe
from core.train.products import multiplied_by, suited, usable
from core.train.stepper import Stepper

Prepared: TypeAlias = tuple[float, Callable[[], object]]  # how many things one call does, and the call

STREAM: Final = 1_000_000  # random tokens to train on: speed does not depend on what they say
READ: Final = 1 << 29  # bytes
BY_ONEDNN: Final = "fp32, oneDNN"  # where torch would take another library (core/train/products.py)
STATUS: Final = Path("/proc/self/status")
MATRIX: Final = 2048  # rows and columns: large enough to fill the multipliers, small enough for a round of seconds


def main(arguments: list[str]) -> int:
    name, seconds, *task = arguments
    with prepared(name, *task) as (n, call):
        answer(sys.stdin, sys.stdout, n, call, float(seconds))
    return 0


def answer(orders: TextIO, replies: TextIO, n: float, call: Callable[[], object], seconds: float) -> None:
    """Do a block of calls, `seconds` long, for each "go"; end with the orders."""
    tell(replies, {"ready": True})
    for _ in iter(orders.readline, ""):
        with Weather() as weather:
            times = block(call, seconds)
        facts = {"cpu": weather.own, "foreign": weather.foreign, "rss": peak() / 2**20}
        tell(replies, {"n": n, "times": times, **facts})


def block(call: Callable[[], object], seconds: float) -> list[float]:
    """The duration of each call, one at least."""
    times: list[float] = []
    while sum(times) < seconds:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return times


@contextmanager
def prepared(name: str, task: str = "char") -> Iterator[Prepared]:
    """A contender by its name, "ours/bf16", "one thread/fp32", "peak/bf16" and so on, at a task, warmed up."""
    kind, _, precision = name.partition("/")
    bits: Precision = "bf16" if precision == "bf16" else "fp32"
    if kind == "peak":
        with multiplied_by(usable("onednn" if precision == BY_ONEDNN else "usual", processor())):
            yield _reading() if precision == "read" else _product(bits)
        return
    device = replace(processor(), cores=1) if kind == "one thread" else processor()
    recipe = suited(TASKS[task].recipe(bits), device)
    model = fresh(recipe)
    stream = torch.randint(0, recipe.shape.vocab, (STREAM,))
    with Stepper(model, recipe, device) as stepper:

        def step() -> None:
            starts = torch.randint(STREAM - recipe.length - 1, (recipe.batch,)).tolist()
            rows = torch.stack([stream[start : start + recipe.length + 1] for start in starts])
            stepper.step(rows[:, :-1], rows[:, 1:], number=1, learning_rate=1e-4)

        step()
        yield recipe.tokens_per_step, step


def fresh(recipe: Recipe) -> Decoder:
    """A model that this recipe could train, with random weights, and random adapters where only those learn."""
    model = Decoder(recipe.shape).requires_grad_(not recipe.adapts)
    if recipe.adapts and recipe.precision == "bf16":
        model.to(torch.bfloat16)
    model.initialise(1)
    if recipe.adapts:
        lora.attach(model, lora.whole(model), rank=recipe.rank, alpha=recipe.alpha, seed=1)
    return model


def _product(precision: Precision) -> Prepared:
    """A product of two square matrices, and its floating-point operations."""
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    left, right, out = (torch.randn(MATRIX, MATRIX).to(dtype) for _ in range(3))

    def product() -> None:
        torch.mm(left, right.t(), out=out)

    product()
    return 2.0 * MATRIX**3, product


def _reading() -> Prepared:
    """A sum over far more numbers than any cache holds, and the bytes that it reads."""
    numbers = torch.ones(READ // 4)
    return float(READ), numbers.sum


class Weather:
    """Processor seconds of our own during a block, and how many cores other programs kept busy; 0 where the system
    does not say."""

    def __init__(self) -> None:
        self.own = self.foreign = 0.0
        self._start = self._now()

    def __enter__(self) -> Self:
        self._start = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        wall, busy, self.own = (now - then for now, then in zip(self._now(), self._start, strict=True))
        self.foreign = max(0.0, busy - self.own) / wall

    @staticmethod
    def _now() -> tuple[float, float, float]:
        return time.perf_counter(), _busy_seconds(), time.process_time()


def _busy_seconds() -> float:
    """Of all cores together, since the computer started."""
    counters = Path("/proc/stat")
    if not counters.exists():
        return 0.0
    user, nice, system, _idle, _waiting, *rest = map(int, counters.read_text("ascii").splitlines()[0].split()[1:8])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def now() -> int:
    """Bytes in memory."""
    return _status("VmRSS:") or peak()


def peak() -> int:
    """The most bytes that there ever were. Linux counts in `ru_maxrss` what the process before this one had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _status("VmHWM:") or (most if sys.platform == "darwin" else 1024 * most)


def _status(name: str) -> int:
    return 1024 * int(STATUS.read_text("ascii").partition(name)[2].split()[0]) if STATUS.exists() else 0


def tell(replies: TextIO, fields: dict[str, object]) -> None:
    """One line of the protocol."""
    replies.write(json.dumps(fields) + "\n")
    replies.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
