"""Everything the app keeps lies under one folder, and one writer at a time holds a project."""

import subprocess
import sys
from pathlib import Path

import pytest

from core import lock, paths
from core.errors import Busy
from core.paths import Home


def test_everything_lies_under_the_named_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MYNAH_HOME", str(tmp_path))
    home = paths.home()
    project = home.project()
    assert home == Home(tmp_path)
    for path in (home.settings, home.logs, project.corpus, project.runs, project.lock):
        assert path.is_relative_to(tmp_path)
    assert project.name == "me"


def test_without_a_named_home_the_system_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MYNAH_HOME", raising=False)
    assert paths.home().root.name == "Mynah"


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "a\\b", "C:", "a\0", " a", "a ", "a.", "x" * 65])
def test_a_project_name_cannot_leave_the_projects_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a project name"):
        Home(tmp_path).project(name)


@pytest.mark.parametrize("name", ["con", "NUL", "aux.2026", "Com1", "lpt9.txt"])
def test_what_windows_takes_for_a_device_is_no_project_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.may_be_project(name)
    monkeypatch.setattr("os.name", "nt")
    assert not paths.may_be_project(name)
    assert paths.may_be_project(f"my {name}")
    assert paths.may_be_project("console")


def test_a_name_in_any_script_is_a_project_name(tmp_path: Path) -> None:
    assert Home(tmp_path).project("Мой блог 2.0").root == tmp_path / "projects" / "Мой блог 2.0"


def test_the_second_writer_is_told_who_holds_the_project(tmp_path: Path) -> None:
    project = Home(tmp_path).project()
    with lock.writing(project), pytest.raises(Busy, match="already importing or training"), lock.writing(project):
        pass
    with lock.writing(project):
        pass


def test_a_dead_writer_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, os, signal; from pathlib import Path; from core import lock; from core.paths import Home\n"
        "with lock.writing(Home(Path(sys.argv[1])).project()): os.kill(os.getpid(), signal.SIGKILL)"
    )
    died = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert died.returncode != 0
    with lock.writing(Home(tmp_path).project()):
        pass
