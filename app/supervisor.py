"""Sits up with a training: begins it again when it dies or hangs, and stops when it is done. Knows no torch and no Qt.

The training is a process of its own, which tells one JSON object a line. A child that ends with 0 is done, with 1 has
trouble that only a person can mend, with 2 was asked wrongly; any other end is a death. After DEATHS deaths without a
step in between nothing is begun again: it would go on dying.
"""

import os
import plistlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Final

from app.terminal import Terminal
from app.watchdog import BUSY, LEAST, Watchdog
from core.errors import Trouble
from core.events import Stop

DEATHS: Final = 3  # in a row
PAUSE: Final = 5.0  # seconds before it is begun again: a driver that was reset needs a moment
ENDS: Final = (0, 1, 2, 130)  # exit codes that are no death


@dataclass(slots=True)
class Supervisor:
    """`first` begins the training, `again` says how to go on with it; every line of the child goes to `tell`."""

    first: Sequence[str]
    again: Callable[[], Sequence[str]]
    tell: Callable[[str], None]
    say: Callable[[str], None]
    least: float = LEAST  # seconds of silence that are borne: app/watchdog.py
    busy: float = BUSY
    pause: float = PAUSE
    deaths: int = field(default=0, init=False)

    def run(self, stop: Stop) -> int:
        """Until the training is done; returns its exit code. Raises Trouble when it only dies."""
        command = self.first
        while True:
            code, stepped = self._live(command, stop)
            if code in ENDS or stop():
                return max(code, 0)
            self.deaths = 1 if stepped else self.deaths + 1
            if self.deaths >= DEATHS:
                raise Trouble(
                    f"Training died {DEATHS} times in a row without getting on.",
                    fix="What was saved is safe. Restart the computer, then go on with: mynah train --resume",
                )
            self.say("Training died. It is begun again, from where it was saved last.")
            self._wait(stop)
            command = self.again()

    def _live(self, command: Sequence[str], stop: Stop) -> tuple[int, bool]:
        """One life of the child: its exit code, and whether it made a step."""
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
        )
        lines: Queue[str] = Queue()
        reader = threading.Thread(target=_read, args=(child.stdout, lines), daemon=True)
        reader.start()
        stepped, dog, asked = False, Watchdog(time.monotonic(), self.least, self.busy), False
        while child.poll() is None or not lines.empty():
            if stop() and not asked:
                asked = True
                child.terminate()  # SIGTERM: it saves and ends
            try:
                line = lines.get(timeout=0.2)
            except Empty:
                if dog.is_over(time.monotonic()):
                    self.say("The device gave no sign for a long while: training is ended, and begun again.")
                    child.kill()
                    break
                continue
            kind = Terminal.parsed(line).get("kind")
            dog.hears(kind, time.monotonic())
            stepped = stepped or kind == "Stepped"
            self.tell(line.rstrip("\n"))
        code = child.wait()
        reader.join()
        if child.stdout is not None:
            child.stdout.close()
        return code, stepped

    def _wait(self, stop: Stop) -> None:
        end = time.monotonic() + self.pause
        while time.monotonic() < end and not stop():
            time.sleep(0.1)


def _read(stream: IO[str] | None, lines: "Queue[str]") -> None:
    for line in stream or ():
        lines.put(line)


# ---- begun again after a restart of the computer


@dataclass(frozen=True, slots=True)
class Autostart:
    """A file that makes the system begin `content` when its owner logs in."""

    path: Path
    content: bytes

    def install(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(self.content)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def autostart(command: Sequence[str], system: str = sys.platform, home: Path | None = None) -> Autostart:
    """The file for this system: a desktop entry (Linux), an agent (macOS), a script in Startup (Windows). A folder that
    was named in MYNAH_HOME is named there too."""
    home = home or Path.home()
    named = {name: os.environ[name] for name in ("MYNAH_HOME",) if name in os.environ}
    if system == "darwin":
        content = plistlib.dumps(
            {
                "Label": "app.mynah.go-on",
                "ProgramArguments": list(command),
                "EnvironmentVariables": named,
                "RunAtLoad": True,
                "ProcessType": "Background",
            }
        )
        return Autostart(home / "Library" / "LaunchAgents" / "app.mynah.go-on.plist", content)
    if system == "win32":
        folder = Path(os.environ.get("APPDATA", home / "AppData" / "Roaming"))
        line = 'start "Mynah" /min ' + subprocess.list2cmdline(command)
        startup = folder / "Microsoft" / "Windows" / "Start Menu" / "Programs" / "Startup"
        sets = "".join(f'set "{name}={value.replace("%", "%%")}"\r\n' for name, value in named.items())
        return Autostart(startup / "mynah-go-on.cmd", f"@echo off\r\nchcp 65001 >nul\r\n{sets}{line}\r\n".encode())
    config = Path(os.environ.get("XDG_CONFIG_HOME", home / ".config"))
    before = ["env", *(f"{name}={value}" for name, value in named.items())] if named else []
    quoted = " ".join(_desktop_quoted(part) for part in (*before, *command))
    entry = f"[Desktop Entry]\nType=Application\nName=Mynah goes on training\nExec={quoted}\nTerminal=false\n"
    return Autostart(config / "autostart" / "mynah-go-on.desktop", entry.encode("utf-8"))


def _desktop_quoted(part: str) -> str:
    """As the Desktop Entry Specification quotes an argument; a percent sign would be a field code."""
    escaped = "".join(f"\\{each}" if each in '"`$\\' else each for each in part)
    return '"' + escaped.replace("%", "%%") + '"'
