"""What is done when a training has ended: a word to whoever waits for it, and sleep or shut-down where that was wished.
Knows no window and no training."""

import shutil
import subprocess
import sys
from typing import Final, Literal, TypeAlias

Then: TypeAlias = Literal["nothing", "sleep", "shutdown"]

SECONDS: Final = 120  # to change one's mind before the computer goes to sleep
PATIENCE: Final = 15.0  # seconds for the system's own program


def notify(title: str, text: str) -> bool:
    """A notification on the desktop, where the system has a program for it; whether there was one."""
    command = notification(title, text)
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE).returncode == 0


def notification(title: str, text: str, system: str = sys.platform) -> list[str]:
    if system == "darwin":
        quoted = [part.replace("\\", "\\\\").replace('"', '\\"') for part in (text, title)]
        return ["osascript", "-e", f'display notification "{quoted[0]}" with title "{quoted[1]}"']
    if system == "win32":
        return ["msg", "*", "/TIME:60", f"{title}: {text}"]
    return ["notify-send", "--app-name=Mynah", title, text]


def power(then: Then, system: str = sys.platform) -> list[str]:
    """The command that lets the computer sleep or shut down; empty for nothing."""
    if then == "nothing":
        return []
    commands = {
        ("darwin", "sleep"): ["pmset", "sleepnow"],
        ("darwin", "shutdown"): ["osascript", "-e", 'tell application "System Events" to shut down'],
        ("win32", "sleep"): ["rundll32.exe", "powrprof.dll,SetSuspendState", "0,1,0"],
        ("win32", "shutdown"): ["shutdown", "/s", "/t", "0"],
    }
    usual = ["systemctl", "suspend" if then == "sleep" else "poweroff"]
    return commands.get((system, then), usual)
