"""README.md tells the truth: what it says to type works, what it links to is there.

Executed: every `mynah ...` line, in order, on a few essays of the sample, with the minutes of training cut to three
steps. Not executed, but checked to name something that exists: the bootstrap's wishes (.ci/run executes one of them on
every change) and `python -m tests` (this very run).
"""

import json
import re
import shlex
import subprocess
import sys
from importlib.resources import as_file
from pathlib import Path

import pytest

import bootstrap
import resources

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
LINES = [line for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
MYNAH = [line for line in LINES if line.startswith("mynah ")]


def essays_into(folder: Path, count: int) -> None:
    folder.mkdir()
    with as_file(resources.sample_corpus()) as sample:
        for essay in sorted(sample.iterdir())[:count]:
            (folder / essay.name).write_bytes(essay.read_bytes())


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each `mynah ...` line of the README prints."""
    here = tmp_path_factory.mktemp("reader")
    essays_into(here / "my-blog", 40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MYNAH_HOME", str(here / "home"))
        patch.setenv("PYTHONPATH", str(ROOT))
        return {line: run(line, here) for line in MYNAH}


def run(line: str, here: Path) -> str:
    words = shlex.split(re.sub(r"--minutes \d+", "--steps 3", line))[1:]
    done = subprocess.run(
        [sys.executable, "-m", "app", *words], cwd=here, capture_output=True, text=True, timeout=120, check=False
    )
    if "--resume" in words:  # the training before it was not stopped: that is said, and is no success
        assert (done.returncode, "no unfinished run" in done.stderr) == (1, True)
    else:
        assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_your_own_writing_takes_three_commands(said: dict[str, str]) -> None:
    imported, trained, chatted, *_ = said.values()
    assert "40 added" in imported
    assert "Finished: 3 steps" in trained
    assert chatted.strip()


def test_importing_again_adds_only_what_is_new(said: dict[str, str]) -> None:
    report = json.loads(said["mynah import my-blog --json"].splitlines()[-1])
    assert (report["added"], report["already"]) == (0, 40)


def test_every_line_to_type_is_checked() -> None:
    unchecked = [line for line in LINES if not checked(line)]
    assert unchecked == []


def checked(line: str) -> bool:
    match shlex.split(line):
        case ["mynah", *_]:
            return True
        case ["python3", program, wish]:
            return (ROOT / program).is_file() and f"{program} {wish}" in (bootstrap.__doc__ or "")
        case [".venv/bin/python", "-m", "tests", folder, "-k", word]:
            return any((ROOT / folder).glob(f"test_*{word}*.py"))
    return False


def test_every_command_in_the_table_is_one() -> None:
    cells = re.findall(r"^\| (`mynah .*?) \|", README, re.MULTILINE)
    named = {name for cell in cells for name in re.findall(r"`mynah ([\w-]+)", cell)}
    words = [sys.executable, "-m", "app", "--help"]
    helped = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert named == set(re.findall(r"^    ([\w-]+)(?: |$)", helped, re.MULTILINE))


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md", "docs/decisions.md", "docs/benchmarks.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
