"""A run's folder is made whole or not at all, and says the same for the same wish."""

from pathlib import Path

import pytest

from core import runs
from core.device import processor
from core.errors import Trouble, Unsupported
from core.events import Note, Progress, drain, never
from core.paths import Project
from core.plan import Wish
from core.runs import Run
from core.shards import Shard
from core.tokenizers import files
from core.train.prepare import prepare
from tests.fakes import tiny
from tests.fakes.stopping import stopped_at


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return tiny.project(tmp_path / "project", tiny.documents(count=60))


def prepared(project: Project, wish: Wish) -> Run:
    run = drain(prepare(project, wish, processor(), never))[1]
    assert run is not None
    return run


def test_a_run_gets_all_that_training_needs(project: Project) -> None:
    run = prepared(project, Wish(steps=7, seed=3))
    recipe, tokenizer = run.recipe(), files.load(run.tokenizer_file)
    assert (recipe.steps, recipe.seed) == (7, 3)
    assert recipe.shape.vocab == tokenizer.vocab
    assert recipe.precision == processor().precision
    for side in ("train", "held_out"):
        assert Shard.open(run.tokens, side, tokenizer).n_bytes > 0
    assert runs.all_runs(project.runs) == [run]


def test_the_same_wish_for_steps_makes_the_same_recipe_whatever_the_speed(project: Project) -> None:
    first, second = prepared(project, Wish(steps=7)), prepared(project, Wish(steps=7))
    assert first != second
    assert first.recipe() == second.recipe()
    assert first.tokenizer_file.read_bytes() == second.tokenizer_file.read_bytes()


def test_minutes_become_steps_by_measuring(project: Project) -> None:
    shorter, longer = prepared(project, Wish(minutes=0.05)), prepared(project, Wish(minutes=5))
    assert 1 <= shorter.recipe().steps < longer.recipe().steps


def test_the_user_hears_what_was_chosen(project: Project) -> None:
    events, _ = drain(prepare(project, Wish(steps=7), processor(), never))
    notes = [event.text for event in events if isinstance(event, Note)]
    assert notes[0] == "You have 23,829 characters of your own writing, about 13 pages."
    assert any("7 steps" in note for note in notes)


@pytest.mark.parametrize("note", ["Reading your writing", "Learning how your", "Measuring how fast"])
def test_stopped_at_any_moment_it_leaves_nothing(project: Project, note: str) -> None:
    run = stopped_at(
        lambda stop: prepare(project, Wish(minutes=1), processor(), stop),
        lambda event: isinstance(event, Progress) and event.note.startswith(note),
    )
    assert run is None
    assert list(project.runs.glob("*")) == []


def test_what_a_crash_left_half_made_is_swept_up(project: Project) -> None:
    (project.runs / "2020-01-01" / "tokens").mkdir(parents=True)
    run = prepared(project, Wish(steps=1))
    assert list(project.runs.iterdir()) == [run.root]


def test_work_that_is_given_up_leaves_nothing(project: Project) -> None:
    work = prepare(project, Wish(steps=1), processor(), never)
    for event in work:
        if isinstance(event, Progress) and event.note.startswith("Learning"):
            break
    work.close()
    assert list(project.runs.glob("*")) == []


def test_without_any_writing_the_user_is_told_to_import(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match=r"no writing in this project yet\. Import"):
        prepared(Project(tmp_path / "project"), Wish())


def test_a_corpus_that_is_too_small_is_told_before_anything_is_made(tmp_path: Path) -> None:
    project = tiny.project(tmp_path / "project", tiny.documents(count=3))
    with pytest.raises(Trouble, match="more page"):
        prepared(project, Wish())
    assert not project.runs.exists()
