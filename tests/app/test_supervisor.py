"""A training that dies is begun again; one that is done, or cannot go on, is not."""

import plistlib
import sys
import time
from pathlib import Path

import pytest

from app.supervisor import Supervisor, autostart
from core.errors import Trouble
from core.events import never

STEP = '{"kind": "Stepped", "step": 1}'


def script(folder: Path, *codes: int, hang: bool = False) -> list[str]:
    """A program that tells a step and ends with the next of these codes each time it is begun."""
    count = folder / "count"
    program = folder / "child.py"
    program.write_text(
        "import pathlib, sys, time\n"
        f"count = pathlib.Path({str(count)!r})\n"
        "n = int(count.read_text()) if count.exists() else 0\n"
        "count.write_text(str(n + 1))\n"
        f"print({STEP!r}, flush=True)\n"
        f"codes = {list(codes)!r}\n"
        f"if {hang!r} and n == 0: time.sleep(60)\n"
        "sys.exit(codes[min(n, len(codes) - 1)])\n",
        "utf-8",
    )
    return [sys.executable, str(program)]


def sat_up(command: list[str], **more: float) -> tuple[int, list[str], list[str]]:
    lines: list[str] = []
    said: list[str] = []
    sitter = Supervisor(command, lambda: command, lines.append, said.append, pause=0.0, **more)
    return sitter.run(never), lines, said


def test_a_training_that_is_done_is_not_begun_again(tmp_path: Path) -> None:
    assert sat_up(script(tmp_path, 0)) == (0, [STEP], [])


def test_t05_a_training_that_died_is_begun_again(tmp_path: Path) -> None:
    code, lines, said = sat_up(script(tmp_path, -9 % 256, 134, 0))
    assert (code, lines) == (0, [STEP] * 3)
    assert said == ["Training died. It is begun again, from where it was saved last."] * 2


def test_trouble_that_a_person_must_mend_is_left_to_them(tmp_path: Path) -> None:
    assert sat_up(script(tmp_path, 1))[0] == 1


def test_t19_a_device_that_hangs_is_ended_and_begun_again(tmp_path: Path) -> None:
    started = time.monotonic()
    code, _, said = sat_up(script(tmp_path, 0, hang=True), least=1.0, busy=1.0)
    assert code == 0
    assert said[0] == "The device gave no sign for a long while: training is ended, and begun again."
    assert time.monotonic() - started < 30


def test_t19_what_only_dies_is_not_begun_for_ever(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os; os._exit(134)"]
    with pytest.raises(Trouble, match="died 3 times in a row") as caught:
        sat_up(command)
    assert "mynah train --resume" in caught.value.fix


def test_each_system_has_its_own_way_to_begin_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("APPDATA", raising=False)
    command = ["/a b/python", "-m", "app", "100%"]
    monkeypatch.delenv("MYNAH_HOME", raising=False)
    linux, mac, windows = (autostart(command, system, tmp_path) for system in ("linux", "darwin", "win32"))
    assert linux.path == tmp_path / ".config" / "autostart" / "mynah-go-on.desktop"
    assert b'Exec="/a b/python" "-m" "app" "100%%"\n' in linux.content
    assert plistlib.loads(mac.content)["ProgramArguments"] == command
    assert windows.path.name == "mynah-go-on.cmd"
    assert b'"/a b/python" -m app' in windows.content
    linux.install()
    assert linux.path.read_bytes() == linux.content
    linux.remove()
    linux.remove()
    assert not linux.path.exists()


def test_the_folder_that_was_named_is_named_after_a_restart_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYNAH_HOME", "/a b/100%")
    linux, mac, windows = (autostart(["mynah"], system, tmp_path) for system in ("linux", "darwin", "win32"))
    assert b'Exec="env" "MYNAH_HOME=/a b/100%%" "mynah"\n' in linux.content
    assert plistlib.loads(mac.content)["EnvironmentVariables"] == {"MYNAH_HOME": "/a b/100%"}
    assert b'set "MYNAH_HOME=/a b/100%%"\r\n' in windows.content
