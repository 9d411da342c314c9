"""Talks to a terminal: lines for a person, or one JSON object a line for a program. Knows no command and no Qt."""

import contextlib
import io
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any, Final, TextIO

from app.interrupt import stop_on_signal
from app.work import R, Task
from core.events import Progress

FRAME: Final = 0.1  # seconds between two progress lines; faster than anybody reads

# A reply may hold anything that the corpus holds; control characters could move the cursor or change the terminal.
CONTROLS: Final = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


class Terminal:
    """The output and errors of one command. With `as_json` the output holds JSON and nothing else."""

    def __init__(self, output: TextIO, errors: TextIO, *, as_json: bool) -> None:
        self.as_json = as_json
        self._output = output
        self._errors = errors
        self._shows_progress = not as_json and errors.isatty()
        self._progress = ""
        self._next_frame = 0.0

    def say(self, text: str = "") -> None:
        """A line, or some, for a person."""
        self.write(text + "\n")

    def write(self, text: str) -> None:
        """Some text for a person, as it comes."""
        if not self.as_json:
            self._clear()
            _put(self._output, text.translate(CONTROLS))

    def fact(self, value: object, **more: object) -> None:
        """A dataclass for a program: its fields, and its name as "kind"."""
        if self.as_json and is_dataclass(value) and not isinstance(value, type):
            self.record(kind=type(value).__name__, **asdict(value), **more)

    def record(self, **fields: object) -> None:
        """An object for a program."""
        if self.as_json:
            _put(self._output, json.dumps(fields) + "\n")

    @staticmethod
    def parsed(line: str) -> dict[str, object]:
        """The object of a line that a program wrote; empty when it is none."""
        try:
            fields = json.loads(line)
        except ValueError:
            return {}
        return fields if isinstance(fields, dict) else {}

    def progress(self, text: str) -> None:
        """Replace the line that shows how far things are; only on a terminal, and not for every call."""
        now = time.monotonic()
        if self._shows_progress and now >= self._next_frame:
            self._next_frame = now + FRAME
            self._show(text.translate(CONTROLS).replace("\n", " "))

    def trouble(self, what: str, fix: str) -> None:
        """What went wrong and the way out."""
        self._clear()
        if self.as_json:
            self.record(error=what, fix=fix)
        else:
            _put(self._errors, f"{what} {fix}\n")

    def _clear(self) -> None:
        self._show("")

    def _show(self, text: str) -> None:
        text = text[: shutil.get_terminal_size().columns - 1]
        if text or self._progress:
            rubber = " " * (len(self._progress) - len(text))  # escape codes that erase are not known everywhere
            _put(self._errors, f"\r{text}{rubber}" if text else f"\r{rubber}\r")
        self._progress = text


def follow(task: Task[R], listen: Callable[[object], None]) -> R:
    """Do a task here and now, telling `listen` every event. Ctrl-C and SIGTERM ask it to stop."""
    with stop_on_signal() as stop, contextlib.closing(task(stop)) as work:
        while True:
            try:
                event = next(work)
            except StopIteration as end:
                outcome: R = end.value
                return outcome
            listen(event)


def in_words(progress: Progress) -> str:
    """How far work is, on one line."""
    if not progress.total:
        return f"{progress.note}…"
    return f"{progress.done:,} of {progress.total:,}  {progress.note}"


def replace_unknown(stream: TextIO) -> None:
    """From now on a character that `stream` cannot hold is a "?" and no error: consoles and pipes may be old."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


def _put(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in columns, with the names of the fields above them."""
    if not rows:
        return "Nothing was measured."
    cells = [[name.replace("_", " ") for name in rows[0]], *([_cell(*field) for field in row.items()] for row in rows)]
    first, *others = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join((line[0].ljust(first), *map(str.rjust, line[1:], others))).rstrip() for line in cells)


def _cell(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    if name == "share":
        return f"{value:.0%}"
    if name in ("lead", "other_load", "ratio"):
        return f"{value:,.2f}"
    digits = 1 if name.endswith(("mb_per_second", "mb_per_cpu_second")) else 0
    return f"{value:,.{digits}f}"
