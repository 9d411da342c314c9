"""Lines of megabytes through a pipe, in few and large reads: each waits for Python's other threads. Knows no line."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Final

ROOM: Final = 1 << 20  # bytes that are read in one go, and that wait in the pipe where the system lets us say so

if sys.platform == "linux":
    import fcntl

    def widened(pipe: int) -> int:
        """The same pipe, which now holds a megabyte instead of 64 KB: who writes into it waits less."""
        with contextlib.suppress(OSError):  # more than an administrator lets one user have
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, ROOM)
        return pipe
else:

    def widened(pipe: int) -> int:
        """The same pipe: this system decides by itself how much it holds."""
        return pipe


def lines(pipe: int) -> Iterator[bytes]:
    """The lines that come out of a pipe, without their ends; the last one may have been cut off."""
    parts: list[bytes] = []
    while piece := os.read(pipe, ROOM):
        first, *others = piece.split(b"\n")
        parts.append(first)
        for other in others:
            yield b"".join(parts)
            parts = [other]
    if any(parts):
        yield b"".join(parts)
