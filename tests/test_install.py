"""The self-extracting set-up: no administrator is needed, upgrades keep the data, uninstalling leaves nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import build
from bootstrap import QT_LIBRARIES

LINUX = Path(build.__file__).parent / "linux"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a set-up for Linux")


class Person:
    """Somebody with a home of their own, and the set-up as makeself unpacks it."""

    def __init__(self, root: Path) -> None:
        self.home, self.stage = root / "Ann Möwe", root / "stage"
        self.home.mkdir()
        shutil.copytree(LINUX, self.stage)
        self.pack("1")

    def pack(self, version: str) -> None:
        """A set-up of that version, whose Python only says with what it was called."""
        app = self.stage / "app"
        shutil.rmtree(app, ignore_errors=True)
        for folder in ("bin", "python/bin", "share/icons"):
            (app / folder).mkdir(parents=True)
        (app / "bin" / "mynah").write_text(build.STARTER, "utf-8")
        (app / "python/bin/python3").write_text(f'#!/bin/sh\necho "{version} $* ${{PYTHONHOME:-clean}}"\n')
        for side in build.ICONS:
            (app / "share/icons" / f"{side}.png").write_bytes(b"png")
        for path in (app / "bin" / "mynah", app / "python/bin/python3"):
            path.chmod(0o755)

    def run(self, *command: str | Path) -> str:
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "PYTHONHOME": "/elsewhere"}
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.stage,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        return done.stdout

    @property
    def files(self) -> list[str]:
        """All that lies there, without the desktop's own lists of what kinds of files there are."""
        found = (path.relative_to(self.home).as_posix() for path in self.home.rglob("*") if path.is_file())
        lists = (".local/share/mime/", ".local/share/applications/mimeinfo.cache")
        return sorted(name for name in found if not name.startswith(lists))


@pytest.fixture
def ann(tmp_path: Path) -> Person:
    return Person(tmp_path)


def test_installed_it_starts_from_the_menu_and_the_terminal(ann: Person) -> None:
    ann.run("sh", "install.sh")
    assert ann.run(ann.home / ".local/bin/mynah", "doctor", "two words") == "1 -I -m app doctor two words clean\n"
    entry = (ann.home / ".local/share/applications/mynah.desktop").read_text("utf-8")
    assert f'Exec="{ann.home}/.local/share/mynah-app/bin/mynah"' in entry


def test_an_upgrade_replaces_the_app_and_keeps_the_data(ann: Person) -> None:
    ann.run("sh", "install.sh")
    stale = ann.home / ".local/share/mynah-app/stale.py"
    stale.touch()
    data = ann.home / ".local/share/Mynah/projects/me/corpus.sqlite"
    data.parent.mkdir(parents=True)
    data.write_bytes(b"words")
    ann.pack("2")
    ann.run("sh", "install.sh")
    assert ann.run(ann.home / ".local/bin/mynah").startswith("2 ")
    assert not stale.exists()
    assert data.read_bytes() == b"words"


@pytest.mark.parametrize(("words", "left"), [((), [".local/share/Mynah/corpus"]), (("--purge",), [])])
def test_uninstalled_only_the_data_is_left_and_that_goes_when_asked(
    ann: Person, words: tuple[str, ...], left: list[str]
) -> None:
    ann.run("sh", "install.sh")
    (ann.home / ".local/share/Mynah").mkdir()
    (ann.home / ".local/share/Mynah/corpus").touch()
    ann.run(ann.home / ".local/bin/mynah-uninstall", *words)
    assert ann.files == left
    lists = [path for path in ann.home.rglob("*") if path.is_file()]
    assert [path for path in lists if b"mynah" in path.read_bytes()] == []
    assert [name for name in ("bin", "share/icons") if (ann.home / ".local" / name).exists()] == []  # empty, and ours


def test_a_full_disk_is_told_and_changes_nothing(ann: Person) -> None:
    script = (ann.stage / "install.sh").read_text("utf-8").replace("needed=1500000", "needed=999999999999")
    (ann.stage / "install.sh").write_text(script, "utf-8")
    with pytest.raises(subprocess.CalledProcessError) as told:
        ann.run("sh", "install.sh")
    assert "Free some space" in told.value.stderr
    assert ann.files == []


def test_the_package_names_every_library_that_the_window_needs() -> None:
    control = build.CONTROL.format(version="1", size=1, needs=", ".join(sorted(set(QT_LIBRARIES.values()))))
    assert [package for package in QT_LIBRARIES.values() if package not in control] == []
