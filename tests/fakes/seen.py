"""A run that was really trained, for a second, to look inside of; copied into the home of each test."""

import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from core.events import drain, never
from core.paths import Project
from core.runs import Run
from core.train import loop
from tests.fakes import tiny


@lru_cache(maxsize=1)
def trained() -> Path:
    """A project with one finished run, made once."""
    root = Path(mkdtemp(prefix="mynah-seen-")) / "me"
    project = tiny.project(root, tiny.documents())
    drain(loop.go_on(tiny.run(project), never))
    return root


def plant(project: Project) -> Run:
    """The trained run in this project."""
    shutil.copytree(trained(), project.root, dirs_exist_ok=True)
    return Run(next(path for path in project.runs.iterdir() if path.is_dir()))
