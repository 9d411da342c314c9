"""Processes that may be killed without harm to the one that starts them: forked from a server that has torch."""

import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Final

if sys.platform == "win32":
    from multiprocessing.context import SpawnProcess as Life
else:
    from multiprocessing.context import ForkServerProcess as Life

    # Importing torch, and what its optimizers import at their first use, takes seconds: once for all lives.
    multiprocessing.set_forkserver_preload(["core.train.loop", "torch._dynamo"])

FORKED: Final = sys.platform != "win32"
KILLED: Final = -9  # how a life ends that was killed, where the system has signals


def begin(deed: Callable[..., None], *arguments: object) -> BaseProcess:
    """Start `deed`, a function of a module, in a process of its own."""
    life = Life(target=deed, args=arguments)
    life.start()
    return life
