"""A training on a model that talks begins with questions: in a share of the time, learnt from, kept when stopped."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core import chatrows, runs
from core.chatdata import before, make
from core.chatrows import Row
from core.documents import Document, Turn
from core.errors import Trouble
from core.events import Note, Stop, Work, drain, never
from core.journal import Stepped
from core.ladders import Ladder
from core.paths import Project
from core.plan import ASKING_SHARE, Wish, asking_seconds
from core.shards import Shard
from core.tokenizers import files
from core.train import ladder
from core.train.ladder import Start
from tests.fakes import tiny
from tests.fakes.base_model import base_model
from tests.fakes.stopping import stopped_at

WISH = Wish(minutes=5, method="lora", base=Path("set below"))  # seconds enough, however slow the machine


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("bases")
    return {name: base_model(root / name, name) for name in ("gpt2", "llama")}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tiny.project(tmp_path / "project", tiny.documents(count=60))


@pytest.fixture(autouse=True)
def two_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a training could use would take a tiny model minutes to make."""
    monkeypatch.setattr(before, "wanted", lambda learnt: 2)


def kinds(rows: Iterable[object]) -> list[str]:
    return [row.kind for row in rows if isinstance(row, Row)]


def test_a_model_that_talks_asks_first_and_learns_what_it_asked(
    bases: dict[str, Path], project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter(f"What of the kettle, {n}?" for n in range(100))
    monkeypatch.setattr(make, "answer_of", lambda *_: next(asked))
    events: list[object] = []

    def first_step(event: object) -> bool:
        events.append(event)
        return isinstance(event, Stepped)

    wish = replace(WISH, base=bases["llama"])
    outcome = stopped_at(lambda stop: before.train(project, wish, stop), first_step)
    assert kinds(events) == ["question", "notes", "question", "notes", "rehearsal"] == kinds(chatrows.load(project))
    notes = [event.text for event in events if isinstance(event, Note)]
    assert "about 30 seconds at most" in notes[0]
    assert "5 examples were made" in notes[1]
    run = runs.find(project.runs, outcome.run)
    tokenizer, shard = files.load(run.tokenizer_file), Shard.open(run.tokens, "train")
    learnt = tokenizer.decode_bytes(shard.ids[:].tolist()).decode("utf-8", "replace")
    used = [row for row in chatrows.load(project) if row.kind == "question"]
    assert all(row.asked in learnt for row in used)
    seconds = run.night.seconds
    assert seconds is not None
    assert seconds < 60 * 5, "the time of the questions is gone from the whole"


def test_stopped_while_it_asks_there_is_no_run_and_what_was_made_stays(
    bases: dict[str, Path], project: Project
) -> None:
    wish = replace(WISH, base=bases["llama"])
    outcome = stopped_at(lambda stop: before.train(project, wish, stop), lambda event: isinstance(event, Row))
    assert outcome.stopped
    assert runs.all_runs(project.runs) == []
    assert len(chatrows.load(project)) >= 1


def test_time_that_is_over_ends_the_asking(bases: dict[str, Path], project: Project) -> None:
    drain(before.ask(project, bases["llama"], 0.0, never))
    assert chatrows.load(project) == []


@pytest.mark.parametrize(
    ("base", "wish"),
    [
        ("llama", replace(WISH, minutes=None, steps=2)),  # the same weights again
        ("llama", replace(WISH, asking=0.0)),
        ("gpt2", WISH),  # it talks to nobody
        ("none", WISH),  # the training says what is wrong
    ],
)
def test_nothing_is_asked_where_nobody_wants_it(
    bases: dict[str, Path], project: Project, base: str, wish: Wish
) -> None:
    folder = bases.get(base, project.root)
    assert drain(before.asked(project, wish, folder, never)) == ([], wish)
    assert drain(before.asked(project, wish, None, never)) == ([], wish)


def test_too_little_writing_wakes_no_model(tmp_path: Path, bases: dict[str, Path]) -> None:
    small = tiny.project(tmp_path / "small", tiny.documents(count=2))
    with pytest.raises(Trouble, match="characters of your own writing"):
        drain(before.train(small, replace(WISH, base=bases["llama"]), never))
    assert chatrows.load(small) == []


@pytest.mark.parametrize("is_stopped", [False, True])
def test_the_first_base_that_talks_asks_for_a_whole_ladder(
    bases: dict[str, Path], project: Project, monkeypatch: pytest.MonkeyPatch, is_stopped: bool
) -> None:
    climbed: list[Wish] = []

    def climb(project: Project, wish: Wish, characters: int, bases: Sequence[Start], stop: Stop) -> Work[Ladder]:
        climbed.append(wish)
        yield from ()
        return Ladder(name="", rungs=(), best="", stopped=stop())

    monkeypatch.setattr(ladder, "climb", climb)
    starts = [Start(title=name, folder=bases[name], method="lora") for name in ("gpt2", "llama")]
    events: list[object] = []

    def moment(event: object) -> bool:
        events.append(event)
        return is_stopped and isinstance(event, Row)

    found = stopped_at(lambda stop: before.climb(project, Wish(minutes=5), 30_000, starts, stop), moment)
    assert found.stopped is is_stopped
    assert kinds(events).count("question") == (1 if is_stopped else 2)
    assert [each.minutes for each in climbed] != [5] or is_stopped
    assert len(climbed) == 1


def test_a_tenth_of_the_time_is_asked_in_at_most() -> None:
    assert asking_seconds(Wish(minutes=480)) == 480 * 60 * ASKING_SHARE == 2_880
    assert asking_seconds(Wish(minutes=480, asking=0.0)) == 0
    assert asking_seconds(Wish(steps=10)) == 0


def test_as_many_are_wanted_as_a_training_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    posts = tiny.documents(20, sentences=8)
    assert before.wanted(posts) == 40  # of 20 continuations: 0.40 / 0.25 of them, and a fifth more fits badly
    said = (Turn(author="Ada", text="And the kettle?", role="other"),)
    talks = [Document(source="chat", key=f"{n}", text="It hums.", context=said) for n in range(20)]
    assert before.wanted(talks) == 9  # of 20 answers: 0.20 / 0.55 of them
