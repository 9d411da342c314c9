"""Rows of values separated by commas or the like, of which one broken row costs only itself. Knows no column.

A quotation mark that is never closed would swallow the rest of a table into one field: such a row is given up, and
reading goes on in the line after its first.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final

LONGEST_FIELD: Final = (1 << 31) - 1  # characters; Python's own limit refuses long posts
LONGEST_ROW: Final = 8_000_000  # characters, over all of its lines; nobody writes a field that long
UNCLOSED: Final = "A quotation mark in line {line:,} is never closed. That row was left out, the others were read."

csv.field_size_limit(LONGEST_FIELD)


def nobody(reason: str) -> None:
    """For readers that only look."""


def separated(
    lines: Iterable[str], *, delimiter: str = ",", escape: str | None = None, broken: Callable[[str], None] = nobody
) -> Iterator[list[str]]:
    """Every row; `broken` is told of each that was given up. Raises csv.Error."""
    source = Source(lines)
    while True:
        reader = csv.reader(source, delimiter=delimiter, escapechar=escape)
        for row in reader:
            if source.is_unclosed(escape):
                break
            source.forget()
            yield row
        else:
            if not source.is_unclosed(escape):
                return
        broken(UNCLOSED.format(line=source.give_up()))


class Source:
    """Lines, remembered until the row that they make up is known to be whole."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._length = 0
        self._number = 0  # of the first line of the row, less one
        self._is_over = False

    def __iter__(self) -> "Source":
        return self

    def __next__(self) -> str:
        if self._length > LONGEST_ROW:
            self._is_over = True
            raise StopIteration
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is None:
            self._is_over = True
            raise StopIteration
        self._row.append(line)
        self._length += len(line)
        return line.replace("\0", "")

    def is_unclosed(self, escape: str | None) -> bool:
        """Whether the lines ran out inside a quotation: then the marks in the row have no partners."""
        if not self._is_over or not self._row:
            return False
        marks = sum(line.count('"') - (line.count(f'{escape}"') if escape else 0) for line in self._row)
        return self._length > LONGEST_ROW or marks % 2 == 1

    def forget(self) -> None:
        self._number += len(self._row)
        self._row, self._length = [], 0

    def give_up(self) -> int:
        """Leave out the first line of the row and read the others again; returns its number."""
        self._again.extendleft(reversed(self._row[1:]))
        self._number += 1
        self._row, self._length, self._is_over = [], 0, False
        return self._number
