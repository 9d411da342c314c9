"""packaging/bootstrap.py from nothing, with a real pip and a real venv, and an index on this computer: in a folder with
spaces and umlauts, with the network cut in the middle, and again. PyTorch and the app are stand-ins; docs/benchmarks.md
tells of the whole thing.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bootstrap
from tests.fakes.index import FakeIndex, wheel, wheel_name

TORCH = wheel_name("torch", bootstrap.TORCH.partition("==")[2])
PICTURES = wheel_name("pictures", "1.0")
ONES = b"class Ones:\n    def __matmul__(self, other): return self\n\ndef ones(*sides): return Ones()\n"
SAYS = "import sys, pictures; print('spoke', *sys.argv[1:])\n"
PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """import pathlib, shutil
def build_editable(folder, *others):
    return pathlib.Path(shutil.copy(pathlib.Path(__file__).with_name("{name}"), folder)).name
"""


@pytest.fixture
def index() -> Iterator[FakeIndex]:
    large = os.urandom(1 << 20)  # more than the system holds ready to be read
    made = FakeIndex(
        {
            TORCH: wheel("torch", bootstrap.TORCH.partition("==")[2], {"torch.py": ONES}),
            PICTURES: wheel("pictures", "1.0", {"pictures/__init__.py": b"", "pictures/large": large}),
        }
    )
    yield made
    made.cut()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The folder that a person downloaded: the real bootstrap.py, and an app of one line."""
    root = tmp_path / "Änne Müller" / "mein Klon"
    (root / "packaging").mkdir(parents=True)
    shutil.copy(bootstrap.__file__, root / "packaging")
    (root / "resources").mkdir()
    shutil.copy(bootstrap.ROOT / "resources" / "qt_libraries.json", root / "resources")
    (root / "app").mkdir()
    (root / "app" / "__main__.py").write_text(SAYS, "utf-8")
    name = wheel_name("mynah", "1.0")
    (root / name).write_bytes(wheel("mynah", "1.0", {"mynah.pth": f"{root}\n".encode()}, needs=("pictures",)))
    (root / "pyproject.toml").write_text(PROJECT, "utf-8")
    (root / "backend.py").write_text(BACKEND.format(name=name), "utf-8")
    return root


def call(clone: Path, index: FakeIndex, *words: str) -> tuple[int, str]:
    """Exit code and what was said. An empty PATH: no card of this computer's is asked, no system package installed."""
    nowhere = clone.parent / "nowhere"
    nowhere.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    asked = {
        "PATH": str(nowhere),
        "HOME": str(clone.parent),
        "XDG_CACHE_HOME": str(clone.parent / "cache"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": index.address,
        "PIP_RETRIES": "0",  # else it waits for half a minute whether the network comes back
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "packaging/bootstrap.py", *words],
        cwd=clone,
        env={**kept, **asked},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_cut_off_half_way_it_says_so_goes_on_from_there_and_a_second_time_asks_nobody(
    clone: Path, index: FakeIndex
) -> None:
    index.cut_in = PICTURES
    code, said = call(clone, index, "demo")
    assert code == 1
    assert said.endswith(
        "A download broke off on its way. Check the internet connection, then give the same command again; it goes on "
        f"where it stopped.\nThe log is in {Path('.venv', 'setup.log')}.\n"
    )
    assert not (clone / ".venv" / "ready.json").exists()
    assert index.sent.count(TORCH) >= 1

    index.mend()
    index.sent.clear()
    code, said = call(clone, index, "demo", "--minutes", "1")
    assert code == 0, said
    assert "\nspoke demo --minutes 1\n" in said
    assert set(index.sent) == {PICTURES}  # and not PyTorch again
    assert json.loads((clone / ".venv" / "ready.json").read_text("utf-8"))["dev"] is False

    asked = index.asked
    assert call(clone, index, "run", "chat") == (0, "spoke chat\n")
    assert index.asked == asked
