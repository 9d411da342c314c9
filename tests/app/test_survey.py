"""A survey finds what there is in a project, also when a part of it is damaged."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.survey import Survey, survey
from app.words import upgrading as words
from core.corpus import Corpus, Counts, Heading
from core.database import UPGRADE
from core.documents import Document
from core.events import Note, Progress, Stop, Work, drain, never
from core.journal import Refitted, Saved
from core.manifest import MANIFEST
from core.paths import Home, Project
from core.runs import Run
from tests.fakes.planted import plant_run

OLD = Path(__file__).resolve().parent.parent / "old_files" / "corpus-2" / "corpus.sqlite"


@pytest.fixture
def project(home: Home) -> Project:
    """One document, and a run that was stopped."""
    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Two words."))
    plant_run(home.project(), [Saved(300)])
    return home.project()


def test_a_project_that_is_not_there_is_empty_and_stays_unmade(home: Home) -> None:
    assert drain(survey(home.project("none"), never))[1] == Survey()
    assert not home.root.exists()


def test_everything_is_found(project: Project) -> None:
    _, found = drain(survey(project, never))
    assert (found.counts, found.headings) == (Counts(1, 2, 10), [Heading("Two words.", None, 2)])
    assert (found.steps, found.step, found.is_interrupted, found.facts) == (1_000, 300, True, [Saved(300)])


def test_the_steps_are_those_that_were_fitted_to_the_time_on_the_way(home: Home) -> None:
    plant_run(home.project(), [Saved(300), Refitted(300, 1_100)])
    assert drain(survey(home.project(), never))[1].steps == 1_100


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda run: run.recipe_file.write_text("{"), "The recipe of this run is damaged."),
        (lambda run: (run.tokens / MANIFEST).write_text("{"), "The text that was prepared for this run is damaged"),
        (lambda run: shutil.rmtree(run.tokens), "Something is missing on the disk while looking at a run."),
    ],
)
def test_a_damaged_run_is_told_and_the_writing_is_shown_all_the_same(
    project: Project, damage: Callable[[Run], object], said: str
) -> None:
    (run,) = map(Run, project.runs.iterdir())
    damage(run)
    (_, note), found = drain(survey(project, never))
    assert isinstance(note, Note)
    assert note.text.startswith(said)
    assert (found.run, found.counts.documents) == (None, 1)


def test_a_library_of_an_older_mynah_is_brought_up_to_date_tenth_by_tenth(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgraded(path: Path, stop: Stop) -> Work[bool]:
        yield Note("It begins.")
        yield from (Progress(done, 50) for done in (0, 4, 5, 9, 26))
        return True

    with Corpus(home.project().corpus) as corpus:
        corpus.add(Document(source="files", key="a.md", text="Two words."))
    monkeypatch.setattr("app.survey.upgraded", upgraded)
    events, found = drain(survey(home.project(), never))
    said = [event.text for event in events if isinstance(event, Note)]
    assert said == ["It begins.", words.so_far(10), words.so_far(50), words.UP_TO_DATE]
    assert found.counts.documents == 1


def test_a_real_older_library_is_shown_after_a_word_about_it(home: Home) -> None:
    home.project().root.mkdir(parents=True)
    shutil.copy(OLD, home.project().corpus)
    events, found = drain(survey(home.project(), never))
    said = [event.text for event in events if isinstance(event, Note)]
    assert (said[0], said[-1]) == (UPGRADE, words.UP_TO_DATE)
    assert found.counts.documents == 4
    assert not any(isinstance(event, Note) for event in drain(survey(home.project(), never))[0])
