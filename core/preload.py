"""Makes `import torch` gentle: it must not freeze the window, neither while it runs nor for ever after.

`import torch` spends a fifth of a second inside dlopen with Python's lock held, and every other thread waits. A
foreign call through ctypes lets go of the lock: measured on two CPU cores, the longest wait of another thread fell
from 178 ms to 28 ms. The half a million objects that it leaves behind stay for ever, so the garbage collector is told
not to walk over them: each full collection held the lock for 100 to 200 ms. Imports no torch itself.
"""

import contextlib
import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from core.errors import Unsupported

LIBRARIES: Final = ("c10", "torch_cpu", "torch", "torch_python")  # in the order in which they need each other


@contextlib.contextmanager
def loading_torch() -> Iterator[None]:
    """Import torch, and what is built upon it, inside the block. Only the first such block does anything.

    Raises Unsupported where torch is not here yet.
    """
    if "torch" in sys.modules:
        yield
        return
    if find_spec("torch") is None:
        raise Unsupported(
            "The engine that trains and talks is not on this computer yet.",
            fix="Get it on the Welcome page, or with: mynah engine --get",
        )
    preload_torch()
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_collecting:
            gc.enable()


def preload_torch() -> None:
    """Map the libraries; harmless when called twice, after the import, or without torch."""
    found = find_spec("torch")
    if os.name != "posix" or "torch" in sys.modules or found is None or found.origin is None:
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype = ctypes.c_void_p  # an int would cut the handle in half
    ending = ".dylib" if sys.platform == "darwin" else ".so"
    for name in LIBRARIES:
        library = Path(found.origin).parent / "lib" / f"lib{name}{ending}"
        dlopen(os.fsencode(library), os.RTLD_NOW)  # a failure is left to the import itself, which explains it
