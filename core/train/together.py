"""Several processes that train one model, started by torchrun: each computes its share of every batch, and all add up.

Without torchrun there is one process, and nothing here does anything. Small numbers go from processor to
processor, also where weights go from card to card: a card may have no memory left. Knows no run and no file.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, distributed

T = TypeVar("T")


@contextmanager
def team() -> Iterator[int]:
    """Join the others that torchrun started; gives this one's number, 0 for the one that writes."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield 0
        return
    distributed.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    try:
        yield distributed.get_rank()
    finally:
        distributed.destroy_process_group()


def is_alone() -> bool:
    return not (distributed.is_available() and distributed.is_initialized())


def team_size() -> int:
    return 1 if is_alone() else distributed.get_world_size()


def wait() -> None:
    """Until all have come to here."""
    if not is_alone():
        any_of(False)


def any_of(flag: bool) -> bool:
    """Whether any process says so: all hear the same answer, or one of them would wait for the others for ever."""
    if is_alone():
        return flag
    flags = torch.tensor([float(flag)])
    distributed.all_reduce(flags, distributed.ReduceOp.MAX)
    return bool(flags)


def agreed(*values: float) -> tuple[float, ...]:
    """What number 0 says. Clocks differ between processes, and on cards so do the last digits."""
    if is_alone():
        return values
    told = torch.tensor(values, dtype=torch.float64)
    distributed.broadcast(told, 0)
    return tuple(told.tolist())


def share(parts: Sequence[T]) -> Sequence[T]:
    """This process's parts of a batch: every one belongs to exactly one process."""
    if is_alone():
        return parts
    return parts[distributed.get_rank() :: distributed.get_world_size()]


@torch.no_grad()
def add_up(sums: Sequence[Tensor], loss: float) -> float:
    """Add the sums of all processes, in place, and their losses: every process then makes the same step."""
    if is_alone():
        return loss
    for tensor in sums:
        distributed.all_reduce(tensor)
    total = torch.tensor([loss], dtype=torch.float64)
    distributed.all_reduce(total)
    return float(total)
