"""The house's own rules. Each wall is pushed once, in a copy: a gate that never went red is decoration."""

import ast
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "core", "importers", "resources")
SOURCES = [path for folder in (*PACKAGES, "packaging", "tests") for path in sorted((ROOT / folder).rglob("*.py"))]
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCES}
LINT_IMPORTS = Path(sysconfig.get_path("scripts")) / "lint-imports"


# ---- the walls


class Copy:
    """The packages and pyproject.toml in a folder where rules may be broken."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copy(ROOT / "pyproject.toml", root)
        for package in PACKAGES:
            shutil.copytree(
                ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__", "essays", "fonts")
            )

    def plant(self, path: str, code: str) -> None:
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{code}\n")

    def check(self, *command: str | Path) -> tuple[int, str]:
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    (tmp_path / "house").mkdir()
    return Copy(tmp_path / "house")


def test_the_walls_stand(copy: Copy) -> None:
    assert copy.check(LINT_IMPORTS, "--no-cache")[0] == 0


@pytest.mark.parametrize(
    ("path", "code", "wall"),
    [
        ("core/errors.py", "def later() -> None:\n    import app.work", "app over importers over core"),
        ("core/errors.py", "import importers.pull", "app over importers over core"),
        ("importers/dates.py", "import app.work", "app over importers over core"),
        ("importers/dates.py", "from PySide6.QtCore import QObject", "no Qt below the app"),
        ("core/bot.py", "import pyqtgraph", "no Qt below the app"),
        ("importers/dates.py", "import torch", "no torch in the light ring"),
        ("core/documents.py", "import core.device", "no torch in the light ring"),  # which imports torch
        ("core/shelf.py", "import httpx2", "core reaches out through one door"),
        ("core/bot.py", "import transformers", "oracles stay in the tests"),
        ("core/adapters.py", "import peft", "oracles stay in the tests"),
        ("core/paths.py", "import core.corpus", "the floors of core"),
        ("core/unplaced.py", "", "the floors of core"),
    ],
)
def test_a_wall_pushed_goes_red(copy: Copy, path: str, code: str, wall: str) -> None:
    copy.plant(path, code)
    exit_code, said = copy.check(LINT_IMPORTS, "--no-cache")
    assert exit_code == 1
    assert wall in re.findall(r"^(.+) BROKEN", said, re.MULTILINE)


def test_ruff_refuses_what_the_house_bans(copy: Copy) -> None:
    copy.plant(
        "core/errors.py",
        "import importlib\nimport os\nimport pickle\nimport torch\n\n"
        'print("hello")\nimportlib.import_module("app")\nos.chdir(".")\ntorch.load("x")\n'
        "try:\n    pickle.loads(b'')\nexcept Exception:\n    pass\n",
    )
    code, said = copy.check(sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", "core")
    assert code == 1
    assert [
        word
        for word in ("T201", "importlib.import_module", "os.chdir", "torch.load", "pickle", "BLE001")
        if word not in said
    ] == []


def test_mypy_refuses_a_function_without_types(copy: Copy) -> None:
    copy.plant("core/errors.py", "def untyped(x):\n    return x")
    code, said = copy.check(sys.executable, "-m", "mypy", "core/errors.py")
    assert (code, "[no-untyped-def]" in said) == (1, True)


# ---- nothing is half registered (importers: tests/importers/test_fixtures.py)


def defined(folder: str, kind: type[ast.ClassDef] | type[ast.FunctionDef]) -> Iterator[tuple[str, ast.AST]]:
    """Every class or function at the top of the modules in `folder`, with its module's path."""
    for path, tree in TREES.items():
        if path.startswith(folder):
            yield from ((path, node) for node in tree.body if isinstance(node, kind))


def bases(node: ast.ClassDef) -> set[str]:
    return {base.id for base in node.bases if isinstance(base, ast.Name)}


def test_every_page_is_in_the_window() -> None:
    classes = [node for _, node in defined("app/pages/", ast.ClassDef) if isinstance(node, ast.ClassDef)]
    pages = {node.name for node in classes if "Page" in bases(node)}
    calls = [node.func for node in ast.walk(TREES["app/window.py"]) if isinstance(node, ast.Call)]
    made = {function.id for function in calls if isinstance(function, ast.Name)}
    assert len(pages) >= 4
    assert pages <= made


def test_every_command_is_in_help() -> None:
    written = {
        path
        for path, node in defined("app/commands/", ast.FunctionDef)
        if isinstance(node, ast.FunctionDef) and node.name == "add"
    }
    assert {f"{command.__name__.replace('.', '/')}.py" for command in COMMANDS} == written


# ---- start-up


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("app.main", ["torch"]),
        ("app.command", ["torch", "PySide6"]),
        ("app.work", ["torch", "PySide6"]),
        ("importers.pull", ["torch", "PySide6"]),
    ],
)
def test_a_door_opens_without_the_heavy_rooms(module: str, absent: list[str]) -> None:
    look = f"import sys, {module}; print([name for name in {absent} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


# ---- tidiness


def test_core_says_nothing_in_its_own_name() -> None:
    assert (ROOT / "core" / "__init__.py").read_bytes() == b""


def test_packaging_is_no_package() -> None:
    """It would hide the one on PyPI that pip, pytest and setuptools use."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_every_file_says_what_it_is() -> None:
    assert [path for path, tree in TREES.items() if tree.body and not ast.get_docstring(tree)] == []


def test_no_file_is_longer_than_450_lines() -> None:
    assert [str(path) for path in SOURCES if len(path.read_text("utf-8").splitlines()) > 450] == []


def test_no_function_is_longer_than_60_lines() -> None:
    functions = [
        (path, node) for path, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    ]
    assert [f"{path} {node.name}" for path, node in functions if (node.end_lineno or 0) - node.lineno >= 60] == []


def test_nothing_is_left_for_later_and_nothing_is_of_one_machine_only() -> None:
    later = re.compile(r"TO[D]O|FIXM[E]|XX[X]")
    machine = re.compile(r"(?<![\w.])/(wor[k]|roo[t])\b")
    texts = [
        *SOURCES,
        ROOT / "pyproject.toml",
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / ".ci" / "run",
    ]
    marked = [
        path.relative_to(ROOT).as_posix()
        for path in texts
        for text in [path.read_text("utf-8")]
        if later.search(text) or machine.search(text)
    ]
    assert marked == []


def test_the_map_names_every_module() -> None:
    chart = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = [path for path in TREES if path.startswith(("app/", "core/", "importers/"))]
    assert [path for path in modules if not re.search(rf"\b{Path(path).name}", chart) and TREES[path].body] == []
