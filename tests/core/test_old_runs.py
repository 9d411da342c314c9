"""What earlier versions wrote opens for ever: a run that the first landing trained to step 30 of 60, and stopped."""

import hashlib
import shutil
from pathlib import Path

import pytest

from core import checkpoints, journal
from core.bot import Bot
from core.events import drain, never
from core.journal import Stepped
from core.paths import Project
from core.replies import Piece, Sampling
from core.runs import Run
from core.train import loop

OLD = Path(__file__).resolve().parent.parent / "old_files" / "run-1"  # recipe 1, tokens 1, checkpoints 1
SAID = (  # after these words, the likeliest ones: by the version that trained it
    ("The kettle ", " s          "),
    ("q", "��\x06%\x04L4�����"),
)
BITS = 4.617743521477218  # a byte, at step 60, when that version went on undisturbed


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    shutil.copytree(OLD, made.runs / "2025-11-25 10.00.00")
    return made


@pytest.fixture
def run(project: Project) -> Run:
    (found,) = project.runs.iterdir()
    return Run(found)


@pytest.mark.parametrize(("words", "said"), SAID)
def test_its_bot_says_what_it_always_said(run: Run, words: str, said: str) -> None:
    reply = Bot.open(run).reply(words, Sampling(temperature=0.0, length=12), never)
    assert "".join(piece.text for piece in reply if isinstance(piece, Piece)) == said


def test_it_goes_on_to_the_end_that_it_would_have_had(project: Project, run: Run) -> None:
    drain(loop.resume(project, run, never))
    assert [fact.step for fact in journal.read(run.journal_file) if isinstance(fact, Stepped)] == list(range(1, 61))
    end = checkpoints.newest_good(run)
    assert end is not None
    assert end.standing.step == 60
    assert end.standing.bits_per_byte == pytest.approx(BITS, abs=1e-3)


def test_opening_it_changes_none_of_its_files(run: Run) -> None:
    def hashes() -> dict[str, str]:
        return {p.as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in run.root.rglob("*") if p.is_file()}

    before = hashes()
    Bot.open(run)
    assert hashes() == before
