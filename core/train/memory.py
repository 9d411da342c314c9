"""Memory that a training frees and takes again thousands of times a second. Knows no tensor.

glibc hands large blocks back to the system at once, and the system clears each page again at its next use: 8,600
page faults a chunk of 1,024 tokens, 3 % of its time. Does nothing where glibc is not the allocator.
"""

import ctypes
import platform
from typing import Final

# malloc.h. The sizes say: take nothing below a gigabyte from the system by itself, grow by 64 MB, give nothing back.
SETTINGS: Final = {-3: 2**30, -2: 2**26, -1: 2**31 - 1}  # M_MMAP_THRESHOLD, M_TOP_PAD, M_TRIM_THRESHOLD


def keep_freed() -> bool:
    """Let freed memory stay with this process from now on; whether the allocator agreed."""
    return _is_glibc() and all(ctypes.CDLL(None).mallopt(name, size) for name, size in SETTINGS.items())


def give_back() -> None:
    """Return to the system what is free by now. What is freed later stays, as `keep_freed` has set."""
    if _is_glibc():
        ctypes.CDLL(None).malloc_trim(0)


def _is_glibc() -> bool:
    return platform.libc_ver()[0] == "glibc"
