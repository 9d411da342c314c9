"""Runs are found by looking at their folders."""

from datetime import UTC, datetime
from pathlib import Path

from core import journal, runs
from core.journal import Evaluated, Finished, Journal, Resumed
from tests.core.test_recipe import RECIPE


def make(folder: Path, name: str, *, checkpoint: bool) -> runs.Run:
    run = runs.Run(folder / name)
    run.root.mkdir(parents=True)
    run.recipe_file.write_text(RECIPE.to_json(), "utf-8")
    if checkpoint:
        (run.checkpoints / "step-00000010").mkdir(parents=True)
    return run


def test_the_latest_run_is_the_newest_with_a_checkpoint(tmp_path: Path) -> None:
    assert runs.latest(tmp_path / "absent") is None
    make(tmp_path, "2026-01-01", checkpoint=True)
    newest = make(tmp_path, "2026-01-02", checkpoint=True)
    make(tmp_path, "2026-01-03", checkpoint=False)
    (tmp_path / "2026-01-04").mkdir()
    assert [run.name for run in runs.all_runs(tmp_path)] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert runs.latest(tmp_path) == newest
    assert newest.recipe() == RECIPE


def measured(folder: Path, name: str, bits: float, *, finished: bool) -> runs.Run:
    run = make(folder, name, checkpoint=True)
    log = Journal(run.journal_file)
    log.write(Evaluated(10, bits, bits, True, 1.0))
    if finished:
        log.write(Finished(10, bits, 1.0, "abc"))
    log.close()
    return run


def test_a_training_that_has_just_begun_does_not_replace_the_bot(tmp_path: Path) -> None:
    assert runs.speaker(tmp_path) is None
    measured(tmp_path, "2026-01-01", 1.5, finished=True)
    finished = measured(tmp_path, "2026-01-02", 2.0, finished=True)
    measured(tmp_path, "2026-01-03", 7.9, finished=False)
    assert runs.speaker(tmp_path) == finished
    better = measured(tmp_path, "2026-01-04", 1.9, finished=False)
    assert runs.speaker(tmp_path) == better


def test_half_made_checkpoints_do_not_make_a_run_usable(tmp_path: Path) -> None:
    run = make(tmp_path, "2026-01-01", checkpoint=False)
    for name in ("step-00000010.part", "step-00000010.gone"):
        (run.checkpoints / name).mkdir(parents=True)
    assert not run.is_usable


def test_a_run_is_finished_when_its_journal_ends_so(tmp_path: Path) -> None:
    run = make(tmp_path, "2026-01-01", checkpoint=True)
    assert not run.is_finished
    log = Journal(run.journal_file)
    log.write(Finished(10, 2.0, 1.0, "abc"))
    assert run.is_finished
    log.write(Resumed(5))
    assert not run.is_finished
    log.close()
    assert journal.read(run.journal_file) == [Resumed(5)]


def test_names_sort_by_time_and_never_collide(tmp_path: Path) -> None:
    now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    first = runs.new_name(tmp_path / "absent", now)
    assert first == "2026-03-04 05.06.07"
    (tmp_path / first).mkdir()
    assert runs.new_name(tmp_path, now) == "2026-03-04 05.06.07 2"
