"""What a flood of strangers at the local API costs a training: 500 silent connections and a body of a gigabyte.

The same steps are made in turn with the server quiet and flooded from a process of its own. A busy machine disturbs
both alike, so the ratio of the medians counts; what it cannot blur is processor time: of the training for its tokens,
of the server's threads, and of the process that floods, which no server can make cheaper. Knows no bot: nobody with
the token asks anything.
"""

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import psutil
import torch

from core.asking import Answer, Ask
from core.bench import flooding
from core.bench.reports import FloodRow
from core.bench.task import training
from core.device import best_device
from core.events import Progress, Stop, Work
from core.models.decoder import Decoder
from core.serve.running import Server
from core.train.stepper import Stepper

BATCH: Final = 2
LENGTH: Final = 256  # tokens
LONGEST_START: Final = 60.0  # seconds in which a process begins to pour


class Nobody:
    """There is nothing behind the server: whoever is let in hears an error."""

    def models(self) -> Sequence[str]:
        return []

    def work(self, model: str, ask: Ask, stop: Stop) -> Work[Answer]:
        raise KeyError(model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Some seconds of training: what was done in them, and the processor seconds that each took."""

    tokens: int
    seconds: float
    training: float
    server: float
    stranger: float

    @property
    def speed(self) -> float:
        return self.tokens / self.seconds

    @property
    def thrift(self) -> float:
        return self.tokens / max(self.training, 1e-9)


def measure(rounds: int, seconds: float, stop: Stop) -> Work[list[FloodRow]]:
    """Medians of so many turns each, quiet and flooded. Empty when stopped."""
    server = Server(Nobody(), "-" * 43, 0)
    port = int(server.start().address.rpartition(":")[2])
    recipe = training("fp32")
    model = Decoder(recipe.shape)
    model.initialise(1)
    ids_BT = torch.randint(recipe.shape.vocab, (BATCH, LENGTH + 1))
    turns: dict[bool, list[Turn]] = {False: [], True: []}
    try:
        with Stepper(model, recipe, best_device()) as stepper:

            def step() -> None:
                stepper.step(ids_BT[:, :-1], ids_BT[:, 1:], number=0, learning_rate=1e-3)

            step()
            for n in range(2 * rounds):
                if stop():
                    return []
                is_flooded = n % 2 == 1
                turns[is_flooded].append(_turn(step, seconds, server, port if is_flooded else 0))
                yield Progress(n + 1, 2 * rounds, "Training beside a flood")
    finally:
        server.stop()
    return [row(turns[False], turns[True])]


def row(quiet: Sequence[Turn], flooded: Sequence[Turn]) -> FloodRow:
    """The medians, and how the flooded ones compare."""
    speed, thrift = (_medians(quiet, flooded, what) for what in (lambda t: t.speed, lambda t: t.thrift))
    all_cores = os.cpu_count() or 1
    return FloodRow(
        quiet=speed[0],
        flooded=speed[1],
        slower_percent=100 * (1 - speed[1] / speed[0]),
        dearer_percent=100 * (thrift[0] / thrift[1] - 1),
        server_percent=100 * statistics.median(turn.server / turn.seconds for turn in flooded) / all_cores,
        stranger_percent=100 * statistics.median(turn.stranger / turn.seconds for turn in flooded) / all_cores,
    )


def _medians(quiet: Sequence[Turn], flooded: Sequence[Turn], what: Callable[[Turn], float]) -> tuple[float, float]:
    return statistics.median(map(what, quiet)), statistics.median(map(what, flooded))


def _turn(step: Callable[[], None], seconds: float, server: Server, port: int) -> Turn:
    """Steps for so long, beside a flood where there is a port for it."""
    context = multiprocessing.get_context("spawn")
    pours = context.Event()
    other = context.Process(target=flooding.flood, args=(port, pours), daemon=True)
    if port:
        other.start()
        pours.wait(LONGEST_START)
    try:
        stranger = psutil.Process(other.pid) if port else None
        before = _spent(server, stranger)
        begun, steps = time.monotonic(), 0
        while time.monotonic() - begun < seconds:
            step()
            steps += 1
        took = time.monotonic() - begun
        own, served, poured = (after - first for after, first in zip(_spent(server, stranger), before, strict=True))
    finally:
        if port:
            other.terminate()
            other.join()
    return Turn(tokens=steps * BATCH * LENGTH, seconds=took, training=own - served, server=served, stranger=poured)


def _spent(server: Server, stranger: psutil.Process | None) -> tuple[float, float, float]:
    """Processor seconds so far: of this process, of the server's thread in it, and of who floods."""
    threads = {each.id: each.user_time + each.system_time for each in psutil.Process().threads()}
    other = sum(stranger.cpu_times()[:2]) if stranger is not None else 0.0
    return time.process_time(), sum(threads[each] for each in server.thread_ids), other
