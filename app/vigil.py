"""`python -m app.vigil`: sits beside the window while it trains, and goes on with the training when the window dies or
its device hangs. The window tells it one JSON object a line (guardian.py). Knows no window and no torch.

A window whose device hangs is ended by it, as nothing else helps, and opened again: then it shows the training that
goes on here. One that died by itself stays closed until its owner opens it.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, Final, Literal, TypeAlias, cast

import psutil

from app import morning
from app.interrupt import stop_on_signal
from app.sitting import Night, detached, sit_up, write_down
from app.terminal import Terminal
from app.watchdog import BUSY, LEAST, Watchdog
from core.errors import Trouble
from core.events import Stop
from core.paths import Project, home

Verdict: TypeAlias = Literal["done", "died", "hung"]

PATIENCE: Final = 60.0  # seconds in which a process that was killed is gone, unless its driver keeps it
HUNG: Final = "The device gave no sign for a long while: training is ended, and begun again."
DIED: Final = "Mynah's window was closed by a fault. Training goes on without it."
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What is to be done when the window, process number `window`, can train no longer; `open` opens another."""

    night: Night
    window: int
    open: tuple[str, ...]
    least: float = LEAST
    busy: float = BUSY

    def to_json(self) -> str:
        fields = asdict(self)
        fields["night"]["project"] = str(self.night.project.root)
        return json.dumps(fields)

    @classmethod
    def from_json(cls, line: str) -> "Orders":
        fields: dict[str, Any] = json.loads(line)
        night = fields.pop("night")
        project = Project(Path(night.pop("project")))
        return cls(
            night=Night(project=project, **{name: _frozen(value) for name, value in night.items()}),
            **{name: _frozen(value) for name, value in fields.items()},
        )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def listen(lines: "Queue[str | None]", orders: Orders) -> Verdict:
    """Until the window says that it is done, dies (None: its end of the pipe is closed), or falls silent."""
    dog = Watchdog(time.monotonic(), orders.least, orders.busy)
    while True:
        try:
            line = lines.get(timeout=0.2)
        except Empty:
            if _is_orphan(orders.window):
                return "died"
            if dog.is_over(time.monotonic()):
                return "hung"
            continue
        kind = None if line is None else Terminal.parsed(line).get("kind")
        if line is None:
            return "died"
        if kind in ("Done", "Hung"):
            return "done" if kind == "Done" else "hung"
        dog.hears(kind, time.monotonic())


def _is_orphan(window: int) -> bool:
    """Whether the window is gone though its pipe is open: a child of its own may hold that."""
    return os.name != "nt" and os.getppid() != window


def take_over(verdict: Verdict, orders: Orders, stop: Stop) -> int:
    """Train on, to the end."""
    text = HUNG if verdict == "hung" else DIED
    log.info(text)
    if verdict == "hung":
        _end(orders.window)
    _wait_until_gone(orders.window)
    write_down(orders.night, text)

    def opens() -> None:
        if verdict == "hung":
            begin_apart(orders.open)

    return sit_up(orders.night, stop, lambda line: None, log.info, begun=opens, patience=(orders.least, orders.busy))


def _end(window: int) -> None:
    """Kill the window: our parent, so its number is nobody else's."""
    if not _is_orphan(window):
        with contextlib.suppress(psutil.Error):
            psutil.Process(window).kill()


def _wait_until_gone(window: int) -> None:
    """Until the system has freed what the window held. Raises Trouble when a driver keeps it for ever."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if psutil.Process(window).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.Error:
            return
        if _is_orphan(window):
            return
        time.sleep(0.05)
    raise Trouble(
        "The device hangs so hard that Mynah's window cannot even be ended.",
        fix="Restart the computer: training then goes on from where it was saved last.",
    )


def begin_apart(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Begin a process that outlives this one."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, **cast("dict[str, Any]", detached()))


def _read(stream: IO[str], lines: "Queue[str | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def main() -> int:
    """Read the orders, listen, and do what they say."""
    first = sys.stdin.readline()
    if not first:
        return 0  # the window died before it said what to do
    orders = Orders.from_json(first)
    with contextlib.suppress(OSError):
        home().logs.mkdir(parents=True, exist_ok=True)
        logging.basicConfig(filename=home().logs / "night.log", level=logging.INFO, format="%(asctime)s %(message)s")
    lines: Queue[str | None] = Queue()
    threading.Thread(target=_read, args=(sys.stdin, lines), daemon=True).start()
    with stop_on_signal() as stop:
        verdict = listen(lines, orders)
        if verdict == "done":
            return 0
        try:
            return take_over(verdict, orders, stop)
        except Trouble as trouble:
            log.info(str(trouble))
            morning.notify("Mynah", str(trouble))
            return 1


if __name__ == "__main__":
    sys.exit(main())
