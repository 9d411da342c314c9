"""Speeds that can be compared: each contender in its own process, resumed in turn, so that all see the same weather.

A contender writes one JSON object a line: first anything (it is ready), then, for each line "go" that it reads, what
it did: `n` things in each of `times` seconds, with `cpu` processor seconds altogether, beside other programs that kept
`foreign` cores busy, and `rss`, the most memory that its process ever had, in units of 2^20 bytes. One that writes
replies adds `ptimes`, the seconds in which it read a prompt of `PROMPT` tokens, and may add `firsts`, the seconds until
each reply began.
Knows no contender.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from core.events import Note, Progress, Stop, Work

PROMPT: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A program to measure. `beside_busy`: another program keeps one core busy during its turns."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] | None = None  # None: as ours
    beside_busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Things a second: the median of the turns, and their range. `other_load` is in cores.

    `per_cpu_second` counts the seconds of the contender alone: what is left to compare on a computer that others use.
    """

    median: float
    lowest: float
    highest: float
    turns: int
    other_load: float
    per_cpu_second: float
    prompt: float | None = None  # tokens of a prompt read a second, of those that reply
    peak: float = 0.0  # bytes in memory; 0 where it was not told
    first: float | None = None  # seconds until a reply begins, its own short prompt included


def take_turns(contenders: Sequence[Contender], rounds: int, stop: Stop) -> Work[dict[str, Speed]]:
    """Measure each contender once a round. One that fails is named and left out; stopped, what there is counts."""
    with ExitStack() as stack:
        running: list[Running] = []
        for contender in contenders:
            if stop():
                return {}
            yield Progress(0, rounds * len(contenders), f"starting {contender.name}")
            running.append(stack.enter_context(started(contender)))
            if running[-1].read() is None:
                yield Note(f"{contender.name} did not start and is left out.")
                running.pop()
        for turn in range(rounds * len(running)):
            each = running[turn % len(running)]
            if stop():
                break
            yield Progress(turn, rounds * len(running), each.contender.name)
            if each.is_well and not each.go():
                yield Note(f"{each.contender.name} failed and is left out.")
        return {each.contender.name: each.speed() for each in running if each.is_well and each.turns}


@dataclass(frozen=True, slots=True)
class Turn:
    """What a contender did in one turn; `rate` is things a second."""

    rate: float
    per_cpu_second: float
    foreign: float
    prompt: float | None
    peak: float
    first: float | None


class Running:
    """A contender's process and what it has done so far."""

    def __init__(self, contender: Contender, process: subprocess.Popen[str]) -> None:
        self.contender = contender
        self.turns: list[Turn] = []
        self.is_well = True
        self.process = process

    def go(self) -> bool:
        """One turn; false if the contender failed."""
        with busy_core() if self.contender.beside_busy else ExitStack():
            done = self._ask()
        if done is None:
            self.is_well = False
            return False
        times = done["times"]
        rate, things = done["n"] / statistics.median(times), done["n"] * len(times)
        prompt = PROMPT / statistics.median(done["ptimes"]) if done.get("ptimes") else None
        first = statistics.median(done["firsts"]) if done.get("firsts") else None
        per_cpu_second, peak = things / max(done["cpu"], 1e-9), done.get("rss", 0.0) * 2**20
        self.turns.append(Turn(rate, per_cpu_second, done["foreign"], prompt, peak, first))
        return True

    def read(self) -> dict[str, Any] | None:
        """The next line, or None when the contender could not go on."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line.strip() else {"error": "it ended"}
        return None if "error" in answer else answer

    def speed(self) -> Speed:
        rates = [turn.rate for turn in self.turns]
        prompts = [turn.prompt for turn in self.turns if turn.prompt is not None]
        firsts = [turn.first for turn in self.turns if turn.first is not None]
        return Speed(
            median=statistics.median(rates),
            lowest=min(rates),
            highest=max(rates),
            turns=len(rates),
            other_load=statistics.median(turn.foreign for turn in self.turns),
            per_cpu_second=statistics.median(turn.per_cpu_second for turn in self.turns),
            prompt=statistics.median(prompts) if prompts else None,
            peak=max(turn.peak for turn in self.turns),
            first=statistics.median(firsts) if firsts else None,
        )

    def _ask(self) -> dict[str, Any] | None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        return self.read()


@contextmanager
def started(contender: Contender) -> Iterator[Running]:
    """The contender's process, ended with the block."""
    process = subprocess.Popen(
        contender.command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=contender.environment,
        start_new_session=True,  # Ctrl+C is for us: a contender would answer it with a traceback
    )
    with process:
        try:
            yield Running(contender, process)
        finally:
            process.terminate()


@contextmanager
def busy_core() -> Iterator[subprocess.Popen[bytes]]:
    """Another program that keeps one core busy."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True) as process:
        try:
            yield process
        finally:
            process.terminate()
