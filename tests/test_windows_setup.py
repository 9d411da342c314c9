"""The set-up for Windows: its parts; and, where makensis and Wine are, installed, upgraded, removed in silence."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import build_windows
import engine_lists
from core.engine.wheels import Manifest, path_of

TOOLS = ("makensis", "wine", "xvfb-run")
LOCAL = Path("AppData/Local")
KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Mynah"


def test_torch_is_what_a_set_up_comes_without() -> None:
    found = build_windows.requirements()
    assert any(line.startswith("PySide6-Essentials") for line in found)
    assert not any(line.startswith("torch") for line in found)


def test_an_icon_points_at_its_pictures() -> None:
    made = build_windows.icon([(16, b"small"), (256, b"large one")])
    assert made[:6] == bytes((0, 0, 1, 0, 2, 0))
    for entry, (edge, body) in enumerate(((16, b"small"), (0, b"large one"))):
        start = 6 + 16 * entry
        size, place = (int.from_bytes(made[start + at : start + at + 4], "little") for at in (8, 12))
        assert made[start] == edge
        assert made[place : place + size] == body


def test_the_app_reads_the_list_that_pip_reports(tmp_path: Path) -> None:
    entry = {
        "download_info": {
            "url": "https://example.org/whl/torch-2.13.0%2Bcu130-cp311-cp311-win_amd64.whl",
            "archive_info": {"hashes": {"sha256": "a" * 64}},
        },
        "metadata": {"name": "torch", "version": "2.13.0+cu130"},
    }
    told = engine_lists.listed({"install": [entry]}, "cu130", lambda url: 2_000_000_000)
    path_of(tmp_path, "cu130").write_text(json.dumps(told))
    manifest = Manifest.read(path_of(tmp_path, "cu130"))
    assert (manifest.torch, manifest.bytes) == ("2.13.0+cu130", 2_000_000_000)
    assert manifest.wheels[0].wanted.name == "torch-2.13.0+cu130-cp311-cp311-win_amd64.whl"


class Windows:
    """A Windows of Wine's, with a person in it, and a set-up of small stand-ins."""

    def __init__(self, root: Path) -> None:
        self.root, self.drive = root, root / "wine" / "drive_c"
        self.environment = {
            **os.environ,
            "WINEPREFIX": str(root / "wine"),
            "WINEDEBUG": "-all",
            "LC_ALL": "C.UTF-8",  # else Cyrillic names are mangled on their way
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
        }
        self.wine("wineboot", "-i")
        self.person = next(path for path in (self.drive / "users").iterdir() if path.name != "Public")
        self.app = self.person / LOCAL / "Programs" / "Mynah"

    def wine(self, *words: str) -> str:
        command = ["xvfb-run", "-a", "wine", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300, check=False)
        return done.stdout if done.returncode == 0 else f"failed: {done.returncode}"

    def pack(self, version: str, *files: str) -> str:
        tree = self.root / "tree"
        shutil.rmtree(tree, ignore_errors=True)
        for name in ("python/pythonw.exe", "engine/uv.exe", "licences/one.txt", "LICENSE", *files):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(version)
        (tree / "mynah.ico").write_bytes(build_windows.icon([(16, build_windows.picture(16, self.root))]))
        stick = self.drive / "stick"
        stick.mkdir(exist_ok=True)
        made = build_windows.set_up(tree, stick, version)
        return f"C:\\stick\\{made.name}"

    def installed(self, app: Path) -> list[str]:
        return sorted(path.relative_to(app).as_posix() for path in app.rglob("*") if path.is_file())

    def uninstall(self, *words: str) -> None:
        """The uninstaller goes on by itself after it has answered."""
        self.wine(str(self.app / "uninstall.exe"), "/S", *words)
        until = time.monotonic() + 60
        while (self.app / "python").exists() and time.monotonic() < until:
            time.sleep(0.2)
        self.wine("wineserver", "-w")


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[Windows]:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or sys.platform != "linux":
        pytest.skip(f"needs {', '.join(TOOLS)}; without: {', '.join(missing)}")
    found = Windows(tmp_path)
    yield found
    subprocess.run(["wineserver", "-k"], env=found.environment, check=False)


def test_it_installs_upgrades_and_leaves_nothing_but_the_data(windows: Windows) -> None:
    everything = ["LICENSE", "engine/kit.txt", "engine/uv.exe", "licences/one.txt", "mynah.ico", "python/pythonw.exe"]
    assert windows.wine(windows.pack("1", "python/stale.txt"), "/S") == ""
    assert windows.installed(windows.app) == [*everything, "python/stale.txt", "uninstall.exe"]
    shortcut = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Mynah.lnk"
    assert (windows.person / shortcut).is_file()
    assert (windows.app / "engine" / "kit.txt").read_text("utf-16") == r"C:\stick\mynah-engine"
    assert "DisplayVersion    REG_SZ    1" in windows.wine("reg", "query", KEY)

    data, own = windows.person / LOCAL / "Mynah" / "settings.json", windows.app / "notes of mine.txt"
    data.parent.mkdir()
    data.write_text("{}")
    own.write_text("mine")
    assert windows.wine(windows.pack("2"), "/S") == ""
    assert windows.installed(windows.app) == [*everything[:5], "notes of mine.txt", everything[5], "uninstall.exe"]
    assert (windows.app / "python" / "pythonw.exe").read_text() == "2"
    assert "DisplayVersion    REG_SZ    2" in windows.wine("reg", "query", KEY)

    windows.uninstall()
    assert windows.installed(windows.app) == ["notes of mine.txt"]
    assert not (windows.person / shortcut).exists()
    assert windows.wine("reg", "query", KEY).startswith("failed")
    assert data.read_text() == "{}"

    windows.wine(windows.pack("3"), "/S")
    windows.uninstall("/PURGE")
    assert not data.parent.exists()


def test_it_goes_where_the_one_before_was_also_in_cyrillic(windows: Windows) -> None:
    windows.wine("reg", "add", r"HKCU\Software\Mynah", "/v", "Folder", "/d", "C:\\Мои программы\\Mynah", "/f")
    windows.wine(windows.pack("1"), "/S")
    assert "python/pythonw.exe" in windows.installed(windows.drive / "Мои программы" / "Mynah")
    assert not windows.app.exists()
