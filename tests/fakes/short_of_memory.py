"""Trainings in a team, whose processes run out of memory when they first come to certain places.

Started by torchrun as `-m tests.fakes.short_of_memory RUN`. In a run whose name begins with "short", process 1 has too
little memory for the second block on the way forward in the first step, and at the next try process 0 for the same on
the way back. Others are trained in peace; "shares" in a name asks for those. One run each time: a process that joins a
second team may find what the first left in torchrun's store, and wait for ever.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor

from core.events import drain, never
from core.models.decoder import Block
from core.train import packed


def fail(*_: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


@contextmanager
def planted() -> Iterator[None]:
    plain, rank, calls = Block.forward, int(os.environ["RANK"]), 0

    def forward(self: Block, *arguments: object) -> Tensor:
        nonlocal calls
        found = plain(self, *arguments)  # type: ignore[arg-type]  # whatever it takes
        if self.attention.layer == 1 and torch.is_grad_enabled():
            calls += 1
            if (rank, calls) == (1, 1):
                fail()
            if (rank, calls) == (0, 2):
                found.register_hook(fail)  # type: ignore[no-untyped-call]  # torch's own gap
        return found

    Block.forward = forward  # type: ignore[method-assign,assignment]  # the plant
    try:
        yield
    finally:
        Block.forward = plain  # type: ignore[method-assign]


def train(run: Path) -> None:
    drain(packed.train(run, never, shares="shares" in run.name))


if __name__ == "__main__":
    asked = Path(sys.argv[1])
    if asked.name.startswith("short"):
        with planted():
            train(asked)
    else:
        train(asked)
