"""Reading in a process of its own: a file or page on which the reader hangs or breaks costs only itself.

The reader is ended, and a new one goes on without that; what it had told before is not told again.
"""

import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import msgspec
import psutil

from core.documents import Item, Skipped
from core.errors import Trouble, WrongFile
from core.events import Progress, Stop, Work
from core.sources import SOURCE, Choice
from importers import parcels, pipe
from importers.base import Step, key_of
from importers.members import Stopped
from importers.parcels import Alive, Bug, End, Garbled, Opened

log = logging.getLogger(__name__)

LOOK: Final = 0.1  # seconds between two looks at whether the user wants to stop
PATIENCE: Final = 120.0  # seconds for the reader to begin, which no file can make longer: a busy machine can
SECONDS: Final = 10.0  # of work in silence over one file or page, and one more for each of its megabytes
ASLEEP: Final = 6  # times that, for a reader that waits for a processor, or for nothing at all
MEGABYTE: Final = 1_000_000
WAITING: Final = 16  # lines that wait to be taken; then the reader waits
MOST: Final = 20  # files or pages that are given up; who has more of them made them
HUNG: Final = "Mynah could not finish reading it in a reasonable time, and left it out. The rest was read."
BROKE: Final = "It made the reader break off, and was left out. The rest was read."
MADE: Final = "Mynah broke while reading it. That is our mistake; the rest was read."


@dataclass(frozen=True, slots=True)
class Job:
    """What a reader is: a program, and what it is asked."""

    program: str  # a module
    request: Mapping[str, Any]  # JSON


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An event: the reader hung or broke on this, which was left out."""

    name: str
    reason: str


class GivenUp(Exception):
    """What the reader hangs or breaks on."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.name, self.reason = name, reason


def events(path: Path, choice: Choice, stop: Stop) -> Work[None]:
    """What `pull.events` tells of `path`, from another process. Raises Stopped, WrongFile, WhoIsIt."""
    job = Job("importers.reader", {"path": str(path), "choice": msgspec.to_builtins(choice)})
    try:
        for event in insisted(job, stop):
            if isinstance(event, LeftOut):
                yield Step(SOURCE, [Skipped(key_of(Path(event.name)), event.reason)], Progress(0, 0))
            else:
                yield event
    except GivenUp as error:
        raise WrongFile("Mynah cannot read this.", fix="Take it out of its folder or archive, or leave it.") from error


def insisted(job: Job, stop: Stop) -> Work[None]:
    """What one reader after the other tells, until one comes to the end. Yields LeftOut for what broke one.

    Raises what the reader raises, Stopped, and GivenUp when there is too much of that, or nothing at all was read.
    """
    left_out: list[str] = []
    told: set[int] = set()
    while True:
        try:
            with closing(read(job, stop, left_out)) as happening:
                for event in happening:
                    yield fresh(event, told, again=bool(left_out)) if isinstance(event, Step) else event
            return
        except GivenUp as error:
            if not error.name or error.name in left_out or len(left_out) == MOST:
                raise
            left_out.append(error.name)
            yield LeftOut(error.name, error.reason)


def fresh(step: Step, told: set[int], *, again: bool) -> Step:
    """A step without what an earlier reader had told, if this one goes over the same `again`."""
    items: list[Item] = []
    for item in step.items:
        mark = hash((step.source, item.key, type(item)))
        if not (again and mark in told):
            told.add(mark)
            items.append(item)
    return replace(step, items=items)


def read(job: Job, stop: Stop, left_out: list[str]) -> Work[None]:
    """One reader, to its end or to what it cannot get over: then GivenUp."""
    with Reader(job, left_out) as reader:
        for said in reader.lines(stop):
            match said:
                case End(is_stopped=True):
                    raise Stopped
                case End():
                    return
                case Bug():
                    log.error("the reader broke:\n%s", said.trace)
                    raise GivenUp(reader.name, MADE)
                case Trouble():
                    raise said
                case _:
                    yield said
        raise GivenUp(reader.name, HUNG if reader.is_silent else BROKE)


class Reader:
    """The other process, and a thread that takes its lines."""

    def __init__(self, job: Job, left_out: list[str]) -> None:
        request = {**job.request, "left_out": left_out}
        self._lines: queue.Queue[bytes] = queue.Queue(WAITING)
        self._is_closed = threading.Event()
        self.name, self._patience, self.is_silent = "", PATIENCE, False  # what is being read
        self._process = subprocess.Popen(
            [sys.executable, "-m", job.program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self._thread = threading.Thread(target=self._take, args=(self._output,), name="reader", daemon=True)
        self._thread.start()
        try:
            self._process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it ended before it began: its lines say so

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closed.set()
        self._process.kill()
        self._process.wait()
        self._thread.join()
        self._output.close()

    def lines(self, stop: Stop) -> Iterator[object]:
        """What it says, up to its end, or until it has said nothing for too long: then it `is_silent`."""
        since, used = time.monotonic(), self._used()
        while True:
            try:
                line = self._lines.get(timeout=LOOK)
            except queue.Empty:
                if stop():
                    raise Stopped from None
                slept = time.monotonic() - since
                self.is_silent = slept > self._patience and (
                    self._used() - used > self._patience or slept > ASLEEP * self._patience
                )
                if self.is_silent:
                    return
                continue
            try:
                said = parcels.unpacked(line)
            except Garbled:  # nothing more, or half a line of a reader that broke
                return
            match said:
                case Opened():
                    self.name, self._patience = said.name, SECONDS + said.size / MEGABYTE
                case Alive():
                    pass
                case _:
                    yield said
            since, used = time.monotonic(), self._used()

    def _used(self) -> float:
        """Seconds of a processor that it has had: on a busy computer that is less than the clock says."""
        try:
            spent = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:  # it is over
            return 0.0
        return float(spent.user + spent.system)

    def _take(self, output: IO[bytes]) -> None:
        """Put every line where it is asked for, and last an empty one."""
        for line in pipe.lines(pipe.widened(output.fileno())):
            if not self._put(line):
                return
        self._put(b"")

    def _put(self, line: bytes) -> bool:
        while not self._is_closed.is_set():
            try:
                self._lines.put(line, timeout=LOOK)
            except queue.Full:
                continue
            return True
        return False
