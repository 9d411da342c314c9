"""Threads that compute for a training, and step aside for everybody else. Knows no model."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Final

import torch

NICE: Final = 5  # the window and the owner's other programs go first


def workers(count: int, threads: int) -> ThreadPoolExecutor:
    """`count` started workers, each of which computes with so many `threads` of torch's own."""
    usual = torch.get_num_threads()
    pool = ThreadPoolExecutor(count, "train", _settle, (threads,))
    ready = Barrier(count + 1)
    for _ in range(count):
        pool.submit(ready.wait)
    ready.wait()
    torch.set_num_threads(usual)  # each thread has its own setting, but a new one copies whichever was set last
    return pool


@contextmanager
def one_thread() -> Iterator[None]:
    """Let the calling thread compute alone inside the block. Small products gain nothing from company, and where other
    programs keep the cores busy they wait for it: 26 ms for a token of a sample, not 1.3."""
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def _settle(threads: int) -> None:
    torch.get_num_threads()  # the first use in a thread copies the setting that was made last, over its own: use it now
    torch.set_num_threads(threads)
    if sys.platform == "linux":  # elsewhere a priority belongs to the whole process
        os.nice(NICE)
