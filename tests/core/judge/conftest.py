"""The posts of four real blogs, where this computer has them."""

from pathlib import Path
from typing import Final, TypeAlias

import pytest

from core.documents import Document
from core.paths import Project
from tests.importers.fixture import run

BLOGS: Final = ("ashfurrow", "jessfraz", "raphlinus", "rubenerd")
Blogs: TypeAlias = dict[str, list[Document]]


@pytest.fixture(scope="session")
def blogs(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Blogs:
    home = tmp_path_factory.mktemp("blogs")
    return {blog: run(shared_data / "blogs" / blog, Project(home / blog))[1] for blog in BLOGS}
