"""JSON on its way to a parser, which is let go only as deep as people's data ever is. Knows no record.

The streaming parser (ijson 3.6) keeps the path to where it is at every level of it: 100 KB of opening brackets make
it take 50 GB of memory.
"""

import re
from typing import BinaryIO, Final

DEEPEST: Final = 200  # lists in lists, between two readings: twice that may pass. People's data nests by 12
STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
REST: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+("?)', re.DOTALL)  # of a string that began before
LISTS: Final = bytes.maketrans(b"{}", b"[]")
OTHERS: Final = bytes(set(range(256)) - set(b"[]"))


class TooDeep(ValueError):
    """Nobody's data."""


class Shallow:
    """A stream that raises TooDeep before it gives anything out that nests too deeply."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._depth = 0
        self._is_over = False
        self._in_string = False
        self._held = b""  # a backslash at the end: what it escapes is still to come

    def read(self, size: int = -1) -> bytes:
        if self._is_over:
            raise TooDeep
        data = self._stream.read(size)
        before = self._depth, self._in_string, self._held
        try:
            self._go(data)
        except TooDeep:
            self._is_over = True
            data = self._as_far_as_it_goes(data, before)
        return data

    def _as_far_as_it_goes(self, data: bytes, before: tuple[int, bool, bytes]) -> bytes:
        """The longest beginning of `data` that is not too deep, so that what is whole in it is not lost."""
        good, bad = 0, len(data)
        while bad - good > 1:
            middle = (good + bad) // 2
            self._depth, self._in_string, self._held = before
            try:
                self._go(data[:middle])
            except TooDeep:
                bad = middle
            else:
                good = middle
        if not good:
            raise TooDeep
        return data[:good]

    def _go(self, data: bytes) -> None:
        """Follow the brackets in `data`: neighbours that open and close again go, round by round, until none do."""
        brackets = self._outside_strings(data).translate(LISTS).translate(None, OTHERS)
        for _ in range(DEEPEST + 1):
            before, brackets = len(brackets), brackets.replace(b"[]", b"")
            if len(brackets) == before:
                break
        else:
            raise TooDeep
        self._depth = max(0, self._depth + brackets.count(b"[") - brackets.count(b"]"))
        if self._depth > DEEPEST:
            raise TooDeep

    def _outside_strings(self, data: bytes) -> bytes:
        data = self._held + data
        backslashes = len(data) - len(data.rstrip(b"\\"))
        self._held = b"\\" * (backslashes % 2)
        data = data.removesuffix(self._held)
        start = 0
        if self._in_string and (rest := REST.match(data)):
            start = rest.end()
            self._in_string = not rest[1]
        before, quote, _ = STRING.sub(b"", data[start:]).partition(b'"')
        self._in_string |= bool(quote)
        return before
